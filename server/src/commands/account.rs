//! `rollcall account`: the tenants of the installation.

use clap::Args;
use directory::Actor;
use serde::{Deserialize, Serialize};

use super::{Context, in_words};

/// The arguments of `account create`.
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Create {
    /// The account's name
    #[arg(long)]
    name: String,
}

/// Creates an account. Prints its id.
pub(super) async fn create(context: &Context, args: Create) -> anyhow::Result<String> {
    let account = context
        .directory
        .create_account(&Actor::CommandLine, &args.name)
        .await
        .map_err(in_words)?;
    Ok(account.id.to_string())
}

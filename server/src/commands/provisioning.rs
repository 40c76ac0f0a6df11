//! `rollcall provisioning`: the switch of an account.

use clap::Args;
use directory::{AccountId, Actor};
use serde::{Deserialize, Serialize};

use super::{Context, in_words};

/// The arguments of `provisioning enable` and `provisioning disable`.
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Switch {
    /// The account's id
    #[arg(long, value_name = "ID")]
    account: AccountId,
}

/// Lets the account's identity provider in. Prints nothing.
pub(super) async fn enable(context: &Context, args: Switch) -> anyhow::Result<String> {
    context.check_account(args.account).await?;
    context
        .directory
        .enable_provisioning(&Actor::CommandLine, args.account)
        .await
        .map_err(in_words)?;
    Ok(String::new())
}

/// Refuses the account's identity provider. Prints nothing.
pub(super) async fn disable(context: &Context, args: Switch) -> anyhow::Result<String> {
    context.check_account(args.account).await?;
    context
        .directory
        .disable_provisioning(&Actor::CommandLine, args.account)
        .await
        .map_err(in_words)?;
    Ok(String::new())
}

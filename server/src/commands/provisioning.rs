//! `rollcall provisioning`: the switch of an account, and how forgiving its SCIM API is.

use clap::{Args, ValueEnum};
use directory::{AccountId, Actor, ToleranceMode};
use serde::{Deserialize, Serialize};

use super::{Context, in_words};

/// The arguments of `provisioning enable` and `provisioning disable`.
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Switch {
    /// The account's id
    #[arg(long, value_name = "ID")]
    account: AccountId,
}

/// The arguments of `provisioning tolerance`.
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Tolerance {
    /// The account's id
    #[arg(long, value_name = "ID")]
    account: AccountId,
    /// What to accept
    mode: Mode,
}

/// How forgiving, as it is written on the command line.
#[derive(Debug, Clone, Copy, ValueEnum, Serialize, Deserialize)]
enum Mode {
    /// As the identity provider needs that the requests show
    AsNeeded,
    /// Everything that Rollcall knows
    All,
    /// The letter of the RFCs alone
    Strict,
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

/// Sets how forgiving the account's SCIM API is. Prints nothing.
pub(super) async fn set_tolerance(context: &Context, args: Tolerance) -> anyhow::Result<String> {
    context.check_account(args.account).await?;
    let mode = match args.mode {
        Mode::AsNeeded => ToleranceMode::AsNeeded,
        Mode::All => ToleranceMode::All,
        Mode::Strict => ToleranceMode::Strict,
    };
    context
        .directory
        .set_tolerance(&Actor::CommandLine, args.account, mode)
        .await
        .map_err(in_words)?;
    Ok(String::new())
}

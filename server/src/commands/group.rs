//! `rollcall group`: the roles that groups give.

use anyhow::anyhow;
use clap::Args;
use directory::{AccountId, Actor, GroupId};
use serde::{Deserialize, Serialize};

use super::{Context, in_words};

/// The arguments of `group grant` and `group revoke`.
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Change {
    /// The account's id
    #[arg(long, value_name = "ID")]
    account: AccountId,
    /// The group's name, in any letter-case
    #[arg(long, value_name = "NAME")]
    group: String,
    /// The role's name, in any letter-case: administrator, auditor, member or one of the account's own
    #[arg(long)]
    role: String,
}

/// Gives a group a role, at once for all members. Prints nothing.
pub(super) async fn grant(context: &Context, args: Change) -> anyhow::Result<String> {
    let group = find(context, &args).await?;
    let role = context.find_role(args.account, &args.role).await?;
    context
        .directory
        .give_group_role(&Actor::CommandLine, args.account, group, role)
        .await
        .map_err(in_words)?;
    Ok(String::new())
}

/// Takes a role from a group, at once for all members. Prints nothing.
pub(super) async fn revoke(context: &Context, args: Change) -> anyhow::Result<String> {
    let group = find(context, &args).await?;
    let role = context.find_role(args.account, &args.role).await?;
    context
        .directory
        .take_group_role(&Actor::CommandLine, args.account, group, role)
        .await
        .map_err(in_words)?;
    Ok(String::new())
}

async fn find(context: &Context, args: &Change) -> anyhow::Result<GroupId> {
    context.check_account(args.account).await?;
    context
        .directory
        .find_group_by_name(args.account, &args.group)
        .await
        .map_err(in_words)?
        .ok_or_else(|| {
            anyhow!(
                "the account has no group '{}'; groups come from the identity provider",
                args.group
            )
        })
}

//! `rollcall user`: manual users.

use anyhow::anyhow;
use clap::Args;
use directory::{AccountId, Actor, NewUser};
use serde::{Deserialize, Serialize};

use super::{Context, in_words};
use crate::config::PublicUrl;

/// The arguments of `user create`.
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Create {
    /// The account's id
    #[arg(long, value_name = "ID")]
    account: AccountId,
    /// The username, unique over the whole installation
    #[arg(long)]
    user_name: String,
    /// What people call the person
    #[arg(long, default_value = "", hide_default_value = true)]
    display_name: String,
    /// A role to give, by its name: administrator, auditor, member or one of the account's own; may be repeated
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    /// Keep the user outside SCIM for ever, so that a wrong identity provider cannot lock everybody out
    #[arg(long)]
    break_glass: bool,
}

/// The arguments of `user link`.
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Link {
    /// The account's id
    #[arg(long, value_name = "ID")]
    account: AccountId,
    /// The username
    #[arg(long)]
    user_name: String,
    /// The address that people reach Rollcall by. Default: that of the running server, or of one started without settings
    #[arg(long, value_name = "URL", env = "ROLLCALL_PUBLIC_URL")]
    public_url: Option<PublicUrl>,
}

/// Adds a manual user. Prints its id.
pub(super) async fn create(context: &Context, args: Create) -> anyhow::Result<String> {
    context.check_account(args.account).await?;
    let mut roles = Vec::new();
    for name in &args.roles {
        roles.push(context.find_role(args.account, name).await?);
    }
    let user = NewUser {
        user_name: args.user_name,
        display_name: args.display_name,
        roles,
        break_glass: args.break_glass,
    };
    let id = context
        .directory
        .add_user(&Actor::CommandLine, args.account, user)
        .await
        .map_err(in_words)?;
    Ok(id.to_string())
}

/// Makes the link by which a user sets a password. Prints it.
pub(super) async fn link(context: &Context, args: Link) -> anyhow::Result<String> {
    context.check_account(args.account).await?;
    let public_url = args
        .public_url
        .or_else(|| context.public_url.clone())
        .unwrap_or_default();
    let user = context
        .directory
        .find_user_by_name(args.account, &args.user_name)
        .await
        .map_err(in_words)?
        .ok_or_else(|| anyhow!("the account has no user '{}'", args.user_name))?;
    let link = context
        .directory
        .create_password_link(&Actor::CommandLine, args.account, user)
        .await
        .map_err(in_words)?;
    Ok(public_url.password_link(&link.secret))
}

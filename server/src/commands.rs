//! What the command line does: each subject a file, each command one function.
//!
//! A command is [`Work`]: data that is carried out where the directory is open. While `serve` runs, that is its
//! process, reached over the control socket; otherwise it is the command's own.

pub mod account;
pub mod group;
pub mod owner;
pub mod provisioning;
mod serve;
mod simulate;
pub mod token;
pub mod user;

use std::io::Write;

use anyhow::{Context as _, anyhow};
use directory::{AccountId, Clock, Directory, DirectoryError, OpenOptions, Role};
use serde::{Deserialize, Serialize};

use crate::cli::{
    AccountCommand, Cli, Command, GroupCommand, OwnerCommand, ProvisioningCommand, TokenCommand, UserCommand,
};
use crate::config::{self, PublicUrl};
use crate::control::{self, Access};
use crate::http::Files;

/// One command for the directory, as it travels over the control socket. No `Debug`: it may hold a password.
#[derive(Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "camelCase")]
pub enum Work {
    /// `owner create`
    CreateOwner(owner::Create),
    /// `account create`
    CreateAccount(account::Create),
    /// `provisioning enable`
    EnableProvisioning(provisioning::Switch),
    /// `provisioning disable`
    DisableProvisioning(provisioning::Switch),
    /// `provisioning tolerance`
    SetTolerance(provisioning::Tolerance),
    /// `token create`
    CreateToken(token::Create),
    /// `user create`
    CreateUser(user::Create),
    /// `user link`
    LinkUser(user::Link),
    /// `group grant`
    GrantGroup(group::Change),
    /// `group revoke`
    RevokeGroup(group::Change),
}

/// What a command runs with.
#[derive(Debug, Clone)]
pub struct Context {
    /// The directory.
    pub directory: Directory,
    /// The public URL of the running server; none where none runs.
    pub public_url: Option<PublicUrl>,
}

impl Context {
    /// Fails in words where there is no such account.
    async fn check_account(&self, id: AccountId) -> anyhow::Result<()> {
        match self.directory.get_account(id).await {
            Ok(_) => Ok(()),
            Err(DirectoryError::NotFound) => Err(anyhow!(
                "there is no account {id}; create one with: rollcall account create"
            )),
            Err(error) => Err(in_words(error)),
        }
    }

    /// The account's role of this name.
    async fn find_role(&self, account: AccountId, name: &str) -> anyhow::Result<Role> {
        let roles = self.directory.roles(account).await.map_err(in_words)?;
        roles.named(name).ok_or_else(|| {
            let all: Vec<&str> = roles.all().into_iter().map(|role| roles.name(role)).collect();
            anyhow!("there is no role '{name}'; the roles are {}", all.join(", "))
        })
    }
}

impl Work {
    /// Carries the command out and gives what it prints.
    ///
    /// # Errors
    /// In words for the person at the command line.
    pub async fn run(self, context: &Context) -> anyhow::Result<String> {
        match self {
            Work::CreateOwner(args) => owner::create(context, args).await,
            Work::CreateAccount(args) => account::create(context, args).await,
            Work::EnableProvisioning(args) => provisioning::enable(context, args).await,
            Work::DisableProvisioning(args) => provisioning::disable(context, args).await,
            Work::SetTolerance(args) => provisioning::set_tolerance(context, args).await,
            Work::CreateToken(args) => token::create(context, args).await,
            Work::CreateUser(args) => user::create(context, args).await,
            Work::LinkUser(args) => user::link(context, args).await,
            Work::GrantGroup(args) => group::grant(context, args).await,
            Work::RevokeGroup(args) => group::revoke(context, args).await,
        }
    }
}

/// Does what the command line says.
///
/// # Errors
/// In words; [`config::BadUsage`] where the command line is at fault.
pub(crate) async fn dispatch(cli: Cli, files: Files) -> anyhow::Result<()> {
    let folder = config::data_folder(&cli.store)?;
    let work = match cli.command {
        Command::Serve(args) => return serve::serve(*args, &folder, files).await,
        Command::Simulate(args) => return simulate::simulate(args).await,
        Command::Owner(OwnerCommand::Create(args)) => Work::CreateOwner(args.with_password_from_stdin()?),
        Command::Account(AccountCommand::Create(args)) => Work::CreateAccount(args),
        Command::Provisioning(ProvisioningCommand::Enable(args)) => Work::EnableProvisioning(args),
        Command::Provisioning(ProvisioningCommand::Disable(args)) => Work::DisableProvisioning(args),
        Command::Provisioning(ProvisioningCommand::Tolerance(args)) => Work::SetTolerance(args),
        Command::Token(TokenCommand::Create(args)) => Work::CreateToken(args),
        Command::User(UserCommand::Create(args)) => Work::CreateUser(args),
        Command::User(UserCommand::Link(args)) => Work::LinkUser(args),
        Command::Group(GroupCommand::Grant(args)) => Work::GrantGroup(args),
        Command::Group(GroupCommand::Revoke(args)) => Work::RevokeGroup(args),
    };
    let printed = match control::access(&folder).await? {
        Access::Server(server) => server.ask(&work).await?,
        Access::Own(lock) => {
            let directory = open(&folder, Clock::system()).await?;
            let printed = work
                .run(&Context {
                    directory: directory.clone(),
                    public_url: None,
                })
                .await;
            directory.close().await;
            drop(lock);
            printed?
        }
    };
    print(&printed)
}

/// Opens the store in the data folder.
async fn open(folder: &std::path::Path, clock: Clock) -> anyhow::Result<Directory> {
    Directory::open(OpenOptions {
        data: folder.to_owned(),
        clock,
    })
    .await
    .with_context(|| format!("cannot open the store in {}", folder.display()))
}

/// Writes a line to standard output, where there is anything to say.
fn print(text: &str) -> anyhow::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    writeln!(std::io::stdout(), "{text}").context("cannot write to standard output")
}

/// The directory's answer for the person at the command line: a refusal says its own reason.
fn in_words(error: DirectoryError) -> anyhow::Error {
    match error {
        DirectoryError::Refused(refusal) => anyhow!(refusal),
        other => anyhow!(other),
    }
}

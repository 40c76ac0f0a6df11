//! The command line: a contract that scripts, tests and operators rely on.
//!
//! Every setting is a flag and an environment variable; the flag wins.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use ipnet::IpNet;

use crate::commands::{account, group, owner, provisioning, token, user};
use crate::config::{PublicUrl, RateLimit, SupportContact};
use crate::telemetry::LogFormat;

/// Rollcall: a self-hosted directory and console for automated user provisioning with SCIM.
#[derive(Debug, Parser)]
#[command(
    name = "rollcall",
    version,
    propagate_version = true,
    disable_help_subcommand = true
)]
pub struct Cli {
    /// Where the data is.
    #[command(flatten)]
    pub store: StoreArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Where the data is.
#[derive(Debug, Args)]
pub struct StoreArgs {
    /// The data folder. Default: ./data in a checkout, the platform's data folder otherwise
    #[arg(long, value_name = "DIR", env = "ROLLCALL_DATA", global = true)]
    pub data: Option<PathBuf>,
    /// A database server instead of the file in the data folder (not supported yet)
    #[arg(
        long,
        value_name = "URL",
        env = "ROLLCALL_DATABASE_URL",
        hide_env_values = true,
        global = true
    )]
    pub database_url: Option<String>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run Rollcall
    Serve(Box<ServeArgs>),
    /// Owners, who run the installation
    #[command(subcommand)]
    Owner(OwnerCommand),
    /// Accounts, the tenants of the installation
    #[command(subcommand)]
    Account(AccountCommand),
    /// The switch that lets an account's identity provider in
    #[command(subcommand)]
    Provisioning(ProvisioningCommand),
    /// SCIM tokens
    #[command(subcommand)]
    Token(TokenCommand),
    /// Manual users
    #[command(subcommand)]
    User(UserCommand),
    /// The roles of groups
    #[command(subcommand)]
    Group(GroupCommand),
    /// Play an identity provider against any SCIM server, and say what it did not do as that one expects
    Simulate(simulate::Args),
}

/// The settings of `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// The address to listen on; port 0 takes any free one
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "ROLLCALL_LISTEN",
        default_value = "127.0.0.1:3000"
    )]
    pub listen: SocketAddr,
    /// The address that people and identity providers reach it by. Default: that of --listen, by http
    #[arg(long, value_name = "URL", env = "ROLLCALL_PUBLIC_URL")]
    pub public_url: Option<PublicUrl>,
    /// A reverse proxy whose X-Forwarded-For or Forwarded header is believed; may be repeated
    #[arg(long = "trusted-proxy", value_name = "CIDR", env = "ROLLCALL_TRUSTED_PROXY", value_delimiter = ',', value_parser = crate::config::parse_network)]
    pub trusted_proxies: Vec<IpNet>,
    /// SCIM requests a second and connection, or `off`
    #[arg(long, value_name = "N", env = "ROLLCALL_RATE_LIMIT", default_value = "1000")]
    pub rate_limit: RateLimit,
    /// Whom administrators ask for help, shown under Troubleshooting: an email address, a web address, or a few words
    #[arg(long, value_name = "CONTACT", env = "ROLLCALL_SUPPORT_CONTACT")]
    pub support_contact: Option<SupportContact>,
    /// What is logged: a level, or a level for each part, such as `info,directory=debug`
    #[arg(long, value_name = "FILTER", env = "ROLLCALL_LOG", default_value = "info")]
    pub log: String,
    /// How it is logged
    #[arg(long, value_name = "FORMAT", env = "ROLLCALL_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// A file that holds the time, for tests that need another day
    #[cfg(feature = "test-clock")]
    #[arg(long, value_name = "FILE", env = "ROLLCALL_CLOCK_FILE")]
    pub clock_file: Option<PathBuf>,
}

/// `rollcall owner …`
#[derive(Debug, Subcommand)]
pub enum OwnerCommand {
    /// Create an owner, or set a new password: also the way back in. Reads the password from standard input
    Create(owner::Create),
}

/// `rollcall account …`
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Create an account and print its id
    Create(account::Create),
}

/// `rollcall provisioning …`
#[derive(Debug, Subcommand)]
pub enum ProvisioningCommand {
    /// Serve the account's SCIM requests
    Enable(provisioning::Switch),
    /// Refuse the account's SCIM requests; nothing is deleted
    Disable(provisioning::Switch),
    /// How forgiving the account's SCIM API is with what differs from the RFCs
    Tolerance(provisioning::Tolerance),
}

/// `rollcall token …`
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a SCIM token and print it; it is shown this once
    Create(token::Create),
}

/// `rollcall user …`
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a manual user and print its id
    Create(user::Create),
    /// Print a one-time link by which the user sets a password
    Link(user::Link),
}

/// `rollcall group …`
#[derive(Debug, Subcommand)]
pub enum GroupCommand {
    /// Give a group a role
    Grant(group::Change),
    /// Take a role from a group
    Revoke(group::Change),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_data_folder_may_stand_behind_the_command() {
        let cli = Cli::try_parse_from([
            "rollcall",
            "account",
            "create",
            "--name",
            "Acme",
            "--data",
            "/srv/rollcall",
        ])
        .unwrap();
        assert_eq!(cli.store.data, Some(PathBuf::from("/srv/rollcall")));
    }

    #[test]
    fn the_addresses_of_proxies_may_be_single_ones() {
        let cli = Cli::try_parse_from([
            "rollcall",
            "serve",
            "--trusted-proxy",
            "10.0.0.0/8,::1",
            "--trusted-proxy",
            "192.0.2.1",
        ])
        .unwrap();
        let Command::Serve(args) = cli.command else {
            panic!("serve was asked for")
        };
        let networks: Vec<String> = args.trusted_proxies.iter().map(ToString::to_string).collect();
        assert_eq!(networks, ["10.0.0.0/8", "::1/128", "192.0.2.1/32"]);
    }
}

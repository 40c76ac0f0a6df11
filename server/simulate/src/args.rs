//! What a person asks for.

use clap::ValueEnum;

use crate::Error;

/// `simulate IDP --base-url U --token T`
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The identity provider to play
    #[arg(value_name = "IDP")]
    pub idp: Idp,
    /// The SCIM base URL of the server, without /Users
    #[arg(long, value_name = "URL")]
    pub base_url: String,
    /// The bearer token
    #[arg(long, env = "ROLLCALL_TOKEN", hide_env_values = true)]
    pub token: String,
    /// How many users it provisions
    #[arg(
        long,
        value_name = "N",
        default_value_t = 5,
        value_parser = clap::value_parser!(u16).range(3..=5000)
    )]
    pub users: u16,
    /// How many groups it pushes
    #[arg(
        long,
        value_name = "M",
        default_value_t = 2,
        value_parser = clap::value_parser!(u16).range(1..=1000)
    )]
    pub groups: u16,
    /// Requests a second at the most
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub rate: Option<u16>,
    /// Which of its dialects; the first that it has unless given
    #[arg(long)]
    pub dialect: Option<Dialect>,
    /// Another number gives other people; the same number the same
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Leave what it made on the server
    #[arg(long)]
    pub keep: bool,
}

/// The identity providers that can be played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "the names are the products'")]
pub enum Idp {
    Entra,
    Okta,
    Google,
    Onelogin,
    Jumpcloud,
    Ping,
    Keycloak,
    Authentik,
    Cyberark,
}

/// The dialects that some of them have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Dialect {
    /// The only one, or the one without a setting
    Default,
    /// Entra with `aadOptscim062020` on the tenant URL
    Flag,
    /// Okta's SCIM for custom apps: PUT for everything
    Aiw,
    /// Okta's catalogue template: PATCH
    Template,
    /// `PingOne`
    Pingone,
    /// `PingFederate` with the SCIM provisioner
    Pingfederate,
    /// With PUT
    Put,
    /// With PATCH
    Patch,
}

impl Idp {
    /// Its dialects, the usual one first.
    pub fn dialects(self) -> &'static [Dialect] {
        match self {
            Self::Entra => &[Dialect::Default, Dialect::Flag],
            Self::Okta => &[Dialect::Aiw, Dialect::Template],
            Self::Ping => &[Dialect::Pingone, Dialect::Pingfederate],
            Self::Keycloak => &[Dialect::Put, Dialect::Patch],
            Self::Authentik => &[Dialect::Patch, Dialect::Put],
            Self::Google | Self::Onelogin | Self::Jumpcloud | Self::Cyberark => &[Dialect::Default],
        }
    }

    /// As the command line has it.
    pub(crate) fn word(self) -> String {
        self.to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }

    /// The product's name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Entra => "Microsoft Entra ID",
            Self::Okta => "Okta",
            Self::Google => "Google Workspace",
            Self::Onelogin => "OneLogin",
            Self::Jumpcloud => "JumpCloud",
            Self::Ping => "Ping",
            Self::Keycloak => "Keycloak",
            Self::Authentik => "authentik",
            Self::Cyberark => "CyberArk",
        }
    }
}

impl Args {
    /// The dialect to speak.
    pub(crate) fn dialect(&self) -> Result<Dialect, Error> {
        let known = self.idp.dialects();
        let dialect = self.dialect.unwrap_or(known[0]);
        if known.contains(&dialect) {
            return Ok(dialect);
        }
        let name = |dialect: &Dialect| {
            dialect
                .to_possible_value()
                .map(|value| value.get_name().to_owned())
                .unwrap_or_default()
        };
        Err(Error::Usage(format!(
            "{} has no dialect '{}'; it has: {}",
            self.idp.label(),
            name(&dialect),
            known.iter().map(name).collect::<Vec<_>>().join(", ")
        )))
    }
}

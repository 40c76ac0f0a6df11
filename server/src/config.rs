//! Settings that are more than a flag: checked once, at the start.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use directory::{AccountId, Secret};
use http::Uri;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::cli::StoreArgs;

/// The command line asks for what cannot be; the message says what to do. Exit code 2.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadUsage(pub String);

/// The address that people and identity providers reach Rollcall by: scheme, host and port, without a slash at the
/// end. Every link is built from it, never from a request's `Host`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Where nothing else is set: the address listened on. An address that means "all" is no address to go to, so
    /// that this machine's own name stands for it.
    pub fn of_listener(address: SocketAddr) -> Self {
        if address.ip().is_unspecified() {
            return Self(format!("http://localhost:{}", address.port()));
        }
        Self(format!("http://{address}"))
    }

    /// Whether browsers reach it over TLS.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// Whether it names this machine only.
    pub fn is_local(&self) -> bool {
        let host = self
            .0
            .parse::<Uri>()
            .ok()
            .and_then(|uri| uri.host().map(str::to_owned))
            .unwrap_or_default();
        host == "localhost"
            || host
                .trim_matches(['[', ']'])
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    }

    /// Whether it names an address of this machine or of a private network, which no service outside reaches.
    pub fn is_private(&self) -> bool {
        let host = self.0.parse::<Uri>().ok();
        let host = host.as_ref().and_then(Uri::host).unwrap_or_default();
        let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
        self.is_local()
            || address.is_ok_and(|address| match address {
                IpAddr::V4(address) => address.is_private() || address.is_link_local(),
                IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
            })
    }

    /// The SCIM base URL of an account.
    pub fn scim_base(&self, account: AccountId) -> String {
        format!("{self}/scim/v2/{account}")
    }

    /// The one-time link that creates the first owner.
    pub fn first_owner_link(&self, secret: &Secret) -> String {
        format!("{self}/start/{}", secret.expose())
    }

    /// The one-time link by which a user sets a password.
    pub fn password_link(&self, secret: &Secret) -> String {
        format!("{self}/link/{}", secret.expose())
    }
}

impl Default for PublicUrl {
    /// The address of a server that is started without any setting.
    fn default() -> Self {
        Self("http://127.0.0.1:3000".to_owned())
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PublicUrl {
    type Err = BadUsage;

    fn from_str(text: &str) -> Result<Self, BadUsage> {
        let bad = || BadUsage("give scheme and host alone, such as https://rollcall.example.com".to_owned());
        let uri: Uri = text.parse().map_err(|_| bad())?;
        let scheme = uri
            .scheme_str()
            .filter(|scheme| ["http", "https"].contains(scheme))
            .ok_or_else(bad)?;
        let authority = uri
            .authority()
            .filter(|authority| !authority.as_str().contains('@'))
            .ok_or_else(bad)?;
        if authority.host().is_empty() || uri.path() != "/" || uri.query().is_some() {
            return Err(bad());
        }
        Ok(Self(format!(
            "{scheme}://{}",
            authority.as_str().to_ascii_lowercase()
        )))
    }
}

/// How many SCIM requests a second a connection may send; none: as many as it likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit(pub Option<NonZeroU32>);

/// Identity providers send up to this many requests a second, and Entra ID puts a server in quarantine that refuses them.
const LEAST_RATE: u32 = 25;

impl FromStr for RateLimit {
    type Err = BadUsage;

    fn from_str(text: &str) -> Result<Self, BadUsage> {
        if text.eq_ignore_ascii_case("off") {
            return Ok(Self(None));
        }
        text.parse::<NonZeroU32>()
            .ok()
            .filter(|limit| limit.get() >= LEAST_RATE)
            .map(|limit| Self(Some(limit)))
            .ok_or_else(|| BadUsage(format!("give a number from {LEAST_RATE} up, or off")))
    }
}

/// Whom administrators ask for help: one line of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupportContact(pub String);

/// The longest contact, in characters.
const LONGEST_CONTACT: usize = 200;

impl FromStr for SupportContact {
    type Err = BadUsage;

    fn from_str(text: &str) -> Result<Self, BadUsage> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > LONGEST_CONTACT || text.chars().any(char::is_control) {
            return Err(BadUsage(format!(
                "give an email address, a web address or a few words, at most {LONGEST_CONTACT} characters"
            )));
        }
        Ok(Self(text.to_owned()))
    }
}

/// Reads a network such as `10.0.0.0/8`, or a single address.
///
/// # Errors
/// [`BadUsage`] where it is neither.
pub fn parse_network(text: &str) -> Result<IpNet, BadUsage> {
    let text = text.trim();
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| BadUsage("give a network such as 10.0.0.0/8, or an address".to_owned()))
}

/// The data folder that the command line means.
///
/// # Errors
/// [`BadUsage`] for a database that is not supported, and where no folder can be derived.
pub fn data_folder(store: &StoreArgs) -> Result<PathBuf, BadUsage> {
    if store.database_url.is_some() {
        return Err(BadUsage(
            "--database-url is not supported yet; leave it out, and the data is kept in the folder of --data"
                .to_owned(),
        ));
    }
    if let Some(folder) = &store.data {
        return Ok(folder.clone());
    }
    if is_checkout(Path::new(".")) {
        return Ok(PathBuf::from("data"));
    }
    let folder_of = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    folder_of("XDG_DATA_HOME")
        .or_else(|| Some(folder_of("HOME")?.join(".local/share")))
        .map(|folder| folder.join("rollcall"))
        .ok_or_else(|| BadUsage("there is no home folder; say with --data where the data is".to_owned()))
}

/// Whether the folder is a checkout of Rollcall's source.
fn is_checkout(folder: &Path) -> bool {
    std::fs::read_to_string(folder.join("Cargo.toml"))
        .is_ok_and(|manifest| manifest.contains("\n[[workspace.metadata.leptos]]\nname = \"rollcall\"\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_scheme_and_host() {
        for (text, expected) in [
            (
                "https://rollcall.example.com",
                Some("https://rollcall.example.com"),
            ),
            (
                "https://rollcall.example.com/",
                Some("https://rollcall.example.com"),
            ),
            (
                "https://Rollcall.Example.com:8443",
                Some("https://rollcall.example.com:8443"),
            ),
            ("http://[::1]:3000", Some("http://[::1]:3000")),
            ("rollcall.example.com", None),
            ("ftp://rollcall.example.com", None),
            ("https://rollcall.example.com/path", None),
            ("https://rollcall.example.com?x", None),
            ("https://user@rollcall.example.com", None),
            ("https://", None),
            ("", None),
        ] {
            let parsed = text.parse::<PublicUrl>().ok().map(|url| url.to_string());
            assert_eq!(parsed.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_listener_on_all_addresses_is_reached_by_name() {
        let url = |address: &str| PublicUrl::of_listener(address.parse().unwrap()).to_string();
        assert_eq!(url("127.0.0.1:3000"), "http://127.0.0.1:3000");
        assert_eq!(url("[::1]:3000"), "http://[::1]:3000");
        assert_eq!(url("0.0.0.0:80"), "http://localhost:80");
        assert_eq!(url("[::]:80"), "http://localhost:80");
    }

    #[test]
    fn only_this_machine_is_local() {
        for (url, local) in [
            ("http://localhost:3000", true),
            ("http://127.0.0.1", true),
            ("http://[::1]:3000", true),
            ("http://192.0.2.1", false),
            ("https://rollcall.example.com", false),
        ] {
            assert_eq!(url.parse::<PublicUrl>().unwrap().is_local(), local, "{url}");
        }
    }

    #[test]
    fn a_rate_limit_is_a_number_or_off() {
        assert_eq!("off".parse(), Ok(RateLimit(None)));
        assert_eq!("25".parse(), Ok(RateLimit(NonZeroU32::new(25))));
        for text in ["0", "24", "-1", "many", ""] {
            assert!(text.parse::<RateLimit>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_contact_for_help_is_one_line() {
        let contact = |text: &str| text.parse::<SupportContact>().ok().map(|contact| contact.0);
        assert_eq!(contact(" help@acme.test "), Some("help@acme.test".to_owned()));
        for text in ["", "  ", "a\nb", &"x".repeat(201)] {
            assert_eq!(contact(text), None, "{text:?}");
        }
    }

    #[test]
    fn another_database_is_refused() {
        let store = StoreArgs {
            data: None,
            database_url: Some("postgres://localhost/rollcall".to_owned()),
        };
        assert!(data_folder(&store).is_err());
    }

    #[test]
    fn this_source_is_a_checkout() {
        assert!(is_checkout(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..")));
        assert!(!is_checkout(Path::new(env!("CARGO_MANIFEST_DIR"))));
    }
}

//! The identity providers that Rollcall knows: which leniencies their real requests need, and how a request shows
//! who sent it.

use serde_json::Value;

use super::{Leniency, LeniencySet};

/// A product that sends SCIM requests.
///
/// ```
/// use scim::{IdentityProvider, Leniency};
/// let shown = IdentityProvider::detect("Okta SCIM Client 1.0.0", "/Users?count=1", None);
/// assert_eq!(shown, Some(IdentityProvider::Okta));
/// assert!(!IdentityProvider::Okta.needs().contains(Leniency::UnquotedValue));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the products', `label` spells them out")]
pub enum IdentityProvider {
    Entra,
    Okta,
    Google,
    OneLogin,
    JumpCloud,
    PingOne,
    PingFederate,
    Keycloak,
    Authentik,
    CyberArk,
    Rippling,
}

/// The URN that Entra ID puts into the `schemas` of every group.
const ENTRA_GROUP: &str = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/";

/// Flags that administrators append to the tenant URL in Entra ID; whether they arrive here is not documented.
const ENTRA_FLAGS: [&str; 2] = ["aadoptscim062020", "azureadscimpatch2017"];

/// Parts of a `User-Agent`, in lower case. Okta's is documented; that the others name themselves is assumed.
const AGENTS: [(&str, IdentityProvider); 9] = [
    ("okta", IdentityProvider::Okta),
    ("authentik", IdentityProvider::Authentik),
    ("onelogin", IdentityProvider::OneLogin),
    ("jumpcloud", IdentityProvider::JumpCloud),
    ("pingone", IdentityProvider::PingOne),
    ("pingfederate", IdentityProvider::PingFederate),
    ("keycloak", IdentityProvider::Keycloak),
    ("cyberark", IdentityProvider::CyberArk),
    ("rippling", IdentityProvider::Rippling),
];

/// What every provider is granted: forms that are common to all, and whose reading is never in doubt.
const COMMON: [Leniency; 6] = [
    Leniency::EmptyText,
    Leniency::MemberKeys,
    Leniency::MissingSchemas,
    Leniency::Password,
    Leniency::ReadOnlyInPatch,
    Leniency::UnknownAttribute,
];

impl IdentityProvider {
    /// All of them, in the order in which people look for them.
    pub const ALL: [Self; 11] = [
        Self::Entra,
        Self::Okta,
        Self::Google,
        Self::OneLogin,
        Self::JumpCloud,
        Self::PingOne,
        Self::PingFederate,
        Self::Keycloak,
        Self::Authentik,
        Self::CyberArk,
        Self::Rippling,
    ];

    /// Stable identifier for settings and the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Entra => "entra",
            Self::Okta => "okta",
            Self::Google => "google",
            Self::OneLogin => "onelogin",
            Self::JumpCloud => "jumpcloud",
            Self::PingOne => "pingone",
            Self::PingFederate => "pingfederate",
            Self::Keycloak => "keycloak",
            Self::Authentik => "authentik",
            Self::CyberArk => "cyberark",
            Self::Rippling => "rippling",
        }
    }

    /// The provider of this [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.name() == name)
    }

    /// The product's name as its maker writes it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Entra => "Microsoft Entra ID",
            Self::Okta => "Okta",
            Self::Google => "Google Workspace",
            Self::OneLogin => "OneLogin",
            Self::JumpCloud => "JumpCloud",
            Self::PingOne => "PingOne",
            Self::PingFederate => "PingFederate",
            Self::Keycloak => "Keycloak",
            Self::Authentik => "authentik",
            Self::CyberArk => "CyberArk Identity",
            Self::Rippling => "Rippling",
        }
    }

    /// The leniencies that its real requests need.
    ///
    /// Bodies of `OneLogin` are an administrator's templates, and the shapes of Google, `JumpCloud`, `CyberArk` and Rippling
    /// are not documented: these need every one.
    pub fn needs(self) -> LeniencySet {
        use Leniency as L;
        let own: &[Leniency] = match self {
            Self::Entra => &[
                L::OperationCase,
                L::BooleanAsText,
                L::RemoveListed,
                L::PathAsKey,
                L::CreateUnmatched,
                L::ManagerForm,
                L::RoleAsJson,
                L::ValuePathTail,
                L::ComplexCompared,
                L::UnquotedValue,
                L::ExtensionWithoutUrn,
                L::TwoPrimaries,
            ],
            Self::Okta => &[],
            Self::PingOne | Self::PingFederate => &[L::ComplexCompared, L::UnquotedValue, L::TwoPrimaries],
            Self::Keycloak => &[L::BooleanAsText, L::SingleForList, L::RemoveListed],
            Self::Authentik => &[L::RemoveListed, L::UnquotedValue],
            Self::Google | Self::OneLogin | Self::JumpCloud | Self::CyberArk | Self::Rippling => &L::ALL,
        };
        COMMON.iter().chain(own).copied().collect()
    }

    /// Who sent a request, by signs that nobody else's requests have; none: it shows no sign. `body`: that of the
    /// request, of one operation where it is a bulk request.
    pub fn detect(agent: &str, path_and_query: &str, body: Option<&Value>) -> Option<Self> {
        let query = path_and_query
            .split_once('?')
            .map(|(_, query)| query.to_ascii_lowercase())
            .unwrap_or_default();
        let has_entra_schema = || {
            let schemas = body
                .and_then(|body| body.get("schemas"))
                .and_then(Value::as_array);
            schemas
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .any(|urn| urn.starts_with(ENTRA_GROUP))
        };
        if ENTRA_FLAGS.iter().any(|flag| query.contains(flag)) || has_entra_schema() {
            return Some(Self::Entra);
        }
        let agent = agent.to_ascii_lowercase();
        AGENTS
            .iter()
            .find(|(part, _)| agent.contains(part))
            .map(|(_, provider)| *provider)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_request_shows_its_sender_by_what_nobody_else_sends() {
        let group = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group",
            "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"]});
        let user = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"]});
        for (agent, path, body, expected) in [
            (
                "Okta SCIM Client 1.0.0",
                "/Users",
                None,
                Some(IdentityProvider::Okta),
            ),
            (
                "goauthentik.io/2026.8",
                "/Users",
                None,
                Some(IdentityProvider::Authentik),
            ),
            ("", "/Groups", Some(&group), Some(IdentityProvider::Entra)),
            ("", "/Users?aadOptscim062020", None, Some(IdentityProvider::Entra)),
            ("", "/Users/aadOptscim062020", None, None),
            ("curl/8", "/Users", Some(&user), None),
            ("", "", None, None),
        ] {
            assert_eq!(
                IdentityProvider::detect(agent, path, body),
                expected,
                "{agent} {path}"
            );
        }
    }

    #[test]
    fn names_lead_back() {
        for provider in IdentityProvider::ALL {
            assert_eq!(IdentityProvider::from_name(provider.name()), Some(provider));
        }
        assert_eq!(IdentityProvider::from_name("Entra"), None);
    }
}

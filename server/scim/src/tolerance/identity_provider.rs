//! The identity providers whose requests are known: which leniencies they need, and how a request shows who sent
//! it.

use serde_json::Value;

use super::{Leniency, LeniencySet};

/// A product that provisions users and groups by SCIM.
///
/// ```
/// use scim::{IdentityProvider, Leniency, Strictness, Tolerance};
/// let sender = IdentityProvider::detect("Okta SCIM Client 1.0.0", "/Users?count=1", None);
/// assert_eq!(sender, Some(IdentityProvider::Okta));
/// let mut tolerance = Tolerance::new(Strictness::Only(IdentityProvider::Okta.needs()));
/// assert!(tolerance.use_it(Leniency::EmptyText) && !tolerance.use_it(Leniency::UnquotedValue));
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

/// Forms whose reading is never in doubt, so that granting them costs nothing: everybody has them.
const COMMON: [Leniency; 6] = [
    Leniency::ScalarAsText,
    Leniency::EmptyText,
    Leniency::MemberKeys,
    Leniency::ReadOnlyInPatch,
    Leniency::UnknownAttribute,
    Leniency::MissingSchemas,
];

/// Begins the URN that Entra ID puts into the `schemas` of what it creates, beside the RFC's own.
const ENTRA_SCHEMA: &str = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/";

/// What administrators append to the tenant URL in Entra ID to choose its dialect. That it reaches the server is
/// assumed; nobody else would send it.
const ENTRA_FLAGS: [&str; 2] = ["aadoptscim062020", "azureadscimpatch2017"];

/// Words of a `User-Agent`, in lower case, that must all be in it. `Okta SCIM Client 1.0.0` is confirmed; that the
/// others name themselves is assumed. `google` alone would be any program written with Google's HTTP client.
const AGENTS: [(&[&str], IdentityProvider); 10] = [
    (&["okta"], IdentityProvider::Okta),
    (&["authentik"], IdentityProvider::Authentik),
    (&["onelogin"], IdentityProvider::OneLogin),
    (&["jumpcloud"], IdentityProvider::JumpCloud),
    (&["pingone"], IdentityProvider::PingOne),
    (&["pingfederate"], IdentityProvider::PingFederate),
    (&["keycloak"], IdentityProvider::Keycloak),
    (&["cyberark"], IdentityProvider::CyberArk),
    (&["rippling"], IdentityProvider::Rippling),
    (&["google", "provisioning"], IdentityProvider::Google),
];

impl IdentityProvider {
    /// All of them, in the order of declaration.
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

    /// Stable identifier for settings and stores: `entra`, `onelogin`.
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

    /// The identity provider of this [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.name() == name)
    }

    /// The product's name as its maker writes it: `Microsoft Entra ID`.
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
    /// All of them for `OneLogin`, whose bodies are templates that administrators write, and for Google, `JumpCloud`,
    /// `CyberArk` and Rippling, whose requests no public source shows: to refuse what they may send would be a guess.
    pub fn needs(self) -> LeniencySet {
        let own: &[Leniency] = match self {
            Self::Entra => &[
                Leniency::OperationCase,
                Leniency::BooleanAsText,
                Leniency::RemoveListed,
                Leniency::PathAsKey,
                Leniency::CreateUnmatched,
                Leniency::ManagerForm,
                Leniency::RoleAsJson,
                Leniency::SingleForList,
                Leniency::ValuePathTail,
                Leniency::ComplexCompared,
                Leniency::UnquotedValue,
                Leniency::ExtensionWithoutUrn,
            ],
            Self::Okta => &[],
            Self::PingOne | Self::PingFederate => &[
                Leniency::ComplexCompared,
                Leniency::UnquotedValue,
                Leniency::TwoPrimaries,
            ],
            Self::Keycloak => &[Leniency::BooleanAsText, Leniency::SingleForList],
            Self::Authentik => &[
                Leniency::RemoveListed,
                Leniency::SingleForList,
                Leniency::UnquotedValue,
            ],
            Self::Google | Self::OneLogin | Self::JumpCloud | Self::CyberArk | Self::Rippling => {
                &Leniency::ALL
            }
        };
        COMMON.iter().chain(own).copied().collect()
    }

    /// Who sent a request, told from its `User-Agent`, its path with the query, and its body.
    ///
    /// Only signs that nobody else's requests carry count, because a wrong answer switches off leniencies that the
    /// sender needs. `None` where there is no such sign, which is the rule for Entra ID until it creates a group.
    pub fn detect(agent: &str, path_and_query: &str, body: Option<&Value>) -> Option<Self> {
        let query = path_and_query.split_once('?').map_or("", |(_, query)| query);
        if has_entra_flag(query)
            || body.is_some_and(|body| lists_entra_schema(body) || is_entra_members(body))
        {
            return Some(Self::Entra);
        }
        let agent = agent.to_ascii_lowercase();
        AGENTS
            .iter()
            .find(|(words, _)| words.iter().all(|word| agent.contains(word)))
            .map(|(_, provider)| *provider)
    }
}

fn has_entra_flag(query: &str) -> bool {
    query.split('&').any(|parameter| {
        let name = parameter.split('=').next().unwrap_or_default();
        ENTRA_FLAGS.iter().any(|flag| name.eq_ignore_ascii_case(flag))
    })
}

fn lists_entra_schema(body: &Value) -> bool {
    let schemas = body.get("schemas").and_then(Value::as_array);
    schemas
        .into_iter()
        .flatten()
        .any(|urn| urn.as_str().is_some_and(|urn| urn.starts_with(ENTRA_SCHEMA)))
}

/// `{"op":"Add","path":"members","value":[{"$ref":null,"value":"u-1"}]}`: each half alone is sent by others too.
fn is_entra_members(body: &Value) -> bool {
    let operations = body.get("Operations").and_then(Value::as_array);
    operations.into_iter().flatten().any(|operation| {
        let is_capitalised = matches!(operation["op"].as_str(), Some("Add" | "Remove"));
        let has_null_reference = |member: &Value| member.get("$ref").is_some_and(Value::is_null);
        let members = operation["value"].as_array();
        is_capitalised
            && operation["path"] == "members"
            && members.is_some_and(|members| members.iter().any(has_null_reference))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::urn;

    #[test]
    fn a_sign_that_nobody_else_sends_shows_the_sender() {
        use IdentityProvider::{
            Authentik, CyberArk, Entra, Google, JumpCloud, Keycloak, Okta, OneLogin, PingFederate, PingOne,
            Rippling,
        };
        let group = json!({"schemas": [urn::GROUP, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"]});
        let added = |op: &str, member: Value| {
            json!({"schemas": [urn::PATCH_OP],
                   "Operations": [{"op": op, "path": "members", "value": [member]}]})
        };
        let entra = added("Add", json!({"$ref": null, "value": "u-1"}));
        let lower = added("add", json!({"$ref": null, "value": "u-1"}));
        let plain = added("Add", json!({"value": "u-1"}));
        let users = "/scim/v2/a-1/Users";
        for (agent, path, body, expected) in [
            ("Okta SCIM Client 1.0.0", users, None, Some(Okta)),
            ("goauthentik.io/2026.8.1", users, None, Some(Authentik)),
            ("OneLogin-Provisioning", users, None, Some(OneLogin)),
            ("JumpCloud/1", users, None, Some(JumpCloud)),
            ("PingOne Provisioning", users, None, Some(PingOne)),
            ("PingFederate/13.1", users, None, Some(PingFederate)),
            ("Keycloak", users, None, Some(Keycloak)),
            ("CyberArk Identity", users, None, Some(CyberArk)),
            ("Rippling", users, None, Some(Rippling)),
            ("Google-Auto-Provisioning", users, None, Some(Google)),
            ("Google-HTTP-Java-Client/1.46", users, None, None),
            ("", "/Groups", Some(&group), Some(Entra)),
            ("", "/Groups/g-1", Some(&entra), Some(Entra)),
            ("", "/Groups/g-1", Some(&lower), None),
            ("", "/Groups/g-1", Some(&plain), None),
            ("", "/Users?aadOptscim062020", None, Some(Entra)),
            ("", "/Users?count=1&AzureAdScimPatch2017=", None, Some(Entra)),
            ("", "/Users/aadOptscim062020", None, None),
            ("", "/Users?filter=userName+eq+\"aadOptscim062020\"", None, None),
            ("curl/8", users, Some(&json!([1])), None),
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
    fn names_are_stable_and_distinct() {
        for provider in IdentityProvider::ALL {
            assert_eq!(IdentityProvider::from_name(provider.name()), Some(provider));
            assert!(!provider.label().is_empty());
        }
        assert_eq!(IdentityProvider::from_name("Entra"), None);
    }
}

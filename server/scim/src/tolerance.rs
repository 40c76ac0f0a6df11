//! Every leniency towards an identity provider, by name.
//!
//! The RFCs' letter would refuse what real identity providers send. Each deviation that this crate accepts
//! is a [`Leniency`]; using one is noted in the [`Tolerance`] that accompanies a request, so that the request
//! log can say which were needed, and a connection can switch them off.

mod identity_provider;
#[cfg(test)]
mod tests;

pub use identity_provider::IdentityProvider;

/// One form that the RFCs would refuse and that this crate accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Leniency {
    /// `op` in other than lower case: `"Add"` (Entra ID).
    OperationCase,
    /// `"True"`, `"false"`, `"1"`, `0` for a boolean, in bodies and filters (Entra ID, `OneLogin`, Keycloak).
    BooleanAsText,
    /// A number or boolean where the schema has a string: `"employeeNumber": 77` (`OneLogin` templates).
    ScalarAsText,
    /// `""` for a value to clear, or `[]` for one that is no list (Entra ID, Okta).
    EmptyText,
    /// `remove` with a `value`: of a list the values to remove (Entra ID, authentik, `JumpCloud`); elsewhere the
    /// path alone says what goes.
    RemoveListed,
    /// Keys that a member does not have, such as `displayName`, or a bare id for a member (Entra ID, Okta).
    MemberKeys,
    /// Dotted, URN-prefixed or value-path keys in a PATCH value without path (Entra ID with the flag).
    PathAsKey,
    /// `id`, `schemas`, `meta` and other read-only attributes in a PATCH value without path (Okta, authentik).
    ReadOnlyInPatch,
    /// `add` or `replace` on a value path that matches nothing creates the value (Entra ID).
    CreateUnmatched,
    /// Unknown attributes and schema URNs are ignored (Entra ID).
    UnknownAttribute,
    /// A missing or wrong `schemas` (Entra ID, Keycloak plugins).
    MissingSchemas,
    /// SCIM 1.1 URNs in `schemas`, or as the key of the Enterprise extension (`OneLogin` templates).
    Scim1Schemas,
    /// `manager` as a string, a list or with `managerId` (Entra ID, `OneLogin`).
    ManagerForm,
    /// Roles whose `value` is JSON text (Entra ID).
    RoleAsJson,
    /// One value where the schema has a list (Keycloak plugins, hand-written templates).
    SingleForList,
    /// `emails[type eq "work"].value eq "x"` in a filter (Entra ID).
    ValuePathTail,
    /// `emails eq "x"` for `emails.value eq "x"` (`PingFederate`, `PingOne`, Entra ID).
    ComplexCompared,
    /// One unquoted word at the end of a filter (authentik up to 2025.6, `PingFederate`).
    UnquotedValue,
    /// An attribute of an extension without its URN: path `manager` (Entra ID), `"manager":{"managerId":…}` beside
    /// `userName` (`OneLogin` templates).
    ExtensionWithoutUrn,
    /// Two values marked primary: the first wins (`PingOne`).
    TwoPrimaries,
}

impl Leniency {
    /// Every leniency, in the order of declaration.
    pub const ALL: [Self; 20] = [
        Self::OperationCase,
        Self::BooleanAsText,
        Self::ScalarAsText,
        Self::EmptyText,
        Self::RemoveListed,
        Self::MemberKeys,
        Self::PathAsKey,
        Self::ReadOnlyInPatch,
        Self::CreateUnmatched,
        Self::UnknownAttribute,
        Self::MissingSchemas,
        Self::Scim1Schemas,
        Self::ManagerForm,
        Self::RoleAsJson,
        Self::SingleForList,
        Self::ValuePathTail,
        Self::ComplexCompared,
        Self::UnquotedValue,
        Self::ExtensionWithoutUrn,
        Self::TwoPrimaries,
    ];

    /// Stable identifier for logs and settings, in snake case.
    pub fn name(self) -> &'static str {
        match self {
            Self::OperationCase => "operation_case",
            Self::BooleanAsText => "boolean_as_text",
            Self::ScalarAsText => "scalar_as_text",
            Self::EmptyText => "empty_text",
            Self::RemoveListed => "remove_listed",
            Self::MemberKeys => "member_keys",
            Self::PathAsKey => "path_as_key",
            Self::ReadOnlyInPatch => "read_only_in_patch",
            Self::CreateUnmatched => "create_unmatched",
            Self::UnknownAttribute => "unknown_attribute",
            Self::MissingSchemas => "missing_schemas",
            Self::Scim1Schemas => "scim_1_schemas",
            Self::ManagerForm => "manager_form",
            Self::RoleAsJson => "role_as_json",
            Self::SingleForList => "single_for_list",
            Self::ValuePathTail => "value_path_tail",
            Self::ComplexCompared => "complex_compared",
            Self::UnquotedValue => "unquoted_value",
            Self::ExtensionWithoutUrn => "extension_without_urn",
            Self::TwoPrimaries => "two_primaries",
        }
    }

    /// The leniency of this [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|leniency| leniency.name() == name)
    }

    fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// A set of leniencies.
///
/// ```
/// use scim::{IdentityProvider, Leniency, LeniencySet};
/// let own: LeniencySet = [Leniency::SingleForList].into_iter().collect();
/// let both = IdentityProvider::Okta.needs().union(own);
/// assert!(both.contains(Leniency::SingleForList) && both.contains(Leniency::EmptyText));
/// assert_eq!(LeniencySet::ALL.iter().count(), Leniency::ALL.len());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeniencySet(u32);

impl LeniencySet {
    /// Every leniency.
    pub const ALL: Self = Self((1 << Leniency::ALL.len()) - 1);

    /// Whether the set holds `leniency`.
    pub fn contains(self, leniency: Leniency) -> bool {
        self.0 & leniency.bit() != 0
    }

    /// What either set holds.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What the set holds, in the order of declaration.
    pub fn iter(self) -> impl Iterator<Item = Leniency> {
        Leniency::ALL
            .into_iter()
            .filter(move |leniency| self.contains(*leniency))
    }
}

impl FromIterator<Leniency> for LeniencySet {
    fn from_iter<I: IntoIterator<Item = Leniency>>(leniencies: I) -> Self {
        Self(
            leniencies
                .into_iter()
                .fold(0, |set, leniency| set | leniency.bit()),
        )
    }
}

/// Which leniencies a connection grants.
///
/// ```
/// use scim::{Filter, IdentityProvider, ResourceType, Strictness, Tolerance};
/// let needed = Strictness::Only(IdentityProvider::Authentik.needs());
/// for (strictness, is_read) in [(Strictness::All, true), (Strictness::Strict, false), (needed, true)] {
///     let filter = Filter::parse("userName eq jdoe", ResourceType::User, &mut Tolerance::new(strictness));
///     assert_eq!(filter.is_ok(), is_read);
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strictness {
    /// All of them.
    #[default]
    All,
    /// None: the RFCs' letter.
    Strict,
    /// Exactly these.
    Only(LeniencySet),
}

/// Most ignored names that are noted for one request; a hostile body has more.
const MAX_IGNORED: usize = 50;
/// Longest noted name, in characters.
const MAX_IGNORED_LENGTH: usize = 120;

/// What one request was granted: goes into parsing, comes out with what was used and what was ignored.
///
/// ```
/// use scim::{Leniency, Strictness, Tolerance};
/// let mut tolerance = Tolerance::new(Strictness::All);
/// assert!(tolerance.use_it(Leniency::BooleanAsText));
/// assert_eq!(tolerance.used(), [Leniency::BooleanAsText]);
/// assert!(!Tolerance::new(Strictness::Strict).use_it(Leniency::BooleanAsText));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Tolerance {
    strictness: Strictness,
    used: Vec<Leniency>,
    ignored: Vec<String>,
}

impl Tolerance {
    /// Nothing used yet.
    pub fn new(strictness: Strictness) -> Self {
        Self {
            strictness,
            used: Vec::new(),
            ignored: Vec::new(),
        }
    }

    /// Asks for a leniency: `true` notes its use, `false` means that the input must be refused. Parsers ask; a
    /// caller has only [`Tolerance::used`] to read.
    #[must_use]
    pub fn use_it(&mut self, leniency: Leniency) -> bool {
        let granted = match self.strictness {
            Strictness::All => true,
            Strictness::Strict => false,
            Strictness::Only(set) => set.contains(leniency),
        };
        if granted && !self.used.contains(&leniency) {
            self.used.push(leniency);
        }
        granted
    }

    /// The leniencies that were used, each once, in order of first use.
    pub fn used(&self) -> &[Leniency] {
        &self.used
    }

    /// Attributes and URNs of the request that had a value and no effect, each once, as the client spelt them (at
    /// most fifty, shortened): unknown ones, and read-only ones but `meta` and the resource's own `id`, which every
    /// client that sends back what it read has in its bodies.
    pub fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// Notes that `name` had no effect.
    pub(crate) fn ignore(&mut self, name: &str) {
        if self.ignored.len() == MAX_IGNORED || self.ignored.iter().any(|noted| noted == name) {
            return;
        }
        let name: String = name.chars().take(MAX_IGNORED_LENGTH).collect();
        if !self.ignored.contains(&name) {
            self.ignored.push(name);
        }
    }
}

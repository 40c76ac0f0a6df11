//! The forms that identity providers really send, each with its body: accepted where its leniencies are granted,
//! noted, and refused where one is not.

mod bodies;
mod filters;
mod members;
mod operations;

use serde_json::{Value, json};

use super::*;
use crate::schema::ResourceType::{self, Group, User};
use crate::{Filter, MemberChange, Patch, Resource, ScimError, parse_create, parse_replace, urn};

const ENTERPRISE: &str = urn::ENTERPRISE_USER;

/// One quirk.
struct Case {
    name: &'static str,
    /// Who sends it.
    from: &'static [IdentityProvider],
    input: Input,
    /// None: the RFCs allow it.
    takes: &'static [Leniency],
    /// What is noted as without effect.
    ignored: Vec<&'static str>,
    /// Part of the attributes, membership changes or filter that it becomes.
    gives: String,
}

enum Input {
    Create(ResourceType, Value),
    /// Of the user or group that [`before`] gives.
    Replace(ResourceType, Value),
    Patch(ResourceType, Value),
    Filter(ResourceType, &'static str),
}

impl Case {
    fn new(name: &'static str, input: Input, gives: impl Into<String>) -> Self {
        Self {
            name,
            from: &[],
            input,
            takes: &[],
            ignored: Vec::new(),
            gives: gives.into(),
        }
    }

    fn from(self, from: &'static [IdentityProvider]) -> Self {
        Self { from, ..self }
    }

    fn takes(self, takes: &'static [Leniency]) -> Self {
        Self { takes, ..self }
    }

    fn ignores(self, ignored: &[&'static str]) -> Self {
        Self {
            ignored: ignored.to_vec(),
            ..self
        }
    }
}

fn cases() -> Vec<Case> {
    [
        bodies::cases(),
        operations::cases(),
        members::cases(),
        filters::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn before(kind: ResourceType) -> Resource {
    let stored = match kind {
        User => json!({
            "userName": "ada", "active": true, "title": "Countess",
            "emails": [{"value": "a@x.test", "type": "home", "primary": true}],
            ENTERPRISE: {"manager": {"value": "u-9"}, "division": "North"},
        }),
        Group => json!({"displayName": "Sales"}),
    };
    Resource::from_stored(kind, &stored.to_string()).unwrap()
}

fn member_changes(changes: &[MemberChange]) -> String {
    changes
        .iter()
        .map(|change| match change {
            MemberChange::Add(members) => format!("add {} ", ids(members)),
            MemberChange::Replace(members) => format!("replace {} ", ids(members)),
            MemberChange::Remove(ids) => format!("remove {ids:?} "),
            MemberChange::RemoveWhere(filter) => format!("remove where {filter} "),
        })
        .collect()
}

fn ids(members: &[crate::Member]) -> String {
    let ids: Vec<_> = members.iter().map(|member| member.value.as_str()).collect();
    format!("{ids:?}")
}

/// What the input becomes, as text.
fn read(input: &Input, t: &mut Tolerance) -> Result<String, ScimError> {
    let whole = |incoming: crate::Incoming| {
        let members = incoming
            .members
            .map_or(Vec::new(), |all| vec![MemberChange::Replace(all)]);
        incoming.resource.to_stored() + &member_changes(&members)
    };
    match input {
        Input::Create(kind, body) => parse_create(*kind, body, t).map(whole),
        Input::Replace(kind, body) => parse_replace(&before(*kind), "x-1", body, t).map(whole),
        Input::Patch(kind, body) => {
            let outcome = Patch::parse(*kind, body, t)?.apply(&before(*kind), "x-1", t)?;
            Ok(outcome.resource.to_stored() + &member_changes(&outcome.members))
        }
        Input::Filter(kind, text) => Filter::parse(text, *kind, t).map(|filter| filter.to_string()),
    }
}

fn read_with(case: &Case, strictness: Strictness) -> Result<String, ScimError> {
    read(&case.input, &mut Tolerance::new(strictness))
}

fn set(leniencies: impl IntoIterator<Item = Leniency>) -> LeniencySet {
    leniencies.into_iter().collect()
}

#[test]
fn each_form_is_taken_and_noted() {
    for case in cases() {
        let name = case.name;
        let mut t = Tolerance::default();
        let read = read(&case.input, &mut t).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(read.contains(&case.gives), "{name}: {read}");
        assert_eq!(
            set(t.used().iter().copied()),
            set(case.takes.iter().copied()),
            "{name}: {t:?}"
        );
        let sorted = |mut names: Vec<String>| {
            names.sort();
            names
        };
        let expected = case.ignored.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(sorted(t.ignored().to_vec()), sorted(expected), "{name}");
        assert!(!read.contains("x7Random"), "{name}");
    }
}

#[test]
fn each_form_needs_exactly_its_leniencies() {
    for case in cases() {
        let exactly = Strictness::Only(set(case.takes.iter().copied()));
        assert!(read_with(&case, exactly).is_ok(), "{}", case.name);
        for missing in case.takes {
            let rest = LeniencySet::ALL.iter().filter(|leniency| leniency != missing);
            // Refused, or without effect where what is unknown may be ignored.
            assert_ne!(
                read_with(&case, Strictness::Only(set(rest))),
                read_with(&case, exactly),
                "{} without {}",
                case.name,
                missing.name()
            );
        }
    }
}

#[test]
fn each_form_is_refused_in_words_when_strict() {
    for case in cases() {
        let strict = read_with(&case, Strictness::Strict);
        if case.takes.is_empty() {
            assert!(strict.is_ok(), "{}: the RFCs allow it", case.name);
            continue;
        }
        let error = strict.expect_err(case.name);
        assert_eq!(error.status, 400, "{}", case.name);
        assert!(error.scim_type.is_some(), "{}", case.name);
        assert!(
            error.detail.ends_with('.') && !error.detail.contains("x7Random"),
            "{}",
            error.detail
        );
        if case.takes == [Leniency::UnknownAttribute] {
            let named = case
                .ignored
                .iter()
                .any(|name| error.detail.contains(&crate::error::quoted(name)));
            assert!(named, "{}: {}", case.name, error.detail);
        }
    }
}

#[test]
fn each_identity_provider_is_granted_what_it_sends_and_no_more() {
    for provider in IdentityProvider::ALL {
        let needs = provider.needs();
        let mut sent = LeniencySet::default();
        let own: Vec<_> = cases()
            .into_iter()
            .filter(|case| case.from.contains(&provider))
            .collect();
        assert!(!own.is_empty(), "{}", provider.label());
        for case in own {
            let name = format!("{}: {}", provider.label(), case.name);
            assert_eq!(
                read_with(&case, Strictness::Only(needs)),
                read_with(&case, Strictness::All),
                "{name}"
            );
            sent = sent.union(set(case.takes.iter().copied()));
        }
        // Where all are granted nobody knows what is sent; what everybody has costs nothing.
        let common = IdentityProvider::Okta.needs();
        if needs != LeniencySet::ALL {
            let unexplained: Vec<_> = needs
                .iter()
                .filter(|leniency| !common.contains(*leniency) && !sent.contains(*leniency))
                .collect();
            assert!(unexplained.is_empty(), "{}: {unexplained:?}", provider.label());
        }
    }
}

#[test]
fn no_leniency_is_without_a_case() {
    for leniency in Leniency::ALL {
        let alone = cases().iter().any(|case| case.takes == [leniency]);
        assert!(alone, "{}", leniency.name());
    }
}

#[test]
fn names_are_stable_and_distinct() {
    for leniency in Leniency::ALL {
        assert_eq!(Leniency::from_name(leniency.name()), Some(leniency));
    }
    assert_eq!(Leniency::from_name("nosuch"), None);
}

#[test]
fn sets_hold_what_they_were_made_of() {
    let pair = set([Leniency::RoleAsJson, Leniency::OperationCase]);
    assert_eq!(
        pair.iter().collect::<Vec<_>>(),
        [Leniency::OperationCase, Leniency::RoleAsJson]
    );
    assert_eq!(pair.union(LeniencySet::default()), pair);
    assert_eq!(set(Leniency::ALL), LeniencySet::ALL);
}

#[test]
fn use_is_noted_once_in_order() {
    let mut t = Tolerance::default();
    for leniency in [Leniency::RoleAsJson, Leniency::EmptyText, Leniency::RoleAsJson] {
        assert!(t.use_it(leniency));
    }
    assert_eq!(t.used(), [Leniency::RoleAsJson, Leniency::EmptyText]);
}

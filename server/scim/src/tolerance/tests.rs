//! Each leniency with the body of the identity provider that needs it: accepted and noted by default, refused
//! where it is not granted.

use serde_json::{Value, json};

use super::*;
use crate::schema::ResourceType::{self, Group, User};
use crate::{Filter, Patch, Resource, ScimError, parse_create, urn};

const ENTERPRISE: &str = urn::ENTERPRISE_USER;

enum Input {
    Create(ResourceType, Value),
    /// One operation on a user without e-mail or on a group.
    Operation(ResourceType, Value),
    Filter(&'static str),
}
use Input::{Create, Operation};

/// The attributes, membership changes or filter that the input becomes.
fn read(input: &Input, t: &mut Tolerance) -> Result<String, ScimError> {
    match input {
        Create(kind, body) => parse_create(*kind, body, t).map(|incoming| match incoming.members {
            Some(members) => format!("{members:?}"),
            None => incoming.resource.to_stored(),
        }),
        Operation(kind, operation) => {
            let body = json!({"schemas": [urn::PATCH_OP], "Operations": [operation]});
            let before = match kind {
                User => Resource::new_user("ada"),
                Group => Resource::from_stored(Group, "{\"displayName\":\"Sales\"}")?,
            };
            let outcome = Patch::parse(*kind, &body, t)?.apply(&before, "g-9", t)?;
            Ok(format!("{}{:?}", outcome.resource.to_stored(), outcome.members))
        }
        Input::Filter(text) => Filter::parse(text, User, t).map(|filter| filter.to_string()),
    }
}

fn user(extra: &Value) -> Input {
    let mut body = json!({"schemas": [urn::USER], "userName": "ada"});
    body.as_object_mut()
        .unwrap()
        .extend(extra.as_object().unwrap().clone());
    Create(User, body)
}

fn cases() -> Vec<(Leniency, Input, &'static str)> {
    vec![
        (
            Leniency::OperationCase,
            Operation(User, json!({"op": "Replace", "path": "title", "value": "x"})),
            r#""title":"x""#,
        ),
        (
            Leniency::BooleanAsText,
            Operation(User, json!({"op": "replace", "path": "active", "value": "False"})),
            r#""active":false"#,
        ),
        (
            Leniency::BooleanAsText,
            Input::Filter(r#"active eq "True""#),
            "active eq true",
        ),
        (
            Leniency::ScalarAsText,
            user(&json!({ENTERPRISE: {"employeeNumber": 77}})),
            r#""employeeNumber":"77""#,
        ),
        (
            Leniency::EmptyText,
            user(&json!({"title": ""})),
            r#"{"active":true,"userName":"ada"}"#,
        ),
        (
            Leniency::RemoveListed,
            Operation(
                Group,
                json!({"op": "remove", "path": "members", "value": [{"value": "u-1"}]}),
            ),
            r#"[Remove(["u-1"])]"#,
        ),
        (
            Leniency::MemberKeys,
            Create(
                Group,
                json!({"schemas": [urn::GROUP], "displayName": "Sales",
                "members": [{"value": "u-1", "$ref": null, "displayName": "Ada"}]}),
            ),
            r#"value: "u-1""#,
        ),
        (
            Leniency::PathAsKey,
            Operation(User, json!({"op": "replace", "value": {"name.givenName": "Ada"}})),
            r#""name":{"givenName":"Ada"}"#,
        ),
        (
            Leniency::PathAsKey,
            Operation(
                User,
                json!({"op": "replace", "value": {format!("{ENTERPRISE}:employeeNumber"): "7"}}),
            ),
            r#""employeeNumber":"7""#,
        ),
        (
            Leniency::ReadOnlyInPatch,
            Operation(
                Group,
                json!({"op": "replace", "value": {"id": "g-9", "displayName": "Sales EMEA"}}),
            ),
            r#""displayName":"Sales EMEA""#,
        ),
        (
            Leniency::CreateUnmatched,
            Operation(
                User,
                json!({"op": "add", "path": "emails[type eq \"work\"].value", "value": "a@x.test"}),
            ),
            r#"{"type":"work","value":"a@x.test"}"#,
        ),
        (
            Leniency::CreateUnmatched,
            Operation(
                User,
                json!({"op": "replace", "path": "emails[type eq \"work\"].value", "value": "a@x.test"}),
            ),
            r#"{"type":"work","value":"a@x.test"}"#,
        ),
        (
            Leniency::UnknownAttribute,
            Create(
                Group,
                json!({"displayName": "Sales", "schemas": [urn::GROUP,
                "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"]}),
            ),
            r#"{"displayName":"Sales"}"#,
        ),
        (
            Leniency::UnknownAttribute,
            user(&json!({"shoeSize": 38})),
            r#""userName":"ada""#,
        ),
        (
            Leniency::MissingSchemas,
            Create(User, json!({"userName": "ada"})),
            r#""userName":"ada""#,
        ),
        (
            Leniency::Scim1Schemas,
            Create(
                User,
                json!({"schemas": ["urn:scim:schemas:core:1.0"], "userName": "ada"}),
            ),
            r#""userName":"ada""#,
        ),
        (
            Leniency::ManagerForm,
            Operation(
                User,
                json!({"op": "add", "path": format!("{ENTERPRISE}:manager"), "value": "u-77"}),
            ),
            r#""manager":{"value":"u-77"}"#,
        ),
        (
            Leniency::ManagerForm,
            user(&json!({ENTERPRISE: {"manager": [{"value": "u-77", "$ref": "../Users/u-77"}]}})),
            r#""manager":{"$ref":"../Users/u-77","value":"u-77"}"#,
        ),
        (
            Leniency::ManagerForm,
            user(&json!({ENTERPRISE: {"manager": {"managerId": "u-77"}}})),
            r#""manager":{"value":"u-77"}"#,
        ),
        (
            Leniency::RoleAsJson,
            Operation(
                User,
                json!({"op": "add", "path": "roles", "value": [
                {"value": "{\"id\":\"1\",\"value\":\"Admin\",\"displayName\":\"Administrator\"}"}]}),
            ),
            r#""roles":[{"display":"Administrator","value":"Admin"}]"#,
        ),
        (
            Leniency::SingleForList,
            user(&json!({"emails": {"value": "a@x.test"}})),
            r#""emails":[{"value":"a@x.test"}]"#,
        ),
        (
            Leniency::ValuePathTail,
            Input::Filter(r#"emails[type eq "work"].value eq "a@x.test""#),
            r#"emails[type eq "work" and value eq "a@x.test"]"#,
        ),
        (
            Leniency::ComplexCompared,
            Input::Filter(r#"emails eq "a@x.test""#),
            r#"emails.value eq "a@x.test""#,
        ),
        (
            Leniency::UnquotedValue,
            Input::Filter("userName eq jdoe"),
            r#"userName eq "jdoe""#,
        ),
        (
            Leniency::ExtensionWithoutUrn,
            Operation(User, json!({"op": "add", "path": "department", "value": "R&D"})),
            r#""department":"R&D""#,
        ),
        (
            Leniency::TwoPrimaries,
            user(
                &json!({"emails": [{"value": "a@x.test", "type": "work", "primary": true},
                                    {"value": "a@x.test", "type": "home", "primary": true}]}),
            ),
            r#"[{"primary":true,"type":"work","value":"a@x.test"},{"primary":false,"type":"home","value":"a@x.test"}]"#,
        ),
        (
            Leniency::Password,
            user(&json!({"password": "x7Random"})),
            r#"{"active":true,"userName":"ada"}"#,
        ),
    ]
}

#[test]
fn each_leniency_is_granted_and_noted() {
    for (leniency, input, expected) in cases() {
        let mut t = Tolerance::default();
        let read = read(&input, &mut t).unwrap_or_else(|error| panic!("{}: {error}", leniency.name()));
        assert!(read.contains(expected), "{}: {read}", leniency.name());
        assert_eq!(t.used(), [leniency]);
        assert!(!read.contains("x7Random"));
    }
}

#[test]
fn each_leniency_is_refused_when_strict_and_granted_alone() {
    for (leniency, input, _) in cases() {
        let error = read(&input, &mut Tolerance::new(Strictness::Strict)).expect_err(leniency.name());
        assert_eq!(error.status, 400, "{}", leniency.name());
        assert!(!error.detail.contains("x7Random"));
        let alone = Strictness::Only([leniency].into_iter().collect());
        assert!(
            read(&input, &mut Tolerance::new(alone)).is_ok(),
            "{}",
            leniency.name()
        );
        let others = Leniency::ALL
            .into_iter()
            .filter(|other| *other != leniency)
            .collect();
        let others = Strictness::Only(others);
        assert!(
            read(&input, &mut Tolerance::new(others)).is_err(),
            "{}",
            leniency.name()
        );
    }
}

#[test]
fn no_leniency_is_without_a_case() {
    for leniency in Leniency::ALL {
        assert!(
            cases().iter().any(|(tested, ..)| *tested == leniency),
            "{}",
            leniency.name()
        );
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
fn use_is_noted_once_in_order() {
    let mut t = Tolerance::default();
    for leniency in [Leniency::Password, Leniency::EmptyText, Leniency::Password] {
        assert!(t.use_it(leniency));
    }
    assert_eq!(t.used(), [Leniency::Password, Leniency::EmptyText]);
}

//! PATCH of the members of a group.

use serde_json::{Value, json};

use super::IdentityProvider::{Authentik, Entra, JumpCloud, Keycloak, Okta, OneLogin};
use super::Input::Patch;
use super::{Case, Group, Input, Leniency as L};
use crate::urn;

fn patch(operations: &Value) -> Input {
    Patch(
        Group,
        json!({"schemas": [urn::PATCH_OP], "Operations": operations}),
    )
}

fn group(operation: &Value) -> Input {
    patch(&json!([operation]))
}

pub(super) fn cases() -> Vec<Case> {
    let members = |op: &str, value: Value| group(&json!({"op": op, "path": "members", "value": value}));
    vec![
        Case::new(
            "members added with $ref null",
            members(
                "add",
                json!([{"$ref": null, "value": "u-1"}, {"$ref": null, "value": "u-2"}]),
            ),
            r#"add ["u-1", "u-2"]"#,
        )
        .from(&[Entra]),
        Case::new(
            "members listed in remove",
            members("remove", json!([{"$ref": null, "value": "u-1"}])),
            r#"remove ["u-1"]"#,
        )
        .from(&[Entra, Authentik, JumpCloud])
        .takes(&[L::RemoveListed]),
        Case::new(
            "nobody listed in remove",
            members("remove", json!([])),
            r#"{"displayName":"Sales"}"#,
        )
        .from(&[Entra, Authentik])
        .takes(&[L::RemoveListed]),
        Case::new(
            "one member in remove",
            members("remove", json!({"value": "u-1"})),
            r#"remove ["u-1"]"#,
        )
        .from(&[Entra, Authentik])
        .takes(&[L::RemoveListed, L::SingleForList]),
        Case::new(
            "bare ids in remove",
            members("remove", json!(["u-1", "u-2"])),
            r#"remove ["u-1", "u-2"]"#,
        )
        .from(&[Entra, Authentik])
        .takes(&[L::RemoveListed, L::MemberKeys]),
        Case::new(
            "bare ids in add",
            members("add", json!(["u-1"])),
            r#"add ["u-1"]"#,
        )
        .takes(&[L::MemberKeys]),
        Case::new(
            "one member in add",
            members("add", json!({"value": "u-1"})),
            r#"add ["u-1"]"#,
        )
        .takes(&[L::SingleForList]),
        Case::new(
            "member removed by a filter",
            group(&json!({"op": "remove", "path": "members[value eq \"u-1\"]"})),
            r#"remove ["u-1"]"#,
        )
        .from(&[Entra, Okta]),
        Case::new(
            "member removed by a filter that lists it too",
            group(&json!({"op": "remove", "path": "members[value eq \"u-1\"]", "value": [{"value": "u-1"}]})),
            r#"remove ["u-1"]"#,
        )
        .takes(&[L::RemoveListed])
        .ignores(&["value"]),
        Case::new(
            "a membership delta with names",
            patch(&json!([
                {"op": "remove", "path": "members[value eq \"u-1\"]"},
                {"op": "add", "path": "members", "value": [{"value": "u-2", "display": "bob@acme.test"}]},
            ])),
            r#"remove ["u-1"] add ["u-2"]"#,
        )
        .from(&[Okta])
        .ignores(&["members.display"]),
        Case::new(
            "full push of an empty group",
            members("replace", json!([])),
            "replace []",
        )
        .from(&[Okta]),
        Case::new(
            "group emptied with value null",
            members("remove", json!(null)),
            "replace []",
        )
        .from(&[Keycloak]),
        Case::new(
            "a member added by a filter",
            group(&json!({"op": "add", "path": "members[value eq \"u-1\"]", "value": {"value": "u-1"}})),
            r#"add ["u-1"]"#,
        )
        .from(&[OneLogin])
        .takes(&[L::CreateUnmatched]),
    ]
}

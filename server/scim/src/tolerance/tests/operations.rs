//! Bodies of PATCH.

use serde_json::{Value, json};

use super::IdentityProvider::{Authentik, Entra, Keycloak, Okta, PingOne, Rippling};
use super::Input::Patch;
use super::{Case, ENTERPRISE, Group, Input, Leniency as L, User};
use crate::urn;

fn patch(operations: &Value) -> Value {
    json!({"schemas": [urn::PATCH_OP], "Operations": operations})
}

fn user(operation: &Value) -> Input {
    Patch(User, patch(&json!([operation])))
}

fn group(operation: &Value) -> Input {
    Patch(Group, patch(&json!([operation])))
}

pub(super) fn cases() -> Vec<Case> {
    [messages(), values(), managers(), keys()]
        .into_iter()
        .flatten()
        .collect()
}

fn messages() -> Vec<Case> {
    let title = json!({"op": "replace", "path": "title", "value": "x"});
    vec![
        Case::new(
            "capitalised op",
            user(&json!({"op": "Replace", "path": "title", "value": "x"})),
            r#""title":"x""#,
        )
        .from(&[Entra])
        .takes(&[L::OperationCase]),
        Case::new(
            "no schemas",
            Patch(User, json!({"Operations": [title]})),
            r#""title":"x""#,
        )
        .takes(&[L::MissingSchemas]),
        Case::new(
            "names in another case",
            Patch(
                User,
                json!({"Schemas": [urn::PATCH_OP.to_lowercase()],
                       "operations": [{"OP": "replace", "Path": "TITLE", "Value": "x"}]}),
            ),
            r#""title":"x""#,
        ),
        Case::new(
            "other members in the body",
            Patch(
                User,
                json!({"schemas": [urn::PATCH_OP], "id": "x-1", "Operations": [title]}),
            ),
            r#""title":"x""#,
        )
        .takes(&[L::UnknownAttribute])
        .ignores(&["id"]),
        Case::new(
            "other members in an operation",
            user(&json!({"name": "setTitle", "op": "replace", "path": "title", "value": "x"})),
            r#""title":"x""#,
        )
        .from(&[Entra])
        .takes(&[L::UnknownAttribute])
        .ignores(&["name"]),
        Case::new(
            "one operation for the list",
            Patch(User, json!({"schemas": [urn::PATCH_OP], "Operations": title})),
            r#""title":"x""#,
        )
        .takes(&[L::SingleForList]),
        Case::new(
            "an attribute that is not assigned replaced",
            user(&json!({"op": "replace", "path": "nickName", "value": "x"})),
            r#""nickName":"x""#,
        )
        .from(&[PingOne, Rippling]),
    ]
}

fn values() -> Vec<Case> {
    vec![
        Case::new(
            "active as text",
            user(&json!({"op": "replace", "path": "active", "value": "False"})),
            r#""active":false"#,
        )
        .from(&[Entra, Keycloak])
        .takes(&[L::BooleanAsText]),
        Case::new(
            "null clears",
            user(&json!({"op": "replace", "path": "title", "value": null})),
            r#""active":true,"emails""#,
        )
        .from(&[Entra]),
        Case::new(
            "empty text clears",
            user(&json!({"op": "replace", "path": "title", "value": ""})),
            r#""active":true,"emails""#,
        )
        .from(&[Entra])
        .takes(&[L::EmptyText]),
        Case::new(
            "[] clears a list",
            user(&json!({"op": "replace", "path": "emails", "value": []})),
            r#"{"active":true,"title""#,
        )
        .from(&[Entra]),
        Case::new(
            "work e-mail added by a path that matches nothing",
            user(&json!({"op": "add", "path": "emails[type eq \"work\"].value", "value": "w@x.test"})),
            r#"{"type":"work","value":"w@x.test"}"#,
        )
        .from(&[Entra])
        .takes(&[L::CreateUnmatched]),
        Case::new(
            "work e-mail replaced by a path that matches nothing",
            user(&json!({"op": "replace", "path": "emails[type eq \"work\"].Value", "value": "w@x.test"})),
            r#"{"type":"work","value":"w@x.test"}"#,
        )
        .from(&[Entra])
        .takes(&[L::CreateUnmatched]),
        Case::new(
            "three parts of one value that does not exist",
            Patch(
                User,
                patch(&json!([
                    {"op": "add", "path": "emails[type eq \"work\"].display", "value": "Work"},
                    {"op": "add", "path": "emails[type eq \"work\"].primary", "value": true},
                    {"op": "add", "path": "emails[type eq \"work\"].value", "value": "w@x.test"},
                ])),
            ),
            r#"[{"primary":false,"type":"home","value":"a@x.test"},{"display":"Work","primary":true,"type":"work","value":"w@x.test"}]"#,
        )
        .from(&[Entra])
        .takes(&[L::CreateUnmatched]),
        Case::new(
            "text for a boolean in the filter of a path",
            user(&json!({"op": "add", "path": "roles[primary eq \"True\"].value", "value": "Admin"})),
            r#""roles":[{"primary":true,"value":"Admin"}]"#,
        )
        .from(&[Entra])
        .takes(&[L::BooleanAsText, L::CreateUnmatched]),
        Case::new(
            "role as JSON text",
            user(&json!({"op": "add", "path": "roles", "value": [
                {"value": "{\"id\":\"1\",\"value\":\"Admin\",\"displayName\":\"Boss\"}"}]})),
            r#""roles":[{"display":"Boss","value":"Admin"}]"#,
        )
        .from(&[Entra])
        .takes(&[L::RoleAsJson]),
        Case::new(
            "two values made primary in one list",
            user(&json!({"op": "replace", "path": "emails", "value": [
                {"value": "a@x.test", "primary": true}, {"value": "b@x.test", "primary": true}]})),
            r#"[{"primary":true,"value":"a@x.test"},{"primary":false,"value":"b@x.test"}]"#,
        )
        .takes(&[L::TwoPrimaries]),
        Case::new(
            "another value becomes primary",
            Patch(
                User,
                patch(&json!([
                    {"op": "add", "path": "emails", "value": [{"value": "b@x.test", "type": "work"}]},
                    {"op": "replace", "path": "emails[type eq \"work\"].primary", "value": true},
                ])),
            ),
            r#"[{"primary":false,"type":"home","value":"a@x.test"},{"primary":true,"type":"work","value":"b@x.test"}]"#,
        )
        .from(&[Entra]),
        Case::new(
            "password sync",
            user(&json!({"op": "replace", "value": {"password": "x7Random"}})),
            r#""userName":"ada""#,
        )
        .from(&[Okta])
        .ignores(&["password"]),
        Case::new(
            "a value listed in remove",
            user(&json!({"op": "remove", "path": "emails", "value": [{"value": "A@x.test"}]})),
            r#"{"active":true,"title""#,
        )
        .takes(&[L::RemoveListed]),
        Case::new(
            "a value with the remove of one attribute",
            user(&json!({"op": "remove", "path": "title", "value": "Countess"})),
            r#"{"active":true,"emails""#,
        )
        .takes(&[L::RemoveListed])
        .ignores(&["value"]),
        Case::new(
            "number for text",
            user(&json!({"op": "add", "path": format!("{ENTERPRISE}:employeeNumber"), "value": 77})),
            r#""employeeNumber":"77""#,
        )
        .takes(&[L::ScalarAsText]),
    ]
}

fn managers() -> Vec<Case> {
    let manager =
        |value: Value| user(&json!({"op": "add", "path": format!("{ENTERPRISE}:manager"), "value": value}));
    let gives = r#""manager":{"value":"u-77"}"#;
    vec![
        Case::new("manager as text", manager(json!("u-77")), gives)
            .from(&[Entra])
            .takes(&[L::ManagerForm]),
        Case::new("manager as an object", manager(json!({"value": "u-77"})), gives).from(&[Entra]),
        Case::new("manager as a list", manager(json!([{"value": "u-77"}])), gives)
            .from(&[Entra])
            .takes(&[L::ManagerForm]),
        Case::new(
            "manager by its value",
            user(&json!({"op": "replace", "path": format!("{ENTERPRISE}:manager.value"), "value": "u-77"})),
            gives,
        )
        .from(&[Entra]),
        Case::new(
            "manager without URN",
            user(&json!({"op": "replace", "path": "manager", "value": "u-77"})),
            gives,
        )
        .from(&[Entra])
        .takes(&[L::ExtensionWithoutUrn, L::ManagerForm]),
        Case::new(
            "the reference of a manager without URN",
            user(&json!({"op": "replace", "path": "manager.$ref", "value": "../Users/u-9"})),
            r#""manager":{"$ref":"../Users/u-9","value":"u-9"}"#,
        )
        .takes(&[L::ExtensionWithoutUrn]),
        Case::new(
            "manager cleared with empty text",
            user(&json!({"op": "replace", "path": format!("{ENTERPRISE}:manager"), "value": ""})),
            r#":User":{"division":"North"}"#,
        )
        .from(&[Entra])
        .takes(&[L::EmptyText]),
        Case::new(
            "manager removed",
            user(&json!({"op": "remove", "path": format!("{ENTERPRISE}:manager")})),
            r#":User":{"division":"North"}"#,
        )
        .from(&[Entra]),
    ]
}

/// Keys of a value without path.
fn keys() -> Vec<Case> {
    let replace = |value: Value| user(&json!({"op": "replace", "value": value}));
    vec![
        Case::new(
            "active without path",
            replace(json!({"active": false})),
            r#""active":false"#,
        )
        .from(&[Okta]),
        Case::new(
            "dotted keys",
            replace(json!({"displayName": "Ada", "name.givenName": "Ada"})),
            r#""name":{"givenName":"Ada"}"#,
        )
        .from(&[Entra])
        .takes(&[L::PathAsKey]),
        Case::new(
            "keys with the URN of the extension",
            replace(json!({format!("{ENTERPRISE}:employeeNumber"): "77"})),
            r#""employeeNumber":"77""#,
        )
        .from(&[Entra])
        .takes(&[L::PathAsKey]),
        Case::new(
            "value paths as keys",
            replace(json!({"emails[type eq \"home\"].value": "h@x.test"})),
            r#""value":"h@x.test""#,
        )
        .takes(&[L::PathAsKey]),
        Case::new(
            "the extension as an object",
            replace(json!({ENTERPRISE: {"costCenter": "7"}})),
            r#""costCenter":"7","division":"North""#,
        )
        .from(&[Entra]),
        Case::new(
            "dotted keys in the extension",
            replace(json!({ENTERPRISE: {"manager.value": "u-77"}})),
            r#""manager":{"value":"u-77"}"#,
        )
        .takes(&[L::PathAsKey]),
        Case::new(
            "an attribute of the extension without URN",
            replace(json!({"department": "R&D"})),
            r#""department":"R&D""#,
        )
        .takes(&[L::ExtensionWithoutUrn]),
        Case::new(
            "unknown key",
            replace(json!({"title": "x", "shoeSize": 38})),
            r#""title":"x""#,
        )
        .takes(&[L::UnknownAttribute])
        .ignores(&["shoeSize"]),
        Case::new(
            "group renamed with its id",
            group(&json!({"op": "replace", "value": {"id": "x-1", "displayName": "Sales EMEA"}})),
            r#""displayName":"Sales EMEA""#,
        )
        .from(&[Okta, Authentik])
        .takes(&[L::ReadOnlyInPatch]),
        Case::new(
            "whole group without members",
            group(&json!({"op": "replace", "value": {
                "schemas": [urn::GROUP], "displayName": "Sales", "externalId": "6f0"}})),
            r#"{"displayName":"Sales","externalId":"6f0"}"#,
        )
        .from(&[Authentik])
        .takes(&[L::ReadOnlyInPatch])
        .ignores(&["schemas"]),
        Case::new(
            "group emptied without path",
            group(&json!({"op": "replace", "value": {"members": [], "id": "x-1", "displayName": "Sales"}})),
            "replace []",
        )
        .from(&[Okta])
        .takes(&[L::ReadOnlyInPatch]),
        Case::new(
            "what only the server says",
            replace(json!({"title": "x", "meta": {"version": "W/\"3\""}, "groups": [{"value": "g-1"}]})),
            r#""title":"x""#,
        )
        .takes(&[L::ReadOnlyInPatch])
        .ignores(&["groups", "meta"]),
    ]
}

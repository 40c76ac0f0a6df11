//! Bodies of POST and PUT.

use serde_json::{Value, json};

use super::IdentityProvider::{
    Authentik, CyberArk, Entra, Google, JumpCloud, Keycloak, Okta, OneLogin, PingFederate, PingOne, Rippling,
};
use super::Input::{Create, Replace};
use super::{Case, ENTERPRISE, Group, Input, Leniency as L, User};
use crate::urn;

fn user(extra: &Value) -> Value {
    with(json!({"schemas": [urn::USER], "userName": "ada"}), extra)
}

fn with(mut body: Value, extra: &Value) -> Value {
    let extra = extra.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(extra);
    body
}

fn create(extra: &Value) -> Input {
    Create(User, user(extra))
}

fn replace(extra: &Value) -> Input {
    Replace(User, user(extra))
}

fn group(members: &Value) -> Input {
    Create(
        Group,
        json!({"schemas": [urn::GROUP], "displayName": "Sales", "members": members}),
    )
}

pub(super) fn cases() -> Vec<Case> {
    [users(), managers(), templates(), groups()]
        .into_iter()
        .flatten()
        .collect()
}

fn users() -> Vec<Case> {
    vec![
        Case::new(
            "null and [] for what is not assigned, and the resource type in meta",
            create(&json!({"meta": {"resourceType": "User"}, "roles": [], "addresses": null, "title": null})),
            r#"{"active":true,"userName":"ada"}"#,
        )
        .from(&[Entra]),
        Case::new("active as text", create(&json!({"active": "True"})), r#""active":true"#)
            .from(&[Entra, OneLogin])
            .takes(&[L::BooleanAsText]),
        Case::new("active as 0", create(&json!({"active": 0})), r#""active":false"#)
            .from(&[OneLogin])
            .takes(&[L::BooleanAsText]),
        Case::new("created inactive", create(&json!({"active": false})), r#""active":false"#)
            .from(&[Google, PingFederate]),
        Case::new(
            "extension URN without its last colon",
            create(&json!({"urn:ietf:params:scim:schemas:extension:enterprise:2.0User": {"department": "x"}})),
            r#"{"active":true,"userName":"ada"}"#,
        )
        .from(&[Entra])
        .takes(&[L::UnknownAttribute])
        .ignores(&["urn:ietf:params:scim:schemas:extension:enterprise:2.0User"]),
        Case::new(
            "extension URN without its last colon in schemas",
            create(&json!({"schemas": [urn::USER, "urn:ietf:params:scim:schemas:extension:enterprise:2.0User"]})),
            r#""userName":"ada""#,
        )
        .from(&[Entra])
        .takes(&[L::UnknownAttribute])
        .ignores(&["urn:ietf:params:scim:schemas:extension:enterprise:2.0User"]),
        Case::new("unknown attribute", create(&json!({"shoeSize": 38})), r#""userName":"ada""#)
            .from(&[Okta, CyberArk, Rippling])
            .takes(&[L::UnknownAttribute])
            .ignores(&["shoeSize"]),
        Case::new(
            "unknown part",
            create(&json!({"name": {"givenName": "Ada", "nick": "A"}})),
            r#""name":{"givenName":"Ada"}"#,
        )
        .takes(&[L::UnknownAttribute])
        .ignores(&["name.nick"]),
        Case::new(
            "unknown attribute of an extension",
            create(&json!({ENTERPRISE: {"desk": "4"}})),
            r#""userName":"ada""#,
        )
        .takes(&[L::UnknownAttribute])
        .ignores(&["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:desk"]),
        Case::new("no schemas", Create(User, json!({"userName": "ada"})), r#""userName":"ada""#)
            .from(&[Keycloak])
            .takes(&[L::MissingSchemas]),
        Case::new(
            "schemas in another case",
            Create(User, json!({"Schemas": [urn::USER.to_uppercase()], "userName": "ada"})),
            r#""userName":"ada""#,
        ),
        Case::new(
            "schemas as one text",
            Create(User, json!({"schemas": urn::USER, "userName": "ada"})),
            r#""userName":"ada""#,
        )
        .takes(&[L::SingleForList]),
        Case::new(
            "placeholder password and empty groups",
            create(&json!({"groups": [], "password": "x7Random"})),
            r#"{"active":true,"userName":"ada"}"#,
        )
        .from(&[Okta])
        .ignores(&["password"]),
        Case::new(
            "everything that was read sent back",
            replace(&json!({
                "id": "x-1", "nickName": "", "groups": [{"value": "g-1", "display": "Sales"}],
                "meta": {"resourceType": "User", "version": "W/\"3\""},
            })),
            r#""userName":"ada""#,
        )
        .from(&[Okta, Authentik])
        .takes(&[L::EmptyText])
        .ignores(&["groups"]),
        Case::new("deactivated by PUT", replace(&json!({"active": false})), r#""active":false"#)
            .from(&[Okta, Authentik, CyberArk, PingOne]),
        Case::new("an id of its own", create(&json!({"id": "mine"})), r#""userName":"ada""#).ignores(&["id"]),
        Case::new("empty text", create(&json!({"title": ""})), r#"{"active":true,"userName":"ada"}"#)
            .from(&[Okta])
            .takes(&[L::EmptyText]),
        Case::new(
            "[] for one value",
            create(&json!({"title": [], "name": {"givenName": []}})),
            r#"{"active":true,"userName":"ada"}"#,
        )
        .takes(&[L::EmptyText]),
        Case::new(
            "number for text",
            create(&json!({ENTERPRISE: {"employeeNumber": 77}})),
            r#""employeeNumber":"77""#,
        )
        .from(&[OneLogin])
        .takes(&[L::ScalarAsText]),
        Case::new(
            "two primary values",
            replace(&json!({"emails": [{"value": "a@x.test", "type": "work", "primary": true},
                                       {"value": "a@x.test", "type": "home", "primary": true}]})),
            r#"[{"primary":true,"type":"work","value":"a@x.test"},{"primary":false,"type":"home","value":"a@x.test"}]"#,
        )
        .from(&[PingOne, PingFederate])
        .takes(&[L::TwoPrimaries]),
        Case::new(
            "one e-mail of another type",
            create(&json!({"emails": [{"value": "a@x.test", "type": "other", "primary": true}]})),
            r#""type":"other""#,
        )
        .from(&[Authentik]),
        Case::new(
            "e-mail without type",
            create(&json!({"emails": [{"value": "a@x.test"}]})),
            r#"[{"value":"a@x.test"}]"#,
        )
        .from(&[Keycloak]),
        Case::new(
            "one object for a list",
            create(&json!({"emails": {"value": "a@x.test"}})),
            r#""emails":[{"value":"a@x.test"}]"#,
        )
        .from(&[Keycloak, OneLogin])
        .takes(&[L::SingleForList]),
        Case::new(
            "text for the objects of a list",
            create(&json!({"emails": ["a@x.test"]})),
            r#""emails":[{"value":"a@x.test"}]"#,
        )
        .from(&[Keycloak, OneLogin])
        .takes(&[L::SingleForList]),
        Case::new(
            "role as JSON text",
            create(&json!({"roles": [{"value": "{\"id\":\"1\",\"value\":\"Admin\",\"displayName\":\"Boss\"}"}]})),
            r#""roles":[{"display":"Boss","value":"Admin"}]"#,
        )
        .from(&[Entra])
        .takes(&[L::RoleAsJson]),
    ]
}

fn managers() -> Vec<Case> {
    let manager = |manager: Value| create(&json!({ENTERPRISE: {"manager": manager}}));
    let gives = r#""manager":{"value":"u-77"}"#;
    vec![
        Case::new(
            "manager as an object",
            manager(json!({"value": "u-77", "$ref": null})),
            gives,
        )
        .from(&[Entra]),
        Case::new("manager as text", manager(json!("u-77")), gives).takes(&[L::ManagerForm]),
        Case::new(
            "manager as a list",
            manager(json!([{"value": "u-77", "$ref": "../Users/u-77"}])),
            r#""manager":{"$ref":"../Users/u-77","value":"u-77"}"#,
        )
        .takes(&[L::ManagerForm]),
        Case::new(
            "managerId, with the name that is the server's to say",
            manager(json!({"managerId": "u-77", "displayName": "Bo"})),
            gives,
        )
        .from(&[OneLogin])
        .takes(&[L::ManagerForm])
        .ignores(&["manager.displayName"]),
        Case::new(
            "managerId beside the same value",
            manager(json!({"managerId": "u-77", "value": "u-77"})),
            gives,
        )
        .takes(&[L::ManagerForm]),
    ]
}

/// What administrators write into templates.
fn templates() -> Vec<Case> {
    vec![
        Case::new(
            "SCIM 1.1 schemas and id null",
            Create(
                User,
                json!({"schemas": ["urn:scim:schemas:core:1.0", "urn:scim:schemas:extension:enterprise:1.0"],
                       "id": null, "userName": "ada"}),
            ),
            r#"{"active":true,"userName":"ada"}"#,
        )
        .from(&[OneLogin])
        .takes(&[L::Scim1Schemas]),
        Case::new(
            "Enterprise extension of SCIM 1.1",
            create(&json!({"urn:scim:schemas:extension:enterprise:1.0": {"department": "R&D"}})),
            r#""urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"R&D"}"#,
        )
        .from(&[OneLogin])
        .takes(&[L::Scim1Schemas]),
        Case::new(
            "manager beside userName",
            create(&json!({"manager": {"managerId": "u-77"}})),
            r#""urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"u-77"}}"#,
        )
        .from(&[OneLogin])
        .takes(&[L::ExtensionWithoutUrn, L::ManagerForm]),
        Case::new(
            "department beside userName keeps the rest of the extension",
            replace(&json!({"department": "R&D"})),
            r#":User":{"department":"R&D","division":"North","manager":{"value":"u-9"}}"#,
        )
        .from(&[OneLogin])
        .takes(&[L::ExtensionWithoutUrn]),
        Case::new(
            "attributes of the extension cleared beside userName",
            replace(&json!({"division": null, "manager": null})),
            r#"{"active":true,"userName":"ada"}"#,
        )
        .takes(&[L::ExtensionWithoutUrn]),
        Case::new(
            "active as a template gives it",
            replace(&json!({"active": "1"})),
            r#""active":true"#,
        )
        .from(&[OneLogin])
        .takes(&[L::BooleanAsText]),
    ]
}

fn groups() -> Vec<Case> {
    vec![
        Case::new(
            "group with the URN of Microsoft",
            Create(
                Group,
                json!({"externalId": "0b7c", "displayName": "Sales", "meta": {"resourceType": "Group"}, "schemas":
                    [urn::GROUP, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"]}),
            ),
            r#"{"displayName":"Sales","externalId":"0b7c"}"#,
        )
        .from(&[Entra])
        .takes(&[L::UnknownAttribute])
        .ignores(&["http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"]),
        Case::new("empty group", group(&json!([])), "replace []").from(&[Okta]),
        Case::new("members without type", group(&json!([{"value": "u-1"}])), r#"replace ["u-1"]"#)
            .from(&[Okta, JumpCloud]),
        Case::new(
            "group by PUT with display null",
            Replace(
                Group,
                json!({"schemas": [urn::GROUP], "id": "x-1", "displayName": "Sales",
                       "members": [{"value": "u-2", "display": null}]}),
            ),
            r#"replace ["u-2"]"#,
        )
        .from(&[Okta, PingOne, PingFederate]),
        Case::new(
            "$ref null and what the server says",
            group(&json!([{"value": "u-1", "$ref": null, "display": "Ada"}])),
            r#"replace ["u-1"]"#,
        )
        .from(&[Entra])
        .ignores(&["members.display"]),
        Case::new(
            "unknown key of a member",
            group(&json!([{"value": "u-1", "displayName": "Ada"}])),
            r#"replace ["u-1"]"#,
        )
        .from(&[Entra])
        .takes(&[L::MemberKeys])
        .ignores(&["members.displayName"]),
        Case::new("bare ids of members", group(&json!(["u-1", "u-2"])), r#"replace ["u-1", "u-2"]"#)
            .takes(&[L::MemberKeys]),
    ]
}

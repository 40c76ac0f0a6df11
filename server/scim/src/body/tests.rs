use serde_json::json;

use super::*;
use crate::error::ScimType;
use crate::urn;

const ENTERPRISE: &str = urn::ENTERPRISE_USER;

fn create(body: &Value, t: &mut Tolerance) -> Result<Value, ScimError> {
    parse_create(ResourceType::User, body, t)
        .map(|incoming| Value::Object(incoming.resource.attributes().clone()))
}

/// The attributes that `extra` members of an otherwise plain body become.
fn created(extra: &Value) -> Value {
    let mut body = json!({"schemas": [urn::USER], "userName": "ada"});
    body.as_object_mut()
        .unwrap()
        .extend(extra.as_object().unwrap().clone());
    let mut attributes =
        create(&body, &mut Tolerance::default()).unwrap_or_else(|error| panic!("{extra}: {error}"));
    for plain in ["userName", "active"] {
        if extra.get(plain).is_none() {
            attributes.as_object_mut().unwrap().remove(plain);
        }
    }
    attributes
}

#[test]
fn attributes_become_canonical() {
    for (extra, expected) in [
        (json!({}), json!({})),
        (json!({"USERNAME2": 1}), json!({})),
        (json!({"DisplayName": "Ada"}), json!({"displayName": "Ada"})),
        (
            json!({"NAME": {"GIVENNAME": "Ada", "nosuch": 1}}),
            json!({"name": {"givenName": "Ada"}}),
        ),
        (
            json!({"title": null, "emails": [], "name": {}, "addresses": null, "nickName": ""}),
            json!({}),
        ),
        (json!({"name": {"givenName": null}}), json!({})),
        (
            json!({"id": "x", "meta": {"version": 1}, "groups": [{"value": "g"}], "password": "secret"}),
            json!({}),
        ),
        (json!({"id": null}), json!({})),
        (json!({"active": "False"}), json!({"active": false})),
        (json!({"active": "0"}), json!({"active": false})),
        (json!({"active": 1}), json!({"active": true})),
        (json!({"active": null}), json!({"active": true})),
        (json!({"externalId": 77}), json!({"externalId": "77"})),
        (
            json!({"emails": [{"value": "a@x.test", "primary": "True", "type": "x"}]}),
            json!({"emails": [{"value": "a@x.test", "primary": true, "type": "x"}]}),
        ),
        (
            json!({"emails": "a@x.test"}),
            json!({"emails": [{"value": "a@x.test"}]}),
        ),
        (
            json!({"emails": {"value": "a@x.test"}}),
            json!({"emails": [{"value": "a@x.test"}]}),
        ),
        (
            json!({"emails": [{"value": "", "type": "work", "primary": true}]}),
            json!({}),
        ),
        (
            json!({"emails": [null, {"value": "a@x.test"}]}),
            json!({"emails": [{"value": "a@x.test"}]}),
        ),
        (
            json!({"emails": [{"value": "a@x.test", "primary": true}, {"value": "b@x.test", "primary": true}]}),
            json!({"emails": [{"value": "a@x.test", "primary": true}, {"value": "b@x.test", "primary": false}]}),
        ),
        (
            json!({"phoneNumbers": [{"value": " +49 (30) 1 ", "type": "work"}]}),
            json!({"phoneNumbers": [{"value": " +49 (30) 1 ", "type": "work"}]}),
        ),
        (
            json!({"roles": [{"value": "{\"id\":\"1\",\"value\":\"Admin\",\"displayName\":\"Administrator\"}"}]}),
            json!({"roles": [{"value": "Admin", "display": "Administrator"}]}),
        ),
        (
            json!({"roles": "{\"value\":\"Admin\"}"}),
            json!({"roles": [{"value": "Admin"}]}),
        ),
        (
            json!({"roles": [{"value": "{not json"}]}),
            json!({"roles": [{"value": "{not json"}]}),
        ),
        (
            json!({"roles": [{"value": "{\"id\":\"1\"}"}]}),
            json!({"roles": [{"value": "{\"id\":\"1\"}"}]}),
        ),
        (
            json!({ENTERPRISE: {"department": "R&D", "costCenter": ""}}),
            json!({ENTERPRISE: {"department": "R&D"}}),
        ),
        (
            json!({ENTERPRISE.to_uppercase(): {"DEPARTMENT": "R&D"}}),
            json!({ENTERPRISE: {"department": "R&D"}}),
        ),
        (json!({ENTERPRISE: {}}), json!({})),
        (json!({ENTERPRISE: null}), json!({})),
        (
            json!({ENTERPRISE: {"manager": "u-9"}}),
            json!({ENTERPRISE: {"manager": {"value": "u-9"}}}),
        ),
        (
            json!({ENTERPRISE: {"manager": {"value": "u-9", "displayName": "Bo", "$ref": "../Users/u-9"}}}),
            json!({ENTERPRISE: {"manager": {"value": "u-9", "$ref": "../Users/u-9"}}}),
        ),
        (
            json!({ENTERPRISE: {"manager": [{"value": "u-9", "$ref": null}]}}),
            json!({ENTERPRISE: {"manager": {"value": "u-9"}}}),
        ),
        (
            json!({ENTERPRISE: {"manager": {"managerId": "u-9"}}}),
            json!({ENTERPRISE: {"manager": {"value": "u-9"}}}),
        ),
        (json!({ENTERPRISE: {"manager": []}}), json!({})),
        (json!({ENTERPRISE: {"manager": ""}}), json!({})),
        (json!({ENTERPRISE: {"manager": {"value": ""}}}), json!({})),
        (json!({urn::ROLLCALL_USER: {"managedBy": "manual"}}), json!({})),
    ] {
        assert_eq!(created(&extra), expected, "{extra}");
    }
}

#[test]
fn bodies_are_refused_with_what_to_do() {
    use ScimType::{InvalidSyntax, InvalidValue};
    let long = "x".repeat(1025);
    for (body, scim_type, words) in [
        (json!([]), InvalidSyntax, "one JSON object"),
        (json!(null), InvalidSyntax, "one JSON object"),
        (
            json!({"displayName": "x"}),
            InvalidValue,
            "'userName' is required",
        ),
        (json!({"userName": ""}), InvalidValue, "'userName' is required"),
        (json!({"userName": "  "}), InvalidValue, "'userName' is required"),
        (json!({"userName": null}), InvalidValue, "'userName' is required"),
        (
            json!({"userName": {"a": 1}}),
            InvalidValue,
            "'userName' must be text, not an object",
        ),
        (
            json!({"userName": ["a"]}),
            InvalidValue,
            "'userName' must be text, not a list",
        ),
        (json!({"userName": "a\u{0}b"}), InvalidValue, "NUL"),
        (json!({"userName": long}), InvalidValue, "longer than 1024 bytes"),
        (
            json!({"userName": "ada", "externalId": long}),
            InvalidValue,
            "'externalId' is longer",
        ),
        (
            json!({"userName": "ada", "USERNAME": "ada"}),
            InvalidSyntax,
            "'userName' more than once",
        ),
        (
            json!({"userName": "ada", "active": "maybe"}),
            InvalidValue,
            "'active' must be true or false, not 'maybe'",
        ),
        (
            json!({"userName": "ada", "name": "Ada"}),
            InvalidValue,
            "'name' must be an object, not 'Ada'",
        ),
        (
            json!({"userName": "ada", "emails": [[1, 2]]}),
            InvalidValue,
            "'emails' must be",
        ),
        (
            json!({"userName": "ada", "emails": [[{"value": "x"}, {"value": "y"}]]}),
            InvalidValue,
            "'emails' must be",
        ),
        (
            json!({"userName": "ada", "emails": [{"value": {}}]}),
            InvalidValue,
            "'emails.value' must be text",
        ),
        (
            json!({"userName": "ada", "addresses": ["x"]}),
            InvalidValue,
            "'addresses' must be an object",
        ),
        (
            json!({"userName": "ada", ENTERPRISE: "R&D"}),
            InvalidValue,
            "must be an object",
        ),
        (
            json!({"userName": "ada", ENTERPRISE: {"manager": [{}, {}]}}),
            InvalidValue,
            "'manager' must be",
        ),
        (
            json!({"userName": "ada", "schemas": 7}),
            InvalidValue,
            "'schemas'",
        ),
        (
            json!({"userName": "ada", "schemas": [7]}),
            InvalidValue,
            "'schemas'",
        ),
        (
            json!({"userName": "ada", "schemas": [urn::GROUP]}),
            InvalidSyntax,
            "send it to /Groups",
        ),
    ] {
        let error = create(&body, &mut Tolerance::default()).expect_err(&body.to_string());
        assert_eq!((error.status, error.scim_type), (400, Some(scim_type)), "{body}");
        assert!(error.detail.contains(words), "{body}: {}", error.detail);
        assert!(error.detail.ends_with('.'), "{}", error.detail);
    }
}

#[test]
fn what_is_ignored_is_noted() {
    let mut t = Tolerance::default();
    let body = json!({
        "schemas": [urn::USER, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/User"],
        "userName": "ada",
        "shoeSize": 38,
        "name": {"nickname": "x"},
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0User": {"department": "R&D"},
    });
    create(&body, &mut t).unwrap();
    let mut ignored = t.ignored().to_vec();
    ignored.sort();
    assert_eq!(
        ignored,
        [
            "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/User",
            "name.nickname",
            "shoeSize",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0User",
        ]
    );
}

#[test]
fn a_hostile_body_leaves_few_notes() {
    let mut body = json!({"userName": "ada"});
    for i in 0..10_000 {
        body[format!("{i}{}", "x".repeat(500))] = json!(1);
    }
    let mut t = Tolerance::default();
    create(&body, &mut t).unwrap();
    assert_eq!(t.ignored().len(), 50);
    assert!(t.ignored().iter().all(|name| name.len() <= 120));
}

#[test]
fn members_of_a_group() {
    let read = |members: &Value| {
        let body = json!({"schemas": [urn::GROUP], "displayName": "Sales", "members": members});
        parse_create(ResourceType::Group, &body, &mut Tolerance::default()).map(|incoming| {
            assert_eq!(incoming.resource.to_stored(), "{\"displayName\":\"Sales\"}");
            incoming.members
        })
    };
    let member = |id: &str, kind| Member {
        value: id.to_owned(),
        kind,
    };
    assert_eq!(read(&json!(null)), Ok(Some(vec![])));
    assert_eq!(read(&json!([])), Ok(Some(vec![])));
    assert_eq!(
        read(&json!([
            {"value": "u-1", "$ref": null, "display": null, "displayName": "x"},
            {"VALUE": "g-2", "type": "GROUP"},
            {"value": "u-3", "type": ""},
            "u-4",
            {"value": "u-1", "type": "User"},
        ])),
        Ok(Some(vec![
            member("u-1", None),
            member("g-2", Some(ResourceType::Group)),
            member("u-3", None),
            member("u-4", None)
        ]))
    );
    for bad in [
        json!([{}]),
        json!([null]),
        json!([{"value": null}]),
        json!([[]]),
        json!(["u-1", ""]),
        json!([{"value": "x", "type": "Robot"}]),
    ] {
        assert_eq!(
            read(&bad).unwrap_err().scim_type,
            Some(ScimType::InvalidValue),
            "{bad}"
        );
    }
    let many: Value = (0..=MAX_MEMBERS)
        .map(|i| json!({"value": i.to_string()}))
        .collect();
    assert_eq!(read(&many).unwrap_err().status, 413);
    let none = parse_create(
        ResourceType::Group,
        &json!({"displayName": "Sales"}),
        &mut Tolerance::default(),
    );
    assert_eq!(none.unwrap().members, None);
}

fn replaced(before: &Value, body: &Value) -> Value {
    let current = Resource::from_stored(ResourceType::User, &before.to_string()).unwrap();
    let incoming = parse_replace(&current, "u-1", body, &mut Tolerance::default());
    Value::Object(
        incoming
            .unwrap_or_else(|error| panic!("{body}: {error}"))
            .resource
            .attributes()
            .clone(),
    )
}

#[test]
fn a_replacement_clears_what_it_leaves_out() {
    let before = json!({"userName": "ada", "active": true, "title": "x", "name": {"givenName": "Ada"}});
    assert_eq!(
        replaced(
            &before,
            &json!({"userName": "ada", "active": true, "name": {"familyName": "L"}})
        ),
        json!({"userName": "ada", "active": true, "name": {"familyName": "L"}})
    );
}

#[test]
fn a_replacement_without_active_keeps_it() {
    for active in [true, false] {
        let before = json!({"userName": "ada", "active": active});
        assert_eq!(replaced(&before, &json!({"userName": "ada"})), before);
        assert_eq!(
            replaced(&before, &json!({"userName": "ada", "active": null})),
            before
        );
    }
}

#[test]
fn a_replacement_that_does_not_know_an_extension_keeps_it() {
    let before = json!({"userName": "ada", "active": true, ENTERPRISE: {"department": "R&D"}});
    let without = json!({"userName": "ada", "active": true});
    for (body, expected) in [
        (json!({"schemas": [urn::USER], "userName": "ada"}), &before),
        (
            json!({"schemas": [urn::USER, ENTERPRISE], "userName": "ada"}),
            &without,
        ),
        (
            json!({"schemas": [urn::USER], "userName": "ada", ENTERPRISE: {}}),
            &without,
        ),
        (
            json!({"schemas": [urn::USER], "userName": "ada", ENTERPRISE: null}),
            &without,
        ),
    ] {
        assert_eq!(&replaced(&before, &body), expected, "{body}");
    }
}

#[test]
fn a_replacement_may_name_its_own_id_only() {
    let current = Resource::new_user("ada");
    let with_id = |id: Value| {
        let body = json!({"userName": "ada", "id": id});
        parse_replace(&current, "u-1", &body, &mut Tolerance::default()).map(|_| ())
    };
    assert_eq!(with_id(json!("u-1")), Ok(()));
    assert_eq!(with_id(json!(null)), Ok(()));
    for other in [json!("u-2"), json!("U-1"), json!(1)] {
        assert_eq!(with_id(other).unwrap_err().scim_type, Some(ScimType::Mutability));
    }
}

#[test]
fn a_group_replacement_without_members_says_nothing_of_them() {
    let current = Resource::from_stored(ResourceType::Group, "{\"displayName\":\"Sales\"}").unwrap();
    for (body, members) in [
        (json!({"displayName": "Sales"}), None),
        (json!({"displayName": "Sales", "members": []}), Some(vec![])),
        (json!({"displayName": "Sales", "members": null}), Some(vec![])),
    ] {
        let incoming = parse_replace(&current, "g-1", &body, &mut Tolerance::default()).unwrap();
        assert_eq!(incoming.members, members, "{body}");
    }
}

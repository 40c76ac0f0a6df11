use serde_json::json;

use super::*;
use crate::error::ScimType;
use crate::tolerance::Strictness;

const ENTERPRISE: &str = urn::ENTERPRISE_USER;

fn body(operations: &Value) -> Value {
    json!({"schemas": [urn::PATCH_OP], "Operations": operations})
}

fn run_with(
    kind: ResourceType,
    before: &Value,
    operations: &Value,
    t: &mut Tolerance,
) -> Result<PatchOutcome, ScimError> {
    let current = Resource::from_stored(kind, &before.to_string())?;
    Patch::parse(kind, &body(operations), t)?.apply(&current, "u-1", t)
}

fn user(before: &Value, operations: &Value) -> Result<PatchOutcome, ScimError> {
    run_with(ResourceType::User, before, operations, &mut Tolerance::default())
}

/// The attributes after the operations, which must fit whether something changed.
fn after(before: &Value, operations: &Value) -> Value {
    let outcome = user(before, operations).unwrap_or_else(|error| panic!("{operations}: {error}"));
    let after = Value::Object(outcome.resource.attributes().clone());
    assert_eq!(outcome.changed, after != *before, "{operations}");
    after
}

fn refused(before: &Value, operations: &Value) -> Option<ScimType> {
    let error = user(before, operations).expect_err(&operations.to_string());
    assert_eq!(error.status, 400, "{operations}");
    error.scim_type
}

fn group(operations: &Value) -> Result<Vec<MemberChange>, ScimError> {
    let before = json!({"displayName": "Sales"});
    run_with(
        ResourceType::Group,
        &before,
        operations,
        &mut Tolerance::default(),
    )
    .map(|outcome| {
        assert!(!outcome.changed);
        outcome.members
    })
}

fn members(ids: &[&str]) -> Vec<Member> {
    ids.iter()
        .map(|id| Member {
            value: (*id).to_owned(),
            kind: None,
        })
        .collect()
}

fn data(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn ada() -> Value {
    data(include_str!("../../tests/data/patch/user.json"))
}

/// `change` holds the attributes that an operation leaves different, `null` for those that go.
#[test]
fn each_operation_changes_what_it_names() {
    for case in data(include_str!("../../tests/data/patch/operations.json"))
        .as_array()
        .unwrap()
    {
        let mut expected = ada();
        let attributes = expected.as_object_mut().unwrap();
        for (name, value) in case["change"].as_object().unwrap() {
            match value {
                Value::Null => attributes.remove(name),
                value => attributes.insert(name.clone(), value.clone()),
            };
        }
        assert_eq!(
            after(&ada(), &json!([case["operation"]])),
            expected,
            "{}",
            case["operation"]
        );
    }
}

#[test]
fn each_refusal_has_its_keyword() {
    for case in data(include_str!("../../tests/data/patch/refused.json"))
        .as_array()
        .unwrap()
    {
        let scim_type = refused(&ada(), &json!([case["operation"]]));
        assert_eq!(
            scim_type.map(ScimType::as_str),
            case["scimType"].as_str(),
            "{}",
            case["operation"]
        );
    }
}

#[test]
fn removing_the_last_attribute_drops_the_extension() {
    let before = json!({"userName": "ada", "active": true, ENTERPRISE: {"manager": {"value": "u-9"}}});
    for path in ["manager", "manager.value"] {
        assert_eq!(
            after(&before, &json!([{"op": "remove", "path": path}])),
            json!({"userName": "ada", "active": true})
        );
    }
}

#[test]
fn clearing_active_never_lets_a_user_in() {
    let before = json!({"userName": "ada", "active": false});
    for operation in [
        json!({"op": "remove", "path": "active"}),
        json!({"op": "replace", "path": "active", "value": null}),
        json!({"op": "replace", "value": {"active": ""}}),
    ] {
        assert_eq!(after(&before, &json!([operation])), before, "{operation}");
    }
}

#[test]
fn operations_run_in_order_on_the_result_of_the_one_before() {
    assert_eq!(
        after(
            &json!({"userName": "ada", "active": true}),
            &json!([
                {"op": "add", "path": "emails[type eq \"work\"].display", "value": "Work"},
                {"op": "add", "path": "emails[type eq \"work\"].primary", "value": true},
                {"op": "add", "path": "emails[type eq \"work\"].value", "value": "a@x.test"},
                {"op": "remove", "path": "emails[value eq \"A@X.test\"].display"},
            ]),
        ),
        json!({"userName": "ada", "active": true, "emails": [
            {"type": "work", "primary": true, "value": "a@x.test"}
        ]})
    );
}

#[test]
fn a_request_is_all_or_nothing() {
    let current = Resource::from_stored(ResourceType::User, &ada().to_string()).unwrap();
    let operations = json!([
        {"op": "replace", "path": "title", "value": "x"},
        {"op": "replace", "path": "active", "value": "perhaps"},
        {"op": "replace", "path": "nickName", "value": "x"},
    ]);
    let mut t = Tolerance::default();
    let patch = Patch::parse(ResourceType::User, &body(&operations), &mut t).unwrap();
    assert_eq!(
        patch.apply(&current, "u-1", &mut t).unwrap_err().scim_type,
        Some(ScimType::InvalidValue)
    );
    assert_eq!(Value::Object(current.attributes().clone()), ada());
}

#[test]
fn messages_of_another_shape_are_refused() {
    for (body, scim_type) in [
        (json!([]), ScimType::InvalidSyntax),
        (json!("x"), ScimType::InvalidSyntax),
        (json!({}), ScimType::InvalidValue),
        (json!({"Operations": []}), ScimType::InvalidValue),
        (json!({"Operations": "x"}), ScimType::InvalidValue),
        (json!({"Operations": ["x"]}), ScimType::InvalidSyntax),
    ] {
        let error = Patch::parse(ResourceType::User, &body, &mut Tolerance::default()).unwrap_err();
        assert_eq!(error.scim_type, Some(scim_type), "{body}");
    }
}

#[test]
fn what_a_value_without_path_may_hold() {
    let mut t = Tolerance::default();
    let outcome = run_with(
        ResourceType::User,
        &json!({"userName": "ada", "active": true}),
        &json!([{"op": "replace", "value": {
            "schemas": [urn::USER], "id": "u-1", "meta": {"version": "x"}, "groups": [], "password": "secret",
            "nosuch": 1, "nosuch.part": 1, "urn:nosuch:User:x": 1,
            "name.givenName": "Ada",
            "emails[type eq \"work\"].value": "a@x.test",
            format!("{ENTERPRISE}:department"): "Labs",
            ENTERPRISE: {"costCenter": "7", "nosuch": 1},
            format!("{}:title", urn::USER): "x",
            urn::ROLLCALL_USER: {"managedBy": "manual"},
        }}]),
        &mut t,
    )
    .unwrap();
    assert_eq!(
        Value::Object(outcome.resource.attributes().clone()),
        json!({
            "userName": "ada", "active": true, "title": "x",
            "name": {"givenName": "Ada"},
            "emails": [{"type": "work", "value": "a@x.test"}],
            ENTERPRISE: {"department": "Labs", "costCenter": "7"},
        })
    );
    let mut ignored = t.ignored().to_vec();
    ignored.sort();
    let mut expected = [
        "groups",
        "meta",
        "nosuch",
        "nosuch.part",
        "password",
        "schemas",
        "urn:nosuch:User:x",
        urn::ROLLCALL_USER,
    ]
    .map(str::to_owned)
    .to_vec();
    expected.push(format!("{ENTERPRISE}:nosuch"));
    expected.sort();
    assert_eq!(ignored, expected);
}

#[test]
fn members_become_changes_in_order() {
    use MemberChange::{Add, Remove, Replace};
    let value = |ids: &[&str]| -> Value { ids.iter().map(|id| json!({"value": id})).collect() };
    for (operations, expected) in [
        (
            json!([{"op": "add", "path": "members", "value": value(&["u-1", "u-2", "u-1"])}]),
            vec![Add(members(&["u-1", "u-2"]))],
        ),
        (
            json!([{"op": "add", "path": "members", "value": {"value": "u-1"}}]),
            vec![Add(members(&["u-1"]))],
        ),
        (json!([{"op": "add", "path": "members", "value": []}]), vec![]),
        (json!([{"op": "add", "path": "members", "value": null}]), vec![]),
        (
            json!([{"op": "add", "value": {"members": value(&["u-1"])}}]),
            vec![Add(members(&["u-1"]))],
        ),
        (
            json!([{"op": "replace", "path": "members", "value": value(&["u-1"])}]),
            vec![Replace(members(&["u-1"]))],
        ),
        (
            json!([{"op": "replace", "path": "members", "value": []}]),
            vec![Replace(vec![])],
        ),
        (
            json!([{"op": "replace", "path": "members", "value": null}]),
            vec![Replace(vec![])],
        ),
        (
            json!([{"op": "replace", "value": {"members": []}}]),
            vec![Replace(vec![])],
        ),
        (
            json!([{"op": "replace", "value": {"displayName": "Sales"}}]),
            vec![],
        ),
        (
            json!([{"op": "remove", "path": "members"}]),
            vec![Replace(vec![])],
        ),
        (
            json!([{"op": "remove", "path": "members", "value": null}]),
            vec![Replace(vec![])],
        ),
        (json!([{"op": "remove", "path": "members", "value": []}]), vec![]),
        (
            json!([{"op": "remove", "path": "members", "value": value(&["u-1"])}]),
            vec![Remove(vec!["u-1".into()])],
        ),
        (
            json!([{"op": "remove", "path": "members", "value": {"value": "u-1"}}]),
            vec![Remove(vec!["u-1".into()])],
        ),
        (
            json!([{"op": "remove", "path": "members", "value": ["u-1", "u-2"]}]),
            vec![Remove(vec!["u-1".into(), "u-2".into()])],
        ),
        (
            json!([{"op": "remove", "path": "members[value eq \"u-1\"]"}]),
            vec![Remove(vec!["u-1".into()])],
        ),
        (
            json!([{"op": "remove", "path": "members[value eq \"u-1\" or value eq \"u-2\"]"}]),
            vec![Remove(vec!["u-1".into(), "u-2".into()])],
        ),
        (
            json!([{"op": "add", "path": "members[value eq \"u-1\"]", "value": {"value": "u-1"}}]),
            vec![Add(members(&["u-1"]))],
        ),
        (
            json!([{"op": "remove", "path": "members[value eq \"u-1\"]"},
                {"op": "add", "path": "members", "value": value(&["u-2"])}]),
            vec![Remove(vec!["u-1".into()]), Add(members(&["u-2"]))],
        ),
    ] {
        assert_eq!(group(&operations).as_ref(), Ok(&expected), "{operations}");
    }
    let typed =
        group(&json!([{"op": "add", "path": "members", "value": [{"value": "g-2", "type": "group"}]}]));
    assert_eq!(
        typed,
        Ok(vec![Add(vec![Member {
            value: "g-2".into(),
            kind: Some(ResourceType::Group)
        }])])
    );
}

#[test]
fn other_filters_on_members_are_left_to_whoever_has_them() {
    let changes = group(&json!([{"op": "remove", "path": "members[type eq \"Group\"]"}])).unwrap();
    let [MemberChange::RemoveWhere(filter)] = changes.as_slice() else {
        panic!("{changes:?}")
    };
    let matches = |member: Value| filter.matches(member.as_object().unwrap());
    assert!(matches(json!({"value": "g-2", "type": "Group"})));
    assert!(!matches(json!({"value": "u-2", "type": "User"})));
}

#[test]
fn refused_member_operations() {
    for (operation, scim_type) in [
        (
            json!({"op": "replace", "path": "members[value eq \"u-1\"].value", "value": "u-2"}),
            ScimType::Mutability,
        ),
        (
            json!({"op": "replace", "path": "members[value eq \"u-1\"]", "value": {"value": "u-2"}}),
            ScimType::Mutability,
        ),
        (
            json!({"op": "remove", "path": "members.value"}),
            ScimType::Mutability,
        ),
        (
            json!({"op": "add", "path": "members[type eq \"User\"]", "value": {"value": "u-2"}}),
            ScimType::NoTarget,
        ),
        (
            json!({"op": "add", "path": "members", "value": [{"display": "x"}]}),
            ScimType::InvalidValue,
        ),
        (
            json!({"op": "add", "path": "members", "value": [{"value": ""}]}),
            ScimType::InvalidValue,
        ),
        (
            json!({"op": "add", "path": "members", "value": [{"value": "u-1", "type": "Robot"}]}),
            ScimType::InvalidValue,
        ),
        (
            json!({"op": "remove", "path": "members", "value": [[]]}),
            ScimType::InvalidValue,
        ),
        (
            json!({"op": "remove", "path": "displayName"}),
            ScimType::Mutability,
        ),
    ] {
        assert_eq!(
            group(&json!([operation])).unwrap_err().scim_type,
            Some(scim_type),
            "{operation}"
        );
    }
}

#[test]
fn ids_that_a_patch_names() {
    let operations = json!([
        {"op": "add", "path": "members", "value": [{"value": "u-1"}, {"value": "u-2"}]},
        {"op": "remove", "path": "members[value eq \"u-3\"]"},
        {"op": "replace", "path": "displayName", "value": "x"},
        {"op": "replace", "path": "members", "value": [{"value": "u-4"}]},
    ]);
    let patch = Patch::parse(ResourceType::Group, &body(&operations), &mut Tolerance::default()).unwrap();
    assert_eq!(
        patch.member_ids().collect::<Vec<_>>(),
        ["u-1", "u-2", "u-3", "u-4"]
    );
}

#[test]
fn at_most_one_value_is_primary() {
    let before = json!({"userName": "ada", "active": true, "emails": [
        {"value": "a@x.test", "primary": true}, {"value": "b@x.test"}, {"value": "c@x.test"}]});
    for (operation, winner) in [
        (
            json!({"op": "add", "path": "emails", "value": [{"value": "d@x.test", "primary": true}]}),
            "d@x.test",
        ),
        (
            json!({"op": "replace", "path": "emails[value eq \"c@x.test\"].primary", "value": "True"}),
            "c@x.test",
        ),
        (
            json!({"op": "replace", "path": "emails.primary", "value": true}),
            "a@x.test",
        ),
        (
            json!({"op": "replace", "path": "emails", "value": [
            {"value": "e@x.test", "primary": true}, {"value": "f@x.test", "primary": true}]}),
            "e@x.test",
        ),
    ] {
        let after = after(&before, &json!([operation]));
        let primaries: Vec<_> = after["emails"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|email| email["primary"] == true)
            .map(|email| email["value"].as_str().unwrap())
            .collect();
        assert_eq!(primaries, [winner], "{operation}");
    }
    let two = json!([{"op": "replace", "path": "emails", "value": [
        {"value": "e@x.test", "primary": true}, {"value": "f@x.test", "primary": true}]}]);
    let mut strict = Tolerance::new(Strictness::Strict);
    let error = run_with(ResourceType::User, &before, &two, &mut strict).unwrap_err();
    assert_eq!(error.scim_type, Some(ScimType::InvalidValue));
}

#[test]
fn limits_hold() {
    let many = |count: usize| -> Value {
        (0..count)
            .map(|i| json!({"value": format!("{i}@x.test")}))
            .collect()
    };
    let before = json!({"userName": "ada", "active": true});
    assert!(
        user(
            &before,
            &json!([{"op": "add", "path": "emails", "value": many(500)}])
        )
        .is_ok()
    );
    assert_eq!(
        refused(
            &before,
            &json!([{"op": "add", "path": "emails", "value": many(501)}])
        ),
        Some(ScimType::InvalidValue)
    );
    assert_eq!(
        refused(
            &before,
            &json!([
                {"op": "add", "path": "emails", "value": many(500)},
                {"op": "add", "path": "emails", "value": {"value": "one@more.test"}},
            ])
        ),
        Some(ScimType::InvalidValue)
    );
    let operation = json!({"op": "replace", "path": "title", "value": "x"});
    let operations: Value = std::iter::repeat_n(operation, MAX_OPERATIONS + 1).collect();
    assert_eq!(user(&before, &operations).unwrap_err().status, 413);
}

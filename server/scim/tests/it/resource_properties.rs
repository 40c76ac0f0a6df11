//! What holds for any body.

use proptest::prelude::*;
use scim::{Patch, Resource, ResourceType, Strictness, Tolerance, parse_create, parse_replace, urn};
use serde_json::{Map, Value, json};

const NAMES: [&str; 25] = [
    "schemas",
    "id",
    "meta",
    "externalId",
    "userName",
    "USERNAME",
    "name",
    "displayName",
    "title",
    "active",
    "password",
    "emails",
    "addresses",
    "roles",
    "groups",
    "members",
    "x509Certificates",
    "value",
    "type",
    "primary",
    "display",
    "$ref",
    "manager",
    "givenName",
    "nosuch",
];
const PATHS: [&str; 23] = [
    "userName",
    "title",
    "active",
    "name",
    "name.givenName",
    "emails",
    "emails.value",
    "emails.primary",
    "emails[type eq \"work\"]",
    "emails[type eq \"work\"].value",
    "emails[type eq \"work\"].primary",
    "emails[primary eq true and value pr]",
    "addresses[type eq \"home\"].locality",
    "addresses",
    "roles",
    "roles[value co \"a\"]",
    "manager",
    "manager.value",
    "department",
    urn::ENTERPRISE_USER,
    urn::USER,
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter",
    "members",
];

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prop::sample::select(&NAMES[..]).prop_map(str::to_owned),
        2 => prop::sample::select(&PATHS[..]).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

/// JSON that looks like parts of bodies.
fn json_value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        prop::sample::select(
            &[
                "a@x.test",
                "A@X.test",
                "b",
                "",
                "work",
                "home",
                "True",
                "false",
                "1",
                "u-1",
                urn::USER,
                urn::GROUP,
                urn::ENTERPRISE_USER,
                "{\"value\":\"x\"}",
                "{\"value\":{}}"
            ][..]
        )
        .prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let leaf = prop_oneof![
        6 => text,
        2 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name(), inner), 0..5)
                .prop_map(|parts| Value::Object(parts.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn operation() -> impl Strategy<Value = Value> {
    let op = prop_oneof![9 => prop::sample::select(&["add", "replace", "remove", "Add"][..]).prop_map(Value::from), 1 => json_value()];
    let path = prop_oneof![
        8 => prop::sample::select(&PATHS[..]).prop_map(Value::from),
        2 => Just(Value::Null),
        1 => json_value(),
    ];
    (op, path, json_value()).prop_map(|(op, path, value)| json!({"op": op, "path": path, "value": value}))
}

fn patch(
    kind: ResourceType,
    operations: &[Value],
    before: &Resource,
) -> Result<scim::PatchOutcome, scim::ScimError> {
    let body = json!({"schemas": [urn::PATCH_OP], "Operations": operations});
    let mut t = Tolerance::default();
    Patch::parse(kind, &body, &mut t)?.apply(before, "u-1", &mut t)
}

fn before(kind: ResourceType) -> Resource {
    match kind {
        ResourceType::Group => Resource::from_stored(kind, "{\"displayName\":\"Sales\"}").unwrap(),
        ResourceType::User => {
            let mut user = Resource::new_user("ada");
            user.set(
                "emails",
                json!([{"value": "a@x.test", "type": "work", "primary": true}, {"value": "b"}]),
            )
            .unwrap();
            user.set("manager", json!("u-9")).unwrap();
            user
        }
    }
}

/// Canonical: as the body of a POST it is read to the letter of the RFCs and stays as it is, as it does in a store.
fn check_canonical(resource: &Resource) {
    for values in resource.attributes().values().filter_map(Value::as_array) {
        let primaries = values.iter().filter(|value| value["primary"] == true).count();
        assert!(primaries < 2, "{}", resource.to_stored());
    }
    let stored = Resource::from_stored(resource.kind(), &resource.to_stored());
    assert_eq!(stored.as_ref(), Ok(resource));
    let mut body = resource.attributes().clone();
    let extensions = body.keys().filter(|name| name.starts_with("urn:")).cloned();
    let schemas: Vec<String> = std::iter::once(resource.kind().schema_urn().to_owned())
        .chain(extensions)
        .collect();
    body.insert("schemas".to_owned(), json!(schemas));
    let mut strict = Tolerance::new(Strictness::Strict);
    let again = parse_create(resource.kind(), &Value::Object(body), &mut strict);
    assert_eq!(again.map(|incoming| incoming.resource).as_ref(), Ok(resource));
}

proptest! {
    #[test]
    fn any_body_gives_a_canonical_resource_or_an_error(
        group in any::<bool>(),
        parts in prop::collection::vec((name(), json_value()), 0..8),
    ) {
        let kind = if group { ResourceType::Group } else { ResourceType::User };
        let mut body: Map<String, Value> = parts.into_iter().collect();
        let required = if group { "displayName" } else { "userName" };
        body.entry(required).or_insert_with(|| "ada".into());
        let body = Value::Object(body);
        for read in [
            parse_create(kind, &body, &mut Tolerance::default()),
            parse_replace(&before(kind), "u-1", &body, &mut Tolerance::default()),
        ] {
            match read {
                Ok(incoming) => check_canonical(&incoming.resource),
                Err(error) => prop_assert!((400..=413).contains(&error.status)),
            }
        }
    }

    #[test]
    fn any_json_is_read_without_panic(body in json_value()) {
        for kind in ResourceType::ALL {
            let _ = parse_create(kind, &body, &mut Tolerance::default());
            let _ = parse_create(kind, &body, &mut Tolerance::new(Strictness::Strict));
            let _ = Patch::parse(kind, &body, &mut Tolerance::default());
            let _ = scim::SearchRequest::parse(&body, &mut Tolerance::default());
        }
    }

    #[test]
    fn any_patch_gives_a_canonical_resource_or_an_error(
        group in any::<bool>(),
        operations in prop::collection::vec(operation(), 1..6),
    ) {
        let kind = if group { ResourceType::Group } else { ResourceType::User };
        let before = before(kind);
        match patch(kind, &operations, &before) {
            Ok(outcome) => {
                check_canonical(&outcome.resource);
                prop_assert_eq!(outcome.changed, outcome.resource != before);
            }
            Err(error) => prop_assert!((400..=413).contains(&error.status)),
        }
    }

    #[test]
    fn replacing_twice_is_replacing_once(
        path in stable_path(),
        value in json_value(),
    ) {
        check_twice("replace", path, value)?;
    }

    #[test]
    fn adding_twice_is_adding_once(
        path in stable_path(),
        value in json_value(),
    ) {
        check_twice("add", path, value)?;
    }

    #[test]
    fn removing_twice_is_removing_once(path in prop::sample::select(&PATHS[..])) {
        check_twice("remove", path, Value::Null)?;
    }
}

/// Paths that select the same values afterwards: to change the whole of a value may be to change what the filter
/// found it by.
fn stable_path() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&PATHS[..]).prop_filter("filter without sub-attribute", |path| !path.ends_with(']'))
}

fn check_twice(op: &str, path: &str, mut value: Value) -> Result<(), TestCaseError> {
    if path == urn::USER
        && let Value::Object(parts) = &mut value
    {
        // One key may change what another one adds or selects.
        parts.retain(|key, _| key.starts_with("urn:") || !key.contains(['[', '.']));
    }
    let operations = [json!({"op": op, "path": path, "value": value})];
    if let Ok(once) = patch(ResourceType::User, &operations, &before(ResourceType::User)) {
        let twice = patch(ResourceType::User, &operations, &once.resource);
        let twice = twice.map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&twice.resource, &once.resource);
        prop_assert!(!twice.changed);
    }
    Ok(())
}

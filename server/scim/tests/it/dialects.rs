//! The bodies that identity providers send. Each file in `tests/data/dialects` is one identity provider: a list of
//! requests with the state before, the state after, and the leniencies that it took.

use std::fs;
use std::path::Path;

use scim::{
    IdentityProvider, Leniency, Member, MemberChange, Patch, Resource, ResourceType, Strictness, Tolerance,
    parse_create, parse_replace,
};
use serde_json::{Value, json};

struct Done {
    resource: Resource,
    changed: bool,
    members: Vec<MemberChange>,
}

fn run(case: &Value, t: &mut Tolerance) -> Result<Done, scim::ScimError> {
    let kind = ResourceType::from_name(case["resource"].as_str().unwrap()).unwrap();
    let (body, id) = (&case["body"], case["id"].as_str().unwrap_or_default());
    let before = || Resource::from_stored(kind, &case["before"].to_string()).unwrap();
    let whole = |incoming: scim::Incoming| Done {
        changed: case.get("before").is_none() || incoming.resource != before(),
        resource: incoming.resource,
        members: incoming.members.map(MemberChange::Replace).into_iter().collect(),
    };
    match case["request"].as_str().unwrap() {
        "POST" => parse_create(kind, body, t).map(whole),
        "PUT" => parse_replace(&before(), id, body, t).map(whole),
        "PATCH" => {
            let outcome = Patch::parse(kind, body, t)?.apply(&before(), id, t)?;
            Ok(Done {
                resource: outcome.resource,
                changed: outcome.changed,
                members: outcome.members,
            })
        }
        other => panic!("unknown request {other}"),
    }
}

fn members_json(changes: &[MemberChange]) -> Value {
    let ids = |members: &[Member]| {
        members
            .iter()
            .map(|member| member.value.clone())
            .collect::<Vec<_>>()
    };
    changes
        .iter()
        .map(|change| match change {
            MemberChange::Add(members) => json!({"add": ids(members)}),
            MemberChange::Remove(ids) => json!({"remove": ids}),
            MemberChange::Replace(members) => json!({"replace": ids(members)}),
            MemberChange::RemoveWhere(filter) => json!({"remove where": filter.to_string()}),
        })
        .collect()
}

fn replay(name: &str, providers: &[IdentityProvider]) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/dialects")
        .join(name);
    let cases: Vec<Value> = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    assert!(!cases.is_empty());
    for case in &cases {
        let title = format!("{name}: {}", case["name"]);
        let mut t = Tolerance::default();
        let done = run(case, &mut t).unwrap_or_else(|error| panic!("{title}: {error}"));

        assert_eq!(
            Value::Object(done.resource.attributes().clone()),
            case["after"],
            "{title}"
        );
        assert_eq!(done.changed, case.get("before") != case.get("after"), "{title}");
        if let Some(members) = case.get("members") {
            assert_eq!(members_json(&done.members), *members, "{title}");
        }
        let used: Vec<&str> = t.used().iter().map(|leniency| leniency.name()).collect();
        assert_eq!(
            json!(sorted(used)),
            json!(sorted(strings(&case["used"]))),
            "{title}"
        );
        assert_eq!(json!(t.ignored()), case["ignored"], "{title}");

        // Exactly these leniencies are enough, and without them the request is refused.
        let needed = t.used().iter().copied().collect();
        assert!(
            run(case, &mut Tolerance::new(Strictness::Only(needed))).is_ok(),
            "{title}"
        );
        for provider in providers {
            let granted = run(case, &mut Tolerance::new(Strictness::Only(provider.needs())));
            assert!(granted.is_ok(), "{title} with what {} needs", provider.label());
        }
        let strict = run(case, &mut Tolerance::new(Strictness::Strict));
        assert_eq!(strict.is_err(), !t.used().is_empty(), "{title}");
    }
}

fn strings(list: &Value) -> Vec<&str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|value| value.as_str().unwrap())
        .collect()
}

fn sorted(mut names: Vec<&str>) -> Vec<&str> {
    names.sort_unstable();
    names
}

macro_rules! dialects {
    ($($file:ident: $($provider:ident)*;)*) => {$(
        #[test]
        fn $file() {
            replay(concat!(stringify!($file), ".json"), &[$(IdentityProvider::$provider),*]);
        }
    )*};
}

dialects! {
    authentik: Authentik;
    cyberark: CyberArk;
    entra: Entra;
    jumpcloud: JumpCloud;
    keycloak: Keycloak;
    okta: Okta;
    onelogin: OneLogin;
    ping: PingOne PingFederate;
}

#[test]
fn both_dialects_of_entra_end_in_the_same_state() {
    let run = |operations: Value| {
        let body = json!({"schemas": [scim::urn::PATCH_OP], "Operations": operations});
        let mut t = Tolerance::default();
        let patch = Patch::parse(ResourceType::User, &body, &mut t).unwrap();
        patch
            .apply(&Resource::new_user("ada"), "u-1", &mut t)
            .unwrap()
            .resource
    };
    let department = format!("{}:department", scim::urn::ENTERPRISE_USER);
    assert_eq!(
        run(json!([
            {"op": "Add", "path": "displayName", "value": "Ada"},
            {"op": "Replace", "path": "name.givenName", "value": "Ada"},
            {"op": "Add", "path": &department, "value": "Labs"},
            {"op": "Replace", "path": "active", "value": "False"},
        ])),
        run(json!([
            {"op": "replace", "value": {"displayName": "Ada", "name.givenName": "Ada", &department: "Labs"}},
            {"op": "replace", "path": "active", "value": false},
        ]))
    );
}

#[test]
fn every_leniency_that_the_files_name_exists() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/dialects");
    for file in fs::read_dir(folder).unwrap() {
        let cases: Vec<Value> =
            serde_json::from_str(&fs::read_to_string(file.unwrap().path()).unwrap()).unwrap();
        for name in cases.iter().flat_map(|case| strings(&case["used"])) {
            assert!(Leniency::from_name(name).is_some(), "{name}");
        }
    }
}

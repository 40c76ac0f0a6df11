//! No input, however nested or long, asks for more than a bounded amount of time, memory or stack. Counted, never
//! measured: a test that takes long is the failure.

use std::thread;

use scim::{
    Filter, MemberChange, Patch, PatchOutcome, Projection, Resource, ResourceType, ScimError, ScimType,
    SearchRequest, Tolerance, parse_create, parse_replace, urn,
};
use serde_json::{Value, json};

/// As much stack as the smallest that threads usually get.
const STACK: usize = 512 * 1024;

fn run(before: &Resource, operations: &Value) -> Result<PatchOutcome, ScimError> {
    let body = json!({"schemas": [urn::PATCH_OP], "Operations": operations});
    let mut t = Tolerance::default();
    Patch::parse(before.kind(), &body, &mut t)?.apply(before, "u-1", &mut t)
}

fn emails(count: usize, suffix: &str) -> Value {
    (0..count)
        .map(|i| json!({"value": format!("{i}{suffix}@x.test"), "type": "work"}))
        .collect()
}

fn with_emails(count: usize) -> Resource {
    let mut user = Resource::new_user("ada");
    user.set("emails", emails(count, "")).unwrap();
    user
}

fn repeat(operation: &Value, count: usize) -> Value {
    std::iter::repeat_n(operation.clone(), count).collect()
}

#[test]
fn json_is_as_deep_as_its_parser_allows_and_no_deeper() {
    let nested = |depth: usize| {
        let text = format!("{}1{}", "{\"emails\":[".repeat(depth), "]}".repeat(depth));
        serde_json::from_str::<Value>(&text)
    };
    // 128 levels: whoever reads a body from text cannot get more.
    assert!(nested(65).is_err());
    let deepest = nested(63).unwrap();
    let small = move || {
        for kind in ResourceType::ALL {
            let _ = parse_create(kind, &deepest, &mut Tolerance::default());
            let _ = parse_replace(
                &Resource::new_user("ada"),
                "u-1",
                &deepest,
                &mut Tolerance::default(),
            );
            let _ = SearchRequest::parse(&deepest, &mut Tolerance::default());
            for path in ["emails", "manager", "name", "title", urn::USER, "members"] {
                for value in [&deepest, &deepest["emails"]] {
                    let body = json!({"Operations": [{"op": "add", "path": path, "value": value}]});
                    let mut t = Tolerance::default();
                    let patch = Patch::parse(kind, &body, &mut t);
                    let _ = patch.and_then(|patch| patch.apply(&Resource::new_user("ada"), "u-1", &mut t));
                }
            }
        }
    };
    thread::Builder::new()
        .stack_size(STACK)
        .spawn(small)
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn the_deepest_filter_fits_a_small_stack() {
    let deep = |open: &str, depth: usize| format!("{}title pr{}", open.repeat(depth), ")".repeat(depth));
    let small = move || {
        let parse = |text: &str| Filter::parse(text, ResourceType::User, &mut Tolerance::default());
        let user = Resource::new_user("ada");
        for open in ["(", "not(", "not (", "(title pr or ", "(title pr and "] {
            let filter = parse(&deep(open, 32)).unwrap();
            assert_eq!(parse(&filter.to_string()).as_ref(), Ok(&filter));
            let _ = filter.matches(user.attributes());
            assert_eq!(
                parse(&deep(open, 33)).unwrap_err().scim_type,
                Some(ScimType::InvalidFilter)
            );
            assert!(parse(&open.repeat(16 * 1024 / open.len())).is_err());
        }
        // A comparison after the bracket is printed within it, a level deeper.
        let tail = |depth: usize| {
            let inner = format!(
                "{}type pr or value pr{}",
                "(type pr or ".repeat(depth),
                ")".repeat(depth)
            );
            parse(&format!("emails[{inner}].value eq \"x\""))
        };
        let filter = tail(30).unwrap();
        assert_eq!(parse(&filter.to_string()).as_ref(), Ok(&filter));
        assert!(tail(31).is_err());
    };
    thread::Builder::new()
        .stack_size(STACK)
        .spawn(small)
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn a_filter_has_so_many_comparisons_and_bytes() {
    let parse = |text: &str| Filter::parse(text, ResourceType::User, &mut Tolerance::default());
    let tails = |count: usize| vec!["emails[type pr].value pr"; count].join(" or ");
    let filter = parse(&tails(166)).unwrap();
    assert_eq!(parse(&filter.to_string()).as_ref(), Ok(&filter));
    assert!(parse(&tails(167)).is_err());
    assert!(parse(&format!("title eq \"{}\"", "x".repeat(16 * 1024))).is_err());
    let path = format!("emails[value eq \"{}\"]", "x".repeat(8 * 1024));
    let error = run(
        &Resource::new_user("ada"),
        &json!([{"op": "remove", "path": path}]),
    )
    .unwrap_err();
    assert_eq!(error.scim_type, Some(ScimType::InvalidPath));
    assert!(Projection::parse(ResourceType::User, Some(&"emails,".repeat(2_000)), None).is_err());
}

#[test]
fn as_many_operations_as_are_allowed_may_look_at_as_many_values() {
    let user = with_emails(500);
    let operation = json!({"op": "replace", "path": "emails[value eq \"499@x.test\"].display", "value": "x"});
    let outcome = run(&user, &repeat(&operation, 5_000)).unwrap();
    assert_eq!(outcome.resource.attributes()["emails"][499]["display"], "x");
    assert_eq!(run(&user, &repeat(&operation, 5_001)).unwrap_err().status, 413);
}

#[test]
fn operations_that_compare_more_are_refused() {
    let user = with_emails(500);
    let terms = vec!["type eq \"x\""; 100].join(" or ");
    let filter = json!({"op": "remove", "path": format!("emails[{terms}]")});
    let listed = json!({"op": "remove", "path": "emails", "value": emails(500, "x")});
    let added = json!({"op": "add", "path": "emails", "value": emails(500, "")});
    for (operation, too_often) in [(filter, 200), (listed, 30), (added, 15)] {
        assert!(run(&user, &repeat(&operation, 2)).is_ok());
        let error = run(&user, &repeat(&operation, too_often)).unwrap_err();
        assert_eq!(error.status, 413, "{}", error.detail);
    }
    // A filter folds the whole of a long text each time.
    let mut user = Resource::new_user("ada");
    user.set("emails", json!([{"value": "x".repeat(500_000)}]))
        .unwrap();
    let folds = json!({"op": "remove", "path": "emails[value co \"y\"]"});
    assert!(run(&user, &repeat(&folds, 100)).is_ok());
    assert_eq!(run(&user, &repeat(&folds, 1_000)).unwrap_err().status, 413);
}

#[test]
fn a_small_body_does_not_become_a_large_resource() {
    let long = "x".repeat(100_000);
    let set = json!({"op": "replace", "path": "emails.display", "value": long});
    assert!(run(&with_emails(80), &json!([set])).is_ok());
    let error = run(&with_emails(500), &json!([set])).unwrap_err();
    assert_eq!(error.status, 413);
    // Nor by doing it often within the limit of once.
    let error = run(&with_emails(80), &repeat(&set, 1_000)).unwrap_err();
    assert_eq!(error.status, 413);

    let body = json!({"schemas": [urn::USER], "userName": "ada", "title": "x".repeat(8 * 1024 * 1024)});
    let error = parse_create(ResourceType::User, &body, &mut Tolerance::default()).unwrap_err();
    assert_eq!(error.status, 413);
    let grow = json!([{"op": "add", "path": "title", "value": "x".repeat(8 * 1024 * 1024)}]);
    assert_eq!(run(&Resource::new_user("ada"), &grow).unwrap_err().status, 413);
}

#[test]
fn what_is_already_large_can_be_made_smaller() {
    let stored = json!({"userName": "ada", "title": "x".repeat(8 * 1024 * 1024), "nickName": "ada"});
    let large = Resource::from_stored(ResourceType::User, &stored.to_string()).unwrap();
    assert!(run(&large, &json!([{"op": "remove", "path": "nickName"}])).is_ok());
    assert_eq!(
        run(
            &large,
            &json!([{"op": "add", "path": "nickName", "value": "adaada"}])
        )
        .unwrap_err()
        .status,
        413
    );
}

#[test]
fn filters_on_members_have_so_many_comparisons_together() {
    let group = Resource::from_stored(ResourceType::Group, "{\"displayName\":\"Sales\"}").unwrap();
    let by_type = json!({"op": "remove", "path": "members[type eq \"Group\" and value pr]"});
    let changes = run(&group, &repeat(&by_type, 250)).unwrap().members;
    assert!(
        changes
            .iter()
            .all(|change| matches!(change, MemberChange::RemoveWhere(_)))
    );
    assert_eq!(run(&group, &repeat(&by_type, 251)).unwrap_err().status, 413);
    let by_id = json!({"op": "remove", "path": "members[value eq \"u-1\"]"});
    assert!(run(&group, &repeat(&by_id, 5_000)).is_ok());
}

#[test]
fn a_text_that_looks_like_a_role_is_read_no_deeper() {
    let nested = format!("{{\"value\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let body = json!({"schemas": [urn::USER], "userName": "ada", "roles": [{"value": nested}]});
    let incoming = parse_create(ResourceType::User, &body, &mut Tolerance::default()).unwrap();
    assert_eq!(incoming.resource.attributes()["roles"][0]["value"], nested);
}

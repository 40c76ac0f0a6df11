#![expect(clippy::needless_pass_by_value, reason = "bodies are written in place")]

use serde_json::json;

use super::*;
use crate::tolerance::{Strictness, Tolerance};

fn parse(operations: Value) -> Result<BulkRequest, ScimError> {
    let body = json!({"schemas": [urn::BULK_REQUEST], "Operations": operations});
    BulkRequest::parse(body, 10, &mut Tolerance::new(Strictness::Strict))
}

fn post(bulk_id: &str, path: &str, data: Value) -> Value {
    json!({"method": "POST", "bulkId": bulk_id, "path": path, "data": data})
}

/// Runs everything by a server that makes what `answer` says, and gives the steps as text and the entries.
fn run(
    request: BulkRequest,
    mut answer: impl FnMut(&BulkStep) -> Result<BulkDone, ScimError>,
) -> (Vec<String>, Vec<Value>) {
    let mut run = BulkRun::new(request);
    let mut steps = Vec::new();
    while let Some(step) = run.next_step() {
        steps.push(match &step.target {
            BulkTarget::Create(kind) => format!("POST {} {}", kind.name(), step.data),
            BulkTarget::Replace(kind, id) => format!("PUT {} {id} {}", kind.name(), step.data),
            BulkTarget::Patch(kind, id) => format!("PATCH {} {id} {}", kind.name(), step.data["Operations"]),
            BulkTarget::Delete(kind, id) => format!("DELETE {} {id}", kind.name()),
        });
        let outcome = answer(&step);
        run.finished(outcome);
    }
    let Value::Array(entries) = run.into_response("https://x.test")["Operations"].take() else {
        panic!("the answer has entries")
    };
    (steps, entries)
}

/// Ids by `userName` or `displayName`.
#[expect(clippy::unnecessary_wraps, reason = "it answers as a server does")]
fn create(step: &BulkStep) -> Result<BulkDone, ScimError> {
    let name = step.data["userName"]
        .as_str()
        .or(step.data["displayName"].as_str());
    let (status, id) = match &step.target {
        BulkTarget::Create(_) => (201, format!("id-{}", name.unwrap_or_default())),
        BulkTarget::Delete(_, id) => (204, id.clone()),
        BulkTarget::Replace(_, id) | BulkTarget::Patch(_, id) => (200, id.clone()),
    };
    Ok(BulkDone {
        status,
        id,
        version: Some("W/\"1\"".to_owned()),
    })
}

#[test]
fn references_work_in_any_order() {
    let request = parse(json!([
        {"method": "PATCH", "path": "/Groups/bulkId:g", "data": {"Operations": [
            {"op": "add", "path": "members", "value": [{"value": "bulkId:b"}]}]}},
        post("g", "/Groups", json!({"displayName": "g", "members": [{"value": "bulkId:a"}]})),
        post("a", "/Users", json!({"userName": "a"})),
        post("b", "/Users", json!({"userName": "b"})),
    ]))
    .unwrap();
    let (steps, entries) = run(request, create);
    assert_eq!(
        steps,
        [
            r#"POST User {"userName":"a"}"#,
            r#"POST Group {"displayName":"g","members":[{"value":"id-a"}]}"#,
            r#"POST User {"userName":"b"}"#,
            r#"PATCH Group id-g [{"op":"add","path":"members","value":[{"value":"id-b"}]}]"#,
        ]
    );
    assert_eq!(
        entries[1],
        json!({"method": "POST", "bulkId": "g", "location": "https://x.test/Groups/id-g", "version": "W/\"1\"",
               "status": "201"})
    );
    assert_eq!(entries[0]["location"], "https://x.test/Groups/id-g");
}

#[test]
fn a_circle_is_made_by_adding_what_had_to_wait() {
    let manager = |of: &str| json!({urn::ENTERPRISE_USER: {"manager": {"value": format!("bulkId:{of}")}}});
    let user = |name: &str, boss: &str| {
        let mut data = manager(boss);
        data["userName"] = name.into();
        post(name, "/Users", data)
    };
    let request = parse(json!([user("a", "b"), user("b", "a")])).unwrap();
    let (steps, entries) = run(request, create);
    assert_eq!(steps.len(), 3);
    assert_eq!(steps[0], r#"POST User {"userName":"a"}"#);
    assert!(steps[1].contains("\"value\":\"id-a\""), "{steps:?}");
    assert!(
        steps[2].starts_with("PATCH User id-a") && steps[2].contains("\"value\":\"id-b\""),
        "{steps:?}"
    );
    assert!(entries.iter().all(|entry| entry["status"] == "201"));
}

#[test]
fn a_circle_that_cannot_be_made_leaves_nothing_of_its_first() {
    let group = |name: &str, member: &str| {
        post(
            name,
            "/Groups",
            json!({"displayName": name, "members": [{"value": format!("bulkId:{member}")}]}),
        )
    };
    let request = parse(json!([group("a", "b"), group("b", "a")])).unwrap();
    let (steps, entries) = run(request, |step| match step.target {
        BulkTarget::Patch(..) => Err(ScimError::invalid_value("No circles.")),
        _ => create(step),
    });
    assert_eq!(steps.last().unwrap(), "DELETE Group id-a");
    assert_eq!(entries[0]["status"], "409");
    assert_eq!(entries[0].get("location"), None);
    assert_eq!(entries[1]["status"], "201");
}

#[test]
fn one_bad_operation_does_not_fail_the_others_but_what_refers_to_it() {
    let request = parse(json!([
        post("a", "/Users", json!({"userName": "taken"})),
        post("g", "/Groups", json!({"displayName": "g", "members": [{"value": "bulkId:a"}]})),
        post("c", "/Users", json!({"userName": "c"})),
        {"method": "PUT", "path": "/Users/u-1", "data": {"userName": "taken"}},
        post("d", "/Users", json!({"manager": "bulkId:nosuch"})),
    ]))
    .unwrap();
    let (steps, entries) = run(request, |step| {
        if step.data["userName"] == "taken" {
            Err(ScimError::uniqueness("Taken."))
        } else {
            create(step)
        }
    });
    assert_eq!(steps.len(), 3);
    let statuses: Vec<&str> = entries
        .iter()
        .map(|entry| entry["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["409", "409", "201", "409", "400"]);
    assert_eq!(entries[0]["response"]["scimType"], "uniqueness");
    assert_eq!(entries[0].get("location"), None);
    assert_eq!(entries[3]["location"], "https://x.test/Users/u-1");
    assert!(
        entries[4]["response"]["detail"]
            .as_str()
            .unwrap()
            .contains("nosuch")
    );
}

#[test]
fn nothing_is_tried_after_as_many_errors_as_allowed() {
    let bad = json!({"method": "POST", "path": "/Users", "data": {}});
    let mut request = parse(json!([
        bad,
        post("a", "/Users", json!({"userName": "a"})),
        bad,
        bad
    ]))
    .unwrap();
    request.fail_on_errors = Some(2);
    let (_, entries) = run(request, create);
    let statuses: Vec<&str> = entries
        .iter()
        .map(|entry| entry["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["400", "201", "400"]);
}

#[test]
fn an_operation_that_cannot_be_read_fails_by_itself() {
    for (operation, part) in [
        (json!("x"), "JSON object"),
        (json!({"method": "GET", "path": "/Users/1"}), "not 'GET'"),
        (json!({"path": "/Users/1"}), "method"),
        (json!({"method": "POST", "path": "/Users"}), "bulkId"),
        (
            json!({"method": "POST", "path": "/Users/1", "bulkId": "a"}),
            "without an id",
        ),
        (
            json!({"method": "DELETE", "path": "/Users"}),
            "id of the resource",
        ),
        (
            json!({"method": "POST", "path": "/Schemas", "bulkId": "a"}),
            "/Schemas",
        ),
    ] {
        let (steps, entries) = run(parse(json!([operation])).unwrap(), create);
        assert!(steps.is_empty(), "{operation}");
        assert_eq!(entries[0]["status"], "400", "{operation}");
        let detail = entries[0]["response"]["detail"].as_str().unwrap();
        assert!(detail.contains(part), "{operation}: {detail}");
    }
}

#[test]
fn what_is_no_bulk_request_is_refused_whole() {
    let post = |id: &str| json!({"method": "POST", "path": "/Users", "bulkId": id, "data": {}});
    for (operations, status) in [
        (json!([]), 400),
        (json!({}), 400),
        (json!([post("a"), post("a")]), 400),
        (Value::Array((0..11).map(|n| post(&n.to_string())).collect()), 413),
    ] {
        assert_eq!(parse(operations).unwrap_err().status, status);
    }
    let zero = json!({"schemas": [urn::BULK_REQUEST], "Operations": [post("a")], "failOnErrors": 0});
    assert!(BulkRequest::parse(zero, 10, &mut Tolerance::default()).is_err());
    let strict = &mut Tolerance::new(Strictness::Strict);
    assert!(BulkRequest::parse(json!({"Operations": [post("a")]}), 10, strict).is_err());
}

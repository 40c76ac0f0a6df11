//! Whatever comes in, the answer is the client's mistake in SCIM form, never ours.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{ENTERPRISE, PATCH_OP, TestApp, USER, encode};

/// Bodies that no client should send.
fn nasties() -> Vec<Value> {
    let deep = (0..100).fold(json!("deep"), |inner, _| json!({"name": inner}));
    let deep_list = (0..100).fold(json!([]), |inner, _| json!([inner]));
    vec![
        json!(null),
        json!(true),
        json!(0),
        json!("text"),
        json!([]),
        json!([[[]]]),
        json!({}),
        json!({"userName": null, "displayName": null}),
        json!({"userName": "", "displayName": ""}),
        json!({"userName": "   ", "displayName": "   "}),
        json!({"userName": 7, "displayName": {}}),
        json!({"userName": ["a"], "displayName": ["a"]}),
        json!({"userName": "nul\u{0}", "displayName": "nul\u{0}"}),
        json!({"userName": "\u{202e}\u{feff}", "displayName": "\u{202e}"}),
        json!({"userName": "x".repeat(100_000), "displayName": "x".repeat(100_000)}),
        json!({"userName": "emails", "displayName": "g", "emails": "not a list", "members": "not a list"}),
        json!({"userName": "emails-2", "displayName": "g-2", "emails": [1, null, [], {}], "members": [1, null, [], {}]}),
        json!({"userName": "name", "name": "not an object", "displayName": 7.5e300}),
        json!({"userName": "deep", "displayName": "deep", "name": deep, "members": deep_list}),
        json!({"schemas": "not a list", "userName": "schemas", "displayName": "schemas"}),
        json!({"schemas": [7, null], "userName": "schemas-2", "displayName": "schemas-2"}),
        json!({"userName": "active", "displayName": "active", "active": "maybe"}),
        json!({"userName": "extension", "displayName": "extension", ENTERPRISE: "not an object"}),
        json!({"userName": "meta", "displayName": "meta", "id": 7, "meta": "mine", "groups": "mine"}),
        json!({"USERNAME": "a", "username": "b", "userName": "c", "displayName": "twice"}),
        json!({"userName": "members", "displayName": "members", "members": [{"value": "'; DROP TABLE user; --"}]}),
    ]
}

/// PATCH operations that no client should send.
fn nasty_operations() -> Vec<Value> {
    let mut operations = vec![
        json!(null),
        json!({}),
        json!([]),
        json!([null]),
        json!(["remove"]),
        json!([{}]),
        json!([{"op": "nonsense", "path": "title", "value": "x"}]),
        json!([{"op": "replace", "path": 7, "value": "x"}]),
        json!([{"op": "remove"}]),
        json!([{"op": "add"}]),
        json!([{"op": "add", "value": "text"}]),
        json!([{"op": "add", "value": [[]]}]),
        json!([{"op": "replace", "value": {"": "x"}}]),
        json!([{"op": "remove", "path": "userName"}, {"op": "remove", "path": "displayName"}]),
        json!([{"op": "replace", "path": "id", "value": "other"}]),
        json!([{"op": "replace", "path": "meta.created", "value": "2000-01-01T00:00:00Z"}]),
        json!([{"op": "add", "path": "members", "value": [{"value": null}, 7, {"value": {"value": "x"}}]}]),
        json!([{"op": "replace", "path": "active", "value": {"value": {}}}]),
    ];
    for path in [
        "",
        ".",
        "[",
        "]",
        "members[",
        "members[value eq \"",
        "emails[type eq \"work\"].",
        "name.givenName.x",
        "a b c",
        "urn:",
        ":",
        "é",
    ] {
        operations.push(json!([{"op": "replace", "path": path, "value": "x"}]));
        operations.push(json!([{"op": "remove", "path": path}]));
    }
    operations.push(Value::Array(vec![
        json!({"op": "replace", "path": "title", "value": "x"});
        5000
    ]));
    operations
}

#[tokio::test]
async fn a_bad_body_is_never_a_500() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let (user, group) = (idp.create_user("ada").await, idp.create_group("Sales", &[]).await);
    let mut requests: Vec<(Method, String, Value)> = Vec::new();
    for body in nasties() {
        requests.push((Method::POST, "/Users".to_owned(), body.clone()));
        requests.push((Method::POST, "/Groups".to_owned(), body.clone()));
        requests.push((Method::PUT, format!("/Users/{user}"), body.clone()));
        requests.push((Method::PUT, format!("/Groups/{group}"), body.clone()));
        requests.push((Method::PATCH, format!("/Users/{user}"), body.clone()));
        requests.push((Method::PATCH, format!("/Groups/{group}"), body));
    }
    for operations in nasty_operations() {
        let body = json!({"schemas": [PATCH_OP], "Operations": operations});
        requests.push((Method::PATCH, format!("/Users/{user}"), body.clone()));
        requests.push((Method::PATCH, format!("/Groups/{group}"), body));
    }
    for (method, path, body) in requests {
        let shown: String = body.to_string().chars().take(200).collect();
        let answer = idp.send_json(method.clone(), &path, &body).await;
        let status = answer.status.as_u16();
        assert!(
            answer.status.is_success() || [400, 404, 409].contains(&status),
            "{method} {path} {shown}: {} {}",
            answer.status,
            answer.text
        );
        if !answer.status.is_success() {
            let scim_type = answer.body["scimType"].as_str().map(str::to_owned);
            answer.expect_error(status, scim_type.as_deref());
        }
    }
    idp.get(&format!("/Users/{user}")).await.expect(StatusCode::OK);
    idp.get(&format!("/Groups/{group}")).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_bad_text_is_never_a_500() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let user = idp.create_user("ada").await;
    let unclosed = "(".repeat(5000);
    let terms = vec!["userName eq \"x\""; 1000].join(" or ");
    let long = format!("userName eq \"{}\"", "x".repeat(20_000));
    for filter in [
        "\u{0}",
        "userName eq \"\u{0}\"",
        "userName co \"%_\\\\'\"",
        "userName eq \"' OR 1=1 --\"",
        "meta.lastModified gt \"yesterday\"",
        "meta.created gt 99999999999999999999999",
        "emails[type eq \"work\" and value co \"@\"].value sw \"a\"",
        unclosed.as_str(),
        terms.as_str(),
        long.as_str(),
    ] {
        for endpoint in ["/Users", "/Groups"] {
            let shown: String = filter.chars().take(80).collect();
            let answer = idp.get(&format!("{endpoint}?filter={}", encode(filter))).await;
            assert!(
                answer.status == StatusCode::OK || answer.status == StatusCode::BAD_REQUEST,
                "{endpoint} {shown}: {}",
                answer.text
            );
        }
    }
    for path in [
        "/Users?filter=%FF%FE",
        "/Users?%FF=%00&&&==&count",
        "/Users?sortBy=%00&sortOrder=sideways",
        "/Users?attributes=,,,%00,[",
        "/Users/%00",
        "/Users/%FF",
        "/Users/%2F",
        "/Users/..%2F..%2Fetc",
        "/Schemas/%FF",
    ] {
        let answer = idp.get(path).await;
        assert!(
            answer.status.as_u16() < 500,
            "{path}: {} {}",
            answer.status,
            answer.text
        );
        assert!(
            answer.status.is_success() || answer.body["detail"].is_string(),
            "{path}: {}",
            answer.text
        );
    }
    for condition in ["", "\"", "W/", "W/\"\"", "*,*", "\u{e9}"] {
        let body = json!({"schemas": [USER], "userName": "ada"});
        let answer = idp
            .with("if-match", condition)
            .put(&format!("/Users/{user}"), &body)
            .await;
        assert!(
            [200, 412].contains(&answer.status.as_u16()),
            "{condition}: {}",
            answer.text
        );
    }
}

#[tokio::test]
async fn a_body_that_nests_too_deeply_is_refused() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let body = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    idp.send(Method::POST, "/Users", body)
        .await
        .expect_error(400, Some("invalidSyntax"));
    let invalid_text = b"{\"userName\": \"\xff\"}".to_vec();
    idp.send(Method::POST, "/Users", invalid_text)
        .await
        .expect_error(400, Some("invalidSyntax"));
}

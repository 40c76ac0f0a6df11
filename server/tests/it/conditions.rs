//! Versions and conditions (RFC 7644 §3.14).

use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::json;

use crate::harness::{Client, GROUP, TestApp, USER};

/// A user and a group, by path, each with a body that replaces it.
async fn resources(idp: &Client) -> [(String, serde_json::Value); 2] {
    let user = idp.create_user("ada@acme.test").await;
    let group = idp.create_group("Sales", &[]).await;
    [
        (
            format!("/Users/{user}"),
            json!({"schemas": [USER], "userName": "ada@acme.test", "displayName": "Changed"}),
        ),
        (
            format!("/Groups/{group}"),
            json!({"schemas": [GROUP], "displayName": "Changed"}),
        ),
    ]
}

#[tokio::test]
async fn the_version_is_the_same_in_header_and_body_and_answers_304() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    for (path, _) in resources(&idp).await {
        let read = idp.get(&path).await.expect(StatusCode::OK);
        let etag = read.header("etag").unwrap().to_owned();
        assert_eq!(read.body["meta"]["version"], json!(etag));

        for known in [etag.as_str(), "*", &format!("W/\"999\", {etag}")] {
            let unchanged = idp
                .with("if-none-match", known)
                .get(&path)
                .await
                .expect(StatusCode::NOT_MODIFIED);
            assert_eq!(unchanged.header("etag"), Some(etag.as_str()));
            assert!(unchanged.text.is_empty());
        }
        idp.with("if-none-match", "W/\"999\"")
            .get(&path)
            .await
            .expect(StatusCode::OK);
    }
}

#[tokio::test]
async fn a_write_on_another_version_is_412_and_changes_nothing() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    for (path, body) in resources(&idp).await {
        let before = idp.get(&path).await;
        let stale = idp.with("if-match", "W/\"999\"");
        let operations = json!([{"op": "replace", "path": "displayName", "value": "Changed"}]);
        stale.put(&path, &body).await.expect_error(412, None);
        stale.operations(&path, operations).await.expect_error(412, None);
        stale.delete(&path).await.expect_error(412, None);
        assert_eq!(idp.get(&path).await.text, before.text);

        let current = idp.with("if-match", before.header("etag").unwrap());
        let changed = current.put(&path, &body).await.expect(StatusCode::OK);
        assert_ne!(changed.header("etag"), before.header("etag"));
        current.put(&path, &body).await.expect_error(412, None);
        idp.with("if-match", "*")
            .delete(&path)
            .await
            .expect(StatusCode::NO_CONTENT);
    }
}

#[tokio::test]
async fn what_changes_nothing_leaves_version_and_time() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    for (path, body) in resources(&idp).await {
        let changed = idp.put(&path, &body).await.expect(StatusCode::OK);
        app.pass(SignedDuration::from_hours(1));
        let same = json!([{"op": "Replace", "path": "displayName", "value": "Changed"}]);
        for answer in [idp.put(&path, &body).await, idp.operations(&path, same).await] {
            let answer = answer.expect(StatusCode::OK);
            assert_eq!(answer.header("etag"), changed.header("etag"), "{path}");
            assert_eq!(answer.body["meta"], changed.body["meta"], "{path}");
        }
    }
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let [(path, _), _] = resources(&idp).await;
    let answer = idp.send(Method::HEAD, &path, "").await.expect(StatusCode::OK);
    assert!(answer.header("etag").is_some());
    assert!(answer.text.is_empty());
}

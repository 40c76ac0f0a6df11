//! A token that may only read.

use axum::http::{Method, StatusCode};
use directory::Role;
use serde_json::json;

use crate::harness::TestApp;

#[tokio::test]
async fn every_write_is_refused_with_403() {
    let app = TestApp::new().await;
    let (idp, reader) = (app.idp().await, app.reader().await);
    let user = idp.create_user("ada@acme.test").await;
    let group = idp.create_group("Sales", &[&user]).await;
    let before = (
        idp.get(&format!("/Users/{user}")).await.text,
        idp.get(&format!("/Groups/{group}")).await.text,
    );

    for (method, path) in [
        (Method::POST, "/Users".to_owned()),
        (Method::PUT, format!("/Users/{user}")),
        (Method::PATCH, format!("/Users/{user}")),
        (Method::DELETE, format!("/Users/{user}")),
        (Method::POST, "/Groups".to_owned()),
        (Method::PUT, format!("/Groups/{group}")),
        (Method::PATCH, format!("/Groups/{group}")),
        (Method::DELETE, format!("/Groups/{group}")),
    ] {
        let answer = reader
            .send(method.clone(), &path, "not even JSON")
            .await
            .expect_error(403, None);
        assert!(
            answer.text.contains("may only read"),
            "{method} {path}: {}",
            answer.text
        );
    }
    let after = (
        idp.get(&format!("/Users/{user}")).await.text,
        idp.get(&format!("/Groups/{group}")).await.text,
    );
    assert_eq!(before, after);
}

#[tokio::test]
async fn it_sees_all_users_each_marked_with_who_manages_it() {
    let app = TestApp::new().await;
    let (idp, reader) = (app.idp().await, app.reader().await);
    idp.create_user("managed@acme.test").await;
    let manual = app.manual_user("manual@acme.test", &[Role::Auditor]).await;

    let all = reader.get("/Users?sortBy=userName").await.expect(StatusCode::OK);
    insta::assert_json_snapshot!(all.snapshot());
    reader
        .get(&format!("/Users/{manual}"))
        .await
        .expect(StatusCode::OK);

    let own = idp.get("/Users").await.expect(StatusCode::OK);
    assert_eq!(own.body["totalResults"], json!(1));
    assert!(
        !own.text.contains("managedBy"),
        "an identity provider would send it back: {}",
        own.text
    );
}

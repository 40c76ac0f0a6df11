//! Accounts never see each other: not by token, not by id, not by a filter, not by an error.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::harness::{Client, GROUP, PATCH_OP, TestApp, USER};

/// Every endpoint, with `{user}` and `{group}` for ids.
const ENDPOINTS: [(&str, &str); 26] = [
    ("GET", "/Users"),
    ("POST", "/Users"),
    ("GET", "/Users/{user}"),
    ("PUT", "/Users/{user}"),
    ("PATCH", "/Users/{user}"),
    ("DELETE", "/Users/{user}"),
    ("GET", "/Groups"),
    ("POST", "/Groups"),
    ("GET", "/Groups/{group}"),
    ("PUT", "/Groups/{group}"),
    ("PATCH", "/Groups/{group}"),
    ("DELETE", "/Groups/{group}"),
    ("GET", "/ServiceProviderConfig"),
    ("GET", "/ServiceProviderConfigs"),
    ("GET", "/Schemas"),
    ("GET", "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User"),
    ("GET", "/ResourceTypes"),
    ("GET", "/ResourceTypes/User"),
    ("POST", "/Bulk"),
    ("GET", "/Me"),
    ("POST", "/.search"),
    ("POST", "/Users/.search"),
    ("POST", "/Groups/.search"),
    ("GET", ""),
    ("GET", "/Nothing"),
    ("TRACE", "/Users"),
];

async fn send(client: &Client, method: &str, path: &str) -> crate::harness::Answer {
    let body = json!({"schemas": [USER, GROUP, PATCH_OP], "userName": "eve", "displayName": "eve", "Operations": []});
    client
        .send_json(Method::from_bytes(method.as_bytes()).unwrap(), path, &body)
        .await
}

#[tokio::test]
async fn every_endpoint_answers_the_same_401_without_a_valid_token() {
    let app = TestApp::new().await;
    let (idp, other_idp) = (app.idp().await, app.other_idp().await);
    let user = idp.create_user("ada@acme.test").await;
    let group = idp.create_group("Sales", &[&user]).await;
    let expected = app.anonymous().get("/Users").await.expect_error(401, None);
    assert_eq!(expected.header("www-authenticate"), Some("Bearer"));

    for (method, path) in ENDPOINTS {
        let path = path.replace("{user}", &user).replace("{group}", &group);
        for client in [
            app.anonymous(),
            other_idp.at(&app.account),
            idp.at(&app.other_account),
        ] {
            let answer = send(&client, method, &path).await.expect_error(401, None);
            assert_eq!(answer.text, expected.text, "{method} {path}");
            assert_eq!(
                answer.header("www-authenticate"),
                Some("Bearer"),
                "{method} {path}"
            );
        }
    }
    assert_eq!(idp.members(&group).await, [user], "nothing was changed");
}

#[tokio::test]
async fn a_path_that_names_no_account_gets_the_same_401() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let expected = app.anonymous().get("/Users").await.text;
    for path in [
        "/scim",
        "/scim/v2",
        "/scim/v1/Users",
        "/scim/v2/Users",
        "/scim/v2/nobody/Users",
        "/scim/v2/00000000-0000-7000-8000-000000000000/Users",
        "/scim/v2/%00/Users",
    ] {
        let answer = idp.send_to(Method::GET, path, "").await.expect_error(401, None);
        assert_eq!(answer.text, expected, "{path}");
    }
}

#[tokio::test]
async fn ids_of_another_account_are_unknown() {
    let app = TestApp::new().await;
    let (idp, other_idp) = (app.idp().await, app.other_idp().await);
    let user = other_idp.create_user("ada@other.test").await;
    let group = other_idp.create_group("Sales", &[&user]).await;
    let unknown = "00000000-0000-7000-8000-000000000000";

    for method in ["GET", "PUT", "PATCH", "DELETE"] {
        for (endpoint, id) in [("/Users", &user), ("/Groups", &group)] {
            let operations = json!([{"op": "replace", "path": "displayName", "value": "x"}]);
            let body = json!({
                "schemas": [if endpoint == "/Users" { USER } else { GROUP }],
                "userName": "x", "displayName": "x", "Operations": operations,
            });
            let send = async |id: &str| {
                let method = Method::from_bytes(method.as_bytes()).unwrap();
                idp.send_json(method, &format!("{endpoint}/{id}"), &body)
                    .await
                    .expect_error(404, None)
            };
            let (foreign, missing) = (send(id).await, send(unknown).await);
            assert_eq!(
                foreign.text.replace(id, unknown),
                missing.text,
                "{method} {endpoint}"
            );
        }
    }
    other_idp
        .get(&format!("/Users/{user}"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(other_idp.members(&group).await, [user]);
}

#[tokio::test]
async fn lists_and_filters_find_the_account_s_own_alone() {
    let app = TestApp::new().await;
    let (idp, other_idp, reader) = (app.idp().await, app.other_idp().await, app.reader().await);
    let other_user = other_idp.create_user("ada@other.test").await;
    other_idp.create_group("Sales", &[&other_user]).await;

    for client in [&idp, &reader] {
        for filter in [
            "userName eq \"ada@other.test\"",
            "userName pr",
            &format!("id eq \"{other_user}\""),
        ] {
            assert_eq!(client.count(filter).await, 0, "{filter}");
        }
        for path in ["/Users", "/Groups", "/Groups?filter=displayName+eq+%22Sales%22"] {
            assert_eq!(
                client.get(path).await.expect(StatusCode::OK).body["totalResults"],
                0,
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn a_member_of_another_account_is_refused_like_an_unknown_one() {
    let app = TestApp::new().await;
    let (idp, other_idp) = (app.idp().await, app.other_idp().await);
    let group = idp.create_group("Sales", &[]).await;
    let foreign = other_idp.create_user("ada@other.test").await;
    let manual = app.manual_user("eve@acme.test", &[]).await.to_string();
    let unknown = "00000000-0000-7000-8000-000000000000".to_owned();

    let mut details = Vec::new();
    for id in [&foreign, &manual, &unknown] {
        let operations = json!([{"op": "add", "path": "members", "value": [{"value": id}]}]);
        let answer = idp.operations(&format!("/Groups/{group}"), operations).await;
        let answer = answer.expect_error(400, Some("invalidValue"));
        details.push(answer.text.replace(id.as_str(), "…"));
    }
    assert!(details.iter().all(|detail| *detail == details[0]), "{details:?}");
    assert!(idp.members(&group).await.is_empty());
}

#[tokio::test]
async fn the_same_names_may_be_groups_of_both_accounts_but_not_users() {
    let app = TestApp::new().await;
    let (idp, other_idp) = (app.idp().await, app.other_idp().await);
    idp.create_group("Sales", &[]).await;
    other_idp.create_group("Sales", &[]).await;
    let other_user = other_idp.create_user("ada@acme.test").await;
    let refused = idp
        .post("/Users", &json!({"schemas": [USER], "userName": "ADA@acme.test"}))
        .await;
    let refused = refused.expect_error(409, Some("uniqueness"));
    for secret in [other_user.as_str(), "Other", &app.other_account.id.to_string()] {
        assert!(!refused.text.contains(secret), "{} tells {secret}", refused.text);
    }
}

//! Lists: filters, pages, order, and which attributes come back.

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::harness::{Client, ENTERPRISE, TestApp, USER, encode, text};

/// `user-01` to `user-12`, made in the order of their names, a second apart.
async fn twelve_users(app: &TestApp) -> Client {
    let idp = app.idp().await;
    for number in 1..=12 {
        idp.create_user(&format!("user-{number:02}")).await;
        app.pass(SignedDuration::from_secs(1));
    }
    idp
}

fn user_names(body: &Value) -> Vec<String> {
    body["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| text(&user["userName"]))
        .collect()
}

#[tokio::test]
async fn pages_follow_each_other_in_a_stable_order() {
    let app = TestApp::new().await;
    let idp = twelve_users(&app).await;
    let mut seen = Vec::new();
    for (start, length) in [(1, 5), (6, 5), (11, 2)] {
        let page = idp
            .get(&format!("/Users?startIndex={start}&count=5"))
            .await
            .expect(StatusCode::OK)
            .body;
        assert_eq!(page["totalResults"], json!(12));
        assert_eq!(page["startIndex"], json!(start));
        assert_eq!(page["itemsPerPage"], json!(length));
        seen.extend(user_names(&page));
    }
    let expected: Vec<String> = (1..=12).map(|number| format!("user-{number:02}")).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn page_parameters_are_read_leniently_and_answered_in_integers() {
    let app = TestApp::new().await;
    let idp = twelve_users(&app).await;
    for (query, start, length) in [
        ("", 1, 12),
        ("startIndex=0&count=3", 1, 3),
        ("startIndex=-4&count=3", 1, 3),
        ("startindex=2&COUNT=3", 2, 3),
        ("count=0", 1, 0),
        ("count=-1", 1, 0),
        ("count=99999", 1, 12),
        ("startIndex=13", 13, 0),
        ("startIndex=18446744073709551616", usize::MAX, 0),
    ] {
        let page = idp
            .get(&format!("/Users?{query}"))
            .await
            .expect(StatusCode::OK)
            .body;
        assert_eq!(page["totalResults"], json!(12), "{query}");
        assert_eq!(page["startIndex"], json!(start), "{query}");
        assert_eq!(page["itemsPerPage"], json!(length), "{query}");
        assert_eq!(
            page["Resources"].as_array().map(Vec::len),
            Some(length),
            "{query}"
        );
    }
    for query in ["count=ten", "startIndex=1.5"] {
        idp.get(&format!("/Users?{query}"))
            .await
            .expect_error(400, Some("invalidValue"));
    }
}

#[tokio::test]
async fn a_space_in_a_filter_is_a_plus_or_a_percent_sign() {
    let app = TestApp::new().await;
    let idp = twelve_users(&app).await;
    for query in [
        "filter=userName+eq+\"user-03\"",
        "filter=userName%20eq%20%22user-03%22&startIndex=1&count=100",
        "filter=USERNAME%20EQ%20%22USER-03%22",
        "aadOptscim062020&filter=userName+eq+%22user-03%22",
    ] {
        let query = query.replace('"', "%22");
        let found = idp
            .get(&format!("/Users?{query}"))
            .await
            .expect(StatusCode::OK)
            .body;
        assert_eq!(user_names(&found), ["user-03"], "{query}");
    }
}

#[tokio::test]
async fn filters_and_pages_work_together() {
    let app = TestApp::new().await;
    let idp = twelve_users(&app).await;
    let filter = encode("userName sw \"user-0\"");
    let page = idp
        .get(&format!("/Users?filter={filter}&startIndex=4&count=3"))
        .await
        .expect(StatusCode::OK)
        .body;
    assert_eq!(user_names(&page), ["user-04", "user-05", "user-06"]);
    assert_eq!(page["totalResults"], json!(9));

    let nobody = idp
        .get(&format!("/Users?filter={}", encode("userName eq \"nobody\"")))
        .await;
    insta::assert_json_snapshot!(nobody.snapshot(), @r#"
    {
      "body": {
        "Resources": [],
        "itemsPerPage": 0,
        "schemas": [
          "urn:ietf:params:scim:api:messages:2.0:ListResponse"
        ],
        "startIndex": 1,
        "totalResults": 0
      },
      "headers": {
        "content-type": "application/scim+json; charset=utf-8"
      },
      "status": 200
    }
    "#);
}

#[tokio::test]
async fn a_filter_that_cannot_be_is_400() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    for filter in [
        "",
        "userName",
        "userName eq",
        "userName eq \"a",
        "userName eq 'a'",
        "userName equals \"a\"",
        "(userName eq \"a\"",
        "userName eq \"a\")",
        "userName eq \"a\" and",
        "not userName eq \"a\"",
        "emails[type eq \"work\"",
        "emails[]",
        "active gt true",
        "nosuchattr eq \"a\"",
        "userName eq \"\\q\"",
        "password eq \"x\"",
    ] {
        let answer = idp.get(&format!("/Users?filter={}", encode(filter))).await;
        answer.expect_error(400, Some("invalidFilter"));
    }
}

#[tokio::test]
async fn lists_are_sorted_by_an_attribute() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    for user_name in ["bob", "Ada", "cyd"] {
        idp.create_user(user_name).await;
    }
    let sorted = async |query: &str| {
        user_names(
            &idp.get(&format!("/Users?{query}"))
                .await
                .expect(StatusCode::OK)
                .body,
        )
    };
    assert_eq!(sorted("sortBy=userName").await, ["Ada", "bob", "cyd"]);
    assert_eq!(
        sorted("sortBy=userName&sortOrder=descending").await,
        ["cyd", "bob", "Ada"]
    );
    assert_eq!(sorted("sortBy=USERNAME&startIndex=2&count=1").await, ["bob"]);
    idp.get("/Users?sortBy=nosuchattr")
        .await
        .expect_error(400, Some("invalidPath"));
}

#[tokio::test]
async fn the_answer_has_the_attributes_that_were_asked_for() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let body = json!({
        "schemas": [USER, ENTERPRISE],
        "userName": "ada",
        "name": {"givenName": "Ada", "familyName": "L"},
        "displayName": "Ada L",
        ENTERPRISE: {"department": "R&D", "costCenter": "7"},
    });
    let id = idp.post("/Users", &body).await.expect(StatusCode::CREATED).id();
    let keys = async |query: &str| {
        let body = idp
            .get(&format!("/Users/{id}?{query}"))
            .await
            .expect(StatusCode::OK)
            .body;
        let keys: Vec<String> = body.as_object().unwrap().keys().cloned().collect();
        (keys, body)
    };

    let (named, body) = keys("attributes=userName,NAME.givenname,nosuchattr").await;
    assert_eq!(named, ["id", "name", "schemas", "userName"]);
    assert_eq!(body["name"], json!({"givenName": "Ada"}));
    let (extension, body) = keys(&format!("attributes={ENTERPRISE}:department")).await;
    assert_eq!(extension, ["id", "schemas", ENTERPRISE]);
    assert_eq!(body[ENTERPRISE], json!({"department": "R&D"}));
    let (excluded, _) = keys("excludedAttributes=id,meta,displayName").await;
    assert!(
        excluded.contains(&"id".to_owned()) && !excluded.contains(&"displayName".to_owned()),
        "{excluded:?}"
    );
    let (password, _) = keys("attributes=password").await;
    assert_eq!(password, ["id", "schemas"]);
    idp.get("/Users?attributes=userName&excludedAttributes=meta")
        .await
        .expect_error(400, Some("invalidValue"));

    let operations = json!({"Operations": [{"op": "replace", "path": "title", "value": "Countess"}]});
    let patched = idp
        .patch(&format!("/Users/{id}?attributes=title"), &operations)
        .await
        .expect(StatusCode::OK);
    assert_eq!(patched.body["title"], "Countess");
    assert!(patched.body.get("userName").is_none());
}

#[tokio::test]
async fn groups_are_on_the_user_and_members_on_the_group() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let user = idp.create_user("ada").await;
    let inner = idp.create_group("Inner", &[&user]).await;
    let body = json!({"displayName": "Outer", "members": [{"value": inner, "type": "Group"}]});
    let outer = idp.post("/Groups", &body).await.expect(StatusCode::CREATED).id();

    let read = idp.get(&format!("/Users/{user}")).await.expect(StatusCode::OK);
    let mut groups = read.body["groups"].as_array().unwrap().clone();
    groups.sort_by_key(|group| text(&group["display"]));
    let base = format!("https://rollcall.test/scim/v2/{}", app.account.id);
    assert_eq!(
        json!(groups),
        json!([
            {"value": inner, "display": "Inner", "type": "direct", "$ref": format!("{base}/Groups/{inner}")},
            {"value": outer, "display": "Outer", "type": "indirect", "$ref": format!("{base}/Groups/{outer}")},
        ])
    );
    assert_eq!(idp.count(&format!("groups.value eq \"{inner}\"")).await, 1);

    let read = idp.get(&format!("/Groups/{inner}")).await.expect(StatusCode::OK);
    assert_eq!(
        read.body["members"],
        json!([{"value": user, "display": "ada", "type": "User", "$ref": format!("{base}/Users/{user}")}])
    );
    for path in [format!("/Groups/{inner}"), "/Groups".to_owned()] {
        let read = idp
            .get(&format!("{path}?excludedAttributes=members"))
            .await
            .expect(StatusCode::OK);
        assert!(!read.text.contains("members"), "{}", read.text);
    }
}

#[tokio::test]
async fn a_group_beyond_a_thousand_members_answers_a_patch_with_204() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let mut members = Vec::new();
    for number in 0..1001 {
        members.push(idp.create_user(&format!("user-{number}")).await);
    }
    let all: Vec<Value> = members.iter().map(|id| json!({"value": id})).collect();
    let group = idp.create_group("Everybody", &[]).await;
    let path = format!("/Groups/{group}");
    let rename = json!([{"op": "replace", "path": "displayName", "value": "All"}]);

    let add = json!([{"op": "add", "path": "members", "value": all[..1000]}]);
    let small = idp.operations(&path, add).await.expect(StatusCode::OK);
    assert_eq!(small.body["members"].as_array().map(Vec::len), Some(1000));
    let add = json!([{"op": "add", "path": "members", "value": [all[1000]]}]);
    let large = idp.operations(&path, add).await.expect(StatusCode::NO_CONTENT);
    assert!(large.text.is_empty());
    assert!(large.header("etag").is_some());

    let named = idp
        .patch(
            &format!("{path}?excludedAttributes=members"),
            &json!({"Operations": rename}),
        )
        .await;
    let named = named.expect(StatusCode::OK);
    assert_eq!(named.body["displayName"], "All");
    assert!(named.body.get("members").is_none());
    assert_eq!(idp.members(&group).await.len(), 1001);
}

//! `/.search`, and queries over users and groups at once (RFC 7644 §3.4.2.1, §3.4.3).

use axum::http::StatusCode;
use directory::Role;
use serde_json::{Value, json};

use crate::harness::{ENTERPRISE, TestApp, encode, text};

const SEARCH_REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
const ROLLCALL: &str = "urn:rollcall:params:scim:schemas:extension:1.0:User";

fn names(list: &Value) -> Vec<String> {
    let resources = list["Resources"].as_array().unwrap();
    resources
        .iter()
        .map(|resource| text(resource.get("userName").unwrap_or(&resource["displayName"])))
        .collect()
}

#[tokio::test]
async fn a_search_by_post_is_the_list_by_get() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    for name in ["ada", "bob", "cleo"] {
        idp.create_user(name).await;
    }
    let body = json!({"schemas": [SEARCH_REQUEST], "filter": "userName ne \"bob\"", "sortBy": "userName",
        "sortOrder": "descending", "startIndex": 1, "count": 5, "attributes": ["userName", "meta.version"]});
    let found = idp.post("/Users/.search", &body).await.expect(StatusCode::OK);
    assert_eq!(names(&found.body), ["cleo", "ada"]);
    assert_eq!(found.body["totalResults"], json!(2));
    let query = format!(
        "/Users?filter={}&sortBy=userName&sortOrder=descending&startIndex=1&count=5&attributes=userName,meta.version",
        encode("userName ne \"bob\"")
    );
    assert_eq!(found.body, idp.get(&query).await.body);
    assert_eq!(idp.count("userName pr").await, 3, "a search creates nothing");
    // A search is a read.
    let reader = app.reader().await;
    reader.post("/Users/.search", &body).await.expect(StatusCode::OK);

    for (body, keyword) in [
        (json!([]), "invalidSyntax"),
        (json!({"schemas": [SEARCH_REQUEST], "filter": 5}), "invalidFilter"),
        (
            json!({"schemas": [SEARCH_REQUEST], "filter": {"a": 1}}),
            "invalidValue",
        ),
        (
            json!({"schemas": [SEARCH_REQUEST], "sortBy": "nosuch"}),
            "invalidPath",
        ),
    ] {
        idp.post("/Users/.search", &body)
            .await
            .expect_error(400, Some(keyword));
    }
}

#[tokio::test]
async fn the_root_finds_users_and_groups_together() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let ada = idp.create_user("ada").await;
    let sales = idp.create_group("Sales", &[&ada]).await;
    idp.create_user("bob").await;
    idp.create_group("Board", &[]).await;

    let all = idp.get("").await.expect(StatusCode::OK);
    assert_eq!(names(&all.body), ["ada", "bob", "Sales", "Board"]);
    assert_eq!(all.body["totalResults"], json!(4));
    let page = idp.get("/?startIndex=2&count=2").await.expect(StatusCode::OK);
    assert_eq!(names(&page.body), ["bob", "Sales"]);
    assert_eq!(page.body["totalResults"], json!(4));

    for (filter, expected) in [
        // What only one type has, the other is without.
        (format!("members.value eq \"{ada}\""), vec!["Sales"]),
        (format!("groups.value eq \"{sales}\""), vec!["ada"]),
        (
            "userName eq \"ADA\" or displayName sw \"b\"".to_owned(),
            vec!["ada", "Board"],
        ),
        ("not (userName pr)".to_owned(), vec!["Sales", "Board"]),
        (
            "meta.resourceType eq \"Group\"".to_owned(),
            vec!["Sales", "Board"],
        ),
    ] {
        let found = idp
            .get(&format!("/?filter={}", encode(&filter)))
            .await
            .expect(StatusCode::OK);
        assert_eq!(names(&found.body), expected, "{filter}");
    }
    let sorted = json!({"schemas": [SEARCH_REQUEST], "sortBy": "displayName", "attributes": ["userName", "displayName"]});
    let found = idp.post("/.search", &sorted).await.expect(StatusCode::OK);
    assert_eq!(names(&found.body), ["Board", "Sales", "ada", "bob"]);
    idp.get(&format!("/?filter={}", encode("nosuch pr")))
        .await
        .expect_error(400, Some("invalidFilter"));
    idp.post("", &json!({})).await.expect_error(405, None);
}

#[tokio::test]
async fn an_app_that_reads_can_ask_for_effective_roles() {
    let app = TestApp::new().await;
    let (idp, reader) = (app.idp().await, app.reader().await);
    let ada = idp.create_user("ada").await;
    let gone = json!({"schemas": [crate::harness::USER], "userName": "gone", "active": false});
    let gone = idp.post("/Users", &gone).await.expect(StatusCode::CREATED).id();
    let sales = idp.create_group("Sales", &[&ada, &gone]).await;
    app.give_group_role(&sales, Role::Auditor).await;
    app.manual_user("manual", &[Role::Administrator]).await;

    let plain = reader.get(&format!("/Users/{ada}")).await.expect(StatusCode::OK);
    assert!(
        plain.body[ROLLCALL].get("effectiveRoles").is_none(),
        "only on request"
    );
    let asked = reader
        .get(&format!(
            "/Users?sortBy=userName&attributes=userName,{ROLLCALL}:effectiveRoles"
        ))
        .await
        .expect(StatusCode::OK);
    let roles: Vec<&Value> = asked.body["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| &user[ROLLCALL]["effectiveRoles"])
        .collect();
    assert_eq!(
        roles,
        [
            &json!([{"value": "auditor", "type": "indirect"}]),
            &Value::Null,
            &json!([{"value": "administrator", "type": "direct"}]),
        ]
    );
    let filter = encode(&format!("{ROLLCALL}:effectiveRoles.value eq \"auditor\""));
    let found = reader
        .get(&format!("/Users?filter={filter}"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(names(&found.body), ["ada"]);
    // An identity provider is told nothing of roles, and cannot find them out by a filter.
    let asked = idp
        .get(&format!("/Users/{ada}?attributes={ROLLCALL}"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(asked.body.get(ROLLCALL), None);
    assert_eq!(
        idp.get(&format!("/Users?filter={filter}")).await.body["totalResults"],
        json!(0)
    );
    let schema = reader
        .get(&format!("/Schemas/{ROLLCALL}"))
        .await
        .expect(StatusCode::OK);
    assert!(schema.text.contains("effectiveRoles"));
    assert!(!schema.text.contains(ENTERPRISE));
}

//! `/Bulk` (RFC 7644 §3.7).

use axum::http::StatusCode;
use directory::{EntryQuery, Outcome};
use serde_json::{Value, json};

use crate::harness::{Client, ENTERPRISE, PATCH_OP, TestApp, text};

const BULK_REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

async fn bulk(idp: &Client, operations: Value) -> Vec<Value> {
    let body = json!({"schemas": [BULK_REQUEST], "Operations": operations});
    let answer = idp.post("/Bulk", &body).await.expect(StatusCode::OK);
    assert_eq!(
        answer.body["schemas"],
        json!(["urn:ietf:params:scim:api:messages:2.0:BulkResponse"])
    );
    answer.body["Operations"].as_array().unwrap().clone()
}

fn statuses(entries: &[Value]) -> Vec<&str> {
    entries
        .iter()
        .map(|entry| entry["status"].as_str().unwrap())
        .collect()
}

/// The id at the end of a location.
fn id(entry: &Value) -> String {
    text(&entry["location"]).rsplit('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_group_may_come_before_its_members() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let entries = bulk(
        &idp,
        json!([
            {"method": "POST", "path": "/Groups", "bulkId": "outer",
             "data": {"displayName": "Outer", "members": [{"value": "bulkId:inner"}, {"value": "bulkId:ada"}]}},
            {"method": "post", "path": "/Groups", "bulkId": "inner", "data": {"displayName": "Inner"}},
            {"method": "POST", "path": "/Users", "bulkId": "ada",
             "data": {"userName": "ada", ENTERPRISE: {"manager": {"value": "bulkId:bob"}}}},
            {"method": "POST", "path": "/Users", "bulkId": "bob",
             "data": {"userName": "bob", ENTERPRISE: {"manager": {"value": "bulkId:ada"}}}},
        ]),
    )
    .await;
    assert_eq!(statuses(&entries), ["201"; 4]);
    let mut expected = vec![id(&entries[1]), id(&entries[2])];
    expected.sort();
    assert_eq!(idp.members(&id(&entries[0])).await, expected);
    for (of, manager) in [(2, 3), (3, 2)] {
        let user = idp.get(&format!("/Users/{}", id(&entries[of]))).await;
        assert_eq!(
            user.body[ENTERPRISE]["manager"]["value"],
            json!(id(&entries[manager]))
        );
        assert_eq!(user.header("etag"), entries[of]["version"].as_str());
    }
}

#[tokio::test]
async fn each_operation_is_answered_and_logged_by_itself() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let ada = idp.create_user("ada").await;
    let bob = idp.create_user("bob").await;
    let entries = bulk(
        &idp,
        json!([
            {"method": "POST", "path": "/Users", "bulkId": "x", "data": {"userName": "ADA"}},
            {"method": "PATCH", "path": format!("/Users/{ada}"), "version": "W/\"7\"",
             "data": {"schemas": [PATCH_OP], "Operations": [{"op": "add", "path": "title", "value": "x"}]}},
            {"method": "PATCH", "path": format!("/Users/{ada}"), "version": "W/\"1\"",
             "data": {"schemas": [PATCH_OP], "Operations": [{"op": "add", "path": "title", "value": "Countess"}]}},
            {"method": "DELETE", "path": format!("/Users/{bob}")},
            {"method": "PUT", "path": "/Users/nobody", "data": {"userName": "z"}},
        ]),
    )
    .await;
    assert_eq!(statuses(&entries), ["409", "412", "200", "204", "404"]);
    assert_eq!(entries[0]["response"]["scimType"], json!("uniqueness"));
    assert_eq!(entries[0].get("location"), None);
    assert!(text(&entries[4]["location"]).ends_with("/Users/nobody"));
    assert_eq!(
        idp.get(&format!("/Users/{ada}")).await.body["title"],
        json!("Countess")
    );
    idp.get(&format!("/Users/{bob}")).await.expect_error(404, None);

    let query = EntryQuery {
        outcomes: vec![Outcome::Refused],
        limit: 50,
        ..EntryQuery::default()
    };
    let log = app
        .directory
        .list_entries(app.account.id, &query)
        .await
        .unwrap()
        .entries;
    let requests: Vec<String> = log
        .iter()
        .map(|entry| entry.request.as_ref().unwrap())
        .map(|request| format!("{} {}", request.method, request.path))
        .collect();
    assert_eq!(
        requests,
        [
            "PUT /Users/nobody".to_owned(),
            format!("PATCH /Users/{ada}"),
            "POST /Users".to_owned()
        ]
    );
}

#[tokio::test]
async fn a_circle_of_groups_is_refused_and_leaves_nothing_behind() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let group = |name: &str, member: &str| {
        json!({"method": "POST", "path": "/Groups", "bulkId": name,
               "data": {"displayName": name, "members": [{"value": format!("bulkId:{member}")}]}})
    };
    let entries = bulk(&idp, json!([group("a", "b"), group("b", "a")])).await;
    assert_eq!(statuses(&entries), ["409", "201"]);
    let groups = idp.get("/Groups").await.body;
    assert_eq!(groups["totalResults"], json!(1));
    assert_eq!(groups["Resources"][0]["displayName"], json!("b"));
}

#[tokio::test]
async fn errors_stop_the_rest_where_the_client_says_so() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let body = json!({"schemas": [BULK_REQUEST], "failOnErrors": 1, "Operations": [
        {"method": "POST", "path": "/Users", "bulkId": "1", "data": {"userName": "ada"}},
        {"method": "POST", "path": "/Users", "bulkId": "2", "data": {}},
        {"method": "POST", "path": "/Users", "bulkId": "3", "data": {"userName": "bob"}},
    ]});
    let answer = idp.post("/Bulk", &body).await.expect(StatusCode::OK);
    assert_eq!(
        statuses(answer.body["Operations"].as_array().unwrap()),
        ["201", "400"]
    );
    assert_eq!(idp.count("userName pr").await, 1);
}

#[tokio::test]
async fn limits_are_announced_and_kept() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let config = idp.get("/ServiceProviderConfig").await.body;
    assert_eq!(config["bulk"]["supported"], json!(true));
    let most = usize::try_from(config["bulk"]["maxOperations"].as_u64().unwrap()).unwrap();
    let operation = json!({"method": "DELETE", "path": "/Users/x"});
    let body = json!({"schemas": [BULK_REQUEST], "Operations": vec![operation; most + 1]});
    let answer = idp.post("/Bulk", &body).await.expect_error(413, None);
    assert!(answer.text.contains(&most.to_string()));
    idp.post("/Bulk", &json!({"Operations": []}))
        .await
        .expect_error(400, Some("invalidValue"));
    app.reader()
        .await
        .post("/Bulk", &body)
        .await
        .expect_error(403, None);
    idp.get("/Bulk").await.expect_error(405, None);
}

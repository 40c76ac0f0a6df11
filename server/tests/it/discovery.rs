//! What the server says that it can do.

use axum::http::StatusCode;
use serde_json::json;

use crate::harness::{ENTERPRISE, GROUP, TestApp, USER, encode};

#[tokio::test]
async fn the_configuration_says_what_holds() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let config = idp.get("/ServiceProviderConfig").await.expect(StatusCode::OK);
    insta::assert_json_snapshot!(config.snapshot());
    assert_eq!(idp.get("/ServiceProviderConfigs").await.text, config.text);

    let largest = config.body["filter"]["maxResults"].as_u64().unwrap();
    let default = config.body["pagination"]["defaultPageSize"].as_u64().unwrap();
    assert_eq!((default, largest), (100, 1000));
}

#[tokio::test]
async fn schemas_and_resource_types_are_listed_and_read_by_id() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    for (endpoint, ids) in [
        ("/Schemas", vec![USER, ENTERPRISE, GROUP]),
        ("/ResourceTypes", vec!["User", "Group"]),
    ] {
        let list = idp
            .get(&format!("{endpoint}?count=0&attributes=id"))
            .await
            .expect(StatusCode::OK)
            .body;
        let entries = list["Resources"].as_array().unwrap().clone();
        assert_eq!(
            list["totalResults"],
            json!(entries.len()),
            "{endpoint}: paging is ignored"
        );
        for id in ids {
            let one = idp
                .get(&format!("{endpoint}/{id}"))
                .await
                .expect(StatusCode::OK)
                .body;
            assert!(entries.contains(&one), "{endpoint}/{id} is in the list");
            assert_eq!(one["id"], id);
            let upper_case = idp
                .get(&format!("{endpoint}/{}", id.to_uppercase()))
                .await
                .expect(StatusCode::OK);
            assert_eq!(upper_case.body, one);
        }
        idp.get(&format!("{endpoint}/nothing"))
            .await
            .expect_error(404, None);
    }
}

#[tokio::test]
async fn a_filter_is_refused_so_that_nobody_believes_it() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    for endpoint in ["/ServiceProviderConfig", "/Schemas", "/ResourceTypes"] {
        idp.get(&format!("{endpoint}?filter={}", encode("id eq \"User\"")))
            .await
            .expect_error(403, None);
    }
}

//! Paging by cursor (RFC 9865).

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::harness::{Client, TestApp, encode, text};

/// Follows the cursors of a list from its first page and gives the names, page by page.
async fn walk(client: &Client, query: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = client
            .get(&format!("{query}&cursor={}", encode(&cursor)))
            .await
            .expect(StatusCode::OK)
            .body;
        assert_eq!(page.get("startIndex"), None);
        let resources = page["Resources"].as_array().unwrap();
        assert_eq!(page["itemsPerPage"], json!(resources.len()));
        pages.push(
            resources
                .iter()
                .map(|resource| text(resource.get("userName").unwrap_or(&resource["displayName"])))
                .collect(),
        );
        match page.get("nextCursor").and_then(Value::as_str) {
            Some(next) => next.clone_into(&mut cursor),
            None => return pages,
        }
    }
}

async fn users(app: &TestApp, count: usize) -> Client {
    let idp = app.idp().await;
    for number in 1..=count {
        let title = ["b", "a", "c"][number % 3];
        let body = json!({"userName": format!("user-{number:02}"), "title": title});
        idp.post("/Users", &body).await.expect(StatusCode::CREATED);
    }
    idp
}

#[tokio::test]
async fn every_resource_is_seen_exactly_once() {
    let app = TestApp::new().await;
    let idp = users(&app, 10).await;
    idp.create_group("Board", &[]).await;
    for query in [
        "/Users?count=4",
        "/Users?count=5",
        "/Users?count=10",
        "/Users?count=3&sortBy=title",
        "/Users?count=3&sortBy=title&sortOrder=descending",
        "/Users?count=2&sortBy=nickName",
        "/Users?count=3&filter=title+pr",
        "/Users?count=1&filter=title+pr&sortBy=title",
    ] {
        let pages = walk(&idp, query).await;
        let mut seen: Vec<String> = pages.concat();
        let whole = idp
            .get(&query.replace("count=", "x="))
            .await
            .expect(StatusCode::OK)
            .body;
        let whole: Vec<String> = whole["Resources"]
            .as_array()
            .unwrap()
            .iter()
            .map(|user| text(&user["userName"]))
            .collect();
        assert_eq!(seen, whole, "{query}: in the order of the whole list");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 10, "{query}");
        assert!(pages.iter().all(|page| !page.is_empty()), "{query}: {pages:?}");
    }
    assert_eq!(walk(&idp, "/?count=6").await.concat().len(), 11);
}

#[tokio::test]
async fn what_comes_and_goes_meanwhile_moves_nothing_else() {
    let app = TestApp::new().await;
    let idp = users(&app, 6).await;
    let first = idp.get("/Users?count=3&cursor").await.expect(StatusCode::OK).body;
    assert_eq!(first["totalResults"], json!(6));
    // The user that the cursor stands on goes, and so does one that was seen before.
    for index in [0, 2] {
        let id = text(&first["Resources"][index]["id"]);
        idp.delete(&format!("/Users/{id}"))
            .await
            .expect(StatusCode::NO_CONTENT);
    }
    idp.create_user("late").await;
    let next = text(&first["nextCursor"]);
    let second = idp
        .get(&format!("/Users?count=3&cursor={next}"))
        .await
        .expect(StatusCode::OK)
        .body;
    let names: Vec<String> = second["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| text(&user["userName"]))
        .collect();
    assert_eq!(names, ["user-04", "user-05", "user-06"]);
    assert!(second.get("nextCursor").is_some(), "the late one follows");
}

#[tokio::test]
async fn a_cursor_serves_its_own_list_alone() {
    let app = TestApp::new().await;
    let idp = users(&app, 4).await;
    let other = app.other_idp().await;
    for name in ["x", "y", "z"] {
        other.create_user(name).await;
    }
    let first = idp
        .get("/Users?count=2&cursor=&filter=title+pr&attributes=userName")
        .await
        .expect(StatusCode::OK);
    let cursor = text(&first.body["nextCursor"]);
    let same = format!("/Users?count=2&cursor={cursor}&filter=title+pr&attributes=userName");
    idp.get(&same).await.expect(StatusCode::OK);
    // A search by POST is the same list.
    let body = json!({"cursor": cursor, "count": 2, "filter": "TITLE PR", "attributes": ["userName"]});
    idp.post("/Users/.search", &body).await.expect(StatusCode::OK);

    let reader = app.reader().await;
    for (client, path) in [
        (&other, same.clone()),
        (&reader, same.clone()),
        (
            &idp,
            same.replace("/Users", "/Groups").replace("&filter=title+pr", ""),
        ),
        (&idp, same.replace("/Users", "/")),
        (&idp, same.replace("title", "userName")),
        (&idp, same.replace("attributes=userName", "attributes=title")),
        (&idp, format!("{same}&sortBy=userName")),
        (&idp, same.replace(&cursor, "forged")),
        (&idp, same.replace(&cursor, &format!("{cursor}x"))),
    ] {
        client.get(&path).await.expect_error(400, Some("invalidCursor"));
    }
    idp.get(&same.replace("count=2", "count=3"))
        .await
        .expect_error(400, Some("invalidCount"));
    idp.get(&format!("{same}&startIndex=1"))
        .await
        .expect_error(400, Some("invalidValue"));
    app.pass(SignedDuration::from_secs(3601));
    idp.get(&same).await.expect_error(400, Some("expiredCursor"));
}

#[tokio::test]
async fn a_count_of_nothing_has_no_next_page() {
    let app = TestApp::new().await;
    let idp = users(&app, 3).await;
    let none = idp.get("/Users?count=0&cursor").await.expect(StatusCode::OK).body;
    assert_eq!(none["totalResults"], json!(3));
    assert_eq!(none["Resources"], json!([]));
    assert_eq!(none.get("nextCursor"), None);
}

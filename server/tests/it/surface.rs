//! The surface itself: addresses, methods, media types, bodies, limits.

use std::num::NonZeroU32;

use axum::http::{Method, StatusCode};
use directory::EntryQuery;
use serde_json::json;
use server::config::RateLimit;

use crate::harness::{TestApp, USER, as_in_the_server};

#[tokio::test]
async fn what_is_not_there_is_404_in_scim_form() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    for path in [
        "/Nothing",
        "/users",
        "/Users/a/b",
        "/Users/a/b/c",
        "/index.html",
        "/Schemas/a/b",
    ] {
        for method in [Method::GET, Method::POST, Method::PUT] {
            idp.send(method, path, "").await.expect_error(404, None);
        }
    }
    idp.get("/Users/not-an-id").await.expect_error(404, None);
    idp.put("/Users/not-an-id", &json!({"userName": "x"}))
        .await
        .expect_error(404, None);
}

#[tokio::test]
async fn a_wrong_method_is_405_and_says_which_are_right() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    for (method, path, allowed) in [
        (Method::PUT, "/Users", "GET,HEAD,POST"),
        (Method::DELETE, "/Groups", "GET,HEAD,POST"),
        (Method::POST, "/Users/1", "GET,HEAD,PUT,PATCH,DELETE"),
        (Method::POST, "/Groups/1", "GET,HEAD,PUT,PATCH,DELETE"),
        (Method::POST, "", "GET,HEAD"),
        (Method::GET, "/Bulk", "POST"),
        (Method::PUT, "/.search", "POST"),
        (Method::GET, "/Users/.search", "POST"),
        (Method::POST, "/Schemas", "GET,HEAD"),
        (Method::DELETE, "/ServiceProviderConfig", "GET,HEAD"),
        (Method::PATCH, "/ResourceTypes/User", "GET,HEAD"),
    ] {
        let answer = idp.send(method.clone(), path, "").await.expect_error(405, None);
        assert_eq!(answer.header("allow"), Some(allowed), "{method} {path}");
    }
}

#[tokio::test]
async fn what_is_announced_as_unsupported_is_501() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    for (method, path) in [
        (Method::GET, "/Me"),
        (Method::PATCH, "/Me"),
        (Method::DELETE, "/Me"),
    ] {
        idp.send(method, path, "{}").await.expect_error(501, None);
    }
}

#[tokio::test]
async fn slashes_too_many_do_no_harm() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let user = idp.create_user("ada").await;
    for path in [
        "//Users",
        "/Users/",
        "//Users//?count=1",
        &format!("/Users//{user}/"),
    ] {
        idp.get(path).await.expect(StatusCode::OK);
    }
    let path = format!("//scim/v2//{}/Users", app.account.id);
    idp.send_to(Method::GET, &path, "").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn the_media_type_is_the_one_that_the_client_accepts() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    for (accept, media_type) in [
        ("application/scim+json", "application/scim+json; charset=utf-8"),
        ("*/*", "application/scim+json; charset=utf-8"),
        ("application/json", "application/json; charset=utf-8"),
        ("text/html", "application/scim+json; charset=utf-8"),
    ] {
        for path in ["/Users", "/Nothing"] {
            let answer = idp.with("accept", accept).get(path).await;
            assert_eq!(answer.header("content-type"), Some(media_type), "{accept} {path}");
        }
    }
    assert_eq!(
        app.idp().await.get("/Users").await.header("content-type"),
        Some("application/scim+json; charset=utf-8")
    );
}

#[tokio::test]
async fn a_body_is_json_under_several_names() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    for (number, media_type) in [
        "application/scim+json",
        "application/json",
        "APPLICATION/JSON; charset=UTF-8",
        "text/json",
        "application/scim+json;odata=verbose",
    ]
    .into_iter()
    .enumerate()
    {
        let body = json!({"schemas": [USER], "userName": format!("user-{number}")});
        idp.with("content-type", media_type)
            .post("/Users", &body)
            .await
            .expect(StatusCode::CREATED);
    }
    let untyped = json!({"schemas": [USER], "userName": "untyped"}).to_string();
    idp.send(Method::POST, "/Users", untyped)
        .await
        .expect(StatusCode::CREATED);
    for media_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/xml",
        "multipart/form-data",
    ] {
        let body = json!({"schemas": [USER], "userName": "never"});
        idp.with("content-type", media_type)
            .post("/Users", &body)
            .await
            .expect_error(415, None);
    }
    assert_eq!(idp.count("userName eq \"never\"").await, 0);
}

#[tokio::test]
async fn a_body_that_is_not_json_is_told_where_it_breaks() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    for (body, place) in [
        ("", "no body"),
        ("{\"userName\": }", "line 1 column 14"),
        ("{\n  \"userName\": \"ada\"", "line 2"),
        ("not JSON", "line 1 column"),
    ] {
        let answer = idp
            .send(Method::POST, "/Users", body)
            .await
            .expect_error(400, Some("invalidSyntax"));
        assert!(answer.text.contains(place), "{body}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_413() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let user = json!({"schemas": [USER], "userName": "ada"}).to_string();
    let padded = |length: usize| format!("{user}{}", " ".repeat(length - user.len()));
    let most = 8 * 1024 * 1024;
    idp.send(Method::POST, "/Users", padded(most + 1))
        .await
        .expect_error(413, None);
    idp.send(Method::POST, "/Users", padded(most))
        .await
        .expect(StatusCode::CREATED);
}

#[tokio::test]
async fn a_connection_over_its_rate_is_429_and_others_go_on() {
    let app = TestApp::with_rate_limit(RateLimit(NonZeroU32::new(1))).await;
    let (idp, other_idp) = (app.idp().await, app.other_idp().await);
    let mut refused = idp.get("/Users?count=0").await.expect(StatusCode::OK);
    // One a second: however slow the machine is, one of so many comes too early.
    for _ in 0..100 {
        refused = idp.get("/Users?count=0").await;
        if refused.status == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
    }
    let refused = refused.expect_error(429, None);
    assert!(refused.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
    other_idp.get("/Users?count=0").await.expect(StatusCode::OK);
    idp.authorized("Bearer unknown")
        .get("/Users")
        .await
        .expect_error(401, None);
}

#[tokio::test]
async fn every_answer_has_an_id_that_the_log_repeats() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let answer = idp.get("/Nothing?x=1").await.expect_error(404, None);
    let id = answer.header("x-request-id").unwrap();
    let page = app
        .directory
        .list_entries(
            app.account.id,
            &EntryQuery {
                limit: 1,
                ..EntryQuery::default()
            },
        )
        .await
        .unwrap();
    let request = page.entries[0].request.clone().unwrap();
    assert_eq!(request.id, id);
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("GET", "/Nothing?x=1")
    );
    assert_eq!(request.address, "203.0.113.7");

    let given = idp.with("x-request-id", "proxy-4711").get("/Users").await;
    assert_eq!(given.header("x-request-id"), Some("proxy-4711"));
    let unfit = idp.with("x-request-id", "a b").get("/Users").await;
    assert_ne!(unfit.header("x-request-id"), Some("a b"));
}

#[tokio::test]
async fn links_are_made_from_the_public_url_whatever_host_is_claimed() {
    let app = TestApp::new().await;
    let idp = app
        .idp()
        .await
        .with("host", "evil.test")
        .with("x-forwarded-host", "evil.test");
    let created = idp
        .post("/Users", &json!({"schemas": [USER], "userName": "ada"}))
        .await
        .expect(StatusCode::CREATED);
    let location = format!(
        "https://rollcall.test/scim/v2/{}/Users/{}",
        app.account.id,
        created.id()
    );
    assert_eq!(created.header("location"), Some(location.as_str()));
    assert_eq!(created.body["meta"]["location"], json!(location));
    assert!(!created.text.contains("evil"));
}

#[tokio::test]
async fn an_untrusted_client_cannot_choose_its_address() {
    let app = TestApp::new().await;
    let idp = app.idp().await.with("x-forwarded-for", "192.0.2.1");
    idp.get("/Users").await.expect(StatusCode::OK);
    let tokens = app.directory.list_tokens(app.account.id).await.unwrap();
    assert_eq!(tokens[0].last_used_from.as_deref(), Some("203.0.113.7"));
}

#[tokio::test]
async fn whoever_watches_needs_no_token() {
    let app = TestApp::new().await;
    let anybody = app.anonymous();
    assert_eq!(
        anybody
            .send_to(Method::GET, "/healthz", "")
            .await
            .expect(StatusCode::OK)
            .text,
        "ok"
    );
    anybody
        .send_to(Method::GET, "/readyz", "")
        .await
        .expect(StatusCode::OK);
    app.directory.close().await;
    anybody
        .send_to(Method::GET, "/healthz", "")
        .await
        .expect(StatusCode::OK);
    anybody
        .send_to(Method::GET, "/readyz", "")
        .await
        .expect(StatusCode::SERVICE_UNAVAILABLE);
}

#[test]
fn the_console_is_mounted_beside_the_api() {
    as_in_the_server(async {
        let app = TestApp::new().await;
        let browser = app.anonymous();
        let page = browser
            .send_to(Method::GET, "/sign-in", "")
            .await
            .expect(StatusCode::OK);
        assert!(page.header("content-type").unwrap().starts_with("text/html"));
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("script-src 'self' 'nonce-"), "{policy}");
        let missing = browser
            .send_to(Method::GET, "/nothing", "")
            .await
            .expect(StatusCode::NOT_FOUND);
        assert!(missing.header("content-type").unwrap().starts_with("text/html"));
        let health = browser.send_to(Method::POST, "/healthz", "").await;
        assert_eq!(health.status, StatusCode::METHOD_NOT_ALLOWED);
    });
}

#[test]
fn every_answer_tells_browsers_what_not_to_do() {
    as_in_the_server(async {
        let app = TestApp::new().await;
        let idp = app.idp().await;
        for path in [
            "/sign-in",
            "/nothing",
            "/healthz",
            &format!("{}/Users", idp.base),
            "/scim/nothing",
        ] {
            let answer = idp.send_to(Method::GET, path, "").await;
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
            assert!(answer.header("content-security-policy").is_some(), "{path}");
            assert!(
                answer.header("strict-transport-security").is_some(),
                "{path}: the public URL is https"
            );
            assert!(answer.header("x-request-id").is_some(), "{path}");
        }
    });
}

#[test]
fn another_site_cannot_post_to_the_console_but_an_identity_provider_needs_no_origin() {
    as_in_the_server(async {
        let app = TestApp::new().await;
        for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.test")] {
            let browser = app.anonymous().with(name, value);
            let refused = browser
                .send_to(Method::POST, "/api/anything", "")
                .await
                .expect(StatusCode::FORBIDDEN);
            assert!(refused.text.contains("another site"), "{}", refused.text);
            // Not a page: a token protects it, not a cookie.
            let idp = app.idp().await.with(name, value);
            idp.post("/Users", &json!({"schemas": [USER], "userName": name}))
                .await
                .expect(StatusCode::CREATED);
        }
    });
}

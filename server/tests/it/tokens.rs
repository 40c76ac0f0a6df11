//! The life of a token, and the switch of its account.

use axum::http::StatusCode;
use directory::{Actor, NewToken};
use jiff::SignedDuration;
use serde_json::json;

use crate::harness::{TestApp, USER};

#[tokio::test]
async fn whatever_is_wrong_with_a_token_the_answer_is_the_same() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let expected = app.anonymous().get("/Users").await.expect_error(401, None);
    let foreign = app.token(app.other_account.id, false).await;

    for authorization in [
        "",
        "Bearer",
        "Bearer ",
        "Bearer unknown",
        "Bearer rc_0000000000000000000000000000000000000000000",
        "Basic cm9sbGNhbGw6cm9sbGNhbGw=",
        "Token unknown",
        &format!("Bearer {}", foreign.expose()),
        &format!("Bearer {}x", foreign.expose()),
        &format!("Bearer {} {}", foreign.expose(), foreign.expose()),
        "Bearer \u{e9}",
    ] {
        let answer = idp
            .authorized(authorization)
            .get("/Users")
            .await
            .expect_error(401, None);
        assert_eq!(answer.text, expected.text, "{authorization}");
        assert_eq!(
            answer.header("www-authenticate"),
            Some("Bearer"),
            "{authorization}"
        );
    }
    idp.get("/Users").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn the_scheme_is_written_in_any_letter_case() {
    let app = TestApp::new().await;
    let token = app.token(app.account.id, false).await;
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let client = app
            .anonymous()
            .authorized(&format!("{scheme} {}", token.expose()));
        client.get("/Users").await.expect(StatusCode::OK);
    }
}

#[tokio::test]
async fn a_token_works_to_its_last_instant_and_not_beyond() {
    let app = TestApp::new().await;
    let expires_at = app
        .directory
        .now()
        .checked_add(SignedDuration::from_hours(24))
        .unwrap();
    let new = NewToken {
        name: "short".to_owned(),
        expires_at,
        read_only: false,
        replaces: None,
    };
    let (_, secret) = app
        .directory
        .create_token(&Actor::CommandLine, app.account.id, new)
        .await
        .unwrap();
    let idp = app.anonymous().authorized(&format!("Bearer {}", secret.expose()));

    idp.get("/Users").await.expect(StatusCode::OK);
    app.clock.set(expires_at);
    idp.get("/Users").await.expect(StatusCode::OK);
    app.pass(SignedDuration::from_micros(1));
    let expired = idp.get("/Users").await.expect_error(401, None);
    assert_eq!(expired.text, app.anonymous().get("/Users").await.text);
}

#[tokio::test]
async fn a_revoked_token_is_refused_by_the_next_request() {
    let app = TestApp::new().await;
    let new = NewToken {
        name: "leaked".to_owned(),
        expires_at: app
            .directory
            .now()
            .checked_add(SignedDuration::from_hours(24))
            .unwrap(),
        read_only: false,
        replaces: None,
    };
    let (token, secret) = app
        .directory
        .create_token(&Actor::CommandLine, app.account.id, new)
        .await
        .unwrap();
    let idp = app.anonymous().authorized(&format!("Bearer {}", secret.expose()));
    idp.get("/Users").await.expect(StatusCode::OK);

    app.directory
        .revoke_token(&Actor::CommandLine, app.account.id, token.id)
        .await
        .unwrap();
    let revoked = idp
        .post("/Users", &json!({"schemas": [USER], "userName": "eve"}))
        .await
        .expect_error(401, None);
    assert_eq!(revoked.text, app.anonymous().get("/Users").await.text);
}

#[tokio::test]
async fn a_second_token_takes_over_while_the_first_still_works() {
    let app = TestApp::new().await;
    let (first, second) = (app.idp().await, app.idp().await);
    let user = first.create_user("ada@acme.test").await;
    second.get(&format!("/Users/{user}")).await.expect(StatusCode::OK);
    first.get(&format!("/Users/{user}")).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn use_is_noted_on_the_token_with_the_address() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    app.pass(SignedDuration::from_mins(5));
    idp.get("/Users").await.expect(StatusCode::OK);
    let tokens = app.directory.list_tokens(app.account.id).await.unwrap();
    assert_eq!(tokens[0].last_used_at, Some(app.directory.now()));
    assert_eq!(tokens[0].last_used_from.as_deref(), Some("203.0.113.7"));
}

#[tokio::test]
async fn switched_off_the_account_s_own_token_is_told_and_nobody_else() {
    let app = TestApp::new().await;
    let (idp, other_idp) = (app.idp().await, app.other_idp().await);
    let user = idp.create_user("ada@acme.test").await;
    app.directory
        .disable_provisioning(&Actor::CommandLine, app.account.id)
        .await
        .unwrap();

    for answer in [
        idp.get("/Users").await,
        idp.get(&format!("/Users/{user}")).await,
        idp.get("/ServiceProviderConfig").await,
        idp.get("/Nothing").await,
        idp.post("/Users", &json!({"schemas": [USER], "userName": "bob@acme.test"}))
            .await,
        idp.delete(&format!("/Users/{user}")).await,
    ] {
        let answer = answer.expect_error(403, None);
        assert_eq!(
            answer.body["detail"],
            "Provisioning is switched off for this account. Switch it on under Identity and access in Rollcall."
        );
    }
    app.anonymous().get("/Users").await.expect_error(401, None);
    other_idp
        .at(&app.account)
        .get("/Users")
        .await
        .expect_error(401, None);
    other_idp.get("/Users").await.expect(StatusCode::OK);

    app.directory
        .enable_provisioning(&Actor::CommandLine, app.account.id)
        .await
        .unwrap();
    idp.get(&format!("/Users/{user}")).await.expect(StatusCode::OK);
    assert_eq!(
        idp.count("userName eq \"bob@acme.test\"").await,
        0,
        "nothing was done meanwhile"
    );
}

//! The decision table of usernames over the wire.

use axum::http::StatusCode;
use directory::{Actor, NewUser, Role};
use serde_json::json;

use crate::harness::{Client, TestApp, USER, text};

async fn provision(idp: &Client, user_name: &str) -> crate::harness::Answer {
    let body = json!({
        "schemas": [USER],
        "userName": user_name,
        "externalId": "ext-1",
        "displayName": "Ada L",
        "emails": [{"value": "ada@acme.test", "type": "work", "primary": true}],
        "active": true,
    });
    idp.post("/Users", &body).await
}

#[tokio::test]
async fn nobody_has_the_name_a_user_is_created() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let created = provision(&idp, "Ada@acme.test").await.expect(StatusCode::CREATED);
    insta::assert_json_snapshot!(created.snapshot());

    let read = idp
        .get(&format!("/Users/{}", created.id()))
        .await
        .expect(StatusCode::OK);
    assert_eq!(read.body, created.body, "what POST answers is what GET answers");
    assert!(app.roles(&created.id()).await.is_empty(), "no role is automatic");
}

#[tokio::test]
async fn a_manual_user_of_the_account_is_converted_and_keeps_id_and_roles() {
    let app = TestApp::new().await;
    let (idp, reader) = (app.idp().await, app.reader().await);
    let id = app
        .manual_user("ada@acme.test", &[Role::Auditor])
        .await
        .to_string();
    assert_eq!(
        idp.count("userName eq \"ada@acme.test\"").await,
        0,
        "so that the identity provider always POSTs"
    );
    idp.get(&format!("/Users/{id}")).await.expect_error(404, None);
    assert_eq!(reader.count("userName eq \"ada@acme.test\"").await, 1);

    let converted = provision(&idp, "ADA@Acme.test").await.expect(StatusCode::CREATED);
    assert_eq!(converted.id(), id);
    assert_eq!(
        converted.body["userName"], "ADA@Acme.test",
        "the attributes are now the identity provider's"
    );
    assert_eq!(
        converted.header("location"),
        converted.body["meta"]["location"].as_str()
    );
    assert_eq!(app.roles(&id).await, ["auditor"]);

    let group = idp.create_group("Administrators", &[&id]).await;
    app.give_group_role(&group, Role::Administrator).await;
    assert_eq!(
        app.roles(&id).await,
        ["administrator", "auditor"],
        "group roles are added"
    );
}

#[tokio::test]
async fn a_user_managed_already_is_a_conflict_in_any_letter_case() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let id = provision(&idp, "Zo\u{eb}@acme.test")
        .await
        .expect(StatusCode::CREATED)
        .id();
    // The last one spells the same letter as two characters.
    for user_name in ["Zo\u{eb}@acme.test", "ZO\u{cb}@ACME.TEST", "zoe\u{308}@acme.test"] {
        let refused = provision(&idp, user_name)
            .await
            .expect_error(409, Some("uniqueness"));
        assert!(
            text(&refused.body["detail"]).contains(&id),
            "the caller may see that user: {}",
            refused.text
        );
    }
    assert_eq!(idp.count("userName pr").await, 1);
}

#[tokio::test]
async fn a_user_of_another_account_is_a_conflict() {
    let app = TestApp::new().await;
    let (idp, other_idp) = (app.idp().await, app.other_idp().await);
    let id = provision(&other_idp, "ada@acme.test")
        .await
        .expect(StatusCode::CREATED)
        .id();
    let refused = provision(&idp, "Ada@acme.test")
        .await
        .expect_error(409, Some("uniqueness"));
    assert!(!refused.text.contains(&id), "{}", refused.text);
    assert_eq!(idp.count("userName pr").await, 0);
}

#[tokio::test]
async fn a_break_glass_administrator_is_a_conflict_in_words() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let user = NewUser {
        user_name: "root@acme.test".to_owned(),
        roles: vec![Role::Administrator],
        break_glass: true,
        ..NewUser::default()
    };
    let id = app
        .directory
        .add_user(&Actor::CommandLine, app.account.id, user)
        .await
        .unwrap()
        .to_string();
    let refused = provision(&idp, "ROOT@acme.test")
        .await
        .expect_error(409, Some("uniqueness"));
    assert!(
        text(&refused.body["detail"]).contains("stays outside provisioning"),
        "{}",
        refused.text
    );
    assert_eq!(app.roles(&id).await, ["administrator"]);
    idp.get(&format!("/Users/{id}")).await.expect_error(404, None);
}

#[tokio::test]
async fn email_plays_no_part() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let one = provision(&idp, "one").await.expect(StatusCode::CREATED).id();
    let two = provision(&idp, "two").await.expect(StatusCode::CREATED).id();
    assert_ne!(one, two);
}

#[tokio::test]
async fn a_rename_never_converts() {
    let app = TestApp::new().await;
    let (idp, other_idp) = (app.idp().await, app.other_idp().await);
    let manual = app.manual_user("manual@acme.test", &[]).await.to_string();
    other_idp.create_user("foreign@acme.test").await;
    idp.create_user("managed@acme.test").await;
    let id = idp.create_user("ada@acme.test").await;

    for taken in ["manual@acme.test", "foreign@acme.test", "MANAGED@acme.test"] {
        let operations = json!([{"op": "replace", "path": "userName", "value": taken}]);
        idp.operations(&format!("/Users/{id}"), operations)
            .await
            .expect_error(409, Some("uniqueness"));
        let body = json!({"schemas": [USER], "userName": taken});
        idp.put(&format!("/Users/{id}"), &body)
            .await
            .expect_error(409, Some("uniqueness"));
    }
    let unchanged = idp.get(&format!("/Users/{id}")).await.expect(StatusCode::OK);
    assert_eq!(unchanged.body["userName"], "ada@acme.test");
    idp.get(&format!("/Users/{manual}")).await.expect_error(404, None);

    let operations = json!([{"op": "replace", "path": "userName", "value": "ADA@acme.test"}]);
    let renamed = idp
        .operations(&format!("/Users/{id}"), operations)
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        renamed.body["userName"], "ADA@acme.test",
        "its own name in other letters is no conflict"
    );
}

#[tokio::test]
async fn a_deleted_name_is_free_and_the_id_is_gone_for_good() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let first = idp.create_user("ada@acme.test").await;
    let deleted = idp
        .delete(&format!("/Users/{first}"))
        .await
        .expect(StatusCode::NO_CONTENT);
    assert!(deleted.text.is_empty());
    for method in ["GET", "DELETE"] {
        let method = axum::http::Method::from_bytes(method.as_bytes()).unwrap();
        idp.send(method, &format!("/Users/{first}"), "")
            .await
            .expect_error(404, None);
    }
    let second = idp.create_user("ada@acme.test").await;
    assert_ne!(first, second);
}

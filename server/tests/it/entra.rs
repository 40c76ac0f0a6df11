//! Microsoft Entra ID: its lifecycle of users and groups, in both of its dialects.

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::harness::{Client, ENTERPRISE, GROUP, TestApp, USER, encode};

const MICROSOFT_GROUP: &str = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";

/// How Entra writes its PATCH requests: by default, and with `aadOptscim062020` in the tenant URL.
#[derive(Clone, Copy, PartialEq)]
enum Dialect {
    Default,
    Flag,
}

impl Dialect {
    fn boolean(self, value: bool) -> Value {
        match (self, value) {
            (Dialect::Default, true) => json!("True"),
            (Dialect::Default, false) => json!("False"),
            (Dialect::Flag, value) => json!(value),
        }
    }

    fn update(self) -> Value {
        match self {
            Dialect::Default => json!([
                {"op": "Replace", "path": "displayName", "value": "Ada Lovelace"},
                {"op": "Replace", "path": "name.familyName", "value": "Lovelace"},
                {"op": "Add", "path": "emails[type eq \"work\"].value", "value": "ada@new.test"},
                {"op": "Add", "path": "addresses[type eq \"work\"].formatted", "value": "12 Hill"},
                {"op": "Add", "path": format!("{ENTERPRISE}:employeeNumber"), "value": "77"},
            ]),
            Dialect::Flag => json!([
                {"op": "replace", "value": {
                    "displayName": "Ada Lovelace",
                    "name.familyName": "Lovelace",
                    format!("{ENTERPRISE}:employeeNumber"): "77",
                }},
                {"op": "add", "path": "emails[type eq \"work\"].value", "value": "ada@new.test"},
                {"op": "add", "path": "addresses[type eq \"work\"].formatted", "value": "12 Hill"},
            ]),
        }
    }

    fn remove_member(self, id: &str) -> Value {
        match self {
            Dialect::Default => {
                json!([{"op": "Remove", "path": "members", "value": [{"$ref": null, "value": id}]}])
            }
            Dialect::Flag => json!([{"op": "remove", "path": format!("members[value eq \"{id}\"]")}]),
        }
    }
}

/// The user as Entra first sends it, without an email.
fn user() -> Value {
    json!({
        "schemas": [USER, ENTERPRISE],
        "externalId": "ada.l",
        "userName": "ada@acme.test",
        "active": true,
        "displayName": "Ada L",
        "name": {"givenName": "Ada", "familyName": "L", "formatted": "Ada L"},
        ENTERPRISE: {"department": "R&D"},
        "meta": {"resourceType": "User"},
        "roles": [],
        "addresses": null,
        "phoneNumbers": null,
        "title": null,
    })
}

#[tokio::test]
async fn testing_the_connection_finds_nobody() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    for path in [
        "/Users?filter=userName+eq+%225c1f0d5e-0000-4000-8000-000000000000%22",
        "/Groups?excludedAttributes=members&filter=displayName+eq+%225c1f0d5e-0000-4000-8000-000000000001%22",
    ] {
        let answer = idp.get(path).await.expect(StatusCode::OK);
        assert_eq!(answer.body["totalResults"], json!(0));
        assert_eq!(answer.body["Resources"], json!([]));
        assert_eq!(
            answer.header("content-type"),
            Some("application/scim+json; charset=utf-8")
        );
    }
    idp.get("/Schemas").await.expect(StatusCode::OK);
}

/// A user's life up to its last update; gives the id and the state.
async fn live(app: &TestApp, idp: &Client, dialect: Dialect) -> (String, Value) {
    assert_eq!(idp.count("userName eq \"ada@acme.test\"").await, 0);
    let id = idp.post("/Users", &user()).await.expect(StatusCode::CREATED).id();
    let path = format!("/Users/{id}");
    assert_eq!(idp.count("userName eq \"ada@acme.test\"").await, 1);
    app.pass(SignedDuration::from_mins(40));
    let updated = idp
        .operations(&path, dialect.update())
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        updated.body["emails"],
        json!([{"type": "work", "value": "ada@new.test"}])
    );

    for active in [false, true] {
        let operations = json!([{"op": if dialect == Dialect::Flag { "replace" } else { "Replace" },
            "path": "active", "value": dialect.boolean(active)}]);
        let answer = idp.operations(&path, operations).await.expect(StatusCode::OK);
        assert_eq!(answer.body["active"], json!(active));
        assert_eq!(
            idp.count("userName eq \"ada@acme.test\"").await,
            1,
            "an inactive user is found like any other"
        );
    }
    let state = idp.get(&path).await.expect(StatusCode::OK);
    (id, state.snapshot()["body"].clone())
}

#[tokio::test]
async fn a_user_lives_the_same_life_in_both_dialects() {
    let mut states = Vec::new();
    for dialect in [Dialect::Default, Dialect::Flag] {
        let app = TestApp::new().await;
        let idp = app.idp().await;
        let (id, state) = live(&app, &idp, dialect).await;
        states.push(state);
        idp.delete(&format!("/Users/{id}"))
            .await
            .expect(StatusCode::NO_CONTENT);
        idp.get(&format!("/Users/{id}")).await.expect_error(404, None);
        idp.delete(&format!("/Users/{id}")).await.expect_error(404, None);
        assert_eq!(idp.count("userName eq \"ada@acme.test\"").await, 0);
        idp.post("/Users", &user()).await.expect(StatusCode::CREATED);
    }
    assert_eq!(states[0], states[1]);
    insta::assert_json_snapshot!(states[0]);
}

#[tokio::test]
async fn a_manager_is_set_changed_and_cleared() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let (boss, other_boss) = (idp.create_user("boss").await, idp.create_user("other-boss").await);
    let id = idp.create_user("ada").await;
    let manager = format!("{ENTERPRISE}:manager");
    for (operation, expected) in [
        (
            json!({"op": "Add", "path": manager, "value": boss}),
            json!({"value": boss}),
        ),
        (
            json!({"op": "Replace", "path": manager, "value": {"value": other_boss}}),
            json!({"value": other_boss}),
        ),
        (
            json!({"op": "Replace", "path": "manager", "value": [{"value": boss, "$ref": null}]}),
            json!({"value": boss}),
        ),
        (
            json!({"op": "Replace", "path": format!("{manager}.value"), "value": other_boss}),
            json!({"value": other_boss}),
        ),
    ] {
        let answer = idp
            .operations(&format!("/Users/{id}"), json!([operation]))
            .await
            .expect(StatusCode::OK);
        assert_eq!(
            answer.body[ENTERPRISE]["manager"]["value"], expected["value"],
            "{operation}"
        );
        let filter = format!(
            "id eq \"{id}\" and manager eq \"{}\"",
            expected["value"].as_str().unwrap()
        );
        let checked = idp
            .get(&format!("/Users?attributes=id&filter={}", encode(&filter)))
            .await
            .expect(StatusCode::OK);
        assert_eq!(checked.body["totalResults"], json!(1), "{filter}");
    }
    for cleared in [
        json!({"op": "Replace", "path": manager, "value": ""}),
        json!({"op": "Remove", "path": manager}),
    ] {
        let answer = idp
            .operations(&format!("/Users/{id}"), json!([cleared]))
            .await
            .expect(StatusCode::OK);
        assert!(answer.body.get(ENTERPRISE).is_none(), "{}", answer.text);
        assert_eq!(answer.body["schemas"], json!([USER]));
    }
}

#[tokio::test]
async fn groups_live_the_same_life_in_both_dialects() {
    for dialect in [Dialect::Default, Dialect::Flag] {
        let app = TestApp::new().await;
        let idp = app.idp().await;
        let (ada, bob) = (idp.create_user("ada").await, idp.create_user("bob").await);
        let body = json!({
            "schemas": [GROUP, MICROSOFT_GROUP],
            "externalId": "0b7c",
            "displayName": "Sales",
            "meta": {"resourceType": "Group"},
        });
        let group = idp.post("/Groups", &body).await.expect(StatusCode::CREATED).id();
        idp.post("/Groups", &body)
            .await
            .expect_error(409, Some("uniqueness"));
        let path = format!("/Groups/{group}");

        let both = json!([{"$ref": null, "value": ada}, {"$ref": null, "value": bob}]);
        for _ in 0..2 {
            // Sent again and again: the second time changes nothing.
            let add = json!([{"op": "Add", "path": "members", "value": both}]);
            assert!(idp.operations(&path, add).await.status.is_success());
        }
        let mut expected = vec![ada.clone(), bob.clone()];
        expected.sort();
        assert_eq!(idp.members(&group).await, expected);

        assert!(
            idp.operations(&path, dialect.remove_member(&ada))
                .await
                .status
                .is_success()
        );
        assert_eq!(idp.members(&group).await, [bob.as_str()], "the other one stays");
        assert!(
            idp.operations(&path, dialect.remove_member(&ada))
                .await
                .status
                .is_success()
        );
        assert_eq!(
            idp.members(&group).await,
            [bob.as_str()],
            "nor does a second time harm it"
        );

        let rename = json!([{"op": "Replace", "path": "displayName", "value": "Sales EMEA"}]);
        assert!(idp.operations(&path, rename).await.status.is_success());
        let read = idp
            .get(&format!("{path}?excludedAttributes=members"))
            .await
            .expect(StatusCode::OK);
        assert_eq!(read.body["displayName"], "Sales EMEA");
        assert!(read.body.get("members").is_none());
        let filter = encode("displayName eq \"sales emea\"");
        let found = idp
            .get(&format!("/Groups?excludedAttributes=members&filter={filter}"))
            .await;
        assert_eq!(found.expect(StatusCode::OK).body["totalResults"], json!(1));

        idp.delete(&path).await.expect(StatusCode::NO_CONTENT);
        idp.get(&path).await.expect_error(404, None);
    }
}

#[tokio::test]
async fn role_objects_come_as_text() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let id = idp.create_user("ada").await;
    let role = json!({"id": "1", "value": "Admin", "displayName": "Admin"}).to_string();
    let operations = json!([{"op": "Add", "path": "roles", "value": [{"value": role}]}]);
    let answer = idp
        .operations(&format!("/Users/{id}"), operations)
        .await
        .expect(StatusCode::OK);
    assert_eq!(answer.body["roles"][0]["value"], "Admin");
    assert!(
        app.roles(&id).await.is_empty(),
        "roles that an identity provider sends are data, not grants"
    );
}

#[tokio::test]
async fn a_request_is_done_as_a_whole_or_not_at_all() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let id = idp.create_user("ada").await;
    let before = idp.get(&format!("/Users/{id}")).await.text;
    let operations = json!([
        {"op": "Replace", "path": "displayName", "value": "Changed"},
        {"op": "Replace", "path": "nosuchattribute[", "value": "x"},
        {"op": "Replace", "path": "title", "value": "Changed"},
    ]);
    idp.operations(&format!("/Users/{id}"), operations)
        .await
        .expect_error(400, Some("invalidPath"));
    assert_eq!(idp.get(&format!("/Users/{id}")).await.text, before);
}

//! Okta, in its three shapes, and what other identity providers do differently.

use axum::http::StatusCode;
use directory::{EntryQuery, Role};
use serde_json::{Value, json};

use crate::harness::{Client, ENTERPRISE, GROUP, TestApp, USER, encode, text};

/// The user as Okta creates it, with a password that is a placeholder.
fn user() -> Value {
    json!({
        "schemas": [USER],
        "userName": "ada@acme.test",
        "name": {"givenName": "Ada", "familyName": "L"},
        "emails": [{"primary": true, "value": "ada@acme.test", "type": "work", "display": "ada@acme.test"}],
        "displayName": "Ada L",
        "locale": "en-US",
        "externalId": "00uab12cd34ef",
        "groups": [],
        "password": "x7Random",
        "active": true,
    })
}

/// Looks the user up as Okta does, and creates it.
async fn assign(idp: &Client) -> String {
    let filter = encode("userName eq \"ada@acme.test\"");
    let found = idp
        .get(&format!("/Users?filter={filter}&startIndex=1&count=100"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(found.body["totalResults"], json!(0));
    let created = idp.post("/Users", &user()).await.expect(StatusCode::CREATED);
    assert!(
        !created.text.contains("x7Random") && created.body.get("password").is_none(),
        "{}",
        created.text
    );
    created.id()
}

async fn put_member(idp: &Client, group: &str, body: &Value) {
    let answer = idp
        .put(&format!("/Groups/{group}"), body)
        .await
        .expect(StatusCode::OK);
    assert_eq!(answer.id(), group);
}

#[tokio::test]
async fn the_specification_s_suite() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    idp.create_user("ada@acme.test").await;
    let list = idp
        .get("/Users?count=1&startIndex=1")
        .await
        .expect(StatusCode::OK)
        .body;
    assert_eq!(
        list["schemas"],
        json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"])
    );
    assert!(list["itemsPerPage"].is_u64() && list["startIndex"].is_u64() && list["totalResults"].is_u64());
    let first = &list["Resources"][0];
    assert!(first["id"].is_string() && first["userName"].is_string() && first["active"].is_boolean());

    let missing = idp
        .get("/Users/00000000-0000-4000-8000-000000000000")
        .await
        .expect_error(404, None);
    assert!(missing.body["detail"].is_string());
    assert_eq!(idp.count("userName eq \"ADA@ACME.TEST\"").await, 1);
    assert_eq!(idp.count("userName eq \"nobody@acme.test\"").await, 0);
    let body = json!({"schemas": [USER], "userName": "ada@acme.test"});
    // The suite sends plain JSON and accepts SCIM's.
    let suite = idp
        .with("content-type", "application/json")
        .with("accept", "application/scim+json");
    suite
        .post("/Users", &body)
        .await
        .expect_error(409, Some("uniqueness"));
    idp.authorized("Bearer wrong")
        .get("/Users")
        .await
        .expect_error(401, None);
    idp.get("/Groups?startIndex=1&count=100")
        .await
        .expect(StatusCode::OK);
}

#[tokio::test]
async fn an_app_of_the_integration_wizard_puts_everything() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let id = assign(&idp).await;
    let path = format!("/Users/{id}");
    let bob = idp.create_user("bob").await;
    let group = idp.create_group("Sales", &[&id, &bob]).await;

    // What was read comes back whole: id, meta and groups included.
    let mut whole = idp.get(&path).await.expect(StatusCode::OK).body;
    assert!(!whole["groups"].as_array().unwrap().is_empty());
    let same = idp.put(&path, &whole).await.expect(StatusCode::OK);
    assert_eq!(same.body, whole, "nothing changed, the version neither");
    whole["title"] = json!("Countess");
    whole["name"]["familyName"] = json!("Lovelace");
    let changed = idp.put(&path, &whole).await.expect(StatusCode::OK);
    assert_eq!(changed.body["title"], "Countess");
    assert_eq!(changed.body["groups"], whole["groups"]);

    whole["active"] = json!(false);
    assert_eq!(
        idp.put(&path, &whole).await.expect(StatusCode::OK).body["active"],
        json!(false)
    );
    whole.as_object_mut().unwrap().remove("active");
    let kept = idp.put(&path, &whole).await.expect(StatusCode::OK);
    assert_eq!(
        kept.body["active"],
        json!(false),
        "an omission does not reactivate"
    );
    assert_eq!(
        idp.members(&group).await.len(),
        2,
        "an inactive member stays a member"
    );

    let members = json!([{"value": bob, "display": null}]);
    put_member(
        &idp,
        &group,
        &json!({"schemas": [GROUP], "id": group, "displayName": "Sales", "members": members}),
    )
    .await;
    assert_eq!(idp.members(&group).await, [bob.as_str()], "left out is removed");
    put_member(
        &idp,
        &group,
        &json!({"schemas": [GROUP], "displayName": "Sales EMEA"}),
    )
    .await;
    assert_eq!(idp.members(&group).await, [bob.as_str()], "no list, no change");
    put_member(
        &idp,
        &group,
        &json!({"schemas": [GROUP], "displayName": "Sales EMEA", "members": null}),
    )
    .await;
    assert!(idp.members(&group).await.is_empty());
}

#[tokio::test]
async fn an_app_of_the_catalog_patches_without_a_path() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let id = assign(&idp).await;
    for active in [false, true] {
        let operations = json!([{"op": "replace", "value": {"active": active}}]);
        let answer = idp
            .operations(&format!("/Users/{id}"), operations)
            .await
            .expect(StatusCode::OK);
        assert_eq!(answer.body["active"], json!(active));
    }
    let password = json!([{"op": "replace", "value": {"password": "Secret-7"}}]);
    let answer = idp
        .operations(&format!("/Users/{id}"), password)
        .await
        .expect(StatusCode::OK);
    assert!(!answer.text.contains("Secret-7"));

    let group = idp.create_group("Sales", &[]).await;
    let path = format!("/Groups/{group}");
    let bob = idp.create_user("bob").await;
    let add = json!([{"op": "add", "path": "members", "value": [{"value": id, "display": "ada@acme.test"}]}]);
    idp.operations(&path, add).await.expect(StatusCode::OK);
    let rename = json!([{"op": "replace", "value": {"id": group, "displayName": "Sales EMEA"}}]);
    let renamed = idp.operations(&path, rename).await.expect(StatusCode::OK);
    assert_eq!(renamed.body["displayName"], "Sales EMEA");
    assert_eq!(
        idp.members(&group).await,
        [id.as_str()],
        "a rename leaves the members"
    );
    let other_id = json!([{"op": "replace", "value": {"id": "g-9", "displayName": "x"}}]);
    idp.operations(&path, other_id)
        .await
        .expect_error(400, Some("mutability"));

    let delta = json!([
        {"op": "remove", "path": format!("members[value eq \"{id}\"]")},
        {"op": "add", "path": "members", "value": [{"value": bob, "display": "bob"}]},
    ]);
    idp.operations(&path, delta).await.expect(StatusCode::OK);
    assert_eq!(idp.members(&group).await, [bob.as_str()]);
    for empty in [
        json!([{"op": "replace", "path": "members", "value": []}]),
        json!([{"op": "replace", "value": {"members": [], "id": group, "displayName": "Sales EMEA"}}]),
    ] {
        let add = json!([{"op": "add", "path": "members", "value": [{"value": bob}]}]);
        idp.operations(&path, add).await.expect(StatusCode::OK);
        idp.operations(&path, empty).await.expect(StatusCode::OK);
        assert!(idp.members(&group).await.is_empty());
    }
    idp.delete(&path).await.expect(StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn group_roles_follow_membership_at_once() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let id = idp.create_user("ada").await;
    let group = idp.create_group("Administrators", &[&id]).await;
    app.give_group_role(&group, Role::Administrator).await;
    assert_eq!(app.roles(&id).await, ["administrator"]);

    let active = async |active: bool| {
        let operations = json!([{"op": "replace", "value": {"active": active}}]);
        idp.operations(&format!("/Users/{id}"), operations)
            .await
            .expect(StatusCode::OK);
    };
    active(false).await;
    assert!(app.roles(&id).await.is_empty());
    active(true).await;
    assert_eq!(app.roles(&id).await, ["administrator"]);
    let rename = json!([{"op": "replace", "path": "displayName", "value": "Admins"}]);
    idp.operations(&format!("/Groups/{group}"), rename)
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        app.roles(&id).await,
        ["administrator"],
        "a group is known by its id"
    );
    idp.delete(&format!("/Groups/{group}"))
        .await
        .expect(StatusCode::NO_CONTENT);
    assert!(app.roles(&id).await.is_empty());
    idp.create_group("Admins", &[&id]).await;
    assert!(app.roles(&id).await.is_empty(), "made again it is another group");
}

#[tokio::test]
async fn authentik_posts_first_and_removes_members_by_a_list() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    idp.get("/ServiceProviderConfig").await.expect(StatusCode::OK);
    let body = json!({
        "schemas": [USER],
        "userName": "ada",
        "displayName": "Ada L",
        "emails": [{"value": "ada@acme.test", "type": "other", "primary": true}],
        "externalId": "6f0",
        "active": true,
    });
    let id = idp.post("/Users", &body).await.expect(StatusCode::CREATED).id();
    idp.post("/Users", &body)
        .await
        .expect_error(409, Some("uniqueness"));
    // Without quotation marks up to 2025.6.
    let found = idp
        .get("/Users?filter=userName%20eq%20ada")
        .await
        .expect(StatusCode::OK);
    assert_eq!(found.body["Resources"][0]["id"], json!(id));
    idp.put(&format!("/Users/{id}"), &body)
        .await
        .expect(StatusCode::OK);

    let bob = idp.create_user("bob").await;
    let group = idp.create_group("Sales", &[&id, &bob]).await;
    let whole = json!([{"op": "replace", "value": {"schemas": [GROUP], "displayName": "Sales", "externalId": "6f1"}}]);
    idp.operations(&format!("/Groups/{group}"), whole)
        .await
        .expect(StatusCode::OK);
    assert_eq!(idp.members(&group).await.len(), 2, "no list, no change");
    let delta = json!([{"op": "remove", "path": "members", "value": [{"value": bob}]}]);
    idp.operations(&format!("/Groups/{group}"), delta)
        .await
        .expect(StatusCode::OK);
    assert_eq!(idp.members(&group).await, [id.as_str()]);
}

#[tokio::test]
async fn ping_finds_by_email_and_marks_two_as_primary() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let id = idp.post("/Users", &user()).await.expect(StatusCode::CREATED).id();
    assert_eq!(idp.count("emails eq \"ada@acme.test\"").await, 1);
    let email = |kind: &str| json!({"type": kind, "value": "ada@acme.test", "primary": true});
    let body =
        json!({"schemas": [USER], "userName": "ada@acme.test", "emails": [email("work"), email("home")]});
    let answer = idp
        .put(&format!("/Users/{id}"), &body)
        .await
        .expect(StatusCode::OK);
    let emails = answer.body["emails"].as_array().unwrap();
    let primaries: Vec<&Value> = emails
        .iter()
        .filter(|email| email["primary"] == json!(true))
        .collect();
    assert_eq!(primaries.len(), 1, "the first one wins: {emails:?}");
    assert_eq!(primaries[0]["type"], "work");
}

#[tokio::test]
async fn cyberark_asks_for_one_thing_at_a_time() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    for path in [
        "/Users?count=1",
        "/ServiceProviderConfig",
        "/ResourceTypes/User",
        "/ResourceTypes/Group",
        &format!("/Schemas/{USER}"),
        &format!("/Schemas/{ENTERPRISE}"),
    ] {
        idp.get(path).await.expect(StatusCode::OK);
    }
}

#[tokio::test]
async fn keycloak_s_plugin_sends_emails_without_type_and_empties_groups() {
    let app = TestApp::new().await;
    let idp = app.idp().await.with("content-type", "application/json");
    let body = json!({
        "schemas": [USER],
        "externalId": "kc-1",
        "userName": "ada",
        "emails": [{"value": "ada@acme.test"}],
        "active": "true",
    });
    let id = idp.post("/Users", &body).await.expect(StatusCode::CREATED).id();
    assert_eq!(idp.get(&format!("/Users/{id}")).await.body["active"], json!(true));
    let group = idp.create_group("Sales", &[&id]).await;
    let operations = json!([{"op": "remove", "path": "members", "value": null}]);
    idp.operations(&format!("/Groups/{group}"), operations)
        .await
        .expect(StatusCode::OK);
    assert!(idp.members(&group).await.is_empty());
}

#[tokio::test]
async fn a_password_leaves_no_trace() {
    let app = TestApp::new().await;
    let idp = app.idp().await;
    let id = assign(&idp).await;
    let operations = json!([{"op": "replace", "path": "password", "value": "x7Random"}]);
    idp.operations(&format!("/Users/{id}"), operations)
        .await
        .expect(StatusCode::OK);
    // A refusal keeps the body, too.
    idp.post("/Users", &user())
        .await
        .expect_error(409, Some("uniqueness"));
    let page = app
        .directory
        .list_entries(
            app.account.id,
            &EntryQuery {
                limit: 200,
                ..EntryQuery::default()
            },
        )
        .await
        .unwrap();
    for entry in page.entries {
        let entry = serde_json::to_string(&entry).unwrap();
        assert!(!entry.contains("x7Random"), "{entry}");
    }
    let user = app
        .directory
        .get_user(app.account.id, id.parse().unwrap())
        .await
        .unwrap();
    assert!(user.password_set_at.is_none());
    assert!(!text(&json!(format!("{user:?}"))).contains("x7Random"));
}

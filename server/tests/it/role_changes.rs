//! Changes of roles in the console, by plain forms as a browser without script posts them.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use directory::{ConsoleAccess, OwnRole, Role};

use crate::harness::{Answer, Client, TestApp, as_in_the_server, function};

async fn open(client: &Client, path: &str) -> Answer {
    let client = client.with("accept", "text/html");
    client.send_to(Method::GET, path, Body::empty()).await
}

/// Posts a form and gives where the browser is led.
async fn post(client: &Client, name: &str, form: String) -> String {
    let client = client
        .with("accept", "text/html")
        .with("content-type", "application/x-www-form-urlencoded")
        .with("referer", "https://rollcall.test/accounts");
    let answer = client.send_to(Method::POST, function(name), form).await;
    let answer = answer.expect(StatusCode::FOUND);
    answer.header("location").unwrap().to_owned()
}

async fn own(app: &TestApp, name: &str, access: Option<ConsoleAccess>) -> Role {
    let role = OwnRole {
        name: name.to_owned(),
        description: String::new(),
        access,
    };
    let actor = directory::Actor::CommandLine;
    Role::Own(
        app.directory
            .add_role(&actor, app.account.id, role)
            .await
            .unwrap(),
    )
}

#[test]
fn a_change_says_whom_it_concerns_then_is_made_and_can_be_undone_without_script() {
    as_in_the_server(async {
        let app = TestApp::new().await;
        let account = app.account.id;
        let idp = app.idp().await;
        let ada = idp.create_user("ada@acme.test").await;
        let group = idp.create_group("Finance", &[&ada]).await;
        let admin = app
            .signed_in(account, "root@acme.test", Role::Administrator)
            .await;
        let page = format!("/accounts/{account}/groups/{group}");

        let asked = open(&admin, &format!("{page}/change?change=give&of=auditor")).await;
        let asked = asked.expect(StatusCode::OK);
        assert!(
            asked.text.contains("changes the access of 1 person"),
            "{}",
            asked.text
        );
        assert!(asked.text.contains("1 gains Auditor"), "{}", asked.text);
        assert!(asked.text.contains("ada@acme.test"), "{}", asked.text);
        assert!(app.roles(&ada).await.is_empty(), "asking changes nothing");

        let form = format!("account={account}&group={group}&role=auditor");
        let led = post(&admin, "give_group_role", form).await;
        assert!(led.ends_with(&page), "{led}");
        assert_eq!(app.roles(&ada).await, ["auditor"]);
        let shown = open(&admin, &page).await.expect(StatusCode::OK);
        assert!(
            shown.text.contains("The group gives Auditor now."),
            "{}",
            shown.text
        );

        let view = app
            .directory
            .get_group(account, group.parse().unwrap())
            .await
            .unwrap();
        let entry = view.undoable[0].entry;
        let form = format!("account={account}&group={group}&entry={entry}");
        post(&admin, "undo_group_role", form).await;
        assert!(app.roles(&ada).await.is_empty());
        let shown = open(&admin, &page).await.expect(StatusCode::OK);
        assert!(
            !shown.text.contains("The group gives Auditor now."),
            "{}",
            shown.text
        );
    });
}

#[test]
fn a_paused_group_says_so_and_a_deleted_one_still_answers() {
    as_in_the_server(async {
        let app = TestApp::new().await;
        let account = app.account.id;
        let idp = app.idp().await;
        let ada = idp.create_user("ada@acme.test").await;
        let group = idp.create_group("Finance", &[&ada]).await;
        app.give_group_role(&group, Role::Auditor).await;
        let admin = app
            .signed_in(account, "root@acme.test", Role::Administrator)
            .await;
        let auditor = app.signed_in(account, "eve@acme.test", Role::Auditor).await;
        let page = format!("/accounts/{account}/groups/{group}");

        let asked = open(&admin, &format!("{page}/change?change=pause")).await;
        assert!(asked.text.contains("1 loses Auditor"), "{}", asked.text);
        let form = format!("account={account}&group={group}&paused=true");
        post(&admin, "set_group_paused", form).await;
        assert!(app.roles(&ada).await.is_empty());
        for path in [
            page.clone(),
            format!("/accounts/{account}/groups"),
            format!("/accounts/{account}/users/{ada}"),
        ] {
            let shown = open(&auditor, &path).await.expect(StatusCode::OK);
            assert!(shown.text.contains("Paused"), "{path}: {}", shown.text);
        }

        idp.delete(&format!("/Groups/{group}"))
            .await
            .expect(StatusCode::NO_CONTENT);
        let gone = open(&auditor, &page).await.expect(StatusCode::OK);
        assert!(gone.text.contains("Auditor ended with it"), "{}", gone.text);
        let again = idp.create_group("finance", &[&ada]).await;
        let new = format!("/accounts/{account}/groups/{again}");
        let offered = open(&admin, &new).await.expect(StatusCode::OK);
        assert!(offered.text.contains("Give the same roles"), "{}", offered.text);
        let form = format!("account={account}&group={again}&former={group}");
        post(&admin, "give_former_roles", form).await;
        assert_eq!(app.roles(&ada).await, ["auditor"]);
        let taken = open(&admin, &new).await.expect(StatusCode::OK);
        assert!(!taken.text.contains("Give the same roles"), "{}", taken.text);
    });
}

#[test]
fn an_own_role_opens_what_it_says_and_is_offered_where_roles_are() {
    as_in_the_server(async {
        let app = TestApp::new().await;
        let account = app.account.id;
        let ada = app.manual_user("ada@acme.test", &[]).await;
        let chief = own(&app, "Chief", Some(ConsoleAccess::Administrator)).await;
        let reader = own(&app, "Reader", Some(ConsoleAccess::Auditor)).await;
        let chief_there = app.signed_in(account, "chief@acme.test", chief).await;
        let reader_there = app.signed_in(account, "reader@acme.test", reader).await;
        for path in [format!("users/{ada}"), "users/new".to_owned(), "roles".to_owned()] {
            let path = format!("/accounts/{account}/{path}");
            let shown = open(&chief_there, &path).await.expect(StatusCode::OK);
            assert!(shown.text.contains("Reader"), "{path}: {}", shown.text);
        }
        let new = format!("/accounts/{account}/roles/new");
        open(&reader_there, &new).await.expect(StatusCode::FORBIDDEN);

        let form = format!("account={account}&name=Billing&description=Invoices&access=none");
        let led = post(&chief_there, "add_role", form).await;
        let page = led.trim_start_matches("https://rollcall.test");
        let shown = open(&reader_there, page).await.expect(StatusCode::OK);
        assert!(
            shown.text.contains("Billing") && shown.text.contains("Invoices"),
            "{}",
            shown.text
        );
        let role = page.rsplit('/').next().unwrap();
        let form = format!("account={account}&user={ada}&role={role}");
        post(&chief_there, "give_role", form).await;
        assert_eq!(app.roles(&ada.to_string()).await, [role]);
        let asked = open(&chief_there, &format!("{page}/delete")).await;
        assert!(asked.text.contains("1 active user to whom"), "{}", asked.text);
        let form = format!("account={account}&role={role}");
        post(&chief_there, "delete_role", form).await;
        assert!(app.roles(&ada.to_string()).await.is_empty());
        open(&reader_there, page).await.expect(StatusCode::NOT_FOUND);
    });
}

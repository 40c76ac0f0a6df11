//! Troubleshooting over HTTP: the file for support, the findings as a page tells them, and roles removed with a plain
//! form.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use directory::role::extra::ExtraCount;
use directory::{Actor, Role};
use jiff::SignedDuration;

use crate::harness::{Answer, Client, PASSWORD, TestApp, as_in_the_server};

async fn get(client: &Client, path: &str) -> Answer {
    let client = client.with("accept", "text/html");
    client.send_to(Method::GET, path, Body::empty()).await
}

#[test]
fn the_file_for_support_is_for_those_of_the_account_and_holds_no_secret() {
    as_in_the_server(async {
        let app = TestApp::new().await;
        let idp = app.idp().await;
        let user = idp.create_user("ada.lovelace@acme.test").await;
        idp.create_group("Finance", &[&user]).await;
        let auditor = app
            .signed_in(app.account.id, "auditor@acme.test", Role::Auditor)
            .await;
        let neighbour = app
            .signed_in(app.other_account.id, "admin@other.test", Role::Administrator)
            .await;
        let path = format!("/download/{}/support.json", app.account.id);
        for client in [&app.anonymous(), &neighbour] {
            let answer = get(client, &path).await.expect(StatusCode::NOT_FOUND);
            assert_eq!(answer.text, "");
        }
        let answer = get(&auditor, &path).await.expect(StatusCode::OK);
        assert_eq!(
            answer.header("content-disposition"),
            Some("attachment; filename=\"rollcall-support.json\"")
        );
        assert!(answer.text.contains("\"version\": \"") && answer.text.contains("\"speaking\""));
        let folded = answer.text.to_lowercase();
        let tokens = app.directory.list_tokens(app.account.id).await.unwrap();
        let prefix = tokens[0].prefix.trim_end_matches('…').to_lowercase();
        for leak in [
            "lovelace", "finance", "acme", PASSWORD, "bearer", "$argon2", "hash", &prefix,
        ] {
            assert!(!folded.contains(leak), "{leak} is in {}", answer.text);
        }
    });
}

#[test]
fn a_page_tells_silence_by_its_length_and_names_the_contact_for_help() {
    as_in_the_server(async {
        let app = TestApp::new().await;
        let idp = app.idp().await;
        app.directory.choose_guide(app.account.id, "entra").await.unwrap();
        let user = idp.create_user("ada@acme.test").await;
        idp.create_group("Finance", &[&user]).await;
        let path = format!("/accounts/{}/troubleshooting", app.account.id);
        for (hours, said) in [
            (0, "The identity provider speaks"),
            (2, "It is quiet, which is normal"),
            (24, "Nothing has come for more than a day"),
        ] {
            app.pass(SignedDuration::from_hours(hours));
            // With a session that begins now.
            let name = format!("auditor-{hours}@acme.test");
            let auditor = app.signed_in(app.account.id, &name, Role::Auditor).await;
            let page = get(&auditor, &path).await.expect(StatusCode::OK);
            assert!(page.text.contains(said), "{hours}: {}", page.text);
            assert!(page.text.contains("mailto:help@rollcall.test"));
            assert!(
                page.text
                    .contains("Entra sends changes in a fixed cycle of about 40 minutes")
            );
        }
    });
}

#[test]
fn roles_are_removed_and_given_back_by_plain_forms() {
    as_in_the_server(async {
        let app = TestApp::new().await;
        let idp = app.idp().await;
        let ada = idp.create_user("ada@acme.test").await;
        let id = ada.parse().unwrap();
        let account = app.account.id;
        app.directory
            .give_role(&Actor::CommandLine, account, id, Role::Auditor)
            .await
            .unwrap();
        let admin = app
            .signed_in(app.account.id, "admin@acme.test", Role::Administrator)
            .await
            .with("accept", "text/html");
        let post = admin.with("content-type", "application/x-www-form-urlencoded");
        let pages = format!("/accounts/{account}/troubleshooting/roles");

        let list = get(&admin, &pages).await.expect(StatusCode::OK);
        let grant = format!("{ada}:auditor");
        assert!(list.text.contains(&format!("value=\"{grant}\"")), "{}", list.text);
        let confirm = get(&admin, &format!("{pages}/remove?grant={ada}%3Aauditor"))
            .await
            .expect(StatusCode::OK);
        assert!(confirm.text.contains("Remove 1 role"), "{}", confirm.text);

        let act = |name: &'static str| {
            leptos::server_fn::axum::server_fn_paths()
                .map(|(path, _)| path)
                .find(|path| path.contains(name))
                .unwrap()
        };
        let form = format!("account={account}&grants={grant}");
        let answer = post
            .send_to(Method::POST, act("remove_roles"), form)
            .await
            .expect(StatusCode::FOUND);
        let back = answer.header("location").unwrap().to_owned();
        assert_eq!(
            app.directory.count_extra_roles(account).await.unwrap(),
            ExtraCount::default()
        );
        let undo = get(&admin, &back).await.expect(StatusCode::OK);
        assert!(undo.text.contains("1 role was removed."), "{}", undo.text);
        let taken = back.split("undo=").nth(1).unwrap();
        post.send_to(
            Method::POST,
            act("restore_roles"),
            format!("account={account}&act={taken}"),
        )
        .await
        .expect(StatusCode::FOUND);
        assert_eq!(app.directory.count_extra_roles(account).await.unwrap().users, 1);
        let page = get(&admin, &back).await.expect(StatusCode::OK);
        assert!(!page.text.contains("1 role was removed."));
    });
}

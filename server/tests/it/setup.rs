//! The set-up as administrators and their colleagues meet it.

use std::collections::HashMap;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use directory::{Actor, NewUser, Role, Secret};
use jiff::SignedDuration;
use serde_json::json;
use tokio_stream::StreamExt as _;

use crate::harness::{Client, TestApp, USER, as_in_the_server};

async fn page(client: &Client, path: &str) -> crate::harness::Answer {
    client
        .with("accept", "text/html")
        .send_to(Method::GET, path, Body::empty())
        .await
}

#[test]
fn the_link_for_a_colleague_opens_guide_and_arrivals_and_never_shows_a_token() {
    as_in_the_server(async {
        let app = TestApp::new().await;
        let account = app.account.id;
        app.directory.choose_guide(account, "entra").await.unwrap();
        let token = app.token(account, false).await;
        let idp = app.anonymous().authorized(&format!("Bearer {}", token.expose()));
        idp.create_user("ada@acme.test").await;
        let link = app
            .directory
            .create_setup_link(&Actor::CommandLine, account, 7)
            .await
            .unwrap();
        let stranger = app.anonymous();
        let path = format!("/setup/{}", link.secret.expose());
        let opened = page(&stranger, &path).await.expect(StatusCode::OK);
        for shown in [
            "Set up provisioning for Acme",
            "Microsoft Entra",
            &format!("https://rollcall.test/scim/v2/{account}"),
            "First user",
            "ada@acme.test",
        ] {
            assert!(opened.text.contains(shown), "{shown}: {}", opened.text);
        }
        assert!(!opened.text.contains(token.expose()) && !opened.text.contains("/accounts/"));
        let sessions = opened.headers.get_all("set-cookie").iter().count();
        assert_eq!(sessions, 0, "it signs nobody in");

        page(&stranger, &format!("/accounts/{account}"))
            .await
            .expect(StatusCode::FOUND);
        page(&stranger, "/setup/guess").await.expect(StatusCode::GONE);
        let events = |secret: &str| format!("/events/setup/{secret}");
        let heard = stranger
            .send_to(Method::GET, &events("guess"), Body::empty())
            .await;
        assert_eq!(heard.text, "data: ended\n\n");
        let open = stranger
            .open(Method::GET, &events(link.secret.expose()), Body::empty())
            .await;
        let mut heard = open.into_body().into_data_stream();
        let first = heard.next().await.unwrap().unwrap();
        assert_eq!(&first[..], b"data: news\n\n");
        let links = app.directory.list_setup_links(account).await.unwrap();
        app.directory
            .withdraw_setup_link(&Actor::CommandLine, account, links[0].id)
            .await
            .unwrap();
        page(&stranger, &path).await.expect(StatusCode::GONE);
        app.pass(SignedDuration::from_secs(1));
        idp.create_user("grace@acme.test").await;
        let second = heard.next().await.unwrap().unwrap();
        assert_eq!(&second[..], b"data: ended\n\n");
        assert!(heard.next().await.is_none());
        let heard = stranger
            .send_to(Method::GET, &events(link.secret.expose()), Body::empty())
            .await;
        assert_eq!(heard.text, "data: ended\n\n");
    });
}

#[test]
fn feedback_reaches_the_owner_and_the_answer_reaches_who_asked() {
    as_in_the_server(async {
        let app = TestApp::new().await;
        let owner = app.owner().await;
        let account = app.account.id.to_string();
        let fields = [
            ("account", &*account),
            ("name", "Zitadel"),
            ("note", "<b>users</b>"),
        ];
        owner.call("wish_guide", &fields).await.expect(StatusCode::OK);
        let wishes = page(&owner, "/accounts/wishes").await.expect(StatusCode::OK);
        assert!(wishes.text.contains("Zitadel") && wishes.text.contains("1 account asks"));
        assert!(
            wishes.text.contains("&lt;b&gt;users"),
            "what people write is text"
        );
        let answer = [
            ("name", "zitadel"),
            ("state", "planned"),
            ("answer", "In the next version."),
        ];
        owner.call("answer_wish", &answer).await.expect(StatusCode::OK);
        let step = format!("/accounts/{account}/identity/provisioning/setup/prepare");
        let step = page(&owner, &step).await.expect(StatusCode::OK);
        assert!(step.text.contains("Planned") && step.text.contains("In the next version."));
        page(&app.anonymous(), "/accounts/wishes")
            .await
            .expect(StatusCode::FOUND);
    });
}

/// The outcomes of a preview's file, by username.
fn outcomes(file: &str) -> HashMap<String, String> {
    file.lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('"').split("\",\"").collect();
            (cells[0].to_owned(), cells[1].to_owned())
        })
        .collect()
}

#[test]
fn the_preview_of_a_thousand_directories_is_what_the_identity_provider_then_meets() {
    as_in_the_server(async {
        let app = TestApp::new().await;
        let owner = app.owner().await;
        let mut random = fastrand::Rng::with_seed(20_261_125);
        for round in 0..1000 {
            let account = app
                .directory
                .create_account(&Actor::CommandLine, &format!("Account {round}"))
                .await
                .unwrap()
                .id;
            app.directory
                .enable_provisioning(&Actor::CommandLine, account)
                .await
                .unwrap();
            let idp = app.client(account, false).await;
            let name = |number: usize, upper: bool| {
                let name = format!("user{number}@round{round}.test");
                if upper { name.to_uppercase() } else { name }
            };
            for number in 0..4 {
                let (of, break_glass) = match random.u8(0..5) {
                    0 => continue,
                    1 => (app.other_account.id, false),
                    2 => {
                        idp.create_user(&name(number, false)).await;
                        continue;
                    }
                    kind => (account, kind == 4),
                };
                let user = NewUser {
                    user_name: name(number, false),
                    roles: vec![Role::Member],
                    break_glass,
                    ..NewUser::default()
                };
                app.directory
                    .add_user(&Actor::CommandLine, of, user)
                    .await
                    .unwrap();
            }
            let sent: Vec<String> = (0..5).map(|number| name(number, random.bool())).collect();
            let account = account.to_string();
            let list = sent.join("\n");
            owner
                .call("show_preview", &[("account", &account), ("usernames", &list)])
                .await
                .expect(StatusCode::OK);
            let file = owner
                .send_to(
                    Method::GET,
                    &format!("/download/{account}/preview.csv"),
                    Body::empty(),
                )
                .await
                .expect(StatusCode::OK);
            let foretold = outcomes(&file.text);
            for user_name in sent {
                let body = json!({"schemas": [USER], "userName": user_name});
                let answer = idp.post("/Users", &body).await;
                let expected = match &*foretold[&user_name] {
                    "new" | "taken over" => 201,
                    "rejected" | "unchanged" => 409,
                    other => panic!("{other} was foretold of {user_name}"),
                };
                assert_eq!(answer.status.as_u16(), expected, "{user_name}: {}", file.text);
            }
        }
    });
}

#[test]
fn a_colleague_sees_what_was_refused_however_much_came_since() {
    as_in_the_server(async {
        let app = TestApp::new().await;
        let account = app.account.id;
        let idp = app.client(account, false).await;
        let body = json!({"schemas": [USER], "userName": "ada@acme.test"});
        idp.post("/Users", &body).await.expect(StatusCode::CREATED);
        let refused = idp.post("/Users", &body).await.expect(StatusCode::CONFLICT);
        let detail = refused.body["detail"].as_str().unwrap().to_owned();
        for number in 0..12 {
            idp.create_user(&format!("user{number}@acme.test")).await;
        }
        let link = app
            .directory
            .create_setup_link(&Actor::CommandLine, account, 7)
            .await
            .unwrap();
        let path = format!("/setup/{}", link.secret.expose());
        let opened = page(&app.anonymous(), &path).await.expect(StatusCode::OK);
        assert!(opened.text.contains(&detail), "{detail}: {}", opened.text);
        app.pass(SignedDuration::from_hours(25));
        let later = page(&app.anonymous(), &path).await.expect(StatusCode::OK);
        assert!(!later.text.contains(&detail), "{}", later.text);
    });
}

#[test]
fn a_preview_takes_as_many_users_as_it_promises_and_says_where_that_is_too_much() {
    as_in_the_server(async {
        let app = TestApp::new().await;
        let owner = app.owner().await;
        let account = app.account.id.to_string();
        let rows = (0..20_000).map(|number| {
            format!("user{number}@acme.test,\"Lovelace, Ada {number}\",Research and Development,Engineer,London,GB")
        });
        let heading = "userPrincipalName,displayName,department,jobTitle,city,country".to_owned();
        let list = std::iter::once(heading)
            .chain(rows)
            .collect::<Vec<_>>()
            .join("\n");
        owner
            .call("show_preview", &[("account", &account), ("usernames", &list)])
            .await
            .expect(StatusCode::OK);
        let form = format!(
            "account={account}&usernames={}",
            "ada%40acme.test%0A".repeat(20_000)
        );
        let path = crate::harness::function("show_preview");
        let plain = owner
            .with("accept", "text/html")
            .with("content-type", "application/x-www-form-urlencoded")
            .with("referer", "/");
        let taken = plain.send_to(Method::POST, path, form).await;
        assert_eq!(taken.status, StatusCode::FOUND, "{}", taken.text);

        let form = "usernames=".to_owned() + &"a".repeat(9_000_000);
        let length = form.len().to_string();
        let refused = plain
            .with("content-length", &length)
            .send_to(Method::POST, path, form.clone())
            .await
            .expect(StatusCode::PAYLOAD_TOO_LARGE);
        assert!(refused.text.contains("send less at a time"), "{}", refused.text);
        let refused = plain
            .with("accept", "application/json")
            .with("content-length", &length)
            .send_to(Method::POST, path, form)
            .await
            .expect(StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(refused.text, "\"too_large\"");
    });
}

#[test]
fn the_preview_as_a_file_is_for_who_may_read_the_account() {
    as_in_the_server(async {
        let app = TestApp::new().await;
        let owner = app.owner().await;
        let account = app.account.id.to_string();
        let file = format!("/download/{account}/preview.csv");
        let get = |client: Client| {
            let file = file.clone();
            async move { client.send_to(Method::GET, &file, Body::empty()).await }
        };
        get(owner.clone()).await.expect(StatusCode::NOT_FOUND);
        owner
            .call(
                "show_preview",
                &[("account", &account), ("usernames", "=cmd()\nada@acme.test")],
            )
            .await
            .expect(StatusCode::OK);
        let answer = get(owner.clone()).await.expect(StatusCode::OK);
        assert!(
            answer
                .header("content-disposition")
                .unwrap()
                .contains("preview.csv")
        );
        assert!(
            answer.text.contains("\"'=cmd()\""),
            "a spreadsheet runs nothing: {}",
            answer.text
        );
        get(app.anonymous()).await.expect(StatusCode::NOT_FOUND);
        let presented = Secret::presented("guess");
        let guess = app
            .anonymous()
            .with("cookie", &format!("__Host-rollcall={}", presented.expose()));
        get(guess).await.expect(StatusCode::NOT_FOUND);
    });
}

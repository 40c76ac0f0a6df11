//! The list of users as a file.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use directory::Role;
use serde_json::{Value, json};

use crate::harness::{Answer, Client, TestApp, USER, as_in_the_server};

async fn get(app: &TestApp, client: &Client, file: &str) -> Answer {
    let path = format!("/export/{}/{file}", app.account.id);
    client.send_to(Method::GET, &path, Body::empty()).await
}

/// The first cells of the lines.
fn first_cells(answer: &Answer) -> Vec<&str> {
    answer
        .text
        .lines()
        .map(|line| line.split(',').next().unwrap())
        .collect()
}

#[test]
fn an_auditor_may_have_it_and_nobody_from_outside() {
    as_in_the_server(async {
        let app = TestApp::new().await;
        app.idp().await.create_user("ada@acme.test").await;
        let auditor = app
            .signed_in(app.account.id, "auditor@acme.test", Role::Auditor)
            .await;
        let neighbour = app
            .signed_in(app.other_account.id, "admin@other.test", Role::Administrator)
            .await;
        for file in ["users.csv", "users.json"] {
            let answer = get(&app, &auditor, file).await.expect(StatusCode::OK);
            assert!(answer.text.contains("ada@acme.test"), "{}", answer.text);
            assert_eq!(
                answer.header("content-disposition"),
                Some(format!("attachment; filename=\"{file}\"").as_str())
            );
            for stranger in [&neighbour, &app.anonymous()] {
                let answer = get(&app, stranger, file).await.expect(StatusCode::NOT_FOUND);
                assert!(!answer.text.contains("ada"), "{}", answer.text);
            }
        }
        get(&app, &auditor, "users.exe")
            .await
            .expect(StatusCode::NOT_FOUND);
    });
}

#[test]
fn it_has_what_the_page_is_narrowed_to_in_its_order() {
    as_in_the_server(async {
        let app = TestApp::new().await;
        let auditor = app
            .signed_in(app.account.id, "auditor@acme.test", Role::Auditor)
            .await;
        let idp = app.idp().await;
        let ada = idp.create_user("ada@acme.test").await;
        idp.create_user("grace@acme.test").await;
        let group = idp.create_group("Finance", &[&ada]).await;
        app.give_group_role(&group, Role::Member).await;
        let answer = get(&app, &auditor, "users.csv?sort=-username").await;
        assert_eq!(
            first_cells(&answer),
            [
                "userName",
                "grace@acme.test",
                "auditor@acme.test",
                "ada@acme.test"
            ]
        );
        assert!(
            answer.text.contains("member,,member (Finance),"),
            "{}",
            answer.text
        );
        for (query, expected) in [
            ("managed=manual", vec!["userName", "auditor@acme.test"]),
            ("q=GRACE", vec!["userName", "grace@acme.test"]),
            ("group=finance", vec!["userName", "ada@acme.test"]),
            ("role=member&state=active", vec!["userName", "ada@acme.test"]),
            ("group=nothing", vec!["userName"]),
        ] {
            let answer = get(&app, &auditor, &format!("users.csv?{query}")).await;
            assert_eq!(first_cells(&answer), expected, "{query}");
        }
        let answer = get(&app, &auditor, "users.json?group=finance").await;
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(
            answer.body[0]["groupRoles"],
            json!([{"role": "member", "through": ["Finance"], "paused": false}])
        );
        assert_eq!(answer.body.as_array().map(Vec::len), Some(1));
        let answer = get(&app, &auditor, "users.json?group=nothing").await;
        assert_eq!(answer.body, json!([]));
    });
}

#[test]
fn names_from_outside_are_no_formulas() {
    as_in_the_server(async {
        let app = TestApp::new().await;
        let auditor = app
            .signed_in(app.account.id, "auditor@acme.test", Role::Auditor)
            .await;
        let user = json!({
            "schemas": [USER], "userName": "=1+1", "displayName": "@SUM(A1), \"x\"", "externalId": "-2",
        });
        app.idp()
            .await
            .post("/Users", &user)
            .await
            .expect(StatusCode::CREATED);
        let csv = get(&app, &auditor, "users.csv?managed=scim").await;
        let line = csv.text.lines().nth(1).unwrap();
        assert!(line.starts_with("'=1+1,\"'@SUM(A1), \"\"x\"\"\",,'-2,"), "{line}");
        let json = get(&app, &auditor, "users.json?managed=scim").await;
        assert_eq!(json.body[0]["userName"], "=1+1");
    });
}

#[test]
fn it_goes_on_behind_the_first_part() {
    as_in_the_server(async {
        let app = TestApp::new().await;
        let auditor = app
            .signed_in(app.account.id, "auditor@acme.test", Role::Auditor)
            .await;
        for number in 0..1_001 {
            app.manual_user(&format!("user{number:04}"), &[]).await;
        }
        let csv = get(&app, &auditor, "users.csv?q=user").await;
        let cells = first_cells(&csv);
        assert_eq!(
            (cells.len(), cells[1], cells[1_001]),
            (1_002, "user0000", "user1000")
        );
        let json = get(&app, &auditor, "users.json?q=user&sort=-username").await;
        let users: &Vec<Value> = json.body.as_array().unwrap();
        assert_eq!((users.len(), &users[0]["userName"]), (1_001, &json!("user1000")));
    });
}

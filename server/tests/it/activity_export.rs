//! The activity as a file: for who may read the account, all that the filter leaves.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use directory::Role;
use serde_json::Value;

use crate::harness::{TestApp, as_in_the_server};

#[test]
fn it_has_every_page_of_what_the_filter_leaves() {
    as_in_the_server(async {
        let app = TestApp::new().await;
        let idp = app.idp().await;
        for number in 0..230 {
            idp.create_user(&format!("=user-{number}@acme.test")).await;
        }
        let auditor = app
            .signed_in(app.account.id, "auditor@acme.test", Role::Auditor)
            .await;
        let export = |file: &'static str| {
            let path = format!("/export/{}/{file}", app.account.id);
            let auditor = &auditor;
            async move {
                let answer = auditor.send_to(Method::GET, &path, Body::empty()).await;
                answer.expect(StatusCode::OK)
            }
        };
        let answer = export("activity.jsonl?kind=users&who=tokens").await;
        let entries: Vec<Value> = answer
            .text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(entries.len(), 230);
        assert_eq!(entries[0]["subject"]["name"], "=user-229@acme.test");
        assert!(
            entries[0]["took"].as_u64().unwrap() > 0,
            "it says how long it took"
        );
        assert!(
            answer
                .header("content-disposition")
                .unwrap()
                .contains("activity.jsonl")
        );

        let answer = export("activity.csv?q=%3Duser-22").await;
        assert_eq!(
            answer.text.lines().count(),
            1 + 11,
            "a heading, user-22 and user-220 to user-229"
        );
        assert!(answer.text.contains("\"'=user-22@acme.test\""), "{}", answer.text);
        let answer = export("activity.csv?outcome=refused").await;
        assert_eq!(answer.text.lines().count(), 1);
        assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    });
}

#[test]
fn it_is_there_for_nobody_else() {
    as_in_the_server(async {
        let app = TestApp::new().await;
        let neighbour = app
            .signed_in(app.other_account.id, "auditor@other.test", Role::Auditor)
            .await;
        let path = format!("/export/{}/activity.csv", app.account.id);
        for client in [app.anonymous(), neighbour] {
            let answer = client.send_to(Method::GET, &path, Body::empty()).await;
            answer.expect(StatusCode::NOT_FOUND);
        }
        let own = app
            .signed_in(app.account.id, "auditor@acme.test", Role::Auditor)
            .await;
        let path = format!("/export/{}/nothing.csv", app.account.id);
        let answer = own.send_to(Method::GET, &path, Body::empty()).await;
        answer.expect(StatusCode::NOT_FOUND);
    });
}

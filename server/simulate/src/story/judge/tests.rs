use serde_json::json;

use super::*;
use crate::args::{Args, Dialect, Idp};
use crate::client::Client;

fn answer(status: u16, body: Value) -> Answer {
    Answer {
        status,
        body,
        content_type: Some("application/scim+json".to_owned()),
        location: None,
        retry_after: None,
    }
}

#[test]
fn faults_of_any_answer_are_seen() {
    let error = json!({"status": "404", "detail": "Gone."});
    for (answer, part) in [
        (answer(200, json!({"id": "1"})), None),
        (answer(204, Value::Null), None),
        (answer(404, error.clone()), None),
        (answer(200, json!({"totalResults": 0, "Resources": []})), None),
        (answer(201, Value::Null), Some("JSON object")),
        (answer(404, Value::Null), Some("SCIM's form")),
        (
            answer(404, json!({"status": 404, "detail": "x"})),
            Some("SCIM's form"),
        ),
        (
            answer(404, json!({"status": "404", "detail": ""})),
            Some("SCIM's form"),
        ),
        (
            answer(500, json!({"status": "500", "detail": "x"})),
            Some("failed"),
        ),
        (
            answer(429, json!({"status": "429", "detail": "x"})),
            Some("Retry-After"),
        ),
        (
            answer(
                200,
                json!({"totalResults": 1, "Resources": [{"id": "1", "password": "x"}]}),
            ),
            Some("password"),
        ),
        (
            answer(200, json!({"totalResults": "1", "Resources": []})),
            Some("totalResults"),
        ),
        (
            answer(
                200,
                json!({"totalResults": 1, "startIndex": "1", "Resources": []}),
            ),
            Some("startIndex"),
        ),
        (answer(200, json!({"totalResults": 0})), Some("Resources")),
        (answer(201, json!({"id": 7})), Some("JSON string")),
    ] {
        let faults = faults(&answer, true);
        match part {
            None => assert!(faults.is_empty(), "{faults:?}"),
            Some(part) => assert!(faults.concat().contains(part), "{part}: {faults:?}"),
        }
    }
    let html = Answer {
        content_type: Some("text/html".to_owned()),
        ..answer(404, error)
    };
    assert!(!faults(&html, true).is_empty());
    assert!(faults(&html, false).is_empty());
}

/// What a check says of an answer.
fn judged(check: impl FnOnce(&mut Story<'_>)) -> Vec<String> {
    let args = Args {
        idp: Idp::Entra,
        base_url: "http://127.0.0.1:1".to_owned(),
        token: "t0ken-t0ken".to_owned(),
        users: 3,
        groups: 1,
        rate: None,
        dialect: None,
        seed: 1,
        keep: false,
    };
    let client = Client::new(&args, Dialect::Default).unwrap();
    let mut failures = Vec::new();
    let mut on_step = |step: &crate::Step| {
        failures.clone_from(&step.failures);
        Ok(())
    };
    let mut story = Story::new(client, "Entra", "s3cret-word", &mut on_step);
    story.current = Some(crate::Step {
        phase: "",
        method: "GET".to_owned(),
        path: "/Users".to_owned(),
        status: 200,
        about: String::new(),
        assumed: false,
        failures: Vec::new(),
    });
    check(&mut story);
    story.end().unwrap();
    failures
}

#[test]
fn a_value_is_compared_as_it_was_sent_and_nothing_is_nothing() {
    let user = answer(200, json!({"title": "Analyst", "nickName": "", "emails": []}));
    for (pointer, expected, holds) in [
        ("/title", json!("Analyst"), true),
        ("/title", json!("analyst"), false),
        ("/title", Value::Null, false),
        ("/nickName", Value::Null, true),
        ("/emails", Value::Null, true),
        ("/locale", Value::Null, true),
        ("/locale", json!("en"), false),
    ] {
        let failures = judged(|story| story.expect_value(&user, pointer, &expected, "why"));
        assert_eq!(failures.is_empty(), holds, "{pointer} {expected}: {failures:?}");
    }
}

#[test]
fn a_value_of_a_type_is_one_value() {
    let check = |emails: Value| {
        let user = answer(200, json!({ "emails": emails }));
        judged(|story| story.expect_typed(&user, "emails", "work", ("value", "a@x.test"), "why"))
    };
    assert!(check(json!([{"type": "home", "value": "b"}, {"type": "work", "value": "a@x.test"}])).is_empty());
    for wrong in [
        Value::Null,
        json!([{"value": "a@x.test"}]),
        json!([{"type": "work", "value": "b@x.test"}]),
        json!([{"type": "work", "value": "a@x.test"}, {"type": "work", "display": "A"}]),
    ] {
        assert_eq!(check(wrong.clone()).len(), 1, "{wrong}");
    }
}

#[test]
fn a_page_that_lies_is_found_out() {
    let page = |start: usize, size: usize, ids: &[&str]| {
        let resources: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
        answer(
            200,
            json!({"totalResults": 9, "startIndex": start, "itemsPerPage": size, "Resources": resources}),
        )
    };
    let failures = |page: Answer| judged(|story| drop(story.expect_page(&page, 6, 2))).len();
    assert_eq!(failures(page(6, 2, &["a", "b"])), 0);
    assert_eq!(failures(page(1, 2, &["a", "b"])), 1);
    assert_eq!(failures(page(6, 9, &["a", "b"])), 1);
    assert_eq!(failures(page(6, 3, &["a", "b", "c"])), 1);
    assert_eq!(failures(page(6, 0, &[])), 1);

    let text = |ids: &[&str]| -> Vec<String> { ids.iter().map(|id| (*id).to_owned()).collect() };
    let walked = |seen: &[&str]| judged(|story| story.expect_each_once(text(seen), &text(&["a", "b"])));
    assert!(walked(&["c", "b", "a"]).is_empty());
    assert!(walked(&["a", "b", "a"])[0].contains("two pages"));
    assert!(walked(&["a", "c"])[0].contains("1 are on none"));
}

#[test]
fn a_failure_says_what_the_server_said_but_no_secret() {
    let refused = answer(
        400,
        json!({"status": "400", "scimType": "noTarget", "detail": "No t0ken-t0ken, no s3cret-word."}),
    );
    let failures = judged(|story| {
        story.expect_status(&refused, &[200, 204], "Entra expects the value to be made");
        story.judge_form(&refused);
    });
    assert_eq!(
        failures[0],
        "Entra expects the value to be made; expected 200 or 204, the server answered 400 noTarget: No \
         [secret], no [secret]."
    );
    assert!(failures[1].contains("password"), "{failures:?}");
}

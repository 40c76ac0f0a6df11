//! Servers that are polite and wrong.

use std::slice::from_ref;

use serde_json::{Value, json};
use simulate::{Dialect, Idp};

use crate::canned::{Answered, Asked, Canned, TOKEN, lists, refuses, says};

const ALL: [Idp; 9] = [
    Idp::Entra,
    Idp::Okta,
    Idp::Google,
    Idp::Onelogin,
    Idp::Jumpcloud,
    Idp::Ping,
    Idp::Keycloak,
    Idp::Authentik,
    Idp::Cyberark,
];

/// Takes everything with the best of statuses and keeps nothing of it.
fn yes_man() -> impl FnMut(&Asked) -> Answered + Send {
    let mut made = 0;
    move |asked| {
        let path = asked.path.split('?').next().unwrap_or_default();
        let is_list = path == "/Users" || path == "/Groups";
        match asked.method.as_str() {
            _ if asked.header("authorization") != Some(&format!("Bearer {TOKEN}")) => refuses(401, "Who?"),
            "POST" => {
                made += 1;
                let location = format!("http://server.test{path}/made-{made}");
                let body = json!({"id": format!("made-{made}"), "meta": {"location": location}});
                (201, format!("Location: {location}\r\n"), body)
            }
            "GET" if is_list => lists(&[]),
            "GET" => says(200, json!({"id": path.rsplit('/').next()})),
            "PUT" => says(200, asked.body.clone()),
            _ => says(204, Value::Null),
        }
    }
}

#[test]
fn a_server_that_says_yes_and_keeps_nothing_is_found_out_by_reading() {
    for idp in ALL {
        for dialect in idp.dialects() {
            let (outcome, table) = Canned::new(yes_man()).play(idp, *dialect);
            let found_out = |part: &str| outcome.failures.iter().any(|failure| failure.contains(part));
            assert!(
                found_out("found null"),
                "{idp:?} {dialect:?} reads users back: {table}"
            );
            if idp != Idp::Cyberark {
                assert!(
                    found_out("what was removed is not there any more"),
                    "{idp:?} {dialect:?} looks after a removal: {table}"
                );
            }
            if idp != Idp::Google {
                assert!(
                    found_out("are missing"),
                    "{idp:?} {dialect:?} reads members back: {table}"
                );
            }
            assert!(table.contains("FAIL"), "{table}");
            assert!(table.contains(&format!("{} not as expected", outcome.failures.len())));
        }
    }
}

#[test]
fn nobody_is_removed_by_a_server_that_takes_no_notice_of_filters() {
    let somebody = json!({"id": "the-boss", "userName": "boss@example.test", "displayName": "Boss"});
    let mut yes = yes_man();
    let server = Canned::new(move |asked| match asked.method.as_str() {
        "GET" if asked.path.contains("filter=") => lists(from_ref(&somebody)),
        _ => yes(asked),
    });
    for idp in ALL {
        let (outcome, _) = server.play(idp, idp.dialects()[0]);
        assert!(!outcome.failures.is_empty(), "{idp:?}");
    }
    let harmed: Vec<String> = server
        .asked()
        .into_iter()
        .filter(|asked| asked.method != "GET" && asked.path.contains("the-boss"))
        .map(|asked| format!("{} {}", asked.method, asked.path))
        .collect();
    assert!(harmed.is_empty(), "{harmed:?}");
}

#[test]
fn a_server_that_repeats_what_it_was_sent_tells_no_secret() {
    let mut yes = yes_man();
    let server = Canned::new(move |asked| match asked.method.as_str() {
        "POST" => refuses(
            400,
            &format!("{:?} {}", asked.header("authorization"), asked.body),
        ),
        _ => yes(asked),
    });
    let (outcome, table) = server.play(Idp::Okta, Dialect::Template);
    let password = server
        .asked()
        .iter()
        .find_map(|asked| asked.body["password"].as_str().map(str::to_owned))
        .unwrap();
    assert!(
        table.contains("a password that was sent is not repeated"),
        "{table}"
    );
    assert!(table.contains("[secret]"), "{table}");
    for secret in [TOKEN, &password] {
        assert!(!table.contains(secret), "{table}");
        assert!(!outcome.failures.concat().contains(secret));
    }
}

#[test]
fn what_cannot_be_created_ends_the_story_with_what_the_server_said() {
    let server = Canned::new(|asked| match asked.method.as_str() {
        "GET" => lists(&[]),
        _ => refuses(403, "This token may only read."),
    });
    let (outcome, table) = server.play(Idp::Google, Dialect::Default);
    assert!(
        outcome.failures[0].contains("expected 201, the server answered 403: This token may only read."),
        "{table}"
    );
    assert!(
        outcome.failures[0].ends_with("(That Google Workspace sends this is assumed.)"),
        "{table}"
    );
    let posts = server
        .asked()
        .iter()
        .filter(|asked| asked.method == "POST")
        .count();
    assert_eq!(posts, 1, "nothing follows a user that is not there");
}

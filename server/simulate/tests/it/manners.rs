//! What the simulator sends, seen by the server.

use std::io;

use serde_json::{Value, json};
use simulate::{Dialect, Error, Idp};

use crate::canned::{Asked, Canned, TOKEN, lists, refuses, says};

/// What it asks before the first user is refused to it.
fn asked(idp: Idp, dialect: Dialect) -> Vec<Asked> {
    let server = Canned::new(|asked| match asked.method.as_str() {
        "GET" => lists(&[]),
        _ => refuses(403, "No."),
    });
    server.play(idp, dialect);
    server.asked()
}

#[test]
fn okta_names_itself_and_encodes_blanks_by_percent() {
    let asked = asked(Idp::Okta, Dialect::Template);
    let lookup = asked
        .iter()
        .rfind(|asked| asked.path.starts_with("/Users?filter="))
        .unwrap();
    assert!(lookup.path.contains("userName%20eq%20%22"), "{}", lookup.path);
    assert!(
        lookup.path.ends_with("&startIndex=1&count=100"),
        "{}",
        lookup.path
    );
    assert_eq!(lookup.header("user-agent"), Some("Okta SCIM Client 1.0.0"));
    assert_eq!(lookup.header("accept"), Some("application/scim+json"));
    assert_eq!(lookup.header("accept-charset"), Some("utf-8"));
    assert_eq!(
        lookup.header("authorization"),
        Some(format!("Bearer {TOKEN}").as_str())
    );
    let created = asked.iter().find(|asked| asked.method == "POST").unwrap();
    assert_eq!(
        created.header("content-type"),
        Some("application/scim+json; charset=utf-8")
    );
    assert_eq!(created.body["groups"], json!([]));
}

#[test]
fn entra_encodes_blanks_by_plus_and_sends_its_flag_along() {
    let default = asked(Idp::Entra, Dialect::Default);
    let flag = asked(Idp::Entra, Dialect::Flag);
    assert!(default[0].path.contains("+eq+%22"), "{}", default[0].path);
    assert!(default.iter().all(|asked| !asked.path.contains("aadOptscim")));
    assert!(flag.iter().all(|asked| asked.path.contains("aadOptscim062020")));
    let created = default.iter().find(|asked| asked.method == "POST").unwrap();
    assert_eq!(created.body["active"], json!("True"));
    assert_eq!(created.body["title"], Value::Null);
    assert!(created.body.as_object().unwrap().contains_key("title"));
}

#[test]
fn the_same_seed_sends_the_same_requests() {
    let told = || -> Vec<String> {
        asked(Idp::Jumpcloud, Dialect::Default)
            .into_iter()
            .map(|asked| format!("{} {} {}", asked.method, asked.path, asked.body))
            .collect()
    };
    assert_eq!(told(), told());
}

#[test]
fn who_is_told_to_wait_waits_and_asks_again() {
    let mut refused = 0;
    let server = Canned::new(move |_| {
        refused += 1;
        match refused % 3 {
            0 => lists(&[]),
            _ => (
                429,
                "Retry-After: 0\r\n".to_owned(),
                json!({"status": "429", "detail": "Wait."}),
            ),
        }
    });
    let mut seen = Vec::new();
    let _ = simulate::play(&server.args(Idp::Google, Dialect::Default), &mut |step| {
        seen.push(step.status);
        Ok(())
    });
    assert_eq!(seen[..2], [200, 200], "no step sees a 429");
}

#[test]
fn who_may_not_ask_and_is_not_told_how_long_fails() {
    let server = Canned::new(|_| refuses(429, "Wait."));
    let (outcome, table) = server.play(Idp::Google, Dialect::Default);
    assert!(outcome.failures[0].contains("Retry-After"), "{table}");
}

#[test]
fn who_shows_the_steps_can_end_the_story() {
    let server = Canned::new(|_| says(200, json!({})));
    let ended = simulate::play(&server.args(Idp::Okta, Dialect::Aiw), &mut |_| {
        Err(io::Error::other("the window was closed"))
    });
    assert!(matches!(ended, Err(Error::Output(_))), "{ended:?}");
    let steps = server
        .asked()
        .iter()
        .filter(|asked| !asked.path.contains("filter="))
        .count();
    assert!(steps <= 2, "{steps}");
}

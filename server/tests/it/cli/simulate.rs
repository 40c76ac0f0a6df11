//! Every identity provider, in each of its dialects, played by the binary against the binary over HTTP.

use super::installation::Installation;
use super::set_up;

/// Plays one against a new account, twice: what the first run leaves must not disturb the second.
fn play(idp: &str, dialect: &str) {
    let installation = Installation::new();
    let (account, token) = set_up(&installation);
    let server = installation.serve();
    let base_url = format!("http://{}/scim/v2/{account}", server.address);
    for keep in [true, false] {
        let mut arguments = vec!["simulate", idp, "--base-url", &base_url, "--token", &token];
        arguments.extend(["--dialect", dialect, "--users", "12", "--groups", "3"]);
        if keep {
            arguments.push("--keep");
        }
        let output = installation.run(&arguments);
        let table = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success(),
            "{table}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(table.contains(" requests, 0 not as expected"), "{table}");
        assert!(!table.contains(&token), "the token is not shown: {table}");
    }
    for endpoint in ["Users", "Groups"] {
        let (_, body) = server.request("GET", &format!("/scim/v2/{account}/{endpoint}"), &token, "");
        assert!(body.contains("\"totalResults\":0"), "nothing is left: {body}");
    }
}

macro_rules! stories {
    ($($name:ident: $idp:literal $dialect:literal;)*) => {
        $(#[test] fn $name() { play($idp, $dialect); })*
    };
}

stories! {
    entra: "entra" "default";
    entra_with_the_flag: "entra" "flag";
    okta_custom_app: "okta" "aiw";
    okta_template: "okta" "template";
    google: "google" "default";
    onelogin: "onelogin" "default";
    jumpcloud: "jumpcloud" "default";
    pingone: "ping" "pingone";
    pingfederate: "ping" "pingfederate";
    keycloak_with_put: "keycloak" "put";
    keycloak_with_patch: "keycloak" "patch";
    authentik_with_patch: "authentik" "patch";
    authentik_with_put: "authentik" "put";
    cyberark: "cyberark" "default";
}

#[test]
fn a_server_that_does_otherwise_is_found_out() {
    let installation = Installation::new();
    let (account, token) = set_up(&installation);
    // The letter of the RFCs refuses what Entra sends.
    installation.silent(&["provisioning", "tolerance", "--account", &account, "strict"]);
    let server = installation.serve();
    let base_url = format!("http://{}/scim/v2/{account}", server.address);
    let output = installation.run(&["simulate", "entra", "--base-url", &base_url, "--token", &token]);
    assert_eq!(output.status.code(), Some(1));
    let table = String::from_utf8_lossy(&output.stdout);
    assert!(table.contains("FAIL"), "{table}");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        error.contains("does not do") || error.contains("did not do"),
        "{error}"
    );
}

#[test]
fn bad_usage_is_said_in_one_line() {
    let installation = Installation::new();
    let url = "http://127.0.0.1:9/scim/v2";
    let refused = installation.fails(
        &[
            "simulate",
            "okta",
            "--base-url",
            url,
            "--token",
            "x",
            "--dialect",
            "flag",
        ],
        2,
    );
    assert!(refused.contains("aiw, template"), "{refused}");
    let output = installation.run(&["simulate", "okta", "--base-url", url, "--token", "x"]);
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("no answer from the server"), "{error}");
}

//! The command line, through the real binary.

mod installation;
mod simulate;
mod usage;

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use installation::{Installation, Server, error_line};

const PASSWORD: &str = "correct horse battery staple";

/// Sets an account up with the command line alone; gives its id and a token.
fn set_up(installation: &Installation) -> (String, String) {
    let account = installation.line(&["account", "create", "--name", "Acme"]);
    installation.silent(&["provisioning", "enable", "--account", &account]);
    let token = installation.line(&[
        "token",
        "create",
        "--account",
        &account,
        "--name",
        "Entra",
        "--valid-for",
        "90d",
    ]);
    (account, token)
}

#[test]
fn an_account_is_set_up_without_a_server_and_served_afterwards() {
    let installation = Installation::new();
    let (account, token) = set_up(&installation);
    assert!(
        token.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'),
        "the token alone: {token}"
    );

    let server = installation.serve();
    let users = format!("/scim/v2/{account}/Users");
    assert_eq!(server.request("GET", &users, &token, "").0, 200);
    let (status, body) = server.request("POST", &users, &token, "{\"userName\": \"ada@acme.test\"}");
    assert_eq!(status, 201, "{body}");
    let base = format!("http://{}{users}/", server.address);
    assert!(body.contains(&base), "addresses are those listened on: {body}");
    assert_eq!(server.request("GET", "/healthz", "", "").0, 200);
    assert_eq!(server.request("GET", "/readyz", "", "").0, 200);
}

#[test]
fn commands_go_through_the_running_server_and_are_seen_at_once() {
    let installation = Installation::new();
    let server = installation.serve();
    let socket = installation.data().join("control.sock");
    assert_eq!(
        std::fs::metadata(&socket).unwrap().permissions().mode() & 0o777,
        0o600
    );

    let (account, token) = set_up(&installation);
    let users = format!("/scim/v2/{account}/Users");
    assert_eq!(server.request("GET", &users, &token, "").0, 200);
    installation.silent(&["provisioning", "disable", "--account", &account]);
    let (status, body) = server.request("GET", &users, &token, "");
    assert_eq!(status, 403, "{body}");
    assert!(body.contains("Provisioning is switched off"), "{body}");
    installation.silent(&["provisioning", "enable", "--account", &account]);
    assert_eq!(server.request("GET", &users, &token, "").0, 200);

    let read_only = installation.line(&[
        "token",
        "create",
        "--account",
        &account,
        "--name",
        "app",
        "--valid-for",
        "1y",
        "--read-only",
    ]);
    assert_eq!(server.request("GET", &users, &read_only, "").0, 200);
    assert_eq!(server.request("POST", &users, &read_only, "{}").0, 403);

    server.stop();
    assert!(!socket.exists(), "the socket goes with its server");
    installation.silent(&["provisioning", "disable", "--account", &account]);
}

#[test]
fn the_first_owner_gets_a_link_until_there_is_one() {
    let installation = Installation::new();
    let mut server = installation.serve_with(&["--public-url", "https://rollcall.test/"]);
    let announced = server.next_line();
    let link = announced
        .strip_prefix("Create the first owner: https://rollcall.test/start/")
        .expect("a link at the public URL");
    assert!(link.len() > 40, "{link}");

    let output = installation.run_with_input(
        &["owner", "create", "--email", "olga@acme.test"],
        &format!("{PASSWORD}\n"),
    );
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.stdout.is_empty());
    server.stop();

    let mut server = installation.serve();
    server.terminate();
    assert_eq!(server.next_line(), "", "the address is all that is said");
}

#[test]
fn a_second_server_on_the_folder_is_refused_in_words() {
    let installation = Installation::new();
    let server = installation.serve();
    let refused = installation.fails(&["serve", "--listen", "127.0.0.1:0"], 1);
    assert!(
        refused.contains("another server runs on the data folder"),
        "{refused}"
    );
    assert!(refused.contains("--data"), "{refused}");
    assert_eq!(
        server.request("GET", "/healthz", "", "").0,
        200,
        "the first one goes on"
    );
}

#[test]
fn a_server_that_was_killed_leaves_nothing_in_the_way() {
    let installation = Installation::new();
    drop(installation.serve());
    assert!(
        installation.data().join("control.sock").exists(),
        "it could not clean up"
    );
    installation.line(&["account", "create", "--name", "Acme"]);
    installation.serve().stop();
}

#[test]
fn commands_at_the_same_time_wait_for_each_other() {
    let installation = Installation::new();
    let running: Vec<_> = (0..5)
        .map(|number| {
            let mut command =
                installation.command(&["account", "create", "--name", &format!("Acme {number}")]);
            command
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for child in running {
        let output = child.wait_with_output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn a_request_that_has_begun_is_finished_before_the_server_stops() {
    let installation = Installation::new();
    let (account, token) = set_up(&installation);
    let server = installation.serve();
    let body = "{\"userName\": \"ada@acme.test\"}";
    let mut request = server.begin("POST", &format!("/scim/v2/{account}/Users"), &token, body.len());
    server.terminate();
    request.write_all(body.as_bytes()).unwrap();
    assert_eq!(Server::answer(request).0, 201);
    server.wait();
    let server = installation.serve();
    let (_, users) = server.request("GET", &format!("/scim/v2/{account}/Users"), &token, "");
    assert!(
        users.contains("ada@acme.test"),
        "an answered write is kept: {users}"
    );
}

#[test]
fn an_address_in_use_is_told_with_what_to_do() {
    let (one, two) = (Installation::new(), Installation::new());
    let server = one.serve();
    let refused = two.fails(&["serve", "--listen", &server.address], 1);
    assert!(
        refused.contains(&server.address) && refused.contains("--listen"),
        "{refused}"
    );
}

#[test]
fn users_get_links_and_groups_get_roles() {
    let installation = Installation::new();
    let (account, token) = set_up(&installation);
    let user = [
        "user",
        "create",
        "--account",
        &account,
        "--user-name",
        "root@acme.test",
        "--role",
        "administrator",
    ];
    let id = installation.line(&[&user[..], &["--break-glass"]].concat());
    assert_eq!(id.len(), 36, "the id alone: {id}");
    let link = [
        "user",
        "link",
        "--account",
        &account,
        "--user-name",
        "Root@acme.test",
    ];
    assert!(
        installation
            .line(&link)
            .starts_with("http://127.0.0.1:3000/link/")
    );
    let elsewhere = installation.line(&[&link[..], &["--public-url", "https://rollcall.test"]].concat());
    assert!(
        elsewhere.starts_with("https://rollcall.test/link/"),
        "{elsewhere}"
    );

    let server = installation.serve_with(&["--public-url", "https://public.test"]);
    assert!(
        installation.line(&link).starts_with("https://public.test/link/"),
        "the running server knows"
    );
    let groups = format!("/scim/v2/{account}/Groups");
    assert_eq!(
        server
            .request("POST", &groups, &token, "{\"displayName\": \"Sales EMEA\"}")
            .0,
        201
    );
    let group = [
        "--account",
        &account,
        "--group",
        "sales emea",
        "--role",
        "Auditor",
    ];
    installation.silent(&[&["group", "grant"][..], &group].concat());
    installation.silent(&[&["group", "revoke"][..], &group].concat());
    let missing = [
        "group",
        "grant",
        "--account",
        &account,
        "--group",
        "Nobody",
        "--role",
        "auditor",
    ];
    let refused = installation.fails(&missing, 1);
    assert!(refused.contains("no group 'Nobody'"), "{refused}");
    let boss = [&["group", "grant"][..], &group[..5], &["boss"]].concat();
    let refused = installation.fails(&boss, 1);
    assert!(
        refused.contains("no role 'boss'") && refused.contains("administrator, auditor, member"),
        "{refused}"
    );
}

#[test]
fn the_rules_refuse_in_words() {
    let installation = Installation::new();
    let (account, _) = set_up(&installation);
    let unknown = "00000000-0000-7000-8000-000000000000";
    let token = |account: &str, valid_for: &str| {
        installation.run(&[
            "token",
            "create",
            "--account",
            account,
            "--name",
            "x",
            "--valid-for",
            valid_for,
        ])
    };
    assert!(token(&account, "90d").status.success());
    let third = error_line(&token(&account, "90d"), 1, &["a third token"]);
    assert!(third.contains("revoke one first"), "{third}");
    let too_long = error_line(&token(&account, "50y"), 1, &["50 years"]);
    assert!(too_long.contains("years from now"), "{too_long}");
    let nobody = error_line(&token(unknown, "90d"), 1, &["no account"]);
    assert!(
        nobody.contains("there is no account") && nobody.contains("rollcall account create"),
        "{nobody}"
    );
    let no_name = installation.fails(&["account", "create", "--name", " "], 1);
    assert!(no_name.contains("the name must have"), "{no_name}");
    let no_user = installation.fails(
        &["user", "link", "--account", &account, "--user-name", "nobody"],
        1,
    );
    assert!(no_user.contains("no user 'nobody'"), "{no_user}");
    let output = installation.run_with_input(&["owner", "create", "--email", "olga@acme.test"], "short\n");
    let short = error_line(&output, 1, &["a short password"]);
    assert!(short.contains("password must have"), "{short}");
}

#[test]
fn neither_a_token_nor_a_link_nor_a_body_is_logged() {
    let installation = Installation::new();
    let (account, token) = set_up(&installation);
    let log = installation.data().join("log");
    let mut command = installation.command(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--log",
        "trace",
        "--log-format",
        "json",
    ]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    let address = line
        .trim()
        .strip_prefix("Rollcall listens on http://")
        .unwrap()
        .to_owned();
    let server = Server {
        child,
        address,
        output,
    };
    let users = format!("/scim/v2/{account}/Users");
    let body = "{\"userName\": \"ada@acme.test\", \"password\": \"x7Random\", \"title\": \"Countess\"}";
    assert_eq!(server.request("POST", &users, &token, body).0, 201);
    server.request("GET", "/start/rs_never_to_be_seen", "", "");
    server.request("GET", "/link/rl_never_to_be_seen", "", "");
    server.stop();

    let logged = std::fs::read_to_string(&log).unwrap();
    for secret in [token.as_str(), "x7Random", "Countess", "never_to_be_seen"] {
        assert!(!logged.contains(secret), "the log has {secret}");
    }
    assert!(logged.contains("answered 201"), "{logged}");
    assert!(logged.contains("/start/…"), "{logged}");
    assert!(
        logged.lines().all(|line| line.starts_with('{')),
        "each line is JSON"
    );
}

#[cfg(feature = "test-clock")]
#[test]
fn the_time_is_read_from_a_file_where_tests_need_another_day() {
    let installation = Installation::new();
    let (account, token) = set_up(&installation);
    let clock = installation.data().join("clock");
    let server = installation.serve_with(&["--clock-file", clock.to_str().unwrap()]);
    let users = format!("/scim/v2/{account}/Users");
    assert_eq!(
        server.request("GET", &users, &token, "").0,
        200,
        "without a file it is now"
    );
    std::fs::write(&clock, "2200-01-01T00:00:00Z").unwrap();
    assert_eq!(
        server.request("GET", &users, &token, "").0,
        401,
        "the token has expired long since"
    );
}

//! What the command line takes, and where settings come from.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use super::installation::{Installation, error_line};

#[test]
fn a_command_line_that_cannot_be_is_bad_usage() {
    let installation = Installation::new();
    for (args, words) in [
        (&[][..], "subcommand"),
        (&["nonsense"], "nonsense"),
        (&["account", "create"], "--name"),
        (
            &["account", "create", "--name", "Acme", "--nonsense"],
            "--nonsense",
        ),
        (
            &[
                "token",
                "create",
                "--account",
                "x",
                "--name",
                "n",
                "--valid-for",
                "90d",
            ],
            "--account",
        ),
        (
            &[
                "token",
                "create",
                "--account",
                "00000000-0000-7000-8000-000000000000",
                "--name",
                "n",
                "--valid-for",
                "soon",
            ],
            "90d",
        ),
        (&["serve", "--listen", "nowhere"], "--listen"),
        (
            &["serve", "--public-url", "rollcall.test"],
            "https://rollcall.example.com",
        ),
        (&["serve", "--trusted-proxy", "proxy"], "10.0.0.0/8"),
        (&["serve", "--rate-limit", "0"], "off"),
        (&["serve", "--log", "info,=["], "--log"),
        (
            &["serve", "--database-url", "postgres://localhost/rollcall"],
            "not supported yet",
        ),
        (
            &[
                "account",
                "create",
                "--name",
                "Acme",
                "--database-url",
                "postgres://localhost/rollcall",
            ],
            "not supported yet",
        ),
        (
            &["owner", "create", "--email", "olga@acme.test"],
            "standard input",
        ),
    ] {
        let line = installation.fails(args, 2);
        assert!(line.starts_with("rollcall: "), "{line}");
        assert!(line.contains(words), "{args:?}: {line}");
    }
    // Without any setting at all, too.
    for args in [&[][..], &["token"]] {
        let output = installation
            .command(args)
            .env_remove("ROLLCALL_DATA")
            .output()
            .unwrap();
        let line = error_line(&output, 2, args);
        assert!(line.contains("subcommand"), "{args:?}: {line}");
    }
    assert!(
        !installation.data().join("rollcall.db").exists(),
        "nothing was made"
    );
}

#[test]
fn settings_come_from_the_environment_and_flags_win() {
    let installation = Installation::new();
    let mut command = installation.command(&["serve", "--public-url", "https://flag.test"]);
    command
        .env("ROLLCALL_PUBLIC_URL", "https://environment.test")
        .env("ROLLCALL_LISTEN", "127.0.0.1:0");
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = output.next().unwrap().unwrap();
    assert!(
        address.starts_with("Rollcall listens on http://127.0.0.1:"),
        "{address}"
    );
    let link = output.next().unwrap().unwrap();
    assert!(link.contains("https://flag.test/start/"), "{link}");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn help_says_what_there_is() {
    let installation = Installation::new();
    let help = installation.run(&["--help"]);
    assert!(help.status.success());
    let help = String::from_utf8(help.stdout).unwrap();
    for command in [
        "serve",
        "owner",
        "account",
        "provisioning",
        "token",
        "user",
        "group",
    ] {
        assert!(help.contains(command), "{command} is missing:\n{help}");
    }
    let version = installation.run(&["--version"]);
    assert_eq!(
        String::from_utf8(version.stdout).unwrap(),
        format!("rollcall {}\n", env!("CARGO_PKG_VERSION"))
    );
}

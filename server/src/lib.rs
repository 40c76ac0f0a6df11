//! Rollcall's binary: the command line, the HTTP surface, start and stop.
//!
//! No rule about users or roles lives here; they are in `directory`. Start reading at [`cli`] for what can be asked on
//! the command line, and at [`http::router`] for what is served.

pub mod cli;
pub mod commands;
pub mod config;
mod control;
mod host;
pub mod http;
pub mod state;
mod telemetry;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

/// Exit code for a command line that cannot be understood.
const BAD_USAGE: u8 = 2;

/// Reads the command line and does what it says; a server serves the console with `files`.
///
/// What a command prints goes to standard output. An error is one line on standard error; the exit code is then 2 for
/// bad usage and 1 for a failure.
pub async fn run(files: http::Files) -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return report_usage(&error),
    };
    match commands::dispatch(cli, files).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let bad_usage = error.downcast_ref::<config::BadUsage>().is_some();
            complain(&format!("{error:#}"));
            if bad_usage {
                ExitCode::from(BAD_USAGE)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

/// Help and version go where they were asked to; a mistake becomes one line that says what to do.
fn report_usage(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // Nobody to tell where standard output is closed.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let text = match error.kind() {
        // Where nothing at all was said; the whole help is no line.
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "the command is missing its subcommand".to_owned()
        }
        _ => error.to_string(),
    };
    let message = text.split("\n\nUsage:").next().unwrap_or(&text);
    let message = message
        .split("\n\nFor more information")
        .next()
        .unwrap_or(message);
    let message = message
        .strip_prefix("error: ")
        .unwrap_or(message)
        .trim()
        .trim_end_matches('.');
    complain(&format!("{message}; --help shows what there is"));
    ExitCode::from(BAD_USAGE)
}

/// One line on standard error, whatever the message holds.
fn complain(message: &str) {
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    // Nobody to tell where standard error is closed.
    let _ = writeln!(std::io::stderr(), "rollcall: {line}");
}

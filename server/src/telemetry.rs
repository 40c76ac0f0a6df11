//! What is logged and how: to standard error, so that standard output stays for what a command answers.

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

use crate::config::BadUsage;

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// A JSON object a line, for collectors.
    Json,
}

/// Starts logging with a filter such as `info,directory=debug`.
///
/// # Errors
/// [`BadUsage`] where the filter cannot be read.
pub(crate) fn start(filter: &str, format: LogFormat) -> Result<(), BadUsage> {
    let filter = EnvFilter::try_new(filter).map_err(|error| {
        BadUsage(format!(
            "--log {filter}: {error}; give a level such as info, or info,directory=debug"
        ))
    })?;
    // It logs whole addresses, and those of one-time links are secrets.
    let filter = filter.add_directive("tower_http::csrf=off".parse().expect("a directive"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => lines
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
    Ok(())
}

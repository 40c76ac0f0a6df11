//! Plays an identity provider over HTTP against any SCIM 2.0 server, in its true dialect, order and paging:
//! test of the connection, first cycle, later changes, disabling, groups and their members, removal.
//!
//! It knows nothing of the server but its base URL and a token, and judges it by what it reads back later,
//! not by status codes alone. Start reading at [`run`]; each identity provider is a file in `idp`, a story
//! from top to bottom. [`play`] is the same without a table, for who shows the steps otherwise.

mod args;
mod client;
mod idp;
mod people;
mod report;
mod story;

use std::io::{self, Write};

pub use args::{Args, Dialect, Idp};
pub use story::Step;

use client::Client;
use people::People;
use report::Report;
use story::Story;

/// Why a story could not be told to its end.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The base URL is none, or the dialect is not one of this identity provider.
    #[error("{0}")]
    Usage(String),
    /// No answer came.
    #[error("{request}: no answer from the server: {reason}")]
    Unreachable {
        /// What was sent.
        request: String,
        /// What the network said.
        reason: String,
    },
    /// What follows needs something that the server did not give; the step says what.
    #[error("the story cannot go on")]
    Stuck,
    /// The report cannot be written.
    #[error("the report cannot be written: {0}")]
    Output(#[from] std::io::Error),
}

/// What came of a story.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Requests that were sent.
    pub steps: usize,
    /// What the server did not do as this identity provider expects, in sentences.
    pub failures: Vec<String>,
}

/// Plays the identity provider, writes a table of what was sent, what came and what was read back, and says
/// what came of it. Everything that it made is removed at the end. Blocks.
///
/// # Errors
/// [`Error::Usage`], [`Error::Unreachable`], [`Error::Output`].
pub fn run(args: &Args, out: &mut impl Write) -> Result<Outcome, Error> {
    let mut report = Report::new(out);
    report.head(args.idp, args.dialect()?)?;
    let outcome = play(args, &mut |step| report.step(step))?;
    report.foot(&outcome)?;
    Ok(outcome)
}

/// Plays the identity provider and hands over each step once it is judged. Everything that it made is removed
/// at the end. Blocks; an error that `on_step` returns ends it at once, and leaves what was made.
///
/// # Errors
/// [`Error::Usage`], [`Error::Unreachable`], [`Error::Output`] with what `on_step` returned.
pub fn play(args: &Args, on_step: &mut dyn FnMut(&Step) -> io::Result<()>) -> Result<Outcome, Error> {
    let dialect = args.dialect()?;
    let client = Client::new(args, dialect)?;
    let people = People::new(&args.idp.word(), args.seed, args.users, args.groups);
    let mut story = Story::new(client, args.idp.label(), &people.password, on_step);
    let told = story
        .clear(&people)
        .and_then(|()| idp::play(args.idp, dialect, &mut story, &people));
    match told {
        Ok(()) | Err(Error::Stuck) => {}
        Err(error) => return Err(error),
    }
    if !args.keep {
        story.clean_up()?;
    }
    story.end()
}

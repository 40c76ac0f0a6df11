//! A directory of a test's own: a real store in a folder that goes away, and a clock that stands still.

use directory::{AccountId, Actor, Clock, Directory, DirectoryError, OpenOptions, Refusal};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

pub(crate) struct Harness {
    pub(crate) directory: Directory,
    pub(crate) clock: Clock,
    folder: TempDir,
}

/// Everything in these tests that is not about who did it is done by this one.
pub(crate) const ACTOR: Actor = Actor::CommandLine;

impl Harness {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::manual("2026-12-01T09:00:00Z".parse().unwrap());
        let directory = open(&folder, &clock).await;
        Self {
            directory,
            clock,
            folder,
        }
    }

    /// Closes the store and opens it again, as a restart does.
    pub(crate) async fn restart(&mut self) {
        self.directory.close().await;
        self.directory = open(&self.folder, &self.clock).await;
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn advance(&self, by: SignedDuration) {
        self.clock.set(self.clock.now() + by);
    }

    pub(crate) async fn account(&self, name: &str) -> AccountId {
        self.directory.create_account(&ACTOR, name).await.unwrap().id
    }
}

async fn open(folder: &TempDir, clock: &Clock) -> Directory {
    let options = OpenOptions {
        data: folder.path().to_owned(),
        clock: clock.clone(),
    };
    Directory::open(options).await.unwrap()
}

pub(crate) fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

/// The reason of a refusal by a rule.
#[track_caller]
pub(crate) fn refusal<T: std::fmt::Debug>(result: Result<T, DirectoryError>) -> Refusal {
    match result {
        Err(DirectoryError::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

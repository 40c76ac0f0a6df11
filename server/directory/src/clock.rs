//! The only place that reads the system's time.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

/// Where the time comes from: the system, or, in tests, a value that they move by hand.
#[derive(Debug, Clone, Default)]
pub struct Clock(Source);

#[derive(Debug, Clone, Default)]
enum Source {
    #[default]
    System,
    Manual(Arc<Mutex<Timestamp>>),
    File(PathBuf),
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still at `start` until [`Clock::set`] moves it.
    pub fn manual(start: Timestamp) -> Self {
        Self(Source::Manual(Arc::new(Mutex::new(start))))
    }

    /// A clock that reads an RFC 3339 time from a file at each call; where the file cannot be read, the system's time.
    pub fn file(path: PathBuf) -> Self {
        Self(Source::File(path))
    }

    /// Moves a manual clock; the others ignore it.
    pub fn set(&self, now: Timestamp) {
        if let Source::Manual(time) = &self.0 {
            *time.lock().unwrap_or_else(PoisonError::into_inner) = now;
        }
    }

    /// The current time, cut to microseconds, the unit of the store.
    pub fn now(&self) -> Timestamp {
        let now = match &self.0 {
            Source::System => system_now(),
            Source::Manual(time) => *time.lock().unwrap_or_else(PoisonError::into_inner),
            Source::File(path) => std::fs::read_to_string(path)
                .ok()
                .and_then(|text| text.trim().parse().ok())
                .unwrap_or_else(system_now),
        };
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock")]
fn system_now() -> Timestamp {
    Timestamp::now()
}

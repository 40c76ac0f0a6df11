//! Counts failed sign-ins by name and by address, and says when the next attempt is allowed.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::Refusal;

/// How long failures are counted together.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// Failures for one name in a window.
const BY_NAME: u32 = 10;
/// Failures from one address in a window; many people may share one.
const BY_ADDRESS: u32 = 50;
/// Names and addresses remembered; beyond it, the expired ones are forgotten, then all.
const REMEMBERED: usize = 10_000;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Name(String),
    Address(String),
}

#[derive(Debug)]
struct Failures {
    count: u32,
    until: Timestamp,
}

/// The failures of this process; a restart forgets them.
#[derive(Debug, Default)]
pub(crate) struct Throttle(Mutex<HashMap<Key, Failures>>);

impl Throttle {
    /// Counts an attempt as failed, before it is tried, so that many at once cannot slip through.
    ///
    /// # Errors
    /// [`Refusal::Throttled`] where too many have failed already.
    pub(crate) fn attempt(&self, name: &str, address: &str, now: Timestamp) -> Result<(), Refusal> {
        let mut failures = self.lock();
        if failures.len() >= REMEMBERED {
            failures.retain(|_, failed| failed.until > now);
            if failures.len() >= REMEMBERED {
                failures.clear();
            }
        }
        let keys = [
            (Key::Name(name.to_owned()), BY_NAME),
            (Key::Address(address.to_owned()), BY_ADDRESS),
        ];
        for (key, most) in &keys {
            if let Some(failed) = failures.get(key)
                && failed.until > now
                && failed.count >= *most
            {
                let seconds = failed.until.duration_since(now).as_secs().max(1);
                return Err(Refusal::Throttled {
                    seconds: u32::try_from(seconds).unwrap_or(u32::MAX),
                });
            }
        }
        for (key, _) in keys {
            let failed = failures.entry(key).or_insert(Failures { count: 0, until: now });
            if failed.until <= now {
                *failed = Failures {
                    count: 0,
                    until: now + WINDOW,
                };
            }
            failed.count += 1;
        }
        Ok(())
    }

    /// Takes back what [`Throttle::attempt`] counted: the attempt succeeded. The name starts afresh.
    pub(crate) fn succeeded(&self, name: &str, address: &str) {
        let mut failures = self.lock();
        failures.remove(&Key::Name(name.to_owned()));
        if let Some(failed) = failures.get_mut(&Key::Address(address.to_owned())) {
            failed.count = failed.count.saturating_sub(1);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Failures>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }

    #[test]
    fn a_name_is_throttled_until_its_window_ends() {
        let throttle = Throttle::default();
        for attempt in 0..10 {
            assert_eq!(
                throttle.attempt("ada", &format!("10.0.0.{attempt}"), at(0)),
                Ok(())
            );
        }
        assert_eq!(
            throttle.attempt("ada", "10.0.0.99", at(60)),
            Err(Refusal::Throttled { seconds: 840 })
        );
        assert_eq!(throttle.attempt("grace", "10.0.0.99", at(60)), Ok(()));
        assert_eq!(throttle.attempt("ada", "10.0.0.99", at(900)), Ok(()));
    }

    #[test]
    fn an_address_is_throttled_whatever_the_name() {
        let throttle = Throttle::default();
        for attempt in 0..50 {
            assert_eq!(
                throttle.attempt(&format!("user{attempt}"), "10.0.0.1", at(0)),
                Ok(())
            );
        }
        assert!(throttle.attempt("ada", "10.0.0.1", at(1)).is_err());
        assert_eq!(throttle.attempt("ada", "10.0.0.2", at(1)), Ok(()));
    }

    #[test]
    fn success_counts_against_nobody() {
        let throttle = Throttle::default();
        for _ in 0..200 {
            assert_eq!(throttle.attempt("ada", "10.0.0.1", at(0)), Ok(()));
            throttle.succeeded("ada", "10.0.0.1");
        }
    }
}

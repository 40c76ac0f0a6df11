//! What came over the wire, as counts: who sent how much in each minute. Noted in memory and stored from time to time,
//! since a read never becomes a write; kept for a month.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::arrival::DoorRefusal;
use super::rhythm::{self, Contact, Cycles};
use crate::{AccountId, Bearer, Directory, DirectoryError, TokenId, db};

/// Microseconds of a row.
const MINUTE: i64 = 60 * 1_000_000;
/// How long rows are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(31 * 24);
/// Rows that are removed in one transaction.
const STEP: i64 = 1_000;

/// Who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Source {
    /// A token that may write: the identity provider.
    Provisioning(TokenId),
    /// A token that may only read: an app.
    Reading(TokenId),
    /// Somebody without a valid token.
    TurnedAway(DoorRefusal),
}

impl Source {
    fn kind(self) -> &'static str {
        match self {
            Self::Provisioning(_) => "provisioning",
            Self::Reading(_) => "reading",
            Self::TurnedAway(_) => "turned_away",
        }
    }

    fn name(self) -> String {
        match self {
            Self::Provisioning(token) | Self::Reading(token) => token.to_string(),
            Self::TurnedAway(reason) => reason.as_str().to_owned(),
        }
    }
}

/// What came in a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct Counts {
    first_at: i64,
    last_at: i64,
    requests: i64,
    reads: i64,
    refused: i64,
}

impl Counts {
    fn add(&mut self, more: &Self) {
        self.first_at = self.first_at.min(more.first_at);
        self.last_at = self.last_at.max(more.last_at);
        self.requests += more.requests;
        self.reads += more.reads;
        self.refused += more.refused;
    }
}

/// A minute of an account, and who spoke in it.
type Row = (AccountId, i64, Source);

/// What this process has noted and the store lacks.
#[derive(Debug, Default)]
pub(crate) struct Traffic(Mutex<HashMap<Row, Counts>>);

/// One thing that is counted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Counted {
    Request,
    Read,
    Refused,
}

impl Traffic {
    fn lock(&self) -> MutexGuard<'_, HashMap<Row, Counts>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a request that came with a valid token.
    pub(crate) fn request(&self, bearer: &Bearer, at: Timestamp) {
        self.count(bearer, at, Counted::Request);
    }

    /// Notes a request without one. Sources are few, whatever an attacker sends.
    pub(crate) fn turned_away(&self, account: AccountId, reason: DoorRefusal, at: Timestamp) {
        self.note(account, Source::TurnedAway(reason), at, Counted::Request);
    }

    pub(super) fn count(&self, bearer: &Bearer, at: Timestamp, counted: Counted) {
        let source = if bearer.read_only {
            Source::Reading(bearer.token)
        } else {
            Source::Provisioning(bearer.token)
        };
        self.note(bearer.account, source, at, counted);
    }

    fn note(&self, account: AccountId, source: Source, at: Timestamp, counted: Counted) {
        let minute = start_of_minute(at);
        let at = at.as_microsecond();
        let one = |which: bool| i64::from(which);
        let counts = Counts {
            first_at: at,
            last_at: at,
            requests: one(matches!(counted, Counted::Request)),
            reads: one(matches!(counted, Counted::Read)),
            refused: one(matches!(counted, Counted::Refused)),
        };
        self.lock()
            .entry((account, minute, source))
            .and_modify(|known| known.add(&counts))
            .or_insert(counts);
    }
}

fn start_of_minute(at: Timestamp) -> i64 {
    let at = at.as_microsecond();
    at - at.rem_euclid(MINUTE)
}

/// What came to an account over a time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Totals {
    /// Requests with a valid token.
    pub requests: i64,
    /// Reads that were answered.
    pub reads: i64,
    /// What was refused after its token was accepted.
    pub refused: i64,
    /// Requests without a valid token.
    pub turned_away: i64,
}

impl Directory {
    /// The cycles of the account's identity provider since `since`, and their rhythm. Apps that only read do not count.
    ///
    /// Reads a row for each minute in which something came.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn cycles(&self, account: AccountId, since: Timestamp) -> Result<Cycles, DirectoryError> {
        let since = start_of_minute(since);
        // First, last, requests, refused.
        let mut minutes: Vec<(i64, i64, i64, i64)> = db::rows(
            "SELECT MIN(first_at), MAX(last_at), SUM(requests), SUM(refused)
             FROM traffic WHERE account_id = $1 AND minute >= $2 AND kind = 'provisioning'
             GROUP BY minute",
        )
        .bind(account)
        .bind(since)
        .fetch_all(self.readers())
        .await?;
        for ((of, minute, source), counts) in self.inner().traffic.lock().iter() {
            if *of == account && *minute >= since && matches!(source, Source::Provisioning(_)) {
                minutes.push((counts.first_at, counts.last_at, counts.requests, counts.refused));
            }
        }
        minutes.sort_unstable();
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        let contacts = minutes
            .into_iter()
            .map(|(first_at, last_at, requests, refused)| {
                Ok(Contact {
                    first_at: db::time(first_at)?,
                    last_at: db::time(last_at)?,
                    requests: count(requests),
                    refused: count(refused),
                })
            })
            .collect::<Result<Vec<_>, DirectoryError>>()?;
        Ok(rhythm::find(&contacts))
    }

    /// What came to the account since `since`, in numbers.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn traffic(&self, account: AccountId, since: Timestamp) -> Result<Totals, DirectoryError> {
        let since = start_of_minute(since);
        let mut totals: Totals = db::rows(
            "SELECT COALESCE(SUM(CASE WHEN kind <> 'turned_away' THEN requests ELSE 0 END), 0) AS requests,
                    COALESCE(SUM(reads), 0) AS reads, COALESCE(SUM(refused), 0) AS refused,
                    COALESCE(SUM(CASE WHEN kind = 'turned_away' THEN requests ELSE 0 END), 0) AS turned_away
             FROM traffic WHERE account_id = $1 AND minute >= $2",
        )
        .bind(account)
        .bind(since)
        .fetch_one(self.readers())
        .await?;
        for ((of, minute, source), counts) in self.inner().traffic.lock().iter() {
            if *of != account || *minute < since {
                continue;
            }
            if matches!(source, Source::TurnedAway(_)) {
                totals.turned_away += counts.requests;
            } else {
                totals.requests += counts.requests;
                totals.reads += counts.reads;
                totals.refused += counts.refused;
            }
        }
        Ok(totals)
    }

    /// Stores what was noted, and removes a part of what is too old.
    pub(crate) async fn store_traffic(&self) -> Result<(), DirectoryError> {
        #[derive(Serialize)]
        struct Stored {
            account: AccountId,
            minute: i64,
            kind: &'static str,
            source: String,
            #[serde(flatten)]
            counts: Counts,
        }
        let noted = std::mem::take(&mut *self.inner().traffic.lock());
        if noted.is_empty() {
            return Ok(());
        }
        let accounts: HashSet<AccountId> = noted.keys().map(|(account, ..)| *account).collect();
        let rows = db::json(noted.iter().map(|((account, minute, source), counts)| Stored {
            account: *account,
            minute: *minute,
            kind: source.kind(),
            source: source.name(),
            counts: *counts,
        }));
        let stored = self
            .act(move |tx| {
                Box::pin(async move {
                    // An account may be gone meanwhile.
                    db::query(
                        "INSERT INTO traffic (account_id, minute, kind, source, first_at, last_at, requests, reads, refused)
                         SELECT value ->> 'account', CAST(value ->> 'minute' AS BIGINT), value ->> 'kind',
                                value ->> 'source', CAST(value ->> 'first_at' AS BIGINT),
                                CAST(value ->> 'last_at' AS BIGINT), CAST(value ->> 'requests' AS BIGINT),
                                CAST(value ->> 'reads' AS BIGINT), CAST(value ->> 'refused' AS BIGINT)
                         FROM json_each($1)
                         WHERE EXISTS (SELECT 1 FROM accounts WHERE accounts.id = value ->> 'account')
                         ON CONFLICT (account_id, minute, kind, source) DO UPDATE SET
                             last_at = excluded.last_at, requests = traffic.requests + excluded.requests,
                             reads = traffic.reads + excluded.reads, refused = traffic.refused + excluded.refused",
                    )
                    .bind(rows)
                    .execute(&mut tx.conn)
                    .await?;
                    Ok(())
                })
            })
            .await;
        if stored.is_err() {
            let mut traffic = self.inner().traffic.lock();
            for (row, counts) in noted {
                traffic
                    .entry(row)
                    .and_modify(|newer| newer.add(&counts))
                    .or_insert(counts);
            }
            return stored;
        }
        for account in accounts {
            self.prune_traffic(account).await?;
        }
        Ok(())
    }

    /// Removes what is older than a month: a bounded part of it, since the next storing removes more.
    async fn prune_traffic(&self, account: AccountId) -> Result<(), DirectoryError> {
        let before = (self.now() - KEPT).as_microsecond();
        let old: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM traffic WHERE account_id = $1 AND minute < $2)")
                .bind(account)
                .bind(before)
                .fetch_one(self.readers())
                .await?;
        if !old {
            return Ok(());
        }
        self.act(move |tx| {
            Box::pin(async move {
                db::query(
                    "DELETE FROM traffic WHERE account_id = $1 AND (minute, kind, source) IN (
                         SELECT minute, kind, source FROM traffic WHERE account_id = $1 AND minute < $2
                         ORDER BY minute LIMIT $3)",
                )
                .bind(account)
                .bind(before)
                .bind(STEP)
                .execute(&mut tx.conn)
                .await?;
                Ok(())
            })
        })
        .await
    }
}

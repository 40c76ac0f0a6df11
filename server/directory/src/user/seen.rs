//! When the identity provider last spoke of a user. A write that names the user stores it with its effect; a read, and
//! a membership, are noted in memory and stored from time to time.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde::Serialize;
use sqlx::SqliteConnection;

use crate::{AccountId, Directory, DirectoryError, UserId, db};

/// Sightings stored in one act, so that nobody waits long behind them.
const AT_ONCE: usize = 500;

/// The users whom this process has seen named, and the store does not know of.
#[derive(Debug, Default)]
pub(crate) struct Sightings(Mutex<HashMap<(AccountId, UserId), Timestamp>>);

impl Sightings {
    fn lock(&self) -> MutexGuard<'_, HashMap<(AccountId, UserId), Timestamp>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that these users were named.
    pub(crate) fn note(&self, account: AccountId, users: impl IntoIterator<Item = UserId>, at: Timestamp) {
        let mut seen = self.lock();
        for user in users {
            seen.insert((account, user), at);
        }
    }

    /// When the user was last named, as far as the store does not know of it.
    pub(crate) fn last(&self, account: AccountId, user: UserId) -> Option<Timestamp> {
        self.lock().get(&(account, user)).copied()
    }
}

/// Stores that these users were named at about this time: SCIM-managed ones alone, and not again within an hour, since
/// lists tell days.
pub(crate) async fn store(
    conn: &mut SqliteConnection,
    seen: impl IntoIterator<Item = (AccountId, UserId)>,
    at: Timestamp,
) -> Result<(), DirectoryError> {
    #[derive(Serialize)]
    struct Row {
        account: AccountId,
        id: UserId,
    }
    let rows: Vec<Row> = seen
        .into_iter()
        .map(|(account, id)| Row { account, id })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    // The first condition finds the rows by their ids; without it a scan of the account's index looks cheaper.
    db::query(
        "UPDATE users SET seen_at = $2
         WHERE id IN (SELECT value ->> 'id' FROM json_each($1))
           AND (account_id, id) IN (SELECT value ->> 'account', value ->> 'id' FROM json_each($1))
           AND managed_by = 'scim' AND COALESCE(seen_at, 0) <= $2 - 3600000000",
    )
    .bind(db::json(rows))
    .bind(at.as_microsecond())
    .execute(conn)
    .await?;
    Ok(())
}

impl Directory {
    /// Stores the sightings that are only noted.
    pub(crate) async fn store_sightings(&self) -> Result<(), DirectoryError> {
        loop {
            let part: Vec<_> = {
                let seen = self.inner().sightings.lock();
                let all = seen.iter().map(|((account, user), at)| (*account, *user, *at));
                all.take(AT_ONCE).collect()
            };
            let rows: Vec<_> = part.iter().map(|(account, user, _)| (*account, *user)).collect();
            let Some(at) = part.iter().map(|(.., at)| *at).max() else {
                return Ok(());
            };
            self.act(move |tx| Box::pin(async move { store(&mut tx.conn, rows, at).await }))
                .await?;
            let mut seen = self.inner().sightings.lock();
            for (account, user, at) in part {
                // One that was noted meanwhile stays.
                if seen.get(&(account, user)) == Some(&at) {
                    seen.remove(&(account, user));
                }
            }
        }
    }
}

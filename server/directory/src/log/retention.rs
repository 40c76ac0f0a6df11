//! How long the log is kept: by age and by number, for each account. What is beyond goes in small steps; nothing else
//! ever edits or deletes an entry.

use jiff::SignedDuration;

use super::Change;
use crate::{AccountId, Action, Actor, Directory, DirectoryError, EntryId, db};

/// Entries that are removed in one transaction, so that the identity provider does not wait.
const STEP: i64 = 200;

/// How much of the log is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Days; 7 to 3,650.
    pub days: u32,
    /// Entries; 1,000 to 100 million.
    pub entries: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            days: 90,
            entries: 1_000_000,
        }
    }
}

impl Retention {
    fn within_bounds(self) -> Self {
        Self {
            days: self.days.clamp(7, 3_650),
            entries: self.entries.clamp(1_000, 100_000_000),
        }
    }
}

impl Directory {
    /// How much of the account's log is kept.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn get_retention(&self, account: AccountId) -> Result<Retention, DirectoryError> {
        let row: Option<(u32, u32)> = db::rows("SELECT days, entries FROM retention WHERE account_id = $1")
            .bind(account)
            .fetch_optional(self.readers())
            .await?;
        Ok(row.map_or_else(Retention::default, |(days, entries)| Retention { days, entries }))
    }

    /// Sets it, within its bounds. What is beyond goes with the next [`Directory::tidy`]. Nothing happens if it is so.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`].
    pub async fn set_retention(
        &self,
        actor: &Actor,
        account: AccountId,
        retention: Retention,
    ) -> Result<(), DirectoryError> {
        self.get_account(account).await?;
        let (before, after) = (self.get_retention(account).await?, retention.within_bounds());
        if before == after {
            return Ok(());
        }
        let actor = actor.clone();
        self.act(move |tx| {
            Box::pin(async move {
                db::query(
                    "INSERT INTO retention (account_id, days, entries) VALUES ($1, $2, $3)
                     ON CONFLICT (account_id) DO UPDATE SET days = excluded.days, entries = excluded.entries",
                )
                .bind(account)
                .bind(after.days)
                .bind(after.entries)
                .execute(&mut tx.conn)
                .await?;
                let mut entry = tx.entry(Some(account), &actor, Action::SetRetention);
                let changes = [
                    ("days", before.days, after.days),
                    ("entries", before.entries, after.entries),
                ];
                entry.changes = changes
                    .into_iter()
                    .filter(|(_, before, after)| before != after)
                    .map(|(attribute, before, after)| Change {
                        attribute: attribute.to_owned(),
                        before: before.into(),
                        after: after.into(),
                    })
                    .collect();
                tx.log(entry);
                Ok(())
            })
        })
        .await
    }

    /// Does what is due now and then: removes entries that are beyond their account's retention, and counts what there
    /// is today. Gives how many entries it removed.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn tidy(&self) -> Result<u64, DirectoryError> {
        let mut removed = 0;
        for account in self.list_accounts().await? {
            removed += self.prune(account.id).await?;
            self.count_day(account.id).await?;
        }
        Ok(removed)
    }

    async fn prune(&self, account: AccountId) -> Result<u64, DirectoryError> {
        let retention = self.get_retention(account).await?;
        let mut oldest =
            EntryId::before(self.now() - SignedDuration::from_hours(24 * i64::from(retention.days)));
        // The newest entry that is one too many; looked for along the index alone.
        let beyond: Option<(String,)> =
            db::rows("SELECT id FROM entries WHERE account_id = $1 ORDER BY id DESC LIMIT 1 OFFSET $2")
                .bind(account)
                .bind(i64::from(retention.entries))
                .fetch_optional(self.readers())
                .await?;
        if let Some((id,)) = beyond {
            oldest = oldest.max(id + "~");
        }
        let mut removed = 0;
        loop {
            let oldest = oldest.clone();
            let step = self
                .act(move |tx| {
                    Box::pin(async move {
                        let done = db::query(
                            "DELETE FROM entries WHERE account_id = $1 AND id IN (
                                 SELECT id FROM entries WHERE account_id = $1 AND id < $2 ORDER BY id LIMIT $3)",
                        )
                        .bind(account)
                        .bind(oldest)
                        .bind(STEP)
                        .execute(&mut tx.conn)
                        .await?;
                        Ok(done.rows_affected())
                    })
                })
                .await?;
            removed += step;
            if i64::try_from(step) != Ok(STEP) {
                return Ok(removed);
            }
        }
    }
}

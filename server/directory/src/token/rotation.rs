//! From one token to the next: the new one takes the other's place once it is used, and what nears its end without a
//! successor is announced.

use jiff::{SignedDuration, Timestamp};

use crate::db::{Tx, time};
use crate::log::{Subject, SubjectKind};
use crate::{AccountId, Action, Actor, Directory, DirectoryError, Refusal, TokenId};

/// The days before its end at which a token is announced.
const ANNOUNCED: [u8; 4] = [1, 7, 14, 30];
/// How long before its end a token is first announced.
const SOON: SignedDuration = days(ANNOUNCED[ANNOUNCED.len() - 1]);

const fn days(number: u8) -> SignedDuration {
    SignedDuration::from_hours(24 * number as i64)
}

/// Whose place a new token takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replacement {
    /// The token in use until now.
    pub token: TokenId,
    /// How long it goes on after the first use of the new one.
    pub grace: SignedDuration,
}

/// A token whose end nears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// The account.
    pub account: AccountId,
    /// The token.
    pub token: TokenId,
    /// Its name.
    pub name: String,
    /// Whether it is an app's, which only reads.
    pub read_only: bool,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Replacement {
    pub(super) fn stored(token: Option<TokenId>, grace: Option<i64>) -> Option<Self> {
        Some(Self {
            token: token?,
            grace: SignedDuration::from_micros(grace?),
        })
    }

    pub(super) fn grace_stored(self) -> i64 {
        i64::try_from(self.grace.as_micros()).unwrap_or(i64::MAX)
    }

    /// Refuses what is not a live token of the same kind.
    pub(super) async fn check(
        self,
        tx: &mut Tx,
        account: AccountId,
        read_only: bool,
    ) -> Result<(), DirectoryError> {
        let live: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM tokens WHERE account_id = $1 AND id = $2 AND read_only = $3
                            AND revoked_at IS NULL AND expires_at >= $4)",
        )
        .bind(account)
        .bind(self.token)
        .bind(read_only)
        .bind(tx.now.as_microsecond())
        .fetch_one(&mut tx.conn)
        .await?;
        if live && !self.grace.is_negative() {
            Ok(())
        } else {
            Err(Refusal::NothingToReplace.into())
        }
    }
}

/// Ends the token whose place `new` takes, at the time that was chosen; `new` has been used. What ends earlier stays.
pub(super) async fn end_replaced(tx: &mut Tx, new: TokenId) -> Result<(), DirectoryError> {
    let row: Option<(AccountId, TokenId, String, i64)> = sqlx::query_as(
        "SELECT old.account_id, old.id, old.name, new.first_used_at + new.grace
         FROM tokens AS new CROSS JOIN tokens AS old
         WHERE new.id = $1 AND old.id = new.replaces AND old.account_id = new.account_id
           AND old.revoked_at IS NULL AND old.expires_at > new.first_used_at + new.grace",
    )
    .bind(new)
    .fetch_optional(&mut tx.conn)
    .await?;
    let Some((account, old, name, end)) = row else {
        return Ok(());
    };
    sqlx::query("UPDATE tokens SET expires_at = $3 WHERE account_id = $1 AND id = $2")
        .bind(account)
        .bind(old)
        .bind(end)
        .execute(&mut tx.conn)
        .await?;
    log(tx, account, old, name, Action::EndToken);
    Ok(())
}

/// Rollcall itself did it.
fn log(tx: &mut Tx, account: AccountId, token: TokenId, name: String, action: Action) {
    let mut entry = tx.entry(Some(account), &Actor::Rollcall, action);
    entry.subject = Some(Subject {
        kind: SubjectKind::Token,
        id: Some(token.to_string()),
        name,
    });
    tx.log(entry);
}

/// The announcement that is due for a token which ends then: the fewest of the days that it still has.
pub(super) fn due(now: Timestamp, expires_at: Timestamp) -> Option<u8> {
    let left = expires_at.duration_since(now);
    ANNOUNCED.into_iter().find(|number| left <= days(*number))
}

/// A live token whose place nothing has taken yet: neither a successor that was made for it and is in use, nor a token
/// that the identity provider used after it. Apps have a token each, of which one says nothing about another.
const ENDING: &str =
    "SELECT tokens.account_id, tokens.id, tokens.name, tokens.read_only, tokens.expires_at, tokens.announced
     FROM tokens
     WHERE tokens.revoked_at IS NULL AND tokens.expires_at > $1 AND tokens.expires_at <= $2
       AND NOT EXISTS (
           SELECT 1 FROM tokens AS successor
           WHERE successor.account_id = tokens.account_id AND successor.read_only = tokens.read_only
             AND successor.revoked_at IS NULL AND successor.expires_at > tokens.expires_at
             AND successor.first_used_at IS NOT NULL
             AND (successor.replaces = tokens.id
                  OR (NOT tokens.read_only AND successor.last_used_at > COALESCE(tokens.last_used_at, 0)))
       )";

#[derive(sqlx::FromRow)]
struct EndingRow {
    account_id: AccountId,
    id: TokenId,
    name: String,
    read_only: bool,
    expires_at: i64,
    announced: Option<i64>,
}

impl EndingRow {
    fn announcement(self) -> Result<Announcement, DirectoryError> {
        Ok(Announcement {
            account: self.account_id,
            token: self.id,
            name: self.name,
            read_only: self.read_only,
            expires_at: time(self.expires_at)?,
        })
    }
}

impl Directory {
    /// The token of the account that ends first within the next thirty days, where none takes its place yet.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn ending_token(&self, account: AccountId) -> Result<Option<Announcement>, DirectoryError> {
        let (now, soon) = window(self.now());
        let sql = format!("{ENDING} AND tokens.account_id = $3 ORDER BY tokens.expires_at LIMIT 1");
        let row: Option<EndingRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(now)
            .bind(soon)
            .bind(account)
            .fetch_optional(self.readers())
            .await?;
        row.map(EndingRow::announcement).transpose()
    }

    /// Announces in the log each token that has 30, 14, 7 or 1 days left and no successor, once for each of these, and
    /// says which. Whoever runs the directory calls this from time to time.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn announce_ending_tokens(&self) -> Result<Vec<Announcement>, DirectoryError> {
        let now = self.now();
        let new = |row: &EndingRow| {
            let due = due(now, time(row.expires_at).ok()?).map(i64::from)?;
            (row.announced.is_none_or(|announced| announced > due)).then_some(due)
        };
        let (from, to) = window(now);
        let rows: Vec<EndingRow> = sqlx::query_as(ENDING)
            .bind(from)
            .bind(to)
            .fetch_all(self.readers())
            .await?;
        let new: Vec<(EndingRow, i64)> = rows
            .into_iter()
            .filter_map(|row| new(&row).map(|due| (row, due)))
            .collect();
        if new.is_empty() {
            return Ok(Vec::new());
        }
        self.act(move |tx| {
            Box::pin(async move {
                let mut announced = Vec::new();
                for (row, due) in new {
                    sqlx::query("UPDATE tokens SET announced = $3 WHERE account_id = $1 AND id = $2")
                        .bind(row.account_id)
                        .bind(row.id)
                        .bind(due)
                        .execute(&mut tx.conn)
                        .await?;
                    log(
                        tx,
                        row.account_id,
                        row.id,
                        row.name.clone(),
                        Action::AnnounceTokenEnd,
                    );
                    announced.push(row.announcement()?);
                }
                Ok(announced)
            })
        })
        .await
    }
}

/// The next thirty days, as stored.
fn window(now: Timestamp) -> (i64, i64) {
    (now.as_microsecond(), (now + SOON).as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_announcement_that_is_due() {
        let now: Timestamp = "2026-11-25T09:00:00Z".parse().unwrap();
        for (hours, expected) in [
            (31 * 24, None),
            (30 * 24, Some(30)),
            (15 * 24, Some(30)),
            (14 * 24, Some(14)),
            (7 * 24 + 1, Some(14)),
            (7 * 24, Some(7)),
            (25, Some(7)),
            (24, Some(1)),
            (1, Some(1)),
        ] {
            assert_eq!(
                due(now, now + SignedDuration::from_hours(hours)),
                expected,
                "{hours}"
            );
        }
    }
}

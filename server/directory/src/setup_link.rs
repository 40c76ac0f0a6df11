//! Links by which somebody who has no sign-in, the administrator of the identity provider alone, follows the guide of an
//! account's set-up and sees what arrives. They expire, can be withdrawn, and show no token.

use jiff::{SignedDuration, Timestamp};

use crate::db::time;
use crate::log::{Subject, SubjectKind};
use crate::{AccountId, Action, Actor, Directory, DirectoryError, Link, Refusal, Secret, SetupLinkId};

/// The longest validity, in days.
const LONGEST_DAYS: u16 = 90;

/// A link as listed; its secret is not known any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupLink {
    /// The id.
    pub id: SetupLinkId,
    /// When it was made.
    pub created_at: Timestamp,
    /// By whom, in words.
    pub created_by: String,
    /// Until when it works.
    pub expires_at: Timestamp,
}

impl Directory {
    /// Makes a link that works for some days, 1 to 90.
    ///
    /// # Errors
    /// [`DirectoryError::Refused`] with `Days`; [`DirectoryError::NotFound`] where there is no such account.
    pub async fn create_setup_link(
        &self,
        actor: &Actor,
        account: AccountId,
        days: u16,
    ) -> Result<Link, DirectoryError> {
        if !(1..=LONGEST_DAYS).contains(&days) {
            return Err(Refusal::Days { most: LONGEST_DAYS }.into());
        }
        let actor = actor.clone();
        self.act(move |tx| {
            Box::pin(async move {
                let name: Option<String> = sqlx::query_scalar("SELECT name FROM accounts WHERE id = $1")
                    .bind(account)
                    .fetch_optional(&mut tx.conn)
                    .await?;
                let name = name.ok_or(DirectoryError::NotFound)?;
                let link = Link {
                    secret: Secret::random(""),
                    expires_at: tx.now + SignedDuration::from_hours(24 * i64::from(days)),
                };
                sqlx::query("DELETE FROM setup_links WHERE expires_at <= $1")
                    .bind(tx.now.as_microsecond())
                    .execute(&mut tx.conn)
                    .await?;
                sqlx::query(
                    "INSERT INTO setup_links (id, account_id, hash, created_at, created_by, expires_at)
                     VALUES ($1, $2, $3, $4, $5, $6)",
                )
                .bind(SetupLinkId::new(tx.now))
                .bind(account)
                .bind(link.secret.hash())
                .bind(tx.now.as_microsecond())
                .bind(actor.name())
                .bind(link.expires_at.as_microsecond())
                .execute(&mut tx.conn)
                .await?;
                let mut entry = tx.entry(Some(account), &actor, Action::ShareSetup);
                entry.subject = Some(of_account(account, name));
                tx.log(entry);
                Ok(link)
            })
        })
        .await
    }

    /// The account's links that still work, newest first.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn list_setup_links(&self, account: AccountId) -> Result<Vec<SetupLink>, DirectoryError> {
        let rows: Vec<(SetupLinkId, i64, String, i64)> = sqlx::query_as(
            "SELECT id, created_at, created_by, expires_at FROM setup_links
             WHERE account_id = $1 AND expires_at > $2 ORDER BY id DESC",
        )
        .bind(account)
        .bind(self.now().as_microsecond())
        .fetch_all(self.readers())
        .await?;
        rows.into_iter()
            .map(|(id, created_at, created_by, expires_at)| {
                Ok(SetupLink {
                    id,
                    created_at: time(created_at)?,
                    created_by,
                    expires_at: time(expires_at)?,
                })
            })
            .collect()
    }

    /// The account that a link is for, and until when, if it still works.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn find_setup_link(
        &self,
        secret: &Secret,
    ) -> Result<Option<(AccountId, Timestamp)>, DirectoryError> {
        let row: Option<(AccountId, i64)> = sqlx::query_as(
            "SELECT account_id, expires_at FROM setup_links WHERE hash = $1 AND expires_at > $2",
        )
        .bind(secret.hash())
        .bind(self.now().as_microsecond())
        .fetch_optional(self.readers())
        .await?;
        row.map(|(account, expires_at)| Ok((account, time(expires_at)?)))
            .transpose()
    }

    /// Withdraws a link: it opens nothing from then on. Nothing happens if it is gone already.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn withdraw_setup_link(
        &self,
        actor: &Actor,
        account: AccountId,
        id: SetupLinkId,
    ) -> Result<(), DirectoryError> {
        let actor = actor.clone();
        self.act(move |tx| {
            Box::pin(async move {
                let gone = sqlx::query("DELETE FROM setup_links WHERE account_id = $1 AND id = $2")
                    .bind(account)
                    .bind(id)
                    .execute(&mut tx.conn)
                    .await?;
                if gone.rows_affected() > 0 {
                    let name: String = sqlx::query_scalar("SELECT name FROM accounts WHERE id = $1")
                        .bind(account)
                        .fetch_one(&mut tx.conn)
                        .await?;
                    let mut entry = tx.entry(Some(account), &actor, Action::WithdrawSetup);
                    entry.subject = Some(of_account(account, name));
                    tx.log(entry);
                }
                Ok(())
            })
        })
        .await
    }
}

fn of_account(account: AccountId, name: String) -> Subject {
    Subject {
        kind: SubjectKind::Account,
        id: Some(account.to_string()),
        name,
    }
}

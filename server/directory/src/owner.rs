//! Owners: who runs the installation. They sign in outside every account and are never matched with a user.

use jiff::Timestamp;

use crate::account::{self, valid_name};
use crate::db::{Tx, time};
use crate::{Account, Action, Actor, Directory, DirectoryError, OwnerId, Refusal, Secret};

/// The longest email, in characters (RFC 5321 §4.5.3.1).
const LONGEST_EMAIL: usize = 254;

/// An owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The id.
    pub id: OwnerId,
    /// The email, by which the owner signs in.
    pub email: String,
    /// When it was created.
    pub created_at: Timestamp,
}

impl Directory {
    /// Whether there is an owner yet.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn has_owner(&self) -> Result<bool, DirectoryError> {
        Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM owners)")
            .fetch_one(self.readers())
            .await?)
    }

    /// Creates an owner, or sets a new password for the one of this email and ends its sign-ins: also the way back in.
    ///
    /// # Errors
    /// [`DirectoryError::Refused`] with `Email` or `Password`.
    pub async fn set_owner(
        &self,
        actor: &Actor,
        email: &str,
        password: &str,
    ) -> Result<Owner, DirectoryError> {
        let (actor, email) = (actor.clone(), valid_email(email)?);
        let hash = self.inner().passwords.hash(password).await?;
        self.act(move |tx| Box::pin(async move { upsert(tx, &actor, email, hash).await }))
            .await
    }

    /// Creates the first owner and the first account together, through the link that `serve` printed.
    ///
    /// # Errors
    /// [`DirectoryError::Refused`] with `Link`, `OwnerExists`, `Email`, `Password` or `Name`.
    pub async fn create_first_owner(
        &self,
        link: &Secret,
        email: &str,
        password: &str,
        account_name: &str,
    ) -> Result<(Owner, Account), DirectoryError> {
        if self.has_owner().await? {
            return Err(Refusal::OwnerExists.into());
        }
        let (email, account_name) = (valid_email(email)?, valid_name(account_name)?);
        let password_hash = self.inner().passwords.hash(password).await?;
        let link_hash = link.hash();
        self.act(move |tx| {
            Box::pin(async move {
                if any(tx).await? {
                    return Err(Refusal::OwnerExists.into());
                }
                let used =
                    sqlx::query("DELETE FROM links WHERE hash = $1 AND kind = 'owner' AND expires_at > $2")
                        .bind(&link_hash)
                        .bind(tx.now.as_microsecond())
                        .execute(&mut tx.conn)
                        .await?;
                if used.rows_affected() == 0 {
                    return Err(Refusal::Link.into());
                }
                let actor = Actor::Owner { email: email.clone() };
                let owner = upsert(tx, &actor, email, password_hash).await?;
                let account = account::insert(tx, &actor, account_name).await?;
                Ok((owner, account))
            })
        })
        .await
    }
}

/// Whether there is an owner, inside a transaction.
pub(crate) async fn any(tx: &mut Tx) -> Result<bool, DirectoryError> {
    Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM owners)")
        .fetch_one(&mut tx.conn)
        .await?)
}

/// Whether an owner has this email, by its key.
pub(crate) async fn has_email(tx: &mut Tx, key: &str) -> Result<bool, DirectoryError> {
    Ok(
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM owners WHERE email_key = $1)")
            .bind(key)
            .fetch_one(&mut tx.conn)
            .await?,
    )
}

async fn upsert(tx: &mut Tx, actor: &Actor, email: String, hash: String) -> Result<Owner, DirectoryError> {
    let key = scim::fold(&email);
    let (id, created_at): (OwnerId, i64) = sqlx::query_as(
        "INSERT INTO owners (id, email, email_key, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (email_key) DO UPDATE SET password_hash = excluded.password_hash
         RETURNING id, created_at",
    )
    .bind(OwnerId::new(tx.now))
    .bind(&email)
    .bind(&key)
    .bind(&hash)
    .bind(tx.now.as_microsecond())
    .fetch_one(&mut tx.conn)
    .await?;
    sqlx::query("DELETE FROM sessions WHERE owner_id = $1")
        .bind(id)
        .execute(&mut tx.conn)
        .await?;
    // The email signs in the owner alone: a user of that username loses the password that it may have.
    for statement in [
        "DELETE FROM passwords WHERE user_id IN (SELECT id FROM users WHERE user_name_key = $1)",
        "DELETE FROM sessions WHERE user_id IN (SELECT id FROM users WHERE user_name_key = $1)",
        "DELETE FROM links WHERE user_id IN (SELECT id FROM users WHERE user_name_key = $1)",
    ] {
        sqlx::query(statement).bind(&key).execute(&mut tx.conn).await?;
    }
    let entry = tx.entry(None, actor, Action::SetOwner);
    tx.log(entry);
    Ok(Owner {
        id,
        email,
        created_at: time(created_at)?,
    })
}

/// An email without white space around it: one `@` with text on both sides. More than that only a mail can tell.
fn valid_email(email: &str) -> Result<String, Refusal> {
    let email = email.trim();
    let plausible = email.chars().count() <= LONGEST_EMAIL
        && !email.contains(|c: char| c.is_whitespace() || c.is_control())
        && email
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
    if plausible {
        Ok(email.to_owned())
    } else {
        Err(Refusal::Email)
    }
}

//! One-time links: opening one does not use it up; doing what it is for does.

use jiff::{SignedDuration, Timestamp};

use crate::db::Tx;
use crate::log::{Subject, SubjectKind};
use crate::role::effective;
use crate::{
    AccountId, Action, Actor, ConsoleAccess, Directory, DirectoryError, Refusal, Secret, UserId, owner,
};

/// How long the first owner may take. `serve` prints a new link at each start.
const OWNER_LINK: SignedDuration = SignedDuration::from_hours(24);
/// How long a user may take to set a password.
const PASSWORD_LINK: SignedDuration = SignedDuration::from_hours(72);

/// What a link is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Creates the first owner.
    FirstOwner,
    /// Sets the password of a user.
    Password {
        /// The user's account.
        account: AccountId,
        /// The user.
        user: UserId,
        /// The username, to show whose password it is.
        user_name: String,
    },
}

/// A link that was made.
#[derive(Debug)]
pub struct Link {
    /// The secret part of its address; shown once.
    pub secret: Secret,
    /// Until when it works.
    pub expires_at: Timestamp,
}

impl Directory {
    /// Makes the link that creates the first owner, and voids earlier ones.
    ///
    /// # Errors
    /// [`DirectoryError::Refused`] with `OwnerExists`.
    pub async fn create_owner_link(&self) -> Result<Link, DirectoryError> {
        self.act(|tx| {
            Box::pin(async move {
                if owner::any(tx).await? {
                    return Err(Refusal::OwnerExists.into());
                }
                sqlx::query("DELETE FROM links WHERE kind = 'owner'")
                    .execute(&mut tx.conn)
                    .await?;
                insert(tx, None, "command line", OWNER_LINK).await
            })
        })
        .await
    }

    /// Makes the link by which a user sets a password, and voids earlier ones.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`]; [`DirectoryError::Refused`] with `NoConsoleRole` where no role of the user opens
    /// the console, `UserNameIsOwners` where the username is an owner's email.
    pub async fn create_password_link(
        &self,
        actor: &Actor,
        account: AccountId,
        user: UserId,
    ) -> Result<Link, DirectoryError> {
        let actor = actor.clone();
        self.act(move |tx| {
            Box::pin(async move {
                let (user_name, key): (String, String) = sqlx::query_as(
                    "SELECT user_name, user_name_key FROM users WHERE account_id = $1 AND id = $2",
                )
                .bind(account)
                .bind(user)
                .fetch_optional(&mut tx.conn)
                .await?
                .ok_or(DirectoryError::NotFound)?;
                if owner::has_email(tx, &key).await? {
                    return Err(Refusal::UserNameIsOwners.into());
                }
                let roles = effective::load(&mut tx.conn, account, &[user])
                    .await?
                    .remove(&user)
                    .unwrap_or_default();
                if ConsoleAccess::of(&roles).is_none() {
                    return Err(Refusal::NoConsoleRole.into());
                }
                sqlx::query("DELETE FROM links WHERE user_id = $1")
                    .bind(user)
                    .execute(&mut tx.conn)
                    .await?;
                let link = insert(tx, Some((account, user)), actor.name(), PASSWORD_LINK).await?;
                let mut entry = tx.entry(Some(account), &actor, Action::CreateLink);
                entry.subject = Some(Subject {
                    kind: SubjectKind::User,
                    id: Some(user.to_string()),
                    name: user_name,
                });
                tx.log(entry);
                Ok(link)
            })
        })
        .await
    }

    /// What the link is for, if it still works.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn find_link(&self, secret: &Secret) -> Result<Option<LinkPurpose>, DirectoryError> {
        let row: Option<(Option<AccountId>, Option<UserId>, Option<String>)> = sqlx::query_as(
            "SELECT links.account_id, links.user_id, users.user_name FROM links
             LEFT JOIN users ON users.id = links.user_id AND users.account_id = links.account_id
             WHERE links.hash = $1 AND links.expires_at > $2",
        )
        .bind(secret.hash())
        .bind(self.now().as_microsecond())
        .fetch_optional(self.readers())
        .await?;
        Ok(match row {
            None => None,
            Some((Some(account), Some(user), Some(user_name))) => Some(LinkPurpose::Password {
                account,
                user,
                user_name,
            }),
            Some(_) => (!self.has_owner().await?).then_some(LinkPurpose::FirstOwner),
        })
    }

    /// Sets the password and uses the link up. Ends the user's other sign-ins.
    ///
    /// # Errors
    /// [`DirectoryError::Refused`] with `Link`, `Password`, `UserNameIsOwners`.
    pub async fn set_password(&self, link: &Secret, password: &str) -> Result<(), DirectoryError> {
        // Before the costly hash, so that a stranger without a link cannot cause it.
        if !matches!(self.find_link(link).await?, Some(LinkPurpose::Password { .. })) {
            return Err(Refusal::Link.into());
        }
        let password_hash = self.inner().passwords.hash(password).await?;
        let link_hash = link.hash();
        self.act(move |tx| {
            Box::pin(async move {
                let redeemed: Option<(AccountId, UserId)> = sqlx::query_as(
                    "DELETE FROM links WHERE hash = $1 AND kind = 'password' AND expires_at > $2
                     RETURNING account_id, user_id",
                )
                .bind(&link_hash)
                .bind(tx.now.as_microsecond())
                .fetch_optional(&mut tx.conn)
                .await?;
                let (account, user) = redeemed.ok_or(Refusal::Link)?;
                let (user_name, key): (String, String) = sqlx::query_as(
                    "SELECT user_name, user_name_key FROM users WHERE account_id = $1 AND id = $2",
                )
                .bind(account)
                .bind(user)
                .fetch_optional(&mut tx.conn)
                .await?
                .ok_or(Refusal::Link)?;
                if owner::has_email(tx, &key).await? {
                    return Err(Refusal::UserNameIsOwners.into());
                }
                sqlx::query(
                    "INSERT INTO passwords (user_id, account_id, hash, set_at) VALUES ($1, $2, $3, $4)
                     ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, set_at = excluded.set_at",
                )
                .bind(user)
                .bind(account)
                .bind(&password_hash)
                .bind(tx.now.as_microsecond())
                .execute(&mut tx.conn)
                .await?;
                sqlx::query("DELETE FROM sessions WHERE account_id = $1 AND user_id = $2")
                    .bind(account)
                    .bind(user)
                    .execute(&mut tx.conn)
                    .await?;
                let actor = Actor::User {
                    id: user.to_string(),
                    user_name: user_name.clone(),
                };
                let mut entry = tx.entry(Some(account), &actor, Action::SetPassword);
                entry.subject = Some(Subject {
                    kind: SubjectKind::User,
                    id: Some(user.to_string()),
                    name: user_name,
                });
                tx.log(entry);
                Ok(())
            })
        })
        .await
    }
}

async fn insert(
    tx: &mut Tx,
    user: Option<(AccountId, UserId)>,
    created_by: &str,
    valid: SignedDuration,
) -> Result<Link, DirectoryError> {
    let link = Link {
        secret: Secret::random(""),
        expires_at: tx.now + valid,
    };
    sqlx::query("DELETE FROM links WHERE expires_at <= $1")
        .bind(tx.now.as_microsecond())
        .execute(&mut tx.conn)
        .await?;
    sqlx::query(
        "INSERT INTO links (hash, kind, account_id, user_id, created_at, created_by, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(link.secret.hash())
    .bind(if user.is_some() { "password" } else { "owner" })
    .bind(user.map(|(account, _)| account))
    .bind(user.map(|(_, user)| user))
    .bind(tx.now.as_microsecond())
    .bind(created_by)
    .bind(link.expires_at.as_microsecond())
    .execute(&mut tx.conn)
    .await?;
    Ok(link)
}

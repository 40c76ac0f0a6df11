//! Sign-ins to the console: listed in the store, so that they can be ended; rights are looked up at each request.

use jiff::{SignedDuration, Timestamp};

use crate::db::{Tx, time};
use crate::role::effective::{self, EffectiveRoles};
use crate::{
    AccountId, Action, Actor, Directory, DirectoryError, OwnerId, Refusal, Secret, SessionId, UserId,
};

/// A sign-in ends after this long, however busy.
const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A sign-in ends when nothing was seen of it for this long.
const IDLE: SignedDuration = SignedDuration::from_hours(12);
/// How exactly it is kept when a sign-in was last seen, so that a read is seldom a write.
const SEEN_STEP: SignedDuration = SignedDuration::from_mins(5);
/// The longest `User-Agent` that is kept, in characters.
const LONGEST_AGENT: usize = 200;

/// What a user's roles open: nothing, or this; the greater includes the lesser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConsoleAccess {
    /// Everything in the account, to read.
    Auditor,
    /// Everything in the account.
    Administrator,
}

impl ConsoleAccess {
    /// What these roles open; none: not the console.
    pub fn of(roles: &EffectiveRoles) -> Option<Self> {
        let opened = roles.roles().into_iter();
        opened.filter_map(|role| roles.own.access(role)).max()
    }

    /// The name in the store, that of the built-in role which opens as much: `administrator`, `auditor`.
    pub fn as_str(self) -> &'static str {
        match self {
            ConsoleAccess::Auditor => "auditor",
            ConsoleAccess::Administrator => "administrator",
        }
    }

    /// Reads the name as it is stored.
    pub(crate) fn stored(text: &str) -> Result<Self, DirectoryError> {
        match text {
            "auditor" => Ok(ConsoleAccess::Auditor),
            "administrator" => Ok(ConsoleAccess::Administrator),
            _ => Err(DirectoryError::Corrupt(format!("the access {text:?}"))),
        }
    }
}

/// Who is signed in, with the rights of this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Person {
    /// An owner: all accounts.
    Owner {
        /// The id.
        id: OwnerId,
        /// The email.
        email: String,
    },
    /// A user: one account.
    User {
        /// The account.
        account: AccountId,
        /// The id.
        id: UserId,
        /// The username.
        user_name: String,
        /// What the roles open.
        access: ConsoleAccess,
    },
}

impl Person {
    /// As the log names it.
    pub fn actor(&self) -> Actor {
        match self {
            Person::Owner { email, .. } => Actor::Owner { email: email.clone() },
            Person::User { id, user_name, .. } => Actor::User {
                id: id.to_string(),
                user_name: user_name.clone(),
            },
        }
    }

    /// Whether this person may see `account`.
    pub fn may_read(&self, account: AccountId) -> bool {
        match self {
            Person::Owner { .. } => true,
            Person::User { account: own, .. } => *own == account,
        }
    }

    /// Whether this person may change `account`.
    pub fn may_write(&self, account: AccountId) -> bool {
        match self {
            Person::Owner { .. } => true,
            Person::User {
                account: own, access, ..
            } => *own == account && *access == ConsoleAccess::Administrator,
        }
    }
}

/// A sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The id.
    pub id: SessionId,
    /// Who.
    pub person: Person,
    /// Since when.
    pub created_at: Timestamp,
}

impl Directory {
    /// Signs in an owner by email, or a user by username, and gives the secret for the cookie. Wrong names take as
    /// long as wrong passwords; attempts are throttled by name and by address.
    ///
    /// # Errors
    /// [`DirectoryError::Refused`] with `SignIn` or `Throttled`.
    pub async fn sign_in(
        &self,
        name: &str,
        password: &str,
        address: &str,
        agent: &str,
    ) -> Result<Secret, DirectoryError> {
        let key = scim::fold(name.trim());
        self.inner().sign_ins.attempt(&key, address, self.now())?;
        let found = self.find_credentials(&key).await?;
        let (who, hash) = found.map_or((None, None), |(who, hash)| (Some(who), Some(hash)));
        let fits = self.inner().passwords.verify(password, hash.clone()).await?;
        let (Some(who), Some(hash), true) = (who, hash, fits) else {
            return Err(Refusal::SignIn.into());
        };
        let secret = Secret::random("");
        let (secret_hash, address_kept) = (secret.hash(), address.to_owned());
        let agent: String = agent.chars().take(LONGEST_AGENT).collect();
        self.act(move |tx| {
            Box::pin(async move {
                let actor = who.confirm(tx, &hash).await?;
                prune(tx).await?;
                let (owner, account, user) = match &who {
                    Who::Owner { id, .. } => (Some(*id), None, None),
                    Who::User { account, id, .. } => (None, Some(*account), Some(*id)),
                };
                sqlx::query(
                    "INSERT INTO sessions
                         (id, hash, owner_id, account_id, user_id, created_at, seen_at, expires_at, address, agent)
                     VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9)",
                )
                .bind(SessionId::new(tx.now))
                .bind(&secret_hash)
                .bind(owner)
                .bind(account)
                .bind(user)
                .bind(tx.now.as_microsecond())
                .bind((tx.now + LONGEST).as_microsecond())
                .bind(&address_kept)
                .bind(&agent)
                .execute(&mut tx.conn)
                .await?;
                let entry = tx.entry(account, &actor, Action::SignIn);
                tx.log(entry);
                Ok(())
            })
        })
        .await?;
        self.inner().sign_ins.succeeded(&key, address);
        Ok(secret)
    }

    /// The sign-in that a cookie stands for, if it still holds and the person still has a right to the console.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn find_session(&self, secret: &Secret) -> Result<Option<Session>, DirectoryError> {
        let now = self.now();
        let row: Option<SessionRow> = sqlx::query_as(
            "SELECT sessions.id, sessions.created_at, sessions.seen_at, sessions.account_id, sessions.user_id,
                    sessions.owner_id, owners.email, users.user_name
             FROM sessions
             LEFT JOIN owners ON owners.id = sessions.owner_id
             LEFT JOIN users ON users.id = sessions.user_id AND users.account_id = sessions.account_id
             WHERE sessions.hash = $1 AND sessions.expires_at > $2 AND sessions.seen_at > $3",
        )
        .bind(secret.hash())
        .bind(now.as_microsecond())
        .bind((now - IDLE).as_microsecond())
        .fetch_optional(self.readers())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let person = match row {
            SessionRow {
                owner_id: Some(id),
                email: Some(ref email),
                ..
            } => Person::Owner {
                id,
                email: email.clone(),
            },
            SessionRow {
                account_id: Some(account),
                user_id: Some(id),
                user_name: Some(ref user_name),
                ..
            } => {
                let mut conn = self.readers().acquire().await?;
                let roles = effective::load(&mut conn, account, &[id])
                    .await?
                    .remove(&id)
                    .unwrap_or_default();
                let Some(access) = ConsoleAccess::of(&roles) else {
                    return Ok(None);
                };
                Person::User {
                    account,
                    id,
                    user_name: user_name.clone(),
                    access,
                }
            }
            _ => return Ok(None),
        };
        if now.duration_since(time(row.seen_at)?) >= SEEN_STEP {
            let id = row.id;
            self.act(move |tx| {
                Box::pin(async move {
                    sqlx::query("UPDATE sessions SET seen_at = $2 WHERE id = $1")
                        .bind(id)
                        .bind(tx.now.as_microsecond())
                        .execute(&mut tx.conn)
                        .await?;
                    Ok(())
                })
            })
            .await?;
        }
        Ok(Some(Session {
            id: row.id,
            person,
            created_at: time(row.created_at)?,
        }))
    }

    /// Ends a sign-in.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn sign_out(&self, session: &Session) -> Result<(), DirectoryError> {
        let (id, actor) = (session.id, session.person.actor());
        let account = match session.person {
            Person::Owner { .. } => None,
            Person::User { account, .. } => Some(account),
        };
        self.act(move |tx| {
            Box::pin(async move {
                sqlx::query("DELETE FROM sessions WHERE id = $1")
                    .bind(id)
                    .execute(&mut tx.conn)
                    .await?;
                let entry = tx.entry(account, &actor, Action::SignOut);
                tx.log(entry);
                Ok(())
            })
        })
        .await
    }

    /// Who signs in by this name, with the hash of the password. An owner's email goes before a username.
    async fn find_credentials(&self, key: &str) -> Result<Option<(Who, String)>, DirectoryError> {
        let owner: Option<(OwnerId, String, String)> =
            sqlx::query_as("SELECT id, email, password_hash FROM owners WHERE email_key = $1")
                .bind(key)
                .fetch_optional(self.readers())
                .await?;
        if let Some((id, email, hash)) = owner {
            return Ok(Some((Who::Owner { id, email }, hash)));
        }
        let user: Option<(AccountId, UserId, String, String)> = sqlx::query_as(
            "SELECT users.account_id, users.id, users.user_name, passwords.hash
             FROM users JOIN passwords ON passwords.user_id = users.id AND passwords.account_id = users.account_id
             WHERE users.user_name_key = $1",
        )
        .bind(key)
        .fetch_optional(self.readers())
        .await?;
        Ok(user.map(|(account, id, user_name, hash)| {
            (
                Who::User {
                    account,
                    id,
                    user_name,
                },
                hash,
            )
        }))
    }
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: SessionId,
    created_at: i64,
    seen_at: i64,
    account_id: Option<AccountId>,
    user_id: Option<UserId>,
    owner_id: Option<OwnerId>,
    email: Option<String>,
    user_name: Option<String>,
}

/// Whose password is checked.
enum Who {
    Owner {
        id: OwnerId,
        email: String,
    },
    User {
        account: AccountId,
        id: UserId,
        user_name: String,
    },
}

impl Who {
    /// Looks again, in the transaction: the password is still the one that was checked, and the console still opens.
    async fn confirm(&self, tx: &mut Tx, hash: &str) -> Result<Actor, DirectoryError> {
        match self {
            Who::Owner { id, email } => {
                let current: Option<String> =
                    sqlx::query_scalar("SELECT password_hash FROM owners WHERE id = $1")
                        .bind(id)
                        .fetch_optional(&mut tx.conn)
                        .await?;
                if current.as_deref() != Some(hash) {
                    return Err(Refusal::SignIn.into());
                }
                Ok(Actor::Owner { email: email.clone() })
            }
            Who::User {
                account,
                id,
                user_name,
            } => {
                let current: Option<String> =
                    sqlx::query_scalar("SELECT hash FROM passwords WHERE account_id = $1 AND user_id = $2")
                        .bind(account)
                        .bind(id)
                        .fetch_optional(&mut tx.conn)
                        .await?;
                let roles = effective::load(&mut tx.conn, *account, &[*id])
                    .await?
                    .remove(id)
                    .unwrap_or_default();
                if current.as_deref() != Some(hash) || ConsoleAccess::of(&roles).is_none() {
                    return Err(Refusal::SignIn.into());
                }
                Ok(Actor::User {
                    id: id.to_string(),
                    user_name: user_name.clone(),
                })
            }
        }
    }
}

/// Forgets sign-ins that have ended by themselves.
async fn prune(tx: &mut Tx) -> Result<(), DirectoryError> {
    sqlx::query("DELETE FROM sessions WHERE expires_at <= $1 OR seen_at <= $2")
        .bind(tx.now.as_microsecond())
        .bind((tx.now - IDLE).as_microsecond())
        .execute(&mut tx.conn)
        .await?;
    Ok(())
}

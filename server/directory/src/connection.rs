//! An account's one link to its identity provider: the switch, and when it last spoke.

use jiff::Timestamp;
use scim::{IdentityProvider, Strictness};

use crate::db::time_opt;
use crate::log::Change;
use crate::{AccountId, Action, Actor, Directory, DirectoryError};

/// How forgiving the account's SCIM API is with what differs from the RFCs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ToleranceMode {
    /// As the identity provider needs that the requests show; everything while they show none.
    #[default]
    AsNeeded,
    /// Everything that Rollcall knows.
    All,
    /// The RFCs' letter.
    Strict,
}

impl ToleranceMode {
    /// All of them, the default first.
    pub const ALL: [Self; 3] = [Self::AsNeeded, Self::All, Self::Strict];

    /// The name as stored: `as_needed`, `all`, `strict`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AsNeeded => "as_needed",
            Self::All => "all",
            Self::Strict => "strict",
        }
    }

    /// The mode of this [name](Self::as_str).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == name)
    }

    pub(crate) fn stored(text: &str) -> Result<Self, DirectoryError> {
        Self::from_name(text).ok_or_else(|| DirectoryError::Corrupt(format!("the tolerance {text:?}")))
    }

    /// What a request of `identity_provider` is granted.
    pub(crate) fn strictness(self, identity_provider: Option<IdentityProvider>) -> Strictness {
        match (self, identity_provider) {
            (Self::AsNeeded, Some(identity_provider)) => Strictness::Only(identity_provider.needs()),
            (Self::AsNeeded, None) | (Self::All, _) => Strictness::All,
            (Self::Strict, _) => Strictness::Strict,
        }
    }
}

/// The state of the link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Whether SCIM requests are served.
    pub enabled: bool,
    /// When it was last switched on or off; none: never.
    pub switched_at: Option<Timestamp>,
    /// When a request with a valid token last came; none: never.
    pub last_contact_at: Option<Timestamp>,
    /// The `User-Agent` of that request.
    pub last_contact_agent: Option<String>,
    /// How forgiving it is.
    pub tolerance: ToleranceMode,
    /// The identity provider that its requests show; none: they have shown none yet.
    pub identity_provider: Option<IdentityProvider>,
    /// The guide that was chosen for setting it up, by its name; none: not yet.
    pub guide: Option<String>,
}

#[derive(sqlx::FromRow)]
struct ConnectionRow {
    enabled: bool,
    switched_at: Option<i64>,
    last_contact_at: Option<i64>,
    last_contact_agent: Option<String>,
    tolerance: String,
    identity_provider: Option<String>,
    guide: Option<String>,
}

impl Directory {
    /// The account's connection.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Store`].
    pub async fn get_connection(&self, account: AccountId) -> Result<Connection, DirectoryError> {
        let row: Option<ConnectionRow> = sqlx::query_as(
            "SELECT enabled, switched_at, last_contact_at, last_contact_agent, tolerance, identity_provider, guide
             FROM connections WHERE account_id = $1",
        )
        .bind(account)
        .fetch_optional(self.readers())
        .await?;
        let row = row.ok_or(DirectoryError::NotFound)?;
        let mut connection = Connection {
            enabled: row.enabled,
            switched_at: time_opt(row.switched_at)?,
            last_contact_at: time_opt(row.last_contact_at)?,
            last_contact_agent: row.last_contact_agent,
            tolerance: ToleranceMode::stored(&row.tolerance)?,
            identity_provider: row
                .identity_provider
                .as_deref()
                .and_then(IdentityProvider::from_name),
            guide: row.guide,
        };
        if let Some(last) = self.inner().token_uses.last_of(account) {
            if let Some(shown) = IdentityProvider::detect(&last.agent, "", None) {
                connection.identity_provider = Some(shown);
            }
            connection.last_contact_at = Some(last.at);
            connection.last_contact_agent = Some(last.agent);
        }
        Ok(connection)
    }

    /// Switches provisioning on; nothing is reset. Nothing happens if it is on.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`].
    pub async fn enable_provisioning(&self, actor: &Actor, account: AccountId) -> Result<(), DirectoryError> {
        self.switch(actor, account, true).await
    }

    /// Switches provisioning off: every SCIM request is refused from the next one on, and nothing is deleted.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`].
    pub async fn disable_provisioning(
        &self,
        actor: &Actor,
        account: AccountId,
    ) -> Result<(), DirectoryError> {
        self.switch(actor, account, false).await
    }

    /// Sets how forgiving the account's SCIM API is, from the next request on. Nothing happens if it is so already.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`].
    pub async fn set_tolerance(
        &self,
        actor: &Actor,
        account: AccountId,
        tolerance: ToleranceMode,
    ) -> Result<(), DirectoryError> {
        let actor = actor.clone();
        self.act(move |tx| {
            Box::pin(async move {
                let before: Option<String> =
                    sqlx::query_scalar("SELECT tolerance FROM connections WHERE account_id = $1")
                        .bind(account)
                        .fetch_optional(&mut tx.conn)
                        .await?;
                let before = before.ok_or(DirectoryError::NotFound)?;
                if before == tolerance.as_str() {
                    return Ok(());
                }
                sqlx::query("UPDATE connections SET tolerance = $2 WHERE account_id = $1")
                    .bind(account)
                    .bind(tolerance.as_str())
                    .execute(&mut tx.conn)
                    .await?;
                let mut entry = tx.entry(Some(account), &actor, Action::SetTolerance);
                entry.changes.push(Change {
                    attribute: "tolerance".to_owned(),
                    before: before.into(),
                    after: tolerance.as_str().into(),
                });
                tx.log(entry);
                Ok(())
            })
        })
        .await
    }

    /// Chooses the guide by which the connection is set up: a name that the console knows. What an administrator reads
    /// is no change of the account, and leaves no entry.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`].
    pub async fn choose_guide(&self, account: AccountId, guide: &str) -> Result<(), DirectoryError> {
        let guide = guide.to_owned();
        self.act(move |tx| {
            Box::pin(async move {
                let changed = sqlx::query("UPDATE connections SET guide = $2 WHERE account_id = $1")
                    .bind(account)
                    .bind(guide)
                    .execute(&mut tx.conn)
                    .await?;
                if changed.rows_affected() == 0 {
                    return Err(DirectoryError::NotFound);
                }
                Ok(())
            })
        })
        .await
    }

    async fn switch(&self, actor: &Actor, account: AccountId, on: bool) -> Result<(), DirectoryError> {
        let actor = actor.clone();
        self.act(move |tx| {
            Box::pin(async move {
                let enabled: Option<bool> =
                    sqlx::query_scalar("SELECT enabled FROM connections WHERE account_id = $1")
                        .bind(account)
                        .fetch_optional(&mut tx.conn)
                        .await?;
                if enabled.ok_or(DirectoryError::NotFound)? == on {
                    return Ok(());
                }
                sqlx::query("UPDATE connections SET enabled = $2, switched_at = $3 WHERE account_id = $1")
                    .bind(account)
                    .bind(on)
                    .bind(tx.now.as_microsecond())
                    .execute(&mut tx.conn)
                    .await?;
                let action = if on {
                    Action::EnableProvisioning
                } else {
                    Action::DisableProvisioning
                };
                let entry = tx.entry(Some(account), &actor, action);
                tx.log(entry);
                Ok(())
            })
        })
        .await
    }
}

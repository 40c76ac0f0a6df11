//! An account's one link to its identity provider: the switch, and when it last spoke.

use jiff::Timestamp;

use crate::db::time_opt;
use crate::{AccountId, Action, Actor, Directory, DirectoryError};

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
}

#[derive(sqlx::FromRow)]
struct ConnectionRow {
    enabled: bool,
    switched_at: Option<i64>,
    last_contact_at: Option<i64>,
    last_contact_agent: Option<String>,
}

impl Directory {
    /// The account's connection.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Store`].
    pub async fn get_connection(&self, account: AccountId) -> Result<Connection, DirectoryError> {
        let row: Option<ConnectionRow> = sqlx::query_as(
            "SELECT enabled, switched_at, last_contact_at, last_contact_agent FROM connections WHERE account_id = $1",
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
        };
        if let Some(last) = self.inner().token_uses.last_of(account) {
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

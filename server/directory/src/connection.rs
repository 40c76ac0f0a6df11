//! An account's one link to its identity provider: the switch, and when it last spoke.

use jiff::Timestamp;

use crate::{AccountId, Actor, Directory, DirectoryError};

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

impl Directory {
    /// The account's connection.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Store`].
    pub async fn get_connection(&self, account: AccountId) -> Result<Connection, DirectoryError> {
        todo!()
    }

    /// Switches provisioning on; nothing is reset. Nothing happens if it is on.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`].
    pub async fn enable_provisioning(&self, actor: &Actor, account: AccountId) -> Result<(), DirectoryError> {
        todo!()
    }

    /// Switches provisioning off: every SCIM request is refused from the next one on, and nothing is deleted.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`].
    pub async fn disable_provisioning(&self, actor: &Actor, account: AccountId) -> Result<(), DirectoryError> {
        todo!()
    }
}

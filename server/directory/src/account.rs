//! Accounts: the tenants of an installation.

use jiff::Timestamp;

use crate::{AccountId, Actor, Directory, DirectoryError};

/// One tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The id, part of the account's SCIM base URL.
    pub id: AccountId,
    /// The name that people know it by.
    pub name: String,
    /// When it was created.
    pub created_at: Timestamp,
}

impl Directory {
    /// Creates an account, with provisioning switched off.
    ///
    /// # Errors
    /// [`DirectoryError::Refused`] with `Name` or `AccountNameTaken`.
    pub async fn create_account(&self, actor: &Actor, name: &str) -> Result<Account, DirectoryError> {
        todo!()
    }

    /// All accounts, by name. For owners alone.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn list_accounts(&self) -> Result<Vec<Account>, DirectoryError> {
        todo!()
    }

    /// One account.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Store`].
    pub async fn get_account(&self, id: AccountId) -> Result<Account, DirectoryError> {
        todo!()
    }
}

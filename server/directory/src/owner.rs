//! Owners: who runs the installation. They sign in outside every account and are never matched with a user.

use jiff::Timestamp;

use crate::{Account, Actor, Directory, DirectoryError, OwnerId, Secret};

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
        todo!()
    }

    /// Creates an owner, or sets a new password for the one of this email and ends its sign-ins: also the way back in.
    ///
    /// # Errors
    /// [`DirectoryError::Refused`] with `Email` or `Password`.
    pub async fn set_owner(&self, actor: &Actor, email: &str, password: &str) -> Result<Owner, DirectoryError> {
        todo!()
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
        todo!()
    }
}

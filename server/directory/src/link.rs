//! One-time links: opening one does not use it up; doing what it is for does.

use jiff::Timestamp;

use crate::{AccountId, Actor, Directory, DirectoryError, Secret, UserId};

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
        todo!()
    }

    /// Makes the link by which a user sets a password, and voids earlier ones.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`]; [`DirectoryError::Refused`] with `NoConsoleRole` where no role of the user opens
    /// the console, `UserNameIsOwners` where the username is an owner's email.
    pub async fn create_password_link(&self, actor: &Actor, account: AccountId, user: UserId) -> Result<Link, DirectoryError> {
        todo!()
    }

    /// What the link is for, if it still works.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn find_link(&self, secret: &Secret) -> Result<Option<LinkPurpose>, DirectoryError> {
        todo!()
    }

    /// Sets the password and uses the link up. Ends the user's other sign-ins.
    ///
    /// # Errors
    /// [`DirectoryError::Refused`] with `Link`, `Password`, `UserNameIsOwners`.
    pub async fn set_password(&self, link: &Secret, password: &str) -> Result<(), DirectoryError> {
        todo!()
    }
}

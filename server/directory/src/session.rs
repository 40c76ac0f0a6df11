//! Sign-ins to the console: listed in the store, so that they can be ended; rights are looked up at each request.

use jiff::Timestamp;

use crate::{AccountId, Actor, Directory, DirectoryError, OwnerId, Secret, SessionId, UserId};

/// What a user's roles open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsoleAccess {
    /// Everything in the account.
    Administrator,
    /// Everything in the account, to read.
    Auditor,
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
            Person::User { id, user_name, .. } => Actor::User { id: id.to_string(), user_name: user_name.clone() },
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
            Person::User { account: own, access, .. } => *own == account && *access == ConsoleAccess::Administrator,
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
    pub async fn sign_in(&self, name: &str, password: &str, address: &str, agent: &str) -> Result<Secret, DirectoryError> {
        todo!()
    }

    /// The sign-in that a cookie stands for, if it still holds and the person still has a right to the console.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn find_session(&self, secret: &Secret) -> Result<Option<Session>, DirectoryError> {
        todo!()
    }

    /// Ends a sign-in.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn sign_out(&self, id: SessionId) -> Result<(), DirectoryError> {
        todo!()
    }
}

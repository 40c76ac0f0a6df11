//! Why the directory did not do what it was asked.

use scim::ScimError;
use serde::{Deserialize, Serialize};

/// What every function of [`crate::Directory`] may answer instead of its value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DirectoryError {
    /// There is no such thing in this account. Says nothing about other accounts.
    #[error("not found")]
    NotFound,
    /// A rule says no; the person can do something about it.
    #[error("refused: {0:?}")]
    Refused(#[from] Refusal),
    /// The SCIM answer to the identity provider's request.
    #[error("refused by the protocol")]
    Scim(#[from] ScimError),
    /// The store failed; the source says how.
    #[error("the store failed")]
    Store(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the store could not be migrated")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// What the store holds cannot be read back; a defect, or a file that something else changed.
    #[error("the store holds what cannot be read: {0}")]
    Corrupt(String),
    /// A write panicked; nothing of it remains.
    #[error("the write failed by a defect in Rollcall")]
    Defect,
    /// The writer has stopped.
    #[error("the directory is closed")]
    Closed,
}

/// The rules' reasons, each with what a page needs to say what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "reason", rename_all = "camelCase")]
#[non_exhaustive]
pub enum Refusal {
    /// A name that must have text is empty or too long.
    #[error("the name must have 1 to {most} characters")]
    Name {
        /// The longest that is taken, in characters.
        most: u16,
    },
    /// Not an email address.
    #[error("this is not an email address")]
    Email,
    /// The password is too short or too long.
    #[error("the password must have {least} to {most} characters")]
    Password {
        /// The shortest that is taken, in characters.
        least: u16,
        /// The longest that is taken, in characters.
        most: u16,
    },
    /// The username is in use; whose it is, is not said.
    #[error("the username is already in use")]
    UserNameTaken,
    /// The username equals an owner's email, so that it gets no password.
    #[error("the username is an owner's email, so it cannot have a password")]
    UserNameIsOwners,
    /// Two live read-write tokens exist.
    #[error("{most} read-write tokens are live; revoke one first")]
    TooManyTokens {
        /// How many may be live.
        most: u8,
    },
    /// The token whose place a new one is to take is none, ended already, or of the other kind.
    #[error("there is no live token of this kind to replace")]
    NothingToReplace,
    /// A number of days that is none or too many.
    #[error("choose 1 to {most} days")]
    Days {
        /// The most that are taken.
        most: u16,
    },
    /// The validity ends in the past or too far away.
    #[error("the validity must end between now and {years} years from now")]
    Validity {
        /// The longest validity, in years.
        years: u8,
    },
    /// The one-time link is unknown, used or expired.
    #[error("this link is used up or has expired")]
    Link,
    /// The last person who can administer the account cannot be removed by hand.
    #[error("this is the last administrator of the account")]
    LastAdministrator,
    /// Another role of the account, or a built-in one, has the name.
    #[error("another role has this name")]
    RoleNameTaken,
    /// The account has as many own roles as it may.
    #[error("an account can have {most} roles of its own")]
    TooManyRoles {
        /// How many.
        most: u16,
    },
    /// What was to be undone was changed again.
    #[error("this was changed again since")]
    ChangedSince,
    /// Only an owner marks a break-glass administrator.
    #[error("only an owner can do this")]
    OwnersOnly,
    /// The identity provider manages this user.
    #[error("the identity provider manages this user")]
    ManagedByScim,
    /// Email and password do not fit together.
    #[error("email or password is wrong")]
    SignIn,
    /// Too many attempts.
    #[error("too many attempts; try again in {seconds} seconds")]
    Throttled {
        /// How long to wait.
        seconds: u32,
    },
    /// There is an owner already, so that the first-owner link is void.
    #[error("there is an owner already")]
    OwnerExists,
    /// Provisioning is switched on, so that the identity provider would take the user over again.
    #[error("switch provisioning off first")]
    ProvisioningOn,
    /// The user's roles do not open the console.
    #[error("the user's roles do not open the console")]
    NoConsoleRole,
    /// What was taken cannot be given back any more.
    #[error("the time to undo this has passed")]
    UndoOver,
}

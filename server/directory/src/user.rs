//! Users as the console sees them: both kinds, with roles and where they come from.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::provisioning::Membership;
use crate::role::effective::EffectiveRoles;
use crate::{AccountId, Actor, Directory, DirectoryError, Role, UserId};

/// Who manages a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ManagedBy {
    /// An administrator, in the console.
    Manual,
    /// The identity provider.
    Scim,
}

/// A manual user to be.
#[derive(Debug, Clone, Default)]
pub struct NewUser {
    /// The username.
    pub user_name: String,
    /// What people call the person; may be empty.
    pub display_name: String,
    /// Direct roles.
    pub roles: Vec<Role>,
    /// Whether it is a break-glass administrator; only for an owner or the command line.
    pub break_glass: bool,
}

/// Which users; all fields narrow.
#[derive(Debug, Clone, Default)]
pub struct UserQuery {
    /// Text that the username, name or email contains, without regard to case; empty: all.
    pub search: String,
    /// Only users managed so.
    pub managed_by: Option<ManagedBy>,
    /// Only active or inactive users.
    pub active: Option<bool>,
    /// Only users after this username key, the `next` of the page before.
    pub after: Option<String>,
    /// How many at the most; 1 to 200.
    pub limit: u16,
}

/// A user in a table.
#[derive(Debug, Clone)]
pub struct UserRow {
    /// The id.
    pub id: UserId,
    /// The username as given.
    pub user_name: String,
    /// What people call the person.
    pub name: Option<String>,
    /// The primary email.
    pub email: Option<String>,
    /// Who manages it.
    pub managed_by: ManagedBy,
    /// Whether it is active.
    pub active: bool,
    /// Whether it is a break-glass administrator.
    pub break_glass: bool,
    /// The roles with their origin.
    pub roles: EffectiveRoles,
}

/// A page of users, by username.
#[derive(Debug, Clone)]
pub struct UserPage {
    /// The users.
    pub users: Vec<UserRow>,
    /// How many match in all.
    pub total: u64,
    /// The value of `after` for the next page; none on the last.
    pub next: Option<String>,
}

/// Everything about one user.
#[derive(Debug, Clone)]
pub struct UserView {
    /// As in a table.
    pub row: UserRow,
    /// All attributes: a path such as `name.familyName`, and the value as text.
    pub attributes: Vec<(String, String)>,
    /// The identity provider's own id for it.
    pub external_id: Option<String>,
    /// The groups.
    pub groups: Vec<Membership>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub modified_at: Timestamp,
    /// When the identity provider took it over; none if it never did.
    pub converted_at: Option<Timestamp>,
    /// When the password was set; none: there is no password.
    pub password_set_at: Option<Timestamp>,
    /// Whether it is the last one who can administer the account, so that roles cannot be taken by hand.
    pub is_last_administrator: bool,
}

impl Directory {
    /// The account's users by username, with their roles.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn list_users(&self, account: AccountId, query: &UserQuery) -> Result<UserPage, DirectoryError> {
        todo!()
    }

    /// How many users the account has: managed by the identity provider, manual.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn count_users(&self, account: AccountId) -> Result<(u64, u64), DirectoryError> {
        todo!()
    }

    /// One user.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Store`].
    pub async fn get_user(&self, account: AccountId, id: UserId) -> Result<UserView, DirectoryError> {
        todo!()
    }

    /// The user of this username, in any letter-case.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn find_user_by_name(&self, account: AccountId, user_name: &str) -> Result<Option<UserId>, DirectoryError> {
        todo!()
    }

    /// Adds a manual user.
    ///
    /// # Errors
    /// [`DirectoryError::Refused`] with `Name`, `UserNameTaken` or `OwnersOnly`.
    pub async fn add_user(&self, actor: &Actor, account: AccountId, user: NewUser) -> Result<UserId, DirectoryError> {
        todo!()
    }

    /// Switches a manual user on or off; off ends its sign-ins.
    ///
    /// # Errors
    /// [`DirectoryError::Refused`] with `ManagedByScim` or `LastAdministrator`.
    pub async fn set_user_active(&self, actor: &Actor, account: AccountId, id: UserId, active: bool) -> Result<(), DirectoryError> {
        todo!()
    }

    /// Gives a user a direct role; nothing happens if it has it.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`].
    pub async fn give_role(&self, actor: &Actor, account: AccountId, id: UserId, role: Role) -> Result<(), DirectoryError> {
        todo!()
    }

    /// Takes a direct role; group roles change only through the group.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Refused`] with `LastAdministrator`.
    pub async fn take_role(&self, actor: &Actor, account: AccountId, id: UserId, role: Role) -> Result<(), DirectoryError> {
        todo!()
    }
}

//! Roles: what a user may do, and where each one comes from.

mod change;
pub mod effective;
pub mod extra;
mod holders;
pub(crate) mod nesting;
mod own;
pub mod remaining;

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub(crate) use change::check;
pub use effective::EffectiveRoles;
pub use holders::{GivingGroup, HolderPage, RoleCount};
pub use own::{OwnRole, Roles};

use crate::{DirectoryError, GroupId, RoleId};

/// A role: a built-in one, or one of an account's own. What it is called and what it opens is in [`Roles`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Role {
    /// Opens the console.
    Administrator,
    /// Opens the console, read-only.
    Auditor,
    /// Does not open the console.
    Member,
    /// One of the account's own.
    Own(RoleId),
}

impl Role {
    /// The built-in roles, the most powerful first.
    pub const BUILT_IN: [Role; 3] = [Role::Administrator, Role::Auditor, Role::Member];

    /// The name of a built-in role: `administrator`, `auditor`, `member`.
    pub(crate) fn built_in_name(self) -> Option<&'static str> {
        match self {
            Role::Administrator => Some("administrator"),
            Role::Auditor => Some("auditor"),
            Role::Member => Some("member"),
            Role::Own(_) => None,
        }
    }

    /// The built-in role of this name, in any letter-case.
    pub(crate) fn built_in(name: &str) -> Option<Self> {
        let named = |role: &Role| {
            role.built_in_name()
                .is_some_and(|own| own.eq_ignore_ascii_case(name))
        };
        Role::BUILT_IN.into_iter().find(named)
    }

    /// Reads a role as it is stored.
    pub(crate) fn stored(text: &str) -> Result<Self, DirectoryError> {
        text.parse()
            .map_err(|_| DirectoryError::Corrupt(format!("the role {text:?}")))
    }
}

/// As it is stored and sent: the built-in name, or the id.
impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Role::Own(id) => id.fmt(f),
            built_in => f.write_str(built_in.built_in_name().unwrap_or_default()),
        }
    }
}

/// The text is neither a built-in role's name nor an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no role")]
pub struct UnknownRole(pub String);

impl FromStr for Role {
    type Err = UnknownRole;

    /// Reads what `Display` writes.
    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Role::built_in(text)
            .or_else(|| text.parse().ok().map(Role::Own))
            .ok_or_else(|| UnknownRole(text.to_owned()))
    }
}

impl TryFrom<String> for Role {
    type Error = UnknownRole;

    fn try_from(text: String) -> Result<Self, UnknownRole> {
        text.parse()
    }
}

impl From<Role> for String {
    fn from(role: Role) -> Self {
        role.to_string()
    }
}

/// A role given to a user by a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectRole {
    /// The role.
    pub role: Role,
    /// When it was given.
    pub granted_at: Timestamp,
    /// Who gave it, in words: an email, a username, `command line`.
    pub granted_by: String,
    /// Whether the user had it before the identity provider took the user over.
    pub before_scim: bool,
}

/// A role held because of membership in a group, directly or through nested groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRole {
    /// The role.
    pub role: Role,
    /// The groups that lead to it, from the one that gives the role down to the one that the user is a member of.
    pub path: Vec<GroupRef>,
    /// When the user became a member of the last of them.
    pub member_since: Timestamp,
    /// Whether the group that gives the role is paused, so that it is not in effect.
    pub paused: bool,
}

/// A group by id and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRef {
    /// Its id, by which it is known.
    pub id: GroupId,
    /// Its name now.
    pub display_name: String,
}

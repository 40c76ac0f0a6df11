//! Roles: what a user may do, and where each one comes from.

pub mod effective;
pub(crate) mod nesting;

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{DirectoryError, GroupId};

/// The built-in roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Opens the console.
    Administrator,
    /// Opens the console, read-only.
    Auditor,
    /// Does not open the console.
    Member,
}

impl Role {
    /// Every role, the most powerful first.
    pub const ALL: [Role; 3] = [Role::Administrator, Role::Auditor, Role::Member];

    /// The name in the store and on the command line: `administrator`, `auditor`, `member`.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Administrator => "administrator",
            Role::Auditor => "auditor",
            Role::Member => "member",
        }
    }

    /// Reads a role as it is stored.
    pub(crate) fn stored(text: &str) -> Result<Self, DirectoryError> {
        text.parse()
            .map_err(|_| DirectoryError::Corrupt(format!("the role {text:?}")))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// No role has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no role '{0}'; the roles are administrator, auditor and member")]
pub struct UnknownRole(pub String);

impl FromStr for Role {
    type Err = UnknownRole;

    /// Reads a name in any letter-case.
    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Role::ALL
            .into_iter()
            .find(|role| role.as_str().eq_ignore_ascii_case(text))
            .ok_or_else(|| UnknownRole(text.to_owned()))
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
}

/// A group by id and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRef {
    /// Its id, by which it is known.
    pub id: GroupId,
    /// Its name now.
    pub display_name: String,
}

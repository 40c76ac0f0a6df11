//! Roles as pages show them.

use serde::{Deserialize, Serialize};

use crate::components::SelectOption;
use crate::text::{K, t};

/// The built-in roles, the most powerful first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Administrator, Self::Auditor, Self::Member];

    /// As it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
            Self::Member => "member",
        }
    }

    /// As a person reads it.
    pub fn label(self) -> &'static str {
        t(match self {
            Self::Administrator => K::RoleAdministrator,
            Self::Auditor => K::RoleAuditor,
            Self::Member => K::RoleMember,
        })
    }

    /// What it opens, in a sentence.
    pub fn meaning(self) -> &'static str {
        t(match self {
            Self::Administrator => K::RoleAdministratorMeaning,
            Self::Auditor => K::RoleAuditorMeaning,
            Self::Member => K::RoleMemberMeaning,
        })
    }
}

/// The roles as choices of a list.
pub fn options(roles: &[Role]) -> Vec<SelectOption> {
    roles
        .iter()
        .map(|role| SelectOption::new(role.as_str(), role.label()))
        .collect()
}

#[cfg(feature = "ssr")]
impl From<directory::Role> for Role {
    fn from(role: directory::Role) -> Self {
        match role {
            directory::Role::Administrator => Self::Administrator,
            directory::Role::Auditor => Self::Auditor,
            directory::Role::Member => Self::Member,
        }
    }
}

#[cfg(feature = "ssr")]
impl From<Role> for directory::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Administrator => Self::Administrator,
            Role::Auditor => Self::Auditor,
            Role::Member => Self::Member,
        }
    }
}

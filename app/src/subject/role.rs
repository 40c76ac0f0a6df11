//! Roles as pages show them.

use serde::{Deserialize, Serialize};

use crate::components::SelectOption;
use crate::text::{K, t};

/// A role: a built-in one, or one of the account's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Opens the console.
    Administrator,
    /// Opens the console, read-only.
    Auditor,
    /// Does not open the console.
    Member,
    /// One of the account's own.
    Own {
        /// The id.
        id: String,
        /// The name.
        name: String,
        /// What it opens of the console.
        access: Access,
    },
}

/// What a role opens of the console.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Nothing.
    #[default]
    None,
    /// Everything, to read.
    Auditor,
    /// Everything.
    Administrator,
}

impl Role {
    /// As it is sent: the built-in name, or the id.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
            Self::Member => "member",
            Self::Own { id, .. } => id,
        }
    }

    /// As a person reads it.
    pub fn label(&self) -> &str {
        match self {
            Self::Administrator => t(K::RoleAdministrator),
            Self::Auditor => t(K::RoleAuditor),
            Self::Member => t(K::RoleMember),
            Self::Own { name, .. } => name,
        }
    }

    /// What it opens.
    pub fn access(&self) -> Access {
        match self {
            Self::Administrator => Access::Administrator,
            Self::Auditor => Access::Auditor,
            Self::Member => Access::None,
            Self::Own { access, .. } => *access,
        }
    }
}

impl Access {
    /// Every choice, the least first.
    pub const ALL: [Self; 3] = [Self::None, Self::Auditor, Self::Administrator];

    /// As it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
        }
    }

    /// What it opens, in a sentence.
    pub fn meaning(self) -> &'static str {
        t(match self {
            Self::None => K::RoleMemberMeaning,
            Self::Auditor => K::RoleAuditorMeaning,
            Self::Administrator => K::RoleAdministratorMeaning,
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
mod convert {
    use directory::{ConsoleAccess, Roles};

    use super::{Access, Role};
    use crate::error::ConsoleError;

    impl Role {
        /// The role, with what the account calls it.
        pub fn of(role: directory::Role, roles: &Roles) -> Self {
            match role {
                directory::Role::Administrator => Self::Administrator,
                directory::Role::Auditor => Self::Auditor,
                directory::Role::Member => Self::Member,
                directory::Role::Own(id) => Self::Own {
                    id: id.to_string(),
                    name: roles.name(role).to_owned(),
                    access: roles.access(role).into(),
                },
            }
        }

        /// All roles of an account.
        pub fn all(roles: &Roles) -> Vec<Self> {
            roles
                .all()
                .into_iter()
                .map(|role| Self::of(role, roles))
                .collect()
        }
    }

    impl From<Option<ConsoleAccess>> for Access {
        fn from(access: Option<ConsoleAccess>) -> Self {
            match access {
                None => Self::None,
                Some(ConsoleAccess::Auditor) => Self::Auditor,
                Some(ConsoleAccess::Administrator) => Self::Administrator,
            }
        }
    }

    impl From<Access> for Option<ConsoleAccess> {
        fn from(access: Access) -> Self {
            match access {
                Access::None => None,
                Access::Auditor => Some(ConsoleAccess::Auditor),
                Access::Administrator => Some(ConsoleAccess::Administrator),
            }
        }
    }

    /// Reads a role as it is sent.
    ///
    /// # Errors
    /// [`ConsoleError::NotFound`].
    pub fn parse(role: &str) -> Result<directory::Role, ConsoleError> {
        role.parse().map_err(|_| ConsoleError::NotFound)
    }
}

#[cfg(feature = "ssr")]
pub use convert::parse;

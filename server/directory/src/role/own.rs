//! An account's own roles: a name, a description, and what they open of the console.

use std::collections::BTreeMap;

use sqlx::{FromRow, SqliteConnection};

use super::Role;
use crate::{AccountId, ConsoleAccess, DirectoryError, Refusal, RoleId, db};

/// The longest name, in characters.
pub(super) const LONGEST_NAME: u16 = 100;
/// The longest description, in characters.
pub(super) const LONGEST_DESCRIPTION: usize = 1_000;
/// Own roles of one account: all of them are read wherever one has to be named.
pub(super) const MOST: u16 = 200;

/// One of an account's own roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRole {
    /// What it is called; unique in the account without regard to case.
    pub name: String,
    /// What it is for; may be empty.
    pub description: String,
    /// What it opens of the console; none: not the console.
    pub access: Option<ConsoleAccess>,
}

/// The roles of one account: the built-in ones, which are everywhere, and its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles(BTreeMap<RoleId, OwnRole>);

#[derive(FromRow)]
struct Row {
    id: RoleId,
    name: String,
    description: String,
    access: Option<String>,
}

impl Roles {
    /// Reads the account's own roles.
    pub(crate) async fn load(
        conn: &mut SqliteConnection,
        account: AccountId,
    ) -> Result<Self, DirectoryError> {
        let rows: Vec<Row> =
            db::rows("SELECT id, name, description, access FROM roles WHERE account_id = $1")
                .bind(account)
                .fetch_all(conn)
                .await?;
        let mut roles = BTreeMap::new();
        for row in rows {
            let access = row.access.as_deref().map(ConsoleAccess::stored).transpose()?;
            let role = OwnRole {
                name: row.name,
                description: row.description,
                access,
            };
            roles.insert(row.id, role);
        }
        Ok(Self(roles))
    }

    /// [`Roles::load`] where any of these is an own role; otherwise there is nothing to look up.
    pub(crate) async fn load_for(
        conn: &mut SqliteConnection,
        account: AccountId,
        used: &[Role],
    ) -> Result<Self, DirectoryError> {
        if used.iter().any(|role| matches!(role, Role::Own(_))) {
            Self::load(conn, account).await
        } else {
            Ok(Self::default())
        }
    }

    /// Every role, the built-in ones first, the account's own by name.
    pub fn all(&self) -> Vec<Role> {
        let mut own: Vec<(&RoleId, &OwnRole)> = self.0.iter().collect();
        own.sort_by_key(|(_, role)| scim::fold(&role.name));
        let own = own.into_iter().map(|(id, _)| Role::Own(*id));
        Role::BUILT_IN.into_iter().chain(own).collect()
    }

    /// The own role of this id.
    pub fn own(&self, id: RoleId) -> Option<&OwnRole> {
        self.0.get(&id)
    }

    /// What the role is called: `administrator`, or the name that the account gave it.
    pub fn name(&self, role: Role) -> &str {
        match role {
            Role::Own(id) => self.own(id).map_or("", |own| &own.name),
            built_in => built_in.built_in_name().unwrap_or_default(),
        }
    }

    /// What an own role is for; empty for the built-in ones.
    pub fn description(&self, role: Role) -> &str {
        match role {
            Role::Own(id) => self.own(id).map_or("", |own| &own.description),
            _ => "",
        }
    }

    /// What the role opens of the console; none: not the console.
    pub fn access(&self, role: Role) -> Option<ConsoleAccess> {
        match role {
            Role::Administrator => Some(ConsoleAccess::Administrator),
            Role::Auditor => Some(ConsoleAccess::Auditor),
            Role::Member => None,
            Role::Own(id) => self.own(id).and_then(|own| own.access),
        }
    }

    /// The role of this name, in any letter-case.
    pub fn named(&self, name: &str) -> Option<Role> {
        let key = scim::fold(name.trim());
        Role::built_in(&key).or_else(|| {
            let mut own = self.0.iter();
            own.find(|(_, own)| scim::fold(&own.name) == key)
                .map(|(id, _)| Role::Own(*id))
        })
    }

    /// Whether the account has the role.
    pub(crate) fn has(&self, role: Role) -> bool {
        match role {
            Role::Own(id) => self.0.contains_key(&id),
            _ => true,
        }
    }

    /// Whether the account can have one more.
    pub(super) fn check_room(&self) -> Result<(), Refusal> {
        if self.0.len() < usize::from(MOST) {
            Ok(())
        } else {
            Err(Refusal::TooManyRoles { most: MOST })
        }
    }
}

//! Users as pages show them.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::role::Role;
use crate::components::{Badge, Thread, ThreadEnd, Tone};
use crate::format::Moment;
use crate::routes;
use crate::text::{K, fill, t};

/// A user in a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRow {
    /// The id.
    pub id: String,
    /// The username.
    pub user_name: String,
    /// What people call the person.
    pub name: Option<String>,
    /// The primary email.
    pub email: Option<String>,
    /// Whether the identity provider manages it.
    pub is_scim: bool,
    /// Whether it is active.
    pub active: bool,
    /// Whether it is a break-glass administrator.
    pub break_glass: bool,
    /// The identity provider's own id for it.
    pub external_id: Option<String>,
    /// When it last changed.
    pub modified_at: Moment,
    /// When a request of the identity provider last named it.
    pub seen_at: Option<Moment>,
    /// The roles, one for each way to it.
    pub roles: Vec<HeldRole>,
}

/// A role and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldRole {
    /// The role.
    pub role: Role,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a role comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// A person gave it.
    Direct {
        /// Who.
        by: String,
        /// When.
        at: Moment,
        /// Whether the user had it before the identity provider took the user over.
        before_scim: bool,
    },
    /// Groups give it.
    Group {
        /// From the one that gives the role down to the user's own.
        path: Vec<GroupName>,
        /// Since when the user is a member of its own.
        since: Moment,
        /// Whether the group that gives the role is paused, so that it is not in effect.
        paused: bool,
    },
}

/// A group by id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupName {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
}

impl UserRow {
    /// What to call the person: the name, or else the username.
    pub fn title(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.user_name.clone())
    }
}

impl HeldRole {
    /// The role with its origin, in a line: `Auditor through Finance`.
    pub fn line(&self) -> AnyView {
        let origin = match &self.origin {
            Origin::Direct {
                before_scim: true, ..
            } => t(K::UserRoleBeforeScim).to_owned(),
            Origin::Direct { by, .. } => fill(K::UserRoleDirect, &[("by", by)]),
            Origin::Group { path, .. } => {
                let group = path.first().map(|group| group.name.as_str()).unwrap_or_default();
                fill(K::UserRoleThrough, &[("group", group)])
            }
        };
        let (role, paused) = (self.role.label().to_owned(), self.is_paused().then(paused));
        view! { <span class="held-role">{role} " " <span class="muted">{origin}</span> " " {paused}</span> }
            .into_any()
    }

    /// Whether the group that gives it is paused, so that it is not in effect.
    pub fn is_paused(&self) -> bool {
        matches!(self.origin, Origin::Group { paused: true, .. })
    }

    /// Whether a person gave it.
    pub fn is_direct(&self) -> bool {
        matches!(self.origin, Origin::Direct { .. })
    }

    /// The role as a thread of the trail. `converted_at`: when the identity provider took the user over; `action`:
    /// what can be done about a direct role.
    pub fn thread(
        &self,
        to: &routes::Account,
        converted_at: Option<Moment>,
        action: Option<AnyView>,
    ) -> Thread {
        let from = match &self.origin {
            Origin::Direct { by, at, before_scim } => ThreadEnd::Direct {
                by: by.clone(),
                at: *at,
                kept_at: converted_at.filter(|_| *before_scim),
            },
            Origin::Group { path, since, paused } => ThreadEnd::Group {
                path: path
                    .iter()
                    .map(|group| (group.name.clone(), to.group(&group.id)))
                    .collect(),
                since: *since,
                paused: *paused,
            },
        };
        Thread {
            role: self.role.label().to_owned(),
            from,
            action,
        }
    }
}

/// Who manages a user, as a badge.
pub fn managed_by(is_scim: bool) -> AnyView {
    if is_scim {
        view! { <Badge tone=Tone::Accent label=t(K::UserScim) /> }.into_any()
    } else {
        view! { <Badge label=t(K::UserManual) /> }.into_any()
    }
}

/// That a group is paused, as a badge.
pub fn paused() -> AnyView {
    view! { <Badge tone=Tone::Warning label=t(K::GroupPaused) /> }.into_any()
}

/// Whether a user is active, as a badge.
pub fn activity(active: bool) -> AnyView {
    if active {
        view! { <Badge tone=Tone::Good label=t(K::UserActive) /> }.into_any()
    } else {
        view! { <Badge label=t(K::UserInactive) /> }.into_any()
    }
}

#[cfg(feature = "ssr")]
impl From<directory::UserRow> for UserRow {
    fn from(row: directory::UserRow) -> Self {
        let own = row.roles.own;
        let direct = row
            .roles
            .direct
            .into_iter()
            .map(|held| HeldRole::direct(held, &own));
        let through_groups = row
            .roles
            .through_groups
            .into_iter()
            .map(|held| HeldRole::through_group(held, &own));
        Self {
            roles: direct.chain(through_groups).collect(),
            external_id: row.external_id,
            modified_at: row.modified_at.into(),
            seen_at: row.seen_at.map(Into::into),
            id: row.id.to_string(),
            user_name: row.user_name,
            name: row.name.filter(|name| !name.is_empty()),
            email: row.email,
            is_scim: row.managed_by == directory::ManagedBy::Scim,
            active: row.active,
            break_glass: row.break_glass,
        }
    }
}

#[cfg(feature = "ssr")]
impl HeldRole {
    /// A direct role. `own`: what the account's own roles are called.
    pub fn direct(held: directory::role::DirectRole, own: &directory::Roles) -> Self {
        Self {
            role: Role::of(held.role, own),
            origin: Origin::Direct {
                by: held.granted_by,
                at: held.granted_at.into(),
                before_scim: held.before_scim,
            },
        }
    }

    /// A role that a group gives.
    pub fn through_group(held: directory::role::GroupRole, own: &directory::Roles) -> Self {
        Self {
            role: Role::of(held.role, own),
            origin: Origin::Group {
                path: held.path.into_iter().map(Into::into).collect(),
                since: held.member_since.into(),
                paused: held.paused,
            },
        }
    }
}

#[cfg(feature = "ssr")]
impl From<directory::role::GroupRef> for GroupName {
    fn from(group: directory::role::GroupRef) -> Self {
        Self {
            id: group.id.to_string(),
            name: group.display_name,
        }
    }
}

//! Users and groups as they are stored, and as an answer shows them.

use jiff::Timestamp;
use scim::{Meta, Resource, ResourceType, Supplied};
use serde_json::{Value, json};

use crate::role::GroupRef;
use crate::role::effective::EffectiveRoles;
use crate::{GroupId, ManagedBy, Role, UserId};

/// A user as stored.
#[derive(Debug, Clone)]
pub struct StoredUser {
    /// The id.
    pub id: UserId,
    /// The attributes.
    pub resource: Resource,
    /// Counts changes; the `ETag` is `W/"<version>"`.
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub modified_at: Timestamp,
    /// Who manages it.
    pub managed_by: ManagedBy,
    /// The groups, direct and (with `direct` false) through nesting; from a read empty unless asked for.
    pub groups: Vec<Membership>,
    /// What the user may do; none unless a read-only token asked for it.
    pub roles: Option<EffectiveRoles>,
}

/// A group that a user is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The group.
    pub group: GroupRef,
    /// Whether the user is a member itself, or only through a nested group.
    pub direct: bool,
}

/// A group as stored.
#[derive(Debug, Clone)]
pub struct StoredGroup {
    /// The id.
    pub id: GroupId,
    /// The attributes, without members.
    pub resource: Resource,
    /// Counts changes; the `ETag` is `W/"<version>"`.
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub modified_at: Timestamp,
    /// How many members there are.
    pub member_count: u64,
    /// The members; none unless asked for.
    pub members: Option<Vec<StoredMember>>,
}

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMember {
    /// The id of the user or group.
    pub id: String,
    /// What it is.
    pub kind: scim::ResourceType,
    /// The username or the group's name.
    pub display: String,
}

/// A user or a group as stored.
#[derive(Debug, Clone)]
pub enum StoredResource {
    /// A user.
    User(StoredUser),
    /// A group.
    Group(StoredGroup),
}

impl StoredResource {
    /// What it is.
    pub fn kind(&self) -> ResourceType {
        self.resource().kind()
    }

    /// Its id.
    pub fn id(&self) -> String {
        match self {
            Self::User(user) => user.id.to_string(),
            Self::Group(group) => group.id.to_string(),
        }
    }

    /// Its attributes.
    pub fn resource(&self) -> &Resource {
        match self {
            Self::User(user) => &user.resource,
            Self::Group(group) => &group.resource,
        }
    }

    /// Its `meta`; `base_url`: the account's SCIM base.
    pub fn meta(&self, base_url: &str) -> Meta {
        let (version, created, last_modified) = match self {
            Self::User(user) => (user.version, user.created_at, user.modified_at),
            Self::Group(group) => (group.version, group.created_at, group.modified_at),
        };
        let (kind, id) = (self.kind(), self.id());
        Meta {
            location: format!("{base_url}{}/{id}", kind.endpoint()),
            id,
            resource_type: kind,
            created,
            last_modified,
            version,
        }
    }

    /// The read-only values that are known of it. Who manages a user is for apps that read, which see manual users
    /// too: an identity provider would send it back.
    pub fn supplied(&self, base_url: &str, read_only: bool) -> Supplied {
        match self {
            Self::User(user) => Supplied {
                groups: Some(user.groups.iter().map(|group| group.to_json(base_url)).collect()),
                managed_by: read_only.then(|| user.managed_by.as_str()),
                effective_roles: user.roles.as_ref().map(roles_json),
                ..Supplied::default()
            },
            Self::Group(group) => Supplied {
                members: group
                    .members
                    .as_ref()
                    .map(|members| members.iter().map(|member| member.to_json(base_url)).collect()),
                ..Supplied::default()
            },
        }
    }
}

impl Membership {
    /// RFC 7643 §4.1.2, `groups`.
    fn to_json(&self, base_url: &str) -> Value {
        json!({
            "value": self.group.id,
            "$ref": format!("{base_url}{}/{}", ResourceType::Group.endpoint(), self.group.id),
            "display": self.group.display_name,
            "type": if self.direct { "direct" } else { "indirect" },
        })
    }
}

impl StoredMember {
    /// RFC 7643 §4.2, `members`.
    fn to_json(&self, base_url: &str) -> Value {
        json!({
            "value": self.id,
            "$ref": format!("{base_url}{}/{}", self.kind.endpoint(), self.id),
            "display": self.display,
            "type": self.kind.name(),
        })
    }
}

/// `effectiveRoles` of Rollcall's extension.
fn roles_json(roles: &EffectiveRoles) -> Value {
    let value = |role: Role| {
        let direct = roles.direct.iter().any(|grant| grant.role == role);
        json!({
            "value": roles.own.name(role),
            "type": if direct { "direct" } else { "indirect" },
        })
    };
    roles.roles().into_iter().map(value).collect()
}

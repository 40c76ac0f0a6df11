//! Users, groups and members as the commands of a batch know and change them.

use jiff::Timestamp;
use scim::{Resource, ResourceType};

use super::super::matching::Existing;
use super::super::{StoredGroup, StoredUser};
use crate::user::Sources;
use crate::{AccountId, EntryId, GroupId, ManagedBy, Role, UserId};

/// A user with all that a command may change.
#[derive(Debug, Clone)]
pub(in crate::provisioning) struct UserState {
    pub(in crate::provisioning) id: UserId,
    pub(in crate::provisioning) account: AccountId,
    pub(in crate::provisioning) user_name_key: String,
    pub(in crate::provisioning) resource: Resource,
    pub(in crate::provisioning) version: i64,
    pub(in crate::provisioning) created_at: Timestamp,
    pub(in crate::provisioning) modified_at: Timestamp,
    pub(in crate::provisioning) managed_by: ManagedBy,
    pub(in crate::provisioning) break_glass: bool,
    pub(in crate::provisioning) converted_at: Option<Timestamp>,
    pub(in crate::provisioning) sources: Sources,
}

impl UserState {
    /// As the caller sees it, without groups.
    pub(in crate::provisioning) fn stored(&self) -> StoredUser {
        StoredUser {
            id: self.id,
            resource: self.resource.clone(),
            version: self.version,
            created_at: self.created_at,
            modified_at: self.modified_at,
            managed_by: self.managed_by,
            groups: Vec::new(),
            roles: None,
        }
    }
}

/// Who has a username: what the matching is told, and the id.
#[derive(Debug, Clone, Copy)]
pub(in crate::provisioning) struct Holder {
    pub(in crate::provisioning) id: UserId,
    pub(in crate::provisioning) existing: Existing,
}

/// A group without its members.
#[derive(Debug, Clone)]
pub(in crate::provisioning) struct GroupState {
    pub(in crate::provisioning) id: GroupId,
    pub(in crate::provisioning) account: AccountId,
    pub(in crate::provisioning) display_name_key: String,
    pub(in crate::provisioning) resource: Resource,
    pub(in crate::provisioning) version: i64,
    pub(in crate::provisioning) created_at: Timestamp,
    pub(in crate::provisioning) modified_at: Timestamp,
    pub(in crate::provisioning) member_count: u64,
    /// The last request that named all members.
    pub(in crate::provisioning) asserted: Option<Assertion>,
    /// Whether its roles are not in effect; no command changes it.
    pub(in crate::provisioning) paused: bool,
}

/// A request that says who is a member.
#[derive(Debug, Clone, Copy)]
pub(in crate::provisioning) struct Assertion {
    pub(in crate::provisioning) at: Timestamp,
    pub(in crate::provisioning) entry: EntryId,
}

/// A group that a command deleted, as it was.
#[derive(Debug)]
pub(in crate::provisioning) struct FormerGroup {
    pub(in crate::provisioning) group: GroupState,
    pub(in crate::provisioning) roles: Vec<(Role, String)>,
    pub(in crate::provisioning) affected: u64,
    pub(in crate::provisioning) deleted_by: String,
    pub(in crate::provisioning) entry: EntryId,
}

impl GroupState {
    /// As the caller sees it, without members.
    pub(in crate::provisioning) fn stored(&self) -> StoredGroup {
        StoredGroup {
            id: self.id,
            resource: self.resource.clone(),
            version: self.version,
            created_at: self.created_at,
            modified_at: self.modified_at,
            member_count: self.member_count,
            members: None,
        }
    }
}

/// A user or group that can be a member.
#[derive(Debug, Clone)]
pub(in crate::provisioning) struct Target {
    pub(in crate::provisioning) kind: ResourceType,
    pub(in crate::provisioning) name: String,
}

//! What an identity provider may do: the functions behind the SCIM API.
//!
//! [`Directory::provisioning`] gives a handle for one authenticated request. Each write is a command in the writer's
//! batch: what it needs is fetched, a pure function decides, the difference and the log entry are stored together,
//! and only after the commit does the caller get the answer. A refusal leaves an entry too.

pub mod matching;

use jiff::Timestamp;
use scim::{Filter, Page, Resource, ScimError, SortBy};
use serde_json::Value;

use crate::log::Request;
use crate::role::GroupRef;
use crate::{Bearer, Directory, GroupId, ManagedBy, UserId};

/// One authenticated request of an identity provider or app.
#[derive(Debug)]
pub struct Provisioning<'d> {
    directory: &'d Directory,
    bearer: &'d Bearer,
    request: Request,
}

/// A user as stored.
#[derive(Debug, Clone)]
pub struct StoredUser {
    /// The id.
    pub id: UserId,
    /// The attributes.
    pub resource: Resource,
    /// Counts changes; the ETag is `W/"<version>"`.
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub modified_at: Timestamp,
    /// Who manages it.
    pub managed_by: ManagedBy,
    /// The groups, direct and (with `direct` false) through nesting; empty unless asked for.
    pub groups: Vec<Membership>,
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
    /// Counts changes; the ETag is `W/"<version>"`.
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

/// How a POST of a user was answered.
#[derive(Debug, Clone)]
pub struct CreatedUser {
    /// The user.
    pub user: StoredUser,
    /// Whether it is a manual user that was converted.
    pub converted: bool,
}

/// Which resources a list request asks for.
#[derive(Debug, Clone)]
pub struct ListQuery {
    /// Which; none: all.
    pub filter: Option<Filter>,
    /// In which order; none: by creation.
    pub sort: Option<SortBy>,
    /// Which part of them.
    pub page: Page,
    /// Whether to fill [`StoredUser::groups`] or [`StoredGroup::members`].
    pub with_references: bool,
}

/// A part of a list.
#[derive(Debug, Clone)]
pub struct Listing<T> {
    /// How many match in all.
    pub total: usize,
    /// The part asked for.
    pub items: Vec<T>,
}

/// What a conditional request demands (RFC 7644 §3.14): the versions that are acceptable; none: any.
#[derive(Debug, Clone, Default)]
pub struct IfMatch(pub Option<Vec<i64>>);

impl Directory {
    /// A handle for one request that `bearer`'s token came with.
    pub fn provisioning<'d>(&'d self, bearer: &'d Bearer, request: Request) -> Provisioning<'d> {
        Provisioning { directory: self, bearer, request }
    }
}

/// Every function answers [`ScimError`], ready to be sent; what the store's failure was is logged, never told.
impl Provisioning<'_> {
    /// POST: creates a user, converts the manual one of that username, or refuses, as [`matching::decide`] says.
    pub async fn create_user(&self, body: Value) -> Result<CreatedUser, ScimError> {
        todo!()
    }

    /// GET by id. A read-write token sees SCIM-managed users alone, a read-only one all of its account.
    pub async fn get_user(&self, id: &str, with_groups: bool) -> Result<StoredUser, ScimError> {
        todo!()
    }

    /// GET of a list, with the same visibility as [`Provisioning::get_user`].
    pub async fn list_users(&self, query: &ListQuery) -> Result<Listing<StoredUser>, ScimError> {
        todo!()
    }

    /// PUT.
    pub async fn replace_user(&self, id: &str, body: Value, if_match: IfMatch) -> Result<StoredUser, ScimError> {
        todo!()
    }

    /// PATCH.
    pub async fn patch_user(&self, id: &str, body: Value, if_match: IfMatch) -> Result<StoredUser, ScimError> {
        todo!()
    }

    /// DELETE. The name is free afterwards; the history stays.
    pub async fn delete_user(&self, id: &str, if_match: IfMatch) -> Result<(), ScimError> {
        todo!()
    }

    /// POST of a group.
    pub async fn create_group(&self, body: Value) -> Result<StoredGroup, ScimError> {
        todo!()
    }

    /// GET of a group by id.
    pub async fn get_group(&self, id: &str, with_members: bool) -> Result<StoredGroup, ScimError> {
        todo!()
    }

    /// GET of the groups.
    pub async fn list_groups(&self, query: &ListQuery) -> Result<Listing<StoredGroup>, ScimError> {
        todo!()
    }

    /// PUT of a group; members absent from the body stay as they are.
    pub async fn replace_group(&self, id: &str, body: Value, if_match: IfMatch) -> Result<StoredGroup, ScimError> {
        todo!()
    }

    /// PATCH of a group. [`StoredGroup::members`] is none in the answer; read them where the answer carries them.
    pub async fn patch_group(&self, id: &str, body: Value, if_match: IfMatch) -> Result<StoredGroup, ScimError> {
        todo!()
    }

    /// DELETE of a group: its members lose the roles that only it gave.
    pub async fn delete_group(&self, id: &str, if_match: IfMatch) -> Result<(), ScimError> {
        todo!()
    }

    /// Records that this request was refused before it reached the functions above (read-only token, switched off,
    /// a body that is no JSON, …), and gives the error back.
    pub async fn refuse(&self, error: ScimError) -> ScimError {
        todo!()
    }
}

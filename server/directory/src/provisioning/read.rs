//! What identity providers and apps read of one resource, and what resources refer to.

use std::collections::HashMap;

use scim::ResourceType;
use sqlx::{FromRow, SqliteConnection};

use super::working_set::member_kind;
use super::{Membership, References, StoredGroup, StoredMember, StoredResource, StoredUser, resource};
use crate::db::filter_sql;
use crate::role::effective;
use crate::role::nesting::Lineage;
use crate::{AccountId, Bearer, Directory, DirectoryError, GroupId, ManagedBy, UserId, db};

/// A user or a group; what only the other has is filled with a constant.
#[derive(FromRow)]
pub(super) struct Row {
    id: String,
    managed_by: String,
    member_count: i64,
    resource: String,
    version: i64,
    created_at: i64,
    modified_at: i64,
}

impl Row {
    pub(super) fn user_id(&self) -> Result<UserId, DirectoryError> {
        self.id.parse().map_err(|_| self.unreadable())
    }

    pub(super) fn group_id(&self) -> Result<GroupId, DirectoryError> {
        self.id.parse().map_err(|_| self.unreadable())
    }

    pub(super) fn member_count(&self) -> usize {
        usize::try_from(self.member_count).unwrap_or(0)
    }

    fn unreadable(&self) -> DirectoryError {
        DirectoryError::Corrupt(format!("the id {:?}", self.id))
    }

    pub(super) fn into_resource(self, kind: ResourceType) -> Result<StoredResource, DirectoryError> {
        let attributes = resource(kind, &self.resource)?;
        let (created_at, modified_at) = (db::time(self.created_at)?, db::time(self.modified_at)?);
        Ok(match kind {
            ResourceType::User => StoredResource::User(StoredUser {
                id: self.user_id()?,
                resource: attributes,
                version: self.version,
                created_at,
                modified_at,
                managed_by: ManagedBy::stored(&self.managed_by)?,
                groups: Vec::new(),
                roles: None,
            }),
            ResourceType::Group => StoredResource::Group(StoredGroup {
                id: self.group_id()?,
                resource: attributes,
                version: self.version,
                created_at,
                modified_at,
                member_count: u64::try_from(self.member_count).unwrap_or(0),
                members: None,
            }),
        })
    }
}

/// One resource, if the bearer may see it.
pub(super) async fn one(
    directory: &Directory,
    bearer: &Bearer,
    kind: ResourceType,
    id: &str,
    references: References,
) -> Result<Option<StoredResource>, DirectoryError> {
    let mut reader = directory.read().await?;
    let row: Option<Row> = db::rows(filter_sql::by_id(kind))
        .bind(bearer.account)
        .bind(id)
        .bind(bearer.read_only)
        .fetch_optional(&mut *reader)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let mut found = [row.into_resource(kind)?];
    fill(&mut reader, bearer, &mut found, references).await?;
    let [found] = found;
    Ok(Some(found))
}

/// Adds what the resources refer to, in a few statements, whatever their number.
pub(super) async fn fill(
    conn: &mut SqliteConnection,
    bearer: &Bearer,
    resources: &mut [StoredResource],
    references: References,
) -> Result<(), DirectoryError> {
    let (mut users, mut groups) = (Vec::new(), Vec::new());
    for resource in resources.iter() {
        match resource {
            StoredResource::User(user) => users.push(user.id),
            StoredResource::Group(group) => groups.push(group.id),
        }
    }
    let lineage = if references.groups && !users.is_empty() {
        Lineage::load(&mut *conn, bearer.account, &users).await?
    } else {
        Lineage::default()
    };
    // What a user may do is for apps that read; an identity provider would send it back.
    let mut roles = if references.roles && bearer.read_only && !users.is_empty() {
        Some(effective::load(conn, bearer.account, &users).await?)
    } else {
        None
    };
    let mut members = if references.members && !groups.is_empty() {
        Some(members_of(&mut *conn, bearer.account, &groups, None).await?)
    } else {
        None
    };
    for resource in resources {
        match resource {
            StoredResource::User(user) => {
                user.groups = lineage.memberships(user.id);
                user.roles = roles.as_mut().and_then(|roles| roles.remove(&user.id));
            }
            StoredResource::Group(group) => {
                group.members = members
                    .as_mut()
                    .map(|members| members.remove(&group.id).unwrap_or_default());
            }
        }
    }
    Ok(())
}

/// The groups of a user, direct ones and through nesting.
pub(super) async fn groups_of(
    directory: &Directory,
    account: AccountId,
    id: UserId,
) -> Result<Vec<Membership>, DirectoryError> {
    Ok(Lineage::load(directory.readers(), account, &[id])
        .await?
        .memberships(id))
}

/// Group, member, kind, and the name: of a user or of a group.
type MemberRow = (GroupId, String, String, Option<String>, Option<String>);

/// The members of groups, by id; `only`: none but these ids.
pub(super) async fn members_of(
    conn: &mut SqliteConnection,
    account: AccountId,
    groups: &[GroupId],
    only: Option<&[String]>,
) -> Result<HashMap<GroupId, Vec<StoredMember>>, DirectoryError> {
    let text = if only.is_some() {
        "SELECT members.group_id, members.member_id, members.member_kind, users.user_name, groups.display_name
         FROM json_each($2) AS wanted CROSS JOIN json_each($3) AS named CROSS JOIN members
         LEFT JOIN users ON users.id = members.member_id AND users.account_id = $1
         LEFT JOIN groups ON groups.id = members.member_id AND groups.account_id = $1
         WHERE members.group_id = wanted.value AND members.member_id = named.value AND members.account_id = $1
         ORDER BY members.group_id, members.member_id"
    } else {
        "SELECT members.group_id, members.member_id, members.member_kind, users.user_name, groups.display_name
         FROM json_each($2) AS wanted CROSS JOIN members
         LEFT JOIN users ON users.id = members.member_id AND users.account_id = $1
         LEFT JOIN groups ON groups.id = members.member_id AND groups.account_id = $1
         WHERE members.group_id = wanted.value AND members.account_id = $1
         ORDER BY members.group_id, members.member_id"
    };
    let mut query = db::rows(text).bind(account).bind(db::json(groups));
    if let Some(only) = only {
        query = query.bind(db::json(only));
    }
    let rows: Vec<MemberRow> = query.fetch_all(conn).await?;
    let mut members: HashMap<GroupId, Vec<StoredMember>> = HashMap::new();
    for (group, id, kind, user_name, display_name) in rows {
        let kind = member_kind(&kind)?;
        let display = user_name.or(display_name).unwrap_or_default();
        members
            .entry(group)
            .or_default()
            .push(StoredMember { id, kind, display });
    }
    Ok(members)
}

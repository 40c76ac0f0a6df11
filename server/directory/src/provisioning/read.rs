//! What identity providers and apps read: one resource, or a list.

use std::collections::HashMap;

use scim::{Meta, ResourceType, Supplied};
use serde_json::{Value, json};
use sqlx::{FromRow, SqliteConnection};

use super::collector::Collector;
use super::working_set::member_kind;
use super::{ListQuery, Listing, Membership, StoredGroup, StoredMember, StoredUser, resource};
use crate::db::filter_sql::{self, Access, References};
use crate::role::nesting::Lineage;
use crate::{AccountId, Bearer, Directory, DirectoryError, GroupId, ManagedBy, UserId, db};

/// Rows that are read at a time while a filter is evaluated.
const CHUNK: i64 = 2_000;

#[derive(FromRow)]
struct UserRow {
    id: UserId,
    managed_by: String,
    resource: String,
    version: i64,
    created_at: i64,
    modified_at: i64,
}

impl UserRow {
    fn into_user(self) -> Result<StoredUser, DirectoryError> {
        Ok(StoredUser {
            id: self.id,
            resource: resource(ResourceType::User, &self.resource)?,
            version: self.version,
            created_at: db::time(self.created_at)?,
            modified_at: db::time(self.modified_at)?,
            managed_by: ManagedBy::stored(&self.managed_by)?,
            groups: Vec::new(),
        })
    }
}

#[derive(FromRow)]
struct GroupRow {
    id: GroupId,
    member_count: i64,
    resource: String,
    version: i64,
    created_at: i64,
    modified_at: i64,
}

impl GroupRow {
    fn into_group(self) -> Result<StoredGroup, DirectoryError> {
        Ok(StoredGroup {
            id: self.id,
            resource: resource(ResourceType::Group, &self.resource)?,
            version: self.version,
            created_at: db::time(self.created_at)?,
            modified_at: db::time(self.modified_at)?,
            member_count: u64::try_from(self.member_count).unwrap_or(0),
            members: None,
        })
    }
}

/// One user, if the bearer may see it.
pub(super) async fn user(
    directory: &Directory,
    bearer: &Bearer,
    id: UserId,
    with_groups: bool,
) -> Result<Option<StoredUser>, DirectoryError> {
    let row: Option<UserRow> = db::rows(
        "SELECT id, managed_by, resource, version, created_at, modified_at FROM users
         WHERE account_id = $1 AND id = $2 AND (managed_by = 'scim' OR $3 <> 0)",
    )
    .bind(bearer.account)
    .bind(id)
    .bind(bearer.read_only)
    .fetch_optional(directory.readers())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let mut user = row.into_user()?;
    if with_groups {
        user.groups = groups_of(directory, bearer.account, id).await?;
    }
    Ok(Some(user))
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

/// One group.
pub(super) async fn group(
    directory: &Directory,
    bearer: &Bearer,
    id: GroupId,
    with_members: bool,
) -> Result<Option<StoredGroup>, DirectoryError> {
    let mut reader = directory.read().await?;
    let row: Option<GroupRow> = db::rows(
        "SELECT id, member_count, resource, version, created_at, modified_at FROM groups
         WHERE account_id = $1 AND id = $2",
    )
    .bind(bearer.account)
    .bind(id)
    .fetch_optional(&mut *reader)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let mut group = row.into_group()?;
    if with_members {
        let mut members = members_of(&mut reader, bearer.account, &[id], None).await?;
        group.members = Some(members.remove(&id).unwrap_or_default());
    }
    Ok(Some(group))
}

/// Group, member, kind, and the name: of a user or of a group.
type MemberRow = (GroupId, String, String, Option<String>, Option<String>);

/// The members of groups, by id; `only`: none but these ids.
async fn members_of(
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

/// A list of users.
pub(super) async fn users(
    directory: &Directory,
    bearer: &Bearer,
    query: &ListQuery,
) -> Result<Listing<StoredUser>, DirectoryError> {
    let mut reader = directory.read().await?;
    let mut listing = if query.filter.is_none() && query.sort.is_none() {
        all_users(&mut reader, bearer, query).await?
    } else {
        matching_users(&mut reader, bearer, query).await?
    };
    if query.with_references {
        let ids: Vec<UserId> = listing.items.iter().map(|user| user.id).collect();
        let lineage = Lineage::load(&mut *reader, bearer.account, &ids).await?;
        for user in &mut listing.items {
            user.groups = lineage.memberships(user.id);
        }
    }
    Ok(listing)
}

async fn all_users(
    conn: &mut SqliteConnection,
    bearer: &Bearer,
    query: &ListQuery,
) -> Result<Listing<StoredUser>, DirectoryError> {
    let (total,): (i64,) =
        db::rows("SELECT COUNT(*) FROM users WHERE account_id = $1 AND (managed_by = 'scim' OR $2 <> 0)")
            .bind(bearer.account)
            .bind(bearer.read_only)
            .fetch_one(&mut *conn)
            .await?;
    // The inner query skips within the index alone.
    let rows: Vec<UserRow> = db::rows(
        "SELECT id, managed_by, resource, version, created_at, modified_at FROM users
         WHERE account_id = $1 AND id IN (
             SELECT id FROM users WHERE account_id = $1 AND (managed_by = 'scim' OR $2 <> 0)
             ORDER BY id LIMIT $3 OFFSET $4
         )
         ORDER BY id",
    )
    .bind(bearer.account)
    .bind(bearer.read_only)
    .bind(number(query.page.count))
    .bind(number(query.page.start_index.saturating_sub(1)))
    .fetch_all(&mut *conn)
    .await?;
    let items = rows
        .into_iter()
        .map(UserRow::into_user)
        .collect::<Result<_, _>>()?;
    Ok(Listing {
        total: usize::try_from(total).unwrap_or(0),
        items,
    })
}

async fn matching_users(
    conn: &mut SqliteConnection,
    bearer: &Bearer,
    query: &ListQuery,
) -> Result<Listing<StoredUser>, DirectoryError> {
    let Access { sql, value } = filter_sql::users(query.filter.as_ref());
    let with_groups = filter_sql::needs_references(query, "groups") != References::None;
    let mut collector = Collector::new(query, ResourceType::User);
    let mut after = String::new();
    loop {
        let rows: Vec<UserRow> = db::rows(sql)
            .bind(bearer.account)
            .bind(&after)
            .bind(bearer.read_only)
            .bind(CHUNK)
            .bind(&value)
            .fetch_all(&mut *conn)
            .await?;
        let last = number(rows.len()) < CHUNK;
        let ids: Vec<UserId> = rows.iter().map(|row| row.id).collect();
        let lineage = if with_groups {
            Lineage::load(&mut *conn, bearer.account, &ids).await?
        } else {
            Lineage::default()
        };
        for row in rows {
            let user = row.into_user()?;
            let groups = with_groups.then(|| groups_value(&lineage.memberships(user.id)));
            let managed_by = bearer.read_only.then(|| user.managed_by.as_str());
            let supplied = Supplied {
                groups,
                members: None,
                managed_by,
            };
            let meta = meta(
                ResourceType::User,
                user.id.to_string(),
                user.version,
                user.created_at,
                user.modified_at,
            );
            let full = scim::full(&user.resource, &meta, supplied);
            after = meta.id;
            collector.take(full, user)?;
        }
        if last {
            break;
        }
    }
    let Some(ids) = collector.sorted_ids() else {
        return Ok(collector.listing());
    };
    let rows: Vec<UserRow> = db::rows(
        "SELECT users.id, users.managed_by, users.resource, users.version, users.created_at, users.modified_at
         FROM json_each($2) AS wanted CROSS JOIN users
         WHERE users.id = wanted.value AND users.account_id = $1",
    )
    .bind(bearer.account)
    .bind(db::json(&ids))
    .fetch_all(&mut *conn)
    .await?;
    let items = rows
        .into_iter()
        .map(UserRow::into_user)
        .collect::<Result<_, _>>()?;
    Ok(Listing {
        total: collector.total,
        items: in_order(&ids, items, |user: &StoredUser| user.id.to_string()),
    })
}

/// A list of groups.
pub(super) async fn groups(
    directory: &Directory,
    bearer: &Bearer,
    query: &ListQuery,
) -> Result<Listing<StoredGroup>, DirectoryError> {
    let mut reader = directory.read().await?;
    let mut listing = if query.filter.is_none() && query.sort.is_none() {
        all_groups(&mut reader, bearer.account, query).await?
    } else {
        matching_groups(&mut reader, bearer.account, query).await?
    };
    if query.with_references {
        let ids: Vec<GroupId> = listing.items.iter().map(|group| group.id).collect();
        let mut members = members_of(&mut reader, bearer.account, &ids, None).await?;
        for group in &mut listing.items {
            group.members = Some(members.remove(&group.id).unwrap_or_default());
        }
    }
    Ok(listing)
}

async fn all_groups(
    conn: &mut SqliteConnection,
    account: AccountId,
    query: &ListQuery,
) -> Result<Listing<StoredGroup>, DirectoryError> {
    let (total,): (i64,) = db::rows("SELECT COUNT(*) FROM groups WHERE account_id = $1")
        .bind(account)
        .fetch_one(&mut *conn)
        .await?;
    let rows: Vec<GroupRow> = db::rows(
        "SELECT id, member_count, resource, version, created_at, modified_at FROM groups
         WHERE account_id = $1 AND id IN (
             SELECT id FROM groups WHERE account_id = $1 ORDER BY id LIMIT $2 OFFSET $3
         )
         ORDER BY id",
    )
    .bind(account)
    .bind(number(query.page.count))
    .bind(number(query.page.start_index.saturating_sub(1)))
    .fetch_all(&mut *conn)
    .await?;
    let items = rows
        .into_iter()
        .map(GroupRow::into_group)
        .collect::<Result<_, _>>()?;
    Ok(Listing {
        total: usize::try_from(total).unwrap_or(0),
        items,
    })
}

async fn matching_groups(
    conn: &mut SqliteConnection,
    account: AccountId,
    query: &ListQuery,
) -> Result<Listing<StoredGroup>, DirectoryError> {
    let Access { sql, value } = filter_sql::groups(query.filter.as_ref());
    let references = filter_sql::needs_references(query, "members");
    let mut collector = Collector::new(query, ResourceType::Group);
    let mut after = String::new();
    loop {
        let rows: Vec<GroupRow> = db::rows(sql)
            .bind(account)
            .bind(&after)
            .bind(0)
            .bind(CHUNK)
            .bind(&value)
            .fetch_all(&mut *conn)
            .await?;
        let last = number(rows.len()) < CHUNK;
        let ids: Vec<GroupId> = rows.iter().map(|row| row.id).collect();
        let mut members = match &references {
            References::None => HashMap::new(),
            References::Only(only) => members_of(&mut *conn, account, &ids, Some(only)).await?,
            References::All => {
                let count = rows
                    .iter()
                    .map(|row| usize::try_from(row.member_count).unwrap_or(0))
                    .sum();
                collector.count_rows(count)?;
                members_of(&mut *conn, account, &ids, None).await?
            }
        };
        for row in rows {
            let group = row.into_group()?;
            let members = (references != References::None)
                .then(|| members_value(&members.remove(&group.id).unwrap_or_default()));
            let supplied = Supplied {
                groups: None,
                members,
                managed_by: None,
            };
            let meta = meta(
                ResourceType::Group,
                group.id.to_string(),
                group.version,
                group.created_at,
                group.modified_at,
            );
            let full = scim::full(&group.resource, &meta, supplied);
            after = meta.id;
            collector.take(full, group)?;
        }
        if last {
            break;
        }
    }
    let Some(ids) = collector.sorted_ids() else {
        return Ok(collector.listing());
    };
    let rows: Vec<GroupRow> = db::rows(
        "SELECT groups.id, groups.member_count, groups.resource, groups.version, groups.created_at, groups.modified_at
         FROM json_each($2) AS wanted CROSS JOIN groups
         WHERE groups.id = wanted.value AND groups.account_id = $1",
    )
    .bind(account)
    .bind(db::json(&ids))
    .fetch_all(&mut *conn)
    .await?;
    let items = rows
        .into_iter()
        .map(GroupRow::into_group)
        .collect::<Result<_, _>>()?;
    Ok(Listing {
        total: collector.total,
        items: in_order(&ids, items, |group: &StoredGroup| group.id.to_string()),
    })
}

fn in_order<T>(ids: &[String], items: Vec<T>, id: impl Fn(&T) -> String) -> Vec<T> {
    let mut by_id: HashMap<String, T> = items.into_iter().map(|item| (id(&item), item)).collect();
    ids.iter().filter_map(|id| by_id.remove(id)).collect()
}

/// `meta` as a filter sees it. The location is that below the account's base URL, which is not known here.
fn meta(
    resource_type: ResourceType,
    id: String,
    version: i64,
    created: jiff::Timestamp,
    last_modified: jiff::Timestamp,
) -> Meta {
    let location = format!("{}/{id}", resource_type.endpoint());
    Meta {
        id,
        resource_type,
        created,
        last_modified,
        version,
        location,
    }
}

fn groups_value(groups: &[Membership]) -> Value {
    let value = |membership: &Membership| {
        json!({
            "value": membership.group.id,
            "display": membership.group.display_name,
            "type": if membership.direct { "direct" } else { "indirect" },
        })
    };
    groups.iter().map(value).collect()
}

fn members_value(members: &[StoredMember]) -> Value {
    let value = |member: &StoredMember| json!({ "value": member.id, "type": member.kind.name(), "display": member.display });
    members.iter().map(value).collect()
}

/// A count as a parameter.
fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

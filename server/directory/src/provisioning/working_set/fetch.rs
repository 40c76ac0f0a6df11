//! Fetching what commands need: one statement for each kind of need, whatever the number.

mod members;

use std::collections::HashSet;

use scim::ResourceType;
use serde::Serialize;
use sqlx::{FromRow, SqliteConnection};

pub(in crate::provisioning) use members::member_kind;

use super::{Assertion, GroupState, Holder, Need, Slot, Target, UserState, WorkingSet};
use crate::group::affected;
use crate::provisioning::matching::Existing;
use crate::provisioning::resource;
use crate::user::Sources;
use crate::{AccountId, DirectoryError, EntryId, GroupId, ManagedBy, Role, UserId, db};

/// A row of a list parameter: an id in an account.
#[derive(Serialize)]
struct Wanted<T> {
    account: AccountId,
    id: T,
}

#[derive(FromRow)]
struct HolderRow {
    id: UserId,
    account_id: AccountId,
    managed_by: String,
    break_glass: bool,
    user_name_key: String,
}

#[derive(FromRow)]
struct UserRow {
    id: UserId,
    account_id: AccountId,
    user_name_key: String,
    managed_by: String,
    break_glass: bool,
    resource: String,
    version: i64,
    created_at: i64,
    modified_at: i64,
    converted_at: Option<i64>,
    sources: Option<String>,
}

#[derive(FromRow)]
struct GroupRow {
    id: GroupId,
    account_id: AccountId,
    display_name_key: String,
    resource: String,
    version: i64,
    created_at: i64,
    modified_at: i64,
    member_count: i64,
    asserted_at: Option<i64>,
    asserted_entry: Option<EntryId>,
    paused: bool,
}

/// Needs by kind, each once.
#[derive(Default)]
struct Sorted {
    user_names: HashSet<String>,
    users: HashSet<(AccountId, UserId)>,
    user_groups: HashSet<(AccountId, UserId)>,
    groups: HashSet<(AccountId, GroupId)>,
    group_names: HashSet<(AccountId, String)>,
    targets: HashSet<(AccountId, String)>,
    members: HashSet<(AccountId, GroupId, String)>,
    all_members: HashSet<(AccountId, GroupId)>,
    parents: HashSet<(AccountId, GroupId)>,
    roles: HashSet<(AccountId, GroupId)>,
    affected: HashSet<(AccountId, GroupId)>,
}

impl WorkingSet {
    /// Fetches `needs`; all of them can be looked up afterwards.
    pub(in crate::provisioning) async fn fetch(
        &mut self,
        conn: &mut SqliteConnection,
        needs: impl IntoIterator<Item = Need>,
    ) -> Result<(), DirectoryError> {
        let mut sorted = Sorted::default();
        for need in needs {
            if self.has(&need) {
                continue;
            }
            match need {
                Need::UserName(key) => sorted.user_names.insert(key),
                Need::User(account, id) => sorted.users.insert((account, id)),
                Need::UserGroups(account, id) => sorted.user_groups.insert((account, id)),
                Need::Group(account, id) => sorted.groups.insert((account, id)),
                Need::GroupName(account, key) => sorted.group_names.insert((account, key)),
                Need::Target(account, id) => sorted.targets.insert((account, id)),
                Need::Member(account, group, id) => sorted.members.insert((account, group, id)),
                Need::Members(account, group) => sorted.all_members.insert((account, group)),
                Need::Parents(account, group) => sorted.parents.insert((account, group)),
                Need::Roles(account, group) => sorted.roles.insert((account, group)),
                Need::Affected(account, group) => sorted.affected.insert((account, group)),
            };
        }
        if !sorted.user_names.is_empty() {
            self.fetch_user_names(conn, sorted.user_names).await?;
        }
        if !sorted.users.is_empty() {
            self.fetch_users(conn, sorted.users).await?;
        }
        if !sorted.groups.is_empty() {
            self.fetch_groups(conn, sorted.groups).await?;
        }
        if !sorted.group_names.is_empty() {
            self.fetch_group_names(conn, sorted.group_names).await?;
        }
        if !sorted.targets.is_empty() {
            self.fetch_targets(conn, sorted.targets).await?;
        }
        if !sorted.members.is_empty() {
            self.fetch_members(conn, sorted.members).await?;
        }
        if !sorted.all_members.is_empty() {
            self.fetch_all_members(conn, sorted.all_members).await?;
        }
        if !sorted.user_groups.is_empty() {
            self.fetch_user_groups(conn, sorted.user_groups).await?;
        }
        if !sorted.parents.is_empty() {
            self.fetch_parents(conn, sorted.parents).await?;
        }
        if !sorted.roles.is_empty() {
            self.fetch_roles(conn, sorted.roles).await?;
        }
        for (account, group) in sorted.affected {
            let count = affected(conn, account, group).await?;
            self.affected.insert(group, count);
        }
        Ok(())
    }

    /// The one query over the whole installation: a username is unique in it. It reads what the matching is told and
    /// no more, so that nothing of another account can be told.
    async fn fetch_user_names(
        &mut self,
        conn: &mut SqliteConnection,
        keys: HashSet<String>,
    ) -> Result<(), DirectoryError> {
        let rows: Vec<HolderRow> = db::rows(
            "SELECT users.id, users.account_id, users.managed_by, users.break_glass, users.user_name_key
             FROM json_each($1) AS wanted CROSS JOIN users
             WHERE users.user_name_key = wanted.value",
        )
        .bind(db::json(&keys))
        .fetch_all(conn)
        .await?;
        for row in rows {
            let existing = Existing {
                account: row.account_id,
                managed_by: ManagedBy::stored(&row.managed_by)?,
                break_glass: row.break_glass,
            };
            self.names
                .entry(row.user_name_key)
                .or_insert(Some(Holder { id: row.id, existing }));
        }
        for key in keys {
            self.names.entry(key).or_insert(None);
        }
        Ok(())
    }

    async fn fetch_users(
        &mut self,
        conn: &mut SqliteConnection,
        wanted: HashSet<(AccountId, UserId)>,
    ) -> Result<(), DirectoryError> {
        let rows: Vec<UserRow> = db::rows(
            "SELECT users.id, users.account_id, users.user_name_key, users.managed_by, users.break_glass,
                    users.resource, users.version, users.created_at, users.modified_at, users.converted_at,
                    users.sources
             FROM json_each($1) AS wanted CROSS JOIN users
             WHERE users.id = wanted.value ->> 'id' AND users.account_id = wanted.value ->> 'account'",
        )
        .bind(list(&wanted))
        .fetch_all(conn)
        .await?;
        for row in rows {
            let user = UserState {
                id: row.id,
                account: row.account_id,
                user_name_key: row.user_name_key,
                resource: resource(ResourceType::User, &row.resource)?,
                version: row.version,
                created_at: db::time(row.created_at)?,
                modified_at: db::time(row.modified_at)?,
                managed_by: ManagedBy::stored(&row.managed_by)?,
                break_glass: row.break_glass,
                converted_at: db::time_opt(row.converted_at)?,
                sources: Sources::stored(row.sources.as_deref())?,
            };
            self.users
                .entry((user.account, user.id))
                .or_insert(Slot::fetched(Some(user)));
        }
        for key in wanted {
            self.users.entry(key).or_insert_with(Slot::absent);
        }
        Ok(())
    }

    async fn fetch_groups(
        &mut self,
        conn: &mut SqliteConnection,
        wanted: HashSet<(AccountId, GroupId)>,
    ) -> Result<(), DirectoryError> {
        let rows: Vec<GroupRow> = db::rows(
            "SELECT groups.id, groups.account_id, groups.display_name_key, groups.resource, groups.version,
                    groups.created_at, groups.modified_at, groups.member_count, groups.asserted_at,
                    groups.asserted_entry, groups.paused_at IS NOT NULL AS paused
             FROM json_each($1) AS wanted CROSS JOIN groups
             WHERE groups.id = wanted.value ->> 'id' AND groups.account_id = wanted.value ->> 'account'",
        )
        .bind(list(&wanted))
        .fetch_all(conn)
        .await?;
        for row in rows {
            let group = GroupState {
                id: row.id,
                account: row.account_id,
                display_name_key: row.display_name_key,
                resource: resource(ResourceType::Group, &row.resource)?,
                version: row.version,
                created_at: db::time(row.created_at)?,
                modified_at: db::time(row.modified_at)?,
                member_count: u64::try_from(row.member_count).unwrap_or(0),
                asserted: db::time_opt(row.asserted_at)?
                    .zip(row.asserted_entry)
                    .map(|(at, entry)| Assertion { at, entry }),
                paused: row.paused,
            };
            self.groups
                .entry((group.account, group.id))
                .or_insert(Slot::fetched(Some(group)));
        }
        for key in wanted {
            self.groups.entry(key).or_insert_with(Slot::absent);
        }
        Ok(())
    }

    async fn fetch_group_names(
        &mut self,
        conn: &mut SqliteConnection,
        wanted: HashSet<(AccountId, String)>,
    ) -> Result<(), DirectoryError> {
        let rows: Vec<(AccountId, String, GroupId)> = db::rows(
            "SELECT groups.account_id, groups.display_name_key, groups.id
             FROM json_each($1) AS wanted CROSS JOIN groups
             WHERE groups.account_id = wanted.value ->> 'account'
               AND groups.display_name_key = wanted.value ->> 'id'",
        )
        .bind(list(&wanted))
        .fetch_all(conn)
        .await?;
        for (account, key, id) in rows {
            self.group_names.entry((account, key)).or_insert(Some(id));
        }
        for key in wanted {
            self.group_names.entry(key).or_insert(None);
        }
        Ok(())
    }

    /// Manual users are left out: they cannot be members.
    async fn fetch_targets(
        &mut self,
        conn: &mut SqliteConnection,
        wanted: HashSet<(AccountId, String)>,
    ) -> Result<(), DirectoryError> {
        let rows: Vec<(AccountId, String, String, String)> = db::rows(
            "SELECT users.account_id, users.id, 'user', users.user_name
             FROM json_each($1) AS wanted CROSS JOIN users
             WHERE users.id = wanted.value ->> 'id' AND users.account_id = wanted.value ->> 'account'
               AND users.managed_by = 'scim'
             UNION ALL
             SELECT groups.account_id, groups.id, 'group', groups.display_name
             FROM json_each($1) AS wanted CROSS JOIN groups
             WHERE groups.id = wanted.value ->> 'id' AND groups.account_id = wanted.value ->> 'account'",
        )
        .bind(list(&wanted))
        .fetch_all(conn)
        .await?;
        for (account, id, kind, name) in rows {
            let target = Target {
                kind: member_kind(&kind)?,
                name,
            };
            self.targets.entry((account, id)).or_insert(Some(target));
        }
        for key in wanted {
            self.targets.entry(key).or_insert(None);
        }
        Ok(())
    }

    async fn fetch_roles(
        &mut self,
        conn: &mut SqliteConnection,
        wanted: HashSet<(AccountId, GroupId)>,
    ) -> Result<(), DirectoryError> {
        let rows: Vec<(GroupId, String, Option<String>)> = db::rows(
            "SELECT group_roles.group_id, group_roles.role, roles.name
             FROM json_each($1) AS wanted CROSS JOIN group_roles
             LEFT JOIN roles ON roles.id = group_roles.role AND roles.account_id = group_roles.account_id
             WHERE group_roles.group_id = wanted.value ->> 'id'
               AND group_roles.account_id = wanted.value ->> 'account'",
        )
        .bind(list(&wanted))
        .fetch_all(conn)
        .await?;
        for (_, group) in wanted {
            self.roles.insert(group, Vec::new());
        }
        for (group, role, name) in rows {
            let named = (Role::stored(&role)?, name.unwrap_or(role));
            self.roles.entry(group).or_default().push(named);
        }
        self.roles.values_mut().for_each(|roles| roles.sort_unstable());
        Ok(())
    }
}

fn list<T: Serialize + Clone>(wanted: &HashSet<(AccountId, T)>) -> String {
    db::json(wanted.iter().map(|(account, id)| Wanted {
        account: *account,
        id: id.clone(),
    }))
}

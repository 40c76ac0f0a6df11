//! Storing what the commands of a batch changed: a statement for each table and direction.

use jiff::Timestamp;
use scim::{Resource, ResourceType};
use serde::Serialize;
use sqlx::SqliteConnection;

use super::{GroupState, UserState, WorkingSet, former_group};
use crate::user::{name_key, search_text, store_seen};
use crate::{AccountId, DirectoryError, EntryId, GroupId, UserId, db};

/// A row of a list parameter: what to remove.
#[derive(Serialize)]
struct Removed<T> {
    account: AccountId,
    id: T,
}

#[derive(Serialize)]
struct UserRow<'a> {
    id: UserId,
    account: AccountId,
    user_name: &'a str,
    user_name_key: &'a str,
    external_id: Option<&'a str>,
    name: Option<String>,
    email: Option<&'a str>,
    search: String,
    managed_by: &'static str,
    active: u8,
    break_glass: u8,
    resource: String,
    version: i64,
    created_at: i64,
    modified_at: i64,
    converted_at: Option<i64>,
    name_key: String,
    seen_at: i64,
    sources: String,
}

impl<'a> UserRow<'a> {
    /// `now`: the time of the batch, in which the identity provider has named the user.
    fn new(user: &'a UserState, now: Timestamp) -> Self {
        let resource: &Resource = &user.resource;
        let (user_name, name, email) = (
            resource.user_name(),
            resource.formatted_name(),
            resource.primary_email(),
        );
        Self {
            id: user.id,
            account: user.account,
            user_name,
            user_name_key: &user.user_name_key,
            external_id: resource.external_id(),
            search: search_text(resource),
            name_key: name_key(name.as_deref()),
            name,
            email,
            managed_by: user.managed_by.as_str(),
            active: resource.active().into(),
            break_glass: user.break_glass.into(),
            resource: resource.to_stored(),
            version: user.version,
            created_at: user.created_at.as_microsecond(),
            modified_at: user.modified_at.as_microsecond(),
            converted_at: user.converted_at.map(Timestamp::as_microsecond),
            seen_at: now.as_microsecond(),
            sources: user.sources.to_stored(),
        }
    }
}

#[derive(Serialize)]
struct GroupRow<'a> {
    id: GroupId,
    account: AccountId,
    display_name: &'a str,
    display_name_key: &'a str,
    external_id: Option<&'a str>,
    member_count: u64,
    resource: String,
    version: i64,
    created_at: i64,
    modified_at: i64,
    asserted_at: Option<i64>,
    asserted_entry: Option<EntryId>,
}

impl<'a> GroupRow<'a> {
    fn new(group: &'a GroupState) -> Self {
        Self {
            id: group.id,
            account: group.account,
            display_name: group.resource.display_name().unwrap_or_default(),
            display_name_key: &group.display_name_key,
            external_id: group.resource.external_id(),
            member_count: group.member_count,
            resource: group.resource.to_stored(),
            version: group.version,
            created_at: group.created_at.as_microsecond(),
            modified_at: group.modified_at.as_microsecond(),
            asserted_at: group.asserted.map(|assertion| assertion.at.as_microsecond()),
            asserted_entry: group.asserted.map(|assertion| assertion.entry),
        }
    }
}

#[derive(Serialize)]
struct MemberRow<'a> {
    group: GroupId,
    member: &'a str,
    kind: &'static str,
    account: AccountId,
    added_at: i64,
    asserted_at: i64,
    asserted_entry: EntryId,
}

impl WorkingSet {
    /// Stores every difference. Removals come first, so that a name that became free can be taken in the same batch.
    pub(in crate::provisioning) async fn store(
        &self,
        conn: &mut SqliteConnection,
    ) -> Result<(), DirectoryError> {
        self.remove_members(conn).await?;
        self.remove_rows(conn).await?;
        self.end_sessions(conn).await?;
        self.store_users(conn).await?;
        self.store_seen(conn).await?;
        self.store_groups(conn).await?;
        self.store_members(conn).await?;
        self.store_former_groups(conn).await
    }

    async fn store_former_groups(&self, conn: &mut SqliteConnection) -> Result<(), DirectoryError> {
        for former in &self.former {
            former_group::store(conn, self.now, former).await?;
        }
        Ok(())
    }

    async fn remove_members(&self, conn: &mut SqliteConnection) -> Result<(), DirectoryError> {
        #[derive(Serialize)]
        struct Gone<'a> {
            account: AccountId,
            group: GroupId,
            member: &'a str,
        }
        let mut gone = Vec::new();
        for (account, group) in self.groups.keys() {
            for (member, slot) in self.members.get(group).into_iter().flatten() {
                if slot.changed && slot.stored && slot.now.is_none() {
                    gone.push(Gone {
                        account: *account,
                        group: *group,
                        member,
                    });
                }
            }
        }
        if gone.is_empty() {
            return Ok(());
        }
        db::query(
            "DELETE FROM members
             WHERE (group_id, member_id) IN (SELECT value ->> 'group', value ->> 'member' FROM json_each($1))
               AND account_id IN (SELECT value ->> 'account' FROM json_each($1))",
        )
        .bind(db::json(gone))
        .execute(conn)
        .await?;
        Ok(())
    }

    async fn remove_rows(&self, conn: &mut SqliteConnection) -> Result<(), DirectoryError> {
        let gone = self
            .users
            .iter()
            .filter(|(_, slot)| slot.changed && slot.stored && slot.now.is_none());
        let users: Vec<_> = gone
            .map(|((account, id), _)| Removed {
                account: *account,
                id: *id,
            })
            .collect();
        if !users.is_empty() {
            // Passwords, sign-ins, links and grants go with the row.
            db::query(
                "DELETE FROM users
                 WHERE (account_id, id) IN (SELECT value ->> 'account', value ->> 'id' FROM json_each($1))",
            )
            .bind(db::json(users))
            .execute(&mut *conn)
            .await?;
        }
        let gone = self
            .groups
            .iter()
            .filter(|(_, slot)| slot.changed && slot.stored && slot.now.is_none());
        let groups: Vec<_> = gone
            .map(|((account, id), _)| Removed {
                account: *account,
                id: *id,
            })
            .collect();
        if !groups.is_empty() {
            // Members and grants go with the row.
            db::query(
                "DELETE FROM groups
                 WHERE (account_id, id) IN (SELECT value ->> 'account', value ->> 'id' FROM json_each($1))",
            )
            .bind(db::json(groups))
            .execute(&mut *conn)
            .await?;
        }
        Ok(())
    }

    async fn end_sessions(&self, conn: &mut SqliteConnection) -> Result<(), DirectoryError> {
        if self.signed_out.is_empty() {
            return Ok(());
        }
        let users = self.signed_out.iter().map(|(account, id)| Removed {
            account: *account,
            id: *id,
        });
        db::query(
            "DELETE FROM sessions
             WHERE user_id IN (SELECT value ->> 'id' FROM json_each($1))
               AND (account_id, user_id) IN (SELECT value ->> 'account', value ->> 'id' FROM json_each($1))",
        )
        .bind(db::json(users))
        .execute(conn)
        .await?;
        Ok(())
    }

    async fn store_users(&self, conn: &mut SqliteConnection) -> Result<(), DirectoryError> {
        let changed = self
            .users
            .values()
            .filter(|slot| slot.changed)
            .filter_map(|slot| slot.now.as_ref());
        let rows: Vec<UserRow<'_>> = changed.map(|user| UserRow::new(user, self.now)).collect();
        if rows.is_empty() {
            return Ok(());
        }
        db::query(
            "INSERT INTO users (id, account_id, user_name, user_name_key, external_id, name, email, search, managed_by,
                                active, break_glass, resource, version, created_at, modified_at, converted_at,
                                name_key, seen_at, sources)
             SELECT value ->> 'id', value ->> 'account', value ->> 'user_name', value ->> 'user_name_key',
                    value ->> 'external_id', value ->> 'name', value ->> 'email', value ->> 'search',
                    value ->> 'managed_by', CAST(value ->> 'active' AS BIGINT),
                    CAST(value ->> 'break_glass' AS BIGINT), value ->> 'resource',
                    CAST(value ->> 'version' AS BIGINT), CAST(value ->> 'created_at' AS BIGINT),
                    CAST(value ->> 'modified_at' AS BIGINT), CAST(value ->> 'converted_at' AS BIGINT),
                    value ->> 'name_key', CAST(value ->> 'seen_at' AS BIGINT), value ->> 'sources'
             FROM json_each($1) WHERE TRUE
             ON CONFLICT (id) DO UPDATE SET
                 user_name = excluded.user_name, user_name_key = excluded.user_name_key,
                 external_id = excluded.external_id, name = excluded.name, email = excluded.email,
                 search = excluded.search, managed_by = excluded.managed_by, active = excluded.active,
                 resource = excluded.resource, version = excluded.version, modified_at = excluded.modified_at,
                 converted_at = excluded.converted_at, name_key = excluded.name_key, seen_at = excluded.seen_at,
                 sources = excluded.sources",
        )
        .bind(db::json(rows))
        .execute(conn)
        .await?;
        Ok(())
    }

    async fn store_seen(&self, conn: &mut SqliteConnection) -> Result<(), DirectoryError> {
        store_seen(conn, self.seen.iter().copied(), self.now).await
    }

    async fn store_groups(&self, conn: &mut SqliteConnection) -> Result<(), DirectoryError> {
        let changed = self
            .groups
            .values()
            .filter(|slot| slot.changed)
            .filter_map(|slot| slot.now.as_ref());
        let rows: Vec<GroupRow<'_>> = changed.map(GroupRow::new).collect();
        if rows.is_empty() {
            return Ok(());
        }
        db::query(
            "INSERT INTO groups (id, account_id, display_name, display_name_key, external_id, member_count, resource,
                                 version, created_at, modified_at, asserted_at, asserted_entry)
             SELECT value ->> 'id', value ->> 'account', value ->> 'display_name', value ->> 'display_name_key',
                    value ->> 'external_id', CAST(value ->> 'member_count' AS BIGINT), value ->> 'resource',
                    CAST(value ->> 'version' AS BIGINT), CAST(value ->> 'created_at' AS BIGINT),
                    CAST(value ->> 'modified_at' AS BIGINT), CAST(value ->> 'asserted_at' AS BIGINT),
                    value ->> 'asserted_entry'
             FROM json_each($1) WHERE TRUE
             ON CONFLICT (id) DO UPDATE SET
                 display_name = excluded.display_name, display_name_key = excluded.display_name_key,
                 external_id = excluded.external_id, member_count = excluded.member_count,
                 resource = excluded.resource, version = excluded.version, modified_at = excluded.modified_at,
                 asserted_at = excluded.asserted_at, asserted_entry = excluded.asserted_entry",
        )
        .bind(db::json(rows))
        .execute(conn)
        .await?;
        Ok(())
    }

    async fn store_members(&self, conn: &mut SqliteConnection) -> Result<(), DirectoryError> {
        let mut rows = Vec::new();
        for (group, members) in &self.members {
            for (member, slot) in members.iter().filter(|(_, slot)| slot.changed) {
                if let Some(membership) = &slot.now
                    && let Some(asserted) = membership.asserted
                {
                    rows.push(MemberRow {
                        group: *group,
                        member,
                        kind: stored_kind(membership.kind),
                        account: membership.account,
                        added_at: membership.since.as_microsecond(),
                        asserted_at: asserted.at.as_microsecond(),
                        asserted_entry: asserted.entry,
                    });
                }
            }
        }
        if rows.is_empty() {
            return Ok(());
        }
        db::query(
            "INSERT INTO members (group_id, member_id, member_kind, account_id, added_at, asserted_at, asserted_entry)
             SELECT value ->> 'group', value ->> 'member', value ->> 'kind', value ->> 'account',
                    CAST(value ->> 'added_at' AS BIGINT), CAST(value ->> 'asserted_at' AS BIGINT),
                    value ->> 'asserted_entry'
             FROM json_each($1) WHERE TRUE
             ON CONFLICT (group_id, member_id) DO UPDATE SET
                 added_at = excluded.added_at, asserted_at = excluded.asserted_at,
                 asserted_entry = excluded.asserted_entry",
        )
        .bind(db::json(rows))
        .execute(conn)
        .await?;
        Ok(())
    }
}

/// The kind of a member as it is stored.
fn stored_kind(kind: ResourceType) -> &'static str {
    match kind {
        ResourceType::User => "user",
        ResourceType::Group => "group",
    }
}

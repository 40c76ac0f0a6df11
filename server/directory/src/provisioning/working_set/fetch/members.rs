//! Fetching who is a member of what.

use std::collections::{BTreeSet, HashSet};

use scim::ResourceType;
use serde::Serialize;
use sqlx::{FromRow, SqliteConnection};

use super::super::{Membership, Slot, WorkingSet};
use super::list;
use crate::{AccountId, DirectoryError, GroupId, UserId, db};

#[derive(FromRow)]
struct MemberRow {
    account_id: AccountId,
    group_id: GroupId,
    member_id: String,
    member_kind: String,
    added_at: i64,
}

impl WorkingSet {
    pub(super) async fn fetch_members(
        &mut self,
        conn: &mut SqliteConnection,
        wanted: HashSet<(AccountId, GroupId, String)>,
    ) -> Result<(), DirectoryError> {
        #[derive(Serialize)]
        struct Pair<'a> {
            account: AccountId,
            id: GroupId,
            member: &'a str,
        }
        let pairs = wanted.iter().map(|(account, id, member)| Pair {
            account: *account,
            id: *id,
            member,
        });
        let rows: Vec<MemberRow> = db::rows(
            "SELECT members.account_id, members.group_id, members.member_id, members.member_kind, members.added_at
             FROM json_each($1) AS wanted CROSS JOIN members
             WHERE members.group_id = wanted.value ->> 'id' AND members.member_id = wanted.value ->> 'member'
               AND members.account_id = wanted.value ->> 'account'",
        )
        .bind(db::json(pairs))
        .fetch_all(conn)
        .await?;
        for row in rows {
            self.take_member(row)?;
        }
        for (_, group, id) in wanted {
            self.members
                .entry(group)
                .or_default()
                .entry(id)
                .or_insert_with(Slot::absent);
        }
        Ok(())
    }

    pub(super) async fn fetch_all_members(
        &mut self,
        conn: &mut SqliteConnection,
        wanted: HashSet<(AccountId, GroupId)>,
    ) -> Result<(), DirectoryError> {
        let rows: Vec<MemberRow> = db::rows(
            "SELECT members.account_id, members.group_id, members.member_id, members.member_kind, members.added_at
             FROM json_each($1) AS wanted CROSS JOIN members
             WHERE members.group_id = wanted.value ->> 'id' AND members.account_id = wanted.value ->> 'account'",
        )
        .bind(list(&wanted))
        .fetch_all(conn)
        .await?;
        for row in rows {
            self.take_member(row)?;
        }
        self.complete.extend(wanted.into_iter().map(|(_, group)| group));
        Ok(())
    }

    pub(super) async fn fetch_user_groups(
        &mut self,
        conn: &mut SqliteConnection,
        wanted: HashSet<(AccountId, UserId)>,
    ) -> Result<(), DirectoryError> {
        let rows: Vec<MemberRow> = db::rows(
            "SELECT members.account_id, members.group_id, members.member_id, members.member_kind, members.added_at
             FROM json_each($1) AS wanted CROSS JOIN members
             WHERE members.member_id = wanted.value ->> 'id' AND members.account_id = wanted.value ->> 'account'
               AND members.member_kind = 'user'",
        )
        .bind(list(&wanted))
        .fetch_all(&mut *conn)
        .await?;
        let groups: Vec<(AccountId, GroupId)> =
            rows.iter().map(|row| (row.account_id, row.group_id)).collect();
        for row in rows {
            self.take_member(row)?;
        }
        for (_, user) in wanted {
            let groups = self.groups_with(&user.to_string());
            self.user_groups.insert(user, groups);
        }
        // Whoever asks for a user's groups is about to change them.
        let missing: HashSet<_> = groups
            .into_iter()
            .filter(|key| !self.groups.contains_key(key))
            .collect();
        if missing.is_empty() {
            Ok(())
        } else {
            self.fetch_groups(conn, missing).await
        }
    }

    pub(super) async fn fetch_parents(
        &mut self,
        conn: &mut SqliteConnection,
        wanted: HashSet<(AccountId, GroupId)>,
    ) -> Result<(), DirectoryError> {
        let rows: Vec<MemberRow> = db::rows(
            "WITH RECURSIVE up (account, id) AS (
                 SELECT value ->> 'account', value ->> 'id' FROM json_each($1)
                 UNION
                 SELECT up.account, members.group_id FROM up CROSS JOIN members
                 WHERE members.member_id = up.id AND members.account_id = up.account
                   AND members.member_kind = 'group'
             )
             SELECT members.account_id, members.group_id, members.member_id, members.member_kind, members.added_at
             FROM up CROSS JOIN members
             WHERE members.member_id = up.id AND members.account_id = up.account
               AND members.member_kind = 'group'",
        )
        .bind(list(&wanted))
        .fetch_all(conn)
        .await?;
        let mut visited: BTreeSet<GroupId> = wanted.into_iter().map(|(_, group)| group).collect();
        for row in rows {
            visited.insert(row.group_id);
            self.take_member(row)?;
        }
        for group in visited {
            if !self.parents.contains_key(&group) {
                let parents = self.groups_with(&group.to_string());
                self.parents.insert(group, parents);
            }
        }
        Ok(())
    }

    /// Takes a membership from the store, unless the batch has changed it or removed its group.
    fn take_member(&mut self, row: MemberRow) -> Result<(), DirectoryError> {
        if self.is_removed(row.account_id, row.group_id) {
            return Ok(());
        }
        let membership = Membership {
            account: row.account_id,
            kind: member_kind(&row.member_kind)?,
            since: db::time(row.added_at)?,
            asserted: None,
        };
        let members = self.members.entry(row.group_id).or_default();
        members
            .entry(row.member_id)
            .or_insert(Slot::fetched(Some(membership)));
        Ok(())
    }

    /// The groups of which `id` is known to be a member; all of them, once its memberships have been taken.
    fn groups_with(&self, id: &str) -> BTreeSet<GroupId> {
        self.members
            .iter()
            .filter(|(_, members)| members.get(id).is_some_and(|slot| slot.now.is_some()))
            .map(|(group, _)| *group)
            .collect()
    }
}

/// The kind of a member as stored.
pub(in crate::provisioning) fn member_kind(text: &str) -> Result<ResourceType, DirectoryError> {
    match text {
        "user" => Ok(ResourceType::User),
        "group" => Ok(ResourceType::Group),
        _ => Err(DirectoryError::Corrupt(format!("the kind of member {text:?}"))),
    }
}

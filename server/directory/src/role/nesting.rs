//! Who is in which group, directly and through nested groups.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use jiff::Timestamp;
use sqlx::{FromRow, SqliteExecutor};

use super::GroupRef;
use crate::provisioning::Membership;
use crate::{AccountId, DirectoryError, GroupId, UserId, db};

/// The groups of some users, and the groups above those.
#[derive(Debug, Default)]
pub(crate) struct Lineage {
    /// The names of all groups here.
    names: HashMap<GroupId, String>,
    /// The groups that a group is a member of.
    parents: HashMap<GroupId, BTreeSet<GroupId>>,
    /// The groups that a user is a member of, and since when.
    memberships: HashMap<UserId, BTreeMap<GroupId, Timestamp>>,
}

#[derive(FromRow)]
struct Row {
    member_id: String,
    member_kind: String,
    group_id: GroupId,
    added_at: i64,
    display_name: String,
}

impl Lineage {
    /// Reads the groups above `users` in one statement, whatever their number.
    pub(crate) async fn load(
        conn: impl SqliteExecutor<'_>,
        account: AccountId,
        users: &[UserId],
    ) -> Result<Self, DirectoryError> {
        let rows: Vec<Row> = db::rows(
            "WITH RECURSIVE up (member_id, member_kind, group_id, added_at) AS (
                 SELECT members.member_id, members.member_kind, members.group_id, members.added_at
                 FROM json_each($2) AS wanted CROSS JOIN members
                 WHERE members.member_id = wanted.value AND members.account_id = $1
                   AND members.member_kind = 'user'
                 UNION
                 SELECT members.member_id, members.member_kind, members.group_id, members.added_at
                 FROM up CROSS JOIN members
                 WHERE members.member_id = up.group_id AND members.account_id = $1
                   AND members.member_kind = 'group'
             )
             SELECT up.member_id, up.member_kind, up.group_id, up.added_at, groups.display_name
             FROM up CROSS JOIN groups
             WHERE groups.id = up.group_id AND groups.account_id = $1",
        )
        .bind(account)
        .bind(db::json(users))
        .fetch_all(conn)
        .await?;
        let mut lineage = Self::default();
        for row in rows {
            let unreadable = |_| DirectoryError::Corrupt(format!("the member {:?}", row.member_id));
            match row.member_kind.as_str() {
                "user" => {
                    let user = row.member_id.parse().map_err(unreadable)?;
                    lineage.add_membership(user, row.group_id, db::time(row.added_at)?);
                }
                _ => lineage.add_nesting(row.member_id.parse().map_err(unreadable)?, row.group_id),
            }
            lineage.names.insert(row.group_id, row.display_name);
        }
        Ok(lineage)
    }

    fn add_membership(&mut self, user: UserId, group: GroupId, since: Timestamp) {
        self.memberships.entry(user).or_default().insert(group, since);
    }

    fn add_nesting(&mut self, child: GroupId, parent: GroupId) {
        self.parents.entry(child).or_default().insert(parent);
    }

    /// All groups here.
    pub(crate) fn groups(&self) -> impl Iterator<Item = GroupId> + '_ {
        self.names.keys().copied()
    }

    /// The groups that `user` is a member of itself, and since when.
    pub(crate) fn direct(&self, user: UserId) -> impl Iterator<Item = (GroupId, Timestamp)> + '_ {
        self.memberships
            .get(&user)
            .into_iter()
            .flatten()
            .map(|(group, since)| (*group, *since))
    }

    /// The group by id and name.
    pub(crate) fn group(&self, id: GroupId) -> GroupRef {
        GroupRef {
            id,
            display_name: self.names.get(&id).cloned().unwrap_or_default(),
        }
    }

    /// Every group that `group` leads to, each with a shortest path from it down to `group`; `group` itself first.
    ///
    /// One path each and not all of them: in a lattice of groups their number has no bound worth having.
    pub(crate) fn paths(&self, group: GroupId) -> Vec<Vec<GroupId>> {
        let mut seen = BTreeSet::from([group]);
        let mut queue = VecDeque::from([vec![group]]);
        let mut paths = Vec::new();
        while let Some(path) = queue.pop_front() {
            for parent in self.parents.get(&path[0]).into_iter().flatten() {
                if seen.insert(*parent) {
                    let mut longer = Vec::with_capacity(path.len() + 1);
                    longer.push(*parent);
                    longer.extend_from_slice(&path);
                    queue.push_back(longer);
                }
            }
            paths.push(path);
        }
        paths
    }

    /// The groups of `user`, each once: direct ones first, by name in both parts.
    pub(crate) fn memberships(&self, user: UserId) -> Vec<Membership> {
        let direct: BTreeSet<GroupId> = self.direct(user).map(|(group, _)| group).collect();
        let all: BTreeSet<GroupId> = direct
            .iter()
            .flat_map(|group| self.paths(*group))
            .map(|path| path[0])
            .collect();
        let mut memberships: Vec<Membership> = all
            .into_iter()
            .map(|group| Membership {
                group: self.group(group),
                direct: direct.contains(&group),
            })
            .collect();
        memberships.sort_by(|a, b| {
            b.direct
                .cmp(&a.direct)
                .then_with(|| a.group.display_name.cmp(&b.group.display_name))
        });
        memberships
    }
}

#[cfg(test)]
impl Lineage {
    /// A lineage of groups named `g0`, `g1`, …: for tests of what is computed from it.
    pub(crate) fn of(
        groups: &[GroupId],
        nested: &[(usize, usize)],
        members: &[(UserId, usize, Timestamp)],
    ) -> Self {
        let mut lineage = Self::default();
        for (index, group) in groups.iter().enumerate() {
            lineage.names.insert(*group, format!("g{index}"));
        }
        for (child, parent) in nested {
            lineage.add_nesting(groups[*child], groups[*parent]);
        }
        for (user, group, since) in members {
            lineage.add_membership(*user, groups[*group], *since);
        }
        lineage
    }
}

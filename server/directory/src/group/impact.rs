//! Who gains and who loses which role when what a group gives changes: said before it is saved.

use std::collections::BTreeMap;

use sqlx::SqliteConnection;

use super::{grants, subject};
use crate::role::effective::{self, EffectiveRoles};
use crate::{AccountId, Directory, DirectoryError, GroupId, Role, UserId, db};

/// Names that are told of those who gain a role, and of those who lose it.
const NAMED: usize = 10;

/// Users whose roles are looked at together.
const TOGETHER: usize = 500;

/// A change of what a group gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupChange {
    /// It gives these too.
    Give(Vec<Role>),
    /// It no longer gives this.
    Take(Role),
    /// What it gives is no longer in effect.
    Pause,
    /// What it gives is in effect again.
    Resume,
}

/// What a change does to active users.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Impact {
    /// Active users below the group, those in nested groups included.
    pub members: u64,
    /// Those of them whose roles in effect change.
    pub affected: u64,
    /// The roles that are gained, most powerful first.
    pub gains: BTreeMap<Role, Concerned>,
    /// The roles that are lost, most powerful first.
    pub losses: BTreeMap<Role, Concerned>,
}

/// How many, and the first of them by username.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Concerned {
    /// How many.
    pub count: u64,
    /// The first of them.
    pub names: Vec<String>,
}

impl Concerned {
    fn add(&mut self, name: &str) {
        self.count += 1;
        if self.names.len() < NAMED {
            self.names.push(name.to_owned());
        }
    }
}

impl Impact {
    /// Counts one user below `group` in, where the group comes to give `gives` in effect.
    pub fn add(&mut self, group: GroupId, gives: &[Role], name: &str, roles: &EffectiveRoles) {
        if !roles.active {
            return;
        }
        let before = roles.roles();
        let after = roles.roles_if(group, gives);
        self.members += 1;
        self.affected += u64::from(before != after);
        for role in after.iter().filter(|role| !before.contains(role)) {
            self.gains.entry(*role).or_default().add(name);
        }
        for role in before.iter().filter(|role| !after.contains(role)) {
            self.losses.entry(*role).or_default().add(name);
        }
    }
}

impl EffectiveRoles {
    /// The roles in effect if `group` gave `gives`, and nothing else, to this user.
    fn roles_if(&self, group: GroupId, gives: &[Role]) -> Vec<Role> {
        let direct = self.direct.iter().map(|grant| grant.role);
        let others = self.through_groups.iter().filter(|held| {
            let giving = held.path.first().map(|giving| giving.id);
            !held.paused && giving != Some(group)
        });
        let mut roles: Vec<Role> = direct
            .chain(others.map(|held| held.role))
            .chain(gives.iter().copied())
            .collect();
        roles.sort_unstable();
        roles.dedup();
        roles
    }
}

impl GroupChange {
    /// What the group gives in effect after the change.
    fn gives(&self, given: Vec<Role>, paused: bool) -> Vec<Role> {
        match self {
            GroupChange::Pause => Vec::new(),
            GroupChange::Resume => given,
            _ if paused => Vec::new(),
            GroupChange::Give(more) => [given, more.clone()].concat(),
            GroupChange::Take(role) => given.into_iter().filter(|given| given != role).collect(),
        }
    }
}

impl Directory {
    /// What `change` would do to whom, as things stand now. Costs a look at everybody below the group.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Store`].
    pub async fn group_impact(
        &self,
        account: AccountId,
        group: GroupId,
        change: &GroupChange,
    ) -> Result<Impact, DirectoryError> {
        let mut reader = self.read().await?;
        subject(&mut reader, account, group).await?;
        let (paused,): (bool,) =
            db::rows("SELECT paused_at IS NOT NULL FROM groups WHERE account_id = $1 AND id = $2")
                .bind(account)
                .bind(group)
                .fetch_one(&mut *reader)
                .await?;
        let given = grants(&mut reader, account, [group]).await?.remove(&group);
        let given = given.into_iter().flatten().map(|(role, _, _)| role).collect();
        let after = change.gives(given, paused);
        let below = below(&mut reader, account, group).await?;
        let mut impact = Impact::default();
        for some in below.chunks(TOGETHER) {
            let ids: Vec<UserId> = some.iter().map(|(id, _)| *id).collect();
            let roles = effective::load(&mut reader, account, &ids).await?;
            for (id, name) in some {
                if let Some(roles) = roles.get(id) {
                    impact.add(group, &after, name, roles);
                }
            }
        }
        Ok(impact)
    }
}

/// The active users who are members of the group, directly or through nested groups, by username.
async fn below(
    conn: &mut SqliteConnection,
    account: AccountId,
    group: GroupId,
) -> Result<Vec<(UserId, String)>, DirectoryError> {
    Ok(db::rows(
        "WITH RECURSIVE down (id) AS (
             SELECT groups.id FROM groups WHERE groups.id = $2 AND groups.account_id = $1
             UNION
             SELECT members.member_id FROM down CROSS JOIN members
             WHERE members.group_id = down.id AND members.account_id = $1 AND members.member_kind = 'group'
         )
         SELECT DISTINCT users.id, users.user_name FROM down CROSS JOIN members CROSS JOIN users
         WHERE members.group_id = down.id AND members.account_id = $1 AND members.member_kind = 'user'
           AND users.id = members.member_id AND users.account_id = $1 AND users.active <> 0
         ORDER BY users.user_name_key",
    )
    .bind(account)
    .bind(group)
    .fetch_all(conn)
    .await?)
}

//! Effective roles: direct roles and group roles together, each with where it came from. Computed, never stored.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::nesting::Lineage;
use super::{DirectRole, GroupRole, Role, Roles};
use crate::{AccountId, DirectoryError, GroupId, UserId, db};

/// Everything a user holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EffectiveRoles {
    /// Whether the user is active; where not, the grants are kept and shown but nothing is effective.
    pub active: bool,
    /// Given by a person, most powerful first.
    pub direct: Vec<DirectRole>,
    /// Held through groups, most powerful first; one for each group that gives the role and each group of the user that
    /// leads there.
    pub through_groups: Vec<GroupRole>,
    /// What the account's own roles among these are called and open.
    pub own: Arc<Roles>,
}

impl EffectiveRoles {
    /// The roles in effect, each once, most powerful first; none for an inactive user.
    pub fn roles(&self) -> Vec<Role> {
        if !self.active {
            return Vec::new();
        }
        let mut roles: Vec<Role> = self.held().collect();
        roles.sort_unstable();
        roles.dedup();
        roles
    }

    /// Whether `role` is in effect.
    pub fn has(&self, role: Role) -> bool {
        self.active && self.held().any(|held| held == role)
    }

    /// Those that count for an active user.
    fn held(&self) -> impl Iterator<Item = Role> + '_ {
        self.direct.iter().map(|grant| grant.role).chain(
            self.through_groups
                .iter()
                .filter(|held| !held.paused)
                .map(|held| held.role),
        )
    }
}

/// What is granted to a user directly, and what decides how it counts.
#[derive(Debug)]
struct Grants {
    active: bool,
    converted_at: Option<Timestamp>,
    direct: Vec<(Role, Timestamp, String)>,
}

/// What a group gives.
#[derive(Debug, Default)]
struct Given {
    paused: bool,
    roles: Vec<Role>,
}

/// The effective roles of `users` in two to four statements, whatever their number; unknown ids and those of other
/// accounts are absent. For a consistent answer `conn` is in a transaction.
///
/// # Errors
/// [`DirectoryError::Store`], [`DirectoryError::Corrupt`].
pub(crate) async fn load(
    conn: &mut SqliteConnection,
    account: AccountId,
    users: &[UserId],
) -> Result<HashMap<UserId, EffectiveRoles>, DirectoryError> {
    let grants = load_grants(conn, account, users).await?;
    let lineage = Lineage::load(&mut *conn, account, users).await?;
    let group_roles = load_group_roles(conn, account, &lineage).await?;
    let mut used: Vec<Role> = group_roles
        .values()
        .flat_map(|given| given.roles.iter().copied())
        .collect();
    for grants in grants.values() {
        used.extend(grants.direct.iter().map(|(role, _, _)| *role));
    }
    let own = Arc::new(Roles::load_for(conn, account, &used).await?);
    Ok(grants
        .into_iter()
        .map(|(user, grants)| (user, compute(user, grants, &lineage, &group_roles, &own)))
        .collect())
}

async fn load_grants(
    conn: &mut SqliteConnection,
    account: AccountId,
    users: &[UserId],
) -> Result<HashMap<UserId, Grants>, DirectoryError> {
    type Row = (
        UserId,
        bool,
        Option<i64>,
        Option<String>,
        Option<i64>,
        Option<String>,
    );
    let rows: Vec<Row> = db::rows(
        "SELECT users.id, users.active, users.converted_at,
                direct_roles.role, direct_roles.granted_at, direct_roles.granted_by
         FROM json_each($2) AS wanted
         CROSS JOIN users
         LEFT JOIN direct_roles ON direct_roles.user_id = users.id AND direct_roles.account_id = $1
         WHERE users.id = wanted.value AND users.account_id = $1",
    )
    .bind(account)
    .bind(db::json(users))
    .fetch_all(&mut *conn)
    .await?;
    let mut all = HashMap::new();
    for (user, active, converted_at, role, granted_at, granted_by) in rows {
        let converted_at = db::time_opt(converted_at)?;
        let grants: &mut Grants = all.entry(user).or_insert_with(|| Grants {
            active,
            converted_at,
            direct: Vec::new(),
        });
        if let (Some(role), Some(granted_at), Some(granted_by)) = (role, granted_at, granted_by) {
            grants
                .direct
                .push((Role::stored(&role)?, db::time(granted_at)?, granted_by));
        }
    }
    Ok(all)
}

async fn load_group_roles(
    conn: &mut SqliteConnection,
    account: AccountId,
    lineage: &Lineage,
) -> Result<HashMap<GroupId, Given>, DirectoryError> {
    let groups: Vec<GroupId> = lineage.groups().collect();
    let mut all: HashMap<GroupId, Given> = HashMap::new();
    if groups.is_empty() {
        return Ok(all);
    }
    let rows: Vec<(GroupId, String, bool)> = db::rows(
        "SELECT group_roles.group_id, group_roles.role, groups.paused_at IS NOT NULL
         FROM json_each($2) AS wanted
         CROSS JOIN group_roles
         CROSS JOIN groups
         WHERE group_roles.group_id = wanted.value AND group_roles.account_id = $1
           AND groups.id = group_roles.group_id AND groups.account_id = $1",
    )
    .bind(account)
    .bind(db::json(groups))
    .fetch_all(&mut *conn)
    .await?;
    for (group, role, paused) in rows {
        let given = all.entry(group).or_default();
        given.paused = paused;
        given.roles.push(Role::stored(&role)?);
    }
    Ok(all)
}

/// Direct grants and group grants together, with their origin.
fn compute(
    user: UserId,
    grants: Grants,
    lineage: &Lineage,
    group_roles: &HashMap<GroupId, Given>,
    own: &Arc<Roles>,
) -> EffectiveRoles {
    let Grants {
        active,
        converted_at,
        direct,
    } = grants;
    let mut direct: Vec<DirectRole> = direct
        .into_iter()
        .map(|(role, granted_at, granted_by)| DirectRole {
            role,
            granted_at,
            granted_by,
            before_scim: converted_at.is_some_and(|converted_at| granted_at <= converted_at),
        })
        .collect();
    direct.sort_by_key(|grant| grant.role);

    let mut through_groups = Vec::new();
    for (group, member_since) in lineage.direct(user) {
        for path in lineage.paths(group) {
            let Some(given) = group_roles.get(&path[0]) else {
                continue;
            };
            for role in &given.roles {
                let path = path.iter().map(|group| lineage.group(*group)).collect();
                through_groups.push(GroupRole {
                    role: *role,
                    path,
                    member_since,
                    paused: given.paused,
                });
            }
        }
    }
    through_groups.sort_by(|a: &GroupRole, b: &GroupRole| {
        let names = |held: &GroupRole| {
            held.path
                .iter()
                .map(|g| g.display_name.clone())
                .collect::<Vec<_>>()
        };
        a.role
            .cmp(&b.role)
            .then(a.path.len().cmp(&b.path.len()))
            .then_with(|| names(a).cmp(&names(b)))
    });
    EffectiveRoles {
        active,
        direct,
        through_groups,
        own: own.clone(),
    }
}

/// Whether an active user other than `except` has a role in effect, directly or through groups, that opens everything:
/// [`Role::Administrator`] or an own one.
///
/// # Errors
/// [`DirectoryError::Store`].
pub(crate) async fn has_administrator(
    conn: &mut SqliteConnection,
    account: AccountId,
    except: Option<UserId>,
) -> Result<bool, DirectoryError> {
    let (found,): (bool,) = db::rows(
        "WITH RECURSIVE opening (role) AS (
             SELECT 'administrator'
             UNION ALL
             SELECT id FROM roles WHERE account_id = $1 AND access = 'administrator'
         ),
         down (id) AS (
             SELECT group_roles.group_id FROM opening
             CROSS JOIN group_roles
             CROSS JOIN groups
             WHERE group_roles.role = opening.role AND group_roles.account_id = $1
               AND groups.id = group_roles.group_id AND groups.account_id = $1 AND groups.paused_at IS NULL
             UNION
             SELECT members.member_id FROM down
             CROSS JOIN members
             WHERE members.group_id = down.id AND members.account_id = $1 AND members.member_kind = 'group'
         )
         SELECT EXISTS (
             SELECT 1 FROM opening
             CROSS JOIN direct_roles
             CROSS JOIN users
             WHERE direct_roles.role = opening.role AND direct_roles.account_id = $1
               AND users.id = direct_roles.user_id AND users.account_id = $1 AND users.active <> 0 AND users.id <> $2
         ) OR EXISTS (
             SELECT 1 FROM down
             CROSS JOIN members
             CROSS JOIN users
             WHERE members.group_id = down.id AND members.account_id = $1 AND members.member_kind = 'user'
               AND users.id = members.member_id AND users.account_id = $1 AND users.active <> 0 AND users.id <> $2
         )",
    )
    .bind(account)
    .bind(except.map(|user| user.to_string()).unwrap_or_default())
    .fetch_one(conn)
    .await?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_795_600_000 + 60 * minute).unwrap()
    }

    fn grants(active: bool, converted_at: Option<Timestamp>, direct: &[(Role, i64)]) -> Grants {
        let direct = direct
            .iter()
            .map(|(role, minute)| (*role, at(*minute), "ada@acme.test".to_owned()))
            .collect();
        Grants {
            active,
            converted_at,
            direct,
        }
    }

    fn giving(groups: &[(GroupId, Vec<Role>)]) -> HashMap<GroupId, Given> {
        let given = |roles: &Vec<Role>| Given {
            paused: false,
            roles: roles.clone(),
        };
        groups
            .iter()
            .map(|(group, roles)| (*group, given(roles)))
            .collect()
    }

    /// `role: path`, for each role that is held through groups.
    fn held(roles: &EffectiveRoles) -> Vec<String> {
        let path = |held: &GroupRole| {
            held.path
                .iter()
                .map(|g| g.display_name.clone())
                .collect::<Vec<_>>()
                .join(">")
        };
        roles
            .through_groups
            .iter()
            .map(|held| format!("{}: {}", held.role, path(held)))
            .collect()
    }

    fn ids(count: usize) -> (UserId, Vec<GroupId>) {
        (
            UserId::new(at(0)),
            (0..count).map(|_| GroupId::new(at(0))).collect(),
        )
    }

    #[test]
    fn roles_pass_down_to_members_of_members_with_the_path_from_the_giving_group() {
        let (user, groups) = ids(4);
        let lineage = Lineage::of(&groups, &[(0, 1), (1, 2)], &[(user, 0, at(5)), (user, 3, at(6))]);
        let given = giving(&[
            (groups[0], vec![Role::Member]),
            (groups[2], vec![Role::Administrator]),
            (groups[3], vec![Role::Member, Role::Auditor]),
        ]);
        let roles = compute(user, grants(true, None, &[]), &lineage, &given, &Arc::default());
        assert_eq!(
            held(&roles),
            [
                "administrator: g2>g1>g0",
                "auditor: g3",
                "member: g0",
                "member: g3"
            ]
        );
        assert_eq!(roles.through_groups[0].member_since, at(5));
        assert_eq!(roles.roles(), [Role::Administrator, Role::Auditor, Role::Member]);
    }

    #[test]
    fn a_lattice_gives_one_path_for_each_giving_and_own_group() {
        // Twenty layers of two groups, each in both of the layer above: 2^19 paths to the top.
        let (user, groups) = ids(40);
        let nested: Vec<(usize, usize)> = (0..19)
            .flat_map(|layer| {
                [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(a, b)| (2 * layer + a, 2 * layer + 2 + b))
            })
            .collect();
        let lineage = Lineage::of(&groups, &nested, &[(user, 0, at(1))]);
        let given = giving(&[(groups[38], vec![Role::Auditor])]);
        let roles = compute(user, grants(true, None, &[]), &lineage, &given, &Arc::default());
        assert_eq!(roles.through_groups.len(), 1);
        assert_eq!(roles.through_groups[0].path.len(), 20);
    }

    #[test]
    fn a_direct_role_says_whether_it_was_there_before_the_conversion() {
        let (user, _) = ids(0);
        let given = grants(
            true,
            Some(at(10)),
            &[(Role::Member, 11), (Role::Administrator, 9)],
        );
        let roles = compute(user, given, &Lineage::default(), &HashMap::new(), &Arc::default());
        let before: Vec<(Role, bool)> = roles
            .direct
            .iter()
            .map(|grant| (grant.role, grant.before_scim))
            .collect();
        assert_eq!(before, [(Role::Administrator, true), (Role::Member, false)]);

        let roles = compute(
            user,
            grants(true, None, &[(Role::Member, 1)]),
            &Lineage::default(),
            &HashMap::new(),
            &Arc::default(),
        );
        assert!(!roles.direct[0].before_scim);
    }

    #[test]
    fn nothing_is_effective_for_an_inactive_user_but_everything_is_shown() {
        let (user, groups) = ids(1);
        let lineage = Lineage::of(&groups, &[], &[(user, 0, at(1))]);
        let given = giving(&[(groups[0], vec![Role::Auditor])]);
        let roles = compute(
            user,
            grants(false, None, &[(Role::Administrator, 1)]),
            &lineage,
            &given,
            &Arc::default(),
        );
        assert_eq!(roles.roles(), []);
        assert!(!roles.has(Role::Administrator) && !roles.has(Role::Auditor));
        assert_eq!((roles.direct.len(), roles.through_groups.len()), (1, 1));
    }
}

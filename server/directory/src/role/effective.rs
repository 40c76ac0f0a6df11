//! Effective roles: direct roles and group roles together, each with where it came from. Computed, never stored.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::nesting::Lineage;
use super::{DirectRole, GroupRole, Role};
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

    fn held(&self) -> impl Iterator<Item = Role> + '_ {
        self.direct
            .iter()
            .map(|grant| grant.role)
            .chain(self.through_groups.iter().map(|held| held.role))
    }
}

/// What is granted to a user directly, and what decides how it counts.
#[derive(Debug)]
struct Grants {
    active: bool,
    converted_at: Option<Timestamp>,
    direct: Vec<(Role, Timestamp, String)>,
}

/// The effective roles of `users` in two or three statements, whatever their number; unknown ids and those of other
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
    Ok(grants
        .into_iter()
        .map(|(user, grants)| (user, compute(user, grants, &lineage, &group_roles)))
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
) -> Result<HashMap<GroupId, Vec<Role>>, DirectoryError> {
    let groups: Vec<GroupId> = lineage.groups().collect();
    let mut roles: HashMap<GroupId, Vec<Role>> = HashMap::new();
    if groups.is_empty() {
        return Ok(roles);
    }
    let rows: Vec<(GroupId, String)> = db::rows(
        "SELECT group_roles.group_id, group_roles.role
         FROM json_each($2) AS wanted
         CROSS JOIN group_roles
         WHERE group_roles.group_id = wanted.value AND group_roles.account_id = $1",
    )
    .bind(account)
    .bind(db::json(groups))
    .fetch_all(&mut *conn)
    .await?;
    for (group, role) in rows {
        roles.entry(group).or_default().push(Role::stored(&role)?);
    }
    Ok(roles)
}

/// Direct grants and group grants together, with their origin.
fn compute(
    user: UserId,
    grants: Grants,
    lineage: &Lineage,
    group_roles: &HashMap<GroupId, Vec<Role>>,
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
    for (own, member_since) in lineage.direct(user) {
        for path in lineage.paths(own) {
            for role in group_roles.get(&path[0]).into_iter().flatten() {
                let path = path.iter().map(|group| lineage.group(*group)).collect();
                through_groups.push(GroupRole {
                    role: *role,
                    path,
                    member_since,
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
    }
}

/// Whether an active user other than `except` has [`Role::Administrator`] in effect, directly or through groups.
///
/// # Errors
/// [`DirectoryError::Store`].
pub(crate) async fn has_administrator(
    conn: &mut SqliteConnection,
    account: AccountId,
    except: Option<UserId>,
) -> Result<bool, DirectoryError> {
    let (found,): (bool,) = db::rows(
        "WITH RECURSIVE down (id) AS (
             SELECT group_id FROM group_roles WHERE account_id = $1 AND role = 'administrator'
             UNION
             SELECT members.member_id FROM down
             CROSS JOIN members
             WHERE members.group_id = down.id AND members.account_id = $1 AND members.member_kind = 'group'
         )
         SELECT EXISTS (
             SELECT 1 FROM direct_roles
             CROSS JOIN users
             WHERE direct_roles.account_id = $1 AND direct_roles.role = 'administrator'
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
        let given = HashMap::from([
            (groups[0], vec![Role::Member]),
            (groups[2], vec![Role::Administrator]),
            (groups[3], vec![Role::Member, Role::Auditor]),
        ]);
        let roles = compute(user, grants(true, None, &[]), &lineage, &given);
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
        let given = HashMap::from([(groups[38], vec![Role::Auditor])]);
        let roles = compute(user, grants(true, None, &[]), &lineage, &given);
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
        let roles = compute(user, given, &Lineage::default(), &HashMap::new());
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
        );
        assert!(!roles.direct[0].before_scim);
    }

    #[test]
    fn nothing_is_effective_for_an_inactive_user_but_everything_is_shown() {
        let (user, groups) = ids(1);
        let lineage = Lineage::of(&groups, &[], &[(user, 0, at(1))]);
        let given = HashMap::from([(groups[0], vec![Role::Auditor])]);
        let roles = compute(
            user,
            grants(false, None, &[(Role::Administrator, 1)]),
            &lineage,
            &given,
        );
        assert_eq!(roles.roles(), []);
        assert!(!roles.has(Role::Administrator) && !roles.has(Role::Auditor));
        assert_eq!((roles.direct.len(), roles.through_groups.len()), (1, 1));
    }
}

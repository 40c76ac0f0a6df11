//! What remains when something is taken from a user: said before it is taken.

use super::effective::EffectiveRoles;
use super::{DirectRole, GroupRole, Role};

/// What is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taking {
    /// A direct role.
    Direct(Role),
    /// All memberships, and with them what the groups give.
    Groups,
}

/// What becomes of one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remaining {
    /// The role.
    pub role: Role,
    /// The direct grant that stays.
    pub direct: Option<DirectRole>,
    /// What groups go on to give; a paused one gives nothing.
    pub through_groups: Vec<GroupRole>,
}

impl Remaining {
    /// Whether the user still holds the role.
    pub fn stays(&self) -> bool {
        self.direct.is_some() || !self.through_groups.is_empty()
    }
}

/// What becomes of each role that the taking touches, most powerful first; whether the user is active makes no
/// difference.
pub fn remaining(roles: &EffectiveRoles, taking: Taking) -> Vec<Remaining> {
    let mut touched: Vec<Role> = match taking {
        Taking::Direct(role) => roles
            .direct
            .iter()
            .map(|grant| grant.role)
            .filter(|held| *held == role)
            .collect(),
        Taking::Groups => roles.through_groups.iter().map(|held| held.role).collect(),
    };
    touched.sort_unstable();
    touched.dedup();
    let left = |role: Role| Remaining {
        role,
        direct: match taking {
            Taking::Direct(_) => None,
            Taking::Groups => roles.direct.iter().find(|grant| grant.role == role).cloned(),
        },
        through_groups: match taking {
            Taking::Direct(_) => roles
                .through_groups
                .iter()
                .filter(|held| held.role == role && !held.paused)
                .cloned()
                .collect(),
            Taking::Groups => Vec::new(),
        },
    };
    touched.into_iter().map(left).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;

    use super::*;
    use crate::GroupId;
    use crate::role::GroupRef;

    fn held(direct: &[Role], through: &[(Role, &[&str])]) -> EffectiveRoles {
        let at = Timestamp::from_second(1_795_600_000).unwrap();
        let group = |name: &&str| GroupRef {
            id: GroupId::new(at),
            display_name: (*name).to_owned(),
        };
        EffectiveRoles {
            active: true,
            direct: direct
                .iter()
                .map(|role| DirectRole {
                    role: *role,
                    granted_at: at,
                    granted_by: "ada@acme.test".to_owned(),
                    before_scim: false,
                })
                .collect(),
            through_groups: through
                .iter()
                .map(|(role, path)| GroupRole {
                    role: *role,
                    path: path.iter().map(group).collect(),
                    member_since: at,
                    paused: path.contains(&"Paused"),
                })
                .collect(),
            own: Arc::default(),
        }
    }

    /// `role: why it stays`, or `role: -` where it goes.
    fn told(roles: &EffectiveRoles, taking: Taking) -> Vec<String> {
        let line = |left: Remaining| {
            let mut why: Vec<String> = left.direct.iter().map(|_| "direct".to_owned()).collect();
            why.extend(left.through_groups.iter().map(|held| {
                let names: Vec<&str> = held
                    .path
                    .iter()
                    .map(|group| group.display_name.as_str())
                    .collect();
                names.join(">")
            }));
            assert_eq!(left.stays(), !why.is_empty());
            let why = if why.is_empty() {
                "-".to_owned()
            } else {
                why.join(", ")
            };
            format!("{}: {why}", left.role)
        };
        remaining(roles, taking).into_iter().map(line).collect()
    }

    #[test]
    fn a_role_stays_where_something_else_leads_to_it_and_goes_where_nothing_does() {
        use Role::{Administrator, Auditor, Member};
        let finance: (Role, &[&str]) = (Auditor, &["Finance"]);
        let nested: (Role, &[&str]) = (Auditor, &["Engineering", "Platform"]);
        let staff: (Role, &[&str]) = (Member, &["Staff"]);
        let paused: (Role, &[&str]) = (Auditor, &["Paused"]);
        let cases: [(EffectiveRoles, Taking, &[&str]); 10] = [
            (
                held(&[Auditor], &[paused]),
                Taking::Direct(Auditor),
                &["auditor: -"],
            ),
            (held(&[Auditor], &[]), Taking::Direct(Auditor), &["auditor: -"]),
            (
                held(&[Auditor], &[finance]),
                Taking::Direct(Auditor),
                &["auditor: Finance"],
            ),
            (
                held(&[Auditor, Member], &[finance, nested, staff]),
                Taking::Direct(Auditor),
                &["auditor: Finance, Engineering>Platform"],
            ),
            (
                held(&[Administrator], &[staff]),
                Taking::Direct(Administrator),
                &["administrator: -"],
            ),
            (held(&[], &[finance]), Taking::Direct(Auditor), &[]),
            (held(&[Auditor], &[]), Taking::Groups, &[]),
            (held(&[], &[finance, nested]), Taking::Groups, &["auditor: -"]),
            (
                held(&[Auditor], &[finance, staff]),
                Taking::Groups,
                &["auditor: direct", "member: -"],
            ),
            (
                held(&[Administrator], &[finance]),
                Taking::Groups,
                &["auditor: -"],
            ),
        ];
        for (roles, taking, expected) in cases {
            assert_eq!(told(&roles, taking), expected, "{taking:?} of {roles:?}");
        }
    }
}

//! Effective roles: direct roles and group roles together, each with where it came from. Computed, never stored.

use super::{DirectRole, GroupRole, Role};

/// Everything a user holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EffectiveRoles {
    /// Whether the user is active; where not, the grants are kept and shown but nothing is effective.
    pub active: bool,
    /// Given by a person, most powerful first.
    pub direct: Vec<DirectRole>,
    /// Held through groups, most powerful first; one for each path.
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
        self.direct.iter().map(|grant| grant.role).chain(self.through_groups.iter().map(|held| held.role))
    }
}

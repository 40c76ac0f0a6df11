//! Users with more roles than their groups give: which they are, and which roles.
//!
//! The rule stands here twice, once for many users and once for one: as SQL, so that a list can be narrowed by it, and
//! as a function over what a user holds. A test holds them together.

use super::ManagedBy;
use crate::role::DirectRole;
use crate::role::effective::EffectiveRoles;

/// The statement for the ids of the account's (`$1`) users with more roles than their groups give. It goes through
/// direct roles, which are few where an identity provider is in charge, and never through all users.
macro_rules! users_with_extra_roles {
    () => {
        "WITH RECURSIVE given (role, group_id) AS (
             SELECT group_roles.role, group_roles.group_id FROM group_roles CROSS JOIN groups
             WHERE group_roles.account_id = $1
               AND groups.id = group_roles.group_id AND groups.account_id = $1 AND groups.paused_at IS NULL
             UNION
             SELECT given.role, members.member_id FROM given CROSS JOIN members
             WHERE members.group_id = given.group_id AND members.account_id = $1
               AND members.member_kind = 'group'
         )
         SELECT direct_roles.user_id FROM direct_roles CROSS JOIN users AS holder
         WHERE direct_roles.account_id = $1 AND holder.id = direct_roles.user_id AND holder.account_id = $1
           AND holder.managed_by = 'scim'
           AND NOT EXISTS (
               SELECT 1 FROM members CROSS JOIN given
               WHERE members.member_id = direct_roles.user_id AND members.account_id = $1
                 AND members.member_kind = 'user'
                 AND given.group_id = members.group_id AND given.role = direct_roles.role)"
    };
}
pub(crate) use users_with_extra_roles;

/// The direct roles that no group of the user gives, unless it is paused; none for a manual user, whose roles a person decides.
pub fn extra_roles(managed_by: ManagedBy, roles: &EffectiveRoles) -> Vec<&DirectRole> {
    let given = |grant: &&DirectRole| {
        let mut held = roles.through_groups.iter();
        held.any(|held| held.role == grant.role && !held.paused)
    };
    match managed_by {
        ManagedBy::Manual => Vec::new(),
        ManagedBy::Scim => roles.direct.iter().filter(|grant| !given(grant)).collect(),
    }
}

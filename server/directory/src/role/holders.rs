//! Who holds a role: counted, and a page at a time.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::{GroupRef, Role, Roles, effective};
use crate::user::{Row, columns};
use crate::{AccountId, Directory, DirectoryError, GroupId, UserId, UserRow, db};

/// A role with how many active users hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleCount {
    /// The role.
    pub role: Role,
    /// Those to whom a person gave it.
    pub direct: u64,
    /// Those who hold it through groups; who has it both ways counts here too.
    pub through_groups: u64,
}

/// A group that gives a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivingGroup {
    /// The group.
    pub group: GroupRef,
    /// Whether it is paused, so that the role is not in effect.
    pub paused: bool,
    /// When the role was given to it.
    pub granted_at: Timestamp,
    /// Who did it.
    pub granted_by: String,
}

/// A page of the active users who hold a role, by id.
#[derive(Debug, Clone)]
pub struct HolderPage {
    /// The users, with all their roles.
    pub users: Vec<UserRow>,
    /// The value of `after` for the next page; none on the last.
    pub next: Option<UserId>,
}

/// Holders to whom a person gave it, in order.
const DIRECT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM direct_roles CROSS JOIN users
     WHERE direct_roles.role = $2 AND direct_roles.account_id = $1 AND direct_roles.user_id > $3
       AND users.id = direct_roles.user_id AND users.account_id = $1 AND users.active <> 0
     ORDER BY direct_roles.user_id LIMIT $4"
);

/// The users of a group, in the same order.
const MEMBERS: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM members CROSS JOIN users
     WHERE members.group_id = $2 AND members.account_id = $1 AND members.member_id > $3
       AND members.member_kind = 'user'
       AND users.id = members.member_id AND users.account_id = $1 AND users.active <> 0
     ORDER BY members.member_id LIMIT $4"
);

impl Directory {
    /// How many active users hold the role.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn count_holders(&self, account: AccountId, role: Role) -> Result<RoleCount, DirectoryError> {
        let (direct, through_groups): (i64, i64) = db::rows(
            "WITH RECURSIVE down (id) AS (
                 SELECT group_roles.group_id FROM group_roles CROSS JOIN groups
                 WHERE group_roles.role = $2 AND group_roles.account_id = $1
                   AND groups.id = group_roles.group_id AND groups.account_id = $1 AND groups.paused_at IS NULL
                 UNION
                 SELECT members.member_id FROM down CROSS JOIN members
                 WHERE members.group_id = down.id AND members.account_id = $1 AND members.member_kind = 'group'
             )
             SELECT (
                 SELECT COUNT(*) FROM direct_roles CROSS JOIN users
                 WHERE direct_roles.role = $2 AND direct_roles.account_id = $1
                   AND users.id = direct_roles.user_id AND users.account_id = $1 AND users.active <> 0
             ), (
                 SELECT COUNT(DISTINCT users.id) FROM down CROSS JOIN members CROSS JOIN users
                 WHERE members.group_id = down.id AND members.account_id = $1 AND members.member_kind = 'user'
                   AND users.id = members.member_id AND users.account_id = $1 AND users.active <> 0
             )",
        )
        .bind(account)
        .bind(role.to_string())
        .fetch_one(self.readers())
        .await?;
        Ok(RoleCount {
            role,
            direct: u64::try_from(direct).unwrap_or(0),
            through_groups: u64::try_from(through_groups).unwrap_or(0),
        })
    }

    /// The groups that give the role, by name.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`] where the account has no such role, [`DirectoryError::Store`].
    pub async fn list_giving_groups(
        &self,
        account: AccountId,
        role: Role,
    ) -> Result<Vec<GivingGroup>, DirectoryError> {
        let mut reader = self.read().await?;
        check(&mut reader, account, role).await?;
        let rows: Vec<(GroupId, String, bool, i64, String)> = db::rows(
            "SELECT groups.id, groups.display_name, groups.paused_at IS NOT NULL, group_roles.granted_at,
                    group_roles.granted_by
             FROM group_roles CROSS JOIN groups
             WHERE group_roles.role = $2 AND group_roles.account_id = $1
               AND groups.id = group_roles.group_id AND groups.account_id = $1
             ORDER BY groups.display_name_key",
        )
        .bind(account)
        .bind(role.to_string())
        .fetch_all(&mut *reader)
        .await?;
        rows.into_iter()
            .map(|(id, display_name, paused, granted_at, granted_by)| {
                Ok(GivingGroup {
                    group: GroupRef { id, display_name },
                    paused,
                    granted_at: db::time(granted_at)?,
                    granted_by,
                })
            })
            .collect()
    }

    /// The active users who hold the role, directly or through groups.
    ///
    /// A page costs as many short reads as there are groups from which the role comes, however many members they have.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`] where the account has no such role, [`DirectoryError::Store`].
    pub async fn list_holders(
        &self,
        account: AccountId,
        role: Role,
        after: Option<UserId>,
        limit: u16,
    ) -> Result<HolderPage, DirectoryError> {
        let limit = usize::from(limit.clamp(1, 200));
        let mut reader = self.read().await?;
        check(&mut reader, account, role).await?;
        let after = after.map(|after| after.to_string()).unwrap_or_default();
        let groups: Vec<(String,)> = db::rows(
            "WITH RECURSIVE down (id) AS (
                 SELECT group_roles.group_id FROM group_roles CROSS JOIN groups
                 WHERE group_roles.role = $2 AND group_roles.account_id = $1
                   AND groups.id = group_roles.group_id AND groups.account_id = $1 AND groups.paused_at IS NULL
                 UNION
                 SELECT members.member_id FROM down CROSS JOIN members
                 WHERE members.group_id = down.id AND members.account_id = $1 AND members.member_kind = 'group'
             )
             SELECT id FROM down",
        )
        .bind(account)
        .bind(role.to_string())
        .fetch_all(&mut *reader)
        .await?;
        let sources = std::iter::once((DIRECT, role.to_string()))
            .chain(groups.into_iter().map(|(group,)| (MEMBERS, group)));
        let mut found = BTreeMap::new();
        for (statement, of) in sources {
            let rows: Vec<Row> = db::rows(statement)
                .bind(account)
                .bind(of)
                .bind(after.clone())
                .bind(i64::try_from(limit + 1).unwrap_or(i64::MAX))
                .fetch_all(&mut *reader)
                .await?;
            found.extend(rows.into_iter().map(|holder| (holder.id, holder)));
        }
        let more = found.len() > limit;
        let page: Vec<Row> = found.into_values().take(limit).collect();
        let ids: Vec<UserId> = page.iter().map(|holder| holder.id).collect();
        let mut roles = effective::load(&mut reader, account, &ids).await?;
        let users = page
            .into_iter()
            .map(|holder| holder.into_user(&mut roles))
            .collect::<Result<_, DirectoryError>>()?;
        Ok(HolderPage {
            users,
            next: if more { ids.last().copied() } else { None },
        })
    }
}

async fn check(conn: &mut SqliteConnection, account: AccountId, role: Role) -> Result<(), DirectoryError> {
    if Roles::load_for(conn, account, &[role]).await?.has(role) {
        Ok(())
    } else {
        Err(DirectoryError::NotFound)
    }
}

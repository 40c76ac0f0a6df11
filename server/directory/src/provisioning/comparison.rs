//! What is here, page by page, for a comparison with a list of the identity provider. The comparison itself happens in
//! the browser, where that list stays.

use serde::Serialize;
use sqlx::FromRow;

use crate::{AccountId, Directory, DirectoryError, GroupId, UserId, db};

/// The most rows of a page.
const MOST: u16 = 2_000;

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, FromRow, Serialize)]
pub struct ComparedGroup {
    /// The id.
    pub id: GroupId,
    /// The name.
    pub display_name: String,
    /// The identity provider's own id for it.
    pub external_id: Option<String>,
}

/// A user's membership in a group.
#[derive(Debug, Clone, PartialEq, Eq, FromRow, Serialize)]
pub struct ComparedMember {
    /// The group.
    pub group_id: GroupId,
    /// The user.
    pub member_id: UserId,
    /// The username.
    pub user_name: String,
}

/// A SCIM-managed user.
#[derive(Debug, Clone, PartialEq, Eq, FromRow, Serialize)]
pub struct ComparedUser {
    /// The id.
    pub id: UserId,
    /// The username.
    pub user_name: String,
    /// The identity provider's own id for it.
    pub external_id: Option<String>,
}

impl Directory {
    /// The account's groups by id, after this one.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn compared_groups(
        &self,
        account: AccountId,
        after: Option<GroupId>,
    ) -> Result<Vec<ComparedGroup>, DirectoryError> {
        let groups = db::rows(
            "SELECT id, display_name, external_id FROM groups
             WHERE account_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        )
        .bind(account)
        .bind(after.map(|id| id.to_string()).unwrap_or_default())
        .bind(i64::from(MOST))
        .fetch_all(self.readers())
        .await?;
        Ok(groups)
    }

    /// The account's memberships of users by group and user, after this one. Groups within groups are not among them.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn compared_members(
        &self,
        account: AccountId,
        after: Option<(GroupId, UserId)>,
    ) -> Result<Vec<ComparedMember>, DirectoryError> {
        let (group, member) = after.map_or_else(Default::default, |(group, member)| {
            (group.to_string(), member.to_string())
        });
        let members = db::rows(
            "SELECT members.group_id, members.member_id, users.user_name
             FROM groups CROSS JOIN members CROSS JOIN users
             WHERE groups.account_id = $1 AND groups.id >= $2
               AND members.group_id = groups.id AND members.account_id = $1 AND members.member_kind = 'user'
               AND (members.group_id > $2 OR members.member_id > $3)
               AND users.id = members.member_id AND users.account_id = $1
             ORDER BY groups.id, members.member_id LIMIT $4",
        )
        .bind(account)
        .bind(group)
        .bind(member)
        .bind(i64::from(MOST))
        .fetch_all(self.readers())
        .await?;
        Ok(members)
    }

    /// The account's SCIM-managed users by id, after this one.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn compared_users(
        &self,
        account: AccountId,
        after: Option<UserId>,
    ) -> Result<Vec<ComparedUser>, DirectoryError> {
        let users = db::rows(
            "SELECT id, user_name, external_id FROM users
             WHERE account_id = $1 AND id > $2 AND managed_by = 'scim' ORDER BY id LIMIT $3",
        )
        .bind(account)
        .bind(after.map(|id| id.to_string()).unwrap_or_default())
        .bind(i64::from(MOST))
        .fetch_all(self.readers())
        .await?;
        Ok(users)
    }
}

//! Groups as the console sees them: members, and the roles that a group gives.

mod change;
mod former;
mod impact;
mod list;
mod members;

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::{FromRow, SqliteConnection};

pub use change::Undoable;
pub use former::{FormerGroup, FormerRoles};
pub use impact::{Concerned, GroupChange, Impact};
pub use list::{GroupOrder, GroupPage, GroupQuery};
pub use members::{MemberPage, MemberRow};

use crate::log::{Subject, SubjectKind};
use crate::role::GroupRef;
use crate::{AccountId, Directory, DirectoryError, GroupId, Role, db};

/// A group in a table.
#[derive(Debug, Clone)]
pub struct GroupRow {
    /// The id, by which it is known.
    pub id: GroupId,
    /// The name.
    pub display_name: String,
    /// How many direct members.
    pub members: u64,
    /// The roles it gives, most powerful first.
    pub roles: Vec<Role>,
    /// When it last changed.
    pub modified_at: Timestamp,
    /// Since when the roles are not in effect.
    pub paused_at: Option<Timestamp>,
}

/// One group.
#[derive(Debug, Clone)]
pub struct GroupView {
    /// As in a table.
    pub row: GroupRow,
    /// The identity provider's own id for it.
    pub external_id: Option<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// For each role it gives: when it was given and by whom.
    pub grants: Vec<(Role, Timestamp, String)>,
    /// How many active users a change of its roles affects, members of nested groups included.
    pub affects: u64,
    /// Who paused it, where it is paused.
    pub paused_by: Option<String>,
    /// Changes of its roles that can be undone now, the newest first.
    pub undoable: Vec<Undoable>,
    /// The roles that its predecessor gave, where they are offered.
    pub former_roles: Option<FormerRoles>,
}

#[derive(FromRow)]
struct Row {
    id: GroupId,
    display_name: String,
    member_count: i64,
    modified_at: i64,
    paused_at: Option<i64>,
}

impl Row {
    fn into_group(self, roles: Vec<Role>) -> Result<GroupRow, DirectoryError> {
        Ok(GroupRow {
            id: self.id,
            display_name: self.display_name,
            members: u64::try_from(self.member_count).unwrap_or(0),
            roles,
            modified_at: db::time(self.modified_at)?,
            paused_at: db::time_opt(self.paused_at)?,
        })
    }
}

#[derive(FromRow)]
struct Details {
    #[sqlx(flatten)]
    row: Row,
    external_id: Option<String>,
    created_at: i64,
    paused_by: Option<String>,
}

impl Directory {
    /// One group.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Store`].
    pub async fn get_group(&self, account: AccountId, id: GroupId) -> Result<GroupView, DirectoryError> {
        let mut reader = self.read().await?;
        let details: Option<Details> = db::rows(
            "SELECT id, display_name, member_count, modified_at, paused_at, paused_by, external_id, created_at
             FROM groups WHERE account_id = $1 AND id = $2",
        )
        .bind(account)
        .bind(id)
        .fetch_optional(&mut *reader)
        .await?;
        let details = details.ok_or(DirectoryError::NotFound)?;
        let grants = grants(&mut reader, account, [id])
            .await?
            .remove(&id)
            .unwrap_or_default();
        let affects = affected(&mut reader, account, id).await?;
        let undoable = change::undoable(&mut reader, account, id, self.now()).await?;
        let former_roles = former::offer(&mut reader, account, id).await?;
        Ok(GroupView {
            row: details
                .row
                .into_group(grants.iter().map(|(role, _, _)| *role).collect())?,
            external_id: details.external_id,
            created_at: db::time(details.created_at)?,
            grants,
            affects,
            paused_by: details.paused_by,
            undoable,
            former_roles,
        })
    }

    /// The group of this name, in any letter-case.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn find_group_by_name(
        &self,
        account: AccountId,
        name: &str,
    ) -> Result<Option<GroupId>, DirectoryError> {
        let row: Option<(GroupId,)> =
            db::rows("SELECT id FROM groups WHERE account_id = $1 AND display_name_key = $2")
                .bind(account)
                .bind(scim::fold(name))
                .fetch_optional(self.readers())
                .await?;
        Ok(row.map(|(id,)| id))
    }

    /// What the group of this id is called.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn find_group_name(
        &self,
        account: AccountId,
        id: GroupId,
    ) -> Result<Option<String>, DirectoryError> {
        let row: Option<(String,)> =
            db::rows("SELECT display_name FROM groups WHERE account_id = $1 AND id = $2")
                .bind(account)
                .bind(id)
                .fetch_optional(self.readers())
                .await?;
        Ok(row.map(|(name,)| name))
    }
}

/// The group as the log names it.
async fn subject(
    conn: &mut SqliteConnection,
    account: AccountId,
    id: GroupId,
) -> Result<Subject, DirectoryError> {
    let row: Option<(String,)> =
        db::rows("SELECT display_name FROM groups WHERE account_id = $1 AND id = $2")
            .bind(account)
            .bind(id)
            .fetch_optional(conn)
            .await?;
    let (name,) = row.ok_or(DirectoryError::NotFound)?;
    Ok(Subject {
        kind: SubjectKind::Group,
        id: Some(id.to_string()),
        name,
    })
}

/// What each group gives, most powerful first: when it was given and by whom.
type Grants = HashMap<GroupId, Vec<(Role, Timestamp, String)>>;

async fn grants(
    conn: &mut SqliteConnection,
    account: AccountId,
    groups: impl IntoIterator<Item = GroupId>,
) -> Result<Grants, DirectoryError> {
    let rows: Vec<(GroupId, String, i64, String)> = db::rows(
        "SELECT group_roles.group_id, group_roles.role, group_roles.granted_at, group_roles.granted_by
         FROM json_each($2) AS wanted CROSS JOIN group_roles
         WHERE group_roles.group_id = wanted.value AND group_roles.account_id = $1",
    )
    .bind(account)
    .bind(db::json(groups))
    .fetch_all(conn)
    .await?;
    let mut grants = Grants::new();
    for (group, role, granted_at, granted_by) in rows {
        grants
            .entry(group)
            .or_default()
            .push((Role::stored(&role)?, db::time(granted_at)?, granted_by));
    }
    for given in grants.values_mut() {
        given.sort_by_key(|(role, _, _)| *role);
    }
    Ok(grants)
}

/// How many active users are members of the group, directly or through nested groups.
pub(crate) async fn affected(
    conn: &mut SqliteConnection,
    account: AccountId,
    group: GroupId,
) -> Result<u64, DirectoryError> {
    let (count,): (i64,) = db::rows(
        "WITH RECURSIVE down (id) AS (
             SELECT groups.id FROM groups WHERE groups.id = $2 AND groups.account_id = $1
             UNION
             SELECT members.member_id FROM down CROSS JOIN members
             WHERE members.group_id = down.id AND members.account_id = $1 AND members.member_kind = 'group'
         )
         SELECT COUNT(DISTINCT users.id) FROM down CROSS JOIN members CROSS JOIN users
         WHERE members.group_id = down.id AND members.account_id = $1 AND members.member_kind = 'user'
           AND users.id = members.member_id AND users.account_id = $1 AND users.active <> 0",
    )
    .bind(account)
    .bind(group)
    .fetch_one(conn)
    .await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

//! Groups that the identity provider deleted: what they were and gave, and the offer to a group in their place.

use jiff::Timestamp;
use serde::Deserialize;
use sqlx::{FromRow, SqliteConnection};

use super::{GroupRef, change, subject};
use crate::role::Roles;
use crate::{AccountId, Actor, Directory, DirectoryError, EntryId, GroupId, Role, db};

/// A group that was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerGroup {
    /// Its id, which no other group gets.
    pub id: GroupId,
    /// The name that it had last.
    pub display_name: String,
    /// The identity provider's own id for it.
    pub external_id: Option<String>,
    /// How many direct members it had.
    pub members: u64,
    /// The roles that ended with it, each with the name that it had then.
    pub roles: Vec<(Role, String)>,
    /// To how many active users it gave them, members of nested groups included.
    pub affected: u64,
    /// Whether it was paused, so that they were not in effect.
    pub paused: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was deleted.
    pub deleted_at: Timestamp,
    /// Who did it: a token's name.
    pub deleted_by: String,
    /// The entry of its deletion; none where the log no longer has it.
    pub entry: Option<EntryId>,
    /// The group that got its roles.
    pub successor: Option<GroupRef>,
}

/// The roles that a group's predecessor gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerRoles {
    /// The predecessor.
    pub id: GroupId,
    /// Its name.
    pub display_name: String,
    /// When it was deleted.
    pub deleted_at: Timestamp,
    /// Those of its roles that still exist and that the group does not give.
    pub roles: Vec<Role>,
}

#[derive(FromRow)]
struct Row {
    id: GroupId,
    display_name: String,
    external_id: Option<String>,
    member_count: i64,
    roles: String,
    affected: i64,
    paused: bool,
    created_at: i64,
    deleted_at: i64,
    deleted_by: String,
    entry: Option<EntryId>,
    successor_id: Option<GroupId>,
    successor_name: Option<String>,
}

#[derive(Deserialize)]
struct Given {
    role: Role,
    name: String,
}

impl Directory {
    /// A group that was deleted.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Store`].
    pub async fn get_former_group(
        &self,
        account: AccountId,
        id: GroupId,
    ) -> Result<FormerGroup, DirectoryError> {
        let row: Option<Row> = db::rows(
            "SELECT former_groups.id, former_groups.display_name, former_groups.external_id,
                    former_groups.member_count, former_groups.roles, former_groups.affected, former_groups.paused,
                    former_groups.created_at, former_groups.deleted_at, former_groups.deleted_by,
                    entries.id AS entry, groups.id AS successor_id, groups.display_name AS successor_name
             FROM former_groups
             LEFT JOIN entries ON entries.id = former_groups.entry_id AND entries.account_id = $1
             LEFT JOIN groups ON groups.id = former_groups.successor_id AND groups.account_id = $1
             WHERE former_groups.account_id = $1 AND former_groups.id = $2",
        )
        .bind(account)
        .bind(id)
        .fetch_optional(self.readers())
        .await?;
        let row = row.ok_or(DirectoryError::NotFound)?;
        let successor = row.successor_id.zip(row.successor_name);
        Ok(FormerGroup {
            id: row.id,
            display_name: row.display_name,
            external_id: row.external_id,
            members: u64::try_from(row.member_count).unwrap_or(0),
            roles: given(&row.roles)?,
            affected: u64::try_from(row.affected).unwrap_or(0),
            paused: row.paused,
            created_at: db::time(row.created_at)?,
            deleted_at: db::time(row.deleted_at)?,
            deleted_by: row.deleted_by,
            entry: row.entry,
            successor: successor.map(|(id, display_name)| GroupRef { id, display_name }),
        })
    }

    /// Gives the group the roles that its predecessor gave; the offer ends with it.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`] where there is no group, or nothing to offer.
    pub async fn give_former_roles(
        &self,
        actor: &Actor,
        account: AccountId,
        id: GroupId,
        former: GroupId,
    ) -> Result<(), DirectoryError> {
        let actor = actor.clone();
        self.act(move |tx| {
            Box::pin(async move {
                subject(&mut tx.conn, account, id).await?;
                let offered = offer(&mut tx.conn, account, id).await?;
                let offered = offered
                    .filter(|offered| offered.id == former)
                    .ok_or(DirectoryError::NotFound)?;
                change::give_all(tx, &actor, account, id, &offered.roles).await?;
                db::query("UPDATE former_groups SET successor_id = $3 WHERE account_id = $1 AND id = $2")
                    .bind(account)
                    .bind(former)
                    .bind(id)
                    .execute(&mut tx.conn)
                    .await?;
                Ok(())
            })
        })
        .await
    }
}

/// What the group can be offered: the roles of the last group that gave any and was deleted before this one was made,
/// with its name or its external id.
pub(super) async fn offer(
    conn: &mut SqliteConnection,
    account: AccountId,
    id: GroupId,
) -> Result<Option<FormerRoles>, DirectoryError> {
    let row: Option<(GroupId, String, i64, String)> = db::rows(
        "SELECT former_groups.id, former_groups.display_name, former_groups.deleted_at, former_groups.roles
         FROM groups CROSS JOIN former_groups
         WHERE groups.account_id = $1 AND groups.id = $2
           AND former_groups.account_id = $1 AND former_groups.display_name_key = groups.display_name_key
           AND former_groups.deleted_at <= groups.created_at
           AND former_groups.roles <> '[]' AND former_groups.successor_id IS NULL
         UNION
         SELECT former_groups.id, former_groups.display_name, former_groups.deleted_at, former_groups.roles
         FROM groups CROSS JOIN former_groups
         WHERE groups.account_id = $1 AND groups.id = $2
           AND former_groups.account_id = $1 AND former_groups.external_id = groups.external_id
           AND former_groups.deleted_at <= groups.created_at
           AND former_groups.roles <> '[]' AND former_groups.successor_id IS NULL
         ORDER BY 3 DESC, 1 DESC LIMIT 1",
    )
    .bind(account)
    .bind(id)
    .fetch_optional(&mut *conn)
    .await?;
    let Some((former, display_name, deleted_at, roles)) = row else {
        return Ok(None);
    };
    let given: Vec<Role> = given(&roles)?.into_iter().map(|(role, _)| role).collect();
    let known = Roles::load_for(conn, account, &given).await?;
    let has: Vec<(String,)> =
        db::rows("SELECT role FROM group_roles WHERE account_id = $1 AND group_id = $2")
            .bind(account)
            .bind(id)
            .fetch_all(conn)
            .await?;
    let roles: Vec<Role> = given
        .into_iter()
        .filter(|role| known.has(*role) && !has.contains(&(role.to_string(),)))
        .collect();
    Ok((!roles.is_empty()).then_some(FormerRoles {
        id: former,
        display_name,
        deleted_at: db::time(deleted_at)?,
        roles,
    }))
}

fn given(roles: &str) -> Result<Vec<(Role, String)>, DirectoryError> {
    let given: Vec<Given> = serde_json::from_str(roles)
        .map_err(|error| DirectoryError::Corrupt(format!("the roles of a former group: {error}")))?;
    Ok(given.into_iter().map(|given| (given.role, given.name)).collect())
}

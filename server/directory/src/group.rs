//! Groups as the console sees them: members, and the roles that a group gives.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::{FromRow, SqliteConnection};

use crate::log::{Request, Subject, SubjectKind};
use crate::provisioning::arrival::Milestone;
use crate::role::check;
use crate::user::{LastAdministrator, contains};
use crate::{AccountId, Action, Actor, Directory, DirectoryError, GroupId, Role, db};

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
}

/// A page of groups, by name.
#[derive(Debug, Clone)]
pub struct GroupPage {
    /// The groups.
    pub groups: Vec<GroupRow>,
    /// How many there are in all.
    pub total: u64,
    /// The value of `after` for the next page; none on the last.
    pub next: Option<String>,
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
}

/// A member in a table.
#[derive(Debug, Clone)]
pub struct MemberRow {
    /// The id of the user or group.
    pub id: String,
    /// Whether it is a group.
    pub is_group: bool,
    /// The username, or the group's name.
    pub name: String,
    /// What people call the person.
    pub display_name: Option<String>,
    /// Whether the user is active; true for a group.
    pub active: bool,
    /// Since when it is a member.
    pub added_at: Timestamp,
}

/// A page of members, by id.
#[derive(Debug, Clone)]
pub struct MemberPage {
    /// The members.
    pub members: Vec<MemberRow>,
    /// The value of `after` for the next page; none on the last.
    pub next: Option<String>,
}

#[derive(FromRow)]
struct Row {
    id: GroupId,
    display_name: String,
    display_name_key: String,
    member_count: i64,
    modified_at: i64,
}

impl Row {
    fn into_group(self, roles: Vec<Role>) -> Result<GroupRow, DirectoryError> {
        Ok(GroupRow {
            id: self.id,
            display_name: self.display_name,
            members: u64::try_from(self.member_count).unwrap_or(0),
            roles,
            modified_at: db::time(self.modified_at)?,
        })
    }
}

#[derive(FromRow)]
struct Details {
    #[sqlx(flatten)]
    row: Row,
    external_id: Option<String>,
    created_at: i64,
}

#[derive(FromRow)]
struct JoinedMember {
    member_id: String,
    member_kind: String,
    added_at: i64,
    user_name: Option<String>,
    name: Option<String>,
    active: Option<bool>,
    group_name: Option<String>,
}

impl Directory {
    /// The account's groups by name. `search`: text that the name contains; empty: all. `after`: `next` of the page before.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn list_groups(
        &self,
        account: AccountId,
        search: &str,
        after: Option<&str>,
        limit: u16,
    ) -> Result<GroupPage, DirectoryError> {
        let pattern = contains(search);
        let limit = limit.clamp(1, 200);
        let mut reader = self.read().await?;
        let (total,): (i64,) = db::rows(
            "SELECT COUNT(*) FROM groups WHERE account_id = $1 AND display_name_key LIKE $2 ESCAPE '\\'",
        )
        .bind(account)
        .bind(&pattern)
        .fetch_one(&mut *reader)
        .await?;
        let mut rows: Vec<Row> = db::rows(
            "SELECT id, display_name, display_name_key, member_count, modified_at FROM groups
             WHERE account_id = $1 AND display_name_key LIKE $2 ESCAPE '\\' AND display_name_key > $3
             ORDER BY display_name_key LIMIT $4",
        )
        .bind(account)
        .bind(&pattern)
        .bind(after.unwrap_or_default().to_owned())
        .bind(i64::from(limit) + 1)
        .fetch_all(&mut *reader)
        .await?;
        let more = rows.len() > usize::from(limit);
        rows.truncate(usize::from(limit));
        let next = if more {
            rows.last().map(|row| row.display_name_key.clone())
        } else {
            None
        };
        let mut grants = grants(&mut reader, account, rows.iter().map(|row| row.id)).await?;
        let groups = rows
            .into_iter()
            .map(|row| {
                let roles = grants.remove(&row.id).unwrap_or_default();
                row.into_group(roles.into_iter().map(|(role, _, _)| role).collect())
            })
            .collect::<Result<_, _>>()?;
        Ok(GroupPage {
            groups,
            total: u64::try_from(total).unwrap_or(0),
            next,
        })
    }

    /// One group.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Store`].
    pub async fn get_group(&self, account: AccountId, id: GroupId) -> Result<GroupView, DirectoryError> {
        let mut reader = self.read().await?;
        let details: Option<Details> = db::rows(
            "SELECT id, display_name, display_name_key, member_count, modified_at, external_id, created_at
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
        Ok(GroupView {
            row: details
                .row
                .into_group(grants.iter().map(|(role, _, _)| *role).collect())?,
            external_id: details.external_id,
            created_at: db::time(details.created_at)?,
            grants,
            affects,
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

    /// The group's direct members, a page at a time.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Store`].
    pub async fn list_members(
        &self,
        account: AccountId,
        id: GroupId,
        after: Option<&str>,
        limit: u16,
    ) -> Result<MemberPage, DirectoryError> {
        let limit = limit.clamp(1, 200);
        let mut reader = self.read().await?;
        subject(&mut reader, account, id).await?;
        let mut rows: Vec<JoinedMember> = db::rows(
            "SELECT members.member_id, members.member_kind, members.added_at, users.user_name, users.name,
                    users.active, groups.display_name AS group_name
             FROM members
             LEFT JOIN users ON users.id = members.member_id AND users.account_id = $1
             LEFT JOIN groups ON groups.id = members.member_id AND groups.account_id = $1
             WHERE members.account_id = $1 AND members.group_id = $2 AND members.member_id > $3
             ORDER BY members.member_id LIMIT $4",
        )
        .bind(account)
        .bind(id)
        .bind(after.unwrap_or_default().to_owned())
        .bind(i64::from(limit) + 1)
        .fetch_all(&mut *reader)
        .await?;
        let more = rows.len() > usize::from(limit);
        rows.truncate(usize::from(limit));
        let next = if more {
            rows.last().map(|row| row.member_id.clone())
        } else {
            None
        };
        let members = rows
            .into_iter()
            .map(|row| {
                Ok(MemberRow {
                    is_group: row.member_kind == "group",
                    name: row.user_name.or(row.group_name).unwrap_or_default(),
                    display_name: row.name,
                    active: row.active.unwrap_or(true),
                    added_at: db::time(row.added_at)?,
                    id: row.member_id,
                })
            })
            .collect::<Result<_, DirectoryError>>()?;
        Ok(MemberPage { members, next })
    }

    /// Gives the group a role, at once for all members; nothing happens if it gives it already.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`].
    pub async fn give_group_role(
        &self,
        actor: &Actor,
        account: AccountId,
        id: GroupId,
        role: Role,
    ) -> Result<(), DirectoryError> {
        let by = actor.clone();
        let (name, members) = self
            .act(move |tx| {
                Box::pin(async move {
                    let actor = by;
                    let subject = subject(&mut tx.conn, account, id).await?;
                    let names = check(tx, account, role).await?;
                    let given = db::query(
                        "INSERT INTO group_roles (group_id, role, account_id, granted_at, granted_by)
                     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (group_id, role) DO NOTHING",
                    )
                    .bind(id)
                    .bind(role.to_string())
                    .bind(account)
                    .bind(tx.now.as_microsecond())
                    .bind(actor.name().to_owned())
                    .execute(&mut tx.conn)
                    .await?;
                    if given.rows_affected() > 0 {
                        let mut entry = tx.entry(Some(account), &actor, Action::GiveGroupRole);
                        entry.subject = Some(subject.clone());
                        entry.set_role(role, &names);
                        tx.log(entry);
                    }
                    let (members,): (i64,) =
                        db::rows("SELECT member_count FROM groups WHERE account_id = $1 AND id = $2")
                            .bind(account)
                            .bind(id)
                            .fetch_one(&mut tx.conn)
                            .await?;
                    Ok((subject.name, members))
                })
            })
            .await?;
        if members > 0 {
            let request = Request::default();
            self.inner()
                .seen
                .pass(account, Milestone::Role, self.now(), &request, &name);
        }
        Ok(())
    }

    /// Takes a role from the group, at once for all members; nothing happens if it does not give it.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Refused`] with `LastAdministrator` where nobody would be left
    /// who can administer the account.
    pub async fn take_group_role(
        &self,
        actor: &Actor,
        account: AccountId,
        id: GroupId,
        role: Role,
    ) -> Result<(), DirectoryError> {
        let actor = actor.clone();
        self.act(move |tx| {
            Box::pin(async move {
                let subject = subject(&mut tx.conn, account, id).await?;
                let names = check(tx, account, role).await?;
                let guard = LastAdministrator::before(tx, account).await?;
                let taken = db::query(
                    "DELETE FROM group_roles WHERE account_id = $1 AND group_id = $2 AND role = $3",
                )
                .bind(account)
                .bind(id)
                .bind(role.to_string())
                .execute(&mut tx.conn)
                .await?;
                if taken.rows_affected() > 0 {
                    guard.after(tx).await?;
                    let mut entry = tx.entry(Some(account), &actor, Action::TakeGroupRole);
                    entry.subject = Some(subject);
                    entry.set_role(role, &names);
                    tx.log(entry);
                }
                Ok(())
            })
        })
        .await
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
async fn affected(
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

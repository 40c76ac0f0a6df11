//! Who is in a group, and which request said so last.

use jiff::Timestamp;
use sqlx::FromRow;

use super::subject;
use crate::user::contains;
use crate::{AccountId, Directory, DirectoryError, EntryId, GroupId, db};

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
    /// When a request last said that it is one.
    pub asserted_at: Timestamp,
    /// The entry of that request; none where the log no longer has it.
    pub asserted_by: Option<EntryId>,
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
struct Joined {
    member_id: String,
    member_kind: String,
    added_at: i64,
    asserted_at: Option<i64>,
    asserted_entry: Option<EntryId>,
    user_name: Option<String>,
    name: Option<String>,
    active: Option<bool>,
    group_name: Option<String>,
}

impl Directory {
    /// The group's direct members, a page at a time. `search`: text that the username, name, email or group's name
    /// contains; empty: all.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Store`].
    pub async fn list_members(
        &self,
        account: AccountId,
        id: GroupId,
        search: &str,
        after: Option<&str>,
        limit: u16,
    ) -> Result<MemberPage, DirectoryError> {
        let limit = limit.clamp(1, 200);
        let mut reader = self.read().await?;
        subject(&mut reader, account, id).await?;
        let (all_at, all_entry): (Option<i64>, Option<EntryId>) =
            db::rows("SELECT asserted_at, asserted_entry FROM groups WHERE account_id = $1 AND id = $2")
                .bind(account)
                .bind(id)
                .fetch_one(&mut *reader)
                .await?;
        let mut rows: Vec<Joined> = db::rows(
            "SELECT members.member_id, members.member_kind, members.added_at, members.asserted_at,
                    members.asserted_entry, users.user_name, users.name, users.active, groups.display_name AS group_name
             FROM members
             LEFT JOIN users ON users.id = members.member_id AND users.account_id = $1
             LEFT JOIN groups ON groups.id = members.member_id AND groups.account_id = $1
             WHERE members.account_id = $1 AND members.group_id = $2 AND members.member_id > $3
               AND (users.search LIKE $4 ESCAPE '\\' OR groups.display_name_key LIKE $4 ESCAPE '\\')
             ORDER BY members.member_id LIMIT $5",
        )
        .bind(account)
        .bind(id)
        .bind(after.unwrap_or_default().to_owned())
        .bind(contains(search))
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
        // The newer of what named the member and what named them all; ids of entries sort by time.
        let asserted = |row: &Joined| {
            let named_at = row.asserted_at.unwrap_or(row.added_at);
            match (row.asserted_entry, all_at, all_entry) {
                (None, Some(at), entry) if at >= named_at => (at, entry),
                (Some(named), Some(at), Some(entry)) if entry > named => (at, Some(entry)),
                (named, _, _) => (named_at, named),
            }
        };
        let named: Vec<EntryId> = rows.iter().filter_map(|row| asserted(row).1).collect();
        let kept: Vec<(EntryId,)> = db::rows(
            "SELECT entries.id FROM json_each($2) AS wanted CROSS JOIN entries
             WHERE entries.id = wanted.value AND entries.account_id = $1",
        )
        .bind(account)
        .bind(db::json(named))
        .fetch_all(&mut *reader)
        .await?;
        let members = rows
            .into_iter()
            .map(|row| {
                let (asserted_at, entry) = asserted(&row);
                Ok(MemberRow {
                    is_group: row.member_kind == "group",
                    name: row.user_name.or(row.group_name).unwrap_or_default(),
                    display_name: row.name,
                    active: row.active.unwrap_or(true),
                    added_at: db::time(row.added_at)?,
                    asserted_at: db::time(asserted_at)?,
                    asserted_by: entry.filter(|entry| kept.contains(&(*entry,))),
                    id: row.member_id,
                })
            })
            .collect::<Result<_, DirectoryError>>()?;
        Ok(MemberPage { members, next })
    }
}

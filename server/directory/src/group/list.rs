//! The console's list of groups: narrowed, ordered, a page at a time.

use sqlx::FromRow;

use super::{GroupRow, Row, grants};
use crate::user::contains;
use crate::{AccountId, Directory, DirectoryError, db};

/// In which order groups are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum GroupOrder {
    /// By name.
    #[default]
    Name,
    /// Those with most members first.
    Members,
    /// Those that changed last first.
    Modified,
}

/// Which groups; all fields narrow.
#[derive(Debug, Clone, Default)]
pub struct GroupQuery {
    /// Text that the name contains, without regard to case; empty: all.
    pub search: String,
    /// Only groups that give a role.
    pub gives_roles: bool,
    /// Only groups without members.
    pub empty: bool,
    /// Only paused groups.
    pub paused: bool,
    /// In which order.
    pub order: GroupOrder,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// How many at the most; 1 to 200.
    pub limit: u16,
}

/// A page of groups.
#[derive(Debug, Clone)]
pub struct GroupPage {
    /// The groups.
    pub groups: Vec<GroupRow>,
    /// How many match in all.
    pub total: u64,
    /// The value of `after` for the next page; none on the last.
    pub next: Option<String>,
}

#[derive(FromRow)]
struct Listed {
    #[sqlx(flatten)]
    row: Row,
    display_name_key: String,
}

impl GroupOrder {
    /// One statement for each order, so that each walks its own index from where the page before ended.
    fn statement(self) -> &'static str {
        match self {
            GroupOrder::Name => {
                "SELECT id, display_name, display_name_key, member_count, modified_at, paused_at FROM groups
                 WHERE account_id = $1 AND display_name_key LIKE $2 ESCAPE '\\'
                   AND (NOT $3 OR EXISTS (SELECT 1 FROM group_roles WHERE group_id = groups.id AND account_id = $1))
                   AND (NOT $4 OR member_count = 0) AND (NOT $5 OR paused_at IS NOT NULL)
                   AND display_name_key > $6
                 ORDER BY display_name_key LIMIT $8"
            }
            GroupOrder::Members => {
                "SELECT id, display_name, display_name_key, member_count, modified_at, paused_at FROM groups
                 WHERE account_id = $1 AND display_name_key LIKE $2 ESCAPE '\\'
                   AND (NOT $3 OR EXISTS (SELECT 1 FROM group_roles WHERE group_id = groups.id AND account_id = $1))
                   AND (NOT $4 OR member_count = 0) AND (NOT $5 OR paused_at IS NOT NULL)
                   AND (member_count, id) < ($7, $6)
                 ORDER BY member_count DESC, id DESC LIMIT $8"
            }
            GroupOrder::Modified => {
                "SELECT id, display_name, display_name_key, member_count, modified_at, paused_at FROM groups
                 WHERE account_id = $1 AND display_name_key LIKE $2 ESCAPE '\\'
                   AND (NOT $3 OR EXISTS (SELECT 1 FROM group_roles WHERE group_id = groups.id AND account_id = $1))
                   AND (NOT $4 OR member_count = 0) AND (NOT $5 OR paused_at IS NOT NULL)
                   AND (modified_at, id) < ($7, $6)
                 ORDER BY modified_at DESC, id DESC LIMIT $8"
            }
        }
    }

    /// Where the page begins, as the statement takes it: a text, and a number before it. A cursor that is none begins
    /// at the first page.
    fn start(self, after: Option<&str>) -> (String, i64) {
        match self {
            GroupOrder::Name => (after.unwrap_or_default().to_owned(), 0),
            GroupOrder::Members | GroupOrder::Modified => after
                .and_then(|after| after.split_once(' '))
                .and_then(|(number, id)| Some((id.to_owned(), number.parse().ok()?)))
                .unwrap_or((String::new(), i64::MAX)),
        }
    }

    /// The cursor behind `last`.
    fn cursor(self, last: &Listed) -> String {
        match self {
            GroupOrder::Name => last.display_name_key.clone(),
            GroupOrder::Members => format!("{} {}", last.row.member_count, last.row.id),
            GroupOrder::Modified => format!("{} {}", last.row.modified_at, last.row.id),
        }
    }
}

impl Directory {
    /// The account's groups.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn list_groups(
        &self,
        account: AccountId,
        query: &GroupQuery,
    ) -> Result<GroupPage, DirectoryError> {
        let pattern = contains(&query.search);
        let limit = query.limit.clamp(1, 200);
        let (start, number) = query.order.start(query.after.as_deref());
        let mut reader = self.read().await?;
        let (total,): (i64,) = db::rows(
            "SELECT COUNT(*) FROM groups
             WHERE account_id = $1 AND display_name_key LIKE $2 ESCAPE '\\'
               AND (NOT $3 OR EXISTS (SELECT 1 FROM group_roles WHERE group_id = groups.id AND account_id = $1))
               AND (NOT $4 OR member_count = 0) AND (NOT $5 OR paused_at IS NOT NULL)",
        )
        .bind(account)
        .bind(&pattern)
        .bind(query.gives_roles)
        .bind(query.empty)
        .bind(query.paused)
        .fetch_one(&mut *reader)
        .await?;
        let mut rows: Vec<Listed> = db::rows(query.order.statement())
            .bind(account)
            .bind(&pattern)
            .bind(query.gives_roles)
            .bind(query.empty)
            .bind(query.paused)
            .bind(start)
            .bind(number)
            .bind(i64::from(limit) + 1)
            .fetch_all(&mut *reader)
            .await?;
        let more = rows.len() > usize::from(limit);
        rows.truncate(usize::from(limit));
        let next = if more {
            rows.last().map(|last| query.order.cursor(last))
        } else {
            None
        };
        let mut grants = grants(&mut reader, account, rows.iter().map(|listed| listed.row.id)).await?;
        let groups = rows
            .into_iter()
            .map(|Listed { row, .. }| {
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
}

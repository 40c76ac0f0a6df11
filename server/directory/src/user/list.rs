//! Lists of users: narrowed, sorted, page by page.
//!
//! A page is found in one index that holds all that is narrowed and sorted by, and begins at a key, so that the last
//! page costs what the first one does; only the rows that are shown are read from the table. An order other than the
//! username's has an index of its own, which serves as long as nothing narrows the list; a narrowed list is picked
//! from the first index, keeping the few best. Every text of SQL is fixed: a condition that is not asked for is
//! switched off by its parameter.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::{ManagedBy, Row, UserRow, columns, contains};
use crate::id::InvalidId;
use crate::role::effective;
use crate::role::extra::extra_grants;
use crate::{AccountId, Directory, DirectoryError, GroupId, Role, UserId, db};

/// The most users on a page.
const LONGEST_PAGE: u16 = 500;

/// Which users; all fields narrow.
#[derive(Debug, Clone, Default)]
pub struct UserQuery {
    /// Text that the username, name, email or external id contains, without regard to case; empty: all.
    pub search: String,
    /// Only users managed so.
    pub managed_by: Option<ManagedBy>,
    /// Only active or inactive users.
    pub active: Option<bool>,
    /// Only users for whom this role is in effect: given directly, or by a group, nested ones too.
    pub role: Option<Role>,
    /// Only users who are members of this group themselves.
    pub group: Option<GroupId>,
    /// Only users with more roles than their groups give: SCIM-managed ones with a direct role that no group of
    /// theirs gives.
    pub extra_roles: bool,
    /// Only SCIM-managed users whom the identity provider has not named since.
    pub unseen_since: Option<Timestamp>,
    /// What they are sorted by.
    pub order: UserOrder,
    /// Whether the order is turned round.
    pub descending: bool,
    /// Which page.
    pub page: UserPlace,
    /// How many at the most; 1 to 500.
    pub limit: u16,
}

/// What users are sorted by; equal ones by their id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum UserOrder {
    /// The username, without regard to case.
    #[default]
    UserName,
    /// The name, without regard to case; who has none comes first.
    Name,
    /// The last change.
    Changed,
}

/// A page of the list, by where it begins or ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum UserPlace {
    /// The first.
    #[default]
    First,
    /// What follows this place.
    After(Position),
    /// What comes before this place.
    Before(Position),
    /// The last.
    Last,
}

/// A place in a sorted list: the id of a user and the value that it is sorted by, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    id: UserId,
    value: String,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.id, self.value)
    }
}

impl FromStr for Position {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let (id, value) = text.split_once('.').ok_or(InvalidId)?;
        Ok(Self {
            id: id.parse()?,
            value: value.to_owned(),
        })
    }
}

/// A page of users.
#[derive(Debug, Clone)]
pub struct UserPage {
    /// The users.
    pub users: Vec<UserRow>,
    /// How many match in all.
    pub total: u64,
    /// Where the page before ends; none on the first.
    pub previous: Option<Position>,
    /// Where the next page begins; none on the last.
    pub next: Option<Position>,
}

/// The users of the account `$1` for whom the conditions `$2` to `$8` hold, and then `$rest`.
macro_rules! users {
    ($what:expr, $rest:expr) => {
        concat!(
            "SELECT ",
            $what,
            " FROM users
             WHERE users.account_id = $1
               AND ($3 = '' OR users.managed_by = $3)
               AND ($4 < 0 OR users.active = $4)
               AND ($8 = 0 OR (users.managed_by = 'scim' AND users.seen_at < $8))
               AND ($2 = '' OR users.search LIKE $2 ESCAPE '\\')
               AND ($6 = '' OR users.id IN (
                   SELECT members.member_id FROM members
                   WHERE members.group_id = $6 AND members.account_id = $1 AND members.member_kind = 'user'))
               AND ($7 = 0 OR users.id IN (",
            extra_grants!("direct_roles.user_id", ""),
            "))
               AND ($5 = '' OR (users.active <> 0 AND users.id IN (
                   WITH RECURSIVE giving (id) AS (
                       SELECT group_roles.group_id FROM group_roles CROSS JOIN groups
                       WHERE group_roles.account_id = $1 AND group_roles.role = $5
                         AND groups.id = group_roles.group_id AND groups.account_id = $1
                         AND groups.paused_at IS NULL
                       UNION
                       SELECT members.member_id FROM giving CROSS JOIN members
                       WHERE members.group_id = giving.id AND members.account_id = $1
                         AND members.member_kind = 'group'
                   )
                   SELECT direct_roles.user_id FROM direct_roles
                   WHERE direct_roles.account_id = $1 AND direct_roles.role = $5
                   UNION ALL
                   SELECT members.member_id FROM giving CROSS JOIN members
                   WHERE members.group_id = giving.id AND members.account_id = $1
                     AND members.member_kind = 'user')))",
            $rest
        )
    };
}

/// The ids and values, at most `$11`, of what follows the place of the value `$9` and the id `$10`.
macro_rules! following {
    ($value:literal) => {
        users!(
            concat!("users.id, CAST(", $value, " AS TEXT)"),
            concat!(
                " AND (",
                $value,
                ", users.id) > ($9, $10) ORDER BY ",
                $value,
                ", users.id LIMIT $11"
            )
        )
    };
}

/// The same of what comes before it, the nearest first.
macro_rules! preceding {
    ($value:literal) => {
        users!(
            concat!("users.id, CAST(", $value, " AS TEXT)"),
            concat!(
                " AND (",
                $value,
                ", users.id) < ($9, $10) ORDER BY ",
                $value,
                " DESC, users.id DESC LIMIT $11"
            )
        )
    };
}

const COUNT: &str = users!("COUNT(*)", "");

/// The statement for a page. An expression in place of the column keeps the order's own index out of it.
fn statement(order: UserOrder, narrowed: bool, forwards: bool) -> &'static str {
    use UserOrder::{Changed, Name, UserName};
    match (order, narrowed, forwards) {
        (UserName, _, true) => following!("users.user_name_key"),
        (UserName, _, false) => preceding!("users.user_name_key"),
        (Name, false, true) => following!("users.name_key"),
        (Name, false, false) => preceding!("users.name_key"),
        (Name, true, true) => following!("(users.name_key || '')"),
        (Name, true, false) => preceding!("(users.name_key || '')"),
        (Changed, false, true) => following!("users.modified_at"),
        (Changed, false, false) => preceding!("users.modified_at"),
        (Changed, true, true) => following!("(users.modified_at + 0)"),
        (Changed, true, false) => preceding!("(users.modified_at + 0)"),
    }
}

/// Where a page begins, as it is compared.
enum Edge {
    Text(String, String),
    Number(i64, String),
}

impl Edge {
    /// Before everything, where the page goes forwards, else behind everything.
    fn outermost(order: UserOrder, forwards: bool) -> Self {
        match (order, forwards) {
            (UserOrder::Changed, true) => Self::Number(i64::MIN, String::new()),
            (UserOrder::Changed, false) => Self::Number(i64::MAX, String::new()),
            (_, true) => Self::Text(String::new(), String::new()),
            (_, false) => Self::Text(char::MAX.to_string(), String::new()),
        }
    }

    /// At `position`; one that was made for another order is no place in this one, and the list begins anew.
    fn at(order: UserOrder, position: &Position, forwards: bool) -> Self {
        let id = position.id.to_string();
        match order {
            UserOrder::Changed => position
                .value
                .parse()
                .map_or_else(|_| Self::outermost(order, forwards), |at| Self::Number(at, id)),
            UserOrder::UserName | UserOrder::Name => Self::Text(position.value.clone(), id),
        }
    }
}

impl UserQuery {
    fn is_narrowed(&self) -> bool {
        let Self {
            search,
            managed_by,
            active,
            role,
            group,
            extra_roles,
            unseen_since,
            order: _,
            descending: _,
            page: _,
            limit: _,
        } = self;
        !search.trim().is_empty()
            || managed_by.is_some()
            || active.is_some()
            || role.is_some()
            || group.is_some()
            || *extra_roles
            || unseen_since.is_some()
    }

    /// The parameters `$2` to `$8`.
    fn conditions(&self) -> Conditions {
        Conditions {
            pattern: if self.search.trim().is_empty() {
                String::new()
            } else {
                contains(&self.search)
            },
            managed_by: self.managed_by.map(ManagedBy::as_str).unwrap_or_default(),
            active: self.active.map_or(-1, i32::from),
            role: self.role.map(|role| role.to_string()).unwrap_or_default(),
            group: self.group.map(|group| group.to_string()).unwrap_or_default(),
            extra_roles: i32::from(self.extra_roles),
            unseen_since: self.unseen_since.map_or(0, Timestamp::as_microsecond),
        }
    }
}

struct Conditions {
    pattern: String,
    managed_by: &'static str,
    active: i32,
    role: String,
    group: String,
    extra_roles: i32,
    unseen_since: i64,
}

/// Ids in the order of the list, and whether there are more.
struct Found {
    places: Vec<Position>,
    more: bool,
}

async fn find(
    conn: &mut SqliteConnection,
    account: AccountId,
    query: &UserQuery,
    edge: Edge,
    backwards: bool,
) -> Result<Found, DirectoryError> {
    let limit = usize::from(query.limit.clamp(1, LONGEST_PAGE));
    let conditions = query.conditions();
    let forwards = query.descending == backwards;
    let statement = db::rows(statement(query.order, query.is_narrowed(), forwards))
        .bind(account)
        .bind(conditions.pattern)
        .bind(conditions.managed_by)
        .bind(conditions.active)
        .bind(conditions.role)
        .bind(conditions.group)
        .bind(conditions.extra_roles)
        .bind(conditions.unseen_since);
    let statement = match edge {
        Edge::Text(value, id) => statement.bind(value).bind(id),
        Edge::Number(value, id) => statement.bind(value).bind(id),
    };
    let rows: Vec<(UserId, String)> = statement
        .bind(i64::try_from(limit).unwrap_or(i64::MAX) + 1)
        .fetch_all(conn)
        .await?;
    let more = rows.len() > limit;
    let places = rows
        .into_iter()
        .take(limit)
        .map(|(id, value)| Position { id, value });
    let places = if backwards {
        let mut places: Vec<Position> = places.collect();
        places.reverse();
        places
    } else {
        places.collect()
    };
    Ok(Found { places, more })
}

impl Directory {
    /// The account's users with their roles, a page at a time.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn list_users(
        &self,
        account: AccountId,
        query: &UserQuery,
    ) -> Result<UserPage, DirectoryError> {
        let mut reader = self.read().await?;
        let page = find_page(&mut reader, account, query).await?;
        let is_all = page.previous.is_none() && page.next.is_none();
        let total = if is_all {
            page.shown.len().try_into().unwrap_or(u64::MAX)
        } else {
            count(&mut reader, account, query).await?
        };
        let users = load_rows(&mut reader, account, page.shown.iter().map(|place| place.id)).await?;
        Ok(UserPage {
            users,
            total,
            previous: page.previous,
            next: page.next,
        })
    }

    /// The same without counting: for who goes through the whole list, or looks at its first few.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn walk_users(
        &self,
        account: AccountId,
        query: &UserQuery,
    ) -> Result<(Vec<UserRow>, Option<Position>), DirectoryError> {
        let mut reader = self.read().await?;
        let page = find_page(&mut reader, account, query).await?;
        let users = load_rows(&mut reader, account, page.shown.iter().map(|place| place.id)).await?;
        Ok((users, page.next))
    }
}

/// The places on a page and where its neighbours are.
struct Places {
    shown: Vec<Position>,
    previous: Option<Position>,
    next: Option<Position>,
}

async fn find_page(
    conn: &mut SqliteConnection,
    account: AccountId,
    query: &UserQuery,
) -> Result<Places, DirectoryError> {
    let (edge, backwards, beyond) = match &query.page {
        UserPlace::First => (None, false, false),
        UserPlace::Last => (None, true, false),
        UserPlace::After(place) => (Some(place), false, true),
        UserPlace::Before(place) => (Some(place), true, true),
    };
    let forwards = query.descending == backwards;
    let start = edge.map_or_else(
        || Edge::outermost(query.order, forwards),
        |place| Edge::at(query.order, place, forwards),
    );
    let mut found = find(conn, account, query, start, backwards).await?;
    let (mut backwards, mut beyond) = (backwards, beyond);
    if backwards && !found.more {
        // The beginning is near: the first page, and it is a full one.
        let start = Edge::outermost(query.order, !query.descending);
        found = find(conn, account, query, start, false).await?;
        (backwards, beyond) = (false, false);
    }
    let (first, last) = (found.places.first().cloned(), found.places.last().cloned());
    let (previous, next) = if backwards {
        (first, last.filter(|_| beyond))
    } else {
        (first.filter(|_| beyond), last.filter(|_| found.more))
    };
    Ok(Places {
        shown: found.places,
        previous,
        next,
    })
}

async fn count(
    conn: &mut SqliteConnection,
    account: AccountId,
    query: &UserQuery,
) -> Result<u64, DirectoryError> {
    let (total,): (i64,) = if query.is_narrowed() {
        let conditions = query.conditions();
        db::rows(COUNT)
            .bind(account)
            .bind(conditions.pattern)
            .bind(conditions.managed_by)
            .bind(conditions.active)
            .bind(conditions.role)
            .bind(conditions.group)
            .bind(conditions.extra_roles)
            .bind(conditions.unseen_since)
    } else {
        db::rows("SELECT COUNT(*) FROM users WHERE account_id = $1").bind(account)
    }
    .fetch_one(conn)
    .await?;
    Ok(u64::try_from(total).unwrap_or(0))
}

/// The rows of these users, in this order.
pub(crate) async fn load_rows(
    conn: &mut SqliteConnection,
    account: AccountId,
    ids: impl IntoIterator<Item = UserId>,
) -> Result<Vec<UserRow>, DirectoryError> {
    let ids: Vec<UserId> = ids.into_iter().collect();
    let rows: Vec<Row> = db::rows(concat!(
        "SELECT ",
        columns!(),
        " FROM json_each($2) AS wanted CROSS JOIN users
          WHERE users.id = wanted.value AND users.account_id = $1"
    ))
    .bind(account)
    .bind(db::json(&ids))
    .fetch_all(&mut *conn)
    .await?;
    let mut rows: HashMap<UserId, Row> = rows.into_iter().map(|row| (row.id, row)).collect();
    let mut roles = effective::load(conn, account, &ids).await?;
    ids.iter()
        .filter_map(|id| rows.remove(id))
        .map(|row| row.into_user(&mut roles))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_back_as_it_was_written() {
        let id = UserId::new("2026-11-25T09:00:00Z".parse().unwrap());
        for value in ["ada@acme.test", "", "1.2.3", "ä ö"] {
            let place = Position {
                id,
                value: value.to_owned(),
            };
            assert_eq!(place.to_string().parse(), Ok(place));
        }
        for text in ["", "ada", "0.ada"] {
            assert!(text.parse::<Position>().is_err(), "{text}");
        }
    }
}

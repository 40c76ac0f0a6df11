//! Lists of users, of groups, and of both: filtered, sorted, by position or by cursor.

use std::collections::HashMap;
use std::ops::ControlFlow;

use scim::{Page, Paging, ResourceType};
use sqlx::SqliteConnection;

use super::collector::{Collected, Collector, Part};
use super::cursor::list_of;
use super::read::{self, Row, members_of};
use super::{ListQuery, Listing, StoredMember, StoredResource};
use crate::db::filter_sql::{self, Access, Referred};
use crate::role::effective::{self, EffectiveRoles};
use crate::role::nesting::Lineage;
use crate::{Bearer, Directory, DirectoryError, GroupId, UserId, db};

/// Rows that are read at a time while a filter is evaluated.
const CHUNK: usize = 2_000;

/// The resources of these types that `query` asks for.
pub(super) async fn list(
    directory: &Directory,
    bearer: &Bearer,
    kinds: &[ResourceType],
    query: &ListQuery,
) -> Result<Listing<StoredResource>, DirectoryError> {
    let list = list_of(bearer, kinds, query);
    let now = directory.now();
    let key = &directory.inner().cursor_key;
    let part = match &query.paging {
        Paging::Index(page) => Part::Page(*page),
        Paging::Cursor { count: 0, .. } => Part::Page(Page {
            start_index: 1,
            count: 0,
        }),
        Paging::Cursor { cursor, count } if cursor.is_empty() => Part::After(None, *count),
        Paging::Cursor { cursor, count } => Part::After(Some(key.open(cursor, &list, *count, now)?), *count),
    };
    let mut reader = directory.read().await?;
    let everything = query.filter.is_none() && query.sort.is_none();
    let collected = match part {
        Part::Page(page) if everything => by_position(&mut reader, bearer, kinds, page).await?,
        part => walk(&mut reader, bearer, kinds, query, part).await?,
    };
    let mut total = collected.total;
    if total.is_none() && everything {
        total = Some(count(&mut reader, bearer, kinds).await?.iter().sum());
    }
    let mut items = match query.sort {
        None => collected.resources,
        Some(_) => by_id(&mut reader, bearer, collected.sorted).await?,
    };
    read::fill(&mut reader, bearer, &mut items, query.references).await?;
    Ok(Listing {
        total,
        items,
        next: collected
            .next
            .map(|position| key.seal(&list, query.paging.count(), now, position)),
    })
}

/// How many there are of each type.
async fn count(
    conn: &mut SqliteConnection,
    bearer: &Bearer,
    kinds: &[ResourceType],
) -> Result<Vec<usize>, DirectoryError> {
    let mut counts = Vec::new();
    for kind in kinds {
        let text = match kind {
            ResourceType::User => {
                "SELECT COUNT(*) FROM users WHERE account_id = $1 AND (managed_by = 'scim' OR $2 <> 0)"
            }
            ResourceType::Group => "SELECT COUNT(*) FROM groups WHERE account_id = $1 AND $2 = $2",
        };
        let (total,): (i64,) = db::rows(text)
            .bind(bearer.account)
            .bind(bearer.read_only)
            .fetch_one(&mut *conn)
            .await?;
        counts.push(usize::try_from(total).unwrap_or(0));
    }
    Ok(counts)
}

/// A page of everything: counts and skips within an index alone.
async fn by_position(
    conn: &mut SqliteConnection,
    bearer: &Bearer,
    kinds: &[ResourceType],
    page: Page,
) -> Result<Collected, DirectoryError> {
    let counts = count(&mut *conn, bearer, kinds).await?;
    let (mut skipped, mut wanted) = (page.start_index.saturating_sub(1), page.count);
    let mut resources = Vec::new();
    for (kind, count) in kinds.iter().zip(&counts) {
        if skipped < *count && wanted > 0 {
            let rows: Vec<Row> = db::rows(filter_sql::page(*kind))
                .bind(bearer.account)
                .bind(bearer.read_only)
                .bind(number(wanted))
                .bind(number(skipped))
                .fetch_all(&mut *conn)
                .await?;
            wanted -= rows.len().min(wanted);
            for row in rows {
                resources.push(row.into_resource(*kind)?);
            }
        }
        skipped = skipped.saturating_sub(*count);
    }
    Ok(Collected {
        total: Some(counts.iter().sum()),
        resources,
        ..Collected::default()
    })
}

/// Looks at the rows that an index leaves, in chunks, and keeps those for which the filter holds.
async fn walk(
    conn: &mut SqliteConnection,
    bearer: &Bearer,
    kinds: &[ResourceType],
    query: &ListQuery,
    part: Part,
) -> Result<Collected, DirectoryError> {
    // In the order of creation a cursor begins right behind its place; a sorted list is looked at as a whole.
    let (first, mut after) = match &part {
        Part::After(Some(position), _) if query.sort.is_none() => (position.kind, position.id.clone()),
        _ => (*kinds.first().unwrap_or(&ResourceType::User), String::new()),
    };
    let chunk = match &part {
        Part::After(_, count) if query.filter.is_none() && query.sort.is_none() => count.saturating_add(1),
        _ => CHUNK,
    };
    let mut collector = Collector::new(query, kinds, part);
    for kind in kinds.iter().copied().skip_while(|kind| *kind != first) {
        let from = std::mem::take(&mut after);
        if walk_over(conn, bearer, kind, query, from, chunk, &mut collector)
            .await?
            .is_break()
        {
            break;
        }
    }
    Ok(collector.finish())
}

/// Looks at the resources of one type behind the id `after`.
async fn walk_over(
    conn: &mut SqliteConnection,
    bearer: &Bearer,
    kind: ResourceType,
    query: &ListQuery,
    mut after: String,
    chunk: usize,
    collector: &mut Collector<'_>,
) -> Result<ControlFlow<()>, DirectoryError> {
    let Access { sql, value } = filter_sql::access(kind, query.filter.as_ref());
    loop {
        let rows: Vec<Row> = db::rows(sql)
            .bind(bearer.account)
            .bind(&after)
            .bind(bearer.read_only)
            .bind(number(chunk))
            .bind(&value)
            .fetch_all(&mut *conn)
            .await?;
        let last = rows.len() < chunk;
        let mut context = Context::load(&mut *conn, bearer, kind, query, &rows, collector).await?;
        for row in rows {
            let mut resource = row.into_resource(kind)?;
            context.fill(&mut resource);
            // Addresses are made from the public URL, which is not known here.
            let full = scim::full(
                resource.resource(),
                &resource.meta(""),
                resource.supplied("", bearer.read_only),
            );
            after = resource.id();
            if collector.take(&full, resource)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        if last {
            return Ok(ControlFlow::Continue(()));
        }
    }
}

/// What a filter or an order can ask of some resources beyond their own attributes.
#[derive(Default)]
struct Context {
    groups: Option<Lineage>,
    roles: Option<HashMap<UserId, EffectiveRoles>>,
    members: Option<HashMap<GroupId, Vec<StoredMember>>>,
}

impl Context {
    async fn load(
        conn: &mut SqliteConnection,
        bearer: &Bearer,
        kind: ResourceType,
        query: &ListQuery,
        rows: &[Row],
        collector: &mut Collector<'_>,
    ) -> Result<Self, DirectoryError> {
        let mut context = Self::default();
        match kind {
            ResourceType::User => {
                let ids = rows.iter().map(Row::user_id).collect::<Result<Vec<_>, _>>()?;
                if filter_sql::refers_to(query, "groups") != Referred::No {
                    context.groups = Some(Lineage::load(&mut *conn, bearer.account, &ids).await?);
                }
                if bearer.read_only && filter_sql::refers_to_roles(query) {
                    context.roles = Some(effective::load(conn, bearer.account, &ids).await?);
                }
            }
            ResourceType::Group => {
                let ids = rows.iter().map(Row::group_id).collect::<Result<Vec<_>, _>>()?;
                context.members = match filter_sql::refers_to(query, "members") {
                    Referred::No => None,
                    Referred::To(only) => {
                        Some(members_of(&mut *conn, bearer.account, &ids, Some(&only)).await?)
                    }
                    Referred::All => {
                        collector.count_rows(rows.iter().map(Row::member_count).sum())?;
                        Some(members_of(&mut *conn, bearer.account, &ids, None).await?)
                    }
                };
            }
        }
        Ok(context)
    }

    /// Adds to the resource what is known here.
    fn fill(&mut self, resource: &mut StoredResource) {
        match resource {
            StoredResource::User(user) => {
                if let Some(lineage) = &self.groups {
                    user.groups = lineage.memberships(user.id);
                }
                user.roles = self.roles.as_mut().and_then(|roles| roles.remove(&user.id));
            }
            StoredResource::Group(group) => {
                let members = self.members.as_mut();
                group.members = members.map(|members| members.remove(&group.id).unwrap_or_default());
            }
        }
    }
}

/// The resources of these ids, in this order.
async fn by_id(
    conn: &mut SqliteConnection,
    bearer: &Bearer,
    wanted: Vec<(ResourceType, String)>,
) -> Result<Vec<StoredResource>, DirectoryError> {
    let mut found = HashMap::new();
    for kind in ResourceType::ALL {
        let ids: Vec<&str> = wanted
            .iter()
            .filter(|(of, _)| *of == kind)
            .map(|(_, id)| id.as_str())
            .collect();
        if ids.is_empty() {
            continue;
        }
        let rows: Vec<Row> = db::rows(filter_sql::by_ids(kind))
            .bind(bearer.account)
            .bind(db::json(ids))
            .fetch_all(&mut *conn)
            .await?;
        for row in rows {
            let resource = row.into_resource(kind)?;
            found.insert(resource.id(), resource);
        }
    }
    Ok(wanted.iter().filter_map(|(_, id)| found.remove(id)).collect())
}

/// A count as a parameter.
fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

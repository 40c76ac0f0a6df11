//! What a filter, an order and a page make of the rows that may match.

use std::cmp::Ordering;
use std::ops::ControlFlow;

use scim::{Page, ResourceType, ScimError, SortBy};
use serde_json::{Map, Value};

use super::cursor::Position;
use super::{ListQuery, StoredResource};

/// Rows that one list request may look at; a filter that needs more must name an attribute that has an index.
const MOST_ROWS: usize = 100_000;

/// Which part of the list is kept.
#[derive(Debug, Clone)]
pub(super) enum Part {
    /// By position: everything is looked at, so that the total is known.
    Page(Page),
    /// From behind a resource on, at most so many.
    After(Option<Position>, usize),
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Collected {
    /// How many match in all, where everything was looked at.
    pub(super) total: Option<usize>,
    /// The part, where the list is not sorted.
    pub(super) resources: Vec<StoredResource>,
    /// The part by type and id, where the list is sorted.
    pub(super) sorted: Vec<(ResourceType, String)>,
    /// Where the next page begins, for a list that is gone through by cursor; none on the last.
    pub(super) next: Option<Position>,
}

/// Takes candidates in the order of type and id, and keeps what the answer needs: the page, or, where it is sorted,
/// what to sort by.
pub(super) struct Collector<'q> {
    query: &'q ListQuery,
    kinds: &'q [ResourceType],
    part: Part,
    rows: usize,
    total: usize,
    resources: Vec<StoredResource>,
    sorted: Vec<Position>,
    /// The last candidate, whether it matched or not.
    last: Option<Position>,
    /// Whether there are candidates that were not looked at.
    stopped: bool,
}

impl<'q> Collector<'q> {
    pub(super) fn new(query: &'q ListQuery, kinds: &'q [ResourceType], part: Part) -> Self {
        Self {
            query,
            kinds,
            part,
            rows: 0,
            total: 0,
            resources: Vec::new(),
            sorted: Vec::new(),
            last: None,
            stopped: false,
        }
    }

    /// Counts rows that have to be read besides the candidates themselves.
    pub(super) fn count_rows(&mut self, rows: usize) -> Result<(), ScimError> {
        self.rows = self.rows.saturating_add(rows);
        if self.rows <= MOST_ROWS {
            return Ok(());
        }
        let indexed: Vec<&str> = self
            .kinds
            .iter()
            .map(|kind| match kind {
                ResourceType::User => "userName, externalId, id or groups.value",
                ResourceType::Group => "displayName, externalId, id or members.value",
            })
            .collect();
        Err(ScimError::too_many(format!(
            "This request would have to look at more than {MOST_ROWS} resources; add a condition with eq on {} to its \
             filter, joined by and.",
            indexed.join(", or ")
        )))
    }

    /// Takes one candidate, with its `key` to sort by and whether the filter holds for it; breaks when the page is full.
    pub(super) fn take(
        &mut self,
        full: &Map<String, Value>,
        resource: StoredResource,
    ) -> Result<ControlFlow<()>, ScimError> {
        let position = Position {
            kind: resource.kind(),
            id: resource.id(),
            key: self.query.sort.as_ref().and_then(|sort| sort.key(full)),
        };
        let walks_on = matches!(self.part, Part::After(..)) && self.query.sort.is_none();
        if walks_on && self.rows == MOST_ROWS {
            // By cursor, a long walk is cut in pages: this one is short, and the next goes on from here.
            self.stopped = true;
            return Ok(ControlFlow::Break(()));
        }
        self.count_rows(1)?;
        if self
            .query
            .filter
            .as_ref()
            .is_some_and(|filter| !filter.matches(full))
        {
            self.last = Some(position);
            return Ok(ControlFlow::Continue(()));
        }
        match (&self.query.sort, &self.part) {
            (Some(sort), Part::After(Some(after), _)) => {
                if order(sort, after, &position) == Ordering::Less {
                    self.sorted.push(position);
                }
            }
            (Some(_), _) => self.sorted.push(position),
            (None, Part::Page(page)) => {
                let start = page.start_index.saturating_sub(1);
                if self.total >= start && self.resources.len() < page.count {
                    self.resources.push(resource);
                }
            }
            (None, Part::After(_, count)) => {
                if self.resources.len() == *count {
                    self.stopped = true;
                    return Ok(ControlFlow::Break(()));
                }
                self.resources.push(resource);
                self.last = Some(position);
            }
        }
        self.total += 1;
        Ok(ControlFlow::Continue(()))
    }

    /// The part that was asked for.
    pub(super) fn finish(mut self) -> Collected {
        let Some(sort) = &self.query.sort else {
            return match self.part {
                Part::Page(_) => Collected {
                    total: Some(self.total),
                    resources: self.resources,
                    ..Collected::default()
                },
                Part::After(..) => Collected {
                    next: self.last.filter(|_| self.stopped),
                    resources: self.resources,
                    ..Collected::default()
                },
            };
        };
        self.sorted.sort_unstable_by(|a, b| order(sort, a, b));
        let (skipped, count) = match self.part {
            Part::Page(page) => (page.start_index.saturating_sub(1), page.count),
            Part::After(_, count) => (0, count),
        };
        let by_cursor = matches!(self.part, Part::After(..));
        let more = self.sorted.len().saturating_sub(skipped) > count;
        let kept: Vec<Position> = self.sorted.into_iter().skip(skipped).take(count).collect();
        Collected {
            total: Some(self.total),
            next: kept.last().filter(|_| by_cursor && more).cloned(),
            sorted: kept
                .into_iter()
                .map(|position| (position.kind, position.id))
                .collect(),
            ..Collected::default()
        }
    }
}

/// The whole order: what is equal by the attribute stands in the order of the ids.
fn order(sort: &SortBy, a: &Position, b: &Position) -> Ordering {
    sort.compare(a.key.as_deref(), b.key.as_deref())
        .then_with(|| a.id.cmp(&b.id))
}

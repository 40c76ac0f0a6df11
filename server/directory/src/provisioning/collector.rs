//! What a filter, an order and a page make of the rows that may match.

use scim::{ResourceType, ScimError};
use serde_json::{Map, Value};

use super::{ListQuery, Listing};

/// Rows that one list request may look at; a filter that needs more must name an attribute that has an index.
const MOST_ROWS: usize = 100_000;

/// Takes candidates in the order of their ids, and keeps what the answer needs: the page, or, where it is sorted,
/// what to sort by.
pub(super) struct Collector<'q, T> {
    query: &'q ListQuery,
    kind: ResourceType,
    rows: usize,
    pub(super) total: usize,
    page: Vec<T>,
    sorted: Vec<(Map<String, Value>, String)>,
}

impl<'q, T> Collector<'q, T> {
    pub(super) fn new(query: &'q ListQuery, kind: ResourceType) -> Self {
        Self {
            query,
            kind,
            rows: 0,
            total: 0,
            page: Vec::new(),
            sorted: Vec::new(),
        }
    }

    pub(super) fn count_rows(&mut self, rows: usize) -> Result<(), ScimError> {
        self.rows = self.rows.saturating_add(rows);
        if self.rows <= MOST_ROWS {
            return Ok(());
        }
        let indexed = match self.kind {
            ResourceType::User => "userName, externalId, id or groups.value",
            ResourceType::Group => "displayName, externalId, id or members.value",
        };
        Err(ScimError::too_many(format!(
            "This request would have to look at more than {MOST_ROWS} resources; add a condition with eq on {indexed} to \
             its filter, joined by and."
        )))
    }

    pub(super) fn take(&mut self, mut full: Map<String, Value>, item: T) -> Result<(), ScimError> {
        self.count_rows(1)?;
        if self
            .query
            .filter
            .as_ref()
            .is_some_and(|filter| !filter.matches(&full))
        {
            return Ok(());
        }
        let start = self.query.page.start_index.saturating_sub(1);
        if let Some(sort) = &self.query.sort {
            let id = full
                .get("id")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned();
            let attribute = sort.path.urn.unwrap_or(sort.path.attribute);
            full.retain(|name, _| name == attribute);
            self.sorted.push((full, id));
        } else if self.total >= start && self.page.len() < self.query.page.count {
            self.page.push(item);
        }
        self.total += 1;
        Ok(())
    }

    /// Where the list is sorted: the ids of the page, in order.
    pub(super) fn sorted_ids(&mut self) -> Option<Vec<String>> {
        let sort = self.query.sort.as_ref()?;
        // Stable: equal ones stay in the order of their ids.
        self.sorted.sort_by(|(a, _), (b, _)| sort.compare(a, b));
        let start = self.query.page.start_index.saturating_sub(1);
        Some(
            self.sorted
                .drain(..)
                .map(|(_, id)| id)
                .skip(start)
                .take(self.query.page.count)
                .collect(),
        )
    }

    pub(super) fn listing(self) -> Listing<T> {
        Listing {
            total: self.total,
            items: self.page,
        }
    }
}

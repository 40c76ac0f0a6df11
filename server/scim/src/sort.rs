//! `sortBy` and `sortOrder` (RFC 7644 §3.4.2.3).

use std::cmp::Ordering;

use serde_json::{Map, Value};

use crate::attr_path::AttrPath;
use crate::error::ScimError;
use crate::schema::ResourceType;

/// An order of resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortBy {
    /// The attribute that decides.
    pub path: AttrPath,
    /// `sortOrder=descending`.
    pub descending: bool,
}

impl SortBy {
    /// Reads the two query parameters; `None` without `sortBy`.
    ///
    /// # Errors
    /// `invalidPath` for a path that names nothing to sort by, `invalidValue` for another `sortOrder`.
    pub fn parse(
        _kind: ResourceType,
        _sort_by: Option<&str>,
        _sort_order: Option<&str>,
    ) -> Result<Option<Self>, ScimError> {
        todo!()
    }

    /// Order of two resources as [`full`](crate::full) gives them.
    pub fn compare(&self, _a: &Map<String, Value>, _b: &Map<String, Value>) -> Ordering {
        todo!()
    }
}

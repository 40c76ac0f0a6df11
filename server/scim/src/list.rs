//! Lists and index paging (RFC 7644 §3.4.2).

use serde_json::{Value, json};

use crate::error::{ScimError, quoted};
use crate::urn;

/// Which part of a result is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// First result, counted from 1.
    pub start_index: usize,
    /// At most so many results; 0 asks for `totalResults` only.
    pub count: usize,
}

impl Page {
    /// Reads `startIndex` and `count`. Without `count` a page has `default` results, never more than `max`.
    ///
    /// # Errors
    /// `invalidValue` for anything but an integer.
    pub fn parse(
        start_index: Option<&str>,
        count: Option<&str>,
        default: usize,
        max: usize,
    ) -> Result<Self, ScimError> {
        // RFC 7644 §3.4.2.4: a startIndex below 1 counts as 1, a negative count as 0.
        let start_index = integer("startIndex", start_index)?.map_or(1, |index| index.max(1));
        let count = integer("count", count)?.map_or(default, |count| count);
        Ok(Self {
            start_index,
            count: count.min(max),
        })
    }
}

/// A non-negative integer: below 0 is 0, above the range its end.
fn integer(name: &str, text: Option<&str>) -> Result<Option<usize>, ScimError> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ScimError::invalid_value(format!(
            "{name} must be an integer, not {}.",
            quoted(text)
        )));
    }
    Ok(Some(if negative {
        0
    } else {
        digits.parse().unwrap_or(usize::MAX)
    }))
}

/// The answer to a query. `totalResults`, `startIndex` and `itemsPerPage` are integers and `Resources` is always
/// there: Okta rejects anything else.
pub fn list_response(total: usize, start_index: usize, resources: Vec<Value>) -> Value {
    json!({
        "schemas": [urn::LIST_RESPONSE],
        "totalResults": total,
        "startIndex": start_index,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    })
}

/// The body of POST `/.search` (RFC 7644 §3.4.3): the query parameters of a GET, to be read by the same
/// functions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchRequest {
    /// `attributes`, joined by commas.
    pub attributes: Option<String>,
    /// `excludedAttributes`, joined by commas.
    pub excluded_attributes: Option<String>,
    /// `filter`.
    pub filter: Option<String>,
    /// `sortBy`.
    pub sort_by: Option<String>,
    /// `sortOrder`.
    pub sort_order: Option<String>,
    /// `startIndex`.
    pub start_index: Option<String>,
    /// `count`.
    pub count: Option<String>,
    /// `cursor` (RFC 9865).
    pub cursor: Option<String>,
}

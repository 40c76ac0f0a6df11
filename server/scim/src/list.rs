//! Lists, by index (RFC 7644 §3.4.2) and by cursor (RFC 9865).

use serde_json::{Map, Value, json};

use crate::error::{ScimError, quoted};
use crate::tolerance::{Leniency, Tolerance};
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
        let count = integer("count", count)?.unwrap_or(default);
        Ok(Self {
            start_index,
            count: count.min(max),
        })
    }
}

/// How the client goes through a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paging {
    /// By position.
    Index(Page),
    /// By what the last answer said (RFC 9865).
    Cursor {
        /// What it said; empty for the first page.
        cursor: String,
        /// At most so many results.
        count: usize,
    },
}

impl Paging {
    /// Reads `startIndex`, `count` and `cursor`, with the bounds of [`Page::parse`].
    ///
    /// # Errors
    /// `invalidValue` for anything but an integer, and for a cursor together with `startIndex` (RFC 9865 §2).
    pub fn parse(request: &SearchRequest, default: usize, max: usize) -> Result<Self, ScimError> {
        let start_index = request.start_index.as_deref();
        let page = Page::parse(start_index, request.count.as_deref(), default, max)?;
        match &request.cursor {
            None => Ok(Self::Index(page)),
            Some(_) if start_index.is_some() => Err(ScimError::invalid_value(
                "'cursor' and 'startIndex' cannot be used together.",
            )),
            Some(cursor) => Ok(Self::Cursor {
                cursor: cursor.clone(),
                count: page.count,
            }),
        }
    }

    /// At most so many results.
    pub fn count(&self) -> usize {
        match self {
            Self::Index(page) => page.count,
            Self::Cursor { count, .. } => *count,
        }
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
    let mut body = Map::new();
    body.insert("schemas".to_owned(), json!([urn::LIST_RESPONSE]));
    body.insert("totalResults".to_owned(), total.into());
    body.insert("startIndex".to_owned(), start_index.into());
    body.insert("itemsPerPage".to_owned(), resources.len().into());
    body.insert("Resources".to_owned(), Value::Array(resources));
    Value::Object(body)
}

/// The answer to a query by cursor (RFC 9865 §2): without `next` the page is the last one. There is no `startIndex`.
pub fn cursor_response(total: Option<usize>, next: Option<&str>, resources: Vec<Value>) -> Value {
    let mut body = Map::new();
    body.insert("schemas".to_owned(), json!([urn::LIST_RESPONSE]));
    if let Some(total) = total {
        body.insert("totalResults".to_owned(), total.into());
    }
    body.insert("itemsPerPage".to_owned(), resources.len().into());
    if let Some(next) = next {
        body.insert("nextCursor".to_owned(), next.into());
    }
    body.insert("Resources".to_owned(), Value::Array(resources));
    Value::Object(body)
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

impl SearchRequest {
    /// Reads the body. Unknown members have no effect, as unknown query parameters have none.
    ///
    /// # Errors
    /// `invalidSyntax` for a body of another shape, `invalidValue` for a member of the wrong type.
    pub fn parse(body: &Value, t: &mut Tolerance) -> Result<Self, ScimError> {
        let Value::Object(body) = body else {
            return Err(ScimError::invalid_syntax("The body must be one JSON object."));
        };
        let mut request = Self::default();
        let mut has_schema = false;
        for (key, value) in body {
            let field = match key.to_ascii_lowercase().as_str() {
                "schemas" => {
                    has_schema = urn::is_listed(value, urn::SEARCH_REQUEST);
                    continue;
                }
                "attributes" => &mut request.attributes,
                "excludedattributes" => &mut request.excluded_attributes,
                "filter" => &mut request.filter,
                "sortby" => &mut request.sort_by,
                "sortorder" => &mut request.sort_order,
                "startindex" => &mut request.start_index,
                "count" => &mut request.count,
                "cursor" => &mut request.cursor,
                _ => {
                    t.ignore(key);
                    continue;
                }
            };
            *field = parameter(key, value)?;
        }
        if has_schema || t.use_it(Leniency::MissingSchemas) {
            Ok(request)
        } else {
            Err(ScimError::invalid_syntax(format!(
                "'schemas' must contain {}.",
                urn::SEARCH_REQUEST
            )))
        }
    }
}

/// A member of a search request as the query parameter that it stands for.
fn parameter(name: &str, value: &Value) -> Result<Option<String>, ScimError> {
    let list = |values: &[Value]| -> Option<String> {
        let names: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
        names.map(|names| names.join(","))
    };
    let text = match value {
        Value::Null => return Ok(None),
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => list(values),
        Value::Bool(_) | Value::Object(_) => None,
    };
    let text = text.ok_or_else(|| {
        ScimError::invalid_value(format!("{} has a value of the wrong type.", quoted(name)))
    })?;
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tolerance::Strictness;

    #[test]
    fn pages_are_clipped_rather_than_refused() {
        for (start_index, count, expected) in [
            (None, None, (1, 20)),
            (Some(""), Some(" "), (1, 20)),
            (Some("0"), Some("0"), (1, 0)),
            (Some("-7"), Some("-1"), (1, 0)),
            (Some("6"), Some("5"), (6, 5)),
            (Some(" 6 "), Some("1000"), (6, 100)),
            (
                Some("99999999999999999999999999"),
                Some("99999999999999999999999999"),
                (usize::MAX, 100),
            ),
        ] {
            let page = Page::parse(start_index, count, 20, 100).unwrap();
            assert_eq!(
                (page.start_index, page.count),
                expected,
                "{start_index:?} {count:?}"
            );
        }
        for text in ["x", "1.5", "--1", "-", "1e3", "0x1"] {
            assert_eq!(
                Page::parse(Some(text), None, 20, 100).unwrap_err().status,
                400,
                "{text}"
            );
            assert_eq!(
                Page::parse(None, Some(text), 20, 100).unwrap_err().status,
                400,
                "{text}"
            );
        }
    }

    #[test]
    fn lists_have_every_member_even_when_empty() {
        assert_eq!(
            list_response(0, 1, Vec::new()),
            json!({"schemas": [urn::LIST_RESPONSE], "totalResults": 0, "startIndex": 1, "itemsPerPage": 0,
                   "Resources": []})
        );
    }

    #[test]
    fn a_search_request_becomes_query_parameters() {
        let body = json!({
            "schemas": [urn::SEARCH_REQUEST],
            "attributes": ["userName", "emails"],
            "filter": "userName pr",
            "startIndex": 1,
            "COUNT": "10",
            "sortBy": null,
        });
        let request = SearchRequest::parse(&body, &mut Tolerance::new(Strictness::Strict)).unwrap();
        assert_eq!(
            request,
            SearchRequest {
                attributes: Some("userName,emails".to_owned()),
                filter: Some("userName pr".to_owned()),
                start_index: Some("1".to_owned()),
                count: Some("10".to_owned()),
                ..SearchRequest::default()
            }
        );
        for body in [
            json!([]),
            json!({"filter": {}}),
            json!({"attributes": [1]}),
            json!({"count": true}),
        ] {
            assert_eq!(
                SearchRequest::parse(&body, &mut Tolerance::default())
                    .unwrap_err()
                    .status,
                400,
                "{body}"
            );
        }
        assert!(SearchRequest::parse(&json!({}), &mut Tolerance::new(Strictness::Strict)).is_err());
    }
}

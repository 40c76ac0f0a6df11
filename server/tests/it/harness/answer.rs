//! What the server answered, and what a test asks of it.

use std::fmt::Write;

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use super::ERROR;

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
    pub(crate) text: String,
}

impl Answer {
    pub(super) async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self {
            status: parts.status,
            headers: parts.headers,
            body,
            text,
        }
    }

    /// Fails, showing the answer, unless it has this status.
    #[track_caller]
    pub(crate) fn expect(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// The resource's id.
    #[track_caller]
    pub(crate) fn id(&self) -> String {
        text(&self.body["id"])
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Fails, showing the answer, unless it is an error in SCIM form with this status and type.
    #[track_caller]
    pub(crate) fn expect_error(self, status: u16, scim_type: Option<&str>) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.body["schemas"], json!([ERROR]), "{}", self.text);
        assert_eq!(self.body["status"], json!(status.to_string()), "{}", self.text);
        assert_eq!(
            self.body.get("scimType").and_then(Value::as_str),
            scim_type,
            "{}",
            self.text
        );
        assert!(!text(&self.body["detail"]).is_empty(), "{}", self.text);
        assert_eq!(
            self.header("content-type"),
            Some("application/scim+json; charset=utf-8")
        );
        self
    }

    /// Status, the headers that SCIM defines, and the body, with every id named by its first appearance.
    pub(crate) fn snapshot(&self) -> Value {
        let headers: serde_json::Map<String, Value> =
            ["content-type", "etag", "location", "www-authenticate", "allow"]
                .into_iter()
                .filter_map(|name| Some((name.to_owned(), json!(self.header(name)?))))
                .collect();
        let whole = json!({"status": self.status.as_u16(), "headers": headers, "body": self.body});
        serde_json::from_str(&name_ids(&whole.to_string())).unwrap()
    }
}

/// A JSON string's text.
#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("a string, not {value}"))
        .to_owned()
}

/// Replaces each UUID by `id-1`, `id-2`, … in the order of appearance.
fn name_ids(text: &str) -> String {
    let mut known: Vec<String> = Vec::new();
    let mut named = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(candidate) = rest.get(..36).filter(|candidate| is_uuid(candidate)) {
            let index = known.iter().position(|id| id == candidate).unwrap_or_else(|| {
                known.push(candidate.to_owned());
                known.len() - 1
            });
            write!(named, "id-{}", index + 1).unwrap();
            rest = &rest[36..];
        } else {
            named.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    named
}

fn is_uuid(text: &str) -> bool {
    text.bytes().enumerate().all(|(index, byte)| match index {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    })
}

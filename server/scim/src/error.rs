//! What a refused request is answered with (RFC 7644 §3.12).

use serde_json::{Value, json};

use crate::urn;

/// A refused request: HTTP status, the RFC's keyword where one applies, and one sentence for the administrator.
///
/// Identity providers show `detail` word for word, so it says what to do and never contains a credential.
///
/// ```
/// let error = scim::ScimError::uniqueness("userName 'ada@acme.test' is already used.");
/// assert_eq!(error.status, 409);
/// assert_eq!(error.to_json()["status"], "409");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct ScimError {
    /// HTTP status code.
    pub status: u16,
    /// Keyword of RFC 7644 §3.12 table 9, RFC 9865 §2.1.
    pub scim_type: Option<ScimType>,
    /// One sentence that says what is wrong and what to do.
    pub detail: String,
}

/// Error keywords of RFC 7644 §3.12 and RFC 9865 §2.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    missing_docs,
    reason = "the names are the RFC's, `as_str` gives their spelling"
)]
pub enum ScimType {
    InvalidFilter,
    TooMany,
    Uniqueness,
    Mutability,
    InvalidSyntax,
    InvalidPath,
    NoTarget,
    InvalidValue,
    InvalidVers,
    Sensitive,
    InvalidCursor,
    ExpiredCursor,
    InvalidCount,
}

impl ScimType {
    /// The keyword as it stands in `scimType`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::TooMany => "tooMany",
            Self::Uniqueness => "uniqueness",
            Self::Mutability => "mutability",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidPath => "invalidPath",
            Self::NoTarget => "noTarget",
            Self::InvalidValue => "invalidValue",
            Self::InvalidVers => "invalidVers",
            Self::Sensitive => "sensitive",
            Self::InvalidCursor => "invalidCursor",
            Self::ExpiredCursor => "expiredCursor",
            Self::InvalidCount => "invalidCount",
        }
    }
}

/// One constructor a kind of refusal, so that status and keyword always fit together.
macro_rules! constructors {
    ($($(#[$doc:meta])* $name:ident = $status:literal $($scim_type:ident)?;)*) => {
        impl ScimError {
            $(
                $(#[$doc])*
                pub fn $name(detail: impl Into<String>) -> Self {
                    Self {
                        status: $status,
                        scim_type: [$(ScimType::$scim_type)?].first().copied(),
                        detail: detail.into(),
                    }
                }
            )*
        }
    };
}

constructors! {
    /// 400: a filter that does not parse, or does not fit the schema.
    invalid_filter = 400 InvalidFilter;
    /// 400: a body that is not the message the endpoint takes.
    invalid_syntax = 400 InvalidSyntax;
    /// 400: a PATCH or sort path that is malformed or names no known attribute.
    invalid_path = 400 InvalidPath;
    /// 400: a value that is missing or of the wrong type.
    invalid_value = 400 InvalidValue;
    /// 400: a PATCH operation that has nothing to act on.
    no_target = 400 NoTarget;
    /// 400: a change of something that cannot change.
    mutability = 400 Mutability;
    /// 409: a name that is taken.
    uniqueness = 409 Uniqueness;
    /// 400: more matches than the server computes.
    too_many = 400 TooMany;
    /// 400: a cursor that this server did not make for this query (RFC 9865).
    invalid_cursor = 400 InvalidCursor;
    /// 400: a cursor that is too old.
    expired_cursor = 400 ExpiredCursor;
    /// 400: a `count` other than that of the first page.
    invalid_count = 400 InvalidCount;
    /// 401.
    unauthorized = 401;
    /// 403.
    forbidden = 403;
    /// 404.
    not_found = 404;
    /// 405.
    method_not_allowed = 405;
    /// 409: what is asked does not fit what is there.
    conflict = 409;
    /// 412: `If-Match` names another version.
    precondition_failed = 412;
    /// 413.
    payload_too_large = 413;
    /// 415.
    unsupported_media_type = 415;
    /// 429.
    too_many_requests = 429;
    /// 500: the detail must not say anything about the inside.
    internal = 500;
    /// 501: a feature that `ServiceProviderConfig` announces as unsupported.
    not_implemented = 501;
}

impl ScimError {
    /// The error body. `status` is a string (RFC 7644 §3.12).
    pub fn to_json(&self) -> Value {
        let mut body = json!({
            "schemas": [urn::ERROR],
            "status": self.status.to_string(),
            "detail": self.detail,
        });
        if let Some(scim_type) = self.scim_type {
            body["scimType"] = scim_type.as_str().into();
        }
        body
    }
}

/// Longest part of a client's text that an error detail repeats, in characters.
const QUOTED_LENGTH: usize = 80;

/// `text` in quotation marks for an error detail: shortened, without control characters.
pub(crate) fn quoted(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(QUOTED_LENGTH)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect();
    if text.chars().nth(QUOTED_LENGTH).is_some() {
        shown.push('…');
    }
    format!("'{shown}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_is_a_string_and_the_keyword_only_where_one_applies() {
        assert_eq!(
            ScimError::invalid_filter("Bad.").to_json(),
            json!({"schemas": [urn::ERROR], "status": "400", "scimType": "invalidFilter", "detail": "Bad."})
        );
        assert_eq!(
            ScimError::not_found("Gone.").to_json(),
            json!({"schemas": [urn::ERROR], "status": "404", "detail": "Gone."})
        );
    }

    #[test]
    fn quoted_text_is_short_and_printable() {
        assert_eq!(quoted("a\u{0}b"), "'a\u{fffd}b'");
        assert_eq!(quoted(&"x".repeat(500)).chars().count(), QUOTED_LENGTH + 3);
    }
}

//! Answers with a body, and the conditions of RFC 7644 §3.14.

use axum::response::{IntoResponse, Response};
use directory::provisioning::IfMatch;
use http::header::{CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use scim::Meta;
use serde_json::Value;

/// A JSON body. Its media type is named by [`super::media_type`].
pub(super) fn json(status: StatusCode, body: &Value) -> Response {
    let mut response = (status, body.to_string()).into_response();
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/scim+json"));
    response
}

/// A resource with its version.
pub(super) fn resource(status: StatusCode, meta: &Meta, body: &Value) -> Response {
    let mut response = json(status, body);
    insert(&mut response, ETAG, &meta.etag());
    response
}

/// A resource that a POST made, with its address.
pub(super) fn created(meta: &Meta, body: &Value) -> Response {
    let mut response = resource(StatusCode::CREATED, meta, body);
    insert(&mut response, LOCATION, &meta.location);
    response
}

/// 204 with the version.
pub(super) fn no_content(meta: &Meta) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    insert(&mut response, ETAG, &meta.etag());
    response
}

/// 304, where the client has this version already; none where it has not.
pub(super) fn not_modified(headers: &HeaderMap, meta: &Meta) -> Option<Response> {
    let known = match tags(headers, &IF_NONE_MATCH)? {
        Tags::Any => true,
        Tags::Versions(versions) => versions.contains(&meta.version),
    };
    known.then(|| {
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        insert(&mut response, ETAG, &meta.etag());
        response
    })
}

/// The condition that a write depends on.
pub(super) fn if_match(headers: &HeaderMap) -> IfMatch {
    match tags(headers, &IF_MATCH) {
        None | Some(Tags::Any) => IfMatch(None),
        Some(Tags::Versions(versions)) => IfMatch(Some(versions)),
    }
}

/// What a conditional header names.
enum Tags {
    /// `*`
    Any,
    /// The versions; a tag that this server never made names none.
    Versions(Vec<i64>),
}

fn tags(headers: &HeaderMap, name: &HeaderName) -> Option<Tags> {
    let mut versions = Vec::new();
    let mut lines = headers.get_all(name).iter().peekable();
    lines.peek()?;
    for tag in lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
    {
        let tag = tag.trim();
        if tag == "*" {
            return Some(Tags::Any);
        }
        versions.extend(self::versions(tag));
    }
    Some(Tags::Versions(versions))
}

/// The version that an entity tag names; none for a tag that this server never made.
pub(super) fn versions(tag: &str) -> Vec<i64> {
    let quoted = tag.strip_prefix("W/").unwrap_or(tag);
    let version = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    version
        .and_then(|version| version.parse().ok())
        .into_iter()
        .collect()
}

fn insert(response: &mut Response, name: HeaderName, value: &str) {
    let value = HeaderValue::try_from(value).expect("versions and addresses are visible ASCII");
    response.headers_mut().insert(name, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(value: Option<&'static str>) -> Option<Vec<i64>> {
        let mut headers = HeaderMap::new();
        if let Some(value) = value {
            headers.insert(IF_MATCH, HeaderValue::from_static(value));
        }
        if_match(&headers).0
    }

    #[test]
    fn a_condition_names_versions() {
        for (value, versions) in [
            (None, None),
            (Some("*"), None),
            (Some("W/\"3\""), Some(vec![3])),
            (Some("\"3\""), Some(vec![3])),
            (Some("W/\"3\", W/\"4\""), Some(vec![3, 4])),
            (Some("W/\"x\""), Some(vec![])),
            (Some("3"), Some(vec![])),
            (Some(""), Some(vec![])),
        ] {
            assert_eq!(condition(value), versions, "{value:?}");
        }
    }
}

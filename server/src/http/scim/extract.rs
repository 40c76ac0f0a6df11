//! What a request says besides who sends it: its parameters and its body.

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use scim::{Projection, ResourceType, ScimError, SearchRequest};
use serde_json::Value;
use tokio_stream::StreamExt as _;

use super::auth::Caller;
use super::error::Failure;
use crate::http::LARGEST_BODY;

/// The media types of a body (RFC 7644 §3.1), and what else clients call JSON.
const JSON_TYPES: [&str; 3] = ["application/scim+json", "application/json", "text/json"];

/// The id in the path, after the account's.
#[derive(Debug)]
pub(super) struct Id(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        match Path::<(String, String)>::from_request_parts(parts, state).await {
            Ok(Path((_, id))) => Ok(Self(id)),
            // Percent signs that make no UTF-8: no id is like this.
            Err(_) => Err(ScimError::not_found("There is nothing with this id.").into()),
        }
    }
}

/// The query's parameters, by name in any letter-case. What is unknown is ignored: Entra's flags come this way.
#[derive(Debug, Default)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Which attributes the answer is to have (RFC 7644 §3.9).
    pub(super) fn projection(&self, kind: ResourceType) -> Result<Projection, ScimError> {
        Projection::parse(kind, self.get("attributes"), self.get("excludedAttributes"))
    }

    /// Which resources are asked for (RFC 7644 §3.4.2).
    pub(super) fn into_search(self) -> SearchRequest {
        let text = |name| self.get(name).map(str::to_owned);
        SearchRequest {
            attributes: text("attributes"),
            excluded_attributes: text("excludedAttributes"),
            filter: text("filter"),
            sort_by: text("sortBy"),
            sort_order: text("sortOrder"),
            start_index: text("startIndex"),
            count: text("count"),
            cursor: text("cursor"),
        }
    }

    /// Whether there is a filter.
    pub(super) fn has_filter(&self) -> bool {
        self.get("filter").is_some()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // Pairs of text can always be read: `+` is a space, and what is no UTF-8 is replaced.
        Ok(Self(
            Query::try_from_uri(&parts.uri)
                .map(|Query(pairs)| pairs)
                .unwrap_or_default(),
        ))
    }
}

/// A body that was not read yet, so that whoever may not send it is refused first.
#[derive(Debug)]
pub(super) struct Payload {
    headers: HeaderMap,
    body: Body,
}

impl<S: Send + Sync> FromRequest<S> for Payload {
    type Rejection = Infallible;

    async fn from_request(request: Request, _: &S) -> Result<Self, Infallible> {
        let (parts, body) = request.into_parts();
        Ok(Self {
            headers: parts.headers,
            body,
        })
    }
}

impl Payload {
    /// The headers of the request.
    pub(super) fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Reads the body as JSON.
    pub(super) async fn read(self, caller: &Caller) -> Result<Value, Failure> {
        caller.checked(self.read_unrecorded().await).await
    }

    async fn read_unrecorded(self) -> Result<Value, ScimError> {
        check_media_type(&self.headers)?;
        let body = collect(self.body).await?;
        if body.is_empty() {
            return Err(ScimError::invalid_syntax(
                "The request has no body; send a JSON object.",
            ));
        }
        serde_json::from_slice(&body)
            .map_err(|error| ScimError::invalid_syntax(format!("The body is not JSON: {error}.")))
    }
}

/// A body without a type is taken for JSON: several clients forget it.
fn check_media_type(headers: &HeaderMap) -> Result<(), ScimError> {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return Ok(());
    };
    let value = String::from_utf8_lossy(value.as_bytes());
    let media_type = value.split(';').next().unwrap_or_default().trim();
    if media_type.is_empty()
        || JSON_TYPES
            .iter()
            .any(|known| media_type.eq_ignore_ascii_case(known))
    {
        return Ok(());
    }
    Err(ScimError::unsupported_media_type(format!(
        "The Content-Type {media_type} is not supported; send application/scim+json."
    )))
}

async fn collect(body: Body) -> Result<Vec<u8>, ScimError> {
    let mut collected = Vec::new();
    let mut parts = body.into_data_stream();
    while let Some(part) = parts.next().await {
        let part = part.map_err(|_| {
            ScimError::invalid_syntax("The body ended before it was complete; send the request again.")
        })?;
        if collected.len() + part.len() > LARGEST_BODY {
            let limit = LARGEST_BODY / 1024;
            return Err(ScimError::payload_too_large(format!(
                "The body is larger than {limit} KiB; send it in parts."
            )));
        }
        collected.extend_from_slice(&part);
    }
    Ok(collected)
}

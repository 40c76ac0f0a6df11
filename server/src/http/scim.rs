//! The SCIM API (RFC 7643, RFC 7644), below `/scim/v2/{account}`. Everything here needs a token and answers in SCIM
//! form, what does not exist included.

mod answer;
mod auth;
mod bulk;
mod discovery;
mod error;
mod extract;
mod resources;
mod search;

use axum::Router;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use scim::ResourceType::{self, Group, User};
use scim::ScimError;

use auth::Caller;
use error::Failure;

use super::LONGEST_REQUEST;
use crate::state::AppState;

/// What a handler answers.
type Answer = Result<Response, Failure>;

/// The endpoints, relative to `/scim`.
pub(super) fn router(state: &AppState) -> Router {
    Router::new()
        .route("/v2/{account}", search::root())
        .route("/v2/{account}/.search", search::by_post(&ResourceType::ALL))
        .route("/v2/{account}/Users", resources::collection(User))
        .route("/v2/{account}/Users/.search", search::by_post(&[User]))
        .route("/v2/{account}/Users/{id}", resources::resource(User))
        .route("/v2/{account}/Groups", resources::collection(Group))
        .route("/v2/{account}/Groups/.search", search::by_post(&[Group]))
        .route("/v2/{account}/Groups/{id}", resources::resource(Group))
        .route("/v2/{account}/Bulk", post(bulk::run))
        .route(
            "/v2/{account}/ServiceProviderConfig",
            get(discovery::service_provider_config),
        )
        // SCIM 1.1's spelling, which authentik asks for in one of its modes.
        .route(
            "/v2/{account}/ServiceProviderConfigs",
            get(discovery::service_provider_config),
        )
        .route("/v2/{account}/Schemas", get(discovery::schemas))
        .route("/v2/{account}/Schemas/{id}", get(discovery::schema))
        .route("/v2/{account}/ResourceTypes", get(discovery::resource_types))
        .route(
            "/v2/{account}/ResourceTypes/{name}",
            get(discovery::resource_type),
        )
        .route("/v2/{account}/Me", any(me))
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(not_found)
        .with_state(state.clone())
}

/// RFC 7644 §3.11: a token stands for an account's identity provider, so that there is no "me".
async fn me(caller: Caller) -> Failure {
    let error = "A token belongs to an account and not to a user, so there is no /Me; ask for /Users/<id>.";
    caller.refuse(ScimError::not_implemented(error)).await
}

async fn not_found(caller: Caller) -> Failure {
    let error = "There is nothing at this address. The endpoints are /Users, /Groups, /Bulk, /.search, /ServiceProviderConfig, /Schemas and /ResourceTypes.";
    caller.refuse(ScimError::not_found(error)).await
}

/// The router adds the `Allow` header.
async fn method_not_allowed(caller: Caller) -> Failure {
    let error = format!(
        "{} is not possible here; the Allow header says what is.",
        caller.method()
    );
    caller.refuse(ScimError::method_not_allowed(error)).await
}

/// The answer where a handler panicked.
pub(super) fn internal_error() -> Response {
    Failure::from(ScimError::internal(
        "Something went wrong in Rollcall. Its log says what.",
    ))
    .into_response()
}

/// Answers 503 for a request that takes too long: the identity provider tries again later. What it asked for may
/// still happen.
pub(super) async fn time_limit(request: Request, next: Next) -> Response {
    match tokio::time::timeout(LONGEST_REQUEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Failure::busy().into_response(),
    }
}

/// Names the body's media type as the client wants it (RFC 7644 §3.8): SCIM's own, and plain JSON only for a client
/// that accepts that and nothing that SCIM's is.
pub(super) async fn media_type(request: Request, next: Next) -> Response {
    let media_type = if wants_plain_json(request.headers()) {
        HeaderValue::from_static("application/json; charset=utf-8")
    } else {
        HeaderValue::from_static("application/scim+json; charset=utf-8")
    };
    let mut response = next.run(request).await;
    if response.headers().contains_key(CONTENT_TYPE) {
        response.headers_mut().insert(CONTENT_TYPE, media_type);
    }
    response
}

fn wants_plain_json(headers: &HeaderMap) -> bool {
    let accepted: Vec<String> = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(|range| {
            range
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase()
        })
        .collect();
    let accepts = |range: &str| accepted.iter().any(|accepted| accepted == range);
    accepts("application/json") && !accepts("application/scim+json") && !accepts("*/*")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_json_is_for_who_asks_for_nothing_else() {
        for (accept, plain) in [
            ("application/json", true),
            ("application/json; charset=utf-8", true),
            ("Application/JSON;q=0.9, text/html", true),
            ("application/scim+json", false),
            ("application/json, application/scim+json;q=0.1", false),
            ("application/json, */*", false),
            ("*/*", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, accept.parse().unwrap());
            assert_eq!(wants_plain_json(&headers), plain, "{accept}");
        }
    }
}

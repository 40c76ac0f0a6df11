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

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use scim::ResourceType::{self, Group, User};
use scim::ScimError;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

use auth::Caller;
use error::Failure;

use super::log_panic;
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

/// What every request goes through: its answer is in SCIM form, after a panic and after `longest` too.
pub(super) fn guarded(routes: Router, longest: Duration) -> Router {
    routes.layer(
        // From the outside in. The media type is outermost: it is the form of every answer, also of those that the
        // next two make. A panic is caught outside the time limit, whose own answer cannot panic.
        ServiceBuilder::new()
            .layer(from_fn(media_type))
            .layer(CatchPanicLayer::custom(|panic: Box<dyn Any + Send>| {
                log_panic(&*panic);
                let error = ScimError::internal("Something went wrong in Rollcall. Its log says what.");
                Failure::from(error).into_response()
            }))
            .layer(from_fn_with_state(longest, time_limit)),
    )
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

/// Answers 503 for a request that takes too long: the identity provider tries again later. What it asked for may
/// still happen.
async fn time_limit(State(longest): State<Duration>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(longest, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Failure::busy().into_response(),
    }
}

/// Names the body's media type as the client wants it (RFC 7644 §3.8): SCIM's own, and plain JSON only for a client
/// that accepts that and nothing that SCIM's is.
async fn media_type(request: Request, next: Next) -> Response {
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
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn a_handler_that_gives_up_or_never_ends_is_answered_in_scim_form() {
        async fn gives_up() {
            panic!("a handler that gives up");
        }
        let routes = Router::new()
            .route("/gives-up", get(gives_up))
            .route("/never-ends", get(std::future::pending::<()>));
        let routes = guarded(routes, Duration::from_millis(1));
        for (path, status, says) in [("/gives-up", 500, "went wrong"), ("/never-ends", 503, "again")] {
            let request = Request::get(path).body(axum::body::Body::empty()).unwrap();
            let answer = routes.clone().oneshot(request).await.unwrap();
            assert_eq!(answer.status().as_u16(), status);
            let media_type = answer.headers()[CONTENT_TYPE].to_str().unwrap();
            assert_eq!(media_type, "application/scim+json; charset=utf-8");
            let body = axum::body::to_bytes(answer.into_body(), usize::MAX)
                .await
                .unwrap();
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(body["status"], status.to_string());
            assert!(body["detail"].as_str().unwrap().contains(says), "{body}");
        }
    }

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

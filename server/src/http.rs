//! What is served: the SCIM API below `/scim`, the console elsewhere, and two addresses for whoever watches.

mod activity_export;
mod assets;
mod client_address;
mod console;
mod downloads;
mod events;
mod guard;
mod health;
mod kept_input;
mod rate_limit;
mod request_log;
mod scim;
mod security_headers;
mod users_export;

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use http::Uri;
use tower::util::MapRequestLayer;
use tower::{Layer, ServiceBuilder};

pub use assets::Files;
pub(crate) use rate_limit::RateLimiter;

use crate::host::{self, Server};
use crate::state::AppState;

/// The largest body of a SCIM request that is read, in bytes; a larger one is answered 413. It holds a group of fifty
/// thousand members and more, which identity providers that PUT whole groups (Okta, Ping) cannot send in parts.
const LARGEST_BODY: usize = 8 * 1024 * 1024;

/// How long a request may take before it is answered 503: less than the 60 s after which Okta and proxies hang up, so
/// that who asked reads an answer.
const LONGEST_REQUEST: Duration = Duration::from_secs(30);

/// Everything that is served, with all layers.
pub fn router(state: &AppState) -> Router {
    let scim = scim::guarded(scim::router(state), LONGEST_REQUEST);
    let console = app::Console {
        directory: state.directory().clone(),
        public_url: state.public_url().to_string(),
        secure_cookies: state.public_url().is_https(),
        previews: app::Previews::default(),
        host: Arc::new(Server::new(state)),
        support_contact: state.support_contact().map(|contact| contact.0.clone()),
    };
    let events = events::router(state, console.clone());
    let console = console::router(console.clone(), state.files())
        .merge(activity_export::router(console.clone()))
        .merge(downloads::router(console.clone()))
        .merge(users_export::router(console));
    let console = guard::guarded(console, state, LONGEST_REQUEST);
    let health = Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .with_state(state.clone());

    // Paths are put in order before the router sees them, so that this one stands outside of it.
    let routes =
        MapRequestLayer::new(tidy_scim_path).layer(console.nest("/scim", scim).merge(health).merge(events));
    Router::new().fallback_service(routes).layer(
        // From the outside in: what every answer carries, then the id, which the log names, then the client's
        // address, which the log names too.
        ServiceBuilder::new()
            .layer(from_fn_with_state(
                state.public_url().is_https(),
                security_headers::add,
            ))
            .layer(from_fn_with_state(state.clone(), request_log::identify))
            .layer(from_fn_with_state(state.clone(), client_address::find))
            .layer(from_fn(request_log::log))
            .layer(from_fn_with_state(state.clone(), host::answer_probe)),
    )
}

fn log_panic(panic: &(dyn Any + Send)) {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    tracing::error!(panic = message, "a request was given up: {message}");
}

/// Administrators paste the base URL with a slash at the end, and identity providers put another one before
/// `Users`: below `/scim`, empty segments of a path mean nothing.
fn tidy_scim_path<B>(mut request: http::Request<B>) -> http::Request<B> {
    let path = request.uri().path();
    let mut segments = path.split('/').filter(|segment| !segment.is_empty()).peekable();
    let is_tidy = !path.contains("//") && !path.ends_with('/');
    if is_tidy || segments.peek() != Some(&"scim") {
        return request;
    }
    let mut tidy = segments.fold(String::with_capacity(path.len()), |tidy, segment| {
        tidy + "/" + segment
    });
    if let Some(query) = request.uri().query() {
        tidy.push('?');
        tidy.push_str(query);
    }
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = tidy.parse().ok();
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_the_scim_api_are_tidied() {
        for (path, expected) in [
            ("/scim/v2/a/Users", "/scim/v2/a/Users"),
            ("/scim/v2/a/Users/", "/scim/v2/a/Users"),
            (
                "//scim//v2/a///Users//?count=1&filter=a//b/",
                "/scim/v2/a/Users?count=1&filter=a//b/",
            ),
            ("/accounts/", "/accounts/"),
            ("//accounts", "//accounts"),
            ("/", "/"),
        ] {
            let request = http::Request::builder().uri(path).body(()).unwrap();
            assert_eq!(tidy_scim_path(request).uri().to_string(), expected, "{path}");
        }
    }
}

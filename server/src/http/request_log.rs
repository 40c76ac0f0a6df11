//! A log line for each request: what was asked and answered, never a token, a body or a one-time link.

use std::borrow::Cow;
use std::time::Instant;

use app::ClientAddress;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderValue};
use tracing::Instrument;

use crate::state::AppState;

/// The name of the header that carries a request's id.
pub(super) const REQUEST_ID: &str = "x-request-id";

/// The longest id that is taken over from a proxy, in bytes.
const LONGEST_REQUEST_ID: usize = 64;

/// The parts of the console whose next segment is a secret.
const SECRET_BELOW: [&str; 4] = ["/start/", "/link/", "/setup/", "/events/setup/"];

/// Gives the request an id, the proxy's where it sent one that can be logged, and the answer the same.
pub(super) async fn identify(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let given = request.headers().get(REQUEST_ID).filter(|id| {
        let id = id.as_bytes();
        (1..=LONGEST_REQUEST_ID).contains(&id.len())
            && id
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
    });
    let id = given.cloned().unwrap_or_else(|| new_id(&state));
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let mut response = next.run(request).await;
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

fn new_id(state: &AppState) -> HeaderValue {
    let now = state.directory().now();
    let seconds = u64::try_from(now.as_second()).unwrap_or(0);
    let nanoseconds = u32::try_from(now.subsec_nanosecond()).unwrap_or(0);
    let id = uuid::Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanoseconds));
    HeaderValue::try_from(id.to_string()).expect("a UUID is visible ASCII")
}

/// Logs the request once it is answered; lines from within carry its id. The query is left out: it names people.
pub(super) async fn log(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let path = without_secret(request.uri().path()).into_owned();
    let id = request_id(request.headers()).to_owned();
    let client = request
        .extensions()
        .get::<ClientAddress>()
        .map(|ClientAddress(address)| address.to_string());
    let span = tracing::info_span!("request", id, client = client.as_deref().unwrap_or_default());
    let response = next.run(request).instrument(span.clone()).await;
    let status = response.status();
    let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    // What goes well is in the console's own log and in counts: a line each would drown the rest.
    let _entered = span.entered();
    if status.is_server_error() {
        tracing::warn!(%method, path, status = status.as_u16(), ms, "{method} {path} answered {status}");
    } else if status.is_client_error() {
        tracing::info!(%method, path, status = status.as_u16(), ms, "{method} {path} answered {status}");
    } else {
        tracing::debug!(%method, path, status = status.as_u16(), ms, "{method} {path} answered {status}");
    }
    response
}

/// The id that the request came with, or was given.
pub(super) fn request_id(headers: &HeaderMap) -> &str {
    headers
        .get(REQUEST_ID)
        .and_then(|id| id.to_str().ok())
        .unwrap_or_default()
}

fn without_secret(path: &str) -> Cow<'_, str> {
    match SECRET_BELOW.iter().find(|parent| path.starts_with(*parent)) {
        Some(parent) => Cow::Owned(format!("{parent}…")),
        None => Cow::Borrowed(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_of_a_link_is_not_logged() {
        assert_eq!(without_secret("/start/rs_secret"), "/start/…");
        assert_eq!(without_secret("/link/rl_secret/more"), "/link/…");
        assert_eq!(without_secret("/setup/rs_secret"), "/setup/…");
        assert_eq!(without_secret("/events/setup/rs_secret"), "/events/setup/…");
        assert_eq!(without_secret("/accounts"), "/accounts");
        assert_eq!(without_secret("/scim/v2/a/Users"), "/scim/v2/a/Users");
    }
}

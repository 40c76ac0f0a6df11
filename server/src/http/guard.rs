//! What every request to the console goes through, and how it is refused: in words, to a browser without script as a
//! page and to the console's own code as an error that it shows.

use std::any::Any;
use std::time::Duration;

use app::ConsoleError;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{Html, IntoResponse, Response};
use axum::{Json, Router};
use http::{HeaderMap, StatusCode, header};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;

use super::log_panic;
use crate::state::AppState;

/// The largest form of the console, in bytes: for the preview, twenty thousand users as Entra exports them. It has to
/// arrive within the time limit.
const LARGEST_FORM: usize = 8 * 1024 * 1024;

/// The routes with all layers of the console; what takes `longest` until it begins to answer is answered 503.
pub(super) fn guarded(routes: Router, state: &AppState, longest: Duration) -> Router {
    routes.layer(
        // From the outside in. Compression is outermost, over pages and refusals alike. A panic is caught outside the
        // time limit. Then what refuses without reading a body, cheapest first.
        ServiceBuilder::new()
            .layer(CompressionLayer::new())
            .layer(CatchPanicLayer::custom(|panic: Box<dyn Any + Send>| {
                log_panic(&*panic);
                page(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Something went wrong in Rollcall. Its log says what.",
                )
            }))
            .layer(from_fn_with_state(longest, time_limit))
            .layer(from_fn(explain_too_large))
            .layer(RequestBodyLimitLayer::new(LARGEST_FORM))
            // Server functions would stop at axum's own 2 MB.
            .layer(DefaultBodyLimit::disable())
            .layer(csrf(state)),
    )
}

/// Refuses what another site lets a browser send. Requests without `Origin` and `Sec-Fetch-Site` pass: no browser
/// sent them.
fn csrf(
    state: &AppState,
) -> CsrfLayer<impl Fn(tower_http::csrf::ProtectionError) -> Response + Clone + use<>> {
    CsrfLayer::new()
        .add_trusted_origin(state.public_url().to_string())
        .expect("the public URL was checked to be an origin")
        .with_rejection_response(|_| {
            page(
                StatusCode::FORBIDDEN,
                "This request came from another site, so it was not carried out. Open Rollcall at its own address and try again.",
            )
        })
}

/// Answers who would wait for ever. What was asked for may still happen.
async fn time_limit(State(longest): State<Duration>, request: Request, next: Next) -> Response {
    let (takes_page, reads) = (takes_page(request.headers()), request.method().is_safe());
    let answered = tokio::time::timeout(longest, next.run(request)).await;
    answered.unwrap_or_else(|_| {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        match (takes_page, reads) {
            (true, true) => page(status, "Rollcall did not answer in time. Load the page again."),
            (true, false) => page(
                status,
                "Rollcall did not answer in time. Look whether it was done before you do it again.",
            ),
            (false, _) => (status, Json(ConsoleError::TimedOut)).into_response(),
        }
    })
}

/// Says that a form was too large.
async fn explain_too_large(request: Request, next: Next) -> Response {
    let takes_page = takes_page(request.headers());
    let response = next.run(request).await;
    if response.status() != StatusCode::PAYLOAD_TOO_LARGE {
        response
    } else if takes_page {
        page(
            StatusCode::PAYLOAD_TOO_LARGE,
            "What was sent is larger than 8 MB, so nothing was done with it. Go back and send less at a time.",
        )
    } else {
        (StatusCode::PAYLOAD_TOO_LARGE, Json(ConsoleError::TooLarge)).into_response()
    }
}

/// Whether a browser asks for a page, and not the console's own code for data.
fn takes_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accepted| accepted.to_str().ok())
        .is_some_and(|accepted| accepted.contains("text/html"))
}

/// A page for what happens outside of the console's own pages.
fn page(status: StatusCode, sentence: &'static str) -> Response {
    let title = status.canonical_reason().unwrap_or("Error");
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} · Rollcall</title></head>\
         <body><main><h1>{title}</h1><p>{sentence}</p><p><a href=\"/\">Back to Rollcall</a></p></main></body></html>\n"
    );
    (status, Html(html)).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::routing::any;
    use directory::{Clock, Directory, OpenOptions};
    use http::Method;
    use tower::ServiceExt as _;

    use super::*;
    use crate::http::Files;
    use crate::state::Settings;

    /// What never ends, behind everything that guards the console.
    async fn never_ends(folder: &tempfile::TempDir) -> Router {
        let directory = Directory::open(OpenOptions {
            data: folder.path().to_owned(),
            clock: Clock::system(),
        });
        let settings = Settings {
            public_url: "https://rollcall.test".parse().unwrap(),
            trusted_proxies: Vec::new(),
            rate_limit: crate::config::RateLimit(None),
            listening: None,
            support_contact: None,
            files: Files::on_disk(),
        };
        let state = AppState::new(directory.await.unwrap(), settings);
        let routes = Router::new().route("/never-ends", any(std::future::pending::<()>));
        guarded(routes, &state, Duration::from_millis(1))
    }

    #[tokio::test]
    async fn what_never_ends_is_answered_as_a_page_or_as_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let routes = never_ends(&folder).await;
        let answer = async |method: Method, accept: &str| {
            let request = Request::builder()
                .method(method)
                .uri("/never-ends")
                .header(header::ACCEPT, accept)
                .body(Body::empty())
                .unwrap();
            let answer = routes.clone().oneshot(request).await.unwrap();
            assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
            let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
            String::from_utf8(body.to_vec()).unwrap()
        };
        let page = answer(Method::GET, "text/html,*/*;q=0.8").await;
        assert!(page.contains("Load the page again"), "{page}");
        let page = answer(Method::POST, "text/html,*/*;q=0.8").await;
        assert!(page.contains("Look whether it was done"), "{page}");
        let error = answer(Method::POST, "application/json").await;
        let error: ConsoleError = serde_json::from_str(&error).unwrap();
        assert_eq!(error, ConsoleError::TimedOut);
    }
}

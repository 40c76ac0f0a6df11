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

/// The largest form of the console, in bytes: for the preview, twenty thousand users as Entra exports them.
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
    let takes_page = takes_page(request.headers());
    let path = request.uri().path().to_owned();
    if let Ok(response) = tokio::time::timeout(longest, next.run(request)).await {
        return response;
    }
    tracing::error!("{path} was not answered within {} s", longest.as_secs());
    if takes_page {
        page(
            StatusCode::SERVICE_UNAVAILABLE,
            "Rollcall did not answer in time. What you sent may still be carried out: look before you send it again.",
        )
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, Json(ConsoleError::TimedOut)).into_response()
    }
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
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;

    /// The answer to a request for something that never ends.
    async fn answer_in_time(accept: &str) -> (StatusCode, String) {
        let routes = Router::new()
            .route("/never-ends", get(std::future::pending::<()>))
            .layer(from_fn_with_state(Duration::from_millis(1), time_limit));
        let request = Request::get("/never-ends")
            .header(header::ACCEPT, accept)
            .body(Body::empty())
            .unwrap();
        let answer = routes.oneshot(request).await.unwrap();
        let status = answer.status();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn what_never_ends_is_answered_as_a_page_or_as_an_error() {
        let (status, page) = answer_in_time("text/html,*/*;q=0.8").await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(page.contains("did not answer in time"), "{page}");
        let (status, error) = answer_in_time("application/json").await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        let error: ConsoleError = serde_json::from_str(&error).unwrap();
        assert_eq!(error, ConsoleError::TimedOut);
    }
}

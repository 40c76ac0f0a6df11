//! For whoever watches: is it alive, and can it work?

use axum::extract::State;
use http::StatusCode;

use crate::state::AppState;

/// `GET /healthz`: the process answers.
pub(super) async fn alive() -> &'static str {
    "ok"
}

/// `GET /readyz`: the store answers too; its schema was brought up to date before the first request.
pub(super) async fn ready(State(state): State<AppState>) -> (StatusCode, &'static str) {
    match state.directory().ready().await {
        Ok(()) => (StatusCode::OK, "ok"),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the store does not answer"
            );
            (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer")
        }
    }
}

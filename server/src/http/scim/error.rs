//! How a refusal becomes an answer: the only place where an error gets its headers.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use scim::ScimError;

use super::answer::json;

/// Told to every request without a valid token, whatever is wrong with it.
const UNAUTHORIZED: &str = "The token is missing or not valid for this base URL. Generate a token under Identity and access in Rollcall.";

/// When to come back where the server is at its limits.
const COME_BACK: Duration = Duration::from_secs(5);

/// A refusal on its way to the client.
#[derive(Debug)]
pub(super) struct Failure {
    error: ScimError,
    retry_after: Option<Duration>,
}

impl Failure {
    /// 401, always the same.
    pub(super) fn unauthorized() -> Self {
        ScimError::unauthorized(UNAUTHORIZED).into()
    }

    /// 429, with the wait that the rate limit says.
    pub(super) fn too_many_requests(wait: Duration) -> Self {
        let error =
            ScimError::too_many_requests("Too many requests; wait as long as the Retry-After header says.");
        Self {
            error,
            retry_after: Some(wait),
        }
    }

    /// 503: the server could not do it in time.
    pub(super) fn busy() -> Self {
        let error = ScimError {
            status: StatusCode::SERVICE_UNAVAILABLE.as_u16(),
            scim_type: None,
            detail: "Rollcall could not answer in time; send the request again.".to_owned(),
        };
        Self {
            error,
            retry_after: Some(COME_BACK),
        }
    }
}

impl From<ScimError> for Failure {
    fn from(error: ScimError) -> Self {
        Self {
            error,
            retry_after: None,
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = json(status, &self.error.to_json());
        if status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(wait) = self.retry_after {
            // Whole seconds (RFC 9110 §10.2.3), and never too early.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        response
    }
}

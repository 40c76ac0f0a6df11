//! Who is calling: an extractor that every handler of the SCIM API starts with.

use std::time::Instant;

use app::ClientAddress;
use axum::extract::FromRequestParts;
use directory::log::Request;
use directory::provisioning::Provisioning;
use directory::{Bearer, DirectoryError, TokenRefusal};
use http::header::{AUTHORIZATION, USER_AGENT};
use http::request::Parts;
use scim::{ScimError, Tolerance};
use serde_json::Value;

use super::error::Failure;
use crate::http::request_log::request_id;
use crate::state::AppState;

/// Told to the account's own valid token alone.
const SWITCHED_OFF: &str =
    "Provisioning is switched off for this account. Switch it on under Identity and access in Rollcall.";

const READ_ONLY: &str = "This token may only read. Give the identity provider a token that may write; generate one under Identity and access in Rollcall.";

/// Whoever sent the request, by a token that is valid for the path's account.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    state: AppState,
    bearer: Bearer,
    request: Request,
}

/// A [`Caller`] whose token may write.
#[derive(Debug)]
pub(super) struct Writer(pub(super) Caller);

impl Caller {
    /// What the caller may do in the directory.
    pub(super) fn provisioning(&self) -> Provisioning<'_> {
        self.state
            .directory()
            .provisioning(&self.bearer, self.request.clone())
    }

    /// What this request is granted in reading it.
    pub(super) fn tolerance(&self, body: Option<&Value>) -> Tolerance {
        self.provisioning().tolerance(body)
    }

    /// The caller of one operation of a bulk request, which the log shows as a request of its own.
    pub(super) fn on_behalf(&self, method: &str, path: &str) -> Self {
        let mut caller = self.clone();
        method.clone_into(&mut caller.request.method);
        path.clone_into(&mut caller.request.path);
        caller.request.arrived = Some(Instant::now());
        caller
    }

    /// Whether the caller's token may only read.
    pub(super) fn is_read_only(&self) -> bool {
        self.bearer.read_only
    }

    /// The method of the request.
    pub(super) fn method(&self) -> &str {
        &self.request.method
    }

    /// The account's SCIM base URL, from which every address in an answer is made.
    pub(super) fn base_url(&self) -> String {
        self.state.public_url().scim_base(self.bearer.account)
    }

    /// Records that the request is refused, and gives what to answer.
    pub(super) async fn refuse(&self, error: ScimError) -> Failure {
        self.provisioning().refuse(error).await.into()
    }

    /// The value, or else the recorded refusal.
    pub(super) async fn checked<T>(&self, result: Result<T, ScimError>) -> Result<T, Failure> {
        match result {
            Ok(value) => Ok(value),
            Err(error) => Err(self.refuse(error).await),
        }
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let (account, below) = split_path(parts.uri.path());
        let path = match parts.uri.query() {
            Some(query) => format!("{below}?{query}"),
            None => below.to_owned(),
        };
        let text = |name| {
            parts
                .headers
                .get(name)
                .map(|value| String::from_utf8_lossy(value.as_bytes()))
        };
        let address = parts
            .extensions
            .get::<ClientAddress>()
            .map(|ClientAddress(address)| address.to_string());
        let request = Request {
            method: parts.method.to_string(),
            path,
            id: request_id(&parts.headers).to_owned(),
            address: address.unwrap_or_default(),
            agent: text(USER_AGENT).unwrap_or_default().into_owned(),
            arrived: Some(Instant::now()),
        };
        let authorization = text(AUTHORIZATION);
        let directory = state.directory();
        let answer = directory
            .authenticate(account, authorization.as_deref(), &request)
            .await;
        let bearer = match answer {
            Ok(Ok(bearer)) => bearer,
            Ok(Err(TokenRefusal::SwitchedOff(bearer))) => {
                let provisioning = directory.provisioning(&bearer, request);
                return Err(provisioning
                    .refuse(ScimError::forbidden(SWITCHED_OFF))
                    .await
                    .into());
            }
            Ok(Err(refusal)) => {
                tracing::debug!(?refusal, "a request without a valid token was refused");
                return Err(Failure::unauthorized());
            }
            Err(error) => return Err(store_failed(&error)),
        };
        state
            .rate_limiter()
            .check(bearer.account)
            .map_err(Failure::too_many_requests)?;
        Ok(Self {
            state: state.clone(),
            bearer,
            request,
        })
    }
}

impl FromRequestParts<AppState> for Writer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let caller = Caller::from_request_parts(parts, state).await?;
        if caller.is_read_only() {
            return Err(caller.refuse(ScimError::forbidden(READ_ONLY)).await);
        }
        Ok(Self(caller))
    }
}

/// The account in a path relative to `/scim`, and what follows it: `/v2/<account>/Users` gives `<account>` and
/// `/Users`. A path of another form names no account, so that no token fits.
fn split_path(path: &str) -> (&str, &str) {
    let rest = path.strip_prefix("/v2/").unwrap_or_default();
    rest.split_at(rest.find('/').unwrap_or(rest.len()))
}

fn store_failed(error: &DirectoryError) -> Failure {
    tracing::error!(
        error = error as &dyn std::error::Error,
        "a token could not be checked"
    );
    Failure::busy()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_the_first_segment_below_the_version() {
        for (path, expected) in [
            ("/v2/a/Users/u", ("a", "/Users/u")),
            ("/v2/a", ("a", "")),
            ("/v2", ("", "")),
            ("/v1/a/Users", ("", "")),
            ("/", ("", "")),
        ] {
            assert_eq!(split_path(path), expected, "{path}");
        }
    }
}

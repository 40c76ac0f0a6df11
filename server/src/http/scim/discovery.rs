//! What this server can do (RFC 7644 §4).

use axum::response::Response;
use directory::provisioning::CURSOR_TIMEOUT;
use http::StatusCode;
use scim::{ScimError, discovery, list_response};
use serde_json::Value;

use super::Answer;
use super::answer::json;
use super::auth::Caller;
use super::bulk::MOST_OPERATIONS;
use super::error::Failure;
use super::extract::{Id, Parameters};
use super::search::{DEFAULT_PAGE, LARGEST_PAGE};
use crate::http::LARGEST_BODY;

/// `GET /ServiceProviderConfig`
pub(super) async fn service_provider_config(caller: Caller, parameters: Parameters) -> Answer {
    refuse_filter(&caller, &parameters).await?;
    let limits = discovery::Limits {
        max_results: LARGEST_PAGE,
        default_page_size: DEFAULT_PAGE,
        max_operations: MOST_OPERATIONS,
        max_payload_size: LARGEST_BODY,
        cursor_timeout: CURSOR_TIMEOUT.into(),
    };
    Ok(json(
        StatusCode::OK,
        &discovery::service_provider_config(&caller.base_url(), &limits),
    ))
}

/// `GET /Schemas`
pub(super) async fn schemas(caller: Caller, parameters: Parameters) -> Answer {
    refuse_filter(&caller, &parameters).await?;
    Ok(all(discovery::schemas(&caller.base_url(), caller.is_read_only())))
}

/// `GET /Schemas/{urn}`
pub(super) async fn schema(caller: Caller, Id(id): Id) -> Answer {
    let found = discovery::schema(&id, &caller.base_url(), caller.is_read_only());
    one(&caller, found, &id).await
}

/// `GET /ResourceTypes`
pub(super) async fn resource_types(caller: Caller, parameters: Parameters) -> Answer {
    refuse_filter(&caller, &parameters).await?;
    Ok(all(discovery::resource_types(
        &caller.base_url(),
        caller.is_read_only(),
    )))
}

/// `GET /ResourceTypes/{name}`
pub(super) async fn resource_type(caller: Caller, Id(name): Id) -> Answer {
    one(
        &caller,
        discovery::resource_type(&name, &caller.base_url(), caller.is_read_only()),
        &name,
    )
    .await
}

/// RFC 7644 §4: a filter is refused, so that no client believes it was applied.
async fn refuse_filter(caller: &Caller, parameters: &Parameters) -> Result<(), Failure> {
    if !parameters.has_filter() {
        return Ok(());
    }
    Err(caller
        .refuse(ScimError::forbidden(
            "There is no filter here; leave it out and pick from the list.",
        ))
        .await)
}

/// Everything is on one page: sorting, paging and attribute parameters do not count here (RFC 7644 §4).
fn all(resources: Vec<Value>) -> Response {
    json(StatusCode::OK, &list_response(resources.len(), 1, resources))
}

async fn one(caller: &Caller, found: Option<Value>, id: &str) -> Answer {
    let error = || {
        ScimError::not_found(format!(
            "There is no '{id}' here; the list without an id has all."
        ))
    };
    let found = caller.checked(found.ok_or_else(error)).await?;
    Ok(json(StatusCode::OK, &found))
}

//! `/Users` and `/Groups` (RFC 7644 §3.2 to §3.6): the same handlers serve both.

use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use directory::provisioning::{IfMatch, References, StoredResource};
use http::{HeaderMap, StatusCode};
use scim::{Projection, ResourceType, ScimError, render};
use serde_json::Value;

use super::Answer;
use super::answer::{self, if_match, not_modified};
use super::auth::{Caller, Writer};
use super::extract::{Id, Parameters, Payload};
use super::search;
use crate::state::AppState;

/// The largest group that a PATCH answers with: beyond, the answer would cost more than the change.
const LARGEST_GROUP_IN_ANSWER: u64 = 1000;

/// What `/Users` or `/Groups` answers.
pub(super) fn collection(kind: ResourceType) -> MethodRouter<AppState> {
    get(async move |caller: Caller, parameters: Parameters| {
        search::answer(&caller, &[kind], parameters.into_search()).await
    })
    .post(
        async move |Writer(caller): Writer, parameters: Parameters, payload: Payload| {
            let projection = caller.checked(parameters.projection(kind)).await?;
            let document = payload.read(&caller).await?;
            let stored = create(&caller, kind, document).await?;
            let stored = with_references(&caller, stored, &projection).await;
            let meta = stored.meta(&caller.base_url());
            Ok::<_, super::Failure>(answer::created(&meta, &body(&caller, &stored, &projection)))
        },
    )
}

/// What one resource's address answers.
pub(super) fn resource(kind: ResourceType) -> MethodRouter<AppState> {
    get(
        async move |caller: Caller, Id(id): Id, parameters: Parameters, headers: HeaderMap| {
            read(&caller, kind, &id, &parameters, &headers).await
        },
    )
    .put(
        async move |Writer(caller): Writer, Id(id): Id, parameters: Parameters, payload: Payload| {
            let projection = caller.checked(parameters.projection(kind)).await?;
            let if_match = if_match(payload.headers());
            let document = payload.read(&caller).await?;
            let stored = replace(&caller, kind, &id, document, if_match).await?;
            let stored = with_references(&caller, stored, &projection).await;
            Ok::<_, super::Failure>(changed(&caller, &stored, &projection))
        },
    )
    .patch(
        async move |Writer(caller): Writer, Id(id): Id, parameters: Parameters, payload: Payload| {
            let projection = caller.checked(parameters.projection(kind)).await?;
            let if_match = if_match(payload.headers());
            let document = payload.read(&caller).await?;
            let stored = patch(&caller, kind, &id, document, if_match).await?;
            if is_large(&stored) && projection.is_default() {
                // RFC 7644 §3.5.2: 204 unless the client names the attributes that it wants.
                return Ok(answer::no_content(&stored.meta(&caller.base_url())));
            }
            let stored = with_references(&caller, stored, &projection).await;
            Ok::<_, super::Failure>(changed(&caller, &stored, &projection))
        },
    )
    .delete(
        async move |Writer(caller): Writer, Id(id): Id, headers: HeaderMap| {
            delete(&caller, kind, &id, if_match(&headers)).await?;
            Ok::<_, super::Failure>(StatusCode::NO_CONTENT)
        },
    )
}

async fn read(
    caller: &Caller,
    kind: ResourceType,
    id: &str,
    parameters: &Parameters,
    headers: &HeaderMap,
) -> Answer {
    let projection = caller.checked(parameters.projection(kind)).await?;
    let stored = caller
        .provisioning()
        .get(kind, id, references(&projection))
        .await?;
    let meta = stored.meta(&caller.base_url());
    Ok(not_modified(headers, &meta).unwrap_or_else(|| changed(caller, &stored, &projection)))
}

/// POST: a user is created, or the manual one of this username converted.
pub(super) async fn create(
    caller: &Caller,
    kind: ResourceType,
    document: Value,
) -> Result<StoredResource, ScimError> {
    let provisioning = caller.provisioning();
    Ok(match kind {
        ResourceType::User => StoredResource::User(provisioning.create_user(document).await?.user),
        ResourceType::Group => StoredResource::Group(provisioning.create_group(document).await?),
    })
}

/// PUT.
pub(super) async fn replace(
    caller: &Caller,
    kind: ResourceType,
    id: &str,
    document: Value,
    if_match: IfMatch,
) -> Result<StoredResource, ScimError> {
    let provisioning = caller.provisioning();
    Ok(match kind {
        ResourceType::User => StoredResource::User(provisioning.replace_user(id, document, if_match).await?),
        ResourceType::Group => {
            StoredResource::Group(provisioning.replace_group(id, document, if_match).await?)
        }
    })
}

/// PATCH.
pub(super) async fn patch(
    caller: &Caller,
    kind: ResourceType,
    id: &str,
    document: Value,
    if_match: IfMatch,
) -> Result<StoredResource, ScimError> {
    let provisioning = caller.provisioning();
    Ok(match kind {
        ResourceType::User => StoredResource::User(provisioning.patch_user(id, document, if_match).await?),
        ResourceType::Group => StoredResource::Group(provisioning.patch_group(id, document, if_match).await?),
    })
}

/// DELETE.
pub(super) async fn delete(
    caller: &Caller,
    kind: ResourceType,
    id: &str,
    if_match: IfMatch,
) -> Result<(), ScimError> {
    match kind {
        ResourceType::User => caller.provisioning().delete_user(id, if_match).await,
        ResourceType::Group => caller.provisioning().delete_group(id, if_match).await,
    }
}

/// What has to be read for an answer of this form.
pub(super) fn references(projection: &Projection) -> References {
    References {
        groups: projection.wants("groups"),
        roles: projection.asks_for(scim::urn::ROLLCALL_USER, "effectiveRoles"),
        members: projection.wants("members"),
    }
}

/// The resource as the caller sees it.
pub(super) fn body(caller: &Caller, stored: &StoredResource, projection: &Projection) -> Value {
    let base_url = caller.base_url();
    render(
        stored.resource(),
        &stored.meta(&base_url),
        stored.supplied(&base_url, caller.is_read_only()),
        projection,
    )
}

fn changed(caller: &Caller, stored: &StoredResource, projection: &Projection) -> Response {
    answer::resource(
        StatusCode::OK,
        &stored.meta(&caller.base_url()),
        &body(caller, stored, projection),
    )
    .into_response()
}

fn is_large(stored: &StoredResource) -> bool {
    matches!(stored, StoredResource::Group(group) if group.member_count > LARGEST_GROUP_IN_ANSWER)
}

/// A group with its members, where the answer carries them. A write does not read them; if the group is gone by now,
/// what was written is still the answer.
async fn with_references(caller: &Caller, stored: StoredResource, projection: &Projection) -> StoredResource {
    match &stored {
        StoredResource::Group(group) if group.members.is_none() && projection.wants("members") => caller
            .provisioning()
            .get(ResourceType::Group, &stored.id(), references(projection))
            .await
            .unwrap_or(stored),
        _ => stored,
    }
}

//! `/Users` (RFC 7644 §3.2 to §3.6).

use axum::response::{IntoResponse, Response};
use directory::ManagedBy;
use directory::provisioning::{Membership, StoredUser};
use http::{HeaderMap, StatusCode};
use scim::{Meta, Projection, ResourceType, Supplied, list_response, render};
use serde_json::{Value, json};

use super::Answer;
use super::answer::{created, if_match, not_modified, resource};
use super::auth::{Caller, Writer};
use super::extract::{Id, Parameters, Payload};

const USER: ResourceType = ResourceType::User;

/// `GET /Users`
pub(super) async fn list(caller: Caller, parameters: Parameters) -> Answer {
    let projection = caller.checked(parameters.projection(USER)).await?;
    let query = caller
        .checked(parameters.list_query(USER, projection.wants("groups")))
        .await?;
    let users = caller.provisioning().list_users(&query).await?;
    let resources = users
        .items
        .iter()
        .map(|user| body(&caller, user, &meta(&caller, user), &projection))
        .collect();
    Ok(super::answer::json(
        StatusCode::OK,
        &list_response(users.total, query.page.start_index, resources),
    ))
}

/// `GET /Users/{id}`
pub(super) async fn get(caller: Caller, Id(id): Id, parameters: Parameters, headers: HeaderMap) -> Answer {
    let projection = caller.checked(parameters.projection(USER)).await?;
    let user = caller
        .provisioning()
        .get_user(&id, projection.wants("groups"))
        .await?;
    let meta = meta(&caller, &user);
    Ok(not_modified(&headers, &meta)
        .unwrap_or_else(|| resource(StatusCode::OK, &meta, &body(&caller, &user, &meta, &projection))))
}

/// `POST /Users`: the user is created, or the manual one of this username converted.
pub(super) async fn create(Writer(caller): Writer, parameters: Parameters, payload: Payload) -> Answer {
    let projection = caller.checked(parameters.projection(USER)).await?;
    let document = payload.read(&caller).await?;
    let user = caller.provisioning().create_user(document).await?.user;
    let meta = meta(&caller, &user);
    Ok(created(&meta, &body(&caller, &user, &meta, &projection)))
}

/// `PUT /Users/{id}`
pub(super) async fn replace(
    Writer(caller): Writer,
    Id(id): Id,
    parameters: Parameters,
    payload: Payload,
) -> Answer {
    let projection = caller.checked(parameters.projection(USER)).await?;
    let if_match = if_match(payload.headers());
    let document = payload.read(&caller).await?;
    let user = caller
        .provisioning()
        .replace_user(&id, document, if_match)
        .await?;
    Ok(changed(&caller, &user, &projection))
}

/// `PATCH /Users/{id}`
pub(super) async fn patch(
    Writer(caller): Writer,
    Id(id): Id,
    parameters: Parameters,
    payload: Payload,
) -> Answer {
    let projection = caller.checked(parameters.projection(USER)).await?;
    let if_match = if_match(payload.headers());
    let document = payload.read(&caller).await?;
    let user = caller.provisioning().patch_user(&id, document, if_match).await?;
    Ok(changed(&caller, &user, &projection))
}

/// `DELETE /Users/{id}`
pub(super) async fn delete(Writer(caller): Writer, Id(id): Id, headers: HeaderMap) -> Answer {
    caller.provisioning().delete_user(&id, if_match(&headers)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn changed(caller: &Caller, user: &StoredUser, projection: &Projection) -> Response {
    let meta = meta(caller, user);
    resource(StatusCode::OK, &meta, &body(caller, user, &meta, projection))
}

fn meta(caller: &Caller, user: &StoredUser) -> Meta {
    Meta {
        id: user.id.to_string(),
        resource_type: USER,
        created: user.created_at,
        last_modified: user.modified_at,
        version: user.version,
        location: format!("{}/Users/{}", caller.base_url(), user.id),
    }
}

/// The user as the caller sees it. Who manages it is for apps that read, which see manual users too: an identity
/// provider would send it back.
fn body(caller: &Caller, user: &StoredUser, meta: &Meta, projection: &Projection) -> Value {
    let managed_by = caller.is_read_only().then_some(match user.managed_by {
        ManagedBy::Manual => "manual",
        ManagedBy::Scim => "scim",
    });
    let groups = projection
        .wants("groups")
        .then(|| groups(&caller.base_url(), &user.groups));
    render(
        &user.resource,
        meta,
        Supplied {
            groups,
            members: None,
            managed_by,
        },
        projection,
    )
}

/// RFC 7643 §4.1.2, `groups`.
fn groups(base_url: &str, memberships: &[Membership]) -> Value {
    let values = memberships.iter().map(|membership| {
        json!({
            "value": membership.group.id.to_string(),
            "$ref": format!("{base_url}/Groups/{}", membership.group.id),
            "display": membership.group.display_name,
            "type": if membership.direct { "direct" } else { "indirect" },
        })
    });
    values.collect()
}

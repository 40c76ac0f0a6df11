//! `/Groups` (RFC 7644 §3.2 to §3.6).

use axum::response::IntoResponse;
use directory::provisioning::{StoredGroup, StoredMember};
use http::{HeaderMap, StatusCode};
use scim::{Meta, Projection, ResourceType, Supplied, list_response, render};
use serde_json::{Value, json};

use super::Answer;
use super::answer::{LARGEST_GROUP_IN_ANSWER, created, if_match, no_content, not_modified, resource};
use super::auth::{Caller, Writer};
use super::extract::{Id, Parameters, Payload};

const GROUP: ResourceType = ResourceType::Group;

/// `GET /Groups`
pub(super) async fn list(caller: Caller, parameters: Parameters) -> Answer {
    let projection = caller.checked(parameters.projection(GROUP)).await?;
    let query = caller
        .checked(parameters.list_query(GROUP, projection.wants("members")))
        .await?;
    let groups = caller.provisioning().list_groups(&query).await?;
    let resources = groups
        .items
        .iter()
        .map(|group| body(&caller, group, &meta(&caller, group), &projection))
        .collect();
    Ok(super::answer::json(
        StatusCode::OK,
        &list_response(groups.total, query.page.start_index, resources),
    ))
}

/// `GET /Groups/{id}`
pub(super) async fn get(caller: Caller, Id(id): Id, parameters: Parameters, headers: HeaderMap) -> Answer {
    let projection = caller.checked(parameters.projection(GROUP)).await?;
    let group = caller
        .provisioning()
        .get_group(&id, projection.wants("members"))
        .await?;
    let meta = meta(&caller, &group);
    Ok(not_modified(&headers, &meta)
        .unwrap_or_else(|| resource(StatusCode::OK, &meta, &body(&caller, &group, &meta, &projection))))
}

/// `POST /Groups`
pub(super) async fn create(Writer(caller): Writer, parameters: Parameters, payload: Payload) -> Answer {
    let projection = caller.checked(parameters.projection(GROUP)).await?;
    let document = payload.read(&caller).await?;
    let group = caller.provisioning().create_group(document).await?;
    let group = with_members(&caller, group, &projection).await;
    let meta = meta(&caller, &group);
    Ok(created(&meta, &body(&caller, &group, &meta, &projection)))
}

/// `PUT /Groups/{id}`
pub(super) async fn replace(
    Writer(caller): Writer,
    Id(id): Id,
    parameters: Parameters,
    payload: Payload,
) -> Answer {
    let projection = caller.checked(parameters.projection(GROUP)).await?;
    let if_match = if_match(payload.headers());
    let document = payload.read(&caller).await?;
    let group = caller
        .provisioning()
        .replace_group(&id, document, if_match)
        .await?;
    let group = with_members(&caller, group, &projection).await;
    let meta = meta(&caller, &group);
    Ok(resource(
        StatusCode::OK,
        &meta,
        &body(&caller, &group, &meta, &projection),
    ))
}

/// `PATCH /Groups/{id}`: answered 204 for a large group, unless the client names the attributes that it wants
/// (RFC 7644 §3.5.2).
pub(super) async fn patch(
    Writer(caller): Writer,
    Id(id): Id,
    parameters: Parameters,
    payload: Payload,
) -> Answer {
    let projection = caller.checked(parameters.projection(GROUP)).await?;
    let if_match = if_match(payload.headers());
    let document = payload.read(&caller).await?;
    let group = caller.provisioning().patch_group(&id, document, if_match).await?;
    if group.member_count > LARGEST_GROUP_IN_ANSWER && projection.is_default() {
        return Ok(no_content(&meta(&caller, &group)));
    }
    let group = with_members(&caller, group, &projection).await;
    let meta = meta(&caller, &group);
    Ok(resource(
        StatusCode::OK,
        &meta,
        &body(&caller, &group, &meta, &projection),
    ))
}

/// `DELETE /Groups/{id}`
pub(super) async fn delete(Writer(caller): Writer, Id(id): Id, headers: HeaderMap) -> Answer {
    caller
        .provisioning()
        .delete_group(&id, if_match(&headers))
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The group with its members, where the answer carries them. A write does not read them; if the group is gone by
/// now, what was written is still the answer.
async fn with_members(caller: &Caller, group: StoredGroup, projection: &Projection) -> StoredGroup {
    if group.members.is_some() || !projection.wants("members") {
        return group;
    }
    caller
        .provisioning()
        .get_group(&group.id.to_string(), true)
        .await
        .unwrap_or(group)
}

fn meta(caller: &Caller, group: &StoredGroup) -> Meta {
    Meta {
        id: group.id.to_string(),
        resource_type: GROUP,
        created: group.created_at,
        last_modified: group.modified_at,
        version: group.version,
        location: format!("{}/Groups/{}", caller.base_url(), group.id),
    }
}

fn body(caller: &Caller, group: &StoredGroup, meta: &Meta, projection: &Projection) -> Value {
    let members = group.members.as_ref().filter(|_| projection.wants("members"));
    let members = members.map(|members| render_members(&caller.base_url(), members));
    render(
        &group.resource,
        meta,
        Supplied {
            groups: None,
            members,
            managed_by: None,
        },
        projection,
    )
}

/// RFC 7643 §4.2, `members`.
fn render_members(base_url: &str, members: &[StoredMember]) -> Value {
    let values = members.iter().map(|member| {
        json!({
            "value": member.id,
            "$ref": format!("{base_url}{}/{}", member.kind.endpoint(), member.id),
            "display": member.display,
            "type": member.kind.name(),
        })
    });
    values.collect()
}

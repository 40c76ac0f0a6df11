//! From a stored resource to what a client sees.

use serde_json::{Map, Value, json};

use crate::meta::Meta;
use crate::projection::Projection;
use crate::resource::Resource;
use crate::urn;

/// Read-only values that the server supplies, already as JSON.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Supplied {
    /// `groups` of a user: `[{"value":…,"display":…,"type":"direct"}]`.
    pub groups: Option<Value>,
    /// `members` of a group: `[{"value":…,"type":"User"}]`.
    pub members: Option<Value>,
    /// `managedBy` of Rollcall's extension: `scim` or `manual`.
    pub managed_by: Option<&'static str>,
    /// `effectiveRoles` of Rollcall's extension: `[{"value":"administrator"}]`.
    pub effective_roles: Option<Value>,
}

/// The whole resource, as a filter and `sortBy` see it.
pub fn full(resource: &Resource, meta: &Meta, supplied: Supplied) -> Map<String, Value> {
    let kind = resource.kind();
    let mut whole = resource.attributes().clone();
    let present = |values: &Value| !values.is_null() && values.as_array().is_none_or(|list| !list.is_empty());
    if let Some(groups) = supplied.groups.filter(present) {
        whole.insert("groups".to_owned(), groups);
    }
    if let Some(members) = supplied.members.filter(present) {
        whole.insert("members".to_owned(), members);
    }
    let mut extension = Map::new();
    if let Some(managed_by) = supplied.managed_by {
        extension.insert("managedBy".to_owned(), managed_by.into());
    }
    if let Some(roles) = supplied.effective_roles.filter(present) {
        extension.insert("effectiveRoles".to_owned(), roles);
    }
    if !extension.is_empty() {
        whole.insert(urn::ROLLCALL_USER.to_owned(), extension.into());
    }
    // RFC 7643 §3.1: `schemas` names exactly the schemas that the resource has attributes of.
    let mut schemas = vec![kind.schema_urn()];
    schemas.extend(
        kind.extensions()
            .iter()
            .map(|schema| schema.urn)
            .filter(|urn| whole.contains_key(*urn)),
    );
    whole.insert("schemas".to_owned(), json!(schemas));
    whole.insert("id".to_owned(), meta.id.as_str().into());
    whole.insert("meta".to_owned(), meta.to_json());
    whole
}

/// The resource as an answer holds it.
pub fn render(resource: &Resource, meta: &Meta, supplied: Supplied, projection: &Projection) -> Value {
    Value::Object(projection.apply(resource.kind(), full(resource, meta, supplied)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::ResourceType;

    fn meta(resource_type: ResourceType) -> Meta {
        Meta {
            id: "1".to_owned(),
            resource_type,
            created: "2026-01-31T12:00:00Z".parse().unwrap(),
            last_modified: "2026-02-01T12:00:00.25Z".parse().unwrap(),
            version: 7,
            location: "https://rollcall.test/scim/v2/a-1/Users/1".to_owned(),
        }
    }

    #[test]
    fn a_whole_user() {
        let mut user = Resource::new_user("ada");
        user.set("manager", "u-9".into()).unwrap();
        let supplied = Supplied {
            groups: Some(json!([{"value": "g-1", "type": "direct"}])),
            managed_by: Some("manual"),
            ..Supplied::default()
        };
        assert_eq!(
            render(&user, &meta(ResourceType::User), supplied, &Projection::all()),
            json!({
                "schemas": [urn::USER, urn::ENTERPRISE_USER, urn::ROLLCALL_USER],
                "id": "1",
                "userName": "ada",
                "active": true,
                "groups": [{"value": "g-1", "type": "direct"}],
                urn::ENTERPRISE_USER: {"manager": {"value": "u-9"}},
                urn::ROLLCALL_USER: {"managedBy": "manual"},
                "meta": {
                    "resourceType": "User",
                    "created": "2026-01-31T12:00:00Z",
                    "lastModified": "2026-02-01T12:00:00.25Z",
                    "version": "W/\"7\"",
                    "location": "https://rollcall.test/scim/v2/a-1/Users/1",
                },
            })
        );
    }

    #[test]
    fn schemas_name_an_extension_exactly_while_it_has_a_value() {
        let meta = meta(ResourceType::User);
        let schemas = |user: &Resource| full(user, &meta, Supplied::default())["schemas"].clone();
        let mut user = Resource::new_user("ada");
        assert_eq!(schemas(&user), json!([urn::USER]));
        user.set("department", "R&D".into()).unwrap();
        assert_eq!(schemas(&user), json!([urn::USER, urn::ENTERPRISE_USER]));
        user.set("department", Value::Null).unwrap();
        assert_eq!(schemas(&user), json!([urn::USER]));
    }

    #[test]
    fn lists_without_entries_are_left_out() {
        let group = Resource::from_stored(ResourceType::Group, "{\"displayName\":\"Sales\"}").unwrap();
        let meta = meta(ResourceType::Group);
        let members = |members: Value| {
            let supplied = Supplied {
                members: Some(members),
                ..Supplied::default()
            };
            render(&group, &meta, supplied, &Projection::all())
                .get("members")
                .cloned()
        };
        assert_eq!(members(json!([])), None);
        assert_eq!(
            members(json!([{"value": "u-1"}])),
            Some(json!([{"value": "u-1"}]))
        );
    }
}

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
    if let Some(managed_by) = supplied.managed_by {
        whole.insert(urn::ROLLCALL_USER.to_owned(), json!({ "managedBy": managed_by }));
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

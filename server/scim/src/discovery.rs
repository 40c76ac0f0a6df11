//! `/ServiceProviderConfig`, `/ResourceTypes`, `/Schemas` (RFC 7644 §4), made from the definitions in
//! [`mod@schema`]. `base_url` is the SCIM base without a slash at its end. `for_reader`: whether the client is one that
//! only reads; Rollcall's own extension is supplied to these alone, and announced to nobody else.

use serde_json::{Map, Value, json};

use crate::schema::{self, Attribute, AttributeType, Mutability, ResourceType, Returned, Schema, Uniqueness};
use crate::urn;

/// The numbers that `/ServiceProviderConfig` announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// `filter.maxResults`, also the largest page.
    pub max_results: usize,
    /// Results on a page when the client does not say.
    pub default_page_size: usize,
    /// `bulk.maxOperations`. Some clients cut their group changes by it, so it must be a realistic number.
    pub max_operations: usize,
    /// `bulk.maxPayloadSize`, in bytes.
    pub max_payload_size: usize,
    /// `pagination.cursorTimeout`, in seconds.
    pub cursor_timeout: u64,
}

/// `/ServiceProviderConfig` (RFC 7643 §5).
pub fn service_provider_config(base_url: &str, limits: &Limits) -> Value {
    json!({
        "schemas": [urn::SERVICE_PROVIDER_CONFIG],
        "patch": {"supported": true},
        "bulk": {
            "supported": true,
            "maxOperations": limits.max_operations,
            "maxPayloadSize": limits.max_payload_size,
        },
        "filter": {"supported": true, "maxResults": limits.max_results},
        "changePassword": {"supported": false},
        "sort": {"supported": true},
        "etag": {"supported": true},
        // RFC 9865 §4.
        "pagination": {
            "index": true,
            "cursor": true,
            "defaultPaginationMethod": "index",
            "defaultPageSize": limits.default_page_size,
            "maxPageSize": limits.max_results,
            "cursorTimeout": limits.cursor_timeout,
        },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "A token of the connection in the Authorization header.",
            "specUri": "https://www.rfc-editor.org/rfc/rfc6750",
            "primary": true,
        }],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{base_url}/ServiceProviderConfig"),
        },
    })
}

/// The entries of `/ResourceTypes` (RFC 7643 §6).
pub fn resource_types(base_url: &str, for_reader: bool) -> Vec<Value> {
    ResourceType::ALL
        .into_iter()
        .map(|kind| resource_type_json(kind, base_url, for_reader))
        .collect()
}

/// `/ResourceTypes/{name}`, the name in any case.
pub fn resource_type(name: &str, base_url: &str, for_reader: bool) -> Option<Value> {
    ResourceType::from_name(name).map(|kind| resource_type_json(kind, base_url, for_reader))
}

/// The entries of `/Schemas` (RFC 7643 §7).
pub fn schemas(base_url: &str, for_reader: bool) -> Vec<Value> {
    schema::ALL
        .into_iter()
        .filter(|schema| is_announced(schema, for_reader))
        .map(|schema| schema_json(schema, base_url))
        .collect()
}

/// `/Schemas/{urn}`, the URN in any case.
pub fn schema(id: &str, base_url: &str, for_reader: bool) -> Option<Value> {
    let found = schema::ALL
        .into_iter()
        .find(|schema| schema.urn.eq_ignore_ascii_case(id) && is_announced(schema, for_reader))?;
    Some(schema_json(found, base_url))
}

fn is_announced(schema: &Schema, for_reader: bool) -> bool {
    for_reader || schema.urn != urn::ROLLCALL_USER
}

fn resource_type_json(kind: ResourceType, base_url: &str, for_reader: bool) -> Value {
    let mut body = json!({
        "schemas": [urn::RESOURCE_TYPE],
        "id": kind.name(),
        "name": kind.name(),
        "description": kind.schema().description,
        "endpoint": kind.endpoint(),
        "schema": kind.schema_urn(),
        "meta": {
            "resourceType": "ResourceType",
            "location": format!("{base_url}/ResourceTypes/{}", kind.name()),
        },
    });
    let extensions: Vec<Value> = kind
        .extensions()
        .iter()
        .filter(|schema| is_announced(schema, for_reader))
        .map(|schema| json!({"schema": schema.urn, "required": false}))
        .collect();
    if !extensions.is_empty() {
        body["schemaExtensions"] = extensions.into();
    }
    body
}

fn schema_json(schema: &Schema, base_url: &str) -> Value {
    json!({
        "schemas": [urn::SCHEMA],
        "id": schema.urn,
        "name": schema.name,
        "description": schema.description,
        "attributes": schema.attributes.iter().map(attribute_json).collect::<Vec<_>>(),
        "meta": {
            "resourceType": "Schema",
            "location": format!("{base_url}/Schemas/{}", schema.urn),
        },
    })
}

/// Only the characteristics that apply to the data type, and never `null`: Entra ID refuses it.
fn attribute_json(attribute: &Attribute) -> Value {
    let mut body = Map::new();
    body.insert("name".into(), attribute.name.into());
    body.insert("type".into(), type_name(attribute.data_type).into());
    body.insert("multiValued".into(), attribute.multi_valued.into());
    body.insert("description".into(), attribute.description.into());
    body.insert("required".into(), attribute.required.into());
    body.insert("mutability".into(), mutability_name(attribute.mutability).into());
    body.insert("returned".into(), returned_name(attribute.returned).into());
    match attribute.data_type {
        // No `caseExact` and no `uniqueness` on complex attributes (errata of RFC 7643).
        AttributeType::Complex => {
            let parts: Vec<Value> = attribute.sub_attributes.iter().map(attribute_json).collect();
            body.insert("subAttributes".into(), parts.into());
        }
        AttributeType::Boolean | AttributeType::DateTime => {}
        AttributeType::String | AttributeType::Reference | AttributeType::Binary => {
            body.insert("caseExact".into(), attribute.case_exact.into());
            body.insert("uniqueness".into(), uniqueness_name(attribute.uniqueness).into());
        }
    }
    if !attribute.canonical_values.is_empty() {
        body.insert("canonicalValues".into(), json!(attribute.canonical_values));
    }
    if !attribute.reference_types.is_empty() {
        body.insert("referenceTypes".into(), json!(attribute.reference_types));
    }
    body.into()
}

fn type_name(data_type: AttributeType) -> &'static str {
    match data_type {
        AttributeType::String => "string",
        AttributeType::Boolean => "boolean",
        AttributeType::DateTime => "dateTime",
        AttributeType::Reference => "reference",
        AttributeType::Binary => "binary",
        AttributeType::Complex => "complex",
    }
}

fn mutability_name(mutability: Mutability) -> &'static str {
    match mutability {
        Mutability::ReadOnly => "readOnly",
        Mutability::ReadWrite => "readWrite",
        Mutability::Immutable => "immutable",
        Mutability::WriteOnly => "writeOnly",
    }
}

fn returned_name(returned: Returned) -> &'static str {
    match returned {
        Returned::Always => "always",
        Returned::Never => "never",
        Returned::Default => "default",
        Returned::Request => "request",
    }
}

fn uniqueness_name(uniqueness: Uniqueness) -> &'static str {
    match uniqueness {
        Uniqueness::None => "none",
        Uniqueness::Server => "server",
        Uniqueness::Global => "global",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://rollcall.test/scim/v2/a-1";

    fn no_null(value: &Value) -> bool {
        match value {
            Value::Null => false,
            Value::Array(values) => values.iter().all(no_null),
            Value::Object(parts) => parts.values().all(no_null),
            _ => true,
        }
    }

    #[test]
    fn answers_hold_no_null() {
        let limits = Limits {
            max_results: 200,
            default_page_size: 100,
            max_operations: 1000,
            max_payload_size: 1 << 20,
            cursor_timeout: 3600,
        };
        assert!(no_null(&service_provider_config(BASE, &limits)));
        assert!(
            resource_types(BASE, true)
                .iter()
                .chain(&schemas(BASE, true))
                .all(no_null)
        );
    }

    #[test]
    fn the_configuration_has_what_strict_clients_require() {
        let limits = Limits {
            max_results: 200,
            default_page_size: 100,
            max_operations: 1000,
            max_payload_size: 1 << 20,
            cursor_timeout: 3600,
        };
        let config = service_provider_config(BASE, &limits);
        for pointer in [
            "/patch/supported",
            "/bulk/supported",
            "/bulk/maxOperations",
            "/bulk/maxPayloadSize",
            "/filter/supported",
            "/filter/maxResults",
            "/changePassword/supported",
            "/sort/supported",
            "/etag/supported",
            "/authenticationSchemes/0/type",
            "/authenticationSchemes/0/name",
            "/authenticationSchemes/0/description",
        ] {
            assert!(config.pointer(pointer).is_some(), "{pointer}");
        }
        assert_eq!(config["pagination"]["maxPageSize"], 200);
    }

    #[test]
    fn entries_are_found_by_id_in_any_case() {
        assert_eq!(schemas(BASE, true).len(), 4);
        let user = schema(&urn::USER.to_uppercase(), BASE, true).unwrap();
        assert_eq!(user["id"], urn::USER);
        assert_eq!(user["meta"]["location"], format!("{BASE}/Schemas/{}", urn::USER));
        assert_eq!(schema("urn:nosuch", BASE, true), None);
        assert_eq!(resource_type("user", BASE, true).unwrap()["endpoint"], "/Users");
        assert_eq!(resource_type("Users", BASE, true), None);
    }

    #[test]
    fn user_names_its_extensions_and_group_has_none() {
        let types = resource_types(BASE, true);
        assert_eq!(
            types[0]["schemaExtensions"],
            json!([
                {"schema": urn::ENTERPRISE_USER, "required": false},
                {"schema": urn::ROLLCALL_USER, "required": false},
            ])
        );
        assert_eq!(types[1].get("schemaExtensions"), None);
        let types = resource_types(BASE, false);
        assert_eq!(
            types[0]["schemaExtensions"],
            json!([{"schema": urn::ENTERPRISE_USER, "required": false}]),
            "what is not supplied is not announced"
        );
        assert_eq!(schemas(BASE, false).len(), 3);
        assert_eq!(schema(urn::ROLLCALL_USER, BASE, false), None);
    }

    #[test]
    fn attributes_are_described_after_the_errata() {
        let group = schema(urn::GROUP, BASE, true).unwrap();
        assert_eq!(group["attributes"][0]["required"], true);
        let members = &group["attributes"][1];
        assert_eq!(members.get("uniqueness"), None);
        assert_eq!(members.get("caseExact"), None);
        assert_eq!(members["subAttributes"][0]["caseExact"], true);
        let user = schema(urn::USER, BASE, true).unwrap();
        let attribute = |name: &str| {
            user["attributes"]
                .as_array()
                .unwrap()
                .iter()
                .find(|attribute| attribute["name"] == name)
                .unwrap()
        };
        assert_eq!(
            attribute("userName"),
            &json!({"name": "userName", "type": "string", "multiValued": false, "required": true,
                    "caseExact": false, "mutability": "readWrite", "returned": "default", "uniqueness": "server",
                    "description": "The name that identifies the user; unique, in any case."})
        );
        assert_eq!(attribute("password")["returned"], "never");
        assert_eq!(attribute("password")["mutability"], "writeOnly");
        assert_eq!(
            attribute("emails")["subAttributes"][2]["canonicalValues"],
            json!(["work", "home", "other"])
        );
    }
}

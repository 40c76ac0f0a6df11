//! Schema and message URNs of RFC 7643 and RFC 7644, and Rollcall's own extension.

/// Core User schema (RFC 7643 §4.1).
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// Enterprise User extension (RFC 7643 §4.3).
pub const ENTERPRISE_USER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// Core Group schema (RFC 7643 §4.2).
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// Rollcall's extension of User: who manages it, and its effective roles. Read-only.
pub const ROLLCALL_USER: &str = "urn:rollcall:params:scim:schemas:extension:1.0:User";

/// Schema of `/ServiceProviderConfig` (RFC 7643 §5).
pub const SERVICE_PROVIDER_CONFIG: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
/// Schema of `/ResourceTypes` entries (RFC 7643 §6).
pub const RESOURCE_TYPE: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
/// Schema of `/Schemas` entries (RFC 7643 §7).
pub const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";

/// Answer to a query (RFC 7644 §3.4.2).
pub const LIST_RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// Body of POST `/.search` (RFC 7644 §3.4.3).
pub const SEARCH_REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
/// Body of PATCH (RFC 7644 §3.5.2).
pub const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// Body of POST `/Bulk` (RFC 7644 §3.7).
pub const BULK_REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
/// Answer to POST `/Bulk` (RFC 7644 §3.7).
pub const BULK_RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";
/// Error body (RFC 7644 §3.12).
pub const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// Core schema of SCIM 1.1, which `OneLogin` templates still put into 2.0 bodies.
pub(crate) const SCIM_1_CORE: &str = "urn:scim:schemas:core:1.0";
/// Enterprise extension of SCIM 1.1.
pub(crate) const SCIM_1_ENTERPRISE_USER: &str = "urn:scim:schemas:extension:enterprise:1.0";
/// Prefix of every other SCIM 1.x schema.
pub(crate) const SCIM_1_PREFIX: &str = "urn:scim:schemas:";

/// Whether a message's `schemas` names `urn`, in any case.
pub(crate) fn is_listed(schemas: &serde_json::Value, urn: &str) -> bool {
    let is = |value: &serde_json::Value| {
        value
            .as_str()
            .is_some_and(|listed| listed.eq_ignore_ascii_case(urn))
    };
    schemas.as_array().is_some_and(|schemas| schemas.iter().any(is))
}

//! `meta` of a resource (RFC 7643 §3.1) and its version.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::schema::ResourceType;

/// What the server knows of a resource besides its attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// Made by the server, never reused.
    pub id: String,
    /// `meta.resourceType`.
    pub resource_type: ResourceType,
    /// `meta.created`.
    pub created: Timestamp,
    /// `meta.lastModified`.
    pub last_modified: Timestamp,
    /// Counted up by every change that changes something.
    pub version: i64,
    /// Absolute URI of the resource.
    pub location: String,
}

impl Meta {
    /// The weak entity tag, equal in the `ETag` header and `meta.version`: `W/"7"` (RFC 7644 §3.14).
    pub fn etag(&self) -> String {
        format!("W/\"{}\"", self.version)
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "resourceType": self.resource_type.name(),
            "created": self.created.to_string(),
            "lastModified": self.last_modified.to_string(),
            "version": self.etag(),
            "location": self.location,
        })
    }
}

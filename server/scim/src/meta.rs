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

    /// Whether the value of an `If-Match` or `If-None-Match` header names this version: `*`, or a list of entity
    /// tags, compared weakly (RFC 9110 §8.8.3.2) since the tags here are weak.
    ///
    /// What follows is the caller's: `If-None-Match` on GET that does gives 304, `If-Match` on a change that does
    /// not gives 412.
    ///
    /// ```
    /// # use jiff::Timestamp;
    /// # use scim::{Meta, ResourceType};
    /// let meta = Meta {
    ///     id: "u-1".to_owned(),
    ///     resource_type: ResourceType::User,
    ///     created: Timestamp::UNIX_EPOCH,
    ///     last_modified: Timestamp::UNIX_EPOCH,
    ///     version: 7,
    ///     location: "https://id.acme.test/scim/v2/Users/u-1".to_owned(),
    /// };
    /// assert!(meta.is_named_by(&meta.etag()) && meta.is_named_by("*"));
    /// assert!(!meta.is_named_by("W/\"6\""));
    /// ```
    pub fn is_named_by(&self, header: &str) -> bool {
        let own = format!("\"{}\"", self.version);
        header.trim() == "*" || header.split(',').any(|tag| without_weakness(tag) == own)
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

fn without_weakness(tag: &str) -> &str {
    let tag = tag.trim();
    tag.strip_prefix("W/")
        .or_else(|| tag.strip_prefix("w/"))
        .unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_name_a_version() {
        let now = Timestamp::UNIX_EPOCH;
        let meta = Meta {
            id: "u-1".to_owned(),
            resource_type: ResourceType::User,
            created: now,
            last_modified: now,
            version: 7,
            location: String::new(),
        };
        assert_eq!(meta.etag(), "W/\"7\"");
        for header in ["*", "W/\"7\"", "\"7\"", " W/\"6\" , W/\"7\"", "w/\"7\""] {
            assert!(meta.is_named_by(header), "{header}");
        }
        for header in ["", "7", "W/\"77\"", "W/\"6\", W/\"8\"", "W/7"] {
            assert!(!meta.is_named_by(header), "{header}");
        }
    }
}

//! `attributes` and `excludedAttributes` (RFC 7644 §3.9).

use serde_json::{Map, Value};

use crate::error::ScimError;
use crate::schema::ResourceType;

/// Which attributes an answer holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Projection {
    kind: ResourceType,
}

impl Projection {
    /// Everything that is returned by default.
    pub fn all(kind: ResourceType) -> Self {
        Self { kind }
    }

    /// Reads the two query parameters: comma-separated paths, unknown ones without effect.
    ///
    /// # Errors
    /// `invalidValue` when both name something.
    pub fn parse(
        _kind: ResourceType,
        _attributes: Option<&str>,
        _excluded: Option<&str>,
    ) -> Result<Self, ScimError> {
        todo!()
    }

    /// Whether any part of the attribute can be in the answer: `wants("members")`.
    pub fn wants(&self, _path: &str) -> bool {
        todo!()
    }

    /// Whether neither parameter was given.
    pub fn is_default(&self) -> bool {
        todo!()
    }

    pub(crate) fn apply(&self, _whole: Map<String, Value>) -> Map<String, Value> {
        todo!("{:?}", self.kind)
    }
}

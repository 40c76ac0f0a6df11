//! What a bulk request asks for (RFC 7644 §3.7).

use std::collections::HashSet;

use serde_json::Value;

use crate::error::{ScimError, quoted};
use crate::schema::ResourceType;
use crate::tolerance::{Leniency, Tolerance};
use crate::urn;

/// What a client asks for at once.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkRequest {
    /// After so many errors the rest is not done; none: everything is tried.
    pub fail_on_errors: Option<usize>,
    pub(super) operations: Vec<Operation>,
}

/// One operation as it was sent, and what it turned out to ask.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Operation {
    pub(super) method: String,
    pub(super) bulk_id: Option<String>,
    pub(super) version: Option<String>,
    pub(super) path: String,
    pub(super) data: Value,
    pub(super) target: Result<BulkTarget, ScimError>,
}

/// What one operation does, and to what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BulkTarget {
    /// POST.
    Create(ResourceType),
    /// PUT of the resource of this id.
    Replace(ResourceType, String),
    /// PATCH of the resource of this id.
    Patch(ResourceType, String),
    /// DELETE of the resource of this id.
    Delete(ResourceType, String),
}

impl BulkRequest {
    /// Reads the body of a POST to `/Bulk`. An operation that cannot be read fails by itself; the others are done.
    ///
    /// # Errors
    /// `invalidSyntax` or `invalidValue` for a body that is no bulk request, 413 for more than `most` operations.
    pub fn parse(body: Value, most: usize, t: &mut Tolerance) -> Result<Self, ScimError> {
        let Value::Object(body) = body else {
            return Err(ScimError::invalid_syntax("The body must be one JSON object."));
        };
        let (mut operations, mut fail_on_errors, mut has_schema) = (None, None, false);
        for (key, value) in body {
            match key.to_ascii_lowercase().as_str() {
                "schemas" => has_schema = urn::is_listed(&value, urn::BULK_REQUEST),
                "operations" => operations = Some(value),
                "failonerrors" => fail_on_errors = errors_allowed(&value)?,
                _ => t.ignore(&key),
            }
        }
        if !has_schema && !t.use_it(Leniency::MissingSchemas) {
            return Err(ScimError::invalid_syntax(format!(
                "'schemas' must contain {}.",
                urn::BULK_REQUEST
            )));
        }
        let Some(Value::Array(operations)) = operations else {
            return Err(ScimError::invalid_value(
                "'Operations' must be a list of what to do.",
            ));
        };
        if operations.is_empty() {
            return Err(ScimError::invalid_value(
                "'Operations' is empty; there is nothing to do.",
            ));
        }
        if operations.len() > most {
            return Err(ScimError::payload_too_large(format!(
                "A bulk request has at most {most} operations; send this one in parts."
            )));
        }
        let operations: Vec<Operation> = operations.into_iter().map(Operation::read).collect();
        let mut seen = HashSet::new();
        for bulk_id in operations
            .iter()
            .filter_map(|operation| operation.bulk_id.as_deref())
        {
            if !seen.insert(bulk_id) {
                // RFC 7644 §3.7: "unique", else nobody could say what a reference to it means.
                return Err(ScimError::invalid_value(format!(
                    "The bulkId {} stands on more than one operation; each needs its own.",
                    quoted(bulk_id)
                )));
            }
        }
        Ok(Self {
            fail_on_errors,
            operations,
        })
    }
}

fn errors_allowed(value: &Value) -> Result<Option<usize>, ScimError> {
    match value {
        Value::Null => Ok(None),
        Value::Number(number) if number.as_u64().is_some_and(|number| number > 0) => {
            Ok(number.as_u64().and_then(|number| usize::try_from(number).ok()))
        }
        _ => Err(ScimError::invalid_value(
            "'failOnErrors' must be a whole number of 1 or more.",
        )),
    }
}

impl Operation {
    fn read(value: Value) -> Self {
        let mut operation = Self {
            method: String::new(),
            bulk_id: None,
            version: None,
            path: String::new(),
            data: Value::Null,
            target: Err(ScimError::invalid_syntax("An operation must be a JSON object.")),
        };
        let Value::Object(parts) = value else {
            return operation;
        };
        for (key, value) in parts {
            let text = |value: Value| match value {
                Value::String(text) if !text.is_empty() => Some(text),
                _ => None,
            };
            match key.to_ascii_lowercase().as_str() {
                "method" => operation.method = text(value).unwrap_or_default().to_ascii_uppercase(),
                "bulkid" => operation.bulk_id = text(value),
                "version" => operation.version = text(value),
                "path" => operation.path = text(value).unwrap_or_default(),
                "data" => operation.data = value,
                _ => {}
            }
        }
        operation.target = operation.asked();
        operation
    }

    /// RFC 7644 §3.7: a POST goes to the endpoint and has a `bulkId`, everything else goes to a resource.
    fn asked(&self) -> Result<BulkTarget, ScimError> {
        let mut segments = self.path.trim_matches('/').splitn(2, '/');
        let endpoint = segments.next().unwrap_or_default();
        let id = segments.next().filter(|id| !id.is_empty());
        let kind = ResourceType::ALL
            .into_iter()
            .find(|kind| {
                kind.endpoint()
                    .trim_start_matches('/')
                    .eq_ignore_ascii_case(endpoint)
            })
            .ok_or_else(|| {
                ScimError::invalid_value(format!(
                    "The path {} is not one of /Users, /Groups, /Users/<id> and /Groups/<id>.",
                    quoted(&self.path)
                ))
            })?;
        let of = |id: Option<&str>| {
            id.map(str::to_owned).ok_or_else(|| {
                ScimError::invalid_value(format!(
                    "The path of a {} must end with the id of the resource.",
                    self.method
                ))
            })
        };
        match (self.method.as_str(), id) {
            ("POST", Some(_)) => Err(ScimError::invalid_value(format!(
                "The path of a POST is {}, without an id.",
                kind.endpoint()
            ))),
            ("POST", None) if self.bulk_id.is_none() => {
                Err(ScimError::invalid_value("A POST needs a 'bulkId'."))
            }
            ("POST", None) => Ok(BulkTarget::Create(kind)),
            ("PUT", id) => Ok(BulkTarget::Replace(kind, of(id)?)),
            ("PATCH", id) => Ok(BulkTarget::Patch(kind, of(id)?)),
            ("DELETE", id) => Ok(BulkTarget::Delete(kind, of(id)?)),
            _ => Err(ScimError::invalid_value(format!(
                "The method must be POST, PUT, PATCH or DELETE, not {}.",
                quoted(&self.method)
            ))),
        }
    }
}

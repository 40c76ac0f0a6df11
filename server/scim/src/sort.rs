//! `sortBy` and `sortOrder` (RFC 7644 §3.4.2.3).

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::attr_path::AttrPath;
use crate::error::{ScimError, quoted};
use crate::key;
use crate::schema::{AttributeType, ResourceType, Returned};
use crate::tolerance::Tolerance;

/// The characters of a text that decide its place: bounds what a cursor has to carry.
const KEY_LENGTH: usize = 256;

/// An order of resources. It is not total: the caller breaks ties, by creation and id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortBy {
    /// The attribute that decides.
    pub path: AttrPath,
    /// `sortOrder=descending`.
    pub descending: bool,
}

impl SortBy {
    /// Reads the two query parameters; `None` without `sortBy`.
    ///
    /// # Errors
    /// `invalidPath` for a path that names nothing to sort by, `invalidValue` for another `sortOrder`.
    ///
    /// ```
    /// # use scim::{ResourceType, SortBy};
    /// let sort = SortBy::parse(ResourceType::User, Some("userName"), Some("descending"))?.expect("it was given");
    /// let key = |name: &str| {
    ///     let user = serde_json::json!({"userName": name});
    ///     sort.key(user.as_object().expect("it is an object"))
    /// };
    /// let (a, b) = (key("Ada"), key("bob"));
    /// assert!(sort.compare(b.as_deref(), a.as_deref()).is_lt(), "b comes first");
    /// # Ok::<(), scim::ScimError>(())
    /// ```
    pub fn parse(
        kind: ResourceType,
        sort_by: Option<&str>,
        sort_order: Option<&str>,
    ) -> Result<Option<Self>, ScimError> {
        Self::parse_for(&[kind], sort_by, sort_order)
    }

    /// [`SortBy::parse`] for resources of several types; those that lack the attribute have no value.
    ///
    /// # Errors
    /// As [`SortBy::parse`].
    pub fn parse_for(
        kinds: &[ResourceType],
        sort_by: Option<&str>,
        sort_order: Option<&str>,
    ) -> Result<Option<Self>, ScimError> {
        let given = |text: &&str| !text.is_empty();
        let descending = match sort_order.map(str::trim).filter(given) {
            None => false,
            Some(order) if order.eq_ignore_ascii_case("ascending") => false,
            Some(order) if order.eq_ignore_ascii_case("descending") => true,
            Some(order) => {
                return Err(ScimError::invalid_value(format!(
                    "'sortOrder' is ascending or descending, not {}.",
                    quoted(order)
                )));
            }
        };
        let Some(sort_by) = sort_by.map(str::trim).filter(given) else {
            return Ok(None);
        };
        let path = AttrPath::parse_any(sort_by, kinds, &mut Tolerance::default())
            .map_err(|error| ScimError::invalid_path(format!("'sortBy' cannot be used: {error}")))?;
        // "If the attribute is complex, it must be a path to a sub-attribute"; of `emails` the value is meant.
        let path = match path.definition.sub_attribute("value") {
            Some(value) if path.sub.is_none() => path.with_sub(value),
            _ => path,
        };
        let leaf = path.leaf();
        if matches!(leaf.data_type, AttributeType::Complex | AttributeType::Binary)
            || leaf.returned == Returned::Never
        {
            return Err(ScimError::invalid_path(format!(
                "'sortBy' cannot be {}: use an attribute with one simple value.",
                quoted(sort_by)
            )));
        }
        Ok(Some(Self { path, descending }))
    }

    /// What decides the place of a resource as [`full`](crate::full) gives it: a text whose order is the order of
    /// the values. None where it has no value. Of a multi-valued attribute the primary value decides, else the first.
    /// Long texts are compared by their first 256 characters.
    pub fn key(&self, resource: &Map<String, Value>) -> Option<String> {
        let container = match self.path.urn {
            Some(urn) => resource.get(urn)?.as_object()?,
            None => resource,
        };
        let mut value = container.get(self.path.attribute)?;
        if let Value::Array(values) = value {
            let primary = values
                .iter()
                .find(|value| value.get("primary") == Some(&Value::Bool(true)));
            value = primary.or_else(|| values.first())?;
        }
        if let Some(sub) = self.path.sub {
            value = value.get(sub)?;
        }
        let leaf = self.path.leaf();
        match value {
            Value::Bool(value) => Some(u8::from(*value).to_string()),
            Value::String(text) if leaf.data_type == AttributeType::DateTime => {
                let instant: Timestamp = text.parse().ok()?;
                Some(format!(
                    "{:040}",
                    instant.as_nanosecond() - Timestamp::MIN.as_nanosecond()
                ))
            }
            Value::String(text) => {
                let text = key::comparable(text, leaf.case_exact);
                Some(text.chars().take(KEY_LENGTH).collect())
            }
            _ => None,
        }
    }

    /// Order of two [keys](SortBy::key). Resources without a value come last, in descending order first
    /// (RFC 7644 §3.4.2.3).
    pub fn compare(&self, a: Option<&str>, b: Option<&str>) -> Ordering {
        let order = match (a, b) {
            (Some(a), Some(b)) => a.cmp(b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        if self.descending { order.reverse() } else { order }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sorted(sort_by: &str, order: &str, resources: &[Value]) -> Vec<String> {
        let sort = SortBy::parse(ResourceType::User, Some(sort_by), Some(order))
            .unwrap()
            .unwrap();
        let mut resources: Vec<_> = resources.iter().map(|value| value.as_object().unwrap()).collect();
        resources.sort_by(|a, b| sort.compare(sort.key(a).as_deref(), sort.key(b).as_deref()));
        resources
            .iter()
            .map(|resource| resource["id"].as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn missing_values_come_last_ascending_and_first_descending() {
        let users = [
            json!({"id": "1", "title": "b"}),
            json!({"id": "2"}),
            json!({"id": "3", "title": "C"}),
            json!({"id": "4", "title": "A"}),
        ];
        assert_eq!(sorted("title", "ascending", &users), ["4", "1", "3", "2"]);
        assert_eq!(sorted("TITLE", "Descending", &users), ["2", "3", "1", "4"]);
    }

    #[test]
    fn of_several_values_the_primary_decides_else_the_first() {
        let users = [
            json!({"id": "1", "emails": [{"value": "a"}, {"value": "z", "primary": true}]}),
            json!({"id": "2", "emails": [{"value": "m"}, {"value": "b"}]}),
        ];
        assert_eq!(sorted("emails.value", "", &users), ["2", "1"]);
        assert_eq!(sorted("emails", "", &users), ["2", "1"]);
    }

    #[test]
    fn times_are_compared_as_instants() {
        let users = [
            json!({"id": "1", "meta": {"lastModified": "2026-01-01T00:00:00.5Z"}}),
            json!({"id": "2", "meta": {"lastModified": "2026-01-01T00:00:00Z"}}),
            json!({"id": "3", "meta": {"lastModified": "2025-12-31T23:59:59.123456Z"}}),
        ];
        assert_eq!(sorted("meta.lastModified", "ascending", &users), ["3", "2", "1"]);
    }

    #[test]
    fn what_has_no_order_is_refused() {
        for (sort_by, order) in [
            ("name", "ascending"),
            ("addresses", "ascending"),
            ("password", "ascending"),
            ("x509Certificates", "ascending"),
            ("nosuch", "ascending"),
            ("userName", "upwards"),
        ] {
            let error = SortBy::parse(ResourceType::User, Some(sort_by), Some(order)).unwrap_err();
            assert_eq!(error.status, 400, "{sort_by} {order}");
        }
        assert_eq!(
            SortBy::parse(ResourceType::User, None, Some("descending")),
            Ok(None)
        );
        assert_eq!(SortBy::parse(ResourceType::User, Some(""), None), Ok(None));
    }
}

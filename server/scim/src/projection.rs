//! `attributes` and `excludedAttributes` (RFC 7644 §3.9).

use serde_json::{Map, Value};

use crate::attr_path::AttrPath;
use crate::error::ScimError;
use crate::schema::{Attribute, ResourceType, Returned};
use crate::tolerance::Tolerance;

/// Longest value of either parameter, in bytes.
const MAX_LENGTH: usize = 8 * 1024;

/// Which attributes an answer holds.
///
/// ```
/// use scim::{Projection, ResourceType};
/// let projection = Projection::parse(ResourceType::Group, None, Some("Members"))?;
/// assert!(!projection.wants("members") && projection.wants("displayName"));
/// # Ok::<(), scim::ScimError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Projection {
    mode: Mode,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    All,
    Only(Vec<Selected>),
    Except(Vec<Selected>),
}

/// One name of either parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Selected {
    Extension(&'static str),
    Path(AttrPath),
}

impl Projection {
    /// Everything that is returned by default.
    pub fn all() -> Self {
        Self::default()
    }

    /// Reads the two query parameters: comma-separated paths, unknown ones without effect. A parameter that is
    /// empty is as good as absent.
    ///
    /// # Errors
    /// `invalidValue` when both name something, or for more than 8 KiB.
    pub fn parse(
        kind: ResourceType,
        attributes: Option<&str>,
        excluded: Option<&str>,
    ) -> Result<Self, ScimError> {
        let given = |text: &&str| !text.trim().is_empty();
        let mode = match (attributes.filter(given), excluded.filter(given)) {
            // RFC 7644 §3.9: mutually exclusive.
            (Some(_), Some(_)) => {
                return Err(ScimError::invalid_value(
                    "'attributes' and 'excludedAttributes' cannot be used together.",
                ));
            }
            (Some(only), None) => Mode::Only(select(kind, only)?),
            (None, Some(except)) => Mode::Except(select(kind, except)?),
            (None, None) => Mode::All,
        };
        Ok(Self { mode })
    }

    /// Whether any part of a core attribute can be in the answer: `wants("members")`; of an extension by its
    /// URN. Where it cannot, the server need not fetch it.
    pub fn wants(&self, name: &str) -> bool {
        match &self.mode {
            Mode::All => true,
            Mode::Only(selected) => selected.iter().any(|selected| selected.top() == name),
            Mode::Except(selected) => !selected
                .iter()
                .any(|selected| selected.is_whole() && selected.top() == name),
        }
    }

    /// Whether an attribute of an extension that is only returned on request is asked for.
    pub fn asks_for(&self, urn: &str, attribute: &str) -> bool {
        match &self.mode {
            Mode::Only(selected) => selected
                .iter()
                .any(|selected| selected.part_of(Some(urn), attribute).is_some()),
            Mode::All | Mode::Except(_) => false,
        }
    }

    /// Whether neither parameter was given.
    pub fn is_default(&self) -> bool {
        self.mode == Mode::All
    }

    /// RFC 7644 §3.9: what is always returned, and the default set or the named ones, less the excluded.
    pub(crate) fn apply(&self, kind: ResourceType, whole: Map<String, Value>) -> Map<String, Value> {
        let mut shown = Map::new();
        for (name, value) in whole {
            let kept = if let Some(extension) = kind.extension(&name) {
                self.extension(extension.urn, extension.attributes, value)
            } else {
                kind.core_attribute(&name)
                    .and_then(|definition| self.attribute(None, definition, value))
            };
            if let Some(value) = kept {
                shown.insert(name, value);
            }
        }
        shown
    }

    fn extension(&self, urn: &'static str, attributes: &'static [Attribute], value: Value) -> Option<Value> {
        let Value::Object(parts) = value else {
            return None;
        };
        let shown: Map<_, _> = parts
            .into_iter()
            .filter_map(|(name, value)| {
                let definition = attributes.iter().find(|definition| definition.name == name)?;
                Some((name, self.attribute(Some(urn), definition, value)?))
            })
            .collect();
        (!shown.is_empty()).then_some(Value::Object(shown))
    }

    fn attribute(
        &self,
        urn: Option<&'static str>,
        definition: &'static Attribute,
        mut value: Value,
    ) -> Option<Value> {
        match definition.returned {
            Returned::Always => return Some(value),
            Returned::Never => return None,
            Returned::Default | Returned::Request => {}
        }
        let selected_parts = |selected: &[Selected]| -> Vec<Part> {
            selected
                .iter()
                .filter_map(|selected| selected.part_of(urn, definition.name))
                .collect()
        };
        match &self.mode {
            Mode::All => (definition.returned == Returned::Default).then_some(value),
            Mode::Only(selected) => {
                let parts = selected_parts(selected);
                if parts.is_empty() {
                    return None;
                }
                // A sub-attribute beside the whole attribute narrows nothing.
                if !parts.contains(&Part::Whole) {
                    retain_parts(&mut value, |name| parts.iter().any(|part| part.is(name)));
                }
                is_something(&value).then_some(value)
            }
            Mode::Except(selected) => {
                let parts = selected_parts(selected);
                if parts.contains(&Part::Whole) || definition.returned == Returned::Request {
                    return None;
                }
                if !parts.is_empty() {
                    retain_parts(&mut value, |name| !parts.iter().any(|part| part.is(name)));
                }
                is_something(&value).then_some(value)
            }
        }
    }
}

/// What of an attribute is selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    Sub(&'static str),
}

impl Part {
    fn is(self, name: &str) -> bool {
        self == Self::Whole || matches!(self, Self::Sub(sub) if sub == name)
    }
}

impl Selected {
    /// The key in the resource under which it is.
    fn top(&self) -> &'static str {
        match self {
            Self::Extension(urn) => urn,
            Self::Path(path) => path.urn.unwrap_or(path.attribute),
        }
    }

    /// Whether it is all that is under its [`top`](Self::top).
    fn is_whole(&self) -> bool {
        match self {
            Self::Extension(_) => true,
            Self::Path(path) => path.urn.is_none() && path.sub.is_none(),
        }
    }

    /// What of this attribute it selects, if anything.
    fn part_of(&self, urn: Option<&str>, attribute: &str) -> Option<Part> {
        match self {
            Self::Extension(extension) => (urn == Some(extension)).then_some(Part::Whole),
            Self::Path(path) => (path.urn == urn && path.attribute == attribute)
                .then(|| path.sub.map_or(Part::Whole, Part::Sub)),
        }
    }
}

fn retain_parts(value: &mut Value, keep: impl Fn(&str) -> bool) {
    match value {
        Value::Object(parts) => parts.retain(|name, _| keep(name)),
        Value::Array(values) => {
            for value in values.iter_mut() {
                if let Value::Object(parts) = value {
                    parts.retain(|name, _| keep(name));
                }
            }
            values.retain(is_something);
        }
        _ => {}
    }
}

fn is_something(value: &Value) -> bool {
    match value {
        Value::Object(parts) => !parts.is_empty(),
        Value::Array(values) => !values.is_empty(),
        _ => true,
    }
}

/// The known names in `text`, each once.
fn select(kind: ResourceType, text: &str) -> Result<Vec<Selected>, ScimError> {
    if text.len() > MAX_LENGTH {
        return Err(ScimError::invalid_value(format!(
            "'attributes' and 'excludedAttributes' take at most {MAX_LENGTH} bytes."
        )));
    }
    let mut selected = Vec::new();
    for name in split(text) {
        // Microsoft's test collection asks for `emails[type eq "work"]`: the base attribute is meant.
        let name = name.split('[').next().unwrap_or_default().trim();
        let found = match kind.extension(name) {
            Some(extension) => Some(Selected::Extension(extension.urn)),
            None => AttrPath::parse(name, kind, &mut Tolerance::default())
                .ok()
                .map(Selected::Path),
        };
        selected.extend(found.filter(|found| !selected.contains(found)));
    }
    Ok(selected)
}

/// Splits at commas outside brackets.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    text.split(move |c| {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::urn;

    const ENTERPRISE: &str = urn::ENTERPRISE_USER;

    fn shown(attributes: Option<&str>, excluded: Option<&str>) -> Value {
        let Value::Object(whole) = json!({
            "schemas": [urn::USER, ENTERPRISE],
            "id": "u-1",
            "userName": "ada",
            "name": {"givenName": "Ada", "familyName": "L"},
            "emails": [{"value": "a@x.test", "type": "work"}, {"value": "b@x.test"}],
            "password": "secret",
            ENTERPRISE: {"department": "R&D", "manager": {"value": "u-9", "$ref": "x"}},
        }) else {
            unreachable!()
        };
        let projection = Projection::parse(ResourceType::User, attributes, excluded).unwrap();
        let mut shown = projection.apply(ResourceType::User, whole);
        assert_eq!(shown.remove("id"), Some(json!("u-1")), "always returned");
        assert!(shown.remove("schemas").is_some(), "always returned");
        Value::Object(shown)
    }

    #[test]
    fn named_attributes() {
        for (attributes, expected) in [
            ("userName", json!({"userName": "ada"})),
            (" USERNAME , nosuch,,id", json!({"userName": "ada"})),
            ("nosuch", json!({})),
            ("password", json!({})),
            ("name.givenName", json!({"name": {"givenName": "Ada"}})),
            (
                "name.givenName,name",
                json!({"name": {"givenName": "Ada", "familyName": "L"}}),
            ),
            ("name.middleName", json!({})),
            ("emails.type", json!({"emails": [{"type": "work"}]})),
            (
                "emails[type eq \"work\" or value eq \"a,b\"].value,title",
                json!({"emails": [{"value": "a@x.test", "type": "work"}, {"value": "b@x.test"}]}),
            ),
            (
                "urn:ietf:params:scim:schemas:core:2.0:User:userName",
                json!({"userName": "ada"}),
            ),
            (
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
                json!({ENTERPRISE: {"department": "R&D", "manager": {"value": "u-9", "$ref": "x"}}}),
            ),
            (
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
                json!({ENTERPRISE: {"department": "R&D"}}),
            ),
            (
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
                json!({ENTERPRISE: {"manager": {"value": "u-9"}}}),
            ),
        ] {
            assert_eq!(shown(Some(attributes), None), expected, "{attributes}");
            assert_eq!(shown(Some(attributes), Some(" ")), expected, "{attributes}");
        }
    }

    #[test]
    fn excluded_attributes() {
        let rest = |shown: Value| -> Vec<String> { shown.as_object().unwrap().keys().cloned().collect() };
        for (excluded, expected) in [
            ("id,schemas,userName", vec!["emails", "name", ENTERPRISE]),
            ("Emails,NAME", vec![ENTERPRISE, "userName"]),
            (ENTERPRISE, vec!["emails", "name", "userName"]),
            ("nosuch", vec!["emails", "name", ENTERPRISE, "userName"]),
        ] {
            let mut shown = rest(shown(None, Some(excluded)));
            shown.sort();
            let mut expected = expected;
            expected.sort_unstable();
            assert_eq!(shown, expected, "{excluded}");
        }
        assert_eq!(
            shown(None, Some("name.givenName"))["name"],
            json!({"familyName": "L"})
        );
        assert_eq!(
            shown(None, Some("emails.value"))["emails"],
            json!([{"type": "work"}])
        );
        assert_eq!(
            shown(None, Some("manager.$ref"))[ENTERPRISE]["manager"],
            json!({"value": "u-9"})
        );
    }

    #[test]
    fn both_at_once_are_refused() {
        let both = Projection::parse(ResourceType::User, Some("userName"), Some("emails"));
        assert_eq!(both.unwrap_err().status, 400);
        assert!(Projection::parse(ResourceType::User, Some(&"x,".repeat(5000)), None).is_err());
    }

    #[test]
    fn what_need_not_be_fetched() {
        let parse =
            |attributes, excluded| Projection::parse(ResourceType::Group, attributes, excluded).unwrap();
        let all = parse(None, Some(""));
        assert!(all.is_default() && all.wants("members"));
        assert!(!parse(None, Some("MEMBERS")).wants("members"));
        assert!(parse(None, Some("members.display")).wants("members"));
        assert!(!parse(Some("displayName"), None).wants("members"));
        assert!(parse(Some("members.value"), None).wants("members"));
        assert!(!parse(None, Some("displayName")).is_default());
    }
}

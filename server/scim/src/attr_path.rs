//! Attribute names as filters, PATCH and `attributes` write them: `name.familyName`,
//! `urn:ietf:params:scim:schemas:core:2.0:User:userName`.

use std::fmt;

use crate::error::quoted;
use crate::schema::{Attribute, ResourceType, Schema, is_urn};
use crate::tolerance::{Leniency, Tolerance};

/// A path to an attribute or sub-attribute that exists in the schema, in canonical spelling.
///
/// Inside the brackets of a value path it is relative: `type` of `emails[type eq "work"]` has the attribute
/// `type` and no sub-attribute. It prints in the notation of RFC 7644 §3.10, which reads back as the same path.
///
/// ```
/// use scim::{Filter, ResourceType, SortBy};
/// let sort = SortBy::parse(ResourceType::User, Some("NAME.familyname"), None)?.expect("it was given");
/// assert_eq!(sort.path.to_string(), "name.familyName");
/// assert!(sort.path.is("name.familyName") && !sort.path.leaf().case_exact);
/// # Ok::<(), scim::ScimError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct AttrPath {
    /// URN of the extension; `None` for core and common attributes.
    pub urn: Option<&'static str>,
    /// Canonical attribute name.
    pub attribute: &'static str,
    /// Canonical sub-attribute name.
    pub sub: Option<&'static str>,
    pub(crate) definition: &'static Attribute,
    pub(crate) sub_definition: Option<&'static Attribute>,
}

/// Why a text is no path. The callers know which keyword applies.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PathError {
    #[error("{} is not an attribute name.", quoted(.0))]
    Malformed(String),
    #[error("{name} is not an attribute of {of}: check its spelling in the attribute mapping.", name = quoted(.name))]
    Unknown { name: String, of: &'static str },
    #[error("{} is not a schema of {kind}s: check the URN in the attribute mapping.", quoted(.urn))]
    UnknownSchema { urn: String, kind: &'static str },
}

impl AttrPath {
    /// Reads a path and looks it up among the attributes of `kind`.
    pub(crate) fn parse(text: &str, kind: ResourceType, t: &mut Tolerance) -> Result<Self, PathError> {
        if !is_urn(text) {
            return Self::parse_without_urn(text, kind, t);
        }
        // RFC 7644 §3.10: the URN ends at the last colon; it contains dots itself.
        let (urn, names) = text
            .rsplit_once(':')
            .ok_or_else(|| PathError::Malformed(text.to_owned()))?;
        if urn.eq_ignore_ascii_case(kind.schema_urn()) {
            let (name, sub) = split(names, text)?;
            let definition = kind
                .core_attribute(name)
                .ok_or_else(|| unknown(text, kind.name()))?;
            return Self::new(None, definition, sub, text);
        }
        let schema = kind.extension(urn).ok_or_else(|| PathError::UnknownSchema {
            urn: urn.to_owned(),
            kind: kind.name(),
        })?;
        let (name, sub) = split(names, text)?;
        let definition = schema.attribute(name).ok_or_else(|| unknown(text, schema.name))?;
        Self::new(Some(schema), definition, sub, text)
    }

    /// Reads a path that one of `kinds` knows: the first of them that does.
    pub(crate) fn parse_any(
        text: &str,
        kinds: &[ResourceType],
        t: &mut Tolerance,
    ) -> Result<Self, PathError> {
        let mut first_error = None;
        for kind in kinds {
            match Self::parse(text, *kind, t) {
                Ok(path) => return Ok(path),
                Err(error) => first_error = first_error.or(Some(error)),
            }
        }
        Err(first_error.unwrap_or_else(|| PathError::Malformed(text.to_owned())))
    }

    fn parse_without_urn(text: &str, kind: ResourceType, t: &mut Tolerance) -> Result<Self, PathError> {
        let (name, sub) = split(text, text)?;
        if let Some(definition) = kind.core_attribute(name) {
            return Self::new(None, definition, sub, text);
        }
        match kind.extension_attribute(name) {
            Some((schema, definition)) if t.use_it(Leniency::ExtensionWithoutUrn) => {
                Self::new(Some(schema), definition, sub, text)
            }
            _ => Err(unknown(text, kind.name())),
        }
    }

    fn new(
        schema: Option<&'static Schema>,
        definition: &'static Attribute,
        sub: Option<&str>,
        text: &str,
    ) -> Result<Self, PathError> {
        let sub_definition = match sub {
            None => None,
            Some(sub) => Some(
                definition
                    .sub_attribute(sub)
                    .ok_or_else(|| unknown(text, definition.name))?,
            ),
        };
        Ok(Self {
            urn: schema.map(|schema| schema.urn),
            attribute: definition.name,
            sub: sub_definition.map(|sub| sub.name),
            definition,
            sub_definition,
        })
    }

    /// A path relative to `parent`, as between the brackets of a value path.
    pub(crate) fn relative(text: &str, parent: &'static Attribute) -> Result<Self, PathError> {
        let (name, sub) = split(text, text)?;
        if sub.is_some() {
            return Err(unknown(text, parent.name));
        }
        let definition = parent
            .sub_attribute(name)
            .ok_or_else(|| unknown(text, parent.name))?;
        Ok(Self {
            urn: None,
            attribute: definition.name,
            sub: None,
            definition,
            sub_definition: None,
        })
    }

    /// The same attribute with this sub-attribute.
    pub(crate) fn with_sub(self, sub: &'static Attribute) -> Self {
        Self {
            sub: Some(sub.name),
            sub_definition: Some(sub),
            ..self
        }
    }

    /// The definition at the end of the path: of the sub-attribute if there is one.
    pub fn leaf(&self) -> &'static Attribute {
        self.sub_definition.unwrap_or(self.definition)
    }

    /// The definition of the attribute, whether or not a sub-attribute follows.
    pub fn definition(&self) -> &'static Attribute {
        self.definition
    }

    /// Whether this is the core path written like this: `path.is("emails.value")`.
    pub fn is(&self, path: &str) -> bool {
        let (attribute, sub) = match path.split_once('.') {
            Some((attribute, sub)) => (attribute, Some(sub)),
            None => (path, None),
        };
        self.urn.is_none() && self.attribute == attribute && self.sub == sub
    }
}

impl PartialEq for AttrPath {
    fn eq(&self, other: &Self) -> bool {
        self.urn == other.urn && self.attribute == other.attribute && self.sub == other.sub
    }
}

impl Eq for AttrPath {}

impl fmt::Display for AttrPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(urn) = self.urn {
            write!(f, "{urn}:")?;
        }
        f.write_str(self.attribute)?;
        match self.sub {
            Some(sub) => write!(f, ".{sub}"),
            None => Ok(()),
        }
    }
}

fn unknown(name: &str, of: &'static str) -> PathError {
    PathError::Unknown {
        name: name.to_owned(),
        of,
    }
}

/// `name` or `name.sub`, with both checked against the grammar.
fn split<'a>(names: &'a str, whole: &str) -> Result<(&'a str, Option<&'a str>), PathError> {
    let (name, sub) = match names.split_once('.') {
        Some((name, sub)) => (name, Some(sub)),
        None => (names, None),
    };
    if is_name(name) && sub.is_none_or(is_name) {
        Ok((name, sub))
    } else {
        Err(PathError::Malformed(whole.to_owned()))
    }
}

/// RFC 7643 §2.1 ATTRNAME, with `$` also at the start (erratum 8924: `$ref`).
fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '$')
        && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '$'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::urn;

    fn parse(text: &str) -> Result<String, PathError> {
        AttrPath::parse(text, ResourceType::User, &mut Tolerance::default()).map(|path| path.to_string())
    }

    #[test]
    fn paths_come_out_in_canonical_spelling() {
        let enterprise = urn::ENTERPRISE_USER;
        for (text, canonical) in [
            ("username", "userName".to_owned()),
            ("NAME.familyname", "name.familyName".to_owned()),
            (
                "urn:ietf:params:scim:schemas:core:2.0:User:userName",
                "userName".to_owned(),
            ),
            (
                "URN:IETF:params:scim:schemas:core:2.0:user:name.GIVENNAME",
                "name.givenName".to_owned(),
            ),
            (
                "urn:ietf:params:scim:schemas:core:2.0:User:meta.lastModified",
                "meta.lastModified".to_owned(),
            ),
            (
                &format!("{enterprise}:Department"),
                format!("{enterprise}:department"),
            ),
            (
                &format!("{enterprise}:manager.VALUE"),
                format!("{enterprise}:manager.value"),
            ),
            ("manager.$REF", format!("{enterprise}:manager.$ref")),
        ] {
            assert_eq!(parse(text), Ok(canonical), "{text}");
        }
    }

    #[test]
    fn what_the_schema_does_not_have_is_refused() {
        for text in [
            "",
            ".",
            "a.",
            ".a",
            "1a",
            "user name",
            "userName.",
            "name.familyName.x",
            "naïve",
            "urn:",
            "urn:x",
            "members",
            "nosuch",
            "userName.value",
            "urn:ietf:params:scim:schemas:core:2.0:Group:displayName",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0User:department",
            urn::ENTERPRISE_USER,
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}

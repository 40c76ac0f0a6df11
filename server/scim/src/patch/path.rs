//! The `path` of a PATCH operation (RFC 7644 §3.5.2, figure 7).

use std::fmt;

use crate::attr_path::{AttrPath, PathError};
use crate::error::{ScimError, quoted};
use crate::filter::Filter;
use crate::filter::parse::between_brackets;
use crate::schema::{Attribute, ResourceType, Schema};
use crate::tolerance::Tolerance;

/// Longest path, in bytes.
const MAX_LENGTH: usize = 8 * 1024;

/// What an operation acts on.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Target {
    /// `attr`, or `attr.sub` of a single-valued attribute.
    Attribute(AttrPath),
    /// `attr[filter]`, `attr[filter].sub`, or `attr.sub` of a multi-valued attribute: all its values.
    Values {
        path: AttrPath,
        filter: Option<Filter>,
        sub: Option<Sub>,
    },
    /// An extension's URN alone.
    Extension(Extension),
    /// The core schema's URN alone.
    Resource,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attribute(path) => write!(f, "{path}"),
            Self::Values { path, filter, sub } => {
                write!(f, "{path}")?;
                if let Some(filter) = filter {
                    write!(f, "[{filter}]")?;
                }
                match sub {
                    Some(sub) => write!(f, ".{}", sub.0.name),
                    None => Ok(()),
                }
            }
            Self::Extension(extension) => f.write_str(extension.0.urn),
            Self::Resource => Ok(()),
        }
    }
}

/// A sub-attribute's definition, compared by name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sub(pub(super) &'static Attribute);

impl PartialEq for Sub {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

/// An extension, compared by URN.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extension(pub(super) &'static Schema);

impl PartialEq for Extension {
    fn eq(&self, other: &Self) -> bool {
        self.0.urn == other.0.urn
    }
}

/// Reads a path.
///
/// # Errors
/// `invalidPath`, and `invalidFilter` for what stands in the brackets.
pub(super) fn parse(text: &str, kind: ResourceType, t: &mut Tolerance) -> Result<Target, ScimError> {
    if text.len() > MAX_LENGTH {
        return Err(ScimError::invalid_path(format!(
            "A path takes at most {MAX_LENGTH} bytes."
        )));
    }
    let text = text.trim();
    if let Some(extension) = kind.extension(text) {
        return Ok(Target::Extension(Extension(extension)));
    }
    if text.eq_ignore_ascii_case(kind.schema_urn()) {
        return Ok(Target::Resource);
    }
    let Some(bracket) = text.find('[') else {
        let path = AttrPath::parse(text, kind, t).map_err(|error| invalid(&error))?;
        return Ok(match path.sub_definition {
            Some(sub) if path.definition.multi_valued => Target::Values {
                path: without_sub(path),
                filter: None,
                sub: Some(Sub(sub)),
            },
            _ => Target::Attribute(path),
        });
    };
    let path = AttrPath::parse(&text[..bracket], kind, t).map_err(|error| invalid(&error))?;
    if path.sub.is_some() || !path.definition.is_complex() || !path.definition.multi_valued {
        return Err(ScimError::invalid_path(format!(
            "'{path}' is not a list of values: a filter in brackets cannot follow it."
        )));
    }
    let (filter, end) = between_brackets(text, bracket + 1, path.definition, t)?;
    let sub = match &text[end..] {
        "" => None,
        tail => {
            let sub = tail
                .strip_prefix('.')
                .and_then(|name| path.definition.sub_attribute(name));
            Some(Sub(sub.ok_or_else(|| {
                ScimError::invalid_path(format!(
                    "{} after ']' is not a sub-attribute of '{path}'.",
                    quoted(tail)
                ))
            })?))
        }
    };
    Ok(Target::Values {
        path,
        filter: Some(filter),
        sub,
    })
}

fn without_sub(path: AttrPath) -> AttrPath {
    AttrPath {
        sub: None,
        sub_definition: None,
        ..path
    }
}

fn invalid(error: &PathError) -> ScimError {
    ScimError::invalid_path(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::urn;

    #[test]
    fn valid_paths() {
        use ResourceType::{Group, User};
        let enterprise = urn::ENTERPRISE_USER;
        for (kind, text, canonical) in [
            (User, "Active".to_owned(), "active".to_owned()),
            (User, " name.FAMILYNAME ".into(), "name.familyName".into()),
            (User, "emails".into(), "emails".into()),
            (User, "emails.value".into(), "emails.value".into()),
            (
                User,
                "emails[type eq \"work\"]".into(),
                "emails[type eq \"work\"]".into(),
            ),
            (
                User,
                "emails[type eq \"other\"].Value".into(),
                "emails[type eq \"other\"].value".into(),
            ),
            (
                User,
                "addresses[type eq \"work\" and (primary eq true or country pr)].formatted".into(),
                "addresses[type eq \"work\" and (primary eq true or country pr)].formatted".into(),
            ),
            (
                User,
                "roles[primary eq \"True\"].value".into(),
                "roles[primary eq true].value".into(),
            ),
            (
                User,
                "emails[value eq \"a]b\"].type".into(),
                "emails[value eq \"a]b\"].type".into(),
            ),
            (
                User,
                "photos[type eq \"photo\"].value".into(),
                "photos[type eq \"photo\"].value".into(),
            ),
            (User, enterprise.to_uppercase(), enterprise.into()),
            (
                User,
                format!("{enterprise}:department"),
                format!("{enterprise}:department"),
            ),
            (
                User,
                format!("{enterprise}:manager.value"),
                format!("{enterprise}:manager.value"),
            ),
            (User, "manager".into(), format!("{enterprise}:manager")),
            (User, urn::USER.into(), String::new()),
            (
                User,
                format!("{}:emails[type eq \"work\"].value", urn::USER),
                "emails[type eq \"work\"].value".into(),
            ),
            (Group, "members".into(), "members".into()),
            (
                Group,
                "members[value eq \"u-1\"]".into(),
                "members[value eq \"u-1\"]".into(),
            ),
            (Group, format!("{}:displayName", urn::GROUP), "displayName".into()),
        ] {
            let target = parse(&text, kind, &mut Tolerance::default());
            assert_eq!(target.map(|target| target.to_string()), Ok(canonical), "{text}");
        }
    }

    #[test]
    fn invalid_paths() {
        use crate::error::ScimType::{InvalidFilter, InvalidPath};
        for (text, scim_type) in [
            ("", InvalidPath),
            ("nosuch", InvalidPath),
            ("name.", InvalidPath),
            ("name.nosuch", InvalidPath),
            (".value", InvalidPath),
            ("emails value", InvalidPath),
            ("emails]", InvalidPath),
            ("userName[value eq \"x\"]", InvalidPath),
            ("name[familyName eq \"x\"]", InvalidPath),
            ("emails.value[type eq \"work\"]", InvalidPath),
            ("emails[type eq \"work\"].nosuch", InvalidPath),
            ("emails[type eq \"work\"]value", InvalidPath),
            ("emails[type eq \"work\"].", InvalidPath),
            ("emails[type eq \"work\"].value.x", InvalidPath),
            ("urn:nosuch:User:userName", InvalidPath),
            ("emails[", InvalidFilter),
            ("emails[]", InvalidFilter),
            ("emails[type eq \"work\"", InvalidFilter),
            ("emails[type eq work]", InvalidFilter),
            ("emails[nosuch eq \"x\"]", InvalidFilter),
            ("emails[emails[type pr]]", InvalidFilter),
        ] {
            let error = parse(text, ResourceType::User, &mut Tolerance::default()).unwrap_err();
            assert_eq!(error.scim_type, Some(scim_type), "{text}: {error}");
        }
    }
}

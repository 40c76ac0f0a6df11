//! Bodies of POST and PUT (RFC 7644 §3.3, §3.5.1).

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::error::{ScimError, quoted};
use crate::resource::Resource;
use crate::schema::{Attribute, GROUP, Mutability, ResourceType, Schema, is_scim_1};
use crate::tolerance::{Leniency, Tolerance};
use crate::{urn, value};

/// Most members that one request names; with more it is refused.
const MAX_MEMBERS: usize = 100_000;

/// One member as a client names it (RFC 7643 §4.2). `display` and `$ref` are the server's to say and are not read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Member {
    /// The member's id.
    pub value: String,
    /// `type`, where the client gave one; an id alone is looked up.
    pub kind: Option<ResourceType>,
}

/// A body that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Incoming {
    /// The attributes in canonical form.
    pub resource: Resource,
    /// For a group the members in the body, each id once; `None` where the body says nothing of members.
    pub members: Option<Vec<Member>>,
}

/// Reads the body of a POST. A user is active unless the body says otherwise.
///
/// # Errors
/// `invalidSyntax` for a body of another shape, `invalidValue` for a required attribute that is missing or a
/// value of the wrong type, 413 for more members (100,000) or text (8 MiB) than are kept.
///
/// ```
/// use scim::{ResourceType, Tolerance, parse_create};
/// let body = serde_json::json!({
///     "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
///     "USERNAME": "ada@acme.test",
///     "active": "False",
///     "title": null,
/// });
/// let mut tolerance = Tolerance::default();
/// let incoming = parse_create(ResourceType::User, &body, &mut tolerance)?;
/// assert_eq!(incoming.resource.to_stored(), r#"{"active":false,"userName":"ada@acme.test"}"#);
/// assert_eq!(tolerance.used()[0].name(), "boolean_as_text");
/// # Ok::<(), scim::ScimError>(())
/// ```
pub fn parse_create(kind: ResourceType, body: &Value, t: &mut Tolerance) -> Result<Incoming, ScimError> {
    let mut read = read(kind, body, t)?;
    if let Some(id) = read.id {
        value::read_only("id", id, t);
    }
    if kind == ResourceType::User {
        read.attributes.entry("active").or_insert(Value::Bool(true));
    }
    read.settle_short_names();
    finish(kind, read)
}

/// Reads the body of a PUT of the resource `id`, whose present state is `current`.
///
/// What the body leaves out is cleared, except: `active` keeps its state, so that an omission never lets a
/// deactivated user in again; an extension that neither stands in the body nor in its `schemas` is kept; a
/// group's members are unchanged without `members`.
///
/// # Errors
/// As [`parse_create`], and `mutability` when the body names another `id`.
///
/// ```
/// use scim::{Resource, Tolerance, parse_replace, urn};
/// let mut current = Resource::new_user("ada");
/// current.set("title", "Countess".into())?;
/// current.set("active", false.into())?;
/// let body = serde_json::json!({"schemas": [urn::USER], "id": "u-1", "userName": "ada", "nickName": "Ada"});
/// let incoming = parse_replace(&current, "u-1", &body, &mut Tolerance::default())?;
/// let expected = r#"{"active":false,"nickName":"Ada","userName":"ada"}"#;
/// assert_eq!(incoming.resource.to_stored(), expected);
/// assert!(parse_replace(&current, "u-2", &body, &mut Tolerance::default()).is_err());
/// # Ok::<(), scim::ScimError>(())
/// ```
pub fn parse_replace(
    current: &Resource,
    id: &str,
    body: &Value,
    t: &mut Tolerance,
) -> Result<Incoming, ScimError> {
    let kind = current.kind();
    let mut read = read(kind, body, t)?;
    check_id(read.id, id)?;
    if kind == ResourceType::User {
        read.attributes
            .entry("active")
            .or_insert(Value::Bool(current.active()));
    }
    for extension in kind.extensions() {
        let named = read.extensions.contains(&extension.urn);
        if let (false, Some(kept)) = (named, current.attributes().get(extension.urn)) {
            read.attributes.insert(extension.urn.to_owned(), kept.clone());
        }
    }
    read.settle_short_names();
    finish(kind, read)
}

/// RFC 7643 §3.1: `id` never changes. `null`, which `OneLogin` sends, says nothing.
pub(crate) fn check_id(given: Option<&Value>, id: &str) -> Result<(), ScimError> {
    match given {
        None | Some(Value::Null) => Ok(()),
        Some(Value::String(given)) if given == id => Ok(()),
        Some(_) => Err(ScimError::mutability(format!(
            "The body's 'id' is not that of this resource ({}): leave it out, it cannot be changed.",
            quoted(id)
        ))),
    }
}

struct Read<'a> {
    attributes: Map<String, Value>,
    members: Option<Vec<Member>>,
    /// Extensions that stand in the body or in its `schemas`.
    extensions: Vec<&'static str>,
    /// Attributes of extensions that stand beside the core ones, each with its value or, to clear it, `None`.
    short: Vec<(&'static Schema, &'static Attribute, Option<Value>)>,
    id: Option<&'a Value>,
}

impl Read<'_> {
    /// Moves the attributes without URN into their extensions. Those that are kept from before stay beside them.
    fn settle_short_names(&mut self) {
        for (extension, definition, value) in self.short.drain(..) {
            let mut attributes = match self.attributes.remove(extension.urn) {
                Some(Value::Object(attributes)) => attributes,
                _ => Map::new(),
            };
            match value {
                Some(value) => attributes.insert(definition.name.to_owned(), value),
                None => attributes.remove(definition.name),
            };
            if !attributes.is_empty() {
                self.attributes
                    .insert(extension.urn.to_owned(), Value::Object(attributes));
            }
        }
    }
}

fn read<'a>(kind: ResourceType, body: &'a Value, t: &mut Tolerance) -> Result<Read<'a>, ScimError> {
    let Value::Object(body) = body else {
        return Err(ScimError::invalid_syntax("The body must be one JSON object."));
    };
    let mut read = Read {
        attributes: Map::new(),
        members: None,
        extensions: Vec::new(),
        short: Vec::new(),
        id: None,
    };
    let mut seen = HashSet::new();
    let mut schemas = None;
    for (key, value) in body {
        let canonical = if let Some(extension) = extension(kind, key, t) {
            read.extensions.push(extension.urn);
            if let Some(attributes) = extension_value(extension, value, t)? {
                read.attributes.insert(extension.urn.to_owned(), attributes);
            }
            extension.urn
        } else if let Some(definition) = kind.core_attribute(key) {
            match (definition.name, definition.mutability) {
                ("schemas", _) => schemas = Some(value),
                ("id", _) => read.id = Some(value),
                ("members", _) => read.members = Some(members(value, t)?),
                // RFC 7643 §3.1: `meta` "SHALL be ignored when provided by clients".
                ("meta", _) => {}
                // RFC 7644 §3.3: read-only attributes in a body are ignored.
                (_, Mutability::ReadOnly) => value::read_only(definition.name, value, t),
                (_, Mutability::WriteOnly) => discard_password(value, t),
                _ => {
                    if let Some(value) = value::whole(definition, value, t)? {
                        read.attributes.insert(definition.name.to_owned(), value);
                    }
                }
            }
            definition.name
        } else if let Some((extension, definition)) = short_name(kind, key, t) {
            let value = value::whole(definition, value, t)?;
            read.short.push((extension, definition, value));
            definition.name
        } else {
            value::unknown(key, kind.name(), t)?;
            continue;
        };
        // RFC 7643 §2.1: names differ in more than case, so that `userName` and `username` are one name twice.
        if !seen.insert(canonical) {
            return Err(twice(canonical));
        }
    }
    let is_in_extension = |(extension, definition, _): &&(&Schema, &Attribute, _)| {
        read.attributes
            .get(extension.urn)
            .is_some_and(|attributes| attributes.get(definition.name).is_some())
    };
    if let Some((_, definition, _)) = read.short.iter().find(is_in_extension) {
        return Err(twice(definition.name));
    }
    check_schemas(kind, schemas, &mut read.extensions, t)?;
    Ok(read)
}

/// The extension whose attributes stand under `key`.
fn extension(kind: ResourceType, key: &str, t: &mut Tolerance) -> Option<&'static Schema> {
    let is_old = key.eq_ignore_ascii_case(urn::SCIM_1_ENTERPRISE_USER);
    if is_old && t.use_it(Leniency::Scim1Schemas) {
        return kind.extension(urn::ENTERPRISE_USER);
    }
    kind.extension(key)
}

/// The attribute of an extension that stands under its name alone.
fn short_name(
    kind: ResourceType,
    key: &str,
    t: &mut Tolerance,
) -> Option<(&'static Schema, &'static Attribute)> {
    kind.extension_attribute(key)
        .filter(|(_, definition)| definition.is_kept() && t.use_it(Leniency::ExtensionWithoutUrn))
}

pub(crate) fn twice(name: &str) -> ScimError {
    ScimError::invalid_syntax(format!("The body has '{name}' more than once."))
}

fn extension_value(
    extension: &'static Schema,
    value: &Value,
    t: &mut Tolerance,
) -> Result<Option<Value>, ScimError> {
    let object = match value {
        Value::Null => return Ok(None),
        Value::Object(object) => object,
        _ => {
            return Err(ScimError::invalid_value(format!(
                "'{}' must be an object with the attributes of that schema.",
                extension.urn
            )));
        }
    };
    let mut attributes = Map::new();
    for (key, value) in object {
        match extension.attribute(key) {
            Some(definition) if definition.is_kept() => {
                if let Some(value) = value::whole(definition, value, t)?
                    && attributes.insert(definition.name.to_owned(), value).is_some()
                {
                    return Err(twice(definition.name));
                }
            }
            Some(_) => value::read_only(&format!("{}:{key}", extension.urn), value, t),
            None => value::unknown(&format!("{}:{key}", extension.urn), extension.name, t)?,
        }
    }
    Ok((!attributes.is_empty()).then_some(Value::Object(attributes)))
}

/// RFC 7643 §3: `schemas` names the core schema. It is told apart which deviation an identity provider needs;
/// a body that names the other resource type only was sent to the wrong endpoint.
fn check_schemas(
    kind: ResourceType,
    schemas: Option<&Value>,
    extensions: &mut Vec<&'static str>,
    t: &mut Tolerance,
) -> Result<(), ScimError> {
    let listed = match schemas {
        Some(Value::Array(listed)) => listed.as_slice(),
        Some(single @ Value::String(_)) if t.use_it(Leniency::SingleForList) => std::slice::from_ref(single),
        None | Some(Value::Null) => &[],
        Some(_) => return Err(ScimError::invalid_value("'schemas' must be a list of URNs.")),
    };
    let mut has_core = false;
    let mut other = None;
    for listed in listed {
        let Some(urn) = listed.as_str() else {
            return Err(ScimError::invalid_value("'schemas' must be a list of URNs."));
        };
        if urn.eq_ignore_ascii_case(kind.schema_urn()) {
            has_core = true;
        } else if let Some(extension) = kind.extension(urn) {
            extensions.push(extension.urn);
        } else if is_scim_1(urn) {
            if !t.use_it(Leniency::Scim1Schemas) {
                return Err(ScimError::invalid_value(format!(
                    "{} is of SCIM 1.1: use the 2.0 schema.",
                    quoted(urn)
                )));
            }
            has_core |= urn.eq_ignore_ascii_case(urn::SCIM_1_CORE);
        } else if let Some(found) = ResourceType::ALL
            .into_iter()
            .find(|kind| urn.eq_ignore_ascii_case(kind.schema_urn()))
        {
            other = Some(found);
        } else {
            value::unknown(urn, "the schemas that are known here", t)?;
        }
    }
    match other {
        _ if has_core => Ok(()),
        Some(other) => Err(ScimError::invalid_syntax(format!(
            "The body is a {}: send it to {}.",
            other.name(),
            other.endpoint()
        ))),
        None if t.use_it(Leniency::MissingSchemas) => Ok(()),
        None => Err(ScimError::invalid_syntax(format!(
            "'schemas' must contain {}.",
            kind.schema_urn()
        ))),
    }
}

/// A password is taken, as the schema says, and never kept: sign-in does not use it. Okta sends one with every user.
pub(crate) fn discard_password(value: &Value, t: &mut Tolerance) {
    if !value.is_null() {
        t.ignore("password");
    }
}

fn finish(kind: ResourceType, read: Read<'_>) -> Result<Incoming, ScimError> {
    let Read {
        mut attributes,
        members,
        ..
    } = read;
    value::drop_hollow(&mut attributes);
    value::check_size(attributes.values().map(value::size).sum())?;
    for required in kind
        .schema()
        .attributes
        .iter()
        .filter(|definition| definition.required)
    {
        if !attributes.contains_key(required.name) {
            return Err(ScimError::invalid_value(format!(
                "'{}' is required: map an attribute to it that has a value.",
                required.name
            )));
        }
    }
    Ok(Incoming {
        resource: Resource::new(kind, attributes),
        members,
    })
}

/// A list of members, each id once, in order. A single one stands for a list of one.
pub(crate) fn members(value: &Value, t: &mut Tolerance) -> Result<Vec<Member>, ScimError> {
    let values = match value {
        Value::Null => &[],
        Value::Array(values) => values.as_slice(),
        single if t.use_it(Leniency::SingleForList) => std::slice::from_ref(single),
        _ => return Err(ScimError::invalid_value("'members' must be a list.")),
    };
    if values.len() > MAX_MEMBERS {
        return Err(ScimError::payload_too_large(format!(
            "The request names {} members; at most {MAX_MEMBERS} are read at once.",
            values.len()
        )));
    }
    let mut seen = HashSet::with_capacity(values.len());
    let mut found = Vec::with_capacity(values.len());
    for value in values {
        let member = member(value, t)?;
        if seen.insert(member.value.clone()) {
            found.push(member);
        }
    }
    Ok(found)
}

fn member(value: &Value, t: &mut Tolerance) -> Result<Member, ScimError> {
    let (mut id, mut kind) = (None, None);
    match value {
        Value::Object(parts) => {
            for (key, value) in parts {
                match GROUP
                    .attribute("members")
                    .and_then(|members| members.sub_attribute(key))
                {
                    Some(part) if part.name == "value" && id.is_none() => {
                        id = value::simple(part, None, value, t)?;
                    }
                    Some(part) if part.name == "type" && kind.is_none() => {
                        kind = value::simple(part, None, value, t)?;
                    }
                    Some(part) if matches!(part.name, "value" | "type") => {
                        return Err(twice(&format!("members.{}", part.name)));
                    }
                    Some(part) => value::read_only(&format!("members.{}", part.name), value, t),
                    None if t.use_it(Leniency::MemberKeys) => t.ignore(&format!("members.{key}")),
                    None => {
                        return Err(ScimError::invalid_value(format!(
                            "{} is not part of a member: send 'value' and 'type'.",
                            quoted(key)
                        )));
                    }
                }
            }
        }
        Value::String(bare) if !bare.is_empty() && t.use_it(Leniency::MemberKeys) => {
            id = Some(value.clone());
        }
        _ => {}
    }
    let Some(Value::String(value)) = id else {
        return Err(ScimError::invalid_value(
            "Each member must be an object with the member's id as 'value'.",
        ));
    };
    let kind = match kind {
        Some(Value::String(name)) => Some(ResourceType::from_name(&name).ok_or_else(|| {
            ScimError::invalid_value(format!(
                "A member's 'type' is User or Group, not {}.",
                quoted(&name)
            ))
        })?),
        _ => None,
    };
    Ok(Member { value, kind })
}

#[cfg(test)]
mod tests;

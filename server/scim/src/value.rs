//! Values of attributes: checked by their definition and brought into canonical form.

use serde_json::{Map, Value};

use crate::body::twice;
use crate::error::{ScimError, quoted};
use crate::key::fold;
use crate::schema::{Attribute, AttributeType, Uniqueness};
use crate::tolerance::{Leniency, Tolerance};

/// Most values of one attribute (members of groups are counted apart). PATCH compares values with each other,
/// so without a bound a small body could ask for much work; beyond it the request is refused.
const MAX_VALUES: usize = 500;
/// Longest `userName`, `externalId` and group `displayName`, in bytes, as sent and folded: they are keys of
/// indexes, and `PostgreSQL` refuses index entries of more than about 2,700 bytes.
const MAX_KEY_LENGTH: usize = 1024;

/// Most bytes of text in all attributes of a resource: what one body brings, but a PATCH can set a part of all values
/// of a list, so that a small one could ask for much memory.
pub(crate) const MAX_SIZE: usize = 8 * 1024 * 1024;

/// Parts of a complex value, each with its value or `None` where it is to be cleared.
pub(crate) type Parts = Vec<(&'static Attribute, Option<Value>)>;

/// The value of an attribute as it is stored; `None` for one that is unassigned (RFC 7643 §2.5: `null` and `[]`
/// are the same as absent).
pub(crate) fn whole(
    definition: &'static Attribute,
    value: &Value,
    t: &mut Tolerance,
) -> Result<Option<Value>, ScimError> {
    if !definition.multi_valued {
        return one(definition, value, t);
    }
    let mut values = list(definition, value, t)?;
    settle_primary(&mut values, |_| true, t)?;
    Ok((!values.is_empty()).then_some(Value::Array(values)))
}

/// The values of a multi-valued attribute. A single one stands for a list of one. Which of several primaries
/// counts is not decided here.
pub(crate) fn list(
    definition: &'static Attribute,
    value: &Value,
    t: &mut Tolerance,
) -> Result<Vec<Value>, ScimError> {
    let values = match value {
        Value::Null => &[],
        Value::Array(values) => values.as_slice(),
        Value::String(text) if text.trim().is_empty() => {
            empty(definition.name, t)?;
            &[]
        }
        single if t.use_it(Leniency::SingleForList) => std::slice::from_ref(single),
        _ => return Err(wrong_type(definition.name, "a list", value)),
    };
    check_count(definition, values.len())?;
    values
        .iter()
        .filter_map(|value| one(definition, value, t).transpose())
        .collect()
}

/// Refuses more than [`MAX_VALUES`] values.
pub(crate) fn check_count(definition: &Attribute, count: usize) -> Result<(), ScimError> {
    if count > MAX_VALUES {
        return Err(ScimError::invalid_value(format!(
            "'{}' has {count} values; at most {MAX_VALUES} are kept.",
            definition.name
        )));
    }
    Ok(())
}

/// Bytes of text in an attribute as it is stored, which nests no deeper than the schema.
pub(crate) fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(size).sum(),
        Value::Object(parts) => parts.values().map(size).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// Refuses attributes with more than [`MAX_SIZE`] bytes of text.
pub(crate) fn check_size(bytes: usize) -> Result<(), ScimError> {
    if bytes > MAX_SIZE {
        return Err(ScimError::payload_too_large(format!(
            "The attributes have {bytes} bytes of text; at most {MAX_SIZE} are kept: send shorter values."
        )));
    }
    Ok(())
}

/// One value of an attribute.
pub(crate) fn one(
    definition: &'static Attribute,
    value: &Value,
    t: &mut Tolerance,
) -> Result<Option<Value>, ScimError> {
    if definition.is_complex() {
        complex(definition, value, t)
    } else {
        simple(definition, None, value, t)
    }
}

fn complex(
    definition: &'static Attribute,
    value: &Value,
    t: &mut Tolerance,
) -> Result<Option<Value>, ScimError> {
    let mut object = Map::new();
    for (part, value) in parts(definition, value, t)? {
        if let Some(value) = value {
            object.insert(part.name.to_owned(), value);
        }
    }
    Ok((!object.is_empty()).then_some(Value::Object(object)))
}

/// The parts of a complex value that clients may write, each with its value or, where it is to be cleared,
/// `None`. No parts at all means that the whole value is unassigned.
pub(crate) fn parts(
    definition: &'static Attribute,
    value: &Value,
    t: &mut Tolerance,
) -> Result<Parts, ScimError> {
    let object = match value {
        Value::Null => return Ok(Vec::new()),
        Value::String(text) if text.trim().is_empty() => {
            return empty(definition.name, t).map(|()| Vec::new());
        }
        Value::Object(object) => object,
        // Entra ID sends `manager` as a list of one.
        Value::Array(values) => {
            return match values.as_slice() {
                [] => empty(definition.name, t).map(|()| Vec::new()),
                [value @ (Value::Object(_) | Value::String(_))] if t.use_it(short_form(definition)) => {
                    parts(definition, value, t)
                }
                _ => Err(wrong_type(definition.name, "an object", value)),
            };
        }
        // `"manager": "u-77"` of Entra ID, `"emails": ["ada@acme.test"]` of templates.
        _ => {
            return match definition.sub_attribute("value") {
                Some(part) if t.use_it(short_form(definition)) => part_of(definition, part, value, t),
                _ => Err(wrong_type(definition.name, "an object", value)),
            };
        }
    };
    let mut found = Vec::new();
    for (key, value) in object {
        match definition.sub_attribute(key) {
            Some(part) if part.is_kept() => found.push((part, simple(part, Some(definition), value, t)?)),
            // Read-only parts are the server's to say; what a client sends is ignored (RFC 7644 §3.5.1).
            Some(part) => read_only(&format!("{}.{}", definition.name, part.name), value, t),
            None => match definition.sub_attribute("value") {
                // OneLogin's templates.
                Some(part) if is_manager_id(definition, key) => {
                    if !t.use_it(Leniency::ManagerForm) {
                        return Err(ScimError::invalid_value(
                            "Send the manager's id as 'manager.value'.",
                        ));
                    }
                    found.push((part, simple(part, Some(definition), value, t)?));
                }
                _ => unknown(&format!("{}.{key}", definition.name), definition.name, t)?,
            },
        }
        if let Some(((last, value), before)) = found.split_last()
            && let Some((_, given)) = before.iter().find(|(part, _)| part.name == last.name)
        {
            // `value` and `managerId` may both say who it is, if they say the same.
            if given != value {
                return Err(twice(&format!("{}.{}", definition.name, last.name)));
            }
            found.pop();
        }
    }
    unwrap_role(definition, &mut found, t)?;
    Ok(found)
}

/// A single part, as [`parts`] gives those of a whole value.
pub(crate) fn part_of(
    definition: &'static Attribute,
    part: &'static Attribute,
    value: &Value,
    t: &mut Tolerance,
) -> Result<Parts, ScimError> {
    let mut parts = vec![(part, simple(part, Some(definition), value, t)?)];
    unwrap_role(definition, &mut parts, t)?;
    Ok(parts)
}

fn short_form(definition: &Attribute) -> Leniency {
    if definition.multi_valued {
        Leniency::SingleForList
    } else {
        Leniency::ManagerForm
    }
}

fn is_manager_id(definition: &Attribute, key: &str) -> bool {
    definition.name == "manager" && key.eq_ignore_ascii_case("managerId")
}

/// Entra ID puts the whole role as JSON text into `value`: `"{\"id\":\"…\",\"value\":\"Admin\"}"`. Other text
/// that looks like JSON is a value like any other.
fn unwrap_role(
    definition: &'static Attribute,
    parts: &mut Parts,
    t: &mut Tolerance,
) -> Result<(), ScimError> {
    if definition.name != "roles" {
        return Ok(());
    }
    let text = parts.iter().find_map(|(part, value)| match value {
        Some(Value::String(text)) if part.name == "value" && is_json_object(text) => Some(text),
        _ => None,
    });
    let Some(Ok(Value::Object(role))) = text.map(|text| serde_json::from_str(text)) else {
        return Ok(());
    };
    let text_of = |key: &str| role.get(key)?.as_str().filter(|text| !text.trim().is_empty());
    let Some(value) = text_of("value").filter(|value| !is_json_object(value)) else {
        return Ok(());
    };
    if !t.use_it(Leniency::RoleAsJson) {
        return Err(ScimError::invalid_value(
            "'roles.value' is JSON text: map the value of the role alone.",
        ));
    }
    let display = text_of("display").or_else(|| text_of("displayName"));
    for (name, text) in [("value", Some(value)), ("display", display)] {
        if let (Some(part), Some(text)) = (definition.sub_attribute(name), text) {
            check_text(part, &|| format!("roles.{name}"), text)?;
            parts.retain(|(other, _)| other.name != name);
            parts.push((part, Some(text.into())));
        }
    }
    Ok(())
}

fn is_json_object(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// A value of a simple attribute, or of the part of a complex one.
pub(crate) fn simple(
    definition: &'static Attribute,
    parent: Option<&'static Attribute>,
    value: &Value,
    t: &mut Tolerance,
) -> Result<Option<Value>, ScimError> {
    let name = || match parent {
        Some(parent) => format!("{}.{}", parent.name, definition.name),
        None => definition.name.to_owned(),
    };
    let value = match value {
        Value::Null => return Ok(None),
        // RFC 7643 §2.5 knows the empty list as a value of what is a list only.
        Value::Array(values) if values.is_empty() => return empty(&name(), t).map(|()| None),
        Value::String(text) if text.trim().is_empty() => return empty(&name(), t).map(|()| None),
        value => value,
    };
    if definition.data_type == AttributeType::Boolean {
        let coerced = match value {
            Value::Bool(value) => return Ok(Some(Value::Bool(*value))),
            Value::String(text) => boolean_text(text),
            Value::Number(number) => boolean_text(&number.to_string()),
            _ => None,
        };
        return match coerced {
            Some(value) if t.use_it(Leniency::BooleanAsText) => Ok(Some(Value::Bool(value))),
            _ => Err(wrong_type(&name(), "true or false", value)),
        };
    }
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) if t.use_it(Leniency::ScalarAsText) => value.to_string(),
        _ => return Err(wrong_type(&name(), "text", value)),
    };
    check_text(definition, &name, &text)?;
    Ok(Some(Value::String(text)))
}

fn check_text(definition: &Attribute, name: &dyn Fn() -> String, text: &str) -> Result<(), ScimError> {
    // No database stores it in text.
    if text.contains('\0') {
        return Err(ScimError::invalid_value(format!(
            "'{}' contains a NUL character: remove it.",
            name()
        )));
    }
    if definition.data_type == AttributeType::Binary && !text.bytes().all(is_base64) {
        return Err(ScimError::invalid_value(format!("'{}' must be base64.", name())));
    }
    let is_key = definition.uniqueness == Uniqueness::Server || definition.name == "externalId";
    if is_key && (text.len() > MAX_KEY_LENGTH || fold(text).len() > MAX_KEY_LENGTH) {
        return Err(ScimError::invalid_value(format!(
            "'{}' is longer than {MAX_KEY_LENGTH} bytes: shorten it.",
            name()
        )));
    }
    Ok(())
}

/// RFC 4648 §4 and §5, with the line breaks that some encoders put in.
fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=' | b'\r' | b'\n')
}

/// A boolean written as text, in any case.
pub(crate) fn boolean_text(text: &str) -> Option<bool> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("true") || text == "1" {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") || text == "0" {
        Some(false)
    } else {
        None
    }
}

/// `""` clears, and `[]` what is no list, where that is granted.
fn empty(name: &str, t: &mut Tolerance) -> Result<(), ScimError> {
    if t.use_it(Leniency::EmptyText) {
        Ok(())
    } else {
        Err(ScimError::invalid_value(format!(
            "'{name}' is empty: send null to clear it."
        )))
    }
}

/// Notes a value for what only the server says. `null`, `""` and `[]` claim nothing.
pub(crate) fn read_only(name: &str, value: &Value, t: &mut Tolerance) {
    let claims = match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(values) => !values.is_empty(),
        _ => true,
    };
    if claims {
        t.ignore(name);
    }
}

/// A name that no schema has: ignored and noted, or refused.
pub(crate) fn unknown(name: &str, of: &str, t: &mut Tolerance) -> Result<(), ScimError> {
    if t.use_it(Leniency::UnknownAttribute) {
        t.ignore(name);
        Ok(())
    } else {
        Err(ScimError::invalid_value(format!(
            "{} is not part of {of}: remove it from the attribute mapping.",
            quoted(name)
        )))
    }
}

fn wrong_type(name: &str, expected: &str, found: &Value) -> ScimError {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(text) => return wrong(name, expected, &quoted(text)),
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    wrong(name, expected, found)
}

fn wrong(name: &str, expected: &str, found: &str) -> ScimError {
    ScimError::invalid_value(format!(
        "'{name}' must be {expected}, not {found}: correct the attribute mapping."
    ))
}

/// Leaves at most one value primary (RFC 7643 §2.4). Of several, one that this request set wins over one that
/// was there, and the first of those: RFC 7644 would refuse two in one request, `PingOne` sends them.
pub(crate) fn settle_primary(
    values: &mut [Value],
    is_new: impl Fn(usize) -> bool,
    t: &mut Tolerance,
) -> Result<(), ScimError> {
    let primaries: Vec<usize> = values
        .iter()
        .enumerate()
        .filter(|(_, value)| is_primary(value))
        .map(|(index, _)| index)
        .collect();
    if primaries.len() < 2 {
        return Ok(());
    }
    let mut new = primaries.iter().copied().filter(|&index| is_new(index));
    let first_new = new.next();
    if new.next().is_some() && !t.use_it(Leniency::TwoPrimaries) {
        return Err(ScimError::invalid_value(
            "More than one value has 'primary' true: mark only one as primary.",
        ));
    }
    let winner = first_new.unwrap_or(primaries[0]);
    for index in primaries.into_iter().filter(|&index| index != winner) {
        values[index]["primary"] = Value::Bool(false);
    }
    Ok(())
}

fn is_primary(value: &Value) -> bool {
    value.get("primary") == Some(&Value::Bool(true))
}

/// Removes values that say nothing but what they would be for: `{"type":"work"}` remains where the address
/// itself was cleared.
pub(crate) fn drop_hollow(attributes: &mut Map<String, Value>) {
    attributes.retain(|_, value| match value {
        Value::Array(values) => {
            values.retain(|value| match value {
                Value::Object(parts) => parts.keys().any(|name| name != "type" && name != "primary"),
                _ => true,
            });
            !values.is_empty()
        }
        Value::Object(parts) => !parts.is_empty(),
        _ => true,
    });
}

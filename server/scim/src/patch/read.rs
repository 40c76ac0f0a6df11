//! One operation of a PATCH body, read into steps.

use serde_json::{Map, Value};

use super::path::{self, Extension, Target};
use super::{Op, Patch, Step, members};
use crate::body;
use crate::error::{ScimError, quoted};
use crate::schema::{Attribute, Mutability, Schema};
use crate::tolerance::{Leniency, Tolerance};
use crate::value;

impl Patch {
    pub(super) fn read_operation(&mut self, operation: &Value, t: &mut Tolerance) -> Result<(), ScimError> {
        let Value::Object(operation) = operation else {
            return Err(ScimError::invalid_syntax(
                "Each of 'Operations' must be an object.",
            ));
        };
        let (mut op, mut path, mut value) = (None, None, None);
        for (key, given) in operation {
            match key.to_ascii_lowercase().as_str() {
                "op" => once("op", &mut op, given)?,
                "path" => once("path", &mut path, given)?,
                "value" => once("value", &mut value, given)?,
                _ => value::unknown(key, "a PATCH operation", t)?,
            }
        }
        let op = op.ok_or_else(|| {
            ScimError::invalid_value("An operation has no 'op': use add, replace or remove.")
        })?;
        let op = read_op(op, t)?;
        let path = path.map_or(Ok(None), read_path)?;
        if op != Op::Remove && value.is_none() {
            return Err(ScimError::invalid_value(
                "An 'add' or 'replace' operation has no 'value'.",
            ));
        }
        let target = match path {
            Some(path) => path::parse(path, self.kind, t)?,
            None => Target::Resource,
        };
        match target {
            Target::Resource => self.read_resource(op, value, t),
            Target::Extension(extension) => self.read_extension(op, extension, value, t),
            target => self.read_step(op, target, value, t),
        }
    }

    /// An operation without path: its value is an object of attributes.
    fn read_resource(&mut self, op: Op, value: Option<&Value>, t: &mut Tolerance) -> Result<(), ScimError> {
        if op == Op::Remove {
            // RFC 7644 §3.5.2.2.
            return Err(ScimError::no_target(
                "A 'remove' operation needs a 'path' that says what to remove.",
            ));
        }
        let Some(Value::Object(attributes)) = value else {
            return Err(ScimError::invalid_value(
                "Without a 'path', 'value' must be an object of attributes.",
            ));
        };
        for (key, value) in attributes {
            self.read_key(op, key, value, t)?;
        }
        Ok(())
    }

    fn read_key(&mut self, op: Op, key: &str, value: &Value, t: &mut Tolerance) -> Result<(), ScimError> {
        let target = match path::parse(key, self.kind, t) {
            Ok(target) => target,
            Err(error) if error.scim_type == Some(crate::ScimType::InvalidPath) => {
                return value::unknown(key, self.kind.name(), t);
            }
            Err(error) => return Err(error),
        };
        match &target {
            Target::Resource => return value::unknown(key, self.kind.name(), t),
            Target::Extension(extension) => return self.read_extension(op, *extension, Some(value), t),
            Target::Attribute(path) | Target::Values { path, .. } => {
                grant_key(key, t)?;
                // Okta renames a group with its id in the value, authentik sends `schemas`.
                if path.definition.mutability == Mutability::ReadOnly || path.is("schemas") {
                    if !t.use_it(Leniency::ReadOnlyInPatch) {
                        return Err(read_only(path.definition));
                    }
                    if path.is("id") {
                        self.ids.push(value.clone());
                    } else {
                        t.ignore(key);
                    }
                    return Ok(());
                }
            }
        }
        self.read_step(op, target, Some(value), t)
    }

    fn read_extension(
        &mut self,
        op: Op,
        extension: Extension,
        value: Option<&Value>,
        t: &mut Tolerance,
    ) -> Result<(), ScimError> {
        if !extension.0.attributes.iter().any(Attribute::is_kept) {
            // Nothing in it is the client's to write: a body that was read from here and sent back.
            t.ignore(extension.0.urn);
            return Ok(());
        }
        match (op, value) {
            (Op::Remove, value) => {
                grant_value(value, t)?;
                self.steps.push(Step::RemoveExtension(extension));
                Ok(())
            }
            (Op::Replace, Some(Value::Null)) => {
                self.steps.push(Step::RemoveExtension(extension));
                Ok(())
            }
            (Op::Add, Some(Value::Null)) => Ok(()),
            (_, Some(Value::Object(attributes))) => {
                self.read_extension_attributes(op, extension.0, attributes, t)
            }
            _ => Err(ScimError::invalid_value(format!(
                "'{}' must be an object with the attributes of that schema.",
                extension.0.urn
            ))),
        }
    }

    fn read_extension_attributes(
        &mut self,
        op: Op,
        extension: &'static Schema,
        attributes: &Map<String, Value>,
        t: &mut Tolerance,
    ) -> Result<(), ScimError> {
        for (key, value) in attributes {
            let full = format!("{}:{key}", extension.urn);
            match path::parse(&full, self.kind, t) {
                Ok(target @ (Target::Attribute(_) | Target::Values { .. })) => {
                    grant_key(key, t)?;
                    self.read_step(op, target, Some(value), t)?;
                }
                _ => value::unknown(&full, extension.name, t)?,
            }
        }
        Ok(())
    }

    /// An operation with a target that is an attribute.
    fn read_step(
        &mut self,
        op: Op,
        target: Target,
        value: Option<&Value>,
        t: &mut Tolerance,
    ) -> Result<(), ScimError> {
        let (Target::Attribute(path) | Target::Values { path, .. }) = &target else {
            return Ok(());
        };
        let is_list = matches!(target, Target::Attribute(path) if path.definition.multi_valued);
        if op == Op::Remove && !is_list {
            grant_value(value, t)?;
        }
        if path.is("members") {
            let change = members::change(op, &target, value, t)?;
            self.steps.extend(change.map(Step::Members));
            return Ok(());
        }
        if path.is("schemas") && t.use_it(Leniency::ReadOnlyInPatch) {
            // `schemas` follows from the attributes.
            t.ignore("schemas");
            return Ok(());
        }
        let leaf = match &target {
            Target::Values { sub: Some(sub), .. } => sub.0,
            _ => path.leaf(),
        };
        match leaf.mutability {
            Mutability::WriteOnly => {
                body::discard_password(value.unwrap_or(&Value::Null), t);
                return Ok(());
            }
            Mutability::ReadOnly => return Err(read_only(leaf)),
            _ if !path.definition.is_kept() || path.is("schemas") => return Err(read_only(path.definition)),
            Mutability::ReadWrite | Mutability::Immutable => {}
        }
        self.steps.push(Step::Change {
            op,
            target,
            value: value.cloned(),
        });
        Ok(())
    }
}

fn read_only(attribute: &Attribute) -> ScimError {
    ScimError::mutability(format!(
        "'{}' is read-only: remove it from the attribute mapping.",
        attribute.name
    ))
}

/// A `remove` whose path says all needs no value: one that is there has no effect.
fn grant_value(value: Option<&Value>, t: &mut Tolerance) -> Result<(), ScimError> {
    match value {
        None | Some(Value::Null) => Ok(()),
        Some(_) if t.use_it(Leniency::RemoveListed) => {
            t.ignore("value");
            Ok(())
        }
        Some(_) => Err(ScimError::invalid_value(
            "'remove' takes no 'value': the path says what is removed.",
        )),
    }
}

/// `remove` with a list of values is in no RFC, which knows filters only.
pub(super) fn grant_listed(attribute: &str, t: &mut Tolerance) -> Result<(), ScimError> {
    if t.use_it(Leniency::RemoveListed) {
        Ok(())
    } else {
        Err(ScimError::invalid_value(format!(
            "'remove' takes no 'value': name what to remove in the path, {attribute}[value eq \"…\"]."
        )))
    }
}

/// A key of a value without path is a name, without anything of a path in it.
fn grant_key(key: &str, t: &mut Tolerance) -> Result<(), ScimError> {
    if !key.contains(['.', ':', '[']) || t.use_it(Leniency::PathAsKey) {
        Ok(())
    } else {
        Err(ScimError::invalid_path(format!(
            "{} is not an attribute name: use it as 'path'.",
            quoted(key)
        )))
    }
}

/// Keeps the value of a key that may stand there once, in whatever letter-case.
pub(super) fn once<'a>(name: &str, slot: &mut Option<&'a Value>, value: &'a Value) -> Result<(), ScimError> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(body::twice(name)),
    }
}

fn read_op(value: &Value, t: &mut Tolerance) -> Result<Op, ScimError> {
    let text = value.as_str().unwrap_or_default();
    for (name, op) in [("add", Op::Add), ("replace", Op::Replace), ("remove", Op::Remove)] {
        if text == name || (text.eq_ignore_ascii_case(name) && t.use_it(Leniency::OperationCase)) {
            return Ok(op);
        }
    }
    Err(ScimError::invalid_value(format!(
        "{} is not an operation: use add, replace or remove.",
        quoted(text)
    )))
}

/// `None` for no path; `null` and `""` are none.
fn read_path(value: &Value) -> Result<Option<&str>, ScimError> {
    match value {
        Value::Null => Ok(None),
        Value::String(path) if path.trim().is_empty() => Ok(None),
        Value::String(path) => Ok(Some(path)),
        _ => Err(ScimError::invalid_path("'path' must be text.")),
    }
}

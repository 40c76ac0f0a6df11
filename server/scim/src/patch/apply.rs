//! What one operation does to the attributes of a resource (RFC 7644 §3.5.2.1 to §3.5.2.3).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Op;
use super::path::Target;
use super::read::grant_listed;
use super::work::Work;
use crate::attr_path::AttrPath;
use crate::error::ScimError;
use crate::filter::{CompareOp, Filter, FilterValue};
use crate::key;
use crate::schema::Attribute;
use crate::tolerance::{Leniency, Tolerance};
use crate::value::{self, Parts};

/// Runs one operation whose target is an attribute other than `members`.
pub(super) fn change(
    attributes: &mut Map<String, Value>,
    op: Op,
    target: &Target,
    value: Option<&Value>,
    work: &mut Work,
    t: &mut Tolerance,
) -> Result<(), ScimError> {
    let (Target::Attribute(path) | Target::Values { path, .. }) = target else {
        return Ok(());
    };
    let Some(urn) = path.urn else {
        return change_in(attributes, op, target, path, value, work, t);
    };
    // RFC 7643 §3.3: an extension is there exactly while it has an attribute.
    let mut extension = match attributes.remove(urn) {
        Some(Value::Object(extension)) => extension,
        _ => Map::new(),
    };
    change_in(&mut extension, op, target, path, value, work, t)?;
    if !extension.is_empty() {
        attributes.insert(urn.to_owned(), Value::Object(extension));
    }
    Ok(())
}

/// `container` is the resource or the extension that has the attribute.
fn change_in(
    container: &mut Map<String, Value>,
    op: Op,
    target: &Target,
    path: &AttrPath,
    value: Option<&Value>,
    work: &mut Work,
    t: &mut Tolerance,
) -> Result<(), ScimError> {
    let definition = path.definition;
    let value = value.unwrap_or(&Value::Null);
    if !definition.multi_valued {
        return match path.sub_definition {
            Some(sub) => change_part(container, op, definition, sub, value, t),
            None if definition.is_complex() => change_complex(container, op, definition, value, t),
            None => change_simple(container, op, definition, value, t),
        };
    }
    let mut values = match container.remove(definition.name) {
        Some(Value::Array(values)) => values,
        _ => Vec::new(),
    };
    match target {
        Target::Values { filter, sub, .. } => {
            let selected = Selected {
                filter: filter.as_ref(),
                sub: sub.map(|sub| sub.0),
            };
            work.spend_on(&values, selected.filter.map_or(1, Filter::terms))?;
            change_matching(&mut values, op, definition, &selected, value, work, t)?;
        }
        _ => change_list(&mut values, op, definition, value, work, t)?,
    }
    if !values.is_empty() {
        container.insert(definition.name.to_owned(), Value::Array(values));
    }
    Ok(())
}

fn change_simple(
    container: &mut Map<String, Value>,
    op: Op,
    definition: &'static Attribute,
    value: &Value,
    t: &mut Tolerance,
) -> Result<(), ScimError> {
    let value = if op == Op::Remove {
        None
    } else {
        value::simple(definition, None, value, t)?
    };
    match value {
        Some(value) => {
            container.insert(definition.name.to_owned(), value);
            Ok(())
        }
        // To add nothing is nothing.
        None if op == Op::Add => Ok(()),
        // RFC 7644 §3.5.2.2: a required attribute cannot be unassigned.
        None if definition.required => Err(ScimError::mutability(format!(
            "'{}' is required and cannot be cleared.",
            definition.name
        ))),
        // A user without `active` would count as active: clearing must not let a deactivated user in.
        None if definition.name == "active" => {
            t.ignore("active");
            Ok(())
        }
        None => {
            container.remove(definition.name);
            Ok(())
        }
    }
}

fn change_complex(
    container: &mut Map<String, Value>,
    op: Op,
    definition: &'static Attribute,
    value: &Value,
    t: &mut Tolerance,
) -> Result<(), ScimError> {
    if op == Op::Remove {
        container.remove(definition.name);
        return Ok(());
    }
    let parts = value::parts(definition, value, t)?;
    if parts.is_empty() {
        if op == Op::Replace && !value.is_object() {
            container.remove(definition.name);
        }
        return Ok(());
    }
    with_object(container, definition, |object| merge(object, op, parts));
    Ok(())
}

fn change_part(
    container: &mut Map<String, Value>,
    op: Op,
    definition: &'static Attribute,
    sub: &'static Attribute,
    value: &Value,
    t: &mut Tolerance,
) -> Result<(), ScimError> {
    let parts = part(op, definition, sub, value, t)?;
    with_object(container, definition, |object| merge(object, op, parts));
    Ok(())
}

/// Changes the object of a complex attribute, which is there exactly while it has a part.
fn with_object(
    container: &mut Map<String, Value>,
    definition: &Attribute,
    change: impl FnOnce(&mut Map<String, Value>),
) {
    let mut object = match container.remove(definition.name) {
        Some(Value::Object(object)) => object,
        _ => Map::new(),
    };
    change(&mut object);
    if !object.is_empty() {
        container.insert(definition.name.to_owned(), Value::Object(object));
    }
}

/// What an operation sets a single sub-attribute to.
fn part(
    op: Op,
    definition: &'static Attribute,
    sub: &'static Attribute,
    value: &Value,
    t: &mut Tolerance,
) -> Result<Parts, ScimError> {
    if op == Op::Remove {
        Ok(vec![(sub, None)])
    } else {
        value::part_of(definition, sub, value, t)
    }
}

/// RFC 7644 §3.5.2.1, §3.5.2.3: sub-attributes that are not given stay.
fn merge(object: &mut Map<String, Value>, op: Op, parts: Parts) {
    let has_reference = parts.iter().any(|(part, _)| part.name == "$ref");
    for (part, value) in parts {
        match value {
            Some(value) => {
                let before = object.insert(part.name.to_owned(), value);
                // `$ref` says where `value` is: of another value it would be wrong.
                if part.name == "value" && !has_reference && before.as_ref() != object.get("value") {
                    object.remove("$ref");
                }
            }
            None if op == Op::Add => {}
            None => {
                object.remove(part.name);
            }
        }
    }
}

/// An operation on a whole multi-valued attribute.
fn change_list(
    values: &mut Vec<Value>,
    op: Op,
    definition: &'static Attribute,
    value: &Value,
    work: &mut Work,
    t: &mut Tolerance,
) -> Result<(), ScimError> {
    match op {
        Op::Remove if value.is_null() => values.clear(),
        Op::Remove => {
            grant_listed(definition.name, t)?;
            let listed = value::list(definition, value, t)?;
            spend_on_pairs(values, &listed, work)?;
            let listed: Vec<_> = listed
                .iter()
                .map(|listed| Identity::new(definition, listed))
                .collect();
            values.retain(|value| {
                let identity = Identity::new(definition, value);
                !listed.iter().any(|listed| identity.is_named_by(listed))
            });
        }
        Op::Replace => {
            *values = value::list(definition, value, t)?;
            value::settle_primary(values, |_| true, t)?;
        }
        Op::Add => {
            let added = value::list(definition, value, t)?;
            spend_on_pairs(values, &added, work)?;
            let mut is_new = vec![false; values.len()];
            let mut identities: Vec<_> = values
                .iter()
                .map(|value| Identity::new(definition, value))
                .collect();
            for added in added {
                let identity = Identity::new(definition, &added);
                // RFC 7644 §3.5.2.1: what is there already is not added again.
                let existing = identities
                    .iter()
                    .position(|existing| existing.is_named_by(&identity));
                let Some(index) = existing else {
                    values.push(added);
                    identities.push(identity);
                    is_new.push(true);
                    value::check_count(definition, values.len())?;
                    continue;
                };
                if added.get("primary") == Some(&Value::Bool(true)) {
                    values[index]["primary"] = Value::Bool(true);
                    is_new[index] = true;
                }
            }
            value::settle_primary(values, |index| is_new[index], t)?;
        }
    }
    Ok(())
}

/// Each value of one list is compared with each of the other and, where they are added, of its own.
fn spend_on_pairs(values: &[Value], given: &[Value], work: &mut Work) -> Result<(), ScimError> {
    work.spend_on(values, 1)?;
    work.spend_on(given, 1)?;
    work.spend((values.len() + given.len()) * given.len())
}

/// By what a value is known to be the same as another: its parts as they are compared. Made once for each value,
/// because the lists are compared each with each.
struct Identity(BTreeMap<String, String>);

impl Identity {
    fn new(definition: &Attribute, value: &Value) -> Self {
        let parts = value.as_object().into_iter().flatten();
        // Being primary is no part of what a value is.
        let parts = parts.filter(|(name, _)| *name != "primary").map(|(name, part)| {
            let case_exact = definition.sub_attribute(name).is_some_and(|part| part.case_exact);
            let text = part.as_str().map_or_else(
                || part.to_string(),
                |text| key::comparable(text, case_exact).into(),
            );
            (name.clone(), text)
        });
        Self(parts.collect())
    }

    /// Whether `listed` names this value: the same `value`, and the same `type` where it has one; for attributes
    /// without `value`, such as addresses, the same in every part that it has.
    fn is_named_by(&self, listed: &Self) -> bool {
        let same = |name: &str| !listed.0.contains_key(name) || self.0.get(name) == listed.0.get(name);
        if listed.0.contains_key("value") {
            same("value") && same("type")
        } else {
            !listed.0.is_empty() && listed.0.keys().all(|name| same(name))
        }
    }
}

/// Values of a list: those that match, and what of them.
struct Selected<'a> {
    filter: Option<&'a Filter>,
    sub: Option<&'static Attribute>,
}

/// An operation on the values that match a filter, or on one sub-attribute of them.
fn change_matching(
    values: &mut Vec<Value>,
    op: Op,
    definition: &'static Attribute,
    selected: &Selected<'_>,
    value: &Value,
    work: &mut Work,
    t: &mut Tolerance,
) -> Result<(), ScimError> {
    let Selected { filter, sub } = *selected;
    let matching = |value: &Value| {
        filter.is_none_or(|filter| value.as_object().is_some_and(|object| filter.matches(object)))
    };
    if op == Op::Remove && sub.is_none() {
        // RFC 7644 §3.5.2.2: no match is no error, there is nothing to remove.
        values.retain(|value| !matching(value));
        return Ok(());
    }
    let parts = match sub {
        Some(sub) => part(op, definition, sub, value, t)?,
        None => value::parts(definition, value, t)?,
    };
    let mut matched: Vec<bool> = values.iter().map(matching).collect();
    let sets_something = parts.iter().any(|(_, value)| value.is_some());
    if !matched.contains(&true) {
        if !sets_something {
            return Ok(());
        }
        values.push(Value::Object(value_for(definition, filter, t)?));
        matched.push(true);
        value::check_count(definition, values.len())?;
    }
    // The parts go into each value that matches.
    let copies = matched.iter().filter(|matched| **matched).count();
    let size: usize = parts
        .iter()
        .filter_map(|(_, value)| value.as_ref())
        .map(value::size)
        .sum();
    value::check_size(size.saturating_mul(copies))?;
    work.spend_on_copies(size * copies)?;
    let sets_primary = parts
        .iter()
        .any(|(part, value)| part.name == "primary" && *value == Some(Value::Bool(true)));
    for (value, _) in values.iter_mut().zip(&matched).filter(|(_, matched)| **matched) {
        if let Value::Object(object) = value {
            merge(object, op, parts.clone());
        }
    }
    value::settle_primary(values, |index| sets_primary && matched[index], t)
}

/// The value that a filter describes, where none matches it. The RFC is silent for `add` (erratum 8097) and
/// wants `noTarget` for `replace` (§3.5.2.3); Entra ID expects the value to come into being:
/// `emails[type eq "work"].value`.
fn value_for(
    definition: &'static Attribute,
    filter: Option<&Filter>,
    t: &mut Tolerance,
) -> Result<Map<String, Value>, ScimError> {
    let Some(filter) = filter else {
        return Ok(Map::new());
    };
    let terms = match filter {
        Filter::And(terms) => terms.as_slice(),
        single => std::slice::from_ref(single),
    };
    let mut described = Map::new();
    let is_described = terms.iter().all(|term| {
        equality(term).is_some_and(|(name, value)| {
            // `type eq "work" and type eq "home"` describes nothing.
            let before = described.insert(name, value.clone());
            before.is_none_or(|before| before == value)
        })
    });
    if !is_described || !t.use_it(Leniency::CreateUnmatched) {
        return Err(ScimError::no_target(format!(
            "No value of '{}' matches the filter in the path: add the value first.",
            definition.name
        )));
    }
    // What a filter compares with need not be what the attribute can hold.
    let parts = value::parts(definition, &Value::Object(described), t)?;
    let set = |(part, value): (&Attribute, Option<Value>)| Some((part.name.to_owned(), value?));
    Ok(parts.into_iter().filter_map(set).collect())
}

fn equality(term: &Filter) -> Option<(String, Value)> {
    match term {
        Filter::Compare {
            path,
            op: CompareOp::Eq,
            value,
        } => {
            let value = match value {
                FilterValue::String(text) => Value::from(text.as_str()),
                FilterValue::Boolean(value) => Value::from(*value),
                FilterValue::DateTime(_) | FilterValue::Null => return None,
            };
            Some((path.attribute.to_owned(), value))
        }
        _ => None,
    }
}

//! Whether a filter holds for a resource.

use serde_json::{Map, Value};

use super::parse::instant;
use super::{CompareOp, Filter, FilterValue};
use crate::attr_path::AttrPath;
use crate::key;

/// Whether `filter` holds for `object`: a whole resource, or one value of the attribute before the brackets.
/// Recursion is as deep as the filter, which the parser bounds.
pub(super) fn holds(filter: &Filter, object: &Map<String, Value>) -> bool {
    match filter {
        Filter::And(terms) => terms.iter().all(|term| holds(term, object)),
        Filter::Or(terms) => terms.iter().any(|term| holds(term, object)),
        Filter::Not(term) => !holds(term, object),
        Filter::Present(path) => values(path, object).any(is_present),
        Filter::ValuePath { path, filter } => values(path, object)
            .filter_map(Value::as_object)
            .any(|value| holds(filter, value)),
        Filter::Compare { path, op, value } => compare(path, *op, value, object),
    }
}

fn compare(path: &AttrPath, op: CompareOp, wanted: &FilterValue, object: &Map<String, Value>) -> bool {
    let mut present = values(path, object).filter(|value| is_present(value)).peekable();
    if *wanted == FilterValue::Null {
        return (op == CompareOp::Eq) == present.peek().is_none();
    }
    if op == CompareOp::Ne && present.peek().is_none() {
        return true;
    }
    let case_exact = path.leaf().case_exact;
    // RFC 7644 §3.4.2.2: of a multi-valued attribute, any one value.
    present.any(|value| compare_one(value, op, wanted, case_exact))
}

fn compare_one(value: &Value, op: CompareOp, wanted: &FilterValue, case_exact: bool) -> bool {
    match (wanted, value) {
        (FilterValue::String(wanted), Value::String(text)) => compare_text(text, op, wanted, case_exact),
        (FilterValue::Boolean(wanted), Value::Bool(value)) => match op {
            CompareOp::Eq => value == wanted,
            CompareOp::Ne => value != wanted,
            _ => false,
        },
        (FilterValue::DateTime(wanted), Value::String(text)) => {
            instant(text).is_some_and(|instant| ordered(op, instant.cmp(wanted)))
        }
        _ => op == CompareOp::Ne,
    }
}

fn compare_text(text: &str, op: CompareOp, wanted: &str, case_exact: bool) -> bool {
    match op {
        CompareOp::Eq => key::same(text, wanted, case_exact),
        CompareOp::Ne => !key::same(text, wanted, case_exact),
        CompareOp::Co | CompareOp::Sw | CompareOp::Ew => {
            let text = key::comparable(text, case_exact);
            let wanted = key::comparable(wanted, case_exact);
            match op {
                CompareOp::Co => text.contains(wanted.as_ref()),
                CompareOp::Sw => text.starts_with(wanted.as_ref()),
                _ => text.ends_with(wanted.as_ref()),
            }
        }
        _ => ordered(op, key::order(text, wanted, case_exact)),
    }
}

fn ordered(op: CompareOp, order: std::cmp::Ordering) -> bool {
    match op {
        CompareOp::Eq => order.is_eq(),
        CompareOp::Ne => order.is_ne(),
        CompareOp::Gt => order.is_gt(),
        CompareOp::Ge => order.is_ge(),
        CompareOp::Lt => order.is_lt(),
        CompareOp::Le => order.is_le(),
        CompareOp::Co | CompareOp::Sw | CompareOp::Ew => false,
    }
}

/// The values at a path: each of a multi-valued attribute, or the one.
pub(crate) fn values<'a>(
    path: &'a AttrPath,
    object: &'a Map<String, Value>,
) -> impl Iterator<Item = &'a Value> {
    let container = match path.urn {
        Some(urn) => object.get(urn).and_then(Value::as_object),
        None => Some(object),
    };
    let (list, single) = match container.and_then(|container| container.get(path.attribute)) {
        Some(Value::Array(list)) => (list.as_slice(), None),
        single => (&[][..], single),
    };
    list.iter().chain(single).filter_map(|value| match path.sub {
        Some(sub) => value.get(sub),
        None => Some(value),
    })
}

/// `pr`: RFC 7644 table 3, "a non-empty or non-null value", for a complex one in any part.
fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => list.iter().any(is_simple_or_present),
        Value::Object(parts) => parts.values().any(is_simple_or_present),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// Values nest two deep at most: parts of parts are not looked into.
fn is_simple_or_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        _ => true,
    }
}

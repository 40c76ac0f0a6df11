//! `bulkId:<name>` in place of an id (RFC 7644 §3.7.2).

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

const PREFIX: &str = "bulkId:";

/// The names that `path` and `data` refer to.
pub(super) fn named(path: &str, data: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if let Some((_, name)) = path.split_once(PREFIX) {
        names.insert(name.to_owned());
    }
    collect(data, &mut names);
    names
}

fn collect(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => names.extend(text.strip_prefix(PREFIX).map(str::to_owned)),
        Value::Array(values) => values.iter().for_each(|value| collect(value, names)),
        Value::Object(parts) => parts.values().for_each(|value| collect(value, names)),
        _ => {}
    }
}

/// `value` with every reference that is known replaced by the id.
pub(super) fn resolve(value: &Value, ids: &HashMap<String, String>) -> Value {
    match value {
        Value::String(text) => match text.strip_prefix(PREFIX).and_then(|name| ids.get(name)) {
            Some(id) => id.as_str().into(),
            None => value.clone(),
        },
        Value::Array(values) => values.iter().map(|value| resolve(value, ids)).collect(),
        Value::Object(parts) => parts
            .iter()
            .map(|(name, value)| (name.clone(), resolve(value, ids)))
            .collect(),
        _ => value.clone(),
    }
}

//! A resource's attributes as people read them.

use scim::Resource;
use serde_json::Value;

/// All attributes as people read them: a path such as `name.familyName` or `emails[type eq "work"].value`, and the
/// value as text.
pub(super) fn flatten(resource: &Resource) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    for (name, value) in resource.attributes() {
        flatten_value(name, value, &mut attributes);
    }
    attributes
}

fn flatten_value(path: &str, value: &Value, attributes: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::String(text) => attributes.push((path.to_owned(), text.clone())),
        Value::Object(object) => {
            let separator = if path.starts_with("urn:") && !path.contains(":User:") {
                ':'
            } else {
                '.'
            };
            for (name, value) in object {
                flatten_value(&format!("{path}{separator}{name}"), value, attributes);
            }
        }
        Value::Array(values) => {
            for value in values {
                match value
                    .as_object()
                    .and_then(|object| object.get("type"))
                    .and_then(Value::as_str)
                {
                    Some(kind) => {
                        let mut value = value.clone();
                        if let Some(object) = value.as_object_mut() {
                            object.remove("type");
                        }
                        flatten_value(&format!("{path}[type eq \"{kind}\"]"), &value, attributes);
                    }
                    None => flatten_value(path, value, attributes),
                }
            }
        }
        other => attributes.push((path.to_owned(), other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_flattened_to_paths_that_people_read() {
        let json = serde_json::json!({
            "userName": "ada@acme.test",
            "active": true,
            "name": { "familyName": "Lovelace" },
            "emails": [{ "value": "ada@acme.test", "type": "work", "primary": true }, { "value": "ada@home.test" }],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
                "department": "R&D", "manager": { "value": "26118915" }
            }
        });
        let mut flat = Vec::new();
        for (name, value) in json.as_object().unwrap() {
            flatten_value(name, value, &mut flat);
        }
        flat.sort();
        let flat: Vec<String> = flat
            .into_iter()
            .map(|(path, value)| format!("{path} = {value}"))
            .collect();
        assert_eq!(
            flat,
            [
                "active = true",
                "emails.value = ada@home.test",
                "emails[type eq \"work\"].primary = true",
                "emails[type eq \"work\"].value = ada@acme.test",
                "name.familyName = Lovelace",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department = R&D",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value = 26118915",
                "userName = ada@acme.test",
            ]
        );
    }
}

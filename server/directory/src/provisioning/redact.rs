//! A request's body for the log: without passwords, and not without bound.

use serde_json::Value;

/// The longest body that the log keeps, in bytes of JSON.
const MOST: usize = 16 * 1024;

/// The body as the log keeps it: no password at any depth, and cut (then a JSON string) where it is longer than
/// 16 KiB.
pub(super) fn redact(body: &Value) -> Value {
    let mut body = body.clone();
    remove_passwords(&mut body);
    let mut text = body.to_string();
    if text.len() <= MOST {
        return body;
    }
    text.truncate(text.floor_char_boundary(MOST));
    Value::String(text)
}

fn remove_passwords(value: &mut Value) {
    match value {
        Value::Object(object) => {
            // PATCH names the attribute in `path`, and its value beside it.
            let names_password = object.iter().any(|(key, path)| {
                key.eq_ignore_ascii_case("path") && path.as_str().is_some_and(is_password)
            });
            object
                .retain(|key, _| !(is_password(key) || names_password && key.eq_ignore_ascii_case("value")));
            object.values_mut().for_each(remove_passwords);
        }
        Value::Array(list) => list.iter_mut().for_each(remove_passwords),
        _ => {}
    }
}

/// `password` alone, in any letter-case, or behind a URN or a path.
fn is_password(name: &str) -> bool {
    name.to_lowercase().contains("password")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_password_is_kept_wherever_it_stands() {
        let cases = [
            (
                json!({"userName": "a", "password": "s3cret"}),
                json!({"userName": "a"}),
            ),
            (
                json!({"userName": "a", "PassWord": "s3cret"}),
                json!({"userName": "a"}),
            ),
            (
                json!({"urn:ietf:params:scim:schemas:core:2.0:User:password": "s3cret"}),
                json!({}),
            ),
            (
                json!({"Operations": [{"op": "replace", "value": {"password": {"value": "s3cret"}, "active": true}}]}),
                json!({"Operations": [{"op": "replace", "value": {"active": true}}]}),
            ),
            (
                json!({"Operations": [{"op": "Replace", "Path": "Password", "Value": "s3cret"}]}),
                json!({"Operations": [{"op": "Replace", "Path": "Password"}]}),
            ),
            (
                json!({"Operations": [{"path": "urn:ietf:params:scim:schemas:core:2.0:User:password", "value": "s3cret"}]}),
                json!({"Operations": [{"path": "urn:ietf:params:scim:schemas:core:2.0:User:password"}]}),
            ),
        ];
        for (body, kept) in cases {
            assert_eq!(redact(&body), kept, "{body}");
        }
    }

    #[test]
    fn a_long_body_is_cut_between_characters() {
        let body = json!({"nickName": "ä".repeat(MOST)});
        let Value::String(text) = redact(&body) else {
            panic!("the body is not cut")
        };
        assert!(text.len() <= MOST && text.len() > MOST - 4);
        assert!(text.starts_with("{\"nickName\":\"ää"));
    }
}

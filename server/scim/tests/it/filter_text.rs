//! Random text: filters that are valid on users, words in any order, anything.

use proptest::prelude::*;

const TEXT_ATTRIBUTES: [&str; 12] = [
    "userName",
    "USERNAME",
    "externalId",
    "id",
    "name.familyName",
    "emails.value",
    "groups.value",
    "meta.version",
    "urn:ietf:params:scim:schemas:core:2.0:User:displayName",
    "urn:ietf:params:scim:schemas:core:2.0:User:name.givenName",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
];
const TIMES: [&str; 3] = [
    "\"2026-01-31T12:00:00Z\"",
    "\"2026-01-31T12:00:00.123456+02:00\"",
    "\"1970-01-01T00:00:00-11:30\"",
];

fn one_of(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(words).prop_map(str::to_owned)
}

/// A JSON string of anything but NUL.
fn json_text() -> impl Strategy<Value = String> {
    "[^\u{0}]{0,12}".prop_map(|text| serde_json::Value::from(text).to_string())
}

fn comparison(path: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let op = one_of(&["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "Eq", "CO"]);
    (path, op, json_text()).prop_map(|(path, op, value)| format!("{path} {op} {value}"))
}

fn boolean(path: &'static str) -> impl Strategy<Value = String> {
    (one_of(&["eq", "ne", "EQ"]), one_of(&["true", "false", "null"]))
        .prop_map(move |(op, value)| format!("{path} {op} {value}"))
}

/// Terms joined by `and`, `or` and `not`, with parentheses only where they are needed, as the RFC writes them.
fn joined(term: BoxedStrategy<String>) -> BoxedStrategy<String> {
    let and = |terms: Vec<String>| terms.join(" and ");
    let or = |terms: Vec<String>| terms.join(" or ");
    let several = |term: BoxedStrategy<String>| prop::collection::vec(term, 2..4);
    term.prop_recursive(4, 24, 3, move |inner| {
        let negated = inner.clone().prop_map(|term| format!("not ({term})"));
        let leaf = prop_oneof![inner.clone().prop_map(|term| format!("({term})")), negated].boxed();
        let conjunction = several(leaf.clone()).prop_map(and).boxed();
        let disjunction = several(prop_oneof![leaf.clone(), conjunction.clone()].boxed()).prop_map(or);
        prop_oneof![leaf, conjunction, disjunction]
    })
    .boxed()
}

/// What stands in the brackets after an attribute that has the usual parts.
pub(crate) fn value_filter() -> BoxedStrategy<String> {
    let part = prop_oneof![
        comparison(one_of(&["type", "value", "VALUE", "display"])),
        boolean("primary"),
        one_of(&["type pr", "value PR"]),
    ];
    joined(part.boxed())
}

/// A filter that is valid on users, in the RFC's own grammar.
pub(crate) fn valid() -> BoxedStrategy<String> {
    let value_path = (one_of(&["emails", "phoneNumbers", "roles"]), value_filter())
        .prop_map(|(path, filter)| format!("{path}[{filter}]"));
    let time = (
        one_of(&["eq", "ne", "gt", "ge", "lt", "le"]),
        prop::sample::select(&TIMES[..]),
    )
        .prop_map(|(op, time)| format!("meta.lastModified {op} {time}"));
    let term = prop_oneof![
        4 => comparison(one_of(&TEXT_ATTRIBUTES)),
        1 => boolean("active"),
        1 => one_of(&["title pr", "emails pr", "name PR"]),
        1 => one_of(&["title eq null", "userName ne null"]),
        1 => time,
        2 => value_path,
    ];
    joined(term.boxed())
}

/// Words of filters in any order. `displayName` is an attribute both outside and inside the brackets.
pub(crate) fn words() -> impl Strategy<Value = String> {
    let word = one_of(&[
        "displayName",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager[",
        "]",
        "(",
        ")",
        "and",
        "or",
        "not",
        "eq",
        "sw",
        "pr",
        "\"a\"",
        "\"(\\\"\"",
        "null",
        "displayName eq \"b\"",
        "displayName pr",
    ]);
    prop::collection::vec(word, 0..12).prop_map(|words| words.join(" "))
}

//! What an answer must be. A failure says what was expected, why where it is not plain, and what came
//! instead.

use serde_json::Value;

use super::{SHOWN, Story};
use crate::Error;
use crate::client::Answer;

impl Story<'_> {
    /// The last answer is not as expected.
    pub(crate) fn fail(&mut self, why: impl Into<String>) {
        if let Some(step) = &mut self.current {
            step.failures.push(why.into());
        }
    }

    /// The last answer is as expected if `holds`; `why` says what was expected.
    pub(crate) fn expect(&mut self, holds: bool, why: impl Into<String>) {
        if !holds {
            self.fail(why);
        }
    }

    /// The last answer must have one of these statuses.
    pub(crate) fn expect_status(&mut self, answer: &Answer, statuses: &[u16], why: &str) {
        if !statuses.contains(&answer.status) {
            let expected: Vec<String> = statuses.iter().map(u16::to_string).collect();
            self.fail(format!(
                "{why}; expected {}, the server answered {}",
                expected.join(" or "),
                in_words(answer)
            ));
        }
    }

    /// What the last answer has at a JSON pointer must be this; null: nothing.
    pub(crate) fn expect_value(&mut self, answer: &Answer, pointer: &str, expected: &Value, why: &str) {
        let found = answer.body.pointer(pointer).unwrap_or(&Value::Null);
        if found != expected && !(is_nothing(found) && is_nothing(expected)) {
            self.fail(format!(
                "{why}; expected {expected} at {pointer}, found {}",
                brief(found)
            ));
        }
    }

    /// What the last answer has at these JSON pointers must be this.
    pub(crate) fn expect_values(&mut self, answer: &Answer, expected: &[(&str, Value)], why: &str) {
        for (pointer, value) in expected {
            self.expect_value(answer, pointer, value, why);
        }
    }

    /// The value of a multi-valued attribute that has this `type` must be this one, and the only one of its
    /// type.
    pub(crate) fn expect_typed(
        &mut self,
        answer: &Answer,
        attribute: &str,
        kind: &str,
        (sub_attribute, expected): (&str, &str),
        why: &str,
    ) {
        let values = answer.body.get(attribute).and_then(Value::as_array);
        let of_type: Vec<&Value> = values
            .into_iter()
            .flatten()
            .filter(|value| value.get("type").and_then(Value::as_str) == Some(kind))
            .collect();
        let holds =
            of_type.len() == 1 && of_type[0].get(sub_attribute).and_then(Value::as_str) == Some(expected);
        let found = brief(answer.body.get(attribute).unwrap_or(&Value::Null));
        self.expect(
            holds,
            format!(
                "{why}; expected one value of type {kind} in {attribute}, with {sub_attribute} \
                 '{expected}', found {found}"
            ),
        );
    }

    /// A query must find so many.
    pub(super) fn expect_found(&mut self, answer: &Answer, count: usize, filter: &str) {
        let (total, shown) = (number(answer, "totalResults"), answer.resources().len());
        self.expect(
            total == Some(count) && shown == count,
            format!(
                "{filter} finds {count}; expected totalResults {count} and as many Resources, found {} and \
                 {shown}",
                total.map_or_else(|| "none".to_owned(), |total| total.to_string())
            ),
        );
    }

    /// The ids of a group's members must be these; reads the group.
    pub(crate) fn expect_members(&mut self, about: &str, group: &str, members: &[&str]) -> Result<(), Error> {
        let answer = self.read(about, &format!("/Groups/{group}"))?;
        let mut found: Vec<&str> = answer
            .body
            .get("members")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|member| member.get("value").and_then(Value::as_str))
            .collect();
        found.sort_unstable();
        let mut expected = members.to_vec();
        expected.sort_unstable();
        let missing = expected.iter().filter(|id| !found.contains(id)).count();
        let extra = found.iter().filter(|id| !expected.contains(id)).count();
        self.expect(
            found == expected,
            format!(
                "the group has exactly the members that {} gave it; expected {}, found {}: {missing} are \
                 missing, {extra} should not be there",
                self.idp,
                expected.len(),
                found.len(),
            ),
        );
        Ok(())
    }

    /// A page must say where it begins and hold no more than was asked for. Its ids, and how many there are
    /// in all.
    pub(super) fn expect_page(
        &mut self,
        answer: &Answer,
        start: usize,
        count: usize,
    ) -> (Vec<String>, usize) {
        let ids: Vec<String> = answer
            .resources()
            .iter()
            .filter_map(|resource| resource.get("id").and_then(Value::as_str))
            .map(str::to_owned)
            .collect();
        let (index, total, size) = (
            number(answer, "startIndex"),
            number(answer, "totalResults"),
            number(answer, "itemsPerPage"),
        );
        self.expect(
            index == Some(start),
            format!("the page echoes the startIndex that was asked for, {start}, as an integer"),
        );
        self.expect(
            size == Some(ids.len()),
            format!(
                "itemsPerPage is how many the page has, {}, as an integer",
                ids.len()
            ),
        );
        self.expect(
            ids.len() <= count,
            format!(
                "a page has at most the {count} that were asked for, not {}",
                ids.len()
            ),
        );
        let total = total.unwrap_or(0);
        self.expect(
            !ids.is_empty() || start > total,
            format!("a page before the end of totalResults ({total}) is not empty"),
        );
        (ids, total)
    }

    /// All pages together hold each of these, and nothing twice.
    pub(super) fn expect_each_once(&mut self, mut seen: Vec<String>, ids: &[String]) {
        let all = seen.len();
        seen.sort_unstable();
        seen.dedup();
        self.expect(
            seen.len() == all,
            format!(
                "nothing stands on two pages: the order is the same for each page; {} came more than once",
                all - seen.len()
            ),
        );
        let missing = ids.iter().filter(|id| seen.binary_search(id).is_err()).count();
        self.expect(
            missing == 0,
            format!("the pages together hold all that was made; {missing} are on none"),
        );
    }

    /// What must hold of every answer, whatever was asked.
    pub(super) fn judge_form(&mut self, answer: &Answer) {
        for fault in faults(answer, self.client.wants_scim_json()) {
            self.fail(fault);
        }
        let text = answer.body.to_string();
        let shown = self
            .secrets
            .first()
            .is_some_and(|password| text.contains(password));
        self.expect(
            !shown,
            "a password that was sent is not repeated, not even in an error (RFC 7643 §7)",
        );
    }
}

/// What an answer that is no success says.
fn in_words(answer: &Answer) -> String {
    let mut words = answer.status.to_string();
    if let Some(kind) = answer.text("/scimType") {
        words = format!("{words} {kind}");
    }
    match answer.text("/detail") {
        Some(detail) => format!("{words}: {detail}"),
        None => words,
    }
}

/// A value as a failure shows it: a group may have thousands of members.
fn brief(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn number(answer: &Answer, name: &str) -> Option<usize> {
    let number = answer.body.get(name).and_then(Value::as_u64);
    number.and_then(|number| usize::try_from(number).ok())
}

/// Unassigned, in one of the ways that RFC 7643 §2.5 knows, or as Entra writes it.
fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("") || value.as_array().is_some_and(Vec::is_empty)
}

/// What must hold of every answer.
fn faults(answer: &Answer, scim_json: bool) -> Vec<String> {
    let mut faults = Vec::new();
    if scim_json && !answer.body.is_null() {
        let media_type = answer.content_type.as_deref().unwrap_or("none");
        if !media_type
            .to_ascii_lowercase()
            .starts_with("application/scim+json")
        {
            faults.push(format!(
                "the Content-Type is application/scim+json (RFC 7644 §3.1), not {media_type}"
            ));
        }
    }
    if answer.status >= 500 {
        faults.push(format!("the server failed: {}", in_words(answer)));
    }
    if answer.status == 429 {
        faults.push(match answer.retry_after {
            Some(_) => {
                "the server let nothing through after five waits as long as its Retry-After".to_owned()
            }
            None => "429 has a Retry-After in whole seconds: without, Okta waits five minutes".to_owned(),
        });
    }
    if answer.status >= 400 {
        let is_error = answer.text("/status") == Some(answer.status.to_string().as_str())
            && answer.text("/detail").is_some_and(|detail| !detail.is_empty());
        if !is_error {
            faults.push(
                "an error has SCIM's form: 'status' as a string and a 'detail', which administrators are \
                 shown (RFC 7644 §3.12)"
                    .to_owned(),
            );
        }
    }
    if (200..300).contains(&answer.status) && !matches!(answer.status, 204) && !answer.body.is_object() {
        faults.push(format!("an answer {} has a JSON object", answer.status));
    }
    if answer.body.get("Resources").is_some() || answer.body.get("totalResults").is_some() {
        for name in ["totalResults", "startIndex", "itemsPerPage"] {
            let value = answer.body.get(name);
            let may_miss = name != "totalResults";
            if !value.map_or(may_miss, Value::is_u64) {
                faults.push(format!(
                    "{name} of a list is a JSON integer: Okta refuses anything else"
                ));
            }
        }
        let has_list = answer.body.get("Resources").is_some_and(Value::is_array);
        if !has_list {
            faults.push("a list has Resources, an empty array where nothing matches".to_owned());
        }
    }
    if has_key(&answer.body, "password") {
        faults.push("a password is never returned (RFC 7643 §4.1.1)".to_owned());
    }
    if answer.body.get("id").is_some_and(|id| !id.is_string()) {
        faults.push("an 'id' is a JSON string: JumpCloud stops at a number".to_owned());
    }
    faults
}

/// Whether a resource, or one in a list, has this attribute. In `/Schemas` the name is a value and not a key.
fn has_key(value: &Value, key: &str) -> bool {
    match value {
        Value::Object(parts) => parts
            .iter()
            .any(|(name, value)| name.eq_ignore_ascii_case(key) || has_key(value, key)),
        Value::Array(values) => values.iter().any(|value| has_key(value, key)),
        _ => false,
    }
}

#[cfg(test)]
mod tests;

//! What every identity provider does: send a request, judge the answer, read back, and leave nothing behind.

use std::borrow::Borrow;
use std::io;

use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::people::People;
use crate::{Error, Outcome};

const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// One request and what was thought of its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The part of the story.
    pub phase: &'static str,
    /// GET, POST, …
    pub method: String,
    /// Below the base URL.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
    /// What it is for, in a few words.
    pub about: String,
    /// Whether no source confirms that the identity provider sends this.
    pub assumed: bool,
    /// What is not as the identity provider expects, in sentences.
    pub failures: Vec<String>,
}

/// A story that is being told.
pub(crate) struct Story<'c> {
    pub(crate) client: Client,
    on_step: &'c mut dyn FnMut(&Step) -> io::Result<()>,
    phase: &'static str,
    assumed: bool,
    /// The last request, while its answer is judged.
    current: Option<Step>,
    /// Paths of what was made and not removed.
    made: Vec<String>,
    outcome: Outcome,
}

impl<'c> Story<'c> {
    pub(crate) fn new(client: Client, on_step: &'c mut dyn FnMut(&Step) -> io::Result<()>) -> Self {
        Self {
            client,
            on_step,
            phase: "",
            assumed: false,
            current: None,
            made: Vec::new(),
            outcome: Outcome::default(),
        }
    }

    /// The next part; what is sent in it is confirmed by a source.
    pub(crate) fn phase(&mut self, name: &'static str) {
        self.phase = name;
        self.assumed = false;
    }

    /// The next part, whose shapes no source confirms.
    pub(crate) fn assumed_phase(&mut self, name: &'static str) {
        self.phase = name;
        self.assumed = true;
    }

    /// Hands over the step that was judged last.
    fn settle(&mut self) -> Result<(), Error> {
        if let Some(step) = self.current.take() {
            let place = format!("{} {}", step.method, step.path);
            self.outcome
                .failures
                .extend(step.failures.iter().map(|failure| format!("{place}: {failure}")));
            (self.on_step)(&step)?;
        }
        Ok(())
    }

    /// Everything is told.
    pub(crate) fn end(mut self) -> Result<Outcome, Error> {
        self.settle()?;
        Ok(self.outcome)
    }

    /// Sends a request, and checks what must hold of every answer.
    pub(crate) fn send(
        &mut self,
        about: &str,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, Error> {
        self.send_as(about, method, path, body, None)
    }

    fn send_as(
        &mut self,
        about: &str,
        method: &str,
        path: &str,
        body: Option<&Value>,
        token: Option<&str>,
    ) -> Result<Answer, Error> {
        self.settle()?;
        let answer = self.client.send(method, path, body, token)?;
        self.outcome.steps += 1;
        self.current = Some(Step {
            phase: self.phase,
            method: method.to_owned(),
            path: path.to_owned(),
            status: answer.status,
            about: about.to_owned(),
            assumed: self.assumed,
            failures: Vec::new(),
        });
        for failure in faults(&answer, self.client.wants_scim_json()) {
            self.fail(failure);
        }
        Ok(answer)
    }

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
            let detail = answer.text("/detail").map(|detail| format!(" ({detail})"));
            let expected: Vec<String> = statuses.iter().map(u16::to_string).collect();
            self.fail(format!(
                "{why}; expected {}, got {}{}",
                expected.join(" or "),
                answer.status,
                detail.unwrap_or_default()
            ));
        }
    }

    /// What the last answer has at a JSON pointer must be this; null: nothing.
    pub(crate) fn expect_value(&mut self, answer: &Answer, pointer: &str, expected: &Value, why: &str) {
        let found = answer.body.pointer(pointer).unwrap_or(&Value::Null);
        let nothing = |value: &Value| {
            value.is_null() || value.as_str() == Some("") || value.as_array().is_some_and(Vec::is_empty)
        };
        if found != expected && !(nothing(found) && nothing(expected)) {
            self.fail(format!("{why}; expected {expected} at {pointer}, found {found}"));
        }
    }

    /// GET.
    pub(crate) fn get(&mut self, about: &str, path: &str) -> Result<Answer, Error> {
        self.send(about, "GET", path, None)
    }

    /// GET of something that must be there.
    pub(crate) fn read(&mut self, about: &str, path: &str) -> Result<Answer, Error> {
        let answer = self.get(about, path)?;
        self.expect_status(&answer, &[200], "what was made can be read");
        Ok(answer)
    }

    /// GET with a filter; the list.
    pub(crate) fn find(
        &mut self,
        about: &str,
        path: &str,
        filter: &str,
        rest: &str,
    ) -> Result<Answer, Error> {
        let path = self.client.filtered(path, filter, rest);
        let answer = self.get(about, &path)?;
        self.expect_status(
            &answer,
            &[200],
            "a query is answered 200, with an empty list where nothing matches",
        );
        Ok(answer)
    }

    /// GET with a filter that must match exactly so many.
    pub(crate) fn find_exactly(
        &mut self,
        count: usize,
        about: &str,
        path: &str,
        filter: &str,
        rest: &str,
    ) -> Result<Answer, Error> {
        let answer = self.find(about, path, filter, rest)?;
        let total = answer.body.get("totalResults").and_then(Value::as_u64);
        let total = total.and_then(|total| usize::try_from(total).ok());
        self.expect(
            total == Some(count),
            format!("the filter matches {count}; totalResults says {total:?}"),
        );
        Ok(answer)
    }

    /// POST of something new; its id.
    pub(crate) fn create(
        &mut self,
        about: &str,
        path: &str,
        body: impl Borrow<Value>,
    ) -> Result<String, Error> {
        let answer = self.send(about, "POST", path, Some(body.borrow()))?;
        self.expect_status(&answer, &[201], "a new resource is answered 201");
        self.made_by(path, &answer)
    }

    /// Notes what a POST made.
    pub(crate) fn made_by(&mut self, path: &str, answer: &Answer) -> Result<String, Error> {
        let id = answer.text("/id").filter(|_| answer.is_success());
        let Some(id) = id.filter(|id| !id.is_empty()).map(str::to_owned) else {
            self.fail("the answer has no 'id' as a JSON string, without which nothing can follow");
            return Err(Error::Stuck);
        };
        let here = format!("{path}/{id}");
        let location = answer.location.as_deref().or(answer.text("/meta/location"));
        self.expect(
            location.is_some_and(|location| location.ends_with(&here)),
            format!("the answer's Location ends with {here}"),
        );
        self.made.push(here);
        Ok(id)
    }

    /// POST of something that must be refused as taken already.
    pub(crate) fn expect_taken(
        &mut self,
        about: &str,
        path: &str,
        body: impl Borrow<Value>,
    ) -> Result<(), Error> {
        let answer = self.send(about, "POST", path, Some(body.borrow()))?;
        self.expect_status(&answer, &[409], "a second one of the same name is refused");
        self.expect(
            answer.text("/scimType") == Some("uniqueness"),
            "the refusal has the scimType 'uniqueness' (RFC 7644 §3.3)",
        );
        if answer.is_success() {
            self.made_by(path, &answer)?;
        }
        Ok(())
    }

    /// PUT.
    pub(crate) fn put(&mut self, about: &str, path: &str, body: impl Borrow<Value>) -> Result<Answer, Error> {
        let answer = self.send(about, "PUT", path, Some(body.borrow()))?;
        self.expect_status(&answer, &[200], "a replaced resource is answered 200");
        Ok(answer)
    }

    /// PATCH with these operations.
    pub(crate) fn patch(&mut self, about: &str, path: &str, operations: Value) -> Result<Answer, Error> {
        let mut body = json!({ "schemas": [PATCH_OP] });
        body["Operations"] = operations;
        let answer = self.send(about, "PATCH", path, Some(&body))?;
        self.expect_status(&answer, &[200, 204], "the change is made");
        Ok(answer)
    }

    /// DELETE, after which nothing is there.
    pub(crate) fn delete(&mut self, about: &str, path: &str) -> Result<(), Error> {
        let answer = self.send(about, "DELETE", path, None)?;
        self.expect_status(&answer, &[204], "a removal is answered 204");
        self.made.retain(|made| made != path);
        Ok(())
    }

    /// DELETE, and a look whether it is gone.
    pub(crate) fn delete_and_look(&mut self, about: &str, path: &str) -> Result<(), Error> {
        self.delete(about, path)?;
        let answer = self.get("it is gone", path)?;
        self.expect_status(&answer, &[404], "what was removed is not there any more");
        let answer = self.send("removing it again", "DELETE", path, None)?;
        self.expect_status(&answer, &[404], "what is not there cannot be removed");
        Ok(())
    }

    /// The ids of a group's members must be these.
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
        let (missing, extra) = (
            expected.iter().filter(|id| !found.contains(id)).count(),
            found.iter().filter(|id| !expected.contains(id)).count(),
        );
        self.expect(
            found == expected,
            format!(
                "the group has {} members; {} are there, {missing} missing and {extra} too many",
                expected.len(),
                found.len()
            ),
        );
        Ok(())
    }

    /// A request with a token that is none must be refused in SCIM's form.
    pub(crate) fn expect_unauthorized(&mut self, path: &str) -> Result<(), Error> {
        let answer = self.send_as("a wrong token", "GET", path, None, Some("not-a-token"))?;
        self.expect_status(&answer, &[401], "a wrong token is refused");
        Ok(())
    }

    /// Pages through a list by index: every page says where it begins, and together they are the whole.
    pub(crate) fn walk(
        &mut self,
        about: &str,
        path: &str,
        count: usize,
        at_least: usize,
    ) -> Result<(), Error> {
        let (mut start, mut seen) = (1, Vec::new());
        loop {
            let join = if path.contains('?') { '&' } else { '?' };
            let answer = self.read(about, &format!("{path}{join}startIndex={start}&count={count}"))?;
            let number = |name: &str| {
                let number = answer.body.get(name).and_then(Value::as_u64);
                number.and_then(|number| usize::try_from(number).ok())
            };
            let (index, total) = (number("startIndex"), number("totalResults"));
            let page = answer.resources().len();
            self.expect(
                index == Some(start) && total.is_some() && number("itemsPerPage") == Some(page),
                "startIndex (as asked), totalResults and itemsPerPage (as many as there are) are integers",
            );
            self.expect(page <= count, format!("a page has at most {count} resources"));
            seen.extend(
                answer
                    .resources()
                    .iter()
                    .filter_map(|resource| resource.get("id").and_then(Value::as_str))
                    .map(str::to_owned),
            );
            start += page;
            if page == 0 || start > total.unwrap_or(0) {
                break;
            }
        }
        let all = seen.len();
        seen.sort_unstable();
        seen.dedup();
        self.expect(seen.len() == all, "no resource stands on two pages");
        self.expect(
            all >= at_least,
            format!("the pages together have {at_least} resources or more, not {all}"),
        );
        Ok(())
    }

    /// Removes what an earlier run with the same people left, without a word where there is nothing.
    pub(crate) fn clear(&mut self, people: &People) -> Result<(), Error> {
        let users = people
            .users
            .iter()
            .map(|person| ("/Users", "userName", person.user_name.as_str()));
        let groups = people
            .groups
            .iter()
            .map(|name| ("/Groups", "displayName", name.as_str()));
        let wanted: Vec<(&str, &str, &str)> = users.chain(groups).collect();
        self.phase("What an earlier run left");
        for (path, attribute, name) in wanted {
            let filter = format!("{attribute} eq {}", Value::from(name));
            let answer = self
                .client
                .send("GET", &self.client.filtered(path, &filter, ""), None, None)?;
            for resource in answer.resources() {
                if let Some(id) = resource.get("id").and_then(Value::as_str) {
                    self.delete("a leftover", &format!("{path}/{id}"))?;
                }
            }
        }
        Ok(())
    }

    /// Removes what this run made, groups first.
    pub(crate) fn clean_up(&mut self) -> Result<(), Error> {
        self.phase("Clean-up, which the identity provider would not do");
        let mut made = std::mem::take(&mut self.made);
        made.sort();
        for path in made {
            let answer = self.send("removed", "DELETE", &path, None)?;
            self.expect_status(&answer, &[204, 404], "what was made can be removed");
        }
        Ok(())
    }
}

/// What must hold of every answer, whatever was asked.
fn faults(answer: &Answer, scim_json: bool) -> Vec<String> {
    let mut faults = Vec::new();
    let has_body = !answer.body.is_null();
    if scim_json && has_body {
        let media_type = answer.content_type.as_deref().unwrap_or("none");
        if !media_type
            .to_ascii_lowercase()
            .starts_with("application/scim+json")
        {
            faults.push(format!(
                "the Content-Type is application/scim+json, not {media_type}"
            ));
        }
    }
    if answer.status >= 500 {
        faults.push(format!("the server failed ({})", answer.status));
    }
    if answer.status >= 400 {
        let is_error = answer.text("/status") == Some(answer.status.to_string().as_str())
            && answer.text("/detail").is_some_and(|detail| !detail.is_empty());
        if !is_error {
            faults.push(
                "an error has SCIM's form: 'status' as a string and a 'detail' (RFC 7644 §3.12)".to_owned(),
            );
        }
    }
    if has_key(&answer.body, "password") {
        faults.push("a password is never returned (RFC 7643 §4.1.1)".to_owned());
    }
    if answer.body.get("id").is_some_and(|id| !id.is_string()) {
        faults.push("an 'id' is a JSON string".to_owned());
    }
    faults
}

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
mod tests {
    use super::*;

    fn answer(status: u16, body: Value) -> Answer {
        Answer {
            status,
            body,
            content_type: Some("application/scim+json".to_owned()),
            location: None,
        }
    }

    #[test]
    fn faults_of_any_answer_are_seen() {
        let error = json!({"status": "404", "detail": "Gone."});
        for (answer, part) in [
            (answer(200, json!({"id": "1"})), None),
            (answer(204, Value::Null), None),
            (answer(404, error.clone()), None),
            (answer(404, Value::Null), Some("SCIM's form")),
            (
                answer(404, json!({"status": 404, "detail": "x"})),
                Some("SCIM's form"),
            ),
            (
                answer(500, json!({"status": "500", "detail": "x"})),
                Some("failed"),
            ),
            (
                answer(200, json!({"Resources": [{"id": "1", "password": "x"}]})),
                Some("password"),
            ),
            (answer(201, json!({"id": 7})), Some("JSON string")),
        ] {
            let faults = faults(&answer, true);
            match part {
                None => assert!(faults.is_empty(), "{faults:?}"),
                Some(part) => assert!(faults.concat().contains(part), "{faults:?}"),
            }
        }
        let html = Answer {
            content_type: Some("text/html".to_owned()),
            ..answer(404, error)
        };
        assert!(!faults(&html, true).is_empty());
        assert!(faults(&html, false).is_empty());
    }
}

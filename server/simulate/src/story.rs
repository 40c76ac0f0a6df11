//! What every identity provider does: send a request, have the answer judged, and leave nothing behind.
//!
//! A story calls the verbs here; what an answer must be is said in `judge`, what is removed before and after
//! in `tidy`.

mod judge;
mod tidy;

use std::borrow::Borrow;
use std::io;

use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::{Error, Outcome};

const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// How much of a value stands in a failure, in characters.
const SHOWN: usize = 300;

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
    client: Client,
    /// Who is played, as its failures name it.
    idp: &'static str,
    /// Never to be seen: the password that is sent, and the token.
    secrets: Vec<String>,
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
    pub(crate) fn new(
        client: Client,
        idp: &'static str,
        password: &str,
        on_step: &'c mut dyn FnMut(&Step) -> io::Result<()>,
    ) -> Self {
        // A shorter one hides nothing and stands in every other word.
        let token = Some(client.token()).filter(|token| token.len() > 3);
        Self {
            secrets: [Some(password), token]
                .into_iter()
                .flatten()
                .map(str::to_owned)
                .collect(),
            client,
            idp,
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

    /// Everything is told.
    pub(crate) fn end(mut self) -> Result<Outcome, Error> {
        self.settle()?;
        Ok(self.outcome)
    }

    /// Hands over the step that was judged last.
    fn settle(&mut self) -> Result<(), Error> {
        let Some(mut step) = self.current.take() else {
            return Ok(());
        };
        // A server may repeat what it was sent, in a path or a detail.
        for text in step.failures.iter_mut().chain([&mut step.path]) {
            for secret in &self.secrets {
                *text = text.replace(secret, "[secret]");
            }
        }
        let assumed = if step.assumed {
            format!(" (That {} sends this is assumed.)", self.idp)
        } else {
            String::new()
        };
        self.outcome.failures.extend(step.failures.iter().map(|failure| {
            format!(
                "{} {} ({}): {failure}{assumed}",
                step.method, step.path, step.about
            )
        }));
        (self.on_step)(&step)?;
        Ok(())
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
        self.judge_form(&answer);
        Ok(answer)
    }

    /// GET.
    pub(crate) fn get(&mut self, about: &str, path: &str) -> Result<Answer, Error> {
        self.send(about, "GET", path, None)
    }

    /// GET of something that must be there.
    pub(crate) fn read(&mut self, about: &str, path: &str) -> Result<Answer, Error> {
        let answer = self.get(about, path)?;
        self.expect_status(&answer, &[200], "it is there and can be read");
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
        self.expect_found(&answer, count, filter);
        Ok(answer)
    }

    /// GET with a filter that must find this one, and no other.
    pub(crate) fn find_it(
        &mut self,
        id: &str,
        about: &str,
        path: &str,
        filter: &str,
        rest: &str,
    ) -> Result<Answer, Error> {
        let answer = self.find_exactly(1, about, path, filter, rest)?;
        self.expect_value(
            &answer,
            "/Resources/0/id",
            &json!(id),
            "the filter finds the one that was made",
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
        let why = format!("{} replaces the whole and expects it to be taken", self.idp);
        self.expect_status(&answer, &[200], &why);
        Ok(answer)
    }

    /// PATCH with these operations.
    pub(crate) fn patch(&mut self, about: &str, path: &str, operations: Value) -> Result<Answer, Error> {
        let mut body = json!({ "schemas": [PATCH_OP] });
        body["Operations"] = operations;
        let answer = self.send(about, "PATCH", path, Some(&body))?;
        let sent: String = body["Operations"].to_string().chars().take(SHOWN).collect();
        let why = format!("{} sends {sent} and expects it to be done", self.idp);
        self.expect_status(&answer, &[200, 204], &why);
        Ok(answer)
    }

    /// PATCH that changes nothing, and a look whether it did.
    pub(crate) fn patch_in_vain(
        &mut self,
        about: &str,
        path: &str,
        operations: Value,
    ) -> Result<Answer, Error> {
        let before = self.read("as it is", path)?;
        self.patch(about, path, operations)?;
        let after = self.read("read back, unchanged", path)?;
        self.expect_value(
            &after,
            "/meta/lastModified",
            &before.body["meta"]["lastModified"],
            "what changes nothing leaves meta.lastModified alone: the same change comes again and again",
        );
        Ok(after)
    }

    /// A request with a token that is none must be refused in SCIM's form.
    pub(crate) fn expect_unauthorized(&mut self, path: &str) -> Result<(), Error> {
        let answer = self.send_as("with a wrong token", "GET", path, None, Some("not-a-token"))?;
        self.expect_status(&answer, &[401], "a wrong token is refused");
        Ok(())
    }

    /// Pages through a list by index, `query` giving what is asked for from which index on. Every page says
    /// where it begins, and together they hold each of these once.
    pub(crate) fn walk(
        &mut self,
        about: &str,
        ids: &[String],
        page: usize,
        query: impl Fn(usize) -> String,
    ) -> Result<(), Error> {
        let (mut start, mut seen) = (1, Vec::new());
        loop {
            let answer = self.read(about, &query(start))?;
            let (found, total) = self.expect_page(&answer, start, page);
            start += found.len();
            let is_last = found.is_empty() || start > total;
            seen.extend(found);
            if is_last {
                break;
            }
        }
        self.expect_each_once(seen, ids);
        Ok(())
    }
}

/// Pages of so many, asked for by `startIndex` and `count`.
pub(crate) fn pages(path: &str, count: usize) -> impl Fn(usize) -> String {
    move |start| format!("{path}?startIndex={start}&count={count}")
}

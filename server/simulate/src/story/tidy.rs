//! What is removed: by the identity provider, before a story, and after it.

use serde_json::Value;

use super::Story;
use crate::Error;
use crate::client::Answer;
use crate::people::{People, renamed};

impl Story<'_> {
    /// Notes what a POST made; its id.
    pub(super) fn made_by(&mut self, path: &str, answer: &Answer) -> Result<String, Error> {
        let id = answer.text("/id").filter(|_| answer.is_success());
        let Some(id) = id.filter(|id| !id.is_empty()).map(str::to_owned) else {
            self.fail(
                "the answer has the new resource with an 'id' as a JSON string; without it nothing can \
                 follow",
            );
            return Err(Error::Stuck);
        };
        let here = format!("{path}/{id}");
        let location = answer.location.as_deref().or(answer.text("/meta/location"));
        self.expect(
            location.is_some_and(|location| location.ends_with(&here)),
            format!("the answer's Location ends with {here} (RFC 7644 §3.3)"),
        );
        self.made.push(here);
        Ok(id)
    }

    /// DELETE.
    pub(crate) fn delete(&mut self, about: &str, path: &str) -> Result<(), Error> {
        let answer = self.send(about, "DELETE", path, None)?;
        self.expect_status(&answer, &[204], "a removal is answered 204");
        if answer.is_success() || answer.status == 404 {
            self.made.retain(|made| made != path);
        }
        Ok(())
    }

    /// DELETE, and a look whether it is gone.
    pub(crate) fn delete_and_look(&mut self, about: &str, path: &str) -> Result<(), Error> {
        self.delete(about, path)?;
        let answer = self.get("it is gone", path)?;
        self.expect_status(&answer, &[404], "what was removed is not there any more");
        let answer = self.send("removed again", "DELETE", path, None)?;
        self.expect_status(&answer, &[404], "what is not there cannot be removed");
        Ok(())
    }

    /// DELETE of a user, and a look whether it is gone, its name is free, and a new user of that name is
    /// another one.
    pub(crate) fn delete_and_replace(
        &mut self,
        about: &str,
        id: &str,
        by_name: &str,
        body: &Value,
    ) -> Result<(), Error> {
        self.delete_and_look(about, &format!("/Users/{id}"))?;
        self.find_exactly(0, "no filter finds it", "/Users", by_name, "")?;
        let new = self.create("hired again under the same name", "/Users", body)?;
        self.expect(
            new != id,
            "an id is never used again (RFC 7643 §3.1): the new user is another one",
        );
        Ok(())
    }

    /// Removes what an earlier run with the same people left, without a word where there is nothing.
    pub(crate) fn clear(&mut self, people: &People) -> Result<(), Error> {
        let users = people.users.iter().map(|person| person.user_name.clone());
        let groups = people
            .groups
            .iter()
            .flat_map(|name| [name.clone(), renamed(name)]);
        let wanted: Vec<_> = groups
            .map(|name| ("/Groups", "displayName", name))
            .chain(users.map(|name| ("/Users", "userName", name)))
            .collect();
        self.phase("What an earlier run left");
        for (path, attribute, name) in wanted {
            let filter = format!("{attribute} eq {}", Value::from(name.as_str()));
            let query = self.client.filtered(path, &filter, "");
            let answer = self.client.send("GET", &query, None, None)?;
            for resource in answer.resources() {
                // A server that takes no notice of the filter shows people who are none of ours.
                if is_called(resource, attribute, &name)
                    && let Some(id) = resource.get("id").and_then(Value::as_str)
                {
                    self.delete("left by an earlier run", &format!("{path}/{id}"))?;
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

fn is_called(resource: &Value, attribute: &str, name: &str) -> bool {
    let found = resource.get(attribute).and_then(Value::as_str);
    found.is_some_and(|found| found.to_lowercase() == name.to_lowercase())
}

//! Who last set which attribute, and when: kept with the user, because the log forgets in time.
//!
//! Most attributes of most users were set at once, by the request that created or converted the user. So one act stands
//! for everything, and only what was set later is named.

use serde::{Deserialize, Serialize};

use jiff::Timestamp;
use serde_json::Value;

use crate::log::Change;
use crate::{DirectoryError, db};

/// An attribute as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// A path such as `name.familyName` or `emails[type eq "work"].value`.
    pub path: String,
    /// The value as text.
    pub value: String,
    /// Who last set it, in words, and when; none where that was before it was kept.
    pub set: Option<(String, Timestamp)>,
}

/// Who set what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Sources(Vec<Act>);

/// An act, with the attributes of its that nobody has set since; the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Act {
    by: String,
    at: i64,
    /// None: everything that no later act names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    paths: Option<Vec<String>>,
}

impl Sources {
    /// Everything set at once.
    pub(crate) fn all(by: &str, at: Timestamp) -> Self {
        Self(vec![Act {
            by: by.to_owned(),
            at: at.as_microsecond(),
            paths: None,
        }])
    }

    /// Adds a later act. `changes`: as the log has them.
    pub(crate) fn add(&mut self, by: &str, at: Timestamp, changes: &[Change]) {
        for act in &mut self.0 {
            if let Some(paths) = &mut act.paths {
                paths.retain(|path| !changes.iter().any(|change| change.attribute == *path));
            }
        }
        self.0
            .retain(|act| act.paths.as_ref().is_none_or(|paths| !paths.is_empty()));
        let set = changes.iter().filter(|change| change.after != Value::Null);
        let paths: Vec<String> = set.map(|change| change.attribute.clone()).collect();
        if !paths.is_empty() {
            self.0.push(Act {
                by: by.to_owned(),
                at: at.as_microsecond(),
                paths: Some(paths),
            });
        }
    }

    /// Reads what was stored.
    pub(crate) fn stored(json: Option<&str>) -> Result<Self, DirectoryError> {
        json.map_or_else(
            || Ok(Self::default()),
            |json| {
                serde_json::from_str(json)
                    .map_err(|error| DirectoryError::Corrupt(format!("the sources of a user: {error}")))
            },
        )
    }

    /// As it is stored.
    pub(crate) fn to_stored(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers are representable as JSON")
    }

    /// These attributes, by path and value, with who set them.
    pub(crate) fn of(&self, attributes: Vec<(String, String)>) -> Result<Vec<Attribute>, DirectoryError> {
        let with_source = |(path, value): (String, String)| {
            let act = self.0.iter().rev().find(|act| {
                act.paths
                    .as_ref()
                    .is_none_or(|paths| paths.iter().any(|set| is_within(&path, set)))
            });
            let set = act
                .map(|act| Ok::<_, DirectoryError>((act.by.clone(), db::time(act.at)?)))
                .transpose()?;
            Ok(Attribute { path, value, set })
        };
        attributes.into_iter().map(with_source).collect()
    }
}

/// Whether `path` is the attribute `set`, or a part of it.
fn is_within(path: &str, set: &str) -> bool {
    path.strip_prefix(set)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn changes(paths: &[&str]) -> Vec<Change> {
        let change = |path: &&str| Change {
            attribute: (*path).to_owned(),
            before: Value::Null,
            after: "new".into(),
        };
        paths.iter().map(change).collect()
    }

    /// `who second` for each path.
    fn of(sources: &Sources, paths: &[&str]) -> Vec<String> {
        let attributes = paths.iter().map(|path| ((*path).to_owned(), String::new()));
        let name = |attribute: Attribute| {
            attribute
                .set
                .map_or_else(|| "-".to_owned(), |(by, at)| format!("{by} {}", at.as_second()))
        };
        sources
            .of(attributes.collect())
            .unwrap()
            .into_iter()
            .map(name)
            .collect()
    }

    #[test]
    fn the_last_who_set_an_attribute_is_known_and_everything_else_is_the_first_ones() {
        let mut sources = Sources::all("Entra", at(1));
        sources.add("Entra", at(2), &changes(&["name.familyName", "emails"]));
        sources.add("Okta", at(3), &changes(&["emails"]));
        let paths = [
            "userName",
            "name.familyName",
            "name.familyNameOfBirth",
            "emails[type eq \"work\"].value",
            "emails.value",
        ];
        let expected = ["Entra 1", "Entra 2", "Entra 1", "Okta 3", "Okta 3"];
        assert_eq!(of(&sources, &paths), expected);
        let stored = Sources::stored(Some(&sources.to_stored())).unwrap();
        assert_eq!(stored, sources);
        assert_eq!(stored.0.len(), 3);
    }

    #[test]
    fn an_attribute_that_went_and_came_again_is_the_one_who_brought_it_back() {
        let mut sources = Sources::all("Entra", at(1));
        let mut gone = changes(&["title"]);
        gone[0].after = Value::Null;
        sources.add("Entra", at(2), &gone);
        sources.add("Ada", at(3), &changes(&["title"]));
        assert_eq!(of(&sources, &["title", "active"]), ["Ada 3", "Entra 1"]);
    }

    #[test]
    fn what_was_set_before_this_was_kept_has_no_source() {
        let mut sources = Sources::stored(None).unwrap();
        sources.add("Entra", at(2), &changes(&["title"]));
        assert_eq!(of(&sources, &["title", "active"]), ["Entra 2", "-"]);
    }
}

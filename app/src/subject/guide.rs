//! The setup guides: one file an identity provider in `app/guides/`, read by the server and handed to the page that
//! shows it. Adding one needs no code.

mod marks;

use serde::{Deserialize, Serialize};

use crate::text::K;

pub use marks::marked;
#[cfg(feature = "ssr")]
pub use marks::plain;

/// How an identity provider is set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guide {
    /// The file's name without `.json`.
    pub id: String,
    /// The product's name.
    pub name: String,
    /// The identity provider that its requests show, by its name; none: any.
    pub identity_provider: Option<String>,
    /// The name in a sentence, as in *in Entra*.
    pub short: String,
    /// What it does, and whether it can push to a service like this at all.
    pub summary: String,
    /// What is possible.
    pub possible: Possible,
    /// Whether it leaves out the members of groups within groups.
    #[serde(default)]
    pub drops_nested: bool,
    /// How often it sends.
    pub rhythm: Rhythm,
    /// What is normal while nothing arrives, and how to hurry it.
    pub waiting: String,
    /// What is needed before.
    pub prerequisites: Vec<String>,
    /// What to do, in order.
    pub steps: Vec<GuideStep>,
    /// Its attributes and those of SCIM.
    pub mapping: Vec<Mapping>,
    /// Provisioning actions to switch on, by their labels.
    pub actions: Vec<String>,
    /// Settings that change its dialect.
    pub flags: Vec<Flag>,
    /// What it does not do.
    pub limits: Vec<String>,
    /// Where all this is from.
    pub sources: Vec<Source>,
}

/// What an identity provider can do for a service like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Possible {
    /// Users and groups.
    Full,
    /// Users alone.
    UsersOnly,
    /// Nothing by itself; the guide says what is possible instead.
    Workaround,
}

/// How often an identity provider sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rhythm {
    /// Minutes from one cycle to the next; none: at once, or not known.
    pub minutes: Option<u32>,
    /// The same in a sentence.
    pub text: String,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuideStep {
    /// In which console.
    #[serde(rename = "where")]
    pub place: Place,
    /// What is done.
    pub title: String,
    /// What goes wrong where it was not done, or not rightly.
    #[serde(default)]
    pub solves: Vec<Topic>,
    /// The way through the menus, by their labels.
    pub path: Vec<String>,
    /// How.
    pub text: String,
    /// What is pasted where.
    #[serde(default)]
    pub values: Vec<Pasted>,
    /// What is seen when it worked.
    pub success: Option<String>,
    /// What goes wrong here, and why.
    pub watch: Option<String>,
    /// Where this is from.
    pub source: String,
    /// Whether no source confirms it.
    #[serde(default)]
    pub unconfirmed: bool,
}

/// What a step of a guide sees to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Base URL and token.
    Token,
    /// Who is sent.
    Users,
    /// Which groups are sent.
    Groups,
    /// What is sent of each.
    Mapping,
    /// That anything is sent at all.
    Start,
}

/// A console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The identity provider's.
    Idp,
    /// This one.
    Rollcall,
}

/// A field of the identity provider, and what goes into it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pasted {
    /// The field's label.
    pub label: String,
    /// What goes into it.
    pub value: PastedValue,
}

/// What goes into a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PastedValue {
    /// One of this account's values.
    Own(OwnValue),
    /// A text that is the same for everybody.
    Literal {
        /// The text.
        text: String,
    },
}

/// A value of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnValue {
    /// The SCIM base URL.
    BaseUrl,
    /// The token, which is shown once and never again.
    Token,
    /// The address of the users.
    UsersUrl,
    /// The address of the groups.
    GroupsUrl,
    /// The attribute that users are matched by: `userName`.
    UserNameAttribute,
    /// The word before the token: `Bearer`.
    Bearer,
}

/// A line of the attribute mapping.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The identity provider's attribute.
    pub from: String,
    /// SCIM's.
    pub to: String,
    /// What to know of it.
    pub note: Option<String>,
}

/// A setting that changes the dialect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flag {
    /// Its name.
    pub name: String,
    /// What it does and where it goes.
    pub text: String,
}

/// A source, and when it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: Option<String>,
    /// The day on which it was read.
    pub checked: String,
}

/// A guide to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuideName {
    /// Its id.
    pub id: String,
    /// The product's name.
    pub name: String,
    /// What is possible.
    pub possible: Possible,
}

impl Guide {
    /// The step in the identity provider that sees to this.
    pub fn step_for(&self, topic: Topic) -> Option<&GuideStep> {
        self.steps
            .iter()
            .find(|step| step.place == Place::Idp && step.solves.contains(&topic))
    }
}

impl Possible {
    /// In a few words, where it is not everything.
    pub fn remark(self) -> Option<K> {
        match self {
            Self::Full => None,
            Self::UsersOnly => Some(K::GuideUsersOnly),
            Self::Workaround => Some(K::GuideWorkaround),
        }
    }
}

#[cfg(feature = "ssr")]
mod files {
    use std::sync::LazyLock;

    use super::{Guide, GuideName};

    include!(concat!(env!("OUT_DIR"), "/guides.rs"));

    static GUIDES: LazyLock<Vec<Guide>> = LazyLock::new(|| {
        FILES
            .iter()
            .map(|(name, text)| {
                serde_json::from_str(text).unwrap_or_else(|error| panic!("the guide {name}: {error}"))
            })
            .collect()
    });

    /// The order in which people look for them; the others follow by name, and *any other* is the last.
    const FIRST: [&str; 4] = ["entra", "okta-saml", "okta-api", "google"];

    /// Every guide that can be chosen.
    pub fn names() -> Vec<GuideName> {
        let place = |id: &str| match (FIRST.iter().position(|first| *first == id), id) {
            (Some(place), _) => place,
            (None, "other") => usize::MAX,
            (None, _) => FIRST.len(),
        };
        let mut names: Vec<GuideName> = GUIDES
            .iter()
            .map(|guide| GuideName {
                id: guide.id.clone(),
                name: guide.name.clone(),
                possible: guide.possible,
            })
            .collect();
        names.sort_by_key(|guide| (place(&guide.id), guide.name.to_lowercase()));
        names
    }

    /// The guide for the identity provider of this name, of several the one that is looked for first.
    fn of(identity_provider: &str) -> Option<Guide> {
        names()
            .into_iter()
            .filter_map(|guide| find(&guide.id))
            .find(|guide| guide.identity_provider.as_deref() == Some(identity_provider))
    }

    /// The guide of a connection: the one that was chosen, or that of the identity provider that its requests show.
    pub fn of_connection(connection: &directory::Connection) -> Option<Guide> {
        let chosen = connection.guide.as_deref().and_then(find);
        chosen.or_else(|| of(connection.identity_provider?.name()))
    }

    /// The guide of this id.
    pub fn find(id: &str) -> Option<Guide> {
        GUIDES.iter().find(|guide| guide.id == id).cloned()
    }

    #[cfg(test)]
    mod tests {
        use std::collections::BTreeSet;

        use super::super::{OwnValue, PastedValue, Place, Possible, Topic};
        use super::*;

        #[test]
        fn every_file_is_a_guide_that_names_what_there_is() {
            let texts: BTreeSet<&str> = crate::text::TEXTS[0].iter().copied().collect();
            for ((name, _), guide) in FILES.iter().zip(GUIDES.iter()) {
                assert_eq!(*name, guide.id);
                let known = guide.identity_provider.as_deref().map(scim_name);
                assert_ne!(known, Some(false), "{name}: the identity provider is known");
                assert!(!guide.steps.is_empty() && !guide.sources.is_empty(), "{name}");
                let pasted = |wanted: OwnValue| {
                    guide
                        .steps
                        .iter()
                        .flat_map(|step| &step.values)
                        .any(|pasted| pasted.value == PastedValue::Own(wanted))
                };
                assert!(
                    pasted(OwnValue::BaseUrl) || pasted(OwnValue::UsersUrl),
                    "{name}: it says where the base URL goes"
                );
                let groups = guide.possible == Possible::Full;
                for (topic, needed) in [
                    (Topic::Token, true),
                    (Topic::Users, true),
                    (Topic::Start, true),
                    (Topic::Groups, groups),
                    (Topic::Mapping, false),
                ] {
                    let steps = guide.steps.iter().filter(|step| step.solves.contains(&topic));
                    assert!(steps.count() <= 1, "{name}: {topic:?} has one step");
                    assert!(
                        !needed || guide.step_for(topic).is_some(),
                        "{name}: {topic:?} has a step in the identity provider"
                    );
                }
                for step in &guide.steps {
                    assert!(
                        !step.title.is_empty() && !step.text.is_empty() && !step.source.is_empty(),
                        "{name}"
                    );
                    if step.place == Place::Rollcall {
                        for label in &step.path {
                            assert!(
                                texts.contains(label.as_str()),
                                "{name}: the console has no {label:?}"
                            );
                        }
                    }
                }
                for source in &guide.sources {
                    assert_eq!(source.checked.len(), "2026-11-24".len(), "{name}");
                }
            }
            assert!(GUIDES.len() >= 3);
            assert_eq!(names().first().map(|guide| guide.id.as_str()), Some("entra"));
        }

        fn scim_name(name: &str) -> bool {
            directory::IdentityProvider::from_name(name).is_some()
        }
    }
}

#[cfg(feature = "ssr")]
pub use files::{find, names, of_connection};

//! The known problems in words, each with an address of its own: one file, `app/known-problems.json`, read by the
//! server and handed to the page that shows it.

use serde::{Deserialize, Serialize};

/// A problem that others have had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Problem {
    /// Its name in addresses.
    pub id: String,
    /// What is wrong, as people say it.
    pub title: String,
    /// What is seen here or in the identity provider, in its words.
    pub seen: String,
    /// Why.
    pub cause: String,
    /// What an administrator here does.
    pub here: String,
    /// What the identity provider's administrator does.
    pub theirs: String,
    /// The identity providers that it is typical of, by their names; empty: any.
    pub providers: Vec<String>,
}

#[cfg(feature = "ssr")]
mod file {
    use std::sync::LazyLock;

    use directory::provisioning::arrival::DoorRefusal;
    use directory::provisioning::diagnosis::RefusedReason;

    use super::Problem;

    static PROBLEMS: LazyLock<Vec<Problem>> = LazyLock::new(|| {
        serde_json::from_str(include_str!("../../known-problems.json"))
            .unwrap_or_else(|error| panic!("known-problems.json: {error}"))
    });

    /// The problems in which every word of `search` stands somewhere, in any letter-case; those of the identity
    /// provider of this name first.
    pub fn search(search: &str, provider: Option<&str>) -> Vec<Problem> {
        let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
        let mut found: Vec<Problem> = PROBLEMS
            .iter()
            .filter(|problem| {
                let text = [
                    &problem.title,
                    &problem.seen,
                    &problem.cause,
                    &problem.here,
                    &problem.theirs,
                    &problem.providers.join(" "),
                ]
                .map(|text| text.to_lowercase());
                words
                    .iter()
                    .all(|word| text.iter().any(|text| text.contains(word.as_str())))
            })
            .cloned()
            .collect();
        let is_foreign = |problem: &Problem| {
            !problem.providers.is_empty()
                && provider.is_some_and(|own| problem.providers.iter().all(|other| other != own))
        };
        found.sort_by_key(is_foreign);
        found
    }

    /// The problem that explains a refusal; none where only its own words do.
    pub fn of_reason(reason: RefusedReason) -> Option<&'static str> {
        (reason != RefusedReason::Other).then(|| reason.name())
    }

    /// The problem that explains why somebody was turned away at the door.
    pub fn of_door(reason: DoorRefusal) -> &'static str {
        match reason {
            DoorRefusal::Missing | DoorRefusal::Malformed => "token-missing",
            DoorRefusal::Unknown => "token-unknown",
            DoorRefusal::Foreign => "token-foreign",
            DoorRefusal::Expired => "token-expired",
            DoorRefusal::Revoked => "token-revoked",
        }
    }

    #[cfg(test)]
    mod tests {
        use std::collections::BTreeSet;

        use super::*;

        #[test]
        fn every_problem_is_whole_and_every_refusal_has_its_problem() {
            let ids: BTreeSet<&str> = PROBLEMS.iter().map(|problem| problem.id.as_str()).collect();
            assert_eq!(ids.len(), PROBLEMS.len(), "an id stands for one problem");
            for problem in PROBLEMS.iter() {
                let texts = [
                    &problem.title,
                    &problem.seen,
                    &problem.cause,
                    &problem.here,
                    &problem.theirs,
                ];
                assert!(texts.iter().all(|text| !text.is_empty()), "{}", problem.id);
                for provider in &problem.providers {
                    assert!(
                        directory::IdentityProvider::from_name(provider).is_some(),
                        "{}: {provider}",
                        problem.id
                    );
                }
            }
            let reasons = RefusedReason::ALL.into_iter().filter_map(of_reason);
            let doors = [
                DoorRefusal::Missing,
                DoorRefusal::Malformed,
                DoorRefusal::Unknown,
                DoorRefusal::Foreign,
                DoorRefusal::Expired,
                DoorRefusal::Revoked,
            ];
            for id in reasons.chain(doors.map(of_door)) {
                assert!(ids.contains(id), "{id} is explained");
            }
        }

        #[test]
        fn a_search_finds_all_words_wherever_they_stand() {
            let ids = |text: &str| -> Vec<String> {
                search(text, None).into_iter().map(|found| found.id).collect()
            };
            assert_eq!(ids("QUARANTINE four weeks"), ["quarantine"]);
            assert_eq!(ids("invalidanchor"), ["stale-id"]);
            assert_eq!(ids("nothing of this kind"), Vec::<String>::new());
            assert_eq!(ids("").len(), PROBLEMS.len());
            assert_eq!(
                search("", Some("okta")).last().map(|problem| problem.id.clone()),
                Some("e-mail-unverified".to_owned()),
                "another identity provider's problems come last"
            );
        }
    }
}

#[cfg(feature = "ssr")]
pub use file::{of_door, of_reason, search};

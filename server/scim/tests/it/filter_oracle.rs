//! The grammar against another implementation of it, crate `scim_v2`.
//!
//! Three forms that it refuses and that are accepted here are left out: `not(` without a blank,
//! `emails[type eq "work"].value eq "x"`, and `$ref`.

use proptest::prelude::*;
use scim::{Filter, ResourceType, Strictness, Tolerance};

use crate::filter_text::{valid, words};

fn ours(text: &str) -> Result<Filter, scim::ScimError> {
    Filter::parse(text, ResourceType::User, &mut Tolerance::new(Strictness::Strict))
}

fn theirs(text: &str) -> Option<scim_v2::filter::Filter> {
    text.parse().ok()
}

proptest! {
    #[test]
    fn valid_filters_mean_the_same(text in valid()) {
        let theirs = theirs(&text).ok_or_else(|| TestCaseError::fail(text.clone()))?;
        prop_assert_eq!(flat(ours(&theirs.to_string()).unwrap()), flat(ours(&text).unwrap()));
    }

    #[test]
    fn words_are_a_filter_for_both_or_for_neither(text in words()) {
        let ours = ours(&text);
        // To the grammar `eq` and `pr` can be names of attributes; no schema has them.
        let unknown_name = |error: &scim::ScimError| error.detail.contains("is not an attribute");
        if !ours.as_ref().is_err_and(unknown_name) {
            prop_assert_eq!(ours.is_ok(), theirs(&text).is_some(), "{}", text);
        }
    }
}

/// The filter with chains of one operator joined: `(a and b) and c` is printed without parentheses there.
fn flat(filter: Filter) -> Filter {
    match filter {
        Filter::And(terms) => Filter::And(
            terms
                .into_iter()
                .map(flat)
                .flat_map(|term| match term {
                    Filter::And(inner) => inner,
                    other => vec![other],
                })
                .collect(),
        ),
        Filter::Or(terms) => Filter::Or(
            terms
                .into_iter()
                .map(flat)
                .flat_map(|term| match term {
                    Filter::Or(inner) => inner,
                    other => vec![other],
                })
                .collect(),
        ),
        Filter::Not(term) => Filter::Not(Box::new(flat(*term))),
        Filter::ValuePath { path, filter } => Filter::ValuePath {
            path,
            filter: Box::new(flat(*filter)),
        },
        other => other,
    }
}

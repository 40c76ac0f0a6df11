//! What holds for any filter.

use proptest::prelude::*;
use scim::{Filter, ResourceType, Strictness, Tolerance};
use serde_json::json;

use crate::filter_text::{valid, words};

fn parse(text: &str) -> Result<Filter, scim::ScimError> {
    Filter::parse(text, ResourceType::User, &mut Tolerance::default())
}

fn check_any(text: &str) {
    let user = json!({
        "userName": "ada", "active": true, "displayName": "Ada",
        "emails": [{"value": "a@x.test", "type": "work", "primary": true}, {"value": "b@x.test"}, "odd", null],
        "name": "odd",
        "meta": {"lastModified": "odd"},
        scim::urn::ENTERPRISE_USER: {"manager": {"displayName": "a"}},
    });
    match parse(text) {
        Ok(filter) => {
            let _ = filter.matches(user.as_object().unwrap());
            assert_eq!(parse(&filter.to_string()).as_ref(), Ok(&filter), "{text}");
        }
        Err(error) => assert_eq!(error.to_json()["scimType"], "invalidFilter", "{text}"),
    }
}

proptest! {
    #[test]
    fn printed_text_is_the_same_filter(text in valid()) {
        let filter = parse(&text).map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
        let printed = filter.to_string();
        prop_assert_eq!(&parse(&printed).unwrap(), &filter);
        prop_assert_eq!(parse(&printed).unwrap().to_string(), printed);
    }

    #[test]
    fn the_grammar_of_the_rfc_needs_no_leniency(text in valid()) {
        let mut strict = Tolerance::new(Strictness::Strict);
        prop_assert!(Filter::parse(&text, ResourceType::User, &mut strict).is_ok(), "{}", text);
    }

    #[test]
    fn words_in_any_order_never_panic(text in words()) {
        check_any(&text);
    }

    #[test]
    fn any_text_never_panics(text in any::<String>()) {
        check_any(&text);
    }

    #[test]
    fn valid_text_with_a_hole_never_panics(text in valid(), at in any::<prop::sample::Index>()) {
        let mut characters: Vec<char> = text.chars().collect();
        characters.remove(at.index(characters.len()));
        check_any(&characters.into_iter().collect::<String>());
    }

    #[test]
    fn a_filter_or_its_negation_holds(text in valid(), title in "[a-c]{0,2}") {
        let user = json!({"userName": title, "title": title, "emails": [{"value": title, "type": "work"}]});
        let user = user.as_object().unwrap();
        let filter = parse(&text).unwrap();
        let negated = parse(&format!("not ({text})"));
        // One level more may be one too many.
        if let Ok(negated) = negated {
            prop_assert_ne!(filter.matches(user), negated.matches(user));
        }
    }
}

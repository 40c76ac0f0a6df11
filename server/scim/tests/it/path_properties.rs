//! What holds for any attribute path and any path of a PATCH, and for the other short texts of a query.

use proptest::prelude::*;
use scim::schema::{Attribute, Schema};
use scim::{Filter, Page, Patch, Projection, ResourceType, ScimType, SortBy, Tolerance, urn};
use serde_json::json;

use crate::filter_text::value_filter;

/// Letters in any case, as clients write names.
fn any_case(name: String) -> impl Strategy<Value = String> {
    prop::collection::vec(any::<bool>(), name.len()).prop_map(move |upper| {
        let letters = name.chars().zip(upper);
        letters
            .map(|(letter, upper)| {
                if upper {
                    letter.to_ascii_uppercase()
                } else {
                    letter
                }
            })
            .collect()
    })
}

fn select(attributes: &'static [Attribute]) -> impl Strategy<Value = &'static Attribute> {
    prop::sample::select(attributes.iter().collect::<Vec<_>>())
}

/// An attribute of users, with or without its URN and a sub-attribute. Without it in an extension is a leniency.
fn attr_path() -> impl Strategy<Value = String> {
    let schemas: Vec<&'static Schema> = vec![&scim::schema::USER, &scim::schema::ENTERPRISE_USER];
    (
        prop::sample::select(schemas),
        any::<bool>(),
        any::<prop::sample::Index>(),
    )
        .prop_flat_map(|(schema, has_urn, sub)| {
            select(schema.attributes).prop_map(move |attribute| {
                let mut path = if has_urn {
                    format!("{}:", schema.urn)
                } else {
                    String::new()
                };
                path += attribute.name;
                let parts = attribute.sub_attributes;
                // One time more than there are parts, for none.
                if let Some(part) = parts.get(sub.index(parts.len() + 1)) {
                    path.push('.');
                    path.push_str(part.name);
                }
                path
            })
        })
        .prop_flat_map(any_case)
}

/// A path of a PATCH: with a filter, and perhaps a sub-attribute after it.
fn value_path() -> impl Strategy<Value = String> {
    let list = prop::sample::select(
        &[
            "emails",
            "phoneNumbers",
            "roles",
            "URN:ietf:params:scim:schemas:core:2.0:User:ims",
        ][..],
    );
    let sub = prop::option::of(prop::sample::select(&["value", "TYPE", "display", "primary"][..]));
    (list, value_filter(), sub).prop_map(|(list, filter, sub)| {
        let sub = sub.map(|sub| format!(".{sub}")).unwrap_or_default();
        format!("{list}[{filter}]{sub}")
    })
}

fn patch(path: &str) -> Result<Patch, scim::ScimError> {
    let body = json!({"schemas": [urn::PATCH_OP], "Operations": [{"op": "remove", "path": path}]});
    Patch::parse(ResourceType::User, &body, &mut Tolerance::default())
}

fn check_printed(path: &str) -> Result<(), TestCaseError> {
    match patch(path) {
        Ok(read) => {
            for printed in read.paths() {
                let again = patch(&printed);
                prop_assert_eq!(again.as_ref(), Ok(&read), "{} as {}", path, printed);
            }
        }
        Err(error) => {
            let known = matches!(
                error.scim_type,
                Some(
                    ScimType::InvalidPath
                        | ScimType::InvalidFilter
                        | ScimType::Mutability
                        | ScimType::NoTarget
                )
            );
            prop_assert!(known, "{}: {:?}", path, error);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_printed_attribute_path_is_the_same_path(path in attr_path()) {
        let read = |path: &str| {
            let filter = Filter::parse(&format!("{path} pr"), ResourceType::User, &mut Tolerance::default());
            match filter {
                Ok(Filter::Present(path)) => Some(path),
                _ => None,
            }
        };
        let never_returned = path.to_ascii_lowercase().ends_with("password");
        match read(&path) {
            Some(found) => prop_assert_eq!(read(&found.to_string()), Some(found)),
            None => prop_assert!(never_returned, "{}", path),
        }
    }

    #[test]
    fn a_printed_patch_path_is_the_same_path(path in prop_oneof![attr_path(), value_path()]) {
        check_printed(&path)?;
    }

    #[test]
    fn a_patch_path_of_the_grammar_is_read(path in value_path()) {
        prop_assert!(patch(&path).is_ok(), "{}", path);
    }

    #[test]
    fn a_patch_path_with_a_hole_never_panics(path in value_path(), at in any::<prop::sample::Index>()) {
        let mut characters: Vec<char> = path.chars().collect();
        characters.remove(at.index(characters.len()));
        check_printed(&characters.into_iter().collect::<String>())?;
    }

    #[test]
    fn any_text_is_read_without_panic(text in any::<String>(), other in "[a-zA-Z0-9.,:\\[\\] \"-]{0,40}") {
        for text in [&text, &other] {
            check_printed(text)?;
            for kind in ResourceType::ALL {
                let _ = Projection::parse(kind, Some(text), None);
                let _ = Projection::parse(kind, None, Some(text));
                let _ = Projection::parse(kind, Some(text), Some(&other));
                let _ = SortBy::parse(kind, Some(text), None);
                let _ = SortBy::parse(kind, Some("userName"), Some(text));
            }
            if let Ok(page) = Page::parse(Some(text), Some(text), 20, 100) {
                prop_assert!(page.start_index > 0 && page.count <= 100);
            }
        }
    }
}

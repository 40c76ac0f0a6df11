//! The examples of the RFCs: files that begin with `rfc-` in the corpus of the fuzz targets.

use std::fs;
use std::path::Path;

use scim::{Filter, Leniency, Patch, Resource, ResourceType, Strictness, Tolerance, parse_create};
use serde_json::Value;

/// Runs each example with the leniencies of its name in `leniencies`, otherwise to the letter.
fn each(kind: &str, leniencies: &[(&str, Leniency)], run: impl Fn(&str, &str, &mut Tolerance)) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(kind);
    let mut count = 0;
    for file in fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        let name = file.file_name().unwrap().to_str().unwrap();
        if !name.starts_with("rfc-") {
            continue;
        }
        count += 1;
        let granted: Vec<Leniency> = leniencies
            .iter()
            .filter(|(example, _)| *example == name)
            .map(|(_, leniency)| *leniency)
            .collect();
        let mut t = Tolerance::new(Strictness::Only(granted.iter().copied().collect()));
        run(name, &fs::read_to_string(&file).unwrap(), &mut t);
        assert_eq!(t.used(), granted, "{name}");
    }
    assert!(count > 2, "{kind}");
}

#[test]
fn filters_of_the_rfc_are_read() {
    let compared = ["rfc-precedence", "rfc-not"].map(|name| (name, Leniency::ComplexCompared));
    each("filter", &compared, |name, text, t| {
        let filter = Filter::parse(text, ResourceType::User, t);
        assert!(filter.is_ok(), "{name}: {filter:?}");
    });
}

#[test]
fn bodies_of_the_rfc_are_taken() {
    each("resource", &[], |name, text, t| {
        let body: Value = serde_json::from_str(text).unwrap();
        let kind = match name {
            "rfc-search" => {
                let request = scim::SearchRequest::parse(&body, t).unwrap();
                assert_eq!(request.filter.as_deref(), Some("displayName sw \"smith\""));
                return;
            }
            "rfc-group" => ResourceType::Group,
            _ => ResourceType::User,
        };
        let incoming = parse_create(kind, &body, t).unwrap_or_else(|error| panic!("{name}: {error}"));
        // Everything that a client may write is kept.
        let discarded = ["schemas", "id", "meta", "password", "groups", "members"];
        for key in body
            .as_object()
            .unwrap()
            .keys()
            .filter(|key| !discarded.contains(&key.as_str()))
        {
            assert!(incoming.resource.attributes().contains_key(key), "{name}: {key}");
        }
    });
}

#[test]
fn patches_of_the_rfc_are_done() {
    // The value that they change is there.
    let user = serde_json::json!({"userName": "babs", "active": true,
        "emails": [{"value": "a@x.test", "type": "work"}],
        "addresses": [{"type": "work", "streetAddress": "1 Main"}]});
    each("patch", &[], |name, text, t| {
        let body: Value = serde_json::from_str(text).unwrap();
        let (kind, before) = if text.contains("members") {
            (ResourceType::Group, serde_json::json!({"displayName": "Guides"}))
        } else {
            (ResourceType::User, user.clone())
        };
        let before = Resource::from_stored(kind, &before.to_string()).unwrap();
        let outcome = Patch::parse(kind, &body, t)
            .and_then(|patch| patch.apply(&before, "x-1", t))
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(outcome.changed || !outcome.members.is_empty(), "{name}");
    });
}

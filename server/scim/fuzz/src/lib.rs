//! What must hold for any input: nothing panics, what is printed is read as the same, and what the letter of the
//! RFCs allows needs no leniency.
//!
//! The targets of cargo-fuzz call these functions; so does the crate's own test, with inputs changed at random.

use scim::{
    BulkDone, BulkRequest, BulkRun, Filter, Incoming, Page, Patch, PatchOutcome, Projection, Resource,
    ResourceType, ScimError, SearchRequest, SortBy, Strictness, Tolerance, parse_create, parse_replace, urn,
};
use serde_json::{Map, Value, json};

/// A filter that is printed is longer than it was where names without URN get one.
const LONGEST_FILTER: usize = 16 * 1024;

/// A filter.
pub fn filter(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    for kind in ResourceType::ALL {
        let read = in_both_modes(|t| Filter::parse(text, kind, t));
        let Ok(filter) = read else { continue };
        let object = before(kind);
        let holds = filter.matches(object.attributes());
        assert_ne!(
            holds,
            Filter::Not(Box::new(filter.clone())).matches(object.attributes()),
            "{text}"
        );
        let printed = filter.to_string();
        if printed.len() <= LONGEST_FILTER {
            let again = Filter::parse(&printed, kind, &mut strict());
            assert_eq!(again.as_ref(), Ok(&filter), "{text} is printed as {printed}");
        }
    }
}

/// A path of a PATCH, and whatever else is a short text in a request.
pub fn path(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    for kind in ResourceType::ALL {
        let remove = |path: &str, t: &mut Tolerance| {
            let body = json!({"schemas": [urn::PATCH_OP], "Operations": [{"op": "remove", "path": path}]});
            Patch::parse(kind, &body, t)
        };
        if let Ok(patch) = in_both_modes(|t| remove(text, t)) {
            for printed in patch.paths().filter(|path| path.len() <= LONGEST_FILTER / 2) {
                let again = remove(&printed, &mut strict());
                assert_eq!(again.as_ref(), Ok(&patch), "{text} is printed as {printed}");
            }
            check_patch(&patch, kind, &mut Tolerance::default()).ok();
        }
        let _ = Projection::parse(kind, Some(text), None);
        let _ = Projection::parse(kind, None, Some(text));
        let _ = SortBy::parse(kind, Some(text), Some(text));
    }
    if let Ok(page) = Page::parse(Some(text), Some(text), 20, 100) {
        assert!(page.start_index > 0 && page.count <= 100, "{text}");
    }
}

/// The body of a PATCH.
pub fn patch(data: &[u8]) {
    let Ok(body) = serde_json::from_slice(data) else {
        return;
    };
    for kind in ResourceType::ALL {
        let _ = in_both_modes(|t| {
            let patch = Patch::parse(kind, &body, t)?;
            check_patch(&patch, kind, t)
        });
    }
}

/// The body of a POST, a PUT or a search.
pub fn resource(data: &[u8]) {
    let Ok(body) = serde_json::from_slice(data) else {
        return;
    };
    for kind in ResourceType::ALL {
        let created = in_both_modes(|t| parse_create(kind, &body, t));
        let replaced = in_both_modes(|t| parse_replace(&before(kind), "x-1", &body, t));
        for Incoming { resource, .. } in [created, replaced].into_iter().flatten() {
            check_canonical(&resource);
        }
    }
    let _ = in_both_modes(|t| SearchRequest::parse(&body, t));
}

/// The body of a bulk request, with some of its operations failing.
pub fn bulk(data: &[u8]) {
    let Ok(body) = serde_json::from_slice::<Value>(data) else {
        return;
    };
    let read =
        in_both_modes(|t| BulkRequest::parse(body.clone(), 100, t).map(|request| format!("{request:?}")));
    let Ok(request) = BulkRequest::parse(body.clone(), 100, &mut Tolerance::default()) else {
        return assert!(read.is_err());
    };
    let members = body.as_object().into_iter().flatten();
    let operations = members
        .filter(|(name, _)| name.eq_ignore_ascii_case("operations"))
        .filter_map(|(_, operations)| operations.as_array())
        .map(Vec::len)
        .max()
        .unwrap_or_default();
    let mut run = BulkRun::new(request);
    let mut steps = 0;
    while run.next_step().is_some() {
        steps += 1;
        // Each operation, what completes it, and what undoes it.
        assert!(steps <= 3 * operations, "{body}");
        let fails = data.get(steps * 7 % data.len()).is_some_and(|byte| byte % 4 == 0);
        run.finished(if fails {
            Err(ScimError::invalid_value("It fails."))
        } else {
            Ok(BulkDone {
                status: 200,
                id: format!("id-{steps}"),
                version: None,
            })
        });
    }
    let response = run.into_response("https://x.test");
    let answered = response["Operations"].as_array().expect("it is a list");
    let may_stop = body
        .as_object()
        .is_some_and(|body| body.keys().any(|name| name.eq_ignore_ascii_case("failOnErrors")));
    assert!(
        answered.len() == operations || may_stop && answered.len() < operations,
        "{body}"
    );
    assert!(answered.iter().all(|answer| answer["status"].is_string()));
}

fn strict() -> Tolerance {
    Tolerance::new(Strictness::Strict)
}

/// The result with every leniency. The strict one is the same or a refusal; what is refused has words.
fn in_both_modes<T: PartialEq + std::fmt::Debug>(
    read: impl Fn(&mut Tolerance) -> Result<T, ScimError>,
) -> Result<T, ScimError> {
    let mut all = Tolerance::default();
    let lenient = read(&mut all);
    if let Err(error) = &lenient {
        assert!(
            matches!(error.status, 400 | 413) && error.detail.ends_with('.'),
            "{error:?}"
        );
    }
    assert!(all.ignored().len() <= 50);
    let strict = read(&mut strict());
    if strict.is_ok() {
        assert_eq!(strict, lenient);
        assert!(all.used().is_empty(), "{all:?}");
    }
    lenient
}

fn before(kind: ResourceType) -> Resource {
    let attributes = match kind {
        ResourceType::User => json!({
            "userName": "ada", "active": true, "name": {"givenName": "Ada"},
            "emails": [{"value": "a@x.test", "type": "work", "primary": true}, {"value": "b@x.test", "type": "home"}],
            urn::ENTERPRISE_USER: {"department": "R&D", "manager": {"value": "u-9"}},
        }),
        ResourceType::Group => json!({"displayName": "Sales"}),
    };
    Resource::from_stored(kind, &attributes.to_string()).expect("it is an object")
}

fn check_patch(patch: &Patch, kind: ResourceType, t: &mut Tolerance) -> Result<PatchOutcome, ScimError> {
    let before = before(kind);
    let outcome = patch.apply(&before, "x-1", t)?;
    assert_eq!(outcome.changed, outcome.resource != before);
    check_canonical(&outcome.resource);
    // Once more, on the result: it may be refused, because what a filter found may be gone.
    if let Ok(twice) = patch.apply(&outcome.resource, "x-1", &mut Tolerance::default()) {
        check_canonical(&twice.resource);
    }
    let _ = patch.member_ids().count();
    Ok(outcome)
}

/// As the body of a POST a resource is read to the letter of the RFCs and stays as it is, as it does in a store.
fn check_canonical(resource: &Resource) {
    let stored = Resource::from_stored(resource.kind(), &resource.to_stored());
    assert_eq!(stored.as_ref(), Ok(resource));
    for values in resource.attributes().values().filter_map(Value::as_array) {
        let primaries = values.iter().filter(|value| value["primary"] == true).count();
        assert!(primaries < 2, "{}", resource.to_stored());
    }
    let mut body: Map<String, Value> = resource.attributes().clone();
    let extensions = body.keys().filter(|name| name.starts_with("urn:")).cloned();
    let schemas: Vec<String> = std::iter::once(resource.kind().schema_urn().to_owned())
        .chain(extensions)
        .collect();
    body.insert("schemas".to_owned(), json!(schemas));
    let again = parse_create(resource.kind(), &Value::Object(body), &mut strict());
    assert_eq!(again.map(|incoming| incoming.resource).as_ref(), Ok(resource));
}

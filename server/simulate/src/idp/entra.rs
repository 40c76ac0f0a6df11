//! Microsoft Entra ID: looks up, creates, caches the id; afterwards PATCH alone, with capitalised operations,
//! text booleans and members listed in a removal, or, with `aadOptscim062020` on the tenant URL, closer to
//! the RFC. After Microsoft Learn, "Develop and plan provisioning for a SCIM endpoint" and "Known issues and
//! resolutions with SCIM 2.0 protocol compliance", and the tests of its SCIM validator.

mod groups;
mod updates;

use fastrand::Rng;
use serde_json::{Value, json};

use super::{ENTERPRISE, GROUP, USER, by_display_name, by_user_name, expect_person, quoted};
use crate::Error;
use crate::people::{People, Person, random_guid};
use crate::story::{Story, pages};

/// How Entra writes what both dialects say.
#[derive(Clone, Copy)]
struct Dialect {
    flag: bool,
}

impl Dialect {
    /// `Add`, or `add` with the flag.
    fn op(self, op: &str) -> String {
        let (first, rest) = op.split_at(1);
        if self.flag {
            op.to_owned()
        } else {
            first.to_ascii_uppercase() + rest
        }
    }

    /// `"True"`, or `true` with the flag.
    fn boolean(self, value: bool) -> Value {
        match (self.flag, value) {
            (true, _) => json!(value),
            (false, true) => json!("True"),
            (false, false) => json!("False"),
        }
    }
}

pub(super) fn play(s: &mut Story<'_>, people: &People, flag: bool) -> Result<(), Error> {
    let dialect = Dialect { flag };
    test_connection(s)?;
    let ids = first_cycle(s, people)?;
    updates::changes(s, &ids[0], &people.users[0], dialect)?;
    updates::manager(s, &ids, dialect)?;
    updates::disabling(s, &ids[0], &people.users[0], dialect)?;
    groups::push(s, people, &ids, dialect)?;

    s.phase("Paging, as the validator does");
    let count = if ids.len() > 10 { 5 } else { 2 };
    s.walk("a page", &ids, count, pages("/Users", count))?;

    s.phase("Removal, 30 days after the user was deleted");
    let first = &people.users[0];
    s.delete_and_replace(
        "deleted for good",
        &ids[0],
        &by_user_name(first),
        &user(first, true),
    )
}

/// Looks for what cannot exist, and at the schemas.
fn test_connection(s: &mut Story<'_>) -> Result<(), Error> {
    s.phase("Test connection");
    let nobody = random_guid(&mut Rng::with_seed(0x5c1f));
    let filter = format!("userName eq {}", quoted(&nobody));
    s.find_exactly(0, "a random user", "/Users", &filter, "")?;
    s.find_exactly(
        0,
        "a random group",
        "/Groups",
        &by_display_name(&nobody),
        "excludedAttributes=members",
    )?;
    let schemas = s.read("the schemas, on saving", "/Schemas")?;
    let ids: Vec<&str> = schemas
        .resources()
        .iter()
        .filter_map(|schema| schema["id"].as_str())
        .collect();
    s.expect(
        ids.contains(&USER) && ids.contains(&GROUP),
        "/Schemas lists User and Group: Microsoft's group tests fail without",
    );
    s.expect_unauthorized("/Users?startIndex=1&count=1")
}

fn first_cycle(s: &mut Story<'_>, people: &People) -> Result<Vec<String>, Error> {
    s.phase("First cycle: users");
    let mut ids = Vec::new();
    for (index, person) in people.users.iter().enumerate() {
        let by_name = by_user_name(person);
        s.find_exactly(0, "is the user there?", "/Users", &by_name, "")?;
        // The first has no address yet.
        let body = user(person, index > 0);
        ids.push(s.create("no: created, with null for what is empty", "/Users", body)?);
        let found = s.find_it(&ids[index], "and is found", "/Users", &by_name, "")?;
        s.expect_value(
            &found,
            "/Resources/0/active",
            &json!(true),
            "active comes back as a JSON boolean, however it was sent",
        );
    }
    let read = s.read("read back", &format!("/Users/{}", ids[1]))?;
    expect_person(s, &read, &people.users[1]);
    s.expect_value(
        &read,
        &format!("/{ENTERPRISE}/department"),
        &json!(people.users[1].department),
        "the Enterprise extension stands under its URN",
    );
    s.expect_typed(
        &read,
        "emails",
        "work",
        ("value", &people.users[1].user_name),
        "the address is kept",
    );
    s.expect_taken(
        "a user of this name exists",
        "/Users",
        user(&people.users[0], true),
    )?;
    Ok(ids)
}

fn user(person: &Person, with_address: bool) -> Value {
    let address = json!([{"primary": true, "type": "work", "value": person.user_name}]);
    json!({
        "schemas": [USER, ENTERPRISE],
        "externalId": person.external_id,
        "userName": person.user_name,
        // Text, as Microsoft's own tests send it, where the other users have a boolean.
        "active": if with_address { json!(true) } else { json!("True") },
        "displayName": person.display_name(),
        "name": {"givenName": person.given, "familyName": person.family, "formatted": person.display_name()},
        ENTERPRISE: {"department": person.department},
        "meta": {"resourceType": "User"},
        "roles": [],
        "emails": if with_address { address } else { json!([]) },
        "addresses": null,
        "phoneNumbers": null,
        "title": null,
    })
}

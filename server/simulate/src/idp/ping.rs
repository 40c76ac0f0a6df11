//! `PingOne` and `PingFederate`. Users by PUT; groups are found by listing all of them. After Ping's documentation of the
//! SCIM connection and of the SCIM provisioner, with its settings reference and limitations.

use serde_json::{Value, json};

use super::{GROUP, basic_user, by_user_name, members, quoted};
use crate::Error;
use crate::people::{People, Person};
use crate::story::Story;

pub(super) fn play(s: &mut Story<'_>, people: &People, federate: bool) -> Result<(), Error> {
    s.phase("Test connection");
    s.read("one user", "/Users?startIndex=1&count=1")?;

    s.phase("Users");
    let mut ids = Vec::new();
    for person in &people.users {
        if federate {
            // Work e-mail as the key: the settings reference has the attribute without a sub-attribute.
            let filter = format!("emails eq {}", quoted(&person.user_name));
            s.find_exactly(0, "is the address there?", "/Users", &filter, "")?;
        } else {
            s.find_exactly(0, "is the user there?", "/Users", &by_user_name(person), "")?;
        }
        ids.push(s.create("no: created", "/Users", basic_user(person))?);
    }
    if federate {
        let filter = format!("emails eq {}", quoted(&people.users[0].user_name));
        let found = s.find_exactly(1, "found by the address alone", "/Users", &filter, "")?;
        s.expect_value(
            &found,
            "/Resources/0/id",
            &json!(ids[0]),
            "the filter means emails.value",
        );
    }
    let ada = format!("/Users/{}", ids[0]);

    s.phase("Changes");
    s.put(
        "two addresses, both marked primary",
        &ada,
        two_primaries(&people.users[0]),
    )?;
    let read = s.read("read back", &ada)?;
    let emails = read.body["emails"].as_array().cloned().unwrap_or_default();
    let primaries = emails
        .iter()
        .filter(|email| email["primary"] == json!(true))
        .count();
    s.expect(
        emails.len() == 2 && primaries == 1,
        format!(
            "both addresses are kept and one is primary, not {primaries} of {}",
            emails.len()
        ),
    );
    s.expect(
        emails.iter().all(|email| email["type"].is_string()),
        "each address comes back with its type: PingOne goes by it",
    );
    let mut disabled = basic_user(&people.users[0]);
    disabled["active"] = json!(false);
    s.put("disabled", &ada, disabled)?;
    let read = s.read("read back", &ada)?;
    s.expect_value(&read, "/active", &json!(false), "the user is disabled");
    s.put("enabled by an update", &ada, basic_user(&people.users[0]))?;
    let read = s.read("read back", &ada)?;
    s.expect_value(&read, "/active", &json!(true), "the user is enabled");

    groups(s, people, &ids, federate)?;
    s.phase("Removal");
    s.delete_and_look("deleted", &ada)
}

fn two_primaries(person: &Person) -> Value {
    let mut user = basic_user(person);
    user["emails"] = json!([
        {"value": person.user_name, "type": "work", "primary": true},
        {"value": person.user_name, "type": "home", "primary": true},
    ]);
    user
}

/// Which verb changes a group is contradictory in Ping's pages; both are tried.
fn groups(s: &mut Story<'_>, people: &People, users: &[String], federate: bool) -> Result<(), Error> {
    if federate {
        s.phase("Groups");
    } else {
        s.assumed_phase("Groups");
    }
    s.walk("all groups are listed to compare names", "/Groups", 100, 0)?;
    let all: Vec<&str> = users.iter().map(String::as_str).collect();
    let name = &people.groups[0];
    let body = |members: Value| json!({"schemas": [GROUP], "displayName": name, "members": members});
    let id = s.create("created", "/Groups", body(members(&all)))?;
    s.expect_members("read back", &id, &all)?;
    let path = format!("/Groups/{id}");
    s.put("members by PUT", &path, body(members(&all[1..])))?;
    s.expect_members("read back", &id, &all[1..])?;
    s.assumed_phase("Groups by PATCH");
    s.patch(
        "one added",
        &path,
        json!([{"op": "add", "path": "members", "value": members(&all[..1])}]),
    )?;
    s.expect_members("read back", &id, &all)?;
    s.walk("the groups again", "/Groups", 100, 1)
}

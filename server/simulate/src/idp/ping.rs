//! `PingOne` and `PingFederate`. Users by PUT; groups are found by listing all of them. After Ping's
//! documentation of the SCIM connection and of the SCIM provisioner, with its settings reference and
//! limitations.

use serde_json::{Value, json};

use super::{GROUP, basic_user, by_user_name, expect_person, members, quoted, share};
use crate::Error;
use crate::people::{People, Person};
use crate::story::{Story, pages};

pub(super) fn play(s: &mut Story<'_>, people: &People, federate: bool) -> Result<(), Error> {
    s.assumed_phase("Test connection");
    s.read("one user", "/Users?startIndex=1&count=1")?;

    let ids = users(s, people, federate)?;
    changes(s, &people.users[0], &ids[0])?;
    let group = groups(s, people, &ids, federate)?;

    let (first, all) = (&people.users[0], share(&ids, 0));
    s.phase("Removal, by the setting Delete");
    s.delete_and_replace("deleted", &ids[0], &by_user_name(first), &basic_user(first))?;
    s.expect_members("and left its groups", &group, &all[1..])?;
    s.delete_and_look("the group", &format!("/Groups/{group}"))
}

fn users(s: &mut Story<'_>, people: &People, federate: bool) -> Result<Vec<String>, Error> {
    s.phase("Users");
    let key = |person: &Person| {
        if federate {
            // Work e-mail as the key: the settings reference has the attribute without a sub-attribute.
            format!("emails eq {}", quoted(&person.user_name))
        } else {
            by_user_name(person)
        }
    };
    let mut ids = Vec::new();
    for (index, person) in people.users.iter().enumerate() {
        s.find_exactly(0, "is the user there?", "/Users", &key(person), "")?;
        let mut user = basic_user(person);
        // "Provision disabled users" creates them as such.
        user["active"] = json!(index != 1);
        ids.push(s.create("no: created", "/Users", user)?);
        s.find_it(&ids[index], "and is found", "/Users", &key(person), "")?;
    }
    let read = s.read("disabled when it was created", &format!("/Users/{}", ids[1]))?;
    expect_person(s, &read, &people.users[1]);
    s.expect_value(
        &read,
        "/active",
        &json!(false),
        "active:false is honoured when a user is created: Ping provisions disabled users as such",
    );
    Ok(ids)
}

/// Every update is the whole user. Where the server has two addresses and `PingOne` one, it fills both, as
/// primary.
fn changes(s: &mut Story<'_>, person: &Person, id: &str) -> Result<(), Error> {
    s.phase("Changes");
    let path = format!("/Users/{id}");
    let mut user = basic_user(person);
    user["emails"] = json!([
        {"value": person.user_name, "type": "work", "primary": true},
        {"value": person.user_name, "type": "home", "primary": true},
    ]);
    s.put("two addresses, both marked primary", &path, user)?;
    let read = s.read("read back", &path)?;
    for kind in ["work", "home"] {
        s.expect_typed(
            &read,
            "emails",
            kind,
            ("value", &person.user_name),
            "both addresses are kept, each with its type: PingOne goes by it",
        );
    }
    let emails = read.body["emails"].as_array();
    let primary = |email: &&Value| email["primary"] == json!(true);
    let primaries = emails.map_or(0, |emails| emails.iter().filter(primary).count());
    s.expect(
        primaries == 1,
        format!("one address is the primary one (RFC 7643 §2.4), not {primaries}, though PingOne marks both"),
    );
    let mut disabled = basic_user(person);
    disabled["active"] = json!(false);
    s.put("disabled", &path, disabled)?;
    let read = s.read("read back", &path)?;
    s.expect_value(&read, "/active", &json!(false), "the user is disabled");
    s.put("enabled by an update", &path, basic_user(person))?;
    let read = s.read("read back", &path)?;
    s.expect_value(&read, "/active", &json!(true), "the user is enabled");
    Ok(())
}

/// Which verb changes a group is contradictory in Ping's pages; both are tried.
fn groups(s: &mut Story<'_>, people: &People, users: &[String], federate: bool) -> Result<String, Error> {
    if federate {
        s.phase("Groups");
    } else {
        s.assumed_phase("Groups");
    }
    s.walk(
        "all groups are listed to compare names",
        &[],
        100,
        pages("/Groups", 100),
    )?;
    let mut ids = Vec::new();
    for (index, name) in people.groups.iter().enumerate() {
        let of = share(users, index);
        let id = s.create("created", "/Groups", group(name, &of))?;
        s.expect_members("read back", &id, &of)?;
        ids.push(id);
    }
    s.walk("the groups again", &ids, 100, pages("/Groups", 100))?;
    s.expect_taken(
        "a group of this name exists",
        "/Groups",
        group(&people.groups[0], &[]),
    )?;

    let (id, all) = (&ids[0], share(users, 0));
    let path = format!("/Groups/{id}");
    s.assumed_phase("Groups by PUT");
    s.put("one left out", &path, group(&people.groups[0], &all[1..]))?;
    s.expect_members("it is gone", id, &all[1..])?;
    s.assumed_phase("Groups by PATCH");
    let add = json!([{"op": "add", "path": "members", "value": members(&all[..1])}]);
    s.patch("one added", &path, add.clone())?;
    s.expect_members("read back", id, &all)?;
    s.patch_in_vain("and again", &path, add)?;
    Ok(id.clone())
}

/// `displayName` and `members` are all that is sent.
fn group(name: &str, ids: &[&str]) -> Value {
    json!({"schemas": [GROUP], "displayName": name, "members": members(ids)})
}

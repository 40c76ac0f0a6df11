//! `JumpCloud`. Activating the integration makes a user and a group for a test and removes them. After its
//! maker's support articles on Identity Management with a custom SCIM integration. Which verb changes a user
//! or a group is nowhere said: it is assumed.

use serde_json::{Value, json};

use super::{GROUP, basic_user, by_display_name, by_user_name, expect_person, members, share};
use crate::Error;
use crate::people::{People, renamed};
use crate::story::Story;

pub(super) fn play(s: &mut Story<'_>, people: &People) -> Result<(), Error> {
    test_connection(s, people)?;
    let ids = users(s, people)?;
    let groups = groups(s, people, &ids)?;
    let (first, all) = (&people.users[0], share(&ids, 0));

    s.assumed_phase("Deprovisioning");
    let path = format!("/Users/{}", ids[0]);
    s.patch(
        "disabled",
        &path,
        json!([{"op": "replace", "value": {"active": false}}]),
    )?;
    let read = s.read("read back", &path)?;
    s.expect_value(&read, "/active", &json!(false), "the user is disabled");
    s.expect_members("and keeps its groups", &groups[0], &all)?;

    s.phase("Removal");
    s.delete_and_replace("the user", &ids[0], &by_user_name(first), &basic_user(first))?;
    s.expect_members("and left its groups", &groups[0], &all[1..])?;
    s.delete_and_look("the group", &format!("/Groups/{}", groups[0]))
}

/// An existing address would make the test fail; where a user cannot be deleted it is left behind, disabled.
fn test_connection(s: &mut Story<'_>, people: &People) -> Result<(), Error> {
    s.phase("Test connection: a real user and a real group");
    let tested = &people.users[0];
    let name = &people.groups[0];
    s.find_exactly(0, "the test address is new", "/Users", &by_user_name(tested), "")?;
    let user = s.create("a test user", "/Users", basic_user(tested))?;
    let group = s.create("a test group", "/Groups", group(name, &[]))?;
    s.assumed_phase("Test connection: both are changed, by PUT");
    let mut changed = basic_user(tested);
    changed["title"] = json!("Changed");
    let path = format!("/Users/{user}");
    s.put("the user is changed", &path, changed)?;
    let read = s.read("read back", &path)?;
    s.expect_value(&read, "/title", &json!("Changed"), "the change is stored");
    s.put(
        "the group is changed",
        &format!("/Groups/{group}"),
        self::group(name, &[&user]),
    )?;
    s.expect_members("read back", &group, &[&user])?;
    s.phase("Test connection: both are removed");
    s.delete_and_look("the test group", &format!("/Groups/{group}"))?;
    s.delete_and_look("the test user", &path)
}

fn users(s: &mut Story<'_>, people: &People) -> Result<Vec<String>, Error> {
    s.phase("Users");
    let mut ids = Vec::new();
    for (index, person) in people.users.iter().enumerate() {
        let by_name = by_user_name(person);
        s.find_exactly(0, "is the user there?", "/Users", &by_name, "")?;
        ids.push(s.create("no: created", "/Users", basic_user(person))?);
        s.find_it(&ids[index], "and is found", "/Users", &by_name, "")?;
    }
    let read = s.read("read back", &format!("/Users/{}", ids[0]))?;
    expect_person(s, &read, &people.users[0]);
    Ok(ids)
}

/// Empty groups are not created; a group of the same name would be taken over.
fn groups(s: &mut Story<'_>, people: &People, users: &[String]) -> Result<Vec<String>, Error> {
    s.phase("Groups");
    let mut ids = Vec::new();
    for (index, name) in people.groups.iter().enumerate() {
        let by_name = by_display_name(name);
        s.find_exactly(0, "is the group there?", "/Groups", &by_name, "")?;
        let of = share(users, index);
        let id = s.create("created with its members", "/Groups", group(name, &of))?;
        s.find_it(&id, "and is found", "/Groups", &by_name, "")?;
        s.expect_members("read back", &id, &of)?;
        ids.push(id);
    }
    let (id, all) = (&ids[0], share(users, 0));

    s.assumed_phase("Members come and go, by PATCH");
    let path = format!("/Groups/{id}");
    s.patch(
        "one leaves, as a listed value",
        &path,
        json!([{"op": "remove", "path": "members", "value": members(&all[..1])}]),
    )?;
    s.expect_members("the others stay", id, &all[1..])?;
    let add = json!([{"op": "add", "path": "members", "value": members(&all[..1])}]);
    s.patch("it comes back", &path, add.clone())?;
    s.expect_members("all are there", id, &all)?;
    s.patch_in_vain("and again", &path, add)?;
    let new_name = renamed(&people.groups[0]);
    s.patch(
        "renamed",
        &path,
        json!([{"op": "replace", "path": "displayName", "value": new_name}]),
    )?;
    let read = s.read("read back", &path)?;
    s.expect_value(&read, "/displayName", &json!(new_name), "the new name is stored");
    s.expect_members("the members stay", id, &all)?;
    Ok(ids)
}

fn group(name: &str, ids: &[&str]) -> Value {
    json!({"schemas": [GROUP], "displayName": name, "members": members(ids)})
}

//! `JumpCloud`. Activating the integration makes a user and a group for a test and removes them. After its maker's
//! support articles on Identity Management with a custom SCIM integration.

use serde_json::{Value, json};

use super::{GROUP, basic_user, by_user_name, members, quoted};
use crate::Error;
use crate::people::People;
use crate::story::Story;

pub(super) fn play(s: &mut Story<'_>, people: &People) -> Result<(), Error> {
    s.phase("Test connection: a real user and a real group");
    let tested = &people.users[0];
    s.find_exactly(0, "the test address is new", "/Users", &by_user_name(tested), "")?;
    let user = s.create("a test user", "/Users", basic_user(tested))?;
    let group = s.create(
        "a test group",
        "/Groups",
        json!({"schemas": [GROUP], "displayName": people.groups[0]}),
    )?;
    let mut changed = basic_user(tested);
    changed["title"] = json!("Changed");
    s.put("the user is changed", &format!("/Users/{user}"), changed)?;
    let read = s.read("read back", &format!("/Users/{user}"))?;
    s.expect_value(&read, "/title", &json!("Changed"), "the change is stored");
    s.put(
        "the group is changed",
        &format!("/Groups/{group}"),
        json!({"schemas": [GROUP], "displayName": people.groups[0], "members": members(&[&user])}),
    )?;
    s.expect_members("read back", &group, &[&user])?;
    s.delete_and_look("the test group goes", &format!("/Groups/{group}"))?;
    s.delete_and_look("the test user goes", &format!("/Users/{user}"))?;

    s.phase("Users and groups");
    let mut ids = Vec::new();
    for person in &people.users {
        ids.push(s.create("created", "/Users", basic_user(person))?);
    }
    let all: Vec<&str> = ids.iter().map(String::as_str).collect();
    let name = &people.groups[0];
    s.find_exactly(
        0,
        "is the group there?",
        "/Groups",
        &format!("displayName eq {}", quoted(name)),
        "",
    )?;
    let body = json!({"schemas": [GROUP], "displayName": name, "members": members(&all)});
    let group = s.create("created with its members", "/Groups", body)?;
    s.expect_members("read back", &group, &all)?;

    s.assumed_phase("Members come and go by PATCH");
    let path = format!("/Groups/{group}");
    s.patch(
        "one leaves, as a listed value",
        &path,
        json!([{"op": "remove", "path": "members",
        "value": members(&all[..1])}]),
    )?;
    s.expect_members("the others stay", &group, &all[1..])?;
    s.patch(
        "it comes back",
        &path,
        json!([{"op": "add", "path": "members", "value": members(&all[..1])}]),
    )?;
    s.expect_members("all are there", &group, &all)?;
    s.patch(
        "renamed",
        &path,
        json!([{"op": "replace", "path": "displayName", "value": format!("{name} EMEA")}]),
    )?;
    let read = s.read("read back", &path)?;
    s.expect_value(
        &read,
        "/displayName",
        &json!(format!("{name} EMEA")),
        "the new name is stored",
    );

    s.assumed_phase("Deprovisioning");
    s.patch(
        "disabled",
        &format!("/Users/{}", ids[0]),
        json!([{"op": "replace", "value": {"active": false}}]),
    )?;
    let read = s.read("read back", &format!("/Users/{}", ids[0]))?;
    s.expect_value(&read, "/active", &Value::from(false), "the user is disabled");
    s.expect_members("and keeps its groups", &group, &all)?;
    s.phase("Removal");
    s.delete_and_look("the group", &path)?;
    s.delete_and_look("the user", &format!("/Users/{}", ids[0]))
}

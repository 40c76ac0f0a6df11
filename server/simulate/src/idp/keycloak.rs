//! Keycloak, which has no SCIM client of its own: this is the plugin keycloak-scim, after its source. It
//! POSTs without looking, and sends the whole group and the whole user whenever somebody joins or leaves.

use serde_json::{Value, json};

use super::{GROUP, USER, by_user_name, expect_person, share};
use crate::Error;
use crate::people::{People, Person, renamed};
use crate::story::Story;

pub(super) fn play(s: &mut Story<'_>, people: &People, by_patch: bool) -> Result<(), Error> {
    s.phase("Start");
    for path in ["/ServiceProviderConfig", "/Schemas", "/ResourceTypes"] {
        s.read("discovery", path)?;
    }
    let ids = users(s, people)?;
    changes(s, &people.users[0], &ids[0], by_patch)?;

    s.phase("Groups, with their members");
    let mut groups = Vec::new();
    for (index, name) in people.groups.iter().enumerate() {
        let of = share(&ids, index);
        let id = s.create("created", "/Groups", group(None, name, &of))?;
        s.expect_members("read back", &id, &of)?;
        groups.push(id);
    }
    let body = group(None, &people.groups[0], &[]);
    s.expect_taken("the same group again", "/Groups", body)?;
    let (first, all) = (&people.users[0], share(&ids, 0));
    members(s, &groups[0], &people.groups[0], &all, by_patch)?;

    s.phase("Removal");
    let again = user(first, None);
    s.delete_and_replace("the user", &ids[0], &by_user_name(first), &again)?;
    s.expect_members("and left its groups", &groups[0], &all[1..])?;
    emptied(s, &groups[0], &renamed(&people.groups[0]), by_patch)?;
    s.phase("Removal of a group");
    s.delete_and_look("the group", &format!("/Groups/{}", groups[0]))?;
    s.phase("Synchronisation of everything");
    s.read("the first page of users, for an import", "/Users")?;
    Ok(())
}

fn users(s: &mut Story<'_>, people: &People) -> Result<Vec<String>, Error> {
    s.phase("Users, once their address is verified");
    let mut ids = Vec::new();
    for person in &people.users {
        let body = user(person, None);
        ids.push(s.create("created without a look", "/Users", body)?);
    }
    s.expect_taken("the same user again", "/Users", user(&people.users[0], None))?;
    for (person, id) in people.users.iter().zip(&ids) {
        let read = s.read("read back", &format!("/Users/{id}"))?;
        expect_person(s, &read, person);
        s.expect_value(
            &read,
            "/emails/0/value",
            &json!(person.user_name),
            "an address that has neither a type nor a primary is kept",
        );
    }
    Ok(ids)
}

fn changes(s: &mut Story<'_>, person: &Person, id: &str, by_patch: bool) -> Result<(), Error> {
    s.phase("Changes");
    let path = format!("/Users/{id}");
    for (name, active) in [("Renamed", false), ("Renamed again", true)] {
        if by_patch {
            s.patch(
                "the three that it patches, active as text",
                &path,
                json!([
                    {"op": "replace", "path": "active", "value": active.to_string()},
                    {"op": "replace", "path": "userName", "value": person.user_name},
                    {"op": "replace", "path": "displayName", "value": name},
                ]),
            )?;
        } else {
            let mut changed = user(person, Some(id));
            changed["displayName"] = json!(name);
            changed["active"] = json!(active);
            s.put("the whole user", &path, changed)?;
        }
        let read = s.read("read back", &path)?;
        s.expect_values(
            &read,
            &[
                ("/displayName", json!(name)),
                ("/active", json!(active)),
                ("/userName", json!(person.user_name)),
                ("/emails/0/value", json!(person.user_name)),
            ],
            "the change is stored, active being a boolean however it was sent",
        );
    }
    Ok(())
}

/// Somebody leaves: the whole group is sent.
fn members(s: &mut Story<'_>, id: &str, name: &str, all: &[&str], by_patch: bool) -> Result<(), Error> {
    s.phase("Members come and go");
    let path = format!("/Groups/{id}");
    let new_name = renamed(name);
    for (about, name, of) in [
        ("one leaves", name, &all[1..]),
        ("it comes back", name, all),
        ("the group gets a new name", &new_name, all),
    ] {
        if by_patch {
            s.patch(about, &path, replace(name, of))?;
        } else {
            s.put(about, &path, group(Some(id), name, of))?;
        }
        s.expect_members("read back", id, of)?;
        let read = s.read("read back", &path)?;
        s.expect_value(&read, "/displayName", &json!(name), "the name is stored");
    }
    if by_patch {
        s.patch_in_vain("the same again", &path, replace(&new_name, all))?;
    }
    Ok(())
}

/// The last member leaves.
fn emptied(s: &mut Story<'_>, id: &str, name: &str, by_patch: bool) -> Result<(), Error> {
    let path = format!("/Groups/{id}");
    s.phase("The last member leaves");
    if by_patch {
        s.patch(
            "all removed, without a filter",
            &path,
            json!([
                {"op": "remove", "path": "members"},
                {"op": "replace", "path": "displayName", "value": name},
                {"op": "replace", "path": "externalId", "value": external_id(name)},
            ]),
        )?;
    } else {
        let mut body = group(Some(id), name, &[]);
        body["members"] = json!([]);
        s.put("the whole group", &path, body)?;
    }
    s.expect_members("nobody is left", id, &[])
}

fn replace(name: &str, ids: &[&str]) -> Value {
    let members: Vec<Value> = ids
        .iter()
        .map(|id| json!({"value": id, "type": "User"}))
        .collect();
    json!([
        {"op": "replace", "path": "members", "value": members},
        {"op": "replace", "path": "displayName", "value": name},
        {"op": "replace", "path": "externalId", "value": external_id(name)},
    ])
}

fn user(person: &Person, id: Option<&str>) -> Value {
    let mut user = json!({
        "schemas": [USER],
        "externalId": person.external_id,
        "userName": person.user_name,
        "displayName": person.display_name(),
        "name": {"givenName": person.given, "familyName": person.family},
        "emails": [{"value": person.user_name}],
        "active": true,
    });
    if let Some(id) = id {
        user["id"] = json!(id);
    }
    user
}

/// An empty list is not sent at all: the library that the plugin is built on leaves it out.
fn group(id: Option<&str>, name: &str, ids: &[&str]) -> Value {
    let mut group = json!({"schemas": [GROUP], "externalId": external_id(name), "displayName": name});
    if let Some(id) = id {
        group["id"] = json!(id);
    }
    if !ids.is_empty() {
        group["members"] = ids
            .iter()
            .map(|id| json!({"value": id, "type": "User", "$ref": format!("Users/{id}")}))
            .collect();
    }
    group
}

/// Keycloak's own id of a group.
fn external_id(name: &str) -> String {
    format!("kc-{}", name.trim_end_matches(" EMEA"))
}

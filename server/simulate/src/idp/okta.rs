//! Okta. A custom app integration (AIW) reads the whole object and PUTs it back; apps of the catalogue's
//! template PATCH. Users are disabled and never deleted. After Okta's developer documentation, "SCIM protocol
//! 2.0" and its two Runscope suites, and requests that customers published.

use serde_json::{Value, json};

use super::{GROUP, basic_user, by_display_name, by_user_name, expect_person, members, quoted, share};
use crate::Error;
use crate::people::{People, Person, renamed};
use crate::story::{Story, pages};

/// Okta appends this to every lookup.
const PAGE: &str = "startIndex=1&count=100";

pub(super) fn play(s: &mut Story<'_>, people: &People, aiw: bool) -> Result<(), Error> {
    s.phase("Test connector configuration");
    s.read("two users", "/Users?startIndex=1&count=2")?;
    s.read("the groups", &format!("/Groups?{PAGE}"))?;
    s.expect_unauthorized("/Users?startIndex=1&count=2")?;
    let missing = s.get("an id that is none", "/Users/00000000-none")?;
    s.expect_status(&missing, &[404], "an unknown id is answered 404");

    let ids = assign(s, people)?;
    profile(s, people, &ids)?;
    deactivate(s, people, &ids, aiw)?;
    let groups = push_groups(s, people, &ids)?;
    if aiw {
        if let Some(group) = groups.get(1) {
            profile_with_groups(s, group, &share(&ids, 1))?;
        }
        whole_groups(s, &groups[0], &people.groups[0], &ids)?;
    } else {
        group_differences(s, &groups[0], &people.groups[0], &ids)?;
    }

    s.phase("Import, a hundred a page");
    s.walk("a page of users", &ids, 100, pages("/Users", 100))?;
    s.walk("a page of groups", &groups, 100, pages("/Groups", 100))?;
    // A company of a few has only one page of a hundred.
    s.walk("smaller pages", &ids, 2, pages("/Users", 2))?;

    s.phase("Unlink a pushed group and delete it");
    s.delete_and_look("deleted", &format!("/Groups/{}", groups[0]))
}

fn assign(s: &mut Story<'_>, people: &People) -> Result<Vec<String>, Error> {
    s.phase("Assign users");
    let mut ids = Vec::new();
    for person in &people.users {
        s.find_exactly(0, "is the user there?", "/Users", &by_user_name(person), PAGE)?;
        let body = user(person, people);
        ids.push(s.create("no: created, with a placeholder password", "/Users", body)?);
    }
    let first = &people.users[0];
    let read = s.read("read back", &format!("/Users/{}", ids[0]))?;
    expect_person(s, &read, first);
    s.expect_typed(
        &read,
        "emails",
        "work",
        ("value", &first.user_name),
        "the address is kept",
    );
    s.find_it(&ids[0], "found", "/Users", &by_user_name(first), PAGE)?;
    let capitals = format!("userName eq {}", quoted(&first.user_name.to_uppercase()));
    s.find_it(&ids[0], "in capital letters too", "/Users", &capitals, PAGE)?;
    s.expect_taken("a user of this name exists", "/Users", user(first, people))?;
    let mut capitals = user(first, people);
    capitals["userName"] = json!(first.user_name.to_uppercase());
    s.expect_taken("in capital letters too", "/Users", capitals)?;
    Ok(ids)
}

/// `groups` is read-only noise, and the password is thrown away even where passwords are not synchronised.
fn user(person: &Person, people: &People) -> Value {
    let mut user = basic_user(person);
    user["locale"] = json!("en-US");
    user["groups"] = json!([]);
    user["password"] = json!(people.password);
    user
}

/// The whole object that was read comes back changed, with `meta`, `id` and `groups`.
fn profile(s: &mut Story<'_>, people: &People, ids: &[String]) -> Result<(), Error> {
    s.phase("Push profile updates");
    let (first, path) = (&people.users[0], format!("/Users/{}", ids[0]));
    let mut whole = s.read("the whole user is read", &path)?.body;
    whole["name"]["familyName"] = json!("Renamed");
    whole["title"] = json!(first.title);
    whole["nickName"] = json!("");
    s.put("and put back changed, with meta, id and groups", &path, whole)?;
    let after = s.read("read back", &path)?;
    s.expect_values(
        &after,
        &[
            ("/name/familyName", json!("Renamed")),
            ("/title", json!(first.title)),
            ("/nickName", Value::Null),
        ],
        "the change is stored, an empty text being no value",
    );
    s.expect_values(
        &after,
        &[
            ("/userName", json!(first.user_name)),
            ("/externalId", json!(first.external_id)),
            ("/name/givenName", json!(first.given)),
            ("/emails/0/value", json!(first.user_name)),
            ("/emails/0/primary", json!(true)),
            ("/locale", json!("en-US")),
            ("/active", json!(true)),
        ],
        "what Okta read and sent back as it was is as it was",
    );
    Ok(())
}

/// A user who is in a group is put back with the `groups` that were read, which are not Okta's to change.
fn profile_with_groups(s: &mut Story<'_>, group: &str, members: &[&str]) -> Result<(), Error> {
    let Some(id) = members.first() else { return Ok(()) };
    s.phase("Push the profile of somebody in a group");
    let path = format!("/Users/{id}");
    let mut whole = s.read("the whole user is read", &path)?.body;
    s.expect(
        whole.pointer("/groups/0/value").and_then(Value::as_str) == Some(group),
        "a user shows the groups that it is in",
    );
    whole["nickName"] = json!("In a group");
    s.put("and put back with its groups", &path, whole)?;
    let after = s.read("read back", &path)?;
    s.expect_value(&after, "/nickName", &json!("In a group"), "the change is stored");
    s.expect_members("nobody left the group", group, members)
}

fn deactivate(s: &mut Story<'_>, people: &People, ids: &[String], aiw: bool) -> Result<(), Error> {
    s.phase("Deactivate and reactivate");
    let path = &format!("/Users/{}", ids[0]);
    for active in [false, true] {
        if aiw {
            let mut whole = s.read("the whole user is read", path)?.body;
            whole["active"] = json!(active);
            s.put(
                if active {
                    "and put back active"
                } else {
                    "and put back inactive"
                },
                path,
                whole,
            )?;
        } else {
            let operations = json!([{"op": "replace", "value": {"active": active}}]);
            s.patch("without a path", path, operations)?;
        }
        let after = s.read("read back, still there", path)?;
        s.expect_values(
            &after,
            &[("/active", json!(active)), ("/name/familyName", json!("Renamed"))],
            "active is stored, and nothing else changes",
        );
        if !active {
            let by_name = by_user_name(&people.users[0]);
            s.find_it(&ids[0], "found, though inactive", "/Users", &by_name, PAGE)?;
        }
    }
    if !aiw {
        s.assumed_phase("Synchronise a password");
        let operations = json!([{"op": "replace", "value": {"password": people.password}}]);
        s.patch("the password alone, without a path", path, operations)?;
        s.read("read back, without it", path)?;
    }
    Ok(())
}

fn push_groups(s: &mut Story<'_>, people: &People, users: &[String]) -> Result<Vec<String>, Error> {
    s.phase("Push groups");
    let mut ids = Vec::new();
    for (index, name) in people.groups.iter().enumerate() {
        s.find_exactly(0, "is the group there?", "/Groups", &by_display_name(name), PAGE)?;
        let id = s.create("no: created empty", "/Groups", group(name))?;
        s.find_it(&id, "and is found", "/Groups", &by_display_name(name), PAGE)?;
        if index > 0 {
            let members = share(users, index);
            let path = format!("/Groups/{id}");
            s.put("its members", &path, whole(&id, name, &members))?;
            s.expect_members("read back", &id, &members)?;
        }
        ids.push(id);
    }
    s.expect_taken("a group of this name exists", "/Groups", group(&people.groups[0]))?;
    Ok(ids)
}

fn group(name: &str) -> Value {
    json!({"schemas": [GROUP], "displayName": name, "members": []})
}

fn whole(id: &str, name: &str, ids: &[&str]) -> Value {
    let members: Vec<Value> = ids
        .iter()
        .map(|id| json!({"value": id, "display": null}))
        .collect();
    json!({"schemas": [GROUP], "id": id, "displayName": name, "members": members})
}

/// AIW: the group is put as it shall be.
fn whole_groups(s: &mut Story<'_>, id: &str, name: &str, users: &[String]) -> Result<(), Error> {
    s.phase("Change a group: PUT of the whole");
    let path = format!("/Groups/{id}");
    let all = share(users, 0);
    let new_name = renamed(name);
    s.put("all members, with display null", &path, whole(id, name, &all))?;
    s.expect_members("read back", id, &all)?;
    s.put("one left out", &path, whole(id, name, &all[1..]))?;
    s.expect_members("it is gone", id, &all[1..])?;
    s.put("renamed", &path, whole(id, &new_name, &all[1..]))?;
    let shown = s.read("read back", &path)?;
    s.expect_value(&shown, "/displayName", &json!(new_name), "the new name is stored");
    s.expect_members("the members stay", id, &all[1..])?;
    s.put("emptied", &path, whole(id, &new_name, &[]))?;
    s.expect_members("nobody is left", id, &[])
}

/// The template: differences, each with the name and the id again.
fn group_differences(s: &mut Story<'_>, id: &str, name: &str, users: &[String]) -> Result<(), Error> {
    s.phase("Change a group: PATCH of the difference");
    let path = format!("/Groups/{id}");
    let all = share(users, 0);
    let new_name = renamed(name);
    let rename = json!({"op": "replace", "value": {"id": id, "displayName": new_name}});
    s.patch(
        "push now: all members replaced",
        &path,
        json!([{"op": "replace", "path": "members", "value": members(&all)}]),
    )?;
    s.expect_members("read back", id, &all)?;
    s.patch(
        "the name with the id in its value, and a difference",
        &path,
        json!([
            rename,
            {"op": "remove", "path": format!("members[value eq {}]", quoted(all[0]))},
            {"op": "add", "path": "members", "value": [{"value": all[1], "display": "is there already"}]},
        ]),
    )?;
    s.expect_members("one is gone, one was there", id, &all[1..])?;
    let shown = s.read("read back", &path)?;
    s.expect_value(&shown, "/displayName", &json!(new_name), "the new name is stored");
    s.patch_in_vain("the name alone, again", &path, json!([rename]))?;
    s.expect_members("members that are not mentioned stay", id, &all[1..])?;
    s.patch(
        "all replaced by nobody",
        &path,
        json!([{"op": "replace", "path": "members", "value": []}]),
    )?;
    s.expect_members("nobody is left", id, &[])?;
    let with_members = |ids: &[&str]| {
        let value = json!({"members": members(ids), "id": id, "displayName": new_name});
        json!([{"op": "replace", "value": value}])
    };
    s.patch("members without a path", &path, with_members(&all[..2]))?;
    s.expect_members("read back", id, &all[..2])?;
    s.patch("nobody without a path", &path, with_members(&[]))?;
    s.expect_members("nobody is left", id, &[])
}

//! authentik, after the source of its SCIM provider. It reads `/ServiceProviderConfig` first and believes
//! what that says; POSTs and looks up only on 409; PUTs users; changes members by their difference to what a
//! GET shows.

use serde_json::{Value, json};

use super::{GROUP, USER, by_display_name, by_user_name, expect_person, members, share};
use crate::Error;
use crate::client::Answer;
use crate::people::{People, Person, renamed};
use crate::story::Story;

pub(super) fn play(s: &mut Story<'_>, people: &People, by_patch: bool) -> Result<(), Error> {
    s.phase("Start");
    let config = s.read("what can the server do?", "/ServiceProviderConfig")?;
    config_is_whole(s, &config, by_patch);

    let ids = users(s, people)?;
    let groups = groups(s, people, &ids, by_patch)?;
    let (first, all) = (&people.users[0], share(&ids, 0));

    // Without a count: the server says how long a page is.
    s.phase("Discovery of what is there");
    for (path, ids) in [("/Users", &ids), ("/Groups", &groups)] {
        s.walk("all of them", ids, usize::MAX, |start| match start {
            1 => path.to_owned(),
            _ => format!("{path}?startIndex={start}"),
        })?;
    }
    s.phase("Removal");
    s.delete_and_replace("the user", &ids[0], &by_user_name(first), &user(first, None))?;
    s.expect_members("and left its groups", &groups[0], &all[1..])?;
    s.delete_and_look("the group", &format!("/Groups/{}", groups[0]))
}

/// authentik's own reader of the configuration is strict.
fn config_is_whole(s: &mut Story<'_>, config: &Answer, by_patch: bool) {
    for (pointer, is_right) in [
        ("/patch/supported", Value::is_boolean as fn(&Value) -> bool),
        ("/bulk/supported", Value::is_boolean),
        ("/bulk/maxOperations", Value::is_u64),
        ("/bulk/maxPayloadSize", Value::is_u64),
        ("/filter/supported", Value::is_boolean),
        ("/filter/maxResults", Value::is_u64),
        ("/changePassword/supported", Value::is_boolean),
        ("/sort/supported", Value::is_boolean),
        ("/etag/supported", Value::is_boolean),
        ("/authenticationSchemes/0/type", Value::is_string),
        ("/authenticationSchemes/0/name", Value::is_string),
        ("/authenticationSchemes/0/description", Value::is_string),
    ] {
        s.expect(
            config.body.pointer(pointer).is_some_and(is_right),
            format!(
                "{pointer} is there and of its type: where one is missing authentik takes neither PATCH nor \
                 filters for supported"
            ),
        );
    }
    s.expect_value(
        config,
        "/filter/supported",
        &json!(true),
        "filters are supported: without them authentik cannot find a user that exists",
    );
    if by_patch {
        let why = "PATCH is supported: authentik then speaks this dialect, and --dialect put otherwise";
        s.expect_value(config, "/patch/supported", &json!(true), why);
    }
    let chunk = config.body.pointer("/bulk/maxOperations").and_then(Value::as_u64);
    s.expect(
        chunk.is_none_or(|chunk| chunk == 0 || chunk >= 10),
        "bulk.maxOperations is no tiny number: authentik cuts the changes of a group into PATCHes of so many",
    );
}

fn users(s: &mut Story<'_>, people: &People) -> Result<Vec<String>, Error> {
    s.phase("Users");
    let mut ids = Vec::new();
    for person in &people.users {
        ids.push(s.create("created without a look", "/Users", user(person, None))?);
    }
    let first = &people.users[0];
    let path = &format!("/Users/{}", ids[0]);
    let read = s.read("read back", path)?;
    expect_person(s, &read, first);
    s.expect_typed(
        &read,
        "emails",
        "other",
        ("value", &first.user_name),
        "an address need not be of type work",
    );

    s.phase("A user who is there already");
    s.expect_taken("created", "/Users", user(first, None))?;
    s.find_it(&ids[0], "looked up on 409", "/Users", &by_user_name(first), "")?;
    // Up to 2025.6 the name has no quotation marks.
    let bare = format!("userName eq {}", first.user_name);
    s.find_it(&ids[0], "unquoted, as up to version 2025.6", "/Users", &bare, "")?;

    s.phase("Changes");
    let mut changed = user(first, Some(&ids[0]));
    changed["displayName"] = json!("Renamed");
    changed["active"] = json!(false);
    s.put("changed and deactivated", path, changed)?;
    let read = s.read("read back", path)?;
    s.expect_values(
        &read,
        &[("/displayName", json!("Renamed")), ("/active", json!(false))],
        "the change is stored",
    );
    s.put("and back", path, user(first, Some(&ids[0])))?;
    let read = s.read("read back", path)?;
    expect_person(s, &read, first);
    s.expect_value(&read, "/active", &json!(true), "the user is active again");
    let nobody = user(first, None);
    let gone = s.send(
        "a user that is gone",
        "PUT",
        "/Users/00000000-none",
        Some(&nobody),
    )?;
    s.expect_status(
        &gone,
        &[404],
        "PUT never creates, and its 404 makes authentik create the user anew",
    );
    Ok(ids)
}

fn groups(
    s: &mut Story<'_>,
    people: &People,
    users: &[String],
    by_patch: bool,
) -> Result<Vec<String>, Error> {
    s.phase("Groups");
    let mut ids = Vec::new();
    for (index, name) in people.groups.iter().enumerate() {
        let of = share(users, index);
        if by_patch {
            let id = s.create("created without members", "/Groups", group(name, None))?;
            let path = format!("/Groups/{id}");
            let each: Vec<Value> = of.iter().map(|id| change("add", id)).collect();
            s.patch("an operation for each member", &path, json!(each))?;
            ids.push(id);
        } else {
            let mut body = group(name, None);
            body["members"] = members(&of);
            ids.push(s.create("created with its members", "/Groups", body)?);
        }
        s.expect_members("read back", &ids[index], &of)?;
    }
    let name = &people.groups[0];
    s.expect_taken("a group of this name exists", "/Groups", group(name, None))?;
    s.find_it(&ids[0], "looked up on 409", "/Groups", &by_display_name(name), "")?;

    let (id, all, new_name) = (&ids[0], share(users, 0), renamed(name));
    if by_patch {
        by_difference(s, id, &new_name, &all)?;
    } else {
        s.phase("Groups: PUT of the whole");
        let path = format!("/Groups/{id}");
        let whole = |ids: &[&str]| {
            let mut body = group(&new_name, Some(id));
            body["members"] = members(ids);
            body
        };
        for (about, of) in [
            ("one left out", &all[1..]),
            ("nobody, which is stated", &[]),
            ("everybody", &all),
        ] {
            s.put(about, &path, whole(of))?;
            s.expect_members("read back", id, of)?;
        }
    }
    let read = s.read("read back", &format!("/Groups/{id}"))?;
    s.expect_value(&read, "/displayName", &json!(new_name), "the new name is stored");
    Ok(ids)
}

/// The group itself without a path, then its members by their difference to what a GET shows.
fn by_difference(s: &mut Story<'_>, id: &str, name: &str, all: &[&str]) -> Result<(), Error> {
    s.phase("Groups: PATCH of the difference");
    let path = format!("/Groups/{id}");
    // The id was part of it until the middle of 2026.
    let itself = json!([{"op": "replace", "value": group(name, Some(id))}]);
    s.patch("the group itself, without members", &path, itself.clone())?;
    s.expect_members("members that are not mentioned stay", id, all)?;
    s.patch_in_vain("the same again", &path, itself)?;
    s.patch(
        "one leaves, as a listed value",
        &path,
        json!([change("remove", all[0])]),
    )?;
    s.expect_members("the others stay", id, &all[1..])?;
    let both = json!([change("add", all[0]), change("remove", all[1])]);
    s.patch("it comes back, another leaves", &path, both)?;
    let left: Vec<&str> = all.iter().copied().filter(|id| *id != all[1]).collect();
    s.expect_members("read back", id, &left)?;
    s.patch("it comes back", &path, json!([change("add", all[1])]))?;
    s.expect_members("all are there", id, all)
}

fn change(op: &str, id: &str) -> Value {
    json!({"op": op, "path": "members", "value": [{"value": id}]})
}

fn group(name: &str, id: Option<&str>) -> Value {
    let mut group = json!({"schemas": [GROUP], "displayName": name, "externalId": format!("6f0a-{name}")});
    if let Some(id) = id {
        group["id"] = json!(id);
    }
    group
}

fn user(person: &Person, id: Option<&str>) -> Value {
    let mut user = json!({
        "schemas": [USER],
        "userName": person.user_name,
        "externalId": person.external_id,
        "name": {"formatted": person.display_name(), "givenName": person.given, "familyName": person.family},
        "displayName": person.display_name(),
        "photos": [],
        "locale": "en-GB",
        "active": true,
        "emails": [{"value": person.user_name, "type": "other", "primary": true}],
    });
    if let Some(id) = id {
        user["id"] = json!(id);
    }
    user
}

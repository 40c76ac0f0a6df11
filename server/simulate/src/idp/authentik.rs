//! authentik, after the source of its SCIM provider. It reads `/ServiceProviderConfig` first and believes what that
//! says; POSTs and looks up only on 409; PUTs users; changes members by their difference to what a GET shows.

use serde_json::{Value, json};

use super::{GROUP, USER, members, quoted};
use crate::Error;
use crate::people::{People, Person};
use crate::story::Story;

pub(super) fn play(s: &mut Story<'_>, people: &People, by_patch: bool) -> Result<(), Error> {
    s.phase("Start");
    let config = s.read("what can the server do?", "/ServiceProviderConfig")?;
    for pointer in [
        "/patch/supported",
        "/bulk/supported",
        "/bulk/maxOperations",
        "/bulk/maxPayloadSize",
        "/filter/supported",
        "/filter/maxResults",
        "/changePassword/supported",
        "/sort/supported",
        "/etag/supported",
        "/authenticationSchemes/0/type",
        "/authenticationSchemes/0/name",
        "/authenticationSchemes/0/description",
    ] {
        s.expect(
            config.body.pointer(pointer).is_some(),
            format!("{pointer} is there: where one is missing authentik takes nothing for supported"),
        );
    }
    s.expect_value(
        &config,
        "/filter/supported",
        &json!(true),
        "filters are supported",
    );
    let chunk = config
        .body
        .pointer("/bulk/maxOperations")
        .and_then(Value::as_u64)
        .unwrap_or(0);
    s.expect(
        chunk == 0 || chunk >= 10,
        "authentik cuts the changes of a group by bulk.maxOperations",
    );

    s.phase("Users");
    let mut ids = Vec::new();
    for person in &people.users {
        ids.push(s.create("created without a look", "/Users", user(person, None))?);
    }
    let first = &people.users[0];
    s.expect_taken("a user of this name exists", "/Users", user(first, None))?;
    // Up to 2025.6 the name has no quotation marks.
    let unquoted = format!("userName eq {}", first.user_name);
    let found = s.find_exactly(
        1,
        "looked up on 409, unquoted as up to 2025.6",
        "/Users",
        &unquoted,
        "",
    )?;
    s.expect_value(&found, "/Resources/0/id", &json!(ids[0]), "the user is found");
    let ada = format!("/Users/{}", ids[0]);
    let mut changed = user(first, Some(&ids[0]));
    changed["displayName"] = json!("Renamed");
    changed["active"] = json!(false);
    s.put("changed and deactivated", &ada, changed)?;
    let read = s.read("read back", &ada)?;
    s.expect_value(&read, "/displayName", &json!("Renamed"), "the change is stored");
    s.expect_value(&read, "/active", &json!(false), "the user is inactive");
    s.expect_value(
        &read,
        "/emails/0/type",
        &json!("other"),
        "an address need not be of type work",
    );
    s.put("and back", &ada, user(first, Some(&ids[0])))?;
    let gone = s.send(
        "a user that is gone",
        "PUT",
        "/Users/00000000-none",
        Some(&user(first, None)),
    )?;
    s.expect_status(&gone, &[404], "404 on PUT makes authentik create the user anew");

    groups(s, people, &ids, by_patch)?;

    s.phase("Discovery of what is there");
    s.walk("all users", "/Users", 100, ids.len())?;
    s.phase("Removal");
    s.delete_and_look("deleted", &ada)
}

fn groups(s: &mut Story<'_>, people: &People, users: &[String], by_patch: bool) -> Result<(), Error> {
    s.phase("Groups");
    let all: Vec<&str> = users.iter().map(String::as_str).collect();
    let name = &people.groups[0];
    let body = json!({"schemas": [GROUP], "displayName": name, "externalId": "6f0a"});
    let id = s.create("created without members", "/Groups", &body)?;
    let path = format!("/Groups/{id}");
    s.expect_taken("a group of this name exists", "/Groups", body)?;
    s.find_exactly(
        1,
        "looked up on 409",
        "/Groups",
        &format!("displayName eq {}", quoted(name)),
        "",
    )?;
    if by_patch {
        let each: Vec<Value> = all
            .iter()
            .map(|id| json!({"op": "add", "path": "members", "value": [{"value": id}]}))
            .collect();
        s.patch("an operation for each member", &path, json!(each))?;
        s.expect_members("read back", &id, &all)?;
        s.patch("the group itself, without a path and without members", &path, json!([
            {"op": "replace", "value": {"schemas": [GROUP], "displayName": name, "externalId": "6f0b", "id": id}}]))?;
        s.expect_members("members that are not mentioned stay", &id, &all)?;
        let read = s.read("read back", &path)?;
        s.expect_value(&read, "/externalId", &json!("6f0b"), "the change is stored");
        s.patch(
            "one removed, as a listed value",
            &path,
            json!([
            {"op": "remove", "path": "members", "value": members(&all[..1])}]),
        )?;
        s.expect_members("the others stay", &id, &all[1..])?;
    } else {
        let whole = |ids: &[&str]| json!({"schemas": [GROUP], "id": id, "displayName": name, "externalId": "6f0a", "members": members(ids)});
        s.put("all members", &path, whole(&all))?;
        s.expect_members("read back", &id, &all)?;
        s.put("one left out", &path, whole(&all[1..]))?;
        s.expect_members("it is gone", &id, &all[1..])?;
        s.put("stated though empty", &path, whole(&[]))?;
        s.expect_members("nobody is left", &id, &[])?;
    }
    s.delete_and_look("deleted", &path)
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

//! Keycloak, which has no SCIM client of its own: this is the plugin keycloak-scim, after its source. It POSTs without
//! looking, replaces whole groups at each change, and waits five seconds at the most.

use serde_json::{Value, json};

use super::{GROUP, USER, members};
use crate::Error;
use crate::people::{People, Person};
use crate::story::Story;

pub(super) fn play(s: &mut Story<'_>, people: &People, by_patch: bool) -> Result<(), Error> {
    s.phase("Start");
    for path in ["/ServiceProviderConfig", "/Schemas", "/ResourceTypes"] {
        s.read("discovery", path)?;
    }

    s.phase("Users, at once");
    let mut ids = Vec::new();
    for person in &people.users {
        ids.push(s.create(
            "created without a look, address without a type",
            "/Users",
            user(person),
        )?);
    }
    s.expect_taken("the same user again", "/Users", user(&people.users[0]))?;
    let ada = format!("/Users/{}", ids[0]);
    let read = s.read("read back", &ada)?;
    s.expect_value(
        &read,
        "/emails/0/value",
        &json!(people.users[0].user_name),
        "an address needs no type",
    );

    s.phase("Changes");
    if by_patch {
        s.patch(
            "text boolean",
            &ada,
            json!([
                {"op": "replace", "path": "displayName", "value": "Renamed"},
                {"op": "replace", "path": "active", "value": "false"},
            ]),
        )?;
    } else {
        let mut changed = user(&people.users[0]);
        changed["displayName"] = json!("Renamed");
        changed["active"] = json!(false);
        s.put("the whole user", &ada, changed)?;
    }
    let read = s.read("read back", &ada)?;
    s.expect_value(&read, "/displayName", &json!("Renamed"), "the change is stored");
    s.expect_value(&read, "/active", &json!(false), "the user is disabled");

    s.phase("Groups");
    let all: Vec<&str> = ids.iter().map(String::as_str).collect();
    let name = &people.groups[0];
    let group = |ids: &[&str]| json!({"schemas": [GROUP], "externalId": "kc-group", "displayName": name, "members": members(ids)});
    let id = s.create("created", "/Groups", group(&all))?;
    s.expect_members("read back", &id, &all)?;
    let path = format!("/Groups/{id}");
    if by_patch {
        s.patch(
            "one leaves: everything is replaced",
            &path,
            json!([
                {"op": "replace", "path": "members", "value": members(&all[1..])},
                {"op": "replace", "path": "displayName", "value": name},
                {"op": "replace", "path": "externalId", "value": "kc-group"},
            ]),
        )?;
        s.expect_members("read back", &id, &all[1..])?;
        s.patch(
            "the last leaves",
            &path,
            json!([{"op": "remove", "path": "members", "value": null}]),
        )?;
        s.expect_members("a removal without a filter empties the group", &id, &[])?;
    } else {
        s.put("one leaves: everything is replaced", &path, group(&all[1..]))?;
        s.expect_members("read back", &id, &all[1..])?;
        s.put("the last leaves", &path, group(&[]))?;
        s.expect_members("nobody is left", &id, &[])?;
    }

    s.phase("Removal");
    s.delete_and_look("the group", &path)?;
    s.delete_and_look("the user", &ada)
}

fn user(person: &Person) -> Value {
    json!({
        "schemas": [USER],
        "externalId": person.external_id,
        "userName": person.user_name,
        "displayName": person.display_name(),
        "name": {"givenName": person.given, "familyName": person.family, "formatted": person.display_name()},
        "emails": [{"value": person.user_name}],
        "active": true,
        "roles": [],
    })
}

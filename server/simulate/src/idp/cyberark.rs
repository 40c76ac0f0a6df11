//! `CyberArk` Identity. It asks discovery for single types and schemas by their id, and never deletes a user. After its
//! maker's "SCIM API Requirements", which lists the calls and not their bodies: those are assumed.

use serde_json::json;

use super::{ENTERPRISE, GROUP, USER, basic_user, by_user_name, expect_person, members, quoted, share};
use crate::Error;
use crate::people::People;
use crate::story::Story;

pub(super) fn play(s: &mut Story<'_>, people: &People) -> Result<(), Error> {
    verify(s)?;
    let ids = users(s, people)?;

    s.assumed_phase("Groups, made of roles");
    s.read("what is there", "/Groups")?;
    let mut groups = Vec::new();
    for (index, name) in people.groups.iter().enumerate() {
        let id = s.create(
            "created",
            "/Groups",
            json!({"schemas": [GROUP], "displayName": name}),
        )?;
        let of = share(&ids, index);
        s.patch(
            "members added",
            &format!("/Groups/{id}"),
            json!([{"op": "add", "path": "members", "value": members(&of)}]),
        )?;
        s.expect_members("read back", &id, &of)?;
        groups.push(id);
    }
    let (group, all) = (&groups[0], share(&ids, 0));
    s.patch(
        "one removed",
        &format!("/Groups/{group}"),
        json!([{"op": "remove", "path": format!("members[value eq {}]", quoted(all[0]))}]),
    )?;
    s.expect_members("the others stay", group, &all[1..])
}

fn verify(s: &mut Story<'_>) -> Result<(), Error> {
    s.phase("Verify");
    s.read("one user", "/Users?count=1")?;
    s.read("what can the server do?", "/ServiceProviderConfig")?;
    for (name, endpoint) in [("User", "/Users"), ("Group", "/Groups")] {
        let kind = s.read("a resource type by its name", &format!("/ResourceTypes/{name}"))?;
        s.expect_value(
            &kind,
            "/endpoint",
            &json!(endpoint),
            "a resource type by its name is the object itself and no list (RFC 7644 §4)",
        );
    }
    for urn in [USER, GROUP, ENTERPRISE] {
        let schema = s.read("a schema by its URN", &format!("/Schemas/{urn}"))?;
        s.expect_value(
            &schema,
            "/id",
            &json!(urn),
            "a schema by its URN is the object itself and no list (RFC 7644 §4)",
        );
    }
    Ok(())
}

fn users(s: &mut Story<'_>, people: &People) -> Result<Vec<String>, Error> {
    s.assumed_phase("Users");
    let mut ids = Vec::new();
    for (index, person) in people.users.iter().enumerate() {
        let by_name = by_user_name(person);
        s.find_exactly(0, "is the user there?", "/Users", &by_name, "")?;
        ids.push(s.create("no: created", "/Users", basic_user(person))?);
        s.find_it(&ids[index], "and is found", "/Users", &by_name, "")?;
    }
    let (first, path) = (&people.users[0], format!("/Users/{}", ids[0]));
    let read = s.read("read back", &path)?;
    expect_person(s, &read, first);
    for active in [false, true] {
        let mut user = basic_user(first);
        user["active"] = json!(active);
        user["title"] = json!(first.title);
        s.put(if active { "restored" } else { "deprovisioned" }, &path, user)?;
        let read = s.read("read back", &path)?;
        s.expect_values(
            &read,
            &[("/active", json!(active)), ("/title", json!(first.title))],
            "the change is stored",
        );
    }
    Ok(ids)
}

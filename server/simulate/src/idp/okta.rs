//! Okta. A custom app integration (AIW) reads the whole object and PUTs it back; apps of the catalogue's template
//! PATCH. Users are disabled and never deleted. After Okta's developer documentation, "SCIM protocol 2.0" and its two
//! Runscope suites, and requests that customers published.

use serde_json::{Value, json};

use super::{GROUP, basic_user, by_user_name, members, quoted};
use crate::Error;
use crate::people::{People, Person};
use crate::story::Story;

/// Okta appends this to every lookup.
const PAGE: &str = "startIndex=1&count=100";

pub(super) fn play(s: &mut Story<'_>, people: &People, aiw: bool) -> Result<(), Error> {
    s.phase("Test connector configuration");
    s.read("two users", "/Users?startIndex=1&count=2")?;
    let groups = s.read("the groups", &format!("/Groups?{PAGE}"))?;
    s.expect(
        groups.body["totalResults"].is_u64(),
        "totalResults is an integer, not a string",
    );
    s.expect_unauthorized("/Users?startIndex=1&count=2")?;
    let missing = s.get("an id that is none", "/Users/00000000-none")?;
    s.expect_status(&missing, &[404], "an unknown id is answered 404");

    s.phase("Assign users");
    let mut ids = Vec::new();
    for person in &people.users {
        s.find_exactly(0, "is the user there?", "/Users", &by_user_name(person), PAGE)?;
        ids.push(s.create("no: created, with a placeholder password", "/Users", user(person))?);
    }
    let first = &people.users[0];
    let upper = format!("userName eq {}", quoted(&first.user_name.to_uppercase()));
    s.find_exactly(1, "in capital letters", "/Users", &upper, PAGE)?;
    s.expect_taken("a user of this name exists", "/Users", user(first))?;
    let ada = format!("/Users/{}", ids[0]);

    s.phase("Push profile updates");
    let mut whole = s.read("the whole user is read", &ada)?.body;
    whole["name"]["familyName"] = json!("Renamed");
    whole["title"] = json!(first.title);
    whole["nickName"] = json!("");
    s.put("and put back changed, with meta, id and groups", &ada, whole)?;
    let after = s.read("read back", &ada)?;
    s.expect_value(
        &after,
        "/name/familyName",
        &json!("Renamed"),
        "the change is stored",
    );
    s.expect_value(
        &after,
        "/title",
        &json!(first.title),
        "the new attribute is stored",
    );
    s.expect_value(
        &after,
        "/externalId",
        &json!(first.external_id),
        "externalId stays",
    );
    s.expect_value(
        &after,
        "/emails/0/primary",
        &json!(true),
        "the address stays the primary one",
    );

    s.phase("Deactivate and reactivate");
    for active in [false, true] {
        if aiw {
            let mut whole = s.read("the whole user is read", &ada)?.body;
            whole["active"] = json!(active);
            s.put("and put back", &ada, whole)?;
        } else {
            s.patch(
                "without a path",
                &ada,
                json!([{"op": "replace", "value": {"active": active}}]),
            )?;
        }
        let after = s.read("read back, still there", &ada)?;
        s.expect_value(&after, "/active", &json!(active), "active is stored");
        s.expect_value(
            &after,
            "/name/familyName",
            &json!("Renamed"),
            "nothing else changes",
        );
    }

    groups_of(s, people, &ids, aiw)?;

    s.phase("Import");
    s.walk("a hundred a page", "/Users", 100, ids.len())?;
    s.walk("two a page", "/Users", 2, ids.len())?;
    Ok(())
}

fn user(person: &Person) -> Value {
    let mut user = basic_user(person);
    user["locale"] = json!("en-US");
    user["groups"] = json!([]);
    user["password"] = json!("placeholder");
    user
}

fn groups_of(s: &mut Story<'_>, people: &People, users: &[String], aiw: bool) -> Result<(), Error> {
    s.phase("Push groups");
    let mut ids = Vec::new();
    for name in &people.groups {
        s.find_exactly(
            0,
            "is the group there?",
            "/Groups",
            &format!("displayName eq {}", quoted(name)),
            PAGE,
        )?;
        let body = json!({"schemas": [GROUP], "displayName": name, "members": []});
        ids.push(s.create("no: created empty", "/Groups", body)?);
    }
    let (id, name) = (&ids[0], &people.groups[0]);
    let path = format!("/Groups/{id}");
    let all: Vec<&str> = users.iter().map(String::as_str).collect();
    let put = |name: &str, ids: &[&str]| {
        let members: Vec<Value> = ids
            .iter()
            .map(|id| json!({"value": id, "display": null}))
            .collect();
        json!({"schemas": [GROUP], "id": id, "displayName": name, "members": members})
    };
    let renamed = format!("{name} EMEA");
    if aiw {
        s.put("all members, display null", &path, put(name, &all))?;
        s.expect_members("read back", id, &all)?;
        s.put("one left out", &path, put(name, &all[1..]))?;
        s.expect_members("it is gone", id, &all[1..])?;
        s.put("renamed", &path, put(&renamed, &all[1..]))?;
        let shown = s.read("read back", &path)?;
        s.expect_value(&shown, "/displayName", &json!(renamed), "the new name is stored");
        s.put("emptied", &path, put(&renamed, &[]))?;
        s.expect_members("nobody is left", id, &[])?;
    } else {
        let rename = json!({"op": "replace", "value": {"id": id, "displayName": renamed}});
        s.patch(
            "push now: all members replaced",
            &path,
            json!([{"op": "replace", "path": "members",
            "value": members(&all)}]),
        )?;
        s.expect_members("read back", id, &all)?;
        s.patch(
            "the name again with its id, and a difference",
            &path,
            json!([
                rename,
                {"op": "remove", "path": format!("members[value eq {}]", quoted(all[0]))},
                {"op": "add", "path": "members", "value": [{"value": all[1], "display": "already there"}]},
            ]),
        )?;
        s.expect_members("one is gone, one was there", id, &all[1..])?;
        let shown = s.read("read back", &path)?;
        s.expect_value(&shown, "/displayName", &json!(renamed), "the new name is stored");
        s.patch("the name alone", &path, json!([rename]))?;
        s.expect_members("members that are not mentioned stay", id, &all[1..])?;
        s.patch(
            "all removed",
            &path,
            json!([{"op": "replace", "path": "members", "value": []}]),
        )?;
        s.expect_members("nobody is left", id, &[])?;
        s.patch(
            "members without a path",
            &path,
            json!([{"op": "replace", "value": {"members": members(&all[..1]),
            "id": id, "displayName": renamed}}]),
        )?;
        s.expect_members("read back", id, &all[..1])?;
    }
    let taken = json!({"schemas": [GROUP], "displayName": renamed.to_uppercase(), "members": []});
    s.expect_taken("a group of this name exists", "/Groups", taken)?;
    s.delete_and_look("unlinked and deleted", &path)
}

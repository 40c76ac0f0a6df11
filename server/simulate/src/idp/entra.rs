//! Microsoft Entra ID: looks up, creates, caches the id; afterwards PATCH alone, with capitalised operations, text
//! booleans and members listed in a removal, or, with `aadOptscim062020` on the tenant URL, closer to the RFC.
//! After Microsoft Learn, "Develop and plan provisioning for a SCIM endpoint" and "Known issues and resolutions with
//! SCIM 2.0 protocol compliance", and the tests of its SCIM validator.

use fastrand::Rng;
use serde_json::{Value, json};

use super::{ENTERPRISE, GROUP, USER, by_user_name, quoted};
use crate::Error;
use crate::people::{People, Person, random_guid};
use crate::story::Story;

/// Entra puts this into the schemas of every group.
const ENTRA_GROUP: &str = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";

pub(super) fn play(s: &mut Story<'_>, people: &People, flag: bool) -> Result<(), Error> {
    test_connection(s)?;

    s.phase("First cycle: users");
    let mut ids = Vec::new();
    for person in &people.users {
        s.find_exactly(0, "is the user there?", "/Users", &by_user_name(person), "")?;
        ids.push(s.create("no: created, with nulls", "/Users", user(person))?);
        let found = s.find_exactly(1, "and is found", "/Users", &by_user_name(person), "")?;
        s.expect_value(
            &found,
            "/Resources/0/id",
            &json!(ids.last()),
            "the filter finds the user that was made",
        );
    }
    s.expect_taken("a user of this name exists", "/Users", user(&people.users[0]))?;
    let ada = format!("/Users/{}", ids[0]);
    let boss = ids[1].as_str();

    changes(s, &ada, &people.users[0], flag)?;
    manager(s, &ada, boss)?;
    disabling(s, &ada, flag)?;
    groups(s, people, &ids, flag)?;

    s.phase("Paging");
    s.walk("pages of five", "/Users", 5, ids.len())?;

    s.phase("Removal");
    s.delete_and_look("deleted for good after 30 days", &ada)?;
    s.find_exactly(
        0,
        "the name is free",
        "/Users",
        &by_user_name(&people.users[0]),
        "",
    )?;
    s.create("and may be used again", "/Users", user(&people.users[0]))?;
    Ok(())
}

/// Looks for what cannot exist, and at the schemas.
fn test_connection(s: &mut Story<'_>) -> Result<(), Error> {
    s.phase("Test connection");
    let nobody = random_guid(&mut Rng::with_seed(0x5c1f));
    let answer = s.find_exactly(
        0,
        "a random user",
        "/Users",
        &format!("userName eq {}", quoted(&nobody)),
        "",
    )?;
    s.expect(
        answer
            .body
            .get("Resources")
            .is_some_and(|list| list.as_array().is_some_and(Vec::is_empty)),
        "an empty result has an empty list of Resources",
    );
    s.find_exactly(
        0,
        "a random group",
        "/Groups",
        &format!("displayName eq {}", quoted(&nobody)),
        "excludedAttributes=members",
    )?;
    let schemas = s.read("the schemas, on saving", "/Schemas")?;
    let ids: Vec<&str> = schemas
        .resources()
        .iter()
        .filter_map(|schema| schema["id"].as_str())
        .collect();
    s.expect(
        ids.contains(&USER) && ids.contains(&GROUP),
        "/Schemas lists User and Group: Microsoft's group tests fail without",
    );
    s.expect_unauthorized("/Users?startIndex=1&count=1")
}

fn user(person: &Person) -> Value {
    json!({
        "schemas": [USER, ENTERPRISE],
        "externalId": person.external_id,
        "userName": person.user_name,
        "active": true,
        "displayName": person.display_name(),
        "name": {"givenName": person.given, "familyName": person.family, "formatted": person.display_name()},
        ENTERPRISE: {"department": person.department},
        "meta": {"resourceType": "User"},
        "roles": [],
        "emails": [],
        "addresses": null,
        "phoneNumbers": null,
        "title": null,
    })
}

/// One operation an attribute, `Add` for what was empty and `Replace` for what was not.
fn changes(s: &mut Story<'_>, ada: &str, person: &Person, flag: bool) -> Result<(), Error> {
    s.phase("Later cycles: changes");
    let before = s.read("before", ada)?;
    s.expect_value(
        &before,
        "/displayName",
        &json!(person.display_name()),
        "what was sent is kept as it was sent",
    );
    let address = format!("new.{}", person.user_name);
    let department = format!("{ENTERPRISE}:department");
    if flag {
        s.patch(
            "single values in one pathless replace, flat keys",
            ada,
            json!([{"op": "replace", "value": {
                "title": person.title, "name.familyName": "Renamed", department: "Labs",
                format!("{ENTERPRISE}:employeeNumber"): "77"}}]),
        )?;
        s.patch(
            "the work address, by a path that matches nothing",
            ada,
            json!([{"op": "add", "path": "emails[type eq \"work\"].value", "value": address}]),
        )?;
    } else {
        s.patch(
            "mixed Add and Replace, the work address by a path that matches nothing",
            ada,
            json!([
                {"op": "Replace", "path": "name.familyName", "value": "Renamed"},
                {"op": "Add", "path": "title", "value": person.title},
                {"op": "Add", "path": "emails[type eq \"work\"].value", "value": address},
                {"op": "Add", "path": "emails[type eq \"work\"].primary", "value": "True"},
                {"op": "Replace", "path": department, "value": "Labs"},
                {"op": "Add", "path": format!("{ENTERPRISE}:employeeNumber"), "value": "77"},
            ]),
        )?;
    }
    let after = s.read("read back", ada)?;
    for (pointer, expected) in [
        ("/name/familyName", json!("Renamed")),
        ("/name/givenName", json!(person.given)),
        ("/title", json!(person.title)),
        ("/emails/0/type", json!("work")),
        ("/emails/0/value", json!(address)),
        (&format!("/{ENTERPRISE}/department"), json!("Labs")),
        (&format!("/{ENTERPRISE}/employeeNumber"), json!("77")),
    ] {
        s.expect_value(
            &after,
            pointer,
            &expected,
            "the change is stored, and nothing else",
        );
    }
    let emails = after.body["emails"].as_array().map_or(0, Vec::len);
    s.expect(
        emails == 1,
        "operations on the same value path end up in one value",
    );
    s.find_exactly(
        1,
        "work e-mail as the matching attribute",
        "/Users",
        &format!("emails[type eq \"work\"].value eq {}", quoted(&address)),
        "",
    )?;
    s.patch(
        "the same again",
        ada,
        json!([{"op": if flag { "replace" } else { "Replace" },
        "path": "title", "value": person.title}]),
    )?;
    let again = s.read("nothing has changed", ada)?;
    s.expect_value(
        &again,
        "/meta/lastModified",
        &after.body["meta"]["lastModified"],
        "a change that changes nothing leaves meta.lastModified alone",
    );
    s.patch(
        "a value path that matches, replaced",
        ada,
        json!([{"op": "Replace", "path": "emails[type eq \"work\"].value", "value": person.user_name},
               {"op": "Add", "path": "roles", "value": [{"value":
                   "{\"id\":\"18d14569\",\"value\":\"Admin\",\"displayName\":\"Admin\"}"}]}]),
    )?;
    let after = s.read("read back", ada)?;
    s.expect_value(
        &after,
        "/emails/0/value",
        &json!(person.user_name),
        "the address is replaced",
    );
    s.expect_value(
        &after,
        "/roles/0/value",
        &json!("Admin"),
        "a role sent as JSON text is unwrapped",
    );
    s.patch(
        "cleared by an empty text",
        ada,
        json!([{"op": "Replace", "path": "title", "value": ""}]),
    )?;
    let after = s.read("read back", ada)?;
    s.expect_value(
        &after,
        "/title",
        &Value::Null,
        "an empty text clears the attribute",
    );
    Ok(())
}

/// The manager is sent as a bare id, and must come back as an object.
fn manager(s: &mut Story<'_>, ada: &str, boss: &str) -> Result<(), Error> {
    s.phase("Later cycles: the manager");
    let path = format!("{ENTERPRISE}:manager");
    let pointer = format!("/{ENTERPRISE}/manager/value");
    s.patch("set", ada, json!([{"op": "Add", "path": path, "value": boss}]))?;
    let after = s.read("read back", ada)?;
    s.expect_value(
        &after,
        &pointer,
        &json!(boss),
        "a manager sent as a text comes back as an object with a value",
    );
    let filter = format!(
        "id eq {} and manager eq {}",
        quoted(ada.trim_start_matches("/Users/")),
        quoted(boss)
    );
    s.find_exactly(1, "is it this one?", "/Users", &filter, "attributes=id")?;
    s.patch(
        "cleared",
        ada,
        json!([{"op": "Replace", "path": path, "value": ""}]),
    )?;
    let after = s.read("read back", ada)?;
    s.expect_value(
        &after,
        &pointer,
        &Value::Null,
        "an empty text removes the manager",
    );
    Ok(())
}

fn disabling(s: &mut Story<'_>, ada: &str, flag: bool) -> Result<(), Error> {
    s.phase("Disabling and enabling");
    for active in [false, true] {
        let operation = if flag {
            json!([{"op": "replace", "path": "active", "value": active}])
        } else {
            json!([{"op": "Replace", "path": "active", "value": if active { "True" } else { "False" }}])
        };
        s.patch(if active { "enabled" } else { "disabled" }, ada, operation)?;
        let after = s.read("read back, still there", ada)?;
        s.expect_value(
            &after,
            "/active",
            &json!(active),
            "active comes back as a boolean",
        );
    }
    Ok(())
}

/// Groups come empty; members are added and removed in later requests.
fn groups(s: &mut Story<'_>, people: &People, users: &[String], flag: bool) -> Result<(), Error> {
    s.phase("Groups");
    let mut first = None;
    for name in &people.groups {
        let filter = format!("displayName eq {}", quoted(name));
        s.find_exactly(
            0,
            "is the group there?",
            "/Groups",
            &filter,
            "excludedAttributes=members",
        )?;
        let id = s.create("no: created empty, with Microsoft's URN", "/Groups", group(name))?;
        first.get_or_insert(id);
    }
    let Some(id) = first else { return Ok(()) };
    let path = format!("/Groups/{id}");
    s.expect_taken("a group of this name exists", "/Groups", group(&people.groups[0]))?;

    let reference = |id: &String| json!({"$ref": null, "value": id});
    let all: Vec<Value> = users.iter().map(reference).collect();
    let add = if flag { "add" } else { "Add" };
    s.patch(
        "members added",
        &path,
        json!([{"op": add, "path": "members", "value": all}]),
    )?;
    let expected: Vec<&str> = users.iter().map(String::as_str).collect();
    s.expect_members("read back", &id, &expected)?;
    s.patch(
        "the same members again",
        &path,
        json!([{"op": add, "path": "members", "value": all}]),
    )?;
    s.expect_members("nobody is in it twice", &id, &expected)?;
    let remove = if flag {
        json!([{"op": "remove", "path": format!("members[value eq {}]", quoted(&users[0]))}])
    } else {
        json!([{"op": "Remove", "path": "members", "value": [reference(&users[0])]}])
    };
    s.patch("one member removed", &path, remove)?;
    s.expect_members("the others stay", &id, &expected[1..])?;
    let shown = s.read(
        "read without members",
        &format!("{path}?excludedAttributes=members"),
    )?;
    s.expect(
        shown.body.get("members").is_none(),
        "excludedAttributes=members leaves the members out: Entra reports an error otherwise",
    );
    let renamed = format!("{} EMEA", people.groups[0]);
    let replace = if flag { "replace" } else { "Replace" };
    s.patch(
        "renamed",
        &path,
        json!([{"op": replace, "path": "displayName", "value": renamed}]),
    )?;
    let shown = s.read("read back", &format!("{path}?excludedAttributes=members"))?;
    s.expect_value(&shown, "/displayName", &json!(renamed), "the new name is stored");
    s.expect_members("the members stay", &id, &expected[1..])?;
    s.delete_and_look("deleted", &path)
}

fn group(name: &str) -> Value {
    json!({
        "schemas": [GROUP, ENTRA_GROUP],
        "externalId": format!("object-{name}"),
        "displayName": name,
        "meta": {"resourceType": "Group"},
    })
}

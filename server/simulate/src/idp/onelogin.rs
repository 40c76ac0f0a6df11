//! `OneLogin`. The body of a user is the administrator's own template, so that SCIM 1.1 URNs, null ids and booleans as
//! text come. After its maker's "Implement SCIM API" and templates that vendors publish.

use serde_json::{Value, json};

use super::{GROUP, by_user_name, members, quoted};
use crate::Error;
use crate::people::{People, Person};
use crate::story::Story;

pub(super) fn play(s: &mut Story<'_>, people: &People) -> Result<(), Error> {
    s.phase("Enable the API connection");
    let answer = s.find(
        "a user that cannot exist",
        "/Users",
        "userName eq \"no-such-user@example.test\"",
        "",
    )?;
    s.expect(answer.resources().is_empty(), "nobody is found");

    s.phase("Provisioning");
    let mut ids = Vec::new();
    for person in &people.users {
        s.find_exactly(0, "is the user there?", "/Users", &by_user_name(person), "")?;
        ids.push(s.create(
            "no: created from the template",
            "/Users",
            template(person, "true", ids.first()),
        )?);
    }
    let ada = format!("/Users/{}", ids[0]);
    let read = s.read("read back", &ada)?;
    s.expect_value(&read, "/active", &json!(true), "a boolean as text is understood");
    let second = s.read("read back", &format!("/Users/{}", ids[1]))?;
    s.expect_value(
        &second,
        &format!("/{}/manager/value", super::ENTERPRISE),
        &json!(ids[0]),
        "a manager as managerId is understood",
    );

    s.phase("Groups");
    let groups = s.read("all groups fill a list", "/Groups")?;
    s.expect(groups.body["totalResults"].is_u64(), "totalResults is an integer");
    for name in &people.groups {
        let id = s.create(
            "created",
            "/Groups",
            json!({"schemas": [GROUP], "displayName": name}),
        )?;
        let path = format!("/Groups/{id}");
        let all: Vec<&str> = ids.iter().map(String::as_str).collect();
        s.patch(
            "members added",
            &path,
            json!([{"op": "add", "path": "members", "value": members(&all)}]),
        )?;
        s.expect_members("read back", &id, &all)?;
        s.patch(
            "one removed",
            &path,
            json!([{"op": "remove", "path": format!("members[value eq {}]", quoted(all[0]))}]),
        )?;
        s.expect_members("the others stay", &id, &all[1..])?;
    }

    s.assumed_phase("Changes and suspension, by PUT");
    let mut changed = template(&people.users[0], "1", None);
    changed["title"] = json!(people.users[0].title);
    s.put("changed", &ada, changed)?;
    let read = s.read("read back", &ada)?;
    s.expect_value(
        &read,
        "/title",
        &json!(people.users[0].title),
        "the change is stored",
    );
    s.put("suspended", &ada, template(&people.users[0], "false", None))?;
    let read = s.read("read back", &ada)?;
    s.expect_value(&read, "/active", &json!(false), "the user is suspended");

    s.phase("Removal");
    s.delete_and_look("deleted", &ada)
}

fn template(person: &Person, active: &str, manager: Option<&String>) -> Value {
    json!({
        "schemas": ["urn:scim:schemas:core:1.0", super::ENTERPRISE],
        "id": null,
        "userName": person.user_name,
        "externalId": person.external_id,
        "name": {"givenName": person.given, "familyName": person.family, "formatted": person.display_name()},
        "emails": [{"value": person.user_name, "type": "work", "primary": true}],
        "active": active,
        super::ENTERPRISE: {
            "department": person.department,
            "manager": manager.map(|id| json!({"managerId": id})),
        },
    })
}

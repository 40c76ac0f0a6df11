//! `OneLogin`. The body of a user is the administrator's own template, so that SCIM 1.1 URNs, null ids and
//! booleans as text come. After its maker's "Implement SCIM API" and templates that vendors publish.

use serde_json::{Value, json};

use super::{ENTERPRISE, GROUP, by_user_name, expect_person, members, quoted, share};
use crate::Error;
use crate::people::{People, Person};
use crate::story::Story;

pub(super) fn play(s: &mut Story<'_>, people: &People) -> Result<(), Error> {
    s.phase("Enable the API connection");
    let nobody = "userName eq \"no-such-user@example.test\"";
    s.find_exactly(0, "a user that cannot exist", "/Users", nobody, "")?;

    s.phase("Provisioning");
    let mut ids: Vec<String> = Vec::new();
    for (index, person) in people.users.iter().enumerate() {
        let by_name = by_user_name(person);
        s.find_exactly(0, "is the user there?", "/Users", &by_name, "")?;
        let active = if index % 2 == 0 { "true" } else { "1" };
        let body = template(person, active, ids.first());
        ids.push(s.create("no: created from the template", "/Users", body)?);
        let found = s.find_it(&ids[index], "and is found", "/Users", &by_name, "")?;
        s.expect_value(
            &found,
            "/Resources/0/active",
            &json!(true),
            "active comes from the template as the text \"true\" or \"1\" and comes back as true",
        );
    }
    let read = s.read("read back", &format!("/Users/{}", ids[1]))?;
    expect_person(s, &read, &people.users[1]);
    s.expect_values(
        &read,
        &[
            (&format!("/{ENTERPRISE}/manager/value"), json!(ids[0])),
            (
                &format!("/{ENTERPRISE}/department"),
                json!(people.users[1].department),
            ),
        ],
        "SCIM 1.1's managerId is understood as manager.value, in a user whose schemas name SCIM 1.1's core",
    );

    s.phase("Groups");
    s.read("all groups fill a list", "/Groups")?;
    let mut groups = Vec::new();
    for (index, name) in people.groups.iter().enumerate() {
        let body = json!({"schemas": [GROUP], "displayName": name});
        let id = s.create("created", "/Groups", body)?;
        let members_of = share(&ids, index);
        s.patch(
            "members added",
            &format!("/Groups/{id}"),
            json!([{"op": "add", "path": "members", "value": members(&members_of)}]),
        )?;
        s.expect_members("read back", &id, &members_of)?;
        groups.push(id);
    }
    let (id, all) = (&groups[0], share(&ids, 0));
    s.assumed_phase("A member leaves, by a filter");
    s.patch(
        "one removed",
        &format!("/Groups/{id}"),
        json!([{"op": "remove", "path": format!("members[value eq {}]", quoted(all[1]))}]),
    )?;
    let left: Vec<&str> = all.iter().copied().filter(|id| *id != all[1]).collect();
    s.expect_members("the others stay", id, &left)?;

    let (first, path) = (&people.users[0], format!("/Users/{}", ids[0]));
    s.assumed_phase("Changes and suspension, by PUT");
    let mut changed = template(first, "1", None);
    changed["title"] = json!(first.title);
    s.put("changed", &path, changed)?;
    let read = s.read("read back", &path)?;
    s.expect_value(&read, "/title", &json!(first.title), "the change is stored");
    s.put("suspended", &path, template(first, "false", None))?;
    let read = s.read("read back", &path)?;
    s.expect_value(
        &read,
        "/active",
        &json!(false),
        "the text \"false\" suspends the user",
    );
    s.expect_members("and leaves it in its group", id, &left)?;

    s.phase("Removal, by the setting Delete");
    let again = template(first, "true", None);
    s.delete_and_replace("deleted", &ids[0], &by_user_name(first), &again)?;
    s.expect_members("and left its group", id, &left[1..])
}

fn template(person: &Person, active: &str, manager: Option<&String>) -> Value {
    json!({
        "schemas": ["urn:scim:schemas:core:1.0", ENTERPRISE],
        "id": null,
        "userName": person.user_name,
        "externalId": person.external_id,
        "name": {"givenName": person.given, "familyName": person.family, "formatted": person.display_name()},
        "displayName": person.display_name(),
        "emails": [{"value": person.user_name, "type": "work", "primary": true}],
        "active": active,
        ENTERPRISE: {
            "department": person.department,
            "manager": manager.map(|id| json!({"managerId": id})),
        },
    })
}

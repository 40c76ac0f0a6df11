//! Later cycles: a user is changed, gets and loses a manager, is disabled and enabled.

use serde_json::{Value, json};

use super::super::{ENTERPRISE, by_user_name, quoted};
use super::Dialect;
use crate::Error;
use crate::people::Person;
use crate::story::Story;

/// One operation an attribute, `Add` for what was empty and `Replace` for what was not; with the flag single
/// values come in one pathless replace. Both end in the same state.
pub(super) fn changes(s: &mut Story<'_>, id: &str, person: &Person, dialect: Dialect) -> Result<(), Error> {
    s.phase("Later cycles: changes");
    let path = &format!("/Users/{id}");
    let (add, replace) = (dialect.op("add"), dialect.op("replace"));
    let address = format!("new.{}", person.user_name);
    let in_enterprise = |name: &str| format!("{ENTERPRISE}:{name}");
    let before = s.read("as it is", path)?;
    s.expect_value(
        &before,
        "/emails",
        &Value::Null,
        "a user without an address has none",
    );
    if dialect.flag {
        s.patch(
            "single values in one pathless replace, with flat keys",
            path,
            json!([{"op": "replace", "value": {
                "title": person.title,
                "name.familyName": "Renamed",
                in_enterprise("department"): "Labs",
                in_enterprise("employeeNumber"): "77",
            }}]),
        )?;
        s.patch(
            "values by a path that matches nothing yet",
            path,
            json!([
                {"op": "add", "path": "emails[type eq \"work\"].value", "value": address},
                {"op": "add", "path": "emails[type eq \"work\"].primary", "value": true},
                {"op": "add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "+49 (0)30 1234-5"},
                {"op": "replace", "path": "addresses[type eq \"work\"].formatted", "value": "12 Hill"},
            ]),
        )?;
    } else {
        s.patch(
            "Add and Replace mixed, values by a path that matches nothing yet",
            path,
            json!([
                {"op": "Replace", "path": "name.familyName", "value": "Renamed"},
                {"op": "Add", "path": "title", "value": person.title},
                {"op": "Add", "path": "emails[type eq \"work\"].value", "value": address},
                {"op": "Add", "path": "emails[type eq \"work\"].primary", "value": "True"},
                {"op": "Add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "+49 (0)30 1234-5"},
                {"op": "Replace", "path": "addresses[type eq \"work\"].formatted", "value": "12 Hill"},
                {"op": "Replace", "path": in_enterprise("department"), "value": "Labs"},
                {"op": "Add", "path": in_enterprise("employeeNumber"), "value": "77"},
            ]),
        )?;
    }
    let after = s.read("read back", path)?;
    s.expect_values(
        &after,
        &[
            ("/name/familyName", json!("Renamed")),
            ("/title", json!(person.title)),
            (&format!("/{ENTERPRISE}/department"), json!("Labs")),
            (&format!("/{ENTERPRISE}/employeeNumber"), json!("77")),
        ],
        "the change is stored",
    );
    s.expect_values(
        &after,
        &[
            ("/name/givenName", json!(person.given)),
            ("/userName", json!(person.user_name)),
            ("/externalId", json!(person.external_id)),
        ],
        "what no operation names stays",
    );
    for (attribute, kind, value) in [
        ("emails", "work", ("value", address.as_str())),
        // No server may tidy it up: Entra compares what comes back with what it sent.
        ("phoneNumbers", "mobile", ("value", "+49 (0)30 1234-5")),
        ("addresses", "work", ("formatted", "12 Hill")),
    ] {
        s.expect_typed(
            &after,
            attribute,
            kind,
            value,
            "Entra writes to a value by a path that matches nothing and expects it to be created with the \
             type of the path; operations on the same path end up in one value",
        );
    }
    s.expect_value(
        &after,
        "/emails/0/primary",
        &json!(true),
        "a boolean sent as the text \"True\" comes back as true",
    );
    s.find_it(
        id,
        "the work address as matching attribute",
        "/Users",
        &format!("emails[type eq \"work\"].value eq {}", quoted(&address)),
        "",
    )?;
    s.patch_in_vain(
        "the same title again",
        path,
        json!([{"op": replace, "path": "title", "value": person.title}]),
    )?;

    s.patch(
        "a path that matches, replaced; a role as JSON text",
        path,
        json!([
            {"op": replace, "path": "emails[type eq \"work\"].value", "value": person.user_name},
            {"op": add, "path": "roles", "value":
                [{"value": "{\"id\":\"18d14569\",\"value\":\"Admin\",\"displayName\":\"Admin\"}"}]},
        ]),
    )?;
    let after = s.read("read back", path)?;
    s.expect_typed(
        &after,
        "emails",
        "work",
        ("value", &person.user_name),
        "the address is replaced, and no second one made",
    );
    s.expect_value(
        &after,
        "/roles/0/value",
        &json!("Admin"),
        "a role that Entra sends as JSON in a text is understood",
    );
    s.patch(
        "cleared by an empty text",
        path,
        json!([{"op": replace, "path": "title", "value": ""}]),
    )?;
    s.patch(
        "removed by a path",
        path,
        json!([{"op": dialect.op("remove"), "path": "phoneNumbers[type eq \"mobile\"].value"}]),
    )?;
    let after = s.read("read back", path)?;
    s.expect_value(
        &after,
        "/title",
        &Value::Null,
        "an empty text clears the attribute",
    );
    s.expect(
        after.body.pointer("/phoneNumbers/0/value").is_none(),
        "the number that was removed is gone",
    );
    rename(s, id, person, dialect)?;
    all_or_nothing(s, path, person, dialect)
}

/// Microsoft's validator changes the attribute by which users are matched, and looks for the user by it.
fn rename(s: &mut Story<'_>, id: &str, person: &Person, dialect: Dialect) -> Result<(), Error> {
    let path = format!("/Users/{id}");
    let named = |name: &str| json!([{"op": dialect.op("replace"), "path": "userName", "value": name}]);
    let new_name = format!("renamed.{}", person.user_name);
    s.patch("the user name itself", &path, named(&new_name))?;
    let by_new_name = format!("userName eq {}", quoted(&new_name));
    s.find_it(id, "found by the new name", "/Users", &by_new_name, "")?;
    s.find_exactly(0, "and not by the old one", "/Users", &by_user_name(person), "")?;
    s.patch("and back", &path, named(&person.user_name))?;
    s.find_it(
        id,
        "found by the old name again",
        "/Users",
        &by_user_name(person),
        "",
    )?;
    Ok(())
}

/// RFC 7644 §3.5.2: the operations of a request are done all together or not at all.
fn all_or_nothing(s: &mut Story<'_>, path: &str, person: &Person, dialect: Dialect) -> Result<(), Error> {
    let replace = dialect.op("replace");
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [
            {"op": replace, "path": "displayName", "value": "Half done"},
            {"op": replace, "path": "emails[type eq", "value": "x"},
            {"op": replace, "path": "title", "value": "Half done"},
        ],
    });
    let answer = s.send("the second of three cannot be read", "PATCH", path, Some(&body))?;
    s.expect_status(&answer, &[400], "a request with a malformed path is refused");
    let after = s.read("nothing of it was done", path)?;
    s.expect_values(
        &after,
        &[
            ("/displayName", json!(person.display_name())),
            ("/title", Value::Null),
        ],
        "a refused request changes nothing",
    );
    Ok(())
}

/// The manager is sent as a bare id, and must come back as an object.
pub(super) fn manager(s: &mut Story<'_>, ids: &[String], dialect: Dialect) -> Result<(), Error> {
    s.phase("Later cycles: the manager");
    let path = &format!("/Users/{}", ids[0]);
    let manager = format!("{ENTERPRISE}:manager");
    let pointer = format!("/{ENTERPRISE}/manager/value");
    for (op, boss, about) in [
        ("add", &ids[1], "set, as a bare id"),
        ("replace", &ids[2], "changed"),
    ] {
        s.patch(
            about,
            path,
            json!([{"op": dialect.op(op), "path": manager, "value": boss}]),
        )?;
        let after = s.read("read back", path)?;
        s.expect_value(
            &after,
            &pointer,
            &json!(boss),
            "a manager sent as a bare id comes back as an object with a value: Entra cannot read a bare text",
        );
    }
    s.find_it(
        &ids[0],
        "is it this manager?",
        "/Users",
        &format!("id eq {} and manager eq {}", quoted(&ids[0]), quoted(&ids[2])),
        "attributes=id",
    )?;
    s.patch(
        "cleared by an empty text",
        path,
        json!([{"op": dialect.op("replace"), "path": manager, "value": ""}]),
    )?;
    let after = s.read("read back", path)?;
    s.expect_value(
        &after,
        &pointer,
        &Value::Null,
        "an empty text removes the manager",
    );
    s.expect_value(
        &after,
        &format!("/{ENTERPRISE}/department"),
        &json!("Labs"),
        "the rest of the extension stays",
    );
    Ok(())
}

pub(super) fn disabling(s: &mut Story<'_>, id: &str, person: &Person, dialect: Dialect) -> Result<(), Error> {
    s.phase("Disabling and enabling");
    let path = &format!("/Users/{id}");
    for active in [false, true] {
        s.patch(
            if active { "enabled" } else { "disabled" },
            path,
            json!([{"op": dialect.op("replace"), "path": "active", "value": dialect.boolean(active)}]),
        )?;
        let after = s.read("read back, still there", path)?;
        s.expect_values(
            &after,
            &[("/active", json!(active)), ("/name/familyName", json!("Renamed"))],
            "active is stored as a JSON boolean, and nothing else changes",
        );
        if !active {
            let by_name = by_user_name(person);
            s.find_it(
                id,
                "a disabled user is found like any other",
                "/Users",
                &by_name,
                "",
            )?;
        }
    }
    Ok(())
}

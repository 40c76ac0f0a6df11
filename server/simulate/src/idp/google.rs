//! Google Workspace. What autoprovisioning sends is not published: every shape here is assumed, after guides
//! of vendors and reports. Groups are not pushed as far as any source shows.

use serde_json::json;

use super::{basic_user, by_user_name, expect_person};
use crate::Error;
use crate::people::People;
use crate::story::{Story, pages};

pub(super) fn play(s: &mut Story<'_>, people: &People) -> Result<(), Error> {
    s.assumed_phase("Probe");
    s.read("one user", "/Users?count=1")?;

    s.assumed_phase("Provisioning");
    let mut ids = Vec::new();
    for (index, person) in people.users.iter().enumerate() {
        let by_name = by_user_name(person);
        s.find_exactly(0, "is the user there?", "/Users", &by_name, "")?;
        let mut user = basic_user(person);
        // A suspended user is provisioned as such.
        user["active"] = json!(index != 0);
        ids.push(s.create("no: created", "/Users", user)?);
        s.find_it(&ids[index], "and is found", "/Users", &by_name, "")?;
    }
    let (first, path) = (&people.users[0], format!("/Users/{}", ids[0]));
    let read = s.read("suspended when it was created", &path)?;
    expect_person(s, &read, first);
    s.expect_value(
        &read,
        "/active",
        &json!(false),
        "active:false is honoured when a user is created: Google provisions suspended users as such",
    );
    s.walk("everybody", &ids, 2, pages("/Users", 2))?;

    s.assumed_phase("Changes");
    let mut user = basic_user(first);
    user["title"] = json!(first.title);
    s.put("restored and changed", &path, user)?;
    let read = s.read("read back", &path)?;
    s.expect_values(
        &read,
        &[("/active", json!(true)), ("/title", json!(first.title))],
        "the change is stored",
    );

    s.assumed_phase("Deprovisioning, after a day or more");
    s.patch(
        "suspended",
        &path,
        json!([{"op": "replace", "path": "active", "value": false}]),
    )?;
    let read = s.read("read back", &path)?;
    s.expect_value(&read, "/active", &json!(false), "the user is suspended");
    s.delete_and_replace("deleted", &ids[0], &by_user_name(first), &basic_user(first))
}

//! Google Workspace. What autoprovisioning sends is not published: every shape here is assumed, after guides of vendors
//! and reports. Groups are not pushed as far as any source shows.

use serde_json::json;

use super::{basic_user, by_user_name};
use crate::Error;
use crate::people::People;
use crate::story::Story;

pub(super) fn play(s: &mut Story<'_>, people: &People) -> Result<(), Error> {
    s.assumed_phase("Probe");
    s.read("one user", "/Users?count=1")?;

    s.assumed_phase("Provisioning");
    let mut ids = Vec::new();
    for (index, person) in people.users.iter().enumerate() {
        s.find_exactly(0, "is the user there?", "/Users", &by_user_name(person), "")?;
        let mut user = basic_user(person);
        // A suspended user is provisioned as such.
        user["active"] = json!(index != 0);
        ids.push(s.create("no: created", "/Users", user)?);
    }
    let first = format!("/Users/{}", ids[0]);
    let read = s.read("suspended when it was created", &first)?;
    s.expect_value(
        &read,
        "/active",
        &json!(false),
        "active:false is honoured on POST",
    );

    s.assumed_phase("Changes");
    let mut user = basic_user(&people.users[0]);
    user["title"] = json!(people.users[0].title);
    s.put("restored and changed", &first, user)?;
    let read = s.read("read back", &first)?;
    s.expect_value(&read, "/active", &json!(true), "the user is active again");
    s.expect_value(
        &read,
        "/title",
        &json!(people.users[0].title),
        "the change is stored",
    );

    s.assumed_phase("Deprovisioning, after a day or more");
    s.patch(
        "suspended",
        &first,
        json!([{"op": "replace", "path": "active", "value": false}]),
    )?;
    let read = s.read("read back", &first)?;
    s.expect_value(&read, "/active", &json!(false), "the user is suspended");
    s.delete_and_look("deleted", &first)
}

//! Groups come empty; members are added and removed in later requests.

use serde_json::{Value, json};

use super::super::{GROUP, by_display_name, quoted, share};
use super::Dialect;
use crate::Error;
use crate::people::{People, renamed};
use crate::story::Story;

/// Entra puts this into the schemas of every group.
const ENTRA_GROUP: &str = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";
/// Entra never asks for members, and reports an error where they come.
const NO_MEMBERS: &str = "excludedAttributes=members";

pub(super) fn push(
    s: &mut Story<'_>,
    people: &People,
    users: &[String],
    dialect: Dialect,
) -> Result<(), Error> {
    s.phase("First cycle: groups");
    let mut ids = Vec::new();
    for name in &people.groups {
        let by_name = by_display_name(name);
        s.find_exactly(0, "is the group there?", "/Groups", &by_name, NO_MEMBERS)?;
        ids.push(s.create("no: created empty, with Microsoft's URN", "/Groups", group(name))?);
        s.find_it(
            &ids[ids.len() - 1],
            "and is found",
            "/Groups",
            &by_name,
            NO_MEMBERS,
        )?;
    }
    s.expect_taken("a group of this name exists", "/Groups", group(&people.groups[0]))?;

    s.phase("First cycle: members");
    for (index, id) in ids.iter().enumerate() {
        let members = share(users, index);
        let path = format!("/Groups/{id}");
        s.patch("members added", &path, json!([add(&members, dialect)]))?;
        s.expect_members("read back", id, &members)?;
    }

    s.phase("Later cycles: members");
    let (id, all) = (&ids[0], share(users, 0));
    let path = &format!("/Groups/{id}");
    s.patch_in_vain("the same members again", path, json!([add(&all, dialect)]))?;
    s.expect_members("nobody is in it twice", id, &all)?;
    s.patch("one removed", path, remove(&all[..1], dialect))?;
    s.expect_members("the others stay", id, &all[1..])?;
    s.patch_in_vain("the same one again", path, remove(&all[..1], dialect))?;
    s.expect_members("the others stay", id, &all[1..])?;
    s.patch("and back", path, json!([add(&all[..1], dialect)]))?;
    s.patch("two removed", path, remove(&all[1..3], dialect))?;
    let left: Vec<&str> = all.iter().copied().filter(|id| !all[1..3].contains(id)).collect();
    s.expect_members("the others stay", id, &left)?;

    s.phase("Later cycles: a new name");
    let name = renamed(&people.groups[0]);
    s.patch(
        "renamed",
        path,
        json!([{"op": dialect.op("replace"), "path": "displayName", "value": name}]),
    )?;
    let shown = s.read("read back", &format!("{path}?{NO_MEMBERS}"))?;
    s.expect_value(&shown, "/displayName", &json!(name), "the new name is stored");
    s.expect(
        shown.body.get("members").is_none(),
        "excludedAttributes=members leaves the members out: Entra reports an error where they come",
    );
    s.find_it(
        id,
        "found by the new name",
        "/Groups",
        &by_display_name(&name),
        NO_MEMBERS,
    )?;
    let old = by_display_name(&people.groups[0]);
    s.find_exactly(0, "and not by the old one", "/Groups", &old, NO_MEMBERS)?;
    s.expect_members("the members stay", id, &left)?;

    s.assumed_phase("A group leaves the scope");
    s.delete_and_look("deleted", path)
}

fn add(ids: &[&str], dialect: Dialect) -> Value {
    json!({"op": dialect.op("add"), "path": "members", "value": references(ids)})
}

/// All in one operation, listed, or by a filter each.
fn remove(ids: &[&str], dialect: Dialect) -> Value {
    if dialect.flag {
        let path = |id: &&str| format!("members[value eq {}]", quoted(id));
        ids.iter()
            .map(|id| json!({"op": "remove", "path": path(id)}))
            .collect()
    } else {
        json!([{"op": "Remove", "path": "members", "value": references(ids)}])
    }
}

fn references(ids: &[&str]) -> Value {
    ids.iter().map(|id| json!({"$ref": null, "value": id})).collect()
}

fn group(name: &str) -> Value {
    json!({
        "schemas": [GROUP, ENTRA_GROUP],
        "externalId": format!("object-{name}"),
        "displayName": name,
        "meta": {"resourceType": "Group"},
    })
}

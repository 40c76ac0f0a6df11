//! What an identity provider does to groups and their members.

use directory::provisioning::IfMatch;
use directory::{Action, NewUser, Outcome, Role};
use serde_json::json;

use crate::harness::{ACTOR, Harness, days};
use crate::idp::{Id, Idp, add_members, group, last_entry, parts, patch, references};

#[tokio::test]
async fn a_name_is_unique_in_its_account_by_the_same_key_on_create_and_rename() {
    let h = Harness::new().await;
    let (account, elsewhere) = (h.account("Acme").await, h.account("Elsewhere").await);
    let (idp, other) = (Idp::of(&h, account), Idp::of(&h, elsewhere));
    let staff = idp.group(&h, "Staff", &[]).await.id;
    let cafe = idp.group(&h, "Café", &[]).await.id;
    other.group(&h, "STAFF", &[]).await;
    for (name, holder) in [("staff", staff), ("STAFF", staff), ("CAFE\u{301}", cafe)] {
        let error = idp.on(&h).create_group(group(name, &[])).await.unwrap_err();
        assert_eq!(
            (error.status, parts(&error).1),
            (409, Some("uniqueness")),
            "{name}"
        );
        assert!(error.detail.contains(&holder.to_string()), "{}", error.detail);
    }
    let rename = |name: &str| patch(json!([{ "op": "replace", "path": "displayName", "value": name }]));
    let error = idp
        .on(&h)
        .patch_group(&cafe.to_string(), rename("sTaff"), IfMatch::default())
        .await
        .unwrap_err();
    assert_eq!(error.status, 409);
    let body = json!({ "displayName": "sTaff" });
    let error = idp
        .on(&h)
        .replace_group(&cafe.to_string(), body, IfMatch::default())
        .await
        .unwrap_err();
    assert_eq!(error.status, 409);
    // Its own name in another letter-case, and one that became free.
    let renamed = idp
        .on(&h)
        .patch_group(&cafe.to_string(), rename("CAFÉ"), IfMatch::default())
        .await
        .unwrap();
    assert_eq!(
        (renamed.resource.display_name(), renamed.version),
        (Some("CAFÉ"), 2)
    );
    idp.on(&h)
        .delete_group(&staff.to_string(), IfMatch::default())
        .await
        .unwrap();
    idp.on(&h)
        .patch_group(&cafe.to_string(), rename("Staff"), IfMatch::default())
        .await
        .unwrap();
    idp.group(&h, "Café", &[]).await;
}

#[tokio::test]
async fn members_come_and_go_by_difference() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let (ada, bob, cleo) = (
        idp.user(&h, "ada").await.id,
        idp.user(&h, "bob").await.id,
        idp.user(&h, "cleo").await.id,
    );
    let staff = idp.group(&h, "Staff", &[&ada]).await;
    assert_eq!((staff.member_count, staff.version), (1, 1));
    let entry = last_entry(&h, account).await;
    assert_eq!(entry.members.unwrap().added_names, ["ada"]);

    let operations = [
        (add_members(&[&bob, &cleo]), vec!["ada", "bob", "cleo"], 2, (2, 0)),
        // Entra's way to remove, and one who is no member any more.
        (
            json!([{ "op": "Remove", "path": "members", "value": [{ "value": bob }, { "value": "nobody" }] }]),
            vec!["ada", "cleo"],
            3,
            (0, 1),
        ),
        // Okta's way.
        (
            json!([{ "op": "remove", "path": format!("members[value eq \"{cleo}\"]") }]),
            vec!["ada"],
            4,
            (0, 1),
        ),
        (
            json!([{ "op": "replace", "path": "members", "value": references(&[&bob, &cleo]) }]),
            vec!["bob", "cleo"],
            5,
            (2, 1),
        ),
        // In order: what is added first can be removed next.
        (
            json!([{ "op": "add", "path": "members", "value": references(&[&ada]) },
            { "op": "remove", "path": "members", "value": references(&[&ada, &bob]) }]),
            vec!["cleo"],
            6,
            (0, 1),
        ),
        (
            json!([{ "op": "remove", "path": "members[type eq \"User\"]" }]),
            vec![],
            7,
            (0, 1),
        ),
        (add_members(&[&ada, &ada]), vec!["ada"], 8, (1, 0)),
        (json!([{ "op": "remove", "path": "members" }]), vec![], 9, (0, 1)),
    ];
    for (operations, names, version, (added, removed)) in operations {
        h.advance(days(1));
        let patched = idp.patch_group(&h, staff.id, operations.clone()).await;
        assert_eq!(
            (patched.version, patched.modified_at),
            (version, h.now()),
            "{operations}"
        );
        assert_eq!(patched.members, None);
        assert_eq!(idp.members(&h, staff.id).await, names, "{operations}");
        let members = last_entry(&h, account).await.members.unwrap();
        assert_eq!((members.added, members.removed), (added, removed), "{operations}");
        assert_eq!(
            (members.added_names.len(), members.removed_names.len()),
            (added, removed)
        );
    }
}

#[tokio::test]
async fn resending_the_same_membership_changes_nothing() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let (ada, bob) = (idp.user(&h, "ada").await.id, idp.user(&h, "bob").await.id);
    let staff = idp.group(&h, "Staff", &[&ada]).await;
    h.advance(days(1));
    let same = [
        add_members(&[&ada]),
        json!([{ "op": "remove", "path": "members", "value": references(&[&bob]) }]),
        json!([{ "op": "remove", "path": "members", "value": [] }]),
        json!([{ "op": "replace", "path": "members", "value": references(&[&ada]) }]),
        json!([{ "op": "replace", "value": { "displayName": "Staff" } }]),
    ];
    for operations in same {
        let patched = idp.patch_group(&h, staff.id, operations.clone()).await;
        assert_eq!(
            (patched.version, patched.modified_at),
            (1, staff.modified_at),
            "{operations}"
        );
        assert_eq!(
            last_entry(&h, account).await.outcome,
            Outcome::Unchanged,
            "{operations}"
        );
    }
    assert_eq!(idp.members(&h, staff.id).await, ["ada"]);
}

#[tokio::test]
async fn a_put_without_members_keeps_them_and_an_empty_list_removes_them() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let (ada, bob) = (idp.user(&h, "ada").await.id, idp.user(&h, "bob").await.id);
    let staff = idp.group(&h, "Staff", &[&ada]).await.id;
    let put = |body| async {
        idp.on(&h)
            .replace_group(&staff.to_string(), body, IfMatch::default())
            .await
            .unwrap()
    };
    put(json!({ "displayName": "All staff" })).await;
    assert_eq!(idp.members(&h, staff).await, ["ada"]);
    put(group("All staff", &[&bob])).await;
    assert_eq!(idp.members(&h, staff).await, ["bob"]);
    put(json!({ "displayName": "All staff", "members": [] })).await;
    assert_eq!(idp.members(&h, staff).await, Vec::<String>::new());
}

#[tokio::test]
async fn unknown_foreign_and_manual_members_get_the_same_refusal_and_nothing_changes() {
    let h = Harness::new().await;
    let (account, elsewhere) = (h.account("Acme").await, h.account("Elsewhere").await);
    let (idp, other) = (Idp::of(&h, account), Idp::of(&h, elsewhere));
    let ada = idp.user(&h, "ada").await.id;
    let staff = idp.group(&h, "Staff", &[]).await;
    let manual = NewUser {
        user_name: "manual".to_owned(),
        ..NewUser::default()
    };
    let manual = h.directory.add_user(&ACTOR, account, manual).await.unwrap();
    let foreign_user = other.user(&h, "foreign").await.id;
    let foreign_group = other.group(&h, "Foreign", &[]).await.id;
    let gone = idp.user(&h, "gone").await.id;
    idp.on(&h)
        .delete_user(&gone.to_string(), IfMatch::default())
        .await
        .unwrap();
    let mut details = Vec::new();
    let ids = [
        manual.to_string(),
        foreign_user.to_string(),
        foreign_group.to_string(),
        gone.to_string(),
        "x".to_owned(),
    ];
    for id in ids {
        let members: [&Id; 2] = [&ada, &id];
        let rename = json!([{ "op": "replace", "path": "displayName", "value": "Renamed" },
            { "op": "add", "path": "members", "value": references(&members) }]);
        let by_patch = idp
            .on(&h)
            .patch_group(&staff.id.to_string(), patch(rename), IfMatch::default())
            .await;
        let by_put = idp
            .on(&h)
            .replace_group(&staff.id.to_string(), group("New", &members), IfMatch::default())
            .await;
        let by_post = idp.on(&h).create_group(group("New", &members)).await;
        for error in [by_patch.unwrap_err(), by_put.unwrap_err(), by_post.unwrap_err()] {
            assert_eq!((error.status, parts(&error).1), (400, Some("invalidValue")));
            assert!(error.detail.contains(&id), "{}", error.detail);
            details.push(error.detail.replace(&id, "ID"));
        }
    }
    details.dedup();
    assert_eq!(details.len(), 1, "{details:?}");
    let kept = idp.get_group(&h, &staff.id.to_string()).await.unwrap();
    assert_eq!(
        (kept.version, kept.resource.display_name(), kept.members),
        (1, Some("Staff"), Some(vec![]))
    );
    assert_eq!(idp.list_groups(&h, "").await.unwrap().total.unwrap(), 1);
}

#[tokio::test]
async fn groups_nest_but_never_in_a_circle() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let ada = idp.user(&h, "ada").await.id;
    let inner = idp.group(&h, "Inner", &[&ada]).await.id;
    let middle = idp.group(&h, "Middle", &[&inner]).await.id;
    let outer = idp.group(&h, "Outer", &[]).await.id;
    idp.patch_group(&h, outer, add_members(&[&middle])).await;
    for (group, member) in [(inner, outer), (inner, middle), (inner, inner), (middle, outer)] {
        let add = patch(add_members(&[&member]));
        let error = idp
            .on(&h)
            .patch_group(&group.to_string(), add, IfMatch::default())
            .await
            .unwrap_err();
        assert_eq!((error.status, parts(&error).1), (400, Some("invalidValue")));
    }
    let seen = idp.get_user(&h, &ada.to_string()).await.unwrap().groups;
    let seen: Vec<_> = seen
        .iter()
        .map(|m| (m.group.display_name.as_str(), m.direct))
        .collect();
    assert_eq!(seen, [("Inner", true), ("Middle", false), ("Outer", false)]);

    // A deleted group leaves those it was in, which changes them.
    h.advance(days(1));
    idp.on(&h)
        .delete_group(&middle.to_string(), IfMatch::default())
        .await
        .unwrap();
    assert_eq!(last_entry(&h, account).await.action, Action::DeleteGroup);
    let changed = idp.get_group(&h, &outer.to_string()).await.unwrap();
    assert_eq!(
        (changed.member_count, changed.members, changed.modified_at),
        (0, Some(vec![]), h.now())
    );
    // What was a circle is none any more.
    idp.patch_group(&h, inner, add_members(&[&outer])).await;
    assert_eq!(idp.members(&h, inner).await, ["Outer", "ada"]);
}

#[tokio::test]
async fn roles_follow_membership_nesting_and_the_life_of_the_group() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let ada = idp.user(&h, "ada").await.id;
    let roles = || async {
        h.directory
            .get_user(account, ada)
            .await
            .unwrap()
            .row
            .roles
            .roles()
    };
    let inner = idp.group(&h, "Inner", &[]).await.id;
    let outer = idp.group(&h, "Outer", &[&inner]).await.id;
    h.directory
        .give_group_role(&ACTOR, account, outer, Role::Auditor)
        .await
        .unwrap();
    h.directory
        .give_group_role(&ACTOR, account, inner, Role::Member)
        .await
        .unwrap();
    assert_eq!(roles().await, []);

    h.advance(days(1));
    idp.patch_group(&h, inner, add_members(&[&ada])).await;
    let view = h.directory.get_user(account, ada).await.unwrap();
    assert_eq!(view.row.roles.roles(), [Role::Auditor, Role::Member]);
    let auditor = &view.row.roles.through_groups[0];
    let path: Vec<&str> = auditor
        .path
        .iter()
        .map(|group| group.display_name.as_str())
        .collect();
    assert_eq!((path, auditor.member_since), (vec!["Outer", "Inner"], h.now()));

    // A rename changes nothing but the name: a group is known by its id.
    idp.patch_group(
        &h,
        outer,
        json!([{ "op": "replace", "path": "displayName", "value": "Everybody" }]),
    )
    .await;
    let held = h
        .directory
        .get_user(account, ada)
        .await
        .unwrap()
        .row
        .roles
        .through_groups;
    assert_eq!(held[0].path[0].display_name, "Everybody");

    // Inactive: kept and shown, not in effect.
    let switch = |on: bool| patch(json!([{ "op": "replace", "path": "active", "value": on }]));
    idp.on(&h)
        .patch_user(&ada.to_string(), switch(false), IfMatch::default())
        .await
        .unwrap();
    let view = h.directory.get_user(account, ada).await.unwrap();
    assert_eq!(
        (view.row.roles.roles().len(), view.row.roles.through_groups.len()),
        (0, 2)
    );
    idp.on(&h)
        .patch_user(&ada.to_string(), switch(true), IfMatch::default())
        .await
        .unwrap();
    assert_eq!(roles().await, [Role::Auditor, Role::Member]);

    // Leaving, deleting, and a group of the same name that is a new one.
    idp.on(&h)
        .delete_group(&outer.to_string(), IfMatch::default())
        .await
        .unwrap();
    assert_eq!(roles().await, [Role::Member]);
    let change = last_entry(&h, account).await.changes.pop().unwrap();
    assert_eq!(
        (change.attribute.as_str(), change.before),
        ("roles", json!(["auditor"]))
    );
    idp.group(&h, "Everybody", &[&inner]).await;
    assert_eq!(roles().await, [Role::Member]);
    h.directory
        .take_group_role(&ACTOR, account, inner, Role::Member)
        .await
        .unwrap();
    assert_eq!(roles().await, []);
    h.directory
        .give_group_role(&ACTOR, account, inner, Role::Member)
        .await
        .unwrap();
    idp.patch_group(&h, inner, json!([{ "op": "remove", "path": "members" }]))
        .await;
    assert_eq!(roles().await, []);
}

#[tokio::test]
async fn a_large_group_takes_a_member_and_counts_without_reading_the_others() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let mut ids = Vec::new();
    for index in 0..300 {
        ids.push(idp.user(&h, &format!("user{index:03}")).await.id);
    }
    let members: Vec<&Id> = ids.iter().map(|id| id as &Id).collect();
    let staff = idp.group(&h, "Staff", &members[..299]).await;
    assert_eq!(staff.member_count, 299);
    let names = last_entry(&h, account).await.members.unwrap().added_names;
    assert_eq!(names.len(), 10);
    assert_eq!(
        idp.patch_group(&h, staff.id, add_members(&members[299..]))
            .await
            .member_count,
        300
    );
    let emptied = idp
        .patch_group(
            &h,
            staff.id,
            json!([{ "op": "replace", "path": "members", "value": [] }]),
        )
        .await;
    assert_eq!(emptied.member_count, 0);
    let members = last_entry(&h, account).await.members.unwrap();
    assert_eq!((members.removed, members.removed_names.len()), (300, 10));
}

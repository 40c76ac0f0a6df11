//! What the identity provider did to a group stays to be seen: deleted, made again, and who said last that somebody is
//! a member.

use directory::provisioning::IfMatch;
use directory::{AccountId, DirectoryError, GroupId, GroupOrder, GroupQuery, OwnRole, Role};
use jiff::SignedDuration;
use serde_json::json;

use crate::harness::{ACTOR, Harness};
use crate::idp::{Idp, add_members, group, last_entry, references};

async fn delete(h: &Harness, idp: &Idp, id: GroupId) {
    let deleted = idp.on(h).delete_group(&id.to_string(), IfMatch::default()).await;
    deleted.unwrap();
}

async fn offered(h: &Harness, account: AccountId, id: GroupId) -> Option<(GroupId, Vec<Role>)> {
    let view = h.directory.get_group(account, id).await.unwrap();
    view.former_roles.map(|former| (former.id, former.roles))
}

#[tokio::test]
async fn a_deleted_group_is_remembered_with_what_ended_and_for_how_many() {
    let h = Harness::new().await;
    let (account, elsewhere) = (h.account("Acme").await, h.account("Globex").await);
    let idp = Idp::of(&h, account);
    let (ada, bob) = (idp.user(&h, "ada").await.id, idp.user(&h, "bob").await.id);
    let inner = idp.group(&h, "Inner", &[&bob]).await.id;
    let body =
        json!({ "displayName": "Staff", "externalId": "staff-1", "members": references(&[&ada, &inner]) });
    let staff = idp.on(&h).create_group(body).await.unwrap();
    let billing = OwnRole {
        name: "Billing".to_owned(),
        description: String::new(),
        access: None,
    };
    let billing = h.directory.add_role(&ACTOR, account, billing).await.unwrap();
    for role in [Role::Own(billing), Role::Auditor] {
        h.directory
            .give_group_role(&ACTOR, account, staff.id, role)
            .await
            .unwrap();
    }
    h.advance(SignedDuration::from_hours(1));
    delete(&h, &idp, staff.id).await;
    let entry = last_entry(&h, account).await;
    // The role's end does not take its name from what was.
    h.directory.delete_role(&ACTOR, account, billing).await.unwrap();

    let former = h.directory.get_former_group(account, staff.id).await.unwrap();
    assert_eq!(
        (
            former.display_name.as_str(),
            former.external_id.as_deref(),
            former.members
        ),
        ("Staff", Some("staff-1"), 2)
    );
    assert_eq!(
        former.roles,
        [
            (Role::Auditor, "auditor".to_owned()),
            (Role::Own(billing), "Billing".to_owned())
        ]
    );
    assert_eq!((former.affected, former.paused), (2, false));
    assert_eq!(
        (former.created_at, former.deleted_at, former.deleted_by.as_str()),
        (staff.created_at, h.now(), "Entra")
    );
    assert_eq!((former.entry, former.successor), (Some(entry.id), None));
    for (account, id) in [(elsewhere, staff.id), (account, inner)] {
        let nothing = h.directory.get_former_group(account, id).await;
        assert!(matches!(nothing, Err(DirectoryError::NotFound)));
    }
}

#[tokio::test]
async fn a_group_made_in_its_place_is_offered_its_roles_once() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let billing = OwnRole {
        name: "Billing".to_owned(),
        description: String::new(),
        access: None,
    };
    let billing = h.directory.add_role(&ACTOR, account, billing).await.unwrap();
    let old = idp.group(&h, "Finance", &[]).await.id;
    for role in [Role::Auditor, Role::Member, Role::Own(billing)] {
        h.directory
            .give_group_role(&ACTOR, account, old, role)
            .await
            .unwrap();
    }
    delete(&h, &idp, old).await;
    h.advance(SignedDuration::from_secs(1));
    // One that came and went without roles in between hides nothing.
    let between = idp.group(&h, "finance", &[]).await.id;
    delete(&h, &idp, between).await;
    h.advance(SignedDuration::from_secs(1));
    let ada = idp.user(&h, "ada").await.id;
    let new = idp.group(&h, "FINANCE", &[&ada]).await.id;
    let other = idp.group(&h, "Other", &[]).await.id;
    assert_eq!(given(&h, account, new).await, [], "a new group has no roles");
    h.directory.delete_role(&ACTOR, account, billing).await.unwrap();
    h.directory
        .give_group_role(&ACTOR, account, new, Role::Member)
        .await
        .unwrap();
    assert_eq!(offered(&h, account, new).await, Some((old, vec![Role::Auditor])));
    assert_eq!(offered(&h, account, other).await, None);

    for (group, former) in [(other, old), (new, between)] {
        let refused = h
            .directory
            .give_former_roles(&ACTOR, account, group, former)
            .await;
        assert!(matches!(refused, Err(DirectoryError::NotFound)), "{refused:?}");
    }
    h.directory
        .give_former_roles(&ACTOR, account, new, old)
        .await
        .unwrap();
    assert_eq!(given(&h, account, new).await, [Role::Auditor, Role::Member]);
    assert_eq!(last_entry(&h, account).await.role, Some(Role::Auditor));
    let former = h.directory.get_former_group(account, old).await.unwrap();
    assert_eq!(former.successor.map(|successor| successor.id), Some(new));
    // Taken by hand afterwards, it is not offered again.
    h.directory
        .take_group_role(&ACTOR, account, new, Role::Auditor)
        .await
        .unwrap();
    assert_eq!(offered(&h, account, new).await, None);
}

#[tokio::test]
async fn a_group_of_the_same_external_id_is_its_successor_under_another_name() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let named = |name: &str| json!({ "displayName": name, "externalId": "42" });
    let old = idp.on(&h).create_group(named("Finance")).await.unwrap().id;
    h.directory
        .give_group_role(&ACTOR, account, old, Role::Auditor)
        .await
        .unwrap();
    // Made before the old one went: no successor.
    let beside = idp.on(&h).create_group(named("Treasury")).await.unwrap().id;
    h.advance(SignedDuration::from_secs(1));
    delete(&h, &idp, old).await;
    let new = idp.on(&h).create_group(named("Accounting")).await.unwrap().id;
    assert_eq!(offered(&h, account, beside).await, None);
    assert_eq!(offered(&h, account, new).await, Some((old, vec![Role::Auditor])));
}

async fn given(h: &Harness, account: AccountId, group: GroupId) -> Vec<Role> {
    h.directory.get_group(account, group).await.unwrap().row.roles
}

#[tokio::test]
async fn each_member_says_which_request_confirmed_it_last() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let (ada, bob) = (idp.user(&h, "ada").await.id, idp.user(&h, "bob").await.id);
    let staff = idp.group(&h, "Staff", &[&ada]).await;
    let created = (h.now(), last_entry(&h, account).await.id);
    let h = &h;
    let asserted = || async move {
        let page = h
            .directory
            .list_members(account, staff.id, "", None, 10)
            .await
            .unwrap();
        page.members
            .into_iter()
            .map(|member| (member.name, (member.asserted_at, member.asserted_by.unwrap())))
            .collect::<Vec<_>>()
    };
    assert_eq!(asserted().await, [("ada".to_owned(), created)]);
    h.advance(SignedDuration::from_mins(40));
    idp.patch_group(h, staff.id, add_members(&[&bob])).await;
    let added = (h.now(), last_entry(h, account).await.id);
    assert_eq!(
        asserted().await,
        [("ada".to_owned(), created), ("bob".to_owned(), added)]
    );
    // One who is a member already, named again: nothing changes but that it was said.
    h.advance(SignedDuration::from_mins(40));
    let before = idp.get_group(h, staff.id).await.unwrap();
    idp.patch_group(h, staff.id, add_members(&[&ada])).await;
    let named = (h.now(), last_entry(h, account).await.id);
    assert_eq!(
        asserted().await,
        [("ada".to_owned(), named), ("bob".to_owned(), added)]
    );
    let after = idp.get_group(h, staff.id).await.unwrap();
    assert_eq!(after.version, before.version);
    // The whole list, as it is already.
    h.advance(SignedDuration::from_mins(40));
    let before = idp.get_group(h, staff.id).await.unwrap();
    let body = group("Staff", &[&ada, &bob]);
    let replaced = idp
        .on(h)
        .replace_group(&staff.id.to_string(), body, IfMatch::default())
        .await;
    assert_eq!(replaced.unwrap().version, before.version);
    let all = (h.now(), last_entry(h, account).await.id);
    assert_eq!(
        asserted().await,
        [("ada".to_owned(), all), ("bob".to_owned(), all)]
    );
    let after = idp.get_group(h, staff.id).await.unwrap();
    assert_eq!(
        (after.version, after.modified_at),
        (before.version, before.modified_at)
    );
}

#[tokio::test]
async fn members_are_found_by_name_and_groups_are_narrowed_and_ordered() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let mut users = Vec::new();
    for name in ["ada@acme.test", "bob@acme.test", "cleo@acme.test"] {
        users.push(idp.user(&h, name).await.id);
    }
    let empty = idp.group(&h, "Empty", &[]).await.id;
    h.advance(SignedDuration::from_secs(1));
    let two = idp.group(&h, "Two", &[&users[0], &users[1]]).await.id;
    h.advance(SignedDuration::from_secs(1));
    let three = idp.group(&h, "A three", &[&users[0], &users[1], &two]).await.id;
    h.directory
        .give_group_role(&ACTOR, account, two, Role::Member)
        .await
        .unwrap();
    for (search, expected) in [
        ("BOB", vec!["bob@acme.test"]),
        ("tw", vec!["Two"]),
        ("nobody", vec![]),
    ] {
        let page = h
            .directory
            .list_members(account, three, search, None, 10)
            .await
            .unwrap();
        let names: Vec<String> = page.members.into_iter().map(|member| member.name).collect();
        assert_eq!(names, expected, "{search}");
    }
    let h = &h;
    let list = |query: GroupQuery| async move {
        let (mut ids, mut after) = (Vec::new(), None);
        loop {
            let query = GroupQuery {
                after,
                limit: 1,
                ..query.clone()
            };
            let page = h.directory.list_groups(account, &query).await.unwrap();
            ids.extend(page.groups.into_iter().map(|group| group.id));
            after = page.next;
            if after.is_none() {
                assert_eq!(page.total, u64::try_from(ids.len()).unwrap());
                break ids;
            }
        }
    };
    let ordered = |order| GroupQuery {
        order,
        ..GroupQuery::default()
    };
    assert_eq!(list(ordered(GroupOrder::Name)).await, [three, empty, two]);
    assert_eq!(list(ordered(GroupOrder::Members)).await, [three, two, empty]);
    assert_eq!(list(ordered(GroupOrder::Modified)).await, [three, two, empty]);
    let gives = GroupQuery {
        gives_roles: true,
        ..GroupQuery::default()
    };
    assert_eq!(list(gives).await, [two]);
    let without = GroupQuery {
        empty: true,
        ..GroupQuery::default()
    };
    assert_eq!(list(without).await, [empty]);
}

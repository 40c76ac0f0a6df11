//! What people see and do in the console: users, groups, roles, the log.

use directory::provisioning::IfMatch;
use directory::{
    Action, Actor, DirectoryError, EntryQuery, GroupQuery, ManagedBy, NewUser, Outcome, Refusal, Role,
    UserPlace, UserQuery,
};
use serde_json::json;

use crate::harness::{ACTOR, Harness, refusal};
use crate::idp::{Idp, add_members, patch};

fn groups(search: &str, after: Option<String>) -> GroupQuery {
    GroupQuery {
        search: search.to_owned(),
        after,
        limit: 2,
        ..GroupQuery::default()
    }
}

fn person() -> Actor {
    Actor::User {
        id: "1".to_owned(),
        user_name: "admin@acme.test".to_owned(),
    }
}

fn new(user_name: &str, roles: &[Role]) -> NewUser {
    NewUser {
        user_name: user_name.to_owned(),
        roles: roles.to_vec(),
        ..NewUser::default()
    }
}

#[tokio::test]
async fn a_manual_user_is_added_with_direct_roles() {
    let h = Harness::new().await;
    let (account, elsewhere) = (h.account("Acme").await, h.account("Elsewhere").await);
    let user = NewUser {
        user_name: " Ada@acme.test ".to_owned(),
        display_name: "Ada Lovelace".to_owned(),
        roles: vec![Role::Member, Role::Auditor, Role::Member],
        break_glass: false,
    };
    let id = h.directory.add_user(&person(), account, user).await.unwrap();
    let view = h.directory.get_user(account, id).await.unwrap();
    assert_eq!(
        (view.row.user_name.as_str(), view.row.name.as_deref()),
        ("Ada@acme.test", Some("Ada Lovelace"))
    );
    assert_eq!(
        (view.row.managed_by, view.row.active, view.row.break_glass),
        (ManagedBy::Manual, true, false)
    );
    assert_eq!(view.row.roles.roles(), [Role::Auditor, Role::Member]);
    assert!(
        view.row
            .roles
            .direct
            .iter()
            .all(|grant| grant.granted_by == "admin@acme.test")
    );
    assert_eq!(
        (view.row.created_at, view.converted_at, view.password_set_at),
        (h.now(), None, None)
    );
    let query = EntryQuery {
        subject: Some(id.to_string()),
        limit: 10,
        ..EntryQuery::default()
    };
    let actions = h.directory.list_entries(account, &query).await.unwrap().entries;
    let actions: Vec<_> = actions.iter().map(|entry| (entry.action, entry.role)).collect();
    assert_eq!(
        actions,
        [
            (Action::GiveRole, Some(Role::Member)),
            (Action::GiveRole, Some(Role::Auditor)),
            (Action::AddUser, None)
        ]
    );

    for account in [account, elsewhere] {
        for name in ["ada@acme.test", "ADA@ACME.TEST"] {
            let taken = h.directory.add_user(&ACTOR, account, new(name, &[])).await;
            assert_eq!(refusal(taken), Refusal::UserNameTaken);
        }
    }
    for name in ["", "  ", &"x".repeat(256), "a\u{0}b", "a\nb"] {
        let refused = h.directory.add_user(&ACTOR, account, new(name, &[])).await;
        assert_eq!(refusal(refused), Refusal::Name { most: 255 });
    }
    let nowhere = directory::AccountId::new(h.now());
    let refused = h.directory.add_user(&ACTOR, nowhere, new("bob", &[])).await;
    assert!(matches!(refused, Err(DirectoryError::NotFound)));
}

#[tokio::test]
async fn only_an_owner_marks_a_break_glass_administrator() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let breaker = || NewUser {
        user_name: "breaker".to_owned(),
        break_glass: true,
        ..NewUser::default()
    };
    assert_eq!(
        refusal(h.directory.add_user(&person(), account, breaker()).await),
        Refusal::OwnersOnly
    );
    let owner = Actor::Owner {
        email: "owner@acme.test".to_owned(),
    };
    let id = h.directory.add_user(&owner, account, breaker()).await.unwrap();
    let row = h.directory.get_user(account, id).await.unwrap().row;
    assert!(row.break_glass && row.roles.has(Role::Administrator));
}

#[tokio::test]
async fn users_are_listed_by_name_and_found_by_any_part_of_username_name_or_email() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    h.directory
        .add_user(&ACTOR, account, new("bob_1%", &[Role::Administrator]))
        .await
        .unwrap();
    let bodies = [
        json!({ "userName": "ZOË@acme.test", "displayName": "Zoë Ärger" }),
        json!({ "userName": "ada", "name": { "givenName": "Ada", "familyName": "Lovelace" },
            "emails": [{ "value": "Countess@home.test", "primary": true }], "active": false }),
    ];
    for body in bodies {
        idp.on(&h).create_user(body).await.unwrap();
    }
    let h = &h;
    let list = |query: UserQuery| async move {
        let page = h.directory.list_users(account, &query).await.unwrap();
        (
            page.total,
            page.users
                .into_iter()
                .map(|user| user.user_name)
                .collect::<Vec<_>>(),
            page.next,
        )
    };
    let (ada, bob, zoe) = ("ada", "bob_1%", "ZOË@acme.test");
    let cases = [
        ("", vec![ada, bob, zoe]),
        ("zoë", vec![zoe]),
        ("ÄRGER", vec![zoe]),
        ("a\u{308}rger", vec![zoe]),
        ("LOVE", vec![ada]),
        ("countess@", vec![ada]),
        ("_1%", vec![bob]),
        ("%", vec![bob]),
        ("acme.test zoë", vec![]),
        ("\\", vec![]),
    ];
    for (search, expected) in cases {
        let (total, names, next) = list(UserQuery {
            search: search.to_owned(),
            limit: 200,
            ..UserQuery::default()
        })
        .await;
        assert_eq!(
            (names, next),
            (expected.iter().map(ToString::to_string).collect(), None),
            "{search}"
        );
        assert_eq!(usize::try_from(total).unwrap(), expected.len());
    }
    let (_, names, _) = list(UserQuery {
        managed_by: Some(ManagedBy::Manual),
        limit: 9,
        ..UserQuery::default()
    })
    .await;
    assert_eq!(names, [bob]);
    let (_, names, _) = list(UserQuery {
        active: Some(false),
        limit: 9,
        ..UserQuery::default()
    })
    .await;
    assert_eq!(names, [ada]);
    let (total, names, next) = list(UserQuery {
        limit: 2,
        ..UserQuery::default()
    })
    .await;
    assert_eq!((total, names), (3, vec![ada.to_owned(), bob.to_owned()]));
    let (total, names, next) = list(UserQuery {
        limit: 2,
        page: next.map_or(UserPlace::First, UserPlace::After),
        ..UserQuery::default()
    })
    .await;
    assert_eq!((total, names, next), (3, vec![zoe.to_owned()], None));
    assert_eq!(h.directory.count_users(account).await.unwrap(), (2, 1));
    assert!(
        h.directory
            .find_user_by_name(account, "zoE\u{308}@ACME.test")
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test]
async fn groups_are_listed_by_name_with_members_and_roles() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let (ada, bob, cleo) = (
        idp.user(&h, "ada").await.id,
        idp.user(&h, "bob").await.id,
        idp.user(&h, "cleo").await.id,
    );
    let inner = idp.group(&h, "inner", &[&bob, &cleo]).await.id;
    let staff = idp.group(&h, "Staff", &[&ada, &bob, &inner]).await.id;
    idp.group(&h, "Zebra", &[]).await;
    let off = patch(json!([{ "op": "replace", "path": "active", "value": false }]));
    idp.on(&h)
        .patch_user(&cleo.to_string(), off, IfMatch::default())
        .await
        .unwrap();
    for role in [Role::Member, Role::Administrator, Role::Member] {
        h.directory
            .give_group_role(&person(), account, staff, role)
            .await
            .unwrap();
    }
    let page = h.directory.list_groups(account, &groups("", None)).await.unwrap();
    let names: Vec<&str> = page
        .groups
        .iter()
        .map(|group| group.display_name.as_str())
        .collect();
    assert_eq!((page.total, names), (3, vec!["inner", "Staff"]));
    assert_eq!(
        (page.groups[1].members, page.groups[1].roles.as_slice()),
        (3, &[Role::Administrator, Role::Member][..])
    );
    let rest = h
        .directory
        .list_groups(account, &groups("", page.next))
        .await
        .unwrap();
    assert_eq!((rest.groups.len(), rest.next), (1, None));
    assert_eq!(
        h.directory
            .list_groups(account, &groups("TAF", None))
            .await
            .unwrap()
            .total,
        1
    );

    let view = h.directory.get_group(account, staff).await.unwrap();
    // ada and bob, once each; cleo is not active.
    assert_eq!(view.affects, 2);
    let grants: Vec<_> = view
        .grants
        .iter()
        .map(|(role, at, by)| (*role, *at, by.as_str()))
        .collect();
    assert_eq!(
        grants,
        [
            (Role::Administrator, h.now(), "admin@acme.test"),
            (Role::Member, h.now(), "admin@acme.test")
        ]
    );
    let mut members = Vec::new();
    let mut after = None;
    loop {
        let page = h
            .directory
            .list_members(account, staff, "", after.as_deref(), 2)
            .await
            .unwrap();
        members.extend(
            page.members
                .into_iter()
                .map(|member| (member.name, member.is_group, member.active)),
        );
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    members.sort();
    let expected = [("ada", false), ("bob", false), ("inner", true)];
    assert_eq!(
        members,
        expected.map(|(name, is_group)| (name.to_owned(), is_group, true))
    );
    assert_eq!(
        h.directory.find_group_by_name(account, "STAFF").await.unwrap(),
        Some(staff)
    );
}

#[tokio::test]
async fn the_log_is_read_newest_first_in_pages_and_by_outcome_and_subject() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let ada = idp.user(&h, "ada").await.id;
    for index in 0..5 {
        let _ = idp
            .on(&h)
            .create_user(json!({ "userName": "ADA" }))
            .await
            .unwrap_err();
        idp.user(&h, &format!("user{index}")).await;
    }
    let staff = idp.group(&h, "Staff", &[]).await.id;
    idp.patch_group(&h, staff, add_members(&[&ada])).await;
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let query = EntryQuery {
            before,
            limit: 4,
            ..EntryQuery::default()
        };
        let page = h.directory.list_entries(account, &query).await.unwrap();
        seen.extend(page.entries);
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert!(seen.is_sorted_by(|newer, older| newer.id > older.id));
    let all = h
        .directory
        .list_entries(
            account,
            &EntryQuery {
                limit: 200,
                ..EntryQuery::default()
            },
        )
        .await
        .unwrap();
    assert_eq!(seen, all.entries);
    assert_eq!(seen[0].members.as_ref().unwrap().added_names, ["ada"]);
    let query = EntryQuery {
        outcomes: vec![Outcome::Refused],
        limit: 200,
        ..EntryQuery::default()
    };
    assert_eq!(
        h.directory
            .list_entries(account, &query)
            .await
            .unwrap()
            .entries
            .len(),
        5
    );
    let query = EntryQuery {
        subject: Some(staff.to_string()),
        limit: 200,
        ..EntryQuery::default()
    };
    assert_eq!(
        h.directory
            .list_entries(account, &query)
            .await
            .unwrap()
            .entries
            .len(),
        2
    );
    assert_eq!(h.directory.get_entry(account, seen[0].id).await.unwrap(), seen[0]);
}

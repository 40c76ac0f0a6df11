//! The list of users: what narrows it, what sorts it, and that its pages are the list.

use directory::provisioning::IfMatch;
use directory::role::extra::extra;
use directory::{
    AccountId, GroupId, ManagedBy, NewUser, Role, UserId, UserOrder, UserPage, UserPlace, UserQuery,
};
use jiff::SignedDuration;
use proptest::prelude::*;
use serde_json::json;

use crate::harness::{ACTOR, Harness, days};
use crate::idp::{Idp, add_members, patch, user};

fn all() -> UserQuery {
    UserQuery {
        limit: 200,
        ..UserQuery::default()
    }
}

async fn page(h: &Harness, account: AccountId, query: &UserQuery) -> UserPage {
    h.directory.list_users(account, query).await.unwrap()
}

/// The usernames on the one page, whose total is told.
async fn names(h: &Harness, account: AccountId, query: UserQuery) -> Vec<String> {
    let page = page(h, account, &query).await;
    assert_eq!(page.total, u64::try_from(page.users.len()).unwrap());
    page.users.into_iter().map(|user| user.user_name).collect()
}

async fn manual(h: &Harness, account: AccountId, user_name: &str, roles: &[Role]) -> UserId {
    let user = NewUser {
        user_name: user_name.to_owned(),
        roles: roles.to_vec(),
        ..NewUser::default()
    };
    h.directory.add_user(&ACTOR, account, user).await.unwrap()
}

async fn give(h: &Harness, account: AccountId, group: GroupId, role: Role) {
    h.directory
        .give_group_role(&ACTOR, account, group, role)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_search_looks_into_the_external_id_too() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let mut body = user("ada@acme.test");
    body["externalId"] = "00uADA-É".into();
    let ada = idp.on(&h).create_user(body).await.unwrap().user.id;
    idp.user(&h, "grace@acme.test").await;
    let search = |text: &str| UserQuery {
        search: text.to_owned(),
        ..all()
    };
    assert_eq!(names(&h, account, search("00uada-é")).await, ["ada@acme.test"]);
    let change = patch(json!([{ "op": "replace", "path": "externalId", "value": "other" }]));
    idp.on(&h)
        .patch_user(&ada.to_string(), change, IfMatch::default())
        .await
        .unwrap();
    assert!(names(&h, account, search("00u")).await.is_empty());
    assert_eq!(names(&h, account, search("OTHER")).await, ["ada@acme.test"]);
}

#[tokio::test]
async fn a_role_is_looked_for_wherever_it_comes_from_and_only_where_it_is_in_effect() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let direct = manual(&h, account, "direct", &[Role::Auditor]).await;
    manual(&h, account, "other", &[Role::Member]).await;
    let (own, nested) = (idp.user(&h, "own").await.id, idp.user(&h, "nested").await.id);
    let inner = idp.group(&h, "Inner", &[&nested]).await.id;
    let outer = idp.group(&h, "Outer", &[&own, &inner]).await.id;
    give(&h, account, outer, Role::Auditor).await;
    let auditors = || UserQuery {
        role: Some(Role::Auditor),
        ..all()
    };
    assert_eq!(names(&h, account, auditors()).await, ["direct", "nested", "own"]);
    h.directory
        .set_user_active(&ACTOR, account, direct, false)
        .await
        .unwrap();
    assert_eq!(names(&h, account, auditors()).await, ["nested", "own"]);
    let of = |group| UserQuery {
        group: Some(group),
        ..all()
    };
    assert_eq!(names(&h, account, of(outer)).await, ["own"]);
    assert_eq!(names(&h, account, of(inner)).await, ["nested"]);
    // Another account's group has nobody here.
    let elsewhere = h.account("Elsewhere").await;
    assert!(names(&h, elsewhere, of(inner)).await.is_empty());
    let both = UserQuery {
        search: "ne".to_owned(),
        managed_by: Some(ManagedBy::Scim),
        active: Some(true),
        ..auditors()
    };
    assert_eq!(names(&h, account, both).await, ["nested"]);
}

#[tokio::test]
async fn more_roles_than_the_groups_give() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    // Before SCIM, and no group gives it.
    manual(&h, account, "kept", &[Role::Administrator]).await;
    // Before SCIM, and a group above her own gives it too.
    manual(&h, account, "covered", &[Role::Auditor]).await;
    manual(&h, account, "by-hand", &[Role::Administrator]).await;
    idp.user(&h, "kept").await;
    let covered = idp.user(&h, "covered").await.id;
    // A role that another group gives is no reason for having it.
    let stranger = idp.user(&h, "stranger").await.id;
    h.directory
        .give_role(&ACTOR, account, stranger, Role::Auditor)
        .await
        .unwrap();
    let inner = idp.group(&h, "Inner", &[&covered]).await.id;
    let outer = idp.group(&h, "Outer", &[&inner]).await.id;
    give(&h, account, outer, Role::Auditor).await;
    let more = || UserQuery {
        extra_roles: true,
        ..all()
    };
    assert_eq!(names(&h, account, more()).await, ["kept", "stranger"]);
    // The same rule for one user.
    for user in page(&h, account, &all()).await.users {
        let expected = ["kept", "stranger"].contains(&user.user_name.as_str());
        assert_eq!(
            (user.managed_by == ManagedBy::Scim && !extra(&user.roles).is_empty()),
            expected,
            "{}",
            user.user_name
        );
    }
    h.directory
        .take_group_role(&ACTOR, account, outer, Role::Auditor)
        .await
        .unwrap();
    assert_eq!(names(&h, account, more()).await, ["covered", "kept", "stranger"]);
}

#[tokio::test]
async fn what_the_identity_provider_names_it_has_seen() {
    let mut h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let app = Idp::reading(&h, account);
    manual(&h, account, "manual", &[]).await;
    let mut ids = Vec::new();
    for name in [
        "a-written",
        "b-unchanged",
        "c-looked-up",
        "d-read",
        "e-member",
        "f-posted",
        "g-by-an-app",
        "h-listed",
    ] {
        ids.push(idp.user(&h, name).await.id);
    }
    let unseen = |h: &Harness| UserQuery {
        unseen_since: Some(h.now() - days(7)),
        ..all()
    };
    assert!(names(&h, account, unseen(&h)).await.is_empty());
    h.advance(days(8));
    assert_eq!(names(&h, account, unseen(&h)).await.len(), 8);

    let nickname = |name: &str| patch(json!([{ "op": "replace", "path": "nickName", "value": name }]));
    let on = || idp.on(&h);
    on().patch_user(&ids[0].to_string(), nickname("A"), IfMatch::default())
        .await
        .unwrap();
    let same = patch(json!([{ "op": "replace", "path": "active", "value": true }]));
    on().patch_user(&ids[1].to_string(), same, IfMatch::default())
        .await
        .unwrap();
    idp.list_users(&h, "userName eq \"c-looked-up\"").await.unwrap();
    idp.get_user(&h, ids[3]).await.unwrap();
    let group = idp.group(&h, "Staff", &[]).await.id;
    idp.patch_group(&h, group, add_members(&[&ids[4]])).await;
    on().create_user(user("f-posted")).await.unwrap_err();
    app.get_user(&h, ids[6]).await.unwrap();
    idp.list_users(&h, "").await.unwrap();

    // A read is no write: its page tells at once, the list as soon as it was stored.
    let looked_up = h.directory.get_user(account, ids[2]).await.unwrap();
    assert_eq!(looked_up.row.seen_at, Some(h.now()));
    let expected = ["c-looked-up", "d-read", "e-member", "g-by-an-app", "h-listed"];
    assert_eq!(names(&h, account, unseen(&h)).await, expected);
    h.directory.store_token_uses().await.unwrap();
    assert_eq!(names(&h, account, unseen(&h)).await, ["g-by-an-app", "h-listed"]);
    h.restart().await;
    assert_eq!(names(&h, account, unseen(&h)).await, ["g-by-an-app", "h-listed"]);
}

#[tokio::test]
async fn the_order_is_the_usernames_the_names_or_the_last_changes() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    for (user_name, name) in [
        ("c", Some("ada")),
        ("a", Some("Éva")),
        ("b", None),
        ("d", Some("Ben")),
    ] {
        let mut body = user(user_name);
        if let Some(name) = name {
            body["displayName"] = name.into();
        }
        idp.on(&h).create_user(body).await.unwrap();
        h.advance(SignedDuration::from_secs(1));
    }
    let cases = [
        (UserOrder::UserName, ["a", "b", "c", "d"]),
        (UserOrder::Name, ["b", "c", "d", "a"]),
        (UserOrder::Changed, ["c", "a", "b", "d"]),
    ];
    for (order, mut expected) in cases {
        for descending in [false, true] {
            // Narrowed and not: two statements, one order.
            for managed_by in [None, Some(ManagedBy::Scim)] {
                let query = UserQuery {
                    managed_by,
                    order,
                    descending,
                    ..all()
                };
                assert_eq!(
                    names(&h, account, query).await,
                    expected,
                    "{order:?} {descending}"
                );
            }
            expected.reverse();
        }
    }
}

#[tokio::test]
async fn a_page_behind_the_last_or_before_the_first_is_no_dead_end() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let mut ids = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        ids.push(idp.user(&h, name).await.id);
    }
    let two = |place: UserPlace| UserQuery {
        page: place,
        limit: 2,
        ..UserQuery::default()
    };
    let shown = |page: &UserPage| {
        page.users
            .iter()
            .map(|user| user.user_name.clone())
            .collect::<Vec<_>>()
    };
    let first = page(&h, account, &two(UserPlace::First)).await;
    let second = page(&h, account, &two(UserPlace::After(first.next.clone().unwrap()))).await;
    let back = page(
        &h,
        account,
        &two(UserPlace::Before(second.previous.clone().unwrap())),
    )
    .await;
    assert_eq!(
        (shown(&back), back.previous.is_some()),
        (vec!["a".into(), "b".into()], false)
    );
    let last = page(&h, account, &two(UserPlace::Last)).await;
    assert_eq!(
        (shown(&last), last.next.is_some(), last.total),
        (vec!["d".into(), "e".into()], false, 5)
    );

    // Where fewer than a page come before, the page begins with the first.
    idp.on(&h)
        .delete_user(&ids[0].to_string(), IfMatch::default())
        .await
        .unwrap();
    let back = page(&h, account, &two(UserPlace::Before(second.previous.unwrap()))).await;
    assert_eq!(
        (shown(&back), back.previous.is_some()),
        (vec!["b".into(), "c".into()], false)
    );
    // A place of another order begins anew instead of failing.
    let other = UserQuery {
        order: UserOrder::Changed,
        ..two(UserPlace::After(first.next.unwrap()))
    };
    assert_eq!(shown(&page(&h, account, &other).await), ["b", "c"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pages_forwards_and_backwards_are_the_list(
        users in prop::collection::vec((0u8..4, any::<bool>()), 0..12),
        limit in 1u16..5,
        narrowed in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let h = Harness::new().await;
            let account = h.account("Acme").await;
            let idp = Idp::of(&h, account);
            for (index, (name, later)) in users.iter().enumerate() {
                let mut body = user(&format!("user{index}"));
                body["displayName"] = format!("Name {name}").into();
                idp.on(&h).create_user(body).await.unwrap();
                if *later {
                    h.advance(SignedDuration::from_secs(1));
                }
            }
            for order in [UserOrder::UserName, UserOrder::Name, UserOrder::Changed] {
                for descending in [false, true] {
                    let query = UserQuery {
                        order,
                        descending,
                        active: narrowed.then_some(true),
                        ..all()
                    };
                    let whole = names(&h, account, query.clone()).await;
                    for backwards in [false, true] {
                        let mut place = if backwards { UserPlace::Last } else { UserPlace::First };
                        let mut pages: Vec<Vec<String>> = Vec::new();
                        loop {
                            let query = UserQuery { page: place, limit, ..query.clone() };
                            let page = page(&h, account, &query).await;
                            assert_eq!(page.total, u64::try_from(whole.len()).unwrap());
                            pages.push(page.users.into_iter().map(|user| user.user_name).collect());
                            let next = if backwards { page.previous.map(UserPlace::Before) } else { page.next.map(UserPlace::After) };
                            match next {
                                Some(next) => place = next,
                                None => break,
                            }
                        }
                        if backwards {
                            // The page at the beginning is a full one, so that it may repeat what follows it.
                            let repeated = pages.iter().map(Vec::len).sum::<usize>() - whole.len();
                            let first = pages.pop().unwrap();
                            pages.push(first[..first.len() - repeated].to_vec());
                            pages.reverse();
                        }
                        assert_eq!(pages.concat(), whole, "{order:?} {descending} {backwards}");
                    }
                }
            }
        });
    }
}

//! Commands that wait together share a transaction; each of them is as if it were alone.

mod as_if_alone;

use std::sync::Arc;

use directory::provisioning::IfMatch;
use directory::{AccountId, Action, EntryQuery, NewUser, Outcome, Role, UserQuery};
use serde_json::json;
use tokio::task::JoinSet;

use crate::harness::{ACTOR, Harness};
use crate::idp::{Idp, add_members, patch, user};

#[tokio::test]
async fn of_many_who_take_one_name_at_once_exactly_one_gets_it() {
    let h = Arc::new(Harness::new().await);
    let (one, two) = (h.account("One").await, h.account("Two").await);
    let mut tasks = JoinSet::new();
    for index in 0..40 {
        let h = h.clone();
        tasks.spawn(async move {
            let idp = Idp::of(&h, if index % 2 == 0 { one } else { two });
            let name = if index % 3 == 0 {
                "ada@acme.test"
            } else {
                "ADA@acme.test"
            };
            idp.on(&h).create_user(user(name)).await
        });
    }
    let results = tasks.join_all().await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    assert!(
        results
            .iter()
            .filter_map(|result| result.as_ref().err())
            .all(|error| error.status == 409)
    );
    let mut users = 0;
    for account in [one, two] {
        users += h.directory.count_users(account).await.unwrap().0;
        // A refused command leaves its entry and nothing else.
        assert_eq!(count_creations(&h, account).await, 20);
    }
    assert_eq!(users, 1);
}

#[tokio::test]
async fn a_refused_command_changes_nothing_while_its_neighbours_succeed() {
    let h = Arc::new(Harness::new().await);
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    idp.user(&h, "taken").await;
    let staff = idp.group(&h, "Staff", &[]).await.id.to_string();
    let mut ids = Vec::new();
    for index in 0..30 {
        ids.push(idp.user(&h, &format!("user{index:02}")).await.id.to_string());
    }
    let mut tasks = JoinSet::new();
    for (index, id) in ids.iter().cloned().enumerate() {
        let (h, staff) = (h.clone(), staff.clone());
        tasks.spawn(async move {
            let idp = Idp::of(&h, account);
            let name = if index % 3 == 0 {
                "Taken".to_owned()
            } else {
                format!("renamed{index:02}")
            };
            let operations = patch(json!([
                { "op": "replace", "path": "title", "value": "Dr" },
                { "op": "replace", "path": "userName", "value": name },
            ]));
            let renamed = idp.on(&h).patch_user(&id, operations, IfMatch::default()).await;
            let member = if index % 5 == 0 { "nobody".to_owned() } else { id };
            let add = patch(json!([
                { "op": "add", "path": "members", "value": [{ "value": member }] },
            ]));
            let added = idp.on(&h).patch_group(&staff, add, IfMatch::default()).await;
            (index, renamed, added)
        });
    }
    for (index, renamed, added) in tasks.join_all().await {
        match renamed {
            Ok(user) => assert_eq!(user.version, 2),
            Err(error) => assert_eq!((index % 3, error.status), (0, 409)),
        }
        assert_eq!(added.is_ok(), index % 5 != 0);
    }
    for (index, id) in ids.iter().enumerate() {
        let user = idp.get_user(&h, id).await.unwrap();
        let title = user.resource.attributes().get("title").is_some();
        assert_eq!(
            (title, user.version),
            if index % 3 == 0 { (false, 1) } else { (true, 2) },
            "{index}"
        );
        assert_eq!(user.groups.len(), usize::from(index % 5 != 0));
    }
    let group = idp.get_group(&h, &staff).await.unwrap();
    assert_eq!((group.member_count, group.version), (24, 25));
    assert_eq!(group.members.unwrap().len(), 24);
}

#[tokio::test]
async fn changes_of_one_thing_in_one_batch_build_on_each_other() {
    let h = Arc::new(Harness::new().await);
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let ada = idp.user(&h, "ada").await.id;
    let staff = idp.group(&h, "Staff", &[]).await.id;
    let mut tasks = JoinSet::new();
    for index in 0..60 {
        let h = h.clone();
        tasks.spawn(async move {
            let idp = Idp::of(&h, account);
            if index % 2 == 0 {
                let set = patch(json!([{ "op": "replace", "path": "title", "value": index.to_string() }]));
                idp.on(&h)
                    .patch_user(&ada.to_string(), set, IfMatch::default())
                    .await
                    .unwrap()
                    .version
            } else {
                let operations = if index % 4 == 1 {
                    add_members(&[&ada])
                } else {
                    json!([{ "op": "remove", "path": "members" }])
                };
                idp.patch_group(&h, staff, operations).await.version
            }
        });
    }
    tasks.join_all().await;
    assert_eq!(idp.get_user(&h, &ada.to_string()).await.unwrap().version, 31);
    let group = idp.get_group(&h, &staff.to_string()).await.unwrap();
    assert_eq!(
        group.members.unwrap().len(),
        usize::try_from(group.member_count).unwrap()
    );
}

#[tokio::test]
async fn a_user_who_is_deleted_while_it_is_added_leaves_no_membership_behind() {
    for _ in 0..10 {
        let h = Arc::new(Harness::new().await);
        let account = h.account("Acme").await;
        let idp = Idp::of(&h, account);
        let (ada, bob) = (idp.user(&h, "ada").await.id, idp.user(&h, "bob").await.id);
        let staff = idp.group(&h, "Staff", &[&bob]).await.id;
        let inner = idp.group(&h, "Inner", &[]).await.id;
        let mut tasks = JoinSet::new();
        for index in 0..4 {
            let h = h.clone();
            tasks.spawn(async move {
                let idp = Idp::of(&h, account);
                let ok = match index {
                    0 => idp
                        .on(&h)
                        .patch_group(
                            &staff.to_string(),
                            patch(add_members(&[&ada, &inner])),
                            IfMatch::default(),
                        )
                        .await
                        .is_ok(),
                    1 => idp
                        .on(&h)
                        .delete_user(&ada.to_string(), IfMatch::default())
                        .await
                        .is_ok(),
                    2 => idp
                        .on(&h)
                        .delete_group(&inner.to_string(), IfMatch::default())
                        .await
                        .is_ok(),
                    _ => idp.on(&h).create_user(user("ADA")).await.is_ok(),
                };
                (index, ok)
            });
        }
        for (index, ok) in tasks.join_all().await {
            assert!(ok || index == 0 || index == 3, "{index}");
        }
        assert_eq!(idp.members(&h, staff).await, ["bob"]);
    }
}

#[tokio::test]
async fn names_that_pass_from_hand_to_hand_in_one_batch_all_arrive() {
    let h = Arc::new(Harness::new().await);
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let (mut users, mut groups) = (Vec::new(), Vec::new());
    for index in 0..20 {
        users.push(idp.user(&h, &format!("name{index}")).await.id.to_string());
        groups.push(idp.group(&h, &format!("name{index}"), &[]).await.id.to_string());
    }
    // On one thread the requests queue up in this order: the last one moves first and makes room for the one before.
    let rename = |attribute: &str, index: usize| {
        patch(json!([{ "op": "replace", "path": attribute, "value": format!("name{}", index + 1) }]))
    };
    let mut tasks = JoinSet::new();
    for (index, id) in users.into_iter().enumerate().rev() {
        let (h, body) = (h.clone(), rename("userName", index));
        tasks.spawn(async move {
            Idp::of(&h, account)
                .on(&h)
                .patch_user(&id, body, IfMatch::default())
                .await
                .unwrap();
        });
    }
    tasks.join_all().await;
    let mut tasks = JoinSet::new();
    for (index, id) in groups.into_iter().enumerate().rev() {
        let (h, body) = (h.clone(), rename("displayName", index));
        tasks.spawn(async move {
            Idp::of(&h, account)
                .on(&h)
                .patch_group(&id, body, IfMatch::default())
                .await
                .unwrap();
        });
    }
    tasks.join_all().await;
    assert_eq!(
        idp.list_users(&h, "userName eq \"name0\"")
            .await
            .unwrap()
            .total
            .unwrap(),
        0
    );
    assert_eq!(
        idp.list_users(&h, "userName eq \"name20\"")
            .await
            .unwrap()
            .total
            .unwrap(),
        1
    );
    assert_eq!(
        idp.list_groups(&h, "displayName eq \"name20\"")
            .await
            .unwrap()
            .total
            .unwrap(),
        1
    );
}

#[tokio::test]
async fn acts_and_commands_keep_their_order() {
    let h = Arc::new(Harness::new().await);
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let staff = idp.group(&h, "Staff", &[]).await.id;
    let mut tasks = JoinSet::new();
    for index in 0..60 {
        let h = h.clone();
        tasks.spawn(async move {
            if index % 3 == 0 {
                let new = NewUser {
                    user_name: format!("manual{index}"),
                    ..NewUser::default()
                };
                h.directory.add_user(&ACTOR, account, new).await.unwrap();
            } else if index % 3 == 1 {
                Idp::of(&h, account).user(&h, &format!("pushed{index}")).await;
            } else {
                h.directory
                    .give_group_role(&ACTOR, account, staff, Role::Member)
                    .await
                    .unwrap();
            }
        });
    }
    tasks.join_all().await;
    assert_eq!(h.directory.count_users(account).await.unwrap(), (20, 20));
    let query = EntryQuery {
        limit: 200,
        ..EntryQuery::default()
    };
    let entries = h.directory.list_entries(account, &query).await.unwrap().entries;
    assert!(entries.is_sorted_by(|newer, older| newer.id > older.id));
    assert!(entries.iter().all(|entry| entry.outcome == Outcome::Done));
}

#[tokio::test]
async fn a_caller_who_goes_away_harms_nobody() {
    let h = Arc::new(Harness::new().await);
    let account = h.account("Acme").await;
    let mut tasks = JoinSet::new();
    for index in 0..40 {
        let h = h.clone();
        tasks.spawn(async move {
            Idp::of(&h, account)
                .on(&h)
                .create_user(user(&format!("user{index}")))
                .await
                .is_ok()
        });
    }
    tokio::task::yield_now().await;
    tasks.abort_all();
    while tasks.join_next().await.is_some() {}
    // The writer goes on, and what each one left is whole.
    Idp::of(&h, account).user(&h, "last").await;
    let everybody = UserQuery {
        limit: 200,
        ..UserQuery::default()
    };
    let users = h.directory.list_users(account, &everybody).await.unwrap().total;
    assert_eq!(
        usize::try_from(users).unwrap(),
        count_creations(&h, account).await
    );
}

/// How many entries there are of a user who was created or refused.
async fn count_creations(h: &Harness, account: AccountId) -> usize {
    let query = EntryQuery {
        limit: 200,
        ..EntryQuery::default()
    };
    let entries = h.directory.list_entries(account, &query).await.unwrap().entries;
    entries
        .iter()
        .filter(|entry| entry.action == Action::CreateUser)
        .count()
}

//! The walls between accounts: what belongs to one does not exist for another.

use std::fmt::Debug;

use directory::provisioning::IfMatch;
use directory::{DirectoryError, EntryQuery, GroupQuery, NewUser, Outcome, Role, UserQuery};
use serde_json::json;

use crate::harness::{ACTOR, Harness};
use crate::idp::{Idp, add_members, group, last_entry, patch, user};

fn is_not_found<T: Debug>(result: Result<T, DirectoryError>) {
    match result {
        Err(DirectoryError::NotFound) => {}
        other => panic!("expected not found, got {other:?}"),
    }
}

#[tokio::test]
async fn every_function_of_the_console_is_walled() {
    let h = Harness::new().await;
    let (mine, theirs) = (h.account("Mine").await, h.account("Theirs").await);
    let idp = Idp::of(&h, theirs);
    let ada = idp.user(&h, "ada").await.id;
    let manual = NewUser {
        user_name: "manual".to_owned(),
        ..NewUser::default()
    };
    let manual = h.directory.add_user(&ACTOR, theirs, manual).await.unwrap();
    let staff = idp.group(&h, "Staff", &[&ada]).await.id;
    h.directory
        .give_group_role(&ACTOR, theirs, staff, Role::Auditor)
        .await
        .unwrap();
    let entry = last_entry(&h, theirs).await;
    let d = &h.directory;

    is_not_found(d.get_user(mine, ada).await);
    is_not_found(d.set_user_active(&ACTOR, mine, manual, false).await);
    is_not_found(d.give_role(&ACTOR, mine, ada, Role::Administrator).await);
    is_not_found(d.take_role(&ACTOR, mine, ada, Role::Administrator).await);
    is_not_found(d.get_group(mine, staff).await);
    is_not_found(d.list_members(mine, staff, "", None, 10).await);
    is_not_found(d.give_group_role(&ACTOR, mine, staff, Role::Member).await);
    is_not_found(d.take_group_role(&ACTOR, mine, staff, Role::Auditor).await);
    is_not_found(d.get_entry(mine, entry.id).await);
    assert_eq!(d.find_user_by_name(mine, "ada").await.unwrap(), None);
    assert_eq!(d.find_group_by_name(mine, "Staff").await.unwrap(), None);
    assert_eq!(d.count_users(mine).await.unwrap(), (0, 0));
    let everybody = UserQuery {
        limit: 200,
        ..UserQuery::default()
    };
    assert_eq!(d.list_users(mine, &everybody).await.unwrap().total, 0);
    assert_eq!(
        d.list_groups(mine, &GroupQuery::default()).await.unwrap().total,
        0
    );
    let about = EntryQuery {
        subject: Some(ada.to_string()),
        limit: 200,
        ..EntryQuery::default()
    };
    assert_eq!(d.list_entries(mine, &about).await.unwrap().entries, []);
    // The same functions find all of it where it belongs.
    assert!(d.get_user(theirs, ada).await.is_ok());
    assert_eq!(d.list_users(theirs, &everybody).await.unwrap().total, 2);
    assert_eq!(
        d.get_group(theirs, staff).await.unwrap().row.roles,
        [Role::Auditor]
    );
    assert!(!d.list_entries(theirs, &about).await.unwrap().entries.is_empty());
}

#[tokio::test]
async fn every_function_of_the_api_is_walled_and_tells_nothing() {
    let h = Harness::new().await;
    let (mine, theirs) = (h.account("Mine").await, h.account("Theirs").await);
    let (me, them, app) = (Idp::of(&h, mine), Idp::of(&h, theirs), Idp::reading(&h, mine));
    let ada = them
        .on(&h)
        .create_user(json!({ "userName": "ada", "externalId": "x" }))
        .await
        .unwrap()
        .user
        .id;
    let staff = them.group(&h, "Staff", &[&ada]).await.id;
    let (user_id, group_id) = (ada.to_string(), staff.to_string());
    let any = IfMatch::default;

    let unknown = me
        .get_user(&h, "00000000-0000-7000-8000-000000000000")
        .await
        .unwrap_err();
    let foreign = me.get_user(&h, &user_id).await.unwrap_err();
    assert_eq!(
        unknown
            .detail
            .replace("00000000-0000-7000-8000-000000000000", "ID"),
        foreign.detail.replace(&user_id, "ID")
    );
    for caller in [&me, &app] {
        assert_eq!(caller.get_user(&h, &user_id).await.unwrap_err().status, 404);
        assert_eq!(caller.get_group(&h, &group_id).await.unwrap_err().status, 404);
        for filter in ["", "userName eq \"ada\"", "externalId eq \"x\"", "userName pr"] {
            assert_eq!(
                caller.list_users(&h, filter).await.unwrap().total.unwrap(),
                0,
                "{filter}"
            );
        }
        for filter in [
            format!("id eq \"{user_id}\""),
            format!("groups.value eq \"{group_id}\""),
        ] {
            assert_eq!(
                caller.list_users(&h, &filter).await.unwrap().total.unwrap(),
                0,
                "{filter}"
            );
        }
        for filter in [
            String::new(),
            "displayName eq \"Staff\"".to_owned(),
            format!("members.value eq \"{user_id}\""),
        ] {
            assert_eq!(
                caller.list_groups(&h, &filter).await.unwrap().total.unwrap(),
                0,
                "{filter}"
            );
        }
    }
    let off = || patch(json!([{ "op": "replace", "path": "active", "value": false }]));
    assert_eq!(
        me.on(&h)
            .replace_user(&user_id, user("eve"), any())
            .await
            .unwrap_err()
            .status,
        404
    );
    assert_eq!(
        me.on(&h)
            .patch_user(&user_id, off(), any())
            .await
            .unwrap_err()
            .status,
        404
    );
    assert_eq!(
        me.on(&h).delete_user(&user_id, any()).await.unwrap_err().status,
        404
    );
    assert_eq!(
        me.on(&h)
            .replace_group(&group_id, group("Mine", &[]), any())
            .await
            .unwrap_err()
            .status,
        404
    );
    let add = patch(add_members(&[]));
    assert_eq!(
        me.on(&h)
            .patch_group(&group_id, add, any())
            .await
            .unwrap_err()
            .status,
        404
    );
    assert_eq!(
        me.on(&h).delete_group(&group_id, any()).await.unwrap_err().status,
        404
    );
    // A group of the same name is another group.
    let own = me.group(&h, "Staff", &[]).await.id;
    let error = me
        .on(&h)
        .patch_group(&own.to_string(), patch(add_members(&[&ada])), any())
        .await
        .unwrap_err();
    assert_eq!(error.status, 400);

    let kept = them.get_user(&h, &user_id).await.unwrap();
    assert_eq!((kept.version, kept.groups.len()), (1, 1));
    // Their log tells nothing of all this, and mine holds every refusal.
    let query = EntryQuery {
        outcomes: vec![Outcome::Refused],
        limit: 200,
        ..EntryQuery::default()
    };
    assert_eq!(
        h.directory.list_entries(theirs, &query).await.unwrap().entries,
        []
    );
    assert_eq!(
        h.directory
            .list_entries(mine, &query)
            .await
            .unwrap()
            .entries
            .len(),
        7
    );
}

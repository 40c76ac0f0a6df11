//! What an identity provider does to users.

use directory::provisioning::IfMatch;
use directory::{Action, DirectoryError, EntryQuery, Outcome, Role};
use serde_json::{Value, json};

use crate::harness::{ACTOR, Harness, days};
use crate::idp::{Idp, count_entries, last_entry, patch, user};

#[tokio::test]
async fn a_request_that_changes_nothing_keeps_version_and_time() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let created = idp
        .on(&h)
        .create_user(json!({ "userName": "ada", "title": "Countess" }))
        .await
        .unwrap()
        .user;
    let id = created.id.to_string();
    h.advance(days(1));
    let same = patch(json!([{ "op": "replace", "path": "title", "value": "Countess" }]));
    let patched = idp
        .on(&h)
        .patch_user(&id, same, IfMatch::default())
        .await
        .unwrap();
    assert_eq!((patched.version, patched.modified_at), (1, created.modified_at));
    let entry = last_entry(&h, account).await;
    assert_eq!(
        (entry.action, entry.outcome, entry.changes.len()),
        (Action::PatchUser, Outcome::Unchanged, 0)
    );
    let body = json!({ "userName": "ada", "title": "Countess" });
    let replaced = idp
        .on(&h)
        .replace_user(&id, body, IfMatch::default())
        .await
        .unwrap();
    assert_eq!(replaced.version, 1);
    assert_eq!(last_entry(&h, account).await.outcome, Outcome::Unchanged);

    let other = patch(json!([{ "op": "replace", "path": "title", "value": "Dr" }]));
    let patched = idp
        .on(&h)
        .patch_user(&id, other, IfMatch::default())
        .await
        .unwrap();
    assert_eq!((patched.version, patched.modified_at), (2, h.now()));
    let entry = last_entry(&h, account).await;
    assert_eq!(entry.outcome, Outcome::Done);
    assert_eq!(entry.changes.len(), 1);
    let change = &entry.changes[0];
    assert_eq!(
        (change.attribute.as_str(), &change.before, &change.after),
        ("title", &json!("Countess"), &json!("Dr"))
    );
}

#[tokio::test]
async fn if_match_refuses_a_version_that_has_passed() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let id = idp.user(&h, "ada").await.id.to_string();
    let group = idp.group(&h, "Staff", &[]).await.id.to_string();
    let stale = || IfMatch(Some(vec![7, 8]));
    let title = || patch(json!([{ "op": "add", "path": "title", "value": "Dr" }]));
    assert_eq!(
        idp.on(&h)
            .patch_user(&id, title(), stale())
            .await
            .unwrap_err()
            .status,
        412
    );
    assert_eq!(
        idp.on(&h)
            .replace_user(&id, user("b"), stale())
            .await
            .unwrap_err()
            .status,
        412
    );
    assert_eq!(
        idp.on(&h).delete_user(&id, stale()).await.unwrap_err().status,
        412
    );
    let name = patch(json!([{ "op": "replace", "path": "displayName", "value": "All" }]));
    assert_eq!(
        idp.on(&h)
            .patch_group(&group, name, stale())
            .await
            .unwrap_err()
            .status,
        412
    );
    assert_eq!(
        idp.on(&h).delete_group(&group, stale()).await.unwrap_err().status,
        412
    );
    let fresh = IfMatch(Some(vec![1]));
    assert_eq!(
        idp.on(&h).patch_user(&id, title(), fresh).await.unwrap().version,
        2
    );
}

#[tokio::test]
async fn delete_removes_the_user_with_everything_that_was_its_own_and_keeps_the_history() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let ada = idp.user(&h, "ada").await.id;
    let grace = idp.user(&h, "grace").await.id;
    let staff = idp.group(&h, "Staff", &[&ada, &grace]).await;
    h.directory
        .give_role(&ACTOR, account, ada, Role::Administrator)
        .await
        .unwrap();
    h.advance(days(1));
    idp.on(&h)
        .delete_user(&ada.to_string(), IfMatch::default())
        .await
        .unwrap();

    assert!(matches!(
        h.directory.get_user(account, ada).await,
        Err(DirectoryError::NotFound)
    ));
    assert_eq!(idp.get_user(&h, &ada.to_string()).await.unwrap_err().status, 404);
    assert_eq!(
        idp.on(&h)
            .delete_user(&ada.to_string(), IfMatch::default())
            .await
            .unwrap_err()
            .status,
        404
    );
    assert_eq!(idp.members(&h, staff.id).await, ["grace"]);
    let changed = idp.get_group(&h, &staff.id.to_string()).await.unwrap();
    assert_eq!(
        (changed.version, changed.modified_at, changed.member_count),
        (2, h.now(), 1)
    );
    let query = EntryQuery {
        subject: Some(ada.to_string()),
        limit: 10,
        ..EntryQuery::default()
    };
    let history = h.directory.list_entries(account, &query).await.unwrap().entries;
    let actions: Vec<Action> = history.iter().map(|entry| entry.action).collect();
    assert_eq!(
        actions,
        [Action::DeleteUser, Action::GiveRole, Action::CreateUser]
    );
    // The name is free.
    let again = idp.user(&h, "ADA").await;
    assert_ne!(again.id, ada);
    assert_eq!(
        h.directory
            .get_user(account, again.id)
            .await
            .unwrap()
            .row
            .roles
            .direct,
        []
    );
}

#[tokio::test]
async fn a_password_is_accepted_and_kept_nowhere() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let body = json!({ "userName": "ada", "password": "s3cret-s3cret" });
    let created = idp.on(&h).create_user(body).await.unwrap().user;
    let set = patch(
        json!([{ "op": "replace", "path": "password", "value": "s3cret-s3cret" },
        { "op": "replace", "value": { "password": "s3cret-s3cret", "title": "Dr" } }]),
    );
    idp.on(&h)
        .patch_user(&created.id.to_string(), set, IfMatch::default())
        .await
        .unwrap();
    let _ = idp
        .on(&h)
        .create_user(json!({ "password": "s3cret-s3cret" }))
        .await
        .unwrap_err();
    let query = EntryQuery {
        limit: 10,
        ..EntryQuery::default()
    };
    let entries = h.directory.list_entries(account, &query).await.unwrap().entries;
    assert!(!serde_json::to_string(&entries).unwrap().contains("s3cret"));
    assert!(!created.resource.to_stored().contains("s3cret"));
    let view = h.directory.get_user(account, created.id).await.unwrap();
    assert_eq!(view.password_set_at, None);
    assert!(
        view.attributes
            .iter()
            .all(|attribute| !attribute.value.contains("s3cret"))
    );
}

#[tokio::test]
async fn every_write_leaves_one_entry_with_its_request_and_what_was_not_kept() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let mut live = h.directory.follow();
    let body = json!({ "userName": "ada", "shoeSize": 38 });
    let created = idp.on(&h).create_user(body.clone()).await.unwrap().user;
    let entry = last_entry(&h, account).await;
    assert_eq!(entry.action, Action::CreateUser);
    assert_eq!(entry.status, Some(201));
    assert_eq!(entry.body, Some(body));
    assert_eq!(entry.request.as_ref().unwrap().id, "request-1");
    assert_eq!(entry.subject.as_ref().unwrap().id, Some(created.id.to_string()));
    assert!(
        entry.ignored.iter().any(|name| name.contains("shoeSize")),
        "{:?}",
        entry.ignored
    );
    assert_eq!(*live.try_recv().unwrap(), entry);

    let error = idp
        .on(&h)
        .create_user(json!({ "displayName": "Nobody" }))
        .await
        .unwrap_err();
    assert_eq!(error.status, 400);
    let entry = last_entry(&h, account).await;
    assert_eq!(
        (entry.action, entry.outcome, entry.status),
        (Action::CreateUser, Outcome::Refused, Some(400))
    );
    assert_eq!(*live.try_recv().unwrap(), entry);
    let error = idp
        .on(&h)
        .refuse(scim::ScimError::invalid_syntax("No JSON."))
        .await;
    assert_eq!(error.detail, "No JSON.");
    let entry = last_entry(&h, account).await;
    assert_eq!(
        (entry.action, entry.detail.as_deref()),
        (Action::Request, Some("No JSON."))
    );
    assert_eq!(count_entries(&h, account, Outcome::Refused).await, 2);

    // Reads leave none.
    let _ = idp.get_user(&h, "nobody").await.unwrap_err();
    idp.list_users(&h, "").await.unwrap();
    assert_eq!(last_entry(&h, account).await, entry);
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    let mut h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let ada = idp
        .on(&h)
        .create_user(json!({ "userName": "Ada", "title": "Dr" }))
        .await
        .unwrap()
        .user;
    let staff = idp.group(&h, "Staff", &[&ada.id]).await;
    h.directory
        .give_group_role(&ACTOR, account, staff.id, Role::Auditor)
        .await
        .unwrap();
    let before = h.directory.get_user(account, ada.id).await.unwrap();
    let entry = last_entry(&h, account).await;
    h.restart().await;
    let after = h.directory.get_user(account, ada.id).await.unwrap();
    assert_eq!(
        (&after.row.roles, &after.groups),
        (&before.row.roles, &before.groups)
    );
    assert_eq!(
        (after.attributes, after.row.modified_at),
        (before.attributes, before.row.modified_at)
    );
    assert_eq!(last_entry(&h, account).await, entry);
    let kept = idp.get_user(&h, &ada.id.to_string()).await.unwrap();
    assert_eq!(
        (kept.resource.attributes(), kept.version),
        (ada.resource.attributes(), 1)
    );
    assert_eq!(kept.resource.attributes().get("title"), Some(&Value::from("Dr")));
}

#[tokio::test]
async fn nonsense_is_refused_with_an_entry_that_can_be_read_and_changes_nothing() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let ada = idp.user(&h, "ada").await;
    let id = ada.id.to_string();
    let deep = (0..100).fold(json!("x"), |inner, _| json!([inner]));
    let bodies = [
        json!(null),
        json!([]),
        json!("text"),
        json!({}),
        json!({ "userName": null }),
        json!({ "userName": "a\u{0}b" }),
        json!({ "userName": ["ada"] }),
        json!({ "userName": "ada", "name": deep }),
        json!({ "userName": "ada", "emails": { "value": { "value": 1e300 } } }),
        json!({ "schemas": 1, "userName": "" }),
        json!({ "Operations": "x" }),
        json!({ "Operations": [{ "op": "replace", "path": "userName", "value": "" }] }),
        json!({ "Operations": [{ "op": "replace", "path": "'; DROP TABLE users; --", "value": "x" }] }),
    ];
    for body in bodies {
        let errors = [
            idp.on(&h).create_user(body.clone()).await.err(),
            idp.on(&h)
                .replace_user(&id, body.clone(), IfMatch::default())
                .await
                .err(),
            idp.on(&h)
                .patch_user(&id, body.clone(), IfMatch::default())
                .await
                .err(),
            idp.on(&h).create_group(body.clone()).await.err(),
        ];
        for error in errors {
            let error = error.unwrap_or_else(|| panic!("{body} was accepted"));
            assert!(
                (400..500).contains(&error.status) && !error.detail.is_empty(),
                "{body}: {error:?}"
            );
        }
        assert_eq!(last_entry(&h, account).await.body.unwrap_or_default(), body);
    }
    let kept = idp.get_user(&h, &id).await.unwrap();
    assert_eq!(
        (kept.resource.attributes(), kept.version),
        (ada.resource.attributes(), 1)
    );
    assert_eq!(h.directory.count_users(account).await.unwrap(), (1, 0));
}

//! What an identity provider does to users.

use directory::provisioning::IfMatch;
use directory::provisioning::matching::Decision;
use directory::{Action, DirectoryError, EntryQuery, ManagedBy, NewUser, Outcome, Role};
use serde_json::{Value, json};

use crate::harness::{ACTOR, Harness, days};
use crate::idp::{Idp, count_entries, last_entry, parts, patch, user};

const PASSWORD: &str = "correct horse battery";

fn manual(user_name: &str) -> NewUser {
    NewUser {
        user_name: user_name.to_owned(),
        ..NewUser::default()
    }
}

#[tokio::test]
async fn a_username_is_matched_as_the_table_says_in_every_letter_case() {
    // As stored, and as the identity provider sends it.
    let spellings = [
        ("ada@acme.test", "ada@acme.test"),
        ("ada@acme.test", "Ada@Acme.TEST"),
        ("ADA@ACME.TEST", "ada@acme.test"),
        ("josé@acme.test", "JOSE\u{301}@acme.test"),
        ("JOSE\u{301}", "José"),
        ("straße", "STRAßE"),
    ];
    for (stored, sent) in spellings {
        let h = Harness::new().await;
        let (here, there) = (h.account("Here").await, h.account("There").await);
        let (idp, other) = (Idp::of(&h, here), Idp::of(&h, there));

        // Nowhere.
        let created = idp.on(&h).create_user(user(stored)).await.unwrap();
        assert!(!created.converted, "{stored}");
        assert_eq!(created.user.managed_by, ManagedBy::Scim);
        assert_eq!(last_entry(&h, here).await.decision, Some(Decision::Created));

        // In this account, SCIM-managed already: named by id, which the caller may see.
        let error = idp.on(&h).create_user(user(sent)).await.unwrap_err();
        assert_eq!(
            (error.status, parts(&error).1),
            (409, Some("uniqueness")),
            "{sent}"
        );
        assert!(
            error.detail.contains(&created.user.id.to_string()),
            "{}",
            error.detail
        );
        let entry = last_entry(&h, here).await;
        assert_eq!(
            (entry.decision, entry.outcome),
            (Some(Decision::AlreadyManaged), Outcome::Refused)
        );
        assert_eq!((entry.status, entry.detail), (Some(409), Some(error.detail)));

        // In another account: nothing of it is told.
        let error = other.on(&h).create_user(user(sent)).await.unwrap_err();
        assert_eq!((error.status, parts(&error).1), (409, Some("uniqueness")));
        for secret in [created.user.id.to_string(), here.to_string(), "Here".to_owned()] {
            assert!(!error.detail.contains(&secret), "{}", error.detail);
        }
        assert_eq!(last_entry(&h, there).await.decision, Some(Decision::OtherAccount));
        assert_eq!(h.directory.count_users(there).await.unwrap(), (0, 0));

        // In this account, manual: converted.
        let h = Harness::new().await;
        let (here, there) = (h.account("Here").await, h.account("There").await);
        let (idp, other) = (Idp::of(&h, here), Idp::of(&h, there));
        let id = h.directory.add_user(&ACTOR, here, manual(stored)).await.unwrap();
        let error = other.on(&h).create_user(user(sent)).await.unwrap_err();
        assert_eq!(
            (error.status, last_entry(&h, there).await.decision),
            (409, Some(Decision::OtherAccount))
        );
        let converted = idp.on(&h).create_user(user(sent)).await.unwrap();
        assert!(converted.converted, "{stored} {sent}");
        assert_eq!(converted.user.id, id);
        assert_eq!(converted.user.resource.user_name(), sent);
        assert_eq!(last_entry(&h, here).await.decision, Some(Decision::Converted));

        // In this account, break-glass: rejected in words.
        let h = Harness::new().await;
        let here = h.account("Here").await;
        let idp = Idp::of(&h, here);
        let user_name = stored.to_owned();
        let id = h.directory.add_user(
            &ACTOR,
            here,
            NewUser {
                user_name,
                break_glass: true,
                ..NewUser::default()
            },
        );
        let id = id.await.unwrap();
        let error = idp.on(&h).create_user(user(sent)).await.unwrap_err();
        assert_eq!((error.status, parts(&error).1), (409, Some("uniqueness")));
        assert!(!error.detail.contains(&id.to_string()), "{}", error.detail);
        assert_eq!(last_entry(&h, here).await.decision, Some(Decision::BreakGlass));
        let kept = h.directory.get_user(here, id).await.unwrap();
        assert_eq!(
            (kept.row.managed_by, kept.row.user_name.as_str()),
            (ManagedBy::Manual, stored)
        );
    }
}

#[tokio::test]
async fn matching_is_by_username_alone_never_by_email() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let id = h
        .directory
        .add_user(&ACTOR, account, manual("ada@acme.test"))
        .await
        .unwrap();
    let body = json!({ "userName": "ada", "emails": [{ "value": "ada@acme.test", "primary": true }] });
    let created = idp.on(&h).create_user(body).await.unwrap();
    assert!(!created.converted && created.user.id != id);
}

#[tokio::test]
async fn a_conversion_keeps_id_and_direct_roles_and_takes_the_attributes_of_the_identity_provider() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let new = NewUser {
        user_name: "ada@acme.test".to_owned(),
        display_name: "Ada by hand".to_owned(),
        roles: vec![Role::Administrator, Role::Member],
        break_glass: false,
    };
    let id = h.directory.add_user(&ACTOR, account, new).await.unwrap();
    let before = h.directory.get_user(account, id).await.unwrap();
    assert_eq!(before.converted_at, None);
    assert!(before.row.roles.direct.iter().all(|grant| !grant.before_scim));

    h.advance(days(1));
    let body = json!({ "userName": "Ada@acme.test", "externalId": "x-1", "displayName": "Ada Lovelace",
        "emails": [{ "value": "ada@acme.test", "type": "work" }] });
    let created = idp.on(&h).create_user(body).await.unwrap();
    assert!(created.converted);
    assert_eq!((created.user.id, created.user.version), (id, 2));
    assert_eq!(
        (created.user.created_at, created.user.modified_at),
        (before.row.created_at, h.now())
    );

    h.advance(days(1));
    h.directory
        .give_role(&ACTOR, account, id, Role::Auditor)
        .await
        .unwrap();
    let after = h.directory.get_user(account, id).await.unwrap();
    assert_eq!(after.converted_at, Some(created.user.modified_at));
    assert_eq!(after.row.managed_by, ManagedBy::Scim);
    assert_eq!(
        (after.row.user_name.as_str(), after.row.name.as_deref()),
        ("Ada@acme.test", Some("Ada Lovelace"))
    );
    assert_eq!(
        (after.row.email.as_deref(), after.row.external_id.as_deref()),
        (Some("ada@acme.test"), Some("x-1"))
    );
    let grants: Vec<_> = after
        .row
        .roles
        .direct
        .iter()
        .map(|grant| (grant.role, grant.before_scim))
        .collect();
    assert_eq!(
        grants,
        [
            (Role::Administrator, true),
            (Role::Auditor, false),
            (Role::Member, true)
        ]
    );

    let query = EntryQuery {
        subject: Some(id.to_string()),
        limit: 10,
        ..EntryQuery::default()
    };
    let entries = h.directory.list_entries(account, &query).await.unwrap().entries;
    let conversion = entries
        .iter()
        .find(|entry| entry.action == Action::CreateUser)
        .unwrap();
    let change = conversion
        .changes
        .iter()
        .find(|change| change.attribute == "displayName")
        .unwrap();
    assert_eq!(
        (&change.before, &change.after),
        (&json!("Ada by hand"), &json!("Ada Lovelace"))
    );
}

#[tokio::test]
async fn manual_users_are_no_resources_for_a_read_write_token_and_are_seen_by_a_read_only_one() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let (idp, app) = (Idp::of(&h, account), Idp::reading(&h, account));
    let id = h
        .directory
        .add_user(&ACTOR, account, manual("grace@acme.test"))
        .await
        .unwrap()
        .to_string();
    let ada = idp.user(&h, "ada@acme.test").await;

    assert_eq!(idp.get_user(&h, &id).await.unwrap_err().status, 404);
    for filter in [
        "",
        "userName eq \"grace@acme.test\"",
        &format!("id eq \"{id}\""),
        "userName sw \"grace\"",
    ] {
        let seen = idp.list_users(&h, filter).await.unwrap();
        assert!(seen.items.iter().all(|user| user.id == ada.id), "{filter}");
        assert_eq!(seen.total, Some(seen.items.len()));
        let seen = app.list_users(&h, filter).await.unwrap();
        assert!(
            seen.items.iter().any(|user| user.managed_by == ManagedBy::Manual),
            "{filter}"
        );
    }
    assert_eq!(app.get_user(&h, &id).await.unwrap().managed_by, ManagedBy::Manual);

    let any = IfMatch::default;
    let off = || patch(json!([{ "op": "replace", "path": "active", "value": false }]));
    assert_eq!(
        idp.on(&h)
            .replace_user(&id, user("grace@acme.test"), any())
            .await
            .unwrap_err()
            .status,
        404
    );
    assert_eq!(
        idp.on(&h).patch_user(&id, off(), any()).await.unwrap_err().status,
        404
    );
    assert_eq!(idp.on(&h).delete_user(&id, any()).await.unwrap_err().status, 404);
    let ada = ada.id.to_string();
    assert_eq!(
        app.on(&h)
            .create_user(user("new@acme.test"))
            .await
            .unwrap_err()
            .status,
        403
    );
    assert_eq!(
        app.on(&h)
            .replace_user(&ada, user("ada@acme.test"), any())
            .await
            .unwrap_err()
            .status,
        403
    );
    assert_eq!(
        app.on(&h)
            .patch_user(&ada, off(), any())
            .await
            .unwrap_err()
            .status,
        403
    );
    assert_eq!(app.on(&h).delete_user(&ada, any()).await.unwrap_err().status, 403);
    assert_eq!(h.directory.count_users(account).await.unwrap(), (1, 1));
}

#[tokio::test]
async fn a_rename_to_a_taken_name_is_refused_whoever_has_it_and_never_converts() {
    let h = Harness::new().await;
    let (account, elsewhere) = (h.account("Acme").await, h.account("Elsewhere").await);
    let (idp, other) = (Idp::of(&h, account), Idp::of(&h, elsewhere));
    let manual_id = h
        .directory
        .add_user(&ACTOR, account, manual("manual"))
        .await
        .unwrap();
    let breaker = NewUser {
        user_name: "breaker".to_owned(),
        break_glass: true,
        ..NewUser::default()
    };
    let breaker = h.directory.add_user(&ACTOR, account, breaker).await.unwrap();
    let foreign = other.user(&h, "foreign").await.id;
    let taken = idp.user(&h, "taken").await.id;
    let ada = idp.user(&h, "ada").await.id.to_string();
    for (name, holder) in [
        ("Manual", manual_id),
        ("BREAKER", breaker),
        ("foreign", foreign),
        ("TAKEN", taken),
    ] {
        let operations = json!([
            { "op": "replace", "path": "displayName", "value": "Changed" },
            { "op": "replace", "path": "userName", "value": name },
        ]);
        let by_patch = idp
            .on(&h)
            .patch_user(&ada, patch(operations), IfMatch::default())
            .await
            .unwrap_err();
        let by_put = idp
            .on(&h)
            .replace_user(&ada, user(name), IfMatch::default())
            .await
            .unwrap_err();
        for error in [by_patch, by_put] {
            assert_eq!(
                (error.status, parts(&error).1),
                (409, Some("uniqueness")),
                "{name}"
            );
            assert_eq!(
                error.detail.contains(&holder.to_string()),
                name == "TAKEN",
                "{}",
                error.detail
            );
        }
    }
    let kept = idp.get_user(&h, &ada).await.unwrap();
    assert_eq!(
        (
            kept.version,
            kept.resource.user_name(),
            kept.resource.display_name()
        ),
        (1, "ada", None)
    );
    assert_eq!(
        h.directory
            .get_user(account, manual_id)
            .await
            .unwrap()
            .row
            .managed_by,
        ManagedBy::Manual
    );

    // The own name in another letter-case is no conflict.
    let renamed = idp
        .on(&h)
        .replace_user(&ada, user("ADA"), IfMatch::default())
        .await
        .unwrap();
    assert_eq!((renamed.resource.user_name(), renamed.version), ("ADA", 2));
    // A name that became free can be taken, and the old one is free then.
    idp.on(&h)
        .delete_user(&taken.to_string(), IfMatch::default())
        .await
        .unwrap();
    idp.on(&h)
        .replace_user(&ada, user("taken"), IfMatch::default())
        .await
        .unwrap();
    idp.user(&h, "ada").await;
}

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
async fn a_conversion_keeps_the_password_and_active_false_ends_sign_ins() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let new = NewUser {
        user_name: "ada@acme.test".to_owned(),
        roles: vec![Role::Administrator],
        ..NewUser::default()
    };
    let id = h.directory.add_user(&ACTOR, account, new).await.unwrap();
    let link = h
        .directory
        .create_password_link(&ACTOR, account, id)
        .await
        .unwrap()
        .secret;
    h.directory.set_password(&link, PASSWORD).await.unwrap();
    let set_at = h.directory.get_user(account, id).await.unwrap().password_set_at;
    assert_eq!(set_at, Some(h.now()));
    let sign_in = || {
        h.directory
            .sign_in("ada@acme.test", PASSWORD, "192.0.2.1", "Firefox")
    };
    let cookie = sign_in().await.unwrap();

    idp.on(&h).create_user(user("ada@acme.test")).await.unwrap();
    assert_eq!(
        h.directory.get_user(account, id).await.unwrap().password_set_at,
        set_at
    );
    assert!(h.directory.find_session(&cookie).await.unwrap().is_some());

    let switch = |on: bool| patch(json!([{ "op": "replace", "path": "active", "value": on }]));
    idp.on(&h)
        .patch_user(&id.to_string(), switch(false), IfMatch::default())
        .await
        .unwrap();
    assert!(h.directory.find_session(&cookie).await.unwrap().is_none());
    assert!(sign_in().await.is_err());
    // The sign-in that was ended does not come back with the user.
    idp.on(&h)
        .patch_user(&id.to_string(), switch(true), IfMatch::default())
        .await
        .unwrap();
    assert!(h.directory.find_session(&cookie).await.unwrap().is_none());
    let cookie = sign_in().await.unwrap();

    idp.on(&h)
        .delete_user(&id.to_string(), IfMatch::default())
        .await
        .unwrap();
    assert!(h.directory.find_session(&cookie).await.unwrap().is_none());
    assert!(sign_in().await.is_err());
    // A new user of the name has nothing of the old one.
    let again = idp.user(&h, "ada@acme.test").await.id;
    assert_eq!(
        h.directory
            .get_user(account, again)
            .await
            .unwrap()
            .password_set_at,
        None
    );
    assert!(sign_in().await.is_err());
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

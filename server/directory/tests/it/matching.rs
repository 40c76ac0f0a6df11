//! Whom a username meets: new, manual, of another account, managed already.

use directory::provisioning::IfMatch;
use directory::provisioning::matching::Decision;
use directory::{Action, EntryQuery, ManagedBy, NewUser, Outcome, Role};
use serde_json::json;

use crate::harness::{ACTOR, Harness, days};
use crate::idp::{Idp, last_entry, parts, patch, user};

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

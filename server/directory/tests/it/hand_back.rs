//! From the identity provider back to administrators.

use directory::{Action, Actor, DirectoryError, ManagedBy, NewUser, Refusal, Role};
use serde_json::json;

use crate::harness::{ACTOR, Harness, days};
use crate::idp::{Idp, last_entry, user};

#[tokio::test]
async fn a_user_is_managed_by_hand_again_without_what_the_groups_gave() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let d = &h.directory;
    let idp = Idp::of(&h, account);
    d.enable_provisioning(&ACTOR, account).await.unwrap();
    let ada = NewUser {
        user_name: "ada@acme.test".to_owned(),
        roles: vec![Role::Administrator],
        ..NewUser::default()
    };
    let ada = d.add_user(&ACTOR, account, ada).await.unwrap();
    h.advance(days(1));
    let mut body = user("ada@acme.test");
    body["title"] = "Countess".into();
    idp.on(&h).create_user(body).await.unwrap();
    let grace = idp.user(&h, "grace@acme.test").await.id;
    let finance = idp.group(&h, "Finance", &[&ada, &grace]).await;
    let staff = idp.group(&h, "Staff", &[&ada]).await;
    d.give_group_role(&ACTOR, account, finance.id, Role::Auditor)
        .await
        .unwrap();
    let before = d.get_user(account, ada).await.unwrap();
    assert_eq!(before.row.roles.roles(), [Role::Administrator, Role::Auditor]);
    assert!(before.row.roles.direct[0].before_scim);

    // While the identity provider may send, it would only take the user over again.
    let refused = d.manage_by_hand(&ACTOR, account, ada).await;
    assert!(
        matches!(refused, Err(DirectoryError::Refused(Refusal::ProvisioningOn))),
        "{refused:?}"
    );
    d.disable_provisioning(&ACTOR, account).await.unwrap();
    h.advance(days(1));
    let person = Actor::Owner {
        email: "owner@rollcall.test".to_owned(),
    };
    d.manage_by_hand(&person, account, ada).await.unwrap();

    let after = d.get_user(account, ada).await.unwrap();
    assert_eq!(
        (after.row.managed_by, after.converted_at),
        (ManagedBy::Manual, None)
    );
    assert_eq!(after.row.roles.roles(), [Role::Administrator]);
    assert!(!after.row.roles.direct[0].before_scim);
    assert!(after.groups.is_empty());
    assert_eq!((after.row.modified_at, after.row.seen_at), (h.now(), None));
    assert!(
        after
            .attributes
            .iter()
            .any(|attribute| attribute.value == "Countess")
    );
    let entry = last_entry(&h, account).await;
    assert_eq!((entry.action, entry.actor), (Action::ManageByHand, person));
    let changes: Vec<_> = entry
        .changes
        .into_iter()
        .map(|change| (change.attribute, change.before))
        .collect();
    assert_eq!(
        changes,
        [
            ("managedBy".to_owned(), json!("scim")),
            ("groups".to_owned(), json!(["Finance", "Staff"])),
        ]
    );
    // The groups know it too.
    for (group, members) in [(&finance, vec!["grace@acme.test"]), (&staff, vec![])] {
        assert_eq!(idp.members(&h, group.id).await, members);
        let now = idp.get_group(&h, group.id).await.unwrap();
        assert_eq!((now.version, now.modified_at), (group.version + 1, h.now()));
    }
    assert_eq!(
        d.get_user(account, grace).await.unwrap().row.managed_by,
        ManagedBy::Scim
    );

    // Once more changes nothing; and the identity provider can take the user over again.
    d.manage_by_hand(&ACTOR, account, ada).await.unwrap();
    assert_eq!(last_entry(&h, account).await.action, Action::ManageByHand);
    let again = idp.on(&h).create_user(user("ada@acme.test")).await.unwrap();
    assert!(again.converted && again.user.id == ada);
    assert!(d.get_user(account, ada).await.unwrap().row.roles.direct[0].before_scim);
}

#[tokio::test]
async fn the_last_administrator_through_a_group_stays_with_the_identity_provider() {
    let h = Harness::new().await;
    let (account, elsewhere) = (h.account("Acme").await, h.account("Elsewhere").await);
    let idp = Idp::of(&h, account);
    let ada = idp.user(&h, "ada@acme.test").await.id;
    let group = idp.group(&h, "Admins", &[&ada]).await.id;
    let d = &h.directory;
    d.give_group_role(&ACTOR, account, group, Role::Administrator)
        .await
        .unwrap();
    let refused = d.manage_by_hand(&ACTOR, account, ada).await;
    assert!(
        matches!(refused, Err(DirectoryError::Refused(Refusal::LastAdministrator))),
        "{refused:?}"
    );
    assert_eq!(idp.members(&h, group).await, ["ada@acme.test"]);
    // Nobody reaches over from another account.
    let refused = d.manage_by_hand(&ACTOR, elsewhere, ada).await;
    assert!(matches!(refused, Err(DirectoryError::NotFound)), "{refused:?}");
    d.give_role(&ACTOR, account, ada, Role::Administrator)
        .await
        .unwrap();
    d.manage_by_hand(&ACTOR, account, ada).await.unwrap();
}

//! Roles that people give and take, and users that they switch off.

use directory::provisioning::IfMatch;
use directory::{Action, Actor, EntryQuery, NewUser, Refusal, Role};
use serde_json::Value;

use crate::harness::{ACTOR, Harness, days, refusal};
use crate::idp::{Idp, last_entry};

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
async fn giving_and_taking_a_role_is_logged_once() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let ada = idp.user(&h, "ada").await.id;
    let staff = idp.group(&h, "Staff", &[&ada]).await.id;
    let count = || async {
        let query = EntryQuery {
            limit: 200,
            ..EntryQuery::default()
        };
        h.directory
            .list_entries(account, &query)
            .await
            .unwrap()
            .entries
            .len()
    };
    let before = count().await;
    for _ in 0..2 {
        h.directory
            .give_role(&person(), account, ada, Role::Member)
            .await
            .unwrap();
        h.directory
            .give_group_role(&person(), account, staff, Role::Auditor)
            .await
            .unwrap();
    }
    assert_eq!(count().await, before + 2);
    let entry = last_entry(&h, account).await;
    assert_eq!(
        (entry.action, entry.role),
        (Action::GiveGroupRole, Some(Role::Auditor))
    );
    assert_eq!(entry.subject.unwrap().name, "Staff");
    for _ in 0..2 {
        h.directory
            .take_role(&person(), account, ada, Role::Member)
            .await
            .unwrap();
        h.directory
            .take_group_role(&person(), account, staff, Role::Auditor)
            .await
            .unwrap();
    }
    assert_eq!(count().await, before + 4);
    // A group role is not a direct one, so that there is nothing to take from the user.
    h.directory
        .give_group_role(&person(), account, staff, Role::Auditor)
        .await
        .unwrap();
    h.directory
        .take_role(&person(), account, ada, Role::Auditor)
        .await
        .unwrap();
    assert_eq!(
        h.directory
            .get_user(account, ada)
            .await
            .unwrap()
            .row
            .roles
            .roles(),
        [Role::Auditor]
    );
}

#[tokio::test]
async fn a_manual_user_is_switched_off_and_on_and_a_managed_one_is_not() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let id = h
        .directory
        .add_user(&ACTOR, account, new("bob", &[Role::Member]))
        .await
        .unwrap();
    h.advance(days(1));
    h.directory
        .set_user_active(&person(), account, id, false)
        .await
        .unwrap();
    let view = h.directory.get_user(account, id).await.unwrap();
    assert_eq!(
        (
            view.row.active,
            view.row.roles.roles().len(),
            view.row.modified_at
        ),
        (false, 0, h.now())
    );
    assert!(
        view.attributes
            .iter()
            .any(|attribute| attribute.path == "active" && attribute.value == "false")
    );
    let entry = last_entry(&h, account).await;
    assert_eq!(
        (entry.action, &entry.changes[0].after),
        (Action::SetActive, &Value::Bool(false))
    );
    h.directory
        .set_user_active(&person(), account, id, false)
        .await
        .unwrap();
    assert_eq!(last_entry(&h, account).await, entry);
    h.directory
        .set_user_active(&person(), account, id, true)
        .await
        .unwrap();
    assert!(
        h.directory
            .get_user(account, id)
            .await
            .unwrap()
            .row
            .roles
            .has(Role::Member)
    );

    let ada = idp.user(&h, "ada").await.id;
    let refused = h.directory.set_user_active(&ACTOR, account, ada, false).await;
    assert_eq!(refusal(refused), Refusal::ManagedByScim);
}

#[tokio::test]
async fn nobody_takes_away_the_last_administrator_by_hand() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let h = &h;
    let last = |id| async move {
        h.directory
            .get_user(account, id)
            .await
            .unwrap()
            .is_last_administrator
    };

    // One by a direct role.
    let bob = h
        .directory
        .add_user(&ACTOR, account, new("bob", &[Role::Administrator]))
        .await
        .unwrap();
    assert!(last(bob).await);
    let take = h
        .directory
        .take_role(&person(), account, bob, Role::Administrator)
        .await;
    assert_eq!(refusal(take), Refusal::LastAdministrator);
    let off = h.directory.set_user_active(&person(), account, bob, false).await;
    assert_eq!(refusal(off), Refusal::LastAdministrator);
    assert!(
        h.directory
            .get_user(account, bob)
            .await
            .unwrap()
            .row
            .roles
            .has(Role::Administrator)
    );

    // A second by a group, through nesting: then the first can go.
    let ada = idp.user(h, "ada").await.id;
    let inner = idp.group(h, "Inner", &[&ada]).await.id;
    let admins = idp.group(h, "Admins", &[&inner]).await.id;
    h.directory
        .give_group_role(&ACTOR, account, admins, Role::Administrator)
        .await
        .unwrap();
    assert!(!last(bob).await && !last(ada).await);
    h.directory
        .take_role(&person(), account, bob, Role::Administrator)
        .await
        .unwrap();
    assert!(last(ada).await);
    let take = h
        .directory
        .take_group_role(&person(), account, admins, Role::Administrator)
        .await;
    assert_eq!(refusal(take), Refusal::LastAdministrator);

    // A break-glass one counts, as long as it is active.
    let breaker = NewUser {
        user_name: "breaker".to_owned(),
        break_glass: true,
        ..NewUser::default()
    };
    let breaker = h.directory.add_user(&ACTOR, account, breaker).await.unwrap();
    h.directory
        .take_group_role(&person(), account, admins, Role::Administrator)
        .await
        .unwrap();
    let off = h
        .directory
        .set_user_active(&person(), account, breaker, false)
        .await;
    assert_eq!(refusal(off), Refusal::LastAdministrator);

    // What the identity provider does is applied.
    h.directory
        .give_group_role(&ACTOR, account, admins, Role::Administrator)
        .await
        .unwrap();
    h.directory
        .set_user_active(&person(), account, breaker, false)
        .await
        .unwrap();
    assert!(last(ada).await);
    idp.on(h)
        .delete_user(&ada.to_string(), IfMatch::default())
        .await
        .unwrap();
    // Where nobody can administer the account any more, nothing more is taken away.
    h.directory
        .take_group_role(&person(), account, admins, Role::Administrator)
        .await
        .unwrap();
    // Another account's administrators are no help.
    let other = h.account("Other").await;
    let one = h
        .directory
        .add_user(&ACTOR, other, new("one", &[Role::Administrator]))
        .await
        .unwrap();
    h.directory
        .give_role(&ACTOR, account, bob, Role::Administrator)
        .await
        .unwrap();
    let take = h
        .directory
        .take_role(&person(), other, one, Role::Administrator)
        .await;
    assert_eq!(refusal(take), Refusal::LastAdministrator);
}

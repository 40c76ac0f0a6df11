//! Owners, accounts, links, sign-ins and tokens.

use directory::Action::{CreateAccount, CreateToken, EnableProvisioning, RevokeToken};
use directory::{Actor, ConsoleAccess, LinkPurpose, NewUser, Person, Refusal, Role, Secret};
use jiff::SignedDuration;

use crate::harness::{ACTOR, Harness, days, refusal};
use crate::tokens::token;

const PASSWORD: &str = "correct horse battery";
const HERE: &str = "192.0.2.1";

#[tokio::test]
async fn the_first_owner_link_works_once_and_only_while_there_is_no_owner() {
    let h = Harness::new().await;
    let link = h.directory.create_owner_link().await.unwrap().secret;
    assert_eq!(
        h.directory.find_link(&link).await.unwrap(),
        Some(LinkPurpose::FirstOwner)
    );

    let refused = h
        .directory
        .create_first_owner(&link, "nonsense", PASSWORD, "Acme")
        .await;
    assert_eq!(refusal(refused), Refusal::Email);
    let refused = h
        .directory
        .create_first_owner(&link, "owner@acme.test", "short", "Acme")
        .await;
    assert!(matches!(refusal(refused), Refusal::Password { .. }));
    let refused = h
        .directory
        .create_first_owner(&link, "owner@acme.test", PASSWORD, "  ")
        .await;
    assert!(matches!(refusal(refused), Refusal::Name { .. }));
    let wrong = Secret::presented("another");
    let refused = h
        .directory
        .create_first_owner(&wrong, "owner@acme.test", PASSWORD, "Acme")
        .await;
    assert_eq!(refusal(refused), Refusal::Link);
    assert!(!h.directory.has_owner().await.unwrap());

    let (owner, account) = h
        .directory
        .create_first_owner(&link, " owner@acme.test ", PASSWORD, "Acme")
        .await
        .unwrap();
    assert_eq!(owner.email, "owner@acme.test");
    assert_eq!(h.directory.list_accounts().await.unwrap(), vec![account]);
    assert_eq!(h.directory.find_link(&link).await.unwrap(), None);
    let again = h
        .directory
        .create_first_owner(&link, "second@acme.test", PASSWORD, "Other")
        .await;
    assert_eq!(refusal(again), Refusal::OwnerExists);
    assert_eq!(
        refusal(h.directory.create_owner_link().await),
        Refusal::OwnerExists
    );
}

#[tokio::test]
async fn an_owner_signs_in_by_email_in_any_letter_case_and_out_again() {
    let mut h = Harness::new().await;
    h.directory
        .set_owner(&ACTOR, "Owner@Acme.test", PASSWORD)
        .await
        .unwrap();
    let secret = h
        .directory
        .sign_in("owner@ACME.test", PASSWORD, HERE, "Firefox")
        .await
        .unwrap();
    let session = h.directory.find_session(&secret).await.unwrap().unwrap();
    assert!(matches!(&session.person, Person::Owner { email, .. } if email == "Owner@Acme.test"));

    h.restart().await;
    assert!(h.directory.find_session(&secret).await.unwrap().is_some());
    h.directory.sign_out(&session).await.unwrap();
    assert!(h.directory.find_session(&secret).await.unwrap().is_none());
}

#[tokio::test]
async fn wrong_names_and_wrong_passwords_get_the_same_answer_and_are_throttled() {
    let h = Harness::new().await;
    h.directory
        .set_owner(&ACTOR, "owner@acme.test", PASSWORD)
        .await
        .unwrap();
    assert_eq!(
        refusal(h.directory.sign_in("nobody@acme.test", PASSWORD, HERE, "").await),
        Refusal::SignIn
    );
    for _ in 0..10 {
        assert_eq!(
            refusal(
                h.directory
                    .sign_in("owner@acme.test", "wrong password", HERE, "")
                    .await
            ),
            Refusal::SignIn
        );
    }
    let throttled = refusal(h.directory.sign_in("owner@acme.test", PASSWORD, HERE, "").await);
    assert_eq!(throttled, Refusal::Throttled { seconds: 900 });
    h.advance(SignedDuration::from_mins(15));
    h.directory
        .sign_in("owner@acme.test", PASSWORD, HERE, "")
        .await
        .unwrap();
}

#[tokio::test]
async fn a_new_owner_password_ends_the_owners_sign_ins() {
    let h = Harness::new().await;
    h.directory
        .set_owner(&ACTOR, "owner@acme.test", PASSWORD)
        .await
        .unwrap();
    let secret = h
        .directory
        .sign_in("owner@acme.test", PASSWORD, HERE, "")
        .await
        .unwrap();
    h.directory
        .set_owner(&ACTOR, "OWNER@acme.test", "another password")
        .await
        .unwrap();
    assert!(h.directory.find_session(&secret).await.unwrap().is_none());
    assert_eq!(
        refusal(h.directory.sign_in("owner@acme.test", PASSWORD, HERE, "").await),
        Refusal::SignIn
    );
    h.directory
        .sign_in("owner@acme.test", "another password", HERE, "")
        .await
        .unwrap();
}

#[tokio::test]
async fn a_sign_in_ends_when_idle_and_after_a_week_however_busy() {
    let h = Harness::new().await;
    h.directory
        .set_owner(&ACTOR, "owner@acme.test", PASSWORD)
        .await
        .unwrap();
    let idle = h
        .directory
        .sign_in("owner@acme.test", PASSWORD, HERE, "")
        .await
        .unwrap();
    let busy = h
        .directory
        .sign_in("owner@acme.test", PASSWORD, HERE, "")
        .await
        .unwrap();
    for hour in 1..7 * 24 {
        h.advance(SignedDuration::from_hours(1));
        assert!(
            h.directory.find_session(&busy).await.unwrap().is_some(),
            "after {hour} hours"
        );
    }
    assert!(h.directory.find_session(&idle).await.unwrap().is_none());
    h.advance(SignedDuration::from_hours(1));
    assert!(h.directory.find_session(&busy).await.unwrap().is_none());
}

#[tokio::test]
async fn a_user_sets_a_password_by_link_and_loses_the_console_with_the_role() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let user = NewUser {
        user_name: "ada@acme.test".into(),
        roles: vec![Role::Auditor],
        ..NewUser::default()
    };
    let ada = h.directory.add_user(&ACTOR, account, user).await.unwrap();
    let member = NewUser {
        user_name: "grace@acme.test".into(),
        roles: vec![Role::Member],
        ..NewUser::default()
    };
    let grace = h.directory.add_user(&ACTOR, account, member).await.unwrap();
    let refused = h.directory.create_password_link(&ACTOR, account, grace).await;
    assert_eq!(refusal(refused), Refusal::NoConsoleRole);

    let first = h
        .directory
        .create_password_link(&ACTOR, account, ada)
        .await
        .unwrap()
        .secret;
    let link = h
        .directory
        .create_password_link(&ACTOR, account, ada)
        .await
        .unwrap()
        .secret;
    assert_eq!(h.directory.find_link(&first).await.unwrap(), None);
    let purpose = LinkPurpose::Password {
        account,
        user: ada,
        user_name: "ada@acme.test".into(),
    };
    assert_eq!(h.directory.find_link(&link).await.unwrap(), Some(purpose));
    assert!(matches!(
        refusal(h.directory.set_password(&link, "short").await),
        Refusal::Password { .. }
    ));
    h.directory.set_password(&link, PASSWORD).await.unwrap();
    assert_eq!(
        refusal(h.directory.set_password(&link, PASSWORD).await),
        Refusal::Link
    );

    let secret = h
        .directory
        .sign_in("ADA@acme.test", PASSWORD, HERE, "")
        .await
        .unwrap();
    let session = h.directory.find_session(&secret).await.unwrap().unwrap();
    let Person::User {
        access, account: own, ..
    } = &session.person
    else {
        panic!("{session:?}")
    };
    assert_eq!((*access, *own), (ConsoleAccess::Auditor, account));
    assert!(session.person.may_read(account) && !session.person.may_write(account));

    h.directory
        .take_role(&ACTOR, account, ada, Role::Auditor)
        .await
        .unwrap();
    assert!(h.directory.find_session(&secret).await.unwrap().is_none());
    assert_eq!(
        refusal(h.directory.sign_in("ada@acme.test", PASSWORD, HERE, "").await),
        Refusal::SignIn
    );
}

#[tokio::test]
async fn a_link_expires() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let user = NewUser {
        user_name: "ada@acme.test".into(),
        roles: vec![Role::Administrator],
        ..NewUser::default()
    };
    let ada = h.directory.add_user(&ACTOR, account, user).await.unwrap();
    let link = h
        .directory
        .create_password_link(&ACTOR, account, ada)
        .await
        .unwrap();
    h.clock.set(link.expires_at);
    assert_eq!(h.directory.find_link(&link.secret).await.unwrap(), None);
    assert_eq!(
        refusal(h.directory.set_password(&link.secret, PASSWORD).await),
        Refusal::Link
    );
}

#[tokio::test]
async fn a_username_that_is_an_owners_email_gets_no_password() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let user = NewUser {
        user_name: "boss@acme.test".into(),
        roles: vec![Role::Administrator],
        ..NewUser::default()
    };
    let boss = h.directory.add_user(&ACTOR, account, user).await.unwrap();
    let link = h
        .directory
        .create_password_link(&ACTOR, account, boss)
        .await
        .unwrap()
        .secret;
    h.directory.set_password(&link, PASSWORD).await.unwrap();
    let secret = h
        .directory
        .sign_in("boss@acme.test", PASSWORD, HERE, "")
        .await
        .unwrap();

    h.directory
        .set_owner(&ACTOR, "Boss@acme.test", "the owner's password")
        .await
        .unwrap();
    assert!(h.directory.find_session(&secret).await.unwrap().is_none());
    assert_eq!(
        refusal(h.directory.sign_in("boss@acme.test", PASSWORD, HERE, "").await),
        Refusal::SignIn
    );
    let refused = h.directory.create_password_link(&ACTOR, account, boss).await;
    assert_eq!(refusal(refused), Refusal::UserNameIsOwners);
}

#[tokio::test]
async fn who_switched_and_who_made_what_is_in_the_log() {
    let h = Harness::new().await;
    let acme = h.account("Acme").await;
    let owner = Actor::Owner {
        email: "owner@acme.test".into(),
    };
    h.directory.enable_provisioning(&owner, acme).await.unwrap();
    h.directory.enable_provisioning(&owner, acme).await.unwrap();
    let (made, secret) = h
        .directory
        .create_token(&owner, acme, token(&h, "Entra", days(90)))
        .await
        .unwrap();
    h.directory.revoke_token(&owner, acme, made.id).await.unwrap();

    let query = directory::EntryQuery {
        limit: 50,
        ..directory::EntryQuery::default()
    };
    let page = h.directory.list_entries(acme, &query).await.unwrap();
    let actions: Vec<_> = page.entries.iter().rev().map(|entry| entry.action).collect();
    assert_eq!(
        actions,
        [CreateAccount, EnableProvisioning, CreateToken, RevokeToken]
    );
    assert!(page.entries[..3].iter().all(|entry| entry.actor == owner));
    let text = serde_json::to_string(&page.entries).unwrap();
    assert!(!text.contains(secret.expose()), "a secret is never logged");
}

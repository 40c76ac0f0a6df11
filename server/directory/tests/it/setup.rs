//! What belongs to the set-up: links for a colleague, wishes for guides, scratch accounts.

use directory::{Action, Actor, DirectoryError, EntryQuery, Refusal, Secret, WishState};

use crate::harness::{ACTOR, Harness, days};
use crate::idp::{Idp, group, user};

#[tokio::test]
async fn a_link_to_the_set_up_opens_its_account_until_it_expires_or_is_withdrawn() {
    let mut h = Harness::new().await;
    let (account, other) = (h.account("Acme").await, h.account("Globex").await);
    let link = h.directory.create_setup_link(&ACTOR, account, 7).await.unwrap();
    let second = h.directory.create_setup_link(&ACTOR, account, 30).await.unwrap();
    h.restart().await;
    let found = |secret: Secret| {
        let directory = h.directory.clone();
        async move {
            let found = directory.find_setup_link(&secret).await.unwrap();
            found.map(|(account, _)| account)
        }
    };
    let again = |secret: &Secret| Secret::presented(secret.expose());
    assert_eq!(found(again(&link.secret)).await, Some(account));
    assert_eq!(found(Secret::presented("guess")).await, None);
    assert_eq!(h.directory.list_setup_links(other).await.unwrap(), []);

    h.advance(days(7));
    assert_eq!(found(again(&link.secret)).await, None, "it has expired");
    let links = h.directory.list_setup_links(account).await.unwrap();
    assert_eq!(links.len(), 1);
    h.directory
        .withdraw_setup_link(&ACTOR, other, links[0].id)
        .await
        .unwrap();
    assert_eq!(
        found(again(&second.secret)).await,
        Some(account),
        "another account's is none"
    );
    h.directory
        .withdraw_setup_link(&ACTOR, account, links[0].id)
        .await
        .unwrap();
    assert_eq!(found(again(&second.secret)).await, None);

    for wrong in [0, 91] {
        let refused = h.directory.create_setup_link(&ACTOR, account, wrong).await;
        assert!(matches!(
            refused,
            Err(DirectoryError::Refused(Refusal::Days { most: 90 }))
        ));
    }
    let entries = h
        .directory
        .list_entries(
            account,
            &EntryQuery {
                limit: 10,
                ..EntryQuery::default()
            },
        )
        .await
        .unwrap();
    let actions: Vec<Action> = entries.entries.iter().map(|entry| entry.action).collect();
    assert_eq!(
        actions,
        [
            Action::WithdrawSetup,
            Action::ShareSetup,
            Action::ShareSetup,
            Action::CreateAccount
        ]
    );
    let text = format!("{:?}", entries.entries);
    assert!(!text.contains(link.secret.expose()) && !text.contains(second.secret.expose()));
}

#[tokio::test]
async fn the_same_wish_of_two_accounts_counts_two_and_each_sees_its_own_note_alone() {
    let h = Harness::new().await;
    let (account, other) = (h.account("Acme").await, h.account("Globex").await);
    let ada = Actor::Owner {
        email: "ada@acme.test".to_owned(),
    };
    h.directory
        .wish(&ada, account, " Zitadel ", "users only")
        .await
        .unwrap();
    h.directory
        .wish(&ACTOR, other, "ZITADEL", "secret")
        .await
        .unwrap();
    h.directory.wish(&ACTOR, other, "Shibboleth", "").await.unwrap();
    h.directory
        .wish(&ada, account, "zitadel", "users and groups")
        .await
        .unwrap();

    let own = h.directory.list_wishes(Some(account)).await.unwrap();
    assert_eq!(own.len(), 1);
    assert_eq!((own[0].name.as_str(), own[0].count), ("Zitadel", 2));
    assert_eq!(own[0].notes.len(), 1);
    assert_eq!(own[0].notes[0].note, "users and groups");

    let all = h.directory.list_wishes(None).await.unwrap();
    let names: Vec<(&str, u64, usize)> = all
        .iter()
        .map(|wish| (wish.name.as_str(), wish.count, wish.notes.len()))
        .collect();
    assert_eq!(names, [("Zitadel", 2, 2), ("Shibboleth", 1, 1)]);

    h.directory
        .answer_wish("zitadel", WishState::Done, "Version 2 has it.")
        .await
        .unwrap();
    let own = h.directory.list_wishes(Some(account)).await.unwrap();
    assert_eq!(
        (own[0].state, own[0].answer.as_str()),
        (WishState::Done, "Version 2 has it.")
    );
    h.directory.wish(&ACTOR, other, "Zitadel", "again").await.unwrap();
    assert_eq!(
        h.directory.list_wishes(Some(other)).await.unwrap()[0].state,
        WishState::Open
    );
    assert!(matches!(
        h.directory.answer_wish("Nobody", WishState::Done, "").await,
        Err(DirectoryError::NotFound)
    ));
}

#[tokio::test]
async fn a_scratch_account_is_seen_by_nobody_and_leaves_nothing() {
    let mut h = Harness::new().await;
    let real = h.account("Acme").await;
    let scratch = h.directory.create_scratch_account().await.unwrap().id;
    let names = h.directory.list_accounts().await.unwrap();
    assert_eq!(names.len(), 1);
    assert!(matches!(
        h.directory.get_account(scratch).await,
        Err(DirectoryError::NotFound)
    ));

    let idp = Idp::of(&h, scratch);
    let ada = idp.on(&h).create_user(user("ada")).await.unwrap().user.id;
    idp.on(&h).create_group(group("Sales", &[&ada])).await.unwrap();
    let beyond = h.directory.remove_scratch_account(real).await;
    beyond.unwrap();
    assert!(
        h.directory.get_account(real).await.is_ok(),
        "a real account stays"
    );

    h.restart().await;
    h.directory.remove_scratch_accounts().await.unwrap();
    let own = Idp::of(&h, real);
    let again = own.on(&h).create_user(user("ada")).await.unwrap();
    assert!(!again.converted, "the name is free");
    assert_eq!(h.directory.list_accounts().await.unwrap().len(), 1);
}

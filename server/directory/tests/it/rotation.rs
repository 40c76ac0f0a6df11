//! From one token to its successor.

use directory::log::Request;
use directory::{
    AccountId, Action, Actor, DirectoryError, EntryQuery, NewToken, Refusal, Replacement, Secret, Token,
    TokenId, TokenRefusal,
};
use jiff::SignedDuration;

use crate::harness::{ACTOR, Harness, days};

async fn make(
    h: &Harness,
    account: AccountId,
    valid: i64,
    replaces: Option<Replacement>,
) -> (TokenId, Secret) {
    make_of_kind(h, account, valid, replaces, false).await
}

async fn make_of_kind(
    h: &Harness,
    account: AccountId,
    valid: i64,
    replaces: Option<Replacement>,
    read_only: bool,
) -> (TokenId, Secret) {
    let new = NewToken {
        name: String::new(),
        expires_at: h.now() + days(valid),
        read_only,
        replaces,
    };
    let (token, secret) = h.directory.create_token(&ACTOR, account, new).await.unwrap();
    (token.id, secret)
}

async fn is_taken(h: &Harness, account: AccountId, secret: &Secret) -> Result<(), TokenRefusal> {
    let header = format!("Bearer {}", secret.expose());
    let answer = h
        .directory
        .authenticate(&account.to_string(), Some(&header), &Request::default())
        .await
        .unwrap();
    answer.map(drop)
}

async fn find(h: &Harness, account: AccountId, id: TokenId) -> Token {
    let tokens = h.directory.list_tokens(account).await.unwrap();
    tokens.into_iter().find(|token| token.id == id).unwrap()
}

/// What Rollcall did by itself, newest first.
async fn by_itself(h: &Harness, account: AccountId) -> Vec<Action> {
    let entries = h
        .directory
        .list_entries(
            account,
            &EntryQuery {
                limit: 200,
                ..EntryQuery::default()
            },
        )
        .await
        .unwrap()
        .entries;
    entries
        .into_iter()
        .filter(|entry| entry.actor == Actor::Rollcall)
        .map(|entry| entry.action)
        .collect()
}

#[tokio::test]
async fn the_old_token_ends_a_while_after_the_first_use_of_the_new_one() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    h.directory.enable_provisioning(&ACTOR, account).await.unwrap();
    let (old, old_secret) = make(&h, account, 90, None).await;
    let replaces = Replacement {
        token: old,
        grace: days(1),
    };
    let (new, new_secret) = make(&h, account, 180, Some(replaces)).await;
    let planned = find(&h, account, old).await.expires_at;

    h.advance(days(3));
    is_taken(&h, account, &old_secret).await.unwrap();
    h.directory.store_token_uses().await.unwrap();
    assert_eq!(
        find(&h, account, old).await.expires_at,
        planned,
        "the new one has not been used"
    );

    let first_use = h.now();
    is_taken(&h, account, &new_secret).await.unwrap();
    h.advance(SignedDuration::from_mins(5));
    is_taken(&h, account, &new_secret).await.unwrap();
    h.directory.store_token_uses().await.unwrap();
    assert_eq!(find(&h, account, new).await.first_used_at, Some(first_use));
    assert_eq!(find(&h, account, old).await.expires_at, first_use + days(1));
    assert_eq!(by_itself(&h, account).await, [Action::EndToken]);

    is_taken(&h, account, &old_secret).await.unwrap();
    h.advance(days(1));
    assert_eq!(
        is_taken(&h, account, &old_secret).await,
        Err(TokenRefusal::Expired(old))
    );
    is_taken(&h, account, &new_secret).await.unwrap();
    h.directory.store_token_uses().await.unwrap();
    assert_eq!(
        by_itself(&h, account).await,
        [Action::EndToken],
        "a second use ends nothing anew"
    );
}

#[tokio::test]
async fn a_token_can_only_take_the_place_of_a_live_one_of_its_kind_and_account() {
    let h = Harness::new().await;
    let (account, other) = (h.account("Acme").await, h.account("Globex").await);
    let (theirs, _) = make(&h, other, 90, None).await;
    let (revoked, _) = make(&h, account, 90, None).await;
    h.directory.revoke_token(&ACTOR, account, revoked).await.unwrap();
    let (live, _) = make(&h, account, 90, None).await;
    for (token, read_only) in [(theirs, false), (revoked, false), (live, true)] {
        let new = NewToken {
            name: String::new(),
            expires_at: h.now() + days(90),
            read_only,
            replaces: Some(Replacement {
                token,
                grace: SignedDuration::ZERO,
            }),
        };
        let refused = h.directory.create_token(&ACTOR, account, new).await;
        assert!(matches!(
            refused,
            Err(DirectoryError::Refused(Refusal::NothingToReplace))
        ));
    }
}

#[tokio::test]
async fn an_end_is_announced_at_thirty_fourteen_seven_and_one_days_until_a_successor_is_in_use() {
    let mut h = Harness::new().await;
    let account = h.account("Acme").await;
    h.directory.enable_provisioning(&ACTOR, account).await.unwrap();
    make(&h, account, 60, None).await;
    let mut announced = Vec::new();
    for day in 0..60 {
        if !h.directory.announce_ending_tokens().await.unwrap().is_empty() {
            announced.push(60 - day);
        }
        assert_eq!(
            h.directory.announce_ending_tokens().await.unwrap(),
            [],
            "once is enough"
        );
        let ends_soon = h.directory.ending_token(account).await.unwrap().is_some();
        assert_eq!(ends_soon, day >= 30, "day {day}");
        if day == 40 {
            h.restart().await;
        }
        h.advance(days(1));
    }
    assert_eq!(announced, [30, 14, 7, 1]);
    assert_eq!(by_itself(&h, account).await, [Action::AnnounceTokenEnd; 4]);

    h.advance(days(1));
    make(&h, account, 20, None).await;
    assert_eq!(h.directory.announce_ending_tokens().await.unwrap(), []);
    assert!(h.directory.ending_token(account).await.unwrap().is_some());
    let (_, successor) = make(&h, account, 300, None).await;
    h.advance(days(7));
    assert_eq!(h.directory.announce_ending_tokens().await.unwrap().len(), 1);
    is_taken(&h, account, &successor).await.unwrap();
    h.directory.store_token_uses().await.unwrap();
    h.advance(days(7));
    assert_eq!(h.directory.announce_ending_tokens().await.unwrap(), []);
    assert_eq!(h.directory.ending_token(account).await.unwrap(), None);
}

#[tokio::test]
async fn an_end_is_announced_whatever_another_apps_token_does() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    h.directory.enable_provisioning(&ACTOR, account).await.unwrap();
    let (reporting, _) = make_of_kind(&h, account, 10, None, true).await;
    let (_, payroll) = make_of_kind(&h, account, 300, None, true).await;
    is_taken(&h, account, &payroll).await.unwrap();
    h.directory.store_token_uses().await.unwrap();
    let ending = h.directory.ending_token(account).await.unwrap().unwrap();
    assert_eq!((ending.token, ending.read_only), (reporting, true));

    let replaces = Replacement {
        token: reporting,
        grace: days(1),
    };
    let (_, successor) = make_of_kind(&h, account, 300, Some(replaces), true).await;
    assert!(h.directory.ending_token(account).await.unwrap().is_some());
    is_taken(&h, account, &successor).await.unwrap();
    h.directory.store_token_uses().await.unwrap();
    assert_eq!(h.directory.ending_token(account).await.unwrap(), None);
}

#[tokio::test]
async fn an_end_is_announced_where_the_longer_token_lies_idle() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    h.directory.enable_provisioning(&ACTOR, account).await.unwrap();
    let (_, idle) = make(&h, account, 300, None).await;
    is_taken(&h, account, &idle).await.unwrap();
    h.advance(days(1));
    let (in_use, secret) = make(&h, account, 20, None).await;
    is_taken(&h, account, &secret).await.unwrap();
    h.directory.store_token_uses().await.unwrap();
    let ending = h.directory.ending_token(account).await.unwrap().unwrap();
    assert_eq!((ending.token, ending.read_only), (in_use, false));
}

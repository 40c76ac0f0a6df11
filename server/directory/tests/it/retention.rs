//! How long the log is kept, and what is counted each day.

use directory::{AccountId, Action, Actor, Counts, EntryQuery, Retention};
use jiff::SignedDuration;

use crate::harness::{Harness, days};
use crate::idp::Idp;

async fn entries(h: &Harness, account: AccountId) -> usize {
    let (mut count, mut query) = (
        0,
        EntryQuery {
            limit: 200,
            ..EntryQuery::default()
        },
    );
    loop {
        let page = h.directory.list_entries(account, &query).await.unwrap();
        count += page.entries.len();
        query.before = page.next;
        if page.next.is_none() {
            return count;
        }
    }
}

#[tokio::test]
async fn entries_go_by_age_and_by_number_and_setting_it_is_an_entry() {
    let h = Harness::new().await;
    let (account, other) = (h.account("Acme").await, h.account("Other").await);
    let idp = Idp::of(&h, account);
    for number in 0..1_300 {
        idp.user(&h, &format!("user-{number}")).await;
    }
    h.advance(days(30));
    idp.user(&h, "newest").await;
    assert_eq!(h.directory.tidy().await.unwrap(), 0);
    assert_eq!(
        h.directory.get_retention(account).await.unwrap(),
        Retention::default()
    );

    let owner = Actor::Owner {
        email: "owner@acme.test".to_owned(),
    };
    let retention = Retention {
        days: 90,
        entries: 1_000,
    };
    for _ in 0..2 {
        h.directory
            .set_retention(&owner, account, retention)
            .await
            .unwrap();
    }
    let latest = EntryQuery {
        limit: 2,
        ..EntryQuery::default()
    };
    let page = h.directory.list_entries(account, &latest).await.unwrap();
    assert_eq!(page.entries[0].action, Action::SetRetention);
    assert_eq!(page.entries[0].changes.len(), 1);
    assert_ne!(
        page.entries[1].action,
        Action::SetRetention,
        "what changes nothing leaves no entry"
    );

    assert_eq!(h.directory.tidy().await.unwrap(), 1_303 - 1_000);
    assert_eq!(entries(&h, account).await, 1_000);
    h.advance(days(61));
    assert_eq!(
        h.directory.tidy().await.unwrap(),
        998 + 1,
        "998 of this account, 1 of the other"
    );
    assert_eq!(entries(&h, account).await, 2);
    assert_eq!(entries(&h, other).await, 0);
}

#[tokio::test]
async fn how_many_there_are_is_noted_each_day() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let mut expected = Vec::new();
    for day in 0..3 {
        idp.user(&h, &format!("user-{day}")).await;
        h.directory.tidy().await.unwrap();
        idp.on(&h)
            .create_user(crate::idp::user("user-0"))
            .await
            .unwrap_err();
        h.directory.tidy().await.unwrap();
        expected.push(Counts {
            scim_users: day + 1,
            refused: 1,
            ..Counts::default()
        });
        h.advance(SignedDuration::from_hours(24));
    }
    let counted = h.directory.daily_counts(account, 30).await.unwrap();
    assert_eq!(counted.iter().map(|day| day.counts).collect::<Vec<_>>(), expected);
    assert_eq!(counted[0].day.to_string(), "2026-12-01");
    assert_eq!(h.directory.daily_counts(account, 2).await.unwrap().len(), 2);
}

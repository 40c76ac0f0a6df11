//! Finding entries of the log.

use directory::log::search::{Kind, Who};
use directory::provisioning::IfMatch;
use directory::{AccountId, Actor, EntryQuery, NewUser, Outcome, Role};
use jiff::SignedDuration;

use crate::harness::{ACTOR, Harness};
use crate::idp::Idp;

fn ada() -> Actor {
    Actor::Owner {
        email: "ada@acme.test".to_owned(),
    }
}

/// What a search finds, as `action of subject`, newest first; all pages, which are of two.
async fn found(h: &Harness, account: AccountId, query: EntryQuery) -> Vec<String> {
    let mut query = EntryQuery { limit: 2, ..query };
    let mut lines = Vec::new();
    loop {
        let page = h.directory.list_entries(account, &query).await.unwrap();
        assert!(page.entries.len() <= 2);
        lines.extend(page.entries.iter().map(|entry| {
            let action = serde_json::to_value(entry.action).unwrap();
            let subject = entry.subject.as_ref().map_or("-", |subject| &subject.name);
            format!("{} {subject}", action.as_str().unwrap())
        }));
        query.before = page.next;
        if page.next.is_none() {
            return lines;
        }
    }
}

async fn story(h: &Harness) -> AccountId {
    let account = h.account("Acme").await;
    let idp = Idp::of(h, account);
    let grace = idp.user(h, "grace@acme.test").await.id;
    let greta = idp.user(h, "Greta@acme.test").await.id;
    let sales = idp.group(h, "Sales", &[&grace]).await.id;
    h.advance(SignedDuration::from_hours(1));
    idp.on(h)
        .create_user(crate::idp::user("grace@acme.test"))
        .await
        .unwrap_err();
    idp.on(h)
        .delete_user(&greta.to_string(), IfMatch::default())
        .await
        .unwrap();
    h.advance(SignedDuration::from_hours(1));
    h.directory
        .give_group_role(&ada(), account, sales, Role::Member)
        .await
        .unwrap();
    h.directory.enable_provisioning(&ACTOR, account).await.unwrap();
    account
}

#[tokio::test]
async fn each_filter_narrows_and_pages_leave_nothing_out() {
    let h = Harness::new().await;
    let account = story(&h).await;
    let start = h.now() - SignedDuration::from_hours(2);
    let hours = SignedDuration::from_hours;
    let all = EntryQuery::default;
    let cases: [(&str, EntryQuery, &[&str]); 10] = [
        (
            "refused",
            EntryQuery {
                outcomes: vec![Outcome::Refused],
                ..all()
            },
            &["create_user grace@acme.test"],
        ),
        (
            "unchanged",
            EntryQuery {
                outcomes: vec![Outcome::Unchanged],
                ..all()
            },
            &[],
        ),
        (
            "people",
            EntryQuery {
                who: Some(Who::People),
                ..all()
            },
            &[
                "enable_provisioning -",
                "give_group_role Sales",
                "create_account Acme",
            ],
        ),
        (
            "one person",
            EntryQuery {
                who: Some(Who::Person("ada@acme.test".to_owned())),
                ..all()
            },
            &["give_group_role Sales"],
        ),
        (
            "roles",
            EntryQuery {
                kind: Some(Kind::Roles),
                ..all()
            },
            &["give_group_role Sales"],
        ),
        (
            "groups by tokens",
            EntryQuery {
                kind: Some(Kind::Groups),
                who: Some(Who::Tokens),
                ..all()
            },
            &["create_group Sales"],
        ),
        (
            "an hour",
            EntryQuery {
                from: Some(start + hours(1)),
                until: Some(start + hours(2)),
                ..all()
            },
            &["delete_user Greta@acme.test", "create_user grace@acme.test"],
        ),
        (
            "a name's beginning, in any letter-case, whether the user is there, was deleted or refused",
            EntryQuery {
                search: " GR".to_owned(),
                ..all()
            },
            &[
                "delete_user Greta@acme.test",
                "create_user grace@acme.test",
                "create_user Greta@acme.test",
                "create_user grace@acme.test",
            ],
        ),
        (
            "a group",
            EntryQuery {
                search: "sales".to_owned(),
                ..all()
            },
            &["give_group_role Sales", "create_group Sales"],
        ),
        (
            "nobody",
            EntryQuery {
                search: "heidi".to_owned(),
                ..all()
            },
            &[],
        ),
    ];
    for (name, query, expected) in cases {
        assert_eq!(found(&h, account, query).await, expected, "{name}");
    }
    assert_eq!(found(&h, account, all()).await.len(), 8);
    let by_request = EntryQuery {
        search: "request-1".to_owned(),
        ..all()
    };
    assert_eq!(found(&h, account, by_request.clone()).await.len(), 5);
    let other = h.account("Other").await;
    for query in [
        by_request,
        EntryQuery {
            search: "gr".to_owned(),
            ..all()
        },
    ] {
        assert!(found(&h, other, query).await.is_empty());
    }
}

#[tokio::test]
async fn newer_entries_than_one_are_found() {
    let h = Harness::new().await;
    let account = story(&h).await;
    let latest = |after, limit| EntryQuery {
        after,
        limit,
        ..EntryQuery::default()
    };
    let page = h.directory.list_entries(account, &latest(None, 1)).await.unwrap();
    let newest = Some(page.entries[0].id);
    let page = h
        .directory
        .list_entries(account, &latest(newest, 9))
        .await
        .unwrap();
    assert!(page.entries.is_empty());
    let eve = NewUser {
        user_name: "eve".to_owned(),
        ..NewUser::default()
    };
    h.directory.add_user(&ada(), account, eve).await.unwrap();
    let page = h
        .directory
        .list_entries(account, &latest(newest, 9))
        .await
        .unwrap();
    assert_eq!(page.entries.len(), 1);
}

//! The preview: what it says is what then happens.

use directory::provisioning::matching::Decision;
use directory::provisioning::preview::{Difference, MOST_PREVIEWED};
use directory::{AccountId, Actor, NewUser, Role};
use proptest::prelude::*;

use crate::harness::Harness;
use crate::idp::{Idp, user};

async fn manual(h: &Harness, account: AccountId, user_name: &str, roles: &[Role], break_glass: bool) {
    let user = NewUser {
        user_name: user_name.to_owned(),
        roles: roles.to_vec(),
        break_glass,
        ..NewUser::default()
    };
    let owner = Actor::Owner {
        email: "olga@acme.test".to_owned(),
    };
    h.directory.add_user(&owner, account, user).await.unwrap();
}

#[tokio::test]
async fn each_username_is_told_what_will_become_of_it() {
    let h = Harness::new().await;
    let (account, other) = (h.account("Acme").await, h.account("Other").await);
    manual(&h, account, "Ada@acme.test", &[Role::Auditor], false).await;
    manual(&h, account, "bob@acme.com", &[], false).await;
    manual(&h, account, "glass@acme.test", &[Role::Administrator], true).await;
    manual(&h, other, "secret@acme.test", &[], false).await;
    Idp::of(&h, account).user(&h, "managed@acme.test").await;

    let list = [
        "ada@acme.test",
        "bob@acme.test",
        "glass@acme.test",
        "secret@acme.test",
        "managed@acme.test",
        "new@acme.test",
        "NEW@acme.test",
    ]
    .map(str::to_owned);
    let preview = h.directory.preview(account, &list).await.unwrap();
    let decisions: Vec<Decision> = preview.lines.iter().map(|line| line.decision).collect();
    assert_eq!(
        decisions,
        [
            Decision::Converted,
            Decision::Created,
            Decision::BreakGlass,
            Decision::OtherAccount,
            Decision::AlreadyManaged,
            Decision::Created,
            Decision::AlreadyManaged,
        ]
    );
    assert_eq!(preview.lines[0].keeps, [Role::Auditor]);
    let near = preview.lines[1].near.as_ref().unwrap();
    assert_eq!(
        (near.user_name.as_str(), near.difference),
        ("bob@acme.com", Difference::Domain)
    );
    assert!(preview.lines[5].near.is_none());
    let repeated: Vec<bool> = preview.lines.iter().map(|line| line.repeated).collect();
    assert_eq!(repeated, [false, false, false, false, false, false, true]);
    assert_eq!(preview.staying, ["bob@acme.com"]);
}

#[tokio::test]
async fn who_is_named_beyond_the_limit_does_not_stay_manual() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    manual(&h, account, "late@acme.test", &[], false).await;
    let mut list: Vec<String> = (0..MOST_PREVIEWED)
        .map(|number| format!("user{number}@acme.test"))
        .collect();
    list.push("late@acme.test".to_owned());
    let preview = h.directory.preview(account, &list).await.unwrap();
    assert_eq!((preview.lines.len(), preview.left_out), (MOST_PREVIEWED, 1));
    assert_eq!(preview.staying, [""; 0]);
}

#[tokio::test]
async fn break_glass_administrators_are_no_candidates_wherever_they_stand() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    for number in 0..4 {
        manual(&h, account, &format!("user{number}@acme.test"), &[], false).await;
    }
    manual(&h, account, "zoe@acme.test", &[Role::Administrator], true).await;
    let candidates = h.directory.candidates(account, 2).await.unwrap();
    assert_eq!(candidates.names, ["user0@acme.test", "user1@acme.test"]);
    assert_eq!(candidates.total, 4);
    assert_eq!(candidates.outside, ["zoe@acme.test"]);
}

/// Who is there: in this account or the other, manual, break-glass or managed.
fn people() -> impl Strategy<Value = Vec<(u8, bool, u8)>> {
    prop::collection::vec((0u8..8, any::<bool>(), 0u8..3), 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_preview_is_what_happens(people in people(), list in prop::collection::vec((0u8..10, any::<bool>()), 0..12)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let h = Harness::new().await;
            let (account, other) = (h.account("Acme").await, h.account("Other").await);
            let mut taken = std::collections::HashSet::new();
            for (number, here, kind) in people {
                if !taken.insert(number) {
                    continue;
                }
                let (of, name) = (if here { account } else { other }, format!("user{number}@acme.test"));
                match kind {
                    0 => manual(&h, of, &name, &[Role::Member], false).await,
                    1 => manual(&h, of, &name, &[Role::Administrator], true).await,
                    _ => { Idp::of(&h, of).user(&h, &name).await; }
                }
            }
            let list: Vec<String> = list
                .into_iter()
                .map(|(number, upper)| format!("{}{number}@acme.test", if upper { "USER" } else { "user" }))
                .collect();
            let preview = h.directory.preview(account, &list).await.unwrap();
            let idp = Idp::of(&h, account);
            for line in preview.lines {
                let answer = idp.on(&h).create_user(user(&line.user_name)).await;
                match (line.decision, answer) {
                    (Decision::Created, Ok(created)) => assert!(!created.converted),
                    (Decision::Converted, Ok(created)) => assert!(created.converted),
                    (decision, Err(error)) => {
                        assert!(!decision.is_accepted(), "{line:?}", line = line.user_name);
                        assert_eq!(error.status, 409);
                    }
                    (decision, Ok(_)) => panic!("{decision:?} was foretold of {}", line.user_name),
                }
            }
        });
    }
}

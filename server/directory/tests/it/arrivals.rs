//! What reaches an account, and who is turned away at the door.

use directory::log::Request;
use directory::provisioning::IfMatch;
use directory::provisioning::arrival::{DoorRefusal, Milestone};
use directory::{AccountId, Actor, Role};
use serde_json::json;

use crate::harness::Harness;
use crate::idp::{Idp, add_members, patch};

async fn passed(h: &Harness, account: AccountId) -> Vec<Milestone> {
    h.directory
        .arrivals(account)
        .await
        .unwrap()
        .passed
        .into_keys()
        .collect()
}

#[tokio::test]
async fn milestones_are_passed_one_after_another_and_outlive_a_restart() {
    let mut h = Harness::new().await;
    let account = h.account("Acme").await;
    let other = h.account("Other").await;
    let idp = Idp::of(&h, account);
    assert_eq!(passed(&h, account).await, []);
    idp.list_users(&h, "").await.unwrap();
    assert_eq!(passed(&h, account).await, [], "a list is no lookup");
    let mut changes = h.directory.follow_arrivals();
    idp.list_users(&h, "userName eq \"ada\"").await.unwrap();
    assert_eq!(changes.try_recv(), Ok(account));
    let ada = idp.user(&h, "ada").await.id;
    let title = patch(json!([{"op": "add", "path": "title", "value": "x"}]));
    idp.on(&h)
        .patch_user(&ada.to_string(), title, IfMatch::default())
        .await
        .unwrap();
    let sales = idp.group(&h, "Sales", &[]).await.id;
    assert_eq!(
        passed(&h, account).await,
        [
            Milestone::Lookup,
            Milestone::User,
            Milestone::Update,
            Milestone::Group
        ]
    );
    h.directory
        .give_group_role(&Actor::CommandLine, account, sales, Role::Auditor)
        .await
        .unwrap();
    assert!(
        !passed(&h, account).await.contains(&Milestone::Role),
        "nobody holds it yet"
    );
    idp.patch_group(&h, sales, add_members(&[&ada])).await;
    let arrivals = h.directory.arrivals(account).await.unwrap();
    assert_eq!(arrivals.passed.len(), 6);
    assert_eq!(arrivals.passed[&Milestone::User].name, "ada");
    assert_eq!(arrivals.passed[&Milestone::Role].name, "Sales");
    assert_eq!(passed(&h, other).await, []);

    h.directory.store_token_uses().await.unwrap();
    h.restart().await;
    assert_eq!(
        h.directory.arrivals(account).await.unwrap().passed,
        arrivals.passed
    );
}

#[tokio::test]
async fn a_role_given_to_a_group_with_members_is_the_last_milestone() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let ada = idp.user(&h, "ada").await.id;
    let sales = idp.group(&h, "Sales", &[&ada]).await.id;
    assert!(!passed(&h, account).await.contains(&Milestone::Role));
    h.directory
        .give_group_role(&Actor::CommandLine, account, sales, Role::Member)
        .await
        .unwrap();
    assert!(passed(&h, account).await.contains(&Milestone::Role));
}

#[tokio::test]
async fn the_same_refusal_is_one_line_with_a_count() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let request = |agent: &str| Request {
        method: "GET".to_owned(),
        path: "/Users?filter=secret".to_owned(),
        address: "192.0.2.7".to_owned(),
        agent: agent.to_owned(),
        ..Request::default()
    };
    let path = account.to_string();
    for number in 0..200 {
        let header = format!("Bearer guess-{number}");
        let answer = h
            .directory
            .authenticate(&path, Some(&header), &request("x"))
            .await;
        assert!(answer.unwrap().is_err());
    }
    h.directory
        .authenticate(&path, None, &request("y"))
        .await
        .unwrap()
        .unwrap_err();
    let arrivals = h.directory.arrivals(account).await.unwrap();
    let seen: Vec<_> = arrivals
        .turned_away
        .iter()
        .map(|refusal| {
            (
                refusal.reason,
                refusal.count,
                refusal.agent.as_str(),
                refusal.request.as_str(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (DoorRefusal::Missing, 1, "y", "GET /Users"),
            (DoorRefusal::Unknown, 200, "x", "GET /Users"),
        ]
    );
    assert!(arrivals.passed.contains_key(&Milestone::Reached));
    let nobody = AccountId::new(h.now()).to_string();
    let answer = h
        .directory
        .authenticate(&nobody, None, &request("z"))
        .await
        .unwrap();
    assert!(answer.is_err(), "an account that is none costs no memory");
}

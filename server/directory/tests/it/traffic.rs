//! What came over the wire, as counts, and the rhythm that is learnt from it.

use std::time::Duration;

use directory::log::Request;
use directory::provisioning::IfMatch;
use directory::provisioning::rhythm::{Confidence, Silence};
use directory::provisioning::traffic::Totals;
use directory::{AccountId, NewToken};
use jiff::SignedDuration;

use crate::harness::{ACTOR, Harness, days};

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

struct Wire {
    account: AccountId,
    header: String,
}

impl Wire {
    async fn new(h: &Harness, account: AccountId, read_only: bool) -> Self {
        let token = NewToken {
            name: String::new(),
            expires_at: h.now() + days(365),
            read_only,
            replaces: None,
        };
        let (_, secret) = h.directory.create_token(&ACTOR, account, token).await.unwrap();
        Self {
            account,
            header: format!("Bearer {}", secret.expose()),
        }
    }

    /// A request that reads a user who is not there.
    async fn reads(&self, h: &Harness) {
        let bearer = h
            .directory
            .authenticate(&self.account.to_string(), Some(&self.header), &Request::default())
            .await
            .unwrap()
            .unwrap();
        let provisioning = h.directory.provisioning(&bearer, Request::default());
        let kind = scim::ResourceType::User;
        let references = directory::provisioning::References::NONE;
        provisioning.get(kind, "nobody", references).await.unwrap_err();
    }

    /// A request that is refused.
    async fn is_refused(&self, h: &Harness) {
        let bearer = h
            .directory
            .authenticate(&self.account.to_string(), Some(&self.header), &Request::default())
            .await
            .unwrap()
            .unwrap();
        let provisioning = h.directory.provisioning(&bearer, Request::default());
        let gone = provisioning.delete_user("nobody", IfMatch::default());
        gone.await.unwrap_err();
    }
}

#[tokio::test]
async fn traffic_is_counted_for_its_account_alone_and_outlives_a_restart() {
    let mut h = Harness::new().await;
    let (account, other) = (h.account("Acme").await, h.account("Other").await);
    let idp = Wire::new(&h, account, false).await;
    h.directory.enable_provisioning(&ACTOR, account).await.unwrap();
    let since = h.now();
    idp.reads(&h).await;
    h.directory.store_token_uses().await.unwrap();
    idp.reads(&h).await;
    idp.is_refused(&h).await;
    for _ in 0..3 {
        let turned_away = h
            .directory
            .authenticate(&account.to_string(), Some("Bearer guess"), &Request::default())
            .await
            .unwrap();
        turned_away.unwrap_err();
    }
    let expected = Totals {
        requests: 3,
        reads: 2,
        refused: 1,
        turned_away: 3,
    };
    assert_eq!(h.directory.traffic(account, since).await.unwrap(), expected);
    h.restart().await;
    assert_eq!(h.directory.traffic(account, since).await.unwrap(), expected);
    let cycles = h.directory.cycles(account, since).await.unwrap().cycles;
    assert_eq!((cycles.len(), cycles[0].requests, cycles[0].refused), (1, 3, 1));
    assert_eq!(
        h.directory.traffic(other, since).await.unwrap(),
        Totals::default()
    );
    assert!(h.directory.cycles(other, since).await.unwrap().cycles.is_empty());
}

#[tokio::test]
async fn the_rhythm_of_the_identity_provider_is_learnt_whatever_an_app_reads() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    h.directory.enable_provisioning(&ACTOR, account).await.unwrap();
    let (idp, app) = (
        Wire::new(&h, account, false).await,
        Wire::new(&h, account, true).await,
    );
    let since = h.now();
    for minute in 0..400 {
        if minute % 40 < 2 {
            idp.reads(&h).await;
        }
        if minute % 7 == 0 {
            app.reads(&h).await;
            h.directory.store_token_uses().await.unwrap();
        }
        h.advance(minutes(1));
    }
    let cycles = h.directory.cycles(account, since).await.unwrap();
    assert_eq!(cycles.cycles.len(), 10);
    assert_eq!(cycles.rhythm.learnt, Some(Duration::from_mins(40)));
    assert_eq!(cycles.rhythm.confidence, Confidence::Sure);
    assert!(matches!(cycles.silence(None, h.now()), Silence::Quiet { .. }));
    h.advance(minutes(90));
    assert!(matches!(cycles.silence(None, h.now()), Silence::Late { .. }));
}

#[tokio::test]
async fn traffic_is_kept_for_a_month() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    h.directory.enable_provisioning(&ACTOR, account).await.unwrap();
    let idp = Wire::new(&h, account, false).await;
    let since = h.now();
    idp.reads(&h).await;
    h.directory.store_token_uses().await.unwrap();
    for (after, kept) in [(20, 2), (13, 2)] {
        h.advance(days(after));
        idp.reads(&h).await;
        h.directory.store_token_uses().await.unwrap();
        let cycles = h.directory.cycles(account, since).await.unwrap().cycles;
        assert_eq!(cycles.len(), kept);
    }
}

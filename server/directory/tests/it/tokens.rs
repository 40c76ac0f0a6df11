//! SCIM tokens: what they open, until when, and how many there may be.

use directory::log::Request;
use directory::{Bearer, DirectoryError, NewToken, Refusal, TokenRefusal, ToleranceMode};
use jiff::SignedDuration;

use crate::harness::{ACTOR, Harness, days, refusal};

const HERE: &str = "192.0.2.1";

/// A read-write token to be.
pub(crate) fn token(h: &Harness, name: &str, valid: SignedDuration) -> NewToken {
    NewToken {
        name: name.to_owned(),
        expires_at: h.now() + valid,
        read_only: false,
        replaces: None,
    }
}

fn request() -> Request {
    Request {
        method: "GET".to_owned(),
        path: "/Users?count=1".to_owned(),
        id: String::new(),
        address: HERE.to_owned(),
        agent: "Entra".to_owned(),
        arrived: None,
    }
}

async fn present(h: &Harness, account: &str, header: Option<&str>) -> Result<Bearer, TokenRefusal> {
    h.directory
        .authenticate(account, header, &request())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_token_works_for_its_account_until_it_expires_or_is_revoked() {
    let mut h = Harness::new().await;
    let (acme, globex) = (h.account("Acme").await, h.account("Globex").await);
    for account in [acme, globex] {
        h.directory.enable_provisioning(&ACTOR, account).await.unwrap();
    }
    let (made, secret) = h
        .directory
        .create_token(&ACTOR, acme, token(&h, "Entra", days(90)))
        .await
        .unwrap();
    assert!(secret.expose().starts_with(&made.prefix) && made.prefix.starts_with("rc_"));
    let header = format!("Bearer {}", secret.expose());
    let path = acme.to_string();

    let bearer = present(&h, &path, Some(&header)).await.unwrap();
    assert_eq!(
        bearer,
        Bearer {
            account: acme,
            token: made.id,
            token_name: "Entra".into(),
            read_only: false,
            tolerance: ToleranceMode::AsNeeded,
            identity_provider: None,
        }
    );
    let lower = format!("bearer  {}", secret.expose());
    assert!(present(&h, &path, Some(&lower)).await.is_ok());
    let cases = [
        (path.clone(), None, TokenRefusal::Missing),
        (
            path.clone(),
            Some(secret.expose().to_owned()),
            TokenRefusal::Malformed,
        ),
        (
            path.clone(),
            Some("Basic YTpi".to_owned()),
            TokenRefusal::Malformed,
        ),
        (path.clone(), Some(format!("{header}x")), TokenRefusal::Unknown),
        (
            globex.to_string(),
            Some(header.clone()),
            TokenRefusal::Foreign(acme, made.id),
        ),
        (
            "nonsense".to_owned(),
            Some(header.clone()),
            TokenRefusal::Foreign(acme, made.id),
        ),
        (
            path.to_uppercase(),
            Some(header.clone()),
            TokenRefusal::Foreign(acme, made.id),
        ),
    ];
    for (path, header, expected) in cases {
        assert_eq!(
            present(&h, &path, header.as_deref()).await,
            Err(expected),
            "{path}"
        );
    }

    h.restart().await;
    let listed = h.directory.list_tokens(acme).await.unwrap();
    assert_eq!(listed[0].last_used_from.as_deref(), Some(HERE));
    assert_eq!(
        h.directory
            .get_connection(acme)
            .await
            .unwrap()
            .last_contact_agent
            .as_deref(),
        Some("Entra")
    );
    assert!(h.directory.list_tokens(globex).await.unwrap().is_empty());

    h.clock.set(made.expires_at);
    assert!(present(&h, &path, Some(&header)).await.is_ok());
    h.clock.set(made.expires_at + SignedDuration::from_micros(1));
    assert_eq!(
        present(&h, &path, Some(&header)).await,
        Err(TokenRefusal::Expired(made.id))
    );

    let (next, secret) = h
        .directory
        .create_token(&ACTOR, acme, token(&h, "", days(1)))
        .await
        .unwrap();
    let header = format!("Bearer {}", secret.expose());
    assert!(present(&h, &path, Some(&header)).await.is_ok());
    assert!(matches!(
        h.directory.revoke_token(&ACTOR, globex, next.id).await,
        Err(DirectoryError::NotFound)
    ));
    assert!(present(&h, &path, Some(&header)).await.is_ok());
    h.directory.revoke_token(&ACTOR, acme, next.id).await.unwrap();
    assert_eq!(
        present(&h, &path, Some(&header)).await,
        Err(TokenRefusal::Revoked(next.id))
    );
}

#[tokio::test]
async fn switched_off_is_told_to_the_accounts_own_token_alone() {
    let h = Harness::new().await;
    let (acme, globex) = (h.account("Acme").await, h.account("Globex").await);
    let (made, secret) = h
        .directory
        .create_token(&ACTOR, acme, token(&h, "Entra", days(90)))
        .await
        .unwrap();
    let header = format!("Bearer {}", secret.expose());
    let off = present(&h, &acme.to_string(), Some(&header)).await;
    assert!(matches!(off, Err(TokenRefusal::SwitchedOff(_))), "{off:?}");
    assert_eq!(
        present(&h, &globex.to_string(), Some(&header)).await,
        Err(TokenRefusal::Foreign(acme, made.id))
    );

    h.directory.enable_provisioning(&ACTOR, acme).await.unwrap();
    assert!(present(&h, &acme.to_string(), Some(&header)).await.is_ok());
    h.directory.disable_provisioning(&ACTOR, acme).await.unwrap();
    let off = present(&h, &acme.to_string(), Some(&header)).await;
    assert!(matches!(off, Err(TokenRefusal::SwitchedOff(_))), "{off:?}");
}

#[tokio::test]
async fn two_read_write_tokens_may_be_live_and_read_only_ones_are_not_counted() {
    let h = Harness::new().await;
    let acme = h.account("Acme").await;
    let (first, _) = h
        .directory
        .create_token(&ACTOR, acme, token(&h, "one", days(30)))
        .await
        .unwrap();
    h.directory
        .create_token(&ACTOR, acme, token(&h, "two", days(90)))
        .await
        .unwrap();
    let third = h
        .directory
        .create_token(&ACTOR, acme, token(&h, "three", days(90)))
        .await;
    assert_eq!(refusal(third), Refusal::TooManyTokens { most: 2 });
    let reader = NewToken {
        read_only: true,
        replaces: None,
        ..token(&h, "reader", days(90))
    };
    h.directory.create_token(&ACTOR, acme, reader).await.unwrap();

    h.directory.revoke_token(&ACTOR, acme, first.id).await.unwrap();
    h.directory
        .create_token(&ACTOR, acme, token(&h, "three", days(30)))
        .await
        .unwrap();
    h.advance(days(31));
    h.directory
        .create_token(&ACTOR, acme, token(&h, "four", days(30)))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_validity_in_the_past_or_too_far_away_is_refused() {
    let h = Harness::new().await;
    let acme = h.account("Acme").await;
    for valid in [days(0), days(-1), days(6 * 366)] {
        let refused = h
            .directory
            .create_token(&ACTOR, acme, token(&h, "Entra", valid))
            .await;
        assert_eq!(refusal(refused), Refusal::Validity { years: 5 });
    }
    assert!(h.directory.list_tokens(acme).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_app_that_reads_is_not_the_identity_provider() {
    let mut h = Harness::new().await;
    let acme = h.account("Acme").await;
    h.directory.enable_provisioning(&ACTOR, acme).await.unwrap();
    let reader = NewToken {
        read_only: true,
        replaces: None,
        ..token(&h, "reader", days(90))
    };
    let (reader, secret) = h.directory.create_token(&ACTOR, acme, reader).await.unwrap();
    let header = format!("Bearer {}", secret.expose());
    assert!(present(&h, &acme.to_string(), Some(&header)).await.is_ok());
    for _ in 0..2 {
        let connection = h.directory.get_connection(acme).await.unwrap();
        assert_eq!(connection.last_contact_at, None);
        assert_eq!(connection.identity_provider, None);
        assert!(h.directory.arrivals(acme).await.unwrap().passed.is_empty());
        let tokens = h.directory.list_tokens(acme).await.unwrap();
        assert_eq!(tokens[0].id, reader.id);
        assert!(tokens[0].last_used_at.is_some());
        h.restart().await;
    }
}

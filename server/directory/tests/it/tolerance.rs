//! How forgiving a connection is, and whose requests it takes them for.

use directory::log::Request;
use directory::provisioning::IfMatch;
use directory::{Action, Actor, DirectoryError, NewToken, Outcome, ToleranceMode};
use scim::IdentityProvider;
use serde_json::json;

use crate::harness::{Harness, days};
use crate::idp::{Idp, last_entry, patch, user};

/// What Entra sends to switch a user off: `Replace`, and a boolean as text.
fn as_entra() -> serde_json::Value {
    patch(json!([{"op": "Replace", "path": "active", "value": "False"}]))
}

#[tokio::test]
async fn what_is_not_granted_is_refused_and_what_is_used_is_in_the_entry() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let ada = Idp::of(&h, account).user(&h, "ada").await.id.to_string();
    for (mode, provider, granted) in [
        (ToleranceMode::AsNeeded, None, true),
        (ToleranceMode::AsNeeded, Some(IdentityProvider::Entra), true),
        (ToleranceMode::AsNeeded, Some(IdentityProvider::Okta), false),
        (ToleranceMode::All, Some(IdentityProvider::Okta), true),
        (ToleranceMode::Strict, Some(IdentityProvider::Entra), false),
    ] {
        let idp = Idp::of(&h, account).tolerating(mode, provider);
        let answer = idp.on(&h).patch_user(&ada, as_entra(), IfMatch::default()).await;
        assert_eq!(answer.is_ok(), granted, "{mode:?} {provider:?}");
        let entry = last_entry(&h, account).await;
        assert_eq!(entry.outcome == Outcome::Refused, !granted);
        if granted {
            assert_eq!(entry.leniencies, ["operation_case", "boolean_as_text"]);
        }
    }
}

#[tokio::test]
async fn a_connection_learns_who_sends_its_requests() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let other = h.account("Other").await;
    let seen = async |account| {
        h.directory
            .get_connection(account)
            .await
            .unwrap()
            .identity_provider
    };
    assert_eq!(seen(account).await, None);
    let idp = Idp::of(&h, account);
    idp.on(&h).create_user(user("ada")).await.unwrap();
    assert_eq!(seen(account).await, None, "a plain user may come from anybody");
    let group = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group",
        "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"], "displayName": "Sales"});
    idp.on(&h).create_group(group).await.unwrap();
    assert_eq!(seen(account).await, Some(IdentityProvider::Entra));
    assert_eq!(seen(other).await, None);
}

#[tokio::test]
async fn a_person_sets_the_tolerance() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let set = async |mode| {
        h.directory
            .set_tolerance(&Actor::CommandLine, account, mode)
            .await
    };
    set(ToleranceMode::Strict).await.unwrap();
    let connection = h.directory.get_connection(account).await.unwrap();
    assert_eq!(connection.tolerance, ToleranceMode::Strict);
    let entry = last_entry(&h, account).await;
    assert_eq!(entry.action, Action::SetTolerance);
    assert_eq!(
        (&entry.changes[0].before, &entry.changes[0].after),
        (&json!("as_needed"), &json!("strict"))
    );
    set(ToleranceMode::Strict).await.unwrap();
    assert_eq!(last_entry(&h, account).await.id, entry.id, "nothing changed");
    let nobody = directory::AccountId::new(h.now());
    let answer = h
        .directory
        .set_tolerance(&Actor::CommandLine, nobody, ToleranceMode::All)
        .await;
    assert!(matches!(answer, Err(DirectoryError::NotFound)));
}

#[tokio::test]
async fn what_one_client_has_shown_says_nothing_of_another() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    h.directory
        .enable_provisioning(&Actor::CommandLine, account)
        .await
        .unwrap();
    let token = NewToken {
        name: "IdP".to_owned(),
        expires_at: h.now() + days(90),
        read_only: false,
        replaces: None,
    };
    let (_, secret) = h
        .directory
        .create_token(&Actor::CommandLine, account, token)
        .await
        .unwrap();
    let header = format!("Bearer {}", secret.expose());
    let provider = async |agent: &str| {
        let request = Request {
            agent: agent.to_owned(),
            ..Request::default()
        };
        let path = account.to_string();
        let bearer = h.directory.authenticate(&path, Some(&header), &request).await;
        bearer.unwrap().unwrap().identity_provider
    };
    provider("Okta SCIM Client 1.0.0").await;
    h.directory.store_token_uses().await.unwrap();
    assert_eq!(
        provider("Okta SCIM Client 1.0.0").await,
        Some(IdentityProvider::Okta)
    );
    assert_eq!(provider("another client").await, None);
}

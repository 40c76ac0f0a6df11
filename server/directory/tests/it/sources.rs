//! Who last set an attribute, and when.

use directory::provisioning::IfMatch;
use directory::{AccountId, NewUser, UserId};
use serde_json::json;

use crate::harness::{ACTOR, Harness, days};
use crate::idp::{Idp, patch, user};

/// `path: who, on which day`, for these attributes.
async fn sources(h: &Harness, account: AccountId, id: UserId, paths: &[&str]) -> Vec<String> {
    let view = h.directory.get_user(account, id).await.unwrap();
    let shown = view
        .attributes
        .into_iter()
        .filter(|attribute| paths.contains(&attribute.path.as_str()));
    let mut told: Vec<String> = shown
        .map(|attribute| {
            let (by, at) = attribute.set.unwrap();
            format!("{}: {by} {}", attribute.path, at.strftime("%d"))
        })
        .collect();
    told.sort();
    told
}

#[tokio::test]
async fn an_attribute_tells_who_set_it_last() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let new = NewUser {
        user_name: "ada@acme.test".to_owned(),
        display_name: "Ada".to_owned(),
        ..NewUser::default()
    };
    let ada = h.directory.add_user(&ACTOR, account, new).await.unwrap();
    h.advance(days(1));
    h.directory
        .set_user_active(&ACTOR, account, ada, false)
        .await
        .unwrap();
    let paths = ["userName", "active", "title", "emails[type eq \"work\"].value"];
    assert_eq!(
        sources(&h, account, ada, &paths).await,
        ["active: command line 02", "userName: command line 01"]
    );

    // A conversion sets everything.
    h.advance(days(1));
    let mut body = user("ada@acme.test");
    body["title"] = "Countess".into();
    body["emails"] = json!([{ "type": "work", "value": "ada@acme.test" }]);
    idp.on(&h).create_user(body).await.unwrap();
    h.advance(days(1));
    let change = patch(json!([
        { "op": "replace", "path": "emails[type eq \"work\"].value", "value": "ada@home.test" },
        { "op": "replace", "path": "title", "value": "Countess" },
    ]));
    idp.on(&h)
        .patch_user(&ada.to_string(), change, IfMatch::default())
        .await
        .unwrap();
    assert_eq!(
        sources(&h, account, ada, &paths).await,
        [
            "active: Entra 03",
            "emails[type eq \"work\"].value: Entra 04",
            "title: Entra 03",
            "userName: Entra 03",
        ]
    );
}

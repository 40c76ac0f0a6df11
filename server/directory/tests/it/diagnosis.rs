//! What a diagnosis finds in real traffic, and that it is gone once it was mended.

use directory::log::Request;
use directory::provisioning::diagnosis::{Documented, Finding, RefusedReason};
use directory::provisioning::{IfMatch, comparison::ComparedMember};
use directory::{AccountId, NewToken, NewUser, Secret, ToleranceMode};
use jiff::SignedDuration;
use scim::ScimError;
use serde_json::{Value, json};

use crate::harness::{ACTOR, Harness, days};
use crate::idp::{Idp, add_members, group, patch, user};

const ENTRA: Documented = Documented {
    interval: Some(SignedDuration::from_mins(40)),
    drops_nested: true,
};

async fn found(h: &Harness, account: AccountId) -> Vec<Finding> {
    h.directory.diagnose(account, ENTRA).await.unwrap().1
}

async fn names(h: &Harness, account: AccountId) -> Vec<&'static str> {
    found(h, account).await.iter().map(Finding::name).collect()
}

async fn token(h: &Harness, account: AccountId) -> Secret {
    let token = NewToken {
        name: "Entra".to_owned(),
        expires_at: h.now() + days(1),
        read_only: false,
        replaces: None,
    };
    h.directory.create_token(&ACTOR, account, token).await.unwrap().1
}

/// A request that comes as far as its token lets it.
async fn call(h: &Harness, account: AccountId, token: &Secret) -> bool {
    let header = format!("Bearer {}", token.expose());
    let request = Request {
        method: "GET".to_owned(),
        path: "/Users".to_owned(),
        ..Request::default()
    };
    let answer = h
        .directory
        .authenticate(&account.to_string(), Some(&header), &request)
        .await;
    answer.unwrap().is_ok()
}

#[tokio::test]
async fn from_nothing_to_everything_fine_and_into_silence() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    assert_eq!(names(&h, account).await, ["never-set-up"]);
    h.directory.enable_provisioning(&ACTOR, account).await.unwrap();
    assert_eq!(names(&h, account).await, ["no-token"]);
    let secret = token(&h, account).await;
    assert_eq!(names(&h, account).await, ["never-contacted"]);
    assert!(call(&h, account, &secret).await);
    assert_eq!(names(&h, account).await, ["nothing-sent", "speaking"]);

    let idp = Idp::of(&h, account);
    let ada = idp.user(&h, "ada").await.id;
    assert_eq!(names(&h, account).await, ["only-users", "speaking"]);
    let sales = idp.group(&h, "Sales", &[]).await.id;
    assert_eq!(names(&h, account).await, ["empty-groups", "speaking"]);
    idp.patch_group(&h, sales, add_members(&[&ada])).await;
    assert_eq!(names(&h, account).await, ["speaking"]);

    h.advance(SignedDuration::from_mins(50));
    assert_eq!(names(&h, account).await, ["quiet"]);
    h.advance(SignedDuration::from_hours(23));
    assert_eq!(names(&h, account).await, ["quiet"]);
    h.advance(SignedDuration::from_hours(1));
    assert!(!call(&h, account, &secret).await, "the token has expired");
    assert_eq!(names(&h, account).await, ["turned-away"]);
    let next = token(&h, account).await;
    assert!(call(&h, account, &next).await);
    assert_eq!(names(&h, account).await, ["speaking"]);
    h.directory.disable_provisioning(&ACTOR, account).await.unwrap();
    assert_eq!(names(&h, account).await, ["switched-off"]);
}

#[tokio::test]
async fn a_rhythm_of_its_own_makes_silence_late_whatever_an_app_reads_meanwhile() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    h.directory.enable_provisioning(&ACTOR, account).await.unwrap();
    let secret = token(&h, account).await;
    let app = NewToken {
        name: "App".to_owned(),
        expires_at: h.now() + days(9),
        read_only: true,
        replaces: None,
    };
    let app = h.directory.create_token(&ACTOR, account, app).await.unwrap().1;
    let idp = Idp::of(&h, account);
    let ada = idp.user(&h, "ada").await.id;
    idp.group(&h, "Sales", &[&ada]).await;
    for _ in 0..10 {
        assert!(call(&h, account, &secret).await);
        h.advance(SignedDuration::from_mins(20));
        assert!(call(&h, account, &app).await);
    }
    assert_eq!(names(&h, account).await, ["speaking"]);
    let (facts, _) = h.directory.diagnose(account, ENTRA).await.unwrap();
    assert_eq!(facts.learnt, Some(SignedDuration::from_mins(20)));
    h.advance(SignedDuration::from_mins(20));
    assert_eq!(names(&h, account).await, ["quiet"]);
    h.advance(SignedDuration::from_mins(20));
    assert!(call(&h, account, &app).await);
    assert_eq!(names(&h, account).await, ["late"]);
    assert!(call(&h, account, &secret).await);
    assert_eq!(names(&h, account).await, ["speaking"]);
}

#[tokio::test]
async fn each_refusal_has_its_reason_and_is_gone_once_it_succeeds() {
    let h = Harness::new().await;
    let (account, other) = (h.account("Acme").await, h.account("Other").await);
    let idp = Idp::of(&h, account);
    Idp::of(&h, other).user(&h, "taken").await;
    let glass = NewUser {
        user_name: "glass".to_owned(),
        break_glass: true,
        ..NewUser::default()
    };
    h.directory.add_user(&ACTOR, account, glass).await.unwrap();
    let (ada, grace) = (idp.user(&h, "ada").await.id, idp.user(&h, "grace").await.id);
    let sales = idp.group(&h, "Sales", &[&ada]).await.id;
    let everybody = idp.group(&h, "Everybody", &[&sales]).await.id;
    let stranger = "019ab7c5-7d40-7000-8000-000000000000".to_owned();

    let refused: [(RefusedReason, Result<(), ScimError>); 9] = [
        (
            RefusedReason::UserElsewhere,
            idp.on(&h).create_user(user("taken")).await.map(drop),
        ),
        (
            RefusedReason::BreakGlass,
            idp.on(&h).create_user(user("glass")).await.map(drop),
        ),
        (
            RefusedReason::UserManaged,
            idp.on(&h).create_user(user("ada")).await.map(drop),
        ),
        (
            RefusedReason::UserNameTaken,
            rename(&h, &idp, grace, "userName", "ada").await,
        ),
        (
            RefusedReason::Unreadable,
            rename(&h, &idp, grace, "active", "perhaps").await,
        ),
        (
            RefusedReason::DuplicateGroup,
            idp.on(&h).create_group(group("sales", &[])).await.map(drop),
        ),
        (
            RefusedReason::UnknownMember,
            change(&h, &idp, sales, add_members(&[&stranger])).await,
        ),
        (
            RefusedReason::NestedCycle,
            change(&h, &idp, sales, add_members(&[&everybody])).await,
        ),
        (
            RefusedReason::UnknownMember,
            idp.on(&h)
                .create_group(group("New", &[&stranger]))
                .await
                .map(drop),
        ),
    ];
    for (reason, result) in &refused {
        assert!(result.is_err(), "{reason:?}");
    }
    let standing = h.directory.standing_refusals(account, h.now()).await.unwrap();
    let reasons: Vec<RefusedReason> = standing.iter().rev().map(|refused| refused.reason).collect();
    let expected: Vec<RefusedReason> = refused.iter().map(|(reason, _)| *reason).collect();
    assert_eq!(reasons, expected);

    // Each user and group succeeds with something, whoever could be anybody is created.
    rename(&h, &idp, ada, "title", "Countess").await.unwrap();
    rename(&h, &idp, grace, "title", "Admiral").await.unwrap();
    change(&h, &idp, sales, add_members(&[&grace])).await.unwrap();
    idp.group(&h, "New", &[&grace]).await;
    let standing = h.directory.standing_refusals(account, h.now()).await.unwrap();
    let names: Vec<&str> = standing.iter().map(|refused| refused.name.as_str()).collect();
    assert_eq!(names, ["glass", "taken"]);

    h.advance(days(8));
    let standing = h.directory.standing_refusals(account, h.now()).await.unwrap();
    assert_eq!(standing, [], "nobody asked again for a week");
}

async fn change(h: &Harness, idp: &Idp, id: directory::GroupId, operations: Value) -> Result<(), ScimError> {
    idp.on(h)
        .patch_group(&id.to_string(), patch(operations), IfMatch::default())
        .await
        .map(drop)
}

async fn rename(
    h: &Harness,
    idp: &Idp,
    id: directory::UserId,
    attribute: &str,
    value: &str,
) -> Result<(), ScimError> {
    let operations = json!([{"op": "replace", "path": attribute, "value": value}]);
    idp.on(h)
        .patch_user(&id.to_string(), patch(operations), IfMatch::default())
        .await
        .map(drop)
}

#[tokio::test]
async fn a_connection_that_only_fails_is_told_apart_from_one_bad_request() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    h.directory.enable_provisioning(&ACTOR, account).await.unwrap();
    let secret = token(&h, account).await;
    let idp = Idp::of(&h, account).tolerating(ToleranceMode::Strict, None);
    let ada = idp.user(&h, "ada").await.id;
    idp.group(&h, "Sales", &[&ada]).await;
    assert!(call(&h, account, &secret).await);
    for _ in 0..2 {
        idp.on(&h).create_user(json!({})).await.unwrap_err();
        assert_eq!(names(&h, account).await, ["speaking"]);
    }
    idp.on(&h).create_user(json!({})).await.unwrap_err();
    assert_eq!(names(&h, account).await, ["failing"]);
    idp.user(&h, "grace").await;
    assert_eq!(names(&h, account).await, ["speaking"]);

    Idp::reading(&h, account)
        .on(&h)
        .create_user(user("x"))
        .await
        .unwrap_err();
    assert_eq!(names(&h, account).await, ["read-only-token"]);
    idp.user(&h, "linus").await;
    assert_eq!(names(&h, account).await, ["speaking"]);
}

#[tokio::test]
async fn a_bundle_for_support_names_nobody_and_holds_no_secret() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    h.directory.enable_provisioning(&ACTOR, account).await.unwrap();
    let secret = token(&h, account).await;
    call(&h, account, &secret).await;
    let idp = Idp::of(&h, account);
    let mut body = user("ada.lovelace");
    body["password"] = "hunter2-hunter2".into();
    body["displayName"] = "Countess".into();
    let ada = idp.on(&h).create_user(body).await.unwrap().user.id;
    idp.on(&h).create_user(user("ada.lovelace")).await.unwrap_err();
    idp.group(&h, "Finance", &[&ada]).await;
    idp.on(&h).create_group(group("finance", &[])).await.unwrap_err();
    rename(&h, &idp, ada, "active", "Lovelace").await.unwrap_err();

    let bundle = h.directory.support_bundle(account, ENTRA).await.unwrap();
    let text = serde_json::to_string_pretty(&bundle).unwrap();
    for wanted in [
        "\"groups-refused\"",
        "\"duplicate-group\"",
        "\"user-managed\"",
        &ada.to_string(),
        "\"PT40M\"",
    ] {
        assert!(text.contains(wanted), "{wanted} is missing in {text}");
    }
    let folded = text.to_lowercase();
    let prefix = &secret.expose()[..8];
    for leak in [
        "lovelace",
        "finance",
        "countess",
        "hunter2",
        "acme",
        "192.0.2",
        &prefix.to_lowercase(),
        "hash",
    ] {
        assert!(!folded.contains(leak), "{leak} is in {text}");
    }
    let other = h.account("Other").await;
    let bundle = h.directory.support_bundle(other, ENTRA).await.unwrap();
    assert!(
        !serde_json::to_string(&bundle)
            .unwrap()
            .contains(&account.to_string())
    );
}

#[tokio::test]
async fn a_comparison_reads_everything_once_page_by_page_and_nobody_elses() {
    let h = Harness::new().await;
    let (account, other) = (h.account("Acme").await, h.account("Other").await);
    let idp = Idp::of(&h, account);
    let (ada, grace) = (idp.user(&h, "ada").await.id, idp.user(&h, "grace").await.id);
    let sales = idp.group(&h, "Sales", &[&ada, &grace]).await.id;
    let all = idp.group(&h, "All", &[&grace, &sales]).await.id;
    let theirs = Idp::of(&h, other);
    let eve = theirs.user(&h, "eve").await.id;
    theirs.group(&h, "Sales", &[&eve]).await;

    let h = &h;
    let read = |after| async move { h.directory.compared_members(account, after).await.unwrap() };
    let members = read(None).await;
    let pairs = |members: &[ComparedMember]| -> Vec<_> {
        members
            .iter()
            .map(|member| (member.group_id, member.user_name.clone()))
            .collect()
    };
    assert_eq!(
        pairs(&members),
        [
            (sales, "ada".to_owned()),
            (sales, "grace".to_owned()),
            (all, "grace".to_owned())
        ]
    );
    for (place, member) in members.iter().enumerate() {
        let rest = read(Some((member.group_id, member.member_id))).await;
        assert_eq!(rest, members[place + 1..]);
    }
    let groups = h.directory.compared_groups(account, Some(sales)).await.unwrap();
    assert_eq!(groups.len(), 1);
    assert_eq!(groups[0].display_name, "All");
    let users = h.directory.compared_users(account, None).await.unwrap();
    assert_eq!(users.len(), 2);
}

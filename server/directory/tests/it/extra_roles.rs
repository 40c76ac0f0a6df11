//! More roles than the groups give: found, taken, and given back as they were.

use directory::role::extra::{ExtraCause, ExtraCount, ExtraRoles, Grant, without};
use directory::{
    AccountId, Action, DirectoryError, EntryQuery, GroupId, ManagedBy, NewUser, Refusal, Role, UserId,
};
use jiff::SignedDuration;

use crate::harness::{ACTOR, Harness};
use crate::idp::{Idp, user};

struct Scene {
    h: Harness,
    account: AccountId,
    idp: Idp,
    /// Administrator and member from before SCIM.
    ada: UserId,
    /// Auditor, added later, and member through a group within a group.
    grace: UserId,
    outer: GroupId,
}

async fn scene() -> Scene {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let ada = NewUser {
        user_name: "ada".to_owned(),
        roles: vec![Role::Administrator, Role::Member],
        ..NewUser::default()
    };
    let ada = h.directory.add_user(&ACTOR, account, ada).await.unwrap();
    h.advance(SignedDuration::from_secs(10));
    let idp = Idp::of(&h, account);
    idp.on(&h).create_user(user("ada")).await.unwrap();
    let grace = idp.user(&h, "grace").await.id;
    let inner = idp.group(&h, "Inner", &[&grace]).await.id;
    let outer = idp.group(&h, "Outer", &[&inner]).await.id;
    let give = |user, role| h.directory.give_role(&ACTOR, account, user, role);
    h.advance(SignedDuration::from_secs(10));
    give(grace, Role::Auditor).await.unwrap();
    give(grace, Role::Member).await.unwrap();
    h.directory
        .give_group_role(&ACTOR, account, outer, Role::Member)
        .await
        .unwrap();
    let manual = NewUser {
        user_name: "manual".to_owned(),
        roles: vec![Role::Administrator],
        ..NewUser::default()
    };
    h.directory.add_user(&ACTOR, account, manual).await.unwrap();
    Scene {
        h,
        account,
        idp,
        ada,
        grace,
        outer,
    }
}

async fn extra(scene: &Scene, cause: Option<ExtraCause>) -> Vec<ExtraRoles> {
    let directory = &scene.h.directory;
    directory
        .list_extra_roles(scene.account, cause, None, 50)
        .await
        .unwrap()
        .users
}

fn names(users: &[ExtraRoles]) -> Vec<(&str, Vec<Role>)> {
    users
        .iter()
        .map(|user| {
            (
                user.user_name.as_str(),
                user.extra.iter().map(|grant| grant.role).collect(),
            )
        })
        .collect()
}

fn grants(user: UserId, roles: &[Role]) -> Vec<Grant> {
    roles.iter().map(|role| Grant { user, role: *role }).collect()
}

#[tokio::test]
async fn they_are_those_of_managed_users_that_no_group_gives_by_cause() {
    let scene = scene().await;
    let all = extra(&scene, None).await;
    assert_eq!(
        names(&all),
        [
            ("ada", vec![Role::Administrator, Role::Member]),
            ("grace", vec![Role::Auditor])
        ]
    );
    assert!(all[0].extra[0].before_scim && !all[1].extra[0].before_scim);
    assert_eq!(without(&all[1].roles, &[Role::Auditor]), [Role::Member]);
    assert_eq!(
        names(&extra(&scene, Some(ExtraCause::BeforeScim)).await)[0].0,
        "ada"
    );
    assert_eq!(
        names(&extra(&scene, Some(ExtraCause::AddedLater)).await)[0].0,
        "grace"
    );
    let (h, account) = (&scene.h, scene.account);
    let count = h.directory.count_extra_roles(account).await.unwrap();
    assert_eq!(
        count,
        ExtraCount {
            users: 2,
            before_scim: 1,
            added_later: 1
        }
    );
    let page = h
        .directory
        .list_extra_roles(account, None, None, 1)
        .await
        .unwrap();
    assert_eq!(page.next, Some(scene.ada));
    let page = h
        .directory
        .list_extra_roles(account, None, page.next, 1)
        .await
        .unwrap();
    assert_eq!((names(&page.users)[0].0, page.next), ("grace", None));

    // What the group no longer gives is extra at once.
    h.directory
        .take_group_role(&ACTOR, account, scene.outer, Role::Member)
        .await
        .unwrap();
    assert_eq!(
        names(&extra(&scene, None).await)[1].1,
        [Role::Auditor, Role::Member]
    );
    let other = h.account("Other").await;
    assert_eq!(
        h.directory.count_extra_roles(other).await.unwrap(),
        ExtraCount::default()
    );
}

#[tokio::test]
async fn taking_them_leaves_the_rest_and_giving_them_back_leaves_no_trace_but_in_the_log() {
    let scene = scene().await;
    let (h, account) = (&scene.h, scene.account);
    let before = extra(&scene, None).await;
    let chosen = [
        grants(scene.ada, &[Role::Administrator]),
        grants(scene.grace, &[Role::Auditor]),
    ]
    .concat();
    let shown = h.directory.get_extra_roles(account, &chosen).await.unwrap();
    assert_eq!(names(&shown)[0], ("ada", vec![Role::Administrator]));
    let taken = h
        .directory
        .take_roles(&ACTOR, account, chosen.clone())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(taken.roles, 2);
    assert_eq!(names(&extra(&scene, None).await), [("ada", vec![Role::Member])]);
    assert_eq!(
        h.directory.take_roles(&ACTOR, account, chosen).await.unwrap(),
        None
    );

    let other = h.account("Other").await;
    assert_eq!(h.directory.find_taken(other, taken.act).await.unwrap(), None);
    assert!(h.directory.restore_roles(&ACTOR, other, taken.act).await.is_err());
    h.advance(SignedDuration::from_secs(59));
    assert_eq!(
        h.directory.find_taken(account, taken.act).await.unwrap(),
        Some(taken)
    );
    assert_eq!(
        h.directory
            .restore_roles(&ACTOR, account, taken.act)
            .await
            .unwrap(),
        2
    );
    let after = extra(&scene, None).await;
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before.extra, after.extra, "granted when and by whom, as it was");
    }
    let query = EntryQuery {
        limit: 4,
        ..EntryQuery::default()
    };
    let entries = h.directory.list_entries(account, &query).await.unwrap().entries;
    let actions: Vec<Action> = entries.iter().map(|entry| entry.action).collect();
    assert_eq!(
        actions,
        [
            Action::RestoreRole,
            Action::RestoreRole,
            Action::TakeRole,
            Action::TakeRole
        ]
    );
    let again = h.directory.restore_roles(&ACTOR, account, taken.act).await;
    assert!(matches!(again, Err(DirectoryError::Refused(Refusal::UndoOver))));
}

#[tokio::test]
async fn after_a_minute_and_for_whoever_is_gone_nothing_comes_back() {
    let scene = scene().await;
    let (h, account) = (&scene.h, scene.account);
    let take = |user, roles: &[Role]| h.directory.take_roles(&ACTOR, account, grants(user, roles));
    let taken = take(scene.ada, &[Role::Member]).await.unwrap().unwrap();
    h.advance(SignedDuration::from_secs(61));
    assert_eq!(h.directory.find_taken(account, taken.act).await.unwrap(), None);
    assert!(
        h.directory
            .restore_roles(&ACTOR, account, taken.act)
            .await
            .is_err()
    );

    let taken = take(scene.grace, &[Role::Auditor]).await.unwrap().unwrap();
    scene
        .idp
        .on(h)
        .delete_user(
            &scene.grace.to_string(),
            directory::provisioning::IfMatch::default(),
        )
        .await
        .unwrap();
    assert!(
        h.directory
            .restore_roles(&ACTOR, account, taken.act)
            .await
            .is_err()
    );
}

#[tokio::test]
async fn the_last_administrator_keeps_the_role_and_then_nothing_is_taken() {
    let scene = scene().await;
    let (h, account) = (&scene.h, scene.account);
    let manual = h
        .directory
        .find_user_by_name(account, "manual")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        h.directory
            .get_user(account, manual)
            .await
            .unwrap()
            .row
            .managed_by,
        ManagedBy::Manual
    );
    h.directory
        .set_user_active(&ACTOR, account, manual, false)
        .await
        .unwrap();
    let refused = h
        .directory
        .take_roles(
            &ACTOR,
            account,
            grants(scene.ada, &[Role::Member, Role::Administrator]),
        )
        .await;
    assert!(matches!(
        refused,
        Err(DirectoryError::Refused(Refusal::LastAdministrator))
    ));
    assert_eq!(
        names(&extra(&scene, None).await)[0].1,
        [Role::Administrator, Role::Member]
    );
}

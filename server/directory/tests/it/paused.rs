//! A paused group: memberships go on being kept, and the roles that it gives are not in effect.

use directory::{Action, Actor, DirectoryError, EntryQuery, GroupQuery, NewUser, OwnRole, Refusal, Role};

use crate::harness::{ACTOR, Harness};
use crate::idp::{Idp, add_members};

#[tokio::test]
async fn what_it_gives_is_shown_but_not_in_effect_until_the_pause_ends() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let (ada, bob) = (idp.user(&h, "ada").await.id, idp.user(&h, "bob").await.id);
    let inner = idp.group(&h, "Platform", &[&ada]).await.id;
    let outer = idp.group(&h, "Engineering", &[&inner]).await.id;
    let directory = &h.directory;
    for (group, role) in [(inner, Role::Auditor), (outer, Role::Member)] {
        directory
            .give_group_role(&ACTOR, account, group, role)
            .await
            .unwrap();
    }
    let person = Actor::Owner {
        email: "owner@acme.test".to_owned(),
    };
    for _ in 0..2 {
        directory
            .set_group_paused(&person, account, inner, true)
            .await
            .unwrap();
    }
    // Members come as the identity provider says.
    idp.patch_group(&h, inner, add_members(&[&bob])).await;
    let app = Idp::reading(&h, account);
    for user in [ada, bob] {
        let held = directory.get_user(account, user).await.unwrap().row.roles;
        assert_eq!(held.roles(), [Role::Member], "the group above gives on");
        let paused: Vec<(Role, bool)> = held
            .through_groups
            .iter()
            .map(|held| (held.role, held.paused))
            .collect();
        assert_eq!(paused, [(Role::Auditor, true), (Role::Member, false)]);
        let read = app.get_user(&h, user).await.unwrap().roles.unwrap();
        assert_eq!(read.roles(), [Role::Member], "an app that reads is told the same");
    }
    let view = directory.get_group(account, inner).await.unwrap();
    assert_eq!(
        (view.row.paused_at, view.paused_by.as_deref(), view.row.members),
        (Some(h.now()), Some("owner@acme.test"), 2)
    );
    assert_eq!(
        directory
            .count_holders(account, Role::Auditor)
            .await
            .unwrap()
            .through_groups,
        0
    );
    let only = GroupQuery {
        paused: true,
        limit: 10,
        ..GroupQuery::default()
    };
    let listed = directory.list_groups(account, &only).await.unwrap();
    assert_eq!((listed.total, listed.groups[0].id), (1, inner));

    directory
        .set_group_paused(&person, account, inner, false)
        .await
        .unwrap();
    for user in [ada, bob] {
        let held = directory.get_user(account, user).await.unwrap().row.roles;
        assert_eq!(held.roles(), [Role::Auditor, Role::Member]);
    }
    let query = EntryQuery {
        subject: Some(inner.to_string()),
        limit: 10,
        ..EntryQuery::default()
    };
    let entries = directory.list_entries(account, &query).await.unwrap().entries;
    let acts: Vec<Action> = entries
        .iter()
        .map(|entry| entry.action)
        .filter(|action| matches!(action, Action::PauseGroup | Action::ResumeGroup))
        .collect();
    assert_eq!(acts, [Action::ResumeGroup, Action::PauseGroup], "once each");
}

#[tokio::test]
async fn the_last_administrator_cannot_be_paused_away() {
    let h = Harness::new().await;
    let (account, elsewhere) = (h.account("Acme").await, h.account("Globex").await);
    let idp = Idp::of(&h, account);
    let ada = idp.user(&h, "ada").await.id;
    let staff = idp.group(&h, "Staff", &[&ada]).await.id;
    let directory = &h.directory;
    let chief = OwnRole {
        name: "Chief".to_owned(),
        description: String::new(),
        access: Some(directory::ConsoleAccess::Administrator),
    };
    let chief = directory.add_role(&ACTOR, account, chief).await.unwrap();
    directory
        .give_group_role(&ACTOR, account, staff, Role::Own(chief))
        .await
        .unwrap();
    let refused = directory.set_group_paused(&ACTOR, account, staff, true).await;
    assert!(
        matches!(refused, Err(DirectoryError::Refused(Refusal::LastAdministrator))),
        "{refused:?}"
    );
    assert!(
        directory
            .get_group(account, staff)
            .await
            .unwrap()
            .row
            .paused_at
            .is_none()
    );
    let foreign = directory.set_group_paused(&ACTOR, elsewhere, staff, true).await;
    assert!(matches!(foreign, Err(DirectoryError::NotFound)));

    let root = NewUser {
        user_name: "root".to_owned(),
        roles: vec![Role::Administrator],
        ..NewUser::default()
    };
    let root = directory.add_user(&ACTOR, account, root).await.unwrap();
    directory
        .set_group_paused(&ACTOR, account, staff, true)
        .await
        .unwrap();
    // What a paused group gives keeps nobody in charge.
    let refused = directory
        .take_role(&ACTOR, account, root, Role::Administrator)
        .await;
    assert!(
        matches!(refused, Err(DirectoryError::Refused(Refusal::LastAdministrator))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_direct_role_that_only_a_paused_group_gives_is_beyond_the_groups() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let ada = idp.user(&h, "ada").await.id;
    let staff = idp.group(&h, "Staff", &[&ada]).await.id;
    let directory = &h.directory;
    directory
        .give_group_role(&ACTOR, account, staff, Role::Auditor)
        .await
        .unwrap();
    directory
        .give_role(&ACTOR, account, ada, Role::Auditor)
        .await
        .unwrap();
    for (paused, users) in [(true, 1), (false, 0)] {
        directory
            .set_group_paused(&ACTOR, account, staff, paused)
            .await
            .unwrap();
        assert_eq!(directory.count_extra_roles(account).await.unwrap().users, users);
        let held = directory.get_user(account, ada).await.unwrap().row.roles;
        let extra = directory::role::extra::extra(&held).len();
        assert_eq!(u64::try_from(extra).unwrap(), users);
    }
}

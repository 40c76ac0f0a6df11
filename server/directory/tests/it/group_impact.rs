//! What a change of a group's roles is said to do before it is saved, and taking it back afterwards.

use directory::role::{DirectRole, EffectiveRoles, GroupRef, GroupRole};
use directory::{
    AccountId, Action, Actor, DirectoryError, EntryQuery, GroupChange, GroupId, Impact, NewUser, Refusal,
    Role,
};
use jiff::{SignedDuration, Timestamp};

use crate::harness::{ACTOR, Harness, refusal};
use crate::idp::{Idp, last_entry};

fn at() -> Timestamp {
    "2026-12-01T09:00:00Z".parse().unwrap()
}

/// What a user holds: directly, and through groups, each with whether that group is paused.
fn held(active: bool, direct: &[Role], through: &[(GroupId, Role, bool)]) -> EffectiveRoles {
    let direct = direct.iter().map(|role| DirectRole {
        role: *role,
        granted_at: at(),
        granted_by: "ada".to_owned(),
        before_scim: false,
    });
    let through = through.iter().map(|(group, role, paused)| GroupRole {
        role: *role,
        path: vec![GroupRef {
            id: *group,
            display_name: "g".to_owned(),
        }],
        member_since: at(),
        paused: *paused,
    });
    EffectiveRoles {
        active,
        direct: direct.collect(),
        through_groups: through.collect(),
        ..EffectiveRoles::default()
    }
}

#[test]
fn a_user_gains_what_no_other_way_gives_and_loses_what_no_other_way_leaves() {
    use Role::{Administrator, Auditor, Member};
    let (this, other) = (GroupId::new(at()), GroupId::new(at()));
    let cases = [
        (
            "nothing before",
            held(true, &[], &[]),
            vec![Auditor],
            vec![Auditor],
            vec![],
        ),
        (
            "held directly too",
            held(true, &[Auditor], &[]),
            vec![Auditor],
            vec![],
            vec![],
        ),
        (
            "held through another group too",
            held(true, &[], &[(other, Auditor, false)]),
            vec![Auditor],
            vec![],
            vec![],
        ),
        (
            "the other group is paused",
            held(true, &[], &[(other, Auditor, true)]),
            vec![Auditor],
            vec![Auditor],
            vec![],
        ),
        (
            "inactive",
            held(false, &[], &[(this, Member, false)]),
            vec![Administrator],
            vec![],
            vec![],
        ),
        (
            "one for another",
            held(true, &[], &[(this, Member, false), (this, Auditor, false)]),
            vec![Auditor, Administrator],
            vec![Administrator],
            vec![Member],
        ),
        (
            "taken, but another group leaves it",
            held(true, &[], &[(this, Member, false), (other, Member, false)]),
            vec![],
            vec![],
            vec![],
        ),
        (
            "paused",
            held(true, &[Member], &[(this, Auditor, false)]),
            vec![],
            vec![],
            vec![Auditor],
        ),
        (
            "the pause ends",
            held(true, &[], &[(this, Auditor, true)]),
            vec![Auditor],
            vec![Auditor],
            vec![],
        ),
    ];
    for (case, roles, gives, gains, losses) in cases {
        let mut impact = Impact::default();
        impact.add(this, &gives, "ada", &roles);
        assert_eq!(impact.gains.keys().copied().collect::<Vec<_>>(), gains, "{case}");
        assert_eq!(
            impact.losses.keys().copied().collect::<Vec<_>>(),
            losses,
            "{case}"
        );
        let changed = !(gains.is_empty() && losses.is_empty());
        assert_eq!(
            (impact.affected, impact.members),
            (u64::from(changed), u64::from(roles.active)),
            "{case}"
        );
    }
}

#[tokio::test]
async fn members_of_nested_groups_count_once_and_the_first_are_named() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let mut users = Vec::new();
    for number in 0..12 {
        users.push(idp.user(&h, &format!("user{number:02}")).await.id);
    }
    let inner = idp.group(&h, "Inner", &[&users[0], &users[11]]).await.id;
    let members: Vec<&crate::idp::Id> = users[..11].iter().map(|id| id as &crate::idp::Id).collect();
    let outer = idp
        .group(&h, "Outer", &[&members[..], &[&inner]].concat())
        .await
        .id;
    h.directory
        .give_role(&ACTOR, account, users[3], Role::Auditor)
        .await
        .unwrap();
    let give = GroupChange::Give(vec![Role::Auditor]);
    let impact = h.directory.group_impact(account, outer, &give).await.unwrap();
    assert_eq!((impact.members, impact.affected), (12, 11));
    let gain = &impact.gains[&Role::Auditor];
    assert_eq!((gain.count, gain.names.len()), (11, 10));
    assert_eq!(gain.names[..4], ["user00", "user01", "user02", "user04"]);
}

async fn group(h: &Harness, account: AccountId) -> GroupId {
    let idp = Idp::of(h, account);
    let ada = idp.user(h, "ada").await.id;
    idp.group(h, "Staff", &[&ada]).await.id
}

async fn given(h: &Harness, account: AccountId, group: GroupId) -> Vec<Role> {
    h.directory.get_group(account, group).await.unwrap().row.roles
}

#[tokio::test]
async fn a_change_can_be_undone_for_a_minute_as_an_act_of_its_own() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let staff = group(&h, account).await;
    let directory = &h.directory;
    directory
        .give_group_role(&ACTOR, account, staff, Role::Auditor)
        .await
        .unwrap();
    h.advance(SignedDuration::from_secs(60));
    let offered = directory.get_group(account, staff).await.unwrap().undoable;
    let offered: Vec<_> = offered
        .iter()
        .map(|undo| (undo.entry, undo.role, undo.given))
        .collect();
    let entry = last_entry(&h, account).await.id;
    assert_eq!(offered, [(entry, Role::Auditor, true)]);
    let person = Actor::Owner {
        email: "owner@acme.test".to_owned(),
    };
    directory
        .undo_group_role(&person, account, staff, entry)
        .await
        .unwrap();
    assert_eq!(given(&h, account, staff).await, []);
    let undoing = last_entry(&h, account).await;
    assert_eq!(
        (undoing.action, undoing.role, undoing.undoes, undoing.actor),
        (Action::TakeGroupRole, Some(Role::Auditor), Some(entry), person)
    );
    // Neither an undoing nor what was undone is offered again.
    assert_eq!(directory.get_group(account, staff).await.unwrap().undoable, []);
    for again in [entry, undoing.id] {
        let refused = directory.undo_group_role(&ACTOR, account, staff, again).await;
        assert!(refused.is_err(), "{refused:?}");
    }

    directory
        .give_group_role(&ACTOR, account, staff, Role::Member)
        .await
        .unwrap();
    let entry = last_entry(&h, account).await.id;
    h.advance(SignedDuration::from_secs(61));
    assert_eq!(directory.get_group(account, staff).await.unwrap().undoable, []);
    let late = directory.undo_group_role(&ACTOR, account, staff, entry).await;
    assert_eq!(refusal(late), Refusal::UndoOver);
    assert_eq!(given(&h, account, staff).await, [Role::Member]);
}

#[tokio::test]
async fn an_undo_is_refused_where_the_same_grant_was_changed_since() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let staff = group(&h, account).await;
    let directory = &h.directory;
    let give = |role| directory.give_group_role(&ACTOR, account, staff, role);
    let take = |role| directory.take_group_role(&ACTOR, account, staff, role);
    give(Role::Auditor).await.unwrap();
    let first = last_entry(&h, account).await.id;
    take(Role::Auditor).await.unwrap();
    give(Role::Auditor).await.unwrap();
    let refused = directory.undo_group_role(&ACTOR, account, staff, first).await;
    assert_eq!(refusal(refused), Refusal::ChangedSince);
    assert_eq!(given(&h, account, staff).await, [Role::Auditor]);
    // Another role's change is none of this one.
    let last = last_entry(&h, account).await.id;
    give(Role::Member).await.unwrap();
    directory
        .undo_group_role(&ACTOR, account, staff, last)
        .await
        .unwrap();
    assert_eq!(given(&h, account, staff).await, [Role::Member]);

    let other = Idp::of(&h, account).group(&h, "Other", &[]).await.id;
    let elsewhere = h.account("Globex").await;
    let member = last_entry_of(&h, account, staff).await;
    for (account, group) in [(account, other), (elsewhere, staff)] {
        let foreign = directory.undo_group_role(&ACTOR, account, group, member).await;
        assert!(matches!(foreign, Err(DirectoryError::NotFound)), "{foreign:?}");
    }
}

async fn last_entry_of(h: &Harness, account: AccountId, group: GroupId) -> directory::EntryId {
    let query = EntryQuery {
        subject: Some(group.to_string()),
        limit: 1,
        ..EntryQuery::default()
    };
    h.directory.list_entries(account, &query).await.unwrap().entries[0].id
}

#[tokio::test]
async fn undoing_may_not_take_the_last_administrator_away() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let staff = group(&h, account).await;
    let directory = &h.directory;
    let root = NewUser {
        user_name: "root".to_owned(),
        roles: vec![Role::Administrator],
        ..NewUser::default()
    };
    let root = directory.add_user(&ACTOR, account, root).await.unwrap();
    directory
        .give_group_role(&ACTOR, account, staff, Role::Administrator)
        .await
        .unwrap();
    let entry = last_entry(&h, account).await.id;
    directory
        .take_role(&ACTOR, account, root, Role::Administrator)
        .await
        .unwrap();
    let refused = directory.undo_group_role(&ACTOR, account, staff, entry).await;
    assert_eq!(refusal(refused), Refusal::LastAdministrator);
    assert_eq!(given(&h, account, staff).await, [Role::Administrator]);
}

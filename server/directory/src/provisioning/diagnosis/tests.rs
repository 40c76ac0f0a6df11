//! The table of cases: facts on the left, findings on the right.

use super::*;
use crate::{GroupId, TokenId};

fn at(minutes: i64) -> Timestamp {
    "2026-12-01T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
}

const CYCLE: SignedDuration = SignedDuration::from_mins(40);

/// Entra, set up a day ago: two users and a group came, and it spoke ten minutes ago.
fn healthy() -> Facts {
    Facts {
        now: at(1500),
        enabled: true,
        switched_at: Some(at(0)),
        live_token_at: Some(at(1)),
        token_ended_at: None,
        last_contact_at: Some(at(1490)),
        cycle_began_at: None,
        turned_away: Vec::new(),
        run: None,
        documented: Documented {
            interval: Some(CYCLE),
            drops_nested: true,
        },
        learnt: None,
        users: 2,
        groups: 1,
        first_user_at: Some(at(10)),
        first_group_at: Some(at(11)),
        refused: Vec::new(),
        empty_groups: Vec::new(),
        extra: ExtraCount::default(),
    }
}

fn door(reason: DoorRefusal, minute: i64) -> TurnedAway {
    TurnedAway {
        reason,
        token: Some(TokenId::new(at(1))),
        count: 3,
        last_at: at(minute),
        address: "192.0.2.1".to_owned(),
        agent: "Entra".to_owned(),
        request: "GET /Users".to_owned(),
    }
}

fn refusal(reason: RefusedReason, is_group: bool, name: &str) -> Refused {
    Refused {
        reason,
        is_group,
        name: name.to_owned(),
        id: None,
        entry: EntryId::new(at(1480)),
        at: at(1480),
        request_id: "r".to_owned(),
        request: "POST /Groups".to_owned(),
        detail: String::new(),
    }
}

fn run(reason: RefusedReason, requests: u64) -> RefusedRun {
    RefusedRun {
        requests,
        since: at(1400),
        last: refusal(reason, false, ""),
    }
}

fn group(name: &str) -> GroupRef {
    GroupRef {
        id: GroupId::new(at(1)),
        display_name: name.to_owned(),
    }
}

/// What a finding says, in a word or two.
fn said(finding: &Finding) -> String {
    let more = match finding {
        Finding::TurnedAway(refusal) => format!("{:?}", refusal.reason),
        Finding::NoToken { ended_at } => if ended_at.is_some() { "ended" } else { "never" }.to_owned(),
        Finding::Late { learnt, .. } => if *learnt { "learnt" } else { "documented" }.to_owned(),
        Finding::OnlyUsers { waiting, .. } => if *waiting { "waiting" } else { "" }.to_owned(),
        Finding::EmptyGroups {
            waiting,
            nested,
            groups,
        } => format!(
            "{}{}{}",
            groups.len(),
            if *nested { " nested" } else { "" },
            if *waiting { " waiting" } else { "" }
        ),
        Finding::GroupsRefused { reason, refused } | Finding::UsersRefused { reason, refused } => {
            format!("{} {}", reason.name(), refused.len())
        }
        Finding::ExtraRoles(extra) => extra.users.to_string(),
        _ => String::new(),
    };
    format!("{:?}: {} {more}", finding.urgency(), finding.name())
        .trim()
        .to_owned()
}

/// A case: what differs from [`healthy`], and what is found.
type Case = (&'static str, fn(&mut Facts), &'static [&'static str]);

const CASES: &[Case] = &[
    ("everything fine", |_| {}, &["Good: speaking"]),
    (
        "never set up",
        |facts| {
            *facts = Facts {
                enabled: false,
                switched_at: None,
                live_token_at: None,
                last_contact_at: None,
                users: 0,
                groups: 0,
                first_user_at: None,
                first_group_at: None,
                ..facts.clone()
            };
        },
        &["Attention: never-set-up"],
    ),
    (
        "switched off; what is missing then is no news",
        |facts| {
            facts.enabled = false;
            facts.groups = 0;
            facts.empty_groups.clear();
        },
        &["Attention: switched-off"],
    ),
    (
        "no token yet",
        |facts| {
            facts.live_token_at = None;
            facts.last_contact_at = None;
            facts.users = 0;
            facts.groups = 0;
            facts.first_group_at = None;
        },
        &["Broken: no-token never"],
    ),
    (
        "the token has ended, and nobody has called since",
        |facts| {
            facts.live_token_at = None;
            facts.token_ended_at = Some(at(1495));
        },
        &["Broken: no-token ended"],
    ),
    (
        "the token has expired, and the identity provider still calls",
        |facts| {
            facts.live_token_at = None;
            facts.token_ended_at = Some(at(1495));
            facts.turned_away = vec![door(DoorRefusal::Expired, 1498)];
        },
        &["Broken: turned-away Expired"],
    ),
    (
        "the token was revoked; the new one is not in use",
        |facts| facts.turned_away = vec![door(DoorRefusal::Revoked, 1498)],
        &["Broken: turned-away Revoked"],
    ),
    (
        "turned away once, let in since",
        |facts| facts.turned_away = vec![door(DoorRefusal::Revoked, 1200)],
        &["Good: speaking"],
    ),
    (
        "somebody guesses tokens while the identity provider speaks",
        |facts| facts.turned_away = vec![door(DoorRefusal::Unknown, 1498)],
        &["Good: speaking"],
    ),
    (
        "nothing but wrong tokens has ever come",
        |facts| {
            facts.last_contact_at = None;
            facts.turned_away = vec![door(DoorRefusal::Unknown, 1498)];
            facts.users = 0;
            facts.groups = 0;
            facts.first_group_at = None;
        },
        &["Broken: turned-away Unknown"],
    ),
    (
        "never contacted",
        |facts| {
            facts.last_contact_at = None;
            facts.users = 0;
            facts.groups = 0;
            facts.first_group_at = None;
        },
        &["Attention: never-contacted"],
    ),
    (
        "connected, and nobody is assigned",
        |facts| {
            facts.users = 0;
            facts.groups = 0;
            facts.first_user_at = None;
            facts.first_group_at = None;
        },
        &["Attention: nothing-sent", "Good: speaking"],
    ),
    (
        "only users in scope",
        |facts| {
            facts.groups = 0;
            facts.first_group_at = None;
        },
        &["Attention: only-users", "Good: speaking"],
    ),
    (
        "users have just come, groups may follow a cycle later",
        |facts| {
            facts.groups = 0;
            facts.first_group_at = None;
            facts.first_user_at = Some(at(1490));
        },
        &["Quiet: only-users waiting", "Good: speaking"],
    ),
    (
        "groups came and were all deleted",
        |facts| facts.groups = 0,
        &["Attention: groups-gone", "Good: speaking"],
    ),
    (
        "groups sent but refused: the name is taken",
        |facts| {
            facts.groups = 0;
            facts.first_group_at = None;
            facts.refused = vec![
                refusal(RefusedReason::DuplicateGroup, true, "Finance"),
                refusal(RefusedReason::DuplicateGroup, true, "Platform"),
            ];
        },
        &["Broken: groups-refused duplicate-group 2", "Good: speaking"],
    ),
    (
        "each reason is a finding of its own, groups before users",
        |facts| {
            facts.refused = vec![
                refusal(RefusedReason::BreakGlass, false, "glass"),
                refusal(RefusedReason::UnknownMember, true, "Finance"),
                refusal(RefusedReason::NestedCycle, true, "Platform"),
                refusal(RefusedReason::Unreadable, true, "Odd"),
                refusal(RefusedReason::UserElsewhere, false, "taken"),
            ];
        },
        &[
            "Broken: groups-refused unknown-member 1",
            "Broken: groups-refused nested-cycle 1",
            "Broken: groups-refused unreadable 1",
            "Attention: users-refused break-glass 1",
            "Attention: users-refused user-elsewhere 1",
            "Good: speaking",
        ],
    ),
    (
        "groups pushed empty because they are nested",
        |facts| facts.empty_groups = vec![(group("Everybody"), at(100))],
        &["Attention: empty-groups 1 nested", "Good: speaking"],
    ),
    (
        "a group has just come, its members may follow a cycle later",
        |facts| facts.empty_groups = vec![(group("Everybody"), at(1490))],
        &["Quiet: empty-groups 1 nested waiting", "Good: speaking"],
    ),
    (
        "the next cycle is past due, but nothing may have changed",
        |facts| facts.last_contact_at = Some(at(1400)),
        &["Quiet: quiet"],
    ),
    (
        "silent for more than a day, by the documented rhythm",
        |facts| facts.last_contact_at = Some(at(50)),
        &["Attention: late documented"],
    ),
    (
        "silent for two of its own cycles",
        |facts| {
            facts.learnt = Some(CYCLE);
            facts.last_contact_at = Some(at(1400));
        },
        &["Broken: late learnt"],
    ),
    (
        "an identity provider without a rhythm is never late",
        |facts| {
            facts.documented = Documented::default();
            facts.last_contact_at = Some(at(-100_000));
        },
        &["Quiet: quiet"],
    ),
    (
        "the latest requests were all refused",
        |facts| facts.run = Some(run(RefusedReason::Unreadable, 3)),
        &["Broken: failing"],
    ),
    (
        "one bad request is no failure of the connection",
        |facts| facts.run = Some(run(RefusedReason::Unreadable, 2)),
        &["Good: speaking"],
    ),
    (
        "the wrong path",
        |facts| facts.run = Some(run(RefusedReason::WrongPath, 1)),
        &["Broken: wrong-path"],
    ),
    (
        "a token that may only read",
        |facts| facts.run = Some(run(RefusedReason::ReadOnlyToken, 1)),
        &["Broken: read-only-token"],
    ),
    (
        "more roles than the groups give",
        |facts| {
            facts.extra = ExtraCount {
                users: 4,
                before_scim: 3,
                added_later: 1,
            };
        },
        &["Attention: extra-roles 4", "Good: speaking"],
    ),
];

#[test]
fn each_state_has_its_findings_the_most_urgent_first() {
    for (name, change, expected) in CASES {
        let mut facts = healthy();
        change(&mut facts);
        let found: Vec<String> = diagnose(&facts).iter().map(said).collect();
        assert_eq!(found, *expected, "{name}");
    }
}

#[test]
fn the_next_contact_is_due_by_the_own_rhythm_before_the_documented_one() {
    let mut facts = healthy();
    assert_eq!(facts.due_at(), Some(at(1530)));
    facts.learnt = Some(SignedDuration::from_mins(20));
    assert_eq!(facts.due_at(), Some(at(1510)));
    facts.learnt = None;
    facts.cycle_began_at = Some(at(1485));
    assert_eq!(facts.due_at(), Some(at(1525)), "from the beginning of the cycle");
    facts.documented.interval = None;
    assert_eq!(facts.due_at(), None);
}

#[test]
fn every_reason_has_a_name_of_its_own() {
    let names: std::collections::BTreeSet<&str> =
        RefusedReason::ALL.iter().map(|reason| reason.name()).collect();
    assert_eq!(names.len(), RefusedReason::ALL.len());
}

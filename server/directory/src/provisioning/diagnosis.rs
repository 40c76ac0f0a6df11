//! What is wrong with an account's provisioning, now: each finding is a value that [`diagnose`] makes from [`Facts`]
//! and nothing else. What a finding says to whom, and in which words, is the console's.

mod bundle;
mod facts;
mod refusal;
#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

pub use bundle::SupportBundle;
pub use refusal::{Refused, RefusedReason};

use super::arrival::{DoorRefusal, TurnedAway};
use super::rhythm::Silence;
use crate::EntryId;
use crate::role::GroupRef;
use crate::role::extra::ExtraCount;

/// Where neither the traffic nor a guide names a rhythm, silence says nothing before this.
const FRESH: SignedDuration = SignedDuration::from_hours(1);
/// The latest requests that must all have been refused before the connection counts as failing.
const FAILING: u64 = 3;

/// What is known of the chosen identity provider from its documentation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Documented {
    /// From one cycle to the next; none: it sends at once, or nobody knows.
    pub interval: Option<SignedDuration>,
    /// Whether it leaves out the members of groups within groups.
    pub drops_nested: bool,
}

/// The latest requests, as far as all of them were refused for a reason that is not one user's or group's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRun {
    /// How many.
    pub requests: u64,
    /// When the first of them came.
    pub since: Timestamp,
    /// The last.
    pub last: Refused,
}

/// What a diagnosis goes by, read at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The moment.
    pub now: Timestamp,
    /// Whether SCIM requests are served.
    pub enabled: bool,
    /// When that was last switched; none: never.
    pub switched_at: Option<Timestamp>,
    /// When the latest live read-write token was made; none: no such token is live.
    pub live_token_at: Option<Timestamp>,
    /// When the last read-write token ended, where none is live; none: there has been none.
    pub token_ended_at: Option<Timestamp>,
    /// When a request of the identity provider with a valid token last came.
    pub last_contact_at: Option<Timestamp>,
    /// When the cycle of that request began; none: not known.
    pub cycle_began_at: Option<Timestamp>,
    /// Who was turned away at the door, the last one first.
    pub turned_away: Vec<TurnedAway>,
    /// The requests since the last that was not refused.
    pub run: Option<RefusedRun>,
    /// What the documentation says.
    pub documented: Documented,
    /// The interval that the account's own traffic shows; none: it shows none yet.
    pub learnt: Option<SignedDuration>,
    /// SCIM-managed users.
    pub users: u64,
    /// Groups.
    pub groups: u64,
    /// When the first user came.
    pub first_user_at: Option<Timestamp>,
    /// When the first group came.
    pub first_group_at: Option<Timestamp>,
    /// Requests for users and groups that were refused and have not succeeded since, the last one first.
    pub refused: Vec<Refused>,
    /// Groups that came without members and have never had one, with when they came; the first of them.
    pub empty_groups: Vec<(GroupRef, Timestamp)>,
    /// Users with more roles than their groups give.
    pub extra: ExtraCount,
}

/// How much a finding presses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Nothing arrives, or something is refused until somebody acts.
    Broken,
    /// Somebody should look.
    Attention,
    /// Normal, and worth knowing.
    Quiet,
    /// As it should be.
    Good,
}

/// One finding with its evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// Nothing was ever set up.
    NeverSetUp,
    /// Provisioning is switched off.
    SwitchedOff {
        /// Since when.
        since: Option<Timestamp>,
    },
    /// No read-write token is live, so that the identity provider cannot get in.
    NoToken {
        /// When the last one ended; none: there has been none.
        ended_at: Option<Timestamp>,
    },
    /// The identity provider calls and is turned away at the door.
    TurnedAway(TurnedAway),
    /// Nothing has ever come.
    NeverContacted {
        /// Since when it could.
        since: Timestamp,
    },
    /// The identity provider uses a token that may only read.
    ReadOnlyToken(Refused),
    /// Requests go to an address at which there is nothing.
    WrongPath(Refused),
    /// The latest requests were all refused.
    Failing(RefusedRun),
    /// The next contact is overdue.
    Late {
        /// The last contact.
        last: Timestamp,
        /// When the next one was due.
        due: Timestamp,
        /// Whether the account's own traffic says so, or the documentation alone.
        learnt: bool,
    },
    /// Nothing comes, which is normal so far.
    Quiet {
        /// The last contact.
        last: Timestamp,
        /// When the next one was due, where there is a rhythm.
        due: Option<Timestamp>,
    },
    /// The identity provider speaks as it should.
    Speaking {
        /// The last contact.
        last: Timestamp,
        /// When the next one is due, where there is a rhythm.
        due: Option<Timestamp>,
    },
    /// The connection works, but nobody was ever sent.
    NothingSent {
        /// The last contact.
        last: Timestamp,
    },
    /// Users came, and no request for a group ever did.
    OnlyUsers {
        /// How many users.
        users: u64,
        /// Whether groups may still come with the next contact.
        waiting: bool,
    },
    /// Groups came, and all of them were deleted.
    GroupsGone {
        /// When the first one came.
        first_at: Timestamp,
    },
    /// Requests for groups were refused for one reason.
    GroupsRefused {
        /// The reason.
        reason: RefusedReason,
        /// The last refusal of each group, the last one first.
        refused: Vec<Refused>,
    },
    /// Requests for users were refused for one reason.
    UsersRefused {
        /// The reason.
        reason: RefusedReason,
        /// The last refusal of each user, the last one first.
        refused: Vec<Refused>,
    },
    /// Groups came without members and never got one.
    EmptyGroups {
        /// The first of them.
        groups: Vec<GroupRef>,
        /// Whether members may still come with the next contact.
        waiting: bool,
        /// Whether this identity provider leaves out members of groups within groups, which is then the likely cause.
        nested: bool,
    },
    /// Users have more roles than their groups give.
    ExtraRoles(ExtraCount),
}

impl Finding {
    /// How much it presses.
    pub fn urgency(&self) -> Urgency {
        match self {
            Self::NoToken { .. }
            | Self::TurnedAway(_)
            | Self::ReadOnlyToken(_)
            | Self::WrongPath(_)
            | Self::Failing(_)
            | Self::GroupsRefused { .. }
            | Self::Late { learnt: true, .. } => Urgency::Broken,
            Self::NeverSetUp
            | Self::SwitchedOff { .. }
            | Self::NeverContacted { .. }
            | Self::Late { .. }
            | Self::NothingSent { .. }
            | Self::OnlyUsers { waiting: false, .. }
            | Self::GroupsGone { .. }
            | Self::UsersRefused { .. }
            | Self::EmptyGroups { waiting: false, .. }
            | Self::ExtraRoles(_) => Urgency::Attention,
            Self::Quiet { .. }
            | Self::OnlyUsers { waiting: true, .. }
            | Self::EmptyGroups { waiting: true, .. } => Urgency::Quiet,
            Self::Speaking { .. } => Urgency::Good,
        }
    }

    /// What it is called in addresses and in the bundle for support.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NeverSetUp => "never-set-up",
            Self::SwitchedOff { .. } => "switched-off",
            Self::NoToken { .. } => "no-token",
            Self::TurnedAway(_) => "turned-away",
            Self::NeverContacted { .. } => "never-contacted",
            Self::ReadOnlyToken(_) => "read-only-token",
            Self::WrongPath(_) => "wrong-path",
            Self::Failing(_) => "failing",
            Self::Late { .. } => "late",
            Self::Quiet { .. } => "quiet",
            Self::Speaking { .. } => "speaking",
            Self::NothingSent { .. } => "nothing-sent",
            Self::OnlyUsers { .. } => "only-users",
            Self::GroupsGone { .. } => "groups-gone",
            Self::GroupsRefused { .. } => "groups-refused",
            Self::UsersRefused { .. } => "users-refused",
            Self::EmptyGroups { .. } => "empty-groups",
            Self::ExtraRoles(_) => "extra-roles",
        }
    }

    /// The last entry of the log that shows it.
    pub fn entry(&self) -> Option<EntryId> {
        self.refused().map(|refused| refused.entry)
    }

    /// The last refusal that shows it.
    pub fn refused(&self) -> Option<&Refused> {
        match self {
            Self::ReadOnlyToken(refused) | Self::WrongPath(refused) => Some(refused),
            Self::Failing(run) => Some(&run.last),
            Self::GroupsRefused { refused, .. } | Self::UsersRefused { refused, .. } => refused.first(),
            _ => None,
        }
    }
}

impl Facts {
    /// The interval that the identity provider keeps: its own, or else the documented one.
    pub fn interval(&self) -> Option<SignedDuration> {
        self.learnt.or(self.documented.interval)
    }

    /// When the next contact is due.
    pub fn due_at(&self) -> Option<Timestamp> {
        let began = self.cycle_began_at.or(self.last_contact_at)?;
        began.checked_add(self.interval()?).ok()
    }

    /// Whether what came at `at` may be followed by more in the course of the rhythm.
    fn may_follow(&self, at: Timestamp) -> bool {
        // What is sent at once follows at once, give or take a busy queue.
        const AT_ONCE: SignedDuration = SignedDuration::from_mins(5);
        let wait = self.interval().map_or(AT_ONCE, |interval| interval * 2);
        at.checked_add(wait).is_ok_and(|until| self.now < until)
    }
}

/// Everything that is to be said, the most urgent first.
pub fn diagnose(facts: &Facts) -> Vec<Finding> {
    let mut findings = vec![contact(facts)];
    findings.extend(arrived(facts));
    findings.extend(refused(facts));
    if facts.extra.users > 0 {
        findings.push(Finding::ExtraRoles(facts.extra));
    }
    findings.sort_by_key(Finding::urgency);
    findings
}

/// How the identity provider's contact stands: off, shut out, never, failing, late, quiet or speaking.
fn contact(facts: &Facts) -> Finding {
    if !facts.enabled {
        let untouched = facts.switched_at.is_none() && facts.last_contact_at.is_none();
        return if untouched {
            Finding::NeverSetUp
        } else {
            Finding::SwitchedOff {
                since: facts.switched_at,
            }
        };
    }
    // Who was turned away before a request got in has been let in since.
    let turned_away = facts
        .turned_away
        .iter()
        .find(|refusal| facts.last_contact_at.is_none_or(|last| refusal.last_at > last));
    let live_since = match (facts.live_token_at, turned_away) {
        (_, Some(refusal)) if is_of_the_idp(refusal) || facts.last_contact_at.is_none() => {
            return Finding::TurnedAway(refusal.clone());
        }
        (None, _) => {
            return Finding::NoToken {
                ended_at: facts.token_ended_at,
            };
        }
        (Some(made_at), _) => made_at,
    };
    let Some(last) = facts.last_contact_at else {
        return Finding::NeverContacted {
            since: facts.switched_at.map_or(live_since, |at| at.max(live_since)),
        };
    };
    if let Some(run) = &facts.run {
        match run.last.reason {
            RefusedReason::ReadOnlyToken => return Finding::ReadOnlyToken(run.last.clone()),
            RefusedReason::WrongPath => return Finding::WrongPath(run.last.clone()),
            _ if run.requests >= FAILING => return Finding::Failing(run.clone()),
            _ => {}
        }
    }
    silence(facts, last)
}

/// A token of this account, even one that has ended, is in the hands of its identity provider; who guesses is not.
fn is_of_the_idp(refusal: &TurnedAway) -> bool {
    matches!(
        refusal.reason,
        DoorRefusal::Expired | DoorRefusal::Revoked | DoorRefusal::Foreign
    )
}

/// Late, quiet or speaking.
fn silence(facts: &Facts, last: Timestamp) -> Finding {
    let due = facts.due_at();
    let [learnt, documented] =
        [facts.learnt, facts.documented.interval].map(|interval| interval.map(SignedDuration::unsigned_abs));
    match Silence::since(
        facts.cycle_began_at.unwrap_or(last),
        learnt,
        documented,
        facts.now,
    ) {
        Silence::Late { due, learnt } => Finding::Late { last, due, learnt },
        _ if facts.now <= due.unwrap_or(last + FRESH) => Finding::Speaking { last, due },
        _ => Finding::Quiet { last, due },
    }
}

/// What came, and what did not.
fn arrived(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !facts.enabled {
        return findings;
    }
    let groups_refused = facts.refused.iter().any(|refused| refused.is_group);
    match (facts.last_contact_at, facts.first_group_at) {
        (Some(last), None) if facts.users == 0 && facts.groups == 0 && facts.refused.is_empty() => {
            findings.push(Finding::NothingSent { last });
        }
        (Some(_), None) if facts.users > 0 && facts.groups == 0 && !groups_refused => {
            let waiting = facts.first_user_at.is_some_and(|at| facts.may_follow(at));
            let users = facts.users;
            findings.push(Finding::OnlyUsers { users, waiting });
        }
        (_, Some(first_at)) if facts.groups == 0 => findings.push(Finding::GroupsGone { first_at }),
        _ => {}
    }
    if let Some(newest) = facts.empty_groups.iter().map(|(_, at)| *at).max() {
        findings.push(Finding::EmptyGroups {
            groups: facts
                .empty_groups
                .iter()
                .map(|(group, _)| group.clone())
                .collect(),
            waiting: facts.may_follow(newest),
            nested: facts.documented.drops_nested,
        });
    }
    findings
}

/// Refusals of one user's or group's requests, by reason: groups before users, in the order of their last refusal.
fn refused(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for is_group in [true, false] {
        let mut by_reason: Vec<(RefusedReason, Vec<Refused>)> = Vec::new();
        for refused in facts
            .refused
            .iter()
            .filter(|refused| refused.is_group == is_group)
        {
            match by_reason.iter_mut().find(|(reason, _)| *reason == refused.reason) {
                Some((_, all)) => all.push(refused.clone()),
                None => by_reason.push((refused.reason, vec![refused.clone()])),
            }
        }
        findings.extend(by_reason.into_iter().map(|(reason, refused)| {
            if is_group {
                Finding::GroupsRefused { reason, refused }
            } else {
                Finding::UsersRefused { reason, refused }
            }
        }));
    }
    findings
}

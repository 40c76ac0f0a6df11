//! What is told of requests that were refused: at the door, and for what they asked.

use directory::provisioning::arrival::TurnedAway;
use directory::provisioning::diagnosis::{Refused, RefusedReason};

use super::Shown;
use super::words::{NAMED, Told, Words, time};
use crate::format::size;
use crate::routes;
use crate::subject::guide::Topic;
use crate::subject::problem;
use crate::subject::turned_away::Reason;
use crate::text::{K, P, count, fill, t};

pub(super) fn turned_away(refusal: &TurnedAway, way: Option<(String, String)>, theirs: String) -> Words {
    let reason = Reason::from(refusal.reason);
    Words {
        title: t(K::FindingTurnedAway).to_owned(),
        cause: t(K::FindingTurnedAwayCause).to_owned(),
        evidence: vec![
            (
                t(K::EntryWhat).to_owned(),
                Shown::Text(reason.sentence(refusal.count, &refusal.address)),
            ),
            time(K::FindingLast, refusal.last_at),
            (t(K::RequestLine).to_owned(), Shown::Code(refusal.request.clone())),
        ],
        here: Some(reason.mend().to_owned()),
        mend: way,
        theirs: Some(theirs),
        topic: Some(Topic::Token),
        problem: Some(problem::of_door(refusal.reason)),
        ..Words::default()
    }
}

pub(super) fn groups_refused(
    told: &Told<'_>,
    reason: RefusedReason,
    refused: &[Refused],
    to: &routes::Account,
) -> Words {
    let (title, cause, here, theirs, topic) = match reason {
        RefusedReason::DuplicateGroup => (
            P::FindingDuplicateGroup,
            K::FindingDuplicateGroupCause,
            K::FindingDuplicateGroupHere,
            K::FindingDuplicateGroupTheirs,
            Topic::Groups,
        ),
        RefusedReason::UnknownMember => (
            P::FindingUnknownMember,
            K::FindingUnknownMemberCause,
            K::FindingNothingHere,
            K::FindingUnknownMemberTheirs,
            Topic::Users,
        ),
        RefusedReason::NestedCycle => (
            P::FindingNestedCycle,
            K::FindingNestedCycleCause,
            K::FindingNothingHere,
            K::FindingNestedCycleTheirs,
            Topic::Groups,
        ),
        _ => (
            P::FindingGroupsRefused,
            K::FindingRefusedCause,
            K::FindingFailingHere,
            K::FindingMappingTheirs,
            Topic::Mapping,
        ),
    };
    of_refusals(told, reason, refused, to, (title, cause, here, theirs, topic))
}

pub(super) fn users_refused(
    told: &Told<'_>,
    reason: RefusedReason,
    refused: &[Refused],
    to: &routes::Account,
) -> Words {
    let (title, cause, here, theirs, topic) = match reason {
        RefusedReason::UserElsewhere => (
            P::FindingUserElsewhere,
            K::FindingUserElsewhereCause,
            K::FindingUserElsewhereHere,
            K::FindingUserElsewhereTheirs,
            Topic::Users,
        ),
        RefusedReason::UserManaged => (
            P::FindingUserManaged,
            K::FindingUserManagedCause,
            K::FindingNothingHere,
            K::FindingUserManagedTheirs,
            Topic::Mapping,
        ),
        RefusedReason::BreakGlass => (
            P::FindingBreakGlass,
            K::FindingBreakGlassCause,
            K::FindingBreakGlassHere,
            K::FindingBreakGlassTheirs,
            Topic::Users,
        ),
        RefusedReason::UserNameTaken => (
            P::FindingNameTaken,
            K::FindingNameTakenCause,
            K::FindingNameTakenHere,
            K::FindingNameTakenTheirs,
            Topic::Mapping,
        ),
        _ => (
            P::FindingUsersRefused,
            K::FindingRefusedCause,
            K::FindingFailingHere,
            K::FindingMappingTheirs,
            Topic::Mapping,
        ),
    };
    of_refusals(told, reason, refused, to, (title, cause, here, theirs, topic))
}

fn of_refusals(
    told: &Told<'_>,
    reason: RefusedReason,
    refused: &[Refused],
    to: &routes::Account,
    (title, cause, here, theirs, topic): (P, K, K, K, Topic),
) -> Words {
    let idp = [("idp", &*told.guide.short)];
    let links = refused
        .iter()
        .take(NAMED)
        .map(|refused| (refused.name.clone(), to.entry(&refused.entry.to_string())))
        .collect();
    let label = if refused.iter().any(|refused| refused.is_group) {
        K::GroupsTitle
    } else {
        K::UsersTitle
    };
    let last = refused.first();
    Words {
        title: count(title, size(refused.len())),
        cause: fill(cause, &idp),
        evidence: [(t(label).to_owned(), Shown::Links(links))]
            .into_iter()
            .chain(last.map(|last| shown(last, to)).into_iter().flatten())
            .collect(),
        here: Some(t(here).to_owned()),
        mend: last.map(|last| {
            (
                t(K::FindingOpenEntry).to_owned(),
                to.entry(&last.entry.to_string()),
            )
        }),
        theirs: Some(fill(theirs, &idp)),
        topic: Some(topic),
        objects: refused
            .iter()
            .take(NAMED)
            .map(|refused| refused.name.clone())
            .collect(),
        problem: problem::of_reason(reason),
    }
}

/// What a refusal shows: when, what was asked, what was answered, by which id.
pub(super) fn shown(refused: &Refused, to: &routes::Account) -> Vec<(String, Shown)> {
    let entry = to.entry(&refused.entry.to_string());
    vec![
        time(K::FindingLast, refused.at),
        (t(K::RequestLine).to_owned(), Shown::Code(refused.request.clone())),
        (
            t(K::FindingAnswer).to_owned(),
            Shown::Text(refused.detail.clone()),
        ),
        (
            "X-Request-Id".to_owned(),
            Shown::Links(vec![(refused.request_id.clone(), entry)]),
        ),
    ]
}

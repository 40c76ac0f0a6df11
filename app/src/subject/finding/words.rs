//! From a finding to its words: title, cause, evidence, and what to do.

use directory::provisioning::diagnosis::{Documented, Facts, Finding};
use directory::{AccountId, Connection};
use jiff::{SignedDuration, Timestamp};

use super::message::message;
use super::refusals::{groups_refused, shown, turned_away, users_refused};
use super::{FindingView, Shown, Urgency};
use crate::format::size;
use crate::routes;
use crate::subject::guide::{self, Guide, Possible, Topic};
use crate::subject::problem;
use crate::subject::step::Step;
use crate::text::{K, P, count, fill, t};

/// Names that a finding lists; the rest is a number.
pub(super) const NAMED: usize = 10;

/// What is told about: the account and its identity provider.
#[derive(Debug)]
pub struct Told<'a> {
    /// The account's id.
    pub account: AccountId,
    /// Its name.
    pub account_name: &'a str,
    /// Its SCIM base URL.
    pub base_url: &'a str,
    /// What the findings go by.
    pub facts: &'a Facts,
    /// The guide of its identity provider.
    pub guide: &'a Guide,
}

/// What a finding says, before it is laid out.
#[derive(Default)]
pub(super) struct Words {
    pub(super) title: String,
    pub(super) cause: String,
    pub(super) evidence: Vec<(String, Shown)>,
    pub(super) here: Option<String>,
    pub(super) mend: Option<(String, String)>,
    pub(super) theirs: Option<String>,
    /// What of the guide the message names.
    pub(super) topic: Option<Topic>,
    /// What it is about, for the message.
    pub(super) objects: Vec<String>,
    pub(super) problem: Option<&'static str>,
}

/// The guide of a connection: the chosen one, or that of the identity provider that its requests show, or the one for
/// any.
pub fn guide_of(connection: &Connection) -> Guide {
    guide::of_connection(connection)
        .or_else(|| guide::find("other"))
        .expect("the guide for any other identity provider is there")
}

/// What the documentation of a connection's identity provider says of its rhythm and its groups.
pub fn documented(connection: &Connection) -> Documented {
    let guide = guide_of(connection);
    Documented {
        interval: guide
            .rhythm
            .minutes
            .map(|minutes| SignedDuration::from_mins(minutes.into())),
        drops_nested: guide.drops_nested,
    }
}

/// The finding in words.
pub fn tell(told: &Told<'_>, finding: &Finding) -> FindingView {
    let words = words(told, finding);
    let reason = match finding {
        Finding::GroupsRefused { reason, .. } | Finding::UsersRefused { reason, .. } => Some(reason.name()),
        _ => None,
    };
    let message = words
        .theirs
        .as_deref()
        .map(|theirs| message(told, finding, &words, theirs));
    FindingView {
        id: [Some(finding.name()), reason]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("-"),
        urgency: match finding.urgency() {
            directory::provisioning::diagnosis::Urgency::Broken => Urgency::Broken,
            directory::provisioning::diagnosis::Urgency::Attention => Urgency::Attention,
            directory::provisioning::diagnosis::Urgency::Quiet => Urgency::Quiet,
            directory::provisioning::diagnosis::Urgency::Good => Urgency::Good,
        },
        message,
        title: words.title,
        cause: words.cause,
        evidence: words.evidence,
        here: words.here,
        mend: words.mend,
        theirs: words.theirs,
        problem: words.problem.map(str::to_owned),
    }
}

/// What is known of the arrival of groups, whatever was found.
pub fn of_groups(told: &Told<'_>) -> Vec<(String, Shown)> {
    let facts = told.facts;
    let never = |label: K| (t(label).to_owned(), Shown::Text(t(K::FindingNever).to_owned()));
    let refused = facts.refused.iter().filter(|refused| refused.is_group).count();
    let mut lines = match facts.last_contact_at {
        Some(last) => rhythm(told, last, facts.due_at()),
        None => vec![never(K::FindingLastContact)],
    };
    lines.push(facts.first_group_at.map_or_else(
        || never(K::FindingFirstGroup),
        |at| time(K::FindingFirstGroup, at),
    ));
    lines.extend([
        (
            t(K::FindingGroupsHere).to_owned(),
            Shown::Text(count(P::FindingGroupCount, facts.groups)),
        ),
        (
            t(K::FindingGroupsRefusedNow).to_owned(),
            Shown::Text(count(P::FindingGroupCount, size(refused))),
        ),
        (
            t(K::FindingGroupsEmpty).to_owned(),
            Shown::Text(count(P::FindingGroupCount, size(facts.empty_groups.len()))),
        ),
    ]);
    lines
}

fn words(told: &Told<'_>, finding: &Finding) -> Words {
    let to = routes::Account::new(told.account.to_string());
    let short = &*told.guide.short;
    let named = |key: K| fill(key, &[("idp", short)]);
    let guide_way = || Some((t(K::SetupConfigure).to_owned(), to.setup_step(Step::Configure)));
    let token_way = || Some((t(K::TokenGenerate).to_owned(), to.new_token()));
    match finding {
        Finding::NeverSetUp => Words {
            title: t(K::FindingNeverSetUp).to_owned(),
            cause: t(K::FindingNeverSetUpCause).to_owned(),
            here: Some(t(K::FindingNeverSetUpHere).to_owned()),
            mend: Some((t(K::SetupOpen).to_owned(), to.setup())),
            ..Words::default()
        },
        Finding::SwitchedOff { since } => Words {
            title: t(K::FindingSwitchedOff).to_owned(),
            cause: t(K::FindingSwitchedOffCause).to_owned(),
            evidence: since.iter().map(|at| time(K::FindingSince, *at)).collect(),
            here: Some(t(K::FindingSwitchedOffHere).to_owned()),
            mend: Some((t(K::ProvisioningOpen).to_owned(), to.provisioning())),
            theirs: Some(named(K::FindingSwitchedOffTheirs)),
            topic: Some(Topic::Start),
            problem: Some("switched-off"),
            ..Words::default()
        },
        Finding::NoToken { ended_at } => Words {
            title: t(K::FindingNoToken).to_owned(),
            cause: t(if ended_at.is_some() {
                K::FindingNoTokenEnded
            } else {
                K::FindingNoTokenNever
            })
            .to_owned(),
            evidence: ended_at.iter().map(|at| time(K::FindingEnded, *at)).collect(),
            here: Some(t(K::FindingNoTokenHere).to_owned()),
            mend: token_way(),
            theirs: Some(named(K::FindingTokenTheirs)),
            topic: Some(Topic::Token),
            problem: Some("token-expired"),
            ..Words::default()
        },
        Finding::TurnedAway(refusal) => turned_away(refusal, token_way(), named(K::FindingTokenTheirs)),
        Finding::NeverContacted { since } => Words {
            title: t(K::FindingNeverContacted).to_owned(),
            cause: t(K::FindingNeverContactedCause).to_owned(),
            evidence: vec![
                time(K::FindingSince, *since),
                (
                    t(K::FindingWaiting).to_owned(),
                    Shown::Text(guide::plain(&told.guide.waiting)),
                ),
            ],
            here: Some(t(K::FindingNeverContactedHere).to_owned()),
            mend: guide_way(),
            theirs: Some(named(K::FindingNeverContactedTheirs)),
            topic: Some(Topic::Token),
            ..Words::default()
        },
        Finding::ReadOnlyToken(refused) => Words {
            title: t(K::FindingReadOnly).to_owned(),
            cause: t(K::FindingReadOnlyCause).to_owned(),
            evidence: shown(refused, &to),
            here: Some(t(K::FindingReadOnlyHere).to_owned()),
            mend: token_way(),
            theirs: Some(named(K::FindingTokenTheirs)),
            topic: Some(Topic::Token),
            problem: Some("read-only-token"),
            ..Words::default()
        },
        Finding::WrongPath(refused) => Words {
            title: t(K::FindingWrongPath).to_owned(),
            cause: t(K::FindingWrongPathCause).to_owned(),
            evidence: shown(refused, &to),
            here: Some(t(K::FindingWrongPathHere).to_owned()),
            mend: Some((t(K::ProvisioningOpen).to_owned(), to.provisioning())),
            theirs: Some(named(K::FindingWrongPathTheirs)),
            topic: Some(Topic::Token),
            problem: Some("wrong-path"),
            ..Words::default()
        },
        Finding::Failing(run) => Words {
            title: count(P::FindingFailing, run.requests),
            cause: t(K::FindingFailingCause).to_owned(),
            evidence: [time(K::FindingSince, run.since)]
                .into_iter()
                .chain(shown(&run.last, &to))
                .collect(),
            here: Some(t(K::FindingFailingHere).to_owned()),
            mend: Some((
                t(K::FindingOpenEntry).to_owned(),
                to.entry(&run.last.entry.to_string()),
            )),
            theirs: Some(named(K::FindingMappingTheirs)),
            topic: Some(Topic::Mapping),
            problem: problem::of_reason(run.last.reason),
            ..Words::default()
        },
        Finding::Late { last, due, learnt } => {
            let (title, cause) = if *learnt {
                (K::FindingLate, K::FindingLateCause)
            } else {
                (K::FindingLong, K::FindingLongCause)
            };
            Words {
                title: t(title).to_owned(),
                cause: t(cause).to_owned(),
                evidence: rhythm(told, *last, Some(*due)),
                here: Some(t(K::FindingLateHere).to_owned()),
                theirs: Some(named(K::FindingLateTheirs)),
                topic: Some(Topic::Start),
                problem: Some(if told.guide.id == "entra" {
                    "quarantine"
                } else {
                    "quiet"
                }),
                ..Words::default()
            }
        }
        Finding::Quiet { last, due } => Words {
            title: t(K::FindingQuiet).to_owned(),
            cause: t(if due.is_some() {
                K::FindingQuietCause
            } else {
                K::FindingQuietEvents
            })
            .to_owned(),
            evidence: rhythm(told, *last, *due),
            problem: Some("quiet"),
            ..Words::default()
        },
        Finding::Speaking { last, due } => Words {
            title: t(K::FindingSpeaking).to_owned(),
            cause: t(K::FindingSpeakingCause).to_owned(),
            evidence: rhythm(told, *last, *due),
            ..Words::default()
        },
        Finding::NothingSent { last } => Words {
            title: t(K::FindingNothingSent).to_owned(),
            cause: t(K::FindingNothingSentCause).to_owned(),
            evidence: rhythm(told, *last, told.facts.due_at()),
            here: Some(t(K::FindingNothingHere).to_owned()),
            theirs: Some(named(K::FindingNothingSentTheirs)),
            topic: Some(Topic::Users),
            ..Words::default()
        },
        Finding::OnlyUsers { users, waiting } => {
            only_users(told, *users, *waiting, named(K::FindingOnlyUsersTheirs))
        }
        Finding::GroupsGone { first_at } => Words {
            title: t(K::FindingGroupsGone).to_owned(),
            cause: t(K::FindingGroupsGoneCause).to_owned(),
            evidence: vec![time(K::FindingFirstGroup, *first_at)],
            here: Some(t(K::FindingGroupsGoneHere).to_owned()),
            mend: Some((t(K::ActivityTitle).to_owned(), to.activity())),
            theirs: Some(named(K::FindingOnlyUsersTheirs)),
            topic: Some(Topic::Groups),
            problem: Some("groups-missing"),
            ..Words::default()
        },
        Finding::GroupsRefused { reason, refused } => groups_refused(told, *reason, refused, &to),
        Finding::UsersRefused { reason, refused } => users_refused(told, *reason, refused, &to),
        Finding::EmptyGroups {
            groups,
            waiting,
            nested,
        } => {
            let links = groups
                .iter()
                .take(NAMED)
                .map(|group| (group.display_name.clone(), to.group(&group.id.to_string())))
                .collect();
            Words {
                title: count(P::FindingEmptyGroups, size(groups.len())),
                cause: match (waiting, nested) {
                    (true, true) => named(K::FindingEmptyWaitingNested),
                    (true, false) => t(K::FindingEmptyWaiting).to_owned(),
                    (false, true) => named(K::FindingEmptyNested),
                    (false, false) => named(K::FindingEmptyCause),
                },
                evidence: vec![(t(K::GroupsTitle).to_owned(), Shown::Links(links))],
                here: Some(t(K::FindingNothingHere).to_owned()),
                theirs: Some(named(if *nested {
                    K::FindingEmptyNestedTheirs
                } else {
                    K::FindingEmptyTheirs
                })),
                topic: Some(Topic::Groups),
                objects: groups
                    .iter()
                    .take(NAMED)
                    .map(|group| group.display_name.clone())
                    .collect(),
                problem: Some("nested-groups"),
                ..Words::default()
            }
        }
        Finding::ExtraRoles(extra) => Words {
            title: count(P::FindingExtra, extra.users),
            cause: t(K::FindingExtraCause).to_owned(),
            evidence: vec![
                (
                    t(K::ExtraBefore).to_owned(),
                    Shown::Text(count(P::UsersTotal, extra.before_scim)),
                ),
                (
                    t(K::ExtraLater).to_owned(),
                    Shown::Text(count(P::UsersTotal, extra.added_later)),
                ),
            ],
            here: Some(t(K::FindingExtraHere).to_owned()),
            mend: Some((t(K::ExtraOpen).to_owned(), to.extra_roles())),
            problem: Some("extra-roles"),
            ..Words::default()
        },
    }
}

fn only_users(told: &Told<'_>, users: u64, waiting: bool, theirs: String) -> Words {
    let cannot = told.guide.possible == Possible::UsersOnly;
    let cause = match (cannot, waiting) {
        (true, _) => fill(K::FindingOnlyUsersCannot, &[("idp", &told.guide.name)]),
        (false, true) => t(K::FindingOnlyUsersWaiting).to_owned(),
        (false, false) => t(K::FindingOnlyUsersCause).to_owned(),
    };
    let last = told
        .facts
        .last_contact_at
        .map(|last| rhythm(told, last, told.facts.due_at()));
    Words {
        title: t(K::FindingOnlyUsers).to_owned(),
        cause,
        evidence: [(
            t(K::UsersTitle).to_owned(),
            Shown::Text(count(P::UsersTotal, users)),
        )]
        .into_iter()
        .chain(last.into_iter().flatten())
        .collect(),
        here: Some(t(K::FindingNothingHere).to_owned()),
        theirs: Some(theirs),
        topic: Some(Topic::Groups),
        problem: Some("groups-missing"),
        ..Words::default()
    }
}

pub(super) fn time(label: K, at: Timestamp) -> (String, Shown) {
    (t(label).to_owned(), Shown::Time(at.into()))
}

/// The last contact, the rhythm by the own traffic and by the documentation, and when the next contact is due.
fn rhythm(told: &Told<'_>, last: Timestamp, due: Option<Timestamp>) -> Vec<(String, Shown)> {
    let learnt = told.facts.learnt.map(|interval| {
        let minutes = u64::try_from(interval.as_mins()).unwrap_or(0);
        (
            t(K::FindingLearnt).to_owned(),
            Shown::Text(count(P::FindingEvery, minutes)),
        )
    });
    [time(K::FindingLastContact, last)]
        .into_iter()
        .chain(due.map(|due| time(K::FindingDue, due)))
        .chain(learnt)
        .chain([(
            t(K::FindingDocumented).to_owned(),
            Shown::Text(told.guide.rhythm.text.clone()),
        )])
        .collect()
}

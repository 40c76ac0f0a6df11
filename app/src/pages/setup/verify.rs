//! See it work: from the first contact to the first role, as it happens, with whoever was turned away.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::SetupView;
use super::simulation::{self, TrySimulation};
use crate::components::{Callout, Icon, RelativeTime, Tone, icon, section, wide_section};
use crate::format::Moment;
use crate::pages::frame::FrameData;
use crate::routes;
use crate::subject::entry::{self, EntryRow, Outcome};
use crate::subject::turned_away::Reason;
use crate::text::{K, fill, t};

/// Entries that are shown.
#[cfg(feature = "ssr")]
const SHOWN: u16 = 10;

/// A milestone's place in the order, with its label and what to say while it is waited for.
const MILESTONES: [(K, K); 8] = [
    (K::MilestoneReached, K::MilestoneReachedWait),
    (K::MilestoneAccepted, K::MilestoneAcceptedWait),
    (K::MilestoneLookup, K::MilestoneLookupWait),
    (K::MilestoneUser, K::MilestoneUserWait),
    (K::MilestoneUpdate, K::MilestoneUpdateWait),
    (K::MilestoneGroup, K::MilestoneGroupWait),
    (K::MilestoneMember, K::MilestoneMemberWait),
    (K::MilestoneRole, K::MilestoneRoleWait),
];

/// A milestone that was passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedView {
    at: Moment,
    request: String,
    name: String,
}

/// Somebody who was turned away, however often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnedAwayView {
    reason: Reason,
    count: u64,
    last_at: Moment,
    address: String,
    agent: String,
    request: String,
    /// The known problem that explains it.
    problem: String,
}

/// What reached the account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ArrivalsView {
    /// By the place in the order of the milestones.
    passed: BTreeMap<usize, PassedView>,
    turned_away: Vec<TurnedAwayView>,
    entries: Vec<EntryRow>,
}

impl ArrivalsView {
    /// Whether every milestone was passed.
    fn finished(&self) -> bool {
        (0..MILESTONES.len()).all(|place| self.passed.contains_key(&place))
    }
}

/// The step.
pub(super) fn view(frame: &FrameData, setup: &SetupView, simulate: ServerAction<TrySimulation>) -> AnyView {
    let to = frame.to();
    let arrivals = &setup.arrivals;
    let now = setup.connection.now;
    let waiting = setup.guide.as_ref().map(|guide| guide.waiting.clone());
    let entries = (!arrivals.entries.is_empty()).then(|| {
        let list = entry::list(t(K::VerifyEntries), &arrivals.entries, &to, now);
        wide_section("arrived", t(K::VerifyEntries), "", list)
    });
    let overview = to.overview();
    let finished = arrivals.finished().then(|| {
        view! {
            <Callout title=t(K::VerifyDone) tone=Tone::Good>
                <p><a href=overview>{t(K::VerifyOverview)}</a></p>
            </Callout>
        }
    });
    view! {
        {off(setup.connection.enabled)}
        {finished}
        {path(arrivals, waiting, now)}
        {turned_away_section(arrivals, Some(&to), now)}
        {entries}
        {simulation::view(frame, setup, simulate)}
    }
    .into_any()
}

/// Says that provisioning is off.
pub(crate) fn off(enabled: bool) -> AnyView {
    if enabled {
        return ().into_any();
    }
    view! { <Callout title=t(K::VerifyOff) tone=Tone::Warning /> }.into_any()
}

/// The milestones. `waiting`: what is normal for this identity provider while nothing comes.
pub(crate) fn path(arrivals: &ArrivalsView, waiting: Option<String>, now: Moment) -> AnyView {
    let next = (0..MILESTONES.len()).find(|place| !arrivals.passed.contains_key(place));
    let milestones = MILESTONES
        .iter()
        .enumerate()
        .map(|(place, (label, wait))| {
            milestone(
                arrivals.passed.get(&place),
                *label,
                *wait,
                next == Some(place),
                now,
            )
        })
        .collect_view();
    let waiting = waiting
        .filter(|_| next.is_some())
        .map(|waiting| view! { <p>{waiting}</p> });
    let content = view! {
        <p class="visually-hidden" role="status">
            {t(K::VerifyLive)}
        </p>
        <noscript>
            <p><a href="">{t(K::VerifyRefresh)}</a></p>
        </noscript>
        <ol class="milestones">{milestones}</ol>
        {waiting}
    };
    section("milestones", t(K::VerifyPath), t(K::VerifyAbout), content)
}

/// Who was turned away at the door, and why. `to`: none for somebody who sees this page alone, and no other.
pub(crate) fn turned_away_section(
    arrivals: &ArrivalsView,
    to: Option<&routes::Account>,
    now: Moment,
) -> AnyView {
    if arrivals.turned_away.is_empty() {
        return ().into_any();
    }
    let turned_away = arrivals
        .turned_away
        .iter()
        .map(|refusal| turned_away(refusal, to, now))
        .collect_view();
    wide_section(
        "turned-away",
        t(K::TurnedAwayTitle),
        t(K::TurnedAwayAbout),
        turned_away,
    )
}

/// What was refused of late, without links: for somebody who sees this page alone.
pub(crate) fn refused(arrivals: &ArrivalsView, now: Moment) -> AnyView {
    let refused = arrivals
        .entries
        .iter()
        .filter(|entry| entry.outcome == Outcome::Refused)
        .map(|entry| {
            let name = entry.subject.as_ref().map(|subject| subject.name.clone());
            let (at, detail) = (entry.at, entry.detail.clone());
            view! {
                <Callout title=name.unwrap_or_else(|| t(K::OutcomeRefused).to_owned()) tone=Tone::Bad>
                    <p>{detail}</p>
                    <p class="muted">
                        <RelativeTime at=at now=now />
                    </p>
                </Callout>
            }
        })
        .collect_view();
    if !arrivals
        .entries
        .iter()
        .any(|entry| entry.outcome == Outcome::Refused)
    {
        return ().into_any();
    }
    wide_section("refused", t(K::SharedRefused), "", refused)
}

fn milestone(passed: Option<&PassedView>, label: K, wait: K, next: bool, now: Moment) -> AnyView {
    let (class, mark, text) = match passed {
        Some(passed) => {
            let (request, name) = (passed.request.trim(), passed.name.as_str());
            let what = match (request.is_empty(), name.is_empty()) {
                (false, false) => fill(K::MilestoneBy, &[("request", request), ("name", name)]),
                (true, _) => name.to_owned(),
                (_, true) => request.to_owned(),
            };
            let text = view! {
                <p class="muted">
                    {what} " " <RelativeTime at=passed.at now=now />
                </p>
            };
            ("passed", Some(icon(Icon::Check)), text.into_any())
        }
        None if next => ("next", None, view! { <p class="muted">{t(wait)}</p> }.into_any()),
        None => ("", None, ().into_any()),
    };
    view! {
        <li class=class>
            <span class="milestone-mark" aria-hidden="true">
                {mark}
            </span>
            <div>
                <strong>{t(label)}</strong>
                {text}
            </div>
        </li>
    }
    .into_any()
}

fn turned_away(refusal: &TurnedAwayView, to: Option<&routes::Account>, now: Moment) -> AnyView {
    let problem = to.map(|to| {
        let href = to.problem(&refusal.problem);
        view! { <a href=href rel="external">{t(K::EntryProblem)}</a> }
    });
    let (request, agent, last_at) = (refusal.request.clone(), refusal.agent.clone(), refusal.last_at);
    let mend = refusal.reason.mend();
    let title = refusal.reason.sentence(refusal.count, &refusal.address);
    view! {
        <Callout title=title tone=Tone::Bad>
            <p>
                {mend} " " {problem}
            </p>
            <p class="muted">
                <code>{request}</code> " " {agent} " "
                <RelativeTime at=last_at now=now />
            </p>
        </Callout>
    }
    .into_any()
}

/// What reached the account, as the page shows it.
///
/// # Errors
/// Those of the directory.
#[cfg(feature = "ssr")]
pub(crate) async fn read(
    account: directory::AccountId,
    arrivals: directory::provisioning::arrival::Arrivals,
) -> Result<ArrivalsView, directory::DirectoryError> {
    use directory::EntryQuery;
    use directory::provisioning::arrival::Milestone;

    let query = EntryQuery {
        limit: SHOWN,
        ..EntryQuery::default()
    };
    let entries = crate::session::directory()
        .list_entries(account, &query)
        .await?
        .entries;
    let passed = arrivals
        .passed
        .into_iter()
        .filter_map(|(milestone, passed)| {
            let place = Milestone::ALL.iter().position(|known| *known == milestone)?;
            let passed = PassedView {
                at: passed.at.into(),
                request: passed.request,
                name: passed.name,
            };
            Some((place, passed))
        })
        .collect();
    let turned_away = arrivals
        .turned_away
        .into_iter()
        .map(|refusal| TurnedAwayView {
            reason: refusal.reason.into(),
            problem: crate::subject::problem::of_door(refusal.reason).to_owned(),
            count: refusal.count,
            last_at: refusal.last_at.into(),
            address: refusal.address,
            agent: refusal.agent,
            request: refusal.request,
        })
        .collect();
    Ok(ArrivalsView {
        passed,
        turned_away,
        entries: entries
            .iter()
            .filter(|entry| entry.request.is_some())
            .map(EntryRow::from)
            .collect(),
    })
}

//! See it work: from the first contact to the first role, as it happens, with whoever was turned away.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::simulation::{self, TrySimulation};
use super::{SetupView, onward};
use crate::components::{
    ButtonKind, Callout, Icon, LinkButton, RelativeTime, Tone, icon, section, wide_section,
};
use crate::format::Moment;
use crate::pages::frame::FrameData;
use crate::routes;
use crate::subject::entry::{self, EntryRow};
use crate::subject::guide::marked;
use crate::subject::step::Step;
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
    /// Whether the last milestone was passed. Not every identity provider passes all before it: some look nobody up.
    fn finished(&self) -> bool {
        self.passed.contains_key(&(MILESTONES.len() - 1))
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
                <div class="actions">
                    <LinkButton kind=ButtonKind::Primary href=overview label=t(K::VerifyOverview) />
                </div>
            </Callout>
        }
    });
    view! {
        {off(setup.connection.enabled, Some(&to))}
        {finished}
        {path(arrivals, waiting, now)}
        {turned_away_section(arrivals, Some(&to), now)}
        {entries}
        {simulation::view(frame, setup, simulate)}
        {onward(&to, Step::Verify)}
    }
    .into_any()
}

/// Says that provisioning is off. `to`: none for somebody who sees this page alone, and no other.
pub(crate) fn off(enabled: bool, to: Option<&routes::Account>) -> AnyView {
    if enabled {
        return ().into_any();
    }
    let way = to.map(|to| view! { <p><a href=to.setup_step(Step::Enable)>{t(K::VerifyOffWay)}</a></p> });
    view! {
        <Callout title=t(K::VerifyOff) tone=Tone::Warning>
            {way}
        </Callout>
    }
    .into_any()
}

/// The milestones. `waiting`: what is normal for this identity provider while nothing comes.
pub(crate) fn path(arrivals: &ArrivalsView, waiting: Option<String>, now: Moment) -> AnyView {
    // What comes next is behind all that has come.
    let next = arrivals.passed.keys().next_back().map_or(0, |last| last + 1);
    let milestones = MILESTONES
        .iter()
        .enumerate()
        .map(|(place, (label, wait))| {
            let passed = arrivals.passed.get(&place);
            milestone(passed, *label, *wait, place.cmp(&next), now)
        })
        .collect_view();
    let waiting = waiting
        .filter(|_| !arrivals.finished())
        .map(|waiting| view! { <p>{marked(&waiting)}</p> });
    let content = view! {
        <p class="visually-hidden" role="status">
            {t(K::VerifyLive)}
        </p>
        <noscript>
            <p><a href="">{t(K::VerifyRefresh)}</a></p>
        </noscript>
        {waiting}
        <ol class="milestones">{milestones}</ol>
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

/// The entries, all of them refusals, without links: for somebody who sees this page alone.
pub(crate) fn refused(arrivals: &ArrivalsView, now: Moment) -> AnyView {
    let refused = arrivals
        .entries
        .iter()
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
    if arrivals.entries.is_empty() {
        return ().into_any();
    }
    wide_section("refused", t(K::SharedRefused), "", refused)
}

/// `place`: where it stands beside the one that comes next.
fn milestone(passed: Option<&PassedView>, label: K, wait: K, place: Ordering, now: Moment) -> AnyView {
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
        None => match place {
            Ordering::Less => (
                "",
                None,
                view! { <p class="muted">{t(K::MilestoneSkipped)}</p> }.into_any(),
            ),
            Ordering::Equal => ("next", None, view! { <p class="muted">{t(wait)}</p> }.into_any()),
            Ordering::Greater => ("", None, ().into_any()),
        },
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

/// What reached the account, as the page shows it; of requests the last with these outcomes, none: with any.
///
/// # Errors
/// Those of the directory.
#[cfg(feature = "ssr")]
pub(crate) async fn read(
    account: directory::AccountId,
    arrivals: directory::provisioning::arrival::Arrivals,
    outcomes: Vec<directory::Outcome>,
) -> Result<ArrivalsView, directory::DirectoryError> {
    use directory::EntryQuery;
    use directory::log::search::Who;
    use directory::provisioning::arrival::Milestone;

    let query = EntryQuery {
        who: Some(Who::Tokens),
        outcomes,
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
        entries: entries.iter().map(EntryRow::from).collect(),
    })
}

//! What reached the account: the milestones from the first contact to the first role, and whoever was turned away or
//! refused. Shown as it happens.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use serde::{Deserialize, Serialize};

use crate::components::{Callout, Icon, RelativeTime, StatusLine, Tone, icon, section, wide_section};
use crate::error::ConsoleError;
use crate::format::Moment;
use crate::pages::not_found::way_on;
use crate::routes;
use crate::subject::entry::EntryRow;
use crate::subject::guide::marked;
use crate::subject::step::Step;
use crate::subject::turned_away::Reason;
use crate::text::{K, fill, t};

/// Entries that are shown.
#[cfg(feature = "ssr")]
const SHOWN: u16 = 10;

/// The milestones in their order: the label, what the request did that passed it, and what to say while it is waited
/// for.
const MILESTONES: [(K, K, K); 8] = [
    (
        K::MilestoneReached,
        K::MilestoneReachedBy,
        K::MilestoneReachedWait,
    ),
    (
        K::MilestoneAccepted,
        K::MilestoneAcceptedBy,
        K::MilestoneAcceptedWait,
    ),
    (K::MilestoneLookup, K::MilestoneLookupBy, K::MilestoneLookupWait),
    (K::MilestoneUser, K::MilestoneUserBy, K::MilestoneUserWait),
    (K::MilestoneUpdate, K::MilestoneUpdateBy, K::MilestoneUpdateWait),
    (K::MilestoneGroup, K::MilestoneGroupBy, K::MilestoneGroupWait),
    (K::MilestoneMember, K::MilestoneMemberBy, K::MilestoneMemberWait),
    (K::MilestoneRole, K::MilestoneRoleBy, K::MilestoneRoleWait),
];

/// A milestone that was passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedView {
    at: Moment,
    /// `POST /Users`; empty where somebody in the console did it.
    request: String,
    /// Whom or what it was about.
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
    /// The entries.
    pub(super) fn entries(&self) -> &[EntryRow] {
        &self.entries
    }

    /// Whether the last milestone was passed. Not every identity provider passes all before it: some look nobody up.
    pub(super) fn finished(&self) -> bool {
        self.passed.contains_key(&(MILESTONES.len() - 1))
    }
}

/// What reaches the account while somebody follows the guide.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SeenView {
    enabled: bool,
    /// What is normal for the identity provider while nothing comes.
    waiting: Option<String>,
    /// Of the entries, the refusals alone.
    arrivals: ArrivalsView,
    now: Moment,
}

/// The part of a page beside the guide that shows what reaches the account; none where the page has no such part. It is
/// drawn apart from the guide, so that nobody who copies from that loses the place when something comes. `to`: none for
/// somebody who sees this page alone, and no other.
pub(crate) fn beside(
    seen: Resource<Result<Option<SeenView>, ConsoleError>>,
    to: Option<routes::Account>,
) -> AnyView {
    let shown = move || {
        let to = to.clone();
        Suspend::new(async move {
            match seen.await {
                Ok(seen) => seen.map(|seen| view(&seen, to.as_ref())).into_any(),
                Err(error) => {
                    let way_on = way_on(&error);
                    view! {
                        <div role="status">
                            <StatusLine tone=Tone::Bad>{error.sentence()}</StatusLine>
                            {way_on}
                        </div>
                    }
                    .into_any()
                }
            }
        })
    };
    view! {
        <section aria-label=t(K::SeenTitle)>
            <Transition>{shown}</Transition>
        </section>
    }
    .into_any()
}

fn view(seen: &SeenView, to: Option<&routes::Account>) -> AnyView {
    let off = to.is_none().then(|| off(seen.enabled, None));
    view! {
        {off}
        // First what stands in the way: there may be no room for more.
        {turned_away_section(&seen.arrivals, to, seen.now)}
        {refused(&seen.arrivals, to, seen.now)}
        {path(&seen.arrivals, seen.waiting.clone(), seen.now)}
    }
    .into_any()
}

/// Says that provisioning is off. `to`: none for somebody who sees this page alone, and no other.
pub(super) fn off(enabled: bool, to: Option<&routes::Account>) -> AnyView {
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
pub(super) fn path(arrivals: &ArrivalsView, waiting: Option<String>, now: Moment) -> AnyView {
    // What comes next is behind all that has come.
    let next = arrivals.passed.keys().next_back().map_or(0, |last| last + 1);
    let milestones = MILESTONES
        .iter()
        .enumerate()
        .map(|(place, (label, did, wait))| {
            let text = match (arrivals.passed.get(&place), place.cmp(&next)) {
                (Some(passed), _) => Some(passed_by(passed, *did, now)),
                (None, Ordering::Less) => Some(t(K::MilestoneSkipped).into_any()),
                (None, Ordering::Equal) => Some(t(*wait).into_any()),
                (None, Ordering::Greater) => None,
            };
            let state = if arrivals.passed.contains_key(&place) {
                "passed"
            } else if place == next {
                "next"
            } else {
                ""
            };
            milestone(t(*label), state, text)
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
pub(super) fn turned_away_section(
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

/// The entries, all of them refusals. `to`: as in [`turned_away_section`].
fn refused(arrivals: &ArrivalsView, to: Option<&routes::Account>, now: Moment) -> AnyView {
    if arrivals.entries.is_empty() {
        return ().into_any();
    }
    let refused = arrivals
        .entries
        .iter()
        .map(|entry| {
            let name = entry.subject.as_ref().map(|subject| subject.name.clone());
            let (at, detail) = (entry.at, entry.detail.clone());
            let details = to.map(|to| view! { <a href=to.entry(&entry.id)>{t(K::EntryOpen)}</a> });
            view! {
                <Callout title=name.unwrap_or_else(|| t(K::OutcomeRefused).to_owned()) tone=Tone::Bad>
                    <p>{detail}</p>
                    <p class="muted">
                        <RelativeTime at=at now=now /> " " {details}
                    </p>
                </Callout>
            }
        })
        .collect_view();
    wide_section("refused", t(K::SeenRefused), "", refused)
}

/// What the request did, the request itself, and when.
fn passed_by(passed: &PassedView, did: K, now: Moment) -> AnyView {
    let did = fill(did, &[("name", &passed.name)]);
    let request = passed.request.trim();
    let request = (!request.is_empty()).then(|| view! { <code>{request.to_owned()}</code> " " });
    view! {
        {did} " " {request} <RelativeTime at=passed.at now=now />
    }
    .into_any()
}

/// `state`: `passed`, `next` for the one that is waited for, or neither.
fn milestone(label: &'static str, state: &'static str, text: Option<AnyView>) -> AnyView {
    let text = text.map(|text| view! { <p class="muted">{text}</p> });
    let mark = (state == "passed").then(|| icon(Icon::Check));
    view! {
        <li class=state>
            <span class="milestone-mark" aria-hidden="true">
                {mark}
            </span>
            <div>
                <strong>{label}</strong>
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

/// What reaches the account while somebody follows the guide.
#[server(input = PostUrl)]
pub async fn load_seen(
    /// The account.
    account: String,
    /// The guide that is looked at; none: the account's own.
    guide: Option<String>,
) -> Result<SeenView, ConsoleError> {
    let (account, _) = crate::session::reader(&account).await?;
    seen(account, guide.as_deref()).await
}

/// The same, for who may read the account in another way.
///
/// # Errors
/// Those of the directory.
#[cfg(feature = "ssr")]
pub(crate) async fn seen(
    account: directory::AccountId,
    guide: Option<&str>,
) -> Result<SeenView, ConsoleError> {
    let directory = crate::session::directory();
    let connection = directory.get_connection(account).await?;
    let arrivals = directory.arrivals(account).await?;
    let guide = guide
        .and_then(crate::subject::guide::find)
        .or_else(|| crate::subject::guide::of_connection(&connection));
    let now = directory.now();
    let refusals = directory::EntryQuery {
        outcomes: vec![directory::Outcome::Refused],
        // What was refused long ago stands in nobody's way.
        from: now.checked_sub(jiff::SignedDuration::from_hours(24)).ok(),
        ..directory::EntryQuery::default()
    };
    Ok(SeenView {
        enabled: connection.enabled,
        waiting: guide.map(|guide| guide.waiting),
        arrivals: read(account, arrivals, refusals).await?,
        now: now.into(),
    })
}

/// What reached the account, as the page shows it; of what identity providers did, the last of `which`.
///
/// # Errors
/// Those of the directory.
#[cfg(feature = "ssr")]
pub(super) async fn read(
    account: directory::AccountId,
    arrivals: directory::provisioning::arrival::Arrivals,
    which: directory::EntryQuery,
) -> Result<ArrivalsView, directory::DirectoryError> {
    use directory::log::search::Who;
    use directory::provisioning::arrival::Milestone;

    let query = directory::EntryQuery {
        who: Some(Who::Tokens),
        limit: SHOWN,
        ..which
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

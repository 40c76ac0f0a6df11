//! Activity: what did the identity provider ask, and what did Rollcall do?

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::frame::FrameData;
use super::{account_param, loaded};
use crate::components::{Crumb, LinkButton, PageHead, Paging, empty_state_with};
use crate::error::ConsoleError;
use crate::routes;
use crate::subject::connection::ConnectionView;
use crate::subject::entry::{EntryRow, Outcome, list};
use crate::text::{K, t};

/// How many entries a page shows.
#[cfg(feature = "ssr")]
const PAGE: u16 = 50;

/// A page of entries.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EntryList {
    outcome: Option<Outcome>,
    is_first: bool,
    entries: Vec<EntryRow>,
    next: Option<String>,
    connection: ConnectionView,
}

/// The page.
pub struct ActivityPage;

#[lazy_route]
impl LazyRoute for ActivityPage {
    fn data() -> Self {
        Self
    }

    fn view(ActivityPage: Self) -> AnyView {
        let (account, query) = (account_param(), use_query_map());
        let asked = move || {
            let query = query.read();
            (
                account.get(),
                query.get("outcome").as_deref().and_then(outcome_of),
                query.get("before"),
            )
        };
        let entries = Resource::new(asked, |(account, outcome, before)| {
            list_entries(account, outcome, before)
        });
        loaded(entries, |frame, list| view(&frame, &list))
    }
}

/// The outcomes as they stand in the address.
const OUTCOMES: [(Outcome, &str); 3] = [
    (Outcome::Done, "done"),
    (Outcome::Refused, "refused"),
    (Outcome::Unchanged, "unchanged"),
];

fn outcome_of(name: &str) -> Option<Outcome> {
    OUTCOMES
        .into_iter()
        .find(|(_, other)| *other == name)
        .map(|(outcome, _)| outcome)
}

fn name_of(outcome: Option<Outcome>) -> Option<&'static str> {
    OUTCOMES
        .into_iter()
        .find(|(other, _)| Some(*other) == outcome)
        .map(|(_, name)| name)
}

fn view(frame: &FrameData, entries: &EntryList) -> AnyView {
    let to = frame.to();
    let crumbs = vec![Crumb::link(frame.account_name(), to.overview())];
    let state = entries.connection.sentence(&to);
    let here = |before: Option<&str>| {
        routes::with_query(
            &to.activity(),
            &[("outcome", name_of(entries.outcome)), ("before", before)],
        )
    };
    let content = if entries.entries.is_empty() {
        empty(entries, &to)
    } else {
        view! {
            {list(t(K::ActivityTitle), &entries.entries, &to, entries.connection.now)}
            <Paging
                label=t(K::ActivityPages)
                first=(!entries.is_first).then(|| here(None))
                next=entries.next.as_deref().map(|next| here(Some(next)))
            />
        }
        .into_any()
    };
    view! {
        <PageHead title=t(K::ActivityTitle) crumbs=crumbs state=state />
        <div class="section wide">{filters(entries, &to)} {content}</div>
    }
    .into_any()
}

fn filters(entries: &EntryList, to: &routes::Account) -> AnyView {
    let choices = [
        (None, K::FilterAll),
        (Some(Outcome::Done), K::OutcomeDone),
        (Some(Outcome::Refused), K::OutcomeRefused),
        (Some(Outcome::Unchanged), K::OutcomeUnchanged),
    ];
    let chips = choices
        .map(|(outcome, label)| {
            let href = routes::with_query(&to.activity(), &[("outcome", name_of(outcome))]);
            view! {
                <a class="chip" href=href aria-current=(entries.outcome == outcome).then_some("true")>
                    {t(label)}
                </a>
            }
        })
        .collect_view();
    view! {
        <nav class="chips" aria-label=t(K::FilterLabel)>
            {chips}
        </nav>
    }
    .into_any()
}

fn empty(entries: &EntryList, to: &routes::Account) -> AnyView {
    let (title, reason) = match (entries.outcome, entries.connection.enabled) {
        (Some(_), _) => (K::ActivityNone, K::ActivityNoneReason),
        (None, true) => (K::ActivityEmpty, K::ActivityEmptyWaiting),
        (None, false) => (K::ActivityEmpty, K::ActivityEmptyOff),
    };
    let content = view! { <LinkButton href=to.provisioning() label=t(K::ProvisioningOpen) /> };
    empty_state_with(t(title), t(reason), content)
}

/// The account's entries, newest first.
#[server(input = PostUrl)]
pub async fn list_entries(
    /// The account.
    account: String,
    /// Only this outcome.
    outcome: Option<Outcome>,
    /// Only entries older than this one.
    before: Option<String>,
) -> Result<EntryList, ConsoleError> {
    use directory::EntryQuery;

    let (account, _) = crate::session::reader(&account).await?;
    let query = EntryQuery {
        outcomes: outcome.map(Into::into).into_iter().collect(),
        before: before.as_deref().and_then(|before| before.parse().ok()),
        limit: PAGE,
        ..EntryQuery::default()
    };
    let page = crate::session::directory().list_entries(account, &query).await?;
    Ok(EntryList {
        outcome,
        is_first: query.before.is_none(),
        entries: page.entries.iter().map(Into::into).collect(),
        next: page.next.map(|next| next.to_string()),
        connection: crate::subject::connection::read(account).await?,
    })
}

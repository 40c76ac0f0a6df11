//! Activity: what did the identity provider ask, and what did Rollcall do?

pub mod filters;
pub mod retention;

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use self::retention::{RetentionView, SetRetention};
use super::frame::FrameData;
use super::{account_param, following, loaded};
use crate::components::{Crumb, LinkButton, PageHead, Paging, RelativeTime, empty_state_with, section};
use crate::error::ConsoleError;
use crate::format::Moment;
use crate::subject::connection::ConnectionView;
use crate::subject::entry::{EntryGroup, grouped};
use crate::subject::entry_filter::EntryFilter;
use crate::text::{K, P, count, rich, t};
use crate::{browser, routes};

/// How many entries a page shows.
#[cfg(feature = "ssr")]
const PAGE: u16 = 50;
/// How many new entries are counted before it is "or more".
const MOST_NEWS: u64 = 200;

/// A page of entries.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EntryList {
    filter: EntryFilter,
    /// The name of whoever the filter names.
    who: Option<String>,
    groups: Vec<EntryGroup>,
    /// The newest entry of the account when this was read, whether it is shown or not; empty: there was none.
    newest: String,
    next: Option<String>,
    /// Until when the search has looked, where it stopped before the page was full.
    looked_back_to: Option<Moment>,
    connection: ConnectionView,
    retention: RetentionView,
}

/// The live tail: what came since the page was read, and whether to show it at once.
#[derive(Clone, Copy)]
struct Tail {
    live: RwSignal<bool>,
    news: RwSignal<u64>,
    /// The newest entry when the page was read; none while it has not been.
    newest: StoredValue<Option<String>>,
    /// Counts up to read the page again.
    again: RwSignal<usize>,
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
        let filter = Memo::new(move |_| {
            let query = query.read();
            EntryFilter::of(|name| query.get(name))
        });
        let tail = Tail {
            live: RwSignal::new(false),
            news: RwSignal::new(0),
            newest: StoredValue::new(None),
            again: RwSignal::new(0),
        };
        let retention = ServerAction::<SetRetention>::new();
        let asked = move || {
            (
                account.get(),
                filter.get(),
                tail.again.get() + retention.version().get(),
            )
        };
        let entries = Resource::new(asked, |(account, filter, _)| list_entries(account, filter));
        let count = Action::new(move |(): &()| {
            let (account, filter) = (account.get_untracked(), filter.get_untracked());
            let newest = tail.newest.get_value();
            async move {
                let Some(newest) = newest else { return };
                // What cannot be counted now is counted with the next entry.
                let news = count_new_entries(account, filter.first(), newest)
                    .await
                    .unwrap_or(0);
                if news > 0 && tail.live.get_untracked() && filter.before.is_none() && browser::is_at_top() {
                    tail.again.update(|times| *times += 1);
                } else {
                    tail.news.set(news);
                }
            }
        });
        let lost = following(
            move || routes::events(&account.get()),
            move || {
                count.dispatch(());
            },
        );
        let page = loaded(entries, move |frame, list| {
            tail.newest.set_value(Some(list.newest.clone()));
            tail.news.set(0);
            view(&frame, &list, tail, retention)
        });
        view! { {lost} {page} }.into_any()
    }
}

fn view(frame: &FrameData, list: &EntryList, tail: Tail, action: ServerAction<SetRetention>) -> AnyView {
    let to = frame.to();
    let crumbs = vec![Crumb::link(frame.account_name(), to.overview())];
    let state = list.connection.sentence(&to);
    let now = list.connection.now;
    let content = if list.groups.is_empty() {
        empty(list, &to)
    } else {
        grouped(t(K::ActivityTitle), &list.groups, &to, now)
    };
    let further = list.looked_back_to.map(|at| {
        let time = move |_: &str| view! { <RelativeTime at=at now=now /> }.into_any();
        view! { <p class="muted">{rich(K::ActivityLookedBack, time)}</p> }
    });
    let next = list.next.clone().map(|before| {
        EntryFilter {
            before: Some(before),
            ..list.filter.clone()
        }
        .href(&to)
    });
    let first = list
        .filter
        .before
        .is_some()
        .then(|| list.filter.first().href(&to));
    view! {
        <PageHead title=t(K::ActivityTitle) crumbs=crumbs state=state />
        <div class="section wide">
            {filters::view(&list.filter, list.who.as_deref(), &to)} {announcement(list, &to, tail)} {content} {further}
            <Paging label=t(K::ActivityPages) first=first next=next /> {exports(list, &to)}
        </div>
        {section(
            "retention",
            t(K::RetentionTitle),
            t(K::RetentionAbout),
            retention::view(frame, list.retention, action),
        )}
    }
    .into_any()
}

/// Says that there is something new, without moving what is being read. It needs script; a reload shows the same.
fn announcement(list: &EntryList, to: &routes::Account, tail: Tail) -> AnyView {
    let ready = RwSignal::new(false);
    Effect::new(move |_| ready.set(true));
    let (href, is_first) = (list.filter.first().href(to), list.filter.before.is_none());
    let news = move || {
        let (news, href) = (tail.news.get(), href.clone());
        (news > 0).then(|| {
            let text = match news {
                MOST_NEWS.. => t(K::ActivityNewsMany).to_owned(),
                news => count(P::ActivityNews, news),
            };
            let show = move |event: leptos::ev::MouseEvent| {
                tail.news.set(0);
                if is_first {
                    event.prevent_default();
                    tail.again.update(|times| *times += 1);
                }
            };
            view! {
                <a class="news" href=href on:click=show>
                    {text}
                </a>
            }
        })
    };
    let switch = move || {
        ready.get().then(|| {
            view! {
                <button
                    type="button"
                    class="chip"
                    aria-pressed=move || if tail.live.get() { "true" } else { "false" }
                    on:click=move |_| {
                        tail.live.update(|live| *live = !*live);
                        if tail.live.get_untracked() && tail.news.get_untracked() > 0 && is_first {
                            tail.again.update(|times| *times += 1);
                        }
                    }
                >
                    {t(K::ActivityLive)}
                </button>
            }
        })
    };
    view! {
        <div class="tail">
            {switch}
            <p role="status">{news}</p>
        </div>
    }
    .into_any()
}

fn exports(list: &EntryList, to: &routes::Account) -> AnyView {
    if list.groups.is_empty() {
        return ().into_any();
    }
    let link = |format: &str, label: K| {
        let href = list.filter.export(to, format);
        view! {
            <a href=href download="" rel="external">
                {t(label)}
            </a>
        }
    };
    view! {
        <p class="row muted">
            {t(K::ExportActivity)} {link("csv", K::ExportCsv)} {link("jsonl", K::ExportJsonLines)}
        </p>
    }
    .into_any()
}

fn empty(list: &EntryList, to: &routes::Account) -> AnyView {
    if !list.filter.is_open() || list.filter.before.is_some() {
        let content = view! { <LinkButton href=to.activity() label=t(K::FilterClear) /> };
        return empty_state_with(t(K::ActivityNone), t(K::ActivityNoneReason), content);
    }
    let reason = if list.connection.enabled {
        K::ActivityEmptyWaiting
    } else {
        K::ActivityEmptyOff
    };
    let content = view! { <LinkButton href=to.provisioning() label=t(K::ProvisioningOpen) /> };
    empty_state_with(t(K::ActivityEmpty), t(reason), content)
}

/// Entries with the cycle that they belong to, in one run each.
#[cfg(feature = "ssr")]
fn group(entries: &[directory::Entry], cycles: &[directory::provisioning::rhythm::Cycle]) -> Vec<EntryGroup> {
    use jiff::SignedDuration;

    use crate::subject::cycle::CycleView;
    use crate::subject::entry::EntryRow;

    /// Between the arrival of a cycle's last request and its entry.
    const SLACK: SignedDuration = SignedDuration::from_secs(60);

    let mut groups: Vec<EntryGroup> = Vec::new();
    for entry in entries {
        let cycle = cycles
            .iter()
            .find(|cycle| entry.at >= cycle.began && entry.at <= cycle.ended + SLACK)
            .map(|cycle| CycleView {
                began: cycle.began.into(),
                ended: cycle.ended.into(),
                requests: cycle.requests,
                refused: cycle.refused,
            });
        let row = EntryRow::from(entry);
        match groups.last_mut() {
            Some(group) if group.cycle == cycle => group.entries.push(row),
            _ => groups.push(EntryGroup {
                cycle,
                entries: vec![row],
            }),
        }
    }
    groups
}

/// The account's entries, newest first.
#[server(input = PostUrl)]
pub async fn list_entries(
    /// The account.
    account: String,
    /// What narrows the list.
    filter: EntryFilter,
) -> Result<EntryList, ConsoleError> {
    use directory::EntryQuery;

    let (account, _) = crate::session::reader(&account).await?;
    let directory = crate::session::directory();
    // Before the page, so that what comes meanwhile is announced rather than missed.
    let newest = EntryQuery {
        limit: 1,
        ..EntryQuery::default()
    };
    let newest = directory.list_entries(account, &newest).await?.entries.pop();
    let page = directory
        .list_entries(account, &filter.query(directory.now(), PAGE))
        .await?;
    let cycles = match page.entries.last() {
        Some(oldest) => {
            directory
                .cycles(account, oldest.at - jiff::SignedDuration::from_hours(1))
                .await?
        }
        None => directory::provisioning::rhythm::Cycles::default(),
    };
    Ok(EntryList {
        who: filters::name_of(account, filter.who.as_deref()).await?,
        filter,
        groups: group(&page.entries, &cycles.cycles),
        newest: newest.map(|entry| entry.id.to_string()).unwrap_or_default(),
        next: page.next.map(|next| next.to_string()),
        looked_back_to: page.looked_back_to.map(Into::into),
        connection: crate::subject::connection::read(account).await?,
        retention: directory.get_retention(account).await?.into(),
    })
}

/// How many entries came after `newest`, up to two hundred.
#[server(input = PostUrl)]
pub async fn count_new_entries(
    /// The account.
    account: String,
    /// What narrows the list.
    filter: EntryFilter,
    /// The newest entry that is known; empty: all are new.
    newest: String,
) -> Result<u64, ConsoleError> {
    let (account, _) = crate::session::reader(&account).await?;
    let directory = crate::session::directory();
    let most = u16::try_from(MOST_NEWS).unwrap_or(u16::MAX);
    let query = directory::EntryQuery {
        after: newest.parse().ok(),
        ..filter.query(directory.now(), most)
    };
    let page = directory.list_entries(account, &query).await?;
    Ok(u64::try_from(page.entries.len()).unwrap_or(MOST_NEWS))
}

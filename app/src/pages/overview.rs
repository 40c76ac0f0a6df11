//! Overview: is provisioning healthy?

pub mod attention;

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use self::attention::AttentionView;
use super::frame::FrameData;
use super::{account_param, following, loaded};
use crate::components::{ButtonKind, LinkButton, PageHead, course, empty_state, wide_section};
use crate::error::ConsoleError;
use crate::format::number;
use crate::routes;
use crate::subject::connection::ConnectionView;
use crate::subject::cycle::CyclesView;
use crate::subject::entry::{EntryRow, list};
use crate::text::{K, P, count_with, t};

/// How many entries the page shows.
#[cfg(feature = "ssr")]
const LATEST: u16 = 5;
/// The days of a course.
#[cfg(feature = "ssr")]
const MONTH: u32 = 30;
/// The days in which refusals are counted.
#[cfg(feature = "ssr")]
const WEEK: usize = 7;

/// A number, and its course over the last month up to now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    now: u64,
    course: Vec<u64>,
}

/// The account at a glance.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Overview {
    connection: ConnectionView,
    attention: Vec<AttentionView>,
    cycles: CyclesView,
    scim: Counted,
    manual: Counted,
    groups: Counted,
    /// In seven days; the course by the day.
    refused: Counted,
    latest: Vec<EntryRow>,
}

/// The page.
pub struct OverviewPage;

#[lazy_route]
impl LazyRoute for OverviewPage {
    fn data() -> Self {
        Self
    }

    fn view(OverviewPage: Self) -> AnyView {
        let account = account_param();
        // Something came: the page is read again. All of it stays where it is.
        let arrived = RwSignal::new(0_usize);
        let asked = move || (account.get(), arrived.get());
        let overview = Resource::new(asked, |(account, _)| load_overview(account));
        let lost = following(
            move || routes::events(&account.get()),
            move || arrived.update(|count| *count += 1),
        );
        let table_open = RwSignal::new(false);
        let page = loaded(overview, move |frame, overview| {
            view(&frame, &overview, table_open)
        });
        view! { {lost} {page} }.into_any()
    }
}

fn view(frame: &FrameData, overview: &Overview, table_open: RwSignal<bool>) -> AnyView {
    let to = frame.to();
    let begin = frame.may_write && !overview.connection.enabled;
    let action = begin.then(|| {
        view! { <LinkButton kind=ButtonKind::Primary href=to.provisioning() label=t(K::ProvisioningSetUp) /> }
            .into_any()
    });
    let now = overview.connection.now;
    // Where nothing ever came and nothing can, a line would say nothing.
    let spoke = overview.connection.enabled || overview.cycles.last.is_some();
    let line = spoke.then(|| {
        let content = view! { <div class="stack-wide">{overview.cycles.line(&to, now, table_open)}</div> };
        wide_section("cycles", t(K::CycleLineTitle), t(K::CycleLineAbout), content)
    });
    view! {
        <PageHead title=frame.account_name() action=action state=overview.connection.sentence(&to) />
        {attention::view(&overview.attention, &to, now)}
        {line}
        {counts(overview, &to)}
        {wide_section("latest", t(K::OverviewLatest), "", latest(overview, &to))}
    }
    .into_any()
}

fn counts(overview: &Overview, to: &routes::Account) -> AnyView {
    let tiles = [
        (
            K::CountScim,
            &overview.scim,
            format!("{}?managed=scim", to.users()),
        ),
        (
            K::CountManual,
            &overview.manual,
            format!("{}?managed=manual", to.users()),
        ),
        (K::CountGroups, &overview.groups, to.groups()),
        (
            K::CountRefused,
            &overview.refused,
            format!("{}&span=week", to.refused()),
        ),
    ]
    .map(|(label, counted, href)| {
        view! {
            <li>
                <a href=href>
                    <span class="count-value">{number(counted.now)}</span>
                    <span class="count-label">{t(label)}</span>
                    {course(&counted.course)} {in_words(counted)}
                </a>
            </li>
        }
    })
    .collect_view();
    view! { <ul class="counts">{tiles}</ul> }.into_any()
}

/// The course in words, for who does not see the line.
fn in_words(counted: &Counted) -> AnyView {
    let Some(first) = counted.course.first().filter(|_| counted.course.len() > 1) else {
        return ().into_any();
    };
    let days = u64::try_from(counted.course.len() - 1).unwrap_or(0);
    let words = count_with(P::CountCourse, days, &[("number", &number(*first))]);
    view! { <span class="visually-hidden">{words}</span> }.into_any()
}

fn latest(overview: &Overview, to: &routes::Account) -> AnyView {
    if overview.latest.is_empty() {
        return empty_state(t(K::ActivityEmpty), t(K::OverviewEmptyReason));
    }
    view! {
        {list(t(K::OverviewLatest), &overview.latest, to, overview.connection.now)}
        <p>
            <a href=to.activity()>{t(K::OverviewAll)}</a>
        </p>
    }
    .into_any()
}

/// The account at a glance.
#[server(input = PostUrl)]
pub async fn load_overview(
    /// The account.
    account: String,
) -> Result<Overview, ConsoleError> {
    use directory::{DayCounts, EntryQuery};
    use jiff::SignedDuration;

    let (account, _) = crate::session::reader(&account).await?;
    let directory = crate::session::directory();
    let connection = crate::subject::connection::read(account).await?;
    let week = SignedDuration::from_hours(7 * 24);
    let now = directory.count_all(account, directory.now() - week).await?;
    let days = directory.daily_counts(account, MONTH).await?;
    let counted = |now: u64, of: &dyn Fn(&DayCounts) -> u64| Counted {
        now,
        course: days.iter().map(of).chain([now]).collect(),
    };
    let latest = EntryQuery {
        limit: LATEST,
        ..EntryQuery::default()
    };
    let latest = directory.list_entries(account, &latest).await?;
    let refused: Vec<u64> = days.iter().map(|day| day.counts.refused).collect();
    Ok(Overview {
        scim: counted(now.scim_users, &|day| day.counts.scim_users),
        manual: counted(now.manual_users, &|day| day.counts.manual_users),
        groups: counted(now.groups, &|day| day.counts.groups),
        refused: Counted {
            now: now.refused,
            // The sums of seven days each, as the number itself is one.
            course: refused
                .iter()
                .enumerate()
                .map(|(day, _)| refused[day.saturating_sub(WEEK - 1)..=day].iter().sum())
                .chain([now.refused])
                .collect(),
        },
        attention: attention::read(account).await?,
        cycles: crate::subject::cycle::read(account).await?,
        latest: latest.entries.iter().map(Into::into).collect(),
        connection,
    })
}

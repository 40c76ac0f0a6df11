//! Overview: is provisioning healthy?

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::frame::FrameData;
use super::{account_param, loaded};
use crate::components::{ButtonKind, Callout, LinkButton, PageHead, Tone, empty_state, wide_section};
use crate::error::ConsoleError;
use crate::format::number;
use crate::routes;
use crate::subject::connection::ConnectionView;
use crate::subject::entry::{EntryRow, list};
use crate::subject::token::TokenView;
use crate::text::{K, P, count_with, t};

/// How many entries the page shows.
#[cfg(feature = "ssr")]
const LATEST: u16 = 5;

/// The account at a glance.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Overview {
    connection: ConnectionView,
    scim: u64,
    manual: u64,
    groups: u64,
    tokens: Vec<TokenView>,
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
        let overview = Resource::new(move || account.get(), load_overview);
        loaded(overview, |frame, overview| view(&frame, &overview))
    }
}

fn view(frame: &FrameData, overview: &Overview) -> AnyView {
    let to = frame.to();
    let begin = frame.may_write && !overview.connection.enabled;
    let action = begin.then(|| {
        view! { <LinkButton kind=ButtonKind::Primary href=to.provisioning() label=t(K::ProvisioningSetUp) /> }
            .into_any()
    });
    view! {
        <PageHead title=frame.account_name() action=action state=overview.connection.sentence(&to) />
        {attention(overview, &to)}
        {counts(overview, &to)}
        {wide_section("latest", t(K::OverviewLatest), "", latest(overview, &to))}
    }
    .into_any()
}

/// What needs a person, the most urgent first.
fn attention(overview: &Overview, to: &routes::Account) -> AnyView {
    if !overview.connection.enabled {
        return ().into_any();
    }
    let now = overview.connection.now;
    let href = to.provisioning();
    let link = |label: K| {
        view! {
            <p>
                <a href=href.clone()>{t(label)}</a>
            </p>
        }
        .into_any()
    };
    let live: Vec<&TokenView> = overview
        .tokens
        .iter()
        .filter(|token| token.is_live(now))
        .collect();
    if live.is_empty() {
        let way = link(K::ProvisioningOpen);
        return view! {
            <div class="attention">
                <Callout tone=Tone::Bad title=t(K::OverviewNoToken)>
                    {way}
                </Callout>
            </div>
        }
        .into_any();
    }
    let ending = live
        .into_iter()
        .filter(|token| token.ends_soon(now))
        .map(|token| {
            let title = count_with(
                P::OverviewTokenEnds,
                token.days_left(now),
                &[("name", &token.name)],
            );
            let way = link(K::OverviewTokenNext);
            view! {
                <Callout tone=Tone::Warning title=title>
                    {way}
                </Callout>
            }
        })
        .collect_view();
    view! { <div class="attention">{ending}</div> }.into_any()
}

fn counts(overview: &Overview, to: &routes::Account) -> AnyView {
    let tiles = [
        (
            K::CountScim,
            overview.scim,
            format!("{}?managed=scim", to.users()),
        ),
        (
            K::CountManual,
            overview.manual,
            format!("{}?managed=manual", to.users()),
        ),
        (K::CountGroups, overview.groups, to.groups()),
        (K::CountRefused, overview.connection.refused, to.refused()),
    ]
    .map(|(label, value, href)| {
        view! {
            <li>
                <a href=href>
                    <span class="count-value">{number(value)}</span>
                    <span class="count-label">{t(label)}</span>
                </a>
            </li>
        }
    })
    .collect_view();
    view! { <ul class="counts">{tiles}</ul> }.into_any()
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
    use directory::EntryQuery;

    let (account, _) = crate::session::reader(&account).await?;
    let directory = crate::session::directory();
    let connection = crate::subject::connection::read(account).await?;
    let (scim, manual) = directory.count_users(account).await?;
    let groups = directory
        .list_groups(account, &directory::GroupQuery::default())
        .await?
        .total;
    let latest = directory
        .list_entries(
            account,
            &EntryQuery {
                limit: LATEST,
                ..EntryQuery::default()
            },
        )
        .await?;
    Ok(Overview {
        connection,
        scim,
        manual,
        groups,
        tokens: crate::subject::token::read(account).await?,
        latest: latest.entries.iter().map(Into::into).collect(),
    })
}

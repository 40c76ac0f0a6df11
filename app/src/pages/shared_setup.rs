//! What the link for a colleague opens: the guide with this account's values, and what arrives. Nothing else, and never
//! a token.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_meta::Title;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::not_found::whole_problem;
use super::setup::{configure, verify};
use super::{MAIN, following, param};
use crate::components::{Icon, StatusLine, Tone, icon};
use crate::error::ConsoleError;
use crate::format::Moment;
use crate::routes;
use crate::subject::guide::Guide;
use crate::text::{K, fill, t};

/// What the page shows of the set-up; it stays while the page is open.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SharedSetupView {
    account: String,
    base_url: String,
    guide: Option<Guide>,
    expires_at: Moment,
}

/// What the page shows of what arrives.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SharedArrivals {
    enabled: bool,
    /// What is normal for the identity provider while nothing comes.
    waiting: Option<String>,
    arrivals: verify::ArrivalsView,
    now: Moment,
}

/// The page.
pub struct SharedSetupPage;

#[lazy_route]
impl LazyRoute for SharedSetupPage {
    fn data() -> Self {
        Self
    }

    fn view(SharedSetupPage: Self) -> AnyView {
        let secret = param("secret");
        let arrived = RwSignal::new(0_usize);
        let setup = Resource::new(move || secret.get(), load_shared_setup);
        let arrivals = Resource::new(
            move || (secret.get(), arrived.get()),
            |(secret, _)| load_shared_arrivals(secret),
        );
        let lost = following(
            move || routes::shared_events(&secret.get()),
            move || arrived.update(|count| *count += 1),
        );
        let page = move || {
            Suspend::new(async move {
                match setup.await {
                    Ok(setup) => view(&setup, arrivals),
                    Err(error) => whole_problem(&error),
                }
            })
        };
        view! {
            {lost}
            <Transition fallback=|| t(K::Waiting)>{page}</Transition>
        }
        .into_any()
    }
}

fn view(setup: &SharedSetupView, arrivals: Resource<Result<SharedArrivals, ConsoleError>>) -> AnyView {
    let title = fill(K::SharedTitle, &[("account", &setup.account)]);
    let about = fill(K::SharedAbout, &[("date", &setup.expires_at.date())]);
    let guide = match &setup.guide {
        Some(guide) => configure::guide(guide, &setup.base_url),
        None => view! { <p>{t(K::SharedNoGuide)}</p> }.into_any(),
    };
    // Apart from the guide, so that nobody who copies from it loses the place when something comes.
    let arrived = move || {
        Suspend::new(async move {
            match arrivals.await {
                Ok(arrivals) => live(&arrivals),
                Err(error) => view! { <StatusLine tone=Tone::Bad>{error.sentence()}</StatusLine> }.into_any(),
            }
        })
    };
    view! {
        <Title text=title.clone() />
        <div class="plain-page">
            <main id=MAIN tabindex="-1">
                <p class="brand">{icon(Icon::Roll)} {t(K::Brand)}</p>
                <header class="page-head">
                    <h1>{title}</h1>
                    <p class="page-state">{about}</p>
                </header>
                {guide}
                <Transition>{arrived}</Transition>
            </main>
        </div>
    }
    .into_any()
}

fn live(shown: &SharedArrivals) -> AnyView {
    view! {
        {verify::off(shown.enabled, None)}
        {verify::path(&shown.arrivals, shown.waiting.clone(), shown.now)}
        {verify::turned_away_section(&shown.arrivals, None, shown.now)}
        {verify::refused(&shown.arrivals, shown.now)}
    }
    .into_any()
}

/// What the link opens.
#[server(input = PostUrl)]
pub async fn load_shared_setup(
    /// The link's secret.
    secret: String,
) -> Result<SharedSetupView, ConsoleError> {
    let (account, expires_at) = opened(&secret).await?;
    let console = crate::session::console();
    Ok(SharedSetupView {
        account: console.directory.get_account(account).await?.name,
        base_url: format!(
            "{}{}",
            console.public_url,
            routes::scim_base(&account.to_string())
        ),
        guide: guide(&console.directory.get_connection(account).await?),
        expires_at: expires_at.into(),
    })
}

/// What has arrived, for who has the link.
#[server(input = PostUrl)]
pub async fn load_shared_arrivals(
    /// The link's secret.
    secret: String,
) -> Result<SharedArrivals, ConsoleError> {
    let (account, _) = opened(&secret).await?;
    let directory = crate::session::directory();
    let connection = directory.get_connection(account).await?;
    let arrivals = directory.arrivals(account).await?;
    Ok(SharedArrivals {
        enabled: connection.enabled,
        waiting: guide(&connection).map(|guide| guide.waiting),
        arrivals: verify::read(account, arrivals, vec![directory::Outcome::Refused]).await?,
        now: directory.now().into(),
    })
}

/// The account that the link opens, and until when it does.
#[cfg(feature = "ssr")]
async fn opened(secret: &str) -> Result<(directory::AccountId, jiff::Timestamp), ConsoleError> {
    crate::session::directory()
        .find_setup_link(&directory::Secret::presented(secret))
        .await?
        .ok_or(ConsoleError::LinkGone)
}

#[cfg(feature = "ssr")]
fn guide(connection: &directory::Connection) -> Option<Guide> {
    connection.guide.as_deref().and_then(crate::subject::guide::find)
}

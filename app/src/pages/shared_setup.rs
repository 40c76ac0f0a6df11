//! What the link for a colleague opens: the guide with this account's values, and what arrives. Nothing else, and never
//! a token.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_meta::Title;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::not_found::whole_problem;
use super::setup::{configure, verify};
use super::{MAIN, param};
use crate::browser;
use crate::components::{Icon, icon};
use crate::error::ConsoleError;
use crate::format::Moment;
use crate::routes;
use crate::subject::guide::Guide;
use crate::text::{K, fill, t};

/// What the page shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SharedSetupView {
    account: String,
    base_url: String,
    enabled: bool,
    guide: Option<Guide>,
    arrivals: verify::ArrivalsView,
    expires_at: Moment,
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
        let setup = Resource::new(
            move || (secret.get(), arrived.get()),
            |(secret, _)| load_shared_setup(secret),
        );
        browser::follow(
            move || routes::shared_events(&secret.get_untracked()),
            move || arrived.update(|count| *count += 1),
        );
        let page = move || {
            Suspend::new(async move {
                match setup.await {
                    Ok(setup) => view(&setup),
                    Err(error) => whole_problem(&error),
                }
            })
        };
        view! { <Transition fallback=|| t(K::Waiting)>{page}</Transition> }.into_any()
    }
}

fn view(setup: &SharedSetupView) -> AnyView {
    let title = fill(K::SharedTitle, &[("account", &setup.account)]);
    let about = fill(K::SharedAbout, &[("date", &setup.expires_at.exact())]);
    let guide = match &setup.guide {
        Some(guide) => configure::guide(guide, &setup.base_url),
        None => view! { <p>{t(K::SharedNoGuide)}</p> }.into_any(),
    };
    let waiting = setup.guide.as_ref().map(|guide| guide.waiting.clone());
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
                {verify::off(setup.enabled)}
                {verify::path(&setup.arrivals, waiting, setup.now)}
                {verify::turned_away_section(&setup.arrivals, None, setup.now)}
                {verify::refused(&setup.arrivals, setup.now)}
            </main>
        </div>
    }
    .into_any()
}

/// What the link opens.
#[server(input = PostUrl)]
pub async fn load_shared_setup(
    /// The link's secret.
    secret: String,
) -> Result<SharedSetupView, ConsoleError> {
    let console = crate::session::console();
    let directory = &console.directory;
    let secret = directory::Secret::presented(&secret);
    let (account, expires_at) = directory
        .find_setup_link(&secret)
        .await?
        .ok_or(ConsoleError::LinkGone)?;
    let connection = directory.get_connection(account).await?;
    let arrivals = directory.arrivals(account).await?;
    Ok(SharedSetupView {
        account: directory.get_account(account).await?.name,
        base_url: format!(
            "{}{}",
            console.public_url,
            routes::scim_base(&account.to_string())
        ),
        enabled: connection.enabled,
        guide: connection.guide.as_deref().and_then(crate::subject::guide::find),
        arrivals: verify::read(account, arrivals).await?,
        expires_at: expires_at.into(),
        now: directory.now().into(),
    })
}

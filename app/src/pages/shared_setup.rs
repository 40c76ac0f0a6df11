//! What the link for a colleague opens: the guide with this account's values, and what arrives. Nothing else, and never
//! a token.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_meta::Title;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::not_found::whole_problem;
use super::setup::arrivals::{self, SeenView};
use super::setup::configure;
use super::{MAIN, following, param};
use crate::components::{Icon, icon};
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
        let seen = Resource::new(
            move || (secret.get(), arrived.get()),
            |(secret, _)| async move { load_shared_arrivals(secret).await.map(Some) },
        );
        let lost = following(
            move || routes::shared_events(&secret.get()),
            move || arrived.update(|count| *count += 1),
        );
        let page = move || {
            Suspend::new(async move {
                match setup.await {
                    Ok(setup) => view(&setup, seen),
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

fn view(setup: &SharedSetupView, seen: Resource<Result<Option<SeenView>, ConsoleError>>) -> AnyView {
    let title = fill(K::SharedTitle, &[("account", &setup.account)]);
    let about = fill(K::SharedAbout, &[("date", &setup.expires_at.date())]);
    let guide = match &setup.guide {
        Some(guide) => configure::guide(guide, &setup.base_url),
        None => view! { <p>{t(K::SharedNoGuide)}</p> }.into_any(),
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
                {configure::guide_and_seen(guide, arrivals::beside(seen, None))}
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
    let (account, expires_at) = opened(&secret).await?;
    let console = crate::session::console();
    let connection = console.directory.get_connection(account).await?;
    Ok(SharedSetupView {
        account: console.directory.get_account(account).await?.name,
        base_url: format!(
            "{}{}",
            console.public_url,
            routes::scim_base(&account.to_string())
        ),
        guide: crate::subject::guide::of_connection(&connection),
        expires_at: expires_at.into(),
    })
}

/// What has arrived, for who has the link.
#[server(input = PostUrl)]
pub async fn load_shared_arrivals(
    /// The link's secret.
    secret: String,
) -> Result<SeenView, ConsoleError> {
    let (account, _) = opened(&secret).await?;
    arrivals::seen(account, None).await
}

/// The account that the link opens, and until when it does.
#[cfg(feature = "ssr")]
async fn opened(secret: &str) -> Result<(directory::AccountId, jiff::Timestamp), ConsoleError> {
    crate::session::directory()
        .find_setup_link(&directory::Secret::presented(secret))
        .await?
        .ok_or(ConsoleError::LinkGone)
}

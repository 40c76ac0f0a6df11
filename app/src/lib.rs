//! The console: what an administrator sees and does. Rendered on the server (feature `ssr`), then taken over in the
//! browser (feature `hydrate`). Start reading at [`App`]; a page is a file in [`pages`].

// Views are types: a page of some depth needs more than the default.
#![recursion_limit = "256"]

pub mod boot;
mod browser;
pub mod compare;
pub mod components;
pub mod csv;
pub mod error;
pub mod format;
pub mod host;
pub mod kept_input;
pub mod pages;
pub mod routes;
#[cfg(feature = "ssr")]
pub mod session;
pub mod subject;
pub mod text;

use components::{ToastRegion, provide_ticker, provide_toasts};
pub use error::{Conflict, ConsoleError, Field, Problem, error_of};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos_meta::MetaTags;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{ChooseView, Lazy, SsrMode, path};
use pages::accounts::AccountsPage;
use pages::activity::ActivityPage;
use pages::entry::EntryPage;
use pages::group::GroupPage;
use pages::group::change::ChangePage;
use pages::groups::GroupsPage;
use pages::identity::IdentityPage;
use pages::link::LinkPage;
use pages::new_user::NewUserPage;
use pages::not_found::NotFoundPage;
use pages::overview::OverviewPage;
use pages::provisioning::ProvisioningPage;
use pages::provisioning::enable::EnablePage;
use pages::provisioning::new_token::NewTokenPage;
use pages::role::RolePage;
use pages::role::delete::DeleteRolePage;
use pages::role::form::{EditRolePage, NewRolePage};
use pages::roles::RolesPage;
use pages::search::SearchPage;
use pages::setup::SetupPage;
#[cfg(feature = "ssr")]
pub use pages::setup::preview::csv as preview_csv;
use pages::setup::resume::ResumeSetupPage;
use pages::shared_setup::SharedSetupPage;
use pages::start::StartPage;
use pages::troubleshooting::TroubleshootingPage;
use pages::troubleshooting::compare::ComparePage;
use pages::troubleshooting::remove::RemoveRolesPage;
use pages::troubleshooting::roles::ExtraRolesPage;
use pages::user::UserPage;
use pages::users::UsersPage;
use pages::wishes::WishesPage;
#[cfg(feature = "ssr")]
pub use session::{ClientAddress, Console, Previews, reader_of};
pub use subject::entry_filter::EntryFilter;
#[cfg(feature = "ssr")]
pub use subject::finding::documented;
#[cfg(feature = "ssr")]
use text::lang;
use text::{K, t};

/// The picture in the browser's tab, served at [`FAVICON_PATH`].
pub const FAVICON: &str = include_str!("../assets/favicon.svg");
/// Where the server serves [`FAVICON`].
pub const FAVICON_PATH: &str = "/favicon.svg";

/// The document around the console.
#[cfg(feature = "ssr")]
pub fn shell() -> impl IntoView {
    let boot::Assets { root, .. } = expect_context();
    let theme = subject::theme::Theme::of_request();
    view! {
        <!DOCTYPE html>
        <html lang=lang().code() data-theme=theme.attribute()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="stylesheet" href=format!("{root}/rollcall.css") />
                <link rel="icon" type="image/svg+xml" href=FAVICON_PATH />
                <boot::Boot />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The console itself.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_ticker();
    provide_toasts();
    let (routing, set_routing) = signal(false);
    // The focus follows to the new page, as it does where a browser loads one.
    Effect::new(move |before: Option<bool>| {
        let now = routing.get();
        if before == Some(true) && !now {
            browser::focus(pages::MAIN);
        }
        now
    });
    let brand = t(K::Brand);
    let in_window = move |title: String| {
        if title.is_empty() {
            brand.to_owned()
        } else {
            format!("{title} · {brand}")
        }
    };
    view! {
        <Title formatter=in_window />
        <Router set_is_routing=set_routing>
            <div class="progress" class:running=routing aria-hidden="true" />
            <Routes fallback=NotFoundPage>
                <Route path=path!("/") view=pages::home::HomePage ssr=SsrMode::Async />
                <Route path=path!("/sign-in") view=pages::sign_in::SignInPage ssr=SsrMode::Async />
                <Route path=path!("/start/:secret") view={Lazy::<StartPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/link/:secret") view={Lazy::<LinkPage>::new()} ssr=SsrMode::Async />
                <Route
                    path=path!("/setup/:secret")
                    view={Lazy::<SharedSetupPage>::new()}
                    ssr=SsrMode::Async
                />
                <Route path=path!("/design") view=design() ssr=SsrMode::Async />
                <ParentRoute path=path!("/accounts") view=pages::frame::Frame ssr=SsrMode::Async>
                    <Route path=path!("") view={Lazy::<AccountsPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/wishes") view={Lazy::<WishesPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/:account") view={Lazy::<OverviewPage>::new()} ssr=SsrMode::Async />
                    <Route
                        path=path!("/:account/search")
                        view={Lazy::<SearchPage>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route path=path!("/:account/users") view={Lazy::<UsersPage>::new()} ssr=SsrMode::Async />
                    <Route
                        path=path!("/:account/users/new")
                        view={Lazy::<NewUserPage>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/:account/users/:user")
                        view={Lazy::<UserPage>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/:account/groups")
                        view={Lazy::<GroupsPage>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/:account/groups/:group")
                        view={Lazy::<GroupPage>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/:account/groups/:group/change")
                        view={Lazy::<ChangePage>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route path=path!("/:account/roles") view={Lazy::<RolesPage>::new()} ssr=SsrMode::Async />
                    <Route
                        path=path!("/:account/roles/new")
                        view={Lazy::<NewRolePage>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/:account/roles/:role")
                        view={Lazy::<RolePage>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/:account/roles/:role/change")
                        view={Lazy::<EditRolePage>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/:account/roles/:role/delete")
                        view={Lazy::<DeleteRolePage>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/:account/activity")
                        view={Lazy::<ActivityPage>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/:account/activity/:entry")
                        view={Lazy::<EntryPage>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/:account/identity")
                        view={Lazy::<IdentityPage>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/:account/identity/provisioning")
                        view={Lazy::<ProvisioningPage>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/:account/identity/provisioning/enable")
                        view={Lazy::<EnablePage>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/:account/identity/provisioning/setup")
                        view=ResumeSetupPage
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/:account/identity/provisioning/setup/:step")
                        view={Lazy::<SetupPage>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/:account/identity/provisioning/tokens/new")
                        view={Lazy::<NewTokenPage>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/:account/troubleshooting")
                        view={Lazy::<TroubleshootingPage>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/:account/troubleshooting/compare")
                        view={Lazy::<ComparePage>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/:account/troubleshooting/roles")
                        view={Lazy::<ExtraRolesPage>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/:account/troubleshooting/roles/remove")
                        view={Lazy::<RemoveRolesPage>::new()}
                        ssr=SsrMode::Async
                    />
                </ParentRoute>
            </Routes>
        </Router>
        <ToastRegion />
    }
    .into_any()
}

/// The page of the design system, in development builds; no page otherwise.
#[cfg(debug_assertions)]
fn design() -> impl ChooseView {
    Lazy::<pages::design::DesignPage>::new()
}

/// The page of the design system, in development builds; no page otherwise.
#[cfg(not(debug_assertions))]
fn design() -> impl ChooseView {
    NotFoundPage
}

/// Takes the rendered page over; ends once every control of it answers. Called by [`boot::Boot`].
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub async fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_from_async(leptos::tachys::dom::body(), App)
        .await
        .forget();
}

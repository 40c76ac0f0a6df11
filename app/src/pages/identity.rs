//! Identity and access: where the account's people come from.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::{LazyRoute, lazy_route};

use super::frame::FrameData;
use super::{account_param, loaded};
use crate::components::{Crumb, PageHead, section};
use crate::error::ConsoleError;
use crate::subject::connection::ConnectionView;
use crate::text::{K, t};

/// The page.
pub struct IdentityPage;

#[lazy_route]
impl LazyRoute for IdentityPage {
    fn data() -> Self {
        Self
    }

    fn view(IdentityPage: Self) -> AnyView {
        let account = account_param();
        let connection = Resource::new(move || account.get(), load_connection);
        loaded(connection, |frame, connection| view(&frame, &connection))
    }
}

fn view(frame: &FrameData, connection: &ConnectionView) -> AnyView {
    let to = frame.to();
    let crumbs = vec![Crumb::link(frame.account_name(), to.overview())];
    let state = view! { <p>{t(K::IdentityAbout)}</p> }.into_any();
    let lifecycle = view! {
        <p class="lead-link">
            <a href=to.provisioning()>{t(K::ProvisioningTitle)}</a>
        </p>
        {connection.sentence(&to)}
    };
    view! {
        <PageHead title=t(K::IdentityTitle) crumbs=crumbs state=state />
        {section("lifecycle", t(K::LifecycleTitle), t(K::LifecycleAbout), lifecycle)}
    }
    .into_any()
}

/// The state of the account's connection.
#[server(input = PostUrl)]
pub async fn load_connection(
    /// The account.
    account: String,
) -> Result<ConnectionView, ConsoleError> {
    let (account, _) = crate::session::reader(&account).await?;
    Ok(crate::subject::connection::read(account).await?)
}

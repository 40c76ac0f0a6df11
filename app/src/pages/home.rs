//! The start: leads a person to where they belong.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;

use super::not_found::problem;
use crate::error::ConsoleError;
use crate::text::{K, t};

/// The page. Shown only until the redirect has arrived.
#[component]
pub fn HomePage() -> impl IntoView {
    let way = Resource::new(|| (), |()| go_home());
    let view = move || Suspend::new(async move { way.await.err().map(|error| problem(&error)) });
    view! { <Suspense fallback=|| t(K::Waiting)>{view}</Suspense> }.into_any()
}

/// Leads an owner to the accounts, a user to their account, and anybody else to the sign-in page.
#[server(input = PostUrl)]
pub async fn go_home() -> Result<(), ConsoleError> {
    let person = crate::session::person().await?;
    crate::session::lead_home(&person);
    Ok(())
}

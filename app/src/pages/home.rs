//! The start: leads a person to where they belong.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;

use super::leading;
use crate::error::ConsoleError;

/// The page.
#[component]
pub fn HomePage() -> impl IntoView {
    leading(Resource::new(|| (), |()| find_home()))
}

/// Where the person begins: an owner at the accounts, a user at their account; anybody else is led to the sign-in
/// page.
#[server(input = PostUrl)]
pub async fn find_home() -> Result<String, ConsoleError> {
    let person = crate::session::person().await?;
    Ok(crate::session::home_of(&person))
}

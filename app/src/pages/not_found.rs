//! What stands in place of a page that is not there, or that the person may not see.

use leptos::prelude::*;

use super::MAIN;
use crate::components::{ButtonKind, LinkButton, PageHead, empty_state_with};
use crate::error::ConsoleError;
use crate::routes;
use crate::text::{K, t};

/// A path that is no page of the console.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <div class="plain-page">
            <main id=MAIN tabindex="-1">
                {problem(&ConsoleError::NotFound)}
            </main>
        </div>
    }
    .into_any()
}

/// The error as a page, with its status.
pub fn problem(error: &ConsoleError) -> AnyView {
    #[cfg(feature = "ssr")]
    // A person who is not signed in is on the way to the sign-in page, by a redirect that has its own status.
    if *error != ConsoleError::SignedOut {
        crate::session::set_status(error.status());
    }
    let title = match error {
        ConsoleError::NotFound => K::NotFoundTitle,
        ConsoleError::Forbidden => K::ForbiddenTitle,
        ConsoleError::SignedOut => K::SignInTitle,
        ConsoleError::LinkGone => K::LinkGoneTitle,
        _ => K::ProblemTitle,
    };
    let (href, label) = match error {
        ConsoleError::SignedOut | ConsoleError::LinkGone => (routes::SIGN_IN, K::SignInTitle),
        _ => (routes::HOME, K::NotFoundHome),
    };
    view! {
        <PageHead title=t(title) />
        {empty_state_with(error.sentence(), t(reason(error)), view! { <LinkButton kind=ButtonKind::Primary href=href label=t(label) /> })}
    }
    .into_any()
}

const fn reason(error: &ConsoleError) -> K {
    match error {
        ConsoleError::NotFound => K::NotFoundReason,
        ConsoleError::Forbidden => K::ForbiddenReason,
        ConsoleError::SignedOut => K::SignedOutReason,
        ConsoleError::LinkGone => K::LinkGoneReason,
        ConsoleError::Unreachable => K::UnreachableReason,
        _ => K::ProblemReason,
    }
}

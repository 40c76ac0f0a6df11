//! What stands in place of a page that is not there, or that the person may not see.

use leptos::prelude::*;

use super::door::door;
use crate::components::{ButtonKind, LinkButton, PageHead, empty_state_with};
use crate::error::ConsoleError;
use crate::routes;
use crate::text::{K, t};

/// A path that is no page of the console.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    whole_problem(&ConsoleError::NotFound)
}

/// The error in place of a page within the frame, with its status.
pub fn problem(error: &ConsoleError) -> AnyView {
    set_status(error);
    view! {
        <PageHead title=t(title(error)) />
        {empty_state_with(error.sentence(), t(reason(error)), way_on(error))}
    }
    .into_any()
}

/// The error as a page of its own, with its status.
pub fn whole_problem(error: &ConsoleError) -> AnyView {
    set_status(error);
    let about = format!("{} {}", error.sentence(), t(reason(error)));
    let content = view! { <div class="door-actions">{way_on(error)}</div> };
    door(t(title(error)), about, content)
}

/// A person who is not signed in is on the way to the sign-in page, by a redirect that has its own status.
fn set_status(error: &ConsoleError) {
    #[cfg(feature = "ssr")]
    if *error != ConsoleError::SignedOut {
        crate::session::set_status(error.status());
    }
    #[cfg(not(feature = "ssr"))]
    let _ = error;
}

/// The link that leads on from an error.
pub(super) fn way_on(error: &ConsoleError) -> AnyView {
    let (href, label) = match error {
        ConsoleError::SignedOut | ConsoleError::LinkGone => (routes::SIGN_IN, K::SignInTitle),
        _ => (routes::HOME, K::NotFoundHome),
    };
    view! { <LinkButton kind=ButtonKind::Primary href=href label=t(label) /> }.into_any()
}

const fn title(error: &ConsoleError) -> K {
    match error {
        ConsoleError::NotFound => K::NotFoundTitle,
        ConsoleError::Forbidden => K::ForbiddenTitle,
        ConsoleError::SignedOut => K::SignInTitle,
        ConsoleError::LinkGone => K::LinkGoneTitle,
        _ => K::ProblemTitle,
    }
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

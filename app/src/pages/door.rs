//! The pages before one is signed in.

use leptos::prelude::*;
use leptos_meta::Title;

use super::MAIN;
use super::link::LinkFor;
use super::not_found::problem;
use crate::error::ConsoleError;
use crate::text::{K, t};

/// A page outside the frame: one column, one thing to do.
#[component]
pub fn DoorPage(
    /// The title.
    #[prop(into)]
    title: String,
    /// One or two sentences under it.
    #[prop(into)]
    about: String,
    /// The form.
    children: Children,
) -> impl IntoView {
    view! {
        <Title text=title.clone() />
        <main id=MAIN class="door" tabindex="-1">
            <p class="brand">{t(K::Brand)}</p>
            <h1>{title}</h1>
            <p class="door-about">{about}</p>
            {children()}
        </main>
    }
    .into_any()
}

/// A page that a one-time link opens, or why it does not.
pub fn opened(
    link: Resource<Result<LinkFor, ConsoleError>>,
    form: impl Fn(LinkFor) -> Result<AnyView, ConsoleError> + Clone + Send + Sync + 'static,
) -> AnyView {
    let page = move || {
        let form = form.clone();
        Suspend::new(async move {
            link.await.and_then(form).unwrap_or_else(|error| {
                view! {
                    <div class="plain-page">
                        <main id=MAIN tabindex="-1">
                            {problem(&error)}
                        </main>
                    </div>
                }
                .into_any()
            })
        })
    };
    view! { <Suspense fallback=|| t(K::Waiting)>{page}</Suspense> }.into_any()
}

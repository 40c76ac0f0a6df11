//! The pages before one is signed in, and those of nobody's account: one column, one thing to do.

use leptos::prelude::*;
use leptos_meta::Title;

use super::MAIN;
use super::link::LinkFor;
use super::not_found::whole_problem;
use crate::components::{Icon, icon};
use crate::error::ConsoleError;
use crate::text::{K, t};

/// A page outside the frame. `about`: one or two sentences under the title.
pub fn door(title: impl Into<String>, about: impl Into<String>, content: impl IntoAny) -> AnyView {
    let title = title.into();
    view! {
        <Title text=title.clone() />
        <main id=MAIN class="door" tabindex="-1">
            <p class="brand">{icon(Icon::Roll)} {t(K::Brand)}</p>
            <h1>{title}</h1>
            <p class="door-about">{about.into()}</p>
            {content.into_any()}
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
            link.await
                .and_then(form)
                .unwrap_or_else(|error| whole_problem(&error))
        })
    };
    view! { <Suspense fallback=|| t(K::Waiting)>{page}</Suspense> }.into_any()
}

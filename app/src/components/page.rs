//! What every page has: where it stands, its title, its one action, its state in words, and sections.

use leptos::prelude::*;
use leptos_meta::Title;

use super::breadcrumb::{Breadcrumb, Crumb};

/// The head of a page.
#[component]
pub fn PageHead(
    /// The title, also that of the browser's window.
    #[prop(into)]
    title: String,
    /// The steps above it.
    #[prop(optional)]
    crumbs: Vec<Crumb>,
    /// The page's one primary action.
    #[prop(optional_no_strip, into)]
    action: Option<AnyView>,
    /// The state in a sentence: what is, and where to look further.
    #[prop(optional_no_strip, into)]
    state: Option<AnyView>,
) -> impl IntoView {
    view! {
        <Title text=title.clone() />
        <header class="page-head">
            <Breadcrumb crumbs=crumbs />
            <div class="page-title">
                <h1>{title}</h1>
                {action.map(|action| view! { <div class="page-action">{action}</div> })}
            </div>
            {state.map(|state| view! { <div class="page-state">{state}</div> })}
        </header>
    }
    .into_any()
}

/// A part of a page: what it is about at the side, what there is beside it.
pub fn section(id: &'static str, title: impl Into<String>, about: &str, content: impl IntoAny) -> AnyView {
    part("section", id, title.into(), about, content.into_any())
}

/// A part of a page that takes the whole width, under its heading.
pub fn wide_section(
    id: &'static str,
    title: impl Into<String>,
    about: &str,
    content: impl IntoAny,
) -> AnyView {
    part("section wide", id, title.into(), about, content.into_any())
}

fn part(class: &'static str, id: &'static str, title: String, about: &str, content: AnyView) -> AnyView {
    let about = (!about.is_empty()).then(|| view! { <p>{about.to_owned()}</p> });
    view! {
        <section class=class aria-labelledby=id>
            <div class="section-about">
                <h2 id=id>{title}</h2>
                {about}
            </div>
            <div class="section-content">{content}</div>
        </section>
    }
    .into_any()
}

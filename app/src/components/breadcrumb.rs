//! Where the page stands: from the account down to here.

use leptos::prelude::*;

use crate::text::{K, t};

/// One step of the way.
#[derive(Clone, Debug)]
pub struct Crumb {
    label: String,
    href: Option<String>,
    in_menu: bool,
}

impl Crumb {
    /// A step that is a page.
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: Some(href.into()),
            in_menu: false,
        }
    }

    /// A step that the menu at the side links to as well: a link only where that menu is folded away, so that there
    /// is always one link of this name.
    pub fn section(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: Some(href.into()),
            in_menu: true,
        }
    }

    /// A step that is no page of its own.
    pub fn text(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: None,
            in_menu: false,
        }
    }
}

/// The steps above the page's title, which is the last step.
#[component]
pub fn Breadcrumb(
    /// From the outermost.
    crumbs: Vec<Crumb>,
) -> impl IntoView {
    if crumbs.is_empty() {
        return ().into_any();
    }
    let steps = crumbs.into_iter().map(step).collect_view();
    view! {
        <nav class="breadcrumb" aria-label=t(K::BreadcrumbLabel)>
            <ol>{steps}</ol>
        </nav>
    }
    .into_any()
}

fn step(crumb: Crumb) -> AnyView {
    let Crumb { label, href, in_menu } = crumb;
    match href {
        Some(href) if in_menu => view! {
            <li>
                <a class="narrow-only" href=href>
                    {label.clone()}
                </a>
                <span class="wide-only">{label}</span>
            </li>
        }
        .into_any(),
        Some(href) => view! {
            <li>
                <a href=href>{label}</a>
            </li>
        }
        .into_any(),
        None => view! { <li>{label}</li> }.into_any(),
    }
}

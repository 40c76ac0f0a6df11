//! Searching a list: a form that puts what is sought into the address.

use leptos::prelude::*;

use crate::text::{K, t};

/// The form. `action`: the page of the list; `kept`: what else narrows it, by name and value.
pub fn search_form(
    action: impl Into<String>,
    value: &str,
    label: K,
    kept: impl IntoIterator<Item = (&'static str, String)>,
) -> AnyView {
    let kept = kept
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    view! {
        <form class="search" role="search" method="get" action=action.into()>
            {kept}
            <input
                type="search"
                name="q"
                value=value.to_owned()
                aria-label=t(label)
                placeholder=t(label)
            />
            <button type="submit" class="button">
                {t(K::FilterSearch)}
            </button>
        </form>
    }
    .into_any()
}

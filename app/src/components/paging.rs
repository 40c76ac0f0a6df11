//! The way through a long list, page by page.

use leptos::prelude::*;

use crate::text::{K, t};

/// Links to the first, the previous, the next and the last page of a list. The page stands in the address, so that a link shows a colleague
/// the same.
#[component]
pub fn Paging(
    /// What is listed, for screen readers.
    #[prop(into)]
    label: String,
    /// How much of it is shown, in words.
    #[prop(optional_no_strip)]
    summary: Option<String>,
    /// The address of the first page, unless this is it.
    #[prop(optional_no_strip)]
    first: Option<String>,
    /// The address of the page before, unless this is the first.
    #[prop(optional_no_strip)]
    previous: Option<String>,
    /// The address of the next page, unless this is the last.
    #[prop(optional_no_strip)]
    next: Option<String>,
    /// The address of the last page, unless this is it.
    #[prop(optional_no_strip)]
    last: Option<String>,
) -> impl IntoView {
    if [&summary, &first, &previous, &next, &last]
        .iter()
        .all(|part| part.is_none())
    {
        return ().into_any();
    }
    let link = |href: Option<String>, label: K| {
        href.map(|href| {
            view! {
                <a class="button" href=href>
                    {t(label)}
                </a>
            }
        })
    };
    view! {
        <nav class="paging" aria-label=label>
            {summary.map(|summary| view! { <p>{summary}</p> })}
            {link(first, K::PagingFirst)}
            {link(previous, K::PagingPrevious)}
            {link(next, K::PagingNext)}
            {link(last, K::PagingLast)}
        </nav>
    }
    .into_any()
}

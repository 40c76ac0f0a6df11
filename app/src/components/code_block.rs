//! Code, JSON or a request, as it is.

use leptos::html::Pre;
use leptos::prelude::*;

use crate::browser;
use crate::text::{K, fill, t};

/// A block of text in monospace that scrolls within itself, with a button that copies it.
#[component]
pub fn CodeBlock(
    /// What it is, for the button and for screen readers.
    #[prop(into)]
    label: String,
    /// The text.
    #[prop(into)]
    code: String,
) -> impl IntoView {
    let says = RwSignal::new(None::<&'static str>);
    let (copy, done, failed) = (t(K::CopyButton), t(K::CopyDone), t(K::CopyFailed));
    let name = fill(K::CopyNamed, &[("label", &label)]);
    let block = NodeRef::<Pre>::new();
    let press = {
        let code = code.clone();
        move |_| {
            browser::copy(code.clone(), move |written| {
                says.set(Some(if written { done } else { failed }));
            });
        }
    };
    view! {
        <div class="code-block">
            <button type="button" class="button quiet" aria-label=name on:click=press>
                {move || says.get().unwrap_or(copy)}
            </button>
            <pre node_ref=block tabindex="0" role="group" aria-label=label>
                <code>{code}</code>
            </pre>
            <p class="visually-hidden" role="status">
                {move || says.get()}
            </p>
        </div>
    }
    .into_any()
}

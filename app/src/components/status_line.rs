//! The state of a thing in a sentence, with a mark that says the same at a glance.

use leptos::prelude::*;

use super::badge::Tone;

/// A sentence with a coloured mark before it.
#[component]
pub fn StatusLine(
    /// How it stands.
    #[prop(optional)]
    tone: Tone,
    /// The sentence.
    children: Children,
) -> impl IntoView {
    view! {
        <p class="status-line">
            <span class=format!("status-mark {}", tone.class()) aria-hidden="true" />
            <span>{children()}</span>
        </p>
    }
    .into_any()
}

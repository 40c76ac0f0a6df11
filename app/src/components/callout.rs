//! Something on this page that needs to be known before the rest.

use leptos::prelude::*;

use super::badge::Tone;
use super::icon::icon;

/// A bordered note with a tone; its children are the sentence and, after it, the way on.
#[component]
pub fn Callout(
    /// The first words, which say it all in short.
    #[prop(into)]
    title: String,
    /// Its tone.
    #[prop(optional)]
    tone: Tone,
    /// The rest.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=format!(
            "callout {}",
            tone.class(),
        )>
            {tone.icon().map(icon)} <div class="callout-text">
                <strong>{title}</strong>
                {children.map(|children| children())}
            </div>
        </div>
    }
    .into_any()
}

//! A switch that takes effect at once: the submit button of its form, so that it works without script too.

use leptos::prelude::*;

use crate::text::{K, t};

/// A switch inside a form of its own. The form says what it becomes.
#[component]
pub fn Switch(
    /// The id of the heading that names it.
    #[prop(into)]
    labelled_by: String,
    /// Whether it is on.
    on: bool,
    /// What stands beside it: since when, by whom.
    #[prop(optional, into)]
    state: Option<String>,
    /// While true the form is on its way.
    #[prop(optional, into)]
    pending: Signal<bool>,
    /// Asked first where given; true: the press is taken care of, and the form is not sent.
    #[prop(optional, into)]
    intercept: Option<Callback<(), bool>>,
) -> impl IntoView {
    let state = state.unwrap_or_else(|| t(if on { K::SwitchOn } else { K::SwitchOff }).to_owned());
    view! {
        <div class="switch">
            <button
                type="submit"
                role="switch"
                aria-checked=if on { "true" } else { "false" }
                aria-labelledby=labelled_by
                aria-busy=move || pending.get().then_some("true")
                on:click=move |event| {
                    if pending.get_untracked() || intercept.is_some_and(|intercept| intercept.run(())) {
                        event.prevent_default();
                    }
                }
            >
                <span class="switch-track" aria-hidden="true" />
            </button>
            <span class="switch-state">{state}</span>
        </div>
    }
    .into_any()
}

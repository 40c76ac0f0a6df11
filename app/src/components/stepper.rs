//! The steps of a longer task: which are done, which is open, and a way to each.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use crate::text::{K, t};

/// One step.
#[derive(Clone, Debug)]
pub struct StepMark {
    /// Its name.
    pub label: String,
    /// Where it is.
    pub href: String,
    /// Whether it is done.
    pub done: bool,
    /// Whether it is the one that is open.
    pub current: bool,
}

/// The steps in their order. Each has an address, so that each can be gone to.
#[component]
pub fn Stepper(
    /// What the steps lead to; the accessible name.
    #[prop(into)]
    label: String,
    /// The steps.
    steps: Vec<StepMark>,
) -> impl IntoView {
    let steps = steps
        .into_iter()
        .enumerate()
        .map(|(index, step)| {
            // The number says where one is, so that of the open step stays.
            let mark = if step.done && !step.current {
                icon(Icon::Check)
            } else {
                (index + 1).to_string().into_any()
            };
            let done = step
                .done
                .then(|| view! { <span class="visually-hidden">{t(K::StepDone)}</span> });
            let title = step.label.clone();
            view! {
                <li class:done=step.done>
                    <a href=step.href title=title aria-current=step.current.then_some("step")>
                        <span class="step-mark" aria-hidden="true">
                            {mark}
                        </span>
                        <span class="step-label">{step.label}</span>
                        {done}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav aria-label=label>
            <ol class="stepper">{steps}</ol>
        </nav>
    }
    .into_any()
}

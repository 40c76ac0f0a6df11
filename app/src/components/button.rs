//! Buttons: what can be done. A page has one primary button at the most.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// How much a button weighs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// One of several things to do.
    #[default]
    Secondary,
    /// The one thing to do.
    Primary,
    /// Within a row or a sentence.
    Quiet,
    /// Takes something away.
    Danger,
    /// Takes something away, within a row.
    QuietDanger,
}

impl ButtonKind {
    /// The classes that give it its look.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Secondary => "button",
            Self::Primary => "button primary",
            Self::Quiet => "button quiet",
            Self::Danger => "button danger",
            Self::QuietDanger => "button quiet danger",
        }
    }
}

/// A button that acts in the browser; without script it does nothing, so there must be another way to the same.
#[component]
pub fn Button(
    /// What it says.
    #[prop(into)]
    label: String,
    /// How much it weighs.
    #[prop(optional)]
    kind: ButtonKind,
    /// What it does.
    #[prop(into)]
    on_press: Callback<MouseEvent>,
) -> impl IntoView {
    view! {
        <button type="button" class=kind.class() on:click=move |event| on_press.run(event)>
            {label}
        </button>
    }
    .into_any()
}

/// The button that sends its form.
#[component]
pub fn SubmitButton(
    /// What it says.
    #[prop(into)]
    label: String,
    /// The accessible name, where the label alone does not say which; it begins with the label.
    #[prop(optional, into)]
    name: Option<String>,
    /// How much it weighs.
    #[prop(optional)]
    kind: ButtonKind,
    /// While true the form is on its way, and the button takes no second press.
    #[prop(optional, into)]
    pending: Signal<bool>,
    /// Asked first where given; true: the press is taken care of, and the form is not sent.
    #[prop(optional, into)]
    intercept: Option<Callback<(), bool>>,
) -> impl IntoView {
    view! {
        <button
            type="submit"
            class=kind.class()
            aria-label=name
            aria-busy=move || pending.get().then_some("true")
            on:click=move |event| {
                if pending.get_untracked() || intercept.is_some_and(|intercept| intercept.run(())) {
                    event.prevent_default();
                }
            }
        >
            {label}
        </button>
    }
    .into_any()
}

/// A link that looks like a button: it leads to where something is done.
#[component]
pub fn LinkButton(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// What it says.
    #[prop(into)]
    label: String,
    /// How much it weighs.
    #[prop(optional)]
    kind: ButtonKind,
) -> impl IntoView {
    view! {
        <a class=kind.class() href=href>
            {label}
        </a>
    }
    .into_any()
}

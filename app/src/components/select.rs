//! A choice of one from a short list.

use leptos::prelude::*;

use crate::error::{ConsoleError, Field};
use crate::kept_input;

/// One choice.
#[derive(Clone, Debug)]
pub struct SelectOption {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
}

impl SelectOption {
    /// A choice.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
        }
    }
}

/// A drop-down list, the browser's own.
#[component]
pub fn Select(
    /// The name under which it is sent; also the root of the ids.
    name: &'static str,
    /// The label.
    #[prop(into)]
    label: String,
    /// The choices, the first one chosen unless `selected` says otherwise.
    options: Vec<SelectOption>,
    /// The value chosen to begin with.
    #[prop(optional, into)]
    selected: Option<String>,
    /// What the choice means.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Told what is chosen.
    #[prop(optional, into)]
    on_choice: Option<Callback<String>>,
    /// The error of the form's action.
    #[prop(optional, into)]
    error: Signal<Option<ConsoleError>>,
    /// Which error belongs here.
    #[prop(optional)]
    field: Option<Field>,
) -> impl IntoView {
    let selected = kept_input::value(name).or(selected);
    let id = format!("field-{name}");
    let hint_id = format!("{id}-hint");
    let described_by = hint.is_some().then(|| hint_id.clone());
    let sentence = move || error.get().and_then(|error| error.beside(field?));
    let options = options
        .into_iter()
        .map(|SelectOption { value, label }| {
            let chosen = selected.as_deref() == Some(value.as_str());
            view! {
                <option value=value selected=chosen>
                    {label}
                </option>
            }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select
                id=id
                name=name
                aria-describedby=described_by
                on:change=move |event| {
                    if let Some(on_choice) = on_choice {
                        on_choice.run(event_target_value(&event));
                    }
                }
            >
                {options}
            </select>
            <p class="field-error" aria-live="polite">
                {sentence}
            </p>
            {hint
                .map(|hint| {
                    view! {
                        <p id=hint_id class="field-hint">
                            {hint}
                        </p>
                    }
                })}
        </div>
    }
    .into_any()
}

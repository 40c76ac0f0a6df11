//! Choices that stand on their own.

use leptos::prelude::*;

use crate::kept_input;

/// One box with its label and what it means.
#[component]
pub fn Checkbox(
    /// The name under which it is sent.
    #[prop(into)]
    name: String,
    /// What is sent when it is ticked.
    #[prop(into)]
    value: String,
    /// The label.
    #[prop(into)]
    label: String,
    /// What ticking it means.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Whether it is ticked to begin with.
    #[prop(optional)]
    checked: bool,
) -> impl IntoView {
    let checked = kept_input::ticked(&name, &value).unwrap_or(checked);
    let hint_id = format!("check-{value}-hint");
    let described_by = hint.is_some().then(|| hint_id.clone());
    view! {
        <div class="checkbox">
            <label>
                <input type="checkbox" name=name value=value checked=checked aria-describedby=described_by />
                {label}
            </label>
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

/// Boxes that belong together, under a legend.
#[component]
pub fn CheckboxGroup(
    /// What they are about.
    #[prop(into)]
    legend: String,
    /// The boxes.
    children: Children,
) -> impl IntoView {
    view! {
        <fieldset class="checkbox-group">
            <legend>{legend}</legend>
            {children()}
        </fieldset>
    }
    .into_any()
}

//! A value to be pasted elsewhere.

use leptos::html::Input;
use leptos::prelude::*;

use super::icon::{Icon, icon};
use crate::browser;
use crate::text::{K, fill, t};

/// How long the button says that it has copied, in milliseconds.
const SAID: u64 = 2_500;

/// A read-only field with a button that copies it and says so. Without script the value can be selected by hand.
#[component]
pub fn CopyField(
    /// The root of the ids, one of a kind on the page.
    #[prop(into)]
    name: String,
    /// The label.
    #[prop(into)]
    label: String,
    /// The value.
    #[prop(into)]
    value: String,
    /// Where it is to be pasted.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Set once it was copied.
    #[prop(optional)]
    copied: RwSignal<bool>,
) -> impl IntoView {
    let mut id = name;
    id.insert_str(0, "copy-");
    let hint_id = format!("{id}-hint");
    let described_by = hint.is_some().then(|| hint_id.clone());
    let says = RwSignal::new(None::<&'static str>);
    let (copy, done, failed) = (t(K::CopyButton), t(K::CopyDone), t(K::CopyFailed));
    let button_name = fill(K::CopyNamed, &[("label", &label)]);
    let input = NodeRef::<Input>::new();
    let press = {
        let value = value.clone();
        move |_| {
            if let Some(input) = input.get_untracked() {
                input.select();
            }
            browser::copy(value.clone(), move |written| {
                says.set(Some(if written { done } else { failed }));
                copied.update(|copied| *copied |= written);
                set_timeout(move || says.set(None), std::time::Duration::from_millis(SAID));
            });
        }
    };
    view! {
        <div class="field copy-field">
            <label for=id.clone()>{label}</label>
            <div class="copy-row">
                <input id=id node_ref=input type="text" readonly value=value aria-describedby=described_by />
                <button type="button" class="button" aria-label=button_name on:click=press>
                    {icon(Icon::Copy)}
                    <span>{move || says.get().unwrap_or(copy)}</span>
                </button>
            </div>
            <p class="visually-hidden" role="status">
                {move || says.get()}
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

/// A button alone that copies a text and says so; what it copies stands on the page in another form.
#[component]
pub fn CopyButton(
    /// What it says.
    #[prop(into)]
    label: String,
    /// The text.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    let says = RwSignal::new(None::<&'static str>);
    let (done, failed) = (t(K::CopyDone), t(K::CopyFailed));
    let press = move |_| {
        browser::copy(value.clone(), move |written| {
            says.set(Some(if written { done } else { failed }));
            set_timeout(move || says.set(None), std::time::Duration::from_millis(SAID));
        });
    };
    view! {
        <button type="button" class="button" on:click=press>
            {icon(Icon::Copy)}
            <span>{move || says.get().map_or_else(|| label.clone(), str::to_owned)}</span>
        </button>
        <p class="visually-hidden" role="status">
            {move || says.get()}
        </p>
    }
    .into_any()
}

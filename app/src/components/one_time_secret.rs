//! A secret that is shown once and never again.

use leptos::prelude::*;

use super::badge::Tone;
use super::button::{Button, ButtonKind};
use super::callout::Callout;
use super::copy_field::CopyField;
use crate::text::{K, t};

/// The secret in a copy field, with the warning that it will not be shown again, and the way out. Leaving without
/// having copied asks once.
#[component]
pub fn OneTimeSecret(
    /// The root of the ids.
    name: &'static str,
    /// What it is: `Token`.
    #[prop(into)]
    label: String,
    /// The secret.
    #[prop(into)]
    value: String,
    /// Where it goes, and that it will not be shown again.
    #[prop(into)]
    warning: String,
    /// Set once it was copied.
    copied: RwSignal<bool>,
    /// Set while the person is asked whether to leave without copying.
    asked: RwSignal<bool>,
    /// What leaving does; none where the page offers a link of its own.
    #[prop(optional_no_strip)]
    on_done: Option<Callback<()>>,
) -> impl IntoView {
    let done = move |on_done: Callback<()>| {
        move |_| {
            if copied.get_untracked() || asked.get_untracked() {
                on_done.run(());
            } else {
                asked.set(true);
            }
        }
    };
    view! {
        <div class="one-time-secret">
            <Callout tone=Tone::Warning title=warning />
            <CopyField name=name label=label value=value copied=copied />
            <div role="alert">
                {move || {
                    (asked.get() && !copied.get())
                        .then(|| view! { <p class="field-error">{t(K::SecretNotCopied)}</p> })
                }}
            </div>
            {on_done
                .map(|on_done| {
                    view! {
                        <div class="actions">
                            <Button kind=ButtonKind::Primary label=t(K::SecretDone) on_press=done(on_done) />
                        </div>
                    }
                })}
        </div>
    }
    .into_any()
}

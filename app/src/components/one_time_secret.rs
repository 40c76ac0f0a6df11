//! A secret that is shown once and never again.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::badge::Tone;
use super::button::{Button, ButtonKind};
use super::callout::Callout;
use super::copy_field::CopyField;
use crate::error::ConsoleError;
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

/// A link that an action has just made, or that a plain form has handed over; nothing until then.
pub fn made_link<S>(
    action: ServerAction<S>,
    handed_over: Option<String>,
    name: &'static str,
    label: K,
    warning: K,
) -> AnyView
where
    S: ServerFn<Output = String, Error = ConsoleError> + Clone + Send + Sync + 'static,
{
    let link = move || match action.value().get() {
        Some(Ok(link)) => Some(link),
        _ => handed_over.clone(),
    };
    let shown = move || {
        link().map(|link| {
            view! {
                <OneTimeSecret
                    name=name
                    label=t(label)
                    value=link
                    warning=t(warning)
                    copied=RwSignal::new(false)
                    asked=RwSignal::new(false)
                />
            }
        })
    };
    view! { <div aria-live="polite">{shown}</div> }.into_any()
}

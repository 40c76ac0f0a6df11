//! A text file of the person's own, opened in the browser; nothing is sent by it.

use leptos::prelude::*;

use crate::browser;
use crate::text::{K, t};

/// The largest file that is read, in bytes: twenty thousand users as Entra exports them. A form may hold that, encoded.
const LARGEST: u32 = 6_000_000;

/// A field that opens a text file and hands its text over. It needs script, so that without it there must be another
/// way to give the same, and it is not there.
#[component]
pub fn TextFile(
    /// The label.
    #[prop(into)]
    label: String,
    /// Gets the text.
    on_text: Callback<String>,
) -> impl IntoView {
    let (ready, failed) = (RwSignal::new(false), RwSignal::new(false));
    Effect::new(move |_| ready.set(true));
    let open = move |event: leptos::ev::Event| {
        failed.set(false);
        browser::read_file(&event, LARGEST, move |_, text| match text {
            Some(text) => on_text.run(text),
            None => failed.set(true),
        });
    };
    let field = move || {
        let label = label.clone();
        ready.get().then(|| {
            view! {
                <div class="field">
                    <label for="text-file">{label}</label>
                    <input id="text-file" type="file" accept=".csv,.txt,.tsv,text/csv,text/plain" on:change=open />
                    {move || failed.get().then(|| view! { <p class="field-error">{t(K::FileUnreadable)}</p> })}
                </div>
            }
        })
    };
    view! { {field} }.into_any()
}

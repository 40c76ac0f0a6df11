//! A question in front of the page. It needs script; without it the same question is a page of its own, to which the
//! control that would open the dialog leads.

use leptos::html;
use leptos::prelude::*;

/// The browser's own modal dialog: it keeps the focus inside, closes with Escape and gives the focus back.
#[component]
pub fn Dialog(
    /// The root of the ids.
    id: &'static str,
    /// The heading, which names it.
    #[prop(into)]
    title: String,
    /// Whether it is open; closing it by Escape clears it.
    open: RwSignal<bool>,
    /// Asked before Escape closes it; false: it stays open.
    #[prop(optional, into)]
    may_close: Option<Callback<(), bool>>,
    /// What it holds. Made anew each time it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    let title_id = format!("{id}-title");
    let heading_id = title_id.clone();
    Effect::new(move |_| {
        let Some(dialog) = element.get() else { return };
        match (open.get(), dialog.open()) {
            // Fails only for a dialog that is open without being modal, which nothing here makes.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let cancel = move |event: leptos::ev::Event| {
        if may_close.is_some_and(|may_close| !may_close.run(())) {
            event.prevent_default();
        }
    };
    view! {
        <dialog
            id=id
            class="dialog"
            node_ref=element
            aria-labelledby=title_id
            on:cancel=cancel
            on:close=move |_| open.set(false)
        >
            <h2 id=heading_id>{title}</h2>
            {move || open.get().then(|| children())}
        </dialog>
    }
    .into_any()
}

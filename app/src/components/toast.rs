//! Short news that something was done, said to screen readers too. Never the only place where it can be seen.

use leptos::prelude::*;

/// How long a message stays, in milliseconds.
const STAYS: u64 = 6_000;

/// The messages that are shown now.
#[derive(Clone, Copy)]
pub struct Toasts(RwSignal<Vec<(u64, String)>>);

/// Provides [`Toasts`] to the whole console.
pub fn provide_toasts() {
    provide_context(Toasts(RwSignal::new(Vec::new())));
}

impl Toasts {
    /// Shows a message for a few seconds.
    pub fn say(self, message: impl Into<String>) {
        let id = self
            .0
            .with_untracked(|all| all.last().map_or(0, |(id, _)| id + 1));
        self.0.update(|all| all.push((id, message.into())));
        set_timeout(
            move || self.0.update(|all| all.retain(|(other, _)| *other != id)),
            std::time::Duration::from_millis(STAYS),
        );
    }
}

/// Where the messages appear: a live region that is there from the start, as screen readers need it.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let Toasts(messages) = expect_context();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            {move || {
                messages
                    .get()
                    .into_iter()
                    .map(|(_, message)| view! { <p class="toast">{message}</p> })
                    .collect_view()
            }}
        </div>
    }
    .into_any()
}

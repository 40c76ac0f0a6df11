//! What stands where nothing is yet.

use leptos::prelude::*;

/// Says what will appear here, and why it is empty now.
pub fn empty_state(title: impl Into<String>, reason: impl Into<String>) -> AnyView {
    empty_state_with(title, reason, ())
}

/// [`empty_state`] with the one thing to do.
pub fn empty_state_with(
    title: impl Into<String>,
    reason: impl Into<String>,
    action: impl IntoAny,
) -> AnyView {
    view! {
        <div class="empty-state">
            <p class="empty-title">{title.into()}</p>
            <p>{reason.into()}</p>
            <div class="actions">{action.into_any()}</div>
        </div>
    }
    .into_any()
}

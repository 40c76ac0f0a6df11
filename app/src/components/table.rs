//! Tables: in a frame of their own, which is the only thing that scrolls sideways.

use leptos::prelude::*;

/// A column's heading.
pub fn column(label: impl Into<String>) -> AnyView {
    view! { <th scope="col">{label.into()}</th> }.into_any()
}

/// A table with a name.
#[component]
pub fn Table(
    /// What it lists; its accessible name.
    #[prop(into)]
    label: String,
    /// The headings, by [`column`].
    columns: Vec<AnyView>,
    /// Whether the cells of a row explain themselves, so that a narrow window may stack them.
    #[prop(optional)]
    stacks: bool,
    /// The rows.
    children: Children,
) -> impl IntoView {
    let frame_label = label.clone();
    view! {
        <div
            class=if stacks { "table-frame stacks" } else { "table-frame" }
            tabindex="0"
            role="group"
            aria-label=frame_label
        >
            <table aria-label=label>
                <thead>
                    <tr>{columns}</tr>
                </thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

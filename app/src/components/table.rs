//! Tables: in a frame of their own, which is the only thing that scrolls sideways.

use leptos::prelude::*;

use super::icon::{Icon, icon};

/// A column's heading.
pub fn column(label: impl Into<String>) -> AnyView {
    view! { <th scope="col">{label.into()}</th> }.into_any()
}

/// A heading that sorts the table. `descending`: how the table is sorted by it; none where it is sorted by another.
pub fn sorted_column(label: impl Into<String>, href: String, descending: Option<bool>) -> AnyView {
    let (sort, arrow) = match descending {
        None => (None, None),
        Some(false) => (Some("ascending"), Some(Icon::Up)),
        Some(true) => (Some("descending"), Some(Icon::Down)),
    };
    view! {
        <th scope="col" aria-sort=sort>
            <a class="sort" href=href>
                {label.into()}
                {arrow.map(icon)}
            </a>
        </th>
    }
    .into_any()
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

//! Facts about one thing: a name and its value, line by line.

use leptos::prelude::*;

/// The list; its lines are made by [`definition`].
pub fn definition_list(lines: impl IntoAny) -> AnyView {
    view! { <dl class="definition-list">{lines.into_any()}</dl> }.into_any()
}

/// One line.
pub fn definition(name: impl IntoAny, value: impl IntoAny) -> AnyView {
    view! {
        <div>
            <dt>{name.into_any()}</dt>
            <dd>{value.into_any()}</dd>
        </div>
    }
    .into_any()
}

//! What changed: before → after, attribute by attribute.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::text::{K, t};

/// One attribute before and after, as text; empty: nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The attribute's path.
    pub attribute: String,
    /// The value before.
    pub before: String,
    /// The value after.
    pub after: String,
}

/// Changes, one below the other. The values are told apart by their elements and by words for screen readers, not by
/// colour alone.
#[component]
pub fn Diff(
    /// What changed.
    changes: Vec<Changed>,
) -> impl IntoView {
    let lines = changes.into_iter().map(line).collect_view();
    view! { <dl class="diff">{lines}</dl> }.into_any()
}

fn line(change: Changed) -> AnyView {
    let Changed {
        attribute,
        before,
        after,
    } = change;
    let word = |key: K| view! { <span class="visually-hidden">{t(key)} " "</span> };
    let value = |text: String| {
        if text.is_empty() {
            view! { <span class="muted">{t(K::ChangeNothing)}</span> }.into_any()
        } else {
            text.into_any()
        }
    };
    view! {
        <div>
            <dt>
                <code>{attribute}</code>
            </dt>
            <dd>
                {word(K::ChangeBefore)} <del>{value(before)}</del> <span aria-hidden="true">" → "</span>
                {word(K::ChangeAfter)} <ins>{value(after)}</ins>
            </dd>
        </div>
    }
    .into_any()
}

#[cfg(feature = "ssr")]
impl From<&directory::log::Change> for Changed {
    fn from(change: &directory::log::Change) -> Self {
        Self {
            attribute: change.attribute.clone(),
            before: plain(&change.before),
            after: plain(&change.after),
        }
    }
}

/// A value as a person reads it: text without quotes, a list of texts with commas, nothing for null, else JSON.
#[cfg(feature = "ssr")]
fn plain(value: &serde_json::Value) -> String {
    use serde_json::Value;

    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) if values.iter().all(Value::is_string) => {
            values.iter().map(plain).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

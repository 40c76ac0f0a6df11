//! Every attribute of a user, with who set it last and when.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::UserDetail;
use crate::components::section as narrow_section;
use crate::components::{RelativeTime, definition, definition_list};
use crate::format::Moment;
use crate::text::{K, rich, t};

/// An attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeRow {
    path: String,
    value: String,
    /// Who last set it, and when.
    set: Option<(String, Moment)>,
}

pub(super) fn section(user: &UserDetail) -> AnyView {
    let lines = user
        .attributes
        .iter()
        .map(|attribute| line(attribute, user.now))
        .collect_view();
    let about = if user.row.is_scim {
        K::UserAttributesScim
    } else {
        K::UserAttributesManual
    };
    let content = view! {
        {definition(view! { <code>"id"</code> }, view! { <code>{user.row.id.clone()}</code> })}
        {lines}
    };
    narrow_section(
        "attributes",
        t(K::UserAttributesTitle),
        t(about),
        definition_list(content),
    )
}

fn line(attribute: &AttributeRow, now: Moment) -> AnyView {
    let set = attribute.set.clone().map(|(by, at)| {
        let source = rich(K::AttributeSet, move |name| match name {
            "by" => by.clone().into_any(),
            _ => view! { <RelativeTime at=at now=now /> }.into_any(),
        });
        view! { <p class="source">{source}</p> }
    });
    let value = view! {
        <p>{attribute.value.clone()}</p>
        {set}
    };
    definition(view! { <code>{attribute.path.clone()}</code> }, value)
}

#[cfg(feature = "ssr")]
impl From<directory::Attribute> for AttributeRow {
    fn from(attribute: directory::Attribute) -> Self {
        Self {
            path: attribute.path,
            value: attribute.value,
            set: attribute.set.map(|(by, at)| (by, at.into())),
        }
    }
}

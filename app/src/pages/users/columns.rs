//! Which columns the list has: a person's choice, kept in this browser.

#![cfg_attr(
    feature = "ssr",
    expect(clippy::unused_async, reason = "server functions are async")
)]

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use serde::{Deserialize, Serialize};

use crate::components::{Checkbox, CheckboxGroup, SubmitButton, action_form};
use crate::error::ConsoleError;
use crate::text::{K, t};

/// The cookie's name. It holds no secret.
#[cfg(feature = "ssr")]
const COOKIE: &str = "rollcall-columns";

/// A column that can be left out; the username cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Column {
    /// The name.
    Name,
    /// The primary email.
    Email,
    /// The identity provider's own id.
    External,
    /// Who manages the user.
    Managed,
    /// Active or not.
    State,
    /// The roles and where they come from.
    Roles,
    /// The last change.
    Changed,
    /// When the identity provider last named the user.
    Seen,
}

impl Column {
    /// Every column, in the order of the table.
    pub const ALL: [Self; 8] = [
        Self::Name,
        Self::Email,
        Self::External,
        Self::Managed,
        Self::State,
        Self::Roles,
        Self::Changed,
        Self::Seen,
    ];
    /// Those of who has not chosen.
    #[cfg(feature = "ssr")]
    const USUAL: [Self; 4] = [Self::Name, Self::Managed, Self::State, Self::Roles];

    /// As it is sent and kept.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::External => "external",
            Self::Managed => "managed",
            Self::State => "state",
            Self::Roles => "roles",
            Self::Changed => "changed",
            Self::Seen => "seen",
        }
    }

    /// Its heading.
    pub fn label(self) -> &'static str {
        t(match self {
            Self::Name => K::UserName,
            Self::Email => K::UserEmail,
            Self::External => K::UserExternalId,
            Self::Managed => K::UserManagedBy,
            Self::State => K::UserState,
            Self::Roles => K::RolesTitle,
            Self::Changed => K::UserChanged,
            Self::Seen => K::UserSeen,
        })
    }
}

/// What the request's cookie says.
#[cfg(feature = "ssr")]
pub(super) fn chosen() -> Vec<Column> {
    match crate::session::cookie(COOKIE) {
        None => Column::USUAL.to_vec(),
        Some(names) => Column::ALL
            .into_iter()
            .filter(|column| names.split('.').any(|name| name == column.as_str()))
            .collect(),
    }
}

/// The choice, folded away.
pub(super) fn choice(chosen: &[Column], action: ServerAction<ChooseColumns>) -> AnyView {
    let boxes = Column::ALL
        .map(|column| {
            view! {
                <Checkbox
                    name="columns[]"
                    value=column.as_str()
                    label=column.label()
                    checked=chosen.contains(&column)
                />
            }
        })
        .collect_view();
    let content = view! {
        <CheckboxGroup legend=t(K::ColumnsTitle)>{boxes}</CheckboxGroup>
        <div class="actions">
            <SubmitButton label=t(K::ColumnsShow) pending=action.pending() />
        </div>
    };
    view! {
        <details class="more">
            <summary>{t(K::ColumnsTitle)}</summary>
            {action_form(action, &[], content)}
        </details>
    }
    .into_any()
}

/// Remembers the choice for a year. Needs no sign-in: it concerns this browser alone.
#[server(input = PostUrl)]
pub async fn choose_columns(
    /// The columns; the username is always there.
    #[server(default)]
    columns: Vec<Column>,
) -> Result<(), ConsoleError> {
    let names: Vec<&str> = columns.into_iter().map(Column::as_str).collect();
    crate::session::remember(COOKIE, &names.join("."));
    Ok(())
}

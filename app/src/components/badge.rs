//! A word about the state of a thing.

use leptos::prelude::*;

use super::icon::{Icon, icon};

/// What a colour means; the word beside it means the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to tell.
    #[default]
    Plain,
    /// Managed by the identity provider; can be acted on.
    Accent,
    /// As it should be.
    Good,
    /// Needs attention soon.
    Warning,
    /// Refused or broken.
    Bad,
}

impl Tone {
    /// The class that carries the colour.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Accent => "accent",
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }

    /// The shape that says the same without colour.
    pub const fn icon(self) -> Option<Icon> {
        match self {
            Self::Plain | Self::Accent => None,
            Self::Good => Some(Icon::Check),
            Self::Warning => Some(Icon::Warning),
            Self::Bad => Some(Icon::Cross),
        }
    }
}

/// A small label with a tone.
#[component]
pub fn Badge(
    /// The word.
    #[prop(into)]
    label: String,
    /// Its tone.
    #[prop(optional)]
    tone: Tone,
) -> impl IntoView {
    view! { <span class=format!("badge {}", tone.class())>{tone.icon().map(icon)} {label}</span> }.into_any()
}

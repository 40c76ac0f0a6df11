//! Light, dark, or as the system has it. Kept in a cookie, so that the server renders the right one at once.

#![cfg_attr(
    feature = "ssr",
    expect(clippy::unused_async, reason = "server functions are async")
)]

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use serde::{Deserialize, Serialize};

use crate::error::ConsoleError;

/// The cookie's name. It holds no secret.
#[cfg(feature = "ssr")]
const COOKIE: &str = "rollcall-theme";

/// What the person chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// As it is sent and kept.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The value of the root's `data-theme`, which the style sheet reads.
    pub const fn attribute(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light | Self::Dark => Some(self.as_str()),
        }
    }

    /// What the request's cookie says.
    #[cfg(feature = "ssr")]
    pub fn of_request() -> Self {
        match crate::session::cookie(COOKIE).as_deref() {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }
}

/// Remembers the choice for a year. Needs no sign-in: it concerns this browser alone.
#[server(input = PostUrl)]
pub async fn set_theme(
    /// The choice.
    theme: Theme,
) -> Result<(), ConsoleError> {
    crate::session::remember(COOKIE, theme.as_str());
    Ok(())
}

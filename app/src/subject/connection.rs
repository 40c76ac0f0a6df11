//! An account's link to its identity provider, as pages show it.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::components::{RelativeTime, StatusLine, Tone};
use crate::format::Moment;
use crate::routes;
use crate::text::{K, P, count, fill, rich, t};

/// How far back refusals are counted on pages.
#[cfg(feature = "ssr")]
const RECENT: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

/// The link's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionView {
    /// Whether SCIM requests are served.
    pub enabled: bool,
    /// When it was last switched; none: never.
    pub switched_at: Option<Moment>,
    /// When a request with a valid token last came; none: never.
    pub last_contact_at: Option<Moment>,
    /// What that request said of its sender.
    pub last_contact_agent: Option<String>,
    /// How forgiving the SCIM API is: `as_needed`, `all`, `strict`.
    pub tolerance: String,
    /// The identity provider that its requests show, by its name for people.
    pub identity_provider: Option<String>,
    /// The guide for setting it up, by its id: the one that was chosen, or that of the identity provider that has come.
    pub guide: Option<String>,
    /// Requests refused in the last day.
    pub refused: u64,
    /// The server's time when this was read.
    pub now: Moment,
}

impl ConnectionView {
    /// The state in a sentence or two, with a link to what explains it.
    pub fn sentence(&self, to: &routes::Account) -> AnyView {
        let (tone, spoken) = match (self.enabled, self.switched_at, self.last_contact_at) {
            (true, _, Some(at)) => (Tone::Good, self.last_contact(at)),
            (true, ..) => (Tone::Warning, t(K::ConnectionSilent).into_any()),
            (false, Some(at), _) => (
                Tone::Bad,
                fill(K::ConnectionOff, &[("date", &at.date())]).into_any(),
            ),
            (false, None, _) => (Tone::Plain, t(K::ConnectionNever).into_any()),
        };
        let refused = (self.refused > 0).then(|| {
            let href = to.refused();
            let number = count(P::ConnectionRefusedCount, self.refused);
            rich(K::ConnectionRefused, move |_| {
                view! { <a href=href.clone()>{number.clone()}</a> }.into_any()
            })
        });
        view! { <StatusLine tone=tone>{spoken} " " {refused}</StatusLine> }.into_any()
    }

    fn last_contact(&self, at: Moment) -> AnyView {
        let now = self.now;
        let time = move |_: &str| view! { <RelativeTime at=at now=now /> }.into_any();
        view! { <strong>{rich(K::ConnectionSpoke, time)}</strong> }.into_any()
    }
}

/// Reads the state.
///
/// # Errors
/// Those of the directory.
#[cfg(feature = "ssr")]
pub async fn read(account: directory::AccountId) -> Result<ConnectionView, directory::DirectoryError> {
    let directory = crate::session::directory();
    let now = directory.now();
    let connection = directory.get_connection(account).await?;
    let guide = super::guide::of_connection(&connection);
    Ok(ConnectionView {
        enabled: connection.enabled,
        switched_at: connection.switched_at.map(Into::into),
        last_contact_at: connection.last_contact_at.map(Into::into),
        last_contact_agent: connection.last_contact_agent,
        guide: guide.map(|guide| guide.id),
        tolerance: connection.tolerance.as_str().to_owned(),
        identity_provider: connection
            .identity_provider
            .map(|identity_provider| identity_provider.label().to_owned()),
        refused: directory.count_refused(account, now - RECENT).await?,
        now: now.into(),
    })
}

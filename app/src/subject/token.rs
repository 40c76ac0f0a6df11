//! SCIM tokens as pages show them. The secret is never among it.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::components::{Badge, Tone};
use crate::format::Moment;
use crate::text::{K, P, count, t};

/// How many days before its end a token is announced.
const SOON: u64 = 30;

/// A token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenView {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The first characters of the secret.
    pub prefix: String,
    /// Whether it may only read.
    pub read_only: bool,
    /// When it was made.
    pub created_at: Moment,
    /// By whom.
    pub created_by: String,
    /// Until when it works.
    pub expires_at: Moment,
    /// When it was revoked; none: it was not.
    pub revoked_at: Option<Moment>,
    /// When it was first used; none: not yet.
    pub first_used_at: Option<Moment>,
    /// When it was last used; none: not yet.
    pub last_used_at: Option<Moment>,
    /// From where it was last used.
    pub last_used_from: Option<String>,
    /// The id of the token whose place it takes, and for how many seconds that one goes on after the first use.
    pub replaces: Option<(String, i64)>,
}

impl TokenView {
    /// Whether requests with it are accepted.
    pub fn is_live(&self, now: Moment) -> bool {
        self.revoked_at.is_none() && self.expires_at >= now
    }

    /// When it ends, or has ended.
    pub fn end(&self) -> Moment {
        self.revoked_at.unwrap_or(self.expires_at)
    }

    /// Whole days until it ends, rounded up.
    pub fn days_left(&self, now: Moment) -> u64 {
        self.expires_at.days_left(now)
    }

    /// Whether its end needs to be announced.
    pub fn ends_soon(&self, now: Moment) -> bool {
        self.is_live(now) && self.days_left(now) <= SOON
    }

    /// The validity left, as a badge.
    pub fn validity(&self, now: Moment) -> AnyView {
        let (tone, label) = if self.revoked_at.is_some() {
            (Tone::Plain, t(K::TokenRevoked).to_owned())
        } else if !self.is_live(now) {
            (Tone::Bad, t(K::TokenExpired).to_owned())
        } else {
            let tone = if self.ends_soon(now) {
                Tone::Warning
            } else {
                Tone::Good
            };
            (tone, count(P::TokenDaysLeft, self.days_left(now)))
        };
        view! { <Badge tone=tone label=label /> }.into_any()
    }
}

/// Whether an identity provider can provision with one of these.
pub fn provisions(tokens: &[TokenView], now: Moment) -> bool {
    tokens.iter().any(|token| !token.read_only && token.is_live(now))
}

/// The account's tokens, newest first.
///
/// # Errors
/// Those of the directory.
#[cfg(feature = "ssr")]
pub async fn read(account: directory::AccountId) -> Result<Vec<TokenView>, directory::DirectoryError> {
    let tokens = crate::session::directory().list_tokens(account).await?;
    Ok(tokens.into_iter().map(Into::into).collect())
}

#[cfg(feature = "ssr")]
impl From<directory::Token> for TokenView {
    fn from(token: directory::Token) -> Self {
        Self {
            id: token.id.to_string(),
            name: token.name,
            prefix: token.prefix,
            read_only: token.read_only,
            created_at: token.created_at.into(),
            created_by: token.created_by,
            expires_at: token.expires_at.into(),
            revoked_at: token.revoked_at.map(Into::into),
            first_used_at: token.first_used_at.map(Into::into),
            last_used_at: token.last_used_at.map(Into::into),
            last_used_from: token.last_used_from,
            replaces: token
                .replaces
                .map(|replaces| (replaces.token.to_string(), replaces.grace.as_secs())),
        }
    }
}

//! How often an account's identity provider may ask.

use std::time::Duration;

use directory::AccountId;
use governor::clock::Clock as _;
use governor::{DefaultKeyedRateLimiter, Quota};

use crate::config::RateLimit;

/// Counts requests by connection, that is by account: one account's identity provider never slows another's. It
/// counts only what came with a valid token, so that nobody else can use the account's share up.
#[derive(Debug)]
pub(crate) struct RateLimiter(Option<DefaultKeyedRateLimiter<AccountId>>);

impl RateLimiter {
    /// A limiter by `limit`, in which a second's requests may come at once.
    pub(crate) fn new(RateLimit(limit): RateLimit) -> Self {
        Self(limit.map(|limit| DefaultKeyedRateLimiter::keyed(Quota::per_second(limit))))
    }

    /// Counts a request, or says how long to wait before the next.
    pub(crate) fn check(&self, account: AccountId) -> Result<(), Duration> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        limiter
            .check_key(&account)
            .map_err(|refused| refused.wait_time_from(limiter.clock().now()))
    }
}

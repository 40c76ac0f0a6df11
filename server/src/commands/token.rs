//! `rollcall token`: SCIM tokens.

use std::str::FromStr;

use anyhow::anyhow;
use clap::Args;
use directory::{AccountId, Actor, NewToken};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Context, in_words};
use crate::config::BadUsage;

/// The arguments of `token create`.
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Create {
    /// The account's id
    #[arg(long, value_name = "ID")]
    account: AccountId,
    /// A name to recognise the token by
    #[arg(long)]
    name: String,
    /// How long it works: 90d, 1y, or a date such as 2030-06-30, of which it works to the end (UTC)
    #[arg(long, value_name = "TIME")]
    valid_for: ValidFor,
    /// Whether it may only read; it then sees all users of the account
    #[arg(long)]
    read_only: bool,
}

/// A validity as a person writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
struct ValidFor(String);

impl ValidFor {
    /// The last instant of a validity that begins `now`; none where that is beyond the end of time.
    fn until(&self, now: Timestamp) -> Option<Timestamp> {
        if let Ok(date) = self.0.parse::<Date>() {
            let next_day = date
                .tomorrow()
                .ok()?
                .to_zoned_datetime(TimeZone::UTC)
                .ok()?
                .timestamp();
            return next_day.checked_sub(Span::new().microseconds(1)).ok();
        }
        let span: Span = self.0.parse().ok()?;
        Some(
            now.to_zoned_datetime(TimeZone::UTC)
                .checked_add(span)
                .ok()?
                .timestamp(),
        )
    }
}

impl FromStr for ValidFor {
    type Err = BadUsage;

    fn from_str(text: &str) -> Result<Self, BadUsage> {
        if text.parse::<Date>().is_ok() || text.parse::<Span>().is_ok_and(|span| span.is_positive()) {
            return Ok(Self(text.to_owned()));
        }
        Err(BadUsage(
            "give days or years, such as 90d or 1y, or a date, such as 2030-06-30".to_owned(),
        ))
    }
}

/// Makes a token. Prints it; it is not known afterwards.
pub(super) async fn create(context: &Context, args: Create) -> anyhow::Result<String> {
    context.check_account(args.account).await?;
    let expires_at = args
        .valid_for
        .until(context.directory.now())
        .ok_or_else(|| anyhow!("the validity is too long; give fewer days or years"))?;
    let token = NewToken {
        name: args.name,
        expires_at,
        read_only: args.read_only,
        replaces: None,
    };
    let (_, secret) = context
        .directory
        .create_token(&Actor::CommandLine, args.account, token)
        .await
        .map_err(in_words)?;
    Ok(secret.expose().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_validity_is_a_span_or_a_date() {
        let now: Timestamp = "2028-02-28T12:00:00Z".parse().unwrap();
        for (text, until) in [
            ("90d", Some("2028-05-28T12:00:00Z")),
            ("1y", Some("2029-02-28T12:00:00Z")),
            ("2 years", Some("2030-02-28T12:00:00Z")),
            ("36h", Some("2028-03-01T00:00:00Z")),
            ("2028-02-29", Some("2028-02-29T23:59:59.999999Z")),
            ("0d", None),
            ("-1d", None),
            ("90", None),
            ("soon", None),
            ("2028-02-30", None),
        ] {
            let parsed = text
                .parse::<ValidFor>()
                .ok()
                .and_then(|validity| validity.until(now));
            assert_eq!(parsed, until.map(|time| time.parse().unwrap()), "{text}");
        }
    }
}

//! Identifiers: `UUIDv7`, so that rows are inserted in order; text in the store and on the wire.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::{ContextV7, NoContext, Uuid};

/// The text is not an identifier of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct InvalidId;

fn unix(time: Timestamp) -> (u64, u32) {
    (
        u64::try_from(time.as_second()).unwrap_or(0),
        u32::try_from(time.subsec_nanosecond()).unwrap_or(0),
    )
}

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new identifier; those of a later millisecond sort after earlier ones.
            pub fn new(now: Timestamp) -> Self {
                let (seconds, nanoseconds) = unix(now);
                Self(Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, nanoseconds)))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            /// Takes the hyphenated, lower-case form alone: an identifier has one spelling.
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let id = Uuid::try_parse(text).map(Self).map_err(|_| InvalidId)?;
                if id.to_string() == text { Ok(id) } else { Err(InvalidId) }
            }
        }

        impl sqlx::Type<sqlx::Sqlite> for $name {
            fn type_info() -> sqlx::sqlite::SqliteTypeInfo {
                <String as sqlx::Type<sqlx::Sqlite>>::type_info()
            }
        }

        impl sqlx::Encode<'_, sqlx::Sqlite> for $name {
            fn encode_by_ref(
                &self,
                buffer: &mut sqlx::sqlite::SqliteArgumentsBuffer,
            ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                <String as sqlx::Encode<sqlx::Sqlite>>::encode(self.to_string(), buffer)
            }
        }

        impl<'r> sqlx::Decode<'r, sqlx::Sqlite> for $name {
            fn decode(value: sqlx::sqlite::SqliteValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                Ok(<&str as sqlx::Decode<sqlx::Sqlite>>::decode(value)?.parse()?)
            }
        }
    )+};
}

id! {
    /// An account: one tenant.
    AccountId
    /// An owner of the installation.
    OwnerId
    /// A user.
    UserId
    /// A group.
    GroupId
    /// A role of an account's own.
    RoleId
    /// A SCIM token.
    TokenId
    /// A sign-in.
    SessionId
    /// A link to an account's set-up.
    SetupLinkId
    /// An entry of the log.
    EntryId
}

macro_rules! ordered {
    ($($name:ident)+) => {$(
        impl $name {
            /// A new identifier that sorts after every earlier one of `sequence`, whatever the clock does.
            pub(crate) fn next(now: Timestamp, sequence: &ContextV7) -> Self {
                let (seconds, nanoseconds) = unix(now);
                Self(Uuid::new_v7(uuid::Timestamp::from_unix(sequence, seconds, nanoseconds)))
            }
        }
    )+};
}

ordered! { UserId GroupId RoleId EntryId }

impl EntryId {
    /// A text that sorts after the ids of all earlier milliseconds and before those of this one and later ones.
    pub(crate) fn before(at: Timestamp) -> String {
        let milliseconds = u128::try_from(at.as_millisecond()).unwrap_or(0);
        Uuid::from_u128(milliseconds << 80).to_string()
    }

    /// The millisecond in which it was made.
    pub(crate) fn time(self) -> Option<Timestamp> {
        let milliseconds = i64::try_from(self.0.as_u128() >> 80).ok()?;
        Timestamp::from_millisecond(milliseconds).ok()
    }

    /// What sorts right after it.
    pub(crate) fn next_up(self) -> Self {
        Self(Uuid::from_u128(self.0.as_u128().saturating_add(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_sequence_sort_as_they_were_made_even_where_the_clock_stands_still_or_goes_back() {
        let sequence = ContextV7::new();
        let later: Timestamp = "2026-11-25T09:00:00Z".parse().unwrap();
        let earlier: Timestamp = "2026-11-25T08:00:00Z".parse().unwrap();
        let ids: Vec<EntryId> = [later, later, earlier, later]
            .into_iter()
            .map(|now| EntryId::next(now, &sequence))
            .collect();
        assert!(ids.is_sorted());
        assert_eq!(ids.iter().collect::<std::collections::HashSet<_>>().len(), 4);
    }

    #[test]
    fn an_identifier_has_one_spelling() {
        let id = UserId::new("2026-11-25T09:00:00Z".parse().unwrap());
        assert_eq!(id.to_string().parse(), Ok(id));
        for other in [
            id.to_string().to_uppercase(),
            format!("{{{id}}}"),
            id.to_string().replace('-', ""),
            String::new(),
        ] {
            assert_eq!(other.parse::<UserId>(), Err(InvalidId), "{other}");
        }
    }
}

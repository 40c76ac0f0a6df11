//! Why a request was turned away at the door, in words.

use serde::{Deserialize, Serialize};

use crate::text::{K, P, count_with, t};

/// Why somebody was turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// No token.
    Missing,
    /// Not in the form `Bearer <token>`.
    Malformed,
    /// No token is like this.
    Unknown,
    /// A token of another account, or this account's token at another address.
    Foreign,
    /// Expired.
    Expired,
    /// Revoked.
    Revoked,
}

impl Reason {
    /// What came, how often, and from where.
    pub fn sentence(self, count: u64, address: &str) -> String {
        let what = match self {
            Self::Missing => P::TurnedMissing,
            Self::Malformed => P::TurnedMalformed,
            Self::Unknown => P::TurnedUnknown,
            Self::Foreign => P::TurnedForeign,
            Self::Expired => P::TurnedExpired,
            Self::Revoked => P::TurnedRevoked,
        };
        count_with(what, count, &[("address", address)])
    }

    /// What mends it.
    pub fn mend(self) -> &'static str {
        t(match self {
            Self::Missing => K::TurnedMissingMend,
            Self::Malformed => K::TurnedMalformedMend,
            Self::Unknown => K::TurnedUnknownMend,
            Self::Foreign => K::TurnedForeignMend,
            Self::Expired => K::TurnedExpiredMend,
            Self::Revoked => K::TurnedRevokedMend,
        })
    }
}

#[cfg(feature = "ssr")]
impl From<directory::provisioning::arrival::DoorRefusal> for Reason {
    fn from(refusal: directory::provisioning::arrival::DoorRefusal) -> Self {
        use directory::provisioning::arrival::DoorRefusal;

        match refusal {
            DoorRefusal::Missing => Self::Missing,
            DoorRefusal::Malformed => Self::Malformed,
            DoorRefusal::Unknown => Self::Unknown,
            DoorRefusal::Foreign => Self::Foreign,
            DoorRefusal::Expired => Self::Expired,
            DoorRefusal::Revoked => Self::Revoked,
        }
    }
}

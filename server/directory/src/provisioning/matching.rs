//! How a username that the identity provider sends is matched: one pure function with one answer for each case.

use serde::{Deserialize, Serialize};

use crate::{AccountId, ManagedBy};

/// The user who has the username now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Existing {
    /// The account that the user belongs to.
    pub account: AccountId,
    /// Who manages the user.
    pub managed_by: ManagedBy,
    /// Whether an owner marked the user as a break-glass administrator.
    pub break_glass: bool,
}

/// What becomes of a username.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Nobody has it: a new SCIM-managed user is created.
    Created,
    /// A manual user of this account has it and is converted, keeping id, password and direct roles.
    Converted,
    /// Another account's user has it: rejected, and nothing of that account is told.
    OtherAccount,
    /// A SCIM-managed user of this account has it: rejected, as RFC 7644 §3.3 says.
    AlreadyManaged,
    /// A break-glass administrator of this account has it: rejected, in words.
    BreakGlass,
}

impl Decision {
    /// Whether the user comes to be managed by the identity provider.
    pub fn is_accepted(self) -> bool {
        matches!(self, Decision::Created | Decision::Converted)
    }
}

/// Decides what becomes of a username that the identity provider of `account` sends, given who has it now.
/// The username itself has been matched already, by its key; email plays no part.
pub fn decide(account: AccountId, existing: Option<&Existing>) -> Decision {
    match existing {
        None => Decision::Created,
        Some(user) if user.account != account => Decision::OtherAccount,
        Some(user) => match (user.managed_by, user.break_glass) {
            (ManagedBy::Scim, _) => Decision::AlreadyManaged,
            (ManagedBy::Manual, true) => Decision::BreakGlass,
            (ManagedBy::Manual, false) => Decision::Converted,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_has_its_one_answer() {
        let now = "2026-12-01T09:00:00Z".parse().unwrap();
        let (here, there) = (AccountId::new(now), AccountId::new(now));
        let user = |account, managed_by, break_glass| {
            Some(Existing {
                account,
                managed_by,
                break_glass,
            })
        };
        let cases = [
            (None, Decision::Created),
            (user(there, ManagedBy::Manual, false), Decision::OtherAccount),
            (user(there, ManagedBy::Manual, true), Decision::OtherAccount),
            (user(there, ManagedBy::Scim, false), Decision::OtherAccount),
            (user(there, ManagedBy::Scim, true), Decision::OtherAccount),
            (user(here, ManagedBy::Manual, false), Decision::Converted),
            (user(here, ManagedBy::Manual, true), Decision::BreakGlass),
            (user(here, ManagedBy::Scim, false), Decision::AlreadyManaged),
            (user(here, ManagedBy::Scim, true), Decision::AlreadyManaged),
        ];
        for (existing, decision) in cases {
            assert_eq!(decide(here, existing.as_ref()), decision, "{existing:?}");
            let accepted = matches!(decision, Decision::Created | Decision::Converted);
            assert_eq!(decision.is_accepted(), accepted);
        }
    }
}

//! The likely reason for each difference, from what is known of the account: refusals, its users, and when its identity
//! provider is due.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::key;
use crate::format::Moment;

/// A refused user or group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownRefusal {
    /// Whether it is a group.
    pub is_group: bool,
    /// The username or the group's name.
    pub name: String,
    /// The known problem that explains it, by its name; none: the answer alone does.
    pub problem: Option<String>,
    /// What the answer said.
    pub detail: String,
    /// The entry.
    pub entry: String,
}

/// What the server knows of the account that explains differences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Refusals that still stand.
    pub refusals: Vec<KnownRefusal>,
    /// When the next contact is due; none: there is no rhythm.
    pub due_at: Option<Moment>,
    /// The server's time.
    pub now: Moment,
    /// Whether the identity provider leaves out the members of groups within groups.
    pub drops_nested: bool,
    /// The identity provider in a sentence: *Entra*.
    pub idp: String,
}

/// Why something differs, most likely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The request for it was refused.
    Refused(KnownRefusal),
    /// The next contact, which may bring it, is not due yet.
    NotDue(Moment),
    /// A group that no request was seen for.
    GroupNeverSent,
    /// The user is not here: not assigned, or not sent yet.
    UserNeverSent,
    /// The user is a member by way of a group within the group, which is not sent.
    Nested,
    /// The user and the group are here, the membership was not sent.
    MemberNeverSent,
    /// It is gone there, or the list does not cover it; no request has removed it here.
    RemovalNeverSent,
}

/// Gives reasons.
#[derive(Debug)]
pub struct Reasons {
    known: Known,
    groups: HashMap<String, usize>,
    users: HashMap<String, usize>,
    /// The keys of the users who are here.
    here: HashSet<String>,
}

impl Reasons {
    /// From what is known, and the usernames that are here.
    pub fn new<'u>(known: Known, here: impl Iterator<Item = &'u str>) -> Self {
        let of = |is_group: bool| {
            let refusals = known.refusals.iter().enumerate();
            refusals
                .filter(|(_, refusal)| refusal.is_group == is_group)
                .map(|(place, refusal)| (key(&refusal.name), place))
                .collect()
        };
        Self {
            groups: of(true),
            users: of(false),
            here: here.map(key).collect(),
            known,
        }
    }

    /// Why a group is only there.
    pub fn of_missing_group(&self, name: &str) -> Reason {
        self.refused(&self.groups, name)
            .or_else(|| self.not_due())
            .unwrap_or(Reason::GroupNeverSent)
    }

    /// Why a member of `group` is only there.
    pub fn of_missing_member(&self, group: &str, user_name: &str) -> Reason {
        if let Some(refused) = self.refused(&self.users, user_name) {
            return refused;
        }
        if !self.here.contains(&key(user_name)) {
            return Reason::UserNeverSent;
        }
        let otherwise = if self.known.drops_nested {
            Reason::Nested
        } else {
            Reason::MemberNeverSent
        };
        self.refused(&self.groups, group)
            .or_else(|| self.not_due())
            .unwrap_or(otherwise)
    }

    /// Why `group`, or a member of it, is only here, or under an old name.
    pub fn of_leftover(&self, group: &str) -> Reason {
        self.refused(&self.groups, group)
            .or_else(|| self.not_due())
            .unwrap_or(Reason::RemovalNeverSent)
    }

    fn refused(&self, of: &HashMap<String, usize>, name: &str) -> Option<Reason> {
        let refusal = self.known.refusals.get(*of.get(&key(name))?)?;
        Some(Reason::Refused(refusal.clone()))
    }

    fn not_due(&self) -> Option<Reason> {
        let due = self.known.due_at.filter(|due| *due > self.known.now);
        due.map(Reason::NotDue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(due: i64, drops_nested: bool) -> Known {
        let refusal = |is_group: bool, name: &str| KnownRefusal {
            is_group,
            name: name.to_owned(),
            problem: None,
            detail: String::new(),
            entry: name.to_owned(),
        };
        Known {
            refusals: vec![refusal(true, "Sales"), refusal(false, "taken")],
            due_at: Some(Moment(due)),
            now: Moment(1_000),
            drops_nested,
            idp: "Entra".to_owned(),
        }
    }

    fn entry(reason: &Reason) -> Option<&str> {
        match reason {
            Reason::Refused(refusal) => Some(&refusal.entry),
            _ => None,
        }
    }

    #[test]
    fn a_refusal_explains_more_than_a_missing_user_and_that_more_than_the_rhythm() {
        let reasons = Reasons::new(known(2_000, true), ["Ada"].into_iter());
        assert_eq!(entry(&reasons.of_missing_group("sales")), Some("Sales"));
        assert_eq!(reasons.of_missing_group("Other"), Reason::NotDue(Moment(2_000)));
        assert_eq!(entry(&reasons.of_missing_member("Other", "TAKEN")), Some("taken"));
        assert_eq!(reasons.of_missing_member("Other", "grace"), Reason::UserNeverSent);
        assert_eq!(entry(&reasons.of_missing_member("Sales", "ada")), Some("Sales"));
        assert_eq!(
            reasons.of_missing_member("Other", "ada"),
            Reason::NotDue(Moment(2_000))
        );
    }

    #[test]
    fn past_the_rhythm_nothing_is_left_but_what_was_never_sent() {
        for (drops_nested, member) in [(true, Reason::Nested), (false, Reason::MemberNeverSent)] {
            let reasons = Reasons::new(known(500, drops_nested), ["ada"].into_iter());
            assert_eq!(reasons.of_missing_group("Other"), Reason::GroupNeverSent);
            assert_eq!(reasons.of_missing_member("Other", "ada"), member);
            assert_eq!(reasons.of_leftover("Other"), Reason::RemovalNeverSent);
        }
    }
}

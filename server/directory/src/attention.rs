//! What needs a person, the most urgent first: a pure function over what is known of an account.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::provisioning::rhythm::{Cycles, Silence};
use crate::role::effective;
use crate::{AccountId, Announcement, Connection, Directory, DirectoryError, Token, TokenId};

/// How far back refusals count.
const RECENT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How far back the rhythm is learnt from.
const LEARNT_FROM: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Something that needs a person. In the order of urgency.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attention {
    /// Nobody in the account is an administrator: only the owner can help.
    NoAdministrator,
    /// Provisioning is on, and no token works that may write.
    NoToken {
        /// When the last one ended; none: there was none, or it was revoked.
        ended: Option<Timestamp>,
    },
    /// The identity provider is silent beyond its rhythm.
    Silent {
        /// When it last began a cycle.
        last: Timestamp,
        /// When the next was due.
        due: Timestamp,
    },
    /// Provisioning was on, and is switched off.
    Off {
        /// Since when.
        since: Timestamp,
    },
    /// A token ends soon, and none that outlasts it is in use.
    TokenEnds {
        /// When.
        at: Timestamp,
        /// The token.
        token: TokenId,
        /// Its name.
        name: String,
        /// Whether it is an app's, which only reads.
        read_only: bool,
    },
    /// Requests were refused in the last seven days.
    Refused {
        /// How many.
        count: u64,
    },
    /// No break-glass administrator: a wrong identity provider could lock everybody out.
    NoBreakGlass,
}

/// What is known of an account.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Its link to the identity provider.
    pub connection: Connection,
    /// Its tokens.
    pub tokens: Vec<Token>,
    /// The token whose end is announced.
    pub ending: Option<Announcement>,
    /// The identity provider's cycles.
    pub cycles: Cycles,
    /// From one cycle to the next, as the identity provider's documentation says.
    pub documented: Option<Duration>,
    /// Entries refused in the last seven days.
    pub refused: u64,
    /// Whether somebody is an administrator.
    pub has_administrator: bool,
    /// Whether there is an active break-glass administrator.
    pub has_break_glass: bool,
}

/// What needs a person at `now`, the most urgent first.
pub fn find(facts: &Facts, now: Timestamp) -> Vec<Attention> {
    let mut found = Vec::new();
    if !facts.has_administrator {
        found.push(Attention::NoAdministrator);
    }
    match facts.connection.switched_at {
        _ if facts.connection.enabled => provisioning(facts, now, &mut found),
        Some(since) => found.push(Attention::Off { since }),
        None => {}
    }
    if facts.refused > 0 {
        found.push(Attention::Refused { count: facts.refused });
    }
    // Where nothing is provisioned, nobody can be locked out by it.
    if !facts.has_break_glass && facts.connection.switched_at.is_some() {
        found.push(Attention::NoBreakGlass);
    }
    found.sort();
    found
}

fn provisioning(facts: &Facts, now: Timestamp, found: &mut Vec<Attention>) {
    let writing = || facts.tokens.iter().filter(|token| !token.read_only);
    if let Some(ending) = &facts.ending {
        found.push(Attention::TokenEnds {
            at: ending.expires_at,
            token: ending.token,
            name: ending.name.clone(),
            read_only: ending.read_only,
        });
    }
    if !writing().any(|token| token.is_live(now)) {
        let expired = writing().filter(|token| token.revoked_at.is_none());
        let ended = expired.map(|token| token.expires_at).max();
        found.push(Attention::NoToken { ended });
    } else if let (Silence::Late { due, .. }, Some(cycle)) = (
        facts.cycles.silence(facts.documented, now),
        facts.cycles.cycles.last(),
    ) {
        found.push(Attention::Silent {
            last: cycle.began,
            due,
        });
    }
}

impl Directory {
    /// What needs a person in the account, the most urgent first. `documented`: from one cycle to the next, as the
    /// documentation of its identity provider says.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Store`].
    pub async fn attention(
        &self,
        account: AccountId,
        documented: Option<Duration>,
    ) -> Result<Vec<Attention>, DirectoryError> {
        let now = self.now();
        let mut reader = self.read().await?;
        let has_administrator = effective::has_administrator(&mut reader, account, None).await?;
        let has_break_glass: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM users WHERE account_id = $1 AND break_glass <> 0 AND active <> 0)",
        )
        .bind(account)
        .fetch_one(&mut *reader)
        .await?;
        drop(reader);
        let facts = Facts {
            connection: self.get_connection(account).await?,
            tokens: self.list_tokens(account).await?,
            ending: self.ending_token(account).await?,
            cycles: self.cycles(account, now - LEARNT_FROM).await?,
            documented,
            refused: self.count_refused(account, now - RECENT).await?,
            has_administrator,
            has_break_glass,
        };
        Ok(find(&facts, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provisioning::rhythm::Cycle;
    use crate::{TokenId, ToleranceMode};

    fn at(days: i64) -> Timestamp {
        let start: Timestamp = "2026-11-25T00:00:00Z".parse().unwrap();
        start + SignedDuration::from_hours(24 * days)
    }

    fn token(ends: i64, read_only: bool, revoked: bool) -> Token {
        Token {
            id: TokenId::new(at(0)),
            name: format!("until {ends}"),
            prefix: String::new(),
            read_only,
            created_at: at(-100),
            created_by: String::new(),
            expires_at: at(ends),
            revoked_at: revoked.then(|| at(-2)),
            first_used_at: None,
            last_used_at: None,
            last_used_from: None,
            replaces: None,
        }
    }

    fn healthy() -> Facts {
        Facts {
            connection: Connection {
                enabled: true,
                switched_at: Some(at(-100)),
                last_contact_at: None,
                last_contact_agent: None,
                tolerance: ToleranceMode::default(),
                identity_provider: None,
                guide: None,
            },
            tokens: vec![token(300, false, false)],
            ending: None,
            cycles: Cycles::default(),
            documented: Some(Duration::from_mins(40)),
            refused: 0,
            has_administrator: true,
            has_break_glass: true,
        }
    }

    #[test]
    fn what_needs_attention_is_told_by_urgency() {
        use Attention as A;

        let off = |switched_at| Connection {
            enabled: false,
            switched_at,
            ..healthy().connection
        };
        let silent = Cycles {
            cycles: vec![Cycle {
                began: at(-2),
                ended: at(-2),
                requests: 1,
                refused: 0,
            }],
            ..Cycles::default()
        };
        let due = at(-2) + SignedDuration::from_mins(40);
        let ending_token = TokenId::new(at(0));
        let ending = || Announcement {
            account: AccountId::new(at(0)),
            token: ending_token,
            name: "Entra".into(),
            read_only: false,
            expires_at: at(5),
        };
        let ends = || A::TokenEnds {
            at: at(5),
            token: ending_token,
            name: "Entra".into(),
            read_only: false,
        };
        let with = |change: &dyn Fn(&mut Facts)| {
            let mut facts = healthy();
            change(&mut facts);
            facts
        };
        let cases = [
            ("healthy", healthy(), vec![]),
            (
                "never on",
                with(&|facts| {
                    facts.connection = off(None);
                    facts.has_break_glass = false;
                }),
                vec![],
            ),
            (
                "switched off",
                with(&|facts| {
                    facts.connection = off(Some(at(-3)));
                    facts.tokens.clear();
                }),
                vec![A::Off { since: at(-3) }],
            ),
            (
                "an app's token is none",
                with(&|facts| facts.tokens = vec![token(300, true, false)]),
                vec![A::NoToken { ended: None }],
            ),
            (
                "expired",
                with(&|facts| facts.tokens = vec![token(-2, false, false), token(30, false, true)]),
                vec![A::NoToken { ended: Some(at(-2)) }],
            ),
            (
                "ends soon",
                with(&|facts| facts.ending = Some(ending())),
                vec![ends()],
            ),
            (
                "an app's token ends, and the identity provider has none",
                with(&|facts| {
                    facts.tokens.clear();
                    facts.ending = Some(ending());
                }),
                vec![A::NoToken { ended: None }, ends()],
            ),
            (
                "silent",
                with(&|facts| facts.cycles = silent.clone()),
                vec![A::Silent { last: at(-2), due }],
            ),
            (
                "everything",
                with(&|facts| {
                    facts.ending = Some(ending());
                    facts.cycles = silent.clone();
                    facts.refused = 7;
                    facts.has_administrator = false;
                    facts.has_break_glass = false;
                }),
                vec![
                    A::NoAdministrator,
                    A::Silent { last: at(-2), due },
                    ends(),
                    A::Refused { count: 7 },
                    A::NoBreakGlass,
                ],
            ),
        ];
        for (name, facts, expected) in cases {
            assert_eq!(find(&facts, at(0)), expected, "{name}");
        }
    }
}

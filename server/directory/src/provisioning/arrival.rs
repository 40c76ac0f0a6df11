//! What reached an account's SCIM API, as the set-up shows it: the milestones from the first contact
//! to the first role, and who was turned away at the door. Kept in memory and stored from time to time: a read never
//! becomes a write.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use crate::log::Request;
use crate::{AccountId, Directory, DirectoryError, TokenId, db};

/// Kinds of refusals at the door that are kept for an account; more would be an attack and not a mistake.
const MOST_REFUSALS: usize = 20;

/// Steps on the way from nothing to a person with a role, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Milestone {
    /// A request came, whatever its token.
    Reached,
    /// A request came with a valid token.
    Accepted,
    /// A user or group was looked for.
    Lookup,
    /// A user was created or converted.
    User,
    /// A user was changed.
    Update,
    /// A group was created.
    Group,
    /// A group got a member.
    Member,
    /// A member holds a role through a group.
    Role,
}

impl Milestone {
    /// All of them, in order.
    pub const ALL: [Self; 8] = [
        Self::Reached,
        Self::Accepted,
        Self::Lookup,
        Self::User,
        Self::Update,
        Self::Group,
        Self::Member,
        Self::Role,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::Accepted => "accepted",
            Self::Lookup => "lookup",
            Self::User => "user",
            Self::Update => "update",
            Self::Group => "group",
            Self::Member => "member",
            Self::Role => "role",
        }
    }

    fn stored(text: &str) -> Result<Self, DirectoryError> {
        Self::ALL
            .into_iter()
            .find(|milestone| milestone.as_str() == text)
            .ok_or_else(|| DirectoryError::Corrupt(format!("the milestone {text:?}")))
    }
}

/// When a milestone was passed, and by which request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// When.
    pub at: Timestamp,
    /// `POST /Users`, without the query.
    pub request: String,
    /// Who or what it was about, such as a username; empty where that is not known.
    pub name: String,
}

/// Why a request was turned away before anything was asked of the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DoorRefusal {
    /// No `Authorization` header.
    Missing,
    /// The header is not `Bearer <token>`.
    Malformed,
    /// No token is like this.
    Unknown,
    /// A token of another account.
    Foreign,
    /// The token has expired.
    Expired,
    /// The token was revoked.
    Revoked,
}

impl DoorRefusal {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Malformed => "malformed",
            Self::Unknown => "unknown",
            Self::Foreign => "foreign",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

/// A refusal at the door, however often it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnedAway {
    /// Why.
    pub reason: DoorRefusal,
    /// The token, where it is one of this account.
    pub token: Option<TokenId>,
    /// How often.
    pub count: u64,
    /// When it last came.
    pub last_at: Timestamp,
    /// From where.
    pub address: String,
    /// What the client said of itself.
    pub agent: String,
    /// The last request: `GET /Users`.
    pub request: String,
}

/// What reached an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arrivals {
    /// The milestones that were passed.
    pub passed: BTreeMap<Milestone, Passed>,
    /// Who was turned away since this process began, the last one first.
    pub turned_away: Vec<TurnedAway>,
}

/// What this process has seen.
#[derive(Debug)]
pub(crate) struct Seen {
    accounts: Mutex<HashMap<AccountId, Account>>,
    changes: broadcast::Sender<AccountId>,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            accounts: Mutex::default(),
            changes: broadcast::channel(256).0,
        }
    }
}

#[derive(Debug, Default)]
struct Account {
    /// With whether the store lacks it.
    passed: BTreeMap<Milestone, (Passed, bool)>,
    turned_away: Vec<TurnedAway>,
}

impl Seen {
    fn lock(&self) -> MutexGuard<'_, HashMap<AccountId, Account>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets an account that is gone.
    pub(crate) fn forget(&self, account: AccountId) {
        self.lock().remove(&account);
    }

    /// Whether this process has seen the milestone passed.
    pub(crate) fn has_passed(&self, account: AccountId, milestone: Milestone) -> bool {
        self.lock()
            .get(&account)
            .is_some_and(|seen| seen.passed.contains_key(&milestone))
    }

    /// Notes that a milestone was passed; only the first time counts.
    pub(crate) fn pass(
        &self,
        account: AccountId,
        milestone: Milestone,
        at: Timestamp,
        request: &Request,
        name: &str,
    ) {
        {
            let mut accounts = self.lock();
            let passed = &mut accounts.entry(account).or_default().passed;
            if passed.contains_key(&milestone) {
                return;
            }
            let new = Passed {
                at,
                request: sentence(request),
                name: name.to_owned(),
            };
            passed.insert(milestone, (new, true));
        }
        // An error means that nobody looks.
        let _ = self.changes.send(account);
    }

    /// Notes that a request was turned away.
    pub(crate) fn turn_away(
        &self,
        account: AccountId,
        reason: DoorRefusal,
        token: Option<TokenId>,
        at: Timestamp,
        request: &Request,
    ) {
        {
            let mut accounts = self.lock();
            let turned_away = &mut accounts.entry(account).or_default().turned_away;
            let known = turned_away
                .iter()
                .position(|known| known.reason == reason && known.token == token);
            let mut refusal = match known {
                Some(index) => turned_away.remove(index),
                None => TurnedAway {
                    reason,
                    token,
                    count: 0,
                    last_at: at,
                    address: String::new(),
                    agent: String::new(),
                    request: String::new(),
                },
            };
            refusal.count += 1;
            refusal.last_at = at;
            refusal.address.clone_from(&request.address);
            refusal.agent.clone_from(&request.agent);
            refusal.request = sentence(request);
            turned_away.insert(0, refusal);
            turned_away.truncate(MOST_REFUSALS);
        }
        let _ = self.changes.send(account);
    }
}

fn sentence(request: &Request) -> String {
    let path = request.path.split('?').next().unwrap_or_default();
    let path: String = path.chars().take(200).collect();
    format!("{} {path}", request.method)
}

impl Directory {
    /// What reached the account so far.
    ///
    /// # Errors
    /// [`DirectoryError::Store`], [`DirectoryError::Corrupt`].
    pub async fn arrivals(&self, account: AccountId) -> Result<Arrivals, DirectoryError> {
        let rows: Vec<(String, i64, String, String)> =
            db::rows("SELECT milestone, at, request, name FROM milestones WHERE account_id = $1")
                .bind(account)
                .fetch_all(self.readers())
                .await?;
        let mut arrivals = Arrivals::default();
        for (milestone, at, request, name) in rows {
            let at = db::time(at)?;
            arrivals
                .passed
                .insert(Milestone::stored(&milestone)?, Passed { at, request, name });
        }
        if let Some(seen) = self.inner().seen.lock().get(&account) {
            for (milestone, (passed, _)) in &seen.passed {
                arrivals
                    .passed
                    .entry(*milestone)
                    .or_insert_with(|| passed.clone());
            }
            arrivals.turned_away.clone_from(&seen.turned_away);
        }
        Ok(arrivals)
    }

    /// Tells of each account to which something new came, by its id; entries of the log are told by
    /// [`Directory::follow`].
    pub fn follow_arrivals(&self) -> broadcast::Receiver<AccountId> {
        self.inner().seen.changes.subscribe()
    }

    /// Stores the milestones that the store lacks.
    pub(crate) async fn store_milestones(&self) -> Result<(), DirectoryError> {
        let new: Vec<(AccountId, Milestone, Passed)> = {
            let mut accounts = self.inner().seen.lock();
            accounts
                .iter_mut()
                .flat_map(|(account, seen)| {
                    seen.passed.iter_mut().filter_map(|(milestone, (passed, new))| {
                        std::mem::take(new).then(|| (*account, *milestone, passed.clone()))
                    })
                })
                .collect()
        };
        if new.is_empty() {
            return Ok(());
        }
        let rows = new.clone();
        let stored = self
            .act(move |tx| {
                Box::pin(async move {
                    for (account, milestone, passed) in rows {
                        db::query(
                            "INSERT INTO milestones (account_id, milestone, at, request, name)
                             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (account_id, milestone) DO NOTHING",
                        )
                        .bind(account)
                        .bind(milestone.as_str())
                        .bind(passed.at.as_microsecond())
                        .bind(passed.request)
                        .bind(passed.name)
                        .execute(&mut tx.conn)
                        .await?;
                    }
                    Ok(())
                })
            })
            .await;
        if stored.is_err() {
            let mut accounts = self.inner().seen.lock();
            for (account, milestone, _) in &new {
                if let Some((_, lacks)) = accounts
                    .get_mut(account)
                    .and_then(|seen| seen.passed.get_mut(milestone))
                {
                    *lacks = true;
                }
            }
        }
        stored
    }
}

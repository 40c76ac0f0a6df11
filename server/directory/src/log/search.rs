//! Finding entries: by what came of them, what they are about, who did it and when, newest first. Each search goes along
//! an index and looks at a bounded number of entries; where that is not enough, the answer says how far it got.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Action, Entry, Outcome, name_of, read};
use crate::{AccountId, Directory, DirectoryError, EntryId, db};

/// Entries that one search looks at: some ten milliseconds.
const WALK: i64 = 20_000;
/// Users, groups and names that a searched name may mean.
const MEANINGS: i64 = 20;
/// Sorts after every id.
const NEWEST: &str = "~";
/// What a folded name may be followed by where only its beginning is given.
const LAST: char = '\u{10FFFF}';

/// What an action is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Users came, changed or went.
    Users,
    /// Groups and their members did.
    Groups,
    /// The switch, tokens, settings, and requests that were nothing else.
    Connection,
    /// Roles were given or taken.
    Roles,
    /// People signed in or out, or got a password.
    SignIns,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Users,
        Self::Groups,
        Self::Connection,
        Self::Roles,
        Self::SignIns,
    ];

    fn actions(self) -> &'static [Action] {
        match self {
            Self::Users => &[
                Action::CreateUser,
                Action::ReplaceUser,
                Action::PatchUser,
                Action::DeleteUser,
                Action::AddUser,
                Action::SetActive,
            ],
            Self::Groups => &[
                Action::CreateGroup,
                Action::ReplaceGroup,
                Action::PatchGroup,
                Action::DeleteGroup,
            ],
            Self::Connection => &[
                Action::Request,
                Action::CreateAccount,
                Action::EnableProvisioning,
                Action::DisableProvisioning,
                Action::SetTolerance,
                Action::CreateToken,
                Action::RevokeToken,
                Action::EndToken,
                Action::AnnounceTokenEnd,
                Action::ShareSetup,
                Action::WithdrawSetup,
                Action::SetRetention,
            ],
            Self::Roles => &[
                Action::GiveRole,
                Action::TakeRole,
                Action::RestoreRole,
                Action::GiveGroupRole,
                Action::TakeGroupRole,
            ],
            Self::SignIns => &[
                Action::SetOwner,
                Action::CreateLink,
                Action::SetPassword,
                Action::SignIn,
                Action::SignOut,
            ],
        }
    }
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Identity providers and apps, by their tokens.
    Tokens,
    /// People, in the console or at the machine.
    People,
    /// The token of this id.
    Token(String),
    /// The user of this id, or the owner of this email.
    Person(String),
}

/// Which entries; all fields narrow.
#[derive(Debug, Clone, Default)]
pub struct EntryQuery {
    /// Only these outcomes; empty: all.
    pub outcomes: Vec<Outcome>,
    /// Only entries about the user or group of this id.
    pub subject: Option<String>,
    /// Only actions about this.
    pub kind: Option<Kind>,
    /// Only what they did.
    pub who: Option<Who>,
    /// Only from then on.
    pub from: Option<Timestamp>,
    /// Only before then.
    pub until: Option<Timestamp>,
    /// The beginning of a username or of a group's name, or a request's whole id; empty: any.
    pub search: String,
    /// Only entries older than this one: the next page.
    pub before: Option<EntryId>,
    /// Only entries newer than this one.
    pub after: Option<EntryId>,
    /// How many at the most; 1 to 200.
    pub limit: u16,
}

/// A page of entries, newest first.
#[derive(Debug, Clone, Default)]
pub struct EntryPage {
    /// The entries.
    pub entries: Vec<Entry>,
    /// The id to pass as `before` for the next page; none on the last.
    pub next: Option<EntryId>,
    /// Until when the search has looked back, where it stopped before the page was full.
    pub looked_back_to: Option<Timestamp>,
}

/// Along which index to go.
#[derive(Debug, Clone)]
enum Along {
    All,
    NotDone(Outcome),
    People,
    Subject(String),
    Name(String),
    Request(String),
}

impl Along {
    /// The statement that finds entries, and that which tells how far it went. `$2` to `$3`: the ids; `$4`: entries to
    /// look at; `$5`: what the index is entered with.
    fn statements(&self) -> (&'static str, &'static str) {
        macro_rules! along {
            ($condition:literal) => {
                (
                    concat!(
                        "SELECT entries.id, entries.data
                         FROM (SELECT id, action, outcome, actor_kind, actor_id FROM entries
                               WHERE account_id = $1 AND id < $2 AND id > $3 AND ",
                        $condition,
                        " ORDER BY id DESC LIMIT $4) AS near
                         CROSS JOIN entries
                         WHERE entries.id = near.id
                           AND near.outcome IN (SELECT value FROM json_each($6))
                           AND ($7 = '' OR near.action IN (SELECT value FROM json_each($7)))
                           AND ($8 = '' OR ($8 = 'token') = (near.actor_kind = 'token'))
                           AND ($9 = '' OR near.actor_id = $9)
                         ORDER BY near.id DESC LIMIT $10"
                    ),
                    concat!(
                        "SELECT id, at FROM entries WHERE account_id = $1 AND id < $2 AND id > $3 AND ",
                        $condition,
                        " ORDER BY id DESC LIMIT 1 OFFSET $4 - 1"
                    ),
                )
            };
        }
        match self {
            Self::All => along!("$5 = ''"),
            Self::NotDone(_) => along!("outcome <> 'done' AND outcome = $5"),
            Self::People => along!("actor_kind <> 'token' AND $5 = ''"),
            Self::Subject(_) => along!("subject_id = $5"),
            Self::Name(_) => along!("name_key = $5"),
            Self::Request(_) => along!("request_id = $5"),
        }
    }

    fn key(&self) -> String {
        match self {
            Self::All | Self::People => String::new(),
            Self::NotDone(outcome) => name_of(outcome),
            Self::Subject(key) | Self::Name(key) | Self::Request(key) => key.clone(),
        }
    }
}

impl EntryQuery {
    /// The best index where no subject and no name is given.
    fn along(&self) -> Along {
        match (self.outcomes.as_slice(), &self.who) {
            ([outcome], _) if *outcome != Outcome::Done => Along::NotDone(*outcome),
            (_, Some(Who::People | Who::Person(_))) => Along::People,
            _ => Along::All,
        }
    }

    /// The ids between which its entries are, both excluded.
    fn bounds(&self) -> (String, String) {
        let newest = [
            self.before.map(|id| id.to_string()),
            self.until.map(EntryId::before),
        ];
        let oldest = [
            self.after.map(|id| id.to_string()),
            self.from.map(EntryId::before),
        ];
        (
            newest
                .into_iter()
                .flatten()
                .min()
                .unwrap_or_else(|| NEWEST.to_owned()),
            oldest.into_iter().flatten().max().unwrap_or_default(),
        )
    }
}

impl Directory {
    /// The account's entries, newest first. Looks at a bounded number of them; [`EntryPage::next`] goes on from there.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn list_entries(
        &self,
        account: AccountId,
        query: &EntryQuery,
    ) -> Result<EntryPage, DirectoryError> {
        let ways = match (&query.subject, query.search.trim()) {
            (Some(subject), _) => vec![Along::Subject(subject.clone())],
            (None, "") => vec![query.along()],
            (None, text) => self.meanings(account, text).await?,
        };
        let limit = usize::from(query.limit.clamp(1, 200));
        let mut found = BTreeMap::new();
        // The furthest point to which every way was gone.
        let mut stopped: Option<(EntryId, Timestamp)> = None;
        for way in ways {
            let (entries, stop) = self.walk(account, query, &way, limit).await?;
            found.extend(entries.into_iter().map(|entry| (entry.id, entry)));
            stopped = stopped.max(stop);
        }
        let mut entries: Vec<Entry> = found.into_values().rev().collect();
        if let Some((id, _)) = stopped {
            entries.retain(|entry| entry.id >= id);
        }
        let more = entries.len() > limit;
        entries.truncate(limit);
        let next = if more {
            entries.last().map(|entry| entry.id)
        } else {
            stopped.map(|(id, _)| id)
        };
        Ok(EntryPage {
            entries,
            next,
            looked_back_to: stopped.filter(|_| !more).map(|(_, at)| at),
        })
    }

    /// One entry of the account.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Store`].
    pub async fn get_entry(&self, account: AccountId, id: EntryId) -> Result<Entry, DirectoryError> {
        super::find(self.readers(), account, id).await
    }

    /// The entries along one index, one more than `limit` where there are more; and the last entry that was looked at,
    /// where that was not the last there is.
    async fn walk(
        &self,
        account: AccountId,
        query: &EntryQuery,
        way: &Along,
        limit: usize,
    ) -> Result<(Vec<Entry>, Option<(EntryId, Timestamp)>), DirectoryError> {
        let (find, stop) = way.statements();
        let (newest, oldest) = query.bounds();
        let outcomes = match query.outcomes.as_slice() {
            [] => &[Outcome::Done, Outcome::Unchanged, Outcome::Refused][..],
            some => some,
        };
        let actions = query
            .kind
            .map(|kind| db::json(kind.actions().iter().map(name_of)));
        let (actor_kind, actor) = match &query.who {
            None => ("", ""),
            Some(Who::Tokens) => ("token", ""),
            Some(Who::People) => ("person", ""),
            Some(Who::Token(id)) => ("token", id.as_str()),
            Some(Who::Person(id)) => ("person", id.as_str()),
        };
        let rows: Vec<(EntryId, String)> = db::rows(find)
            .bind(account)
            .bind(newest.clone())
            .bind(oldest.clone())
            .bind(WALK)
            .bind(way.key())
            .bind(db::json(outcomes.iter().map(name_of)))
            .bind(actions.unwrap_or_default())
            .bind(actor_kind)
            .bind(actor.to_owned())
            .bind(i64::try_from(limit).unwrap_or(i64::MAX) + 1)
            .fetch_all(self.readers())
            .await?;
        let entries = rows
            .iter()
            .map(|(_, data)| read(data))
            .collect::<Result<Vec<Entry>, _>>()?;
        if entries.len() > limit {
            return Ok((entries, None));
        }
        let stop: Option<(EntryId, i64)> = db::rows(stop)
            .bind(account)
            .bind(newest)
            .bind(oldest)
            .bind(WALK)
            .bind(way.key())
            .fetch_optional(self.readers())
            .await?;
        let stop = stop.map(|(id, at)| db::time(at).map(|at| (id, at))).transpose()?;
        Ok((entries, stop))
    }

    /// What a searched text may mean: a request; users and groups that are there; those that were deleted or refused.
    async fn meanings(&self, account: AccountId, text: &str) -> Result<Vec<Along>, DirectoryError> {
        let is_request: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM entries WHERE account_id = $1 AND request_id = $2)",
        )
        .bind(account)
        .bind(text)
        .fetch_one(self.readers())
        .await?;
        if is_request {
            return Ok(vec![Along::Request(text.to_owned())]);
        }
        let begin = scim::fold(text);
        let end = format!("{begin}{LAST}");
        let mut subjects: Vec<(String,)> = Vec::new();
        for statement in [
            "SELECT id FROM users WHERE account_id = $1 AND user_name_key >= $2 AND user_name_key < $3
             ORDER BY user_name_key LIMIT $4",
            "SELECT id FROM groups WHERE account_id = $1 AND display_name_key >= $2 AND display_name_key < $3
             ORDER BY display_name_key LIMIT $4",
        ] {
            let rows: Vec<(String,)> = db::rows(statement)
                .bind(account)
                .bind(begin.clone())
                .bind(end.clone())
                .bind(MEANINGS)
                .fetch_all(self.readers())
                .await?;
            subjects.extend(rows);
        }
        // From one name to the next, without a look at each entry of a name.
        let names: Vec<(String,)> = db::rows(
            "WITH RECURSIVE names (name) AS (
                 SELECT MIN(name_key) FROM entries WHERE account_id = $1 AND name_key >= $2 AND name_key < $3
                 UNION ALL
                 SELECT (SELECT MIN(name_key) FROM entries
                         WHERE account_id = $1 AND name_key > names.name AND name_key < $3)
                 FROM names WHERE names.name IS NOT NULL
             )
             SELECT name FROM names WHERE name IS NOT NULL LIMIT $4",
        )
        .bind(account)
        .bind(begin)
        .bind(end)
        .bind(MEANINGS)
        .fetch_all(self.readers())
        .await?;
        let mut ways = Vec::new();
        for (name,) in names {
            let gone: Vec<(String,)> = db::rows(
                "SELECT subject_id FROM entries WHERE account_id = $1 AND name_key = $2 AND subject_id IS NOT NULL
                 ORDER BY id DESC LIMIT $3",
            )
            .bind(account)
            .bind(name.clone())
            .bind(MEANINGS)
            .fetch_all(self.readers())
            .await?;
            subjects.extend(gone);
            ways.push(Along::Name(name));
        }
        subjects.sort_unstable();
        subjects.dedup();
        ways.extend(subjects.into_iter().map(|(id,)| Along::Subject(id)));
        Ok(ways)
    }
}

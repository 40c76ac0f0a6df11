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
                Action::ManageByHand,
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
                Action::AddOwnRole,
                Action::ChangeOwnRole,
                Action::DeleteOwnRole,
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
    /// The statement that tells how far one search goes, along the index alone, and the one that finds entries as far
    /// as that. `$2` to `$3`: the ids; `$4`: what the index is entered with.
    fn statements(&self) -> (&'static str, &'static str) {
        macro_rules! along {
            ($condition:literal) => {
                (
                    concat!(
                        "SELECT id FROM entries WHERE account_id = $1 AND id < $2 AND id > $3 AND ",
                        $condition,
                        " ORDER BY id DESC LIMIT 1 OFFSET $5"
                    ),
                    concat!(
                        "SELECT data FROM entries WHERE account_id = $1 AND id < $2 AND id > $3 AND ",
                        $condition,
                        " AND outcome IN (SELECT value FROM json_each($5))
                          AND ($6 = '' OR action IN (SELECT value FROM json_each($6)))
                          AND ($7 = '' OR ($7 = 'token') = (actor_kind = 'token'))
                          AND ($8 = '' OR actor_id = $8)
                          ORDER BY id DESC LIMIT $9"
                    ),
                )
            };
        }
        match self {
            Self::All => along!("$4 = ''"),
            Self::NotDone(_) => along!("outcome <> 'done' AND outcome = $4"),
            Self::People => along!("actor_kind <> 'token' AND $4 = ''"),
            Self::Subject(_) => along!("subject_id = $4"),
            Self::Name(_) => along!("name_key = $4"),
            Self::Request(_) => along!("request_id = $4"),
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
        // As far as every way was gone.
        let mut stopped: Option<EntryId> = None;
        for way in ways {
            let (entries, stop) = self.walk(account, query, &way, limit).await?;
            found.extend(entries.into_iter().map(|entry| (entry.id, entry)));
            stopped = stopped.max(stop);
        }
        let mut entries: Vec<Entry> = found.into_values().rev().collect();
        if let Some(id) = stopped {
            entries.retain(|entry| entry.id > id);
        }
        let more = entries.len() > limit;
        entries.truncate(limit);
        let last = if more {
            entries.last().map(|entry| entry.id)
        } else {
            None
        };
        Ok(EntryPage {
            entries,
            // The entry at which the search stopped was not looked at: the next page begins with it.
            next: last.or(stopped.map(EntryId::next_up)),
            looked_back_to: stopped.filter(|_| !more).and_then(EntryId::time),
        })
    }

    /// One entry of the account.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Store`].
    pub async fn get_entry(&self, account: AccountId, id: EntryId) -> Result<Entry, DirectoryError> {
        super::find(self.readers(), account, id).await
    }

    /// The entries along one index, one more than `limit` where there are more; and the entry before which the search
    /// stopped, where there are some that it did not look at.
    async fn walk(
        &self,
        account: AccountId,
        query: &EntryQuery,
        way: &Along,
        limit: usize,
    ) -> Result<(Vec<Entry>, Option<EntryId>), DirectoryError> {
        let (far, find) = way.statements();
        let (newest, oldest) = query.bounds();
        let stop: Option<(EntryId,)> = db::rows(far)
            .bind(account)
            .bind(newest.clone())
            .bind(oldest.clone())
            .bind(way.key())
            .bind(WALK)
            .fetch_optional(self.readers())
            .await?;
        let stop = stop.map(|(id,)| id);
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
        let rows: Vec<(String,)> = db::rows(find)
            .bind(account)
            .bind(newest)
            .bind(stop.map_or(oldest, |id| id.to_string()))
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
            .map(|(data,)| read(data))
            .collect::<Result<Vec<Entry>, _>>()?;
        // A full page has its own way on.
        let stop = stop.filter(|_| entries.len() <= limit);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Actor, Clock, OpenOptions};

    #[tokio::test]
    async fn a_search_looks_at_a_bounded_number_of_entries_and_goes_on_from_there() {
        let folder = tempfile::tempdir().unwrap();
        let directory = Directory::open(OpenOptions {
            data: folder.path().to_owned(),
            clock: Clock::manual("2026-12-01T09:00:00Z".parse().unwrap()),
        })
        .await
        .unwrap();
        let account = directory
            .create_account(&Actor::CommandLine, "Acme")
            .await
            .unwrap()
            .id;
        // Twice as many entries as one search looks at, all later than the first.
        directory
            .act(move |tx| {
                Box::pin(async move {
                    db::query(
                        "WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < $2)
                         INSERT INTO entries (id, account_id, at, action, outcome, actor_kind, actor_id, data)
                         SELECT printf('0200%04x-%04x-7000-8000-000000000000', number / 65536, number % 65536), $1, at,
                                'patch_user', 'done', 'token', 't',
                                json_set(data, '$.id', printf('0200%04x-%04x-7000-8000-000000000000', number / 65536, number % 65536))
                         FROM numbers CROSS JOIN entries WHERE entries.account_id = $1 AND action = 'create_account'",
                    )
                    .bind(account)
                    .bind(2 * WALK)
                    .execute(&mut tx.conn)
                    .await?;
                    Ok(())
                })
            })
            .await
            .unwrap();
        let mut query = EntryQuery {
            kind: Some(Kind::Connection),
            limit: 10,
            ..EntryQuery::default()
        };
        for _ in 0..2 {
            let page = directory.list_entries(account, &query).await.unwrap();
            assert!(page.entries.is_empty() && page.looked_back_to.is_some());
            query.before = page.next;
            assert!(query.before.is_some());
        }
        let page = directory.list_entries(account, &query).await.unwrap();
        assert_eq!(page.entries.len(), 1);
        assert_eq!((page.next, page.looked_back_to), (None, None));
        query.who = Some(Who::People);
        query.before = None;
        let page = directory.list_entries(account, &query).await.unwrap();
        assert_eq!(page.entries.len(), 1, "what people did has an index of its own");
    }
}

//! Identity providers that people miss a guide for: asked for by accounts, answered by an owner. The same name in another
//! letter-case is the same wish, so that it shows how many ask.

use jiff::Timestamp;

use crate::account::valid_name;
use crate::db::time;
use crate::{AccountId, Actor, Directory, DirectoryError};

/// The longest note and answer, in characters; what is longer is cut.
const LONGEST_TEXT: usize = 1000;

/// What became of a wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WishState {
    /// Nobody has answered it.
    Open,
    /// It is on its way.
    Planned,
    /// There is a guide.
    Done,
    /// There will be none.
    Declined,
}

impl WishState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Open, Self::Planned, Self::Done, Self::Declined];

    /// The name as stored: `open`, `planned`, `done`, `declined`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Planned => "planned",
            Self::Done => "done",
            Self::Declined => "declined",
        }
    }

    /// The state of this [name](Self::as_str).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// A wish, with as much of who asked as the reader may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The identity provider, as it was first written.
    pub name: String,
    /// What became of it.
    pub state: WishState,
    /// What the owner answered; may be empty.
    pub answer: String,
    /// How many accounts asked.
    pub count: u64,
    /// When it was first asked for.
    pub asked_at: Timestamp,
    /// What the accounts wrote of it: the reader's own, or all for an owner.
    pub notes: Vec<WishNote>,
}

/// What one account wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WishNote {
    /// The account's name.
    pub account: String,
    /// Who asked, in words.
    pub asked_by: String,
    /// The note; may be empty.
    pub note: String,
}

type Row = (String, String, String, i64, i64, String, String, String);

impl Directory {
    /// Asks for a guide; asked again by the same account, the note is the newer one, and a wish that was done or
    /// declined is open again.
    ///
    /// # Errors
    /// [`DirectoryError::Refused`] with `Name`.
    pub async fn wish(
        &self,
        actor: &Actor,
        account: AccountId,
        name: &str,
        note: &str,
    ) -> Result<(), DirectoryError> {
        let name = valid_name(name)?;
        let key = scim::fold(&name);
        let (note, asked_by) = (cut(note), actor.name().to_owned());
        self.act(move |tx| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO wishes (name_key, name, state, answer, asked_at) VALUES ($1, $2, 'open', '', $3)
                     ON CONFLICT (name_key) DO UPDATE
                     SET state = CASE WHEN wishes.state = 'planned' THEN 'planned' ELSE 'open' END",
                )
                .bind(&key)
                .bind(name)
                .bind(tx.now.as_microsecond())
                .execute(&mut tx.conn)
                .await?;
                sqlx::query(
                    "INSERT INTO wishers (name_key, account_id, note, asked_by, asked_at)
                     VALUES ($1, $2, $3, $4, $5)
                     ON CONFLICT (name_key, account_id) DO UPDATE
                     SET note = excluded.note, asked_by = excluded.asked_by, asked_at = excluded.asked_at",
                )
                .bind(key)
                .bind(account)
                .bind(note)
                .bind(asked_by)
                .bind(tx.now.as_microsecond())
                .execute(&mut tx.conn)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Wishes, what waits for an answer first, then by how many ask. `account`: those of this account, with its own
    /// notes alone; none: all, for an owner.
    ///
    /// # Errors
    /// [`DirectoryError::Store`], [`DirectoryError::Corrupt`].
    pub async fn list_wishes(&self, account: Option<AccountId>) -> Result<Vec<Wish>, DirectoryError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT wishes.name, wishes.state, wishes.answer, wishes.asked_at,
                    (SELECT COUNT(*) FROM wishers AS others WHERE others.name_key = wishes.name_key) AS asked,
                    accounts.name, wishers.asked_by, wishers.note
             FROM wishers
             JOIN wishes ON wishes.name_key = wishers.name_key
             JOIN accounts ON accounts.id = wishers.account_id
             WHERE $1 IS NULL OR wishers.account_id = $1
             ORDER BY CASE wishes.state WHEN 'open' THEN 0 WHEN 'planned' THEN 1 ELSE 2 END, asked DESC,
                      wishes.name_key, wishers.asked_at",
        )
        .bind(account)
        .fetch_all(self.readers())
        .await?;
        let mut wishes: Vec<Wish> = Vec::new();
        for (name, state, answer, asked_at, count, account, asked_by, note) in rows {
            let note = WishNote {
                account,
                asked_by,
                note,
            };
            match wishes.last_mut() {
                Some(wish) if wish.name == name => wish.notes.push(note),
                _ => wishes.push(Wish {
                    state: WishState::from_name(&state)
                        .ok_or_else(|| DirectoryError::Corrupt(format!("the wish is {state:?}")))?,
                    name,
                    answer,
                    count: u64::try_from(count).unwrap_or(0),
                    asked_at: time(asked_at)?,
                    notes: vec![note],
                }),
            }
        }
        Ok(wishes)
    }

    /// Answers a wish. For owners.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`].
    pub async fn answer_wish(
        &self,
        name: &str,
        state: WishState,
        answer: &str,
    ) -> Result<(), DirectoryError> {
        let (key, answer) = (scim::fold(name), cut(answer));
        self.act(move |tx| {
            Box::pin(async move {
                let answered = sqlx::query("UPDATE wishes SET state = $2, answer = $3 WHERE name_key = $1")
                    .bind(key)
                    .bind(state.as_str())
                    .bind(answer)
                    .execute(&mut tx.conn)
                    .await?;
                if answered.rows_affected() == 0 {
                    return Err(DirectoryError::NotFound);
                }
                Ok(())
            })
        })
        .await
    }
}

fn cut(text: &str) -> String {
    text.trim().chars().take(LONGEST_TEXT).collect()
}

//! The log: every write and every authenticated refusal, committed with its effect.
//!
//! Entries are found in [`search`], and go by age and number in [`retention`]. An entry is
//! structured; the sentence that a person reads is made from it by the console.

pub mod retention;
pub mod search;

use std::time::Instant;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::SqliteExecutor;

use crate::provisioning::matching::Decision;
use crate::{AccountId, DirectoryError, EntryId, Role, Roles, db};

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Actor {
    /// An owner of the installation.
    Owner {
        /// The owner's email.
        email: String,
    },
    /// A user who opens the console.
    User {
        /// The user's id.
        id: String,
        /// The username at that time.
        user_name: String,
    },
    /// An identity provider or app, by its token.
    Token {
        /// The token's id.
        id: String,
        /// The token's name.
        name: String,
    },
    /// Somebody at the machine.
    CommandLine,
    /// Rollcall itself, as it was told before.
    Rollcall,
}

impl Actor {
    /// The words that are kept beside a grant: an email, a username, a token's name, `command line`, `Rollcall`.
    pub fn name(&self) -> &str {
        match self {
            Actor::Owner { email } => email,
            Actor::User { user_name, .. } => user_name,
            Actor::Token { name, .. } => name,
            Actor::CommandLine => "command line",
            Actor::Rollcall => "Rollcall",
        }
    }

    /// What tells it from others of its kind.
    pub fn id(&self) -> &str {
        match self {
            Actor::Owner { email } => email,
            Actor::User { id, .. } | Actor::Token { id, .. } => id,
            Actor::CommandLine | Actor::Rollcall => "",
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Actor::Owner { .. } => "owner",
            Actor::User { .. } => "user",
            Actor::Token { .. } => "token",
            Actor::CommandLine => "commandLine",
            Actor::Rollcall => "rollcall",
        }
    }
}

/// What was asked or done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// The identity provider POSTs a user.
    CreateUser,
    /// PUT of a user.
    ReplaceUser,
    /// PATCH of a user.
    PatchUser,
    /// DELETE of a user.
    DeleteUser,
    /// POST of a group.
    CreateGroup,
    /// PUT of a group.
    ReplaceGroup,
    /// PATCH of a group.
    PatchGroup,
    /// DELETE of a group.
    DeleteGroup,
    /// Any other request of the identity provider that was refused after its token was accepted.
    Request,
    /// An account was created.
    CreateAccount,
    /// An owner was created, or got a new password.
    SetOwner,
    /// Provisioning was switched on.
    EnableProvisioning,
    /// Provisioning was switched off.
    DisableProvisioning,
    /// How forgiving the SCIM API is was changed.
    SetTolerance,
    /// A SCIM token was made.
    CreateToken,
    /// A SCIM token was revoked.
    RevokeToken,
    /// A token ended early, since its successor is in use.
    EndToken,
    /// A token's end was announced.
    AnnounceTokenEnd,
    /// A link to the set-up was made.
    ShareSetup,
    /// A link to the set-up was withdrawn.
    WithdrawSetup,
    /// A manual user was added by a person.
    AddUser,
    /// A person switched a manual user on or off.
    SetActive,
    /// A person made a SCIM-managed user a manual one.
    ManageByHand,
    /// A person gave a user a role.
    GiveRole,
    /// A person took a direct role.
    TakeRole,
    /// A person gave back a direct role that was taken a moment before.
    RestoreRole,
    /// A person gave a group a role.
    GiveGroupRole,
    /// A person took a role from a group.
    TakeGroupRole,
    /// A person paused a group: the roles that it gives are not in effect.
    PauseGroup,
    /// A person ended a group's pause.
    ResumeGroup,
    /// A person added a role of the account's own.
    AddOwnRole,
    /// A person changed an own role.
    ChangeOwnRole,
    /// A person deleted an own role.
    DeleteOwnRole,
    /// A one-time link that sets a password was made.
    CreateLink,
    /// A user set a password through such a link.
    SetPassword,
    /// Somebody signed in to the console.
    SignIn,
    /// Somebody signed out.
    SignOut,
    /// How long the log is kept was changed.
    SetRetention,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done.
    Done,
    /// Accepted, but everything was so already.
    Unchanged,
    /// It was refused and nothing changed.
    Refused,
}

/// What it was done to, by id and by the name it had then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// `user`, `group`, `role`, `token`, `account`.
    pub kind: SubjectKind,
    /// Its id; none where it never came to be.
    pub id: Option<String>,
    /// Its name at that time.
    pub name: String,
}

/// The kinds of [`Subject`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// A user.
    User,
    /// A group.
    Group,
    /// A role of the account's own.
    Role,
    /// A token.
    Token,
    /// The account itself.
    Account,
}

/// One attribute before and after. Multi-valued ones are whole; a password is never here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The attribute's path, such as `name.familyName`.
    pub attribute: String,
    /// The value before; null where there was none.
    pub before: Value,
    /// The value after; null where there is none.
    pub after: Value,
}

/// Members that came and went, by count and with the first of them by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembersChanged {
    /// How many came.
    pub added: usize,
    /// How many went.
    pub removed: usize,
    /// The names of the first of those who came.
    pub added_names: Vec<String>,
    /// The names of the first of those who went.
    pub removed_names: Vec<String>,
}

/// The request as it came, without secrets.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// `POST`, `PUT`, …
    pub method: String,
    /// The path below the account's base URL, with its query: `/Users?count=1`.
    pub path: String,
    /// The id that the answer carries as `X-Request-Id`.
    pub id: String,
    /// The client's address.
    pub address: String,
    /// The client's `User-Agent`.
    pub agent: String,
    /// When it arrived; not kept.
    #[serde(skip)]
    pub arrived: Option<Instant>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Its id; ids sort by time.
    pub id: EntryId,
    /// The account; none for what concerns the installation alone.
    pub account: Option<AccountId>,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What was asked or done.
    pub action: Action,
    /// What came of it.
    pub outcome: Outcome,
    /// What it was done to.
    pub subject: Option<Subject>,
    /// How the username was matched, for [`Action::CreateUser`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// The role given or taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The name that it had then, for an own role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_name: Option<String>,
    /// The entry of the change that this one takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<EntryId>,
    /// Why it was refused, as the answer said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// Members that came and went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<MembersChanged>,
    /// The request, for what came over the wire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Request>,
    /// The request's body, passwords removed; cut where it is longer than 16 KiB (then a JSON string).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// The HTTP status of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The kind of error in the answer (RFC 7644 §3.12).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scim_type: Option<String>,
    /// Microseconds from the arrival of the request until it was ready to be committed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub took: Option<u64>,
    /// The leniencies used, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leniencies: Vec<String>,
    /// What the request named and Rollcall does not keep.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignored: Vec<String>,
}

impl Entry {
    /// Names the role that was given or taken.
    pub(crate) fn set_role(&mut self, role: Role, names: &Roles) {
        self.role = Some(role);
        self.role_name = matches!(role, Role::Own(_)).then(|| names.name(role).to_owned());
    }

    /// The folded name of a user or group that no longer is, or never came to be: whoever is there is found by id.
    fn name_key(&self) -> Option<String> {
        let subject = self.subject.as_ref()?;
        let of_a_list = matches!(subject.kind, SubjectKind::User | SubjectKind::Group);
        let gone =
            matches!(self.action, Action::DeleteUser | Action::DeleteGroup) && self.outcome == Outcome::Done;
        (of_a_list && (subject.id.is_none() || gone)).then(|| scim::fold(&subject.name))
    }
}

/// The name as stored and in JSON.
fn name_of(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(name)) => name,
        other => unreachable!("an enum without fields is a string in JSON, not {other:?}"),
    }
}

/// Appends entries, in one statement.
pub(crate) async fn store(conn: &mut sqlx::SqliteConnection, entries: &[Entry]) -> Result<(), sqlx::Error> {
    #[derive(Serialize)]
    struct Row<'a> {
        id: EntryId,
        account: Option<AccountId>,
        at: i64,
        action: Action,
        outcome: Outcome,
        subject: Option<&'a str>,
        actor_kind: &'static str,
        actor: &'a str,
        name: Option<String>,
        request: Option<&'a str>,
        data: &'a Entry,
    }
    if entries.is_empty() {
        return Ok(());
    }
    let rows = entries.iter().map(|entry| Row {
        id: entry.id,
        account: entry.account,
        at: entry.at.as_microsecond(),
        action: entry.action,
        outcome: entry.outcome,
        subject: entry.subject.as_ref().and_then(|subject| subject.id.as_deref()),
        actor_kind: entry.actor.kind(),
        actor: entry.actor.id(),
        name: entry.name_key(),
        request: entry.request.as_ref().map(|request| request.id.as_str()),
        data: entry,
    });
    db::query(
        "INSERT INTO entries (id, account_id, at, action, outcome, subject_id, actor_kind, actor_id, name_key,
                              request_id, data)
         SELECT value ->> 'id', value ->> 'account', CAST(value ->> 'at' AS BIGINT), value ->> 'action',
                value ->> 'outcome', value ->> 'subject', value ->> 'actor_kind', value ->> 'actor',
                value ->> 'name', value ->> 'request', CAST(value -> 'data' AS TEXT)
         FROM json_each($1)",
    )
    .bind(db::json(rows))
    .execute(conn)
    .await?;
    Ok(())
}

/// One entry of the account.
pub(crate) async fn find(
    conn: impl SqliteExecutor<'_>,
    account: AccountId,
    id: EntryId,
) -> Result<Entry, DirectoryError> {
    let row: Option<(String,)> = db::rows("SELECT data FROM entries WHERE account_id = $1 AND id = $2")
        .bind(account)
        .bind(id)
        .fetch_optional(conn)
        .await?;
    let (data,) = row.ok_or(DirectoryError::NotFound)?;
    read(&data)
}

/// Reads an entry as it is stored.
pub(crate) fn read(data: &str) -> Result<Entry, DirectoryError> {
    serde_json::from_str(data)
        .map_err(|error| DirectoryError::Corrupt(format!("an entry of the log: {error}")))
}

//! Why a request was refused, as a kind that can be explained and mended; and which refusals still stand.

use std::collections::HashSet;

use jiff::Timestamp;
use serde::Serialize;
use sqlx::SqliteConnection;

use crate::log::SubjectKind;
use crate::provisioning::matching::Decision;
use crate::{AccountId, Action, DirectoryError, Entry, EntryId, Outcome, db};

/// Kinds of refusals after the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefusedReason {
    /// Another group has the name.
    DuplicateGroup,
    /// A member is unknown here, manual, or was deleted.
    UnknownMember,
    /// The group would be in itself.
    NestedCycle,
    /// The username is in use outside this account.
    UserElsewhere,
    /// The username is a SCIM-managed user of this account.
    UserManaged,
    /// The username is a break-glass administrator.
    BreakGlass,
    /// A rename to a username that is in use.
    UserNameTaken,
    /// A user or group that is not here (any more).
    StaleId,
    /// An address at which there is nothing.
    WrongPath,
    /// The token may only read.
    ReadOnlyToken,
    /// Provisioning was off.
    SwitchedOff,
    /// What was sent could not be read as a user or group.
    Unreadable,
    /// Anything else.
    Other,
}

impl RefusedReason {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::DuplicateGroup,
        Self::UnknownMember,
        Self::NestedCycle,
        Self::UserElsewhere,
        Self::UserManaged,
        Self::BreakGlass,
        Self::UserNameTaken,
        Self::StaleId,
        Self::WrongPath,
        Self::ReadOnlyToken,
        Self::SwitchedOff,
        Self::Unreadable,
        Self::Other,
    ];

    /// Its name in addresses: `duplicate-group`.
    pub fn name(self) -> &'static str {
        match self {
            Self::DuplicateGroup => "duplicate-group",
            Self::UnknownMember => "unknown-member",
            Self::NestedCycle => "nested-cycle",
            Self::UserElsewhere => "user-elsewhere",
            Self::UserManaged => "user-managed",
            Self::BreakGlass => "break-glass",
            Self::UserNameTaken => "user-name-taken",
            Self::StaleId => "stale-id",
            Self::WrongPath => "wrong-path",
            Self::ReadOnlyToken => "read-only-token",
            Self::SwitchedOff => "switched-off",
            Self::Unreadable => "unreadable",
            Self::Other => "other",
        }
    }

    /// The reason of an entry that came over the wire; none where it was not refused.
    pub fn of(entry: &Entry) -> Option<Self> {
        if entry.outcome != Outcome::Refused || entry.request.is_none() {
            return None;
        }
        let says = |words: &str| {
            entry
                .detail
                .as_deref()
                .is_some_and(|detail| detail.contains(words))
        };
        let of_group = is_of_group(entry.action);
        Some(match (entry.decision, entry.status) {
            (Some(Decision::OtherAccount), _) => Self::UserElsewhere,
            (Some(Decision::AlreadyManaged), _) => Self::UserManaged,
            (Some(Decision::BreakGlass), _) => Self::BreakGlass,
            (_, Some(403)) if says("switched off") => Self::SwitchedOff,
            (_, Some(403)) if says("may only read") => Self::ReadOnlyToken,
            (_, Some(404)) if entry.action == Action::Request && says("nothing at this address") => {
                Self::WrongPath
            }
            (_, Some(404)) => Self::StaleId,
            (_, Some(409)) if of_group => Self::DuplicateGroup,
            (_, Some(409)) => Self::UserNameTaken,
            (_, Some(400)) if of_group && says("can be a member") => Self::UnknownMember,
            (_, Some(400)) if of_group && says("contains this group") => Self::NestedCycle,
            (_, Some(400 | 413 | 415)) => Self::Unreadable,
            _ => Self::Other,
        })
    }

    /// Whether it concerns one user or group, while the connection works.
    pub fn is_of_one(self) -> bool {
        matches!(
            self,
            Self::DuplicateGroup
                | Self::UnknownMember
                | Self::NestedCycle
                | Self::UserElsewhere
                | Self::UserManaged
                | Self::BreakGlass
                | Self::UserNameTaken
        )
    }
}

fn is_of_group(action: Action) -> bool {
    matches!(
        action,
        Action::CreateGroup | Action::ReplaceGroup | Action::PatchGroup | Action::DeleteGroup
    )
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub reason: RefusedReason,
    /// Whether it was about a group.
    pub is_group: bool,
    /// The username or the group's name; empty where it never became known.
    pub name: String,
    /// The id of the user or group, where there was one.
    pub id: Option<String>,
    /// The entry.
    pub entry: EntryId,
    /// When.
    pub at: Timestamp,
    /// The id that the answer carried as `X-Request-Id`.
    pub request_id: String,
    /// `POST /Groups`, without the query.
    pub request: String,
    /// What the answer said.
    pub detail: String,
}

impl Refused {
    /// The refusal that an entry tells of.
    pub fn of(entry: &Entry) -> Option<Self> {
        let reason = RefusedReason::of(entry)?;
        let request = entry.request.as_ref()?;
        let subject = entry.subject.as_ref();
        let path = request.path.split('?').next().unwrap_or_default();
        Some(Self {
            reason,
            is_group: subject.map_or(is_of_group(entry.action), |subject| {
                subject.kind == SubjectKind::Group
            }),
            name: subject.map(|subject| subject.name.clone()).unwrap_or_default(),
            id: subject.and_then(|subject| subject.id.clone()),
            entry: entry.id,
            at: entry.at,
            request_id: request.id.clone(),
            request: format!("{} {path}", request.method),
            detail: entry.detail.clone().unwrap_or_default(),
        })
    }
}

/// Of refusals of users and groups, the last one first, those that no later success of the same user or group has
/// mended; one for each of them and reason.
pub(super) async fn standing(
    conn: &mut SqliteConnection,
    account: AccountId,
    refused: Vec<Refused>,
) -> Result<Vec<Refused>, DirectoryError> {
    #[derive(Serialize)]
    struct Asked<'a> {
        entry: EntryId,
        id: Option<&'a str>,
        user: Option<String>,
        group: Option<String>,
    }
    let mut seen = HashSet::new();
    let refused: Vec<Refused> = refused
        .into_iter()
        .filter(|refused| !refused.name.is_empty())
        .filter(|refused| seen.insert((refused.is_group, scim::fold(&refused.name), refused.reason)))
        .collect();
    let asked = refused.iter().map(|refused| {
        let key = || Some(scim::fold(&refused.name));
        Asked {
            entry: refused.entry,
            id: refused.id.as_deref(),
            user: key().filter(|_| !refused.is_group),
            group: key().filter(|_| refused.is_group),
        }
    });
    // By the id that the refusal names, or by who has the name now.
    let mended: Vec<(EntryId,)> = db::rows(
        "SELECT asked.value ->> 'entry' FROM json_each($2) AS asked
         WHERE EXISTS (
             SELECT 1 FROM (
                 SELECT asked.value ->> 'id' AS id
                 UNION SELECT users.id FROM users
                 WHERE users.user_name_key = asked.value ->> 'user' AND users.account_id = $1
                 UNION SELECT groups.id FROM groups
                 WHERE groups.display_name_key = asked.value ->> 'group' AND groups.account_id = $1
             ) AS subjects
             CROSS JOIN entries
             WHERE entries.subject_id = subjects.id AND entries.id > asked.value ->> 'entry'
               AND entries.account_id = $1 AND entries.outcome <> 'refused'
         )",
    )
    .bind(account)
    .bind(db::json(asked))
    .fetch_all(conn)
    .await?;
    let mended: HashSet<EntryId> = mended.into_iter().map(|(entry,)| entry).collect();
    Ok(refused
        .into_iter()
        .filter(|refused| !mended.contains(&refused.entry))
        .collect())
}

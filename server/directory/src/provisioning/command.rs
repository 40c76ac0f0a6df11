//! A write of an identity provider on its way to the writer: parsed as far as it can be without the store.

use scim::{IdentityProvider, Incoming, Patch, Resource, ScimError, Tolerance};
use serde_json::Value;
use uuid::ContextV7;

use super::working_set::{Need, Needed, WorkingSet};
use super::{CreatedUser, IfMatch, StoredGroup, StoredUser, groups, users};
use crate::db::Tx;
use crate::log::{Change, MembersChanged, Request, Subject};
use crate::provisioning::matching::Decision;
use crate::{AccountId, Action, Actor, Entry, EntryId, GroupId, Outcome, UserId};

/// One write, or a refusal that only needs its entry.
#[derive(Debug)]
pub(crate) struct Command {
    pub(super) account: AccountId,
    pub(super) actor: Actor,
    pub(super) action: Action,
    pub(super) request: Request,
    /// The body for the log, redacted.
    pub(super) body: Option<Value>,
    /// The identity provider that the request shows, where that is news.
    pub(super) shown: Option<IdentityProvider>,
    pub(super) operation: Operation,
    pub(super) if_match: IfMatch,
    /// What parsing needed so far.
    pub(super) tolerance: Tolerance,
}

/// What is asked.
#[derive(Debug)]
pub(super) enum Operation {
    CreateUser(Incoming),
    ReplaceUser(UserId, Value),
    PatchUser(UserId, Patch),
    DeleteUser(UserId),
    CreateGroup(Incoming),
    ReplaceGroup(GroupId, Value),
    PatchGroup(GroupId, Patch),
    DeleteGroup(GroupId),
    /// Refused before it reached the store.
    Refuse(ScimError),
}

/// What the caller gets after the commit.
#[derive(Debug)]
pub(crate) enum Answer {
    Created(CreatedUser),
    User(StoredUser),
    Group(StoredGroup),
    Deleted,
    Refused(ScimError),
}

/// Why a command did not run to its end; it has changed nothing then.
#[derive(Debug)]
pub(super) enum Stop {
    /// It needs what the working set does not hold yet; once that is fetched, it runs again from its beginning.
    Needs(Vec<Need>),
    Refused(ScimError),
}

impl From<Needed> for Stop {
    fn from(Needed(needs): Needed) -> Self {
        Stop::Needs(needs)
    }
}

impl From<ScimError> for Stop {
    fn from(error: ScimError) -> Self {
        Stop::Refused(error)
    }
}

/// What a command leaves for its entry, filled in as far as it gets.
#[derive(Debug)]
pub(super) struct Note {
    pub(super) outcome: Outcome,
    pub(super) status: u16,
    pub(super) subject: Option<Subject>,
    pub(super) decision: Option<Decision>,
    pub(super) changes: Vec<Change>,
    pub(super) members: Option<MembersChanged>,
    pub(super) tolerance: Tolerance,
}

/// A command's view while it runs.
#[derive(Debug)]
pub(super) struct Context<'a> {
    pub(super) account: AccountId,
    pub(super) actor: &'a Actor,
    pub(super) if_match: &'a IfMatch,
    /// The id of its entry.
    pub(super) entry: EntryId,
    /// What makes new ids sort in order.
    pub(super) sequence: &'a ContextV7,
    pub(super) set: &'a mut WorkingSet,
    pub(super) note: &'a mut Note,
}

impl Command {
    /// About how many rows it names: what a batch is capped by.
    pub(crate) fn rows(&self) -> usize {
        let members = match &self.operation {
            Operation::CreateGroup(incoming) => incoming.members.as_ref().map_or(0, Vec::len),
            Operation::PatchGroup(_, patch) => patch.member_ids().count(),
            // Unknown before the group is read: the list in the body, wherever it stands, is the longest one in it.
            Operation::ReplaceGroup(_, body) => longest_list(body),
            _ => 0,
        };
        members + 1
    }

    /// What it needs as far as is known before it runs.
    pub(super) fn needs(&self) -> Vec<Need> {
        let account = self.account;
        match &self.operation {
            Operation::CreateUser(incoming) => {
                vec![Need::UserName(scim::fold(incoming.resource.user_name()))]
            }
            Operation::ReplaceUser(id, _) | Operation::PatchUser(id, _) => vec![Need::User(account, *id)],
            Operation::DeleteUser(id) => vec![Need::User(account, *id), Need::UserGroups(account, *id)],
            Operation::CreateGroup(incoming) => groups::needs_of_new(account, incoming),
            Operation::ReplaceGroup(id, _) => vec![Need::Group(account, *id)],
            Operation::PatchGroup(id, patch) => {
                let mut needs = vec![Need::Group(account, *id)];
                needs.extend(groups::needs_of_members(account, *id, patch.member_ids()));
                needs
            }
            Operation::DeleteGroup(id) => {
                vec![
                    Need::Group(account, *id),
                    Need::Parents(account, *id),
                    Need::Roles(account, *id),
                ]
            }
            Operation::Refuse(_) => Vec::new(),
        }
    }

    /// The users that it names as members; an id of a group is no user's.
    pub(super) fn named_members(&self) -> Vec<UserId> {
        let users = |ids: &mut dyn Iterator<Item = &str>| ids.filter_map(|id| id.parse().ok()).collect();
        match &self.operation {
            Operation::CreateGroup(incoming) => users(
                &mut incoming
                    .members
                    .iter()
                    .flatten()
                    .map(|member| member.value.as_str()),
            ),
            Operation::PatchGroup(_, patch) => users(&mut patch.member_ids()),
            Operation::ReplaceGroup(_, body) => {
                let members = body
                    .get("members")
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten();
                users(&mut members.filter_map(|member| member.get("value")?.as_str()))
            }
            _ => Vec::new(),
        }
    }

    /// Runs it over the working set: checks everything first and changes it last.
    pub(super) fn run(
        &self,
        set: &mut WorkingSet,
        sequence: &ContextV7,
        entry: EntryId,
        note: &mut Note,
    ) -> Result<Answer, Stop> {
        let context = Context {
            account: self.account,
            actor: &self.actor,
            entry,
            if_match: &self.if_match,
            sequence,
            set,
            note,
        };
        match &self.operation {
            Operation::CreateUser(incoming) => users::create(context, incoming),
            Operation::ReplaceUser(id, body) => users::replace(context, *id, body),
            Operation::PatchUser(id, patch) => users::patch(context, *id, patch),
            Operation::DeleteUser(id) => users::delete(context, *id),
            Operation::CreateGroup(incoming) => groups::create(context, incoming),
            Operation::ReplaceGroup(id, body) => groups::replace(context, *id, body),
            Operation::PatchGroup(id, patch) => groups::patch(context, *id, patch),
            Operation::DeleteGroup(id) => groups::delete(context, *id),
            Operation::Refuse(error) => Err(error.clone().into()),
        }
    }

    /// A note for one run.
    pub(super) fn note(&self) -> Note {
        Note {
            outcome: Outcome::Done,
            status: 200,
            subject: None,
            decision: None,
            changes: Vec::new(),
            members: None,
            tolerance: self.tolerance.clone(),
        }
    }

    /// The entry of a run.
    pub(super) fn entry(&self, tx: &Tx, id: EntryId, note: Note, refused: Option<&ScimError>) -> Entry {
        let mut entry = tx.entry(Some(self.account), &self.actor, self.action);
        entry.id = id;
        entry.outcome = if refused.is_some() {
            Outcome::Refused
        } else {
            note.outcome
        };
        entry.status = Some(refused.map_or(note.status, |error| error.status));
        entry.detail = refused.map(|error| error.detail.clone());
        entry.scim_type = refused
            .and_then(|error| error.scim_type)
            .map(|kind| kind.as_str().to_owned());
        entry.took = self
            .request
            .arrived
            .and_then(|arrived| u64::try_from(arrived.elapsed().as_micros()).ok());
        entry.subject = note.subject;
        entry.decision = note.decision;
        entry.changes = note.changes;
        entry.members = note.members;
        entry.request = Some(self.request.clone());
        entry.body.clone_from(&self.body);
        entry.leniencies = note
            .tolerance
            .used()
            .iter()
            .map(|leniency| leniency.name().to_owned())
            .collect();
        entry.ignored = note.tolerance.ignored().to_vec();
        entry
    }
}

impl Context<'_> {
    /// Checks `If-Match` (RFC 7644 §3.14).
    pub(super) fn check_version(&self, version: i64) -> Result<(), ScimError> {
        match &self.if_match.0 {
            Some(versions) if !versions.contains(&version) => Err(ScimError::precondition_failed(
                "The resource has changed since the version in If-Match; read it again and repeat the change.",
            )),
            _ => Ok(()),
        }
    }
}

fn longest_list(body: &Value) -> usize {
    let lists = body.as_object().into_iter().flat_map(|object| object.values());
    lists.filter_map(Value::as_array).map(Vec::len).max().unwrap_or(0)
}

/// The difference between two resources for the log: a path and the values before and after, whole where an attribute
/// has several values.
pub(super) fn difference(before: Option<&Resource>, after: Option<&Resource>) -> Vec<Change> {
    let empty = serde_json::Map::new();
    let (before, after) = (
        before.map_or(&empty, Resource::attributes),
        after.map_or(&empty, Resource::attributes),
    );
    let mut changes = Vec::new();
    compare("", before, after, &mut changes);
    changes
}

fn compare(
    prefix: &str,
    before: &serde_json::Map<String, Value>,
    after: &serde_json::Map<String, Value>,
    changes: &mut Vec<Change>,
) {
    let added = after.keys().filter(|name| !before.contains_key(*name));
    for name in before.keys().chain(added) {
        let (old, new) = (before.get(name), after.get(name));
        if old == new {
            continue;
        }
        let path = format!("{prefix}{name}");
        // An extension's URN is followed by a colon, an attribute by a full stop.
        let inside = format!(
            "{path}{}",
            if prefix.is_empty() && name.starts_with("urn:") {
                ':'
            } else {
                '.'
            }
        );
        let empty = serde_json::Map::new();
        match (old, new) {
            (Some(Value::Object(old)), Some(Value::Object(new))) => compare(&inside, old, new, changes),
            (Some(Value::Object(old)), None) => compare(&inside, old, &empty, changes),
            (None, Some(Value::Object(new))) => compare(&inside, &empty, new, changes),
            _ => changes.push(Change {
                attribute: path,
                before: old.cloned().unwrap_or(Value::Null),
                after: new.cloned().unwrap_or(Value::Null),
            }),
        }
    }
}

//! What the log keeps of an entry, as the console shows it.

use directory::log::{Change, Subject, SubjectKind};
use directory::provisioning::diagnosis::RefusedReason;
use directory::provisioning::matching::Decision;
use directory::{Action, Actor, Entry, Roles};
use serde_json::Value;

use super::{EntryRow, Event, Outcome, SubjectName};
use crate::components::Changed;
use crate::format::size;
use crate::subject::problem;
use crate::subject::role::Role;
use crate::text::{K, P, count, count_with, t};

/// Members and attributes that a line names.
const NAMED: usize = 3;
/// Characters of a value that a line shows.
const SHOWN: usize = 60;

impl From<&Entry> for EntryRow {
    fn from(entry: &Entry) -> Self {
        Self {
            id: entry.id.to_string(),
            at: entry.at.into(),
            actor: match &entry.actor {
                Actor::CommandLine => None,
                somebody => Some(somebody.name().to_owned()),
            },
            event: event(entry),
            outcome: entry.outcome.into(),
            subject: entry.subject.as_ref().map(subject),
            role: entry.role.map(|role| role_then(role, entry.role_name.as_deref())),
            former_name: former_name(entry),
            gist: gist(entry),
            detail: entry.detail.clone(),
            problem: RefusedReason::of(entry)
                .and_then(problem::of_reason)
                .map(str::to_owned),
        }
    }
}

impl From<directory::Outcome> for Outcome {
    fn from(outcome: directory::Outcome) -> Self {
        match outcome {
            directory::Outcome::Done => Self::Done,
            directory::Outcome::Unchanged => Self::Unchanged,
            directory::Outcome::Refused => Self::Refused,
        }
    }
}

impl From<Outcome> for directory::Outcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::Done,
            Outcome::Unchanged => Self::Unchanged,
            Outcome::Refused => Self::Refused,
        }
    }
}

/// What the group was called before this renamed it.
fn former_name(entry: &Entry) -> Option<String> {
    let is_group = matches!(entry.action, Action::ReplaceGroup | Action::PatchGroup);
    let name = |change: &&Change| change.attribute == "displayName";
    let change = entry.changes.iter().find(name).filter(|_| is_group)?;
    change.before.as_str().map(str::to_owned)
}

/// What an update changed, in a line: members that came and went, and the first of the attributes that the sentence
/// does not name.
fn gist(entry: &Entry) -> Option<String> {
    let told = match (entry.action, event(entry)) {
        // Of what came or went, everything is new or gone.
        (
            Action::CreateUser
            | Action::AddUser
            | Action::DeleteUser
            | Action::DeleteGroup
            | Action::AddOwnRole
            | Action::DeleteOwnRole,
            _,
        ) => return None,
        (_, Event::ActivateUser | Event::DeactivateUser) => "active",
        (_, Event::RenameGroup) => "displayName",
        _ => "",
    };
    let mut parts = Vec::new();
    if let Some(members) = &entry.members {
        let moves = [
            (P::MembersAdded, members.added, &members.added_names),
            (P::MembersRemoved, members.removed, &members.removed_names),
        ];
        for (key, number, names) in moves.into_iter().filter(|(_, number, _)| *number > 0) {
            let names = some_of(names.iter().cloned(), number);
            parts.push(count_with(key, size(number), &[("names", &names)]));
        }
    }
    let rest: Vec<String> = entry
        .changes
        .iter()
        .filter(|change| change.attribute != told && entry.action != Action::CreateGroup)
        .map(before_and_after)
        .collect();
    if !rest.is_empty() {
        let number = rest.len();
        parts.push(some_of(rest.into_iter(), number));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// The first of `number` things, and how many more there are.
fn some_of(first: impl Iterator<Item = String>, number: usize) -> String {
    let first: Vec<String> = first.take(NAMED).collect();
    let more = number.saturating_sub(first.len());
    let mut text = first.join(", ");
    if more > 0 {
        text = format!("{text} {}", count(P::AndMore, size(more)));
    }
    text
}

/// `title: Engineer → Lead`; of a list the name alone, since in a line it would be JSON. An extension's attribute goes by
/// its last part.
fn before_and_after(change: &Change) -> String {
    let attribute = change.attribute.rsplit(':').next().unwrap_or_default();
    let is_plain = |value: &Value| !value.is_array() && !value.is_object();
    if is_plain(&change.before) && is_plain(&change.after) {
        let Changed { before, after, .. } = change.into();
        format!("{attribute}: {} → {}", short(&before), short(&after))
    } else {
        attribute.to_owned()
    }
}

fn short(value: &str) -> String {
    if value.is_empty() {
        t(K::ChangeNothing).to_owned()
    } else if value.chars().count() > SHOWN {
        let first: String = value.chars().take(SHOWN).collect();
        format!("{first}…")
    } else {
        value.to_owned()
    }
}

/// Whether this switched a user on or off.
fn switched(entry: &Entry) -> Option<Event> {
    let change = entry.changes.iter().find(|change| change.attribute == "active")?;
    Some(if change.after.as_bool()? {
        Event::ActivateUser
    } else {
        Event::DeactivateUser
    })
}

/// The role by the name that it had then; what it opens now is nothing to the entry.
fn role_then(role: directory::Role, name: Option<&str>) -> Role {
    match Role::of(role, &Roles::default()) {
        Role::Own { id, access, .. } => Role::Own {
            id,
            name: name.unwrap_or_default().to_owned(),
            access,
        },
        built_in => built_in,
    }
}

fn subject(subject: &Subject) -> SubjectName {
    let id = |kind| subject.id.clone().filter(|_| subject.kind == kind);
    SubjectName {
        name: subject.name.clone(),
        user: id(SubjectKind::User),
        group: id(SubjectKind::Group),
    }
}

fn event(entry: &Entry) -> Event {
    match (entry.action, entry.decision) {
        (Action::CreateUser, Some(Decision::Converted)) => Event::ConvertUser,
        (Action::CreateUser, Some(Decision::OtherAccount)) => Event::CreateUserOfOtherAccount,
        (Action::CreateUser, Some(Decision::AlreadyManaged)) => Event::CreateManagedUser,
        (Action::CreateUser, Some(Decision::BreakGlass)) => Event::CreateBreakGlass,
        (Action::CreateUser, Some(Decision::Created) | None) => Event::CreateUser,
        (Action::ReplaceUser | Action::PatchUser | Action::SetActive, _) => {
            switched(entry).unwrap_or(Event::ChangeUser)
        }
        (Action::DeleteUser, _) => Event::DeleteUser,
        (Action::CreateGroup, _) => Event::CreateGroup,
        (Action::ReplaceGroup | Action::PatchGroup, _) if former_name(entry).is_some() => Event::RenameGroup,
        (Action::ReplaceGroup | Action::PatchGroup, _) => Event::ChangeGroup,
        (Action::DeleteGroup, _) => Event::DeleteGroup,
        (Action::Request, _) => Event::Request,
        (Action::CreateAccount, _) => Event::CreateAccount,
        (Action::SetOwner, _) => Event::SetOwner,
        (Action::EnableProvisioning, _) => Event::EnableProvisioning,
        (Action::DisableProvisioning, _) => Event::DisableProvisioning,
        (Action::SetTolerance, _) => Event::SetTolerance,
        (Action::CreateToken, _) => Event::CreateToken,
        (Action::RevokeToken, _) => Event::RevokeToken,
        (Action::EndToken, _) => Event::EndToken,
        (Action::AnnounceTokenEnd, _) => Event::AnnounceTokenEnd,
        (Action::ShareSetup, _) => Event::ShareSetup,
        (Action::WithdrawSetup, _) => Event::WithdrawSetup,
        (Action::AddUser, _) => Event::AddUser,
        (Action::ManageByHand, _) => Event::ManageByHand,
        (Action::GiveRole, _) => Event::GiveRole,
        (Action::TakeRole, _) => Event::TakeRole,
        (Action::RestoreRole, _) => Event::RestoreRole,
        // What was taken back: the change whose opposite this is.
        (Action::TakeGroupRole, _) if entry.undoes.is_some() => Event::UndoGiveGroupRole,
        (Action::GiveGroupRole, _) if entry.undoes.is_some() => Event::UndoTakeGroupRole,
        (Action::PauseGroup, _) => Event::PauseGroup,
        (Action::ResumeGroup, _) => Event::ResumeGroup,
        (Action::GiveGroupRole, _) => Event::GiveGroupRole,
        (Action::TakeGroupRole, _) => Event::TakeGroupRole,
        (Action::AddOwnRole, _) => Event::AddOwnRole,
        (Action::ChangeOwnRole, _) => Event::ChangeOwnRole,
        (Action::DeleteOwnRole, _) => Event::DeleteOwnRole,
        (Action::CreateLink, _) => Event::CreateLink,
        (Action::SetPassword, _) => Event::SetPassword,
        (Action::SignIn, _) => Event::SignIn,
        (Action::SignOut, _) => Event::SignOut,
        (Action::SetRetention, _) => Event::SetRetention,
        _ => Event::Other,
    }
}

//! Entries of the log: kept as facts, told here in sentences.

#[cfg(feature = "ssr")]
mod convert;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::cycle::CycleView;
use super::role::Role;
use crate::components::{Badge, RelativeTime, Table, Tone, column};
use crate::format::Moment;
use crate::routes;
use crate::text::{K, rich, t};

/// An entry in a list: enough for its sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryRow {
    /// The id.
    pub id: String,
    /// When.
    pub at: Moment,
    /// Who; none: somebody at the machine.
    pub actor: Option<String>,
    /// What was asked or done.
    pub event: Event,
    /// What came of it.
    pub outcome: Outcome,
    /// What it was done to.
    pub subject: Option<SubjectName>,
    /// The role given or taken.
    pub role: Option<Role>,
    /// The name that a renamed group had before.
    pub former_name: Option<String>,
    /// What an update changed, in a line.
    pub gist: Option<String>,
    /// Why it was refused, as the answer said.
    pub detail: Option<String>,
    /// The known problem that explains the refusal.
    pub problem: Option<String>,
}

/// What an entry is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectName {
    /// Its name at that time.
    pub name: String,
    /// The user's id, where it is a user that came to be.
    pub user: Option<String>,
    /// The group's id, where it is a group that came to be.
    pub group: Option<String>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It was done.
    Done,
    /// Everything was so already.
    Unchanged,
    /// It was refused.
    Refused,
}

/// What was asked or done, the matching of a username with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "the names are those of `directory::Action` and `Decision`"
)]
pub enum Event {
    CreateUser,
    ConvertUser,
    CreateUserOfOtherAccount,
    CreateManagedUser,
    CreateBreakGlass,
    ChangeUser,
    ActivateUser,
    DeactivateUser,
    DeleteUser,
    CreateGroup,
    ChangeGroup,
    RenameGroup,
    DeleteGroup,
    Request,
    CreateAccount,
    SetOwner,
    EnableProvisioning,
    DisableProvisioning,
    SetTolerance,
    CreateToken,
    RevokeToken,
    EndToken,
    AnnounceTokenEnd,
    ShareSetup,
    WithdrawSetup,
    AddUser,
    ManageByHand,
    GiveRole,
    TakeRole,
    RestoreRole,
    GiveGroupRole,
    TakeGroupRole,
    UndoGiveGroupRole,
    UndoTakeGroupRole,
    PauseGroup,
    ResumeGroup,
    AddOwnRole,
    ChangeOwnRole,
    DeleteOwnRole,
    CreateLink,
    SetPassword,
    SignIn,
    SignOut,
    SetRetention,
    Other,
}

impl EntryRow {
    /// What happened, in a sentence with links to whom it happened.
    pub fn sentence(&self, to: &routes::Account) -> AnyView {
        let actor = self
            .actor
            .clone()
            .unwrap_or_else(|| t(K::EntryCommandLine).to_owned());
        let subject = self.subject.clone();
        let role = self.role.as_ref().map(Role::label).unwrap_or_default().to_owned();
        // A deleted group's page still answers.
        let gone = self.event == Event::DeleteUser && self.outcome == Outcome::Done;
        rich(self.key(), |name| match name {
            "actor" => view! { <strong>{actor.clone()}</strong> }.into_any(),
            "subject" => subject_link(subject.as_ref(), to, gone),
            "before" => view! { <strong>{self.former_name.clone()}</strong> }.into_any(),
            "role" => view! { <strong>{role.clone()}</strong> }.into_any(),
            _ => ().into_any(),
        })
    }

    /// Why it was refused, where the sentence does not say it already.
    pub fn reason(&self) -> Option<String> {
        let told = matches!(
            self.event,
            Event::CreateUserOfOtherAccount | Event::CreateManagedUser | Event::CreateBreakGlass
        );
        self.detail
            .clone()
            .filter(|_| self.outcome == Outcome::Refused && !told)
    }

    fn key(&self) -> K {
        use Event as E;
        use Outcome as O;
        match (self.event, self.outcome) {
            (_, O::Refused) if self.subject.is_none() => K::EntryRefusedRequest,
            (E::CreateUserOfOtherAccount, _) => K::EntryRefusedOtherAccount,
            (E::CreateManagedUser, _) => K::EntryRefusedAlreadyManaged,
            (E::CreateBreakGlass, _) => K::EntryRefusedBreakGlass,
            (E::CreateUser | E::ConvertUser, O::Refused) => K::EntryRefusedCreateUser,
            (E::ChangeUser | E::ActivateUser | E::DeactivateUser, O::Refused) => K::EntryRefusedChangeUser,
            (E::DeleteUser, O::Refused) => K::EntryRefusedDeleteUser,
            (E::CreateGroup, O::Refused) => K::EntryRefusedCreateGroup,
            (E::ChangeGroup | E::RenameGroup, O::Refused) => K::EntryRefusedChangeGroup,
            (E::DeleteGroup, O::Refused) => K::EntryRefusedDeleteGroup,
            (E::SignIn, O::Refused) => K::EntryRefusedSignIn,
            (_, O::Refused) | (E::Request, _) => K::EntryRefusedRequest,
            (_, O::Unchanged) => K::EntryUnchanged,
            (E::CreateUser, O::Done) => K::EntryCreateUser,
            (E::ConvertUser, O::Done) => K::EntryConvertUser,
            (E::ChangeUser, O::Done) => K::EntryChangeUser,
            (E::ActivateUser, O::Done) => K::EntryActivateUser,
            (E::DeactivateUser, O::Done) => K::EntryDeactivateUser,
            (E::DeleteUser, O::Done) => K::EntryDeleteUser,
            (E::CreateGroup, O::Done) => K::EntryCreateGroup,
            (E::RenameGroup, O::Done) => K::EntryRenameGroup,
            (E::ChangeGroup, O::Done) => K::EntryChangeGroup,
            (E::DeleteGroup, O::Done) => K::EntryDeleteGroup,
            (E::CreateAccount, O::Done) => K::EntryCreateAccount,
            (E::SetOwner, O::Done) => K::EntrySetOwner,
            (E::EnableProvisioning, O::Done) => K::EntryEnable,
            (E::DisableProvisioning, O::Done) => K::EntryDisable,
            (E::SetTolerance, O::Done) => K::EntrySetTolerance,
            (E::CreateToken, O::Done) => K::EntryCreateToken,
            (E::RevokeToken, O::Done) => K::EntryRevokeToken,
            (E::EndToken, O::Done) => K::EntryEndToken,
            (E::AnnounceTokenEnd, O::Done) => K::EntryAnnounceTokenEnd,
            (E::ShareSetup, O::Done) => K::EntryShareSetup,
            (E::WithdrawSetup, O::Done) => K::EntryWithdrawSetup,
            (E::AddUser, O::Done) => K::EntryAddUser,
            (E::ManageByHand, O::Done) => K::EntryManageByHand,
            (E::GiveRole | E::GiveGroupRole, O::Done) => K::EntryGiveRole,
            (E::TakeRole | E::TakeGroupRole, O::Done) => K::EntryTakeRole,
            (E::UndoGiveGroupRole, O::Done) => K::EntryUndoGive,
            (E::UndoTakeGroupRole, O::Done) => K::EntryUndoTake,
            (E::PauseGroup, O::Done) => K::EntryPauseGroup,
            (E::ResumeGroup, O::Done) => K::EntryResumeGroup,
            (E::AddOwnRole, O::Done) => K::EntryAddOwnRole,
            (E::ChangeOwnRole, O::Done) => K::EntryChangeOwnRole,
            (E::DeleteOwnRole, O::Done) => K::EntryDeleteOwnRole,
            (E::RestoreRole, O::Done) => K::EntryRestoreRole,
            (E::CreateLink, O::Done) => K::EntryCreateLink,
            (E::SetPassword, O::Done) => K::EntrySetPassword,
            (E::SignIn, O::Done) => K::EntrySignIn,
            (E::SignOut, O::Done) => K::EntrySignOut,
            (E::SetRetention, O::Done) => K::EntrySetRetention,
            (E::Other, O::Done) => K::EntryOther,
        }
    }
}

/// Entries that follow each other and belong to the same cycle, or to none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryGroup {
    /// The cycle.
    pub cycle: Option<CycleView>,
    /// The entries, newest first.
    pub entries: Vec<EntryRow>,
}

/// Entries as a table, newest first.
pub fn list(label: &str, entries: &[EntryRow], to: &routes::Account, now: Moment) -> AnyView {
    let rows = entries.iter().map(|entry| row(entry, to, now)).collect_view();
    table(label, rows.into_any())
}

/// [`list`], with a line above what came in one cycle.
pub fn grouped(label: &str, groups: &[EntryGroup], to: &routes::Account, now: Moment) -> AnyView {
    let heading = |cycle: CycleView| {
        let at = cycle.began;
        view! {
            <tr class="cycle">
                <td colspan="3" class="whole">
                    <span class="row">
                        <strong>{t(K::CycleTitle)}</strong>
                        <RelativeTime at=at now=now />
                        <span>{cycle.sentence()}</span>
                    </span>
                </td>
            </tr>
        }
    };
    let rows = groups
        .iter()
        .map(|group| {
            let entries = group
                .entries
                .iter()
                .map(|entry| row(entry, to, now))
                .collect_view();
            view! { {group.cycle.map(heading)} {entries} }
        })
        .collect_view();
    table(label, rows.into_any())
}

fn table(label: &str, rows: AnyView) -> AnyView {
    let columns = [K::EntryWhen, K::EntryWhat, K::EntryOutcome]
        .map(|key| column(t(key)))
        .into();
    view! {
        <Table label=label columns=columns stacks=true>
            {rows}
        </Table>
    }
    .into_any()
}

fn row(entry: &EntryRow, to: &routes::Account, now: Moment) -> AnyView {
    let href = to.entry(&entry.id);
    let reason = entry
        .reason()
        .map(|reason| view! { <p class="muted">{reason}</p> });
    let gist = entry
        .gist
        .clone()
        .map(|gist| view! { <p class="muted">{gist}</p> });
    let problem = entry.problem.as_deref().map(|problem| {
        view! {
            <p>
                <a href=to.problem(problem) rel="external">{t(K::EntryProblem)}</a>
            </p>
        }
    });
    view! {
        <tr>
            <td class="entry-when">
                <RelativeTime at=entry.at now=now />
            </td>
            <td class="whole">
                <p>{entry.sentence(to)}</p>
                {gist}
                {reason}
                {problem}
            </td>
            <td>
                <span class="row">{entry.outcome.badge()} <a href=href>{t(K::EntryOpen)}</a></span>
            </td>
        </tr>
    }
    .into_any()
}

fn subject_link(subject: Option<&SubjectName>, to: &routes::Account, gone: bool) -> AnyView {
    let Some(subject) = subject else {
        return ().into_any();
    };
    let name = subject.name.clone();
    let href = match (&subject.user, &subject.group) {
        (Some(user), _) => to.user(user),
        (None, Some(group)) => to.group(group),
        (None, None) => return view! { <strong>{name}</strong> }.into_any(),
    };
    if gone {
        return view! { <strong>{name}</strong> }.into_any();
    }
    view! { <a href=href>{name}</a> }.into_any()
}

impl Outcome {
    /// The outcome as a badge.
    pub fn badge(self) -> AnyView {
        let (tone, label) = match self {
            Self::Done => (Tone::Good, K::OutcomeDone),
            Self::Unchanged => (Tone::Plain, K::OutcomeUnchanged),
            Self::Refused => (Tone::Bad, K::OutcomeRefused),
        };
        view! { <Badge tone=tone label=t(label) /> }.into_any()
    }
}

//! A group that the identity provider deleted: what it was, and what ended with it.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::roles::names;
use crate::components::{
    Badge, Callout, Crumb, PageHead, RelativeTime, Tone, definition, definition_list, section, wide_section,
};
use crate::format::{Moment, number};
use crate::pages::frame::FrameData;
use crate::routes;
use crate::subject::entry::{EntryRow, list as entry_list};
use crate::subject::role::Role;
use crate::subject::user::GroupName;
use crate::text::{K, P, count_with, fill, t};

/// What it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Former {
    id: String,
    name: String,
    external_id: Option<String>,
    members: u64,
    roles: Vec<Role>,
    affected: u64,
    paused: bool,
    created_at: Moment,
    deleted_at: Moment,
    deleted_by: String,
    /// The entry of its deletion, where the log still has it.
    entry: Option<String>,
    successor: Option<GroupName>,
    history: Vec<EntryRow>,
    now: Moment,
}

#[cfg(feature = "ssr")]
impl Former {
    pub(super) fn of(
        former: directory::FormerGroup,
        roles: &directory::Roles,
        history: Vec<EntryRow>,
        now: Moment,
    ) -> Self {
        Self {
            id: former.id.to_string(),
            name: former.display_name,
            external_id: former.external_id,
            members: former.members,
            roles: former
                .roles
                .into_iter()
                .map(|(role, name)| match Role::of(role, roles) {
                    // By the name that it had then: the role itself may be gone.
                    Role::Own { id, access, .. } => Role::Own { id, name, access },
                    built_in => built_in,
                })
                .collect(),
            affected: former.affected,
            paused: former.paused,
            created_at: former.created_at.into(),
            deleted_at: former.deleted_at.into(),
            deleted_by: former.deleted_by,
            entry: former.entry.map(|entry| entry.to_string()),
            successor: former.successor.map(Into::into),
            history,
            now,
        }
    }
}

pub(super) fn view(frame: &FrameData, former: &Former) -> AnyView {
    let to = frame.to();
    let crumbs = vec![
        Crumb::link(frame.account_name(), to.overview()),
        Crumb::section(t(K::GroupsTitle), to.groups()),
    ];
    let (by, date) = (&former.deleted_by, former.deleted_at.date());
    let deleted = fill(K::FormerDeleted, &[("by", by), ("date", &date)]);
    let entry = former.entry.as_deref().map(|entry| {
        let href = to.entry(entry);
        view! { <a href=href>{t(K::FormerEntry)}</a> }
    });
    let state =
        view! { <p class="row"><Badge tone=Tone::Bad label=t(K::FormerBadge) /> {deleted} {entry}</p> };
    let history = (!former.history.is_empty()).then(|| {
        let entries = entry_list(t(K::UserHistoryTitle), &former.history, &to, former.now);
        wide_section("history", t(K::UserHistoryTitle), "", entries)
    });
    view! {
        <PageHead title=former.name.clone() crumbs=crumbs state=state.into_any() />
        {section("roles", t(K::FormerRoles), t(K::FormerRolesAbout), roles(former, &to))}
        {facts(former)}
        {history}
    }
    .into_any()
}

fn roles(former: &Former, to: &routes::Account) -> AnyView {
    if former.roles.is_empty() {
        return view! { <p class="muted">{t(K::FormerNoRoles)}</p> }.into_any();
    }
    let roles = names(&former.roles);
    let ended = count_with(P::FormerEnded, former.affected, &[("roles", &roles)]);
    let paused = former.paused.then(|| view! { <p>{t(K::FormerPaused)}</p> });
    let successor = former.successor.as_ref().map(|successor| {
        let href = to.group(&successor.id);
        view! {
            <p>
                {t(K::FormerSuccessor)} " " <a href=href>{successor.name.clone()}</a>
            </p>
        }
    });
    view! {
        <Callout title=ended>{paused} {successor}</Callout>
    }
    .into_any()
}

fn facts(former: &Former) -> AnyView {
    let time = |at: Moment| view! { <RelativeTime at=at now=former.now /> };
    let external = former.external_id.clone();
    let lines = [
        Some(definition("id", view! { <code>{former.id.clone()}</code> })),
        external.map(|id| definition("externalId", view! { <code>{id}</code> })),
        Some(definition(t(K::FormerMembers), number(former.members))),
        Some(definition(t(K::FactCreated), time(former.created_at))),
        Some(definition(t(K::FormerDeletedAt), time(former.deleted_at))),
    ];
    section(
        "facts",
        t(K::FactsTitle),
        t(K::GroupFactsAbout),
        definition_list(lines.collect_view()),
    )
}

//! One group: what does it give, and to whom?

pub mod change;
mod former;
mod members;
pub mod roles;

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

pub use former::Former;
pub use members::Member;
use roles::{OfferedRoles, Undo, UndoGroupRole};

use super::frame::FrameData;
use super::{account_param, loaded, param};
use crate::components::{
    Crumb, LinkButton, PageHead, RelativeTime, StatusLine, definition, definition_list, section, wide_section,
};
use crate::error::ConsoleError;
use crate::format::Moment;
use crate::routes;
use crate::subject::entry::{EntryRow, list as entry_list};
use crate::subject::role::Role;
use crate::subject::user::paused;
use crate::text::{K, P, count, fill, t};

/// How many members a page shows.
#[cfg(feature = "ssr")]
const PAGE: u16 = 50;

/// How many entries of the history the page shows.
#[cfg(feature = "ssr")]
const HISTORY: u16 = 10;

/// What the address of a group shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum GroupShown {
    /// The group.
    Here(Box<GroupDetail>),
    /// What it was, before the identity provider deleted it.
    Deleted(Box<Former>),
}

/// Everything about one group, with a page of its members.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GroupDetail {
    id: String,
    name: String,
    external_id: Option<String>,
    member_count: u64,
    created_at: Moment,
    modified_at: Moment,
    /// Since when it is paused, and who did it.
    paused: Option<(Moment, String)>,
    /// Each role with when it was given and by whom.
    grants: Vec<(Role, Moment, String)>,
    /// Every role of the account.
    roles: Vec<Role>,
    affects: u64,
    undo: Vec<Undo>,
    offered: Option<OfferedRoles>,
    search: String,
    members: Vec<Member>,
    is_first: bool,
    next: Option<String>,
    history: Vec<EntryRow>,
    now: Moment,
}

/// The page.
pub struct GroupPage;

#[lazy_route]
impl LazyRoute for GroupPage {
    fn data() -> Self {
        Self
    }

    fn view(GroupPage: Self) -> AnyView {
        let (account, id, query) = (account_param(), param("group"), use_query_map());
        let undo = ServerAction::<UndoGroupRole>::new();
        let asked = move || {
            let query = query.read();
            (
                account.get(),
                id.get(),
                query.get("q").unwrap_or_default(),
                query.get("after"),
                undo.version().get(),
            )
        };
        let group = Resource::new(asked, |(account, id, search, after, _)| {
            load_group(account, id, search, after)
        });
        loaded(group, move |frame, shown| match shown {
            GroupShown::Here(group) => view(&frame, &group, undo),
            GroupShown::Deleted(former) => former::view(&frame, &former),
        })
    }
}

fn view(frame: &FrameData, group: &GroupDetail, undo: ServerAction<UndoGroupRole>) -> AnyView {
    let to = frame.to();
    let crumbs = vec![
        Crumb::link(frame.account_name(), to.overview()),
        Crumb::section(t(K::GroupsTitle), to.groups()),
    ];
    let state = view! {
        {pause_state(group)}
        <p>{count(P::GroupMemberCount, group.member_count)} " " {t(K::GroupFromIdp)}</p>
    }
    .into_any();
    let pause = frame.may_write.then(|| pause_link(&to, group));
    view! {
        <PageHead title=group.name.clone() crumbs=crumbs action=pause state=state />
        {roles::offer(&to, group, frame.may_write)}
        {section("roles", t(K::RolesTitle), t(K::GroupRolesAbout), roles::view(&to, group, frame.may_write, undo))}
        {wide_section("members", t(K::GroupMembers), "", members::view(&to, group))}
        {history(&to, group)}
        {facts(group)}
    }
    .into_any()
}

fn pause_state(group: &GroupDetail) -> AnyView {
    let Some((at, by)) = &group.paused else {
        return ().into_any();
    };
    let since = fill(K::GroupPausedBy, &[("by", by), ("date", &at.date())]);
    view! { <p class="row">{paused()} {since}</p> }.into_any()
}

fn pause_link(to: &routes::Account, group: &GroupDetail) -> AnyView {
    let (change, label) = if group.paused.is_some() {
        ("resume", K::GroupResume)
    } else {
        ("pause", K::GroupPause)
    };
    let href = to.group_change(&group.id, change, None);
    view! { <LinkButton href=href label=t(label) /> }.into_any()
}

fn history(to: &routes::Account, group: &GroupDetail) -> AnyView {
    let content = if group.history.is_empty() {
        view! { <StatusLine>{t(K::GroupHistoryEmpty)}</StatusLine> }.into_any()
    } else {
        entry_list(t(K::UserHistoryTitle), &group.history, to, group.now)
    };
    wide_section("history", t(K::UserHistoryTitle), "", content)
}

fn facts(group: &GroupDetail) -> AnyView {
    let time = |at: Moment| view! { <RelativeTime at=at now=group.now /> };
    let external = group.external_id.clone();
    let lines = [
        Some(definition("id", view! { <code>{group.id.clone()}</code> })),
        external.map(|id| definition("externalId", view! { <code>{id}</code> })),
        Some(definition(t(K::FactCreated), time(group.created_at))),
        Some(definition(t(K::GroupModified), time(group.modified_at))),
    ];
    section(
        "facts",
        t(K::FactsTitle),
        t(K::GroupFactsAbout),
        definition_list(lines.collect_view()),
    )
}

/// One group with a page of its members, or what it was where the identity provider has deleted it.
#[server(input = PostUrl)]
pub async fn load_group(
    /// The account.
    account: String,
    /// The group.
    group: String,
    /// Text that a member's name contains.
    #[server(default)]
    search: String,
    /// Where the page of members begins.
    after: Option<String>,
) -> Result<GroupShown, ConsoleError> {
    use directory::{DirectoryError, EntryQuery, GroupId};

    let (account, _) = crate::session::reader(&account).await?;
    let id: GroupId = group.parse().map_err(|_| ConsoleError::NotFound)?;
    let directory = crate::session::directory();
    let query = EntryQuery {
        subject: Some(id.to_string()),
        limit: HISTORY,
        ..EntryQuery::default()
    };
    let history = directory.list_entries(account, &query).await?;
    let history: Vec<EntryRow> = history.entries.iter().map(Into::into).collect();
    let now = directory.now().into();
    let view = match directory.get_group(account, id).await {
        Ok(view) => view,
        Err(DirectoryError::NotFound) => {
            let former = directory.get_former_group(account, id).await?;
            let roles = directory.roles(account).await?;
            let former = Former::of(former, &roles, history, now);
            return Ok(GroupShown::Deleted(Box::new(former)));
        }
        Err(error) => return Err(error.into()),
    };
    let roles = directory.roles(account).await?;
    let page = directory
        .list_members(account, id, search.trim(), after.as_deref(), PAGE)
        .await?;
    Ok(GroupShown::Here(Box::new(GroupDetail {
        id: view.row.id.to_string(),
        name: view.row.display_name,
        external_id: view.external_id,
        member_count: view.row.members,
        created_at: view.created_at.into(),
        modified_at: view.row.modified_at.into(),
        paused: view
            .row
            .paused_at
            .map(|at| (at.into(), view.paused_by.unwrap_or_default())),
        grants: view
            .grants
            .into_iter()
            .map(|(role, at, by)| (Role::of(role, &roles), at.into(), by))
            .collect(),
        undo: view
            .undoable
            .iter()
            .map(|undoable| Undo::of(undoable, &roles))
            .collect(),
        offered: view.former_roles.map(|former| OfferedRoles::of(former, &roles)),
        roles: Role::all(&roles),
        affects: view.affects,
        search,
        members: page.members.into_iter().map(Into::into).collect(),
        is_first: after.is_none(),
        next: page.next,
        history,
        now,
    })))
}

/// The account and the group that a form names, for somebody who may change them, and who that is.
#[cfg(feature = "ssr")]
async fn writer(
    account: &str,
    group: &str,
) -> Result<(directory::AccountId, directory::GroupId, directory::Actor), ConsoleError> {
    let (account, actor) = crate::session::writer(account).await?;
    let group = group.parse().map_err(|_| ConsoleError::NotFound)?;
    Ok((account, group, actor))
}

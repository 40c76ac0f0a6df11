//! One group: what does it give, and to whom?

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::frame::FrameData;
use super::{account_param, loaded, param};
use crate::components::{
    Badge, ButtonKind, Crumb, FormError, PageHead, Paging, RelativeTime, Select, SubmitButton, Table, Toasts,
    action_form, column, definition, definition_list, empty_state, section, wide_section,
};
use crate::error::{ConsoleError, error_of};
use crate::format::Moment;
use crate::routes;
#[cfg(feature = "ssr")]
use crate::subject::role::parse;
use crate::subject::role::{Role, options};
use crate::subject::user::activity;
use crate::text::{K, P, count, fill, t};

/// How many members a page shows.
#[cfg(feature = "ssr")]
const PAGE: u16 = 50;

/// Everything about one group, with a page of its members.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GroupDetail {
    id: String,
    name: String,
    external_id: Option<String>,
    member_count: u64,
    created_at: Moment,
    modified_at: Moment,
    /// Each role with when it was given and by whom.
    grants: Vec<(Role, Moment, String)>,
    /// Every role of the account.
    roles: Vec<Role>,
    affects: u64,
    members: Vec<Member>,
    is_first: bool,
    next: Option<String>,
    now: Moment,
}

/// A member in the table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Member {
    id: String,
    is_group: bool,
    name: String,
    display_name: Option<String>,
    active: bool,
    added_at: Moment,
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
        let (give, take) = (
            ServerAction::<GiveGroupRole>::new(),
            ServerAction::<TakeGroupRole>::new(),
        );
        let asked = move || {
            let changes = (give.version().get(), take.version().get());
            (account.get(), id.get(), query.read().get("after"), changes)
        };
        let group = Resource::new(asked, |(account, id, after, _)| load_group(account, id, after));
        let toasts: Toasts = expect_context();
        let (given, taken) = (t(K::GroupRoleGiven), t(K::GroupRoleTaken));
        Effect::new(move |_| {
            if let Some(Ok(())) = give.value().get() {
                toasts.say(given);
            }
        });
        Effect::new(move |_| {
            if let Some(Ok(())) = take.value().get() {
                toasts.say(taken);
            }
        });
        loaded(group, move |frame, group| view(&frame, &group, give, take))
    }
}

fn view(
    frame: &FrameData,
    group: &GroupDetail,
    give: ServerAction<GiveGroupRole>,
    take: ServerAction<TakeGroupRole>,
) -> AnyView {
    let to = frame.to();
    let crumbs = vec![
        Crumb::link(frame.account_name(), to.overview()),
        Crumb::section(t(K::GroupsTitle), to.groups()),
    ];
    let state =
        view! { <p>{count(P::GroupMemberCount, group.member_count)} " " {t(K::GroupFromIdp)}</p> }.into_any();
    let give = frame.may_write.then(|| give_form(&to, group, give));
    let roles = view! {
        {roles(&to, group, frame.may_write, take)}
        {give}
    };
    view! {
        <PageHead title=group.name.clone() crumbs=crumbs state=state />
        {section("roles", t(K::RolesTitle), t(K::GroupRolesAbout), roles)}
        {wide_section("members", t(K::GroupMembers), "", members(&to, group))}
        {facts(group)}
    }
    .into_any()
}

fn roles(
    to: &routes::Account,
    group: &GroupDetail,
    may_write: bool,
    take: ServerAction<TakeGroupRole>,
) -> AnyView {
    if group.grants.is_empty() {
        return view! { <p class="muted">{t(K::GroupNoRolesYet)}</p> }.into_any();
    }
    let lines = group
        .grants
        .iter()
        .map(|(role, at, by)| {
            let origin = fill(K::TrailDirect, &[("by", by), ("date", &at.date())]);
            let form = may_write.then(|| take_form(to, group, role, take));
            view! {
                <li>
                    <strong class="trail-role">{role.label().to_owned()}</strong>
                    <span class="trail-thread">{origin}</span>
                    <span class="trail-end">{form}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <ul class="role-trail">{lines}</ul>
        <FormError error=error_of(take) />
    }
    .into_any()
}

fn take_form(
    to: &routes::Account,
    group: &GroupDetail,
    role: &Role,
    action: ServerAction<TakeGroupRole>,
) -> AnyView {
    let label = fill(K::GroupTakeRole, &[("role", role.label())]);
    let content =
        view! { <SubmitButton kind=ButtonKind::QuietDanger label=label pending=action.pending() /> };
    action_form(
        action,
        &[
            ("account", &to.id()),
            ("group", &group.id),
            ("role", role.as_str()),
        ],
        content,
    )
}

fn give_form(to: &routes::Account, group: &GroupDetail, action: ServerAction<GiveGroupRole>) -> AnyView {
    let free: Vec<Role> = group
        .roles
        .iter()
        .filter(|role| group.grants.iter().all(|(given, ..)| given != *role))
        .cloned()
        .collect();
    let affects = count(P::GroupAffects, group.affects);
    if free.is_empty() {
        return view! { <p class="field-hint">{affects}</p> }.into_any();
    }
    let content = view! {
        <div class="inline-form">
            <Select name="role" label=t(K::FieldRole) options=options(&free) />
            <SubmitButton label=t(K::RoleGive) pending=action.pending() />
        </div>
        <p class="field-hint">{affects}</p>
        <FormError error=error_of(action) />
    };
    action_form(action, &[("account", &to.id()), ("group", &group.id)], content)
}

fn members(to: &routes::Account, group: &GroupDetail) -> AnyView {
    if group.members.is_empty() {
        return empty_state(t(K::GroupEmpty), t(K::GroupEmptyReason));
    }
    let columns = [K::MemberName, K::UserName, K::UserState, K::MemberSince]
        .map(|key| column(t(key)))
        .into();
    let rows = group
        .members
        .iter()
        .map(|member| member_row(member, to, group.now))
        .collect_view();
    let here = to.group(&group.id);
    let next = group
        .next
        .as_deref()
        .map(|next| routes::with_query(&here, &[("after", Some(next))]));
    view! {
        <Table label=t(K::GroupMembers) columns=columns stacks=true>
            {rows}
        </Table>
        <Paging label=t(K::MembersPages) first=(!group.is_first).then_some(here) next=next />
    }
    .into_any()
}

fn member_row(member: &Member, to: &routes::Account, now: Moment) -> AnyView {
    let (href, state) = if member.is_group {
        (
            to.group(&member.id),
            view! { <Badge label=t(K::MemberIsGroup) /> }.into_any(),
        )
    } else {
        (to.user(&member.id), activity(member.active))
    };
    view! {
        <tr>
            <th scope="row">
                <a href=href>{member.name.clone()}</a>
            </th>
            <td>{member.display_name.clone()}</td>
            <td>{state}</td>
            <td>
                <RelativeTime at=member.added_at now=now />
            </td>
        </tr>
    }
    .into_any()
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

/// One group, with a page of its members.
#[server(input = PostUrl)]
pub async fn load_group(
    /// The account.
    account: String,
    /// The group.
    group: String,
    /// Where the page of members begins.
    after: Option<String>,
) -> Result<GroupDetail, ConsoleError> {
    let (account, _) = crate::session::reader(&account).await?;
    let id = group.parse().map_err(|_| ConsoleError::NotFound)?;
    let directory = crate::session::directory();
    let view = directory.get_group(account, id).await?;
    let roles = directory.roles(account).await?;
    let page = directory
        .list_members(account, id, after.as_deref(), PAGE)
        .await?;
    let member = |member: directory::MemberRow| Member {
        id: member.id,
        is_group: member.is_group,
        name: member.name,
        display_name: member.display_name,
        active: member.active,
        added_at: member.added_at.into(),
    };
    Ok(GroupDetail {
        id: view.row.id.to_string(),
        name: view.row.display_name,
        external_id: view.external_id,
        member_count: view.row.members,
        created_at: view.created_at.into(),
        modified_at: view.row.modified_at.into(),
        grants: view
            .grants
            .into_iter()
            .map(|(role, at, by)| (Role::of(role, &roles), at.into(), by))
            .collect(),
        roles: Role::all(&roles),
        affects: view.affects,
        members: page.members.into_iter().map(member).collect(),
        is_first: after.is_none(),
        next: page.next,
        now: directory.now().into(),
    })
}

/// Gives the group a role.
#[server(input = PostUrl)]
pub async fn give_group_role(
    /// The account.
    account: String,
    /// The group.
    group: String,
    /// The role: a built-in name, or an id.
    role: String,
) -> Result<(), ConsoleError> {
    let (account, actor) = crate::session::writer(&account).await?;
    let group = group.parse().map_err(|_| ConsoleError::NotFound)?;
    Ok(crate::session::directory()
        .give_group_role(&actor, account, group, parse(&role)?)
        .await?)
}

/// Takes a role from the group.
#[server(input = PostUrl)]
pub async fn take_group_role(
    /// The account.
    account: String,
    /// The group.
    group: String,
    /// The role: a built-in name, or an id.
    role: String,
) -> Result<(), ConsoleError> {
    let (account, actor) = crate::session::writer(&account).await?;
    let group = group.parse().map_err(|_| ConsoleError::NotFound)?;
    Ok(crate::session::directory()
        .take_group_role(&actor, account, group, parse(&role)?)
        .await?)
}

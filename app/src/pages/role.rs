//! One role: who holds it, and how?

pub mod delete;
pub mod form;

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::frame::FrameData;
use super::{account_param, loaded, param};
use crate::components::{
    ButtonKind, Crumb, LinkButton, PageHead, Paging, Table, column, empty_state, section, wide_section,
};
use crate::error::ConsoleError;
use crate::format::Moment;
use crate::routes;
use crate::subject::role::Role;
#[cfg(feature = "ssr")]
use crate::subject::role::parse;
use crate::subject::user::{GroupName, UserRow, managed_by, paused};
use crate::text::{K, P, count, fill, t};

/// How many holders a page shows.
#[cfg(feature = "ssr")]
const PAGE: u16 = 50;

/// Everything about one role, with a page of those who hold it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RoleDetail {
    role: Role,
    description: String,
    direct: u64,
    through_groups: u64,
    groups: Vec<Giving>,
    holders: Vec<UserRow>,
    is_first: bool,
    next: Option<String>,
}

/// A group that gives the role.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Giving {
    group: GroupName,
    paused: bool,
    at: Moment,
    by: String,
}

/// The page.
pub struct RolePage;

#[lazy_route]
impl LazyRoute for RolePage {
    fn data() -> Self {
        Self
    }

    fn view(RolePage: Self) -> AnyView {
        let (account, role, query) = (account_param(), param("role"), use_query_map());
        let asked = move || (account.get(), role.get(), query.read().get("after"));
        let role = Resource::new(asked, |(account, role, after)| load_role(account, role, after));
        loaded(role, |frame, role| view(&frame, &role))
    }
}

fn view(frame: &FrameData, detail: &RoleDetail) -> AnyView {
    let to = frame.to();
    let role = &detail.role;
    let crumbs = vec![
        Crumb::link(frame.account_name(), to.overview()),
        Crumb::section(t(K::RolesTitle), to.roles()),
    ];
    let own = matches!(role, Role::Own { .. });
    let change = (own && frame.may_write).then(|| {
        view! {
            <div class="actions">
                <LinkButton kind=ButtonKind::Primary href=to.edit_role(role.as_str()) label=t(K::RoleChange) />
                <LinkButton href=to.delete_role(role.as_str()) label=t(K::RoleDelete) />
            </div>
        }
        .into_any()
    });
    let description = (!detail.description.is_empty()).then(|| {
        view! { <p>{detail.description.clone()}</p> }
    });
    let kind = t(if own { K::RoleIsOwn } else { K::RoleIsBuiltIn });
    let held = [
        count(P::RoleHeldDirectly, detail.direct),
        count(P::RoleHeldThroughGroups, detail.through_groups),
    ]
    .join(" ");
    let state = view! {
        {description}
        <p>{role.access().meaning()} " " {kind}</p>
        <p>{held}</p>
    }
    .into_any();
    view! {
        <PageHead title=role.label().to_owned() crumbs=crumbs action=change state=state />
        {section("groups", t(K::RoleGroups), t(K::RoleGroupsAbout), groups(detail, &to))}
        {wide_section("holders", t(K::RoleHolders), "", holders(detail, &to))}
    }
    .into_any()
}

fn groups(detail: &RoleDetail, to: &routes::Account) -> AnyView {
    if detail.groups.is_empty() {
        return view! { <p class="muted">{t(K::RoleGroupsNone)}</p> }.into_any();
    }
    let lines = detail
        .groups
        .iter()
        .map(|giving| {
            let (href, name) = (to.group(&giving.group.id), giving.group.name.clone());
            let origin = fill(K::TrailDirect, &[("by", &giving.by), ("date", &giving.at.date())]);
            let paused = giving.paused.then(paused);
            view! {
                <li>
                    <strong class="trail-role">
                        <a href=href>{name}</a>
                    </strong>
                    <span class="trail-thread">{origin}</span>
                    <span class="trail-end">{paused}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="role-trail">{lines}</ul> }.into_any()
}

fn holders(detail: &RoleDetail, to: &routes::Account) -> AnyView {
    if detail.holders.is_empty() {
        return empty_state(t(K::RoleHoldersNone), t(K::RoleHoldersNoneReason));
    }
    let columns = [K::FieldUsername, K::UserName, K::UserManagedBy, K::RoleHow]
        .map(|key| column(t(key)))
        .into();
    let rows = detail
        .holders
        .iter()
        .map(|user| row(user, &detail.role, to))
        .collect_view();
    let here = to.role(detail.role.as_str());
    let next = detail
        .next
        .as_deref()
        .map(|next| routes::with_query(&here, &[("after", Some(next))]));
    view! {
        <Table label=t(K::RoleHolders) columns=columns stacks=true>
            {rows}
        </Table>
        <Paging label=t(K::RoleHoldersPages) first=(!detail.is_first).then_some(here) next=next />
    }
    .into_any()
}

fn row(user: &UserRow, role: &Role, to: &routes::Account) -> AnyView {
    let href = to.user(&user.id);
    let ways = user
        .roles
        .iter()
        .filter(|held| held.role == *role)
        .map(|held| view! { <li>{held.line()}</li> })
        .collect_view();
    view! {
        <tr>
            <th scope="row">
                <a href=href>{user.user_name.clone()}</a>
            </th>
            <td>{user.name.clone()}</td>
            <td>{managed_by(user.is_scim)}</td>
            <td class="whole">
                <ul>{ways}</ul>
            </td>
        </tr>
    }
    .into_any()
}

/// One role, with a page of those who hold it.
#[server(input = PostUrl)]
pub async fn load_role(
    /// The account.
    account: String,
    /// The role: a built-in name, or an id.
    role: String,
    /// Where the page of holders begins.
    after: Option<String>,
) -> Result<RoleDetail, ConsoleError> {
    let (account, _) = crate::session::reader(&account).await?;
    let role = parse(&role)?;
    let start = after
        .as_deref()
        .map(|after| after.parse().map_err(|_| ConsoleError::NotFound))
        .transpose()?;
    let directory = crate::session::directory();
    let groups = directory.list_giving_groups(account, role).await?;
    let page = directory.list_holders(account, role, start, PAGE).await?;
    let count = directory.count_holders(account, role).await?;
    let roles = directory.roles(account).await?;
    let giving = |giving: directory::role::GivingGroup| Giving {
        group: giving.group.into(),
        paused: giving.paused,
        at: giving.granted_at.into(),
        by: giving.granted_by,
    };
    Ok(RoleDetail {
        role: Role::of(role, &roles),
        description: roles.description(role).to_owned(),
        direct: count.direct,
        through_groups: count.through_groups,
        groups: groups.into_iter().map(giving).collect(),
        holders: page.users.into_iter().map(Into::into).collect(),
        is_first: after.is_none(),
        next: page.next.map(|next| next.to_string()),
    })
}

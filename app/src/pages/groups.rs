//! Groups: which have arrived?

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::frame::FrameData;
use super::{account_param, loaded};
use crate::components::{
    Badge, Crumb, LinkButton, PageHead, Paging, RelativeTime, Table, column, empty_state_with,
};
use crate::error::ConsoleError;
use crate::format::{Moment, number};
use crate::routes;
use crate::subject::role::Role;
use crate::text::{K, P, count, count_with, t};

/// How many groups a page shows.
#[cfg(feature = "ssr")]
const PAGE: u16 = 50;

/// A group in the table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GroupLine {
    id: String,
    name: String,
    members: u64,
    roles: Vec<Role>,
    modified_at: Moment,
}

/// A page of groups.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GroupList {
    search: String,
    is_first: bool,
    groups: Vec<GroupLine>,
    total: u64,
    next: Option<String>,
    enabled: bool,
    now: Moment,
}

/// The page.
pub struct GroupsPage;

#[lazy_route]
impl LazyRoute for GroupsPage {
    fn data() -> Self {
        Self
    }

    fn view(GroupsPage: Self) -> AnyView {
        let (account, query) = (account_param(), use_query_map());
        let asked = move || {
            let query = query.read();
            (
                account.get(),
                query.get("q").unwrap_or_default(),
                query.get("after"),
            )
        };
        let groups = Resource::new(asked, |(account, search, after)| {
            list_groups(account, search, after)
        });
        loaded(groups, |frame, list| view(&frame, &list))
    }
}

fn view(frame: &FrameData, list: &GroupList) -> AnyView {
    let to = frame.to();
    let crumbs = vec![Crumb::link(frame.account_name(), to.overview())];
    let state = view! { <p>{count(P::GroupsTotal, list.total)}</p> }.into_any();
    let content = match (list.groups.is_empty(), list.search.is_empty()) {
        (true, true) => empty(frame, list, &to),
        (true, false) => {
            let all = view! { <LinkButton href=to.groups() label=t(K::FilterClear) /> };
            let none = empty_state_with(t(K::GroupsNone), t(K::GroupsNoneReason), all);
            view! {
                {search(list, &to)}
                {none}
            }
            .into_any()
        }
        _ => view! {
            {search(list, &to)}
            {table(list, &to)}
        }
        .into_any(),
    };
    view! {
        <PageHead title=t(K::GroupsTitle) crumbs=crumbs state=state />
        <div class="section wide">{content}</div>
    }
    .into_any()
}

fn empty(frame: &FrameData, list: &GroupList, to: &routes::Account) -> AnyView {
    let reason = if list.enabled {
        K::GroupsEmptyWaiting
    } else {
        K::GroupsEmptyOff
    };
    let label = if frame.may_write && !list.enabled {
        K::ProvisioningSetUp
    } else {
        K::ProvisioningOpen
    };
    let content = view! { <LinkButton href=to.provisioning() label=t(label) /> };
    empty_state_with(t(K::GroupsEmpty), t(reason), content)
}

fn search(list: &GroupList, to: &routes::Account) -> AnyView {
    view! {
        <div class="filters">
            <form class="search" role="search" method="get" action=to.groups()>
                <input
                    type="search"
                    name="q"
                    value=list.search.clone()
                    aria-label=t(K::GroupsSearch)
                    placeholder=t(K::GroupsSearch)
                />
                <button type="submit" class="button">
                    {t(K::FilterSearch)}
                </button>
            </form>
        </div>
    }
    .into_any()
}

fn table(list: &GroupList, to: &routes::Account) -> AnyView {
    let columns = [K::GroupName, K::GroupMembers, K::GroupRoles, K::GroupModified]
        .map(|key| column(t(key)))
        .into();
    let rows = list
        .groups
        .iter()
        .map(|group| row(group, to, list.now))
        .collect_view();
    let shown = number(u64::try_from(list.groups.len()).unwrap_or(u64::MAX));
    let search = Some(list.search.as_str()).filter(|search| !search.is_empty());
    let page = |after: Option<&str>| routes::with_query(&to.groups(), &[("q", search), ("after", after)]);
    view! {
        <Table label=t(K::GroupsTitle) columns=columns>
            {rows}
        </Table>
        <Paging
            label=t(K::GroupsPages)
            summary=Some(count_with(P::GroupsShown, list.total, &[("shown", &shown)]))
            first=(!list.is_first).then(|| page(None))
            next=list.next.as_deref().map(|next| page(Some(next)))
        />
    }
    .into_any()
}

fn row(group: &GroupLine, to: &routes::Account, now: Moment) -> AnyView {
    let href = to.group(&group.id);
    let roles = if group.roles.is_empty() {
        view! { <span class="muted">{t(K::GroupNoRoles)}</span> }.into_any()
    } else {
        let badges = group
            .roles
            .iter()
            .map(|role| view! { <Badge label=role.label().to_owned() /> })
            .collect_view();
        view! { <span class="row">{badges}</span> }.into_any()
    };
    view! {
        <tr>
            <th scope="row">
                <a href=href>{group.name.clone()}</a>
            </th>
            <td>{number(group.members)}</td>
            <td>{roles}</td>
            <td>
                <RelativeTime at=group.modified_at now=now />
            </td>
        </tr>
    }
    .into_any()
}

/// The account's groups, a page at a time.
#[server(input = PostUrl)]
pub async fn list_groups(
    /// The account.
    account: String,
    /// Text that the name contains.
    search: String,
    /// Where the page begins.
    after: Option<String>,
) -> Result<GroupList, ConsoleError> {
    let (account, _) = crate::session::reader(&account).await?;
    let directory = crate::session::directory();
    let page = directory
        .list_groups(account, search.trim(), after.as_deref(), PAGE)
        .await?;
    let roles = directory.roles(account).await?;
    let enabled = directory.get_connection(account).await?.enabled;
    let line = |group: directory::GroupRow| GroupLine {
        id: group.id.to_string(),
        name: group.display_name,
        members: group.members,
        roles: group
            .roles
            .into_iter()
            .map(|role| Role::of(role, &roles))
            .collect(),
        modified_at: group.modified_at.into(),
    };
    Ok(GroupList {
        search,
        is_first: after.is_none(),
        groups: page.groups.into_iter().map(line).collect(),
        total: page.total,
        next: page.next,
        enabled,
        now: directory.now().into(),
    })
}

//! Groups: which have arrived?

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::frame::FrameData;
use super::{account_param, loaded};
use crate::components::{
    Badge, Crumb, LinkButton, PageHead, Paging, RelativeTime, Table, column, empty_state_with, search_form,
};
use crate::error::ConsoleError;
use crate::format::{Moment, number, size};
use crate::routes;
use crate::subject::role::Role;
use crate::subject::user::paused;
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
    paused: bool,
    modified_at: Moment,
}

/// What narrows and orders the list; it stands in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GroupFilter {
    /// Text that the name contains.
    pub search: String,
    /// Only groups that give a role.
    pub gives: bool,
    /// Only groups without members.
    pub empty: bool,
    /// Only paused groups.
    pub paused: bool,
    /// In which order.
    pub order: Order,
    /// Where the page begins.
    pub after: Option<String>,
}

/// In which order groups are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// By name.
    #[default]
    Name,
    /// Those with most members first.
    Members,
    /// Those that changed last first.
    Modified,
}

/// A page of groups.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GroupList {
    filter: GroupFilter,
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
            let only = query.get_all("only").unwrap_or_default();
            let has = |name: &str| only.iter().any(|only| only == name);
            let filter = GroupFilter {
                search: query.get("q").unwrap_or_default(),
                gives: has("gives"),
                empty: has("empty"),
                paused: has("paused"),
                order: Order::named(&query.get("order").unwrap_or_default()),
                after: query.get("after"),
            };
            (account.get(), filter)
        };
        let groups = Resource::new(asked, |(account, filter)| list_groups(account, filter));
        loaded(groups, |frame, list| view(&frame, &list))
    }
}

impl Order {
    const ALL: [Self; 3] = [Self::Name, Self::Members, Self::Modified];

    fn named(name: &str) -> Self {
        let named = |order: &Self| order.name() == Some(name);
        Self::ALL.into_iter().find(named).unwrap_or_default()
    }

    /// As it stands in the address; the usual order does not.
    const fn name(self) -> Option<&'static str> {
        match self {
            Self::Name => None,
            Self::Members => Some("members"),
            Self::Modified => Some("modified"),
        }
    }

    fn label(self) -> &'static str {
        t(match self {
            Self::Name => K::OrderName,
            Self::Members => K::OrderMembers,
            Self::Modified => K::OrderModified,
        })
    }
}

impl GroupFilter {
    /// Whether all groups are listed.
    fn is_empty(&self) -> bool {
        self.search.is_empty() && !self.gives && !self.empty && !self.paused
    }

    /// The names of what narrows the list, as they stand in the address.
    fn only(&self) -> Vec<&'static str> {
        [
            (self.gives, "gives"),
            (self.empty, "empty"),
            (self.paused, "paused"),
        ]
        .into_iter()
        .filter_map(|(on, name)| on.then_some(name))
        .collect()
    }

    /// The address of the list so narrowed.
    fn href(&self, to: &routes::Account) -> String {
        let search = Some(self.search.as_str()).filter(|search| !search.is_empty());
        let only = self.only().into_iter().map(|name| ("only", Some(name)));
        let rest = [
            ("q", search),
            ("order", self.order.name()),
            ("after", self.after.as_deref()),
        ];
        let parameters: Vec<_> = only.chain(rest).collect();
        routes::with_query(&to.groups(), &parameters)
    }
}

fn view(frame: &FrameData, list: &GroupList) -> AnyView {
    let to = frame.to();
    let crumbs = vec![Crumb::link(frame.account_name(), to.overview())];
    let state = view! { <p>{count(P::GroupsTotal, list.total)}</p> }.into_any();
    let content = match (list.groups.is_empty(), list.filter.is_empty()) {
        (true, true) => empty(frame, list, &to),
        (true, false) => {
            let all = view! { <LinkButton href=to.groups() label=t(K::FilterClear) /> };
            let none = empty_state_with(t(K::GroupsNone), t(K::GroupsNoneReason), all);
            view! {
                {filters(&list.filter, &to)}
                {none}
            }
            .into_any()
        }
        _ => view! {
            {filters(&list.filter, &to)}
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

fn filters(filter: &GroupFilter, to: &routes::Account) -> AnyView {
    let base = GroupFilter {
        after: None,
        ..filter.clone()
    };
    let chip = |label: &'static str, pressed: bool, filter: GroupFilter| {
        let href = filter.href(to);
        view! {
            <a class="chip" href=href aria-current=pressed.then_some("true")>
                {label}
            </a>
        }
    };
    let all = GroupFilter {
        search: base.search.clone(),
        order: base.order,
        ..GroupFilter::default()
    };
    // Pressing a chosen filter takes it back.
    let gives = GroupFilter {
        gives: !base.gives,
        ..base.clone()
    };
    let empty = GroupFilter {
        empty: !base.empty,
        ..base.clone()
    };
    let paused = GroupFilter {
        paused: !base.paused,
        ..base.clone()
    };
    let chips = [
        chip(t(K::FilterAll), base.only().is_empty(), all),
        chip(t(K::FilterGivesRole), base.gives, gives),
        chip(t(K::FilterNoMembers), base.empty, empty),
        chip(t(K::GroupPaused), base.paused, paused),
    ]
    .collect_view();
    let orders = Order::ALL
        .map(|order| {
            let ordered = GroupFilter {
                order,
                ..base.clone()
            };
            chip(order.label(), order == base.order, ordered)
        })
        .collect_view();
    let only = base.only().into_iter().map(|name| ("only", name.to_owned()));
    let kept = only.chain(base.order.name().map(|name| ("order", name.to_owned())));
    let search = search_form(to.groups(), &base.search, K::GroupsSearch, kept);
    view! {
        <div class="filters">
            {search}
            <nav class="chips" aria-label=t(K::FilterLabel)>
                {chips}
            </nav>
            <nav class="chips" aria-label=t(K::OrderLabel)>
                {orders}
            </nav>
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
    let shown = number(size(list.groups.len()));
    let page = |after: Option<String>| {
        GroupFilter {
            after,
            ..list.filter.clone()
        }
        .href(to)
    };
    view! {
        <Table label=t(K::GroupsTitle) columns=columns stacks=true>
            {rows}
        </Table>
        <Paging
            label=t(K::GroupsPages)
            summary=Some(count_with(P::GroupsShown, list.total, &[("shown", &shown)]))
            first=list.filter.after.is_some().then(|| page(None))
            next=list.next.clone().map(|next| page(Some(next)))
        />
    }
    .into_any()
}

fn row(group: &GroupLine, to: &routes::Account, now: Moment) -> AnyView {
    let href = to.group(&group.id);
    let roles = if group.roles.is_empty() {
        let paused = group.paused.then(paused);
        view! { <span class="row"><span class="muted">{t(K::GroupNoRoles)}</span> {paused}</span> }.into_any()
    } else {
        let badges = group
            .roles
            .iter()
            .map(|role| view! { <Badge label=role.label().to_owned() /> })
            .collect_view();
        let paused = group.paused.then(paused);
        view! { <span class="row">{badges} {paused}</span> }.into_any()
    };
    view! {
        <tr>
            <th scope="row">
                <a href=href>{group.name.clone()}</a>
            </th>
            <td data-label=t(K::GroupMembers)>{number(group.members)}</td>
            <td data-label=t(K::GroupRoles)>{roles}</td>
            <td class="whole" data-label=t(K::GroupModified)>
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
    /// What narrows and orders the list.
    filter: GroupFilter,
) -> Result<GroupList, ConsoleError> {
    use directory::{GroupOrder, GroupQuery};

    let (account, _) = crate::session::reader(&account).await?;
    let directory = crate::session::directory();
    let query = GroupQuery {
        search: filter.search.trim().to_owned(),
        gives_roles: filter.gives,
        empty: filter.empty,
        paused: filter.paused,
        order: match filter.order {
            Order::Name => GroupOrder::Name,
            Order::Members => GroupOrder::Members,
            Order::Modified => GroupOrder::Modified,
        },
        after: filter.after.clone(),
        limit: PAGE,
    };
    let page = directory.list_groups(account, &query).await?;
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
        paused: group.paused_at.is_some(),
        modified_at: group.modified_at.into(),
    };
    Ok(GroupList {
        filter,
        groups: page.groups.into_iter().map(line).collect(),
        total: page.total,
        next: page.next,
        enabled,
        now: directory.now().into(),
    })
}

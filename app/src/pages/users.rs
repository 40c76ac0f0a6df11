//! Users: who is here?

pub mod columns;
pub mod filters;
pub mod table;

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::frame::FrameData;
use super::{account_param, in_place, loaded};
use crate::components::{ButtonKind, Crumb, LinkButton, PageHead, empty_state_with};
use crate::error::ConsoleError;
use crate::format::Moment;
use crate::routes;
use crate::subject::role::Role;
use crate::subject::user::{GroupName, UserRow};
use crate::subject::user_filter::UserFilter;
use crate::text::{K, P, count, t};
use columns::{ChooseColumns, Column};
use filters::Typing;

/// How many users a page shows.
#[cfg(feature = "ssr")]
const PAGE: u16 = 50;
/// How many groups are offered to choose from; the name of any other can be typed.
#[cfg(feature = "ssr")]
const GROUPS: u16 = 100;

/// A page of users.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UserList {
    filter: UserFilter,
    /// The group that the list is narrowed to; none also where it is not there.
    group: Option<GroupName>,
    /// Every role of the account.
    roles: Vec<Role>,
    /// Names of groups to choose from.
    groups: Vec<String>,
    columns: Vec<Column>,
    users: Vec<UserRow>,
    total: u64,
    previous: Option<String>,
    next: Option<String>,
    now: Moment,
}

/// The page.
pub struct UsersPage;

#[lazy_route]
impl LazyRoute for UsersPage {
    fn data() -> Self {
        Self
    }

    fn view(UsersPage: Self) -> AnyView {
        let (account, query) = (account_param(), use_query_map());
        let choose = ServerAction::<ChooseColumns>::new();
        let asked = move || {
            let filter = UserFilter::of(|name| query.read().get(name));
            (account.get(), filter, choose.version().get())
        };
        let users = Resource::new(asked, |(account, filter, _)| list_users(account, filter));
        let navigate = use_navigate();
        let typing = Typing::new(move |href| navigate(&href, in_place()));
        loaded(users, move |frame, list| view(&frame, &list, typing, choose))
    }
}

fn view(frame: &FrameData, list: &UserList, typing: Typing, choose: ServerAction<ChooseColumns>) -> AnyView {
    let to = frame.to();
    let add = frame.may_write.then(|| {
        view! { <LinkButton kind=ButtonKind::Primary href=to.new_user() label=t(K::UserAdd) /> }.into_any()
    });
    let summary = count(P::UsersTotal, list.total);
    let state = view! { <p role="status">{summary}</p> }.into_any();
    let crumbs = vec![Crumb::link(frame.account_name(), to.overview())];
    let content = if list.users.is_empty() && list.filter.is_empty() && list.filter.is_first() {
        empty(frame, &to)
    } else {
        view! {
            {filters::filters(list, &to, typing)}
            {table::table(list, &to)}
            {table::below(list, &to, choose)}
        }
        .into_any()
    };
    view! {
        <PageHead title=t(K::UsersTitle) crumbs=crumbs action=add state=state />
        <div class="section wide">{content}</div>
    }
    .into_any()
}

fn empty(frame: &FrameData, to: &routes::Account) -> AnyView {
    let way = if frame.may_write {
        (to.provisioning(), K::ProvisioningSetUp)
    } else {
        (to.identity(), K::IdentityTitle)
    };
    let content = view! { <LinkButton href=way.0 label=t(way.1) /> };
    empty_state_with(t(K::UsersEmpty), t(K::UsersEmptyReason), content)
}

/// The account's users, a page at a time.
#[server(input = PostUrl)]
pub async fn list_users(
    /// The account.
    account: String,
    /// What narrows and sorts the list.
    filter: UserFilter,
) -> Result<UserList, ConsoleError> {
    let (account, _) = crate::session::reader(&account).await?;
    let directory = crate::session::directory();
    let groups = directory::GroupQuery {
        limit: GROUPS,
        ..directory::GroupQuery::default()
    };
    let groups = directory.list_groups(account, &groups).await?;
    let mut list = UserList {
        group: None,
        roles: Role::all(&directory.roles(account).await?),
        groups: groups
            .groups
            .into_iter()
            .map(|group| group.display_name)
            .collect(),
        columns: columns::chosen(),
        users: Vec::new(),
        total: 0,
        previous: None,
        next: None,
        now: directory.now().into(),
        filter,
    };
    if let Some((query, group)) = list.filter.query(&directory, account, PAGE).await? {
        let page = directory.list_users(account, &query).await?;
        list.users = page.users.into_iter().map(Into::into).collect();
        list.total = page.total;
        list.previous = page.previous.map(|place| place.to_string());
        list.next = page.next.map(|place| place.to_string());
        // From here on by its id, which a renaming does not change.
        list.filter.group = group.as_ref().map(|group| group.id.clone());
        list.group = group;
    }
    Ok(list)
}

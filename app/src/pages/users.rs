//! Users: who is here?

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::frame::FrameData;
use super::{account_param, loaded};
use crate::components::{
    Badge, ButtonKind, Crumb, LinkButton, PageHead, Paging, Table, Tone, column, empty_state_with,
};
use crate::error::ConsoleError;
use crate::format::number;
use crate::routes;
use crate::subject::user::{UserRow, activity, managed_by};
use crate::text::{K, P, count, count_with, t};

/// How many users a page shows.
#[cfg(feature = "ssr")]
const PAGE: u16 = 50;

/// What narrows the list; it stands in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserFilter {
    /// Text that the username, name or email contains.
    pub search: String,
    /// Only SCIM-managed users, or only manual ones.
    pub is_scim: Option<bool>,
    /// Only active users, or only inactive ones.
    pub active: Option<bool>,
    /// Where the page begins.
    pub after: Option<String>,
}

/// A page of users.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UserList {
    filter: UserFilter,
    users: Vec<UserRow>,
    total: u64,
    next: Option<String>,
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
        let asked = move || {
            let query = query.read();
            let filter = UserFilter {
                search: query.get("q").unwrap_or_default(),
                is_scim: query.get("managed").and_then(|by| choice(&by, "scim", "manual")),
                active: query
                    .get("state")
                    .and_then(|state| choice(&state, "active", "inactive")),
                after: query.get("after"),
            };
            (account.get(), filter)
        };
        let users = Resource::new(asked, |(account, filter)| list_users(account, filter));
        loaded(users, |frame, list| view(&frame, &list))
    }
}

fn choice(value: &str, yes: &str, no: &str) -> Option<bool> {
    match value {
        _ if value == yes => Some(true),
        _ if value == no => Some(false),
        _ => None,
    }
}

impl UserFilter {
    fn is_empty(&self) -> bool {
        self.search.is_empty() && self.is_scim.is_none() && self.active.is_none()
    }

    /// The address of the list so narrowed.
    fn href(&self, to: &routes::Account) -> String {
        let managed = self
            .is_scim
            .map(|is_scim| if is_scim { "scim" } else { "manual" });
        let state = self
            .active
            .map(|active| if active { "active" } else { "inactive" });
        let search = Some(self.search.as_str()).filter(|search| !search.is_empty());
        routes::with_query(
            &to.users(),
            &[
                ("q", search),
                ("managed", managed),
                ("state", state),
                ("after", self.after.as_deref()),
            ],
        )
    }
}

fn view(frame: &FrameData, list: &UserList) -> AnyView {
    let to = frame.to();
    let add = frame.may_write.then(|| {
        view! { <LinkButton kind=ButtonKind::Primary href=to.new_user() label=t(K::UserAdd) /> }.into_any()
    });
    let summary = count(P::UsersTotal, list.total);
    let state = view! { <p>{summary.clone()}</p> }.into_any();
    let crumbs = vec![Crumb::link(frame.account_name(), to.overview())];
    let content = if list.users.is_empty() && list.filter.is_empty() && list.filter.after.is_none() {
        empty(frame, &to)
    } else {
        view! {
            {filters(&list.filter, &to)}
            {table(list, &to)}
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

fn filters(filter: &UserFilter, to: &routes::Account) -> AnyView {
    let base = UserFilter {
        after: None,
        ..filter.clone()
    };
    let chip = |label: K, pressed: bool, filter: UserFilter| {
        let href = filter.href(to);
        view! {
            <a class="chip" href=href aria-current=pressed.then_some("true")>
                {t(label)}
            </a>
        }
    };
    let managed = |is_scim: Option<bool>| UserFilter {
        is_scim,
        ..base.clone()
    };
    let state = |active: Option<bool>| UserFilter {
        active,
        ..base.clone()
    };
    let chips = [
        chip(
            K::FilterAll,
            base.is_scim.is_none() && base.active.is_none(),
            UserFilter {
                is_scim: None,
                active: None,
                ..base.clone()
            },
        ),
        chip(
            K::UserScim,
            base.is_scim == Some(true),
            managed(toggled(base.is_scim, true)),
        ),
        chip(
            K::UserManual,
            base.is_scim == Some(false),
            managed(toggled(base.is_scim, false)),
        ),
        chip(
            K::UserActive,
            base.active == Some(true),
            state(toggled(base.active, true)),
        ),
        chip(
            K::UserInactive,
            base.active == Some(false),
            state(toggled(base.active, false)),
        ),
    ]
    .collect_view();
    let kept = [
        (
            "managed",
            base.is_scim
                .map(|is_scim| if is_scim { "scim" } else { "manual" }),
        ),
        (
            "state",
            base.active
                .map(|active| if active { "active" } else { "inactive" }),
        ),
    ]
    .into_iter()
    .filter_map(|(name, value)| value.map(|value| view! { <input type="hidden" name=name value=value /> }))
    .collect_view();
    view! {
        <div class="filters">
            <form class="search" role="search" method="get" action=to.users()>
                {kept}
                <input
                    type="search"
                    name="q"
                    value=base.search.clone()
                    aria-label=t(K::UsersSearch)
                    placeholder=t(K::UsersSearch)
                />
                <button type="submit" class="button">
                    {t(K::FilterSearch)}
                </button>
            </form>
            <nav class="chips" aria-label=t(K::FilterLabel)>
                {chips}
            </nav>
        </div>
    }
    .into_any()
}

/// Pressing a chosen filter takes it back.
fn toggled(now: Option<bool>, pressed: bool) -> Option<bool> {
    (now != Some(pressed)).then_some(pressed)
}

fn table(list: &UserList, to: &routes::Account) -> AnyView {
    if list.users.is_empty() {
        return empty_state_with(
            t(K::UsersNone),
            t(K::UsersNoneReason),
            view! { <LinkButton href=to.users() label=t(K::FilterClear) /> },
        );
    }
    let columns = [
        K::FieldUsername,
        K::UserName,
        K::UserManagedBy,
        K::UserState,
        K::RolesTitle,
    ];
    let columns = columns.map(|key| column(t(key))).into();
    let shown = number(u64::try_from(list.users.len()).unwrap_or(u64::MAX));
    let summary = count_with(P::UsersShown, list.total, &[("shown", &shown)]);
    let first = list.filter.after.is_some().then(|| {
        UserFilter {
            after: None,
            ..list.filter.clone()
        }
        .href(to)
    });
    let next = list.next.clone().map(|next| {
        UserFilter {
            after: Some(next),
            ..list.filter.clone()
        }
        .href(to)
    });
    let rows = list.users.iter().map(|user| row(user, to)).collect_view();
    view! {
        <Table label=t(K::UsersTitle) columns=columns stacks=true>
            {rows}
        </Table>
        <Paging label=t(K::UsersPages) summary=Some(summary) first=first next=next />
    }
    .into_any()
}

fn row(user: &UserRow, to: &routes::Account) -> AnyView {
    let href = to.user(&user.id);
    let glass = user
        .break_glass
        .then(|| view! { <Badge tone=Tone::Warning label=t(K::UserBreakGlass) /> });
    let roles = user
        .roles
        .iter()
        .map(|role| view! { <li>{role.line()}</li> })
        .collect_view();
    view! {
        <tr>
            <th scope="row">
                <a href=href>{user.user_name.clone()}</a>
            </th>
            <td>{user.name.clone()}</td>
            <td>
                <span class="row">{managed_by(user.is_scim)} {glass}</span>
            </td>
            <td>{activity(user.active)}</td>
            <td class="whole">
                <ul>{roles}</ul>
            </td>
        </tr>
    }
    .into_any()
}

/// The account's users, a page at a time.
#[server(input = PostUrl)]
pub async fn list_users(
    /// The account.
    account: String,
    /// What narrows the list.
    filter: UserFilter,
) -> Result<UserList, ConsoleError> {
    use directory::{ManagedBy, UserQuery};

    let (account, _) = crate::session::reader(&account).await?;
    let query = UserQuery {
        search: filter.search.trim().to_owned(),
        managed_by: filter.is_scim.map(|is_scim| {
            if is_scim {
                ManagedBy::Scim
            } else {
                ManagedBy::Manual
            }
        }),
        active: filter.active,
        after: filter.after.clone(),
        limit: PAGE,
    };
    let page = crate::session::directory().list_users(account, &query).await?;
    Ok(UserList {
        filter,
        users: page.users.into_iter().map(Into::into).collect(),
        total: page.total,
        next: page.next,
    })
}

//! One user: why can this person do that?

pub mod attributes;
pub mod groups;
pub mod history;
pub mod management;
pub mod roles;
pub mod sign_in;

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::frame::FrameData;
use super::{account_param, loaded, param};
use crate::components::{Badge, Crumb, PageHead, RelativeTime, Toasts, Tone};
use crate::error::ConsoleError;
use crate::format::Moment;
use crate::routes;
use crate::subject::role::Role;
use crate::subject::user::{GroupName, UserRow, activity, managed_by};
use crate::text::{K, fill, rich, t};
use attributes::AttributeRow;
use history::HistoryRow;
use management::{ManageByHand, SetUserActive};
use roles::{GiveRole, Remains, TakeRole};
use sign_in::CreatePasswordLink;

/// How many entries of the history a page shows.
#[cfg(feature = "ssr")]
const HISTORY: u16 = 10;

/// Everything about one user.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UserDetail {
    row: UserRow,
    attributes: Vec<AttributeRow>,
    /// Name and id of each group, and whether the user is a member itself.
    groups: Vec<(GroupName, bool)>,
    created_at: Moment,
    converted_at: Option<Moment>,
    password_set_at: Option<Moment>,
    is_last_administrator: bool,
    /// Every role of the account.
    roles: Vec<Role>,
    /// What becomes of each direct role that is taken.
    if_taken: Vec<Remains>,
    /// What becomes of the group roles when the user is managed by hand again.
    if_by_hand: Vec<Remains>,
    /// Whether the account's provisioning is on.
    is_on: bool,
    history: Vec<HistoryRow>,
    /// Where the history goes on.
    older: Option<String>,
    /// Whether the history begins with the newest entry.
    is_newest: bool,
    /// A link that a plain form has just made.
    handed_over: Option<String>,
    now: Moment,
}

/// The page.
pub struct UserPage;

/// What can be done to a user.
#[derive(Clone, Copy)]
struct Actions {
    give: ServerAction<GiveRole>,
    take: ServerAction<TakeRole>,
    set_active: ServerAction<SetUserActive>,
    by_hand: ServerAction<ManageByHand>,
    link: ServerAction<CreatePasswordLink>,
}

#[lazy_route]
impl LazyRoute for UserPage {
    fn data() -> Self {
        Self
    }

    fn view(UserPage: Self) -> AnyView {
        let (account, id, query) = (account_param(), param("user"), use_query_map());
        let actions = Actions {
            give: ServerAction::new(),
            take: ServerAction::new(),
            set_active: ServerAction::new(),
            by_hand: ServerAction::new(),
            link: ServerAction::new(),
        };
        let changes = move || {
            (
                actions.give.version().get(),
                actions.take.version().get(),
                actions.set_active.version().get(),
                actions.by_hand.version().get(),
            )
        };
        let user = Resource::new(
            move || (account.get(), id.get(), query.read().get("before"), changes()),
            |(account, id, before, _)| load_user(account, id, before),
        );
        said(actions);
        loaded(user, move |frame, detail| {
            let at = At {
                account: account.get_untracked(),
                user: id.get_untracked(),
                to: frame.to(),
            };
            view(&frame, &at, &detail, actions)
        })
    }
}

/// Whose page it is.
struct At {
    account: String,
    user: String,
    to: routes::Account,
}

/// Says what was done, once it was.
fn said(actions: Actions) {
    let toasts: Toasts = expect_context();
    let (given, taken, by_hand) = (t(K::RoleGiven), t(K::RoleTaken), t(K::UserByHandDone));
    Effect::new(move |_| {
        if let Some(Ok(())) = actions.give.value().get() {
            toasts.say(given);
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(())) = actions.take.value().get() {
            toasts.say(taken);
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(())) = actions.by_hand.value().get() {
            toasts.say(by_hand);
        }
    });
}

fn view(frame: &FrameData, at: &At, user: &UserDetail, actions: Actions) -> AnyView {
    let may_write = frame.may_write;
    let action = (may_write && !user.row.is_scim).then(|| management::set_active(at, &user.row, actions));
    let crumbs = vec![
        Crumb::link(frame.account_name(), at.to.overview()),
        Crumb::section(t(K::UsersTitle), at.to.users()),
    ];
    view! {
        <PageHead title=user.row.title() crumbs=crumbs action=action state=state(user) />
        {roles::section(at, user, may_write, actions)}
        {groups::section(at, user)}
        {(may_write && user.row.is_scim).then(|| management::by_hand(at, user, actions))}
        {sign_in::section(at, user, may_write, actions)}
        {attributes::section(user)}
        {history::section(at, user)}
    }
    .into_any()
}

fn state(user: &UserDetail) -> AnyView {
    let glass = user
        .row
        .break_glass
        .then(|| view! { <Badge tone=Tone::Warning label=t(K::UserBreakGlass) /> });
    let since = match (user.row.is_scim, user.converted_at) {
        (true, Some(at)) => fill(K::UserConvertedSince, &[("date", &at.date())]),
        (true, None) => fill(K::UserScimSince, &[("date", &user.created_at.date())]),
        (false, _) => fill(K::UserManualSince, &[("date", &user.created_at.date())]),
    };
    let now = user.now;
    let seen = user.row.seen_at.map(|at| {
        let time = move |_: &str| view! { <RelativeTime at=at now=now /> }.into_any();
        rich(K::UserSeenAt, time)
    });
    let inactive = (!user.row.active).then(|| view! { <p>{t(K::UserInactiveMeaning)}</p> });
    view! {
        <p class="row">
            {managed_by(user.row.is_scim)} {activity(user.row.active)} {glass}
            <strong>{user.row.user_name.clone()}</strong>
        </p>
        <p>{since} " " {seen}</p>
        {inactive}
    }
    .into_any()
}

/// The account and the user that a form names, for somebody who may change them, and who that is.
#[cfg(feature = "ssr")]
async fn writer(
    account: &str,
    user: &str,
) -> Result<(directory::AccountId, directory::UserId, directory::Actor), ConsoleError> {
    let (account, actor) = crate::session::writer(account).await?;
    let user = user.parse().map_err(|_| ConsoleError::NotFound)?;
    Ok((account, user, actor))
}

/// One user, with a part of what happened to it.
#[server(input = PostUrl)]
pub async fn load_user(
    /// The account.
    account: String,
    /// The user.
    user: String,
    /// Only entries of the history older than this one.
    before: Option<String>,
) -> Result<UserDetail, ConsoleError> {
    use directory::role::remaining::Taking;
    use directory::{EntryQuery, UserId};

    let (account, person) = crate::session::reader(&account).await?;
    let id: UserId = user.parse().map_err(|_| ConsoleError::NotFound)?;
    let directory = crate::session::directory();
    let view = directory.get_user(account, id).await?;
    let query = EntryQuery {
        subject: Some(id.to_string()),
        before: before.as_deref().and_then(|before| before.parse().ok()),
        limit: HISTORY,
        ..EntryQuery::default()
    };
    let history = directory.list_entries(account, &query).await?;
    let handed_over = if person.may_write(account) {
        crate::session::take_handed_over()
    } else {
        None
    };
    let held = &view.row.roles;
    let direct = held.direct.iter().map(|grant| Taking::Direct(grant.role));
    Ok(UserDetail {
        if_taken: direct.flat_map(|taking| roles::remains(held, taking)).collect(),
        if_by_hand: roles::remains(held, Taking::Groups),
        is_on: directory.get_connection(account).await?.enabled,
        attributes: view.attributes.into_iter().map(Into::into).collect(),
        groups: view
            .groups
            .into_iter()
            .map(|membership| (membership.group.into(), membership.direct))
            .collect(),
        created_at: view.row.created_at.into(),
        converted_at: view.converted_at.map(Into::into),
        password_set_at: view.password_set_at.map(Into::into),
        is_last_administrator: view.is_last_administrator,
        roles: Role::all(&directory.roles(account).await?),
        history: history.entries.iter().map(Into::into).collect(),
        older: history.next.map(|next| next.to_string()),
        is_newest: query.before.is_none(),
        handed_over,
        now: directory.now().into(),
        row: view.row.into(),
    })
}

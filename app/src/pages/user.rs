//! One user: why can this person do that?

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::frame::FrameData;
use super::{account_param, loaded, param};
use crate::components::{
    Badge, ButtonKind, Callout, Crumb, FormError, OneTimeSecret, PageHead, RelativeTime, RoleTrail, Select,
    StatusLine, SubmitButton, Toasts, Tone, action_form, definition, definition_list, section, wide_section,
};
use crate::error::{ConsoleError, error_of};
use crate::format::Moment;
use crate::routes;
use crate::subject::entry::{EntryRow, list as entry_list};
#[cfg(feature = "ssr")]
use crate::subject::role::parse;
use crate::subject::role::{Access, Role, options};
use crate::subject::user::{GroupName, HeldRole, Origin, UserRow, activity, managed_by};
use crate::text::{K, fill, rich, t};

/// How many entries of the history the page shows.
#[cfg(feature = "ssr")]
const HISTORY: u16 = 10;

/// Everything about one user.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UserDetail {
    row: UserRow,
    attributes: Vec<(String, String)>,
    /// Name and id of each group, and whether the user is a member itself.
    groups: Vec<(GroupName, bool)>,
    created_at: Moment,
    converted_at: Option<Moment>,
    password_set_at: Option<Moment>,
    is_last_administrator: bool,
    /// Every role of the account.
    roles: Vec<Role>,
    history: Vec<EntryRow>,
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
    link: ServerAction<CreatePasswordLink>,
}

#[lazy_route]
impl LazyRoute for UserPage {
    fn data() -> Self {
        Self
    }

    fn view(UserPage: Self) -> AnyView {
        let (account, id) = (account_param(), param("user"));
        let actions = Actions {
            give: ServerAction::new(),
            take: ServerAction::new(),
            set_active: ServerAction::new(),
            link: ServerAction::new(),
        };
        let changes = move || {
            (
                actions.give.version().get(),
                actions.take.version().get(),
                actions.set_active.version().get(),
            )
        };
        let user = Resource::new(
            move || (account.get(), id.get(), changes()),
            |(account, id, _)| load_user(account, id),
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
    let (given, taken) = (t(K::RoleGiven), t(K::RoleTaken));
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
}

fn view(frame: &FrameData, at: &At, user: &UserDetail, actions: Actions) -> AnyView {
    let may_write = frame.may_write;
    let action = (may_write && !user.row.is_scim).then(|| set_active(at, &user.row, actions));
    let crumbs = vec![
        Crumb::link(frame.account_name(), at.to.overview()),
        Crumb::section(t(K::UsersTitle), at.to.users()),
    ];
    view! {
        <PageHead title=user.row.title() crumbs=crumbs action=action state=state(user) />
        {extra_roles(user)}
        {wide_section("roles", t(K::UserRolesTitle), "", roles(at, user, may_write, actions))}
        {may_write.then(|| give_form(at, user, actions))}
        {groups(at, user)}
        {sign_in(at, user, may_write, actions)}
        {attributes(user)}
        {history(at, user)}
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
    let inactive = (!user.row.active).then(|| view! { <p>{t(K::UserInactiveMeaning)}</p> });
    view! {
        <p class="row">
            {managed_by(user.row.is_scim)} {activity(user.row.active)} {glass}
            <strong>{user.row.user_name.clone()}</strong>
        </p>
        <p>{since}</p>
        {inactive}
    }
    .into_any()
}

/// Says when a SCIM-managed user holds more than the groups give, and why.
fn extra_roles(user: &UserDetail) -> AnyView {
    let extra: Vec<&HeldRole> = user
        .row
        .roles
        .iter()
        .filter(|held| matches!(held.origin, Origin::Direct { .. }))
        .collect();
    if !user.row.is_scim || extra.is_empty() {
        return ().into_any();
    }
    let before = extra.iter().any(|held| {
        matches!(
            held.origin,
            Origin::Direct {
                before_scim: true,
                ..
            }
        )
    });
    let reason = if before {
        K::UserExtraBefore
    } else {
        K::UserExtraByHand
    };
    view! {
        <Callout tone=Tone::Warning title=t(K::UserExtra)>
            <p>{t(reason)}</p>
        </Callout>
    }
    .into_any()
}

fn roles(at: &At, user: &UserDetail, may_write: bool, actions: Actions) -> AnyView {
    let threads: Vec<_> = user
        .row
        .roles
        .iter()
        .map(|held| {
            let direct = matches!(held.origin, Origin::Direct { .. });
            let kept = user.is_last_administrator && held.role.access() == Access::Administrator;
            let action = (direct && may_write).then(|| {
                if kept {
                    view! { <span class="muted">{t(K::UserLastAdministrator)}</span> }.into_any()
                } else {
                    take_form(at, &held.role, actions)
                }
            });
            held.thread(&at.to, action)
        })
        .collect();
    let trail = if threads.is_empty() {
        view! { <p class="muted">{t(K::UserNoRoles)}</p> }.into_any()
    } else {
        view! { <RoleTrail threads=threads /> }.into_any()
    };
    view! {
        {trail}
        <FormError error=error_of(actions.take) />
    }
    .into_any()
}

fn take_form(at: &At, role: &Role, actions: Actions) -> AnyView {
    let label = fill(K::UserRemoveRole, &[("role", role.label())]);
    let content =
        view! { <SubmitButton kind=ButtonKind::QuietDanger label=label pending=actions.take.pending() /> };
    action_form(
        actions.take,
        &[
            ("account", &at.account),
            ("user", &at.user),
            ("role", role.as_str()),
        ],
        content,
    )
}

fn give_form(at: &At, user: &UserDetail, actions: Actions) -> AnyView {
    let held = |role: &Role| {
        user.row
            .roles
            .iter()
            .any(|held| held.role == *role && matches!(held.origin, Origin::Direct { .. }))
    };
    let free: Vec<Role> = user.roles.iter().filter(|role| !held(role)).cloned().collect();
    if free.is_empty() {
        return ().into_any();
    }
    let about = if user.row.is_scim {
        K::UserGiveRoleHint
    } else {
        K::UserGiveRoleAbout
    };
    let content = view! {
        <div class="inline-form">
            <Select name="role" label=t(K::FieldRole) options=options(&free) />
            <SubmitButton label=t(K::RoleGive) pending=actions.give.pending() />
        </div>
        <FormError error=error_of(actions.give) />
    };
    section(
        "give",
        t(K::UserGiveRoleTitle),
        t(about),
        action_form(
            actions.give,
            &[("account", &at.account), ("user", &at.user)],
            content,
        ),
    )
}

fn groups(at: &At, user: &UserDetail) -> AnyView {
    if user.groups.is_empty() {
        return ().into_any();
    }
    let all = user
        .groups
        .iter()
        .map(|(group, direct)| {
            let href = at.to.group(&group.id);
            let nested = (!direct).then(|| view! { <span class="muted">{t(K::UserGroupNested)}</span> });
            view! {
                <li>
                    <a href=href>{group.name.clone()}</a>
                    " "
                    {nested}
                </li>
            }
        })
        .collect_view();
    let content = view! { <ul>{all}</ul> };
    section("groups", t(K::GroupsTitle), t(K::UserGroupsAbout), content)
}

/// The password, and the one-time link that sets it.
fn sign_in(at: &At, user: &UserDetail, may_write: bool, actions: Actions) -> AnyView {
    let opens = user
        .row
        .roles
        .iter()
        .any(|held| held.role.access() != Access::None);
    let sentence = match user.password_set_at {
        Some(set_at) => {
            let now = user.now;
            let time = move |_: &str| view! { <RelativeTime at=set_at now=now /> }.into_any();
            rich(K::UserPasswordSet, time)
        }
        None if opens => t(K::UserPasswordNone).into_any(),
        None => t(K::UserPasswordUseless).into_any(),
    };
    let form = (may_write && opens && user.row.active).then(|| link_form(at, user, actions));
    let content = view! {
        <p>{sentence}</p>
        {form}
    };
    section("sign-in", t(K::UserSignInTitle), t(K::UserSignInAbout), content)
}

fn link_form(at: &At, user: &UserDetail, actions: Actions) -> AnyView {
    let handed_over = user.handed_over.clone();
    let link = move || match actions.link.value().get() {
        Some(Ok(link)) => Some(link),
        _ => handed_over.clone(),
    };
    let shown = move || {
        link().map(|link| {
            view! {
                <OneTimeSecret
                    name="password-link"
                    label=t(K::UserLinkLabel)
                    value=link
                    warning=t(K::UserLinkWarning)
                    copied=RwSignal::new(false)
                    asked=RwSignal::new(false)
                />
            }
        })
    };
    let button = view! { <SubmitButton label=t(K::UserLinkCreate) pending=actions.link.pending() /> };
    view! {
        {action_form(actions.link, &[("account", &at.account), ("user", &at.user)], button)}
        <FormError error=error_of(actions.link) />
        <div aria-live="polite">{shown}</div>
    }
    .into_any()
}

fn set_active(at: &At, user: &UserRow, actions: Actions) -> AnyView {
    let (label, value) = if user.active {
        (K::UserDeactivate, "false")
    } else {
        (K::UserActivate, "true")
    };
    let button = view! { <SubmitButton label=t(label) pending=actions.set_active.pending() /> };
    let sent = [("account", &*at.account), ("user", &at.user), ("active", value)];
    view! {
        {action_form(actions.set_active, &sent, button)}
        <FormError error=error_of(actions.set_active) />
    }
    .into_any()
}

fn attributes(user: &UserDetail) -> AnyView {
    let lines = user
        .attributes
        .iter()
        .map(|(path, value)| definition(view! { <code>{path.clone()}</code> }, value.clone()))
        .collect_view();
    let about = if user.row.is_scim {
        K::UserAttributesScim
    } else {
        K::UserAttributesManual
    };
    let content = view! {
        {definition(view! { <code>"id"</code> }, view! { <code>{user.row.id.clone()}</code> })}
        {lines}
    };
    section(
        "attributes",
        t(K::UserAttributesTitle),
        t(about),
        definition_list(content),
    )
}

fn history(at: &At, user: &UserDetail) -> AnyView {
    let content = if user.history.is_empty() {
        view! { <StatusLine>{t(K::UserHistoryEmpty)}</StatusLine> }.into_any()
    } else {
        entry_list(t(K::UserHistoryTitle), &user.history, &at.to, user.now)
    };
    wide_section("history", t(K::UserHistoryTitle), "", content)
}

/// One user, with the last of what happened to it.
#[server(input = PostUrl)]
pub async fn load_user(
    /// The account.
    account: String,
    /// The user.
    user: String,
) -> Result<UserDetail, ConsoleError> {
    use directory::{EntryQuery, UserId};

    let (account, person) = crate::session::reader(&account).await?;
    let id: UserId = user.parse().map_err(|_| ConsoleError::NotFound)?;
    let directory = crate::session::directory();
    let view = directory.get_user(account, id).await?;
    let query = EntryQuery {
        subject: Some(id.to_string()),
        limit: HISTORY,
        ..EntryQuery::default()
    };
    let history = directory.list_entries(account, &query).await?;
    let handed_over = if person.may_write(account) {
        crate::session::take_handed_over()
    } else {
        None
    };
    Ok(UserDetail {
        row: view.row.into(),
        attributes: view.attributes,
        groups: view
            .groups
            .into_iter()
            .map(|membership| (membership.group.into(), membership.direct))
            .collect(),
        created_at: view.created_at.into(),
        converted_at: view.converted_at.map(Into::into),
        password_set_at: view.password_set_at.map(Into::into),
        is_last_administrator: view.is_last_administrator,
        roles: Role::all(&directory.roles(account).await?),
        history: history.entries.iter().map(Into::into).collect(),
        handed_over,
        now: directory.now().into(),
    })
}

/// Gives the user a direct role.
#[server(input = PostUrl)]
pub async fn give_role(
    /// The account.
    account: String,
    /// The user.
    user: String,
    /// The role: a built-in name, or an id.
    role: String,
) -> Result<(), ConsoleError> {
    let (account, actor) = crate::session::writer(&account).await?;
    let user = user.parse().map_err(|_| ConsoleError::NotFound)?;
    Ok(crate::session::directory()
        .give_role(&actor, account, user, parse(&role)?)
        .await?)
}

/// Takes a direct role from the user.
#[server(input = PostUrl)]
pub async fn take_role(
    /// The account.
    account: String,
    /// The user.
    user: String,
    /// The role: a built-in name, or an id.
    role: String,
) -> Result<(), ConsoleError> {
    let (account, actor) = crate::session::writer(&account).await?;
    let user = user.parse().map_err(|_| ConsoleError::NotFound)?;
    Ok(crate::session::directory()
        .take_role(&actor, account, user, parse(&role)?)
        .await?)
}

/// Switches a manual user on or off.
#[server(input = PostUrl)]
pub async fn set_user_active(
    /// The account.
    account: String,
    /// The user.
    user: String,
    /// What the user becomes.
    active: bool,
) -> Result<(), ConsoleError> {
    let (account, actor) = crate::session::writer(&account).await?;
    let user = user.parse().map_err(|_| ConsoleError::NotFound)?;
    Ok(crate::session::directory()
        .set_user_active(&actor, account, user, active)
        .await?)
}

/// Makes a one-time link by which the user sets a password, and gives its address.
#[server(input = PostUrl)]
pub async fn create_password_link(
    /// The account.
    account: String,
    /// The user.
    user: String,
) -> Result<String, ConsoleError> {
    let (account, actor) = crate::session::writer(&account).await?;
    let user = user.parse().map_err(|_| ConsoleError::NotFound)?;
    let console = crate::session::console();
    let link = console
        .directory
        .create_password_link(&actor, account, user)
        .await?;
    let address = format!("{}{}", console.public_url, routes::link(link.secret.expose()));
    crate::session::hand_over(&address);
    Ok(address)
}

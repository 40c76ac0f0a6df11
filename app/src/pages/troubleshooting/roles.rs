//! More roles than the groups give: who, why, and what removing would take away.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::remove::RestoreRoles;
use crate::components::{
    Badge, ButtonKind, Callout, Crumb, FormError, LinkButton, PageHead, Paging, SubmitButton, Table, Tone,
    action_form, column, empty_state_with,
};
use crate::error::{ConsoleError, error_of};
use crate::format::Moment;
use crate::pages::frame::FrameData;
use crate::pages::{account_param, loaded};
use crate::routes;
use crate::subject::role::Role;
use crate::text::{K, P, count, fill, t};

/// How many users a page shows.
#[cfg(feature = "ssr")]
const PAGE: u16 = 50;

/// Why a user has more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Held before SCIM.
    Before,
    /// Added later.
    Later,
}

/// A direct role that no group gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtraGrant {
    pub(super) role: Role,
    pub(super) by: String,
    pub(super) at: Moment,
    pub(super) before_scim: bool,
}

/// A user with more roles than the groups give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtraUser {
    pub(super) id: String,
    pub(super) user_name: String,
    pub(super) name: Option<String>,
    pub(super) active: bool,
    pub(super) grants: Vec<ExtraGrant>,
    /// Roles in effect now.
    pub(super) before: Vec<Role>,
    /// Roles in effect once the grants are gone.
    pub(super) after: Vec<Role>,
}

/// Roles that were taken a moment ago.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    act: String,
    roles: u64,
    /// Seconds that are left.
    seconds: u64,
}

/// A page of users.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExtraList {
    cause: Option<Cause>,
    is_first: bool,
    users: Vec<ExtraUser>,
    next: Option<String>,
    total: u64,
    undo: Option<Undo>,
}

/// The page.
pub struct ExtraRolesPage;

#[lazy_route]
impl LazyRoute for ExtraRolesPage {
    fn data() -> Self {
        Self
    }

    fn view(ExtraRolesPage: Self) -> AnyView {
        let (account, query) = (account_param(), use_query_map());
        let restore = ServerAction::<RestoreRoles>::new();
        let asked = move || {
            let query = query.read();
            let cause = query.get("cause").as_deref().and_then(cause_of);
            (
                account.get(),
                cause,
                query.get("after"),
                query.get("undo"),
                restore.version().get(),
            )
        };
        let users = Resource::new(asked, |(account, cause, after, undo, _)| {
            list_extra_roles(account, cause, after, undo)
        });
        loaded(users, move |frame, list| view(&frame, &list, restore))
    }
}

const CAUSES: [(Cause, &str, K); 2] = [
    (Cause::Before, "before", K::ExtraBefore),
    (Cause::Later, "later", K::ExtraLater),
];

fn cause_of(name: &str) -> Option<Cause> {
    CAUSES
        .into_iter()
        .find(|(_, other, _)| *other == name)
        .map(|(cause, ..)| cause)
}

fn view(frame: &FrameData, list: &ExtraList, restore: ServerAction<RestoreRoles>) -> AnyView {
    let to = frame.to();
    let crumbs = vec![
        Crumb::link(frame.account_name(), to.overview()),
        Crumb::section(t(K::TroubleTitle), to.troubleshooting()),
    ];
    let state = view! {
        <p>{if list.total == 0 { t(K::ExtraNone).to_owned() } else { count(P::FindingExtra, list.total) }}</p>
        <p>{t(K::ExtraAbout)}</p>
    };
    let content = if list.users.is_empty() {
        empty(list, &to)
    } else {
        rows(frame, list, &to)
    };
    view! {
        <PageHead title=t(K::ExtraTitle) crumbs=crumbs state=state.into_any() />
        {undo(&to, list.undo.as_ref(), frame.may_write, restore)}
        <FormError error=error_of(restore) />
        <div class="section wide">{chips(list, &to)} {content}</div>
    }
    .into_any()
}

fn here(list: &ExtraList, to: &routes::Account, after: Option<&str>) -> String {
    let cause = CAUSES
        .into_iter()
        .find(|(cause, ..)| Some(*cause) == list.cause)
        .map(|(_, name, _)| name);
    routes::with_query(&to.extra_roles(), &[("cause", cause), ("after", after)])
}

fn chips(list: &ExtraList, to: &routes::Account) -> AnyView {
    let chip = |href: String, label: K, chosen: bool| {
        view! {
            <a class="chip" href=href aria-current=chosen.then_some("true")>
                {t(label)}
            </a>
        }
    };
    let all = chip(to.extra_roles(), K::FilterAll, list.cause.is_none());
    let causes = CAUSES
        .map(|(cause, name, label)| {
            let href = routes::with_query(&to.extra_roles(), &[("cause", Some(name))]);
            chip(href, label, list.cause == Some(cause))
        })
        .collect_view();
    view! {
        <nav class="chips" aria-label=t(K::FilterLabel)>
            {all}
            {causes}
        </nav>
    }
    .into_any()
}

fn empty(list: &ExtraList, to: &routes::Account) -> AnyView {
    let way = if list.cause.is_some() {
        (to.extra_roles(), K::FilterClear)
    } else {
        (to.users(), K::UsersTitle)
    };
    let content = view! { <LinkButton href=way.0 label=t(way.1) /> };
    empty_state_with(t(K::ExtraNone), t(K::ExtraNoneReason), content)
}

/// What was taken can be given back, for as long as that is said.
fn undo(
    to: &routes::Account,
    undo: Option<&Undo>,
    may_write: bool,
    restore: ServerAction<RestoreRoles>,
) -> AnyView {
    let Some(undo) = undo.cloned().filter(|_| may_write) else {
        return ().into_any();
    };
    let shown = RwSignal::new(true);
    let left = std::time::Duration::from_secs(undo.seconds);
    // On the server the page ends before the time does.
    Effect::new(move |_| set_timeout(move || shown.set(false), left));
    let account = to.id();
    let callout = move || {
        shown.get().then(|| {
            let button = view! { <SubmitButton label=t(K::ExtraUndo) pending=restore.pending() /> };
            let form = action_form(restore, &[("account", &account), ("act", &undo.act)], button);
            view! {
                <Callout tone=Tone::Good title=count(P::ExtraRemoved, undo.roles)>
                    <p>{t(K::ExtraUndoAbout)}</p>
                    <div class="actions">{form}</div>
                </Callout>
            }
        })
    };
    view! {
        <div class="attention" role="status">
            {callout}
        </div>
    }
    .into_any()
}

fn rows(frame: &FrameData, list: &ExtraList, to: &routes::Account) -> AnyView {
    let may_write = frame.may_write;
    let choose = may_write.then(|| column(t(K::ExtraChoose)));
    let columns = choose
        .into_iter()
        .chain([K::FieldUsername, K::ExtraRoles, K::ExtraEffect].map(|key| column(t(key))))
        .collect();
    let rows = list
        .users
        .iter()
        .map(|user| row(user, to, may_write))
        .collect_view();
    let table = view! {
        <Table label=t(K::ExtraTitle) columns=columns stacks=true>
            {rows}
        </Table>
    };
    let form = if may_write {
        view! {
            <form method="get" action=to.remove_roles() class="extra-form">
                {table}
                <div class="actions">
                    <button type="submit" class=ButtonKind::Danger.class()>
                        {t(K::ExtraRemoveChosen)}
                    </button>
                </div>
            </form>
        }
        .into_any()
    } else {
        table.into_any()
    };
    view! {
        {form}
        <Paging
            label=t(K::ExtraPages)
            first=(!list.is_first).then(|| here(list, to, None))
            next=list.next.as_deref().map(|next| here(list, to, Some(next)))
        />
    }
    .into_any()
}

fn row(user: &ExtraUser, to: &routes::Account, may_write: bool) -> AnyView {
    let href = to.user(&user.id);
    let boxes = may_write.then(|| {
        let boxes = user
            .grants
            .iter()
            .map(|grant| {
                let label = fill(
                    K::ExtraChooseNamed,
                    &[("role", grant.role.label()), ("user", &user.user_name)],
                );
                let value = grant_value(user, grant);
                view! {
                    <li>
                        <input type="checkbox" name="grant" value=value aria-label=label />
                    </li>
                }
            })
            .collect_view();
        view! {
            <td>
                <ul class="extra-boxes">{boxes}</ul>
            </td>
        }
    });
    let grants = user
        .grants
        .iter()
        .map(|grant| {
            let remove = may_write.then(|| remove_link(user, grant, to));
            view! { <li>{grant.view()} " " {remove}</li> }
        })
        .collect_view();
    let inactive = (!user.active).then(|| view! { <Badge label=t(K::UserInactive) /> });
    view! {
        <tr>
            {boxes}
            <th scope="row">
                <a href=href>{user.user_name.clone()}</a>
                " "
                {inactive}
                <p class="muted">{user.name.clone()}</p>
            </th>
            <td class="whole">
                <ul class="extra-grants">{grants}</ul>
            </td>
            <td class="whole" data-label=t(K::ExtraEffect)>{user.effect()}</td>
        </tr>
    }
    .into_any()
}

/// A grant as it is sent: `<user>:<role>`.
fn grant_value(user: &ExtraUser, grant: &ExtraGrant) -> String {
    format!("{}:{}", user.id, grant.role.as_str())
}

fn remove_link(user: &ExtraUser, grant: &ExtraGrant, to: &routes::Account) -> AnyView {
    let value = grant_value(user, grant);
    let href = routes::with_query(&to.remove_roles(), &[("grant", Some(&value))]);
    let name = fill(
        K::ExtraRemoveNamed,
        &[("role", grant.role.label()), ("user", &user.user_name)],
    );
    view! {
        <a class=ButtonKind::QuietDanger.class() href=href aria-label=name>
            {t(K::ExtraRemove)}
        </a>
    }
    .into_any()
}

impl ExtraGrant {
    /// The role, and why it is there.
    pub(super) fn view(&self) -> AnyView {
        let date = self.at.date();
        let origin = if self.before_scim {
            fill(K::ExtraBeforeBy, &[("by", &self.by), ("date", &date)])
        } else {
            fill(K::ExtraLaterBy, &[("by", &self.by), ("date", &date)])
        };
        view! { <strong>{self.role.label().to_owned()}</strong> " " <span class="muted">{origin}</span> }
            .into_any()
    }
}

impl ExtraUser {
    /// The roles in effect, now and then.
    pub(super) fn effect(&self) -> AnyView {
        let names = |roles: &[Role]| {
            if roles.is_empty() {
                t(K::GroupNoRoles).to_owned()
            } else {
                let labels: Vec<&str> = roles.iter().map(Role::label).collect();
                labels.join(", ")
            }
        };
        view! {
            <span class="effect">
                <span class="visually-hidden">{t(K::ExtraNow)} " "</span>
                {names(&self.before)}
                <span aria-hidden="true">" → "</span>
                <span class="visually-hidden">" " {t(K::ExtraThen)} " "</span>
                <strong>{names(&self.after)}</strong>
            </span>
        }
        .into_any()
    }
}

#[cfg(feature = "ssr")]
impl From<directory::role::extra::ExtraRoles> for ExtraUser {
    fn from(user: directory::role::extra::ExtraRoles) -> Self {
        let taken: Vec<directory::Role> = user.extra.iter().map(|grant| grant.role).collect();
        let after = directory::role::extra::without(&user.roles, &taken);
        let named = |roles: Vec<directory::Role>| {
            let own = &user.roles.own;
            roles.into_iter().map(|role| Role::of(role, own)).collect()
        };
        Self {
            id: user.user.to_string(),
            user_name: user.user_name,
            name: user.name.filter(|name| !name.is_empty()),
            active: user.roles.active,
            before: named(user.roles.roles()),
            after: named(after),
            grants: user
                .extra
                .into_iter()
                .map(|grant| ExtraGrant {
                    role: Role::of(grant.role, &user.roles.own),
                    by: grant.granted_by,
                    at: grant.granted_at.into(),
                    before_scim: grant.before_scim,
                })
                .collect(),
        }
    }
}

/// Users with more roles than their groups give.
#[server(input = PostUrl)]
pub async fn list_extra_roles(
    /// The account.
    account: String,
    /// Only those with a role of this cause.
    cause: Option<Cause>,
    /// Where the page begins.
    after: Option<String>,
    /// The act that has just taken roles.
    undo: Option<String>,
) -> Result<ExtraList, ConsoleError> {
    use directory::role::extra::ExtraCause;

    let (account, _) = crate::session::reader(&account).await?;
    let directory = crate::session::directory();
    let wanted = cause.map(|cause| match cause {
        Cause::Before => ExtraCause::BeforeScim,
        Cause::Later => ExtraCause::AddedLater,
    });
    let after = after.and_then(|after| after.parse().ok());
    let page = directory.list_extra_roles(account, wanted, after, PAGE).await?;
    let total = directory.count_extra_roles(account).await?;
    let taken = match undo.and_then(|act| act.parse().ok()) {
        Some(act) => directory.find_taken(account, act).await?,
        None => None,
    };
    let now = directory.now();
    Ok(ExtraList {
        is_first: after.is_none(),
        users: page.users.into_iter().map(Into::into).collect(),
        next: page.next.map(|next| next.to_string()),
        total: match cause {
            None => total.users,
            Some(Cause::Before) => total.before_scim,
            Some(Cause::Later) => total.added_later,
        },
        undo: taken.map(|taken| Undo {
            act: taken.act.to_string(),
            roles: taken.roles,
            seconds: u64::try_from(taken.until.duration_since(now).as_secs()).unwrap_or(0),
        }),
        cause,
    })
}

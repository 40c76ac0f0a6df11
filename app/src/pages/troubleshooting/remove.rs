//! The confirmation before roles are removed: from whom, and what remains. And the way back.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::roles::ExtraUser;
use crate::components::{
    ButtonKind, Crumb, FormError, LinkButton, PageHead, SubmitButton, Table, action_form, column,
    empty_state_with,
};
use crate::error::{ConsoleError, error_of};
use crate::format::size;
use crate::pages::frame::FrameData;
use crate::pages::{account_param, loaded};
use crate::routes;
use crate::text::{K, P, count, t};

/// The most that is removed at once: two pages of users with a role each.
#[cfg(feature = "ssr")]
const MOST: usize = 100;

/// What would be removed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Removal {
    users: Vec<ExtraUser>,
    roles: u64,
    /// The grants as they are sent.
    grants: String,
}

/// The page.
pub struct RemoveRolesPage;

#[lazy_route]
impl LazyRoute for RemoveRolesPage {
    fn data() -> Self {
        Self
    }

    fn view(RemoveRolesPage: Self) -> AnyView {
        let (account, query) = (account_param(), use_query_map());
        let remove = ServerAction::<RemoveRoles>::new();
        let asked = move || {
            let grants = query.read().get_all("grant").unwrap_or_default().join(",");
            (account.get(), grants)
        };
        let removal = Resource::new(asked, |(account, grants)| load_removal(account, grants));
        loaded(removal, move |frame, removal| view(&frame, &removal, remove))
    }
}

fn view(frame: &FrameData, removal: &Removal, remove: ServerAction<RemoveRoles>) -> AnyView {
    let to = frame.to();
    let crumbs = vec![
        Crumb::link(frame.account_name(), to.overview()),
        Crumb::section(t(K::TroubleTitle), to.troubleshooting()),
        Crumb::link(t(K::ExtraTitle), to.extra_roles()),
    ];
    let content = if removal.users.is_empty() {
        let back = view! { <LinkButton href=to.extra_roles() label=t(K::ExtraTitle) /> };
        empty_state_with(t(K::RemoveNone), t(K::RemoveNoneReason), back)
    } else {
        question(&to, removal, remove)
    };
    view! {
        <PageHead title=t(K::RemoveTitle) crumbs=crumbs />
        <div class="section wide">{content}</div>
    }
    .into_any()
}

fn question(to: &routes::Account, removal: &Removal, remove: ServerAction<RemoveRoles>) -> AnyView {
    let columns = [K::FieldUsername, K::ExtraRoles, K::ExtraEffect]
        .map(|key| column(t(key)))
        .into();
    let rows = removal
        .users
        .iter()
        .map(|user| {
            let grants = user
                .grants
                .iter()
                .map(|grant| view! { <li>{grant.view()}</li> })
                .collect_view();
            view! {
                <tr>
                    <th scope="row">{user.user_name.clone()}</th>
                    <td class="whole">
                        <ul class="extra-grants">{grants}</ul>
                    </td>
                    <td class="whole">{user.effect()}</td>
                </tr>
            }
        })
        .collect_view();
    let label = count(P::RemoveButton, removal.roles);
    let form = view! {
        <FormError error=error_of(remove) />
        <div class="actions">
            <SubmitButton kind=ButtonKind::Danger label=label pending=remove.pending() />
            <LinkButton href=to.extra_roles() label=t(K::Cancel) />
        </div>
    };
    view! {
        <p>{count(P::RemoveAbout, size(removal.users.len()))}</p>
        <Table label=t(K::RemoveTitle) columns=columns stacks=true>
            {rows}
        </Table>
        {action_form(remove, &[("account", &to.id()), ("grants", &removal.grants)], form)}
    }
    .into_any()
}

/// `<user>:<role>,…`
#[cfg(feature = "ssr")]
fn read(grants: &str) -> Result<Vec<directory::role::extra::Grant>, ConsoleError> {
    let parse = |text: &str| {
        let (user, role) = text.split_once(':')?;
        Some(directory::role::extra::Grant {
            user: user.parse().ok()?,
            role: role.parse().ok()?,
        })
    };
    let grants: Option<Vec<_>> = grants
        .split(',')
        .filter(|text| !text.is_empty())
        .map(parse)
        .collect();
    grants
        .filter(|grants| grants.len() <= MOST)
        .ok_or(ConsoleError::Malformed)
}

/// What removing these roles would take away.
#[server(input = PostUrl)]
pub async fn load_removal(
    /// The account.
    account: String,
    /// The grants: `<user>:<role>,…`.
    grants: String,
) -> Result<Removal, ConsoleError> {
    let (account, _) = crate::session::writer(&account).await?;
    let asked = read(&grants)?;
    let users = crate::session::directory()
        .get_extra_roles(account, &asked)
        .await?;
    let users: Vec<ExtraUser> = users.into_iter().map(Into::into).collect();
    let roles = users.iter().map(|user| user.grants.len()).sum::<usize>();
    Ok(Removal {
        users,
        roles: size(roles),
        grants,
    })
}

/// Removes these roles, all or none.
#[server(input = PostUrl)]
pub async fn remove_roles(
    /// The account.
    account: String,
    /// The grants: `<user>:<role>,…`.
    grants: String,
) -> Result<(), ConsoleError> {
    let (account, actor) = crate::session::writer(&account).await?;
    let taken = crate::session::directory()
        .take_roles(&actor, account, read(&grants)?)
        .await?;
    let act = taken.map(|taken| taken.act.to_string());
    let to = routes::Account::new(account.to_string());
    let back = routes::with_query(&to.extra_roles(), &[("undo", act.as_deref())]);
    leptos_axum::redirect(&back);
    Ok(())
}

/// Gives back what an act has just removed.
#[server(input = PostUrl)]
pub async fn restore_roles(
    /// The account.
    account: String,
    /// The act.
    act: String,
) -> Result<(), ConsoleError> {
    let (account, actor) = crate::session::writer(&account).await?;
    let act = act.parse().map_err(|_| ConsoleError::NotFound)?;
    crate::session::directory()
        .restore_roles(&actor, account, act)
        .await?;
    leptos_axum::redirect(&routes::Account::new(account.to_string()).extra_roles());
    Ok(())
}

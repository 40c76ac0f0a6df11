//! Roles: what can each do, who has it, how?

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::frame::FrameData;
use super::{account_param, loaded};
use crate::components::{ButtonKind, Crumb, LinkButton, PageHead, Table, column};
use crate::error::ConsoleError;
use crate::format::{number, size};
use crate::routes;
use crate::subject::role::Role;
use crate::text::{K, P, count, t};

/// A role in the table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RoleLine {
    role: Role,
    /// What it is for, for an own role.
    description: String,
    /// Active users to whom a person gave it.
    direct: u64,
    /// Active users who hold it through groups.
    through_groups: u64,
}

/// The page.
pub struct RolesPage;

#[lazy_route]
impl LazyRoute for RolesPage {
    fn data() -> Self {
        Self
    }

    fn view(RolesPage: Self) -> AnyView {
        let account = account_param();
        let roles = Resource::new(move || account.get(), list_roles);
        loaded(roles, |frame, roles| view(&frame, &roles))
    }
}

fn view(frame: &FrameData, roles: &[RoleLine]) -> AnyView {
    let to = frame.to();
    let crumbs = vec![Crumb::link(frame.account_name(), to.overview())];
    let add = frame.may_write.then(|| {
        view! { <LinkButton kind=ButtonKind::Primary href=to.new_role() label=t(K::RoleAdd) /> }.into_any()
    });
    let own = roles
        .iter()
        .filter(|line| matches!(line.role, Role::Own { .. }))
        .count();
    let own = count(P::RolesOwn, size(own));
    let state = view! { <p>{t(K::RolesAbout)} " " {own}</p> }.into_any();
    let columns = [K::FieldRole, K::RoleMay, K::RoleDirect, K::RoleThroughGroups]
        .map(|key| column(t(key)))
        .into();
    let rows = roles.iter().map(|line| row(line, &to)).collect_view();
    view! {
        <PageHead title=t(K::RolesTitle) crumbs=crumbs action=add state=state />
        <div class="section wide">
            <Table label=t(K::RolesTitle) columns=columns stacks=true>
                {rows}
            </Table>
        </div>
    }
    .into_any()
}

fn row(line: &RoleLine, to: &routes::Account) -> AnyView {
    let (href, label) = (to.role(line.role.as_str()), line.role.label().to_owned());
    let description = (!line.description.is_empty()).then(|| {
        view! { <p class="muted">{line.description.clone()}</p> }
    });
    view! {
        <tr>
            <th scope="row">
                <a href=href>{label}</a>
            </th>
            <td class="whole">
                <p>{line.role.access().meaning()}</p>
                {description}
            </td>
            <td data-label=t(K::RoleDirect)>{number(line.direct)}</td>
            <td data-label=t(K::RoleThroughGroups)>{number(line.through_groups)}</td>
        </tr>
    }
    .into_any()
}

/// The account's roles with how many hold each.
#[server(input = PostUrl)]
pub async fn list_roles(
    /// The account.
    account: String,
) -> Result<Vec<RoleLine>, ConsoleError> {
    let (account, _) = crate::session::reader(&account).await?;
    let directory = crate::session::directory();
    let roles = directory.roles(account).await?;
    let mut lines = Vec::new();
    for role in roles.all() {
        let count = directory.count_holders(account, role).await?;
        lines.push(RoleLine {
            role: Role::of(role, &roles),
            description: roles.description(role).to_owned(),
            direct: count.direct,
            through_groups: count.through_groups,
        });
    }
    Ok(lines)
}

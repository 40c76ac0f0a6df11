//! What deleting an own role takes from whom, before it is done.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::{LazyRoute, lazy_route};

use super::form::{OwnRole, load_own_role};
use crate::components::{
    ButtonKind, Callout, Crumb, FormError, LinkButton, PageHead, SubmitButton, Tone, action_form,
};
use crate::error::{ConsoleError, error_of};
use crate::pages::frame::FrameData;
use crate::pages::{account_param, loaded, param};
use crate::text::{K, P, count, fill, t};

/// The page.
pub struct DeleteRolePage;

#[lazy_route]
impl LazyRoute for DeleteRolePage {
    fn data() -> Self {
        Self
    }

    fn view(DeleteRolePage: Self) -> AnyView {
        let (account, role) = (account_param(), param("role"));
        let own = Resource::new(
            move || (account.get(), role.get()),
            |(account, role)| load_own_role(account, role),
        );
        let action = ServerAction::new();
        loaded(own, move |frame, own| view(&frame, &own, action))
    }
}

fn view(frame: &FrameData, own: &OwnRole, action: ServerAction<DeleteRole>) -> AnyView {
    let to = frame.to();
    let (id, name) = (own.role.as_str(), own.role.label());
    let crumbs = vec![
        Crumb::link(frame.account_name(), to.overview()),
        Crumb::section(t(K::RolesTitle), to.roles()),
        Crumb::link(name, to.role(id)),
    ];
    let label = fill(K::RoleDeleteNamed, &[("role", name)]);
    let buttons = view! {
        <div class="actions">
            <SubmitButton kind=ButtonKind::Danger label=label.clone() pending=action.pending() />
            <LinkButton href=to.role(id) label=t(K::Cancel) />
        </div>
        <FormError error=error_of(action) />
    };
    let lost = [
        count(P::RoleDeleteDirect, own.direct),
        count(P::RoleDeleteThroughGroups, own.through_groups),
        count(P::RoleDeleteGroups, own.groups),
    ]
    .map(|line| view! { <li>{line}</li> })
    .collect_view();
    view! {
        <PageHead title=label crumbs=crumbs />
        <div class="section wide">
            <Callout tone=Tone::Warning title=t(K::RoleDeleteTitle)>
                <ul>{lost}</ul>
                <p>{t(K::RoleDeleteKept)}</p>
            </Callout>
            {action_form(action, &[("account", &to.id()), ("role", id)], buttons)}
        </div>
    }
    .into_any()
}

/// Deletes an own role, takes it from every user and group, and leads to the roles.
#[server(input = PostUrl)]
pub async fn delete_role(
    /// The account.
    account: String,
    /// The role's id.
    role: String,
) -> Result<(), ConsoleError> {
    let (account, actor) = crate::session::writer(&account).await?;
    let id = role.parse().map_err(|_| ConsoleError::NotFound)?;
    crate::session::directory()
        .delete_role(&actor, account, id)
        .await?;
    leptos_axum::redirect(&crate::routes::Account::new(account.to_string()).roles());
    Ok(())
}

//! The form for a role of the account's own: a new one, or a change of one.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use crate::components::{
    ButtonKind, Crumb, FormError, LinkButton, PageHead, Select, SelectOption, SubmitButton, TextField,
    action_form, section,
};
use crate::error::{ConsoleError, Field, error_of};
use crate::pages::frame::FrameData;
use crate::pages::{account_param, loaded, param};
use crate::subject::role::{Access, Role};
use crate::text::{K, fill, t};

/// An own role as it is, for the forms that change it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OwnRole {
    /// The role.
    pub role: Role,
    /// What it is for.
    pub description: String,
    /// Active users to whom a person gave it.
    pub direct: u64,
    /// Active users who hold it through groups.
    pub through_groups: u64,
    /// Groups that give it.
    pub groups: u64,
}

/// The form for a new role.
pub struct NewRolePage;

#[lazy_route]
impl LazyRoute for NewRolePage {
    fn data() -> Self {
        Self
    }

    fn view(NewRolePage: Self) -> AnyView {
        let account = account_param();
        let right = Resource::new(move || account.get(), may_add_role);
        let action = ServerAction::<AddRole>::new();
        loaded(right, move |frame, ()| {
            let to = frame.to();
            let error = error_of(action);
            let buttons = view! {
                <SubmitButton kind=ButtonKind::Primary label=t(K::RoleAdd) pending=action.pending() />
                <LinkButton href=to.roles() label=t(K::Cancel) />
            };
            let content = fields(None, error, buttons.into_any());
            let form = action_form(action, &[("account", &to.id())], content);
            page(&frame, t(K::RoleAdd).to_owned(), t(K::NewRoleAbout), form)
        })
    }
}

/// The form that changes one.
pub struct EditRolePage;

#[lazy_route]
impl LazyRoute for EditRolePage {
    fn data() -> Self {
        Self
    }

    fn view(EditRolePage: Self) -> AnyView {
        let (account, role) = (account_param(), param("role"));
        let own = Resource::new(
            move || (account.get(), role.get()),
            |(account, role)| load_own_role(account, role),
        );
        let action = ServerAction::<ChangeRole>::new();
        loaded(own, move |frame, own| {
            let to = frame.to();
            let error = error_of(action);
            let id = own.role.as_str().to_owned();
            let buttons = view! {
                <SubmitButton kind=ButtonKind::Primary label=t(K::Save) pending=action.pending() />
                <LinkButton href=to.role(&id) label=t(K::Cancel) />
            };
            let content = fields(Some(&own), error, buttons.into_any());
            let form = action_form(action, &[("account", &to.id()), ("role", &id)], content);
            let title = fill(K::RoleChangeTitle, &[("role", own.role.label())]);
            page(&frame, title, t(K::RoleChangeAbout), form)
        })
    }
}

fn page(frame: &FrameData, title: String, about: &'static str, form: AnyView) -> AnyView {
    let to = frame.to();
    let crumbs = vec![
        Crumb::link(frame.account_name(), to.overview()),
        Crumb::section(t(K::RolesTitle), to.roles()),
    ];
    let state = view! { <p>{about}</p> }.into_any();
    view! {
        <PageHead title=title crumbs=crumbs state=state />
        {form}
    }
    .into_any()
}

fn fields(own: Option<&OwnRole>, error: Signal<Option<ConsoleError>>, buttons: AnyView) -> AnyView {
    let name = own.map(|own| own.role.label().to_owned()).unwrap_or_default();
    let description = own.map(|own| own.description.clone()).unwrap_or_default();
    let access = own.map_or(Access::None, |own| own.role.access());
    let choices = Access::ALL
        .into_iter()
        .map(|access| SelectOption::new(access.as_str(), access.meaning()))
        .collect();
    let what = view! {
        <TextField
            name="name"
            label=t(K::FieldName)
            hint=t(K::RoleNameHint)
            value=name
            required=true
            error=error
            field=Field::Name
        />
        <TextField
            name="description"
            label=t(K::FieldDescription)
            hint=t(K::RoleDescriptionHint)
            value=description
        />
    };
    let opens = view! {
        <Select name="access" label=t(K::RoleMay) options=choices selected=access.as_str() />
        <div class="actions">{buttons}</div>
    };
    view! {
        <FormError error=error fields=&[Field::Name] />
        {section("what", t(K::RoleWhat), t(K::RoleWhatAbout), what)}
        {section("opens", t(K::RoleOpens), t(K::RoleOpensAbout), opens)}
    }
    .into_any()
}

/// Whether the person may add roles.
#[server(input = PostUrl)]
pub async fn may_add_role(
    /// The account.
    account: String,
) -> Result<(), ConsoleError> {
    crate::session::writer(&account).await.map(drop)
}

/// An own role, for the forms that change it.
#[server(input = PostUrl)]
pub async fn load_own_role(
    /// The account.
    account: String,
    /// The role's id.
    role: String,
) -> Result<OwnRole, ConsoleError> {
    use crate::format::size;

    let (account, _) = crate::session::writer(&account).await?;
    let id = role.parse().map_err(|_| ConsoleError::NotFound)?;
    let directory = crate::session::directory();
    let roles = directory.roles(account).await?;
    roles.own(id).ok_or(ConsoleError::NotFound)?;
    let role = directory::Role::Own(id);
    let count = directory.count_holders(account, role).await?;
    let groups = directory.list_giving_groups(account, role).await?;
    Ok(OwnRole {
        role: Role::of(role, &roles),
        description: roles.description(role).to_owned(),
        direct: count.direct,
        through_groups: count.through_groups,
        groups: size(groups.len()),
    })
}

/// Adds a role of the account's own and leads to its page.
#[server(input = PostUrl)]
pub async fn add_role(
    /// The account.
    account: String,
    /// What it is called.
    name: String,
    /// What it is for; may be empty.
    description: String,
    /// What it opens of the console.
    access: Access,
) -> Result<(), ConsoleError> {
    let (account, actor) = crate::session::writer(&account).await?;
    let role = directory::OwnRole {
        name,
        description,
        access: access.into(),
    };
    let id = crate::session::directory()
        .add_role(&actor, account, role)
        .await?;
    leptos_axum::redirect(&crate::routes::Account::new(account.to_string()).role(&id.to_string()));
    Ok(())
}

/// Changes an own role and leads to its page.
#[server(input = PostUrl)]
pub async fn change_role(
    /// The account.
    account: String,
    /// The role's id.
    role: String,
    /// What it is called.
    name: String,
    /// What it is for; may be empty.
    description: String,
    /// What it opens of the console.
    access: Access,
) -> Result<(), ConsoleError> {
    let (account, actor) = crate::session::writer(&account).await?;
    let id = role.parse().map_err(|_| ConsoleError::NotFound)?;
    let changed = directory::OwnRole {
        name,
        description,
        access: access.into(),
    };
    crate::session::directory()
        .change_role(&actor, account, id, changed)
        .await?;
    leptos_axum::redirect(&crate::routes::Account::new(account.to_string()).role(&role));
    Ok(())
}

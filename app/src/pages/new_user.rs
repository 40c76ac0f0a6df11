//! The form for a manual user.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::{LazyRoute, lazy_route};

use super::frame::FrameData;
use super::{account_param, loaded};
use crate::components::{
    ButtonKind, Checkbox, CheckboxGroup, Crumb, FieldKind, FormError, LinkButton, PageHead, SubmitButton,
    TextField, action_form, section,
};
use crate::error::{ConsoleError, Field, error_of};
use crate::subject::role::Role;
#[cfg(feature = "ssr")]
use crate::subject::role::parse;
use crate::text::{K, t};

/// The page.
pub struct NewUserPage;

#[lazy_route]
impl LazyRoute for NewUserPage {
    fn data() -> Self {
        Self
    }

    fn view(NewUserPage: Self) -> AnyView {
        let account = account_param();
        let roles = Resource::new(move || account.get(), may_add);
        let action = ServerAction::new();
        loaded(roles, move |frame, roles| view(&frame, &roles, action))
    }
}

fn view(frame: &FrameData, roles: &[Role], action: ServerAction<AddUser>) -> AnyView {
    let to = frame.to();
    let error = error_of(action);
    let crumbs = vec![
        Crumb::link(frame.account_name(), to.overview()),
        Crumb::section(t(K::UsersTitle), to.users()),
    ];
    let state = view! { <p>{t(K::NewUserAbout)}</p> }.into_any();
    let roles = roles
        .iter()
        .map(|role| {
            let (value, label) = (role.as_str().to_owned(), role.label().to_owned());
            view! { <Checkbox name="roles[]" value=value label=label hint=role.access().meaning() /> }
        })
        .collect_view();
    let break_glass = frame.is_owner.then(|| {
        view! {
            <Checkbox
                name="break_glass"
                value="true"
                label=t(K::UserBreakGlass)
                hint=t(K::NewUserBreakGlassHint)
            />
        }
    });
    let who = view! {
        <TextField
            name="user_name"
            kind=FieldKind::Username
            label=t(K::FieldUsername)
            hint=t(K::NewUserUsernameHint)
            required=true
            error=error
            field=Field::Name
        />
        <TextField name="display_name" label=t(K::FieldDisplayName) hint=t(K::NewUserDisplayNameHint) />
    };
    let may = view! {
        <CheckboxGroup legend=t(K::NewUserRolesLegend)>{roles} {break_glass}</CheckboxGroup>
        <div class="actions">
            <SubmitButton kind=ButtonKind::Primary label=t(K::UserAdd) pending=action.pending() />
            <LinkButton href=to.users() label=t(K::Cancel) />
        </div>
    };
    let content = view! {
        <FormError error=error fields=&[Field::Name] />
        {section("who", t(K::NewUserWho), t(K::NewUserWhoAbout), who)}
        {section("roles", t(K::RolesTitle), t(K::NewUserRolesAbout), may)}
    };
    view! {
        <PageHead title=t(K::UserAdd) crumbs=crumbs state=state />
        {action_form(action, &[("account", &to.id())], content)}
    }
    .into_any()
}

/// The roles that a new user can be given, where the person may add users.
#[server(input = PostUrl)]
pub async fn may_add(
    /// The account.
    account: String,
) -> Result<Vec<Role>, ConsoleError> {
    let (account, _) = crate::session::writer(&account).await?;
    let roles = crate::session::directory().roles(account).await?;
    Ok(Role::all(&roles))
}

/// Adds a manual user and leads to its page.
#[server(input = PostUrl)]
pub async fn add_user(
    /// The account.
    account: String,
    /// The username.
    user_name: String,
    /// What people call the person; may be empty.
    display_name: String,
    /// Direct roles: built-in names, or ids.
    #[server(default)]
    roles: Vec<String>,
    /// Whether it is a break-glass administrator; only owners make one.
    #[server(default)]
    break_glass: bool,
) -> Result<(), ConsoleError> {
    use directory::NewUser;

    let (account, actor) = crate::session::writer(&account).await?;
    let user = NewUser {
        user_name: user_name.trim().to_owned(),
        display_name: display_name.trim().to_owned(),
        roles: roles.iter().map(|role| parse(role)).collect::<Result<_, _>>()?,
        break_glass,
    };
    let id = crate::session::directory()
        .add_user(&actor, account, user)
        .await?;
    leptos_axum::redirect(&crate::routes::Account::new(account.to_string()).user(&id.to_string()));
    Ok(())
}

//! The first start: the one-time link that `serve` prints makes the owner and the first account.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::{LazyRoute, lazy_route};

use super::door::{door, opened};
use super::link::{LinkFor, read_link};
use super::param;
use crate::components::{ButtonKind, FieldKind, FormError, SubmitButton, TextField, action_form};
use crate::error::{ConsoleError, Field, error_of};
use crate::text::{K, t};

/// The page.
pub struct StartPage;

#[lazy_route]
impl LazyRoute for StartPage {
    fn data() -> Self {
        Self
    }

    fn view(StartPage: Self) -> AnyView {
        let secret = param("secret");
        let link = Resource::new(move || secret.get(), read_link);
        opened(link, move |link| match link {
            LinkFor::FirstOwner => Ok(form(&secret.get_untracked())),
            LinkFor::Password { .. } => Err(ConsoleError::LinkGone),
        })
    }
}

fn form(secret: &str) -> AnyView {
    let action = ServerAction::<CreateFirstOwner>::new();
    let error = error_of(action);
    let content = view! {
        <FormError error=error fields=&[Field::Email, Field::Password, Field::Name] />
        <TextField
            name="email"
            kind=FieldKind::Username
            label=t(K::FieldEmail)
            hint=t(K::StartEmailHint)
            required=true
            error=error
            field=Field::Email
        />
        <TextField
            name="password"
            kind=FieldKind::NewPassword
            label=t(K::FieldPassword)
            hint=t(K::PasswordHint)
            required=true
            error=error
            field=Field::Password
        />
        <TextField
            name="account"
            label=t(K::FieldAccountName)
            hint=t(K::StartAccountHint)
            required=true
            error=error
            field=Field::Name
        />
        <div class="actions">
            <SubmitButton kind=ButtonKind::Primary label=t(K::StartButton) pending=action.pending() />
        </div>
    };
    let form = action_form(action, &[("secret", secret)], content);
    door(t(K::StartTitle), t(K::StartAbout), form)
}

/// Creates the first owner and the first account, signs the owner in and leads to the accounts.
#[server(input = PostUrl)]
pub async fn create_first_owner(
    /// The link's secret.
    secret: String,
    /// The owner's email.
    email: String,
    /// The owner's password.
    password: String,
    /// The name of the first account.
    account: String,
) -> Result<(), ConsoleError> {
    let link = directory::Secret::presented(&secret);
    let directory = crate::session::directory();
    let (owner, _) = directory
        .create_first_owner(&link, email.trim(), &password, account.trim())
        .await?;
    let session = crate::session::begin(&owner.email, &password).await?;
    leptos_axum::redirect(&crate::session::home_of(&session.person));
    Ok(())
}

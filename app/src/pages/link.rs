//! The one-time link by which a user sets a password.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::door::{door, opened};
use super::param;
use crate::components::{ButtonKind, FieldKind, FormError, SubmitButton, TextField, action_form};
use crate::error::{ConsoleError, Field, error_of};
use crate::text::{K, fill, t};

/// What a one-time link is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkFor {
    /// Creates the first owner.
    FirstOwner,
    /// Sets the password of a user.
    Password {
        /// Whose.
        user_name: String,
    },
}

/// The page.
pub struct LinkPage;

#[lazy_route]
impl LazyRoute for LinkPage {
    fn data() -> Self {
        Self
    }

    fn view(LinkPage: Self) -> AnyView {
        let secret = param("secret");
        let link = Resource::new(move || secret.get(), read_link);
        opened(link, move |link| match link {
            LinkFor::Password { user_name } => Ok(form(&secret.get_untracked(), &user_name)),
            LinkFor::FirstOwner => Err(ConsoleError::LinkGone),
        })
    }
}

fn form(secret: &str, user_name: &str) -> AnyView {
    let action = ServerAction::<SetPassword>::new();
    let error = error_of(action);
    let content = view! {
        <FormError error=error fields=&[Field::Password] />
        // Lets password managers keep the two together.
        <input
            class="visually-hidden"
            type="text"
            autocomplete="username"
            value=user_name.to_owned()
            readonly
            tabindex="-1"
            aria-hidden="true"
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
        <div class="actions">
            <SubmitButton kind=ButtonKind::Primary label=t(K::LinkButton) pending=action.pending() />
        </div>
    };
    let form = action_form(action, &[("secret", secret)], content);
    let about = fill(K::LinkAbout, &[("user", user_name)]);
    door(t(K::LinkTitle), about, form)
}

/// What the link is for. Opening a link does not use it up.
#[server(input = PostUrl)]
pub async fn read_link(
    /// The link's secret.
    secret: String,
) -> Result<LinkFor, ConsoleError> {
    use directory::{LinkPurpose, Secret};

    match crate::session::directory()
        .find_link(&Secret::presented(&secret))
        .await?
    {
        Some(LinkPurpose::FirstOwner) => Ok(LinkFor::FirstOwner),
        Some(LinkPurpose::Password { user_name, .. }) => Ok(LinkFor::Password { user_name }),
        None => Err(ConsoleError::LinkGone),
    }
}

/// Sets the password, which uses the link up, and leads to the sign-in page.
#[server(input = PostUrl)]
pub async fn set_password(
    /// The link's secret.
    secret: String,
    /// The new password.
    password: String,
) -> Result<(), ConsoleError> {
    let link = directory::Secret::presented(&secret);
    crate::session::directory().set_password(&link, &password).await?;
    leptos_axum::redirect(crate::routes::SIGN_IN);
    Ok(())
}

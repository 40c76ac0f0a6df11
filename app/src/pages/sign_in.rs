//! Signing in.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;

use super::door::door;
use crate::components::{ButtonKind, FieldKind, FormError, SubmitButton, TextField, action_form};
use crate::error::{ConsoleError, error_of};
use crate::text::{K, t};

/// The page.
#[component]
pub fn SignInPage() -> impl IntoView {
    let action = ServerAction::<SignIn>::new();
    let content = view! {
        <FormError error=error_of(action) />
        <TextField name="email" kind=FieldKind::Username label=t(K::FieldEmail) required=true />
        <TextField name="password" kind=FieldKind::CurrentPassword label=t(K::FieldPassword) required=true />
        <div class="actions">
            <SubmitButton kind=ButtonKind::Primary label=t(K::SignInButton) pending=action.pending() />
        </div>
    };
    door(
        t(K::SignInTitle),
        t(K::SignInAbout),
        action_form(action, &[], content),
    )
}

/// Signs in an owner by email or a user by username, and leads to where they belong.
#[server(input = PostUrl)]
pub async fn sign_in(
    /// An owner's email or a user's `userName`.
    email: String,
    /// The password.
    password: String,
) -> Result<(), ConsoleError> {
    let session = crate::session::begin(email.trim(), &password).await?;
    leptos_axum::redirect(&crate::session::home_of(&session.person));
    Ok(())
}

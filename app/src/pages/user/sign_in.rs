//! The password, and the one-time link that sets it.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;

use super::{Actions, At, UserDetail};
use crate::components::section as narrow_section;
use crate::components::{FormError, RelativeTime, SubmitButton, action_form, made_link};
use crate::error::{ConsoleError, error_of};
use crate::subject::role::Access;
use crate::text::{K, rich, t};

pub(super) fn section(at: &At, user: &UserDetail, may_write: bool, actions: Actions) -> AnyView {
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
    narrow_section("sign-in", t(K::UserSignInTitle), t(K::UserSignInAbout), content)
}

fn link_form(at: &At, user: &UserDetail, actions: Actions) -> AnyView {
    let link = made_link(
        actions.link,
        user.handed_over.clone(),
        "password-link",
        K::UserLinkLabel,
        K::UserLinkWarning,
    );
    let button = view! { <SubmitButton label=t(K::UserLinkCreate) pending=actions.link.pending() /> };
    view! {
        {action_form(actions.link, &[("account", &at.account), ("user", &at.user)], button)}
        <FormError error=error_of(actions.link) />
        {link}
    }
    .into_any()
}

/// Makes a one-time link by which the user sets a password, and gives its address.
#[server(input = PostUrl)]
pub async fn create_password_link(
    /// The account.
    account: String,
    /// The user.
    user: String,
) -> Result<String, ConsoleError> {
    let (account, user, actor) = super::writer(&account, &user).await?;
    let console = crate::session::console();
    let link = console
        .directory
        .create_password_link(&actor, account, user)
        .await?;
    let path = crate::routes::link(link.secret.expose());
    let address = format!("{}{path}", console.public_url);
    crate::session::hand_over(&address);
    Ok(address)
}

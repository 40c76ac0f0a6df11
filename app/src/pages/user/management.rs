//! Switching a manual user on and off, and taking a SCIM-managed one back from the identity provider.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;

use super::{Actions, At, UserDetail};
use crate::components::{ButtonKind, FormError, SubmitButton, action_form, section};
use crate::error::{ConsoleError, error_of};
use crate::format::size;
use crate::subject::user::UserRow;
use crate::text::{K, P, count_with, fill, t};

pub(super) fn set_active(at: &At, user: &UserRow, actions: Actions) -> AnyView {
    let (label, value) = if user.active {
        (K::UserDeactivate, "false")
    } else {
        (K::UserActivate, "true")
    };
    let button = view! { <SubmitButton label=t(label) pending=actions.set_active.pending() /> };
    let sent = [("account", &*at.account), ("user", &at.user), ("active", value)];
    view! {
        {action_form(actions.set_active, &sent, button)}
        <FormError error=error_of(actions.set_active) />
    }
    .into_any()
}

/// How a SCIM-managed user becomes a manual one again, and what goes with that.
pub(super) fn by_hand(at: &At, user: &UserDetail, actions: Actions) -> AnyView {
    let content = if user.is_on {
        let href = at.to.provisioning();
        view! {
            <p class="muted">
                {t(K::UserByHandOn)} " " <a href=href>{t(K::ProvisioningOpen)}</a>
            </p>
        }
        .into_any()
    } else {
        ask(at, user, actions)
    };
    section("by-hand", t(K::UserByHand), t(K::UserByHandAbout), content)
}

fn ask(at: &At, user: &UserDetail, actions: Actions) -> AnyView {
    let groups: Vec<&str> = user
        .groups
        .iter()
        .filter(|(_, is_direct)| *is_direct)
        .map(|(group, _)| group.name.as_str())
        .collect();
    let number = size(groups.len());
    let leaves = (number > 0).then(|| {
        let sentence = count_with(P::UserByHandLeaves, number, &[("groups", &groups.join(", "))]);
        view! { <li>{sentence}</li> }
    });
    let roles = user
        .if_by_hand
        .iter()
        .map(|left| view! { <li>{left.sentence()}</li> })
        .collect_view();
    let button = view! {
        <SubmitButton kind=ButtonKind::Danger label=t(K::UserByHand) pending=actions.by_hand.pending() />
    };
    view! {
        <details class="ask">
            <summary>{fill(K::AskMore, &[("act", t(K::UserByHand))])}</summary>
            <div class="ask-text">
                <ul class="points">
                    {leaves} {roles} <li>{t(K::UserByHandKeeps)}</li> <li>{t(K::UserByHandAgain)}</li>
                </ul>
                {action_form(actions.by_hand, &[("account", &*at.account), ("user", &at.user)], button)}
            </div>
        </details>
        <FormError error=error_of(actions.by_hand) />
    }
    .into_any()
}

/// Switches a manual user on or off.
#[server(input = PostUrl)]
pub async fn set_user_active(
    /// The account.
    account: String,
    /// The user.
    user: String,
    /// What the user becomes.
    active: bool,
) -> Result<(), ConsoleError> {
    let (account, user, actor) = super::writer(&account, &user).await?;
    Ok(crate::session::directory()
        .set_user_active(&actor, account, user, active)
        .await?)
}

/// Makes a SCIM-managed user a manual one again.
#[server(input = PostUrl)]
pub async fn manage_by_hand(
    /// The account.
    account: String,
    /// The user.
    user: String,
) -> Result<(), ConsoleError> {
    let (account, user, actor) = super::writer(&account, &user).await?;
    Ok(crate::session::directory()
        .manage_by_hand(&actor, account, user)
        .await?)
}

//! The switch, with what changes from then on, in this account's numbers.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;

use super::{SetupView, onward, ways};
use crate::components::{ButtonKind, Callout, FormError, SubmitButton, Tone, action_form, section};
use crate::error::{ConsoleError, error_of};
use crate::pages::frame::FrameData;
use crate::pages::provisioning::enable::consequences;
use crate::subject::step::Step;
use crate::text::{K, t};

/// The step.
pub(super) fn view(frame: &FrameData, setup: &SetupView, action: ServerAction<EnableInSetup>) -> AnyView {
    let content = if setup.connection.enabled {
        view! { <Callout title=t(K::SetupIsOn) tone=Tone::Good /> }.into_any()
    } else if frame.may_write {
        let fields = view! {
            <FormError error=error_of(action) />
            <div class="actions">
                <SubmitButton kind=ButtonKind::Primary label=t(K::EnableButton) pending=action.pending() />
            </div>
        };
        let said = if setup.arriving.any() {
            consequences(&setup.arriving)
        } else {
            view! {
                <ul class="points">
                    <li>{t(K::SetupNobodyManual)}</li>
                    <li>{t(K::EnableGroups)}</li>
                    <li>{t(K::EnableBack)}</li>
                </ul>
            }
            .into_any()
        };
        view! {
            {said}
            {action_form(action, &[("account", &*frame.to().id())], fields)}
        }
        .into_any()
    } else {
        view! { <p>{t(K::SetupMayNot)}</p> }.into_any()
    };
    let ways = if setup.connection.enabled {
        onward(&frame.to(), Step::Enable)
    } else {
        ways(&frame.to(), Step::Enable, None)
    };
    view! {
        {section("enabling", t(K::SwitchTitle), t(K::SwitchAbout), content)}
        {ways}
    }
    .into_any()
}

/// Switches provisioning on, and leads to the next step that is not done.
#[server(input = PostUrl)]
pub async fn enable_in_setup(
    /// The account.
    account: String,
) -> Result<(), ConsoleError> {
    let (account, actor) = crate::session::writer(&account).await?;
    crate::session::directory()
        .enable_provisioning(&actor, account)
        .await?;
    leptos_axum::redirect(&super::resume::open_step(account).await?);
    Ok(())
}

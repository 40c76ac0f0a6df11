//! Before you start: what is needed, and which identity provider.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;

use super::SetupView;
use super::wish::{self, WishGuide};
use crate::components::{ButtonKind, FormError, SubmitButton, action_form, section};
use crate::error::{ConsoleError, error_of};
use crate::pages::frame::FrameData;
use crate::pages::provisioning::prerequisites;
use crate::text::{K, t};

/// The step.
pub(super) fn view(
    frame: &FrameData,
    setup: &SetupView,
    action: ServerAction<ChooseGuide>,
    wish: ServerAction<WishGuide>,
) -> AnyView {
    let chosen = setup.guide.as_ref().map(|guide| guide.id.clone());
    let choices = setup
        .guides
        .iter()
        .map(|guide| {
            let id = format!("guide-{}", guide.id);
            let checked = chosen.as_deref() == Some(guide.id.as_str());
            let remark = guide
                .possible
                .remark()
                .map(|remark| view! { <small>{t(remark)}</small> });
            view! {
                <label for=id>
                    <input id=id.clone() type="radio" name="guide" value=guide.id.clone() checked=checked required />
                    <span>{guide.name.clone()} {remark}</span>
                </label>
            }
        })
        .collect_view();
    let fields = view! {
        <fieldset class="guide-choices">
            <legend class="visually-hidden">{t(K::SetupChoose)}</legend>
            {choices}
        </fieldset>
        <FormError error=error_of(action) />
        <div class="actions">
            <SubmitButton kind=ButtonKind::Primary label=t(K::SetupContinue) pending=action.pending() />
        </div>
    };
    let choice = if frame.may_write {
        action_form(action, &[("account", &*frame.to().id())], fields)
    } else {
        view! { <p>{t(K::SetupMayNot)}</p> }.into_any()
    };
    view! {
        {prerequisites(frame)}
        {section("guides", t(K::SetupChoose), t(K::SetupChooseAbout), choice)}
        {wish::view(frame, setup, wish)}
    }
    .into_any()
}

/// Chooses the guide, and leads to the next step that is not done.
#[server(input = PostUrl)]
pub async fn choose_guide(
    /// The account.
    account: String,
    /// The guide's id.
    guide: String,
) -> Result<(), ConsoleError> {
    let (account, _) = crate::session::writer(&account).await?;
    if crate::subject::guide::find(&guide).is_none() {
        return Err(ConsoleError::Malformed);
    }
    let directory = crate::session::directory();
    directory.choose_guide(account, &guide).await?;
    leptos_axum::redirect(&super::resume::open_step(account).await?);
    Ok(())
}

//! The identity provider is not listed: what to do meanwhile, and a word to who runs the installation.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;

use super::SetupView;
use crate::components::{FormError, SubmitButton, TextField, action_form, section};
use crate::error::{ConsoleError, Field, error_of};
use crate::pages::frame::FrameData;
use crate::subject::wish::WishView;
use crate::text::{K, t};

/// The section.
pub(super) fn view(frame: &FrameData, setup: &SetupView, action: ServerAction<WishGuide>) -> AnyView {
    let error = error_of(action);
    let fields = view! {
        <TextField name="name" label=t(K::WishName) required=true error=error field=Field::Name />
        <TextField name="note" label=t(K::WishNote) hint=t(K::WishNoteHint) />
        <FormError error=error fields=&[Field::Name] />
        <div class="actions">
            <SubmitButton label=t(K::WishSend) pending=action.pending() />
        </div>
    };
    let form = frame.may_write.then(|| {
        view! {
            <details class="more wish">
                <summary>{t(K::WishOpen)}</summary>
                {action_form(action, &[("account", &*frame.to().id())], fields)}
            </details>
        }
    });
    let own = setup.wishes.iter().map(WishView::own).collect_view();
    let own = (!setup.wishes.is_empty()).then(|| {
        view! {
            <ul class="points" aria-label=t(K::WishOwn)>
                {own}
            </ul>
        }
    });
    let content = view! {
        {own}
        {form}
    };
    section("wish", t(K::WishTitle), t(K::WishAbout), content)
}

/// Tells the owner that a guide is missed.
#[server(input = PostUrl)]
pub async fn wish_guide(
    /// The account.
    account: String,
    /// The identity provider.
    name: String,
    /// What it can do, or where it is described.
    #[server(default)]
    note: String,
) -> Result<(), ConsoleError> {
    let (account, actor) = crate::session::writer(&account).await?;
    Ok(crate::session::directory()
        .wish(&actor, account, &name, &note)
        .await?)
}

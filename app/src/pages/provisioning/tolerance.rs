//! How forgiving the account's SCIM API is, and which identity provider its requests show.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;

use crate::components::{FormError, Select, SelectOption, SubmitButton, action_form};
use crate::error::{ConsoleError, error_of};
use crate::pages::frame::FrameData;
use crate::subject::connection::ConnectionView;
use crate::text::{K, fill, t};

/// The choices as they are sent, with their labels; the default first.
const CHOICES: [(&str, K); 3] = [
    ("as_needed", K::ToleranceAsNeeded),
    ("all", K::ToleranceAll),
    ("strict", K::ToleranceStrict),
];

/// The choice for who may make it, and in words for who may not.
pub fn section(
    frame: &FrameData,
    connection: &ConnectionView,
    action: ServerAction<SetTolerance>,
) -> AnyView {
    let shown = match &connection.identity_provider {
        Some(name) => fill(K::ToleranceShown, &[("name", name)]),
        None => t(K::ToleranceNotShown).to_owned(),
    };
    if !frame.may_write {
        let chosen = CHOICES
            .iter()
            .find(|(value, _)| *value == connection.tolerance)
            .map(|(_, label)| t(*label));
        return view! { <p><strong>{chosen}</strong></p> <p class="muted">{shown}</p> }.into_any();
    }
    let options = CHOICES
        .iter()
        .map(|(value, label)| SelectOption::new(*value, t(*label)))
        .collect();
    let fields = view! {
        <Select
            name="tolerance"
            label=t(K::ToleranceLabel)
            options=options
            selected=connection.tolerance.clone()
            hint=shown
        />
        <FormError error=error_of(action) />
        <div class="actions">
            <SubmitButton label=t(K::ToleranceSave) pending=action.pending() />
        </div>
    };
    action_form(action, &[("account", &*frame.to().id())], fields)
}

/// Sets how forgiving the account's SCIM API is.
#[server(input = PostUrl)]
pub async fn set_tolerance(
    /// The account.
    account: String,
    /// `as_needed`, `all` or `strict`.
    tolerance: String,
) -> Result<(), ConsoleError> {
    let (account, actor) = crate::session::writer(&account).await?;
    let tolerance = directory::ToleranceMode::from_name(&tolerance).ok_or(ConsoleError::Malformed)?;
    crate::session::directory()
        .set_tolerance(&actor, account, tolerance)
        .await?;
    Ok(())
}

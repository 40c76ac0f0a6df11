//! The link for a colleague who administers the identity provider alone: guide and live step, never a token.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use serde::{Deserialize, Serialize};

use super::SetupView;
use crate::components::{
    ButtonKind, FormError, RelativeTime, Select, SelectOption, SubmitButton, action_form, made_link, section,
};
use crate::error::{ConsoleError, error_of};
use crate::format::Moment;
use crate::pages::frame::FrameData;
use crate::text::{K, fill, rich, t};

/// How long a link may work: in days, and as it reads.
const DAYS: [(u16, K); 3] = [(1, K::ShareDay), (7, K::ShareWeek), (30, K::ShareMonth)];
/// The time that is chosen to begin with.
const USUAL: &str = "7";

/// A link that works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedLink {
    id: String,
    created_by: String,
    expires_at: Moment,
}

/// What can be done to links.
#[derive(Clone, Copy)]
pub(super) struct ShareState {
    pub(super) share: ServerAction<ShareSetup>,
    pub(super) withdraw: ServerAction<WithdrawSetup>,
}

/// The section, for somebody who may share.
pub(super) fn view(frame: &FrameData, setup: &SetupView, state: ShareState) -> AnyView {
    if !frame.may_write {
        return ().into_any();
    }
    let account = frame.to().id();
    let options: Vec<SelectOption> = DAYS
        .map(|(days, label)| SelectOption::new(days.to_string(), t(label)))
        .into();
    let fields = view! {
        <Select name="days" label=t(K::ShareFor) options=options selected=USUAL />
        <FormError error=error_of(state.share) />
        <div class="actions">
            <SubmitButton label=t(K::ShareCreate) pending=state.share.pending() />
        </div>
    };
    let link = made_link(
        state.share,
        setup.handed_over.clone(),
        "setup-link",
        K::ShareLink,
        K::ShareWarning,
    );
    let now = setup.connection.now;
    let links = setup
        .shared
        .iter()
        .map(|link| {
            let (at, by) = (link.expires_at, link.created_by.clone());
            let sentence = rich(K::ShareLive, move |name| match name {
                "by" => view! { <strong>{by.clone()}</strong> }.into_any(),
                _ => view! { <RelativeTime at=at now=now /> }.into_any(),
            });
            let button = view! {
                <SubmitButton
                    kind=ButtonKind::QuietDanger
                    label=t(K::ShareWithdraw)
                    name=fill(K::ShareWithdrawNamed, &[("by", &link.created_by), ("date", &at.exact())])
                    pending=state.withdraw.pending()
                />
            };
            let form = action_form(
                state.withdraw,
                &[("account", &account), ("link", &link.id)],
                button,
            );
            view! { <li class="row">{sentence} " " {form}</li> }
        })
        .collect_view();
    let links = (!setup.shared.is_empty()).then(|| {
        view! {
            <ul class="points" aria-label=t(K::ShareLinks)>
                {links}
            </ul>
        }
    });
    let content = view! {
        {action_form(state.share, &[("account", &*account)], fields)}
        {link}
        {links}
        <FormError error=error_of(state.withdraw) />
    };
    section("share", t(K::ShareTitle), t(K::ShareAbout), content)
}

/// The account's links that work.
///
/// # Errors
/// Those of the directory.
#[cfg(feature = "ssr")]
pub(super) async fn read(
    account: directory::AccountId,
) -> Result<Vec<SharedLink>, directory::DirectoryError> {
    let links = crate::session::directory().list_setup_links(account).await?;
    Ok(links
        .into_iter()
        .map(|link| SharedLink {
            id: link.id.to_string(),
            created_by: link.created_by,
            expires_at: link.expires_at.into(),
        })
        .collect())
}

/// Makes a link and gives it, once.
#[server(input = PostUrl)]
pub async fn share_setup(
    /// The account.
    account: String,
    /// For how many days it works.
    days: u16,
) -> Result<String, ConsoleError> {
    let (account, actor) = crate::session::writer(&account).await?;
    let console = crate::session::console();
    let link = console.directory.create_setup_link(&actor, account, days).await?;
    let path = crate::routes::shared_setup(link.secret.expose());
    let link = format!("{}{path}", console.public_url);
    crate::session::hand_over(&link);
    Ok(link)
}

/// Withdraws a link.
#[server(input = PostUrl)]
pub async fn withdraw_setup(
    /// The account.
    account: String,
    /// The link's id.
    link: String,
) -> Result<(), ConsoleError> {
    let (account, actor) = crate::session::writer(&account).await?;
    let link = link.parse().map_err(|_| ConsoleError::NotFound)?;
    Ok(crate::session::directory()
        .withdraw_setup_link(&actor, account, link)
        .await?)
}

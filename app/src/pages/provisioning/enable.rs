//! Switching provisioning on and off. Where manual users exist, switching on says first what will happen to them: in a
//! dialog, or without script on a page.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use crate::components::{
    Button, ButtonKind, Crumb, Dialog, FormError, LinkButton, PageHead, SubmitButton, action_form,
};
use crate::error::{ConsoleError, error_of};
use crate::format::size;
use crate::pages::frame::FrameData;
use crate::pages::{account_param, loaded};
use crate::routes;
use crate::text::{K, P, count, t};

/// How many users are named.
#[cfg(feature = "ssr")]
const NAMED: u16 = 20;

/// The manual users whom an identity provider would take over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arriving {
    /// Usernames of the first of them.
    names: Vec<String>,
    /// How many more there are.
    more: u64,
    /// Break-glass administrators among the manual users, who stay outside.
    outside: Vec<String>,
}

impl Arriving {
    /// Whether there is anything to say before switching on.
    pub fn any(&self) -> bool {
        !self.names.is_empty()
    }
}

/// The page without script.
pub struct EnablePage;

#[lazy_route]
impl LazyRoute for EnablePage {
    fn data() -> Self {
        Self
    }

    fn view(EnablePage: Self) -> AnyView {
        let account = account_param();
        let arriving = Resource::new(move || account.get(), load_arriving);
        let action = ServerAction::new();
        loaded(arriving, move |frame, arriving| page(&frame, &arriving, action))
    }
}

fn page(frame: &FrameData, arriving: &Arriving, action: ServerAction<SwitchSync>) -> AnyView {
    let to = frame.to();
    let crumbs = vec![
        Crumb::link(frame.account_name(), to.overview()),
        Crumb::section(t(K::IdentityTitle), to.identity()),
        Crumb::link(t(K::ProvisioningTitle), to.provisioning()),
    ];
    view! {
        <PageHead title=t(K::EnableTitle) crumbs=crumbs />
        <div class="section wide">
            {consequences(arriving)}
            {form(&to, action, view! { <LinkButton href=to.provisioning() label=t(K::Cancel) /> }.into_any())}
        </div>
    }
    .into_any()
}

/// The dialog with the same.
pub fn enable_dialog(
    to: &routes::Account,
    arriving: &Arriving,
    action: ServerAction<SwitchSync>,
    asking: RwSignal<bool>,
) -> AnyView {
    let (to, arriving) = (to.clone(), arriving.clone());
    view! {
        <Dialog id="enable" title=t(K::EnableTitle) open=asking>
            {consequences(&arriving)}
            {form(
                &to,
                action,
                view! { <Button label=t(K::Cancel) on_press=move |_| asking.set(false) /> }.into_any(),
            )}
        </Dialog>
    }
    .into_any()
}

/// Who will be taken over, what stays, and what changes.
pub(crate) fn consequences(arriving: &Arriving) -> AnyView {
    let number = arriving.more.saturating_add(size(arriving.names.len()));
    let names = arriving
        .names
        .iter()
        .map(|name| view! { <li>{name.clone()}</li> })
        .collect_view();
    let more =
        (arriving.more > 0).then(|| view! { <li class="muted">{count(P::AndMore, arriving.more)}</li> });
    let outside = (!arriving.outside.is_empty()).then(|| {
        view! { <li>{t(K::EnableOutside)} " " <strong>{arriving.outside.join(", ")}</strong></li> }
    });
    view! {
        <div class="consequences">
            <p>{count(P::EnableTakenOver, number)}</p>
            <ul class="names">{names} {more}</ul>
            <ul class="points">
                <li>{t(K::EnableKeep)}</li>
                <li>{t(K::EnableGroups)}</li>
                {outside}
                <li>{t(K::EnableBack)}</li>
            </ul>
        </div>
    }
    .into_any()
}

fn form(to: &routes::Account, action: ServerAction<SwitchSync>, way_out: AnyView) -> AnyView {
    let content = view! {
        <FormError error=error_of(action) />
        <div class="actions">
            <SubmitButton kind=ButtonKind::Primary label=t(K::EnableButton) pending=action.pending() />
            {way_out}
        </div>
    };
    action_form(
        action,
        &[("account", &to.id()), ("on", "true"), ("confirmed", "true")],
        content,
    )
}

/// Who would be taken over.
///
/// # Errors
/// Those of the directory.
#[cfg(feature = "ssr")]
pub async fn arriving(account: directory::AccountId) -> Result<Arriving, directory::DirectoryError> {
    let candidates = crate::session::directory().candidates(account, NAMED).await?;
    Ok(Arriving {
        more: candidates.total.saturating_sub(size(candidates.names.len())),
        names: candidates.names,
        outside: candidates.outside,
    })
}

/// Who would be taken over, for somebody who may switch provisioning on.
#[server(input = PostUrl)]
pub async fn load_arriving(
    /// The account.
    account: String,
) -> Result<Arriving, ConsoleError> {
    let (account, _) = crate::session::writer(&account).await?;
    Ok(arriving(account).await?)
}

/// Switches provisioning. Switching on where manual users exist leads to the page that asks, unless that was done.
#[server(input = PostUrl)]
pub async fn switch_sync(
    /// The account.
    account: String,
    /// What it becomes.
    on: bool,
    /// Whether the person has seen what will happen to the manual users.
    #[server(default)]
    confirmed: bool,
) -> Result<(), ConsoleError> {
    let (account, actor) = crate::session::writer(&account).await?;
    let directory = crate::session::directory();
    let to = routes::Account::new(account.to_string());
    if !on {
        return Ok(directory.disable_provisioning(&actor, account).await?);
    }
    if !confirmed && arriving(account).await?.any() {
        leptos_axum::redirect(&to.enable());
        return Ok(());
    }
    directory.enable_provisioning(&actor, account).await?;
    if confirmed {
        leptos_axum::redirect(&to.provisioning());
    }
    Ok(())
}

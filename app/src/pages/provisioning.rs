//! Automated user provisioning with SCIM: is it on, and what do I paste where?

pub mod enable;
pub mod new_token;
mod rotation;
pub mod tokens;
pub mod tolerance;

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use self::enable::{Arriving, SwitchSync, enable_dialog};
use self::tokens::TokensState;
use self::tolerance::SetTolerance;
use super::frame::FrameData;
use super::{account_param, loaded};
use crate::components::{
    CopyField, Crumb, FormError, Icon, LinkButton, PageHead, Switch, action_form, icon, section, wide_section,
};
use crate::error::{ConsoleError, error_of};
use crate::subject::connection::ConnectionView;
use crate::subject::token::TokenView;
use crate::text::{K, fill, t};

/// The id of the heading that names the switch.
const SWITCH: &str = "sync";

/// What the page shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProvisioningView {
    connection: ConnectionView,
    base_url: String,
    tokens: Vec<TokenView>,
    arriving: Arriving,
}

/// The page.
pub struct ProvisioningPage;

#[lazy_route]
impl LazyRoute for ProvisioningPage {
    fn data() -> Self {
        Self
    }

    fn view(ProvisioningPage: Self) -> AnyView {
        let account = account_param();
        let switch = ServerAction::<SwitchSync>::new();
        let tokens = TokensState::default();
        let tolerance = ServerAction::<SetTolerance>::new();
        let changes = move || switch.version().get() + tolerance.version().get();
        let asked = move || (account.get(), changes(), tokens.changes());
        let provisioning = Resource::new(asked, |(account, ..)| load_provisioning(account));
        let asking = RwSignal::new(false);
        // What was asked has been done: the question closes.
        Effect::new(move |_| {
            if let Some(Ok(())) = switch.value().get() {
                asking.set(false);
            }
        });
        tokens.watch();
        let page = loaded(provisioning, move |frame, page| {
            view(&frame, &page, switch, asking, tokens, tolerance)
        });
        view! {
            {page}
            {tokens::dialogs(account, tokens)}
        }
        .into_any()
    }
}

fn view(
    frame: &FrameData,
    page: &ProvisioningView,
    switch: ServerAction<SwitchSync>,
    asking: RwSignal<bool>,
    tokens: TokensState,
    tolerance: ServerAction<SetTolerance>,
) -> AnyView {
    let to = frame.to();
    let tolerance = tolerance::section(frame, &page.connection, tolerance);
    let crumbs = vec![
        Crumb::link(frame.account_name(), to.overview()),
        Crumb::section(t(K::IdentityTitle), to.identity()),
        Crumb::text(t(K::LifecycleTitle)),
    ];
    let base_url = view! {
        <CopyField
            name="base-url"
            label=t(K::ConnectionBaseUrl)
            value=page.base_url.clone()
            hint=t(K::ConnectionBaseUrlHint)
        />
    };
    let tokens = tokens::table(&to, frame.may_write, &page.tokens, page.connection.now, tokens);
    let setup = view! { <LinkButton href=to.setup() label=t(K::SetupOpen) /> }.into_any();
    view! {
        <PageHead
            title=t(K::ProvisioningTitle)
            crumbs=crumbs
            action=setup
            state=page.connection.sentence(&to)
        />
        {(!page.connection.enabled).then(|| prerequisites(frame))}
        {section(SWITCH, t(K::SwitchTitle), t(K::SwitchAbout), switch_form(frame, page, switch, asking))}
        {section("connection", t(K::ConnectionTitle), t(K::ConnectionAbout), base_url)}
        {wide_section("tokens", t(K::TokensTitle), t(K::TokensAbout), tokens)}
        {section("tolerance", t(K::ToleranceTitle), t(K::ToleranceAbout), tolerance)}
        {frame.may_write.then(|| enable_dialog(&to, &page.arriving, switch, asking))}
    }
    .into_any()
}

/// What is needed before provisioning can be set up; checked where Rollcall can see it.
pub(crate) fn prerequisites(frame: &FrameData) -> AnyView {
    let (picture, class, role) = if frame.may_write {
        (Icon::Check, "check good", K::PrerequisiteRoleMet)
    } else {
        (Icon::Cross, "check bad", K::PrerequisiteRoleUnmet)
    };
    let content = view! {
        <ul class="checks">
            <li class=class>{icon(picture)} <span>{t(role)}</span></li>
            <li class="check">{icon(Icon::Circle)} <span>{t(K::PrerequisiteIdp)}</span></li>
        </ul>
    };
    section(
        "prerequisites",
        t(K::PrerequisitesTitle),
        t(K::PrerequisitesAbout),
        content,
    )
}

fn switch_form(
    frame: &FrameData,
    page: &ProvisioningView,
    action: ServerAction<SwitchSync>,
    asking: RwSignal<bool>,
) -> AnyView {
    let on = page.connection.enabled;
    let state = match page.connection.switched_at {
        Some(at) => fill(
            if on { K::SwitchOnSince } else { K::SwitchOffSince },
            &[("date", &at.date())],
        ),
        None => t(K::SwitchNever).to_owned(),
    };
    if !frame.may_write {
        return view! { <p class="switch-state">{state}</p> }.into_any();
    }
    let ask = !on && page.arriving.any();
    let intercept = move |()| {
        if ask {
            asking.set(true);
        }
        ask
    };
    let switch = view! { <Switch labelled_by=SWITCH on=on state=state pending=action.pending() intercept=intercept /> };
    let sent = [
        ("account", &*frame.to().id()),
        ("on", if on { "false" } else { "true" }),
    ];
    view! {
        {action_form(action, &sent, switch)}
        <FormError error=error_of(action) />
    }
    .into_any()
}

/// The account's connection, its tokens, and who would be taken over.
#[server(input = PostUrl)]
pub async fn load_provisioning(
    /// The account.
    account: String,
) -> Result<ProvisioningView, ConsoleError> {
    let (account, _) = crate::session::reader(&account).await?;
    let console = crate::session::console();
    Ok(ProvisioningView {
        connection: crate::subject::connection::read(account).await?,
        base_url: format!(
            "{}{}",
            console.public_url,
            crate::routes::scim_base(&account.to_string())
        ),
        tokens: crate::subject::token::read(account).await?,
        arriving: enable::arriving(account).await?,
    })
}

//! Set up provisioning, step by step: what is the next step, and what does Rollcall see meanwhile?

pub mod arrivals;
pub mod configure;
pub mod enable;
pub mod prepare;
pub mod preview;
pub mod public_url;
pub mod resume;
pub mod share;
pub mod simulation;
pub mod token;
pub mod verify;
pub mod wish;

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use self::arrivals::{ArrivalsView, SeenView, load_seen};
use self::enable::EnableInSetup;
use self::prepare::ChooseGuide;
use self::preview::{PreviewView, ShowPreview};
use self::public_url::CheckPublicUrl;
#[cfg(feature = "ssr")]
use self::resume::Progress;
use self::share::{ShareState, SharedLink};
use self::simulation::TrySimulation;
use self::wish::WishGuide;
use super::frame::FrameData;
use super::provisioning::enable::Arriving;
use super::provisioning::tokens::{self, TokensState};
use super::{account_param, following, loaded, param};
use crate::components::{ButtonKind, Crumb, LinkButton, PageHead, StepMark, Stepper};
use crate::error::ConsoleError;
use crate::host::{Simulation, UrlCheck};
use crate::routes;
use crate::subject::connection::ConnectionView;
use crate::subject::guide::{Guide, GuideName};
use crate::subject::step::Step;
use crate::subject::token::TokenView;
use crate::subject::wish::WishView;
use crate::text::{K, fill, t};

/// What a step shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetupView {
    step: Step,
    /// The steps that are done.
    done: Vec<Step>,
    connection: ConnectionView,
    guides: Vec<GuideName>,
    guide: Option<Guide>,
    base_url: String,
    tokens: Vec<TokenView>,
    arriving: Arriving,
    preview: Option<PreviewView>,
    arrivals: ArrivalsView,
    /// What was found at the public URL, on the step that tells of it; none while it is being looked at.
    url_check: Option<UrlCheck>,
    /// Links that work, on the step that shares them.
    shared: Vec<SharedLink>,
    /// A link that a plain form has just made.
    handed_over: Option<String>,
    /// What this account has wished for.
    wishes: Vec<WishView>,
    simulation: Option<Simulation>,
}

/// What the steps keep between two readings of the page.
#[derive(Clone, Copy)]
struct State {
    choose: ServerAction<ChooseGuide>,
    preview: ServerAction<ShowPreview>,
    enable: ServerAction<EnableInSetup>,
    tokens: TokensState,
    seen: Resource<Result<Option<SeenView>, ConsoleError>>,
    wish: ServerAction<WishGuide>,
    check: ServerAction<CheckPublicUrl>,
    share: ShareState,
    simulate: ServerAction<TrySimulation>,
}

/// The page.
pub struct SetupPage;

#[lazy_route]
impl LazyRoute for SetupPage {
    fn data() -> Self {
        Self
    }

    fn view(SetupPage: Self) -> AnyView {
        let (account, step) = (account_param(), param("step"));
        let current = move || Step::from_slug(&step.get());
        let arrived = RwSignal::new(0_usize);
        let query = use_query_map();
        let looked_at = move || query.read().get("guide");
        let seen = Resource::new(
            move || {
                let account = (current() == Some(Step::Configure)).then(|| account.get());
                (account, looked_at(), arrived.get())
            },
            |(account, guide, _)| async move {
                match account {
                    Some(account) => load_seen(account, guide).await.map(Some),
                    None => Ok(None),
                }
            },
        );
        let state = State {
            choose: ServerAction::new(),
            preview: ServerAction::new(),
            enable: ServerAction::new(),
            tokens: TokensState::default(),
            seen,
            wish: ServerAction::new(),
            check: ServerAction::new(),
            share: ShareState {
                share: ServerAction::new(),
                withdraw: ServerAction::new(),
            },
            simulate: ServerAction::new(),
        };
        state.tokens.watch();
        // What changes the step that is shown. The choice and the switch lead to another, which is read anyway.
        let changes = move || {
            state.preview.version().get()
                + state.wish.version().get()
                + state.check.version().get()
                + state.share.share.version().get()
                + state.share.withdraw.version().get()
                + state.simulate.version().get()
                + if current().is_some_and(Step::is_redrawn) {
                    arrived.get()
                } else {
                    0
                }
        };
        let asked = move || {
            (
                account.get(),
                step.get(),
                looked_at(),
                changes(),
                state.tokens.changes(),
            )
        };
        let setup = Resource::new(asked, |(account, step, guide, ..)| {
            load_setup(account, step, guide)
        });
        let lost = following(
            move || {
                let live = current().is_some_and(Step::is_live);
                live.then(|| routes::events(&account.get())).flatten()
            },
            move || arrived.update(|count| *count += 1),
        );
        let page = loaded(setup, move |frame, setup| view(&frame, &setup, &state));
        view! {
            {lost}
            {page}
            {tokens::dialogs(account, state.tokens)}
        }
        .into_any()
    }
}

fn view(frame: &FrameData, setup: &SetupView, state: &State) -> AnyView {
    let to = frame.to();
    let crumbs = vec![
        Crumb::link(frame.account_name(), to.overview()),
        Crumb::section(t(K::IdentityTitle), to.identity()),
        Crumb::link(t(K::ProvisioningTitle), to.provisioning()),
    ];
    let marks = Step::ALL
        .into_iter()
        .map(|step| StepMark {
            label: t(step.label()).to_owned(),
            href: to.setup_step(step),
            done: setup.done.contains(&step),
            current: step == setup.step,
        })
        .collect();
    let content = match setup.step {
        Step::Prepare => prepare::view(frame, setup, state.choose, state.wish),
        Step::Preview => preview::view(frame, setup, state.preview),
        Step::Enable => enable::view(frame, setup, state.enable),
        Step::Token => token::view(frame, setup, state.check, state.tokens),
        Step::Configure => configure::view(frame, setup, state.seen, state.share),
        Step::Verify => verify::view(frame, setup, state.simulate),
    };
    view! {
        <PageHead title=t(setup.step.label()) crumbs=crumbs state=setup.connection.sentence(&to) />
        <Stepper label=t(K::SetupTitle) steps=marks />
        {content}
    }
    .into_any()
}

/// The way on to the next step, and back to the one before.
fn onward(to: &routes::Account, step: Step) -> AnyView {
    ways(
        to,
        step,
        onward_label(step).map(|label| (label, ButtonKind::Primary)),
    )
}

/// What the way on says.
fn onward_label(step: Step) -> Option<String> {
    let next = step.next()?;
    Some(fill(K::SetupContinueTo, &[("step", t(next.label()))]))
}

/// The way back, and the way on where there is one: what it says, and how much it weighs.
fn ways(to: &routes::Account, step: Step, on: Option<(String, ButtonKind)>) -> AnyView {
    let back = step
        .previous()
        .map(|before| view! { <LinkButton kind=ButtonKind::Quiet href=to.setup_step(before) label=t(K::SetupBack) /> });
    let on = step
        .next()
        .zip(on)
        .map(|(next, (label, kind))| view! { <LinkButton kind=kind href=to.setup_step(next) label=label /> });
    view! {
        <div class="section setup-onward">
            <div>{back}</div>
            <div>{on}</div>
        </div>
    }
    .into_any()
}

/// One step of the set-up.
#[server(input = PostUrl)]
pub async fn load_setup(
    /// The account.
    account: String,
    /// The last part of the step's address.
    step: String,
    /// The guide that is looked at; none: the one that was chosen.
    guide: Option<String>,
) -> Result<SetupView, ConsoleError> {
    let (account, _) = crate::session::reader(&account).await?;
    let step = Step::from_slug(&step).ok_or(ConsoleError::NotFound)?;
    let console = crate::session::console();
    let Progress {
        connection,
        tokens,
        arriving,
        arrivals,
        done,
    } = Progress::read(account).await?;
    let guide = guide
        .as_deref()
        .and_then(crate::subject::guide::find)
        .or_else(|| crate::subject::guide::find(connection.guide.as_deref()?));
    let preview = if step == Step::Preview {
        preview::read(account).await?
    } else {
        None
    };
    // What one step alone shows is read on that step alone.
    let directory = &console.directory;
    let (mut url_check, mut shared, mut handed_over) = (None, Vec::new(), None);
    let (mut wishes, mut simulation) = (Vec::new(), None);
    let mut shown = ArrivalsView::default();
    match step {
        Step::Prepare => wishes = directory.list_wishes(Some(account)).await?,
        Step::Token => url_check = public_url::read(account).await,
        Step::Configure => {
            shared = share::read(account).await?;
            handed_over = crate::session::take_handed_over();
        }
        Step::Verify => {
            shown = arrivals::read(account, arrivals, directory::EntryQuery::default()).await?;
            simulation = console.host.simulation(account);
        }
        Step::Preview | Step::Enable => {}
    }
    Ok(SetupView {
        step,
        done,
        base_url: format!(
            "{}{}",
            console.public_url,
            routes::scim_base(&account.to_string())
        ),
        guides: crate::subject::guide::names(),
        guide,
        tokens,
        arriving,
        preview,
        arrivals: shown,
        url_check,
        shared,
        handed_over,
        wishes: wishes.into_iter().map(Into::into).collect(),
        simulation,
        connection,
    })
}

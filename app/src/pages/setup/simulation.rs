//! Simulated traffic: the chosen identity provider is played against a scratch account, so that it is seen to work
//! before the real one is touched.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;

use super::SetupView;
use crate::components::{Callout, FormError, SubmitButton, Tone, action_form, wide_section};
use crate::error::{ConsoleError, error_of};
use crate::format::size;
use crate::host::{SimulatedStep, Simulation};
use crate::pages::frame::FrameData;
use crate::text::{K, P, count, fill, t};

/// The section.
pub(super) fn view(frame: &FrameData, setup: &SetupView, action: ServerAction<TrySimulation>) -> AnyView {
    let running = setup.simulation.as_ref().is_some_and(|run| !run.ended);
    let button = view! { <SubmitButton label=t(K::SimulateTry) pending=action.pending() /> };
    let form =
        (frame.may_write && !running).then(|| action_form(action, &[("account", &*frame.to().id())], button));
    let content = view! {
        {setup.simulation.as_ref().map(run)}
        {form}
        <FormError error=error_of(action) />
    };
    wide_section("simulation", t(K::SimulateTitle), t(K::SimulateAbout), content)
}

fn run(run: &Simulation) -> AnyView {
    let wrong = run.steps.iter().filter(|step| !step.failures.is_empty()).count();
    let number = size(run.steps.len());
    let said = match (&run.failure, run.ended, wrong) {
        (Some(reason), ..) => {
            let title = fill(K::SimulateFailed, &[("name", &run.name), ("reason", reason)]);
            view! { <Callout title=title tone=Tone::Bad /> }.into_any()
        }
        (None, false, _) => {
            let title = fill(K::SimulateRunning, &[("name", &run.name)]);
            view! { <Callout title=title><p>{count(P::SimulateRequests, number)}</p></Callout> }.into_any()
        }
        (None, true, 0) => {
            let title = fill(K::SimulateDone, &[("name", &run.name)]);
            view! {
                <Callout title=title tone=Tone::Good>
                    <p>{count(P::SimulateRequests, number)} " " {t(K::SimulateGone)}</p>
                </Callout>
            }
            .into_any()
        }
        (None, true, _) => {
            let title = fill(K::SimulateWrong, &[("name", &run.name)]);
            view! {
                <Callout title=title tone=Tone::Warning>
                    <p>{t(K::SimulateGone)}</p>
                </Callout>
            }
            .into_any()
        }
    };
    // Steps of one part of the story stand together.
    let mut parts: Vec<(&str, Vec<&SimulatedStep>)> = Vec::new();
    for step in &run.steps {
        match parts.last_mut() {
            Some((phase, steps)) if *phase == step.phase => steps.push(step),
            _ => parts.push((&step.phase, vec![step])),
        }
    }
    // What is being played and what went wrong is open; the rest can be.
    let last = parts.len().saturating_sub(1);
    let parts = parts
        .into_iter()
        .enumerate()
        .map(|(index, (phase, steps))| {
            let failed = steps.iter().any(|step| !step.failures.is_empty());
            let number = size(steps.len());
            let steps = steps.into_iter().map(step).collect_view();
            view! {
                <li>
                    <details class="more" open=failed || (index == last && !run.ended)>
                        <summary>
                            <strong>{phase.to_owned()}</strong>
                            " "
                            <span class="muted">{count(P::SimulateRequests, number)}</span>
                        </summary>
                        <ul>{steps}</ul>
                    </details>
                </li>
            }
        })
        .collect_view();
    view! {
        <div role="status">{said}</div>
        <ol class="simulated" aria-label=t(K::SimulateSteps)>
            {parts}
        </ol>
    }
    .into_any()
}

fn step(step: &SimulatedStep) -> AnyView {
    let class = if step.failures.is_empty() { "" } else { "bad" };
    let failures = step
        .failures
        .iter()
        .map(|failure| view! { <p>{failure.clone()}</p> })
        .collect_view();
    view! {
        <li class=class>
            <code>{step.request.clone()}</code>
            " "
            <span class="muted">{step.status} " · " {step.about.clone()}</span>
            {failures}
        </li>
    }
    .into_any()
}

/// Plays the chosen identity provider against a scratch account.
#[server(input = PostUrl)]
pub async fn try_simulation(
    /// The account.
    account: String,
) -> Result<(), ConsoleError> {
    let (account, _) = crate::session::writer(&account).await?;
    let console = crate::session::console();
    let connection = console.directory.get_connection(account).await?;
    let guide = crate::subject::guide::of_connection(&connection).map(|guide| guide.id);
    console
        .host
        .simulate(account, guide.as_deref().unwrap_or_default());
    Ok(())
}

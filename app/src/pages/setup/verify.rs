//! See it work: from the first contact to the first role, as it happens, with whoever was turned away.

use leptos::prelude::*;

use super::arrivals::{off, path, turned_away_section};
use super::simulation::{self, TrySimulation};
use super::{SetupView, onward};
use crate::components::{ButtonKind, Callout, LinkButton, Tone, wide_section};
use crate::pages::frame::FrameData;
use crate::subject::entry;
use crate::subject::step::Step;
use crate::text::{K, t};

/// The step.
pub(super) fn view(frame: &FrameData, setup: &SetupView, simulate: ServerAction<TrySimulation>) -> AnyView {
    let to = frame.to();
    let arrivals = &setup.arrivals;
    let now = setup.connection.now;
    let waiting = setup.guide.as_ref().map(|guide| guide.waiting.clone());
    let entries = (!arrivals.entries().is_empty()).then(|| {
        let list = entry::list(t(K::VerifyEntries), arrivals.entries(), &to, now);
        wide_section("arrived", t(K::VerifyEntries), "", list)
    });
    let overview = to.overview();
    let finished = arrivals.finished().then(|| {
        view! {
            <Callout title=t(K::VerifyDone) tone=Tone::Good>
                <div class="actions">
                    <LinkButton kind=ButtonKind::Primary href=overview label=t(K::VerifyOverview) />
                </div>
            </Callout>
        }
    });
    view! {
        {off(setup.connection.enabled, Some(&to))}
        {finished}
        {path(arrivals, waiting, now)}
        {turned_away_section(arrivals, Some(&to), now)}
        {entries}
        {simulation::view(frame, setup, simulate)}
        {onward(&to, Step::Verify)}
    }
    .into_any()
}

//! A time as a distance from now, with the exact time on hover and focus.

use leptos::prelude::*;

use crate::format::Moment;

/// How often a distance is computed again in the browser, in seconds.
const STEP: i64 = 20;

/// Counts the steps of time since the page was loaded.
#[derive(Clone, Copy)]
pub struct Ticker(RwSignal<i64>);

/// Provides the [`Ticker`]; it stands still on the server.
pub fn provide_ticker() {
    let steps = RwSignal::new(0);
    provide_context(Ticker(steps));
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        // Fails only without a window.
        let _ = set_interval_with_handle(
            move || steps.update(|steps| *steps += 1),
            std::time::Duration::from_secs(STEP.unsigned_abs()),
        );
    });
}

/// `12 minutes ago`, kept up to date. `now` is the server's time at which the page's data was read, so that a wrong
/// clock in the browser changes nothing.
#[component]
pub fn RelativeTime(
    /// The time.
    at: Moment,
    /// The server's time when this was read.
    now: Moment,
) -> impl IntoView {
    let Ticker(steps) = expect_context();
    let begin = steps.get_untracked();
    let distance = move || at.relative(now.plus((steps.get() - begin) * STEP));
    let local = RwSignal::new(None::<String>);
    #[cfg(feature = "hydrate")]
    {
        let lang = crate::text::lang().code();
        Effect::new(move |_| local.set(crate::format::local(at, lang)));
    }
    view! {
        <span class="time" tabindex="0">
            <time datetime=at.iso()>{distance}</time>
            <span class="time-exact">
                {move || local.get().map(|local| view! { <span>{local}</span> })} <span>{at.exact()}</span>
            </span>
        </span>
    }
    .into_any()
}

//! Search in front of the page: a field, and what has the text in its name. It needs script; without it the link that
//! opens it leads to a page that does the same.

use std::time::Duration;

use leptos::ev::{KeyboardEvent, MouseEvent, SubmitEvent};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use crate::browser;
use crate::components::{Dialog, Icon, icon};
use crate::pages::search::{Found, find, link, nothing_but_activity};
use crate::routes;
use crate::text::{K, fill, t};

/// From the last letter that is typed until it is searched for.
const PAUSE: Duration = Duration::from_millis(120);
/// The id of the field.
const FIELD: &str = "palette-field";

/// What the palette keeps.
#[derive(Clone, Copy)]
struct State {
    open: RwSignal<bool>,
    typed: RwSignal<String>,
    /// What was found, and for which text.
    found: RwSignal<(String, Vec<Found>)>,
    /// Which of it has the focus; none: the field has it.
    at: RwSignal<Option<usize>>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

/// The link that opens it and the dialog, on the pages of an account; elsewhere nothing.
pub(super) fn palette(account: Memo<Option<String>>) -> AnyView {
    let state = State {
        open: RwSignal::new(false),
        typed: RwSignal::new(String::new()),
        found: RwSignal::new((String::new(), Vec::new())),
        at: RwSignal::new(None),
        timer: StoredValue::new(None),
    };
    let open = move || {
        let can = account.get_untracked().is_some();
        if can {
            state.typed.set(String::new());
            state.open.set(true);
            state.search(account, Duration::ZERO);
        }
        can
    };
    browser::on_search_key(open);
    let press = move |event: MouseEvent| {
        event.prevent_default();
        open();
    };
    let opener = move || {
        let to = routes::Account::new(account.get()?);
        Some(view! {
            <a class="search-opener" href=to.search() aria-keyshortcuts="Control+K Meta+K /" on:click=press>
                {icon(Icon::Search)}
                <span>{t(K::SearchTitle)}</span>
                <kbd aria-hidden="true">"Ctrl K"</kbd>
            </a>
        })
    };
    view! {
        {opener}
        <Dialog id="palette" title=t(K::SearchTitle) open=state.open>
            {move || content(account, state)}
        </Dialog>
    }
    .into_any()
}

impl State {
    /// Searches for what is typed once nothing more has been typed for `pause`. An answer that comes too late is let go.
    fn search(self, account: Memo<Option<String>>, pause: Duration) {
        if let Some(timer) = self.timer.get_value() {
            timer.clear();
        }
        let ask = move || {
            let (Some(account), text) = (account.get_untracked(), self.typed.get_untracked()) else {
                return;
            };
            leptos::task::spawn_local(async move {
                // What cannot be found now is found with the next letter.
                let Ok(found) = find(account, text.clone()).await else {
                    return;
                };
                if self.typed.try_get_untracked().is_some_and(|typed| typed == text) {
                    self.at.set(None);
                    self.found.set((text, found));
                }
            });
        };
        self.timer.set_value(set_timeout_with_handle(ask, pause).ok());
    }

    /// Moves the focus down or up through the field and what was found.
    fn step(self, event: &KeyboardEvent) {
        let number = self.found.with_untracked(|(_, found)| found.len());
        let next = match (event.key().as_str(), self.at.get_untracked()) {
            ("ArrowDown", at) => Some(at.map_or(0, |at| at + 1).min(number.saturating_sub(1))),
            ("ArrowUp", Some(at)) => at.checked_sub(1),
            ("ArrowUp", None) => None,
            _ => return,
        };
        event.prevent_default();
        match next {
            Some(at) if number > 0 => browser::focus(&id_of(at)),
            _ => browser::focus(FIELD),
        }
    }
}

fn id_of(at: usize) -> String {
    format!("palette-{at}")
}

fn content(account: Memo<Option<String>>, state: State) -> AnyView {
    let to = routes::Account::new(account.get_untracked().unwrap_or_default());
    let typed = move |event| {
        state.typed.set(event_target_value(&event));
        state.search(account, PAUSE);
    };
    // The first of what was found, once it is the answer to what is typed; else the page of the search.
    let submit = move |event: SubmitEvent| {
        let answered = state
            .found
            .with_untracked(|(text, found)| !found.is_empty() && *text == state.typed.get_untracked());
        if answered {
            event.prevent_default();
            browser::press(&id_of(0));
        }
    };
    let slash = RwSignal::new(browser::slash_searches());
    let choose = move |event| {
        let on = event_target_checked(&event);
        slash.set(on);
        browser::set_slash_searches(on);
    };
    view! {
        <div class="palette" on:keydown=move |event| state.step(&event)>
            <form class="search" role="search" method="get" action=to.search() on:submit=submit>
                <input
                    id=FIELD
                    type="search"
                    name="q"
                    autocomplete="off"
                    spellcheck="false"
                    autofocus
                    aria-label=t(K::SearchField)
                    placeholder=t(K::SearchField)
                    on:input=typed
                    on:focus=move |_| state.at.set(None)
                />
            </form>
            {move || results(state)}
            <div class="palette-foot">
                <p class="muted">{t(K::SearchKeys)}</p>
                <label>
                    <input type="checkbox" prop:checked=slash on:change=choose />
                    {t(K::SearchSlash)}
                </label>
            </div>
        </div>
    }
    .into_any()
}

fn results(state: State) -> AnyView {
    let (text, found) = state.found.get();
    let said = if nothing_but_activity(&found) && !text.is_empty() {
        fill(K::SearchNothing, &[("text", &text)])
    } else {
        String::new()
    };
    let close = Callback::new(move |()| state.open.set(false));
    let found = found
        .into_iter()
        .enumerate()
        .map(|(at, found)| {
            let link = link(found, Some(id_of(at)), Some(close));
            view! { <li on:focusin=move |_| state.at.set(Some(at))>{link}</li> }
        })
        .collect_view();
    view! {
        <p class="muted" role="status">
            {said}
        </p>
        <ul class="found" aria-label=t(K::SearchFound)>
            {found}
        </ul>
    }
    .into_any()
}

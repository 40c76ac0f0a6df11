//! The pages. A page is a file: its view, and under it its server functions, which check the right, call `directory`
//! and convert.
//!
//! A page's code is loaded when it is first visited. Its data is asked for by that code and not by
//! `LazyRoute::data`, which would bring the types of every page, and what reads them, into the first load.

pub mod accounts;
pub mod activity;
#[cfg(debug_assertions)]
pub mod design;
pub mod door;
pub mod entry;
pub mod frame;
pub mod group;
pub mod groups;
pub mod home;
pub mod identity;
pub mod link;
pub mod new_user;
pub mod not_found;
pub mod overview;
pub mod provisioning;
pub mod role;
pub mod roles;
pub mod search;
pub mod setup;
pub mod shared_setup;
pub mod sign_in;
pub mod start;
pub mod troubleshooting;
pub mod user;
pub mod users;
pub mod wishes;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};

use crate::browser;
use crate::components::{StatusLine, Tone};
use crate::error::ConsoleError;
use crate::text::{K, t};

/// The id of the element that holds the page's content.
pub const MAIN: &str = "main";

/// The id of the account in the page's path.
pub fn account_param() -> Memo<String> {
    param("account")
}

/// A part of the page's path.
pub fn param(name: &'static str) -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.read().get(name).unwrap_or_default())
}

/// What a page shows of its data, once it is there; an error is shown instead of it, with its status.
pub fn loaded<T>(
    resource: Resource<Result<T, ConsoleError>>,
    view: impl Fn(frame::FrameData, T) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Send + Sync + 'static,
{
    let frame::FrameResource(frame) = expect_context();
    let page = move || {
        let view = view.clone();
        Suspend::new(async move {
            match (frame.await, resource.await) {
                (Ok(frame), Ok(data)) => view(frame, data),
                (Err(error), _) | (_, Err(error)) => not_found::problem(&error),
            }
        })
    };
    view! { <Transition fallback=waiting>{page}</Transition> }.into_any()
}

/// Listens as [`browser::follow`] does, and gives what the page says while the connection is lost.
fn following(address: impl Fn() -> Option<String> + 'static, then: impl Fn() + Copy + 'static) -> AnyView {
    let lost = browser::follow(address, then);
    view! {
        <div class="lost" role="status">
            {move || lost.get().then(|| view! { <StatusLine tone=Tone::Warning>{t(K::ConnectionLost)}</StatusLine> })}
        </div>
    }
    .into_any()
}

/// What a page shows that only leads on, to the address it is given. It leaves no trace in the browser's history, where
/// it would lead forward again whoever goes back.
pub fn leading(way: Resource<Result<String, ConsoleError>>) -> AnyView {
    let navigate = use_navigate();
    Effect::new(move || {
        if let Some(Ok(href)) = way.get() {
            let navigate = navigate.clone();
            // Only once the router has put this page's own address into the history can it be replaced there.
            request_animation_frame(move || navigate(&href, in_place()));
        }
    });
    let problem = move || {
        Suspend::new(async move {
            let way = way.await;
            #[cfg(feature = "ssr")]
            if let Ok(href) = &way {
                leptos_axum::redirect(href);
            }
            way.err().map(|error| not_found::problem(&error))
        })
    };
    view! { <Suspense fallback=waiting>{problem}</Suspense> }.into_any()
}

/// Leads to an address instead of the one before, and does not scroll.
pub fn in_place() -> NavigateOptions {
    NavigateOptions {
        replace: true,
        scroll: false,
        ..NavigateOptions::default()
    }
}

fn waiting() -> AnyView {
    view! {
        <div class="waiting">
            <StatusLine>{t(K::Waiting)}</StatusLine>
        </div>
    }
    .into_any()
}

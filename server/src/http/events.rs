//! Tells a page that something new came to its account. What it was the page reads for itself, with its own right. The
//! first event comes at once: what came since the page was read, before it listened, nobody else tells it.

use std::convert::Infallible;
use std::time::Duration;

use app::Console;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use directory::{AccountId, Secret};
use http::{HeaderMap, StatusCode};
use tokio::sync::watch;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::{Stream, StreamExt as _};

use crate::state::AppState;

/// How often an idle connection gets a sign of life: proxies close silent ones after a minute.
const SIGN_OF_LIFE: Duration = Duration::from_secs(20);

pub(super) fn router(state: &AppState, console: Console) -> Router {
    Router::new()
        .route("/events/{account}", get(events))
        .route("/events/setup/{secret}", get(events_of_setup))
        .with_state((state.clone(), console))
}

/// `GET /events/{account}`: an event that says nothing but that something came.
async fn events(
    State((state, console)): State<(AppState, Console)>,
    Path(account): Path<String>,
    headers: HeaderMap,
) -> Response {
    match app::reader_of(&console, &headers, &account).await {
        Ok(account) => stream(&state, account),
        // Whoever may not read the account learns nothing more.
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The same for who has a link to the account's set-up.
async fn events_of_setup(
    State((state, _)): State<(AppState, Console)>,
    Path(secret): Path<String>,
) -> Response {
    match state
        .directory()
        .find_setup_link(&Secret::presented(&secret))
        .await
    {
        Ok(Some((account, _))) => stream(&state, account),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn stream(state: &AppState, account: AccountId) -> Response {
    let directory = state.directory();
    // Who is too slow to hear of everything hears of something: the page reads it all anyway.
    let entries = BroadcastStream::new(directory.follow())
        .filter(move |entry| {
            entry
                .as_ref()
                .map_or(true, |entry| entry.account == Some(account))
        })
        .map(|_| ());
    let arrivals = BroadcastStream::new(directory.follow_arrivals())
        .filter(move |arrival| arrival.as_ref().map_or(true, |of| *of == account))
        .map(|_| ());
    let own = BroadcastStream::new(state.news().subscribe())
        .filter(move |of| of.as_ref().map_or(true, |of| *of == account))
        .map(|_| ());
    let begun = tokio_stream::once(());
    let news = until_stopped(begun.merge(entries).merge(arrivals).merge(own), state.stopping())
        .map(|()| Ok::<_, Infallible>(Event::default().data("news")));
    Sse::new(news)
        .keep_alive(KeepAlive::new().interval(SIGN_OF_LIFE))
        .into_response()
}

/// Ends with the server: a stream that stays open would hold up its stop.
fn until_stopped(news: impl Stream<Item = ()>, stopping: watch::Receiver<bool>) -> impl Stream<Item = ()> {
    let stopped = tokio_stream::wrappers::WatchStream::new(stopping)
        .filter(|stopping| *stopping)
        .map(|_| None);
    news.map(Some).merge(stopped).map_while(|news| news)
}

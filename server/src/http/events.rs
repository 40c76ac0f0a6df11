//! Tells a page that something new came to its account. What it was the page reads for itself, with its own right. The
//! first event comes at once: what came since the page was read, before it listened, nobody else tells it. An event
//! says `news` or, once the page may no longer be read, `ended`: a browser does not tell the page of a status.

use std::convert::Infallible;
use std::time::Duration;

use app::{Console, ConsoleError};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use directory::{AccountId, Secret};
use futures_util::stream;
use http::header::COOKIE;
use http::{HeaderMap, StatusCode};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::{Stream, StreamExt as _};

use crate::state::AppState;

/// How often an idle connection gets a sign of life: proxies close silent ones after a minute.
const SIGN_OF_LIFE: Duration = Duration::from_secs(20);

/// How long a right that was looked up counts, so that a burst of news does not become a burst of look-ups.
const CHECKED_FOR: SignedDuration = SignedDuration::from_millis(500);

pub(super) fn router(state: &AppState, console: Console) -> Router {
    Router::new()
        .route("/events/{account}", get(events))
        .route("/events/setup/{secret}", get(events_of_setup))
        .with_state((state.clone(), console))
}

/// What lets somebody listen.
enum Right {
    /// The cookies of a session, for the account of this id.
    Session(Box<Console>, HeaderMap, String),
    /// The link to an account's set-up.
    Link(Secret),
}

impl Right {
    /// The account that may be listened to; none for whoever may not, who learns nothing more.
    async fn account(&self, state: &AppState) -> Result<Option<AccountId>, ConsoleError> {
        match self {
            Self::Session(console, cookies, account) => {
                match app::reader_of(console, cookies, account).await {
                    Ok(account) => Ok(Some(account)),
                    Err(ConsoleError::SignedOut | ConsoleError::Forbidden | ConsoleError::NotFound) => {
                        Ok(None)
                    }
                    Err(error) => Err(error),
                }
            }
            Self::Link(secret) => {
                let found = state.directory().find_setup_link(secret).await?;
                Ok(found.map(|(account, _)| account))
            }
        }
    }
}

/// `GET /events/{account}`.
async fn events(
    State((state, console)): State<(AppState, Console)>,
    Path(account): Path<String>,
    headers: HeaderMap,
) -> Response {
    let cookies = headers.get_all(COOKIE).iter();
    let cookies = cookies.map(|cookie| (COOKIE, cookie.clone())).collect();
    listen(state, Right::Session(Box::new(console), cookies, account)).await
}

/// The same for who has a link to the account's set-up.
async fn events_of_setup(
    State((state, _)): State<(AppState, Console)>,
    Path(secret): Path<String>,
) -> Response {
    listen(state, Right::Link(Secret::presented(&secret))).await
}

async fn listen(state: AppState, right: Right) -> Response {
    let account = match right.account(&state).await {
        Ok(Some(account)) => account,
        Ok(None) => return Sse::new(stream::iter([said("ended")])).into_response(),
        // The browser asks again.
        Err(_) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
    };
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
    let news = until_stopped(begun.merge(entries).merge(arrivals).merge(own), state.stopping());
    let listener = Listener {
        checked: directory.now(),
        state,
        right,
    };
    let told = stream::unfold(Some((Box::pin(news), listener)), |held| async move {
        let (mut news, mut listener) = held?;
        news.next().await?;
        match listener.may_still().await {
            Ok(true) => Some((said("news"), Some((news, listener)))),
            Ok(false) => Some((said("ended"), None)),
            // The browser asks again.
            Err(_) => None,
        }
    });
    Sse::new(told)
        .keep_alive(KeepAlive::new().interval(SIGN_OF_LIFE))
        .into_response()
}

#[expect(clippy::unnecessary_wraps, reason = "a stream of events is one of results")]
fn said(what: &str) -> Result<Event, Infallible> {
    Ok(Event::default().data(what))
}

/// Somebody who listens, whose right may end meanwhile: who signed out hears nothing more.
struct Listener {
    state: AppState,
    right: Right,
    checked: Timestamp,
}

impl Listener {
    async fn may_still(&mut self) -> Result<bool, ConsoleError> {
        let now = self.state.directory().now();
        if now.duration_since(self.checked) < CHECKED_FOR {
            return Ok(true);
        }
        self.checked = now;
        Ok(self.right.account(&self.state).await?.is_some())
    }
}

/// Ends with the server: a stream that stays open would hold up its stop.
fn until_stopped(news: impl Stream<Item = ()>, stopping: watch::Receiver<bool>) -> impl Stream<Item = ()> {
    let stopped = tokio_stream::wrappers::WatchStream::new(stopping)
        .filter(|stopping| *stopping)
        .map(|_| None);
    news.map(Some).merge(stopped).map_while(|news| news)
}

//! `rollcall serve`: from the settings to a running server, and back down in order.

use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use axum::serve::ListenerExt;
use directory::{Clock, Directory};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::{Context, in_words, open, print};
use crate::cli::ServeArgs;
use crate::config::PublicUrl;
use crate::control::Hold;
use crate::http::Files;
use crate::state::{AppState, Settings};
use crate::{http, telemetry};

/// How long requests that have begun may take once the server is to stop. Streams of events never end by themselves.
const GRACE: Duration = Duration::from_secs(10);

/// How often what was noted in memory is stored: what a crash may lose of when tokens were last used.
const UPKEEP: Duration = Duration::from_secs(10);

/// How often what is beyond its retention is removed, and what there is counted.
const TIDY: Duration = Duration::from_mins(10);

/// Runs the server until it is told to stop.
pub(super) async fn serve(args: ServeArgs, folder: &Path, files: Files) -> anyhow::Result<()> {
    telemetry::start(&args.log, args.log_format)?;
    let stopped = stop_signal()?;
    let hold = Hold::take(folder).await?;
    let listener = TcpListener::bind(args.listen).await.with_context(|| {
        format!(
            "cannot listen on {}; choose another address with --listen",
            args.listen
        )
    })?;
    let address = listener
        .local_addr()
        .context("cannot tell the address listened on")?;
    let public_url = args
        .public_url
        .clone()
        .unwrap_or_else(|| PublicUrl::of_listener(address));
    if !public_url.is_https() && !public_url.is_local() {
        tracing::warn!(%public_url, "the public URL is not https: tokens and passwords travel unprotected");
    }

    let directory = open(folder, clock(&args)).await?;
    directory.remove_scratch_accounts().await.map_err(in_words)?;
    announce(&directory, address, &public_url).await?;

    let settings = Settings {
        public_url: public_url.clone(),
        trusted_proxies: args.trusted_proxies,
        rate_limit: args.rate_limit,
        listening: Some(address),
        support_contact: args.support_contact,
        files,
    };
    let state = AppState::new(directory.clone(), settings);
    let router = http::router(&state);
    let (stop, stopping) = watch::channel(false);
    let commands = hold.serve(
        Context {
            directory: directory.clone(),
            public_url: Some(public_url),
        },
        stopping.clone(),
    );
    let requests = axum::serve(
        // Answers are small and complete: nothing is gained by waiting for more to send.
        listener.tap_io(|connection| drop(connection.set_nodelay(true))),
        router.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .with_graceful_shutdown(until(stopping.clone()));

    let requests = async {
        tokio::select! {
            served = requests => served.context("the server failed"),
            () = async { until(stopping.clone()).await; tokio::time::sleep(GRACE).await } => {
                tracing::warn!("requests still ran after {} s and were cut off", GRACE.as_secs());
                Ok(())
            }
        }
    };
    let stop_when_told = async {
        stopped.await;
        tracing::info!("stopping");
        state.stop();
        stop.send_replace(true);
    };
    let (served, lock, (), ()) = tokio::join!(
        requests,
        commands,
        stop_when_told,
        keep_up(&directory, stopping.clone())
    );
    directory.close().await;
    drop(lock);
    served
}

/// Prints the address and, until there is an owner, the link that creates one.
async fn announce(directory: &Directory, address: SocketAddr, public_url: &PublicUrl) -> anyhow::Result<()> {
    print(&format!("Rollcall listens on http://{address}"))?;
    if !directory.has_owner().await.map_err(in_words)? {
        let link = directory.create_owner_link().await.map_err(in_words)?;
        print(&format!(
            "Create the first owner: {}",
            public_url.first_owner_link(&link.secret)
        ))?;
    }
    Ok(())
}

/// Does what is due from time to time, until `stop` is true.
async fn keep_up(directory: &Directory, stop: watch::Receiver<bool>) {
    let work = async {
        let mut tidied: Option<Instant> = None;
        loop {
            if tidied.is_none_or(|last| last.elapsed() >= TIDY) {
                tidy(directory).await;
                tidied = Some(Instant::now());
            }
            tokio::time::sleep(UPKEEP).await;
            store_token_uses(directory).await;
            announce_ending_tokens(directory).await;
        }
    };
    tokio::select! {
        () = work => {}
        () = until(stop) => {}
    }
}

async fn announce_ending_tokens(directory: &Directory) {
    match directory.announce_ending_tokens().await {
        Ok(ending) => {
            for token in ending {
                tracing::warn!(account = %token.account, token = token.name, ends = %token.expires_at,
                    "a token nears its end, and no other is in use in its place");
            }
        }
        Err(error) => tracing::warn!(
            error = &error as &dyn std::error::Error,
            "tokens that near their end could not be announced"
        ),
    }
}

async fn tidy(directory: &Directory) {
    if let Err(error) = directory.tidy().await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "the log could not be brought within its retention"
        );
    }
}

async fn store_token_uses(directory: &Directory) {
    if let Err(error) = directory.store_token_uses().await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "when tokens were last used could not be stored"
        );
    }
}

#[cfg(feature = "test-clock")]
fn clock(args: &ServeArgs) -> Clock {
    args.clock_file.clone().map_or_else(Clock::system, Clock::file)
}

#[cfg(not(feature = "test-clock"))]
fn clock(_: &ServeArgs) -> Clock {
    Clock::system()
}

/// Completes on SIGTERM (a supervisor) or SIGINT (Ctrl-C).
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Completes once `stop` is true, or nobody is left to say so.
async fn until(mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

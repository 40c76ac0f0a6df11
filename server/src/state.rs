//! What the handlers of requests share.

use std::net::SocketAddr;
use std::sync::Arc;

use directory::{AccountId, Directory};
use ipnet::IpNet;
use tokio::sync::{broadcast, watch};

use crate::config::{PublicUrl, RateLimit, SupportContact};
use crate::host::Probes;
use crate::http::{Files, RateLimiter};

/// The settings that requests are handled by.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address that links are made from.
    pub public_url: PublicUrl,
    /// The proxies whose word on the client's address is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// SCIM requests a second and connection.
    pub rate_limit: RateLimit,
    /// Where it listens; none: nowhere, as in tests that call the router.
    pub listening: Option<SocketAddr>,
    /// Whom administrators ask for help.
    pub support_contact: Option<SupportContact>,
    /// The console's files.
    pub files: Files,
}

/// What the handlers of requests share. Cheap to clone.
#[derive(Debug, Clone)]
pub struct AppState(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    directory: Directory,
    settings: Settings,
    rate_limiter: RateLimiter,
    probes: Probes,
    news: broadcast::Sender<AccountId>,
    stop: watch::Sender<bool>,
}

impl AppState {
    /// The state of a server over `directory`.
    pub fn new(directory: Directory, settings: Settings) -> Self {
        let rate_limiter = RateLimiter::new(settings.rate_limit);
        Self(Arc::new(Inner {
            directory,
            settings,
            rate_limiter,
            probes: Probes::default(),
            news: broadcast::channel(256).0,
            stop: watch::Sender::new(false),
        }))
    }

    /// Ends what would go on for ever: the streams of events.
    pub fn stop(&self) {
        self.0.stop.send_replace(true);
    }

    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.0.stop.subscribe()
    }

    /// The directory.
    pub fn directory(&self) -> &Directory {
        &self.0.directory
    }

    /// The address that links are made from.
    pub fn public_url(&self) -> &PublicUrl {
        &self.0.settings.public_url
    }

    /// Whom administrators ask for help.
    pub fn support_contact(&self) -> Option<&SupportContact> {
        self.0.settings.support_contact.as_ref()
    }

    /// The proxies whose word on the client's address is believed.
    pub fn trusted_proxies(&self) -> &[IpNet] {
        &self.0.settings.trusted_proxies
    }

    /// Where it listens.
    pub(crate) fn listening(&self) -> Option<SocketAddr> {
        self.0.settings.listening
    }

    /// The probes of the public URL that are under way.
    pub(crate) fn probes(&self) -> &Probes {
        &self.0.probes
    }

    /// Hears of each account for which the server itself knows something new.
    pub(crate) fn news(&self) -> &broadcast::Sender<AccountId> {
        &self.0.news
    }

    pub(crate) fn files(&self) -> Files {
        self.0.settings.files
    }

    pub(crate) fn rate_limiter(&self) -> &RateLimiter {
        &self.0.rate_limiter
    }
}

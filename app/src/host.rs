//! What the console asks of the server that carries it: what needs the network or takes a while. It answers with what is
//! known so far, and tells a page by an event when more is.

use serde::{Deserialize, Serialize};

use crate::format::Moment;

/// What a look at the public URL found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UrlCheck {
    /// The public URL.
    pub url: String,
    /// When it was looked at.
    pub at: Moment,
    /// What is not as it should be, the worst first; empty: all is well.
    pub findings: Vec<UrlFinding>,
}

/// Something that keeps an identity provider from reaching the server, or that is not safe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UrlFinding {
    /// The name has no address.
    NoSuchName,
    /// Nothing listens there.
    NothingListens,
    /// No answer came in time.
    Silent,
    /// The certificate is not one that the public trusts, or not of this name.
    Certificate {
        /// What is wrong with it, as the TLS library says it.
        reason: String,
    },
    /// No answer for another reason.
    Failed {
        /// What the network said.
        reason: String,
    },
    /// The address sends the caller elsewhere.
    Redirected {
        /// The status of the answer.
        status: u16,
        /// Where to.
        to: String,
    },
    /// Something else answers there.
    AnotherServer {
        /// The status of its answer.
        status: u16,
    },
    /// The path came changed.
    PathChanged {
        /// What arrived instead of `/scim/v2`.
        seen: String,
    },
    /// The `Authorization` header did not come through, so that no token would.
    AuthorizationLost,
    /// A proxy tells the client's address, and is not among those that are believed.
    ProxyNotTrusted {
        /// The proxy's address.
        proxy: String,
    },
    /// A proxy stands before the server, and does not tell the client's address.
    ProxySilent,
    /// It is not https.
    NotHttps,
    /// Only this machine or network reaches it.
    Private,
}

/// A run of an identity provider that is played against a scratch account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Simulation {
    /// Who is played.
    pub name: String,
    /// What was sent so far.
    pub steps: Vec<SimulatedStep>,
    /// Whether it has ended, and every trace is gone.
    pub ended: bool,
    /// Why it ended early.
    pub failure: Option<String>,
}

/// A request of the played identity provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimulatedStep {
    /// The part of the story.
    pub phase: String,
    /// `POST /Users`.
    pub request: String,
    /// What it is for.
    pub about: String,
    /// The status of the answer.
    pub status: u16,
    /// What was not as the identity provider expects.
    pub failures: Vec<String>,
}

/// What comes after a while.
#[cfg(feature = "ssr")]
pub type Answer<T> = std::pin::Pin<Box<dyn Future<Output = T> + Send>>;

/// The server, as the console sees it.
#[cfg(feature = "ssr")]
pub trait Host: std::fmt::Debug + Send + Sync {
    /// Looks at the public URL from outside, as an identity provider would, unless it did so a moment ago; `anew`:
    /// even then. None where it takes longer than `patience`: `account` hears of it by an event.
    fn check_public_url(
        &self,
        account: directory::AccountId,
        anew: bool,
        patience: std::time::Duration,
    ) -> Answer<Option<UrlCheck>>;

    /// Plays an identity provider against a scratch account; `account` hears of each step. Where one is played for
    /// it already, nothing is begun. `guide`: the id of the guide.
    fn simulate(&self, account: directory::AccountId, guide: &str);

    /// What was played for the account, until the next time.
    fn simulation(&self, account: directory::AccountId) -> Option<Simulation>;
}

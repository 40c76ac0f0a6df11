//! A look at the own public URL, from this server and through it: what an identity provider would meet there.
//!
//! A request with a random name is sent to the public URL, and what arrives of it is noted. So it shows whether this
//! server answers there at all, and what a proxy in between changes.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use app::host::{UrlCheck, UrlFinding};
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use directory::{AccountId, Directory};
use http::header::AUTHORIZATION;
use ipnet::IpNet;
use tokio::sync::{broadcast, watch};
use uuid::Uuid;

use crate::config::PublicUrl;
use crate::state::AppState;

/// The last part of the path of a probe, before its name: below the SCIM API, where identity providers come.
const PROBE: &str = "/scim/v2/.probe/";
/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long what was found counts.
const FRESH: Duration = Duration::from_mins(2);

/// The probes that are under way, with what arrived of each.
#[derive(Debug, Clone, Default)]
pub(crate) struct Probes(Arc<Mutex<HashMap<String, Option<Arrived>>>>);

/// What arrived of a probe.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Arrived {
    path: String,
    peer: IpAddr,
    authorization: bool,
    /// Whether something told the client's address.
    forwarded: bool,
}

impl Probes {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Option<Arrived>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers probes, whatever a proxy has made of the path before them; everything else goes on. A layer for
/// `axum::middleware::from_fn_with_state`.
pub(crate) async fn answer(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let Some((before, name)) = path.split_once("/.probe/") else {
        return next.run(request).await;
    };
    let arrived = Arrived {
        path: before.to_owned(),
        peer: request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::from([127, 0, 0, 1]), |ConnectInfo(address)| {
                address.ip().to_canonical()
            }),
        authorization: request.headers().contains_key(AUTHORIZATION),
        forwarded: ["x-forwarded-for", "forwarded"]
            .iter()
            .any(|name| request.headers().contains_key(*name)),
    };
    match state.probes().lock().get_mut(name) {
        Some(probe) => *probe = Some(arrived),
        None => return http::StatusCode::NOT_FOUND.into_response(),
    }
    name.to_owned().into_response()
}

/// What is known of the public URL.
#[derive(Debug)]
pub(super) struct UrlChecks {
    public_url: PublicUrl,
    probes: Probes,
    trusted_proxies: Vec<IpNet>,
    directory: Directory,
    news: broadcast::Sender<AccountId>,
    last: Mutex<Option<Look>>,
}

/// A look at the public URL.
#[derive(Debug)]
struct Look {
    begun: Instant,
    found: watch::Receiver<Option<UrlCheck>>,
    /// The accounts whose pages wait for it.
    waiting: Arc<Mutex<HashSet<AccountId>>>,
}

impl UrlChecks {
    pub(super) fn new(state: &AppState) -> Self {
        Self {
            public_url: state.public_url().clone(),
            trusted_proxies: state.trusted_proxies().to_vec(),
            probes: state.probes().clone(),
            directory: state.directory().clone(),
            news: state.news().clone(),
            last: Mutex::default(),
        }
    }

    /// What was found of late, or is being found.
    pub(super) fn check(&self, account: AccountId, anew: bool) -> watch::Receiver<Option<UrlCheck>> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(look) = &*last {
            // Held while looking, so that whoever comes in the meantime is told too.
            let mut waiting = look.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let found = look.found.borrow().is_some();
            if !found {
                waiting.insert(account);
            }
            if !found || (!anew && look.begun.elapsed() < FRESH) {
                return look.found.clone();
            }
        }
        let (found, check) = watch::channel(None);
        let waiting = Arc::new(Mutex::new(HashSet::from([account])));
        *last = Some(Look {
            begun: Instant::now(),
            found: check.clone(),
            waiting: waiting.clone(),
        });
        let (url, probes, news) = (self.public_url.clone(), self.probes.clone(), self.news.clone());
        let (directory, trusted) = (self.directory.clone(), self.trusted_proxies.clone());
        tokio::spawn(async move {
            let name = Uuid::new_v4().simple().to_string();
            probes.lock().insert(name.clone(), None);
            let (to, asked) = (format!("{url}{PROBE}{name}"), name.clone());
            let answer = tokio::task::spawn_blocking(move || ask(&to, &asked)).await;
            let arrived = probes.lock().remove(&name).flatten();
            let answer = answer.unwrap_or_else(|error| {
                Err(UrlFinding::Failed {
                    reason: error.to_string(),
                })
            });
            let check = UrlCheck {
                url: url.to_string(),
                at: directory.now().into(),
                findings: findings(&url, answer, arrived, &trusted),
            };
            let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
            // An error means that nobody waits any more.
            let _ = found.send(Some(check));
            for account in waiting.drain() {
                let _ = news.send(account);
            }
        });
        check
    }
}

/// Sends the probe; gives whether this server answered it.
fn ask(url: &str, name: &str) -> Result<(), UrlFinding> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .http_status_as_error(false)
        .build()
        .into();
    let mut answer = agent
        .get(url)
        .header(AUTHORIZATION, "Bearer probe")
        .call()
        .map_err(failure)?;
    let status = answer.status();
    if status.is_redirection() {
        let to = answer.headers().get("location").and_then(|to| to.to_str().ok());
        return Err(UrlFinding::Redirected {
            status: status.as_u16(),
            to: to.unwrap_or_default().chars().take(200).collect(),
        });
    }
    let body = answer.body_mut().with_config().limit(1024).read_to_string();
    if body.is_ok_and(|body| body == name) {
        Ok(())
    } else {
        Err(UrlFinding::AnotherServer {
            status: status.as_u16(),
        })
    }
}

fn failure(error: ureq::Error) -> UrlFinding {
    use std::io::ErrorKind;

    match error {
        ureq::Error::HostNotFound => UrlFinding::NoSuchName,
        ureq::Error::Timeout(_) => UrlFinding::Silent,
        ureq::Error::ConnectionFailed => UrlFinding::NothingListens,
        ureq::Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => UrlFinding::NothingListens,
        ureq::Error::Io(error) if error.kind() == ErrorKind::TimedOut => UrlFinding::Silent,
        ureq::Error::Rustls(error) => UrlFinding::Certificate {
            reason: error.to_string(),
        },
        ureq::Error::Io(error) if error.kind() == ErrorKind::InvalidData => UrlFinding::Certificate {
            reason: error.to_string(),
        },
        ureq::Error::Tls(reason) => UrlFinding::Certificate {
            reason: reason.to_owned(),
        },
        other => UrlFinding::Failed {
            reason: other.to_string(),
        },
    }
}

/// What is not as it should be, the worst first.
fn findings(
    url: &PublicUrl,
    answer: Result<(), UrlFinding>,
    arrived: Option<Arrived>,
    trusted: &[IpNet],
) -> Vec<UrlFinding> {
    let mut findings: Vec<UrlFinding> = answer.err().into_iter().collect();
    if let Some(arrived) = arrived {
        if arrived.path != "/scim/v2" {
            findings.push(UrlFinding::PathChanged { seen: arrived.path });
        }
        if !arrived.authorization {
            findings.push(UrlFinding::AuthorizationLost);
        }
        let is_trusted = trusted.iter().any(|network| network.contains(&arrived.peer));
        if arrived.forwarded && !is_trusted {
            findings.push(UrlFinding::ProxyNotTrusted {
                proxy: arrived.peer.to_string(),
            });
        }
        // The server itself speaks plain http, so that something else speaks https for it.
        if url.is_https() && !arrived.forwarded {
            findings.push(UrlFinding::ProxySilent);
        }
    }
    if !url.is_https() {
        findings.push(UrlFinding::NotHttps);
    }
    if url.is_private() {
        findings.push(UrlFinding::Private);
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrived() -> Arrived {
        Arrived {
            path: "/scim/v2".to_owned(),
            peer: "10.0.0.7".parse().unwrap(),
            authorization: true,
            forwarded: true,
        }
    }

    #[test]
    fn what_is_wrong_with_a_public_url() {
        let found = |url: &str, answer, arrived, trusted: &str| {
            let trusted: Vec<IpNet> = trusted.parse().into_iter().collect();
            findings(&url.parse().unwrap(), answer, arrived, &trusted)
        };
        let (https, proxies) = ("https://rollcall.example.com", "10.0.0.0/8");
        assert_eq!(found(https, Ok(()), Some(arrived()), proxies), []);
        let proxy = "10.0.0.7".to_owned();
        assert_eq!(
            found(https, Ok(()), Some(arrived()), ""),
            [UrlFinding::ProxyNotTrusted { proxy }]
        );
        let silent = Arrived {
            forwarded: false,
            ..arrived()
        };
        assert_eq!(
            found(https, Ok(()), Some(silent.clone()), ""),
            [UrlFinding::ProxySilent]
        );
        let mangled = Arrived {
            path: "/app/scim/v2".to_owned(),
            authorization: false,
            ..arrived()
        };
        let another = UrlFinding::AnotherServer { status: 404 };
        assert_eq!(
            found(https, Err(another.clone()), Some(mangled), proxies),
            [
                another,
                UrlFinding::PathChanged {
                    seen: "/app/scim/v2".to_owned()
                },
                UrlFinding::AuthorizationLost
            ]
        );
        assert_eq!(
            found("http://127.0.0.1:3000", Ok(()), Some(silent), ""),
            [UrlFinding::NotHttps, UrlFinding::Private]
        );
        assert_eq!(
            found(https, Err(UrlFinding::NoSuchName), None, proxies),
            [UrlFinding::NoSuchName]
        );
    }
}

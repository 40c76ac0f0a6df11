//! Simulated traffic: an identity provider is played against a scratch account of this server, over its own socket, so
//! that an administrator sees it work before the real one is touched.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use app::host::{SimulatedStep, Simulation};
use directory::{AccountId, Actor, Directory, NewToken};
use jiff::SignedDuration;
use simulate::{Args, Dialect, Idp};
use tokio::sync::broadcast;

use crate::state::AppState;

/// People and groups in the story: enough to see everything once.
const USERS: u16 = 3;
const GROUPS: u16 = 1;
/// Slow enough to be followed by eye, in requests a second.
const RATE: u16 = 12;
/// How long the scratch account's token is valid.
const VALID: SignedDuration = SignedDuration::from_mins(10);

/// The runs of this process, the last one of each account.
#[derive(Debug, Clone)]
pub(super) struct Simulations {
    directory: Directory,
    listening: Option<SocketAddr>,
    news: broadcast::Sender<AccountId>,
    runs: Arc<Mutex<HashMap<AccountId, Simulation>>>,
}

impl Simulations {
    pub(super) fn new(state: &AppState) -> Self {
        Self {
            directory: state.directory().clone(),
            listening: state.listening(),
            news: state.news().clone(),
            runs: Arc::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<AccountId, Simulation>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn of(&self, account: AccountId) -> Option<Simulation> {
        self.lock().get(&account).cloned()
    }

    /// Begins a run for the account, unless one goes on.
    pub(super) fn begin(&self, account: AccountId, guide: &str) {
        let (idp, dialect) = played(guide);
        {
            let mut runs = self.lock();
            if runs.get(&account).is_some_and(|run| !run.ended) {
                return;
            }
            let run = Simulation {
                name: idp.label().to_owned(),
                steps: Vec::new(),
                ended: false,
                failure: None,
            };
            runs.insert(account, run);
        }
        let this = self.clone();
        tokio::spawn(async move {
            let failure = this.run(account, idp, dialect).await.err();
            this.change(account, |run| {
                run.ended = true;
                run.failure = failure.map(|error| error.to_string());
            });
        });
    }

    async fn run(&self, account: AccountId, idp: Idp, dialect: Option<Dialect>) -> anyhow::Result<()> {
        let address = self
            .listening
            .ok_or_else(|| anyhow::anyhow!("this server does not listen"))?;
        let scratch = self.directory.create_scratch_account().await?.id;
        let told = self.tell(account, scratch, address, idp, dialect).await;
        // Whatever came of it: every trace goes.
        self.directory.remove_scratch_account(scratch).await?;
        told
    }

    async fn tell(
        &self,
        account: AccountId,
        scratch: AccountId,
        mut address: SocketAddr,
        idp: Idp,
        dialect: Option<Dialect>,
    ) -> anyhow::Result<()> {
        let token = NewToken {
            name: "Simulation".to_owned(),
            expires_at: self.directory.now() + VALID,
            read_only: false,
            replaces: None,
        };
        let (_, secret) = self
            .directory
            .create_token(&Actor::Rollcall, scratch, token)
            .await?;
        if address.ip().is_unspecified() {
            address.set_ip(Ipv4Addr::LOCALHOST.into());
        }
        let args = Args {
            idp,
            base_url: format!("http://{address}/scim/v2/{scratch}"),
            token: secret.expose().to_owned(),
            users: USERS,
            groups: GROUPS,
            rate: Some(RATE),
            dialect,
            // Usernames are unique over the installation: these are nobody's.
            seed: uuid::Uuid::new_v4().as_u64_pair().0,
            keep: true,
        };
        let this = self.clone();
        tokio::task::spawn_blocking(move || {
            simulate::play(&args, &mut |step| {
                let step = SimulatedStep {
                    phase: step.phase.to_owned(),
                    request: format!("{} {}", step.method, step.path),
                    about: step.about.clone(),
                    status: step.status,
                    failures: step.failures.clone(),
                };
                this.change(account, |run| run.steps.push(step));
                Ok(())
            })
        })
        .await??;
        Ok(())
    }

    fn change(&self, account: AccountId, change: impl FnOnce(&mut Simulation)) {
        if let Some(run) = self.lock().get_mut(&account) {
            change(run);
        }
        // An error means that nobody looks.
        let _ = self.news.send(account);
    }
}

/// Who is played for a guide; for one without a dialect of its own, the plainest.
fn played(guide: &str) -> (Idp, Option<Dialect>) {
    match guide {
        "entra" => (Idp::Entra, None),
        "okta-saml" => (Idp::Okta, Some(Dialect::Template)),
        "okta-api" => (Idp::Okta, Some(Dialect::Aiw)),
        "google" => (Idp::Google, None),
        "onelogin" => (Idp::Onelogin, None),
        "jumpcloud" => (Idp::Jumpcloud, None),
        "pingone" => (Idp::Ping, Some(Dialect::Pingone)),
        "pingfederate" => (Idp::Ping, Some(Dialect::Pingfederate)),
        "keycloak" => (Idp::Keycloak, None),
        "cyberark" => (Idp::Cyberark, None),
        _ => (Idp::Authentik, None),
    }
}

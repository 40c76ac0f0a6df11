//! What the console asks of the server: a look at its own public URL, and simulated traffic.

mod public_url;
mod simulation;

use std::time::Duration;

use app::host::{Answer, Host, Simulation, UrlCheck};
use directory::AccountId;

use public_url::UrlChecks;
pub(crate) use public_url::{Probes, answer as answer_probe};
use simulation::Simulations;

use crate::state::AppState;

/// The server, as the console sees it.
#[derive(Debug)]
pub(crate) struct Server {
    checks: UrlChecks,
    simulations: Simulations,
}

impl Server {
    pub(crate) fn new(state: &AppState) -> Self {
        Self {
            checks: UrlChecks::new(state),
            simulations: Simulations::new(state),
        }
    }
}

impl Host for Server {
    fn check_public_url(
        &self,
        account: AccountId,
        anew: bool,
        patience: Duration,
    ) -> Answer<Option<UrlCheck>> {
        let mut check = self.checks.check(account, anew);
        Box::pin(async move {
            // Neither end is lost while the look goes on; where it is, nothing is known.
            let found = tokio::time::timeout(patience, check.wait_for(Option::is_some)).await;
            found.ok()?.ok()?.clone()
        })
    }

    fn simulate(&self, account: AccountId, guide: &str) {
        self.simulations.begin(account, guide);
    }

    fn simulation(&self, account: AccountId) -> Option<Simulation> {
        self.simulations.of(account)
    }
}

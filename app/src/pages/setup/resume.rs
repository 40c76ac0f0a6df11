//! Which steps are done, and at which the set-up is taken up again.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;

use crate::error::ConsoleError;
use crate::pages::{account_param, leading};
#[cfg(feature = "ssr")]
use crate::subject::step::Step;

/// The set-up without a step: leads to the first that is not done.
#[component]
pub fn ResumeSetupPage() -> impl IntoView {
    let account = account_param();
    leading(Resource::new(move || account.get(), find_open_step))
}

/// The address of the first step that is not done.
#[server(input = PostUrl)]
pub async fn find_open_step(
    /// The account.
    account: String,
) -> Result<String, ConsoleError> {
    let (account, _) = crate::session::reader(&account).await?;
    Ok(open_step(account).await?)
}

/// How far an account has come.
#[cfg(feature = "ssr")]
pub(super) struct Progress {
    pub(super) connection: crate::subject::connection::ConnectionView,
    pub(super) tokens: Vec<crate::subject::token::TokenView>,
    pub(super) arriving: crate::pages::provisioning::enable::Arriving,
    pub(super) arrivals: directory::provisioning::arrival::Arrivals,
    /// The steps that are done, in their order.
    pub(super) done: Vec<Step>,
}

#[cfg(feature = "ssr")]
impl Progress {
    /// Reads it.
    ///
    /// # Errors
    /// Those of the directory.
    pub(super) async fn read(account: directory::AccountId) -> Result<Self, directory::DirectoryError> {
        use directory::provisioning::arrival::Milestone;

        let connection = crate::subject::connection::read(account).await?;
        let tokens = crate::subject::token::read(account).await?;
        let arriving = crate::pages::provisioning::enable::arriving(account).await?;
        let arrivals = crate::session::directory().arrivals(account).await?;
        let chosen = connection.guide.is_some();
        let passed = |milestone| arrivals.passed.contains_key(&milestone);
        let is_done = |step: &Step| match step {
            Step::Prepare => chosen,
            Step::Preview => {
                connection.enabled
                    || (chosen && !arriving.any())
                    || crate::session::console().previews.get(account).is_some()
            }
            Step::Enable => connection.enabled,
            Step::Token => crate::subject::token::provisions(&tokens, connection.now),
            Step::Configure => passed(Milestone::Accepted),
            Step::Verify => passed(Milestone::Role),
        };
        let done = Step::ALL.into_iter().filter(is_done).collect();
        Ok(Self {
            connection,
            tokens,
            arriving,
            arrivals,
            done,
        })
    }
}

/// The address of the first step that is not done; when all are, of the last.
///
/// # Errors
/// Those of the directory.
#[cfg(feature = "ssr")]
pub(super) async fn open_step(account: directory::AccountId) -> Result<String, directory::DirectoryError> {
    let done = Progress::read(account).await?.done;
    let open = Step::ALL.into_iter().find(|step| !done.contains(step));
    let to = crate::routes::Account::new(account.to_string());
    Ok(to.setup_step(open.unwrap_or(Step::Verify)))
}

//! What Rollcall found at its own public URL, with the setting that mends it.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;

use crate::components::{Callout, FormError, RelativeTime, SubmitButton, Tone, action_form, section};
use crate::error::{ConsoleError, error_of};
use crate::format::Moment;
use crate::host::{UrlCheck, UrlFinding};
use crate::pages::frame::FrameData;
use crate::text::{K, fill, t};

/// How long the page waits for what is being found; after that it hears of it.
#[cfg(feature = "ssr")]
const PATIENCE: std::time::Duration = std::time::Duration::from_millis(1500);
/// How long whoever asks for it waits.
#[cfg(feature = "ssr")]
const PATIENCE_WHEN_ASKED: std::time::Duration = std::time::Duration::from_secs(8);

/// The section.
pub(super) fn view(
    frame: &FrameData,
    check: Option<&UrlCheck>,
    now: Moment,
    action: ServerAction<CheckPublicUrl>,
) -> AnyView {
    let found = match check {
        None => view! { <p role="status">{t(K::UrlChecking)}</p> }.into_any(),
        Some(check) => {
            let findings = check
                .findings
                .iter()
                .map(|finding| row(finding, &check.url))
                .collect_view();
            let well = check.findings.is_empty().then(|| {
                view! { <Callout title=fill(K::UrlWell, &[("url", &check.url)]) tone=Tone::Good /> }
            });
            let at = check.at;
            view! {
                {well}
                {findings}
                <p class="muted">{t(K::UrlChecked)} " " <RelativeTime at=at now=now /></p>
            }
            .into_any()
        }
    };
    let button = view! { <SubmitButton label=t(K::UrlCheckAgain) pending=action.pending() /> };
    let form = frame
        .may_write
        .then(|| action_form(action, &[("account", &*frame.to().id())], button));
    let content = view! {
        {found}
        {form}
        <FormError error=error_of(action) />
    };
    section("public-url", t(K::UrlTitle), t(K::UrlAbout), content)
}

/// A finding: what is wrong, and what mends it.
fn row(finding: &UrlFinding, url: &str) -> AnyView {
    use UrlFinding as F;

    let status = |status: &u16| status.to_string();
    let (tone, title, mend) = match finding {
        F::NoSuchName => (Tone::Bad, fill(K::UrlNoName, &[("url", url)]), K::UrlNoNameMend),
        F::NothingListens => (Tone::Bad, fill(K::UrlNothing, &[("url", url)]), K::UrlNothingMend),
        F::Silent => (Tone::Bad, fill(K::UrlSilent, &[("url", url)]), K::UrlSilentMend),
        F::Certificate { reason } => (
            Tone::Bad,
            fill(K::UrlCertificate, &[("reason", reason)]),
            K::UrlCertificateMend,
        ),
        F::Failed { reason } => (
            Tone::Bad,
            fill(K::UrlFailed, &[("reason", reason)]),
            K::UrlFailedMend,
        ),
        F::Redirected { status: code, to } => (
            Tone::Bad,
            fill(K::UrlRedirected, &[("status", &status(code)), ("to", to)]),
            K::UrlRedirectedMend,
        ),
        F::AnotherServer { status: code } => (
            Tone::Bad,
            fill(K::UrlAnother, &[("status", &status(code)), ("url", url)]),
            K::UrlAnotherMend,
        ),
        F::PathChanged { seen } => (
            Tone::Bad,
            fill(K::UrlPath, &[("seen", if seen.is_empty() { "/" } else { seen })]),
            K::UrlPathMend,
        ),
        F::AuthorizationLost => (
            Tone::Bad,
            t(K::UrlAuthorization).to_owned(),
            K::UrlAuthorizationMend,
        ),
        F::ProxyNotTrusted { proxy } => {
            let title = fill(K::UrlProxy, &[("proxy", proxy)]);
            return callout(Tone::Warning, title, fill(K::UrlProxyMend, &[("proxy", proxy)]));
        }
        F::ProxySilent => (
            Tone::Warning,
            t(K::UrlProxySilent).to_owned(),
            K::UrlProxySilentMend,
        ),
        F::NotHttps => (Tone::Warning, t(K::UrlNotHttps).to_owned(), K::UrlNotHttpsMend),
        F::Private => (Tone::Warning, t(K::UrlPrivate).to_owned(), K::UrlPrivateMend),
    };
    callout(tone, title, t(mend).to_owned())
}

fn callout(tone: Tone, title: String, mend: String) -> AnyView {
    view! {
        <Callout title=title tone=tone>
            <p>{with_options(&mend)}</p>
        </Callout>
    }
    .into_any()
}

/// Options of the command line are set apart, and stay on one line.
fn with_options(text: &str) -> AnyView {
    text.split_inclusive(' ')
        .map(|word| {
            if word.starts_with("--") {
                view! { <code class="nowrap">{word.to_owned()}</code> }.into_any()
            } else {
                word.to_owned().into_any()
            }
        })
        .collect_view()
        .into_any()
}

/// What is known of it, as far as it is known within a moment.
#[cfg(feature = "ssr")]
pub(super) async fn read(account: directory::AccountId) -> Option<UrlCheck> {
    let host = crate::session::console().host;
    host.check_public_url(account, false, PATIENCE).await
}

/// Looks at the public URL once more.
#[server(input = PostUrl)]
pub async fn check_public_url(
    /// The account whose set-up asks.
    account: String,
) -> Result<(), ConsoleError> {
    let (account, _) = crate::session::writer(&account).await?;
    let host = crate::session::console().host;
    host.check_public_url(account, true, PATIENCE_WHEN_ASKED).await;
    Ok(())
}

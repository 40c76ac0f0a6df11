//! The token whose end nears without a successor, on every page of its account but the overview.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::hooks::use_location;
use serde::{Deserialize, Serialize};

use crate::components::{Callout, Tone};
use crate::error::ConsoleError;
use crate::routes;
use crate::text::{K, P, count_with, t};

/// The token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndingToken {
    account: String,
    token: String,
    name: String,
    days: u64,
    /// Whether it is an app's, and not the identity provider's.
    read_only: bool,
    may_write: bool,
}

/// Told whenever a page has changed the tokens.
#[derive(Clone, Copy)]
pub struct TokensChanged(pub RwSignal<usize>);

/// The announcement. It is read anew with each page, apart from what the frame keeps.
pub(super) fn announcement(account: Memo<Option<String>>) -> AnyView {
    let path = use_location().pathname;
    let changed = RwSignal::new(0);
    provide_context(TokensChanged(changed));
    // The overview says it among what needs attention.
    let elsewhere = move || {
        let path = path.get();
        let is_overview = |account: &String| routes::Account::new(account.as_str()).overview() == path;
        (
            account.get().filter(|account| !is_overview(account)),
            path.clone(),
        )
    };
    let token = Resource::new(
        move || (elsewhere(), changed.get()),
        |((account, _), _)| async move {
            match account {
                Some(account) => load_ending_token(account).await,
                None => Ok(None),
            }
        },
    );
    let content = move || Suspend::new(async move { token.await.ok().flatten().map(|token| view(&token)) });
    view! { <Transition>{content}</Transition> }.into_any()
}

/// That a token of this name ends in so many days, and who is refused then. `read_only`: whether it is an app's.
pub fn ending(name: &str, days: u64, read_only: bool) -> String {
    let key = if read_only {
        P::AnnouncementApp
    } else {
        P::AnnouncementTitle
    };
    count_with(key, days, &[("name", name)])
}

fn view(token: &EndingToken) -> AnyView {
    let tone = match token.days {
        0..=1 => Tone::Bad,
        2..=14 => Tone::Warning,
        _ => Tone::Accent,
    };
    let way_on = if token.may_write {
        let href = routes::Account::new(&token.account).successor(&token.token);
        view! { <p><a href=href>{t(K::AnnouncementMend)}</a></p> }.into_any()
    } else {
        view! { <p>{t(K::AnnouncementAsk)}</p> }.into_any()
    };
    view! {
        <div class="announcement">
            <Callout title=ending(&token.name, token.days, token.read_only) tone=tone>
                {way_on}
            </Callout>
        </div>
    }
    .into_any()
}

/// The token of the account that ends next without a successor.
#[server(input = PostUrl)]
pub async fn load_ending_token(
    /// The account.
    account: String,
) -> Result<Option<EndingToken>, ConsoleError> {
    use crate::format::Moment;
    use crate::session;

    let (account, person) = session::reader(&account).await?;
    let directory = session::directory();
    let now = Moment::from(directory.now());
    Ok(directory.ending_token(account).await?.map(|token| EndingToken {
        account: account.to_string(),
        token: token.token.to_string(),
        name: token.name,
        days: Moment::from(token.expires_at).days_left(now),
        read_only: token.read_only,
        may_write: person.may_write(account),
    }))
}

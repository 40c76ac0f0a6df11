//! The token whose end nears without a successor, on every page of its account.

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
    let ending = Resource::new(
        move || (account.get(), path.get(), changed.get()),
        |(account, ..)| load_ending_token(account),
    );
    let content = move || Suspend::new(async move { ending.await.ok().flatten().map(|token| view(&token)) });
    view! { <Transition>{content}</Transition> }.into_any()
}

fn view(token: &EndingToken) -> AnyView {
    let tone = match token.days {
        0..=1 => Tone::Bad,
        2..=14 => Tone::Warning,
        _ => Tone::Accent,
    };
    let title = if token.read_only {
        P::AnnouncementApp
    } else {
        P::AnnouncementTitle
    };
    let way_on = if token.may_write {
        let href = routes::Account::new(&token.account).successor(&token.token);
        view! { <p><a href=href>{t(K::AnnouncementMend)}</a></p> }.into_any()
    } else {
        view! { <p>{t(K::AnnouncementAsk)}</p> }.into_any()
    };
    view! {
        <div class="announcement">
            <Callout title=count_with(title, token.days, &[("name", &token.name)]) tone=tone>
                {way_on}
            </Callout>
        </div>
    }
    .into_any()
}

/// The token of the account that ends next without a successor.
#[server(input = PostUrl)]
pub async fn load_ending_token(
    /// The id in the page's path.
    account: Option<String>,
) -> Result<Option<EndingToken>, ConsoleError> {
    use crate::format::Moment;
    use crate::session;

    let Some(account) = account else {
        return Ok(None);
    };
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

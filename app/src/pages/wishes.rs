//! The guides that accounts miss, for who runs the installation: how many ask for each, and what was answered.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::loaded;
use crate::components::{
    FormError, PageHead, RelativeTime, Select, SubmitButton, TextField, action_form, empty_state,
};
use crate::error::{ConsoleError, error_of};
use crate::format::{Moment, size};
use crate::subject::wish::{WishState, WishView};
use crate::text::{K, P, count, t};

/// The wishes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WishList {
    wishes: Vec<WishView>,
    now: Moment,
}

/// The page.
pub struct WishesPage;

#[lazy_route]
impl LazyRoute for WishesPage {
    fn data() -> Self {
        Self
    }

    fn view(WishesPage: Self) -> AnyView {
        let answer = ServerAction::new();
        let wishes = Resource::new(move || answer.version().get(), |_| list_wishes());
        loaded(wishes, move |_, list| view(&list, answer))
    }
}

fn view(list: &WishList, answer: ServerAction<AnswerWish>) -> AnyView {
    let number = size(list.wishes.len());
    let state = view! { <p>{count(P::WishesTotal, number)}</p> }.into_any();
    let content = if list.wishes.is_empty() {
        empty_state(t(K::WishesEmpty), t(K::WishesEmptyReason))
    } else {
        list.wishes
            .iter()
            .map(|wish| row(wish, list.now, answer))
            .collect_view()
            .into_any()
    };
    view! {
        <PageHead title=t(K::WishesTitle) state=state />
        <FormError error=error_of(answer) />
        {content}
    }
    .into_any()
}

fn row(wish: &WishView, now: Moment, answer: ServerAction<AnswerWish>) -> AnyView {
    let notes = wish
        .notes
        .iter()
        .map(|(account, by, note)| {
            view! {
                <li>
                    <strong>{account.clone()}</strong>
                    " "
                    <span class="muted">{by.clone()}</span>
                    <p>{note.clone()}</p>
                </li>
            }
        })
        .collect_view();
    let fields = view! {
        <Select
            name="state"
            label=t(K::WishState)
            options=WishState::options()
            selected=wish.state.as_str()
        />
        <TextField name="answer" label=t(K::WishAnswer) value=wish.answer.clone() />
        <div class="actions">
            <SubmitButton label=t(K::WishAnswerSend) pending=answer.pending() />
        </div>
    };
    let at = wish.asked_at;
    view! {
        <section class="section">
            <div class="section-about">
                <h2>{wish.name.clone()}</h2>
                <p class="row">{wish.state.badge()} {count(P::WishCount, wish.count)}</p>
                <p class="muted">
                    <RelativeTime at=at now=now />
                </p>
            </div>
            <div class="section-content">
                <ul class="points">{notes}</ul>
                {action_form(answer, &[("name", &wish.name)], fields)}
            </div>
        </section>
    }
    .into_any()
}

/// All wishes. For owners.
#[server(input = PostUrl)]
pub async fn list_wishes() -> Result<WishList, ConsoleError> {
    crate::session::owner().await?;
    let directory = crate::session::directory();
    let wishes = directory.list_wishes(None).await?;
    Ok(WishList {
        wishes: wishes.into_iter().map(Into::into).collect(),
        now: directory.now().into(),
    })
}

/// Answers a wish. For owners.
#[server(input = PostUrl)]
pub async fn answer_wish(
    /// The identity provider.
    name: String,
    /// What became of it.
    state: String,
    /// A word to who asked.
    #[server(default)]
    answer: String,
) -> Result<(), ConsoleError> {
    crate::session::owner().await?;
    let state = directory::WishState::from_name(&state).ok_or(ConsoleError::Malformed)?;
    Ok(crate::session::directory()
        .answer_wish(&name, state, &answer)
        .await?)
}

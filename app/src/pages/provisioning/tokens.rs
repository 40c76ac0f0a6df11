//! The tokens of the connection: the table, and its dialogs.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;

use super::new_token::{self, GenerateToken};
use super::rotation;
use crate::components::{
    Badge, Button, ButtonKind, Dialog, FormError, RelativeTime, SelectOption, SubmitButton, Table,
    action_form, column, empty_state,
};
use crate::error::{ConsoleError, error_of};
use crate::format::Moment;
use crate::pages::frame::announcement::TokensChanged;
use crate::routes;
use crate::subject::token::{self, TokenView};
use crate::text::{K, fill, t};

/// What the table and its dialogs keep between two readings of the page.
#[derive(Clone, Copy)]
pub struct TokensState {
    generate: ServerAction<GenerateToken>,
    revoke: ServerAction<RevokeToken>,
    /// Whether the dialog that makes a token is open.
    making: RwSignal<bool>,
    /// The tokens whose place the new one can take.
    replaceable: RwSignal<Vec<SelectOption>>,
    copied: RwSignal<bool>,
    asked: RwSignal<bool>,
    /// Counts dialogs that closed after a token was made.
    made: RwSignal<usize>,
    /// The token that is about to be revoked.
    ending: RwSignal<Option<TokenView>>,
    /// Whether the dialog that asks for it is open.
    asking: RwSignal<bool>,
}

impl Default for TokensState {
    /// Nothing open, nothing made.
    fn default() -> Self {
        Self {
            generate: ServerAction::new(),
            revoke: ServerAction::new(),
            making: RwSignal::new(false),
            replaceable: RwSignal::new(Vec::new()),
            copied: RwSignal::new(false),
            asked: RwSignal::new(false),
            made: RwSignal::new(0),
            ending: RwSignal::new(None),
            asking: RwSignal::new(false),
        }
    }
}

impl TokensState {
    /// Changes whenever the table must be read again.
    pub fn changes(self) -> (usize, usize) {
        (self.revoke.version().get(), self.made.get())
    }

    /// Closes what is done with, and forgets the secret when its dialog closes.
    pub fn watch(self) {
        Effect::new(move |before: Option<bool>| {
            let open = self.making.get();
            if before == Some(true) && !open {
                self.generate.clear();
                self.copied.set(false);
                self.asked.set(false);
                self.made.update(|made| *made += 1);
            }
            open
        });
        Effect::new(move |_| {
            if let Some(Ok(())) = self.revoke.value().get() {
                self.asking.set(false);
            }
        });
        if let Some(TokensChanged(changed)) = use_context() {
            Effect::new(move |before: Option<()>| {
                self.changes();
                if before.is_some() {
                    changed.update(|count| *count += 1);
                }
            });
        }
    }

    fn secret(self) -> Option<String> {
        self.generate
            .value()
            .with(|value| value.as_ref().and_then(|result| result.as_ref().ok().cloned()))
    }
}

/// The table with what can be done. Its dialogs are apart.
pub fn table(
    to: &routes::Account,
    may_write: bool,
    tokens: &[TokenView],
    now: Moment,
    state: TokensState,
) -> AnyView {
    let content = if tokens.is_empty() {
        empty_state(t(K::TokensEmpty), t(K::TokensEmptyReason))
    } else {
        let mut columns: Vec<AnyView> = [K::TokenName, K::TokenPrefix, K::TokenValid, K::TokenLastUsed]
            .map(|key| column(t(key)))
            .into();
        if may_write {
            columns.push(view! { <td /> }.into_any());
        }
        let rows = tokens
            .iter()
            .map(|token| row(to, may_write, token, now, state))
            .collect_view();
        view! {
            <Table label=t(K::TokensTitle) columns=columns stacks=true>
                {rows}
            </Table>
            {rotation::line(tokens, now)}
        }
        .into_any()
    };
    view! {
        {content}
        <FormError error=error_of(state.revoke) />
        {may_write.then(|| opener(to, tokens, now, state))}
    }
    .into_any()
}

fn row(to: &routes::Account, may_write: bool, token: &TokenView, now: Moment, state: TokensState) -> AnyView {
    let used = match token.last_used_at {
        Some(at) => view! {
            <RelativeTime at=at now=now />
            <p class="muted">{token.last_used_from.clone()}</p>
        }
        .into_any(),
        None => view! { <span class="muted">{t(K::TokenUnused)}</span> }.into_any(),
    };
    let made = fill(
        K::TokenMade,
        &[("by", &token.created_by), ("date", &token.created_at.date())],
    );
    let read_only = token
        .read_only
        .then(|| view! { <Badge label=t(K::TokenReadOnly) /> });
    let action = may_write.then(|| {
        let form = token.is_live(now).then(|| revoke_form(to, token, state));
        view! { <td class="end">{form}</td> }
    });
    view! {
        <tr>
            <th scope="row">
                <span class="row">{token.name.clone()} {read_only}</span>
                <p class="muted">{made}</p>
            </th>
            <td data-label=t(K::TokenPrefix)>
                <code>{format!("{}…", token.prefix)}</code>
            </td>
            <td data-label=t(K::TokenValid)>{token.validity(now)}</td>
            <td class="whole" data-label=t(K::TokenLastUsed)>
                {used}
            </td>
            {action}
        </tr>
    }
    .into_any()
}

/// Revokes at once without script; with it, the dialog asks first.
fn revoke_form(to: &routes::Account, token: &TokenView, state: TokensState) -> AnyView {
    let name = fill(K::TokenRevokeNamed, &[("name", &token.name)]);
    let ending = token.clone();
    let intercept = move |()| {
        // What went wrong with another token is not this one's.
        state.revoke.clear();
        state.ending.set(Some(ending.clone()));
        state.asking.set(true);
        true
    };
    let content = view! {
        <SubmitButton
            kind=ButtonKind::QuietDanger
            label=t(K::TokenRevoke)
            name=name
            pending=state.revoke.pending()
            intercept=intercept
        />
    };
    action_form(
        state.revoke,
        &[("account", &to.id()), ("token", &token.id)],
        content,
    )
}

/// Leads to the form's page; with script it opens the dialog instead.
fn opener(to: &routes::Account, tokens: &[TokenView], now: Moment, state: TokensState) -> AnyView {
    let replaceable = new_token::replaceable(tokens, now);
    let kind = if token::provisions(tokens, now) {
        ButtonKind::Secondary
    } else {
        ButtonKind::Primary
    };
    let intercept = move |()| {
        state.replaceable.set(replaceable.clone());
        state.making.set(true);
        true
    };
    view! {
        <form method="get" action=to.new_token()>
            <SubmitButton kind=kind label=t(K::TokenGenerate) intercept=intercept />
        </form>
    }
    .into_any()
}

/// The dialogs, for outside of what is drawn anew: nothing that is typed into them is lost when something comes.
pub fn dialogs(account: Memo<String>, state: TokensState) -> AnyView {
    let may_close = move |()| {
        let leave = state.secret().is_none() || state.copied.get_untracked() || state.asked.get_untracked();
        if !leave {
            state.asked.set(true);
        }
        leave
    };
    let make = move || {
        if let Some(secret) = state.secret() {
            return new_token::shown(secret, state.copied, state.asked, Some(state.making));
        }
        let cancel = view! { <Button label=t(K::Cancel) on_press=move |_| state.making.set(false) /> };
        let to = routes::Account::new(account.get_untracked());
        new_token::form(
            &to,
            &state.replaceable.get(),
            None,
            state.generate,
            cancel.into_any(),
        )
    };
    let end = move || {
        let to = routes::Account::new(account.get_untracked());
        state
            .ending
            .get()
            .map(|token| revoke_question(&to, &token, state))
    };
    view! {
        <Dialog id="generate" title=t(K::TokenGenerateTitle) open=state.making may_close=may_close>
            {make}
        </Dialog>
        <Dialog id="revoke" title=t(K::TokenRevokeTitle) open=state.asking>
            {end}
        </Dialog>
    }
    .into_any()
}

fn revoke_question(to: &routes::Account, token: &TokenView, state: TokensState) -> AnyView {
    let content = view! {
        <FormError error=error_of(state.revoke) />
        <div class="actions">
            <SubmitButton
                kind=ButtonKind::Danger
                label=t(K::TokenRevokeTitle)
                pending=state.revoke.pending()
            />
            <Button label=t(K::Cancel) on_press=move |_| state.asking.set(false) />
        </div>
    };
    view! {
        <div class="consequences">
            <p>
                <strong>{token.name.clone()}</strong>
                " "
                <code>{format!("{}…", token.prefix)}</code>
            </p>
            <p>{t(K::TokenRevokeMeaning)}</p>
        </div>
        {action_form(state.revoke, &[("account", &to.id()), ("token", &token.id)], content)}
    }
    .into_any()
}

/// Revokes a token.
#[server(input = PostUrl)]
pub async fn revoke_token(
    /// The account.
    account: String,
    /// The token.
    token: String,
) -> Result<(), ConsoleError> {
    let (account, actor) = crate::session::writer(&account).await?;
    let token = token.parse().map_err(|_| ConsoleError::NotFound)?;
    Ok(crate::session::directory()
        .revoke_token(&actor, account, token)
        .await?)
}

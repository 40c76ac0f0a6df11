//! The tokens of the connection: the table, and the form that makes one, in a dialog or without script on a page.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::rotation;
use crate::components::{
    Badge, Button, ButtonKind, Checkbox, Crumb, Dialog, FieldKind, FormError, LinkButton, OneTimeSecret,
    PageHead, RelativeTime, Select, SelectOption, SubmitButton, Table, TextField, action_form, column,
    empty_state,
};
use crate::error::{ConsoleError, Field, error_of};
use crate::format::Moment;
use crate::pages::frame::FrameData;
use crate::pages::{account_param, loaded};
use crate::routes;
use crate::subject::token::TokenView;
use crate::text::{K, P, count, fill, t};

/// How long a token may be valid: in days, and as it reads.
const PERIODS: [(u16, K); 5] = [
    (30, K::Valid30),
    (90, K::Valid90),
    (180, K::Valid180),
    (365, K::Valid365),
    (730, K::Valid730),
];
/// The choice of a day of one's own.
const UNTIL: &str = "date";
/// The period that is chosen to begin with.
const USUAL: &str = "180";

/// How long a token goes on after the first use of its successor: in seconds, and as it reads.
const GRACES: [(i64, K); 4] = [
    (0, K::GraceNone),
    (60 * 60, K::GraceHour),
    (24 * 60 * 60, K::GraceDay),
    (7 * 24 * 60 * 60, K::GraceWeek),
];
/// The time that is chosen to begin with.
const USUAL_GRACE: &str = "86400";

/// What the table and its dialogs keep between two readings of the page.
#[derive(Clone, Copy)]
pub struct TokensState {
    generate: ServerAction<GenerateToken>,
    revoke: ServerAction<RevokeToken>,
    /// Whether the dialog that makes a token is open.
    making: RwSignal<bool>,
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
    }

    fn secret(self) -> Option<String> {
        self.generate
            .value()
            .with(|value| value.as_ref().and_then(|result| result.as_ref().ok().cloned()))
    }
}

/// The table with what can be done.
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
            <Table label=t(K::TokensTitle) columns=columns>
                {rows}
            </Table>
            {rotation::line(tokens, now)}
        }
        .into_any()
    };
    view! {
        {content}
        <FormError error=error_of(state.revoke) />
        {may_write.then(|| opener(to, state))}
        {may_write.then(|| dialogs(to, successors_of(tokens, now), state))}
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
            <td>
                <code>{format!("{}…", token.prefix)}</code>
            </td>
            <td>{token.validity(now)}</td>
            <td>{used}</td>
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
fn opener(to: &routes::Account, state: TokensState) -> AnyView {
    let intercept = move |()| {
        state.making.set(true);
        true
    };
    view! {
        <form method="get" action=to.new_token()>
            <SubmitButton label=t(K::TokenGenerate) intercept=intercept />
        </form>
    }
    .into_any()
}

fn dialogs(to: &routes::Account, replaceable: Vec<SelectOption>, state: TokensState) -> AnyView {
    let may_close = move |()| {
        let leave = state.secret().is_none() || state.copied.get_untracked() || state.asked.get_untracked();
        if !leave {
            state.asked.set(true);
        }
        leave
    };
    let (making, ending) = (to.clone(), to.clone());
    let make = move || {
        if let Some(secret) = state.secret() {
            return shown(secret, state.copied, state.asked, Some(state.making));
        }
        let cancel = view! { <Button label=t(K::Cancel) on_press=move |_| state.making.set(false) /> };
        form(&making, &replaceable, state.generate, cancel.into_any())
    };
    view! {
        <Dialog id="generate" title=t(K::TokenGenerateTitle) open=state.making may_close=may_close>
            {make.clone()}
        </Dialog>
        <Dialog id="revoke" title=t(K::TokenRevokeTitle) open=state.asking>
            {state.ending.get().map(|token| revoke_question(&ending, &token, state))}
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

/// The secret, once. `dialog`: what *Done* closes; on a page it is a link.
fn shown(
    secret: String,
    copied: RwSignal<bool>,
    asked: RwSignal<bool>,
    dialog: Option<RwSignal<bool>>,
) -> AnyView {
    let on_done = dialog.map(|open| Callback::new(move |()| open.set(false)));
    view! {
        <OneTimeSecret
            name="token"
            label=t(K::TokenLabel)
            value=secret
            warning=t(K::TokenWarning)
            copied=copied
            asked=asked
            on_done=on_done
        />
    }
    .into_any()
}

/// The tokens whose place a new one can take.
fn successors_of(tokens: &[TokenView], now: Moment) -> Vec<SelectOption> {
    tokens
        .iter()
        .filter(|token| !token.read_only && token.is_live(now))
        .map(|token| SelectOption::new(&token.id, format!("{} ({}…)", token.name, token.prefix)))
        .collect()
}

/// Whose place the new token takes, and what becomes of that one; nothing where there is none.
fn succession(replaceable: &[SelectOption]) -> AnyView {
    if replaceable.is_empty() {
        return ().into_any();
    }
    let mut options = replaceable.to_vec();
    options.push(SelectOption::new("", t(K::ReplacesNone)));
    let graces = GRACES
        .map(|(seconds, label)| SelectOption::new(seconds.to_string(), t(label)))
        .into();
    view! {
        <Select name="replaces" label=t(K::FieldReplaces) options=options hint=t(K::ReplacesHint) />
        <Select name="grace" label=t(K::FieldGrace) options=graces selected=USUAL_GRACE hint=t(K::GraceHint) />
    }
    .into_any()
}

fn form(
    to: &routes::Account,
    replaceable: &[SelectOption],
    action: ServerAction<GenerateToken>,
    way_out: AnyView,
) -> AnyView {
    let error = error_of(action);
    let mut options: Vec<SelectOption> = PERIODS
        .map(|(days, label)| SelectOption::new(days.to_string(), t(label)))
        .into();
    options.push(SelectOption::new(UNTIL, t(K::ValidUntil)));
    let content = view! {
        <FormError error=error fields=&[Field::Name, Field::Validity] />
        <Select
            name="valid_for"
            label=t(K::FieldValidFor)
            options=options
            selected=USUAL
            hint=t(K::ValidHint)
            error=error
            field=Field::Validity
        />
        <div class="until">
            <TextField name="until" kind=FieldKind::Date label=t(K::FieldUntil) />
        </div>
        <TextField
            name="name"
            label=t(K::FieldTokenName)
            hint=t(K::TokenNameHint)
            error=error
            field=Field::Name
        />
        {succession(replaceable)}
        <Checkbox name="read_only" value="true" label=t(K::TokenReadOnly) hint=t(K::TokenReadOnlyHint) />
        <div class="actions">
            <SubmitButton kind=ButtonKind::Primary label=t(K::TokenGenerate) pending=action.pending() />
            {way_out}
        </div>
    };
    action_form(action, &[("account", &to.id())], content)
}

/// The page without script.
pub struct NewTokenPage;

/// What the page needs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewTokenView {
    /// The token that a plain form has just made.
    handed_over: Option<String>,
    /// The read-write tokens that are live.
    live: Vec<TokenView>,
    now: Moment,
}

#[lazy_route]
impl LazyRoute for NewTokenPage {
    fn data() -> Self {
        Self
    }

    fn view(NewTokenPage: Self) -> AnyView {
        let account = account_param();
        let data = Resource::new(move || account.get(), load_new_token);
        let action = ServerAction::new();
        let (copied, asked) = (RwSignal::new(false), RwSignal::new(false));
        loaded(data, move |frame, data| page(&frame, data, action, copied, asked))
    }
}

fn page(
    frame: &FrameData,
    data: NewTokenView,
    action: ServerAction<GenerateToken>,
    copied: RwSignal<bool>,
    asked: RwSignal<bool>,
) -> AnyView {
    let to = frame.to();
    let crumbs = vec![
        Crumb::link(frame.account_name(), to.overview()),
        Crumb::section(t(K::IdentityTitle), to.identity()),
        Crumb::link(t(K::ProvisioningTitle), to.provisioning()),
    ];
    let live = u64::try_from(data.live.len()).unwrap_or(u64::MAX);
    let state = view! { <p>{count(P::TokensLive, live)}</p> }.into_any();
    let replaceable = successors_of(&data.live, data.now);
    let secret = move || match action.value().get() {
        Some(Ok(secret)) => Some(secret),
        _ => data.handed_over.clone(),
    };
    let content = move || match secret() {
        Some(secret) => view! {
            {shown(secret, copied, asked, None)}
            <div class="actions">
                <LinkButton kind=ButtonKind::Primary href=to.provisioning() label=t(K::SecretDone) />
            </div>
        }
        .into_any(),
        None => form(
            &to,
            &replaceable,
            action,
            view! { <LinkButton href=to.provisioning() label=t(K::Cancel) /> }.into_any(),
        ),
    };
    view! {
        <PageHead title=t(K::TokenGenerateTitle) crumbs=crumbs state=state />
        <div class="section wide">{content}</div>
    }
    .into_any()
}

/// What the form's page needs; for somebody who may make a token.
#[server(input = PostUrl)]
pub async fn load_new_token(
    /// The account.
    account: String,
) -> Result<NewTokenView, ConsoleError> {
    let (account, _) = crate::session::writer(&account).await?;
    let now = crate::session::directory().now().into();
    let tokens = crate::subject::token::read(account).await?;
    Ok(NewTokenView {
        handed_over: crate::session::take_handed_over(),
        live: tokens
            .into_iter()
            .filter(|token| token.is_live(now) && !token.read_only)
            .collect(),
        now,
    })
}

/// Makes a token and gives its secret, once.
#[server(input = PostUrl)]
pub async fn generate_token(
    /// The account.
    account: String,
    /// Days, or `date` for a day of one's own.
    valid_for: String,
    /// That day.
    #[server(default)]
    until: String,
    /// A name; empty: one is made up.
    #[server(default)]
    name: String,
    /// Whether it may only read.
    #[server(default)]
    read_only: bool,
    /// The token whose place it takes; empty: none.
    #[server(default)]
    replaces: String,
    /// For how many seconds that one goes on after the first use of the new one.
    #[server(default)]
    grace: String,
) -> Result<String, ConsoleError> {
    use directory::{NewToken, Replacement};

    let (account, actor) = crate::session::writer(&account).await?;
    let directory = crate::session::directory();
    let expires_at = end(directory.now(), &valid_for, &until)?;
    let replaces = if replaces.is_empty() || read_only {
        None
    } else {
        let known = GRACES.iter().find(|(seconds, _)| seconds.to_string() == grace);
        Some(Replacement {
            token: replaces.parse().map_err(|_| ConsoleError::NotFound)?,
            grace: jiff::SignedDuration::from_secs(known.ok_or(ConsoleError::Malformed)?.0),
        })
    };
    let token = NewToken {
        name: name.trim().to_owned(),
        expires_at,
        read_only,
        replaces,
    };
    let (_, secret) = directory.create_token(&actor, account, token).await?;
    crate::session::hand_over(secret.expose());
    Ok(secret.expose().to_owned())
}

/// The end of the validity. A day ends at midnight UTC.
#[cfg(feature = "ssr")]
fn end(now: jiff::Timestamp, valid_for: &str, until: &str) -> Result<jiff::Timestamp, ConsoleError> {
    use crate::error::Problem;

    let wrong = |problem| ConsoleError::Invalid(Field::Validity, problem);
    if valid_for == UNTIL {
        let day: jiff::civil::Date = until.parse().map_err(|_| wrong(Problem::Validity { years: 2 }))?;
        let end = jiff::tz::TimeZone::UTC.to_timestamp(day.at(23, 59, 59, 0));
        return end.map_err(|_| wrong(Problem::Validity { years: 2 }));
    }
    let days = PERIODS
        .iter()
        .map(|(days, _)| *days)
        .find(|days| days.to_string() == valid_for);
    let hours = i64::from(days.ok_or(wrong(Problem::Unknown))?) * 24;
    now.checked_add(jiff::SignedDuration::from_hours(hours))
        .map_err(|_| wrong(Problem::Unknown))
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

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_validity() {
        let now: jiff::Timestamp = "2026-11-24T14:00:00Z".parse().unwrap();
        for (valid_for, until, expected) in [
            ("30", "", Some("2026-12-24T14:00:00Z")),
            ("730", "", Some("2028-11-23T14:00:00Z")),
            ("date", "2026-12-31", Some("2026-12-31T23:59:59Z")),
            ("date", "", None),
            ("date", "tomorrow", None),
            ("31", "", None),
            ("", "2026-12-31", None),
        ] {
            let end = end(now, valid_for, until).ok().map(|end| end.to_string());
            assert_eq!(end.as_deref(), expected, "{valid_for} {until}");
        }
    }
}

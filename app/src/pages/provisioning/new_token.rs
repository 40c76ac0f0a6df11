//! A new token: the form that makes one, in the dialog of the table or without script on a page, and the secret.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use crate::components::{
    ButtonKind, Checkbox, Crumb, FieldKind, FormError, LinkButton, OneTimeSecret, PageHead, Select,
    SelectOption, SubmitButton, TextField, action_form,
};
use crate::error::{ConsoleError, Field, error_of};
use crate::format::{Moment, size};
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

/// The secret, once. `dialog`: what *Done* closes; on a page it is a link.
pub(super) fn shown(
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

/// The tokens whose place a new one can take: the identity provider's, none, and then those of apps; empty where there
/// are none.
pub(super) fn replaceable(tokens: &[TokenView], now: Moment) -> Vec<SelectOption> {
    let live = tokens.iter().filter(|token| token.is_live(now));
    let (apps, own): (Vec<_>, Vec<_>) = live.partition(|token| token.read_only);
    if apps.is_empty() && own.is_empty() {
        return Vec::new();
    }
    let own = own.into_iter().map(|token| {
        let label = format!("{} ({}…)", token.name, token.prefix);
        SelectOption::new(&token.id, label)
    });
    let apps = apps.into_iter().map(|token| {
        let label = fill(
            K::ReplacesApp,
            &[("name", &token.name), ("prefix", &token.prefix)],
        );
        SelectOption::new(&token.id, label)
    });
    own.chain([SelectOption::new("", t(K::ReplacesNone))])
        .chain(apps)
        .collect()
}

/// Whose place the new token takes, and what becomes of that one; nothing where there is none.
fn succession(replaceable: &[SelectOption], chosen: Option<&TokenView>) -> AnyView {
    if replaceable.is_empty() {
        return ().into_any();
    }
    let options = replaceable.to_vec();
    let chosen = chosen.map_or_else(|| replaceable[0].value.clone(), |token| token.id.clone());
    let graces = GRACES
        .map(|(seconds, label)| SelectOption::new(seconds.to_string(), t(label)))
        .into();
    view! {
        <Select
            name="replaces"
            label=t(K::FieldReplaces)
            options=options
            selected=chosen
            hint=t(K::ReplacesHint)
        />
        <Select name="grace" label=t(K::FieldGrace) options=graces selected=USUAL_GRACE hint=t(K::GraceHint) />
    }
    .into_any()
}

/// The form. `successor_of`: the token that the new one is made for.
pub(super) fn form(
    to: &routes::Account,
    replaceable: &[SelectOption],
    successor_of: Option<&TokenView>,
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
        {succession(replaceable, successor_of)}
        <Checkbox
            name="read_only"
            value="true"
            label=t(K::TokenReadOnly)
            hint=t(K::TokenReadOnlyHint)
            checked=successor_of.is_some_and(|token| token.read_only)
        />
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
    /// The tokens that are live.
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
        let query = use_query_map();
        loaded(data, move |frame, data| {
            let replaces = query.read_untracked().get("replaces");
            page(&frame, data, replaces.as_deref(), action, copied, asked)
        })
    }
}

fn page(
    frame: &FrameData,
    data: NewTokenView,
    replaces: Option<&str>,
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
    let live = data.live.iter().filter(|token| !token.read_only).count();
    let state = view! { <p>{count(P::TokensLive, size(live))}</p> }.into_any();
    let replaceable = replaceable(&data.live, data.now);
    let successor_of = data
        .live
        .iter()
        .find(|token| Some(&*token.id) == replaces)
        .cloned();
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
            successor_of.as_ref(),
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
        live: tokens.into_iter().filter(|token| token.is_live(now)).collect(),
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
    let before = if replaces.is_empty() {
        None
    } else {
        let tokens = directory.list_tokens(account).await?;
        let found = tokens.into_iter().find(|token| token.id.to_string() == replaces);
        Some(found.ok_or(ConsoleError::NotFound)?)
    };
    // An app's successor is an app's; a token for another app takes no place of the identity provider's.
    let read_only = read_only || before.as_ref().is_some_and(|token| token.read_only);
    let replaces = match before.filter(|token| token.read_only == read_only) {
        None => None,
        Some(token) => {
            let known = GRACES.iter().find(|(seconds, _)| seconds.to_string() == grace);
            Some(Replacement {
                token: token.id,
                grace: jiff::SignedDuration::from_secs(known.ok_or(ConsoleError::Malformed)?.0),
            })
        }
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
        let no_day = wrong(Problem::Validity {
            years: directory::LONGEST_TOKEN_YEARS,
        });
        let day: Option<jiff::civil::Date> = until.parse().ok();
        let end = day.and_then(|day| jiff::tz::TimeZone::UTC.to_timestamp(day.at(23, 59, 59, 0)).ok());
        return end.ok_or(no_day);
    }
    let days = PERIODS
        .iter()
        .map(|(days, _)| *days)
        .find(|days| days.to_string() == valid_for);
    let hours = i64::from(days.ok_or(wrong(Problem::Unknown))?) * 24;
    now.checked_add(jiff::SignedDuration::from_hours(hours))
        .map_err(|_| wrong(Problem::Unknown))
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

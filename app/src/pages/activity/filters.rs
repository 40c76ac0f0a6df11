//! What narrows the activity: a search, and chips.

use leptos::prelude::*;

use crate::components::search_form;
use crate::routes;
use crate::subject::entry_filter::{EntryFilter, KINDS, OUTCOMES, SPANS};
use crate::text::{K, fill, t};

/// The search field and the chips. `who`: the name of whoever the filter names.
pub(super) fn view(filter: &EntryFilter, who: Option<&str>, to: &routes::Account) -> AnyView {
    let kept = filter.parameters().into_iter().filter(|(name, _)| *name != "q");
    let search = search_form(to.activity(), &filter.search, K::ActivitySearch, kept);
    view! {
        <div class="filters">
            {search}
            <nav class="chip-groups" aria-label=t(K::FilterLabel)>
                {chips(filter, who, to)}
            </nav>
        </div>
    }
    .into_any()
}

fn chips(filter: &EntryFilter, who: Option<&str>, to: &routes::Account) -> AnyView {
    let base = filter.first();
    // Pressing a chosen chip takes it back.
    let chip = |label: String, chosen: bool, with: EntryFilter, without: EntryFilter| {
        let href = if chosen { without } else { with }.href(to);
        view! {
            <a class="chip" href=href aria-current=chosen.then_some("true")>
                {label}
            </a>
        }
        .into_any()
    };
    let all = chip(
        t(K::FilterAll).to_owned(),
        base.is_open(),
        EntryFilter::default(),
        EntryFilter::default(),
    );
    let outcome = |outcome| EntryFilter {
        outcome,
        ..base.clone()
    };
    let outcomes = OUTCOMES
        .iter()
        .map(|(value, _, label)| {
            let chosen = base.outcome == Some(*value);
            chip(t(*label).to_owned(), chosen, outcome(Some(*value)), outcome(None))
        })
        .collect_view();
    let kind = |kind| EntryFilter { kind, ..base.clone() };
    let kinds = KINDS
        .iter()
        .map(|(value, _, label)| {
            let chosen = base.kind == Some(*value);
            chip(t(*label).to_owned(), chosen, kind(Some(*value)), kind(None))
        })
        .collect_view();
    let by = |who: Option<&str>| EntryFilter {
        who: who.map(str::to_owned),
        ..base.clone()
    };
    let actors = [("tokens", K::WhoTokens), ("people", K::WhoPeople)]
        .map(|(value, label)| {
            let chosen = base.who.as_deref() == Some(value);
            chip(t(label).to_owned(), chosen, by(Some(value)), by(None))
        })
        .collect_view();
    let actor = who.map(|name| chip(fill(K::WhoOnly, &[("name", name)]), true, by(None), by(None)));
    let during = |span| EntryFilter {
        span,
        from: None,
        until: None,
        ..base.clone()
    };
    let spans = SPANS
        .iter()
        .map(|(value, _, label)| {
            let chosen = base.span == Some(*value);
            chip(t(*label).to_owned(), chosen, during(Some(*value)), during(None))
        })
        .collect_view();
    let exact = (base.from.is_some() || base.until.is_some())
        .then(|| chip(t(K::SpanExact).to_owned(), true, during(None), during(None)));
    let group = |label: K, content: AnyView| {
        view! {
            <div class="chips" role="group" aria-label=t(label)>
                {content}
            </div>
        }
    };
    view! {
        {group(K::EntryOutcome, view! { {all} {outcomes} }.into_any())}
        {group(K::FilterKind, kinds.into_any())}
        {group(K::FilterWho, view! { {actors} {actor} }.into_any())}
        {group(K::EntryWhen, view! { {spans} {exact} }.into_any())}
    }
    .into_any()
}

/// The name of the token or person that a filter names; none where it names nobody in particular.
#[cfg(feature = "ssr")]
pub(super) async fn name_of(
    account: directory::AccountId,
    who: Option<&str>,
) -> Result<Option<String>, directory::DirectoryError> {
    use directory::DirectoryError;

    let directory = crate::session::directory();
    match who.and_then(|who| who.split_once(':')) {
        Some(("token", id)) => {
            let tokens = directory.list_tokens(account).await?;
            let token = tokens.into_iter().find(|token| token.id.to_string() == id);
            Ok(Some(token.map_or_else(|| id.to_owned(), |token| token.name)))
        }
        Some(("person", id)) => match id.parse() {
            Ok(user) => match directory.get_user(account, user).await {
                Ok(user) => Ok(Some(user.row.user_name)),
                Err(DirectoryError::NotFound) => Ok(Some(id.to_owned())),
                Err(error) => Err(error),
            },
            Err(_) => Ok(Some(id.to_owned())),
        },
        _ => Ok(None),
    }
}

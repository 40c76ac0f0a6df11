//! One entry of the activity: the request, the decision, what changed, the answer.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::frame::FrameData;
use super::{account_param, loaded, param};
use crate::components::{
    Changed, CodeBlock, Crumb, PageHead, RelativeTime, Table, column, definition, definition_list, section,
    wide_section,
};
use crate::error::ConsoleError;
use crate::format::{Moment, number};
use crate::routes;
use crate::subject::entry::EntryRow;
use crate::subject::entry_filter::EntryFilter;
use crate::text::{K, P, count_with, fill, t};

/// Everything about one entry. Values are shown as JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EntryDetail {
    row: EntryRow,
    /// The title: what it was done to.
    title: String,
    /// Attribute, value before, value after.
    changes: Vec<Changed>,
    added: Vec<String>,
    added_count: u64,
    removed: Vec<String>,
    removed_count: u64,
    request: Option<RequestView>,
    status: Option<u16>,
    /// The body of the answer, where the request was refused.
    answer: Option<String>,
    /// Microseconds that it took.
    took: Option<u64>,
    /// Who did it, as the filter of the activity names them.
    who: Option<String>,
    body: Option<String>,
    /// In words.
    leniencies: Vec<String>,
    ignored: Vec<String>,
    now: Moment,
}

/// The request as it came.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RequestView {
    line: String,
    id: String,
    address: String,
    agent: String,
}

/// The page.
pub struct EntryPage;

#[lazy_route]
impl LazyRoute for EntryPage {
    fn data() -> Self {
        Self
    }

    fn view(EntryPage: Self) -> AnyView {
        let (account, id) = (account_param(), param("entry"));
        let entry = Resource::new(
            move || (account.get(), id.get()),
            |(account, id)| load_entry(account, id),
        );
        loaded(entry, |frame, entry| view(&frame, &entry))
    }
}

fn view(frame: &FrameData, entry: &EntryDetail) -> AnyView {
    let to = frame.to();
    let crumbs = vec![
        Crumb::link(frame.account_name(), to.overview()),
        Crumb::section(t(K::ActivityTitle), to.activity()),
    ];
    let title = if entry.title.is_empty() {
        t(K::EntryTitle).to_owned()
    } else {
        entry.title.clone()
    };
    let reason = entry.row.reason().map(|reason| view! { <p>{reason}</p> });
    let state = view! {
        <p class="row">{entry.row.outcome.badge()} <RelativeTime at=entry.row.at now=entry.now /></p>
        <p>{entry.row.sentence(&to)}</p>
        {reason}
    }
    .into_any();
    view! {
        <PageHead title=title crumbs=crumbs state=state />
        {changes(entry)}
        {members(entry)}
        {request(entry)}
        {answer(entry)}
        {remarks(entry)}
        {related(entry, &to)}
    }
    .into_any()
}

fn changes(entry: &EntryDetail) -> AnyView {
    if entry.changes.is_empty() {
        return ().into_any();
    }
    let columns = [K::ChangeAttribute, K::ChangeBefore, K::ChangeAfter]
        .map(|key| column(t(key)))
        .into();
    let value = |value: &str| {
        if value.is_empty() {
            view! { <span class="muted">{t(K::ChangeNothing)}</span> }.into_any()
        } else {
            view! { <code>{value.to_owned()}</code> }.into_any()
        }
    };
    let rows = entry
        .changes
        .iter()
        .map(|change| {
            view! {
                <tr>
                    <th scope="row">
                        <code>{change.attribute.clone()}</code>
                    </th>
                    <td>{value(&change.before)}</td>
                    <td>{value(&change.after)}</td>
                </tr>
            }
        })
        .collect_view();
    let content = view! {
        <Table label=t(K::ChangesTitle) columns=columns>
            {rows}
        </Table>
    };
    wide_section("changes", t(K::ChangesTitle), "", content)
}

fn members(entry: &EntryDetail) -> AnyView {
    let line = |key: P, number: u64, names: &[String]| {
        (number > 0).then(|| view! { <p>{count_with(key, number, &[("names", &names.join(", "))])}</p> })
    };
    if entry.added_count + entry.removed_count == 0 {
        return ().into_any();
    }
    let lines = [
        line(P::MembersAdded, entry.added_count, &entry.added),
        line(P::MembersRemoved, entry.removed_count, &entry.removed),
    ];
    section("members", t(K::GroupMembers), "", lines.collect_view())
}

fn request(entry: &EntryDetail) -> AnyView {
    let Some(request) = entry.request.clone() else {
        return ().into_any();
    };
    let lines = [
        Some(definition(
            t(K::RequestLine),
            view! { <code>{request.line}</code> },
        )),
        Some(definition(t(K::RequestFrom), request.address)),
        Some(definition(t(K::RequestAgent), request.agent)),
        Some(definition("X-Request-Id", view! { <code>{request.id}</code> })),
    ];
    let body = entry.body.clone().map(|body| opened(K::RequestBody, body));
    let content = view! {
        {definition_list(lines.collect_view())}
        {body}
    };
    section("request", t(K::RequestTitle), t(K::RequestAbout), content)
}

/// A body that can be opened.
fn opened(label: K, body: String) -> AnyView {
    view! {
        <details class="opened">
            <summary>{t(label)}</summary>
            <CodeBlock label=t(label) code=body />
        </details>
    }
    .into_any()
}

/// What was answered, and how soon.
fn answer(entry: &EntryDetail) -> AnyView {
    let Some(status) = entry.status else {
        return ().into_any();
    };
    let took = entry.took.map(|took| {
        let (whole, part) = (took / 1_000, took % 1_000 / 10);
        let time = fill(
            K::AnswerMilliseconds,
            &[("number", &format!("{}.{part:02}", number(whole)))],
        );
        definition(t(K::AnswerTook), time)
    });
    let lines = [Some(definition(t(K::RequestStatus), status.to_string())), took];
    let body = match &entry.answer {
        Some(body) => opened(K::AnswerBody, body.clone()),
        None => ().into_any(),
    };
    let content = view! {
        {definition_list(lines.collect_view())}
        {body}
    };
    section("answer", t(K::AnswerTitle), t(K::AnswerAbout), content)
}

/// Ways to what belongs to it.
fn related(entry: &EntryDetail, to: &routes::Account) -> AnyView {
    let link = |filter: EntryFilter, label: String| {
        let href = filter.href(to);
        view! {
            <li>
                <a href=href>{label}</a>
            </li>
        }
    };
    let by = entry.who.clone().map(|who| {
        let name = entry.row.actor.clone().unwrap_or_default();
        let filter = EntryFilter {
            who: Some(who),
            ..EntryFilter::default()
        };
        link(filter, fill(K::RelatedBy, &[("name", &name)]))
    });
    let about = entry.row.subject.clone().map(|subject| {
        let filter = EntryFilter {
            search: subject.name.clone(),
            ..EntryFilter::default()
        };
        link(filter, fill(K::RelatedAbout, &[("name", &subject.name)]))
    });
    let at = entry.row.at;
    let around = EntryFilter {
        from: Some(at.0 - 60),
        until: Some(at.0 + 60),
        ..EntryFilter::default()
    };
    let around = link(around, t(K::RelatedAround).to_owned());
    let content = view! { <ul class="links">{by} {about} {around}</ul> };
    section("related", t(K::RelatedTitle), "", content)
}

/// What was overlooked on purpose, and what was not kept.
fn remarks(entry: &EntryDetail) -> AnyView {
    if entry.leniencies.is_empty() && entry.ignored.is_empty() {
        return ().into_any();
    }
    let leniencies = entry
        .leniencies
        .iter()
        .map(|words| view! { <p>{words.clone()}</p> });
    let ignored = entry
        .ignored
        .iter()
        .map(|name| view! { <code>{name.clone()}</code> });
    let lines = [
        (!entry.leniencies.is_empty())
            .then(|| definition(t(K::RemarksLeniencies), leniencies.collect_view())),
        (!entry.ignored.is_empty()).then(|| {
            definition(
                t(K::RemarksIgnored),
                view! { <span class="row">{ignored.collect_view()}</span> },
            )
        }),
    ];
    section(
        "remarks",
        t(K::RemarksTitle),
        t(K::RemarksAbout),
        definition_list(lines.collect_view()),
    )
}

/// One entry.
#[server(input = PostUrl)]
pub async fn load_entry(
    /// The account.
    account: String,
    /// The entry.
    entry: String,
) -> Result<EntryDetail, ConsoleError> {
    use directory::Actor;

    use crate::format::size;
    use crate::subject::leniency::in_words;

    let (account, _) = crate::session::reader(&account).await?;
    let id = entry.parse().map_err(|_| ConsoleError::NotFound)?;
    let directory = crate::session::directory();
    let entry = directory.get_entry(account, id).await?;
    let members = entry.members.clone().unwrap_or_default();
    let answer = answer_body(&entry);
    Ok(EntryDetail {
        row: (&entry).into(),
        title: entry.subject.map(|subject| subject.name).unwrap_or_default(),
        changes: entry.changes.iter().map(Into::into).collect(),
        added: members.added_names,
        added_count: size(members.added),
        removed: members.removed_names,
        removed_count: size(members.removed),
        request: entry.request.map(|request| RequestView {
            line: format!("{} {}", request.method, request.path),
            id: request.id,
            address: request.address,
            agent: request.agent,
        }),
        answer,
        took: entry.took,
        who: match &entry.actor {
            Actor::Token { id, .. } => Some(format!("token:{id}")),
            Actor::Owner { email: id } | Actor::User { id, .. } => Some(format!("person:{id}")),
            _ => None,
        },
        status: entry.status,
        body: entry
            .body
            .as_ref()
            .and_then(|body| serde_json::to_string_pretty(body).ok()),
        leniencies: entry.leniencies.into_iter().map(in_words).collect(),
        ignored: entry.ignored,
        now: directory.now().into(),
    })
}

/// The body that the refused request was answered with.
#[cfg(feature = "ssr")]
fn answer_body(entry: &directory::Entry) -> Option<String> {
    let (status, detail) = (entry.status?, entry.detail.as_ref()?);
    let mut body = serde_json::json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": status.to_string(),
        "detail": detail,
    });
    if let Some(kind) = &entry.scim_type {
        body["scimType"] = kind.as_str().into();
    }
    serde_json::to_string_pretty(&body).ok()
}

//! The activity as a file: all that a filter leaves, page by page, so that a million entries need no more memory than
//! a page of them.

use app::{Console, EntryFilter};
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use directory::{AccountId, Directory, DirectoryError, Entry, EntryQuery};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use serde_json::Value;

/// Entries that are read at a time.
const PAGE: u16 = 200;

/// The columns of a table.
const COLUMNS: [&str; 15] = [
    "time",
    "id",
    "actor kind",
    "actor",
    "action",
    "outcome",
    "subject kind",
    "subject",
    "detail",
    "status",
    "microseconds",
    "method",
    "path",
    "request id",
    "address",
];

#[derive(Debug, Clone, Copy)]
enum Format {
    Csv,
    JsonLines,
}

pub(super) fn router(console: Console) -> Router {
    Router::new()
        .route("/export/{account}/activity.csv", get(csv))
        .route("/export/{account}/activity.jsonl", get(json_lines))
        .with_state(console)
}

type Parameters = Query<Vec<(String, String)>>;

async fn csv(
    State(console): State<Console>,
    Path(account): Path<String>,
    parameters: Parameters,
    headers: HeaderMap,
) -> Response {
    export(console, &headers, &account, &parameters, Format::Csv).await
}

async fn json_lines(
    State(console): State<Console>,
    Path(account): Path<String>,
    parameters: Parameters,
    headers: HeaderMap,
) -> Response {
    export(console, &headers, &account, &parameters, Format::JsonLines).await
}

/// `GET /export/{account}/activity.{csv,jsonl}`, with the parameters of the page's own address.
async fn export(
    console: Console,
    headers: &HeaderMap,
    account: &str,
    Query(parameters): &Parameters,
    format: Format,
) -> Response {
    let (file, media_type) = match format {
        Format::Csv => ("activity.csv", "text/csv; charset=utf-8"),
        Format::JsonLines => ("activity.jsonl", "application/jsonl; charset=utf-8"),
    };
    // Whoever may not read the account learns nothing more.
    let Ok(account) = app::reader_of(&console, headers, account).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let filter = EntryFilter::of(|name| {
        let found = parameters.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.clone())
    });
    let directory = console.directory;
    let query = filter.first().query(directory.now(), PAGE);
    let disposition = format!("attachment; filename=\"{file}\"");
    (
        [
            (CONTENT_TYPE, media_type.to_owned()),
            (CONTENT_DISPOSITION, disposition),
        ],
        Body::from_stream(pages(directory, account, query, format)),
    )
        .into_response()
}

/// What is left to send.
enum Left {
    Begin(EntryQuery),
    More(EntryQuery),
    Nothing,
}

fn pages(
    directory: Directory,
    account: AccountId,
    query: EntryQuery,
    format: Format,
) -> impl tokio_stream::Stream<Item = Result<Vec<u8>, DirectoryError>> {
    futures_util::stream::try_unfold(Left::Begin(query), move |left| {
        let directory = directory.clone();
        async move {
            let (mut text, mut query) = match (left, format) {
                (Left::Nothing, _) => return Ok(None),
                (Left::Begin(query), Format::Csv) => (line(&COLUMNS.map(str::to_owned)), query),
                (Left::Begin(query) | Left::More(query), _) => (Vec::new(), query),
            };
            let page = directory.list_entries(account, &query).await?;
            for entry in &page.entries {
                text.extend(match format {
                    Format::Csv => line(&cells(entry)),
                    Format::JsonLines => json_line(entry),
                });
            }
            query.before = page.next;
            let left = if page.next.is_some() {
                Left::More(query)
            } else {
                Left::Nothing
            };
            Ok(Some((text, left)))
        }
    })
}

fn json_line(entry: &Entry) -> Vec<u8> {
    let mut text = serde_json::to_vec(entry).expect("an entry is representable as JSON");
    text.push(b'\n');
    text
}

fn cells(entry: &Entry) -> [String; 15] {
    let name = |value: Value| value.as_str().unwrap_or_default().to_owned();
    let of = |value: serde_json::Result<Value>| value.map(name).unwrap_or_default();
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let kind = serde_json::to_value(&entry.actor).map(|mut actor| actor["kind"].take());
    let request = entry.request.clone().unwrap_or_default();
    let subject = entry.subject.as_ref();
    [
        entry.at.to_string(),
        entry.id.to_string(),
        of(kind),
        entry.actor.name().to_owned(),
        of(serde_json::to_value(entry.action)),
        of(serde_json::to_value(entry.outcome)),
        subject
            .map(|subject| of(serde_json::to_value(subject.kind)))
            .unwrap_or_default(),
        subject.map(|subject| subject.name.clone()).unwrap_or_default(),
        entry.detail.clone().unwrap_or_default(),
        number(entry.status.map(u64::from)),
        number(entry.took),
        request.method,
        request.path,
        request.id,
        request.address,
    ]
}

fn line(cells: &[String; 15]) -> Vec<u8> {
    app::csv::line(cells.iter().map(String::as_str)).into_bytes()
}

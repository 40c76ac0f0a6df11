//! The list of users as a file: what the console's page shows, narrowed and sorted alike, from its first user to its
//! last. It is read and sent a part at a time, so that its length does not matter.

use std::collections::HashMap;

use app::csv::harmless;
use app::subject::user_filter::UserFilter;
use app::{Console, reader_of};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use directory::role::effective::EffectiveRoles;
use directory::{AccountId, Directory, DirectoryError, UserPlace, UserQuery, UserRow};
use futures_util::stream::try_unfold;
use http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use serde::Serialize;

/// Users in a part.
const PART: u16 = 500;

pub(super) fn router(console: Console) -> Router {
    Router::new()
        .route("/export/{account}/users.csv", get(csv))
        .route("/export/{account}/users.json", get(json))
        .with_state(console)
}

type Parameters = Query<HashMap<String, String>>;

async fn csv(
    State(console): State<Console>,
    Path(account): Path<String>,
    parameters: Parameters,
    headers: HeaderMap,
) -> Response {
    export(&console, &headers, &account, &parameters, Form::Csv).await
}

async fn json(
    State(console): State<Console>,
    Path(account): Path<String>,
    parameters: Parameters,
    headers: HeaderMap,
) -> Response {
    export(&console, &headers, &account, &parameters, Form::Json).await
}

/// What the file is written in.
#[derive(Debug, Clone, Copy)]
enum Form {
    Csv,
    Json,
}

/// `GET /export/{account}/users.{csv,json}`, with the parameters of the page; whoever may read the account may have it.
async fn export(
    console: &Console,
    headers: &HeaderMap,
    account: &str,
    Query(parameters): &Parameters,
    form: Form,
) -> Response {
    // Whoever may not read the account learns nothing more.
    let Ok(account) = reader_of(console, headers, account).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let filter = UserFilter::of(|name| parameters.get(name).cloned()).from_start();
    let Ok(query) = filter.query(&console.directory, account, PART).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let step = query.map_or(Step::End, |(query, _)| Step::Part(Box::new(query)));
    let parts = Parts {
        directory: console.directory.clone(),
        account,
        form,
        is_first: true,
        step,
    };
    let (media_type, disposition) = match form {
        Form::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"users.csv\""),
        Form::Json => ("application/json", "attachment; filename=\"users.json\""),
    };
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, Body::from_stream(try_unfold(parts, Parts::next))).into_response()
}

/// What is still to be sent.
struct Parts {
    directory: Directory,
    account: AccountId,
    form: Form,
    is_first: bool,
    step: Step,
}

enum Step {
    Part(Box<UserQuery>),
    End,
    Done,
}

impl Parts {
    /// The next part of the file. Where reading fails the connection breaks off, so that no half file looks whole.
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, DirectoryError> {
        let (users, step) = match self.step {
            Step::Done => return Ok(None),
            Step::End => (Vec::new(), Step::Done),
            Step::Part(mut query) => {
                let (users, next) = self.directory.walk_users(self.account, &query).await?;
                let step = match next {
                    Some(place) => {
                        query.page = UserPlace::After(place);
                        Step::Part(query)
                    }
                    None => Step::Done,
                };
                (users, step)
            }
        };
        let is_last = matches!(step, Step::Done);
        let text = match self.form {
            Form::Csv => csv_part(&users, self.is_first),
            Form::Json => json_part(&users, self.is_first, is_last),
        };
        (self.is_first, self.step) = (false, step);
        Ok(Some((text.into(), self)))
    }
}

/// A user in the file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    id: String,
    user_name: String,
    name: Option<String>,
    email: Option<String>,
    external_id: Option<String>,
    managed_by: &'static str,
    active: bool,
    break_glass: bool,
    /// Those in effect.
    roles: Vec<String>,
    direct_roles: Vec<String>,
    group_roles: Vec<GroupRole>,
    created: Timestamp,
    last_modified: Timestamp,
    last_seen: Option<Timestamp>,
}

#[derive(Serialize)]
struct GroupRole {
    role: String,
    /// From the group that gives the role down to the user's own.
    through: Vec<String>,
    /// Whether the group that gives it is paused, so that it is not in effect.
    paused: bool,
}

impl From<&UserRow> for Line {
    fn from(user: &UserRow) -> Self {
        let held: &EffectiveRoles = &user.roles;
        let name = |role: directory::Role| held.own.name(role).to_owned();
        let group_role = |given: &directory::GroupRole| GroupRole {
            role: name(given.role),
            through: given
                .path
                .iter()
                .map(|group| group.display_name.clone())
                .collect(),
            paused: given.paused,
        };
        Self {
            id: user.id.to_string(),
            user_name: user.user_name.clone(),
            name: user.name.clone(),
            email: user.email.clone(),
            external_id: user.external_id.clone(),
            managed_by: user.managed_by.as_str(),
            active: user.active,
            break_glass: user.break_glass,
            roles: held.roles().into_iter().map(name).collect(),
            direct_roles: held.direct.iter().map(|grant| name(grant.role)).collect(),
            group_roles: held.through_groups.iter().map(group_role).collect(),
            created: user.created_at,
            last_modified: user.modified_at,
            last_seen: user.seen_at,
        }
    }
}

/// The first line of a CSV file.
const HEADINGS: [&str; 14] = [
    "userName",
    "name",
    "email",
    "externalId",
    "managedBy",
    "active",
    "breakGlass",
    "roles",
    "directRoles",
    "groupRoles",
    "created",
    "lastModified",
    "lastSeen",
    "id",
];

fn csv_part(users: &[UserRow], is_first: bool) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    if is_first {
        write(&mut writer, &HEADINGS.map(str::to_owned));
    }
    for user in users {
        let line = Line::from(user);
        let group_roles: Vec<String> = line
            .group_roles
            .iter()
            .map(|held| {
                let paused = if held.paused { ", paused" } else { "" };
                format!("{} ({}{paused})", held.role, held.through.join(" > "))
            })
            .collect();
        let cells = [
            line.user_name,
            line.name.unwrap_or_default(),
            line.email.unwrap_or_default(),
            line.external_id.unwrap_or_default(),
            line.managed_by.to_owned(),
            line.active.to_string(),
            line.break_glass.to_string(),
            line.roles.join(", "),
            line.direct_roles.join(", "),
            group_roles.join(", "),
            line.created.to_string(),
            line.last_modified.to_string(),
            line.last_seen.map(|at| at.to_string()).unwrap_or_default(),
            line.id,
        ];
        write(&mut writer, &cells.map(|cell| harmless(&cell).into_owned()));
    }
    writer.into_inner().expect("memory takes what is written to it")
}

fn write(writer: &mut csv::Writer<Vec<u8>>, cells: &[String; 14]) {
    writer
        .write_record(cells)
        .expect("memory takes what is written to it, and every line has as many cells");
}

fn json_part(users: &[UserRow], is_first: bool, is_last: bool) -> Vec<u8> {
    let mut text = Vec::new();
    if is_first {
        text.push(b'[');
    }
    for (index, user) in users.iter().enumerate() {
        text.extend_from_slice(if is_first && index == 0 { b"\n" } else { b",\n" });
        serde_json::to_writer(&mut text, &Line::from(user))
            .expect("texts and times are representable as JSON");
    }
    if is_last {
        text.extend_from_slice(b"\n]\n");
    }
    text
}

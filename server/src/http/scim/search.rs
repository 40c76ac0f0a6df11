//! Lists: by GET, by POST to `/.search`, of one type or of both (RFC 7644 §3.4.2, §3.4.3, RFC 9865).

use axum::routing::{MethodRouter, get, post};
use directory::provisioning::{ListQuery, References};
use http::StatusCode;
use scim::{
    Filter, Paging, Projection, ResourceType, ScimError, SearchRequest, SortBy, cursor_response,
    list_response,
};

use super::Answer;
use super::answer::json;
use super::auth::Caller;
use super::extract::{Parameters, Payload};
use super::resources::{body, references};
use crate::state::AppState;

/// Resources on a page where the client does not say: what Okta asks for, too.
pub(super) const DEFAULT_PAGE: usize = 100;

/// The most resources on a page; a client that asks for more gets this many.
pub(super) const LARGEST_PAGE: usize = 1000;

/// What the root answers: a query over all types.
pub(super) fn root() -> MethodRouter<AppState> {
    get(async |caller: Caller, parameters: Parameters| {
        answer(&caller, &ResourceType::ALL, parameters.into_search()).await
    })
}

/// What a `/.search` answers.
pub(super) fn by_post(kinds: &'static [ResourceType]) -> MethodRouter<AppState> {
    post(async move |caller: Caller, payload: Payload| {
        let document = payload.read(&caller).await?;
        let mut tolerance = caller.tolerance(Some(&document));
        let request = caller
            .checked(SearchRequest::parse(&document, &mut tolerance))
            .await?;
        answer(&caller, kinds, request).await
    })
}

/// The resources of `kinds` that the request asks for.
pub(super) async fn answer(caller: &Caller, kinds: &[ResourceType], request: SearchRequest) -> Answer {
    let (query, projections) = caller.checked(read(caller, kinds, &request)).await?;
    let listing = caller.provisioning().list(kinds, &query).await?;
    let resources = listing
        .items
        .iter()
        .map(|stored| {
            let projection = kinds
                .iter()
                .zip(&projections)
                .find(|(kind, _)| **kind == stored.kind());
            body(
                caller,
                stored,
                projection.map_or(&Projection::all(), |(_, projection)| projection),
            )
        })
        .collect();
    let list = match &query.paging {
        Paging::Index(page) => list_response(listing.total.unwrap_or_default(), page.start_index, resources),
        Paging::Cursor { .. } => cursor_response(listing.total, listing.next.as_deref(), resources),
    };
    Ok(json(StatusCode::OK, &list))
}

/// The query, and for each type what an answer shows of it.
fn read(
    caller: &Caller,
    kinds: &[ResourceType],
    request: &SearchRequest,
) -> Result<(ListQuery, Vec<Projection>), ScimError> {
    let (attributes, excluded) = (
        request.attributes.as_deref(),
        request.excluded_attributes.as_deref(),
    );
    let projections = kinds
        .iter()
        .map(|kind| Projection::parse(*kind, attributes, excluded))
        .collect::<Result<Vec<_>, _>>()?;
    let mut tolerance = caller.tolerance(None);
    let filter = request
        .filter
        .as_deref()
        .map(|text| Filter::parse_for(text, kinds, &mut tolerance))
        .transpose()?;
    if !tolerance.used().is_empty() {
        tracing::info!(leniencies = ?tolerance.used(), "a filter was read leniently");
    }
    let wanted = projections
        .iter()
        .map(references)
        .fold(References::NONE, |a, b| References {
            groups: a.groups || b.groups,
            roles: a.roles || b.roles,
            members: a.members || b.members,
        });
    let query = ListQuery {
        filter,
        sort: SortBy::parse_for(kinds, request.sort_by.as_deref(), request.sort_order.as_deref())?,
        paging: Paging::parse(request, DEFAULT_PAGE, LARGEST_PAGE)?,
        references: wanted,
        view: format!("{attributes:?} {excluded:?}"),
    };
    Ok((query, projections))
}

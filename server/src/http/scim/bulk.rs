//! `/Bulk` (RFC 7644 §3.7): many writes in one request, each with an entry of its own in the log.

use directory::provisioning::IfMatch;
use http::StatusCode;
use scim::{BulkDone, BulkRequest, BulkRun, BulkStep, BulkTarget, ScimError};

use super::Answer;
use super::answer::{json, versions};
use super::auth::{Caller, Writer};
use super::extract::Payload;
use super::resources;

/// Operations in a request. authentik cuts the changes of a group by it, too, so it is not small.
pub(super) const MOST_OPERATIONS: usize = 1000;

/// `POST /Bulk`
pub(super) async fn run(Writer(caller): Writer, payload: Payload) -> Answer {
    let document = payload.read(&caller).await?;
    let mut tolerance = caller.tolerance(Some(&document));
    let request = caller
        .checked(BulkRequest::parse(document, MOST_OPERATIONS, &mut tolerance))
        .await?;
    let mut run = BulkRun::new(request);
    while let Some(step) = run.next_step() {
        let outcome = perform(&caller, step).await;
        run.finished(outcome);
    }
    Ok(json(StatusCode::OK, &run.into_response(&caller.base_url())))
}

async fn perform(caller: &Caller, step: BulkStep) -> Result<BulkDone, ScimError> {
    let if_match = IfMatch(step.version.as_deref().map(versions));
    let (status, stored) = match step.target {
        BulkTarget::Create(kind) => {
            let caller = caller.on_behalf("POST", kind.endpoint());
            (201, resources::create(&caller, kind, step.data).await?)
        }
        BulkTarget::Replace(kind, id) => {
            let caller = caller.on_behalf("PUT", &format!("{}/{id}", kind.endpoint()));
            (
                200,
                resources::replace(&caller, kind, &id, step.data, if_match).await?,
            )
        }
        BulkTarget::Patch(kind, id) => {
            let caller = caller.on_behalf("PATCH", &format!("{}/{id}", kind.endpoint()));
            (
                200,
                resources::patch(&caller, kind, &id, step.data, if_match).await?,
            )
        }
        BulkTarget::Delete(kind, id) => {
            let caller = caller.on_behalf("DELETE", &format!("{}/{id}", kind.endpoint()));
            resources::delete(&caller, kind, &id, if_match).await?;
            return Ok(BulkDone {
                status: 204,
                id,
                version: None,
            });
        }
    };
    let meta = stored.meta("");
    Ok(BulkDone {
        status,
        version: Some(meta.etag()),
        id: meta.id,
    })
}

//! What the console gives as a file, to whoever may read the account.

use app::Console;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use directory::provisioning::diagnosis::SupportBundle;
use directory::{AccountId, Directory, DirectoryError};
use http::{HeaderMap, StatusCode, header};
use serde::Serialize;

pub(super) fn router(console: Console) -> Router {
    Router::new()
        .route("/download/{account}/preview.csv", get(preview))
        .route("/download/{account}/support.json", get(support))
        .with_state(console)
}

/// What would become of the usernames that were last given for the account.
async fn preview(
    State(console): State<Console>,
    Path(account): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Ok(account) = app::reader_of(&console, &headers, &account).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Some(list) = console.previews.get(account) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let made = async {
        let roles = console.directory.roles(account).await?;
        let preview = console.directory.preview(account, &list).await?;
        Ok::<_, DirectoryError>(app::preview_csv(&preview, &roles))
    };
    match made.await {
        Ok(table) => file("text/csv", "preview.csv", table),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the preview could not be made"
            );
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The account's part of the bundle for support, with what is true of the installation.
#[derive(Debug, Serialize)]
struct Support {
    product: &'static str,
    version: &'static str,
    #[serde(flatten)]
    bundle: SupportBundle,
}

/// What an administrator sends to whoever helps.
async fn support(
    State(console): State<Console>,
    Path(account): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Ok(account) = app::reader_of(&console, &headers, &account).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match support_bundle(&console.directory, account).await {
        Ok(bundle) => {
            let support = Support {
                product: "Rollcall",
                version: env!("CARGO_PKG_VERSION"),
                bundle,
            };
            let text = serde_json::to_string_pretty(&support).expect("texts, numbers and times are JSON");
            file("application/json", "rollcall-support.json", text)
        }
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the bundle for support could not be made"
            );
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn support_bundle(directory: &Directory, account: AccountId) -> Result<SupportBundle, DirectoryError> {
    let connection = directory.get_connection(account).await?;
    directory
        .support_bundle(account, app::documented(&connection))
        .await
}

fn file(media_type: &str, name: &str, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, format!("{media_type}; charset=utf-8")),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    (headers, text).into_response()
}

//! What the console gives as a file, to whoever may read the account.

use app::Console;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use directory::DirectoryError;
use http::{HeaderMap, StatusCode, header};

pub(super) fn router(console: Console) -> Router {
    Router::new()
        .route("/download/{account}/preview.csv", get(preview))
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
        Ok(table) => file("preview.csv", table),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the preview could not be made"
            );
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn file(name: &str, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    (headers, text).into_response()
}

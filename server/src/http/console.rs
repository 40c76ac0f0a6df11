//! Mounts the console: its pages, its server functions and its files.

use std::sync::{Arc, LazyLock};

use app::boot::Assets;
use app::{App, Console, FAVICON, FAVICON_PATH, shell};
use axum::Router;
use axum::extract::Path;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use http::{HeaderMap, header};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::{
    AxumRouteListing, LeptosRoutes, ResponseOptions, generate_route_list, render_app_async_with_context,
};

use super::assets::Files;
use super::{kept_input, security_headers};

/// The pages that there are, listed once: while Leptos lists them, nothing in the whole process that a page reads may
/// begin to load, and a page that is being made meanwhile would wait for ever (leptos-rs/leptos#4773).
static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(App));

/// The console as a router. Its fallback is the page *Not found*, for every path that nothing else answers.
pub(crate) fn router(console: Console, files: Files) -> Router {
    let secure = console.secure_cookies;
    let id: Arc<str> = files.id().into();
    let assets = Assets {
        root: format!("/pkg/{id}"),
        parts: files.parts(),
    };
    let options = LeptosOptions::builder().output_name("rollcall").build();
    let context = move || {
        provide_context(console.clone());
        provide_context(assets.clone());
        // Runs for server functions and for the list of routes too, which have no nonce or no answer.
        if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>())
            && let Some(policy) = security_headers::page_policy(&nonce)
        {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    };
    let serve = move |path: Path<(String, String)>, headers: HeaderMap| {
        let id = id.clone();
        async move { files.serve(&id, path, &headers) }
    };
    Router::new()
        .leptos_routes_with_context(&options, PAGES.clone(), context.clone(), shell)
        .route("/pkg/{id}/{*file}", get(serve))
        .route(FAVICON_PATH, get(favicon))
        .fallback(render_app_async_with_context(context, shell))
        .layer(from_fn_with_state(secure, kept_input::keep))
        .with_state(options)
}

async fn favicon() -> impl axum::response::IntoResponse {
    (
        [
            (header::CONTENT_TYPE, "image/svg+xml"),
            (header::CACHE_CONTROL, "public, max-age=86400"),
        ],
        FAVICON,
    )
}

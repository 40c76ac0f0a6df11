//! Keeps what was typed into a form that is refused, for visitors without script: the answer is a redirect back to the
//! form, which would lose it. A cookie takes it there, for a minute, without what is secret.

use app::kept_input::COOKIE;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

/// The most that a cookie takes, in bytes, with room for its name; a longer input is not kept.
const LARGEST_COOKIE: usize = 3 * 1024;
/// How long it is kept, in seconds.
const KEPT: u32 = 60;
/// Fields that are never kept.
const SECRET: [&str; 2] = ["password", "secret"];

/// A layer for `axum::middleware::from_fn_with_state`. `secure`: whether cookies are only sent over https.
pub(crate) async fn keep(State(secure): State<bool>, request: Request, next: Next) -> Response {
    if !is_plain_form(request.method(), request.headers()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    // No longer than any request may be.
    let Ok(form) = to_bytes(body, usize::MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let mut response = next
        .run(Request::from_parts(parts, Body::from(form.clone())))
        .await;
    if tells_of_an_error(response.headers())
        && let Some(typed) = std::str::from_utf8(&form).ok().and_then(without_secrets)
    {
        let secure = if secure { "; Secure" } else { "" };
        let cookie = format!("{COOKIE}={typed}; Path=/; HttpOnly; SameSite=Lax{secure}; Max-Age={KEPT}");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

fn is_plain_form(method: &Method, headers: &HeaderMap) -> bool {
    let has = |name, text: &str| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
            .is_some_and(|value| value.contains(text))
    };
    *method == Method::POST
        && has(header::ACCEPT, "text/html")
        && has(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
}

/// Leptos leads back to the form with the error in the query.
fn tells_of_an_error(headers: &HeaderMap) -> bool {
    headers
        .get(header::LOCATION)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|location| location.contains("__err="))
}

/// The form as it was sent, less what is secret; none if it is too long, or is not what a browser sends.
fn without_secrets(form: &str) -> Option<String> {
    let kept: Vec<&str> = form
        .split('&')
        .filter(|pair| {
            pair.split_once('=')
                .is_some_and(|(name, _)| !SECRET.contains(&name))
        })
        .collect();
    let kept = kept.join("&");
    let is_encoded = kept
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-._~*+%&=[]".contains(&byte));
    (is_encoded && kept.len() <= LARGEST_COOKIE).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_secret_or_strange_is_not_kept() {
        let long = format!("name={}", "x".repeat(LARGEST_COOKIE));
        for (form, kept) in [
            (
                "email=a%40b&password=hunter2&account=Acme",
                Some("email=a%40b&account=Acme"),
            ),
            ("secret=abc", Some("")),
            ("email=a; Path=/evil", None),
            (long.as_str(), None),
        ] {
            assert_eq!(without_secrets(form).as_deref(), kept, "{form}");
        }
    }

    #[test]
    fn only_a_form_that_the_browser_posts_itself_is_read() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        assert!(!is_plain_form(&Method::POST, &headers));
        headers.insert(header::ACCEPT, HeaderValue::from_static("text/html,*/*"));
        assert!(is_plain_form(&Method::POST, &headers));
        assert!(!is_plain_form(&Method::GET, &headers));
    }
}

//! The form of a server function: posted by the browser before the WebAssembly has arrived, sent by it afterwards.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos::server_fn::client::Client;
use leptos::server_fn::codec::PostUrl;
use leptos::server_fn::request::ClientReq;
use leptos::server_fn::{Http, ServerFn};
use leptos::web_sys::FormData;
use serde::de::DeserializeOwned;

/// Leptos's `ActionForm` with content that is made already, so that it may borrow from the page's data.
///
/// `sent`: names and values that go along without being shown.
pub fn action_form<F, O>(
    action: ServerAction<F>,
    sent: &[(&'static str, &str)],
    content: impl IntoAny,
) -> AnyView
where
    F: ServerFn<Protocol = Http<PostUrl, O>> + DeserializeOwned + Clone + Send + Sync + 'static,
    F::Output: Send + Sync + 'static,
    F::Error: Send + Sync + 'static,
    F::Client: Client<F::Error>,
    <<F::Client as Client<F::Error>>::Request as ClientReq<F::Error>>::FormData: From<FormData>,
{
    let sent = sent
        .iter()
        .map(|(name, value)| view! { <input type="hidden" name=*name value=(*value).to_owned() /> })
        .collect_view();
    let content = content.into_any();
    view! { <ActionForm action=action>{sent} {content}</ActionForm> }.into_any()
}

//! The few things that only a browser can do. On the server each of them does nothing, so that callers need no `cfg`.

/// Copies a text; `then` hears whether it worked. The text should be selected already: outside a secure context (plain
/// http on a network) browsers offer nothing but copying the selection.
#[cfg(feature = "hydrate")]
pub(crate) fn copy(text: String, then: impl FnOnce(bool) + 'static) {
    use leptos::prelude::*;
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::JsFuture;

    leptos::task::spawn_local(async move {
        let copied = if window().is_secure_context() {
            JsFuture::from(window().navigator().clipboard().write_text(&text))
                .await
                .is_ok()
        } else {
            let document = document();
            let command = js_sys::Reflect::get(&document, &"execCommand".into());
            command
                .ok()
                .and_then(|command| command.dyn_into::<js_sys::Function>().ok())
                .and_then(|command| command.call1(&document, &"copy".into()).ok())
                .as_ref()
                .and_then(JsValue::as_bool)
                .unwrap_or(false)
        };
        then(copied);
    });
}

/// Sets or clears an attribute of the document's root, where the style sheet reads the theme.
#[cfg(feature = "hydrate")]
pub(crate) fn set_root_attribute(name: &str, value: Option<&str>) {
    if let Some(root) = leptos::prelude::document().document_element() {
        // Neither fails for a valid attribute name, and there is nothing to do if it did.
        let _ = match value {
            Some(value) => root.set_attribute(name, value),
            None => root.remove_attribute(name),
        };
    }
}

/// Moves the focus to the element with this id, without scrolling.
#[cfg(feature = "hydrate")]
pub(crate) fn focus(id: &str) {
    use wasm_bindgen::JsCast;

    let element = leptos::prelude::document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        // An element that cannot take the focus leaves it where it is.
        let _ = element.focus_with_options(&options);
    }
}

/// Presses the link or button with this id.
#[cfg(feature = "hydrate")]
pub(crate) fn press(id: &str) {
    use wasm_bindgen::JsCast;

    let element = leptos::prelude::document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        element.click();
    }
}

/// Calls `then` when somebody asks to search: by Ctrl+K or ⌘K, and by `/` where nothing is being typed. Not while a
/// dialog asks something. Where `then` says no, the key is the browser's. Ends with the reactive owner.
#[cfg(feature = "hydrate")]
pub(crate) fn on_search_key(then: impl Fn() -> bool + 'static) {
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;

    let is_field = |event: &web_sys::KeyboardEvent| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        target.is_some_and(|target| matches!(target.closest("input, textarea, select"), Ok(Some(_))))
    };
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        let with_key = event.ctrl_key() || event.meta_key();
        let asks = match event.key().as_str() {
            "k" | "K" => with_key && !event.alt_key() && !event.shift_key(),
            "/" => !with_key && !event.alt_key() && !is_field(&event) && slash_searches(),
            _ => false,
        };
        if asks && !matches!(document().query_selector("dialog[open]"), Ok(Some(_))) && then() {
            event.prevent_default();
        }
    });
    on_cleanup(move || listener.remove());
}

/// What remembers that `/` alone does not search: a single key must not act for who speaks to the browser or types with
/// something else than fingers (WCAG 2.1.4).
#[cfg(feature = "hydrate")]
const SLASH: &str = "rollcall-slash";

/// Whether `/` searches. A browser that remembers nothing takes it for yes.
#[cfg(feature = "hydrate")]
pub(crate) fn slash_searches() -> bool {
    let kept = leptos::prelude::window().local_storage().ok().flatten();
    kept.and_then(|kept| kept.get_item(SLASH).ok().flatten())
        .as_deref()
        != Some("off")
}

/// Remembers whether `/` searches.
#[cfg(feature = "hydrate")]
pub(crate) fn set_slash_searches(on: bool) {
    if let Ok(Some(kept)) = leptos::prelude::window().local_storage() {
        // A browser that cannot keep it asks again the next time.
        let _ = kept.set_item(SLASH, if on { "on" } else { "off" });
    }
}

/// Closes the popover with this id, if it is open.
#[cfg(feature = "hydrate")]
pub(crate) fn hide_popover(id: &str) {
    use wasm_bindgen::JsCast;

    let element = leptos::prelude::document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        // Fails only where it is not a popover, or closed already.
        let _ = element.hide_popover();
    }
}

/// Reads the text of the file that was chosen in the field which the event came from; `then` hears its name, and no text
/// where it is not text, or has more than `largest` bytes. It goes nowhere else.
#[cfg(feature = "hydrate")]
pub(crate) fn read_file(
    event: &leptos::ev::Event,
    largest: u32,
    then: impl FnOnce(String, Option<String>) + 'static,
) {
    use leptos::prelude::*;
    use wasm_bindgen_futures::JsFuture;

    let input = event_target::<web_sys::HtmlInputElement>(event);
    let Some(file) = input.files().and_then(|files| files.get(0)) else {
        return;
    };
    let name = file.name();
    if file.size() > f64::from(largest) {
        then(name, None);
        return;
    }
    leptos::task::spawn_local(async move {
        let text = JsFuture::from(file.text()).await;
        then(name, text.ok().and_then(|text| text.as_string()));
    });
}

/// Whether the page stands at its top.
#[cfg(feature = "hydrate")]
pub(crate) fn is_at_top() -> bool {
    leptos::prelude::window()
        .scroll_y()
        .is_ok_and(|above| above < 8.0)
}

/// Calls `then` whenever the server tells at this address that something is new, at most a few times a second, and once
/// when it begins to listen: something may have come since the page was read. Without an address it does not listen.
/// Ends with the reactive owner, or when the server says that the page may no longer be read. Gives whether the
/// connection is lost, which mends itself.
///
/// The page may be drawn anew at any moment: what somebody types belongs outside of what it draws.
#[cfg(feature = "hydrate")]
pub(crate) fn follow(
    address: impl Fn() -> Option<String> + 'static,
    then: impl Fn() + Copy + 'static,
) -> leptos::prelude::Signal<bool> {
    use std::time::Duration;

    use leptos::prelude::*;
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;

    /// A burst of requests does not become a burst of readings.
    const PAUSE: Duration = Duration::from_millis(300);
    /// Until it is tried again where the browser has given up.
    const RETRY: Duration = Duration::from_secs(5);

    let (lost, attempt) = (RwSignal::new(false), RwSignal::new(0_usize));
    Effect::new(move |_| {
        attempt.track();
        let Some(source) = address().and_then(|address| web_sys::EventSource::new(&address).ok()) else {
            lost.set(false);
            return;
        };
        let waiting = StoredValue::new_local(false);
        let read = move || {
            // Nothing is left of it once the page has gone.
            if waiting.try_set_value(false).is_none() {
                then();
            }
        };
        let heard = source.clone();
        let hear = Closure::<dyn Fn(web_sys::MessageEvent)>::new(move |event: web_sys::MessageEvent| {
            // The page may no longer be read: that it shows once it is read again.
            if event.data().as_string().as_deref() == Some("ended") {
                heard.close();
            }
            if !waiting.get_value() {
                waiting.set_value(true);
                set_timeout(read, PAUSE);
            }
        });
        source.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        let open = Closure::<dyn Fn()>::new(move || lost.set(false));
        source.set_onopen(Some(open.as_ref().unchecked_ref()));
        let failed = source.clone();
        let fail = Closure::<dyn Fn()>::new(move || {
            lost.set(true);
            // The browser tries again by itself, but not after an answer that is no stream: a proxy's while the server
            // restarts.
            if failed.ready_state() == web_sys::EventSource::CLOSED {
                set_timeout(
                    move || {
                        // Nobody to tell once the page has gone.
                        let _ = attempt.try_update(|count| *count += 1);
                    },
                    RETRY,
                );
            }
        });
        source.set_onerror(Some(fail.as_ref().unchecked_ref()));
        let held = StoredValue::new_local((source, hear, [open, fail]));
        on_cleanup(move || held.with_value(|(source, ..)| source.close()));
    });
    lost.into()
}

/// Lets the page draw and answer before long work goes on.
#[cfg(feature = "hydrate")]
pub(crate) async fn pause() {
    use wasm_bindgen_futures::JsFuture;

    let promise = js_sys::Promise::new(&mut |resolve, _| {
        // Fails only without a window.
        let _ = leptos::prelude::window().set_timeout_with_callback(&resolve);
    });
    // A timer is never rejected.
    let _ = JsFuture::from(promise).await;
}

/// The text in Unicode's composed form (NFC), in which letters with accents are one and the same.
#[cfg(feature = "hydrate")]
pub(crate) fn composed(text: String) -> String {
    if text.is_ascii() {
        return text;
    }
    js_sys::JsString::from(text.as_str())
        .normalize("NFC")
        .as_string()
        .unwrap_or(text)
}

/// Nothing scrolls on the server.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn is_at_top() -> bool {
    false
}

/// Copying needs a browser.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn copy(_text: String, _then: impl FnOnce(bool) + 'static) {}

/// The server opens no files of people.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn read_file(
    _event: &leptos::ev::Event,
    _largest: u32,
    _then: impl FnOnce(String, Option<String>) + 'static,
) {
}

/// The server tells; it does not listen.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn follow(
    _address: impl Fn() -> Option<String> + 'static,
    _then: impl Fn() + Copy + 'static,
) -> leptos::prelude::Signal<bool> {
    leptos::prelude::Signal::stored(false)
}

/// The server renders the attribute itself.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn set_root_attribute(_name: &str, _value: Option<&str>) {}

/// There is no focus on the server.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn focus(_id: &str) {}

/// Nothing is pressed on the server.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn press(_id: &str) {}

/// There are no keys on the server.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn on_search_key(_then: impl Fn() -> bool + 'static) {}

/// Nothing is remembered on the server.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn slash_searches() -> bool {
    true
}

/// Nothing is remembered on the server.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn set_slash_searches(_on: bool) {}

/// There is no popover on the server.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn hide_popover(_id: &str) {}

/// The server does not compare lists.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn pause() -> std::future::Ready<()> {
    std::future::ready(())
}

/// The server does not compare lists.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn composed(text: String) -> String {
    text
}

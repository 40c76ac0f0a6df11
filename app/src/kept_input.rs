//! What was typed into a form that came back with an error. With script it is still in the fields; a plain form is
//! answered by a redirect, and the server keeps the input in a cookie for the page that it leads to.

/// The cookie's name; the server writes it.
pub const COOKIE: &str = "rollcall-typed";

/// What was typed into the field of this name, if this page tells of a plain form's error.
#[cfg(feature = "ssr")]
pub(crate) fn value(name: &str) -> Option<String> {
    values(name).into_iter().next()
}

/// Whether the box of this name and value was ticked; none where there is no such form.
#[cfg(feature = "ssr")]
pub(crate) fn ticked(name: &str, value: &str) -> Option<bool> {
    told().map(|_| values(name).iter().any(|ticked| ticked == value))
}

#[cfg(feature = "ssr")]
fn values(name: &str) -> Vec<String> {
    let pairs = told().unwrap_or_default();
    pairs
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .filter(|(key, _)| decode(key) == name)
        .map(|(_, value)| decode(value))
        .collect()
}

/// The kept form, on a page that Leptos leads to after an error.
#[cfg(feature = "ssr")]
fn told() -> Option<String> {
    let parts = leptos::prelude::use_context::<http::request::Parts>()?;
    let query = parts.uri.query()?;
    let is_error = query.split('&').any(|pair| pair.starts_with("__err="));
    if is_error {
        crate::session::cookie(COOKIE)
    } else {
        None
    }
}

/// `application/x-www-form-urlencoded`, one value.
#[cfg(feature = "ssr")]
fn decode(text: &str) -> String {
    let hex = |digit: u8| {
        char::from(digit)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (*first, tail) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, tail @ ..]) if let (Some(high), Some(low)) = (hex(*high), hex(*low)) => {
                bytes.push(high * 16 + low);
                rest = tail;
            }
            (byte, _) => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The browser has kept it in the field.
#[cfg(not(feature = "ssr"))]
pub(crate) fn value(_name: &str) -> Option<String> {
    None
}

/// The browser has kept it in the box.
#[cfg(not(feature = "ssr"))]
pub(crate) fn ticked(_name: &str, _value: &str) -> Option<bool> {
    None
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::decode;

    #[test]
    fn values_of_a_form_are_decoded() {
        for (encoded, decoded) in [
            ("ada%40acme.test", "ada@acme.test"),
            ("Ada+Lovelace", "Ada Lovelace"),
            ("50%", "50%"),
            ("%zz%4", "%zz%4"),
            ("%C3%BC", "ü"),
            ("", ""),
        ] {
            assert_eq!(decode(encoded), decoded);
        }
    }
}

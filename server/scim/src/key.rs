//! The one key by which names are compared.

use std::borrow::Cow;
use std::cmp::Ordering;

use unicode_normalization::UnicodeNormalization;

/// The key of a case-insensitive string: NFC, lower case, NFC again (lower-casing can take a string out of
/// NFC). Two `userName`s, or two group `displayName`s, are the same exactly when their keys are.
///
/// ```
/// assert_eq!(scim::fold("Zoë@Acme.test"), scim::fold("zoe\u{308}@ACME.TEST"));
/// ```
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let composed: String = text.nfc().collect();
    composed.to_lowercase().nfc().collect()
}

/// `text` as it is compared: unchanged where case counts, its key otherwise.
pub(crate) fn comparable(text: &str, case_exact: bool) -> Cow<'_, str> {
    if case_exact {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(fold(text))
    }
}

/// Whether two strings are equal under the attribute's `caseExact`.
pub(crate) fn same(a: &str, b: &str, case_exact: bool) -> bool {
    if case_exact {
        a == b
    } else if a.is_ascii() && b.is_ascii() {
        a.eq_ignore_ascii_case(b)
    } else {
        fold(a) == fold(b)
    }
}

/// Order of two strings under the attribute's `caseExact`.
pub(crate) fn order(a: &str, b: &str, case_exact: bool) -> Ordering {
    comparable(a, case_exact).cmp(&comparable(b, case_exact))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn composed_and_decomposed_text_have_one_key() {
        for (a, b) in [
            ("ADA@ACME.TEST", "ada@acme.test"),
            ("\u{c5}ngstr\u{f6}m", "A\u{30a}ngstro\u{308}m"),
            ("\u{212b}", "\u{e5}"),
            ("I\u{307}", "\u{130}"),
            ("ΣΑΣ", "σας"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} and {b}");
            assert!(same(a, b, false));
            assert!(!same(a, b, true));
        }
        assert_ne!(fold("ada"), fold("adá"));
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for text in ["\u{130}stanbul", "STRASSE", "\u{1e9e}", "ΣΑΣ", "J\u{30c}"] {
            assert_eq!(fold(&fold(text)), fold(text));
        }
    }
}

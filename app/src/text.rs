//! Every text a person reads: looked up by key, never written in a view. `build.rs` makes [`K`] and [`P`] from
//! `locales/`.

use leptos::prelude::*;

use crate::format;

include!(concat!(env!("OUT_DIR"), "/locales.rs"));

/// The language of the page that is being rendered.
pub fn lang() -> Lang {
    use_context::<Lang>().unwrap_or_default()
}

/// The text of a key in a language.
pub fn text(lang: Lang, key: K) -> &'static str {
    TEXTS[lang as usize][key as usize]
}

/// The text of a key in the page's language.
pub fn t(key: K) -> &'static str {
    text(lang(), key)
}

/// The text of a key with its `{placeholders}` filled.
pub fn fill(key: K, values: &[(&str, &str)]) -> String {
    replace(t(key), values)
}

/// The form of a counted text that fits `number`; `{count}` is the number with separators.
pub fn count(key: P, number: u64) -> String {
    count_with(key, number, &[])
}

/// [`count`], with more placeholders.
pub fn count_with(key: P, number: u64, values: &[(&str, &str)]) -> String {
    let forms = COUNTED[lang() as usize][key as usize];
    let text = forms[usize::from(number != 1)];
    let number = format::number(number);
    let mut all = vec![("count", number.as_str())];
    all.extend_from_slice(values);
    replace(text, &all)
}

/// A text whose placeholders are views: a link or a name within a sentence.
///
/// `view_of` is asked once for each placeholder, by name.
pub fn rich(key: K, view_of: impl Fn(&str) -> AnyView) -> AnyView {
    pieces(t(key))
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned().into_any(),
            Piece::Name(name) => view_of(name),
        })
        .collect_view()
        .into_any()
}

fn replace(text: &str, values: &[(&str, &str)]) -> String {
    pieces(text)
        .map(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Name(name) => values
                .iter()
                .find(|(key, _)| *key == name)
                .map_or("", |(_, value)| value),
        })
        .collect()
}

#[derive(Debug, PartialEq)]
enum Piece<'a> {
    Text(&'a str),
    Name(&'a str),
}

/// `a {b} c` → `a `, b, ` c`
fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    text.split('{').enumerate().flat_map(|(index, part)| {
        let (name, rest) = match part.split_once('}') {
            Some((name, rest)) if index > 0 => (Some(Piece::Name(name)), rest),
            _ => (None, part),
        };
        name.into_iter()
            .chain((!rest.is_empty()).then_some(Piece::Text(rest)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_by_name() {
        assert_eq!(
            pieces("{a} of {b}, done").collect::<Vec<_>>(),
            [
                Piece::Name("a"),
                Piece::Text(" of "),
                Piece::Name("b"),
                Piece::Text(", done")
            ]
        );
        assert_eq!(replace("{b} before {a}", &[("a", "1"), ("b", "2")]), "2 before 1");
        assert_eq!(replace("no placeholder", &[]), "no placeholder");
    }
}

//! Marks in what the guides say: `*Save*` is a label of a console, `` `userName` `` a name, value or message, letter
//! by letter.

use leptos::prelude::*;

#[derive(Debug, PartialEq)]
enum Piece<'a> {
    Text(&'a str),
    Label(&'a str),
    Literal(&'a str),
}

/// The text with labels and literals set apart.
pub fn marked(text: &str) -> AnyView {
    pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned().into_any(),
            Piece::Label(label) => view! { <b>{label.to_owned()}</b> }.into_any(),
            Piece::Literal(literal) => view! { <code>{literal.to_owned()}</code> }.into_any(),
        })
        .collect_view()
        .into_any()
}

/// The text without its marks.
#[cfg(feature = "ssr")]
pub fn plain(text: &str) -> String {
    pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) | Piece::Label(text) | Piece::Literal(text) => text,
        })
        .collect()
}

/// `Set *a* to b` → `Set `, a, ` to b`
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, piece, after)) = first_marked(rest) {
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        pieces.push(piece);
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

/// What is before the first piece in marks, that piece, and what is after. A mark that nothing closes is text.
fn first_marked(text: &str) -> Option<(&str, Piece<'_>, &str)> {
    text.match_indices(['*', '`']).find_map(|(open, mark)| {
        let (inside, after) = text[open + 1..].split_once(mark)?;
        let piece = match (inside, mark) {
            ("", _) => return None,
            (label, "*") => Piece::Label(label),
            (literal, _) => Piece::Literal(literal),
        };
        Some((&text[..open], piece, after))
    })
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::super::{Guide, find, names};
    use super::*;

    #[test]
    fn labels_and_literals_are_found_and_a_mark_alone_is_text() {
        for (text, expected) in [
            (
                "Set *Auth mode* to `BEARER`.",
                vec![
                    Piece::Text("Set "),
                    Piece::Label("Auth mode"),
                    Piece::Text(" to "),
                    Piece::Literal("BEARER"),
                    Piece::Text("."),
                ],
            ),
            ("`.*`*Save*", vec![Piece::Literal(".*"), Piece::Label("Save")]),
            (
                "2 * 3 and `a`",
                vec![Piece::Text("2 * 3 and "), Piece::Literal("a")],
            ),
            ("a ** b", vec![Piece::Text("a ** b")]),
            ("no mark", vec![Piece::Text("no mark")]),
            ("", vec![]),
        ] {
            assert_eq!(pieces(text), expected, "{text}");
        }
    }

    #[test]
    fn a_view_sets_apart_what_plain_text_runs_together() {
        let text = "Keep `.*`, press *Save*, 2 * 3 <b>.";
        assert_eq!(plain(text), "Keep .*, press Save, 2 * 3 <b>.");
        // The marks by which the browser finds the parts again are left out.
        let html = marked(text).to_html().replace("<!>", "");
        assert!(html.contains("<code>.*</code>"), "{html}");
        assert!(html.contains("<b>Save</b>"), "{html}");
        assert!(html.contains("2 * 3 &lt;b&gt;."), "{html}");
    }

    /// The texts in which labels and literals are marked.
    fn with_marks(guide: &Guide) -> Vec<&String> {
        let steps = guide.steps.iter();
        steps
            .flat_map(|step| [Some(&step.text), step.success.as_ref(), step.watch.as_ref()])
            .flatten()
            .chain([&guide.waiting])
            .chain(&guide.prerequisites)
            .chain(&guide.limits)
            .chain(guide.flags.iter().map(|flag| &flag.text))
            .collect()
    }

    /// The texts that are shown as they stand.
    fn without_marks(guide: &Guide) -> Vec<&String> {
        let steps = guide.steps.iter();
        steps
            .flat_map(|step| step.path.iter().chain([&step.title]))
            .chain([&guide.summary, &guide.rhythm.text])
            .chain(&guide.actions)
            .chain(guide.mapping.iter().filter_map(|line| line.note.as_ref()))
            .collect()
    }

    #[test]
    fn every_mark_in_a_guide_is_one_of_a_pair() {
        let guides = names().into_iter().filter_map(|guide| find(&guide.id));
        for guide in guides {
            for text in with_marks(&guide) {
                for piece in pieces(text) {
                    let (inside, marks): (&str, &[char]) = match piece {
                        Piece::Text(text) => (text, &['*', '`']),
                        Piece::Label(label) => (label, &['`']),
                        Piece::Literal(literal) => (literal, &[]),
                    };
                    assert!(!inside.contains(marks), "{}: {text}", guide.id);
                    let whole = matches!(piece, Piece::Text(_)) || inside == inside.trim();
                    assert!(whole, "{}: {text}", guide.id);
                }
            }
            for text in without_marks(&guide) {
                assert!(!text.contains(['*', '`']), "{}: {text}", guide.id);
            }
        }
    }
}

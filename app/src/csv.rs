//! Tables for spreadsheets (RFC 4180).

use std::borrow::Cow;

/// A cell that a spreadsheet would take for a formula, as text: names come from outside.
pub fn harmless(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}").into()
    } else {
        cell.into()
    }
}

/// A line of a table of [`harmless`] cells.
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = String::new();
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        line.push('"');
        line.push_str(&harmless(cell).replace('"', "\"\""));
        line.push('"');
    }
    line.push_str("\r\n");
    line
}

#[cfg(test)]
mod tests {
    use super::{harmless, line};

    #[test]
    fn a_cell_is_never_a_formula() {
        for (cell, expected) in [
            (
                "=HYPERLINK(\"https://evil.test\")",
                "'=HYPERLINK(\"https://evil.test\")",
            ),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("ada@acme.test", "ada@acme.test"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell), expected);
        }
    }

    #[test]
    fn cells_are_quoted_and_formulas_become_text() {
        assert_eq!(
            line(["a", "b \"c\"", "=1+1", "x=1"]),
            "\"a\",\"b \"\"c\"\"\",\"'=1+1\",\"x=1\"\r\n"
        );
    }
}

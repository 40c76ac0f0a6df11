//! Tables for spreadsheets (RFC 4180).

/// A line of a table. A cell that a spreadsheet would take for a formula becomes text.
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = String::new();
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        line.push('"');
        if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            line.push('\'');
        }
        line.push_str(&cell.replace('"', "\"\""));
        line.push('"');
    }
    line.push_str("\r\n");
    line
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn cells_are_quoted_and_formulas_become_text() {
        assert_eq!(
            line(["a", "b \"c\"", "=1+1", "x=1"]),
            "\"a\",\"b \"\"c\"\"\",\"'=1+1\",\"x=1\"\r\n"
        );
    }
}

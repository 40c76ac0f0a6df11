//! Comma-separated values as exports have them: RFC 4180, also with semicolons or tabs, a byte order mark and blank
//! lines. Reads as it goes, so that a long list does not hold up the page.

/// Reads a text row by row.
#[derive(Debug, Clone)]
pub struct Reader {
    text: String,
    at: usize,
    delimiter: u8,
}

impl Reader {
    /// A reader at the beginning of `text`.
    pub fn new(text: String) -> Self {
        let at = if text.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            0
        };
        let first = text[at..].lines().find(|line| !line.trim().is_empty());
        let delimiter = delimiter_of(first.unwrap_or_default());
        Self { text, at, delimiter }
    }

    /// How many bytes were read, and of how many.
    pub fn progress(&self) -> (usize, usize) {
        (self.at, self.text.len())
    }

    /// The next row that is not blank; none at the end.
    pub fn row(&mut self) -> Option<Vec<String>> {
        while self.at < self.text.len() {
            let row = self.any_row();
            if row.iter().any(|field| !field.trim().is_empty()) {
                return Some(row);
            }
        }
        None
    }

    fn any_row(&mut self) -> Vec<String> {
        let mut row = Vec::new();
        loop {
            row.push(self.field());
            let next = self.text.as_bytes().get(self.at).copied();
            // What ends a field is one byte long, wherever it stands between characters.
            self.at += usize::from(next.is_some());
            match next {
                Some(byte) if byte == self.delimiter => {}
                Some(b'\r') => {
                    self.at += usize::from(self.text.as_bytes().get(self.at) == Some(&b'\n'));
                    return row;
                }
                _ => return row,
            }
        }
    }

    /// Reads up to the delimiter or the end of the line, which stays.
    fn field(&mut self) -> String {
        let bytes = self.text.as_bytes();
        let mut field = String::new();
        if bytes.get(self.at) == Some(&b'"') {
            self.at += 1;
            loop {
                let rest = &self.text[self.at..];
                let Some(length) = rest.find('"') else {
                    // A quotation without an end goes to the end of the text.
                    field.push_str(rest);
                    self.at = self.text.len();
                    return field;
                };
                field.push_str(&rest[..length]);
                self.at += length + 1;
                if bytes.get(self.at) != Some(&b'"') {
                    break;
                }
                field.push('"');
                self.at += 1;
            }
        }
        // What stands behind a quotation belongs to the field, as spreadsheets read it.
        let rest = &bytes[self.at..];
        let ends = |byte: &u8| *byte == self.delimiter || *byte == b'\n' || *byte == b'\r';
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        field.push_str(&self.text[self.at..self.at + length]);
        self.at += length;
        field
    }
}

/// The delimiter that the first line has most of, outside of quotations. Where two are as many, it is the one that is
/// rarer in names.
fn delimiter_of(line: &str) -> u8 {
    let mut counts = [(b'\t', 0_usize), (b';', 0), (b',', 0)];
    let mut quoted = false;
    for byte in line.bytes() {
        quoted ^= byte == b'"';
        for (delimiter, count) in &mut counts {
            *count += usize::from(!quoted && byte == *delimiter);
        }
    }
    let mut best = (b',', 0);
    for count in counts {
        if count.1 > best.1 {
            best = count;
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let mut reader = Reader::new(text.to_owned());
        std::iter::from_fn(|| reader.row()).collect()
    }

    #[test]
    fn rows_as_exports_have_them() {
        let cases: &[(&str, &[&[&str]])] = &[
            ("", &[]),
            ("a", &[&["a"]]),
            ("a,b\r\nc,d\r\n", &[&["a", "b"], &["c", "d"]]),
            ("\u{feff}a,b\n\n \nc,", &[&["a", "b"], &["c", ""]]),
            ("a;b,c\nd;e", &[&["a", "b,c"], &["d", "e"]]),
            ("a\tb", &[&["a", "b"]]),
            (
                "\"a, \"\"x\"\"\",b\n\"two\nlines\",c",
                &[&["a, \"x\"", "b"], &["two\nlines", "c"]],
            ),
            ("\"no end, a", &[&["no end, a"]]),
            ("\"a\" b,c", &[&["a b", "c"]]),
        ];
        for (text, expected) in cases {
            assert_eq!(rows(text), *expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_and_nothing_panics(
            table in proptest::collection::vec(proptest::collection::vec(".*", 2..4), 1..8),
            noise in "(?s).*",
        ) {
            let quote = |field: &String| format!("\"{}\"", field.replace('"', "\"\""));
            let text: Vec<String> = table
                .iter()
                .map(|row| row.iter().map(quote).collect::<Vec<_>>().join(","))
                .collect();
            let kept: Vec<Vec<String>> = table
                .into_iter()
                .filter(|row| row.iter().any(|field| !field.trim().is_empty()))
                .collect();
            prop_assert_eq!(rows(&text.join("\r\n")), kept);
            rows(&noise);
        }
    }
}

//! `docs/rfc.md`: the RFCs section by section, supported how and tested where.
//!
//! The tables stand here, so that a test which a row names cannot go away unseen. `UPDATE_DOCS=1` writes the page
//! anew.

mod rfc7643;
mod rfc7644;
mod rfc9865;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// A section of an RFC.
struct Row {
    section: &'static str,
    title: &'static str,
    supported: Supported,
    /// How, in one sentence or two.
    how: &'static str,
    /// `file::test`, the file from the root of the repository.
    tested: &'static [&'static str],
}

#[derive(Clone, Copy, PartialEq)]
enum Supported {
    Yes,
    /// The RFC leaves it open, or says SHOULD: what is done here.
    Choice,
}

/// A row of a table.
const fn row(
    section: &'static str,
    title: &'static str,
    supported: Supported,
    how: &'static str,
    tested: &'static [&'static str],
) -> Row {
    Row {
        section,
        title,
        supported,
        how,
        tested,
    }
}

struct Document {
    number: u16,
    title: &'static str,
    rows: &'static [Row],
}

const DOCUMENTS: [Document; 3] = [
    Document {
        number: 7643,
        title: "SCIM: Core Schema",
        rows: rfc7643::ROWS,
    },
    Document {
        number: 7644,
        title: "SCIM: Protocol",
        rows: rfc7644::ROWS,
    },
    Document {
        number: 9865,
        title: "Cursor-Based Pagination of SCIM Resources",
        rows: rfc9865::ROWS,
    },
];

const INTRODUCTION: &str = "# RFC section by section\n
What Rollcall supports of the SCIM RFCs, how, and which tests show it. *Choice* marks what an RFC leaves to the server.
[scim.md](scim.md) tells the same by subject. The tests make this page from \
[their table](../server/scim/tests/it/rfc_table.rs) and check that every test named here exists.
";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for document in &DOCUMENTS {
        let Document { number, title, rows } = document;
        let link = format!("https://www.rfc-editor.org/rfc/rfc{number}");
        write!(
            page,
            "\n## RFC {number}, {title}\n\n| § | Title | Supported | Tested by |\n| --- | --- | --- | --- |\n"
        )
        .unwrap();
        for row in *rows {
            let supported = match row.supported {
                Supported::Yes => "Yes",
                Supported::Choice => "Choice",
            };
            let anchor = format!("[{section}]({link}#section-{section})", section = row.section);
            let (title, how, tests) = (row.title, row.how, tests(row));
            writeln!(page, "| {anchor} | {title} | **{supported}.** {how} | {tests} |").unwrap();
        }
    }
    page
}

/// The tests of a row, file by file.
fn tests(row: &Row) -> String {
    let mut files: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for test in row.tested {
        let (file, name) = test.split_once("::").unwrap();
        files.entry(file).or_default().push(name);
    }
    let of_file = |(file, names): (&str, Vec<&str>)| {
        let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        let short = file.trim_start_matches("server/");
        format!("[{short}](../{file}): {}", names.join(", "))
    };
    files.into_iter().map(of_file).collect::<Vec<_>>().join("; ")
}

#[test]
fn the_page_is_what_the_table_says() {
    let file = root().join("docs/rfc.md");
    let page = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&file, &page).unwrap();
    }
    let there = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        there == page,
        "docs/rfc.md is old: run the tests of scim with UPDATE_DOCS=1"
    );
}

#[test]
fn every_test_that_the_table_names_exists() {
    for row in DOCUMENTS.iter().flat_map(|document| document.rows) {
        for test in row.tested {
            let (file, name) = test.split_once("::").expect(test);
            let text =
                fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{test}: {error}"));
            // Between the attribute and the name stand other attributes, `async` and line breaks at the most.
            let is_test = text.match_indices(&format!("fn {name}(")).any(|(at, _)| {
                let before = &text[text[..at].rfind('}').map_or(0, |end| end + 1)..at];
                before.contains("test]") || before.contains("test(") || text[..at].contains("proptest! {")
            });
            assert!(is_test, "{test} is no test");
        }
    }
}

#[test]
fn sections_come_once_and_in_order() {
    for document in &DOCUMENTS {
        let sections: Vec<Vec<u8>> = document
            .rows
            .iter()
            .map(|row| row.section.split('.').map(|part| part.parse().unwrap()).collect())
            .collect();
        assert!(sections.is_sorted_by(|a, b| a < b), "RFC {}", document.number);
        for row in document.rows {
            assert!(row.how.ends_with('.'), "{}", row.section);
        }
    }
}

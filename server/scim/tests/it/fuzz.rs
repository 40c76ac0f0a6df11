//! The fuzz targets on stable: the corpus as it is, and a bounded number of inputs made from it by random changes.
//! The changes are the same in every run; cargo-fuzz (`server/scim/fuzz`) looks further.

use std::fs;
use std::path::Path;

#[expect(unreachable_pub, reason = "they are public in the crate of the targets")]
#[path = "../../fuzz/src/lib.rs"]
mod targets;

/// Inputs a target, so that all of them take a few seconds.
const INPUTS: usize = if cfg!(debug_assertions) { 10_000 } else { 150_000 };
/// Longest input, in bytes: long ones take longer and find no more.
const LONGEST: usize = 2_048;

/// What inputs are made of; a change of single bytes rarely makes a word.
const WORDS: [&str; 45] = [
    "\"",
    "\\",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ",",
    ".",
    " ",
    "not(",
    " and ",
    " or ",
    " eq ",
    " pr",
    " gt ",
    "null",
    "true",
    "\"False\"",
    "0",
    "-1",
    "1e999",
    "\u{0}",
    "\\u0000",
    "ß\u{130}",
    "\"\"",
    "[]",
    "{}",
    "emails",
    "[type eq \"work\"]",
    ".value",
    "primary",
    "manager",
    "members",
    "\"op\":\"add\"",
    "\"op\":\"Remove\"",
    "\"path\":",
    "\"bulkId:a\"",
    "\"value\":",
    "\"2026-01-31T12:00:00Z\"",
    "urn:ietf:params:scim:schemas:core:2.0:User",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    "\"password\":\"x\"",
];

/// Xorshift64: the same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    /// A part of `data`.
    fn range(&mut self, data: &[u8]) -> std::ops::Range<usize> {
        let start = self.below(data.len() + 1);
        let length = self.below(16.min(data.len() - start) + 1);
        start..start + length
    }
}

fn change(data: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    let range = random.range(data);
    let inserted = match random.below(6) {
        0 => Vec::new(),
        1 => vec![u8::try_from(random.below(256)).unwrap()],
        2 => data[range.clone()].repeat(2),
        3 => other[random.range(other)].to_vec(),
        _ => WORDS[random.below(WORDS.len())].as_bytes().to_vec(),
    };
    // Half of the time the place is filled, half of the time it is made.
    let replaced = if random.below(2) == 0 {
        range
    } else {
        range.start..range.start
    };
    data.splice(replaced, inserted);
    data.truncate(LONGEST);
}

fn run(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(name);
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    let corpus: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    assert!(corpus.len() >= 10);
    for input in &corpus {
        target(input);
    }

    let mut random = Random(0x5c1f_0d5e);
    for _ in 0..INPUTS {
        let mut input = corpus[random.below(corpus.len())].clone();
        let other = &corpus[random.below(corpus.len())];
        for _ in 0..=random.below(4) {
            change(&mut input, other, &mut random);
        }
        // What was read last is shown where a target fails.
        let shown = input.clone();
        let failed = std::panic::catch_unwind(|| target(&input)).is_err();
        assert!(!failed, "{name}: {:?}", String::from_utf8_lossy(&shown));
    }
}

#[test]
fn bulk_requests() {
    run("bulk", targets::bulk);
}

#[test]
fn filters() {
    run("filter", targets::filter);
}

#[test]
fn paths() {
    run("path", targets::path);
}

#[test]
fn patches() {
    run("patch", targets::patch);
}

#[test]
fn resources() {
    run("resource", targets::resource);
}

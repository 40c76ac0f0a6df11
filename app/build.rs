//! Turns `locales/*.json` into one enum of keys and one static table a language, and takes in `guides/*.json`. English
//! leads: a language that lacks a key, has one too many, or names other placeholders stops the build.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::Value;

/// The language whose keys the others must have.
const LEADING: &str = "en";
/// The forms a counted text has, in the order of the generated table.
const FORMS: [&str; 2] = ["one", "other"];

struct Locale {
    code: String,
    texts: BTreeMap<String, String>,
    counted: BTreeMap<String, [String; 2]>,
}

fn main() {
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-changed=guides");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(out.join("guides.rs"), guides()).expect("OUT_DIR can be written");
    let mut locales: Vec<Locale> = files().iter().map(|file| read(file)).collect();
    locales.sort_by_key(|locale| (locale.code != LEADING, locale.code.clone()));
    let (leading, others) = locales.split_first().expect("locales/en.json is there");
    let mut problems = Vec::new();
    for other in others {
        compare(leading, other, &mut problems);
    }
    assert!(
        problems.is_empty(),
        "the locales differ:\n{}",
        problems.join("\n")
    );
    fs::write(out.join("locales.rs"), generate(&locales)).expect("OUT_DIR can be written");
}

/// The setup guides, by the names of their files.
fn guides() -> String {
    let mut files = files_in("guides");
    files.sort();
    let mut code =
        String::from("/// Every guide: its name and its text.\nstatic FILES: &[(&str, &str)] = &[\n");
    for file in files {
        let name = file
            .file_stem()
            .and_then(|stem| stem.to_str())
            .expect("a file name in ASCII");
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let _ = writeln!(code, "({name:?}, {text:?}),");
    }
    code + "];\n"
}

fn files() -> Vec<PathBuf> {
    files_in("locales")
}

fn files_in(folder: &str) -> Vec<PathBuf> {
    fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("the folder {folder}: {error}"))
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect()
}

fn read(file: &Path) -> Locale {
    let name = file.display();
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{name}: {error}"));
    let all: BTreeMap<String, Value> =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut locale = Locale {
        code: file
            .file_stem()
            .and_then(|stem| stem.to_str())
            .expect("a file name in ASCII")
            .to_owned(),
        texts: BTreeMap::new(),
        counted: BTreeMap::new(),
    };
    for (key, value) in all {
        match value {
            Value::String(text) => {
                locale.texts.insert(key, text);
            }
            Value::Object(forms) => {
                let form = |name: &str| match forms.get(name) {
                    Some(Value::String(text)) => text.clone(),
                    _ => panic!("{name}: \"{key}\" lacks the form \"{name}\""),
                };
                locale.counted.insert(key.clone(), FORMS.map(form));
            }
            _ => panic!("{name}: \"{key}\" is neither a text nor its forms"),
        }
    }
    locale
}

fn compare(leading: &Locale, other: &Locale, problems: &mut Vec<String>) {
    let keys = |locale: &Locale| -> BTreeMap<String, BTreeSet<String>> {
        let texts = locale
            .texts
            .iter()
            .map(|(key, text)| (key.clone(), placeholders(text)));
        // Only the general form: "one" may say "a user" without the number.
        let counted = locale
            .counted
            .iter()
            .map(|(key, [_, other])| (key.clone(), placeholders(other)));
        texts.chain(counted).collect()
    };
    let (expected, found) = (keys(leading), keys(other));
    for (key, names) in &expected {
        match found.get(key) {
            None => problems.push(format!("{}: \"{key}\" is missing", other.code)),
            Some(theirs) if theirs != names => {
                problems.push(format!("{}: \"{key}\" has other placeholders", other.code));
            }
            Some(_) => {}
        }
    }
    for key in found.keys().filter(|key| !expected.contains_key(*key)) {
        problems.push(format!("{}: \"{key}\" is not in {LEADING}", other.code));
    }
}

fn placeholders(text: &str) -> BTreeSet<String> {
    text.split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name.to_owned())
        .collect()
}

fn generate(locales: &[Locale]) -> String {
    let mut code = String::new();
    let leading = &locales[0];
    key_enum(&mut code, "K", "A text.", leading.texts.iter());
    key_enum(
        &mut code,
        "P",
        "A text that changes with a number.",
        leading.counted.iter().map(|(key, [_, other])| (key, other)),
    );
    code += "/// A language that the console speaks.\n#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]\npub enum Lang {\n";
    for (index, locale) in locales.iter().enumerate() {
        let default = if index == 0 { "#[default]\n" } else { "" };
        let _ = writeln!(code, "/// `{}`\n{default}{},", locale.code, camel(&locale.code));
    }
    code += "}\nimpl Lang {\n/// The code for the attribute `lang`.\npub const fn code(self) -> &'static str { match self {\n";
    for locale in locales {
        let _ = writeln!(code, "Lang::{} => {:?},", camel(&locale.code), locale.code);
    }
    code += "} }\n}\n";
    let _ = writeln!(
        code,
        "pub(crate) static TEXTS: [[&str; {}]; {}] = {:?};",
        leading.texts.len(),
        locales.len(),
        locales
            .iter()
            .map(|locale| locale.texts.values().collect::<Vec<_>>())
            .collect::<Vec<_>>(),
    );
    let _ = writeln!(
        code,
        "pub(crate) static COUNTED: [[[&str; 2]; {}]; {}] = {:?};",
        leading.counted.len(),
        locales.len(),
        locales
            .iter()
            .map(|locale| locale.counted.values().collect::<Vec<_>>())
            .collect::<Vec<_>>(),
    );
    code
}

fn key_enum<'a>(
    code: &mut String,
    name: &str,
    doc: &str,
    keys: impl Iterator<Item = (&'a String, &'a String)>,
) {
    let _ = writeln!(
        code,
        "/// {doc}\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub enum {name} {{"
    );
    for (key, text) in keys {
        let _ = writeln!(code, "#[doc = {text:?}]\n{},", camel(key));
    }
    code.push_str("}\n");
}

/// `sign_in.title` → `SignInTitle`
fn camel(key: &str) -> String {
    key.split(['.', '_', '-'])
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_ascii_uppercase().to_string() + letters.as_str()
            })
        })
        .collect()
}

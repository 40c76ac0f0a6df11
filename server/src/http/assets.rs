//! The console's files: the WebAssembly, its loader and the style sheet. They are served below a folder named after
//! their content, so that what a page loads always belongs together and can be cached for ever.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::fs;
use std::path::Path as FileSystem;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};

/// How much of the hash names the folder, in bytes.
const ID_BYTES: usize = 8;
/// The encodings that the build leaves beside each file, best first: the name in `Accept-Encoding`, and the ending.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];
/// The small parts in one file, as `scripts/finish-front` leaves them.
const PARTS: &str = "chunks.bin";
/// Where a build leaves them.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/site/pkg");

/// Where the console's files are.
#[derive(Debug, Clone, Copy)]
pub struct Files {
    names: fn() -> Vec<String>,
    read: fn(&str) -> Option<Content>,
    /// What a browser may keep of them.
    cache: &'static str,
}

type Content = Cow<'static, [u8]>;

impl Files {
    /// Inside the binary, which holds them as `E`. They never change while it runs.
    pub fn embedded<E: rust_embed::Embed>() -> Self {
        Self {
            names: || E::iter().map(Cow::into_owned).collect(),
            read: |name| E::get(name).map(|file| file.data),
            cache: "public, max-age=31536000, immutable",
        }
    }

    /// In `target/site/pkg` of this checkout. They change with the next build.
    pub fn on_disk() -> Self {
        Self {
            names: || {
                let mut names = Vec::new();
                list(FileSystem::new(FOLDER), "", &mut names);
                names
            },
            read: read_from_disk,
            cache: "no-cache",
        }
    }

    fn read(self, name: &str) -> Option<Content> {
        (self.read)(name)
    }

    /// The file with the small parts; none in a development build.
    pub(crate) fn parts(self) -> Option<&'static str> {
        self.read(PARTS).map(|_| PARTS)
    }

    /// The folder's name: a hash over all names and contents.
    pub(crate) fn id(self) -> String {
        let mut names = (self.names)();
        names.sort_unstable();
        let mut hash = Sha256::new();
        for name in &names {
            let content = self.read(name).unwrap_or_default();
            for part in [name.as_bytes(), &content] {
                hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
                hash.update(part);
            }
        }
        hash.finalize()
            .iter()
            .take(ID_BYTES)
            .fold(String::new(), |mut id, byte| {
                let _ = write!(id, "{byte:02x}");
                id
            })
    }

    /// Answers `/pkg/{id}/{file}`. A wrong id is a page of another build: it must not be remembered as missing.
    pub(crate) fn serve(
        self,
        id: &str,
        Path((asked, name)): Path<(String, String)>,
        headers: &HeaderMap,
    ) -> Response {
        if asked != id || ENCODINGS.iter().any(|(_, ending)| name.ends_with(ending)) {
            return missing();
        }
        let Some((content, encoding)) = self.best(&name, headers) else {
            return missing();
        };
        let content_type = mime_guess::from_path(&name).first_or_octet_stream();
        let mut response = match content {
            Cow::Borrowed(bytes) => bytes.into_response(),
            Cow::Owned(bytes) => bytes.into_response(),
        };
        let answer = response.headers_mut();
        if let Ok(content_type) = HeaderValue::from_str(content_type.as_ref()) {
            answer.insert(header::CONTENT_TYPE, content_type);
        }
        if let Some(encoding) = encoding {
            answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(self.cache));
        answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        response
    }

    /// The smallest form that the client takes.
    fn best(self, name: &str, headers: &HeaderMap) -> Option<(Content, Option<&'static str>)> {
        let accepted = headers
            .get(header::ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        ENCODINGS
            .into_iter()
            .filter(|(encoding, _)| accepts(accepted, encoding))
            .find_map(|(encoding, ending)| Some((self.read(&format!("{name}{ending}"))?, Some(encoding))))
            .or_else(|| Some((self.read(name)?, None)))
    }
}

fn list(folder: &FileSystem, prefix: &str, names: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            list(&entry.path(), &format!("{name}/"), names);
        } else {
            names.push(name);
        }
    }
}

fn read_from_disk(name: &str) -> Option<Content> {
    let is_plain = name
        .split('/')
        .all(|part| !part.is_empty() && part != "." && part != "..");
    if !is_plain || name.contains('\\') {
        return None;
    }
    fs::read(FileSystem::new(FOLDER).join(name)).ok().map(Cow::Owned)
}

/// Whether `Accept-Encoding` names the encoding, other than with `q=0` (RFC 9110 §12.5.3).
fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|part| {
        let mut parameters = part.split(';').map(str::trim);
        let named = parameters
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        named && !parameters.any(|parameter| matches!(parameter, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn missing() -> Response {
    (StatusCode::NOT_FOUND, [(header::CACHE_CONTROL, "no-store")]).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_accepted_unless_its_weight_is_zero() {
        for (header, encoding, expected) in [
            ("gzip, deflate, br, zstd", "br", true),
            ("gzip;q=0.8, br;q=1", "gzip", true),
            ("br;q=0, gzip", "br", false),
            ("", "br", false),
            ("brotli", "br", false),
        ] {
            assert_eq!(accepts(header, encoding), expected, "{header}");
        }
    }

    #[test]
    fn the_folder_is_named_by_its_content() {
        let id = Files::on_disk().id();
        assert_eq!(id.len(), 2 * ID_BYTES);
        assert_eq!(id, Files::on_disk().id());
    }

    #[test]
    fn another_builds_file_is_missing_and_not_remembered() {
        let path = Path(("0000".to_owned(), "rollcall.js".to_owned()));
        let response = Files::on_disk().serve("ffff", path, &HeaderMap::new());
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for name in ["../../Cargo.toml", "/etc/passwd", "a//b", "..\\x", "."] {
            assert!(read_from_disk(name).is_none(), "{name}");
        }
    }
}

//! Cursors of lists (RFC 9865): where the last page ended, sealed, so that a client can neither make one nor use it
//! for anything but the next page of the same list. The server keeps nothing of them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use scim::{ResourceType, ScimError};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::ListQuery;
use crate::Bearer;

/// How long a cursor works, in seconds. Announced as `pagination.cursorTimeout`.
pub const CURSOR_TIMEOUT: u32 = 3600;

/// What the cursors of this installation are sealed with.
#[derive(Clone)]
pub(crate) struct CursorKey(Vec<u8>);

impl std::fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CursorKey(…)")
    }
}

/// The resource after which a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) kind: ResourceType,
    pub(super) id: String,
    /// What it was sorted by.
    pub(super) key: Option<String>,
}

/// What a cursor holds.
#[derive(Serialize, Deserialize)]
struct Content {
    /// Which list of which account, as its first page was asked for.
    list: String,
    count: usize,
    /// When it was made, in seconds.
    at: i64,
    kind: String,
    id: String,
    key: Option<String>,
}

impl CursorKey {
    /// The key that the store keeps as this text.
    pub(crate) fn new(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }

    /// The cursor for the page after `position`.
    pub(super) fn seal(&self, list: &str, count: usize, now: Timestamp, position: Position) -> String {
        let content = Content {
            list: list.to_owned(),
            count,
            at: now.as_second(),
            kind: position.kind.name().to_owned(),
            id: position.id,
            key: position.key,
        };
        let content = serde_json::to_vec(&content).expect("texts and numbers are representable as JSON");
        let seal = self.mac(&content).finalize().into_bytes();
        // RFC 9865 §2: "unreserved" characters alone.
        format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(content),
            URL_SAFE_NO_PAD.encode(seal)
        )
    }

    /// Where the page begins that `cursor` stands for.
    ///
    /// # Errors
    /// `invalidCursor`, `invalidCount`, `expiredCursor`.
    pub(super) fn open(
        &self,
        cursor: &str,
        list: &str,
        count: usize,
        now: Timestamp,
    ) -> Result<Position, ScimError> {
        let content = self.content(cursor).ok_or_else(|| {
            ScimError::invalid_cursor("This cursor was not made here; begin again with an empty cursor.")
        })?;
        if content.list != list {
            return Err(ScimError::invalid_cursor(
                "This cursor belongs to another query; keep filter, sorting and attributes as they were on the first \
                 page, or begin again with an empty cursor.",
            ));
        }
        if content.count != count {
            return Err(ScimError::invalid_count(format!(
                "The first page was asked for with a count of {}; keep it for the following pages.",
                content.count
            )));
        }
        let age = now.as_second().saturating_sub(content.at);
        if age > SignedDuration::from_secs(CURSOR_TIMEOUT.into()).as_secs() {
            return Err(ScimError::expired_cursor(format!(
                "This cursor is older than {CURSOR_TIMEOUT} seconds; begin again with an empty cursor."
            )));
        }
        let kind = ResourceType::from_name(&content.kind);
        Ok(Position {
            kind: kind.ok_or_else(|| ScimError::invalid_cursor("This cursor was not made here."))?,
            id: content.id,
            key: content.key,
        })
    }

    fn content(&self, cursor: &str) -> Option<Content> {
        let (content, seal) = cursor.split_once('.')?;
        let content = URL_SAFE_NO_PAD.decode(content).ok()?;
        let seal = URL_SAFE_NO_PAD.decode(seal).ok()?;
        self.mac(&content).verify_slice(&seal).ok()?;
        serde_json::from_slice(&content).ok()
    }

    fn mac(&self, content: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(content);
        mac
    }
}

/// What tells one list from another: whose it is, who asks, and everything that must not change from page to page.
pub(super) fn list_of(bearer: &Bearer, kinds: &[ResourceType], query: &ListQuery) -> String {
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    let filter = query.filter.as_ref().map(ToString::to_string);
    let sort = query
        .sort
        .as_ref()
        .map(|sort| (sort.path.to_string(), sort.descending));
    let parts = (bearer.account, bearer.read_only, kinds, filter, sort, &query.view);
    let text = serde_json::to_vec(&parts).expect("texts are representable as JSON");
    URL_SAFE_NO_PAD.encode(&Sha256::digest(text)[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_800_000_000;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn position() -> Position {
        Position {
            kind: ResourceType::Group,
            id: "g-1".to_owned(),
            key: Some("sales".to_owned()),
        }
    }

    #[test]
    fn a_cursor_leads_back_to_its_place_while_it_is_young() {
        let key = CursorKey::new("secret");
        let cursor = key.seal("list", 10, at(START), position());
        let unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
        assert!(cursor.chars().all(unreserved), "{cursor}");
        let end = START + i64::from(CURSOR_TIMEOUT);
        assert_eq!(key.open(&cursor, "list", 10, at(end)), Ok(position()));
        let keyword = |error: ScimError| error.scim_type.unwrap().as_str();
        for (list, count, now, expected) in [
            ("list", 10, end + 1, "expiredCursor"),
            ("other", 10, START, "invalidCursor"),
            ("list", 11, START, "invalidCount"),
        ] {
            assert_eq!(
                keyword(key.open(&cursor, list, count, at(now)).unwrap_err()),
                expected
            );
        }
    }

    #[test]
    fn what_this_key_did_not_seal_is_no_cursor() {
        let key = CursorKey::new("secret");
        let cursor = key.seal("list", 10, at(START), position());
        let (content, seal) = cursor.split_once('.').unwrap();
        let mut bytes = URL_SAFE_NO_PAD.decode(content).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        let changed = format!("{}.{seal}", URL_SAFE_NO_PAD.encode(bytes));
        let foreign = CursorKey::new("other").seal("list", 10, at(START), position());
        for cursor in [
            changed.as_str(),
            &foreign,
            content,
            ".",
            "",
            "x",
            &format!("{content}."),
            "é.é",
        ] {
            let error = key.open(cursor, "list", 10, at(START)).unwrap_err();
            assert_eq!(error.scim_type.unwrap().as_str(), "invalidCursor", "{cursor}");
        }
    }
}

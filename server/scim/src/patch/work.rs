//! What the operations of one PATCH may cost together. Each alone is bounded; thousands of them, each comparing
//! hundreds of values with hundreds of terms, would not be.

use serde_json::Value;

use crate::error::ScimError;
use crate::value;

/// Comparisons that one request may ask for: five thousand operations that each look at five hundred values by a
/// short filter need half of them, and they take less than a second.
const MAX_COMPARISONS: usize = 5_000_000;
/// Bytes of a text that count as one comparison more, because a filter folds the whole text.
const BYTES_PER_COMPARISON: usize = 64;

/// Bytes that are copied into another value and count as one comparison: the copies are kept until the end.
const BYTES_PER_COPY: usize = 16;

/// Comparisons that are left.
pub(super) struct Work(usize);

impl Work {
    pub(super) fn new() -> Self {
        Self(MAX_COMPARISONS)
    }

    /// Uses up so many comparisons.
    ///
    /// # Errors
    /// 413 where so many are not left.
    pub(super) fn spend(&mut self, comparisons: usize) -> Result<(), ScimError> {
        self.0 = self.0.checked_sub(comparisons).ok_or_else(|| {
            ScimError::payload_too_large(
                "The operations of this PATCH compare too many values: send them in several requests.",
            )
        })?;
        Ok(())
    }

    /// Uses up what copying so many bytes costs.
    pub(super) fn spend_on_copies(&mut self, bytes: usize) -> Result<(), ScimError> {
        self.spend(bytes / BYTES_PER_COPY)
    }

    /// Uses up `times` comparisons with every one of `values`.
    pub(super) fn spend_on(&mut self, values: &[Value], times: usize) -> Result<(), ScimError> {
        let bytes: usize = values.iter().map(value::size).sum();
        self.spend((values.len() + bytes / BYTES_PER_COMPARISON).saturating_mul(times))
    }
}

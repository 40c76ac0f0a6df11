//! The simulator against small servers that do one thing wrong.

#![expect(clippy::unwrap_used, reason = "a test fails where it is wrong")]

mod canned;
mod judgement;
mod manners;

//! Runs the crate's tests against a real store.

mod harness;
mod identity;

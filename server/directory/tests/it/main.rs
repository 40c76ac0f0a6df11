//! Runs the crate's tests against a real store.

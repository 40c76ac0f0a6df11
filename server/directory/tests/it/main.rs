//! Runs the crate's tests against a real store.

mod batches;
mod console;
mod harness;
mod identity;
mod idp;
mod lists;
mod provision_groups;
mod provision_users;
mod walls;

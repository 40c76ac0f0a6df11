//! Runs the crate's tests against a real store.

mod harness;
mod identity;
mod idp;
mod provision_groups;
mod provision_users;

//! Runs the crate's tests against a real store.

#![expect(
    clippy::unwrap_used,
    reason = "clippy excepts test functions, but not what they share"
)]

mod arrivals;
mod batches;
mod console;
mod hand_back;
mod harness;
mod identity;
mod idp;
mod lists;
mod own_roles;
mod pages;
mod preview;
mod provision_groups;
mod provision_users;
mod rotation;
mod setup;
mod sources;
mod tolerance;
mod users_list;
mod walls;

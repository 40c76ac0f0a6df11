//! Runs the crate's tests against a real store.

#![expect(
    clippy::unwrap_used,
    reason = "clippy excepts test functions, but not what they share"
)]

mod activity;
mod arrivals;
mod batches;
mod console;
mod diagnosis;
mod direct_roles;
mod extra_roles;
mod former_groups;
mod group_impact;
mod hand_back;
mod harness;
mod identity;
mod idp;
mod lists;
mod matching;
mod own_roles;
mod pages;
mod paused;
mod preview;
mod provision_groups;
mod provision_users;
mod retention;
mod role_histories;
mod rotation;
mod setup;
mod sources;
mod tokens;
mod tolerance;
mod traffic;
mod users_list;
mod walls;

//! The server as its clients see it: requests go into the router, and the command line is the real binary.

#![expect(clippy::unwrap_used, reason = "a test fails where it is wrong")]

mod activity_export;
mod bulk;
mod cli;
mod conditions;
mod console;
mod cursor;
mod discovery;
mod entra;
mod errors;
mod harness;
mod lists;
mod matching;
mod okta;
mod read_only;
mod role_changes;
mod search;
mod setup;
mod surface;
mod tokens;
mod troubleshooting;
mod users_export;
mod walls;

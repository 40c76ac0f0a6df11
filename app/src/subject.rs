//! Types and functions that several pages share, by subject.

pub mod connection;
pub mod cycle;
pub mod entry;
pub mod entry_filter;
pub mod finding;
pub mod guide;
#[cfg(feature = "ssr")]
pub mod leniency;
pub mod problem;
pub mod role;
pub mod step;
pub mod theme;
pub mod token;
pub mod turned_away;
pub mod user;
pub mod user_filter;
pub mod wish;

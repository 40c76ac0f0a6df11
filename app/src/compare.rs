//! The comparison with a list of the identity provider: groups and members that are only there, only here, or renamed,
//! and why. Pure, and run in the browser alone: what an administrator pastes never leaves it.

mod csv;
mod difference;
mod list;
mod reason;

pub use csv::Reader;
pub use difference::{Comparison, Difference, MembersDiffer, OurGroup, Renamed};
pub use list::{Parser, TheirGroup, TheirList, Unreadable};
pub use reason::{Known, KnownRefusal, Reason, Reasons};

/// What two names are compared by. Both sides come in the same normal form, which the browser makes.
pub fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

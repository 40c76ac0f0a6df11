//! Rollcall's extension of User.

use super::{Attribute, Mutability, Schema};
use crate::urn;

/// Who manages a user. Present only where the server supplies it: to read-only tokens.
pub static ROLLCALL_USER: Schema = Schema {
    urn: urn::ROLLCALL_USER,
    name: "Rollcall User",
    description: "Who manages the user",
    attributes: &[Attribute::string(
        "managedBy",
        "Who manages the user: scim for the identity provider, manual for people.",
    )
    .mutability(Mutability::ReadOnly)
    .suggest(&["scim", "manual"])],
};

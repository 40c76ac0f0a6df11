//! Rollcall's extension of User.

use super::{Attribute, Mutability, Returned, Schema};
use crate::urn;

/// What Rollcall knows of a user. Present only where the server supplies it: to read-only tokens.
pub static ROLLCALL_USER: Schema = Schema {
    urn: urn::ROLLCALL_USER,
    name: "RollcallUser",
    description: "Who manages the user, and what the user may do",
    attributes: &[
        Attribute::string(
            "managedBy",
            "Who manages the user: scim for the identity provider, manual for people.",
        )
        .mutability(Mutability::ReadOnly)
        .suggest(&["scim", "manual"]),
        Attribute::complex(
            "effectiveRoles",
            &EFFECTIVE_ROLE,
            "The roles in effect, given directly and through groups; none while the user is inactive. Returned to \
             read-only tokens that ask for it.",
        )
        .list()
        .mutability(Mutability::ReadOnly)
        .returned(Returned::Request),
    ],
};

static EFFECTIVE_ROLE: [Attribute; 2] = [
    Attribute::string(
        "value",
        "The role: administrator, auditor, member or one of the account's own.",
    )
    .mutability(Mutability::ReadOnly),
    Attribute::string(
        "type",
        "direct where a person gave it, indirect where only groups give it.",
    )
    .mutability(Mutability::ReadOnly)
    .suggest(&["direct", "indirect"]),
];

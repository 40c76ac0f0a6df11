//! The Group schema (RFC 7643 §4.2).

use super::{Attribute, Mutability, Schema};
use crate::urn;

/// A group of users and groups.
pub static GROUP: Schema = Schema {
    urn: urn::GROUP,
    name: "Group",
    description: "Group",
    attributes: &[
        // Erratum 5368: required. Rollcall keeps it unique in an account, as identity providers expect.
        Attribute::string("displayName", "Name of the group for people; unique.")
            .required()
            .unique(),
        Attribute::complex("members", &MEMBER, "The members of the group.").list(),
    ],
};

static MEMBER: [Attribute; 4] = [
    Attribute::string("value", "The id of the member.")
        .exact()
        .mutability(Mutability::Immutable),
    Attribute::reference("$ref", &["User", "Group"], "URI of the member.").mutability(Mutability::Immutable),
    Attribute::string("type", "User or Group.")
        .mutability(Mutability::Immutable)
        .suggest(&["User", "Group"]),
    // Erratum 6011: missing from the published schema, sent by every client.
    Attribute::string("display", "The member's name for people.").mutability(Mutability::ReadOnly),
];

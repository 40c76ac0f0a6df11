//! The Enterprise User extension (RFC 7643 §4.3).

use super::{Attribute, Mutability, Schema};
use crate::urn;

/// Attributes of people in an organisation.
pub static ENTERPRISE_USER: Schema = Schema {
    urn: urn::ENTERPRISE_USER,
    name: "EnterpriseUser",
    description: "Enterprise User",
    attributes: &[
        Attribute::string(
            "employeeNumber",
            "Number or code that the organisation gave the person.",
        ),
        Attribute::string("costCenter", "Name of a cost centre."),
        Attribute::string("organization", "Name of an organisation."),
        Attribute::string("division", "Name of a division."),
        Attribute::string("department", "Name of a department."),
        Attribute::complex("manager", &MANAGER, "The user's manager."),
    ],
};

static MANAGER: [Attribute; 3] = [
    // Erratum 8472: an id, so case exact.
    Attribute::string("value", "The id of the manager's User resource.").exact(),
    Attribute::reference("$ref", &["User"], "URI of the manager's User resource."),
    Attribute::string("displayName", "The manager's display name.").mutability(Mutability::ReadOnly),
];

//! Bodies of POST and PUT.

use serde_json::Value;

use crate::error::ScimError;
use crate::resource::Resource;
use crate::schema::ResourceType;
use crate::tolerance::Tolerance;

/// One member as a client names it. `display` and `$ref` are the server's to say and are not read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Member {
    /// The member's id.
    pub value: String,
    /// `type`, where the client gave one; an id alone is looked up.
    pub kind: Option<ResourceType>,
}

/// A body that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Incoming {
    /// The attributes in canonical form.
    pub resource: Resource,
    /// For a group the members in the body, each id once; `None` where the body says nothing of members.
    pub members: Option<Vec<Member>>,
}

/// Reads the body of a POST.
///
/// # Errors
/// `invalidSyntax` for a body of another shape, `invalidValue` for a required attribute that is missing or a
/// value of the wrong type.
pub fn parse_create(_kind: ResourceType, _body: &Value, _t: &mut Tolerance) -> Result<Incoming, ScimError> {
    todo!()
}

/// Reads the body of a PUT of the resource `id`, whose present state is `current`.
///
/// # Errors
/// As [`parse_create`], and `mutability` when the body names another `id`.
pub fn parse_replace(
    _current: &Resource,
    _id: &str,
    _body: &Value,
    _t: &mut Tolerance,
) -> Result<Incoming, ScimError> {
    todo!()
}

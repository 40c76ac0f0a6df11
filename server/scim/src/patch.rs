//! PATCH (RFC 7644 §3.5.2).

use serde_json::Value;

use crate::body::Member;
use crate::error::ScimError;
use crate::filter::Filter;
use crate::resource::Resource;
use crate::schema::ResourceType;
use crate::tolerance::Tolerance;

/// A PATCH body that was read and checked as far as the schema goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    kind: ResourceType,
}

/// What a PATCH makes of a resource.
#[derive(Debug, Clone, PartialEq)]
pub struct PatchOutcome {
    /// The resource after all operations.
    pub resource: Resource,
    /// Whether an attribute of `resource` differs from before. Membership is not looked at.
    pub changed: bool,
    /// For a group: what to do to its membership, in order.
    pub members: Vec<MemberChange>,
}

/// One step in the membership of a group. No step needs to know the members.
#[derive(Debug, Clone, PartialEq)]
pub enum MemberChange {
    /// Add these; those who are members stay as they are.
    Add(Vec<Member>),
    /// Remove the members with these ids; other ids have no effect.
    Remove(Vec<String>),
    /// Remove the members that match, each seen as `{"value":…,"type":…,"display":…}`.
    RemoveWhere(Filter),
    /// These and no others.
    Replace(Vec<Member>),
}

impl Patch {
    /// Reads the body of a PATCH.
    ///
    /// # Errors
    /// `invalidSyntax`, `invalidValue`, `invalidPath`, `invalidFilter`, `noTarget` (RFC 7644 §3.12).
    pub fn parse(kind: ResourceType, _body: &Value, _t: &mut Tolerance) -> Result<Self, ScimError> {
        todo!("{kind:?}")
    }

    /// Runs the operations in order on `current`, the resource `id`; all or none.
    ///
    /// # Errors
    /// `invalidValue`, `mutability`, `noTarget`.
    pub fn apply(
        &self,
        current: &Resource,
        _id: &str,
        _t: &mut Tolerance,
    ) -> Result<PatchOutcome, ScimError> {
        todo!("{:?} {current:?}", self.kind)
    }

    /// The ids of members that the operations name, to fetch before they are needed.
    pub fn member_ids(&self) -> impl Iterator<Item = &str> {
        std::iter::empty()
    }
}

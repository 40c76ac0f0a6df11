//! PATCH (RFC 7644 §3.5.2). Reading the body is here, its operations in `read`, their paths in `path`, what they do
//! in `apply` and `members`.
//!
//! Reading a body turns it into steps that each act on one target: a value without path becomes one step for
//! each attribute in it, and what concerns a group's members becomes [`MemberChange`]s, which need no state.

mod apply;
mod members;
mod path;
mod read;
#[cfg(test)]
mod tests;
mod work;

use serde_json::Value;

use crate::body::{self, Member};
use crate::error::ScimError;
use crate::filter::Filter;
use crate::resource::Resource;
use crate::schema::ResourceType;
use crate::tolerance::{Leniency, Tolerance};
use crate::{urn, value};
use path::{Extension, Target};
use read::once;
use work::Work;

/// Most operations in a request, a value without path counted by its attributes. Each may look at all values of
/// an attribute; a request with more is refused with 413.
const MAX_OPERATIONS: usize = 5_000;
/// Most comparisons in the filters of [`MemberChange::RemoveWhere`]s of a request, which whoever has the members
/// makes with each of them: as many as one filter may have. Ids that filters list are not compared.
const MAX_MEMBER_TERMS: usize = 500;

/// A PATCH body that was read and checked as far as that goes without the resource.
///
/// ```
/// use scim::{Patch, Resource, ResourceType, Tolerance};
/// let body = serde_json::json!({
///     "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
///     "Operations": [{"op": "Add", "path": "emails[type eq \"work\"].value", "value": "ada@acme.test"}],
/// });
/// let mut tolerance = Tolerance::default();
/// let patch = Patch::parse(ResourceType::User, &body, &mut tolerance)?;
/// let outcome = patch.apply(&Resource::new_user("ada"), "u-1", &mut tolerance)?;
/// assert!(outcome.changed);
/// assert_eq!(outcome.resource.primary_email(), Some("ada@acme.test"));
/// # Ok::<(), scim::ScimError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    kind: ResourceType,
    steps: Vec<Step>,
    /// Values of `id` in the body: each must be the resource's.
    ids: Vec<Value>,
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

/// One step in the membership of a group (RFC 7644 §3.5.2). No step needs to know the members.
///
/// ```
/// use scim::{MemberChange, Patch, ResourceType, Resource, Tolerance, urn};
/// let group = Resource::from_stored(ResourceType::Group, r#"{"displayName":"Sales"}"#)?;
/// // Entra ID and authentik list whom to remove; the RFC would remove everybody.
/// let body = serde_json::json!({"schemas": [urn::PATCH_OP], "Operations": [
///     {"op": "Remove", "path": "members", "value": [{"value": "u-1"}]},
/// ]});
/// let mut tolerance = Tolerance::default();
/// let outcome = Patch::parse(ResourceType::Group, &body, &mut tolerance)?.apply(&group, "g-1", &mut tolerance)?;
/// assert_eq!(outcome.members, [MemberChange::Remove(vec!["u-1".to_owned()])]);
/// assert!(!outcome.changed, "the group's own attributes are as they were");
/// # Ok::<(), scim::ScimError>(())
/// ```
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

#[derive(Debug, Clone, PartialEq)]
enum Step {
    Change {
        op: Op,
        target: Target,
        value: Option<Value>,
    },
    RemoveExtension(Extension),
    Members(MemberChange),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Add,
    Replace,
    Remove,
}

impl Patch {
    /// Reads the body of a PATCH.
    ///
    /// # Errors
    /// `invalidSyntax` for a body of another shape; `invalidValue` for operations that are missing, unknown or
    /// without value; `invalidPath` and `invalidFilter` for paths; `noTarget` for `remove` without path;
    /// `mutability` for read-only targets; 413 for too many operations.
    pub fn parse(kind: ResourceType, body: &Value, t: &mut Tolerance) -> Result<Self, ScimError> {
        let Value::Object(body) = body else {
            return Err(ScimError::invalid_syntax("The body must be one JSON object."));
        };
        let mut operations = None;
        let mut has_schema = false;
        for (key, value) in body {
            if key.eq_ignore_ascii_case("Operations") {
                once("Operations", &mut operations, value)?;
            } else if key.eq_ignore_ascii_case("schemas") {
                has_schema = urn::is_listed(value, urn::PATCH_OP);
            } else {
                value::unknown(key, "a PATCH body", t)?;
            }
        }
        if !has_schema && !t.use_it(Leniency::MissingSchemas) {
            return Err(ScimError::invalid_syntax(format!(
                "'schemas' must contain {}.",
                urn::PATCH_OP
            )));
        }
        let operations = match operations {
            Some(Value::Array(operations)) if !operations.is_empty() => operations.as_slice(),
            Some(single @ Value::Object(_)) if t.use_it(Leniency::SingleForList) => {
                std::slice::from_ref(single)
            }
            _ => {
                return Err(ScimError::invalid_value(
                    "'Operations' must be a list of at least one operation.",
                ));
            }
        };
        let mut patch = Self {
            kind,
            steps: Vec::new(),
            ids: Vec::new(),
        };
        for operation in operations {
            patch.read_operation(operation, t)?;
            if patch.steps.len() > MAX_OPERATIONS {
                return Err(ScimError::payload_too_large(format!(
                    "A PATCH takes at most {MAX_OPERATIONS} operations: send the rest in another request."
                )));
            }
        }
        let member_terms: usize = patch
            .steps
            .iter()
            .map(|step| match step {
                Step::Members(MemberChange::RemoveWhere(filter)) => filter.terms(),
                _ => 0,
            })
            .sum();
        if member_terms > MAX_MEMBER_TERMS {
            return Err(ScimError::payload_too_large(format!(
                "The filters on members have more than {MAX_MEMBER_TERMS} comparisons: name the members by id."
            )));
        }
        Ok(patch)
    }

    /// Runs the operations in order on `current`, the resource `id`; all or none.
    ///
    /// # Errors
    /// `invalidValue` for a value of the wrong type, `mutability` for clearing what is required or for another
    /// `id` in a value, `noTarget` for a value path that matches nothing and describes no value to create; 413 for
    /// more comparisons or more text (8 MiB) than one request may ask for.
    pub fn apply(&self, current: &Resource, id: &str, t: &mut Tolerance) -> Result<PatchOutcome, ScimError> {
        self.ids
            .iter()
            .try_for_each(|given| body::check_id(Some(given), id))?;
        let mut resource = current.clone();
        let attributes = resource.attributes_mut();
        let size_before: usize = attributes.values().map(value::size).sum();
        let mut work = Work::new();
        let mut members = Vec::new();
        // RFC 7644 §3.5.2: in order, each on the result of the one before. `current` stays untouched.
        for step in &self.steps {
            match step {
                Step::Change { op, target, value } => {
                    apply::change(attributes, *op, target, value.as_ref(), &mut work, t)?;
                }
                Step::RemoveExtension(extension) => {
                    attributes.remove(extension.0.urn);
                }
                Step::Members(change) => members.push(change.clone()),
            }
        }
        value::drop_hollow(attributes);
        let size = attributes.values().map(value::size).sum();
        if size > size_before {
            value::check_size(size)?;
        }
        let changed = resource != *current;
        Ok(PatchOutcome {
            resource,
            changed,
            members,
        })
    }

    /// The ids of members that the operations name, to fetch before they are needed; an id may come twice.
    pub fn member_ids(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().flat_map(|step| {
            let (members, ids): (&[Member], &[String]) = match step {
                Step::Members(MemberChange::Add(members) | MemberChange::Replace(members)) => (members, &[]),
                Step::Members(MemberChange::Remove(ids)) => (&[], ids),
                _ => (&[], &[]),
            };
            members
                .iter()
                .map(|member| member.value.as_str())
                .chain(ids.iter().map(String::as_str))
        })
    }

    /// The path of each change in canonical text, which reads back as the same path:
    /// `emails[type eq "work"].value`. Of an operation without path one for each attribute in its value.
    ///
    /// ```
    /// # use scim::{Patch, ResourceType, Tolerance, urn};
    /// let body = serde_json::json!({"schemas": [urn::PATCH_OP], "Operations": [
    ///     {"op": "replace", "path": "NAME.familyname", "value": "L"},
    ///     {"op": "replace", "value": {"title": "Countess", "active": true}},
    /// ]});
    /// let patch = Patch::parse(ResourceType::User, &body, &mut Tolerance::default())?;
    /// assert_eq!(patch.paths().collect::<Vec<_>>(), ["name.familyName", "active", "title"]);
    /// # Ok::<(), scim::ScimError>(())
    /// ```
    pub fn paths(&self) -> impl Iterator<Item = String> {
        self.steps.iter().map(|step| match step {
            Step::Change { target, .. } => target.to_string(),
            Step::RemoveExtension(extension) => extension.0.urn.to_owned(),
            Step::Members(MemberChange::RemoveWhere(filter)) => format!("members[{filter}]"),
            Step::Members(MemberChange::Remove(ids)) => {
                let terms = ids
                    .iter()
                    .map(|id| format!("value eq {}", Value::from(id.as_str())));
                format!("members[{}]", terms.collect::<Vec<_>>().join(" or "))
            }
            Step::Members(MemberChange::Add(_) | MemberChange::Replace(_)) => "members".to_owned(),
        })
    }
}

//! What an operation does to the members of a group. Members are not part of a resource, so this is a change to
//! make rather than a result.

use serde_json::Value;

use super::path::Target;
use super::read::grant_listed;
use super::{MemberChange, Op};
use crate::body::{self, Member};
use crate::error::ScimError;
use crate::filter::{CompareOp, Filter, FilterValue};
use crate::tolerance::{Leniency, Tolerance};

/// The change that an operation on `members` asks for; `None` for one that changes nothing.
pub(super) fn change(
    op: Op,
    target: &Target,
    value: Option<&Value>,
    t: &mut Tolerance,
) -> Result<Option<MemberChange>, ScimError> {
    match target {
        Target::Values { sub: Some(sub), .. } => Err(immutable_member(sub.0.name)),
        Target::Values {
            filter: Some(filter), ..
        } => matching(op, filter, value, t),
        _ => all(op, value, t),
    }
}

/// An operation on `members`.
fn all(op: Op, value: Option<&Value>, t: &mut Tolerance) -> Result<Option<MemberChange>, ScimError> {
    let value = value.unwrap_or(&Value::Null);
    match op {
        Op::Add => {
            let members = body::members(value, t)?;
            Ok((!members.is_empty()).then_some(MemberChange::Add(members)))
        }
        Op::Replace => Ok(Some(MemberChange::Replace(body::members(value, t)?))),
        // RFC 7644 §3.5.2.2: without a filter all values go. Keycloak's plugin empties a group like this.
        Op::Remove if value.is_null() => Ok(Some(MemberChange::Replace(Vec::new()))),
        // Entra ID, authentik: only the listed ones go, so an empty list removes nobody.
        Op::Remove => {
            grant_listed("members", t)?;
            let ids: Vec<String> = body::members(value, t)?
                .into_iter()
                .map(|member| member.value)
                .collect();
            Ok((!ids.is_empty()).then_some(MemberChange::Remove(ids)))
        }
    }
}

/// An operation on `members[filter]`.
fn matching(
    op: Op,
    filter: &Filter,
    value: Option<&Value>,
    t: &mut Tolerance,
) -> Result<Option<MemberChange>, ScimError> {
    let ids = ids_in(filter);
    match (op, ids) {
        (Op::Remove, Some(ids)) => Ok(Some(MemberChange::Remove(ids))),
        (Op::Remove, None) => Ok(Some(MemberChange::RemoveWhere(filter.clone()))),
        (Op::Add | Op::Replace, Some(ids)) => {
            // RFC 7643 §4.2: a member is immutable; the value may repeat the id and say nothing else.
            let value = value.unwrap_or(&Value::Null);
            let names_other = |value: &Value| {
                value
                    .get("value")
                    .is_some_and(|id| !ids.iter().any(|own| id == own))
            };
            if names_other(value)
                || value
                    .as_array()
                    .is_some_and(|values| values.iter().any(names_other))
            {
                return Err(immutable_member("value"));
            }
            if !t.use_it(Leniency::CreateUnmatched) {
                return Err(ScimError::no_target(
                    "Add a member by the path 'members' and its id as 'value'.",
                ));
            }
            let members = ids
                .into_iter()
                .map(|value| Member { value, kind: None })
                .collect();
            Ok(Some(MemberChange::Add(members)))
        }
        (Op::Add | Op::Replace, None) => Err(ScimError::no_target(
            "The filter describes no member: use the path 'members' to add members.",
        )),
    }
}

/// The ids in `value eq "u-1"` and `value eq "u-1" or value eq "u-2"`, the only filters that clients send.
fn ids_in(filter: &Filter) -> Option<Vec<String>> {
    match filter {
        Filter::Compare {
            path,
            op: CompareOp::Eq,
            value: FilterValue::String(id),
        } if path.is("value") => Some(vec![id.clone()]),
        Filter::Or(terms) if !terms.iter().any(|term| matches!(term, Filter::Or(_))) => {
            let ids: Option<Vec<_>> = terms.iter().map(ids_in).collect();
            ids.map(|ids| ids.concat())
        }
        _ => None,
    }
}

fn immutable_member(part: &str) -> ScimError {
    ScimError::mutability(format!(
        "'members.{part}' cannot be changed: remove the member and add the other one."
    ))
}

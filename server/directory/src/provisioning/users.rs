//! What an identity provider does to users: pure functions over the working set.

use scim::{Incoming, Patch, Resource, ResourceType, ScimError};
use serde_json::Value;

use super::command::{Answer, Context, Stop, difference};
use super::matching::{Decision, decide};
use super::working_set::{Holder, UserState};
use super::{CreatedUser, not_found};
use crate::log::{Subject, SubjectKind};
use crate::user::Sources;
use crate::{AccountId, ManagedBy, Outcome, UserId};

/// POST: what [`decide`] says of the username.
pub(super) fn create(context: Context<'_>, incoming: &Incoming) -> Result<Answer, Stop> {
    let Context {
        account,
        actor,
        sequence,
        set,
        note,
        ..
    } = context;
    let resource = &incoming.resource;
    note.status = 201;
    note.subject = Some(subject(None, resource));
    let key = scim::fold(resource.user_name());
    let holder = set.holder(&key)?;
    let decision = decide(account, holder.as_ref().map(|holder| &holder.existing));
    note.decision = Some(decision);
    let (user, converted) = match (decision, holder) {
        (Decision::Created, _) => {
            let user = UserState {
                id: UserId::next(set.now, sequence),
                account,
                user_name_key: key,
                resource: resource.clone(),
                version: 1,
                created_at: set.now,
                modified_at: set.now,
                managed_by: ManagedBy::Scim,
                break_glass: false,
                converted_at: None,
                sources: Sources::all(actor.name(), set.now),
            };
            (user, false)
        }
        (Decision::Converted, Some(holder)) => {
            let before = set
                .user(account, holder.id)?
                .ok_or_else(|| not_found(ResourceType::User, holder.id))?;
            note.changes = difference(Some(&before.resource), Some(resource));
            let user = UserState {
                resource: resource.clone(),
                version: before.version + 1,
                modified_at: set.now,
                managed_by: ManagedBy::Scim,
                converted_at: Some(set.now),
                sources: Sources::all(actor.name(), set.now),
                ..before.clone()
            };
            (user, true)
        }
        (Decision::AlreadyManaged, Some(holder)) => {
            set.see(account, holder.id);
            return Err(ScimError::uniqueness(conflict(account, Some(&holder))).into());
        }
        (_, holder) => return Err(ScimError::uniqueness(conflict(account, holder.as_ref())).into()),
    };
    note.subject = Some(subject(Some(user.id), resource));
    if converted && !resource.active() {
        set.sign_out(account, user.id);
    }
    let answer = CreatedUser {
        user: user.stored(),
        converted,
    };
    set.put_user(user);
    Ok(Answer::Created(answer))
}

/// PUT.
pub(super) fn replace(context: Context<'_>, id: UserId, body: &Value) -> Result<Answer, Stop> {
    let before = find(&context, id)?;
    context.note.subject = Some(subject(Some(id), &before.resource));
    context.check_version(before.version)?;
    let incoming = scim::parse_replace(
        &before.resource,
        &id.to_string(),
        body,
        &mut context.note.tolerance,
    )?;
    update(context, &before, incoming.resource)
}

/// PATCH.
pub(super) fn patch(context: Context<'_>, id: UserId, patch: &Patch) -> Result<Answer, Stop> {
    let before = find(&context, id)?;
    context.note.subject = Some(subject(Some(id), &before.resource));
    context.check_version(before.version)?;
    let outcome = patch.apply(&before.resource, &id.to_string(), &mut context.note.tolerance)?;
    update(context, &before, outcome.resource)
}

/// DELETE: the memberships go with the user, so that its groups change.
pub(super) fn delete(context: Context<'_>, id: UserId) -> Result<Answer, Stop> {
    let before = find(&context, id)?;
    context.note.status = 204;
    context.note.subject = Some(subject(Some(id), &before.resource));
    context.check_version(before.version)?;
    let Context {
        account, set, note, ..
    } = context;
    let groups = set.all_groups(account, set.groups_of(account, id)?.iter().copied())?;

    note.changes = difference(Some(&before.resource), None);
    for mut group in groups {
        set.remove_member(group.id, &id.to_string());
        group.member_count = group.member_count.saturating_sub(1);
        group.version += 1;
        group.modified_at = set.now;
        set.put_group(group);
    }
    set.remove_user(account, id);
    Ok(Answer::Deleted)
}

/// A SCIM-managed user of the account; manual ones are not resources of the API.
fn find(context: &Context<'_>, id: UserId) -> Result<UserState, Stop> {
    match context.set.user(context.account, id)? {
        Some(user) if user.managed_by == ManagedBy::Scim => Ok(user.clone()),
        _ => Err(not_found(ResourceType::User, id).into()),
    }
}

/// Makes `resource` the user's, if it differs. A name that anybody has is refused: a rename never converts.
fn update(context: Context<'_>, before: &UserState, resource: Resource) -> Result<Answer, Stop> {
    let Context {
        account,
        actor,
        set,
        note,
        ..
    } = context;
    if resource.attributes() == before.resource.attributes() {
        note.outcome = Outcome::Unchanged;
        set.see(account, before.id);
        return Ok(Answer::User(before.stored()));
    }
    let key = scim::fold(resource.user_name());
    if key != before.user_name_key {
        let holder = set.holder(&key)?;
        if holder.is_some() {
            return Err(ScimError::uniqueness(conflict(account, holder.as_ref())).into());
        }
    }
    note.changes = difference(Some(&before.resource), Some(&resource));
    note.subject = Some(subject(Some(before.id), &resource));
    if before.resource.active() && !resource.active() {
        set.sign_out(account, before.id);
    }
    let mut sources = before.sources.clone();
    sources.add(actor.name(), set.now, &note.changes);
    let user = UserState {
        user_name_key: key,
        resource,
        version: before.version + 1,
        modified_at: set.now,
        sources,
        ..before.clone()
    };
    let answer = user.stored();
    set.put_user(user);
    Ok(Answer::User(answer))
}

/// What an administrator is told of a username that is taken: what to do, and never whose it is. A user who is managed
/// by this identity provider already is named by its id, which the caller may see.
fn conflict(account: AccountId, holder: Option<&Holder>) -> String {
    match (decide(account, holder.map(|holder| &holder.existing)), holder) {
        (Decision::AlreadyManaged, Some(holder)) => format!(
            "This userName is already used by the user with the id '{}'; update that user, or choose another userName \
             in the identity provider.",
            holder.id
        ),
        (Decision::BreakGlass, _) => "This userName is reserved for emergency access and stays outside provisioning; \
             take the person out of the provisioning scope in the identity provider, or ask the owner of this Rollcall \
             installation."
            .to_owned(),
        (Decision::Converted, _) => "This userName is used by a user who is managed in Rollcall by hand, and a rename \
             does not take that user over; choose another userName in the identity provider."
            .to_owned(),
        _ => "This userName cannot be used here because it is already taken; choose another userName in the identity \
             provider, or ask the owner of this Rollcall installation to free it."
            .to_owned(),
    }
}

fn subject(id: Option<UserId>, resource: &Resource) -> Subject {
    Subject {
        kind: SubjectKind::User,
        id: id.map(|id| id.to_string()),
        name: resource.user_name().to_owned(),
    }
}

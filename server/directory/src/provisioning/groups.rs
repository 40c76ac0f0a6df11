//! What an identity provider does to groups: pure functions over the working set.

use std::collections::{BTreeMap, BTreeSet};

use scim::{Filter, Incoming, Member, MemberChange, Patch, Resource, ResourceType, ScimError};
use serde_json::{Value, json};

use super::command::{Answer, Context, Stop, difference};
use super::not_found;
use super::working_set::{Assertion, FormerGroup, GroupState, Need, Needed, Target, WorkingSet};
use crate::log::{Change, MembersChanged, Subject, SubjectKind};
use crate::{AccountId, EntryId, GroupId, Outcome};

/// Members whose names an entry keeps, of those who came and of those who went.
const NAMED: usize = 10;

/// The name under which the entry of a deleted group keeps the roles that it gave.
const ROLES: &str = "roles";

/// What a new group needs: its name, and what its members stand for.
pub(super) fn needs_of_new(account: AccountId, incoming: &Incoming) -> Vec<Need> {
    let name = scim::fold(incoming.resource.display_name().unwrap_or_default());
    let mut needs = vec![Need::GroupName(account, name)];
    for member in incoming.members.iter().flatten() {
        needs.push(Need::Target(account, member.value.clone()));
    }
    needs
}

/// What a change of the members named by `ids` needs.
pub(super) fn needs_of_members<'a>(
    account: AccountId,
    group: GroupId,
    ids: impl Iterator<Item = &'a str>,
) -> Vec<Need> {
    ids.flat_map(|id| {
        [
            Need::Target(account, id.to_owned()),
            Need::Member(account, group, id.to_owned()),
        ]
    })
    .collect()
}

/// POST.
pub(super) fn create(context: Context<'_>, incoming: &Incoming) -> Result<Answer, Stop> {
    let Context {
        account,
        sequence,
        entry,
        set,
        note,
        ..
    } = context;
    note.status = 201;
    note.subject = Some(subject(None, &incoming.resource));
    let key = scim::fold(incoming.resource.display_name().unwrap_or_default());
    check_name(set, account, &key)?;
    let members: BTreeSet<&str> = incoming
        .members
        .iter()
        .flatten()
        .map(|member| member.value.as_str())
        .collect();
    set.require(members.iter().map(|id| Need::Target(account, (*id).to_owned())))?;
    let mut added = BTreeMap::new();
    for id in members {
        added.insert(id.to_owned(), member_target(set, account, id)?);
    }

    let group = GroupState {
        id: GroupId::next(set.now, sequence),
        account,
        display_name_key: key,
        resource: incoming.resource.clone(),
        version: 1,
        created_at: set.now,
        modified_at: set.now,
        member_count: u64::try_from(added.len()).unwrap_or(u64::MAX),
        asserted: None,
        paused: false,
    };
    note.subject = Some(subject(Some(group.id), &group.resource));
    let delta = Delta {
        added,
        ..Delta::default()
    };
    note.members = delta.summary();
    let answer = group.stored();
    let id = group.id;
    set.add_group(group);
    delta.apply(set, account, id, entry);
    Ok(Answer::Group(answer))
}

/// PUT; members that the body does not name at all stay as they are.
pub(super) fn replace(context: Context<'_>, id: GroupId, body: &Value) -> Result<Answer, Stop> {
    let before = find(&context, id)?;
    context.note.subject = Some(subject(Some(id), &before.resource));
    context.check_version(before.version)?;
    let incoming = scim::parse_replace(
        &before.resource,
        &id.to_string(),
        body,
        &mut context.note.tolerance,
    )?;
    let changes: Vec<MemberChange> = incoming.members.map(MemberChange::Replace).into_iter().collect();
    update(context, &before, incoming.resource, &changes)
}

/// PATCH.
pub(super) fn patch(context: Context<'_>, id: GroupId, patch: &Patch) -> Result<Answer, Stop> {
    let before = find(&context, id)?;
    context.note.subject = Some(subject(Some(id), &before.resource));
    context.check_version(before.version)?;
    let outcome = patch.apply(&before.resource, &id.to_string(), &mut context.note.tolerance)?;
    update(context, &before, outcome.resource, &outcome.members)
}

/// DELETE: the groups that it was a member of change with it. The entry keeps the roles that it gave, so that they can
/// be offered to a group that is made in its place.
pub(super) fn delete(context: Context<'_>, id: GroupId) -> Result<Answer, Stop> {
    let before = find(&context, id)?;
    context.note.status = 204;
    context.note.subject = Some(subject(Some(id), &before.resource));
    context.check_version(before.version)?;
    let Context {
        account,
        actor,
        entry,
        set,
        note,
        ..
    } = context;
    let parents = set.all_groups(account, set.parents(account, id)?.iter().copied())?;
    let roles = set.roles(account, id)?.to_vec();
    let affected = if roles.is_empty() {
        0
    } else {
        set.affected(account, id)?
    };

    note.changes = difference(Some(&before.resource), None);
    if !roles.is_empty() {
        let names = roles.iter().map(|(_, name)| Value::from(name.as_str())).collect();
        note.changes.push(Change {
            attribute: ROLES.to_owned(),
            before: names,
            after: Value::Null,
        });
    }
    for mut parent in parents {
        set.remove_member(parent.id, &id.to_string());
        parent.member_count = parent.member_count.saturating_sub(1);
        parent.version += 1;
        parent.modified_at = set.now;
        set.put_group(parent);
    }
    set.remove_group(FormerGroup {
        group: before,
        roles,
        affected,
        deleted_by: actor.name().to_owned(),
        entry,
    });
    Ok(Answer::Deleted)
}

fn find(context: &Context<'_>, id: GroupId) -> Result<GroupState, Stop> {
    let group = context.set.group(context.account, id)?;
    group
        .cloned()
        .ok_or_else(|| not_found(ResourceType::Group, id).into())
}

/// Makes `resource` the group's and changes its members, if there is any difference.
fn update(
    context: Context<'_>,
    before: &GroupState,
    resource: Resource,
    changes: &[MemberChange],
) -> Result<Answer, Stop> {
    let Context {
        account,
        entry,
        set,
        note,
        ..
    } = context;
    let key = scim::fold(resource.display_name().unwrap_or_default());
    if key != before.display_name_key {
        check_name(set, account, &key)?;
    }
    let delta = plan(set, account, before.id, changes)?;
    check_nesting(set, account, before, &delta)?;

    let same = resource.attributes() == before.resource.attributes();
    let names_all = changes
        .iter()
        .any(|change| matches!(change, MemberChange::Replace(_)));
    // Naming all of fifty thousand again writes one row, naming some of them one for each.
    let asserted = if names_all {
        let at = set.now;
        Some(Assertion { at, entry })
    } else {
        for id in &delta.confirmed {
            set.confirm_member(before.id, id, entry);
        }
        before.asserted
    };
    if same && delta.is_empty() {
        note.outcome = Outcome::Unchanged;
        if names_all {
            set.put_group(GroupState {
                asserted,
                ..before.clone()
            });
        }
        return Ok(Answer::Group(before.stored()));
    }
    note.changes = difference(Some(&before.resource), Some(&resource));
    note.members = delta.summary();
    note.subject = Some(subject(Some(before.id), &resource));
    let count = before.member_count + len(&delta.added);
    let group = GroupState {
        display_name_key: key,
        resource,
        version: before.version + 1,
        modified_at: set.now,
        member_count: count.saturating_sub(len(&delta.removed)),
        asserted,
        ..before.clone()
    };
    let answer = group.stored();
    delta.apply(set, account, group.id, entry);
    set.put_group(group);
    Ok(Answer::Group(answer))
}

fn check_name(set: &WorkingSet, account: AccountId, key: &str) -> Result<(), Stop> {
    match set.group_named(account, key)? {
        None => Ok(()),
        Some(id) => Err(ScimError::uniqueness(format!(
            "This displayName is already used by the group with the id '{id}'; update that group, or choose another \
             displayName in the identity provider."
        ))
        .into()),
    }
}

/// What comes and what goes, by id. A name is known for all who come and for the first of those who go.
#[derive(Debug, Default)]
struct Delta {
    added: BTreeMap<String, Target>,
    removed: BTreeMap<String, Option<String>>,
    /// Members before and after, named by the request.
    confirmed: Vec<String>,
}

impl Delta {
    fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }

    /// For the entry.
    fn summary(&self) -> Option<MembersChanged> {
        (!self.is_empty()).then(|| MembersChanged {
            added: self.added.len(),
            removed: self.removed.len(),
            added_names: self
                .added
                .values()
                .take(NAMED)
                .map(|target| target.name.clone())
                .collect(),
            removed_names: self.removed.values().flatten().take(NAMED).cloned().collect(),
        })
    }

    fn apply(&self, set: &mut WorkingSet, account: AccountId, group: GroupId, entry: EntryId) {
        for id in self.removed.keys() {
            set.remove_member(group, id);
        }
        for (id, target) in &self.added {
            set.add_member(account, group, id, target.kind, entry);
        }
    }
}

/// The members that a request names, while its operations run in order.
struct Roster<'a> {
    set: &'a WorkingSet,
    account: AccountId,
    group: GroupId,
    /// Whether a named id was a member before, and whether it is one now.
    named: BTreeMap<String, (bool, bool)>,
}

impl Roster<'_> {
    fn put(&mut self, id: &str, member: bool) -> Result<(), Needed> {
        if let Some((_, now)) = self.named.get_mut(id) {
            *now = member;
        } else {
            let before = self.set.is_member(self.account, self.group, id)?;
            self.named.insert(id.to_owned(), (before, member));
        }
        Ok(())
    }

    fn add(&mut self, members: &[Member]) -> Result<(), Stop> {
        let ids = members.iter().map(|member| member.value.as_str());
        self.set
            .require(needs_of_members(self.account, self.group, ids.clone()))?;
        for id in ids {
            member_target(self.set, self.account, id)?;
            self.put(id, true)?;
        }
        Ok(())
    }

    fn remove<'i>(&mut self, ids: impl Iterator<Item = &'i str> + Clone) -> Result<(), Needed> {
        let (account, group) = (self.account, self.group);
        self.set
            .require(ids.clone().map(|id| Need::Member(account, group, id.to_owned())))?;
        for id in ids {
            self.put(id, false)?;
        }
        Ok(())
    }

    /// The ids of those who are members now.
    fn all(&self) -> Result<BTreeSet<String>, Needed> {
        let mut ids = self.set.members(self.account, self.group)?;
        for (id, (_, now)) in &self.named {
            if *now {
                ids.insert(id.clone());
            } else {
                ids.remove(id);
            }
        }
        Ok(ids)
    }

    fn remove_where(&mut self, filter: &Filter) -> Result<(), Needed> {
        let equalities = filter.required_equalities();
        let named = equalities
            .iter()
            .find(|(path, _)| path.is("value"))
            .map(|(_, id)| (*id).to_owned());
        let candidates = match named {
            Some(id) => BTreeSet::from([id]),
            None => self.all()?,
        };
        self.set
            .require(candidates.iter().map(|id| Need::Target(self.account, id.clone())))?;
        let mut matching = Vec::new();
        for id in candidates {
            if let Some(target) = self.set.target(self.account, &id)? {
                let member = json!({ "value": id, "type": target.kind.name(), "display": target.name });
                if member.as_object().is_some_and(|member| filter.matches(member)) {
                    matching.push(id);
                }
            }
        }
        self.remove(matching.iter().map(String::as_str))
    }
}

/// Runs the changes in order and gives the difference. Reads only what the request names, unless it replaces all
/// members or removes them by something other than their id.
fn plan(
    set: &WorkingSet,
    account: AccountId,
    group: GroupId,
    changes: &[MemberChange],
) -> Result<Delta, Stop> {
    let mut roster = Roster {
        set,
        account,
        group,
        named: BTreeMap::new(),
    };
    for change in changes {
        match change {
            MemberChange::Add(members) => roster.add(members)?,
            MemberChange::Remove(ids) => roster.remove(ids.iter().map(String::as_str))?,
            MemberChange::RemoveWhere(filter) => roster.remove_where(filter)?,
            MemberChange::Replace(members) => {
                let before = roster.all()?;
                roster.remove(before.iter().map(String::as_str))?;
                roster.add(members)?;
            }
        }
    }
    let mut delta = Delta::default();
    for (id, (before, now)) in roster.named {
        match (before, now) {
            (false, true) => {
                let target = member_target(set, account, &id)?;
                delta.added.insert(id, target);
            }
            (true, false) => {
                delta.removed.insert(id, None);
            }
            (true, true) => delta.confirmed.push(id),
            (false, false) => {}
        }
    }
    let first: Vec<String> = delta.removed.keys().take(NAMED).cloned().collect();
    set.require(first.iter().map(|id| Need::Target(account, id.clone())))?;
    for id in first {
        let name = set.target(account, &id)?.map(|target| target.name);
        delta.removed.insert(id, name);
    }
    Ok(delta)
}

/// What can be a member has one refusal for all that cannot: unknown, of another account, managed by hand.
fn member_target(set: &WorkingSet, account: AccountId, id: &str) -> Result<Target, Stop> {
    set.target(account, id)?.ok_or_else(|| {
        ScimError::invalid_value(format!(
            "No user or group that can be a member has the id '{id}'; provision it first, then add it to the group."
        ))
        .into()
    })
}

/// A group is never a member of itself, not even through others.
fn check_nesting(
    set: &WorkingSet,
    account: AccountId,
    group: &GroupState,
    delta: &Delta,
) -> Result<(), Stop> {
    let mut nested = delta
        .added
        .iter()
        .filter(|(_, target)| target.kind == ResourceType::Group)
        .peekable();
    if nested.peek().is_none() {
        return Ok(());
    }
    let mut above = set.ancestors(account, group.id)?;
    above.insert(group.id);
    for (id, _) in nested {
        if id.parse().is_ok_and(|id| above.contains(&id)) {
            return Err(ScimError::invalid_value(format!(
                "The group with the id '{id}' contains this group, so it cannot become a member of it; remove one of \
                 the two memberships."
            ))
            .into());
        }
    }
    Ok(())
}

fn len<T>(map: &BTreeMap<String, T>) -> u64 {
    u64::try_from(map.len()).unwrap_or(u64::MAX)
}

fn subject(id: Option<GroupId>, resource: &Resource) -> Subject {
    Subject {
        kind: SubjectKind::Group,
        id: id.map(|id| id.to_string()),
        name: resource.display_name().unwrap_or_default().to_owned(),
    }
}

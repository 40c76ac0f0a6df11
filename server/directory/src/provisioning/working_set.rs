//! What the commands of a batch work on: what was fetched from the store, and what they changed.
//!
//! A lookup answers from here alone. Where the thing was not fetched yet it answers [`Needed`]; the batch then fetches
//! it and runs the command again. What is here wins over what is fetched later: it may have been changed since.

mod fetch;
mod former_group;
mod state;
mod store;

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use scim::ResourceType;

pub(super) use fetch::member_kind;
pub(super) use state::{Assertion, FormerGroup, GroupState, Holder, Target, UserState};

use super::matching::Existing;
use crate::{AccountId, EntryId, GroupId, ManagedBy, Role, UserId};

/// A thing that a command wants to know.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Need {
    /// Who has the username of this key, in the whole installation.
    UserName(String),
    /// The user.
    User(AccountId, UserId),
    /// The groups that the user is a member of.
    UserGroups(AccountId, UserId),
    /// The group.
    Group(AccountId, GroupId),
    /// Which group has the name of this key.
    GroupName(AccountId, String),
    /// What this id of a member stands for.
    Target(AccountId, String),
    /// Whether this is a member of the group.
    Member(AccountId, GroupId, String),
    /// All members of the group.
    Members(AccountId, GroupId),
    /// The groups that the group is a member of, and those above them.
    Parents(AccountId, GroupId),
    /// The roles that the group gives.
    Roles(AccountId, GroupId),
    /// How many active users the group gives its roles to, as the batch found it.
    Affected(AccountId, GroupId),
}

/// What has to be fetched before the lookup can answer.
#[derive(Debug)]
pub(super) struct Needed(pub(super) Vec<Need>);

impl From<Need> for Needed {
    fn from(need: Need) -> Self {
        Self(vec![need])
    }
}

/// A row of a table: whether the store has it, and what it is to become.
#[derive(Debug)]
struct Slot<T> {
    stored: bool,
    now: Option<T>,
    changed: bool,
}

impl<T> Slot<T> {
    fn fetched(now: Option<T>) -> Self {
        Self {
            stored: now.is_some(),
            now,
            changed: false,
        }
    }

    fn absent() -> Self {
        Self::fetched(None)
    }

    fn set(&mut self, now: Option<T>) {
        self.now = now;
        self.changed = true;
    }
}

/// A membership.
#[derive(Debug, Clone, Copy)]
struct Membership {
    account: AccountId,
    kind: ResourceType,
    since: Timestamp,
    /// The request that last named the member; known where it is this batch's.
    asserted: Option<Assertion>,
}

/// See the module.
#[derive(Debug)]
pub(super) struct WorkingSet {
    /// The time of the batch.
    pub(super) now: Timestamp,
    names: HashMap<String, Option<Holder>>,
    users: HashMap<(AccountId, UserId), Slot<UserState>>,
    groups: HashMap<(AccountId, GroupId), Slot<GroupState>>,
    group_names: HashMap<(AccountId, String), Option<GroupId>>,
    targets: HashMap<(AccountId, String), Option<Target>>,
    members: HashMap<GroupId, HashMap<String, Slot<Membership>>>,
    /// The groups whose members are all in `members`.
    complete: HashSet<GroupId>,
    /// The groups that a user is a member of.
    user_groups: HashMap<UserId, BTreeSet<GroupId>>,
    /// The groups that a group is a member of.
    parents: HashMap<GroupId, BTreeSet<GroupId>>,
    /// The roles that a group gives, with their names; commands read them and never change them.
    roles: HashMap<GroupId, Vec<(Role, String)>>,
    /// See [`Need::Affected`].
    affected: HashMap<GroupId, u64>,
    /// Groups that were deleted.
    former: Vec<FormerGroup>,
    /// Users whose sign-ins end.
    signed_out: BTreeSet<(AccountId, UserId)>,
    /// Users who were named and did not change.
    seen: BTreeSet<(AccountId, UserId)>,
}

impl WorkingSet {
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            now,
            names: HashMap::new(),
            users: HashMap::new(),
            groups: HashMap::new(),
            group_names: HashMap::new(),
            targets: HashMap::new(),
            members: HashMap::new(),
            complete: HashSet::new(),
            user_groups: HashMap::new(),
            parents: HashMap::new(),
            roles: HashMap::new(),
            affected: HashMap::new(),
            former: Vec::new(),
            signed_out: BTreeSet::new(),
            seen: BTreeSet::new(),
        }
    }

    /// Who has the username of this key.
    pub(super) fn holder(&self, key: &str) -> Result<Option<Holder>, Needed> {
        self.names
            .get(key)
            .copied()
            .ok_or_else(|| Need::UserName(key.to_owned()).into())
    }

    /// The user of this account, of either kind.
    pub(super) fn user(&self, account: AccountId, id: UserId) -> Result<Option<&UserState>, Needed> {
        let slot = self.users.get(&(account, id)).ok_or(Need::User(account, id))?;
        Ok(slot.now.as_ref())
    }

    /// The groups that the user is a member of itself.
    pub(super) fn groups_of(&self, account: AccountId, user: UserId) -> Result<&BTreeSet<GroupId>, Needed> {
        self.user_groups
            .get(&user)
            .ok_or_else(|| Need::UserGroups(account, user).into())
    }

    /// The group.
    pub(super) fn group(&self, account: AccountId, id: GroupId) -> Result<Option<&GroupState>, Needed> {
        let slot = self.groups.get(&(account, id)).ok_or(Need::Group(account, id))?;
        Ok(slot.now.as_ref())
    }

    /// The groups, all of them fetched at once where any is not here.
    pub(super) fn all_groups(
        &self,
        account: AccountId,
        ids: impl Iterator<Item = GroupId>,
    ) -> Result<Vec<GroupState>, Needed> {
        let (mut found, mut needs) = (Vec::new(), Vec::new());
        for id in ids {
            match self.group(account, id) {
                Ok(group) => found.extend(group.cloned()),
                Err(Needed(more)) => needs.extend(more),
            }
        }
        if needs.is_empty() {
            Ok(found)
        } else {
            Err(Needed(needs))
        }
    }

    /// The group that has the name of this key.
    pub(super) fn group_named(&self, account: AccountId, key: &str) -> Result<Option<GroupId>, Needed> {
        self.group_names
            .get(&(account, key.to_owned()))
            .copied()
            .ok_or_else(|| Need::GroupName(account, key.to_owned()).into())
    }

    /// What a member's id stands for: a SCIM-managed user or a group of this account; none for everything else.
    pub(super) fn target(&self, account: AccountId, id: &str) -> Result<Option<Target>, Needed> {
        if let Some(user) = id.parse().ok().and_then(|id| self.users.get(&(account, id)))
            && (user.now.is_some() || user.changed)
        {
            return Ok(user
                .now
                .as_ref()
                .filter(|user| user.managed_by == ManagedBy::Scim)
                .map(|user| Target {
                    kind: ResourceType::User,
                    name: user.resource.user_name().to_owned(),
                }));
        }
        if let Some(group) = id.parse().ok().and_then(|id| self.groups.get(&(account, id)))
            && (group.now.is_some() || group.changed)
        {
            return Ok(group.now.as_ref().map(|group| Target {
                kind: ResourceType::Group,
                name: group.resource.display_name().unwrap_or_default().to_owned(),
            }));
        }
        let key = (account, id.to_owned());
        self.targets
            .get(&key)
            .cloned()
            .ok_or_else(|| Need::Target(account, key.1).into())
    }

    /// Whether `id` is a member of the group itself.
    pub(super) fn is_member(&self, account: AccountId, group: GroupId, id: &str) -> Result<bool, Needed> {
        match self.members.get(&group).and_then(|members| members.get(id)) {
            Some(slot) => Ok(slot.now.is_some()),
            None if self.complete.contains(&group) => Ok(false),
            None => Err(Need::Member(account, group, id.to_owned()).into()),
        }
    }

    /// The ids of all members of the group.
    pub(super) fn members(&self, account: AccountId, group: GroupId) -> Result<BTreeSet<String>, Needed> {
        if !self.complete.contains(&group) {
            return Err(Need::Members(account, group).into());
        }
        let members = self.members.get(&group).into_iter().flatten();
        Ok(members
            .filter(|(_, slot)| slot.now.is_some())
            .map(|(id, _)| id.clone())
            .collect())
    }

    /// The groups that the group is a member of itself.
    pub(super) fn parents(&self, account: AccountId, group: GroupId) -> Result<&BTreeSet<GroupId>, Needed> {
        self.parents
            .get(&group)
            .ok_or_else(|| Need::Parents(account, group).into())
    }

    /// The roles that the group gives with their names, most powerful first.
    pub(super) fn roles(&self, account: AccountId, group: GroupId) -> Result<&[(Role, String)], Needed> {
        let roles = self.roles.get(&group).ok_or(Need::Roles(account, group))?;
        Ok(roles)
    }

    /// How many active users the group gives its roles to.
    pub(super) fn affected(&self, account: AccountId, group: GroupId) -> Result<u64, Needed> {
        let affected = self.affected.get(&group).ok_or(Need::Affected(account, group))?;
        Ok(*affected)
    }

    /// Every group above `group`.
    pub(super) fn ancestors(&self, account: AccountId, group: GroupId) -> Result<BTreeSet<GroupId>, Needed> {
        let mut above = BTreeSet::new();
        let mut rest = vec![group];
        while let Some(group) = rest.pop() {
            for parent in self.parents(account, group)? {
                if above.insert(*parent) {
                    rest.push(*parent);
                }
            }
        }
        Ok(above)
    }

    /// Answers where all of `needs` is here, so that what is missing is fetched at once and not one by one.
    pub(super) fn require(&self, needs: impl IntoIterator<Item = Need>) -> Result<(), Needed> {
        let missing: Vec<Need> = needs.into_iter().filter(|need| !self.has(need)).collect();
        if missing.is_empty() {
            Ok(())
        } else {
            Err(Needed(missing))
        }
    }

    fn has(&self, need: &Need) -> bool {
        match need {
            Need::UserName(key) => self.names.contains_key(key),
            Need::User(account, id) => self.users.contains_key(&(*account, *id)),
            Need::UserGroups(_, id) => self.user_groups.contains_key(id),
            Need::Group(account, id) => self.groups.contains_key(&(*account, *id)),
            Need::GroupName(account, key) => self.group_names.contains_key(&(*account, key.clone())),
            Need::Target(account, id) => self.target(*account, id).is_ok(),
            Need::Member(account, group, id) => self.is_member(*account, *group, id).is_ok(),
            Need::Members(_, group) => self.complete.contains(group),
            Need::Parents(_, group) => self.parents.contains_key(group),
            Need::Roles(_, group) => self.roles.contains_key(group),
            Need::Affected(_, group) => self.affected.contains_key(group),
        }
    }

    /// Adds the user or changes it.
    pub(super) fn put_user(&mut self, user: UserState) {
        let key = (user.account, user.id);
        let holder = Holder {
            id: user.id,
            existing: Existing {
                account: user.account,
                managed_by: user.managed_by,
                break_glass: user.break_glass,
            },
        };
        let slot = self.users.entry(key).or_insert_with(Slot::absent);
        if let Some(before) = &slot.now
            && before.user_name_key != user.user_name_key
        {
            self.names.insert(before.user_name_key.clone(), None);
        }
        self.names.insert(user.user_name_key.clone(), Some(holder));
        slot.set(Some(user));
    }

    /// Ends the user's sign-ins.
    pub(super) fn sign_out(&mut self, account: AccountId, user: UserId) {
        self.signed_out.insert((account, user));
    }

    /// Notes that the identity provider named the user, whatever came of it.
    pub(super) fn see(&mut self, account: AccountId, user: UserId) {
        self.seen.insert((account, user));
    }

    /// Removes the user; its memberships have been removed.
    pub(super) fn remove_user(&mut self, account: AccountId, id: UserId) {
        if let Some(slot) = self.users.get_mut(&(account, id)) {
            if let Some(before) = &slot.now {
                self.names.insert(before.user_name_key.clone(), None);
            }
            slot.set(None);
        }
        self.user_groups.remove(&id);
    }

    /// Adds a group that is new, without members.
    pub(super) fn add_group(&mut self, group: GroupState) {
        self.complete.insert(group.id);
        self.parents.insert(group.id, BTreeSet::new());
        self.put_group(group);
    }

    /// Changes the group.
    pub(super) fn put_group(&mut self, group: GroupState) {
        let account = group.account;
        let slot = self
            .groups
            .entry((account, group.id))
            .or_insert_with(Slot::absent);
        if let Some(before) = &slot.now
            && before.display_name_key != group.display_name_key
        {
            self.group_names
                .insert((account, before.display_name_key.clone()), None);
        }
        self.group_names
            .insert((account, group.display_name_key.clone()), Some(group.id));
        slot.set(Some(group));
    }

    /// Removes the group with its own members, and keeps what it was; its memberships in other groups have been removed.
    pub(super) fn remove_group(&mut self, former: FormerGroup) {
        let (account, id) = (former.group.account, former.group.id);
        self.former.push(former);
        if let Some(slot) = self.groups.get_mut(&(account, id)) {
            if let Some(before) = &slot.now {
                self.group_names
                    .insert((account, before.display_name_key.clone()), None);
            }
            slot.set(None);
        }
        // Nothing asks for these again: an id is never used twice.
        self.members.remove(&id);
        self.parents.remove(&id);
        for groups in self.user_groups.values_mut().chain(self.parents.values_mut()) {
            groups.remove(&id);
        }
    }

    /// Makes `id` a member of the group, as the request of `entry` says.
    pub(super) fn add_member(
        &mut self,
        account: AccountId,
        group: GroupId,
        id: &str,
        kind: ResourceType,
        entry: EntryId,
    ) {
        let at = self.now;
        let membership = Membership {
            account,
            kind,
            since: at,
            asserted: Some(Assertion { at, entry }),
        };
        self.slot(group, id).set(Some(membership));
        if let Some(groups) = self.groups_holding(id, kind) {
            groups.insert(group);
        }
    }

    /// Notes that the request of `entry` names a member that the group has already.
    pub(super) fn confirm_member(&mut self, group: GroupId, id: &str, entry: EntryId) {
        let at = self.now;
        let slot = self.slot(group, id);
        if let Some(membership) = slot.now {
            let asserted = Some(Assertion { at, entry });
            slot.set(Some(Membership {
                asserted,
                ..membership
            }));
        }
    }

    /// Ends the membership of `id` in the group.
    pub(super) fn remove_member(&mut self, group: GroupId, id: &str) {
        self.slot(group, id).set(None);
        for kind in [ResourceType::User, ResourceType::Group] {
            if let Some(groups) = self.groups_holding(id, kind) {
                groups.remove(&group);
            }
        }
    }

    fn slot(&mut self, group: GroupId, id: &str) -> &mut Slot<Membership> {
        self.members
            .entry(group)
            .or_default()
            .entry(id.to_owned())
            .or_insert_with(Slot::absent)
    }

    /// The known list of groups that the member is in.
    fn groups_holding(&mut self, id: &str, kind: ResourceType) -> Option<&mut BTreeSet<GroupId>> {
        match kind {
            ResourceType::User => self.user_groups.get_mut(&id.parse().ok()?),
            ResourceType::Group => self.parents.get_mut(&id.parse().ok()?),
        }
    }

    fn is_removed(&self, account: AccountId, group: GroupId) -> bool {
        self.groups
            .get(&(account, group))
            .is_some_and(|slot| slot.changed && slot.now.is_none())
    }
}

//! A store beside a plain model of the rules, which takes each step as the store does.

use std::collections::{BTreeMap, BTreeSet};

use directory::provisioning::IfMatch;
use directory::{AccountId, DirectoryError, GroupChange, GroupId, NewUser, OwnRole, Role, RoleId, UserId};
use serde_json::json;

use super::Step;
use crate::harness::{ACTOR, Harness};
use crate::idp::{Idp, add_members, group, patch, user};

struct Person {
    id: UserId,
    scim: bool,
    active: bool,
    /// Each direct role, and whether it was there before the identity provider took the user over.
    direct: BTreeMap<Role, bool>,
}

struct Team {
    id: GroupId,
    people: BTreeSet<usize>,
    teams: BTreeSet<usize>,
    gives: BTreeSet<Role>,
    paused: bool,
}

/// The store, and what it must hold.
pub(super) struct World {
    h: Harness,
    account: AccountId,
    idp: Idp,
    people: BTreeMap<usize, Person>,
    teams: BTreeMap<usize, Team>,
    own: Vec<RoleId>,
    /// Own roles so far, for their names.
    added: usize,
}

impl World {
    pub(super) async fn new() -> Self {
        let h = Harness::new().await;
        let account = h.account("Acme").await;
        // So that nobody is ever the last administrator.
        let root = NewUser {
            user_name: "root".to_owned(),
            break_glass: true,
            ..NewUser::default()
        };
        h.directory.add_user(&ACTOR, account, root).await.unwrap();
        let idp = Idp::of(&h, account);
        Self {
            h,
            account,
            idp,
            people: BTreeMap::new(),
            teams: BTreeMap::new(),
            own: Vec::new(),
            added: 0,
        }
    }

    fn role(&self, index: usize) -> Role {
        match self.own.get(index.wrapping_sub(3)) {
            Some(own) => Role::Own(*own),
            None => Role::BUILT_IN[index % 3],
        }
    }

    pub(super) async fn run(&mut self, step: &Step) {
        self.h.advance(jiff::SignedDuration::from_secs(1));
        match *step {
            Step::AddManual(person) => self.add_manual(person).await,
            Step::CreateUser(person) => self.create_user(person).await,
            Step::SetActive(person, active) => self.set_active(person, active).await,
            Step::DeleteUser(person) => self.delete_user(person).await,
            Step::CreateGroup(team) => self.create_group(team).await,
            Step::RenameGroup(team) => {
                if let Some(team) = self.teams.get(&team) {
                    let name = format!("renamed {}", self.h.now());
                    let operations = json!([{ "op": "replace", "path": "displayName", "value": name }]);
                    self.idp.patch_group(&self.h, team.id, operations).await;
                }
            }
            Step::DeleteGroup(team) => self.delete_group(team).await,
            Step::Join(team, person) => self.join(team, person).await,
            Step::Leave(team, person) => self.leave(team, person).await,
            Step::Nest(team, child) => self.nest(team, child).await,
            Step::Unnest(team, child) => self.unnest(team, child).await,
            Step::GiveDirect(person, role) => self.direct(person, role, true).await,
            Step::TakeDirect(person, role) => self.direct(person, role, false).await,
            Step::Give(team, role) => {
                let role = self.role(role);
                self.change(team, &GroupChange::Give(vec![role])).await;
            }
            Step::Take(team, role) => {
                let role = self.role(role);
                self.change(team, &GroupChange::Take(role)).await;
            }
            Step::Pause(team) => self.change(team, &GroupChange::Pause).await,
            Step::Resume(team) => self.change(team, &GroupChange::Resume).await,
            Step::AddRole => {
                self.added += 1;
                let role = OwnRole {
                    name: format!("own {}", self.added),
                    description: String::new(),
                    access: None,
                };
                let id = self.h.directory.add_role(&ACTOR, self.account, role).await;
                self.own.push(id.unwrap());
            }
            Step::DeleteRole(index) => {
                if let Role::Own(id) = self.role(index) {
                    self.h
                        .directory
                        .delete_role(&ACTOR, self.account, id)
                        .await
                        .unwrap();
                    self.own.retain(|own| *own != id);
                    for person in self.people.values_mut() {
                        person.direct.remove(&Role::Own(id));
                    }
                    for team in self.teams.values_mut() {
                        team.gives.remove(&Role::Own(id));
                    }
                }
            }
        }
    }

    async fn add_manual(&mut self, person: usize) {
        let new = NewUser {
            user_name: format!("person{person}"),
            ..NewUser::default()
        };
        let added = self.h.directory.add_user(&ACTOR, self.account, new).await;
        if self.people.contains_key(&person) {
            assert!(matches!(added, Err(DirectoryError::Refused(_))));
            return;
        }
        let added = Person {
            id: added.unwrap(),
            scim: false,
            active: true,
            direct: BTreeMap::new(),
        };
        self.people.insert(person, added);
    }

    async fn create_user(&mut self, person: usize) {
        let created = self
            .idp
            .on(&self.h)
            .create_user(user(&format!("person{person}")))
            .await;
        match self.people.get_mut(&person) {
            Some(known) if known.scim => assert_eq!(created.unwrap_err().status, 409),
            Some(known) => {
                let created = created.unwrap();
                assert!(created.converted && created.user.id == known.id);
                known.scim = true;
                known.active = true;
                known.direct.values_mut().for_each(|before| *before = true);
            }
            None => {
                let new = Person {
                    id: created.unwrap().user.id,
                    scim: true,
                    active: true,
                    direct: BTreeMap::new(),
                };
                self.people.insert(person, new);
            }
        }
    }

    async fn set_active(&mut self, person: usize, active: bool) {
        let Some(person) = self.people.get_mut(&person) else {
            return;
        };
        person.active = active;
        if person.scim {
            let body = patch(json!([{ "op": "replace", "path": "active", "value": active }]));
            let idp = self.idp.on(&self.h);
            idp.patch_user(&person.id.to_string(), body, IfMatch::default())
                .await
                .unwrap();
        } else {
            self.h
                .directory
                .set_user_active(&ACTOR, self.account, person.id, active)
                .await
                .unwrap();
        }
    }

    async fn delete_user(&mut self, person: usize) {
        if self.people.get(&person).is_some_and(|person| person.scim) {
            let gone = self.people.remove(&person).unwrap();
            for team in self.teams.values_mut() {
                team.people.remove(&person);
            }
            let idp = self.idp.on(&self.h);
            idp.delete_user(&gone.id.to_string(), IfMatch::default())
                .await
                .unwrap();
        }
    }

    async fn create_group(&mut self, team: usize) {
        if self.teams.contains_key(&team) {
            return;
        }
        let name = format!("team{team} {}", self.h.now());
        let created = self.idp.on(&self.h).create_group(group(&name, &[])).await;
        let new = Team {
            id: created.unwrap().id,
            people: BTreeSet::new(),
            teams: BTreeSet::new(),
            gives: BTreeSet::new(),
            paused: false,
        };
        self.teams.insert(team, new);
    }

    async fn delete_group(&mut self, team: usize) {
        if let Some(gone) = self.teams.remove(&team) {
            for other in self.teams.values_mut() {
                other.teams.remove(&team);
            }
            let idp = self.idp.on(&self.h);
            idp.delete_group(&gone.id.to_string(), IfMatch::default())
                .await
                .unwrap();
        }
    }

    async fn join(&mut self, team: usize, person: usize) {
        let (Some(team), Some(who)) = (self.teams.get_mut(&team), self.people.get(&person)) else {
            return;
        };
        let body = patch(add_members(&[&who.id]));
        let idp = self.idp.on(&self.h);
        let patched = idp
            .patch_group(&team.id.to_string(), body, IfMatch::default())
            .await;
        // Manual users are not resources of the API.
        assert_eq!(patched.is_ok(), who.scim);
        if who.scim {
            team.people.insert(person);
        }
    }

    async fn leave(&mut self, team: usize, person: usize) {
        let (Some(team), Some(who)) = (self.teams.get_mut(&team), self.people.get(&person)) else {
            return;
        };
        team.people.remove(&person);
        let path = format!("members[value eq \"{}\"]", who.id);
        let operations = json!([{ "op": "remove", "path": path }]);
        self.idp.patch_group(&self.h, team.id, operations).await;
    }

    async fn nest(&mut self, team: usize, child: usize) {
        let (Some(parent), Some(inner)) = (self.teams.get(&team), self.teams.get(&child)) else {
            return;
        };
        let body = patch(add_members(&[&inner.id]));
        let idp = self.idp.on(&self.h);
        let patched = idp
            .patch_group(&parent.id.to_string(), body, IfMatch::default())
            .await;
        let cycle = team == child || self.above(team).contains(&child);
        assert_eq!(patched.is_err(), cycle);
        if !cycle {
            self.teams.get_mut(&team).unwrap().teams.insert(child);
        }
    }

    async fn unnest(&mut self, team: usize, child: usize) {
        let Some(inner) = self.teams.get(&child).map(|inner| inner.id) else {
            return;
        };
        if let Some(parent) = self.teams.get_mut(&team) {
            parent.teams.remove(&child);
            let path = format!("members[value eq \"{inner}\"]");
            let operations = json!([{ "op": "remove", "path": path }]);
            self.idp.patch_group(&self.h, parent.id, operations).await;
        }
    }

    async fn direct(&mut self, person: usize, role: usize, give: bool) {
        let role = self.role(role);
        let Some(person) = self.people.get_mut(&person) else {
            return;
        };
        let directory = &self.h.directory;
        if give {
            directory
                .give_role(&ACTOR, self.account, person.id, role)
                .await
                .unwrap();
            person.direct.entry(role).or_insert(false);
        } else {
            directory
                .take_role(&ACTOR, self.account, person.id, role)
                .await
                .unwrap();
            person.direct.remove(&role);
        }
    }

    /// Changes what a group gives, and checks that the change did what it was said to do.
    async fn change(&mut self, team: usize, change: &GroupChange) {
        let Some(id) = self.teams.get(&team).map(|team| team.id) else {
            return;
        };
        let (account, directory) = (self.account, &self.h.directory);
        let said = directory.group_impact(account, id, change).await.unwrap();
        let before = self.in_effect();
        match change {
            GroupChange::Give(roles) => {
                for role in roles {
                    directory
                        .give_group_role(&ACTOR, account, id, *role)
                        .await
                        .unwrap();
                }
            }
            GroupChange::Take(role) => directory
                .take_group_role(&ACTOR, account, id, *role)
                .await
                .unwrap(),
            GroupChange::Pause => directory
                .set_group_paused(&ACTOR, account, id, true)
                .await
                .unwrap(),
            GroupChange::Resume => directory
                .set_group_paused(&ACTOR, account, id, false)
                .await
                .unwrap(),
        }
        let team = self.teams.get_mut(&team).unwrap();
        match change {
            GroupChange::Give(roles) => team.gives.extend(roles),
            GroupChange::Take(role) => drop(team.gives.remove(role)),
            GroupChange::Pause => team.paused = true,
            GroupChange::Resume => team.paused = false,
        }
        let after = self.in_effect();
        let (mut gains, mut losses, mut affected) = (BTreeMap::new(), BTreeMap::new(), 0);
        for (person, now) in &after {
            let then = &before[person];
            affected += u64::from(then != now);
            for role in now.difference(then) {
                *gains.entry(*role).or_insert(0) += 1;
            }
            for role in then.difference(now) {
                *losses.entry(*role).or_insert(0) += 1;
            }
        }
        assert_eq!(said.affected, affected, "{change:?}");
        let counts = |all: &BTreeMap<Role, directory::Concerned>| -> BTreeMap<Role, u64> {
            all.iter()
                .map(|(role, concerned)| (*role, concerned.count))
                .collect()
        };
        assert_eq!(
            (counts(&said.gains), counts(&said.losses)),
            (gains, losses),
            "{change:?}"
        );
    }

    /// The teams above a team.
    fn above(&self, team: usize) -> BTreeSet<usize> {
        let mut above = BTreeSet::new();
        let mut rest = vec![team];
        while let Some(team) = rest.pop() {
            for (parent, _) in self.teams.iter().filter(|(_, other)| other.teams.contains(&team)) {
                if above.insert(*parent) {
                    rest.push(*parent);
                }
            }
        }
        above
    }

    /// Each role that leads to the person through a team: the role, the team that gives it, the person's own team.
    fn trail(&self, person: usize) -> BTreeSet<(Role, GroupId, GroupId, bool)> {
        let mut trail = BTreeSet::new();
        for (own, team) in self
            .teams
            .iter()
            .filter(|(_, team)| team.people.contains(&person))
        {
            for giving in self.above(*own).into_iter().chain([*own]) {
                let giving = &self.teams[&giving];
                for role in &giving.gives {
                    trail.insert((*role, giving.id, team.id, giving.paused));
                }
            }
        }
        trail
    }

    fn in_effect(&self) -> BTreeMap<usize, BTreeSet<Role>> {
        let effective = |(number, person): (&usize, &Person)| {
            let mut roles: BTreeSet<Role> = person.direct.keys().copied().collect();
            let through = self.trail(*number).into_iter();
            roles.extend(through.filter(|(.., paused)| !paused).map(|(role, ..)| role));
            let roles = if person.active { roles } else { BTreeSet::new() };
            (*number, roles)
        };
        self.people.iter().map(effective).collect()
    }

    pub(super) async fn check(&self) {
        for (number, roles) in self.in_effect() {
            let person = &self.people[&number];
            let view = self.h.directory.get_user(self.account, person.id).await.unwrap();
            let held = view.row.roles;
            assert_eq!(BTreeSet::from_iter(held.roles()), roles, "in effect: {number}");
            let direct: BTreeMap<Role, bool> = held
                .direct
                .iter()
                .map(|grant| (grant.role, grant.before_scim))
                .collect();
            assert_eq!(direct, person.direct, "direct: {number}");
            let trail: BTreeSet<_> = held
                .through_groups
                .iter()
                .map(|held| {
                    let (giving, own) = (&held.path[0], &held.path[held.path.len() - 1]);
                    (held.role, giving.id, own.id, held.paused)
                })
                .collect();
            assert_eq!(trail, self.trail(number), "trail: {number}");
        }
        let counted = self.in_effect();
        for role in Role::BUILT_IN
            .into_iter()
            .chain(self.own.iter().copied().map(Role::Own))
        {
            let page = self
                .h
                .directory
                .list_holders(self.account, role, None, 200)
                .await
                .unwrap();
            let mut listed: BTreeSet<UserId> = page.users.iter().map(|user| user.id).collect();
            listed.retain(|id| self.people.values().any(|person| person.id == *id));
            let expected: BTreeSet<UserId> = counted
                .iter()
                .filter(|(_, roles)| roles.contains(&role))
                .map(|(number, _)| self.people[number].id)
                .collect();
            assert_eq!(listed, expected, "holders of {role}");
        }
    }
}

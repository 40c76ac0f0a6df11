//! The differences between the identity provider's list and what is here, group by group.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::key;
use super::list::{TheirGroup, TheirList};

/// A group that is here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OurGroup {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The identity provider's own id for it.
    pub external_id: Option<String>,
    /// The usernames of its members by their keys.
    pub members: BTreeMap<String, String>,
}

/// One group under two names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed {
    /// The id here.
    pub id: String,
    /// The name here.
    pub here: String,
    /// The name there.
    pub there: String,
}

/// A group whose members differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MembersDiffer {
    /// The id here.
    pub id: String,
    /// The name here.
    pub name: String,
    /// Usernames that are only there.
    pub only_there: Vec<String>,
    /// Usernames that are only here.
    pub only_here: Vec<String>,
}

/// Everything that differs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Names of groups that are only there.
    pub only_there: Vec<String>,
    /// Id and name of groups that are only here.
    pub only_here: Vec<(String, String)>,
    /// Groups with another name.
    pub renamed: Vec<Renamed>,
    /// Groups with other members.
    pub members: Vec<MembersDiffer>,
    /// Groups that are the same on both sides.
    pub same: usize,
}

impl Difference {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.only_there.is_empty()
            && self.only_here.is_empty()
            && self.renamed.is_empty()
            && self.members.is_empty()
    }
}

/// Compares, some groups at a time.
#[derive(Debug)]
pub struct Comparison {
    theirs: std::collections::btree_map::IntoIter<String, TheirGroup>,
    total: usize,
    done: usize,
    of_one_group: bool,
    ours: Vec<OurGroup>,
    by_external_id: HashMap<String, usize>,
    by_key: HashMap<String, usize>,
    matched: HashSet<usize>,
    difference: Difference,
}

impl Comparison {
    /// A comparison of `theirs` with `ours`.
    pub fn new(theirs: TheirList, ours: Vec<OurGroup>) -> Self {
        let by_key = ours
            .iter()
            .enumerate()
            .map(|(place, group)| (key(&group.name), place))
            .collect();
        let mut by_external_id = HashMap::new();
        for (place, group) in ours.iter().enumerate() {
            // The id here counts as well: some lists carry what the identity provider was answered.
            by_external_id.insert(group.id.clone(), place);
            if let Some(id) = &group.external_id {
                by_external_id.insert(id.clone(), place);
            }
        }
        Self {
            total: theirs.groups.len(),
            done: 0,
            of_one_group: theirs.of_one_group,
            theirs: theirs.groups.into_iter(),
            ours,
            by_external_id,
            by_key,
            matched: HashSet::new(),
            difference: Difference::default(),
        }
    }

    /// Compares up to `groups` more groups. False: that was all.
    pub fn step(&mut self, groups: usize) -> bool {
        for _ in 0..groups {
            let Some((key, theirs)) = self.theirs.next() else {
                return false;
            };
            self.done += 1;
            self.compare(&key, theirs);
        }
        true
    }

    /// How many groups were compared, and of how many.
    pub fn progress(&self) -> (usize, usize) {
        (self.done, self.total)
    }

    /// What differs.
    pub fn finish(mut self) -> Difference {
        if !self.of_one_group {
            let only_here = self.ours.iter().enumerate();
            self.difference.only_here = only_here
                .filter(|(place, _)| !self.matched.contains(place))
                .map(|(_, group)| (group.id.clone(), group.name.clone()))
                .collect();
            self.difference.only_here.sort_by_key(|(_, name)| key(name));
        }
        self.difference
    }

    fn compare(&mut self, key: &str, theirs: TheirGroup) {
        let by_id = theirs.id.as_ref().and_then(|id| self.by_external_id.get(id));
        let Some(place) = by_id.or_else(|| self.by_key.get(key)).copied() else {
            self.difference.only_there.push(theirs.name);
            return;
        };
        self.matched.insert(place);
        let ours = &self.ours[place];
        let renamed = super::key(&ours.name) != key;
        if renamed {
            self.difference.renamed.push(Renamed {
                id: ours.id.clone(),
                here: ours.name.clone(),
                there: theirs.name,
            });
        }
        let mut differ = MembersDiffer {
            id: ours.id.clone(),
            name: ours.name.clone(),
            only_there: Vec::new(),
            only_here: Vec::new(),
        };
        if let Some(members) = &theirs.members {
            let missing = |other: &BTreeMap<String, String>, own: &BTreeMap<String, String>| {
                own.iter()
                    .filter(|(key, _)| !other.contains_key(*key))
                    .map(|(_, name)| name.clone())
                    .collect()
            };
            differ.only_there = missing(&ours.members, members);
            differ.only_here = missing(members, &ours.members);
        }
        if !differ.only_there.is_empty() || !differ.only_here.is_empty() {
            self.difference.members.push(differ);
        } else if !renamed {
            self.difference.same += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::list::Parser;

    fn ours(id: &str, name: &str, external_id: Option<&str>, members: &[&str]) -> OurGroup {
        OurGroup {
            id: id.to_owned(),
            name: name.to_owned(),
            external_id: external_id.map(str::to_owned),
            members: members
                .iter()
                .map(|member| (key(member), (*member).to_owned()))
                .collect(),
        }
    }

    fn compare(text: &str, one_group: &str, ours: Vec<OurGroup>) -> Difference {
        let mut parser = Parser::new(text.to_owned(), one_group);
        while parser.read(100) {}
        let mut comparison = Comparison::new(parser.finish().unwrap(), ours);
        while comparison.step(1) {}
        comparison.finish()
    }

    #[test]
    fn name_by_name() {
        let found = compare(
            "id,displayName\ne1,finance\ne2,Engineering\ne4,Sales\n",
            "",
            vec![
                ours("1", "Finance", None, &["ada"]),
                ours("2", "Platform", Some("e2"), &[]),
                ours("3", "Old", None, &[]),
            ],
        );
        assert_eq!(found.only_there, ["Sales"]);
        assert_eq!(found.only_here, [("3".to_owned(), "Old".to_owned())]);
        assert_eq!(
            found.renamed,
            [Renamed {
                id: "2".to_owned(),
                here: "Platform".to_owned(),
                there: "Engineering".to_owned()
            }]
        );
        assert_eq!((found.members.len(), found.same), (0, 1));
    }

    #[test]
    fn member_by_member() {
        let found = compare(
            "group,username\nFinance,ADA\nFinance,grace\nPlatform,linus\n",
            "",
            vec![
                ours("1", "Finance", None, &["ada", "donald"]),
                ours("2", "Platform", None, &["linus"]),
            ],
        );
        assert_eq!(found.members.len(), 1);
        assert_eq!(found.members[0].only_there, ["grace"]);
        assert_eq!(found.members[0].only_here, ["donald"]);
        assert_eq!(found.same, 1);
    }

    #[test]
    fn the_members_of_one_group_say_nothing_of_other_groups() {
        let found = compare(
            "userPrincipalName\nada\n",
            "finance",
            vec![
                ours("1", "Finance", None, &["ada"]),
                ours("2", "Platform", None, &["linus"]),
            ],
        );
        assert!(found.is_empty() && found.same == 1);
    }

    #[test]
    fn ten_thousand_groups_and_fifty_thousand_members_are_a_moment() {
        let mut text = String::from("group,username\n");
        let mut all = Vec::new();
        for group in 0..10_000 {
            let name = format!("Group {group}");
            let members: Vec<String> = (0..5).map(|member| format!("user-{group}-{member}")).collect();
            for member in &members {
                text.extend([name.as_str(), ",", member, "\n"]);
            }
            let members: Vec<&str> = members.iter().skip(1).map(String::as_str).collect();
            all.push(ours(&group.to_string(), &name, None, &members));
        }
        let found = compare(&text, "", all);
        assert_eq!(found.members.len(), 10_000);
        assert!(found.members.iter().all(|group| group.only_there.len() == 1));
    }
}

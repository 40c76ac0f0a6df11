//! The people and groups of a made-up company: the same for the same seed.

use fastrand::Rng;

const GIVEN: [&str; 24] = [
    "Ada", "Amara", "Anna", "Bo", "Chloé", "David", "Dmitri", "Elif", "Farid", "Grace", "Hana", "Ines",
    "Jürgen", "Kofi", "Lin", "Łukasz", "Mei", "Noor", "Óscar", "Priya", "Rosa", "Søren", "Tomáš", "Zoë",
];
const FAMILY: [&str; 24] = [
    "Abara",
    "Andersson",
    "Becker",
    "Çelik",
    "Costa",
    "Dvořák",
    "Eriksen",
    "Fischer",
    "García",
    "Haddad",
    "Ito",
    "Jensen",
    "Kowalski",
    "Lovelace",
    "Müller",
    "Nguyễn",
    "O'Brien",
    "Petrov",
    "Quispe",
    "Rossi",
    "Silva",
    "Tanaka",
    "Weiß",
    "Zhang",
];
const TITLES: [&str; 6] = [
    "Analyst",
    "Engineer",
    "Designer",
    "Accountant",
    "Manager",
    "Counsel",
];
const DEPARTMENTS: [&str; 5] = ["R&D", "Finance", "Sales", "Legal", "People"];

/// One person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) user_name: String,
    pub(crate) external_id: String,
    pub(crate) given: &'static str,
    pub(crate) family: &'static str,
    pub(crate) title: &'static str,
    pub(crate) department: &'static str,
}

impl Person {
    pub(crate) fn display_name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }
}

/// The company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct People {
    pub(crate) users: Vec<Person>,
    /// Names of groups.
    pub(crate) groups: Vec<String>,
}

impl People {
    pub(crate) fn new(seed: u64, users: u16, groups: u16) -> Self {
        let mut rng = Rng::with_seed(seed);
        let users = (0..users).map(|index| person(&mut rng, seed, index)).collect();
        let groups = (0..groups)
            .map(|index| {
                format!(
                    "{} {seed}-{index}",
                    DEPARTMENTS[usize::from(index) % DEPARTMENTS.len()]
                )
            })
            .collect();
        Self { users, groups }
    }
}

fn person(rng: &mut Rng, seed: u64, index: u16) -> Person {
    let mut pick = |from: &[&'static str]| from[rng.usize(..from.len())];
    let (given, family) = (pick(&GIVEN), pick(&FAMILY));
    let (title, department) = (pick(&TITLES), pick(&DEPARTMENTS));
    let plain: String = given.chars().filter(char::is_ascii_alphabetic).collect();
    Person {
        user_name: format!("{}.{seed}.{index}@example.test", plain.to_ascii_lowercase()),
        external_id: format!("00u{seed:x}{index:04x}{:08x}", rng.u32(..)),
        given,
        family,
        title,
        department,
    }
}

/// An identifier as some of them make them up.
pub(crate) fn random_guid(rng: &mut Rng) -> String {
    let n = rng.u128(..);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        n >> 96,
        (n >> 80) & 0xffff,
        (n >> 64) & 0xffff,
        (n >> 48) & 0xffff,
        n & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_people_and_another_one_others() {
        let people = People::new(7, 50, 3);
        assert_eq!(people, People::new(7, 50, 3));
        let names = |people: &People| -> HashSet<String> {
            people
                .users
                .iter()
                .map(|person| person.user_name.clone())
                .collect()
        };
        assert_eq!(names(&people).len(), 50);
        assert!(names(&people).is_disjoint(&names(&People::new(8, 50, 3))));
        assert_ne!(people.groups, People::new(8, 50, 3).groups);
    }

    #[test]
    fn a_guid_has_its_form() {
        let guid = random_guid(&mut Rng::with_seed(1));
        assert_eq!(guid.len(), 36);
        assert_eq!(
            guid.split('-').map(str::len).collect::<Vec<_>>(),
            [8, 4, 4, 4, 12]
        );
    }
}

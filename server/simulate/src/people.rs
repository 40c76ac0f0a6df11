//! The people and groups of a made-up company: the same for the same seed.

use fastrand::Rng;

/// Given names, and how they stand in a user name, which most directories keep to ASCII.
const GIVEN: [(&str, &str); 24] = [
    ("Ada", "ada"),
    ("Amara", "amara"),
    ("Anna", "anna"),
    ("Bo", "bo"),
    ("Chloé", "chloe"),
    ("David", "david"),
    ("Дмитрий", "dmitri"),
    ("Elif", "elif"),
    ("Farid", "farid"),
    ("Grace", "grace"),
    ("花", "hana"),
    ("Inês", "ines"),
    ("Jürgen", "juergen"),
    ("Kofi", "kofi"),
    ("Lin", "lin"),
    ("Łukasz", "lukasz"),
    ("Mei", "mei"),
    ("نور", "noor"),
    ("Óscar", "oscar"),
    ("Priya", "priya"),
    ("Rosa", "rosa"),
    ("Søren", "soeren"),
    ("Tomáš", "tomas"),
    ("Zoë", "zoe"),
];
const FAMILY: [(&str, &str); 24] = [
    ("Abara", "abara"),
    ("Andersson", "andersson"),
    ("Becker", "becker"),
    ("Çelik", "celik"),
    ("Costa", "costa"),
    ("Dvořák", "dvorak"),
    ("Eriksen", "eriksen"),
    ("Fischer", "fischer"),
    ("García", "garcia"),
    ("Haddad", "haddad"),
    ("伊藤", "ito"),
    ("Jensen", "jensen"),
    ("Kowalski", "kowalski"),
    ("Lovelace", "lovelace"),
    ("Müller", "mueller"),
    ("Nguyễn", "nguyen"),
    // An apostrophe is legal before the at sign.
    ("O'Brien", "o'brien"),
    ("Петров", "petrov"),
    ("Quispe", "quispe"),
    ("Rossi", "rossi"),
    ("Silva", "silva"),
    ("Tanaka", "tanaka"),
    ("Weiß", "weiss"),
    ("Zhang", "zhang"),
];
const TITLES: [&str; 6] = [
    "Analyst",
    "Engineer",
    "Designer",
    "Accountant",
    "Manager",
    "Counsel",
];
const DEPARTMENTS: [&str; 5] = ["R&D", "Finance", "Büro Straße", "Legal", "People"];

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

/// A company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct People {
    pub(crate) users: Vec<Person>,
    /// Names of groups.
    pub(crate) groups: Vec<String>,
    /// What Okta puts into every user that it creates; never to be seen again.
    pub(crate) password: String,
}

impl People {
    /// `company` tells identity providers apart that are played with the same seed on one server.
    pub(crate) fn new(company: &str, seed: u64, users: u16, groups: u16) -> Self {
        let mut rng = Rng::with_seed(seed);
        let users = (0..users)
            .map(|index| person(&mut rng, &format!("{company}-{seed}-{index}"), index))
            .collect();
        let groups = (0..groups)
            .map(|index| {
                let department = DEPARTMENTS[usize::from(index) % DEPARTMENTS.len()];
                format!("{department} {company}-{seed}-{index}")
            })
            .collect();
        let password = format!("x{:016X}y{:016x}!", rng.u64(..), rng.u64(..));
        Self {
            users,
            groups,
            password,
        }
    }
}

/// What a group is called after it was renamed.
pub(crate) fn renamed(group: &str) -> String {
    format!("{group} EMEA")
}

fn person(rng: &mut Rng, mark: &str, index: u16) -> Person {
    let (given, plain_given) = GIVEN[rng.usize(..GIVEN.len())];
    let (family, plain_family) = FAMILY[rng.usize(..FAMILY.len())];
    let title = TITLES[rng.usize(..TITLES.len())];
    let department = DEPARTMENTS[rng.usize(..DEPARTMENTS.len())];
    Person {
        user_name: format!("{plain_given}.{plain_family}.{mark}@example.test"),
        external_id: format!("00u{index:04x}{:012x}", rng.u64(..) >> 16),
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
        let people = People::new("okta", 7, 50, 3);
        assert_eq!(people, People::new("okta", 7, 50, 3));
        let names = |people: &People| -> HashSet<String> {
            people
                .users
                .iter()
                .map(|person| person.user_name.clone())
                .collect()
        };
        assert_eq!(names(&people).len(), 50);
        assert!(names(&people).is_disjoint(&names(&People::new("okta", 8, 50, 3))));
        assert!(names(&people).is_disjoint(&names(&People::new("entra", 7, 50, 3))));
        assert_ne!(people.groups, People::new("okta", 8, 50, 3).groups);
    }

    #[test]
    fn a_user_name_is_ascii_though_the_name_is_not() {
        let people = People::new("okta", 1, 200, 1);
        assert!(people.users.iter().all(|person| person.user_name.is_ascii()));
        assert!(people.users.iter().any(|person| !person.given.is_ascii()));
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

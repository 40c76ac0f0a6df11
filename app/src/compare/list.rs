//! What a list of the identity provider says: groups, or groups with their members, by whichever columns it has.

use std::collections::BTreeMap;

use super::csv::Reader;
use super::key;

/// A group of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TheirGroup {
    /// The name.
    pub name: String,
    /// The identity provider's own id for it, where the list has one.
    pub id: Option<String>,
    /// The usernames by their keys; none: the list has no members.
    pub members: Option<BTreeMap<String, String>>,
}

/// The list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TheirList {
    /// The groups by their keys.
    pub groups: BTreeMap<String, TheirGroup>,
    /// Whether it has members.
    pub has_members: bool,
    /// Whether it is a list of one group's members alone, so that other groups are no difference.
    pub of_one_group: bool,
    /// How many rows were read, the heading apart.
    pub rows: usize,
}

/// Why a list cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// There is nothing in it.
    Empty,
    /// It has members but no column for their group, and no group was named.
    NoGroup,
}

/// Names of columns, without case and punctuation. The first that a list has counts.
const GROUP: [&str; 6] = [
    "groupname",
    "group",
    "groupdisplayname",
    "groupdisplay",
    "grouptitle",
    "profilename",
];
const NAME: [&str; 4] = ["displayname", "name", "title", "cn"];
const GROUP_ID: [&str; 4] = ["groupid", "groupobjectid", "objectid", "id"];
const MEMBER: [&str; 13] = [
    "userprincipalname",
    "username",
    "userlogin",
    "login",
    "profilelogin",
    "upn",
    "memberuserprincipalname",
    "memberusername",
    "memberlogin",
    "membername",
    "member",
    "memberemail",
    "useremail",
];
/// These are members' only beside a group: lists of groups have addresses too.
const ADDRESS: [&str; 4] = ["email", "mail", "primaryemail", "user"];

#[derive(Debug, Clone, Copy, Default)]
struct Columns {
    group: Option<usize>,
    id: Option<usize>,
    member: Option<usize>,
}

/// Reads a list, some rows at a time.
#[derive(Debug)]
pub struct Parser {
    reader: Reader,
    columns: Option<Columns>,
    one_group: Option<String>,
    list: TheirList,
    missing_group: bool,
}

impl Parser {
    /// A parser of `text`. `one_group`: the group whose members a list without a column for groups has; may be empty.
    pub fn new(text: String, one_group: &str) -> Self {
        let one_group = one_group.trim();
        Self {
            reader: Reader::new(text),
            columns: None,
            one_group: (!one_group.is_empty()).then(|| one_group.to_owned()),
            list: TheirList::default(),
            missing_group: false,
        }
    }

    /// Reads up to `rows` more rows. False: that was all.
    pub fn read(&mut self, rows: usize) -> bool {
        for _ in 0..rows {
            let Some(row) = self.reader.row() else {
                return false;
            };
            // Entra begins some of its files with a line of its own.
            if self.columns.is_none() && row[0].starts_with("version:") {
                continue;
            }
            match self.columns {
                Some(columns) => self.add(columns, &row),
                None => self.begin(&row),
            }
        }
        true
    }

    /// How many bytes were read, and of how many.
    pub fn progress(&self) -> (usize, usize) {
        self.reader.progress()
    }

    /// What was read.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn finish(self) -> Result<TheirList, Unreadable> {
        if self.missing_group {
            return Err(Unreadable::NoGroup);
        }
        if self.list.groups.is_empty() {
            return Err(Unreadable::Empty);
        }
        Ok(self.list)
    }

    /// The first row names the columns, or is a row of a list without a heading: names of groups, and beside them members.
    fn begin(&mut self, row: &[String]) {
        if let Some(columns) = heading(row, self.one_group.is_some()) {
            self.columns = Some(columns);
            return;
        }
        let columns = match (row.len(), &self.one_group) {
            (1, Some(_)) => Columns {
                member: Some(0),
                ..Columns::default()
            },
            (1, None) => Columns {
                group: Some(0),
                ..Columns::default()
            },
            _ => Columns {
                group: Some(0),
                member: Some(1),
                ..Columns::default()
            },
        };
        self.columns = Some(columns);
        self.add(columns, row);
    }

    fn add(&mut self, columns: Columns, row: &[String]) {
        let field = |column: Option<usize>| {
            let text = row.get(column?)?.trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        self.list.rows += 1;
        self.list.has_members |= columns.member.is_some();
        let group = match (columns.group, &self.one_group) {
            (Some(_), _) => field(columns.group),
            (None, Some(name)) => {
                self.list.of_one_group = true;
                Some(name.clone())
            }
            (None, None) => {
                self.missing_group = true;
                None
            }
        };
        let Some(name) = group else { return };
        let entry = self.list.groups.entry(key(&name)).or_insert_with(|| TheirGroup {
            name,
            id: None,
            members: columns.member.map(|_| BTreeMap::new()),
        });
        if entry.id.is_none() && columns.group.is_some() {
            entry.id = field(columns.id);
        }
        if let (Some(members), Some(member)) = (&mut entry.members, field(columns.member)) {
            members.entry(key(&member)).or_insert(member);
        }
    }
}

fn heading(row: &[String], one_group: bool) -> Option<Columns> {
    let names: Vec<String> = row
        .iter()
        .map(|name| {
            name.chars()
                .filter(|character| character.is_alphanumeric())
                .flat_map(char::to_lowercase)
                .collect()
        })
        .collect();
    let find = |wanted: &[&str]| {
        wanted
            .iter()
            .find_map(|wanted| names.iter().position(|name| name == wanted))
    };
    let group = find(&GROUP);
    let member = find(&MEMBER).or_else(|| {
        if group.is_some() || one_group {
            find(&ADDRESS)
        } else {
            None
        }
    });
    // Beside a username, displayName is the person's.
    let group = group.or_else(|| if member.is_none() { find(&NAME) } else { None });
    let id = find(&GROUP_ID[..2]).or_else(|| {
        if member.is_none() {
            find(&GROUP_ID[2..])
        } else {
            None
        }
    });
    (group.is_some() || member.is_some()).then_some(Columns { group, id, member })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, one_group: &str) -> Result<TheirList, Unreadable> {
        let mut parser = Parser::new(text.to_owned(), one_group);
        while parser.read(2) {}
        parser.finish()
    }

    /// `name#id: members` of each group.
    fn said(list: &TheirList) -> Vec<String> {
        list.groups
            .values()
            .map(|group| {
                let id = group.id.as_ref().map(|id| format!("#{id}")).unwrap_or_default();
                let members = group.members.as_ref().map(|members| {
                    let names: Vec<&str> = members.values().map(String::as_str).collect();
                    format!(": {}", names.join(" "))
                });
                format!("{}{id}{}", group.name, members.unwrap_or_default())
            })
            .collect()
    }

    #[test]
    fn exports_and_plain_lists_are_read_by_their_columns() {
        let cases: &[(&str, &str, &str, &[&str])] = &[
            (
                "Entra's groups",
                "id,displayName,groupType,membershipType,source,mail,securityEnabled\n\
                 9c1f,Finance,Security,Assigned,Cloud,fin@acme.test,True\n7b2e,Platform,Security,Assigned,Cloud,,True\n",
                "",
                &["Finance#9c1f", "Platform#7b2e"],
            ),
            (
                "Entra's members of one group",
                "version:v1.0\nid,userPrincipalName,displayName,objectType\n1,Ada@acme.test,Ada Lovelace,User\n",
                "Finance",
                &["Finance: Ada@acme.test"],
            ),
            (
                "Okta's memberships",
                "Group Name,Group ID,User Login,First Name\nFinance,00g1,ada@acme.test,Ada\nFinance,00g1,grace@acme.test,Grace\nEmpty,00g2,,\n",
                "",
                &["Empty#00g2: ", "Finance#00g1: ada@acme.test grace@acme.test"],
            ),
            (
                "any other, with semicolons and addresses",
                "group;email\nFinance;ADA@acme.test\nfinance;ada@acme.test\n",
                "",
                &["Finance: ADA@acme.test"],
            ),
            (
                "names alone",
                "Finance\nPlatform, EU\n",
                "",
                &["Finance", "Platform"],
            ),
            (
                "pairs without a heading",
                "Finance\tada\nFinance\tgrace\n",
                "",
                &["Finance: ada grace"],
            ),
            (
                "usernames alone",
                "ada\ngrace\n",
                "Finance",
                &["Finance: ada grace"],
            ),
        ];
        for (name, text, one_group, expected) in cases {
            assert_eq!(said(&parse(text, one_group).unwrap()), *expected, "{name}");
        }
    }

    #[test]
    fn what_cannot_be_compared_says_why() {
        assert_eq!(parse("", ""), Err(Unreadable::Empty));
        assert_eq!(parse("displayName,id\n", ""), Err(Unreadable::Empty));
        assert_eq!(
            parse("userPrincipalName,displayName\nada@acme.test,Ada\n", ""),
            Err(Unreadable::NoGroup)
        );
    }
}

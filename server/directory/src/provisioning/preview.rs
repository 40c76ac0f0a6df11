//! The preview: what would become of a list of usernames, by the very function that decides at each POST.
//!
//! It is advice. Nothing is kept, and the decision is made again when the identity provider sends the user.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::matching::{Decision, Existing, decide};
use crate::role::effective;
use crate::{AccountId, Directory, DirectoryError, ManagedBy, Role, UserId, db};

/// Usernames in one preview.
pub const MOST_PREVIEWED: usize = 20_000;

/// What would happen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// A line for each username, in the order of the list.
    pub lines: Vec<PreviewLine>,
    /// Manual users whom the list does not name: they stay manual.
    pub staying: Vec<String>,
    /// Usernames beyond [`MOST_PREVIEWED`] that were not looked at.
    pub left_out: usize,
}

/// What would become of one username.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewLine {
    /// The username as it stands in the list.
    pub user_name: String,
    /// What [`decide`] says.
    pub decision: Decision,
    /// The direct roles that a converted user keeps.
    pub keeps: Vec<Role>,
    /// A manual user who may be meant, where nobody has the name itself.
    pub near: Option<NearMiss>,
    /// Whether it stands in the list before, so that the identity provider would meet its own user.
    pub repeated: bool,
}

/// The manual users whom the identity provider could take over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidates {
    /// Usernames of the first of them, in order.
    pub names: Vec<String>,
    /// How many there are.
    pub total: u64,
    /// Usernames of break-glass administrators, who stay outside; as many at the most.
    pub outside: Vec<String>,
}

/// A manual user whose username is almost the one that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMiss {
    /// The manual user's username.
    pub user_name: String,
    /// How the two differ.
    pub difference: Difference,
}

/// How two usernames differ that may mean the same person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// Full stops before the `@`: `ada.l@acme.test` and `adal@acme.test`.
    FullStops,
    /// Something after a `+`: `ada+work@acme.test` and `ada@acme.test`.
    PlusAddress,
    /// What stands behind the `@`: `ada@acme.test` and `ada@acme.com`; or nothing does.
    Domain,
}

/// The person that a username may mean, and how far from it.
fn near_key(user_name: &str) -> (String, String) {
    let key = scim::fold(user_name);
    let (local, domain) = key.split_once('@').unwrap_or((&key, ""));
    let person = local.split('+').next().unwrap_or_default().replace('.', "");
    (person, domain.to_owned())
}

/// How `a` and `b`, which mean the same person, differ; the greatest difference counts.
fn difference(a: &str, b: &str) -> Difference {
    let (a, b) = (scim::fold(a), scim::fold(b));
    let split = |text: &str| {
        let (local, domain) = text.split_once('@').unwrap_or((text, ""));
        (local.to_owned(), domain.to_owned())
    };
    let ((a_local, a_domain), (b_local, b_domain)) = (split(&a), split(&b));
    if a_domain != b_domain {
        Difference::Domain
    } else if a_local.contains('+') != b_local.contains('+') {
        Difference::PlusAddress
    } else {
        Difference::FullStops
    }
}

#[derive(FromRow)]
struct HolderRow {
    user_name_key: String,
    id: UserId,
    account_id: AccountId,
    managed_by: String,
    break_glass: bool,
}

impl Directory {
    /// The manual users whom the identity provider of `account` could take over; at most `most` of each kind by name.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn candidates(&self, account: AccountId, most: u16) -> Result<Candidates, DirectoryError> {
        let mut reader = self.read().await?;
        let users = |break_glass: bool| {
            sqlx::query_scalar(
                "SELECT user_name FROM users WHERE account_id = $1 AND managed_by = 'manual' AND break_glass = $2
                 ORDER BY user_name_key LIMIT $3",
            )
            .bind(account)
            .bind(break_glass)
            .bind(most)
        };
        let names = users(false).fetch_all(&mut *reader).await?;
        let outside = users(true).fetch_all(&mut *reader).await?;
        let total: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM users WHERE account_id = $1 AND managed_by = 'manual' AND break_glass = FALSE",
        )
        .bind(account)
        .fetch_one(&mut *reader)
        .await?;
        Ok(Candidates {
            names,
            total: total.try_into().unwrap_or_default(),
            outside,
        })
    }

    /// What would become of these usernames if the identity provider of `account` sent them now, one after another.
    ///
    /// # Errors
    /// [`DirectoryError::Store`], [`DirectoryError::Corrupt`].
    pub async fn preview(
        &self,
        account: AccountId,
        user_names: &[String],
    ) -> Result<Preview, DirectoryError> {
        let left_out = user_names.len().saturating_sub(MOST_PREVIEWED);
        // What is left out is not decided, but named it is.
        let all: Vec<String> = user_names.iter().map(|name| scim::fold(name)).collect();
        let looked_at = user_names.len() - left_out;
        let (user_names, keys) = (&user_names[..looked_at], &all[..looked_at]);

        let mut reader = self.read().await?;
        let rows: Vec<HolderRow> = db::rows(
            "SELECT users.user_name_key, users.id, users.account_id, users.managed_by, users.break_glass
             FROM json_each($1) AS wanted CROSS JOIN users WHERE users.user_name_key = wanted.value",
        )
        .bind(db::json(keys))
        .fetch_all(&mut *reader)
        .await?;
        let manual: Vec<(String, bool)> = db::rows(
            "SELECT user_name, break_glass FROM users WHERE account_id = $1 AND managed_by = 'manual'
             ORDER BY user_name_key",
        )
        .bind(account)
        .fetch_all(&mut *reader)
        .await?;
        let mut holders = HashMap::new();
        for row in rows {
            let existing = Existing {
                account: row.account_id,
                managed_by: ManagedBy::stored(&row.managed_by)?,
                break_glass: row.break_glass,
            };
            holders.insert(row.user_name_key, (row.id, existing));
        }
        let own: Vec<UserId> = holders
            .values()
            .filter(|(_, existing)| existing.account == account)
            .map(|(id, _)| *id)
            .collect();
        let roles = effective::load(&mut reader, account, &own).await?;

        let named: HashSet<&str> = all.iter().map(String::as_str).collect();
        let unnamed: Vec<&(String, bool)> = manual
            .iter()
            .filter(|(name, _)| !named.contains(scim::fold(name).as_str()))
            .collect();
        let mut near: HashMap<String, &str> = HashMap::new();
        for (name, break_glass) in &unnamed {
            if !break_glass {
                near.entry(near_key(name).0).or_insert(name);
            }
        }
        // The first POST of a name makes it the identity provider's, so that a second one meets it.
        let mut sent: HashMap<&str, Existing> = HashMap::new();
        let mut lines = Vec::with_capacity(user_names.len());
        for (user_name, key) in user_names.iter().zip(keys) {
            let holder = holders.get(key);
            let before = sent.get(key.as_str());
            let repeated = before.is_some();
            let existing = before.or(holder.map(|(_, existing)| existing));
            let decision = decide(account, existing);
            let keeps = match (decision, holder) {
                (Decision::Converted, Some((id, _))) => roles
                    .get(id)
                    .map(|roles| roles.direct.iter().map(|grant| grant.role).collect())
                    .unwrap_or_default(),
                _ => Vec::new(),
            };
            let near = (decision == Decision::Created)
                .then(|| near.get(&near_key(user_name).0))
                .flatten()
                .map(|other| NearMiss {
                    user_name: (*other).to_owned(),
                    difference: difference(user_name, other),
                });
            if decision.is_accepted() {
                let managed = Existing {
                    account,
                    managed_by: ManagedBy::Scim,
                    break_glass: false,
                };
                sent.insert(key, managed);
            }
            lines.push(PreviewLine {
                user_name: user_name.clone(),
                decision,
                keeps,
                near,
                repeated,
            });
        }
        Ok(Preview {
            lines,
            staying: unnamed.into_iter().map(|(name, _)| name.clone()).collect(),
            left_out,
        })
    }
}

/// Columns that hold a username, as exports name them; letters and digits alone, in lower case. The first found wins.
const COLUMNS: [&str; 14] = [
    "username",
    "userprincipalname",
    "userlogin",
    "login",
    "userusername",
    "profilelogin",
    "upn",
    "userprincipalnames",
    "primaryemail",
    // Google's, which says of each column that it must be there.
    "emailaddressrequired",
    "emailaddress",
    "useremail",
    "email",
    "mail",
];
/// Rows by which the column of usernames is guessed where no heading names it.
const LOOKED_AT: usize = 100;

/// The usernames in what an administrator pastes or opens: one a line, or a table with a heading as Entra, Okta, Google
/// and others export it (comma, semicolon or tab). Without a heading that is known, the column with the most `@` counts.
/// Empty lines do not count.
pub fn usernames_in(text: &str) -> Vec<String> {
    let text = text.trim_start_matches('\u{feff}');
    // Entra begins some of its files with a line of its own.
    let is_version = |line: &str| line.starts_with("version:");
    let first = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !is_version(line))
        .unwrap_or_default();
    let delimiter = ['\t', ';', ',']
        .into_iter()
        .find(|delimiter| first.contains(*delimiter))
        .unwrap_or(',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut rows: Vec<csv::StringRecord> = reader
        .records()
        .filter_map(Result::ok)
        .filter(|row| !row.get(0).is_some_and(is_version))
        .collect();
    let heading: Vec<String> = rows.first().map(plain).unwrap_or_default();
    let known = COLUMNS
        .iter()
        .find_map(|column| heading.iter().position(|name| name == column));
    let column = known.unwrap_or_else(|| fullest(&rows));
    let has_address = |row: &csv::StringRecord| row.get(column).is_some_and(|cell| cell.contains('@'));
    let is_heading = known.is_some() || (column > 0 && !rows.first().is_some_and(has_address));
    if is_heading && !rows.is_empty() {
        rows.remove(0);
    }
    rows.iter()
        .filter_map(|row| row.get(column).map(str::to_owned))
        .filter(|name| !name.is_empty())
        .collect()
}

/// A heading's names, letters and digits alone, in lower case.
fn plain(row: &csv::StringRecord) -> Vec<String> {
    let plain = |name: &str| {
        name.chars()
            .filter(|character| character.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    row.iter().map(plain).collect()
}

/// The column in which most cells look like an address; the first where none does.
fn fullest(rows: &[csv::StringRecord]) -> usize {
    let mut addresses = vec![0_usize];
    for row in rows.iter().take(LOOKED_AT) {
        addresses.resize(addresses.len().max(row.len()), 0);
        for (count, cell) in addresses.iter_mut().zip(row) {
            *count += usize::from(cell.contains('@'));
        }
    }
    let most = addresses.iter().copied().max().unwrap_or_default();
    addresses
        .iter()
        .position(|count| *count == most)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames_are_found_in_lists_and_exports() {
        for (text, expected) in [
            ("", vec![]),
            (
                "ada@acme.test\n\n bob@acme.test \r\n",
                vec!["ada@acme.test", "bob@acme.test"],
            ),
            (
                "\u{feff}userPrincipalName,displayName\nada@acme.test,\"L, Ada\"\n",
                vec!["ada@acme.test"],
            ),
            (
                "displayName;User Principal Name\nAda;ada@acme.test\n;\nBob;bob@acme.test",
                vec!["ada@acme.test", "bob@acme.test"],
            ),
            (
                "\"user.firstName\",\"user.login\",\"user.email\"\nAda,ada@acme.test,a@x.test",
                vec!["ada@acme.test"],
            ),
            ("First name\tUsername\nAda\tada\n", vec!["ada"]),
            (
                "ada@acme.test, Ada\nbob@acme.test, Bob",
                vec!["ada@acme.test", "bob@acme.test"],
            ),
            (
                "version:v1.0\nid,userPrincipalName,displayName\n1,Ada@acme.test,Ada",
                vec!["Ada@acme.test"],
            ),
            (
                "First Name [Required],Last Name [Required],Email Address [Required]\nAda,L,ada@acme.test",
                vec!["ada@acme.test"],
            ),
            ("Nombre;Correo\nAda;ada@acme.test", vec!["ada@acme.test"]),
            (
                "Ada;ada@acme.test\nBob;bob@acme.test",
                vec!["ada@acme.test", "bob@acme.test"],
            ),
            ("ada, Ada\nbob, Bob", vec!["ada", "bob"]),
        ] {
            assert_eq!(usernames_in(text), expected, "{text:?}");
        }
    }

    #[test]
    fn near_misses_say_how_they_differ() {
        for (a, b, expected) in [
            ("ada@acme.test", "ada@acme.com", Some(Difference::Domain)),
            ("Ada.L@acme.test", "adal@acme.test", Some(Difference::FullStops)),
            ("ada+x@acme.test", "ada@acme.test", Some(Difference::PlusAddress)),
            ("ada", "ada@acme.test", Some(Difference::Domain)),
            ("ada@acme.test", "bob@acme.test", None),
        ] {
            let near = (near_key(a).0 == near_key(b).0).then(|| difference(a, b));
            assert_eq!(near, expected, "{a} {b}");
        }
    }
}

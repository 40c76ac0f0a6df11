//! Users as the console sees them: both kinds, with roles and where they come from.

use std::collections::HashMap;

use jiff::Timestamp;
use scim::{Resource, ResourceType};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{FromRow, SqliteConnection};

use crate::db::Tx;
use crate::log::{Change, Subject, SubjectKind};
use crate::provisioning::{Membership, resource};
use crate::role::effective::{self, EffectiveRoles};
use crate::role::nesting::Lineage;
use crate::{AccountId, Action, Actor, Directory, DirectoryError, Refusal, Role, UserId, db};

/// The longest username and display name, in characters.
const LONGEST_NAME: u16 = 255;

/// Who manages a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ManagedBy {
    /// An administrator, in the console.
    Manual,
    /// The identity provider.
    Scim,
}

impl ManagedBy {
    /// The name in the store and on the wire: `manual`, `scim`.
    pub fn as_str(self) -> &'static str {
        match self {
            ManagedBy::Manual => "manual",
            ManagedBy::Scim => "scim",
        }
    }

    /// Reads the name as it is stored.
    pub(crate) fn stored(text: &str) -> Result<Self, DirectoryError> {
        match text {
            "manual" => Ok(ManagedBy::Manual),
            "scim" => Ok(ManagedBy::Scim),
            _ => Err(DirectoryError::Corrupt(format!("managed by {text:?}"))),
        }
    }
}

/// A manual user to be.
#[derive(Debug, Clone, Default)]
pub struct NewUser {
    /// The username.
    pub user_name: String,
    /// What people call the person; may be empty.
    pub display_name: String,
    /// Direct roles.
    pub roles: Vec<Role>,
    /// Whether it is a break-glass administrator; only for an owner or the command line.
    pub break_glass: bool,
}

/// Which users; all fields narrow.
#[derive(Debug, Clone, Default)]
pub struct UserQuery {
    /// Text that the username, name or email contains, without regard to case; empty: all.
    pub search: String,
    /// Only users managed so.
    pub managed_by: Option<ManagedBy>,
    /// Only active or inactive users.
    pub active: Option<bool>,
    /// Only users after this username key, the `next` of the page before.
    pub after: Option<String>,
    /// How many at the most; 1 to 200.
    pub limit: u16,
}

/// A user in a table.
#[derive(Debug, Clone)]
pub struct UserRow {
    /// The id.
    pub id: UserId,
    /// The username as given.
    pub user_name: String,
    /// What people call the person.
    pub name: Option<String>,
    /// The primary email.
    pub email: Option<String>,
    /// Who manages it.
    pub managed_by: ManagedBy,
    /// Whether it is active.
    pub active: bool,
    /// Whether it is a break-glass administrator.
    pub break_glass: bool,
    /// The roles with their origin.
    pub roles: EffectiveRoles,
}

/// A page of users, by username.
#[derive(Debug, Clone)]
pub struct UserPage {
    /// The users.
    pub users: Vec<UserRow>,
    /// How many match in all.
    pub total: u64,
    /// The value of `after` for the next page; none on the last.
    pub next: Option<String>,
}

/// Everything about one user.
#[derive(Debug, Clone)]
pub struct UserView {
    /// As in a table.
    pub row: UserRow,
    /// All attributes: a path such as `name.familyName`, and the value as text.
    pub attributes: Vec<(String, String)>,
    /// The identity provider's own id for it.
    pub external_id: Option<String>,
    /// The groups.
    pub groups: Vec<Membership>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub modified_at: Timestamp,
    /// When the identity provider took it over; none if it never did.
    pub converted_at: Option<Timestamp>,
    /// When the password was set; none: there is no password.
    pub password_set_at: Option<Timestamp>,
    /// Whether it is the last one who can administer the account, so that roles cannot be taken by hand.
    pub is_last_administrator: bool,
}

/// What a search looks into: username, name and email, folded, a line each.
pub(crate) fn search_text(user_name: &str, name: Option<&str>, email: Option<&str>) -> String {
    scim::fold(&[user_name, name.unwrap_or_default(), email.unwrap_or_default()].join("\n"))
}

/// A pattern for `LIKE … ESCAPE '\'` that finds `text` anywhere in a folded column. Both sides are folded, so that it
/// makes no difference whether the database's `LIKE` looks at the letter-case.
pub(crate) fn contains(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in scim::fold(text.trim()).chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

#[derive(FromRow)]
struct Row {
    id: UserId,
    user_name: String,
    user_name_key: String,
    name: Option<String>,
    email: Option<String>,
    managed_by: String,
    active: bool,
    break_glass: bool,
}

impl Row {
    fn into_user(self, roles: &mut HashMap<UserId, EffectiveRoles>) -> Result<UserRow, DirectoryError> {
        Ok(UserRow {
            id: self.id,
            user_name: self.user_name,
            name: self.name,
            email: self.email,
            managed_by: ManagedBy::stored(&self.managed_by)?,
            active: self.active,
            break_glass: self.break_glass,
            roles: roles.remove(&self.id).unwrap_or_default(),
        })
    }
}

#[derive(FromRow)]
struct Details {
    #[sqlx(flatten)]
    row: Row,
    external_id: Option<String>,
    resource: String,
    created_at: i64,
    modified_at: i64,
    converted_at: Option<i64>,
    password_set_at: Option<i64>,
}

impl Directory {
    /// The account's users by username, with their roles.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn list_users(
        &self,
        account: AccountId,
        query: &UserQuery,
    ) -> Result<UserPage, DirectoryError> {
        let pattern = contains(&query.search);
        let managed_by = match query.managed_by {
            Some(managed_by) => vec![managed_by.as_str()],
            None => vec![ManagedBy::Manual.as_str(), ManagedBy::Scim.as_str()],
        };
        let managed_by = db::json(managed_by);
        let active = db::json(
            query
                .active
                .map_or_else(|| vec![0, 1], |active| vec![i32::from(active)]),
        );
        let limit = query.limit.clamp(1, 200);

        let mut reader = self.read().await?;
        let (total,): (i64,) = db::rows(
            "SELECT COUNT(*) FROM users
             WHERE account_id = $1 AND search LIKE $2 ESCAPE '\\'
               AND managed_by IN (SELECT value FROM json_each($3)) AND active IN (SELECT value FROM json_each($4))",
        )
        .bind(account)
        .bind(&pattern)
        .bind(&managed_by)
        .bind(&active)
        .fetch_one(&mut *reader)
        .await?;
        let mut rows: Vec<Row> = db::rows(
            "SELECT id, user_name, user_name_key, name, email, managed_by, active, break_glass FROM users
             WHERE account_id = $1 AND search LIKE $2 ESCAPE '\\'
               AND managed_by IN (SELECT value FROM json_each($3)) AND active IN (SELECT value FROM json_each($4))
               AND user_name_key > $5
             ORDER BY user_name_key LIMIT $6",
        )
        .bind(account)
        .bind(&pattern)
        .bind(&managed_by)
        .bind(&active)
        .bind(query.after.clone().unwrap_or_default())
        .bind(i64::from(limit) + 1)
        .fetch_all(&mut *reader)
        .await?;
        let more = rows.len() > usize::from(limit);
        rows.truncate(usize::from(limit));
        let next = if more {
            rows.last().map(|row| row.user_name_key.clone())
        } else {
            None
        };
        let ids: Vec<UserId> = rows.iter().map(|row| row.id).collect();
        let mut roles = effective::load(&mut reader, account, &ids).await?;
        let users = rows
            .into_iter()
            .map(|row| row.into_user(&mut roles))
            .collect::<Result<_, _>>()?;
        Ok(UserPage {
            users,
            total: u64::try_from(total).unwrap_or(0),
            next,
        })
    }

    /// How many users the account has: managed by the identity provider, manual.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn count_users(&self, account: AccountId) -> Result<(u64, u64), DirectoryError> {
        let rows: Vec<(String, i64)> =
            db::rows("SELECT managed_by, COUNT(*) FROM users WHERE account_id = $1 GROUP BY managed_by")
                .bind(account)
                .fetch_all(self.readers())
                .await?;
        let (mut scim, mut manual) = (0, 0);
        for (managed_by, count) in rows {
            let count = u64::try_from(count).unwrap_or(0);
            match ManagedBy::stored(&managed_by)? {
                ManagedBy::Scim => scim = count,
                ManagedBy::Manual => manual = count,
            }
        }
        Ok((scim, manual))
    }

    /// One user.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Store`].
    pub async fn get_user(&self, account: AccountId, id: UserId) -> Result<UserView, DirectoryError> {
        let mut reader = self.read().await?;
        let details: Option<Details> = db::rows(
            "SELECT users.id, users.user_name, users.user_name_key, users.name, users.email, users.managed_by,
                    users.active, users.break_glass, users.external_id, users.resource, users.created_at,
                    users.modified_at, users.converted_at, passwords.set_at AS password_set_at
             FROM users LEFT JOIN passwords ON passwords.user_id = users.id AND passwords.account_id = $1
             WHERE users.account_id = $1 AND users.id = $2",
        )
        .bind(account)
        .bind(id)
        .fetch_optional(&mut *reader)
        .await?;
        let details = details.ok_or(DirectoryError::NotFound)?;
        let mut roles = effective::load(&mut reader, account, &[id]).await?;
        let groups = Lineage::load(&mut reader, account, &[id]).await?.memberships(id);
        let row = details.row.into_user(&mut roles)?;
        let is_last_administrator = row.roles.has(Role::Administrator)
            && !effective::has_administrator(&mut reader, account, Some(id)).await?;
        Ok(UserView {
            row,
            attributes: flatten(&resource(ResourceType::User, &details.resource)?),
            external_id: details.external_id,
            groups,
            created_at: db::time(details.created_at)?,
            modified_at: db::time(details.modified_at)?,
            converted_at: db::time_opt(details.converted_at)?,
            password_set_at: db::time_opt(details.password_set_at)?,
            is_last_administrator,
        })
    }

    /// The user of this username, in any letter-case.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn find_user_by_name(
        &self,
        account: AccountId,
        user_name: &str,
    ) -> Result<Option<UserId>, DirectoryError> {
        let row: Option<(UserId,)> =
            db::rows("SELECT id FROM users WHERE account_id = $1 AND user_name_key = $2")
                .bind(account)
                .bind(scim::fold(user_name))
                .fetch_optional(self.readers())
                .await?;
        Ok(row.map(|(id,)| id))
    }

    /// Adds a manual user. A break-glass administrator gets [`Role::Administrator`] whether it is named or not.
    ///
    /// # Errors
    /// [`DirectoryError::Refused`] with `Name`, `UserNameTaken` or `OwnersOnly`; [`DirectoryError::NotFound`] where
    /// there is no such account.
    pub async fn add_user(
        &self,
        actor: &Actor,
        account: AccountId,
        user: NewUser,
    ) -> Result<UserId, DirectoryError> {
        let NewUser {
            user_name,
            display_name,
            mut roles,
            break_glass,
        } = user;
        let (user_name, display_name) = (user_name.trim().to_owned(), display_name.trim().to_owned());
        let longest = usize::from(LONGEST_NAME);
        if user_name.is_empty()
            || user_name.chars().count() > longest
            || display_name.chars().count() > longest
        {
            return Err(Refusal::Name { most: LONGEST_NAME }.into());
        }
        if break_glass {
            if !matches!(actor, Actor::Owner { .. } | Actor::CommandLine) {
                return Err(Refusal::OwnersOnly.into());
            }
            roles.push(Role::Administrator);
        }
        roles.sort_unstable();
        roles.dedup();
        let mut resource = Resource::new_user(&user_name);
        if !display_name.is_empty() {
            resource.set("displayName", Value::String(display_name))?;
        }
        let actor = actor.clone();
        self.act(move |tx| Box::pin(add(tx, actor, account, resource, roles, break_glass)))
            .await
    }

    /// Switches a manual user on or off; off ends its sign-ins. Nothing happens if it is so already.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`]; [`DirectoryError::Refused`] with `ManagedByScim` or `LastAdministrator`.
    pub async fn set_user_active(
        &self,
        actor: &Actor,
        account: AccountId,
        id: UserId,
        active: bool,
    ) -> Result<(), DirectoryError> {
        let actor = actor.clone();
        self.act(move |tx| Box::pin(set_active(tx, actor, account, id, active)))
            .await
    }

    /// Gives a user a direct role; nothing happens if it has it.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`].
    pub async fn give_role(
        &self,
        actor: &Actor,
        account: AccountId,
        id: UserId,
        role: Role,
    ) -> Result<(), DirectoryError> {
        let actor = actor.clone();
        self.act(move |tx| {
            Box::pin(async move {
                let subject = subject(&mut tx.conn, account, id).await?;
                if insert_role(tx, &actor, account, id, role).await? {
                    let mut entry = tx.entry(Some(account), &actor, Action::GiveRole);
                    entry.subject = Some(subject);
                    entry.role = Some(role);
                    tx.log(entry);
                }
                Ok(())
            })
        })
        .await
    }

    /// Takes a direct role; group roles change only through the group. Nothing happens if it does not have it.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Refused`] with `LastAdministrator`.
    pub async fn take_role(
        &self,
        actor: &Actor,
        account: AccountId,
        id: UserId,
        role: Role,
    ) -> Result<(), DirectoryError> {
        let actor = actor.clone();
        self.act(move |tx| {
            Box::pin(async move {
                let subject = subject(&mut tx.conn, account, id).await?;
                let guard = LastAdministrator::before(tx, account).await?;
                let taken = db::query(
                    "DELETE FROM direct_roles WHERE account_id = $1 AND user_id = $2 AND role = $3",
                )
                .bind(account)
                .bind(id)
                .bind(role.as_str())
                .execute(&mut tx.conn)
                .await?;
                if taken.rows_affected() > 0 {
                    guard.after(tx).await?;
                    let mut entry = tx.entry(Some(account), &actor, Action::TakeRole);
                    entry.subject = Some(subject);
                    entry.role = Some(role);
                    tx.log(entry);
                }
                Ok(())
            })
        })
        .await
    }
}

/// Refuses what a person does where it would take away the last who can administer the account; the act's transaction
/// is rolled back then. Where nobody could before, nothing is taken away.
#[derive(Debug)]
pub(crate) struct LastAdministrator {
    account: AccountId,
    existed: bool,
}

impl LastAdministrator {
    /// Looks before the change.
    pub(crate) async fn before(tx: &mut Tx, account: AccountId) -> Result<Self, DirectoryError> {
        Ok(Self {
            account,
            existed: effective::has_administrator(&mut tx.conn, account, None).await?,
        })
    }

    /// Looks after it.
    pub(crate) async fn after(self, tx: &mut Tx) -> Result<(), DirectoryError> {
        if self.existed && !effective::has_administrator(&mut tx.conn, self.account, None).await? {
            return Err(Refusal::LastAdministrator.into());
        }
        Ok(())
    }
}

async fn add(
    tx: &mut Tx,
    actor: Actor,
    account: AccountId,
    resource: Resource,
    roles: Vec<Role>,
    break_glass: bool,
) -> Result<UserId, DirectoryError> {
    let known: Option<(AccountId,)> = db::rows("SELECT id FROM accounts WHERE id = $1")
        .bind(account)
        .fetch_optional(&mut tx.conn)
        .await?;
    known.ok_or(DirectoryError::NotFound)?;
    let user_name = resource.user_name();
    let key = scim::fold(user_name);
    // Over the whole installation, in which a username is unique; it reads nothing but that it is taken.
    let taken: Option<(i64,)> = db::rows("SELECT 1 FROM users WHERE user_name_key = $1")
        .bind(&key)
        .fetch_optional(&mut tx.conn)
        .await?;
    if taken.is_some() {
        return Err(Refusal::UserNameTaken.into());
    }
    let id = UserId::next(tx.now, &tx.sequence);
    let (name, email) = (resource.formatted_name(), resource.primary_email());
    db::query(
        "INSERT INTO users (id, account_id, user_name, user_name_key, name, email, search, managed_by, active,
                            break_glass, resource, version, created_at, modified_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'manual', 1, $8, $9, 1, $10, $10)",
    )
    .bind(id)
    .bind(account)
    .bind(user_name.to_owned())
    .bind(key)
    .bind(name.clone())
    .bind(email.map(str::to_owned))
    .bind(search_text(user_name, name.as_deref(), email))
    .bind(break_glass)
    .bind(resource.to_stored())
    .bind(tx.now.as_microsecond())
    .execute(&mut tx.conn)
    .await?;
    let mut entry = tx.entry(Some(account), &actor, Action::AddUser);
    entry.subject = Some(Subject {
        kind: SubjectKind::User,
        id: Some(id.to_string()),
        name: user_name.to_owned(),
    });
    tx.log(entry);
    for role in roles {
        insert_role(tx, &actor, account, id, role).await?;
        let mut entry = tx.entry(Some(account), &actor, Action::GiveRole);
        entry.subject = Some(Subject {
            kind: SubjectKind::User,
            id: Some(id.to_string()),
            name: user_name.to_owned(),
        });
        entry.role = Some(role);
        tx.log(entry);
    }
    Ok(id)
}

async fn set_active(
    tx: &mut Tx,
    actor: Actor,
    account: AccountId,
    id: UserId,
    active: bool,
) -> Result<(), DirectoryError> {
    let row: Option<(String, String, bool)> =
        db::rows("SELECT managed_by, resource, active FROM users WHERE account_id = $1 AND id = $2")
            .bind(account)
            .bind(id)
            .fetch_optional(&mut tx.conn)
            .await?;
    let (managed_by, json, before) = row.ok_or(DirectoryError::NotFound)?;
    if ManagedBy::stored(&managed_by)? == ManagedBy::Scim {
        return Err(Refusal::ManagedByScim.into());
    }
    if before == active {
        return Ok(());
    }
    let mut resource = resource(ResourceType::User, &json)?;
    resource.set("active", Value::Bool(active))?;
    let guard = LastAdministrator::before(tx, account).await?;
    db::query(
        "UPDATE users SET active = $3, resource = $4, version = version + 1, modified_at = $5
         WHERE account_id = $1 AND id = $2",
    )
    .bind(account)
    .bind(id)
    .bind(active)
    .bind(resource.to_stored())
    .bind(tx.now.as_microsecond())
    .execute(&mut tx.conn)
    .await?;
    if !active {
        guard.after(tx).await?;
        db::query("DELETE FROM sessions WHERE account_id = $1 AND user_id = $2")
            .bind(account)
            .bind(id)
            .execute(&mut tx.conn)
            .await?;
    }
    let mut entry = tx.entry(Some(account), &actor, Action::SetActive);
    entry.subject = Some(Subject {
        kind: SubjectKind::User,
        id: Some(id.to_string()),
        name: resource.user_name().to_owned(),
    });
    entry.changes = vec![Change {
        attribute: "active".to_owned(),
        before: Value::Bool(before),
        after: Value::Bool(active),
    }];
    tx.log(entry);
    Ok(())
}

/// Whether the role is new.
async fn insert_role(
    tx: &mut Tx,
    actor: &Actor,
    account: AccountId,
    id: UserId,
    role: Role,
) -> Result<bool, DirectoryError> {
    let given = db::query(
        "INSERT INTO direct_roles (user_id, role, account_id, granted_at, granted_by) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (user_id, role) DO NOTHING",
    )
    .bind(id)
    .bind(role.as_str())
    .bind(account)
    .bind(tx.now.as_microsecond())
    .bind(actor.name().to_owned())
    .execute(&mut tx.conn)
    .await?;
    Ok(given.rows_affected() > 0)
}

/// The user as the log names it.
async fn subject(
    conn: &mut SqliteConnection,
    account: AccountId,
    id: UserId,
) -> Result<Subject, DirectoryError> {
    let row: Option<(String,)> = db::rows("SELECT user_name FROM users WHERE account_id = $1 AND id = $2")
        .bind(account)
        .bind(id)
        .fetch_optional(conn)
        .await?;
    let (name,) = row.ok_or(DirectoryError::NotFound)?;
    Ok(Subject {
        kind: SubjectKind::User,
        id: Some(id.to_string()),
        name,
    })
}

/// All attributes as people read them: a path such as `name.familyName` or `emails[type eq "work"].value`, and the
/// value as text.
fn flatten(resource: &Resource) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    for (name, value) in resource.attributes() {
        flatten_value(name, value, &mut attributes);
    }
    attributes
}

fn flatten_value(path: &str, value: &Value, attributes: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::String(text) => attributes.push((path.to_owned(), text.clone())),
        Value::Object(object) => {
            let separator = if path.starts_with("urn:") && !path.contains(":User:") {
                ':'
            } else {
                '.'
            };
            for (name, value) in object {
                flatten_value(&format!("{path}{separator}{name}"), value, attributes);
            }
        }
        Value::Array(values) => {
            for value in values {
                match value
                    .as_object()
                    .and_then(|object| object.get("type"))
                    .and_then(Value::as_str)
                {
                    Some(kind) => {
                        let mut value = value.clone();
                        if let Some(object) = value.as_object_mut() {
                            object.remove("type");
                        }
                        flatten_value(&format!("{path}[type eq \"{kind}\"]"), &value, attributes);
                    }
                    None => flatten_value(path, value, attributes),
                }
            }
        }
        other => attributes.push((path.to_owned(), other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_finds_its_text_literally_in_any_letter_case() {
        let cases = [
            ("", "%%"),
            ("  Ada ", "%ada%"),
            ("50%_a\\b", "%50\\%\\_a\\\\b%"),
            ("ÄRGER", "%ärger%"),
        ];
        for (text, pattern) in cases {
            assert_eq!(contains(text), pattern);
        }
    }

    #[test]
    fn attributes_are_flattened_to_paths_that_people_read() {
        let json = serde_json::json!({
            "userName": "ada@acme.test",
            "active": true,
            "name": { "familyName": "Lovelace" },
            "emails": [{ "value": "ada@acme.test", "type": "work", "primary": true }, { "value": "ada@home.test" }],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
                "department": "R&D", "manager": { "value": "26118915" }
            }
        });
        let mut flat = Vec::new();
        for (name, value) in json.as_object().unwrap() {
            flatten_value(name, value, &mut flat);
        }
        flat.sort();
        let flat: Vec<String> = flat
            .into_iter()
            .map(|(path, value)| format!("{path} = {value}"))
            .collect();
        assert_eq!(
            flat,
            [
                "active = true",
                "emails.value = ada@home.test",
                "emails[type eq \"work\"].primary = true",
                "emails[type eq \"work\"].value = ada@acme.test",
                "name.familyName = Lovelace",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department = R&D",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value = 26118915",
                "userName = ada@acme.test",
            ]
        );
    }
}

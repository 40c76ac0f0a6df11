//! Users as the console sees them: both kinds, with roles and where they come from.

mod attributes;
mod change;
mod hand_back;
mod list;
mod seen;
mod sources;

use std::collections::HashMap;

use jiff::Timestamp;
use scim::{Resource, ResourceType};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::FromRow;

use attributes::flatten;
pub(crate) use change::LastAdministrator;
pub use list::{Position, UserOrder, UserPage, UserPlace, UserQuery};
pub(crate) use seen::{Sightings, store as store_seen};
pub use sources::Attribute;
pub(crate) use sources::Sources;

use crate::provisioning::{Membership, resource};
use crate::role::effective::{self, EffectiveRoles};
use crate::role::nesting::Lineage;
use crate::{AccountId, Actor, ConsoleAccess, Directory, DirectoryError, Refusal, Role, UserId, db};

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
    /// The identity provider's own id for it.
    pub external_id: Option<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub modified_at: Timestamp,
    /// When a request of the identity provider last named it; none for a manual user.
    pub seen_at: Option<Timestamp>,
    /// The roles with their origin.
    pub roles: EffectiveRoles,
}

/// Everything about one user.
#[derive(Debug, Clone)]
pub struct UserView {
    /// As in a table.
    pub row: UserRow,
    /// All attributes.
    pub attributes: Vec<Attribute>,
    /// The groups.
    pub groups: Vec<Membership>,
    /// When the identity provider took it over; none if it never did.
    pub converted_at: Option<Timestamp>,
    /// When the password was set; none: there is no password.
    pub password_set_at: Option<Timestamp>,
    /// Whether it is the last one who can administer the account, so that roles cannot be taken by hand.
    pub is_last_administrator: bool,
}

/// What a search looks into: username, name, email and external id, folded, a line each.
pub(crate) fn search_text(resource: &Resource) -> String {
    let name = resource.formatted_name();
    let lines = [
        resource.user_name(),
        name.as_deref().unwrap_or_default(),
        resource.primary_email().unwrap_or_default(),
        resource.external_id().unwrap_or_default(),
    ];
    scim::fold(&lines.join("\n"))
}

/// What users are sorted by where that is the name: folded, empty for who has none.
pub(crate) fn name_key(name: Option<&str>) -> String {
    scim::fold(name.unwrap_or_default())
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

/// The columns of [`Row`].
macro_rules! columns {
    () => {
        "users.id, users.user_name, users.name, users.email, users.managed_by, users.active, users.break_glass,
         users.external_id, users.created_at, users.modified_at, users.seen_at"
    };
}
use columns;

#[derive(FromRow)]
struct Row {
    id: UserId,
    user_name: String,
    name: Option<String>,
    email: Option<String>,
    managed_by: String,
    active: bool,
    break_glass: bool,
    external_id: Option<String>,
    created_at: i64,
    modified_at: i64,
    seen_at: Option<i64>,
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
            external_id: self.external_id,
            created_at: db::time(self.created_at)?,
            modified_at: db::time(self.modified_at)?,
            seen_at: db::time_opt(self.seen_at)?,
            roles: roles.remove(&self.id).unwrap_or_default(),
        })
    }
}

#[derive(FromRow)]
struct Details {
    #[sqlx(flatten)]
    row: Row,
    resource: String,
    sources: Option<String>,
    converted_at: Option<i64>,
    password_set_at: Option<i64>,
}

impl Directory {
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
        let details: Option<Details> = db::rows(concat!(
            "SELECT ",
            columns!(),
            ", users.resource, users.sources, users.converted_at, passwords.set_at AS password_set_at
             FROM users LEFT JOIN passwords ON passwords.user_id = users.id AND passwords.account_id = $1
             WHERE users.account_id = $1 AND users.id = $2",
        ))
        .bind(account)
        .bind(id)
        .fetch_optional(&mut *reader)
        .await?;
        let details = details.ok_or(DirectoryError::NotFound)?;
        let mut roles = effective::load(&mut reader, account, &[id]).await?;
        let groups = Lineage::load(&mut *reader, account, &[id]).await?.memberships(id);
        let mut row = details.row.into_user(&mut roles)?;
        if row.managed_by == ManagedBy::Scim {
            row.seen_at = row.seen_at.max(self.inner().sightings.last(account, id));
        }
        let is_last_administrator = ConsoleAccess::of(&row.roles) == Some(ConsoleAccess::Administrator)
            && !effective::has_administrator(&mut reader, account, Some(id)).await?;
        Ok(UserView {
            row,
            attributes: Sources::stored(details.sources.as_deref())?
                .of(flatten(&resource(ResourceType::User, &details.resource)?))?,
            groups,
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
        let is_unreadable = |name: &str| name.chars().count() > longest || name.chars().any(char::is_control);
        if user_name.is_empty() || is_unreadable(&user_name) || is_unreadable(&display_name) {
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
        self.act(move |tx| Box::pin(change::add(tx, actor, account, resource, roles, break_glass)))
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
        self.act(move |tx| Box::pin(change::set_active(tx, actor, account, id, active)))
            .await
    }

    /// Gives a SCIM-managed user back to administrators: it leaves its groups, whose roles go with that, and keeps its
    /// direct roles and attributes. Only while provisioning is switched off, since the identity provider would take
    /// it over again. Nothing happens to a manual user.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`]; [`DirectoryError::Refused`] with `ProvisioningOn` or `LastAdministrator`.
    pub async fn manage_by_hand(
        &self,
        actor: &Actor,
        account: AccountId,
        id: UserId,
    ) -> Result<(), DirectoryError> {
        let actor = actor.clone();
        self.act(move |tx| Box::pin(hand_back::manage_by_hand(tx, actor, account, id)))
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
        self.act(move |tx| Box::pin(change::give_role(tx, actor, account, id, role)))
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
        self.act(move |tx| Box::pin(change::take_role(tx, actor, account, id, role)))
            .await
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
}

//! Groups as the console sees them: members, and the roles that a group gives.

use jiff::Timestamp;

use crate::{AccountId, Actor, Directory, DirectoryError, GroupId, Role};

/// A group in a table.
#[derive(Debug, Clone)]
pub struct GroupRow {
    /// The id, by which it is known.
    pub id: GroupId,
    /// The name.
    pub display_name: String,
    /// How many direct members.
    pub members: u64,
    /// The roles it gives, most powerful first.
    pub roles: Vec<Role>,
    /// When it last changed.
    pub modified_at: Timestamp,
}

/// A page of groups, by name.
#[derive(Debug, Clone)]
pub struct GroupPage {
    /// The groups.
    pub groups: Vec<GroupRow>,
    /// How many there are in all.
    pub total: u64,
    /// The value of `after` for the next page; none on the last.
    pub next: Option<String>,
}

/// One group.
#[derive(Debug, Clone)]
pub struct GroupView {
    /// As in a table.
    pub row: GroupRow,
    /// The identity provider's own id for it.
    pub external_id: Option<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// For each role it gives: when it was given and by whom.
    pub grants: Vec<(Role, Timestamp, String)>,
    /// How many active users a change of its roles affects, members of nested groups included.
    pub affects: u64,
}

/// A member in a table.
#[derive(Debug, Clone)]
pub struct MemberRow {
    /// The id of the user or group.
    pub id: String,
    /// Whether it is a group.
    pub is_group: bool,
    /// The username, or the group's name.
    pub name: String,
    /// What people call the person.
    pub display_name: Option<String>,
    /// Whether the user is active; true for a group.
    pub active: bool,
    /// Since when it is a member.
    pub added_at: Timestamp,
}

/// A page of members, by id.
#[derive(Debug, Clone)]
pub struct MemberPage {
    /// The members.
    pub members: Vec<MemberRow>,
    /// The value of `after` for the next page; none on the last.
    pub next: Option<String>,
}

impl Directory {
    /// The account's groups by name. `search`: text that the name contains; empty: all. `after`: `next` of the page before.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn list_groups(&self, account: AccountId, search: &str, after: Option<&str>, limit: u16) -> Result<GroupPage, DirectoryError> {
        todo!()
    }

    /// One group.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Store`].
    pub async fn get_group(&self, account: AccountId, id: GroupId) -> Result<GroupView, DirectoryError> {
        todo!()
    }

    /// The group of this name, in any letter-case.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn find_group_by_name(&self, account: AccountId, name: &str) -> Result<Option<GroupId>, DirectoryError> {
        todo!()
    }

    /// The group's direct members, a page at a time.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Store`].
    pub async fn list_members(&self, account: AccountId, id: GroupId, after: Option<&str>, limit: u16) -> Result<MemberPage, DirectoryError> {
        todo!()
    }

    /// Gives the group a role, at once for all members; nothing happens if it gives it already.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`].
    pub async fn give_group_role(&self, actor: &Actor, account: AccountId, id: GroupId, role: Role) -> Result<(), DirectoryError> {
        todo!()
    }

    /// Takes a role from the group, at once for all members.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Refused`] with `LastAdministrator` where nobody would be left
    /// who can administer the account.
    pub async fn take_group_role(&self, actor: &Actor, account: AccountId, id: GroupId, role: Role) -> Result<(), DirectoryError> {
        todo!()
    }
}

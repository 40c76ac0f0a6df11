//! What people do to an account's own roles, each an act in a transaction of its own.

use super::own::{LONGEST_DESCRIPTION, LONGEST_NAME};
use super::{OwnRole, Role, Roles};
use crate::db::Tx;
use crate::log::{Change, Subject, SubjectKind};
use crate::user::LastAdministrator;
use crate::{
    AccountId, Action, Actor, ConsoleAccess, Directory, DirectoryError, GroupId, Refusal, RoleId, UserId, db,
};

impl Directory {
    /// The roles of the account: the built-in ones and its own.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn roles(&self, account: AccountId) -> Result<Roles, DirectoryError> {
        let mut reader = self.read().await?;
        Roles::load(&mut reader, account).await
    }

    /// Adds a role of the account's own.
    ///
    /// # Errors
    /// [`DirectoryError::Refused`] with `Name`, `RoleNameTaken` or `TooManyRoles`; [`DirectoryError::NotFound`]
    /// where there is no such account.
    pub async fn add_role(
        &self,
        actor: &Actor,
        account: AccountId,
        role: OwnRole,
    ) -> Result<RoleId, DirectoryError> {
        let (actor, role) = (actor.clone(), checked(&role)?);
        self.act(move |tx| Box::pin(add(tx, actor, account, role))).await
    }

    /// Makes an own role what `role` says; nothing happens if it is so already.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`]; [`DirectoryError::Refused`] with `Name`, `RoleNameTaken` or
    /// `LastAdministrator`.
    pub async fn change_role(
        &self,
        actor: &Actor,
        account: AccountId,
        id: RoleId,
        role: OwnRole,
    ) -> Result<(), DirectoryError> {
        let (actor, role) = (actor.clone(), checked(&role)?);
        self.act(move |tx| Box::pin(change(tx, actor, account, id, role)))
            .await
    }

    /// Deletes an own role, and takes it from every user and group first.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Refused`] with `LastAdministrator`.
    pub async fn delete_role(
        &self,
        actor: &Actor,
        account: AccountId,
        id: RoleId,
    ) -> Result<(), DirectoryError> {
        let actor = actor.clone();
        self.act(move |tx| Box::pin(delete(tx, actor, account, id))).await
    }
}

/// Fails where the account has no such role; ids of other accounts are unknown here.
pub(crate) async fn check(tx: &mut Tx, account: AccountId, role: Role) -> Result<Roles, DirectoryError> {
    let roles = Roles::load_for(&mut tx.conn, account, &[role]).await?;
    if roles.has(role) {
        Ok(roles)
    } else {
        Err(DirectoryError::NotFound)
    }
}

/// The role as it is to be stored.
fn checked(role: &OwnRole) -> Result<OwnRole, Refusal> {
    let (name, description) = (role.name.trim(), role.description.trim());
    let longest = usize::from(LONGEST_NAME);
    if name.is_empty() || name.chars().count() > longest || name.chars().any(char::is_control) {
        return Err(Refusal::Name { most: LONGEST_NAME });
    }
    // A built-in role is in every account.
    if Role::built_in(&scim::fold(name)).is_some() {
        return Err(Refusal::RoleNameTaken);
    }
    Ok(OwnRole {
        name: name.to_owned(),
        description: description.chars().take(LONGEST_DESCRIPTION).collect(),
        access: role.access,
    })
}

/// Fails where another own role of the account has the name.
async fn check_name(
    tx: &mut Tx,
    account: AccountId,
    name: &str,
    except: Option<RoleId>,
) -> Result<(), DirectoryError> {
    let taken: Option<(RoleId,)> = db::rows("SELECT id FROM roles WHERE account_id = $1 AND name_key = $2")
        .bind(account)
        .bind(scim::fold(name))
        .fetch_optional(&mut tx.conn)
        .await?;
    match taken {
        Some((id,)) if Some(id) != except => Err(Refusal::RoleNameTaken.into()),
        _ => Ok(()),
    }
}

async fn add(tx: &mut Tx, actor: Actor, account: AccountId, role: OwnRole) -> Result<RoleId, DirectoryError> {
    let known: Option<(AccountId,)> = db::rows("SELECT id FROM accounts WHERE id = $1")
        .bind(account)
        .fetch_optional(&mut tx.conn)
        .await?;
    known.ok_or(DirectoryError::NotFound)?;
    Roles::load(&mut tx.conn, account).await?.check_room()?;
    check_name(tx, account, &role.name, None).await?;
    let id = RoleId::next(tx.now, &tx.sequence);
    db::query(
        "INSERT INTO roles (id, account_id, name, name_key, description, access, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(id)
    .bind(account)
    .bind(role.name.clone())
    .bind(scim::fold(&role.name))
    .bind(role.description.clone())
    .bind(role.access.map(ConsoleAccess::as_str))
    .bind(tx.now.as_microsecond())
    .bind(actor.name().to_owned())
    .execute(&mut tx.conn)
    .await?;
    let mut entry = tx.entry(Some(account), &actor, Action::AddOwnRole);
    entry.subject = Some(subject(id, &role.name));
    entry.changes = difference(None, Some(&role));
    tx.log(entry);
    Ok(id)
}

async fn change(
    tx: &mut Tx,
    actor: Actor,
    account: AccountId,
    id: RoleId,
    role: OwnRole,
) -> Result<(), DirectoryError> {
    let before = find(tx, account, id).await?;
    let changes = difference(Some(&before), Some(&role));
    if changes.is_empty() {
        return Ok(());
    }
    check_name(tx, account, &role.name, Some(id)).await?;
    let guard = LastAdministrator::before(tx, account).await?;
    db::query(
        "UPDATE roles SET name = $3, name_key = $4, description = $5, access = $6 WHERE account_id = $1 AND id = $2",
    )
    .bind(account)
    .bind(id)
    .bind(role.name.clone())
    .bind(scim::fold(&role.name))
    .bind(role.description.clone())
    .bind(role.access.map(ConsoleAccess::as_str))
    .execute(&mut tx.conn)
    .await?;
    guard.after(tx).await?;
    let mut entry = tx.entry(Some(account), &actor, Action::ChangeOwnRole);
    entry.subject = Some(subject(id, &role.name));
    entry.changes = changes;
    tx.log(entry);
    Ok(())
}

async fn delete(tx: &mut Tx, actor: Actor, account: AccountId, id: RoleId) -> Result<(), DirectoryError> {
    let before = find(tx, account, id).await?;
    let role = Role::Own(id);
    let guard = LastAdministrator::before(tx, account).await?;
    let users: Vec<(UserId, String)> = db::rows(
        "SELECT users.id, users.user_name FROM direct_roles CROSS JOIN users
         WHERE direct_roles.role = $2 AND direct_roles.account_id = $1
           AND users.id = direct_roles.user_id AND users.account_id = $1",
    )
    .bind(account)
    .bind(role.to_string())
    .fetch_all(&mut tx.conn)
    .await?;
    let groups: Vec<(GroupId, String)> = db::rows(
        "SELECT groups.id, groups.display_name FROM group_roles CROSS JOIN groups
         WHERE group_roles.role = $2 AND group_roles.account_id = $1
           AND groups.id = group_roles.group_id AND groups.account_id = $1",
    )
    .bind(account)
    .bind(role.to_string())
    .fetch_all(&mut tx.conn)
    .await?;
    for statement in [
        "DELETE FROM direct_roles WHERE account_id = $1 AND role = $2",
        // What was taken a moment ago is not given back either.
        "DELETE FROM taken_roles WHERE account_id = $1 AND role = $2",
        "DELETE FROM group_roles WHERE account_id = $1 AND role = $2",
        "DELETE FROM roles WHERE account_id = $1 AND id = $2",
    ] {
        db::query(statement)
            .bind(account)
            .bind(role.to_string())
            .execute(&mut tx.conn)
            .await?;
    }
    guard.after(tx).await?;
    let users = users
        .into_iter()
        .map(|(user, name)| (Action::TakeRole, SubjectKind::User, user.to_string(), name));
    let groups = groups
        .into_iter()
        .map(|(group, name)| (Action::TakeGroupRole, SubjectKind::Group, group.to_string(), name));
    for (action, kind, id, name) in users.chain(groups) {
        let mut entry = tx.entry(Some(account), &actor, action);
        entry.subject = Some(Subject {
            kind,
            id: Some(id),
            name,
        });
        entry.role = Some(role);
        entry.role_name = Some(before.name.clone());
        tx.log(entry);
    }
    let mut entry = tx.entry(Some(account), &actor, Action::DeleteOwnRole);
    entry.subject = Some(subject(id, &before.name));
    entry.changes = difference(Some(&before), None);
    tx.log(entry);
    Ok(())
}

async fn find(tx: &mut Tx, account: AccountId, id: RoleId) -> Result<OwnRole, DirectoryError> {
    let roles = Roles::load(&mut tx.conn, account).await?;
    roles.own(id).cloned().ok_or(DirectoryError::NotFound)
}

fn subject(id: RoleId, name: &str) -> Subject {
    Subject {
        kind: SubjectKind::Role,
        id: Some(id.to_string()),
        name: name.to_owned(),
    }
}

/// What changes, for the entry.
fn difference(before: Option<&OwnRole>, after: Option<&OwnRole>) -> Vec<Change> {
    type Read = fn(&OwnRole) -> Option<&str>;
    let attributes: [(&str, Read); 3] = [
        ("name", |role| Some(&role.name)),
        ("description", |role| {
            Some(role.description.as_str()).filter(|text| !text.is_empty())
        }),
        ("access", |role| role.access.map(ConsoleAccess::as_str)),
    ];
    attributes
        .into_iter()
        .map(|(attribute, read)| (attribute, before.and_then(read), after.and_then(read)))
        .filter(|(_, before, after)| before != after)
        .map(|(attribute, before, after)| Change {
            attribute: attribute.to_owned(),
            before: before.into(),
            after: after.into(),
        })
        .collect()
}

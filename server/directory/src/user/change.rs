//! What people do to users, each an act in a transaction of its own.

use scim::{Resource, ResourceType};
use serde_json::Value;
use sqlx::SqliteConnection;

use super::{ManagedBy, Sources, name_key, search_text};
use crate::db::Tx;
use crate::log::{Change, Subject, SubjectKind};
use crate::provisioning::resource;
use crate::role::{Roles, check, effective};
use crate::{AccountId, Action, Actor, DirectoryError, Refusal, Role, UserId, db};

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

/// Adds a manual user with its direct roles.
pub(super) async fn add(
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
                            break_glass, resource, version, created_at, modified_at, name_key, sources)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'manual', 1, $8, $9, 1, $10, $10, $11, $12)",
    )
    .bind(id)
    .bind(account)
    .bind(user_name.to_owned())
    .bind(key)
    .bind(name.clone())
    .bind(email.map(str::to_owned))
    .bind(search_text(&resource))
    .bind(break_glass)
    .bind(resource.to_stored())
    .bind(tx.now.as_microsecond())
    .bind(name_key(name.as_deref()))
    .bind(Sources::all(actor.name(), tx.now).to_stored())
    .execute(&mut tx.conn)
    .await?;
    let subject = named(id, user_name);
    let mut entry = tx.entry(Some(account), &actor, Action::AddUser);
    entry.subject = Some(subject.clone());
    tx.log(entry);
    for role in roles {
        let names = check(tx, account, role).await?;
        insert_role(tx, &actor, account, id, role).await?;
        log_role(
            tx,
            &actor,
            account,
            Action::GiveRole,
            subject.clone(),
            role,
            &names,
        );
    }
    Ok(id)
}

/// Switches a manual user on or off.
pub(super) async fn set_active(
    tx: &mut Tx,
    actor: Actor,
    account: AccountId,
    id: UserId,
    active: bool,
) -> Result<(), DirectoryError> {
    let row: Option<(String, String, bool, Option<String>)> =
        db::rows("SELECT managed_by, resource, active, sources FROM users WHERE account_id = $1 AND id = $2")
            .bind(account)
            .bind(id)
            .fetch_optional(&mut tx.conn)
            .await?;
    let (managed_by, json, before, sources) = row.ok_or(DirectoryError::NotFound)?;
    if ManagedBy::stored(&managed_by)? == ManagedBy::Scim {
        return Err(Refusal::ManagedByScim.into());
    }
    if before == active {
        return Ok(());
    }
    let mut resource = resource(ResourceType::User, &json)?;
    resource.set("active", Value::Bool(active))?;
    let changes = vec![Change {
        attribute: "active".to_owned(),
        before: Value::Bool(before),
        after: Value::Bool(active),
    }];
    let mut sources = Sources::stored(sources.as_deref())?;
    sources.add(actor.name(), tx.now, &changes);
    let guard = LastAdministrator::before(tx, account).await?;
    db::query(
        "UPDATE users SET active = $3, resource = $4, version = version + 1, modified_at = $5, sources = $6
         WHERE account_id = $1 AND id = $2",
    )
    .bind(account)
    .bind(id)
    .bind(active)
    .bind(resource.to_stored())
    .bind(tx.now.as_microsecond())
    .bind(sources.to_stored())
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
    entry.subject = Some(named(id, resource.user_name()));
    entry.changes = changes;
    tx.log(entry);
    Ok(())
}

/// Gives a direct role, unless the user has it.
pub(super) async fn give_role(
    tx: &mut Tx,
    actor: Actor,
    account: AccountId,
    id: UserId,
    role: Role,
) -> Result<(), DirectoryError> {
    let subject = subject(&mut tx.conn, account, id).await?;
    let names = check(tx, account, role).await?;
    if insert_role(tx, &actor, account, id, role).await? {
        log_role(tx, &actor, account, Action::GiveRole, subject, role, &names);
    }
    Ok(())
}

/// Takes a direct role, if the user has it.
pub(super) async fn take_role(
    tx: &mut Tx,
    actor: Actor,
    account: AccountId,
    id: UserId,
    role: Role,
) -> Result<(), DirectoryError> {
    let subject = subject(&mut tx.conn, account, id).await?;
    let names = check(tx, account, role).await?;
    let guard = LastAdministrator::before(tx, account).await?;
    let taken = db::query("DELETE FROM direct_roles WHERE account_id = $1 AND user_id = $2 AND role = $3")
        .bind(account)
        .bind(id)
        .bind(role.to_string())
        .execute(&mut tx.conn)
        .await?;
    if taken.rows_affected() > 0 {
        guard.after(tx).await?;
        log_role(tx, &actor, account, Action::TakeRole, subject, role, &names);
    }
    Ok(())
}

fn log_role(
    tx: &mut Tx,
    actor: &Actor,
    account: AccountId,
    action: Action,
    subject: Subject,
    role: Role,
    names: &Roles,
) {
    let mut entry = tx.entry(Some(account), actor, action);
    entry.subject = Some(subject);
    entry.set_role(role, names);
    tx.log(entry);
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
    .bind(role.to_string())
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
    Ok(named(id, &name))
}

pub(super) fn named(id: UserId, name: &str) -> Subject {
    Subject {
        kind: SubjectKind::User,
        id: Some(id.to_string()),
        name: name.to_owned(),
    }
}

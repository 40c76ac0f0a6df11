//! What people do to groups: the roles that a group gives, whether they are in effect, and taking that back.

use jiff::{SignedDuration, Timestamp};
use sqlx::SqliteConnection;

use super::subject;
use crate::db::Tx;
use crate::log::{self, Request, Subject};
use crate::provisioning::arrival::Milestone;
use crate::role::{Roles, check};
use crate::user::LastAdministrator;
use crate::{
    AccountId, Action, Actor, Directory, DirectoryError, Entry, EntryId, GroupId, Refusal, Role, db,
};

/// How long a change of a group's roles can be undone.
pub(super) const UNDO: SignedDuration = SignedDuration::from_mins(1);

/// A change of the roles that a group gives, which can still be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undoable {
    /// Its entry.
    pub entry: EntryId,
    /// The role.
    pub role: Role,
    /// Whether it was given; otherwise it was taken.
    pub given: bool,
    /// When.
    pub at: Timestamp,
    /// Until when it can be undone.
    pub until: Timestamp,
}

/// One change of a grant, as it is made.
struct Grant<'a> {
    actor: &'a Actor,
    account: AccountId,
    group: GroupId,
    role: Role,
    subject: Subject,
    names: Roles,
    /// The change that this one takes back.
    undoes: Option<EntryId>,
}

impl Directory {
    /// Gives the group a role, at once for all members; nothing happens if it gives it already.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`].
    pub async fn give_group_role(
        &self,
        actor: &Actor,
        account: AccountId,
        id: GroupId,
        role: Role,
    ) -> Result<(), DirectoryError> {
        let actor = actor.clone();
        let members = self
            .act(move |tx| {
                Box::pin(async move {
                    let grant = Grant::of(tx, &actor, account, id, role).await?;
                    grant.give(tx).await?;
                    let (members,): (i64,) =
                        db::rows("SELECT member_count FROM groups WHERE account_id = $1 AND id = $2")
                            .bind(account)
                            .bind(id)
                            .fetch_one(&mut tx.conn)
                            .await?;
                    Ok((grant.subject.name, members))
                })
            })
            .await?;
        if let (name, 1..) = members {
            let request = Request::default();
            self.inner()
                .seen
                .pass(account, Milestone::Role, self.now(), &request, &name);
        }
        Ok(())
    }

    /// Takes a role from the group, at once for all members; nothing happens if it does not give it.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Refused`] with `LastAdministrator` where nobody would be left
    /// who can administer the account.
    pub async fn take_group_role(
        &self,
        actor: &Actor,
        account: AccountId,
        id: GroupId,
        role: Role,
    ) -> Result<(), DirectoryError> {
        let actor = actor.clone();
        self.act(move |tx| {
            Box::pin(async move {
                let grant = Grant::of(tx, &actor, account, id, role).await?;
                grant.take(tx).await.map(drop)
            })
        })
        .await
    }

    /// Takes back the change of the group's roles that `entry` tells of. It is an act of its own.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`] where there is no such change; [`DirectoryError::Refused`] with `UndoOver`,
    /// `ChangedSince` where the same grant was changed again, or `LastAdministrator`.
    pub async fn undo_group_role(
        &self,
        actor: &Actor,
        account: AccountId,
        id: GroupId,
        entry: EntryId,
    ) -> Result<(), DirectoryError> {
        let actor = actor.clone();
        self.act(move |tx| {
            Box::pin(async move {
                let undone = log::find(&mut tx.conn, account, entry).await?;
                let (role, given) = match (undone.action, undone.role, undone.undoes) {
                    (Action::GiveGroupRole, Some(role), None) => (role, true),
                    (Action::TakeGroupRole, Some(role), None) => (role, false),
                    _ => return Err(DirectoryError::NotFound),
                };
                let of = undone.subject.and_then(|subject| subject.id);
                if of.as_deref() != Some(&*id.to_string()) {
                    return Err(DirectoryError::NotFound);
                }
                if tx.now > undone.at + UNDO {
                    return Err(Refusal::UndoOver.into());
                }
                let later = changes_after(&mut tx.conn, account, id, entry).await?;
                if later.iter().any(|entry| entry.role == Some(role)) {
                    return Err(Refusal::ChangedSince.into());
                }
                let mut grant = Grant::of(tx, &actor, account, id, role).await?;
                grant.undoes = Some(entry);
                let changed = if given {
                    grant.take(tx).await?
                } else {
                    grant.give(tx).await?
                };
                if changed {
                    Ok(())
                } else {
                    Err(Refusal::ChangedSince.into())
                }
            })
        })
        .await
    }

    /// Pauses the group or ends its pause: while it is paused, the roles that it gives are not in effect; those of the
    /// groups above it stay. Nothing happens if it is so already.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Refused`] with `LastAdministrator`.
    pub async fn set_group_paused(
        &self,
        actor: &Actor,
        account: AccountId,
        id: GroupId,
        paused: bool,
    ) -> Result<(), DirectoryError> {
        let actor = actor.clone();
        self.act(move |tx| {
            Box::pin(async move {
                let subject = subject(&mut tx.conn, account, id).await?;
                let guard = LastAdministrator::before(tx, account).await?;
                let changed = db::query(
                    "UPDATE groups SET paused_at = $3, paused_by = $4
                     WHERE account_id = $1 AND id = $2 AND (paused_at IS NULL) = $5",
                )
                .bind(account)
                .bind(id)
                .bind(paused.then(|| tx.now.as_microsecond()))
                .bind(paused.then(|| actor.name().to_owned()))
                .bind(paused)
                .execute(&mut tx.conn)
                .await?;
                if changed.rows_affected() > 0 {
                    guard.after(tx).await?;
                    let action = if paused {
                        Action::PauseGroup
                    } else {
                        Action::ResumeGroup
                    };
                    let mut entry = tx.entry(Some(account), &actor, action);
                    entry.subject = Some(subject);
                    tx.log(entry);
                }
                Ok(())
            })
        })
        .await
    }
}

impl<'a> Grant<'a> {
    async fn of(
        tx: &mut Tx,
        actor: &'a Actor,
        account: AccountId,
        group: GroupId,
        role: Role,
    ) -> Result<Self, DirectoryError> {
        Ok(Self {
            actor,
            account,
            group,
            role,
            subject: subject(&mut tx.conn, account, group).await?,
            names: check(tx, account, role).await?,
            undoes: None,
        })
    }

    /// Whether the role is new.
    async fn give(&self, tx: &mut Tx) -> Result<bool, DirectoryError> {
        let given = db::query(
            "INSERT INTO group_roles (group_id, role, account_id, granted_at, granted_by)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (group_id, role) DO NOTHING",
        )
        .bind(self.group)
        .bind(self.role.to_string())
        .bind(self.account)
        .bind(tx.now.as_microsecond())
        .bind(self.actor.name().to_owned())
        .execute(&mut tx.conn)
        .await?;
        let changed = given.rows_affected() > 0;
        if changed {
            self.log(tx, Action::GiveGroupRole);
        }
        Ok(changed)
    }

    /// Whether the group gave the role.
    async fn take(&self, tx: &mut Tx) -> Result<bool, DirectoryError> {
        let guard = LastAdministrator::before(tx, self.account).await?;
        let taken =
            db::query("DELETE FROM group_roles WHERE account_id = $1 AND group_id = $2 AND role = $3")
                .bind(self.account)
                .bind(self.group)
                .bind(self.role.to_string())
                .execute(&mut tx.conn)
                .await?;
        let changed = taken.rows_affected() > 0;
        if changed {
            guard.after(tx).await?;
            self.log(tx, Action::TakeGroupRole);
        }
        Ok(changed)
    }

    fn log(&self, tx: &mut Tx, action: Action) {
        let mut entry = tx.entry(Some(self.account), self.actor, action);
        entry.subject = Some(self.subject.clone());
        entry.set_role(self.role, &self.names);
        entry.undoes = self.undoes;
        tx.log(entry);
    }
}

/// Gives the roles in a transaction that does more.
pub(super) async fn give_all(
    tx: &mut Tx,
    actor: &Actor,
    account: AccountId,
    group: GroupId,
    roles: &[Role],
) -> Result<(), DirectoryError> {
    for role in roles {
        Grant::of(tx, actor, account, group, *role)
            .await?
            .give(tx)
            .await?;
    }
    Ok(())
}

/// What can be undone at `now`, the newest first: of each role the last change, unless that was an undoing.
pub(super) async fn undoable(
    conn: &mut SqliteConnection,
    account: AccountId,
    group: GroupId,
    now: Timestamp,
) -> Result<Vec<Undoable>, DirectoryError> {
    // A millisecond earlier: ids of one millisecond are not in order across the restart of the server.
    let before = EntryId::new(now - UNDO - SignedDuration::from_millis(1));
    let mut entries = changes_after(conn, account, group, before).await?;
    entries.reverse();
    let (mut seen, mut undoable) = (Vec::new(), Vec::new());
    for entry in entries {
        let Some(role) = entry.role.filter(|role| !seen.contains(role)) else {
            continue;
        };
        seen.push(role);
        if entry.undoes.is_none() && now <= entry.at + UNDO {
            undoable.push(Undoable {
                entry: entry.id,
                role,
                given: entry.action == Action::GiveGroupRole,
                at: entry.at,
                until: entry.at + UNDO,
            });
        }
    }
    Ok(undoable)
}

/// The changes of the group's roles after `entry`, in order.
async fn changes_after(
    conn: &mut SqliteConnection,
    account: AccountId,
    group: GroupId,
    entry: EntryId,
) -> Result<Vec<Entry>, DirectoryError> {
    let rows: Vec<(String,)> = db::rows(
        "SELECT data FROM entries
         WHERE account_id = $1 AND subject_id = $2 AND id > $3 AND action IN ('give_group_role', 'take_group_role')
         ORDER BY id",
    )
    .bind(account)
    .bind(group)
    .bind(entry)
    .fetch_all(conn)
    .await?;
    rows.iter().map(|(data,)| log::read(data)).collect()
}

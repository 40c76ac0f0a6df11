//! Users with more roles than their groups give: who they are, what removing would take away, and removing it, with a
//! way back for a minute.

use jiff::{SignedDuration, Timestamp};

use super::effective::{self, EffectiveRoles};
use super::{DirectRole, Role, Roles};
use crate::log::{Subject, SubjectKind};
use crate::user::LastAdministrator;
use crate::{AccountId, Action, Actor, Directory, DirectoryError, EntryId, Refusal, UserId, db};

/// How long what was taken can be given back.
const UNDO: SignedDuration = SignedDuration::from_secs(60);

/// One direct role of one user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// The user.
    pub user: UserId,
    /// The role.
    pub role: Role,
}

/// Why a user has more than the groups give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExtraCause {
    /// The role was there before SCIM, and kept at the conversion.
    BeforeScim,
    /// A person gave it later.
    AddedLater,
}

/// A user with more roles than the groups give.
#[derive(Debug, Clone)]
pub struct ExtraRoles {
    /// The user.
    pub user: UserId,
    /// The username.
    pub user_name: String,
    /// What people call the person.
    pub name: Option<String>,
    /// The direct roles that no group gives.
    pub extra: Vec<DirectRole>,
    /// Everything that the user holds.
    pub roles: EffectiveRoles,
}

/// A page of them, by the users' ids.
#[derive(Debug, Clone)]
pub struct ExtraPage {
    /// The users.
    pub users: Vec<ExtraRoles>,
    /// The value of `after` for the next page; none on the last.
    pub next: Option<UserId>,
}

/// How many users have more roles than their groups give, by cause; who has both counts twice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExtraCount {
    /// All of them.
    pub users: u64,
    /// With a role from before SCIM.
    pub before_scim: u64,
    /// With a role that was added later.
    pub added_later: u64,
}

/// Roles that were taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// What names the act.
    pub act: EntryId,
    /// How many roles were taken.
    pub roles: u64,
    /// Until when they can be given back.
    pub until: Timestamp,
}

/// The direct roles that no group gives, nested groups included.
pub fn extra(roles: &EffectiveRoles) -> Vec<&DirectRole> {
    let given = |role: Role| roles.through_groups.iter().any(|held| held.role == role);
    roles.direct.iter().filter(|grant| !given(grant.role)).collect()
}

/// The roles in effect once the direct roles `taken` are gone.
pub fn without(roles: &EffectiveRoles, taken: &[Role]) -> Vec<Role> {
    let mut left = roles.clone();
    left.direct.retain(|grant| !taken.contains(&grant.role));
    left.roles()
}

/// The grants of `$1` that are extra: of SCIM-managed users, and given by no group of theirs. Goes through direct
/// roles, and for each through the groups of its user.
macro_rules! extra_grants {
    ($columns:literal, $more:literal) => {
        concat!(
            "WITH RECURSIVE given (role, group_id) AS (
                 SELECT group_roles.role, group_roles.group_id FROM group_roles WHERE group_roles.account_id = $1
                 UNION
                 SELECT given.role, members.member_id FROM given CROSS JOIN members
                 WHERE members.group_id = given.group_id AND members.account_id = $1
                   AND members.member_kind = 'group'
             )
             SELECT ",
            $columns,
            " FROM direct_roles CROSS JOIN users
             WHERE direct_roles.account_id = $1 AND users.id = direct_roles.user_id AND users.account_id = $1
               AND users.managed_by = 'scim'
               AND NOT EXISTS (
                   SELECT 1 FROM members CROSS JOIN given
                   WHERE members.member_id = direct_roles.user_id AND members.account_id = $1
                     AND members.member_kind = 'user'
                     AND given.group_id = members.group_id AND given.role = direct_roles.role
               ) ",
            $more
        )
    };
}

pub(crate) use extra_grants;

impl Directory {
    /// How many users have more roles than their groups give.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn count_extra_roles(&self, account: AccountId) -> Result<ExtraCount, DirectoryError> {
        let (users, before_scim, added_later): (i64, i64, i64) = db::rows(extra_grants!(
            "COUNT(DISTINCT direct_roles.user_id),
             COUNT(DISTINCT CASE WHEN direct_roles.granted_at <= users.converted_at
                                 THEN direct_roles.user_id END),
             COUNT(DISTINCT CASE WHEN direct_roles.granted_at <= users.converted_at
                                 THEN NULL ELSE direct_roles.user_id END)",
            ""
        ))
        .bind(account)
        .fetch_one(self.readers())
        .await?;
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        Ok(ExtraCount {
            users: count(users),
            before_scim: count(before_scim),
            added_later: count(added_later),
        })
    }

    /// Users with more roles than their groups give. `cause`: only those with a role of this cause. `after`: `next` of
    /// the page before.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn list_extra_roles(
        &self,
        account: AccountId,
        cause: Option<ExtraCause>,
        after: Option<UserId>,
        limit: u16,
    ) -> Result<ExtraPage, DirectoryError> {
        let limit = limit.clamp(1, 200);
        let causes: &[i64] = match cause {
            None => &[0, 1],
            Some(ExtraCause::BeforeScim) => &[1],
            Some(ExtraCause::AddedLater) => &[0],
        };
        let mut reader = self.read().await?;
        let mut ids: Vec<(UserId,)> = db::rows(extra_grants!(
            "DISTINCT direct_roles.user_id",
            "AND direct_roles.user_id > $2
             AND CASE WHEN direct_roles.granted_at <= users.converted_at THEN 1 ELSE 0 END
                 IN (SELECT value FROM json_each($3))
             ORDER BY direct_roles.user_id LIMIT $4"
        ))
        .bind(account)
        .bind(after.map(|id| id.to_string()).unwrap_or_default())
        .bind(db::json(causes))
        .bind(i64::from(limit) + 1)
        .fetch_all(&mut *reader)
        .await?;
        let more = ids.len() > usize::from(limit);
        ids.truncate(usize::from(limit));
        let next = if more { ids.last().map(|(id,)| *id) } else { None };
        let ids: Vec<UserId> = ids.into_iter().map(|(id,)| id).collect();
        let users = load(&mut reader, account, &ids).await?;
        Ok(ExtraPage { users, next })
    }

    /// The users of these grants, with all that they hold; grants that are not there are left out.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn get_extra_roles(
        &self,
        account: AccountId,
        grants: &[Grant],
    ) -> Result<Vec<ExtraRoles>, DirectoryError> {
        let mut ids: Vec<UserId> = grants.iter().map(|grant| grant.user).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut reader = self.read().await?;
        let mut users = load(&mut reader, account, &ids).await?;
        for user in &mut users {
            let id = user.user;
            let chosen = |role| grants.contains(&Grant { user: id, role });
            user.extra.retain(|grant| chosen(grant.role));
        }
        users.retain(|user| !user.extra.is_empty());
        Ok(users)
    }

    /// Takes these direct roles, all or none; grants that are not there are left out. None: nothing was there.
    ///
    /// # Errors
    /// [`DirectoryError::Refused`] with `LastAdministrator` where nobody would be left who can administer the account.
    pub async fn take_roles(
        &self,
        actor: &Actor,
        account: AccountId,
        grants: Vec<Grant>,
    ) -> Result<Option<Taken>, DirectoryError> {
        let actor = actor.clone();
        self.act(move |tx| {
            Box::pin(async move {
                let now = tx.now;
                // What nobody can give back any more.
                db::query("DELETE FROM taken_roles WHERE account_id = $1 AND taken_at < $2")
                    .bind(account)
                    .bind((now - UNDO).as_microsecond())
                    .execute(&mut tx.conn)
                    .await?;
                let guard = LastAdministrator::before(tx, account).await?;
                let names = Roles::load_for(&mut tx.conn, account, &roles_of(&grants)).await?;
                let mut taken: Option<Taken> = None;
                for grant in grants {
                    let row: Option<(String, i64, String)> = db::rows(
                        "SELECT users.user_name, direct_roles.granted_at, direct_roles.granted_by
                         FROM direct_roles JOIN users ON users.id = direct_roles.user_id
                         WHERE direct_roles.account_id = $1 AND direct_roles.user_id = $2 AND direct_roles.role = $3
                           AND users.account_id = $1",
                    )
                    .bind(account)
                    .bind(grant.user)
                    .bind(grant.role.to_string())
                    .fetch_optional(&mut tx.conn)
                    .await?;
                    let Some((name, granted_at, granted_by)) = row else {
                        continue;
                    };
                    let entry = entry(tx, (&actor, account, Action::TakeRole), grant, name, &names);
                    let taken = taken.get_or_insert(Taken {
                        act: entry.id,
                        roles: 0,
                        until: now + UNDO,
                    });
                    taken.roles += 1;
                    tx.log(entry);
                    db::query(
                        "INSERT INTO taken_roles (act, user_id, role, account_id, granted_at, granted_by, taken_at)
                         VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    )
                    .bind(taken.act)
                    .bind(grant.user)
                    .bind(grant.role.to_string())
                    .bind(account)
                    .bind(granted_at)
                    .bind(granted_by)
                    .bind(now.as_microsecond())
                    .execute(&mut tx.conn)
                    .await?;
                    db::query("DELETE FROM direct_roles WHERE account_id = $1 AND user_id = $2 AND role = $3")
                        .bind(account)
                        .bind(grant.user)
                        .bind(grant.role.to_string())
                        .execute(&mut tx.conn)
                        .await?;
                }
                guard.after(tx).await?;
                Ok(taken)
            })
        })
        .await
    }

    /// What was taken by this act, while it can be given back.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn find_taken(
        &self,
        account: AccountId,
        act: EntryId,
    ) -> Result<Option<Taken>, DirectoryError> {
        let (roles, taken_at): (i64, Option<i64>) = db::rows(
            "SELECT COUNT(*), MIN(taken_at) FROM taken_roles WHERE account_id = $1 AND act = $2 AND taken_at >= $3",
        )
        .bind(account)
        .bind(act)
        .bind((self.now() - UNDO).as_microsecond())
        .fetch_one(self.readers())
        .await?;
        let taken_at = db::time_opt(taken_at)?;
        Ok(taken_at.map(|taken_at| Taken {
            act,
            roles: u64::try_from(roles).unwrap_or(0),
            until: taken_at + UNDO,
        }))
    }

    /// Gives back what an act took, as it was: when and by whom it was given first stays true, so that a role from
    /// before SCIM is one again. Who was deleted since then gets nothing,
    /// and a role that was deleted goes to nobody. Answers how many came back.
    ///
    /// # Errors
    /// [`DirectoryError::Refused`] with `UndoOver` where the time for it has passed, or it was done already.
    pub async fn restore_roles(
        &self,
        actor: &Actor,
        account: AccountId,
        act: EntryId,
    ) -> Result<u64, DirectoryError> {
        let actor = actor.clone();
        self.act(move |tx| {
            Box::pin(async move {
                let rows: Vec<(UserId, String, i64, String, String)> = db::rows(
                    "SELECT taken_roles.user_id, taken_roles.role, taken_roles.granted_at, taken_roles.granted_by,
                            users.user_name
                     FROM taken_roles CROSS JOIN users
                     WHERE taken_roles.account_id = $1 AND taken_roles.act = $2 AND taken_roles.taken_at >= $3
                       AND users.id = taken_roles.user_id AND users.account_id = $1",
                )
                .bind(account)
                .bind(act)
                .bind((tx.now - UNDO).as_microsecond())
                .fetch_all(&mut tx.conn)
                .await?;
                if rows.is_empty() {
                    return Err(Refusal::UndoOver.into());
                }
                let grants = rows
                    .iter()
                    .map(|(user, role, ..)| {
                        Ok(Grant {
                            user: *user,
                            role: Role::stored(role)?,
                        })
                    })
                    .collect::<Result<Vec<_>, DirectoryError>>()?;
                let names = Roles::load_for(&mut tx.conn, account, &roles_of(&grants)).await?;
                let mut restored = 0;
                for (grant, (user, role, granted_at, granted_by, name)) in grants.into_iter().zip(rows) {
                    // A role of the account's own may have been deleted meanwhile.
                    if matches!(grant.role, Role::Own(id) if names.own(id).is_none()) {
                        continue;
                    }
                    let given = db::query(
                        "INSERT INTO direct_roles (user_id, role, account_id, granted_at, granted_by)
                         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (user_id, role) DO NOTHING",
                    )
                    .bind(user)
                    .bind(&role)
                    .bind(account)
                    .bind(granted_at)
                    .bind(granted_by)
                    .execute(&mut tx.conn)
                    .await?;
                    if given.rows_affected() > 0 {
                        let entry = entry(tx, (&actor, account, Action::RestoreRole), grant, name, &names);
                        tx.log(entry);
                        restored += 1;
                    }
                }
                db::query("DELETE FROM taken_roles WHERE account_id = $1 AND act = $2")
                    .bind(account)
                    .bind(act)
                    .execute(&mut tx.conn)
                    .await?;
                Ok(restored)
            })
        })
        .await
    }
}

fn roles_of(grants: &[Grant]) -> Vec<Role> {
    grants.iter().map(|grant| grant.role).collect()
}

fn entry(
    tx: &db::Tx,
    (actor, account, action): (&Actor, AccountId, Action),
    grant: Grant,
    name: String,
    names: &Roles,
) -> crate::Entry {
    let mut entry = tx.entry(Some(account), actor, action);
    entry.subject = Some(Subject {
        kind: SubjectKind::User,
        id: Some(grant.user.to_string()),
        name,
    });
    entry.set_role(grant.role, names);
    entry
}

/// These users, in the order of their ids.
async fn load(
    conn: &mut sqlx::SqliteConnection,
    account: AccountId,
    ids: &[UserId],
) -> Result<Vec<ExtraRoles>, DirectoryError> {
    let rows: Vec<(UserId, String, Option<String>)> = db::rows(
        "SELECT users.id, users.user_name, users.name FROM json_each($2) AS wanted CROSS JOIN users
         WHERE users.id = wanted.value AND users.account_id = $1 AND users.managed_by = 'scim'
         ORDER BY users.id",
    )
    .bind(account)
    .bind(db::json(ids))
    .fetch_all(&mut *conn)
    .await?;
    let mut roles = effective::load(conn, account, ids).await?;
    Ok(rows
        .into_iter()
        .map(|(user, user_name, name)| {
            let roles = roles.remove(&user).unwrap_or_default();
            ExtraRoles {
                user,
                user_name,
                name,
                extra: extra(&roles).into_iter().cloned().collect(),
                roles,
            }
        })
        .collect())
}

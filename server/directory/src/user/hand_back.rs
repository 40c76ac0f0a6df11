//! From the identity provider back to administrators.

use serde_json::Value;

use super::ManagedBy;
use super::change::{LastAdministrator, named};
use crate::db::Tx;
use crate::log::Change;
use crate::{AccountId, Action, Actor, DirectoryError, Refusal, UserId, db};

/// Makes a SCIM-managed user a manual one.
pub(super) async fn manage_by_hand(
    tx: &mut Tx,
    actor: Actor,
    account: AccountId,
    id: UserId,
) -> Result<(), DirectoryError> {
    let row: Option<(String, String, bool)> = db::rows(
        "SELECT users.user_name, users.managed_by, connections.enabled
         FROM users JOIN connections ON connections.account_id = users.account_id
         WHERE users.account_id = $1 AND users.id = $2",
    )
    .bind(account)
    .bind(id)
    .fetch_optional(&mut tx.conn)
    .await?;
    let (user_name, managed_by, enabled) = row.ok_or(DirectoryError::NotFound)?;
    if ManagedBy::stored(&managed_by)? == ManagedBy::Manual {
        return Ok(());
    }
    if enabled {
        return Err(Refusal::ProvisioningOn.into());
    }
    let guard = LastAdministrator::before(tx, account).await?;
    let groups = leave_groups(tx, account, id).await?;
    // Without the time of its conversion: the next one has its own.
    db::query(
        "UPDATE users SET managed_by = 'manual', converted_at = NULL, seen_at = NULL, version = version + 1,
                          modified_at = $3
         WHERE account_id = $1 AND id = $2",
    )
    .bind(account)
    .bind(id)
    .bind(tx.now.as_microsecond())
    .execute(&mut tx.conn)
    .await?;
    guard.after(tx).await?;
    let mut entry = tx.entry(Some(account), &actor, Action::ManageByHand);
    entry.subject = Some(named(id, &user_name));
    entry.changes = vec![Change {
        attribute: "managedBy".to_owned(),
        before: ManagedBy::Scim.as_str().into(),
        after: ManagedBy::Manual.as_str().into(),
    }];
    if !groups.is_empty() {
        entry.changes.push(Change {
            attribute: "groups".to_owned(),
            before: groups.into_iter().map(Value::from).collect(),
            after: Value::Null,
        });
    }
    tx.log(entry);
    Ok(())
}

/// Ends the user's memberships and gives the names of its groups.
async fn leave_groups(tx: &mut Tx, account: AccountId, id: UserId) -> Result<Vec<String>, DirectoryError> {
    let names: Vec<(String,)> = db::rows(
        "SELECT groups.display_name FROM members CROSS JOIN groups
         WHERE members.member_id = $2 AND members.account_id = $1 AND members.member_kind = 'user'
           AND groups.id = members.group_id AND groups.account_id = $1
         ORDER BY groups.display_name_key",
    )
    .bind(account)
    .bind(id)
    .fetch_all(&mut tx.conn)
    .await?;
    db::query(
        "UPDATE groups SET member_count = member_count - 1, version = version + 1, modified_at = $3
         WHERE account_id = $1 AND id IN (
             SELECT group_id FROM members WHERE member_id = $2 AND account_id = $1 AND member_kind = 'user')",
    )
    .bind(account)
    .bind(id)
    .bind(tx.now.as_microsecond())
    .execute(&mut tx.conn)
    .await?;
    db::query("DELETE FROM members WHERE member_id = $2 AND account_id = $1 AND member_kind = 'user'")
        .bind(account)
        .bind(id)
        .execute(&mut tx.conn)
        .await?;
    Ok(names.into_iter().map(|(name,)| name).collect())
}

//! Keeping what a deleted group was and gave.

use jiff::Timestamp;
use serde_json::{Value, json};
use sqlx::SqliteConnection;

use super::FormerGroup;
use crate::{DirectoryError, db};

/// Stores one; an identity provider deletes groups seldom.
pub(super) async fn store(
    conn: &mut SqliteConnection,
    now: Timestamp,
    former: &FormerGroup,
) -> Result<(), DirectoryError> {
    let group = &former.group;
    let roles: Value = former
        .roles
        .iter()
        .map(|(role, name)| json!({ "role": role, "name": name }))
        .collect();
    db::query(
        "INSERT INTO former_groups (id, account_id, display_name, display_name_key, external_id, member_count, roles,
                                    affected, paused, created_at, deleted_at, deleted_by, entry_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(group.id)
    .bind(group.account)
    .bind(group.resource.display_name().unwrap_or_default().to_owned())
    .bind(group.display_name_key.clone())
    .bind(group.resource.external_id().map(str::to_owned))
    .bind(i64::try_from(group.member_count).unwrap_or(i64::MAX))
    .bind(roles.to_string())
    .bind(i64::try_from(former.affected).unwrap_or(i64::MAX))
    .bind(group.paused)
    .bind(group.created_at.as_microsecond())
    .bind(now.as_microsecond())
    .bind(former.deleted_by.clone())
    .bind(former.entry)
    .execute(conn)
    .await?;
    Ok(())
}

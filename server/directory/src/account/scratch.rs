//! Scratch accounts: for simulated traffic, seen by nobody, and gone afterwards with all that they had.

use super::insert;
use crate::{Account, AccountId, Actor, Directory, DirectoryError};

/// Where rows of an account are, in an order in which they can be removed. A test compares it with the schema.
const TABLES: [&str; 19] = [
    "entries",
    "traffic",
    "daily_counts",
    "retention",
    "milestones",
    "tokens",
    "sessions",
    "links",
    "setup_links",
    "wishers",
    "direct_roles",
    "taken_roles",
    "group_roles",
    "members",
    "passwords",
    "groups",
    "former_groups",
    "roles",
    "users",
];

impl Directory {
    /// Creates an account that no list shows and nobody opens, with provisioning switched on.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn create_scratch_account(&self) -> Result<Account, DirectoryError> {
        let account = self
            .act(|tx| {
                Box::pin(async move {
                    let account = insert(tx, &Actor::Rollcall, "Scratch".to_owned()).await?;
                    sqlx::query("UPDATE accounts SET scratch = 1 WHERE id = $1")
                        .bind(account.id)
                        .execute(&mut tx.conn)
                        .await?;
                    Ok(account)
                })
            })
            .await?;
        self.enable_provisioning(&Actor::Rollcall, account.id).await?;
        Ok(account)
    }

    /// Removes a scratch account with every trace of it; any other stays as it is.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn remove_scratch_account(&self, account: AccountId) -> Result<(), DirectoryError> {
        self.act(move |tx| {
            Box::pin(async move {
                let scratch: bool = sqlx::query_scalar(
                    "SELECT EXISTS (SELECT 1 FROM accounts WHERE id = $1 AND scratch <> 0)",
                )
                .bind(account)
                .fetch_one(&mut tx.conn)
                .await?;
                if !scratch {
                    return Ok(());
                }
                for table in TABLES.iter().chain(&["connections"]) {
                    let sql = format!("DELETE FROM {table} WHERE account_id = $1");
                    sqlx::query(sqlx::AssertSqlSafe(sql))
                        .bind(account)
                        .execute(&mut tx.conn)
                        .await?;
                }
                sqlx::query("DELETE FROM accounts WHERE id = $1")
                    .bind(account)
                    .execute(&mut tx.conn)
                    .await?;
                Ok(())
            })
        })
        .await?;
        self.inner().seen.forget(account);
        Ok(())
    }

    /// Removes the scratch accounts that a process left which ended in the middle. Called before anything is served.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn remove_scratch_accounts(&self) -> Result<(), DirectoryError> {
        let left: Vec<AccountId> = sqlx::query_scalar("SELECT id FROM accounts WHERE scratch <> 0")
            .fetch_all(self.readers())
            .await?;
        for account in left {
            self.remove_scratch_account(account).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{Clock, OpenOptions};

    #[tokio::test]
    async fn every_table_with_rows_of_an_account_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let directory = Directory::open(OpenOptions {
            data: folder.path().to_owned(),
            clock: Clock::system(),
        })
        .await
        .unwrap();
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT tables.name FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns
             WHERE tables.type = 'table' AND columns.name = 'account_id'",
        )
        .fetch_all(directory.readers())
        .await
        .unwrap();
        let tables: BTreeSet<&str> = tables.iter().map(String::as_str).collect();
        let known: BTreeSet<&str> = TABLES.into_iter().chain(["connections"]).collect();
        assert_eq!(tables, known);
    }
}

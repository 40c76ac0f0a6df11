//! Accounts: the tenants of an installation.

mod scratch;

use jiff::Timestamp;

use crate::db::{Tx, time};
use crate::log::{Subject, SubjectKind};
use crate::{AccountId, Action, Actor, Directory, DirectoryError, Refusal};

/// The longest name of anything that a person names here, in characters.
pub(crate) const LONGEST_NAME: u16 = 100;

/// One tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The id, part of the account's SCIM base URL.
    pub id: AccountId,
    /// The name that people know it by.
    pub name: String,
    /// When it was created.
    pub created_at: Timestamp,
}

impl Directory {
    /// Creates an account, with provisioning switched off.
    ///
    /// # Errors
    /// [`DirectoryError::Refused`] with `Name`.
    pub async fn create_account(&self, actor: &Actor, name: &str) -> Result<Account, DirectoryError> {
        let (actor, name) = (actor.clone(), valid_name(name)?);
        self.act(move |tx| Box::pin(async move { insert(tx, &actor, name).await }))
            .await
    }

    /// All accounts, by name. For owners alone.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn list_accounts(&self) -> Result<Vec<Account>, DirectoryError> {
        let rows: Vec<(AccountId, String, i64)> =
            sqlx::query_as("SELECT id, name, created_at FROM accounts WHERE scratch = 0 ORDER BY name, id")
                .fetch_all(self.readers())
                .await?;
        rows.into_iter().map(account).collect()
    }

    /// One account.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Store`].
    pub async fn get_account(&self, id: AccountId) -> Result<Account, DirectoryError> {
        let row: Option<(AccountId, String, i64)> =
            sqlx::query_as("SELECT id, name, created_at FROM accounts WHERE id = $1 AND scratch = 0")
                .bind(id)
                .fetch_optional(self.readers())
                .await?;
        row.map(account).ok_or(DirectoryError::NotFound)?
    }
}

fn account((id, name, created_at): (AccountId, String, i64)) -> Result<Account, DirectoryError> {
    Ok(Account {
        id,
        name,
        created_at: time(created_at)?,
    })
}

/// A name that a person gave, without white space around it.
pub(crate) fn valid_name(name: &str) -> Result<String, Refusal> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > usize::from(LONGEST_NAME) {
        return Err(Refusal::Name { most: LONGEST_NAME });
    }
    Ok(name.to_owned())
}

/// Creates the account with its connection, switched off. `name` is valid.
pub(crate) async fn insert(tx: &mut Tx, actor: &Actor, name: String) -> Result<Account, DirectoryError> {
    let id = AccountId::new(tx.now);
    sqlx::query("INSERT INTO accounts (id, name, created_at) VALUES ($1, $2, $3)")
        .bind(id)
        .bind(&name)
        .bind(tx.now.as_microsecond())
        .execute(&mut tx.conn)
        .await?;
    sqlx::query("INSERT INTO connections (account_id, enabled) VALUES ($1, FALSE)")
        .bind(id)
        .execute(&mut tx.conn)
        .await?;
    let mut entry = tx.entry(Some(id), actor, Action::CreateAccount);
    entry.subject = Some(Subject {
        kind: SubjectKind::Account,
        id: Some(id.to_string()),
        name: name.clone(),
    });
    tx.log(entry);
    Ok(Account {
        id,
        name,
        created_at: tx.now,
    })
}

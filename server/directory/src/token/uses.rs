//! When tokens were last used: noted in memory, where it is seen at once, and stored from time to time, so that a read
//! is no write.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use scim::IdentityProvider;

use super::rotation;
use crate::{AccountId, Directory, DirectoryError, TokenId};

/// The longest `User-Agent` that is kept, in characters.
pub(super) const LONGEST_AGENT: usize = 200;

/// The uses of a token that this process has seen.
#[derive(Debug, Clone)]
pub(crate) struct Use {
    /// The first of them.
    pub(crate) first: Timestamp,
    /// The last of them, with what it came from.
    pub(crate) at: Timestamp,
    pub(crate) address: String,
    pub(crate) agent: String,
}

/// The last uses that this process has seen.
#[derive(Debug, Default)]
pub(crate) struct TokenUses(Mutex<Uses>);

/// Each with whether it is newer than what the store has.
#[derive(Debug, Default)]
struct Uses {
    tokens: HashMap<TokenId, (Use, bool)>,
    accounts: HashMap<AccountId, (Use, bool)>,
}

fn take_new<K: Copy>(uses: &mut HashMap<K, (Use, bool)>) -> Vec<(K, Use)> {
    uses.iter_mut()
        .filter_map(|(id, (last, new))| std::mem::take(new).then(|| (*id, last.clone())))
        .collect()
}

impl TokenUses {
    /// Notes a use of a token; `account`: whose identity provider has spoken by it. A token that only reads is an
    /// app's.
    pub(super) fn note(&self, account: Option<AccountId>, token: TokenId, mut last: Use) {
        let mut uses = self.lock();
        if let Some((known, _)) = uses.tokens.get(&token) {
            last.first = known.first;
        }
        uses.tokens.insert(token, (last.clone(), true));
        if let Some(account) = account {
            uses.accounts.insert(account, (last, true));
        }
    }

    /// The uses of a token.
    pub(super) fn of(&self, token: TokenId) -> Option<Use> {
        self.lock().tokens.get(&token).map(|(last, _)| last.clone())
    }

    /// The last use of any of the account's tokens by its identity provider.
    pub(crate) fn last_of(&self, account: AccountId) -> Option<Use> {
        self.lock().accounts.get(&account).map(|(last, _)| last.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Uses> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Directory {
    /// Stores when tokens were last used, and what first came. A read is no write: both are noted in memory, where
    /// they are seen at once, and whoever runs the directory calls this from time to time.
    ///
    /// # Errors
    /// [`DirectoryError::Store`]; then they stay noted.
    pub async fn store_token_uses(&self) -> Result<(), DirectoryError> {
        self.store_milestones().await?;
        self.store_traffic().await?;
        self.store_sightings().await?;
        let (tokens, accounts) = {
            let mut uses = self.inner().token_uses.lock();
            (take_new(&mut uses.tokens), take_new(&mut uses.accounts))
        };
        if tokens.is_empty() {
            return Ok(());
        }
        let stored = self
            .act(move |tx| {
                Box::pin(async move {
                    for (token, last) in tokens {
                        sqlx::query(
                            "UPDATE tokens SET last_used_at = $2, last_used_from = $3,
                                    first_used_at = COALESCE(first_used_at, $4)
                             WHERE id = $1",
                        )
                        .bind(token)
                        .bind(last.at.as_microsecond())
                        .bind(last.address)
                        .bind(last.first.as_microsecond())
                        .execute(&mut tx.conn)
                        .await?;
                        rotation::end_replaced(tx, token).await?;
                    }
                    for (account, last) in accounts {
                        sqlx::query(
                            "UPDATE connections SET last_contact_at = $2, last_contact_agent = $3,
                                    identity_provider = COALESCE($4, identity_provider),
                                    identity_provider_agent = CASE WHEN $4 IS NULL THEN identity_provider_agent ELSE $3 END
                             WHERE account_id = $1",
                        )
                        .bind(account)
                        .bind(last.at.as_microsecond())
                        .bind(&last.agent)
                        .bind(IdentityProvider::detect(&last.agent, "", None).map(IdentityProvider::name))
                        .execute(&mut tx.conn)
                        .await?;
                    }
                    Ok(())
                })
            })
            .await;
        if stored.is_err() {
            let mut uses = self.inner().token_uses.lock();
            uses.tokens.values_mut().for_each(|(_, new)| *new = true);
            uses.accounts.values_mut().for_each(|(_, new)| *new = true);
        }
        stored
    }
}

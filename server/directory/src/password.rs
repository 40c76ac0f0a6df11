//! Passwords of the console: Argon2id, off the async threads.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::{DirectoryError, Refusal};

/// The shortest password, in characters (NIST SP 800-63B).
const LEAST: u16 = 8;
/// The longest, in characters: a limit on the work that a stranger can cause.
const MOST: u16 = 256;
/// Hashes computed at a time: each takes a core and 19 MiB.
const AT_A_TIME: usize = 2;

/// Hashes and verifies.
#[derive(Debug, Clone)]
pub(crate) struct Passwords(Arc<Semaphore>);

impl Default for Passwords {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_A_TIME)))
    }
}

impl Passwords {
    /// The PHC string of a password that follows the rules.
    pub(crate) async fn hash(&self, password: &str) -> Result<String, DirectoryError> {
        let length = password.chars().count();
        if !(usize::from(LEAST)..=usize::from(MOST)).contains(&length) {
            return Err(Refusal::Password {
                least: LEAST,
                most: MOST,
            }
            .into());
        }
        let password = password.to_owned();
        self.work(move || {
            let hash: PasswordHash =
                Argon2::default()
                    .hash_password(password.as_bytes())
                    .map_err(|error| {
                        DirectoryError::Corrupt(format!("a password could not be hashed: {error}"))
                    })?;
            Ok(hash.to_string())
        })
        .await?
    }

    /// Whether the password fits the hash. Without a hash, as much work is done and the answer is no.
    pub(crate) async fn verify(&self, password: &str, hash: Option<String>) -> Result<bool, DirectoryError> {
        if password.chars().count() > usize::from(MOST) {
            return Ok(false);
        }
        let password = password.to_owned();
        self.work(move || {
            let Some(hash) = hash else {
                let spent: Result<PasswordHash, _> = Argon2::default().hash_password(password.as_bytes());
                drop(spent);
                return Ok(false);
            };
            let hash = PasswordHash::new(&hash)
                .map_err(|error| DirectoryError::Corrupt(format!("a password hash: {error}")))?;
            Ok(Argon2::default()
                .verify_password(password.as_bytes(), &hash)
                .is_ok())
        })
        .await?
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, DirectoryError> {
        let _permit = self.0.acquire().await.map_err(|_| DirectoryError::Closed)?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| DirectoryError::Closed)
    }
}

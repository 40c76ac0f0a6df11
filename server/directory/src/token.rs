//! SCIM tokens: 256 random bits, shown once, kept as a hash, bound to their account.

use jiff::Timestamp;

use crate::{AccountId, Actor, Directory, DirectoryError, Secret, TokenId};

/// What to make.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// A name to recognise it by; empty: one is made up from the date.
    pub name: String,
    /// The last instant at which it works.
    pub expires_at: Timestamp,
    /// Whether it may only read.
    pub read_only: bool,
}

/// A token as listed; the secret is not known any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The id.
    pub id: TokenId,
    /// The name.
    pub name: String,
    /// The first characters of the secret.
    pub prefix: String,
    /// Whether it may only read.
    pub read_only: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// By whom, in words.
    pub created_by: String,
    /// The last instant at which it works.
    pub expires_at: Timestamp,
    /// When it was revoked; none: it was not.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used; none: not yet.
    pub last_used_at: Option<Timestamp>,
    /// The address that it was last used from.
    pub last_used_from: Option<String>,
}

/// A token that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    /// The account of the token and of the path.
    pub account: AccountId,
    /// The token.
    pub token: TokenId,
    /// Its name.
    pub token_name: String,
    /// Whether it may only read.
    pub read_only: bool,
}

/// Why a request's token was not accepted. All but the last get the same 401, which tells nothing; the reason is for
/// the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenRefusal {
    /// No `Authorization` header.
    Missing,
    /// The header is not `Bearer <token>`.
    Malformed,
    /// No token is like this, or the path names no account.
    Unknown,
    /// A token of another account.
    Foreign,
    /// A token that has expired.
    Expired(TokenId),
    /// A token that was revoked.
    Revoked(TokenId),
    /// A valid token of this account, whose provisioning is switched off: 403, and the caller is told.
    SwitchedOff(Bearer),
}

impl Directory {
    /// Makes a token. The secret is in the answer and nowhere else.
    ///
    /// # Errors
    /// [`DirectoryError::Refused`] with `Name`, `Validity` or `TooManyTokens`.
    pub async fn create_token(&self, actor: &Actor, account: AccountId, token: NewToken) -> Result<(Token, Secret), DirectoryError> {
        todo!()
    }

    /// The account's tokens, newest first; revoked and expired ones too.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn list_tokens(&self, account: AccountId) -> Result<Vec<Token>, DirectoryError> {
        todo!()
    }

    /// Revokes a token: the next request with it is refused. Nothing happens if it was revoked already.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`].
    pub async fn revoke_token(&self, actor: &Actor, account: AccountId, id: TokenId) -> Result<(), DirectoryError> {
        todo!()
    }

    /// Checks the token of a SCIM request to `account` (the path's text), and notes its use.
    /// `presented`: the value of the `Authorization` header.
    ///
    /// # Errors
    /// The outer error is the store's.
    pub async fn authenticate(
        &self,
        account: &str,
        presented: Option<&str>,
        address: &str,
        agent: &str,
    ) -> Result<Result<Bearer, TokenRefusal>, DirectoryError> {
        todo!()
    }
}

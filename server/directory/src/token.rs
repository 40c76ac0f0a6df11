//! SCIM tokens: 256 random bits, shown once, kept as a hash, bound to their account.

mod rotation;
mod uses;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use scim::IdentityProvider;

use crate::account::valid_name;
use crate::db::{time, time_opt};
use crate::log::{Request, Subject, SubjectKind};
use crate::provisioning::arrival::{DoorRefusal, Milestone};
use crate::{AccountId, Action, Actor, Directory, DirectoryError, Refusal, Secret, TokenId, ToleranceMode};
pub use rotation::{Announcement, Replacement};
pub(crate) use uses::TokenUses;
use uses::{LONGEST_AGENT, Use};

/// The prefix by which people, and scanners for leaked secrets, recognise a token of Rollcall.
const PREFIX: &str = "rc_";
/// Read-write tokens that may be live at a time: the one in use and its successor.
const LIVE: u8 = 2;
/// The longest validity, in years.
pub const LONGEST_TOKEN_YEARS: u8 = 5;

/// What to make.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// A name to recognise it by; empty: one is made up from the date.
    pub name: String,
    /// The last instant at which it works.
    pub expires_at: Timestamp,
    /// Whether it may only read.
    pub read_only: bool,
    /// The token whose place it takes; it must be a live one of the same kind.
    pub replaces: Option<Replacement>,
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
    /// When it was first used; none: not yet.
    pub first_used_at: Option<Timestamp>,
    /// When it was last used; none: not yet.
    pub last_used_at: Option<Timestamp>,
    /// The address that it was last used from.
    pub last_used_from: Option<String>,
    /// The token whose place it takes.
    pub replaces: Option<Replacement>,
}

impl Token {
    /// Whether requests with it are accepted, as far as the token itself goes.
    pub(crate) fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at >= now
    }
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
    /// How forgiving the account's SCIM API is.
    pub tolerance: ToleranceMode,
    /// The identity provider that earlier requests of the same client have shown.
    pub identity_provider: Option<IdentityProvider>,
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
    /// A token of another account than the path's: this one.
    Foreign(AccountId, TokenId),
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
    /// [`DirectoryError::Refused`] with `Name`, `Validity`, `TooManyTokens`, or `NothingToReplace`.
    pub async fn create_token(
        &self,
        actor: &Actor,
        account: AccountId,
        token: NewToken,
    ) -> Result<(Token, Secret), DirectoryError> {
        let now = self.now();
        let name = if token.name.trim().is_empty() {
            format!("Token of {}", now.to_zoned_datetime(TimeZone::UTC).date())
        } else {
            valid_name(&token.name)?
        };
        let furthest = now + SignedDuration::from_hours(i64::from(LONGEST_TOKEN_YEARS) * 366 * 24);
        if token.expires_at <= now || token.expires_at > furthest {
            return Err(Refusal::Validity {
                years: LONGEST_TOKEN_YEARS,
            }
            .into());
        }
        let secret = Secret::random(PREFIX);
        let hash = secret.hash();
        let token = Token {
            id: TokenId::new(now),
            name,
            prefix: secret.shown_prefix(),
            read_only: token.read_only,
            created_at: now,
            created_by: actor.name().to_owned(),
            expires_at: token.expires_at,
            revoked_at: None,
            first_used_at: None,
            last_used_at: None,
            last_used_from: None,
            replaces: token.replaces,
        };
        let (stored, actor) = (token.clone(), actor.clone());
        self.act(move |tx| Box::pin(async move { insert(tx, &actor, account, &stored, &hash).await }))
            .await?;
        Ok((token, secret))
    }

    /// The account's tokens, newest first; revoked and expired ones too.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn list_tokens(&self, account: AccountId) -> Result<Vec<Token>, DirectoryError> {
        let rows: Vec<TokenRow> = sqlx::query_as(
            "SELECT id, name, prefix, read_only, created_at, created_by, expires_at, revoked_at, first_used_at,
                    last_used_at, last_used_from, replaces, grace
             FROM tokens WHERE account_id = $1 ORDER BY id DESC",
        )
        .bind(account)
        .fetch_all(self.readers())
        .await?;
        let mut tokens = rows
            .into_iter()
            .map(Token::try_from)
            .collect::<Result<Vec<_>, _>>()?;
        let uses = &self.inner().token_uses;
        for token in &mut tokens {
            if let Some(last) = uses.of(token.id) {
                token.first_used_at.get_or_insert(last.first);
                token.last_used_at = Some(last.at);
                token.last_used_from = Some(last.address);
            }
        }
        Ok(tokens)
    }

    /// Revokes a token: the next request with it is refused. Nothing happens if it was revoked already.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`].
    pub async fn revoke_token(
        &self,
        actor: &Actor,
        account: AccountId,
        id: TokenId,
    ) -> Result<(), DirectoryError> {
        let actor = actor.clone();
        self.act(move |tx| {
            Box::pin(async move {
                let (name, revoked_at): (String, Option<i64>) =
                    sqlx::query_as("SELECT name, revoked_at FROM tokens WHERE account_id = $1 AND id = $2")
                        .bind(account)
                        .bind(id)
                        .fetch_optional(&mut tx.conn)
                        .await?
                        .ok_or(DirectoryError::NotFound)?;
                if revoked_at.is_some() {
                    return Ok(());
                }
                sqlx::query("UPDATE tokens SET revoked_at = $3 WHERE account_id = $1 AND id = $2")
                    .bind(account)
                    .bind(id)
                    .bind(tx.now.as_microsecond())
                    .execute(&mut tx.conn)
                    .await?;
                let mut entry = tx.entry(Some(account), &actor, Action::RevokeToken);
                entry.subject = Some(Subject {
                    kind: SubjectKind::Token,
                    id: Some(id.to_string()),
                    name,
                });
                tx.log(entry);
                Ok(())
            })
        })
        .await
    }

    /// Checks the token of a SCIM request to `account` (the path's text), and notes its use, or that it was turned
    /// away. `presented`: the value of the `Authorization` header.
    ///
    /// # Errors
    /// The outer error is the store's.
    pub async fn authenticate(
        &self,
        account: &str,
        presented: Option<&str>,
        request: &Request,
    ) -> Result<Result<Bearer, TokenRefusal>, DirectoryError> {
        let answer = self.check_token(account, presented, request).await?;
        let seen = &self.inner().seen;
        match &answer {
            Ok(bearer) | Err(TokenRefusal::SwitchedOff(bearer)) => {
                let now = self.now();
                self.inner().traffic.request(bearer, now);
                // A token that only reads is an app's: it says nothing about the identity provider.
                if !bearer.read_only {
                    seen.pass(bearer.account, Milestone::Reached, now, request, "");
                    if answer.is_ok() {
                        seen.pass(
                            bearer.account,
                            Milestone::Accepted,
                            now,
                            request,
                            &bearer.token_name,
                        );
                    }
                }
            }
            Err(refusal) => self.note_refusal(account, refusal, request).await?,
        }
        Ok(answer)
    }

    /// The account of the path, if there is one, is told; of a token of another account that one too.
    async fn note_refusal(
        &self,
        account: &str,
        refusal: &TokenRefusal,
        request: &Request,
    ) -> Result<(), DirectoryError> {
        let (reason, token) = match refusal {
            TokenRefusal::Missing => (DoorRefusal::Missing, None),
            TokenRefusal::Malformed => (DoorRefusal::Malformed, None),
            TokenRefusal::Unknown => (DoorRefusal::Unknown, None),
            TokenRefusal::Foreign(..) => (DoorRefusal::Foreign, None),
            TokenRefusal::Expired(token) => (DoorRefusal::Expired, Some(*token)),
            TokenRefusal::Revoked(token) => (DoorRefusal::Revoked, Some(*token)),
            TokenRefusal::SwitchedOff(_) => return Ok(()),
        };
        let (now, seen) = (self.now(), &self.inner().seen);
        if let Ok(account) = account.parse() {
            let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM accounts WHERE id = $1)")
                .bind(account)
                .fetch_one(self.readers())
                .await?;
            if exists {
                seen.pass(account, Milestone::Reached, now, request, "");
                seen.turn_away(account, reason, token, now, request);
                self.inner().traffic.turned_away(account, reason, now);
            }
        }
        if let TokenRefusal::Foreign(own, token) = refusal {
            seen.turn_away(*own, reason, Some(*token), now, request);
            self.inner().traffic.turned_away(*own, reason, now);
        }
        Ok(())
    }

    async fn check_token(
        &self,
        account: &str,
        presented: Option<&str>,
        request: &Request,
    ) -> Result<Result<Bearer, TokenRefusal>, DirectoryError> {
        let Some(header) = presented else {
            return Ok(Err(TokenRefusal::Missing));
        };
        let Some(secret) = bearer_token(header) else {
            return Ok(Err(TokenRefusal::Malformed));
        };
        let row: Option<PresentedRow> = sqlx::query_as(
            "SELECT tokens.id, tokens.account_id, tokens.name, tokens.read_only, tokens.expires_at, tokens.revoked_at,
                    connections.enabled, connections.tolerance, connections.identity_provider,
                    connections.identity_provider_agent
             FROM tokens JOIN connections ON connections.account_id = tokens.account_id
             WHERE tokens.hash = $1",
        )
        .bind(secret.hash())
        .fetch_optional(self.readers())
        .await?;
        let Some(row) = row else {
            return Ok(Err(TokenRefusal::Unknown));
        };
        let now = self.now();
        if account.parse() != Ok(row.account_id) {
            return Ok(Err(TokenRefusal::Foreign(row.account_id, row.id)));
        }
        if row.revoked_at.is_some() {
            return Ok(Err(TokenRefusal::Revoked(row.id)));
        }
        if now > time(row.expires_at)? {
            return Ok(Err(TokenRefusal::Expired(row.id)));
        }
        self.inner().token_uses.note(
            (!row.read_only).then_some(row.account_id),
            row.id,
            Use {
                first: now,
                at: now,
                address: request.address.clone(),
                agent: request.agent.chars().take(LONGEST_AGENT).collect(),
            },
        );
        let bearer = Bearer {
            account: row.account_id,
            token: row.id,
            token_name: row.name,
            read_only: row.read_only,
            tolerance: ToleranceMode::stored(&row.tolerance)?,
            // Who moves from one identity provider to another begins with everything granted.
            identity_provider: row
                .identity_provider
                .as_deref()
                .filter(|_| row.identity_provider_agent.as_deref() == Some(request.agent.as_str()))
                .and_then(IdentityProvider::from_name),
        };
        Ok(if row.enabled {
            Ok(bearer)
        } else {
            Err(TokenRefusal::SwitchedOff(bearer))
        })
    }
}

/// The token in the value of an `Authorization` header; the scheme's letter-case does not matter (RFC 9110 §11.1).
fn bearer_token(header: &str) -> Option<Secret> {
    let (scheme, token) = header.trim().split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && !token.contains(' '))
        .then(|| Secret::presented(token))
}

async fn insert(
    tx: &mut crate::db::Tx,
    actor: &Actor,
    account: AccountId,
    token: &Token,
    hash: &str,
) -> Result<(), DirectoryError> {
    let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM accounts WHERE id = $1)")
        .bind(account)
        .fetch_one(&mut tx.conn)
        .await?;
    if !exists {
        return Err(DirectoryError::NotFound);
    }
    if !token.read_only {
        let live: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM tokens
             WHERE account_id = $1 AND read_only = FALSE AND revoked_at IS NULL AND expires_at >= $2",
        )
        .bind(account)
        .bind(tx.now.as_microsecond())
        .fetch_one(&mut tx.conn)
        .await?;
        if live >= i64::from(LIVE) {
            return Err(Refusal::TooManyTokens { most: LIVE }.into());
        }
    }
    if let Some(replacement) = token.replaces {
        replacement.check(tx, account, token.read_only).await?;
    }
    sqlx::query(
        "INSERT INTO tokens (id, account_id, name, prefix, hash, read_only, created_at, created_by, expires_at,
                             replaces, grace, announced)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(token.id)
    .bind(account)
    .bind(&token.name)
    .bind(&token.prefix)
    .bind(hash)
    .bind(token.read_only)
    .bind(token.created_at.as_microsecond())
    .bind(&token.created_by)
    .bind(token.expires_at.as_microsecond())
    .bind(token.replaces.map(|replacement| replacement.token))
    .bind(token.replaces.map(Replacement::grace_stored))
    // One that is made for less than the first announcement's time needs none of it.
    .bind(rotation::due(tx.now, token.expires_at).map(i64::from))
    .execute(&mut tx.conn)
    .await?;
    let mut entry = tx.entry(Some(account), actor, Action::CreateToken);
    entry.subject = Some(Subject {
        kind: SubjectKind::Token,
        id: Some(token.id.to_string()),
        name: token.name.clone(),
    });
    tx.log(entry);
    Ok(())
}

#[derive(sqlx::FromRow)]
struct PresentedRow {
    id: TokenId,
    account_id: AccountId,
    name: String,
    read_only: bool,
    expires_at: i64,
    revoked_at: Option<i64>,
    enabled: bool,
    tolerance: String,
    identity_provider: Option<String>,
    identity_provider_agent: Option<String>,
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: TokenId,
    name: String,
    prefix: String,
    read_only: bool,
    created_at: i64,
    created_by: String,
    expires_at: i64,
    revoked_at: Option<i64>,
    first_used_at: Option<i64>,
    last_used_at: Option<i64>,
    last_used_from: Option<String>,
    replaces: Option<TokenId>,
    grace: Option<i64>,
}

impl TryFrom<TokenRow> for Token {
    type Error = DirectoryError;

    fn try_from(row: TokenRow) -> Result<Self, DirectoryError> {
        Ok(Self {
            id: row.id,
            name: row.name,
            prefix: row.prefix,
            read_only: row.read_only,
            created_at: time(row.created_at)?,
            created_by: row.created_by,
            expires_at: time(row.expires_at)?,
            revoked_at: time_opt(row.revoked_at)?,
            first_used_at: time_opt(row.first_used_at)?,
            last_used_at: time_opt(row.last_used_at)?,
            last_used_from: row.last_used_from,
            replaces: Replacement::stored(row.replaces, row.grace),
        })
    }
}

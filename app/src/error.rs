//! What can go wrong for a person in the console: one enum for all server functions, shown by its variant only. Its
//! `Display` is for logs and developers; the sentences on pages stand in the locales ([`ConsoleError::sentence`]).

use leptos::prelude::*;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

use crate::text::{K, P, count, fill, t};

/// Why a server function did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum ConsoleError {
    /// Nobody is signed in, or the session has ended.
    #[error("not signed in")]
    SignedOut,
    /// The person's roles do not allow it.
    #[error("not allowed")]
    Forbidden,
    /// There is no such thing, or it belongs to another account.
    #[error("not found")]
    NotFound,
    /// What was typed cannot be taken as it is.
    #[error("{0:?}: {1:?}")]
    Invalid(Field, Problem),
    /// The request contradicts what is there; the sentence says what to do.
    #[error("conflict: {0:?}")]
    Conflict(Conflict),
    /// Email and password do not belong together, or the person may not open the console.
    #[error("wrong email or password")]
    WrongCredentials,
    /// Too many attempts to sign in.
    #[error("too many attempts; again in {seconds} s")]
    Throttled {
        /// Seconds until the next attempt counts.
        seconds: u64,
    },
    /// A one-time link was used, has run out, or never was.
    #[error("the one-time link is not valid")]
    LinkGone,
    /// The form did not have the shape the server expects; the page is older than the server.
    #[error("malformed request")]
    Malformed,
    /// What was sent is larger than what is read.
    #[error("too large")]
    TooLarge,
    /// The server took too long.
    #[error("not answered in time")]
    TimedOut,
    /// The server could not be reached.
    #[error("server not reached")]
    Unreachable,
    /// A fault in Rollcall; the log has the cause.
    #[error("internal error")]
    Internal,
}

/// A field of a form, so that an error stands beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// An owner's email.
    Email,
    /// A password.
    Password,
    /// The name of what is being made: a username, an account's or a token's name.
    Name,
    /// How long a token is valid.
    Validity,
    /// A role.
    Role,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// Too few or too many characters.
    Length {
        /// The fewest that are taken.
        least: u16,
        /// The most that are taken.
        most: u16,
    },
    /// Not an email address.
    NotAnEmail,
    /// Another role has this name already.
    RoleNameTaken,
    /// A user has this username already, in this account or another.
    UsernameTaken,
    /// Not a day between now and some years ahead.
    Validity {
        /// The furthest.
        years: u8,
    },
    /// Not one of the choices.
    Unknown,
}

/// Why a request contradicts what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conflict {
    /// The account has as many own roles as it may.
    TooManyRoles,
    /// As many read-write tokens as may be are live already.
    TooManyTokens,
    /// The token whose place a new one is to take has ended.
    NothingToReplace,
    /// The account would be left without an administrator.
    LastAdministrator,
    /// The identity provider manages the user.
    ManagedByScim,
    /// Provisioning is switched on.
    ProvisioningOn,
    /// No role of the user opens the console, so that a password would be of no use.
    NoConsoleRole,
    /// The username is an owner's email, which signs in the owner.
    OwnersEmail,
    /// There is an owner already.
    OwnerExists,
    /// The time to undo something has passed.
    UndoOver,
    /// What was to be undone was changed again.
    ChangedSince,
}

impl ConsoleError {
    /// The status of the HTTP answer.
    pub const fn status(&self) -> u16 {
        match self {
            Self::SignedOut => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::LinkGone => 410,
            Self::Conflict(_) => 409,
            Self::Invalid(..) | Self::WrongCredentials => 422,
            Self::Malformed => 400,
            Self::TooLarge => 413,
            Self::Throttled { .. } => 429,
            Self::TimedOut => 503,
            Self::Unreachable | Self::Internal => 500,
        }
    }

    /// What happened and what to do, for a person.
    pub fn sentence(&self) -> String {
        let key = match self {
            Self::SignedOut => K::ErrorSignedOut,
            Self::Forbidden => K::ErrorForbidden,
            Self::NotFound => K::ErrorNotFound,
            Self::Invalid(_, problem) => return problem.sentence(),
            Self::Conflict(conflict) => conflict.key(),
            Self::WrongCredentials => K::ErrorWrongCredentials,
            Self::Throttled { seconds } => return count(P::ErrorThrottled, *seconds),
            Self::LinkGone => K::ErrorLinkGone,
            Self::Malformed => K::ErrorMalformed,
            Self::TooLarge => K::ErrorTooLarge,
            Self::TimedOut => K::ErrorTimedOut,
            Self::Unreachable => K::ErrorUnreachable,
            Self::Internal => K::ErrorInternal,
        };
        t(key).to_owned()
    }

    /// The sentence, if it belongs beside `field`.
    pub fn beside(&self, field: Field) -> Option<String> {
        match self {
            Self::Invalid(at, problem) if *at == field => Some(problem.sentence()),
            _ => None,
        }
    }
}

impl Conflict {
    const fn key(self) -> K {
        match self {
            Self::TooManyRoles => K::ErrorTooManyRoles,
            Self::TooManyTokens => K::ErrorTooManyTokens,
            Self::NothingToReplace => K::ErrorNothingToReplace,
            Self::LastAdministrator => K::ErrorLastAdministrator,
            Self::ManagedByScim => K::ErrorManagedByScim,
            Self::ProvisioningOn => K::ErrorProvisioningOn,
            Self::NoConsoleRole => K::ErrorNoConsoleRole,
            Self::OwnersEmail => K::ErrorOwnersEmail,
            Self::OwnerExists => K::ErrorOwnerExists,
            Self::UndoOver => K::ErrorUndoOver,
            Self::ChangedSince => K::ErrorChangedSince,
        }
    }
}

impl Problem {
    fn sentence(self) -> String {
        match self {
            Self::Length { least, most } => fill(
                K::ProblemLength,
                &[("least", &least.to_string()), ("most", &most.to_string())],
            ),
            Self::NotAnEmail => t(K::ProblemNotAnEmail).to_owned(),
            Self::RoleNameTaken => t(K::ProblemRoleNameTaken).to_owned(),
            Self::UsernameTaken => t(K::ProblemUsernameTaken).to_owned(),
            Self::Validity { years } => count(P::ProblemValidity, years.into()),
            Self::Unknown => t(K::ProblemUnknown).to_owned(),
        }
    }
}

#[cfg(feature = "ssr")]
impl From<directory::DirectoryError> for ConsoleError {
    fn from(error: directory::DirectoryError) -> Self {
        use directory::DirectoryError;

        match error {
            DirectoryError::NotFound => Self::NotFound,
            DirectoryError::Refused(refusal) => refusal.into(),
            fault => {
                tracing::error!(
                    error = &fault as &dyn std::error::Error,
                    "the console could not do what it was asked"
                );
                Self::Internal
            }
        }
    }
}

#[cfg(feature = "ssr")]
impl From<directory::Refusal> for ConsoleError {
    fn from(refusal: directory::Refusal) -> Self {
        use directory::Refusal;

        match refusal {
            Refusal::Name { most } => Self::Invalid(Field::Name, Problem::Length { least: 1, most }),
            Refusal::Email => Self::Invalid(Field::Email, Problem::NotAnEmail),
            Refusal::Password { least, most } => {
                Self::Invalid(Field::Password, Problem::Length { least, most })
            }
            Refusal::UserNameTaken => Self::Invalid(Field::Name, Problem::UsernameTaken),
            Refusal::Validity { years } => Self::Invalid(Field::Validity, Problem::Validity { years }),
            Refusal::NothingToReplace => Self::Conflict(Conflict::NothingToReplace),
            Refusal::Days { .. } => Self::Malformed,
            Refusal::RoleNameTaken => Self::Invalid(Field::Name, Problem::RoleNameTaken),
            Refusal::TooManyRoles { .. } => Self::Conflict(Conflict::TooManyRoles),
            Refusal::UserNameIsOwners => Self::Conflict(Conflict::OwnersEmail),
            Refusal::TooManyTokens { .. } => Self::Conflict(Conflict::TooManyTokens),
            Refusal::LastAdministrator => Self::Conflict(Conflict::LastAdministrator),
            Refusal::ManagedByScim => Self::Conflict(Conflict::ManagedByScim),
            Refusal::ProvisioningOn => Self::Conflict(Conflict::ProvisioningOn),
            Refusal::NoConsoleRole => Self::Conflict(Conflict::NoConsoleRole),
            Refusal::OwnerExists => Self::Conflict(Conflict::OwnerExists),
            Refusal::UndoOver => Self::Conflict(Conflict::UndoOver),
            Refusal::ChangedSince => Self::Conflict(Conflict::ChangedSince),
            Refusal::Link => Self::LinkGone,
            Refusal::OwnersOnly => Self::Forbidden,
            Refusal::SignIn => Self::WrongCredentials,
            Refusal::Throttled { seconds } => Self::Throttled {
                seconds: seconds.into(),
            },
            other => {
                tracing::error!(refusal = %other, "a refusal that the console has no sentence for");
                Self::Internal
            }
        }
    }
}

impl FromServerFnError for ConsoleError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::Unreachable,
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Serialization(_)
            | ServerFnErrorErr::Deserialization(_) => Self::Malformed,
            _ => Self::Internal,
        }
    }

    /// The one place where an error becomes an answer, and so where the answer gets its status. A form that was posted
    /// without script is answered by a redirect, whose status must stay.
    fn ser(&self) -> leptos::server_fn::Bytes {
        use leptos::server_fn::Encodes;

        #[cfg(feature = "ssr")]
        if !crate::session::is_plain_form() {
            crate::session::set_status(self.status());
        }
        JsonEncoding::encode(self).unwrap_or_default()
    }
}

/// The error of an action, if its last run had one.
pub fn error_of<S>(action: ServerAction<S>) -> Signal<Option<ConsoleError>>
where
    S: leptos::server_fn::ServerFn<Error = ConsoleError> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
{
    let value = action.value();
    Signal::derive(move || {
        value.with(|value| value.as_ref().and_then(|result| result.as_ref().err().cloned()))
    })
}

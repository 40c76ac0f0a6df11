//! What an identity provider may do: the functions behind the SCIM API.
//!
//! [`Directory::provisioning`] gives a handle for one authenticated request. Each write is a command in the writer's
//! batch: what it needs is fetched, a pure function decides, the difference and the log entry are stored together,
//! and only after the commit does the caller get the answer. A refusal leaves an entry too.

pub mod arrival;
pub(crate) mod batch;
mod collector;
pub(crate) mod command;
pub mod comparison;
pub(crate) mod cursor;
pub mod diagnosis;
mod groups;
mod list;
pub mod matching;
pub mod preview;
mod read;
mod redact;
mod request;
pub mod rhythm;
mod stored;
pub mod traffic;
mod users;
mod working_set;

use std::fmt;

use scim::{Filter, Paging, Patch, Resource, ResourceType, ScimError, SortBy, Tolerance};
use serde_json::Value;

use crate::log::Request;
use crate::{Action, Bearer, Directory, DirectoryError, GroupId, UserId};
use arrival::Milestone;
use command::{Answer, Operation};
pub use cursor::CURSOR_TIMEOUT;
pub use stored::{Membership, StoredGroup, StoredMember, StoredResource, StoredUser};
use traffic::Counted;

/// One authenticated request of an identity provider or app.
#[derive(Debug)]
pub struct Provisioning<'d> {
    directory: &'d Directory,
    bearer: &'d Bearer,
    request: Request,
}

/// What an answer is to carry besides a resource's own attributes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct References {
    /// [`StoredUser::groups`].
    pub groups: bool,
    /// [`StoredUser::roles`]; for read-only tokens alone.
    pub roles: bool,
    /// [`StoredGroup::members`].
    pub members: bool,
}

impl References {
    /// All of it.
    pub const ALL: Self = Self {
        groups: true,
        roles: true,
        members: true,
    };
    /// None of it.
    pub const NONE: Self = Self {
        groups: false,
        roles: false,
        members: false,
    };
}

/// How a POST of a user was answered.
#[derive(Debug, Clone)]
pub struct CreatedUser {
    /// The user.
    pub user: StoredUser,
    /// Whether it is a manual user that was converted.
    pub converted: bool,
}

/// Which resources a list request asks for.
#[derive(Debug, Clone)]
pub struct ListQuery {
    /// Which; none: all.
    pub filter: Option<Filter>,
    /// In which order; none: by creation.
    pub sort: Option<SortBy>,
    /// Which part of them.
    pub paging: Paging,
    /// What to add to each.
    pub references: References,
    /// What else must stay the same from page to page of a cursor: the attributes that the client asked for.
    pub view: String,
}

/// A part of a list.
#[derive(Debug, Clone)]
pub struct Listing<T> {
    /// How many match in all; none where counting them would cost more than the page, by cursor.
    pub total: Option<usize>,
    /// The part asked for.
    pub items: Vec<T>,
    /// The cursor of the next page; none on the last, and by index.
    pub next: Option<String>,
}

/// What a conditional request demands (RFC 7644 §3.14): the versions that are acceptable; none: any.
#[derive(Debug, Clone, Default)]
pub struct IfMatch(pub Option<Vec<i64>>);

impl Directory {
    /// A handle for one request that `bearer`'s token came with.
    pub fn provisioning<'d>(&'d self, bearer: &'d Bearer, request: Request) -> Provisioning<'d> {
        Provisioning {
            directory: self,
            bearer,
            request,
        }
    }
}

/// Every function answers [`ScimError`], ready to be sent; what the store's failure was is logged, never told.
impl Provisioning<'_> {
    /// POST: creates a user, converts the manual one of that username, or refuses, as [`matching::decide`] says.
    ///
    /// # Errors
    /// 400 for a body that is no user, 409 `uniqueness` where the username is taken.
    pub async fn create_user(&self, body: Value) -> Result<CreatedUser, ScimError> {
        let mut tolerance = self.tolerance(Some(&body));
        let parsed = scim::parse_create(ResourceType::User, &body, &mut tolerance);
        let operation = parsed.map(Operation::CreateUser);
        match self
            .write(
                Action::CreateUser,
                operation,
                Some(&body),
                IfMatch::default(),
                tolerance,
            )
            .await?
        {
            Answer::Created(created) => {
                self.pass(Milestone::User, created.user.resource.user_name());
                Ok(created)
            }
            answer => Err(unexpected(&answer)),
        }
    }

    /// GET by id. A read-write token sees SCIM-managed users alone, a read-only one all of its account.
    ///
    /// # Errors
    /// 404.
    pub async fn get(
        &self,
        kind: ResourceType,
        id: &str,
        references: References,
    ) -> Result<StoredResource, ScimError> {
        let found = read::one(self.directory, self.bearer, kind, id, references)
            .await
            .map_err(|error| self.failure(error))?;
        self.count(Counted::Read);
        if let Some(StoredResource::User(user)) = &found {
            self.see([user.id]);
        }
        found.ok_or_else(|| not_found(kind, id))
    }

    /// GET of a list of these types, in their order, with the same visibility as [`Provisioning::get`].
    ///
    /// # Errors
    /// 400 `tooMany` where the request would have to look at too many resources, `invalidCursor`, `expiredCursor`,
    /// `invalidCount`.
    pub async fn list(
        &self,
        kinds: &[ResourceType],
        query: &ListQuery,
    ) -> Result<Listing<StoredResource>, ScimError> {
        let listing = list::list(self.directory, self.bearer, kinds, query)
            .await
            .map_err(|error| self.failure(error))?;
        self.count(Counted::Read);
        if query.filter.is_some() {
            self.pass(Milestone::Lookup, "");
            if let ([StoredResource::User(user)], Some(1) | None, None) =
                (listing.items.as_slice(), listing.total, &listing.next)
            {
                self.see([user.id]);
            }
        }
        Ok(listing)
    }

    /// PUT.
    ///
    /// # Errors
    /// 400, 404, 409 `uniqueness` where the username is taken by anybody, 412.
    pub async fn replace_user(
        &self,
        id: &str,
        body: Value,
        if_match: IfMatch,
    ) -> Result<StoredUser, ScimError> {
        let operation = user_id(id).map(|id| Operation::ReplaceUser(id, body.clone()));
        self.change_user(
            Action::ReplaceUser,
            operation,
            &body,
            if_match,
            self.tolerance(Some(&body)),
        )
        .await
    }

    /// PATCH.
    ///
    /// # Errors
    /// 400, 404, 409 `uniqueness` where the username is taken by anybody, 412.
    pub async fn patch_user(
        &self,
        id: &str,
        body: Value,
        if_match: IfMatch,
    ) -> Result<StoredUser, ScimError> {
        let mut tolerance = self.tolerance(Some(&body));
        let operation = user_id(id).and_then(|id| {
            Ok(Operation::PatchUser(
                id,
                Patch::parse(ResourceType::User, &body, &mut tolerance)?,
            ))
        });
        self.change_user(Action::PatchUser, operation, &body, if_match, tolerance)
            .await
    }

    async fn change_user(
        &self,
        action: Action,
        operation: Result<Operation, ScimError>,
        body: &Value,
        if_match: IfMatch,
        tolerance: Tolerance,
    ) -> Result<StoredUser, ScimError> {
        match self
            .write(action, operation, Some(body), if_match, tolerance)
            .await?
        {
            Answer::User(mut user) => {
                let groups = read::groups_of(self.directory, self.bearer.account, user.id).await;
                user.groups = groups.map_err(|error| self.failure(error))?;
                self.pass(Milestone::Update, user.resource.user_name());
                Ok(user)
            }
            answer => Err(unexpected(&answer)),
        }
    }

    /// DELETE. The name is free afterwards; the history stays.
    ///
    /// # Errors
    /// 404, 412.
    pub async fn delete_user(&self, id: &str, if_match: IfMatch) -> Result<(), ScimError> {
        let operation = user_id(id).map(Operation::DeleteUser);
        match self
            .write(
                Action::DeleteUser,
                operation,
                None,
                if_match,
                self.tolerance(None),
            )
            .await?
        {
            Answer::Deleted => Ok(()),
            answer => Err(unexpected(&answer)),
        }
    }

    /// POST of a group.
    ///
    /// # Errors
    /// 400 for a body that is no group or names a member that cannot be one, 409 `uniqueness` where the name is taken.
    pub async fn create_group(&self, body: Value) -> Result<StoredGroup, ScimError> {
        let mut tolerance = self.tolerance(Some(&body));
        let parsed = scim::parse_create(ResourceType::Group, &body, &mut tolerance);
        let operation = parsed.map(Operation::CreateGroup);
        self.change_group(
            Action::CreateGroup,
            operation,
            &body,
            IfMatch::default(),
            tolerance,
        )
        .await
    }

    /// PUT of a group; members absent from the body stay as they are.
    ///
    /// # Errors
    /// 400, 404, 409 `uniqueness` where the name is taken, 412.
    pub async fn replace_group(
        &self,
        id: &str,
        body: Value,
        if_match: IfMatch,
    ) -> Result<StoredGroup, ScimError> {
        let operation = group_id(id).map(|id| Operation::ReplaceGroup(id, body.clone()));
        self.change_group(
            Action::ReplaceGroup,
            operation,
            &body,
            if_match,
            self.tolerance(Some(&body)),
        )
        .await
    }

    /// PATCH of a group. [`StoredGroup::members`] is none in the answer; read them where the answer carries them.
    ///
    /// # Errors
    /// 400, 404, 409 `uniqueness` where the name is taken, 412.
    pub async fn patch_group(
        &self,
        id: &str,
        body: Value,
        if_match: IfMatch,
    ) -> Result<StoredGroup, ScimError> {
        let mut tolerance = self.tolerance(Some(&body));
        let operation = group_id(id).and_then(|id| {
            Ok(Operation::PatchGroup(
                id,
                Patch::parse(ResourceType::Group, &body, &mut tolerance)?,
            ))
        });
        self.change_group(Action::PatchGroup, operation, &body, if_match, tolerance)
            .await
    }

    async fn change_group(
        &self,
        action: Action,
        operation: Result<Operation, ScimError>,
        body: &Value,
        if_match: IfMatch,
        tolerance: Tolerance,
    ) -> Result<StoredGroup, ScimError> {
        match self
            .write(action, operation, Some(body), if_match, tolerance)
            .await?
        {
            Answer::Group(group) => {
                let name = group.resource.display_name().unwrap_or_default();
                self.pass(Milestone::Group, name);
                if group.member_count > 0 {
                    self.pass(Milestone::Member, name);
                    if self.gives_roles(group.id).await? {
                        self.pass(Milestone::Role, name);
                    }
                }
                Ok(group)
            }
            answer => Err(unexpected(&answer)),
        }
    }

    /// DELETE of a group: its members lose the roles that only it gave.
    ///
    /// # Errors
    /// 404, 412.
    pub async fn delete_group(&self, id: &str, if_match: IfMatch) -> Result<(), ScimError> {
        let operation = group_id(id).map(Operation::DeleteGroup);
        match self
            .write(
                Action::DeleteGroup,
                operation,
                None,
                if_match,
                self.tolerance(None),
            )
            .await?
        {
            Answer::Deleted => Ok(()),
            answer => Err(unexpected(&answer)),
        }
    }

    /// What reading this request is granted, by how forgiving the connection is and, as far as needed, by the identity
    /// provider that the request or an earlier one shows.
    pub fn tolerance(&self, body: Option<&Value>) -> Tolerance {
        let identity_provider = self.shown(body).or(self.bearer.identity_provider);
        Tolerance::new(self.bearer.tolerance.strictness(identity_provider))
    }

    /// Records that this request was refused before it reached the functions above (read-only token, switched off,
    /// a body that is no JSON, …), and gives the error back.
    pub async fn refuse(&self, error: ScimError) -> ScimError {
        match self
            .write(
                Action::Request,
                Err(error),
                None,
                IfMatch::default(),
                self.tolerance(None),
            )
            .await
        {
            Err(error) => error,
            Ok(answer) => unexpected(&answer),
        }
    }
}

fn user_id(text: &str) -> Result<UserId, ScimError> {
    text.parse().map_err(|_| not_found(ResourceType::User, text))
}

fn group_id(text: &str) -> Result<GroupId, ScimError> {
    text.parse().map_err(|_| not_found(ResourceType::Group, text))
}

fn not_found(kind: ResourceType, id: impl fmt::Display) -> ScimError {
    ScimError::not_found(format!(
        "There is no {} with the id '{id}' here; look it up by its name.",
        kind.name()
    ))
}

/// An answer of another kind than the command: a defect.
fn unexpected(answer: &Answer) -> ScimError {
    tracing::error!(?answer, "a command was answered as if it were another");
    ScimError::internal("Rollcall failed to handle this request by a defect of its own; please report it.")
}

/// A resource as it was stored.
pub(crate) fn resource(kind: ResourceType, json: &str) -> Result<Resource, DirectoryError> {
    Resource::from_stored(kind, json)
        .map_err(|error| DirectoryError::Corrupt(format!("a {}: {}", kind.name(), error.detail)))
}

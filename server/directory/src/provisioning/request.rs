//! One request on its way: handed to the writer, counted, and what it shows noted.

use scim::{IdentityProvider, ScimError, Tolerance};
use serde_json::Value;

use super::arrival::Milestone;
use super::command::{Answer, Command, Operation};
use super::traffic::Counted;
use super::{IfMatch, Provisioning, redact};
use crate::{Action, Actor, DirectoryError, GroupId, UserId};

impl Provisioning<'_> {
    /// The identity provider that this request shows.
    pub(super) fn shown(&self, body: Option<&Value>) -> Option<IdentityProvider> {
        IdentityProvider::detect(&self.request.agent, &self.request.path, body)
    }

    /// Notes that this request passed a milestone. A read-only token is an app and not the identity provider.
    pub(super) fn pass(&self, milestone: Milestone, name: &str) {
        if !self.bearer.read_only {
            let seen = &self.directory.inner().seen;
            seen.pass(
                self.bearer.account,
                milestone,
                self.directory.now(),
                &self.request,
                name,
            );
        }
    }

    /// Counts what became of this request.
    pub(super) fn count(&self, counted: Counted) {
        let traffic = &self.directory.inner().traffic;
        traffic.count(self.bearer, self.directory.now(), counted);
    }

    /// Notes that the identity provider named these users; a read-only token is an app.
    pub(super) fn see(&self, users: impl IntoIterator<Item = UserId>) {
        if !self.bearer.read_only {
            let sightings = &self.directory.inner().sightings;
            sightings.note(self.bearer.account, users, self.directory.now());
        }
    }

    /// Whether a group gives roles; not asked once the milestone was passed.
    pub(super) async fn gives_roles(&self, group: GroupId) -> Result<bool, ScimError> {
        if self
            .directory
            .inner()
            .seen
            .has_passed(self.bearer.account, Milestone::Role)
        {
            return Ok(false);
        }
        let gives: Result<bool, _> = sqlx::query_scalar(
            "SELECT EXISTS (
                 SELECT 1 FROM group_roles CROSS JOIN groups
                 WHERE group_roles.account_id = $1 AND group_roles.group_id = $2
                   AND groups.id = group_roles.group_id AND groups.account_id = $1 AND groups.paused_at IS NULL
             )",
        )
        .bind(self.bearer.account)
        .bind(group)
        .fetch_one(self.directory.readers())
        .await;
        gives.map_err(|error| self.failure(error.into()))
    }

    /// Hands a write to the writer and waits for its commit. A refusal is written too: it has its entry.
    pub(super) async fn write(
        &self,
        action: Action,
        operation: Result<Operation, ScimError>,
        body: Option<&Value>,
        if_match: IfMatch,
        tolerance: Tolerance,
    ) -> Result<Answer, ScimError> {
        let operation = match operation {
            Ok(_) if self.bearer.read_only => Operation::Refuse(ScimError::forbidden(
                "This token may only read; use a read-write token of this account to make changes.",
            )),
            Ok(operation) => operation,
            Err(error) => Operation::Refuse(error),
        };
        let command = Command {
            account: self.bearer.account,
            actor: Actor::Token {
                id: self.bearer.token.to_string(),
                name: self.bearer.token_name.clone(),
            },
            action,
            request: self.request.clone(),
            body: body.map(redact::redact),
            shown: self
                .shown(body)
                .filter(|shown| self.bearer.identity_provider != Some(*shown)),
            operation,
            if_match,
            tolerance,
        };
        let members = command.named_members();
        match self.directory.command(command).await {
            Ok(Answer::Refused(error)) => {
                self.count(Counted::Refused);
                Err(error)
            }
            Ok(answer) => {
                self.see(members);
                Ok(answer)
            }
            Err(error) => Err(self.failure(error)),
        }
    }

    /// The caller's answer to a failure; its cause is for whoever runs the installation.
    pub(super) fn failure(&self, error: DirectoryError) -> ScimError {
        if let DirectoryError::Scim(error) = error {
            return error;
        }
        tracing::error!(
            error = &error as &dyn std::error::Error,
            account = %self.bearer.account,
            request = self.request.id,
            "the request {} {} failed",
            self.request.method,
            self.request.path
        );
        ScimError::internal(
            "Rollcall failed to handle this request; repeat it later, and see its log for the cause.",
        )
    }
}

//! What an administrator sends to whoever helps: enough to see what is wrong, free of secrets and of people's data. Each
//! field is named here; nothing is copied whole.

use jiff::Timestamp;
use scim::IdentityProvider;
use serde::Serialize;

use super::{Documented, Facts, Finding, RefusedReason, Urgency};
use crate::provisioning::matching::Decision;
use crate::{
    AccountId, Action, Actor, Directory, DirectoryError, Entry, EntryId, EntryQuery, Outcome, UserId,
};

/// Entries in a bundle.
const ENTRIES: u16 = 200;

/// The bundle, to be written as JSON.
#[derive(Debug, Serialize)]
pub struct SupportBundle {
    made_at: Timestamp,
    account: AccountId,
    connection: ConnectionState,
    tokens: Vec<TokenState>,
    turned_away: Vec<DoorState>,
    findings: Vec<FindingState>,
    entries: Vec<EntryState>,
}

#[derive(Debug, Serialize)]
struct ConnectionState {
    enabled: bool,
    switched_at: Option<Timestamp>,
    last_contact_at: Option<Timestamp>,
    last_contact_agent: Option<String>,
    identity_provider: Option<&'static str>,
    guide: Option<String>,
    tolerance: &'static str,
    documented: Documented,
    learnt_interval: Option<jiff::SignedDuration>,
    due_at: Option<Timestamp>,
    users: u64,
    groups: u64,
    first_user_at: Option<Timestamp>,
    first_group_at: Option<Timestamp>,
}

#[derive(Debug, Serialize)]
struct TokenState {
    read_only: bool,
    created_at: Timestamp,
    expires_at: Timestamp,
    revoked_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
}

#[derive(Debug, Serialize)]
struct DoorState {
    reason: String,
    count: u64,
    last_at: Timestamp,
    request: String,
    agent: String,
}

#[derive(Debug, Serialize)]
struct FindingState {
    name: &'static str,
    urgency: Urgency,
    reason: Option<RefusedReason>,
    /// How many users or groups it is about.
    count: u64,
    entry: Option<EntryId>,
}

#[derive(Debug, Serialize)]
struct EntryState {
    id: EntryId,
    at: Timestamp,
    actor: &'static str,
    action: Action,
    outcome: Outcome,
    decision: Option<Decision>,
    reason: Option<RefusedReason>,
    status: Option<u16>,
    detail: Option<String>,
    subject: Option<String>,
    method: Option<String>,
    path: Option<String>,
    request_id: Option<String>,
    agent: Option<String>,
    changed: Vec<String>,
    members_added: usize,
    members_removed: usize,
    leniencies: Vec<String>,
    ignored: Vec<String>,
}

impl Directory {
    /// The account's bundle for support.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Store`].
    pub async fn support_bundle(
        &self,
        account: AccountId,
        documented: Documented,
    ) -> Result<SupportBundle, DirectoryError> {
        let (facts, findings) = self.diagnose(account, documented).await?;
        let connection = self.get_connection(account).await?;
        let query = EntryQuery {
            limit: ENTRIES,
            ..EntryQuery::default()
        };
        let entries = self.list_entries(account, &query).await?.entries;
        let tokens = self.list_tokens(account).await?;
        Ok(SupportBundle {
            made_at: facts.now,
            account,
            tokens: tokens
                .into_iter()
                .map(|token| TokenState {
                    read_only: token.read_only,
                    created_at: token.created_at,
                    expires_at: token.expires_at,
                    revoked_at: token.revoked_at,
                    last_used_at: token.last_used_at,
                })
                .collect(),
            turned_away: doors(&facts),
            findings: findings.iter().map(finding).collect(),
            entries: entries.iter().map(entry).collect(),
            connection: ConnectionState {
                enabled: connection.enabled,
                switched_at: connection.switched_at,
                last_contact_at: connection.last_contact_at,
                last_contact_agent: connection.last_contact_agent,
                identity_provider: connection.identity_provider.map(IdentityProvider::name),
                guide: connection.guide,
                tolerance: connection.tolerance.as_str(),
                documented,
                learnt_interval: facts.learnt,
                due_at: facts.due_at(),
                users: facts.users,
                groups: facts.groups,
                first_user_at: facts.first_user_at,
                first_group_at: facts.first_group_at,
            },
        })
    }
}

fn doors(facts: &Facts) -> Vec<DoorState> {
    facts
        .turned_away
        .iter()
        .map(|refusal| DoorState {
            reason: format!("{:?}", refusal.reason).to_lowercase(),
            count: refusal.count,
            last_at: refusal.last_at,
            request: without_names(&refusal.request),
            agent: refusal.agent.clone(),
        })
        .collect()
}

fn finding(finding: &Finding) -> FindingState {
    let size = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    FindingState {
        name: finding.name(),
        urgency: finding.urgency(),
        reason: finding.refused().map(|refused| refused.reason),
        count: match finding {
            Finding::GroupsRefused { refused, .. } | Finding::UsersRefused { refused, .. } => {
                size(refused.len())
            }
            Finding::EmptyGroups { groups, .. } => size(groups.len()),
            Finding::OnlyUsers { users, .. } => *users,
            Finding::ExtraRoles(extra) => extra.users,
            Finding::Failing(run) => run.requests,
            Finding::TurnedAway(refusal) => refusal.count,
            _ => 0,
        },
        entry: finding.entry(),
    }
}

fn entry(entry: &Entry) -> EntryState {
    let request = entry.request.as_ref();
    let members = entry.members.as_ref();
    EntryState {
        id: entry.id,
        at: entry.at,
        actor: match entry.actor {
            Actor::Owner { .. } => "owner",
            Actor::User { .. } => "user",
            Actor::Token { .. } => "token",
            Actor::CommandLine => "command line",
            Actor::Rollcall => "rollcall",
        },
        action: entry.action,
        outcome: entry.outcome,
        decision: entry.decision,
        reason: RefusedReason::of(entry),
        status: entry.status,
        detail: entry.detail.as_deref().map(without_quotations),
        subject: entry.subject.as_ref().and_then(|subject| subject.id.clone()),
        method: request.map(|request| request.method.clone()),
        path: request.map(|request| without_names(&request.path)),
        request_id: request.map(|request| request.id.clone()),
        agent: request.map(|request| request.agent.clone()),
        changed: entry
            .changes
            .iter()
            .map(|change| change.attribute.clone())
            .collect(),
        members_added: members.map_or(0, |members| members.added),
        members_removed: members.map_or(0, |members| members.removed),
        leniencies: entry.leniencies.clone(),
        ignored: entry
            .ignored
            .iter()
            .map(|path| without_quotations(path))
            .collect(),
    }
}

/// A path without its query and without segments that are neither the protocol's nor an id: a client may put anything
/// there.
fn without_names(path: &str) -> String {
    const KNOWN: [&str; 20] = [
        "",
        "get ",
        "post ",
        "put ",
        "patch ",
        "delete ",
        "scim",
        "v2",
        "v1",
        "users",
        "user",
        "groups",
        "group",
        "bulk",
        "me",
        ".search",
        "schemas",
        "resourcetypes",
        "serviceproviderconfig",
        "serviceproviderconfigs",
    ];
    let path = path.split('?').next().unwrap_or_default();
    let is_known = |segment: &str| {
        KNOWN.contains(&segment.to_ascii_lowercase().as_str()) || segment.parse::<UserId>().is_ok()
    };
    path.split('/')
        .map(|segment| if is_known(segment) { segment } else { "…" })
        .collect::<Vec<_>>()
        .join("/")
}

/// A sentence without what it quotes, from the first quotation mark to the last, ids apart: quotations repeat what the
/// client sent, and that may contain marks of its own.
fn without_quotations(text: &str) -> String {
    let marks = ['\'', '"', '`'];
    let (Some(first), Some(last)) = (text.find(marks), text.rfind(marks)) else {
        return text.to_owned();
    };
    let ids: Vec<&str> = text[first..last]
        .split(marks)
        .filter(|part| part.parse::<UserId>().is_ok())
        .collect();
    let left = if ids.is_empty() {
        "…".to_owned()
    } else {
        ids.join(" … ")
    };
    format!("{}'{left}'{}", &text[..first], &text[last + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_wrote_is_left_out() {
        let id = "019ab7c5-7d40-7000-8000-000000000000";
        for (text, kept) in [
            ("No quotation.", "No quotation.".to_owned()),
            ("The name 'Ada' is taken.", "The name '…' is taken.".to_owned()),
            ("Neither 'O'Hara' nor \"Ada\" is.", "Neither '…' is.".to_owned()),
            (
                &format!("The id '{id}' is gone."),
                format!("The id '{id}' is gone."),
            ),
            ("A lone ' mark.", "A lone '…' mark.".to_owned()),
        ] {
            assert_eq!(without_quotations(text), kept);
        }
        for (path, kept) in [
            ("/Users?filter=userName eq \"ada\"", "/Users".to_owned()),
            ("GET /Users/ada@acme.test", "GET /Users/…".to_owned()),
            ("/Users/Ada", "/Users/…".to_owned()),
            (&format!("/Groups/{id}"), format!("/Groups/{id}")),
        ] {
            assert_eq!(without_names(path), kept);
        }
    }
}

//! Reads what a diagnosis goes by.

use jiff::{SignedDuration, Timestamp};

use super::{Documented, Facts, Finding, Refused, RefusedReason, RefusedRun, diagnose, refusal};
use crate::provisioning::arrival::Milestone;
use crate::role::GroupRef;
use crate::{AccountId, Actor, Directory, DirectoryError, EntryQuery, GroupId, Outcome, Token, db};

/// How far back refusals count: what nobody asked for again in a week is history.
const RECENT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How far back the rhythm is learnt from.
const LEARNT_FROM: SignedDuration = SignedDuration::from_hours(14 * 24);
/// Refusals that are looked at.
const REFUSALS: u16 = 200;
/// Entries among which the run of refusals is looked for.
const RUN: u16 = 50;
/// Groups without members that are named.
const EMPTY: i64 = 20;
/// Entries of such a group that are searched for a member.
const OF_GROUP: u16 = 20;

impl Directory {
    /// What a diagnosis of the account goes by. `documented`: what is known of its identity provider.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`], [`DirectoryError::Store`].
    pub async fn facts(&self, account: AccountId, documented: Documented) -> Result<Facts, DirectoryError> {
        let now = self.now();
        let connection = self.get_connection(account).await?;
        let arrivals = self.arrivals(account).await?;
        let all = self.list_tokens(account).await?;
        let tokens: Vec<_> = all.iter().filter(|token| !token.read_only).collect();
        let ends_at = |token: &&Token| {
            token
                .revoked_at
                .map_or(token.expires_at, |at| at.min(token.expires_at))
        };
        let (users, _) = self.count_users(account).await?;
        let (groups,): (i64,) = db::rows("SELECT COUNT(*) FROM groups WHERE account_id = $1")
            .bind(account)
            .fetch_one(self.readers())
            .await?;
        let cycles = self.cycles(account, now - LEARNT_FROM).await?;
        let cycle = cycles.cycles.last();
        // Apps that only read are not the identity provider, whose own traffic is known for some weeks.
        let last_contact_at = cycle.map(|cycle| cycle.ended).or(connection.last_contact_at);
        let passed = |milestone| arrivals.passed.get(&milestone).map(|passed| passed.at);
        Ok(Facts {
            now,
            enabled: connection.enabled,
            switched_at: connection.switched_at,
            live_token_at: tokens
                .iter()
                .filter(|token| ends_at(token) >= now)
                .map(|token| token.created_at)
                .max(),
            token_ended_at: tokens.iter().map(ends_at).filter(|at| *at < now).max(),
            last_contact_at,
            cycle_began_at: cycle.map(|cycle| cycle.began),
            run: self.run_of_refusals(account, &all).await?,
            documented,
            learnt: cycles
                .rhythm
                .learnt
                .and_then(|interval| SignedDuration::try_from(interval).ok()),
            users,
            groups: u64::try_from(groups).unwrap_or(0),
            first_user_at: passed(Milestone::User),
            first_group_at: passed(Milestone::Group),
            turned_away: arrivals.turned_away,
            refused: self.standing_refusals(account, now).await?,
            empty_groups: self.empty_groups(account).await?,
            extra: self.count_extra_roles(account).await?,
        })
    }

    /// What is wrong with the account's provisioning now, the most urgent first.
    ///
    /// # Errors
    /// As [`Directory::facts`].
    pub async fn diagnose(
        &self,
        account: AccountId,
        documented: Documented,
    ) -> Result<(Facts, Vec<Finding>), DirectoryError> {
        let facts = self.facts(account, documented).await?;
        let findings = diagnose(&facts);
        Ok((facts, findings))
    }

    /// The refused requests of the last week that have not succeeded since, the last one first.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn standing_refusals(
        &self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<Vec<Refused>, DirectoryError> {
        let query = EntryQuery {
            outcomes: vec![Outcome::Refused],
            limit: REFUSALS,
            ..EntryQuery::default()
        };
        let refused = self.list_entries(account, &query).await?.entries;
        let refused = refused
            .iter()
            .filter(|entry| entry.at >= now - RECENT)
            .filter_map(Refused::of)
            .collect();
        let mut reader = self.read().await?;
        refusal::standing(&mut reader, account, refused).await
    }

    /// The latest requests, where all of them were refused for a reason that is not one user's or group's. A read that
    /// came later with the same token has no entry, but shows that the address is right.
    async fn run_of_refusals(
        &self,
        account: AccountId,
        tokens: &[Token],
    ) -> Result<Option<RefusedRun>, DirectoryError> {
        let query = EntryQuery {
            limit: RUN,
            ..EntryQuery::default()
        };
        let entries = self.list_entries(account, &query).await?.entries;
        let refused: Vec<Refused> = entries
            .iter()
            .filter(|entry| entry.request.is_some())
            .map_while(Refused::of)
            .filter(|refused| refused.reason != RefusedReason::SwitchedOff)
            .take_while(|refused| !refused.reason.is_of_one())
            .collect();
        let (Some(last), Some(first)) = (refused.first(), refused.last()) else {
            return Ok(None);
        };
        let entry = entries.iter().find(|entry| entry.request.is_some());
        let used_at = entry.and_then(|entry| match &entry.actor {
            Actor::Token { id, .. } => {
                let token = tokens.iter().find(|token| token.id.to_string() == *id);
                token?.last_used_at
            }
            _ => None,
        });
        if last.reason == RefusedReason::WrongPath && used_at.is_some_and(|at| at > last.at) {
            return Ok(None);
        }
        Ok(Some(RefusedRun {
            requests: u64::try_from(refused.len()).unwrap_or(u64::MAX),
            since: first.at,
            last: last.clone(),
        }))
    }

    /// Groups that came without members and have never had one, with when they came.
    async fn empty_groups(&self, account: AccountId) -> Result<Vec<(GroupRef, Timestamp)>, DirectoryError> {
        let rows: Vec<(GroupId, String, i64)> = db::rows(
            "SELECT id, display_name, created_at FROM groups
             WHERE account_id = $1 AND member_count = 0 ORDER BY id DESC LIMIT $2",
        )
        .bind(account)
        .bind(EMPTY)
        .fetch_all(self.readers())
        .await?;
        let mut groups = Vec::new();
        for (id, display_name, created_at) in rows {
            let query = EntryQuery {
                subject: Some(id.to_string()),
                limit: OF_GROUP,
                ..EntryQuery::default()
            };
            let entries = self.list_entries(account, &query).await?.entries;
            let had_members = entries
                .iter()
                .any(|entry| entry.members.as_ref().is_some_and(|members| members.added > 0));
            if !had_members {
                groups.push((GroupRef { id, display_name }, db::time(created_at)?));
            }
        }
        Ok(groups)
    }
}

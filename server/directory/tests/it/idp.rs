//! An identity provider, or an app that reads, with a token of one account.

use std::fmt;

use directory::log::Request;
use directory::provisioning::{IfMatch, ListQuery, Listing, Provisioning, StoredGroup, StoredUser};
use directory::{AccountId, Bearer, Entry, EntryQuery, Outcome, TokenId};
use scim::{Filter, Page, ResourceType, ScimError, ScimType, SortBy, Strictness, Tolerance};
use serde_json::{Value, json};

use crate::harness::Harness;

/// The id of a user or group.
pub(crate) type Id = dyn fmt::Display + Sync;

pub(crate) struct Idp {
    bearer: Bearer,
}

impl Idp {
    /// The account's identity provider.
    pub(crate) fn of(h: &Harness, account: AccountId) -> Self {
        Self::with(h, account, false)
    }

    /// An app that reads the account.
    pub(crate) fn reading(h: &Harness, account: AccountId) -> Self {
        Self::with(h, account, true)
    }

    fn with(h: &Harness, account: AccountId, read_only: bool) -> Self {
        let (token, token_name) = (TokenId::new(h.now()), "Entra".to_owned());
        Self {
            bearer: Bearer {
                account,
                token,
                token_name,
                read_only,
            },
        }
    }

    /// One request.
    pub(crate) fn on<'d>(&'d self, h: &'d Harness) -> Provisioning<'d> {
        let request = Request {
            method: "POST".to_owned(),
            path: "/Users".to_owned(),
            id: "request-1".to_owned(),
            address: "192.0.2.1".to_owned(),
            agent: "Entra".to_owned(),
        };
        h.directory.provisioning(&self.bearer, request)
    }

    pub(crate) async fn user(&self, h: &Harness, user_name: &str) -> StoredUser {
        self.on(h).create_user(user(user_name)).await.unwrap().user
    }

    pub(crate) async fn group(&self, h: &Harness, name: &str, members: &[&Id]) -> StoredGroup {
        self.on(h).create_group(group(name, members)).await.unwrap()
    }

    pub(crate) async fn patch_group(
        &self,
        h: &Harness,
        id: impl fmt::Display,
        operations: Value,
    ) -> StoredGroup {
        self.on(h)
            .patch_group(&id.to_string(), patch(operations), IfMatch::default())
            .await
            .unwrap()
    }

    /// The members of a group, by name, sorted.
    pub(crate) async fn members(&self, h: &Harness, id: impl fmt::Display) -> Vec<String> {
        let group = self.on(h).get_group(&id.to_string(), true).await.unwrap();
        let mut names: Vec<String> = group
            .members
            .unwrap()
            .into_iter()
            .map(|member| member.display)
            .collect();
        assert_eq!(names.len(), usize::try_from(group.member_count).unwrap());
        names.sort();
        names
    }

    pub(crate) async fn list_users(
        &self,
        h: &Harness,
        filter: &str,
    ) -> Result<Listing<StoredUser>, ScimError> {
        self.on(h)
            .list_users(&query(ResourceType::User, filter, None, 1, 1000))
            .await
    }

    pub(crate) async fn list_groups(
        &self,
        h: &Harness,
        filter: &str,
    ) -> Result<Listing<StoredGroup>, ScimError> {
        self.on(h)
            .list_groups(&query(ResourceType::Group, filter, None, 1, 1000))
            .await
    }
}

pub(crate) fn user(user_name: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": user_name,
    })
}

pub(crate) fn group(name: &str, members: &[&Id]) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": name,
        "members": references(members),
    })
}

pub(crate) fn references(members: &[&Id]) -> Value {
    members
        .iter()
        .map(|id| json!({ "value": id.to_string() }))
        .collect()
}

pub(crate) fn patch(operations: Value) -> Value {
    let mut body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"] });
    body["Operations"] = operations;
    body
}

pub(crate) fn add_members(members: &[&Id]) -> Value {
    json!([{ "op": "add", "path": "members", "value": references(members) }])
}

pub(crate) fn query(
    kind: ResourceType,
    filter: &str,
    sort: Option<&str>,
    start_index: usize,
    count: usize,
) -> ListQuery {
    let mut tolerance = Tolerance::new(Strictness::All);
    ListQuery {
        filter: (!filter.is_empty()).then(|| Filter::parse(filter, kind, &mut tolerance).unwrap()),
        sort: SortBy::parse(kind, sort, None).unwrap(),
        page: Page { start_index, count },
        with_references: false,
    }
}

/// The newest entry of the account.
pub(crate) async fn last_entry(h: &Harness, account: AccountId) -> Entry {
    let query = EntryQuery {
        limit: 1,
        ..EntryQuery::default()
    };
    h.directory
        .list_entries(account, &query)
        .await
        .unwrap()
        .entries
        .remove(0)
}

/// How many entries the account has of this outcome.
pub(crate) async fn count_entries(h: &Harness, account: AccountId, outcome: Outcome) -> usize {
    let query = EntryQuery {
        outcomes: vec![outcome],
        limit: 200,
        ..EntryQuery::default()
    };
    h.directory
        .list_entries(account, &query)
        .await
        .unwrap()
        .entries
        .len()
}

/// What an error says: status, keyword, detail.
pub(crate) fn parts(error: &ScimError) -> (u16, Option<&'static str>, &str) {
    (error.status, error.scim_type.map(ScimType::as_str), &error.detail)
}

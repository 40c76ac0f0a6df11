//! An identity provider, or an app that reads, with a token of one account.

use std::fmt;

use directory::log::Request;
use directory::provisioning::{
    IfMatch, ListQuery, Listing, Provisioning, References, StoredGroup, StoredResource, StoredUser,
};
use directory::{AccountId, Bearer, Entry, EntryQuery, Outcome, TokenId, ToleranceMode};
use scim::{
    Filter, IdentityProvider, Page, Paging, ResourceType, ScimError, ScimType, SortBy, Strictness, Tolerance,
};
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
                tolerance: ToleranceMode::default(),
                identity_provider: None,
            },
        }
    }

    /// The same, with a connection that grants this.
    pub(crate) fn tolerating(mut self, mode: ToleranceMode, provider: Option<IdentityProvider>) -> Self {
        self.bearer.tolerance = mode;
        self.bearer.identity_provider = provider;
        self
    }

    /// One request.
    pub(crate) fn on<'d>(&'d self, h: &'d Harness) -> Provisioning<'d> {
        let request = Request {
            method: "POST".to_owned(),
            path: "/Users".to_owned(),
            id: "request-1".to_owned(),
            address: "192.0.2.1".to_owned(),
            agent: "Entra".to_owned(),
            arrived: None,
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
        let group = self.get_group(h, id).await.unwrap();
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

    /// The user with everything that it refers to.
    pub(crate) async fn get_user(&self, h: &Harness, id: impl fmt::Display) -> Result<StoredUser, ScimError> {
        let found = self
            .on(h)
            .get(ResourceType::User, &id.to_string(), References::ALL)
            .await?;
        Ok(as_user(found))
    }

    /// The group with its members.
    pub(crate) async fn get_group(
        &self,
        h: &Harness,
        id: impl fmt::Display,
    ) -> Result<StoredGroup, ScimError> {
        let found = self
            .on(h)
            .get(ResourceType::Group, &id.to_string(), References::ALL)
            .await?;
        Ok(as_group(found))
    }

    pub(crate) async fn list_users(
        &self,
        h: &Harness,
        filter: &str,
    ) -> Result<Listing<StoredUser>, ScimError> {
        self.users_of(h, &query(ResourceType::User, filter, None, 1, 1000))
            .await
    }

    pub(crate) async fn list_groups(
        &self,
        h: &Harness,
        filter: &str,
    ) -> Result<Listing<StoredGroup>, ScimError> {
        self.groups_of(h, &query(ResourceType::Group, filter, None, 1, 1000))
            .await
    }

    pub(crate) async fn users_of(
        &self,
        h: &Harness,
        query: &ListQuery,
    ) -> Result<Listing<StoredUser>, ScimError> {
        let listing = self.on(h).list(&[ResourceType::User], query).await?;
        Ok(Listing {
            total: listing.total,
            items: listing.items.into_iter().map(as_user).collect(),
            next: listing.next,
        })
    }

    pub(crate) async fn groups_of(
        &self,
        h: &Harness,
        query: &ListQuery,
    ) -> Result<Listing<StoredGroup>, ScimError> {
        let listing = self.on(h).list(&[ResourceType::Group], query).await?;
        Ok(Listing {
            total: listing.total,
            items: listing.items.into_iter().map(as_group).collect(),
            next: listing.next,
        })
    }
}

fn as_user(resource: StoredResource) -> StoredUser {
    match resource {
        StoredResource::User(user) => user,
        StoredResource::Group(group) => panic!("{group:?} is no user"),
    }
}

fn as_group(resource: StoredResource) -> StoredGroup {
    match resource {
        StoredResource::Group(group) => group,
        StoredResource::User(user) => panic!("{user:?} is no group"),
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
        paging: Paging::Index(Page { start_index, count }),
        references: References::NONE,
        view: String::new(),
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

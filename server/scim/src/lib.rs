//! SCIM 2.0 (RFC 7643, RFC 7644, RFC 9865) for service providers, as pure functions: no I/O, no clock, no HTTP
//! types. It also compiles to WebAssembly.
//!
//! What a service provider does between reading a request's JSON and storing a resource, and back:
//!
//! | Request | Function |
//! | --- | --- |
//! | POST body | [`parse_create`] |
//! | PUT body | [`parse_replace`] |
//! | PATCH body | [`Patch::parse`], [`Patch::apply`] |
//! | `filter` | [`Filter::parse`], [`Filter::matches`] |
//! | `attributes`, `excludedAttributes` | [`Projection::parse`] |
//! | `startIndex`, `count`, `cursor` | [`Paging::parse`] |
//! | POST `/.search` body | [`SearchRequest::parse`] |
//! | POST `/Bulk` body | [`BulkRequest::parse`], [`BulkRun`] |
//! | `sortBy`, `sortOrder` | [`SortBy::parse`] |
//! | answer | [`render`], [`list_response`], [`ScimError::to_json`], [`discovery`] |
//!
//! # A request from body to answer
//!
//! A body is read into a [`Resource`], which holds what clients may write, in canonical form, and is stored as text.
//! What the server alone knows comes in when an answer is made: [`Meta`] and [`Supplied`].
//!
//! ```
//! use jiff::Timestamp;
//! use scim::{Meta, Projection, Resource, ResourceType, Supplied, Tolerance, parse_create, render};
//! use serde_json::json;
//!
//! // POST /Users
//! let body = json!({
//!     "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
//!     "userName": "ada@acme.test",
//!     "name": {"givenName": "Ada", "familyName": "Lovelace"},
//!     "emails": [{"value": "ada@acme.test", "type": "work", "primary": true}],
//! });
//! let mut tolerance = Tolerance::default();
//! let incoming = parse_create(ResourceType::User, &body, &mut tolerance)?;
//! let stored: String = incoming.resource.to_stored();
//!
//! // The answer: 201, with `meta.location` as `Location` and `meta.version` as `ETag`.
//! let user = Resource::from_stored(ResourceType::User, &stored)?;
//! let created: Timestamp = "2026-01-31T12:00:00Z".parse().expect("it is a time");
//! let meta = Meta {
//!     id: "u-1".to_owned(),
//!     resource_type: ResourceType::User,
//!     created,
//!     last_modified: created,
//!     version: 1,
//!     location: "https://id.acme.test/scim/v2/Users/u-1".to_owned(),
//! };
//! let projection = Projection::parse(ResourceType::User, Some("userName,name.familyName"), None)?;
//! assert_eq!(
//!     render(&user, &meta, Supplied::default(), &projection),
//!     json!({
//!         "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
//!         "id": "u-1",
//!         "userName": "ada@acme.test",
//!         "name": {"familyName": "Lovelace"},
//!     })
//! );
//! # Ok::<(), scim::ScimError>(())
//! ```
//!
//! # A filter
//!
//! A [`Filter`] can be evaluated on a resource, or looked through for what an index serves.
//!
//! ```
//! # use jiff::Timestamp;
//! # use scim::{Filter, Meta, Resource, ResourceType, Supplied, Tolerance, full};
//! # let user = Resource::new_user("Ada@acme.test");
//! # let meta = Meta {
//! #     id: "u-1".into(),
//! #     resource_type: ResourceType::User,
//! #     created: Timestamp::UNIX_EPOCH,
//! #     last_modified: Timestamp::UNIX_EPOCH,
//! #     version: 1,
//! #     location: String::new(),
//! # };
//! let text = r#"userName eq "ada@ACME.test" and meta.created lt "2026-01-01T00:00:00Z""#;
//! let filter = Filter::parse(text, ResourceType::User, &mut Tolerance::default())?;
//! assert!(filter.matches(&full(&user, &meta, Supplied::default())));
//!
//! let [(path, name)] = filter.required_equalities()[..] else { panic!() };
//! assert_eq!((path.to_string().as_str(), name), ("userName", "ada@ACME.test"));
//! # Ok::<(), scim::ScimError>(())
//! ```
//!
//! # A PATCH
//!
//! Members of groups are never part of a resource, so that a change of one member of a large group costs no more
//! than of a small one: a PATCH says what is to change, and whoever has the members does it. See [`MemberChange`].
//!
//! ```
//! # use scim::{MemberChange, Patch, Resource, ResourceType, Tolerance};
//! # use serde_json::json;
//! let group = Resource::from_stored(ResourceType::Group, r#"{"displayName":"Sales"}"#)?;
//! let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [
//!     {"op": "replace", "path": "displayName", "value": "Sales EMEA"},
//!     {"op": "remove", "path": "members[value eq \"u-1\"]"},
//! ]});
//! let mut tolerance = Tolerance::default();
//! let outcome = Patch::parse(ResourceType::Group, &body, &mut tolerance)?.apply(&group, "g-1", &mut tolerance)?;
//! assert_eq!(outcome.resource.display_name(), Some("Sales EMEA"));
//! assert_eq!(outcome.members, [MemberChange::Remove(vec!["u-1".to_owned()])]);
//! assert!(tolerance.used().is_empty(), "to the letter of the RFC");
//! # Ok::<(), scim::ScimError>(())
//! ```
//!
//! # Identity providers
//!
//! Identity providers deviate from the RFCs. Every deviation that is accepted is a [`Leniency`], noted in the
//! [`Tolerance`] that goes through each parse and granted by its [`Strictness`]. [`IdentityProvider`] knows which
//! of them a product's requests need, and how a request shows who sent it.
//!
//! # Errors and limits
//!
//! What is refused is a [`ScimError`]: status, keyword, and one sentence that says what to do. Nothing panics, and
//! every limit has its error: a body or text that asks for more than a bounded amount of work, memory or stack is
//! refused. JSON is expected from a parser that bounds its nesting, as `serde_json` does at 128 levels, and the size
//! of a body is for the caller to bound.

mod attr_path;
mod body;
mod bulk;
pub mod discovery;
mod error;
mod filter;
mod key;
mod list;
mod meta;
mod patch;
mod projection;
mod render;
mod resource;
pub mod schema;
mod sort;
mod tolerance;
pub mod urn;
mod value;

pub use attr_path::AttrPath;
pub use body::{Incoming, Member, parse_create, parse_replace};
pub use bulk::{BulkDone, BulkRequest, BulkRun, BulkStep, BulkTarget};
pub use error::{ScimError, ScimType};
pub use filter::{CompareOp, Filter, FilterValue};
pub use key::fold;
pub use list::{Page, Paging, SearchRequest, cursor_response, list_response};
pub use meta::Meta;
pub use patch::{MemberChange, Patch, PatchOutcome};
pub use projection::Projection;
pub use render::{Supplied, full, render};
pub use resource::Resource;
pub use schema::ResourceType;
pub use sort::SortBy;
pub use tolerance::{IdentityProvider, Leniency, LeniencySet, Strictness, Tolerance};

/// The examples of the README are tests too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

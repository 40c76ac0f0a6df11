//! SCIM 2.0 (RFC 7643, RFC 7644, RFC 9865) as pure functions: no I/O, no clock,
//! no HTTP types. It also compiles to WebAssembly.
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
//! A [`Resource`] holds what clients may write, in canonical form. What the server alone knows comes in at
//! [`render`]: [`Meta`] and [`Supplied`]. Members of groups are never part of a resource, so that a change of
//! one member of a large group costs no more than of a small one: see [`MemberChange`].
//!
//! Identity providers deviate from the RFCs. Every deviation that is accepted is a [`Leniency`], noted in the
//! [`Tolerance`] that goes through each parse.

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

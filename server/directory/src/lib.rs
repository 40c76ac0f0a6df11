//! The directory: accounts, users, groups, roles, tokens, matching and the provisioning log, with the store beneath.
//!
//! Every rule about them lives here and nowhere else; the SCIM API, the console and the command line all call
//! [`Directory`]. It knows no HTTP and no HTML. Start reading at [`provisioning`], what an identity provider may do,
//! and [`role`], what that gives to people.

mod account;
pub mod attention;
mod clock;
mod connection;
mod counts;
mod db;
mod error;
mod group;
mod id;
mod link;
pub mod log;
mod owner;
mod password;
pub mod provisioning;
pub mod role;
mod secret;
mod session;
mod setup_link;
mod throttle;
mod token;
mod user;
mod wish;

pub use account::Account;
pub use clock::Clock;
pub use connection::{Connection, ToleranceMode};
pub use counts::{Counts, DayCounts};
pub use db::{Directory, OpenOptions};
pub use error::{DirectoryError, Refusal};
pub use group::{
    Concerned, FormerGroup, FormerRoles, GroupChange, GroupOrder, GroupPage, GroupQuery, GroupRow, GroupView,
    Impact, MemberPage, MemberRow, Undoable,
};
pub use id::{AccountId, EntryId, GroupId, OwnerId, RoleId, SessionId, SetupLinkId, TokenId, UserId};
pub use link::{Link, LinkPurpose};
pub use log::retention::Retention;
pub use log::search::{EntryPage, EntryQuery};
pub use log::{Action, Actor, Entry, Outcome};
pub use owner::Owner;
pub use role::{GroupRole, OwnRole, Role, Roles};
pub use scim::IdentityProvider;
pub use secret::Secret;
pub use session::{ConsoleAccess, Person, Session};
pub use setup_link::SetupLink;
pub use token::{Announcement, Bearer, LONGEST_TOKEN_YEARS, NewToken, Replacement, Token, TokenRefusal};
pub use user::{
    Attribute, ManagedBy, NewUser, Position, UserOrder, UserPage, UserPlace, UserQuery, UserRow, UserView,
};
pub use wish::{Wish, WishNote, WishState};

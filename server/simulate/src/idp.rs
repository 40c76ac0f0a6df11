//! The identity providers, one file each.

mod authentik;
mod cyberark;
mod entra;
mod google;
mod jumpcloud;
mod keycloak;
mod okta;
mod onelogin;
mod ping;

use serde_json::{Value, json};

use crate::Error;
use crate::args::{Dialect, Idp};
use crate::people::{People, Person};
use crate::story::Story;

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// Tells the story of this identity provider.
pub(crate) fn play(idp: Idp, dialect: Dialect, story: &mut Story<'_>, people: &People) -> Result<(), Error> {
    match idp {
        Idp::Entra => entra::play(story, people, dialect == Dialect::Flag),
        Idp::Okta => okta::play(story, people, dialect == Dialect::Aiw),
        Idp::Google => google::play(story, people),
        Idp::Onelogin => onelogin::play(story, people),
        Idp::Jumpcloud => jumpcloud::play(story, people),
        Idp::Ping => ping::play(story, people, dialect == Dialect::Pingfederate),
        Idp::Keycloak => keycloak::play(story, people, dialect == Dialect::Patch),
        Idp::Cyberark => cyberark::play(story, people),
        Idp::Authentik => authentik::play(story, people, dialect == Dialect::Patch),
    }
}

/// A text in a filter.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn by_user_name(person: &Person) -> String {
    format!("userName eq {}", quoted(&person.user_name))
}

fn by_display_name(group: &str) -> String {
    format!("displayName eq {}", quoted(group))
}

/// What nearly everybody sends of a person, with the work address.
fn basic_user(person: &Person) -> Value {
    json!({
        "schemas": [USER],
        "userName": person.user_name,
        "externalId": person.external_id,
        "name": {"givenName": person.given, "familyName": person.family},
        "displayName": person.display_name(),
        "emails": [{"primary": true, "type": "work", "value": person.user_name}],
        "active": true,
    })
}

/// `[{"value": id}, …]`
fn members(ids: &[&str]) -> Value {
    ids.iter().map(|id| json!({"value": id})).collect()
}

/// Who is in the group of this index: everybody in the first, who is detailed in each story; a share in the
/// others.
fn share(users: &[String], group: usize) -> Vec<&str> {
    let everybody = users.iter().map(String::as_str);
    match group {
        0 => everybody.collect(),
        _ => everybody.skip(group % users.len()).step_by(2).collect(),
    }
}

/// After a user is read back: what was sent is there as it was sent, unicode and all.
fn expect_person(s: &mut Story<'_>, answer: &crate::client::Answer, person: &Person) {
    s.expect_values(
        answer,
        &[
            ("/userName", json!(person.user_name)),
            ("/externalId", json!(person.external_id)),
            ("/name/givenName", json!(person.given)),
            ("/name/familyName", json!(person.family)),
            ("/displayName", json!(person.display_name())),
        ],
        "what was sent is kept as it was sent",
    );
}

//! Every path of the console, once.

use crate::subject::step::Step;

/// Signing in.
pub const SIGN_IN: &str = "/sign-in";
/// The list of accounts.
pub const ACCOUNTS: &str = "/accounts";
/// The guides that accounts miss, for owners.
pub const WISHES: &str = "/accounts/wishes";
/// Leads a person to where they belong.
pub const HOME: &str = "/";

/// Where the SCIM API of an account is: the path of its base URL.
pub fn scim_base(account: &str) -> String {
    format!("/scim/v2/{account}")
}

/// Where a user sets a password with a one-time link.
pub fn link(secret: &str) -> String {
    format!("/link/{secret}")
}

/// What the link for a colleague opens.
pub fn shared_setup(secret: &str) -> String {
    format!("/setup/{secret}")
}

/// Where that page hears that something new came.
pub fn shared_events(secret: &str) -> Option<String> {
    (!secret.is_empty()).then(|| format!("/events/setup/{secret}"))
}

/// Where a page hears that something new came to an account; nowhere on the way to a page of none.
pub fn events(account: &str) -> Option<String> {
    (!account.is_empty()).then(|| format!("/events/{account}"))
}

/// The paths of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    id: String,
}

impl Account {
    /// The paths of the account with this id.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into() }
    }

    fn at(&self, rest: &str) -> String {
        format!("{ACCOUNTS}/{}{rest}", self.id)
    }

    /// The id.
    pub fn id(&self) -> String {
        self.id.clone()
    }

    /// Overview.
    pub fn overview(&self) -> String {
        self.at("")
    }

    /// Search.
    pub fn search(&self) -> String {
        self.at("/search")
    }

    /// Users.
    pub fn users(&self) -> String {
        self.at("/users")
    }

    /// The form for a manual user.
    pub fn new_user(&self) -> String {
        self.at("/users/new")
    }

    /// One user.
    pub fn user(&self, user: &str) -> String {
        self.at(&format!("/users/{user}"))
    }

    /// The users as a file, narrowed as the list is; `kind`: `csv` or `json`.
    pub fn export_users(&self, kind: &str) -> String {
        format!("/export/{}/users.{kind}", self.id)
    }

    /// Groups.
    pub fn groups(&self) -> String {
        self.at("/groups")
    }

    /// One group.
    pub fn group(&self, group: &str) -> String {
        self.at(&format!("/groups/{group}"))
    }

    /// The confirmation of a change of what a group gives: `change` is `give` or `take` with a role, `pause`, `resume`,
    /// or `former` with the group whose roles are given.
    pub fn group_change(&self, group: &str, change: &str, of: Option<&str>) -> String {
        let path = self.at(&format!("/groups/{group}/change"));
        with_query(&path, &[("change", Some(change)), ("of", of)])
    }

    /// Roles.
    pub fn roles(&self) -> String {
        self.at("/roles")
    }

    /// The form for a role of the account's own.
    pub fn new_role(&self) -> String {
        self.at("/roles/new")
    }

    /// One role, by its built-in name or its id.
    pub fn role(&self, role: &str) -> String {
        self.at(&format!("/roles/{role}"))
    }

    /// The form that changes an own role.
    pub fn edit_role(&self, role: &str) -> String {
        self.at(&format!("/roles/{role}/change"))
    }

    /// The confirmation before an own role is deleted.
    pub fn delete_role(&self, role: &str) -> String {
        self.at(&format!("/roles/{role}/delete"))
    }

    /// Activity.
    pub fn activity(&self) -> String {
        self.at("/activity")
    }

    /// A file with the activity: `csv` or `jsonl`.
    pub fn activity_export(&self, format: &str) -> String {
        format!("/export/{}/activity.{format}", self.id)
    }

    /// Activity, narrowed to what was refused.
    pub fn refused(&self) -> String {
        self.at("/activity?outcome=refused")
    }

    /// One entry of the activity.
    pub fn entry(&self, entry: &str) -> String {
        self.at(&format!("/activity/{entry}"))
    }

    /// Identity and access.
    pub fn identity(&self) -> String {
        self.at("/identity")
    }

    /// Automated user provisioning with SCIM.
    pub fn provisioning(&self) -> String {
        self.at("/identity/provisioning")
    }

    /// The confirmation before provisioning is switched on where manual users exist.
    pub fn enable(&self) -> String {
        self.at("/identity/provisioning/enable")
    }

    /// The set-up, at the first step that is not done.
    pub fn setup(&self) -> String {
        self.at("/identity/provisioning/setup")
    }

    /// A step of the set-up.
    pub fn setup_step(&self, step: Step) -> String {
        format!("{}/{}", self.setup(), step.slug())
    }

    /// The guide for an identity provider, whichever is chosen.
    pub fn guide(&self, guide: &str) -> String {
        with_query(&self.setup_step(Step::Configure), &[("guide", Some(guide))])
    }

    /// The preview as a file.
    pub fn preview_file(&self) -> String {
        format!("/download/{}/preview.csv", self.id)
    }

    /// The bundle for support.
    pub fn support_file(&self) -> String {
        format!("/download/{}/support.json", self.id)
    }

    /// Troubleshooting.
    pub fn troubleshooting(&self) -> String {
        self.at("/troubleshooting")
    }

    /// A known problem in words, under Troubleshooting. Links to it are `external`: the browser goes to the place on the
    /// page by itself, once the page is there.
    pub fn problem(&self, id: &str) -> String {
        self.at(&format!("/troubleshooting#problem-{id}"))
    }

    /// The comparison with a list of the identity provider.
    pub fn compare(&self) -> String {
        self.at("/troubleshooting/compare")
    }

    /// Users with more roles than their groups give.
    pub fn extra_roles(&self) -> String {
        self.at("/troubleshooting/roles")
    }

    /// The confirmation before such roles are removed.
    pub fn remove_roles(&self) -> String {
        self.at("/troubleshooting/roles/remove")
    }

    /// The form for a token.
    pub fn new_token(&self) -> String {
        self.at("/identity/provisioning/tokens/new")
    }

    /// The form for the successor of a token.
    pub fn successor(&self, token: &str) -> String {
        with_query(&self.new_token(), &[("replaces", Some(token))])
    }
}

/// The id of the account that a path belongs to.
pub fn account_of(path: &str) -> Option<String> {
    if path == WISHES {
        return None;
    }
    let rest = path.strip_prefix(ACCOUNTS)?.strip_prefix('/')?;
    let id = rest.split('/').next().unwrap_or_default();
    (!id.is_empty()).then(|| id.to_owned())
}

/// A path with those of the parameters that have a value.
pub fn with_query(path: &str, parameters: &[(&str, Option<&str>)]) -> String {
    let mut href = path.to_owned();
    for (name, value) in parameters {
        if let Some(value) = value {
            href.push(if href.contains('?') { '&' } else { '?' });
            href.push_str(name);
            href.push('=');
            push_encoded(&mut href, value);
        }
    }
    href
}

/// A text as a part of an address.
pub fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    push_encoded(&mut encoded, text);
    encoded
}

/// Percent-encodes all but the unreserved characters (RFC 3986 §2.3).
fn push_encoded(href: &mut String, value: &str) {
    use std::fmt::Write as _;

    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            href.push(char::from(byte));
        } else {
            let _ = write!(href, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{account_of, with_query};

    #[test]
    fn parameters_are_encoded_and_absent_ones_left_out() {
        let parameters = [("q", Some("a&b ü")), ("state", None), ("after", Some("x@y"))];
        assert_eq!(
            with_query("/users", &parameters),
            "/users?q=a%26b%20%C3%BC&after=x%40y"
        );
        assert_eq!(with_query("/users", &[("q", None)]), "/users");
    }

    #[test]
    fn the_account_of_a_path() {
        for (path, account) in [
            ("/accounts/1", Some("1")),
            ("/accounts/1/users/2", Some("1")),
            ("/accounts", None),
            ("/accounts/wishes", None),
            ("/accounts/", None),
            ("/sign-in", None),
        ] {
            assert_eq!(account_of(path).as_deref(), account, "{path}");
        }
    }
}

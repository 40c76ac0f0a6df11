//! A resource as clients write it: attributes in canonical form, without what the server adds.

use serde_json::{Map, Value, json};

use crate::error::ScimError;
use crate::patch::Patch;
use crate::schema::ResourceType;
use crate::tolerance::Tolerance;
use crate::urn;

/// The attributes of a user or group that clients may write.
///
/// Canonical: attribute names as the schema spells them, extension attributes under the extension's URN, no
/// attribute without a value. Never `id`, `meta`, `schemas`, `groups`, `password`; never a group's `members`.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    kind: ResourceType,
    attributes: Map<String, Value>,
}

impl Resource {
    pub(crate) fn new(kind: ResourceType, attributes: Map<String, Value>) -> Self {
        Self { kind, attributes }
    }

    /// A user with this name, active and with nothing else: what the console creates by hand.
    pub fn new_user(user_name: &str) -> Self {
        let mut attributes = Map::new();
        attributes.insert("userName".to_owned(), user_name.into());
        attributes.insert("active".to_owned(), true.into());
        Self {
            kind: ResourceType::User,
            attributes,
        }
    }

    /// Reads what [`to_stored`](Self::to_stored) wrote.
    ///
    /// # Errors
    /// 500 when the text is not a JSON object: the store was changed by something else.
    pub fn from_stored(kind: ResourceType, json: &str) -> Result<Self, ScimError> {
        match serde_json::from_str(json) {
            Ok(attributes) => Ok(Self { kind, attributes }),
            Err(_) => Err(ScimError::internal("The stored resource cannot be read.")),
        }
    }

    /// One JSON object as text: `{"active":true,"userName":"ada@acme.test"}`.
    pub fn to_stored(&self) -> String {
        Value::Object(self.attributes.clone()).to_string()
    }

    /// Sets the attribute at a PATCH path, `name.givenName` or `emails[type eq "work"].value`; `null` or `""`
    /// clears it.
    ///
    /// # Errors
    /// As a PATCH `replace` of that path.
    ///
    /// ```
    /// # use scim::Resource;
    /// let mut user = Resource::new_user("ada");
    /// user.set("name.givenName", "Ada".into())?;
    /// assert_eq!(user.formatted_name().as_deref(), Some("Ada"));
    /// # Ok::<(), scim::ScimError>(())
    /// ```
    pub fn set(&mut self, path: &str, value: Value) -> Result<(), ScimError> {
        let mut body = json!({"schemas": [urn::PATCH_OP], "Operations": [{"op": "replace", "path": path}]});
        body["Operations"][0]["value"] = value;
        let mut tolerance = Tolerance::default();
        let change = Patch::parse(self.kind, &body, &mut tolerance)?;
        // Nothing in the body names an id.
        *self = change.apply(self, "", &mut tolerance)?.resource;
        Ok(())
    }

    /// User or Group.
    pub fn kind(&self) -> ResourceType {
        self.kind
    }

    /// The attributes, in canonical form.
    pub fn attributes(&self) -> &Map<String, Value> {
        &self.attributes
    }

    pub(crate) fn attributes_mut(&mut self) -> &mut Map<String, Value> {
        &mut self.attributes
    }

    /// `userName`; empty for a group.
    pub fn user_name(&self) -> &str {
        self.text("userName").unwrap_or_default()
    }

    /// `externalId`.
    pub fn external_id(&self) -> Option<&str> {
        self.text("externalId")
    }

    /// `displayName`.
    pub fn display_name(&self) -> Option<&str> {
        self.text("displayName")
    }

    /// `active`, which is true unless it was set to false.
    pub fn active(&self) -> bool {
        self.attributes
            .get("active")
            .and_then(Value::as_bool)
            .unwrap_or(true)
    }

    /// The best name for people: `displayName`, else `name.formatted`, else given and family name.
    pub fn formatted_name(&self) -> Option<String> {
        if let Some(name) = self.display_name() {
            return Some(name.to_owned());
        }
        let part = |key| self.attributes.get("name")?.get(key)?.as_str();
        if let Some(name) = part("formatted") {
            return Some(name.to_owned());
        }
        match (part("givenName"), part("familyName")) {
            (Some(given), Some(family)) => Some(format!("{given} {family}")),
            (given, family) => given.or(family).map(str::to_owned),
        }
    }

    /// The e-mail marked primary, else the first.
    pub fn primary_email(&self) -> Option<&str> {
        let emails = self.attributes.get("emails")?.as_array()?;
        let primary = emails.iter().find(|email| email["primary"] == json!(true));
        primary.or_else(|| emails.first())?.get("value")?.as_str()
    }

    fn text(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute)?.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_name_for_people() {
        let mut user = Resource::new_user("ada@acme.test");
        assert_eq!(user.formatted_name(), None);
        for (path, value, expected) in [
            ("name.familyName", "Lovelace", "Lovelace"),
            ("name.givenName", "Ada", "Ada Lovelace"),
            ("name.formatted", "Lady Lovelace", "Lady Lovelace"),
            ("displayName", "Ada L", "Ada L"),
        ] {
            user.set(path, value.into()).unwrap();
            assert_eq!(user.formatted_name().as_deref(), Some(expected));
        }
    }

    #[test]
    fn the_primary_email_is_the_marked_one_else_the_first() {
        let mut user = Resource::new_user("ada");
        assert_eq!(user.primary_email(), None);
        user.set("emails", json!([{"value": "a@x.test"}, {"value": "b@x.test"}]))
            .unwrap();
        assert_eq!(user.primary_email(), Some("a@x.test"));
        user.set("emails[value eq \"b@x.test\"].primary", true.into())
            .unwrap();
        assert_eq!(user.primary_email(), Some("b@x.test"));
    }

    #[test]
    fn setting_keeps_the_rules_of_the_schema() {
        let mut user = Resource::new_user("ada");
        let before = user.clone();
        for (path, value) in [
            ("nosuch", json!("x")),
            ("userName", json!(null)),
            ("id", json!("u-2")),
            ("active", json!("perhaps")),
            ("name", json!("x")),
        ] {
            assert!(user.set(path, value).is_err(), "{path}");
        }
        assert_eq!(user, before);
        user.set("title", "Countess".into()).unwrap();
        user.set("title", "".into()).unwrap();
        assert_eq!(user, before);
    }

    #[test]
    fn what_is_stored_reads_back() {
        let mut user = Resource::new_user("ada");
        user.set("manager", "u-7".into()).unwrap();
        let stored = user.to_stored();
        assert_eq!(Resource::from_stored(ResourceType::User, &stored), Ok(user));
        assert_eq!(
            Resource::from_stored(ResourceType::User, "[]")
                .unwrap_err()
                .status,
            500
        );
    }
}

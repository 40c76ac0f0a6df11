//! Filters.

use super::IdentityProvider::{
    Authentik, CyberArk, Entra, JumpCloud, Keycloak, Okta, OneLogin, PingFederate, PingOne, Rippling,
};
use super::Input::Filter;
use super::{Case, Group, Leniency as L, User};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("userName", Filter(User, r#"userName eq "ada""#), r#"userName eq "ada""#)
            .from(&[Entra, Okta, OneLogin, JumpCloud, PingOne, PingFederate, Keycloak, Authentik, CyberArk, Rippling]),
        Case::new(
            "operators and names in any case",
            Filter(Group, r#"DISPLAYNAME EQ "Sales" AND externalid Pr"#),
            r#"displayName eq "Sales" and externalId pr"#,
        ),
        Case::new(
            "names with the URN of the schema",
            Filter(User, r#"urn:ietf:params:scim:schemas:core:2.0:User:userName eq "ada""#),
            r#"userName eq "ada""#,
        ),
        Case::new("text for a boolean", Filter(User, r#"active eq "True""#), "active eq true")
            .from(&[Entra])
            .takes(&[L::BooleanAsText]),
        Case::new("number for a boolean", Filter(User, "active eq 1"), "active eq true")
            .takes(&[L::BooleanAsText]),
        Case::new(
            "the work e-mail as matching attribute",
            Filter(User, r#"emails[type eq "work"].value eq "a@x.test""#),
            r#"emails[type eq "work" and value eq "a@x.test"]"#,
        )
        .from(&[Entra])
        .takes(&[L::ValuePathTail]),
        Case::new("a list compared", Filter(User, r#"emails eq "a@x.test""#), r#"emails.value eq "a@x.test""#)
            .from(&[PingOne, PingFederate])
            .takes(&[L::ComplexCompared]),
        Case::new("members compared", Filter(Group, r#"members eq "u-1""#), r#"members.value eq "u-1""#)
            .from(&[Entra])
            .takes(&[L::ComplexCompared]),
        Case::new(
            "the reference check of a manager",
            Filter(User, r#"id eq "u-1" and manager eq "u-9""#),
            r#"id eq "u-1" and urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "u-9""#,
        )
        .from(&[Entra])
        .takes(&[L::ExtensionWithoutUrn, L::ComplexCompared]),
        Case::new(
            "an attribute of the extension without URN",
            Filter(User, r#"department eq "R&D""#),
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "R&D""#,
        )
        .takes(&[L::ExtensionWithoutUrn]),
        Case::new("unquoted value", Filter(User, "userName eq jdoe"), r#"userName eq "jdoe""#)
            .from(&[Authentik, PingOne, PingFederate])
            .takes(&[L::UnquotedValue]),
        Case::new("unquoted externalId", Filter(User, "externalId eq jyoung"), r#"externalId eq "jyoung""#)
            .from(&[Entra])
            .takes(&[L::UnquotedValue]),
        Case::new(
            "a list compared with an unquoted value",
            Filter(User, "emails eq a@x.test"),
            r#"emails.value eq "a@x.test""#,
        )
        .from(&[PingFederate])
        .takes(&[L::UnquotedValue, L::ComplexCompared]),
        Case::new("number for text", Filter(User, "externalId eq 77"), r#"externalId eq "77""#)
            .takes(&[L::ScalarAsText]),
    ]
}

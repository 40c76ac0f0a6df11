use serde_json::json;

use super::*;
use crate::error::ScimType;
use crate::tolerance::{Leniency, Strictness};
use crate::urn;

const ENTERPRISE: &str = urn::ENTERPRISE_USER;

fn parse(text: &str) -> Result<Filter, ScimError> {
    Filter::parse(text, ResourceType::User, &mut Tolerance::default())
}

fn canonical(text: &str) -> String {
    parse(text)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
        .to_string()
}

fn refused(text: &str) -> String {
    let error = parse(text).expect_err(text);
    assert_eq!(
        (error.status, error.scim_type),
        (400, Some(ScimType::InvalidFilter)),
        "{text}"
    );
    error.detail
}

#[test]
fn valid_filters_have_one_canonical_text() {
    for (text, expected) in [
        ("userName eq \"ada\"", "userName eq \"ada\""),
        ("  USERNAME   Eq \"Ada\" ", "userName eq \"Ada\""),
        ("userName pr", "userName pr"),
        ("title PR AND userType eq \"x\"", "title pr and userType eq \"x\""),
        (
            "name.familyName co \"O'Malley\"",
            "name.familyName co \"O'Malley\"",
        ),
        (
            "urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"J\"",
            "userName sw \"J\"",
        ),
        (
            "urn:ietf:params:scim:schemas:core:2.0:User:name.givenName eq \"A\"",
            "name.givenName eq \"A\"",
        ),
        (
            "meta.lastModified gt \"2011-05-13T04:42:34Z\"",
            "meta.lastModified gt \"2011-05-13T04:42:34Z\"",
        ),
        (
            "meta.lastModified le \"2026-01-01T01:00:00+01:00\"",
            "meta.lastModified le \"2026-01-01T00:00:00Z\"",
        ),
        (
            "meta.created ge \"2026-01-01T00:00:00\"",
            "meta.created ge \"2026-01-01T00:00:00Z\"",
        ),
        ("active eq true", "active eq true"),
        ("active eq \"False\"", "active eq false"),
        ("active ne FALSE", "active ne false"),
        ("active eq 0", "active eq false"),
        ("active eq \"1\"", "active eq true"),
        ("title eq null", "title eq null"),
        ("emails ne NULL", "emails.value ne null"),
        ("emails co \"x\"", "emails.value co \"x\""),
        ("emails pr", "emails pr"),
        ("not (title pr)", "not (title pr)"),
        ("NOT(title pr)", "not (title pr)"),
        ("not(not  (title pr))", "not (not (title pr))"),
        ("(userName eq \"a\")", "userName eq \"a\""),
        ("((userName eq \"a\"))", "userName eq \"a\""),
        (
            "userName eq \"a\" or userName eq \"b\" and title pr",
            "userName eq \"a\" or userName eq \"b\" and title pr",
        ),
        (
            "(userName eq \"a\" or userName eq \"b\") and title pr",
            "(userName eq \"a\" or userName eq \"b\") and title pr",
        ),
        ("(title pr)and(active eq true)", "title pr and active eq true"),
        (
            "emails[type eq \"work\" and value co \"@acme\"]",
            "emails[type eq \"work\" and value co \"@acme\"]",
        ),
        ("emails[not (type eq \"work\")]", "emails[not (type eq \"work\")]"),
        ("emails[ type eq \"work\" ]", "emails[type eq \"work\"]"),
        (
            "emails[type eq \"work\"].value eq \"x\"",
            "emails[type eq \"work\" and value eq \"x\"]",
        ),
        (
            "emails[type eq \"work\"].Value PR",
            "emails[type eq \"work\" and value pr]",
        ),
        (
            "emails[type eq \"work\" or primary eq true].value eq \"x\" and active eq true",
            "emails[(type eq \"work\" or primary eq true) and value eq \"x\"] and active eq true",
        ),
        (
            "ims[type eq \"xmpp\" and primary eq \"True\"]",
            "ims[type eq \"xmpp\" and primary eq true]",
        ),
        ("userName eq \"\\u00e9\\\"\\\\\"", "userName eq \"é\\\"\\\\\""),
        ("userName eq \"a) and (b\"", "userName eq \"a) and (b\""),
        ("userName eq jdoe@acme.test", "userName eq \"jdoe@acme.test\""),
        (
            "active eq true and userName eq jdoe",
            "active eq true and userName eq \"jdoe\"",
        ),
        ("externalId eq 0b7c-11", "externalId eq \"0b7c-11\""),
        ("externalId eq 77", "externalId eq \"77\""),
        ("userName gt \"a\"", "userName gt \"a\""),
        ("schemas eq \"urn:x\"", "schemas eq \"urn:x\""),
        ("id eq \"u-1\"", "id eq \"u-1\""),
        ("groups.value eq \"g-1\"", "groups.value eq \"g-1\""),
        ("groups eq \"g-1\"", "groups.value eq \"g-1\""),
        (
            "x509Certificates.value eq \"MII=\"",
            "x509Certificates.value eq \"MII=\"",
        ),
    ] {
        assert_eq!(canonical(text), expected, "{text}");
        assert_eq!(canonical(expected), expected);
    }
    for (text, expected) in [
        (
            format!("{ENTERPRISE}:department eq \"R&D\""),
            format!("{ENTERPRISE}:department eq \"R&D\""),
        ),
        (
            format!("{ENTERPRISE}:Manager eq \"u-1\""),
            format!("{ENTERPRISE}:manager.value eq \"u-1\""),
        ),
        (
            format!("{ENTERPRISE}:manager.$ref pr"),
            format!("{ENTERPRISE}:manager.$ref pr"),
        ),
        (
            "id eq \"u-1\" and manager eq \"u-2\"".to_owned(),
            format!("id eq \"u-1\" and {ENTERPRISE}:manager.value eq \"u-2\""),
        ),
        (
            format!("{}:managedBy eq \"manual\"", urn::ROLLCALL_USER),
            format!("{}:managedBy eq \"manual\"", urn::ROLLCALL_USER),
        ),
    ] {
        assert_eq!(canonical(&text), expected, "{text}");
    }
}

#[test]
fn members_are_filtered_on_groups_only() {
    let mut t = Tolerance::default();
    let filter = Filter::parse(
        "members eq \"u-1\" or members[type eq \"Group\"]",
        ResourceType::Group,
        &mut t,
    );
    assert_eq!(
        filter.unwrap().to_string(),
        "members.value eq \"u-1\" or members[type eq \"Group\"]"
    );
    refused("members.value eq \"u-1\"");
}

#[test]
fn invalid_filters_are_refused() {
    for text in [
        "",
        " ",
        "userName",
        "userName ",
        "userName eq",
        "userName eq ",
        "userName eq \"a",
        "userName eq \"a\\\"",
        "userName eq 'a'",
        "userName equals \"a\"",
        "userName eq\"a\"",
        "(userName eq \"a\"",
        "userName eq \"a\")",
        "userName eq \"a\" and",
        "userName eq \"a\" and ",
        "userName eq \"a\"and title pr",
        "and userName eq \"a\"",
        "userName eq \"a\" userName eq \"b\"",
        "userName eq \"a\" xor title pr",
        "not userName eq \"a\"",
        "not",
        "not()",
        "()",
        "emails[type eq \"work\"",
        "emails[]",
        "emails[type eq \"work\"].",
        "emails[type eq \"work\"].value",
        "emails[type eq \"work\"].value eq",
        "emails[type eq \"work\"].nosuch eq \"x\"",
        "emails[type eq \"work\"]]",
        "emails[type eq work]",
        "emails[a[b eq 1]]",
        "emails[type[value pr]]",
        "emails[name.givenName eq \"x\"]",
        "emails.value[type pr]",
        "userName[value eq \"x\"]",
        "name.givenName.x eq \"a\"",
        "active gt true",
        "active co \"tr\"",
        "active eq \"perhaps\"",
        "active eq 2",
        "primary eq true",
        "nosuchattr eq \"a\"",
        "never eq \"a\"",
        "userName eq \"\\q\"",
        "userName eq \"\\u0000\"",
        "password eq \"x\"",
        "password pr",
        "name eq \"x\"",
        "addresses eq \"x\"",
        "meta eq \"x\"",
        "title gt null",
        "title co null",
        "meta.lastModified gt \"yesterday\"",
        "meta.lastModified gt \"2026-01-01\"",
        "meta.lastModified gt 5",
        "meta.lastModified co \"2026\"",
        "x509Certificates.value gt \"a\"",
        "urn:nosuch:User:userName eq \"a\"",
        "urn:ietf:params:scim:schemas:core:2.0:Group:displayName eq \"a\"",
        "userName eq jdoe and active eq true",
        "(userName eq jdoe)",
        "userName sw jdoe",
        "userName eq j\\doe",
        "userName eq j\u{0}doe",
        "]",
        "\"a\" eq userName",
        "eq",
        "userName eq \"a\";",
        "\u{0}",
        "üser eq \"a\"",
    ] {
        refused(text);
    }
}

#[test]
fn errors_say_where_and_what_to_do() {
    for (text, place) in [
        (
            "userName equals \"a\"",
            "at character 10, 'equals' is not an operator",
        ),
        (
            "userName eq \"é\" and nosuch pr",
            "at character 21, 'nosuch' is not an attribute of User",
        ),
        (
            "not userName pr",
            "at character 5, 'not' must be followed by a filter in parentheses",
        ),
        ("(title pr", "at character 10, expected 'and', 'or' or ')'"),
        ("title pr)", "at character 9, there is a ')' without its '('"),
    ] {
        assert!(refused(text).contains(place), "{text}: {}", refused(text));
    }
}

#[test]
fn limits_hold() {
    let nested = |depth: usize| format!("{}title pr{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse(&nested(32)).is_ok());
    refused(&nested(33));
    refused(&"(".repeat(16_000));
    refused(&"not(".repeat(4_000));
    let terms = |count: usize| vec!["title pr"; count].join(" or ");
    assert!(parse(&terms(500)).is_ok());
    refused(&terms(501));
    refused(&format!("title eq \"{}\"", "x".repeat(20_000)));
}

#[test]
fn precedence_is_not_then_and_then_or() {
    // Erratum 4670: the RFC prints the list in reverse.
    let a_or_b_and_c = parse("title pr or userName pr and active eq true").unwrap();
    assert!(matches!(&a_or_b_and_c, Filter::Or(terms) if matches!(terms[1], Filter::And(_))));
    let not_a_and_b = parse("not (title pr) and userName pr").unwrap();
    assert!(matches!(&not_a_and_b, Filter::And(terms) if matches!(terms[0], Filter::Not(_))));
}

#[test]
fn equalities_that_every_match_has() {
    let equalities = |text: &str| -> Vec<String> {
        let filter = parse(text).unwrap();
        filter
            .required_equalities()
            .iter()
            .map(|(path, text)| format!("{path}={text}"))
            .collect()
    };
    assert_eq!(equalities("userName eq \"a\""), ["userName=a"]);
    assert_eq!(
        equalities("active eq true and (userName eq \"a\" and externalId eq \"b\")"),
        ["userName=a", "externalId=b"]
    );
    assert!(equalities("userName eq \"a\" or externalId eq \"b\"").is_empty());
    assert!(equalities("not (userName eq \"a\")").is_empty());
    assert!(equalities("emails[value eq \"a\"] and userName ne \"a\"").is_empty());
}

#[test]
fn leniencies_are_noted() {
    for (text, leniency) in [
        ("userName eq jdoe", Leniency::UnquotedValue),
        ("userName eq o'brien@acme.test", Leniency::UnquotedValue),
        ("emails eq \"x\"", Leniency::ComplexCompared),
        ("emails[type eq \"work\"].value eq \"x\"", Leniency::ValuePathTail),
        ("active eq \"True\"", Leniency::BooleanAsText),
        ("externalId eq 77", Leniency::ScalarAsText),
        ("department eq \"R&D\"", Leniency::ExtensionWithoutUrn),
    ] {
        let mut t = Tolerance::default();
        Filter::parse(text, ResourceType::User, &mut t).unwrap();
        assert_eq!(t.used(), [leniency], "{text}");
        let mut strict = Tolerance::new(Strictness::Strict);
        let error = Filter::parse(text, ResourceType::User, &mut strict).unwrap_err();
        assert_eq!(error.scim_type, Some(ScimType::InvalidFilter), "{text}");
    }
}

fn ada() -> Map<String, Value> {
    let ada = json!({
        "schemas": [urn::USER, ENTERPRISE],
        "id": "u-1",
        "externalId": "Ext-1",
        "userName": "Ada@Acme.test",
        "name": {"givenName": "Ada", "familyName": "Lovelace"},
        "displayName": "Zoe\u{308}",
        "active": true,
        "emails": [
            {"value": "ada@acme.test", "type": "work", "primary": true},
            {"value": "ada@home.test", "type": "home"},
        ],
        "addresses": [{"locality": "London", "type": "work"}],
        "groups": [{"value": "g-1", "type": "direct"}],
        "meta": {"lastModified": "2026-01-31T12:00:00.5Z", "version": "W/\"3\"", "resourceType": "User"},
        ENTERPRISE: {"department": "R&D", "manager": {"value": "u-9"}},
    });
    let Value::Object(ada) = ada else { unreachable!() };
    ada
}

#[test]
fn matching() {
    let ada = ada();
    for (text, expected) in [
        ("userName eq \"ADA@acme.TEST\"", true),
        ("userName eq \"ada\"", false),
        ("userName ne \"ada\"", true),
        ("userName sw \"ADA@\"", true),
        ("userName ew \".TEST\"", true),
        ("userName co \"@ACME\"", true),
        ("displayName eq \"ZO\u{cb}\"", true),
        ("displayName co \"\u{eb}\"", true),
        ("externalId eq \"Ext-1\"", true),
        ("externalId eq \"ext-1\"", false),
        ("externalId co \"ext\"", false),
        ("id eq \"u-1\"", true),
        ("id eq \"U-1\"", false),
        ("schemas eq \"urn:ietf:params:scim:schemas:core:2.0:user\"", true),
        (
            "schemas eq \"urn:ietf:params:scim:schemas:core:2.0:Group\"",
            false,
        ),
        ("active eq true", true),
        ("active eq \"False\"", false),
        ("active ne false", true),
        ("name.familyName gt \"KING\"", true),
        ("name.familyName lt \"king\"", false),
        ("name.familyName ge \"LOVELACE\"", true),
        ("name.familyName le \"lovelace\"", true),
        ("name pr", true),
        ("name.middleName pr", false),
        ("title pr", false),
        ("title eq null", true),
        ("userName eq null", false),
        ("userName ne null", true),
        ("title ne null", false),
        ("title ne \"x\"", true),
        ("title eq \"x\"", false),
        ("not (title eq \"x\")", true),
        ("emails pr", true),
        ("phoneNumbers pr", false),
        ("phoneNumbers eq null", true),
        ("emails eq \"ADA@home.test\"", true),
        ("emails.value eq \"ada@home.test\"", true),
        ("emails.value ne \"ada@home.test\"", true),
        ("emails.type eq \"other\"", false),
        ("emails[type eq \"work\" and value co \"home\"]", false),
        ("emails[type eq \"home\" and value co \"home\"]", true),
        ("emails.type eq \"work\" and emails.value co \"home\"", true),
        ("emails[type eq \"work\"].value eq \"ada@acme.test\"", true),
        ("emails[type eq \"home\"].value eq \"ada@acme.test\"", false),
        ("emails[primary eq \"True\"]", true),
        ("emails[primary pr and type eq \"home\"]", false),
        ("emails[not (primary eq true)]", true),
        (
            "emails[type eq \"work\" or type eq \"home\"] and not (active eq false)",
            true,
        ),
        ("addresses[locality eq \"london\"]", true),
        ("name[familyName eq \"lovelace\"]", true),
        ("groups.value eq \"g-1\"", true),
        ("groups[type eq \"indirect\"]", false),
        ("manager eq \"u-9\"", true),
        ("manager eq \"U-9\"", false),
        ("id eq \"u-1\" and manager eq \"u-9\"", true),
        ("department eq \"r&d\"", true),
        ("costCenter pr", false),
        ("meta.lastModified gt \"2026-01-31T12:00:00Z\"", true),
        ("meta.lastModified ge \"2026-01-31T13:00:00.5+01:00\"", true),
        ("meta.lastModified lt \"2026-01-31T12:00:00Z\"", false),
        ("meta.lastModified eq \"2026-01-31T12:00:00.500Z\"", true),
        ("meta.version eq \"W/\\\"3\\\"\"", true),
        ("meta.resourceType eq \"User\"", true),
        ("title pr or userName pr and active eq false", false),
        ("(title pr or userName pr) and active eq true", true),
    ] {
        assert_eq!(parse(text).unwrap().matches(&ada), expected, "{text}");
    }
}

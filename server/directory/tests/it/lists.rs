//! Lists: filters, sorting and paging, by index and by evaluation alike.

use directory::provisioning::{IfMatch, References};
use proptest::prelude::*;
use scim::{Meta, ResourceType, Supplied};
use serde_json::{Value, json};

use crate::harness::Harness;
use crate::idp::{Idp, add_members, query};

async fn names(idp: &Idp, h: &Harness, filter: &str) -> Vec<String> {
    let listing = idp.list_users(h, filter).await.unwrap();
    assert_eq!(listing.total, Some(listing.items.len()), "{filter}");
    listing
        .items
        .iter()
        .map(|user| user.resource.user_name().to_owned())
        .collect()
}

async fn group_names(idp: &Idp, h: &Harness, filter: &str) -> Vec<String> {
    let listing = idp.list_groups(h, filter).await.unwrap();
    assert_eq!(listing.total, Some(listing.items.len()), "{filter}");
    listing
        .items
        .iter()
        .map(|group| group.resource.display_name().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn users_are_found_by_every_index_and_by_what_has_none() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let bodies = [
        json!({ "userName": "Ada@acme.test", "externalId": "X1", "title": "Countess",
            "emails": [{ "value": "ada@acme.test", "type": "work" }, { "value": "ada@home.test", "type": "home" }] }),
        json!({ "userName": "bob@acme.test", "externalId": "x1", "active": false }),
        json!({ "userName": "cleo@acme.test", "title": "Queen" }),
    ];
    let mut ids = Vec::new();
    for body in bodies {
        ids.push(idp.on(&h).create_user(body).await.unwrap().user.id);
    }
    let inner = idp.group(&h, "Inner", &[&ids[0]]).await.id;
    let outer = idp.group(&h, "Outer", &[&ids[1], &inner]).await.id;
    let (ada, bob, cleo) = ("Ada@acme.test", "bob@acme.test", "cleo@acme.test");
    let cases: Vec<(String, Vec<&str>)> = vec![
        (String::new(), vec![ada, bob, cleo]),
        ("userName eq \"ADA@ACME.TEST\"".into(), vec![ada]),
        ("userName eq \"ada\"".into(), vec![]),
        ("externalId eq \"x1\"".into(), vec![bob]),
        (format!("id eq \"{}\"", ids[2]), vec![cleo]),
        (format!("id eq \"{}\"", ids[2].to_string().to_uppercase()), vec![]),
        ("id eq \"' OR 1=1 --\"".into(), vec![]),
        (format!("groups.value eq \"{outer}\""), vec![ada, bob]),
        (format!("groups.value eq \"{inner}\""), vec![ada]),
        (
            format!("groups[value eq \"{outer}\" and type eq \"indirect\"]"),
            vec![ada],
        ),
        (format!("not (groups.value eq \"{inner}\")"), vec![bob, cleo]),
        ("groups pr".into(), vec![ada, bob]),
        ("active eq false".into(), vec![bob]),
        ("title pr and title ne \"queen\"".into(), vec![ada]),
        (
            "userName eq \"ada@acme.test\" and title eq \"Queen\"".into(),
            vec![],
        ),
        (
            "userName eq \"ada@acme.test\" or title eq \"Queen\"".into(),
            vec![ada, cleo],
        ),
        (
            "emails[type eq \"work\" and value co \"@ACME\"]".into(),
            vec![ada],
        ),
        ("userName ew \"ACME.test\"".into(), vec![ada, bob, cleo]),
        (
            "meta.created ge \"2026-12-01T09:00:00Z\"".into(),
            vec![ada, bob, cleo],
        ),
        ("meta.created gt \"2026-12-01T09:00:00Z\"".into(), vec![]),
    ];
    for (filter, expected) in cases {
        assert_eq!(names(&idp, &h, &filter).await, expected, "{filter}");
    }
}

#[tokio::test]
async fn groups_are_found_by_every_index_and_by_what_has_none() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let (ada, bob) = (idp.user(&h, "ada").await.id, idp.user(&h, "bob").await.id);
    let staff = idp.group(&h, "Staff", &[&ada, &bob]).await.id;
    let body = json!({ "displayName": "Café", "externalId": "G2", "members": [{ "value": staff }] });
    let cafe = idp.on(&h).create_group(body).await.unwrap().id;
    idp.group(&h, "Empty", &[]).await;
    let cases: Vec<(String, Vec<&str>)> = vec![
        (String::new(), vec!["Staff", "Café", "Empty"]),
        ("displayName eq \"sTAFF\"".into(), vec!["Staff"]),
        ("displayName eq \"CAFE\u{301}\"".into(), vec!["Café"]),
        ("externalId eq \"g2\"".into(), vec![]),
        ("externalId eq \"G2\"".into(), vec!["Café"]),
        (format!("id eq \"{cafe}\""), vec!["Café"]),
        (format!("members.value eq \"{ada}\""), vec!["Staff"]),
        (format!("members eq \"{ada}\""), vec!["Staff"]),
        (format!("members[value eq \"{staff}\"]"), vec!["Café"]),
        (
            format!("id eq \"{staff}\" and members.value eq \"{bob}\""),
            vec!["Staff"],
        ),
        (format!("id eq \"{cafe}\" and members eq \"{bob}\""), vec![]),
        (
            format!("members.value eq \"{ada}\" or members.value eq \"{staff}\""),
            vec!["Staff", "Café"],
        ),
        (format!("not (members.value eq \"{ada}\")"), vec!["Café", "Empty"]),
        ("members pr".into(), vec!["Staff", "Café"]),
        ("members[type eq \"Group\"]".into(), vec!["Café"]),
        ("displayName co \"T\"".into(), vec!["Staff", "Empty"]),
    ];
    for (filter, expected) in cases {
        assert_eq!(group_names(&idp, &h, &filter).await, expected, "{filter}");
    }
}

#[tokio::test]
async fn pages_are_parts_of_one_order_with_the_true_total() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    for index in 0..7 {
        let body = json!({ "userName": format!("user{index}"), "title": format!("{}", 9 - index) });
        idp.on(&h).create_user(body).await.unwrap();
        idp.group(&h, &format!("Group {index}"), &[]).await;
    }
    for (filter, sort) in [
        ("", None),
        ("title pr", None),
        ("", Some("userName")),
        ("userName sw \"u\"", Some("userName")),
    ] {
        let mut seen = Vec::new();
        for start in [1, 4, 7, 10] {
            let listing = idp
                .users_of(&h, &query(ResourceType::User, filter, sort, start, 3))
                .await
                .unwrap();
            assert_eq!(listing.total, Some(7));
            seen.extend(
                listing
                    .items
                    .into_iter()
                    .map(|user| user.resource.user_name().to_owned()),
            );
        }
        let expected: Vec<String> = (0..7).map(|index| format!("user{index}")).collect();
        assert_eq!(seen, expected, "{filter} {sort:?}");
    }
    for filter in ["", "displayName sw \"g\""] {
        let listing = idp
            .groups_of(&h, &query(ResourceType::Group, filter, None, 6, 5))
            .await
            .unwrap();
        assert_eq!((listing.total, listing.items.len()), (Some(7), 2));
        let none = idp
            .groups_of(&h, &query(ResourceType::Group, filter, None, 1, 0))
            .await
            .unwrap();
        assert_eq!((none.total, none.items.len()), (Some(7), 0));
    }
    let by_title = query(ResourceType::User, "", Some("title"), 1, 2);
    let listing = idp.users_of(&h, &by_title).await.unwrap();
    let names: Vec<&str> = listing
        .items
        .iter()
        .map(|user| user.resource.user_name())
        .collect();
    assert_eq!(names, ["user6", "user5"]);
}

#[tokio::test]
async fn references_come_with_a_list_where_they_are_asked_for() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    let ada = idp.user(&h, "ada").await.id;
    let staff = idp.group(&h, "Staff", &[]).await.id;
    idp.patch_group(&h, staff, add_members(&[&ada])).await;
    for (filter, with_references) in [
        ("", true),
        ("userName pr", true),
        ("", false),
        ("userName pr", false),
    ] {
        let query = directory::provisioning::ListQuery {
            references: if with_references {
                References::ALL
            } else {
                References::NONE
            },
            ..query(ResourceType::User, filter, None, 1, 10)
        };
        let users = idp.users_of(&h, &query).await.unwrap().items;
        assert_eq!(users[0].groups.len(), usize::from(with_references), "{filter}");
    }
    for with_references in [true, false] {
        let query = directory::provisioning::ListQuery {
            references: if with_references {
                References::ALL
            } else {
                References::NONE
            },
            ..query(ResourceType::Group, "", None, 1, 10)
        };
        let groups = idp.groups_of(&h, &query).await.unwrap().items;
        assert_eq!(
            groups[0].members.as_ref().map(Vec::len),
            with_references.then_some(1)
        );
    }
}

/// A small directory: users with an external id and groups with members, by index.
#[derive(Debug, Clone)]
pub(crate) struct Small {
    users: Vec<(Option<u8>, bool)>,
    groups: Vec<Vec<u8>>,
}

pub(crate) fn small() -> impl Strategy<Value = Small> {
    let users = prop::collection::vec((prop::option::of(0u8..3), any::<bool>()), 1..6);
    let groups = prop::collection::vec(prop::collection::vec(0u8..8, 0..4), 0..4);
    (users, groups).prop_map(|(users, groups)| Small { users, groups })
}

/// A filter over users; `G0`, `U0`, … stand for ids.
pub(crate) fn user_filter() -> impl Strategy<Value = String> {
    let term = prop_oneof![
        (0u8..6).prop_map(|i| format!("userName eq \"USER{i}\"")),
        (0u8..3).prop_map(|i| format!("externalId eq \"x{i}\"")),
        (0u8..3).prop_map(|i| format!("externalId eq \"X{i}\"")),
        (0u8..6).prop_map(|i| format!("id eq \"U{i}\"")),
        (0u8..4).prop_map(|i| format!("groups.value eq \"G{i}\"")),
        Just("active eq true".to_owned()),
        Just("externalId pr".to_owned()),
        Just("groups[type eq \"direct\"]".to_owned()),
    ];
    combined(term)
}

fn group_filter() -> impl Strategy<Value = String> {
    let term = prop_oneof![
        (0u8..4).prop_map(|i| format!("displayName eq \"GROUP {i}\"")),
        (0u8..4).prop_map(|i| format!("id eq \"G{i}\"")),
        (0u8..6).prop_map(|i| format!("members.value eq \"U{i}\"")),
        (0u8..4).prop_map(|i| format!("members.value eq \"G{i}\"")),
        (0u8..6).prop_map(|i| format!("members.value ne \"U{i}\"")),
        Just("members pr".to_owned()),
        Just("members[type eq \"Group\"]".to_owned()),
    ];
    combined(term)
}

fn combined(term: impl Strategy<Value = String> + 'static) -> impl Strategy<Value = String> {
    term.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) and ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) or ({b})")),
            inner.prop_map(|a| format!("not ({a})")),
        ]
    })
}

/// Fills the directory, and gives the ids of users and of groups.
pub(crate) async fn fill(h: &Harness, idp: &Idp, small: &Small) -> (Vec<String>, Vec<String>) {
    let mut users = Vec::new();
    for (index, (external, active)) in small.users.iter().enumerate() {
        let external = external.map(|external| format!("x{external}"));
        let body = json!({ "userName": format!("User{index}"), "externalId": external, "active": active });
        users.push(idp.on(h).create_user(body).await.unwrap().user.id.to_string());
    }
    let mut groups: Vec<String> = Vec::new();
    for (index, members) in small.groups.iter().enumerate() {
        // Users, and groups that were made before.
        let candidates: Vec<String> = users.iter().chain(&groups).cloned().collect();
        let members: Vec<Value> = members
            .iter()
            .map(|member| json!({ "value": candidates[usize::from(*member) % candidates.len()] }))
            .collect();
        let body = json!({ "displayName": format!("Group {index}"), "members": members });
        groups.push(idp.on(h).create_group(body).await.unwrap().id.to_string());
    }
    (users, groups)
}

pub(crate) fn with_ids(filter: &str, users: &[String], groups: &[String]) -> String {
    let mut filter = filter.to_owned();
    for (prefix, ids) in [("U", users), ("G", groups)] {
        for index in 0..8 {
            let id = ids.get(index).map_or("none", String::as_str);
            filter = filter.replace(&format!("\"{prefix}{index}\""), &format!("\"{id}\""));
        }
    }
    filter
}

fn meta(kind: ResourceType, id: &str, h: &Harness) -> Meta {
    let (id, location) = (id.to_owned(), String::new());
    Meta {
        id,
        resource_type: kind,
        created: h.now(),
        last_modified: h.now(),
        version: 1,
        location,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_list_is_what_the_evaluator_says_of_each_resource(
        small in small(),
        user_filters in prop::collection::vec(user_filter(), 12),
        group_filters in prop::collection::vec(group_filter(), 12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let h = Harness::new().await;
            let account = h.account("Acme").await;
            let idp = Idp::of(&h, account);
            let (users, groups) = fill(&h, &idp, &small).await;
            for filter in &user_filters {
                let filter = with_ids(filter, &users, &groups);
                let parsed = query(ResourceType::User, &filter, None, 1, 100).filter.unwrap();
                let mut expected = Vec::new();
                for id in &users {
                    let user = idp.get_user(&h, id).await.unwrap();
                    let value = |m: &directory::provisioning::Membership| json!({
                        "value": m.group.id, "type": if m.direct { "direct" } else { "indirect" },
                    });
                    let groups = Some(user.groups.iter().map(value).collect());
                    let supplied = Supplied { groups, ..Supplied::default() };
                    let full = scim::full(&user.resource, &meta(ResourceType::User, id, &h), supplied);
                    if parsed.matches(&full) {
                        expected.push(id.clone());
                    }
                }
                let listed = idp.list_users(&h, &filter).await.unwrap().items;
                let listed: Vec<String> = listed.iter().map(|user| user.id.to_string()).collect();
                assert_eq!(listed, expected, "{filter}");
            }
            for filter in &group_filters {
                let filter = with_ids(filter, &users, &groups);
                let parsed = query(ResourceType::Group, &filter, None, 1, 100).filter.unwrap();
                let mut expected = Vec::new();
                for id in &groups {
                    let group = idp.get_group(&h, id).await.unwrap();
                    let value = |m: &directory::provisioning::StoredMember| json!({
                        "value": m.id, "type": m.kind.name(), "display": m.display,
                    });
                    let members = Some(group.members.iter().flatten().map(value).collect());
                    let supplied = Supplied { members, ..Supplied::default() };
                    let full = scim::full(&group.resource, &meta(ResourceType::Group, id, &h), supplied);
                    if parsed.matches(&full) {
                        expected.push(id.clone());
                    }
                }
                let listed = idp.list_groups(&h, &filter).await.unwrap().items;
                let listed: Vec<String> = listed.iter().map(|group| group.id.to_string()).collect();
                assert_eq!(listed, expected, "{filter}");
            }
        });
    }
}

#[tokio::test]
async fn a_list_needs_no_valid_id_to_find_nothing() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let idp = Idp::of(&h, account);
    for id in [
        "",
        "nobody",
        "00000000-0000-7000-8000-000000000000",
        "../x",
        "\u{0}",
    ] {
        assert_eq!(idp.get_user(&h, id).await.unwrap_err().status, 404);
        assert_eq!(idp.get_group(&h, id).await.unwrap_err().status, 404);
        assert_eq!(
            idp.on(&h)
                .delete_user(id, IfMatch::default())
                .await
                .unwrap_err()
                .status,
            404
        );
        assert_eq!(
            idp.on(&h)
                .delete_group(id, IfMatch::default())
                .await
                .unwrap_err()
                .status,
            404
        );
    }
}

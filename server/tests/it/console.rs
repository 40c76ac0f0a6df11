//! The console's walls: every page and every server function looks for itself who is asking.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use directory::{Account, EntryQuery, Role};
use jiff::SignedDuration;
use tokio_stream::StreamExt as _;

use crate::harness::{Answer, Client, TestApp, as_in_the_server, function, functions};

/// Server functions that need no sign-in: they lead to one, or concern the browser alone.
const OPEN: &[&str] = &[
    "choose_columns",
    "create_first_owner",
    "load_shared_arrivals",
    "load_shared_setup",
    "read_link",
    "set_password",
    "set_theme",
    "sign_in",
    "sign_out",
];
/// Those that owners alone may call.
const OWNERS: &[&str] = &["add_account", "answer_wish", "list_wishes"];
/// Those that answer anybody who is signed in, and tell each person of their own account alone.
const ANYBODY: &[&str] = &["find_home", "list_accounts", "load_frame"];
/// Those that read an account.
const READS: &[&str] = &[
    "compare_groups",
    "compare_members",
    "compare_users",
    "count_new_entries",
    "find",
    "find_open_step",
    "list_entries",
    "list_extra_roles",
    "list_groups",
    "list_roles",
    "list_users",
    "load_connection",
    "load_ending_token",
    "load_entry",
    "load_group",
    "load_known",
    "load_overview",
    "load_provisioning",
    "load_role",
    "load_seen",
    "load_setup",
    "load_troubleshooting",
    "load_user",
    "search_problems",
];
/// Those that change an account, or prepare it.
const WRITES: &[&str] = &[
    "add_role",
    "add_user",
    "change_role",
    "check_public_url",
    "choose_guide",
    "create_password_link",
    "delete_role",
    "enable_in_setup",
    "generate_token",
    "give_former_roles",
    "give_group_role",
    "give_role",
    "load_arriving",
    "load_group_change",
    "load_new_token",
    "load_own_role",
    "load_removal",
    "manage_by_hand",
    "may_add",
    "may_add_role",
    "remove_roles",
    "restore_roles",
    "revoke_token",
    "set_group_paused",
    "set_retention",
    "set_tolerance",
    "set_user_active",
    "share_setup",
    "show_preview",
    "switch_sync",
    "take_group_role",
    "take_role",
    "try_simulation",
    "undo_group_role",
    "wish_guide",
    "withdraw_setup",
];

/// Somebody in a browser, and what every function of an account could be asked for.
struct Scene {
    app: TestApp,
    form: String,
    /// Pages below the account that an auditor may see.
    pages: Vec<String>,
    /// Those that lead to a change, which an auditor may not see.
    forms: Vec<String>,
}

impl Scene {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let idp = app.idp().await;
        let user = idp.create_user("ada@acme.test").await;
        let group = idp.create_group("Finance", &[&user]).await;
        let account = app.account.id;
        let latest = EntryQuery {
            limit: 1,
            ..EntryQuery::default()
        };
        let entries = app.directory.list_entries(account, &latest).await.unwrap();
        let entry = entries.entries[0].id;
        let token = app.directory.list_tokens(account).await.unwrap()[0].id;
        let form = [
            &format!("account={account}"),
            &format!("user={user}"),
            &format!("group={group}"),
            &format!("entry={entry}"),
            &format!("token={token}"),
            &format!("former={group}"),
            "change=pause",
            "paused=true",
            "role=member",
            "description=",
            "access=none",
            "active=true",
            "on=false",
            "search=",
            "filter[search]=",
            "name=Globex",
            "user_name=eve%40acme.test",
            "display_name=",
            "newest=",
            "days=90",
            "entries=1000000",
            "valid_for=30",
            "tolerance=all",
            "guide=entra",
            "usernames=ada",
            "step=prepare",
            &format!("link={}", directory::SetupLinkId::new(app.directory.now())),
            "note=",
            "state=open",
            "answer=",
            &format!("grants={user}:member"),
            &format!("act={entry}"),
        ]
        .join("&");
        let pages = [
            "",
            "/users",
            "/groups",
            "/roles",
            "/search?q=a",
            "/roles/auditor",
            "/activity",
            "/identity",
            "/identity/provisioning",
            "/identity/provisioning/setup/prepare",
            "/identity/provisioning/setup/preview",
            "/identity/provisioning/setup/enable",
            "/identity/provisioning/setup/token",
            "/identity/provisioning/setup/configure",
            "/identity/provisioning/setup/verify",
            "/troubleshooting",
            "/troubleshooting/compare",
            "/troubleshooting/roles",
        ]
        .map(str::to_owned)
        .into_iter()
        .chain([
            format!("/users/{user}"),
            format!("/groups/{group}"),
            format!("/activity/{entry}"),
        ])
        .collect();
        let forms = [
            "/users/new",
            "/identity/provisioning/tokens/new",
            "/identity/provisioning/enable",
            "/roles/new",
            "/troubleshooting/roles/remove",
            "/roles/auditor/change",
            "/roles/auditor/delete",
        ]
        .map(str::to_owned)
        .into_iter()
        .chain([format!("/groups/{group}/change?change=pause")])
        .collect();
        Self {
            app,
            form,
            pages,
            forms,
        }
    }

    /// Signs in a new user of the account, as the browser that then has the cookie.
    async fn signed_in(&self, account: &Account, role: Role) -> Client {
        let user_name = format!("{role}@{}.test", account.name.to_lowercase());
        self.app.signed_in(account.id, &user_name, role).await
    }

    async fn call(&self, client: &Client, path: &str) -> Answer {
        let client = client.with("content-type", "application/x-www-form-urlencoded");
        client
            .with("accept", "application/json")
            .send_to(Method::POST, path, self.form.clone())
            .await
    }

    async fn page(&self, client: &Client, account: &Account, page: &str) -> Answer {
        let path = format!("/accounts/{}{page}", account.id);
        client
            .with("accept", "text/html")
            .send_to(Method::GET, &path, Body::empty())
            .await
    }
}

#[test]
fn every_server_function_has_its_place_in_these_lists() {
    let mut known: Vec<&str> = [OPEN, OWNERS, ANYBODY, READS, WRITES].concat();
    known.sort_unstable();
    let functions = functions();
    let mut found: Vec<&str> = functions.iter().map(|(name, _)| name.as_str()).collect();
    found.sort_unstable();
    assert_eq!(found, known);
}

#[test]
fn a_server_function_refuses_whoever_has_no_right_to_it() {
    as_in_the_server(async {
        let scene = Scene::new().await;
        let stranger = scene.app.anonymous();
        let auditor = scene.signed_in(&scene.app.account, Role::Auditor).await;
        let neighbour = scene
            .signed_in(&scene.app.other_account, Role::Administrator)
            .await;
        for (name, path) in functions() {
            let name = name.as_str();
            if OPEN.contains(&name) {
                continue;
            }
            let expected = if OWNERS.contains(&name) {
                [401, 403, 403]
            } else if ANYBODY.contains(&name) {
                [401, 200, 200]
            } else if READS.contains(&name) {
                [401, 200, 404]
            } else {
                [401, 403, 404]
            };
            for (client, status) in [&stranger, &auditor, &neighbour].into_iter().zip(expected) {
                let answer = scene.call(client, path).await;
                assert_eq!(answer.status.as_u16(), status, "{name}: {}", answer.text);
                assert!(
                    !answer.text.contains("ada@acme.test") || status == 200,
                    "{name}: {}",
                    answer.text
                );
            }
            let answer = scene.call(&neighbour, path).await;
            assert!(
                !answer.text.contains("Acme"),
                "{name} tells a neighbour: {}",
                answer.text
            );
        }
    });
}

#[test]
fn a_page_leads_a_stranger_to_the_sign_in_and_does_not_exist_for_a_neighbour() {
    as_in_the_server(async {
        let scene = Scene::new().await;
        let stranger = scene.app.anonymous();
        let auditor = scene.signed_in(&scene.app.account, Role::Auditor).await;
        let neighbour = scene
            .signed_in(&scene.app.other_account, Role::Administrator)
            .await;
        for page in &scene.pages {
            let answer = scene
                .page(&stranger, &scene.app.account, page)
                .await
                .expect(StatusCode::FOUND);
            assert_eq!(answer.header("location"), Some("/sign-in"), "{page}");
            assert!(!answer.text.contains("ada@acme.test"), "{page}");
            let answer = scene
                .page(&neighbour, &scene.app.account, page)
                .await
                .expect(StatusCode::NOT_FOUND);
            assert!(
                !answer.text.contains("ada@acme.test") && !answer.text.contains("Acme"),
                "{page}"
            );
            scene
                .page(&auditor, &scene.app.account, page)
                .await
                .expect(StatusCode::OK);
        }
        for form in &scene.forms {
            scene
                .page(&auditor, &scene.app.account, form)
                .await
                .expect(StatusCode::FORBIDDEN);
        }
        scene
            .page(&auditor, &scene.app.account, "/nothing")
            .await
            .expect(StatusCode::NOT_FOUND);
    });
}

#[test]
fn nobody_hears_of_an_account_that_is_not_theirs() {
    as_in_the_server(async {
        let scene = Scene::new().await;
        let neighbour = scene
            .signed_in(&scene.app.other_account, Role::Administrator)
            .await;
        let events = format!("/events/{}", scene.app.account.id);
        for client in [scene.app.anonymous(), neighbour] {
            let heard = client.send_to(Method::GET, &events, Body::empty()).await;
            assert_eq!(heard.text, "data: ended\n\n");
        }
    });
}

#[test]
fn who_listens_hears_at_once_and_of_whatever_comes() {
    as_in_the_server(async {
        let scene = Scene::new().await;
        let auditor = scene.signed_in(&scene.app.account, Role::Auditor).await;
        let events = format!("/events/{}", scene.app.account.id);
        let answer = auditor.open(Method::GET, &events, Body::empty()).await;
        let mut heard = answer.into_body().into_data_stream();
        let mut next = async || {
            let piece = heard.next().await.unwrap().unwrap();
            String::from_utf8(piece.to_vec()).unwrap()
        };
        // The page was read before: what came since then nobody else tells it.
        assert_eq!(next().await, "data: news\n\n");
        scene.app.idp().await.create_user("edsger@acme.test").await;
        assert_eq!(next().await, "data: news\n\n");
    });
}

#[test]
fn who_has_signed_out_hears_that_alone() {
    as_in_the_server(async {
        let scene = Scene::new().await;
        let idp = scene.app.idp().await;
        let auditor = scene.signed_in(&scene.app.account, Role::Auditor).await;
        let events = format!("/events/{}", scene.app.account.id);
        let answer = auditor.open(Method::GET, &events, Body::empty()).await;
        let mut heard = answer.into_body().into_data_stream();
        let first = heard.next().await.unwrap().unwrap();
        assert_eq!(&first[..], b"data: news\n\n");
        auditor.call("sign_out", &[]).await.expect(StatusCode::OK);
        scene.app.pass(SignedDuration::from_secs(1));
        idp.create_user("ada").await;
        let second = heard.next().await.unwrap().unwrap();
        assert_eq!(&second[..], b"data: ended\n\n");
        assert!(heard.next().await.is_none());
    });
}

#[test]
fn a_page_has_a_policy_of_its_own_and_is_never_stored() {
    as_in_the_server(async {
        let scene = Scene::new().await;
        let mut nonces = Vec::new();
        for path in ["/sign-in", "/nowhere"] {
            let answer = scene
                .app
                .anonymous()
                .send_to(Method::GET, path, Body::empty())
                .await;
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            let policy = answer.header("content-security-policy").unwrap();
            assert!(!policy.contains("unsafe-inline"), "{policy}");
            let nonce = policy
                .split("'nonce-")
                .nth(1)
                .and_then(|rest| rest.split('\'').next())
                .unwrap();
            assert!(answer.text.contains(&format!("nonce=\"{nonce}\"")), "{policy}");
            assert!(!answer.text.contains("style="), "{}", answer.text);
            nonces.push(nonce.to_owned());
        }
        assert_ne!(nonces[0], nonces[1]);
    });
}

#[test]
fn a_plain_form_that_is_refused_leads_back_with_the_reason_and_what_was_typed() {
    as_in_the_server(async {
        let scene = Scene::new().await;
        let path = function("sign_in");
        let browser = scene
            .app
            .anonymous()
            .with("accept", "text/html")
            .with("content-type", "application/x-www-form-urlencoded")
            .with("referer", "https://rollcall.test/sign-in");
        let answer = browser
            .send_to(Method::POST, path, "email=eve%40acme.test&password=wrong")
            .await
            .expect(StatusCode::FOUND);
        let back = answer
            .header("location")
            .unwrap()
            .trim_start_matches("https://rollcall.test")
            .to_owned();
        assert!(back.starts_with("/sign-in?"), "{back}");
        let typed = answer
            .header("set-cookie")
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        assert!(!typed.contains("wrong"), "{typed}");

        let page = browser
            .with("cookie", &typed)
            .send_to(Method::GET, &back, Body::empty())
            .await
            .expect(StatusCode::OK);
        assert!(page.text.contains("email or password"), "{}", page.text);
        assert!(page.text.contains("value=\"eve@acme.test\""), "{}", page.text);
    });
}

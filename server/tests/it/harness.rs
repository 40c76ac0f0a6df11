//! An installation for one test, and the characters who talk to it.

mod answer;

use std::fmt::Write;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::LazyLock;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use axum::response::Response;
use directory::{
    Account, AccountId, Actor, Clock, Directory, GroupId, NewToken, NewUser, OpenOptions, Role, Secret,
    UserId,
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::config::RateLimit;
use server::http::Files;
use server::state::{AppState, Settings};
use tokio::runtime::Runtime;
use tower::ServiceExt;

pub(crate) use self::answer::{Answer, text};

/// Where the installation is reached in every test.
pub(crate) const PUBLIC_URL: &str = "https://rollcall.test";

/// The time at which every test begins.
pub(crate) const START: &str = "2026-11-25T09:00:00Z";

/// The password of everybody who signs in.
pub(crate) const PASSWORD: &str = "a password of a test";

pub(crate) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(crate) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub(crate) const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
pub(crate) const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// Runs a test that renders pages on the one runtime of all such tests, as a server has one: Leptos keeps its executor
/// and what it spawns for the whole process, so that with a runtime for each test one waits for another's.
pub(crate) fn as_in_the_server<T>(test: impl Future<Output = T>) -> T {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
    RUNTIME.block_on(test)
}

/// An installation with two accounts, both with provisioning switched on, over a store of its own.
pub(crate) struct TestApp {
    pub(crate) directory: Directory,
    pub(crate) clock: Clock,
    pub(crate) account: Account,
    pub(crate) other_account: Account,
    router: Router,
    _folder: tempfile::TempDir,
}

impl TestApp {
    pub(crate) async fn new() -> Self {
        Self::with_rate_limit(RateLimit(None)).await
    }

    pub(crate) async fn with_rate_limit(rate_limit: RateLimit) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::manual(START.parse().unwrap());
        let directory = Directory::open(OpenOptions {
            data: folder.path().to_owned(),
            clock: clock.clone(),
        })
        .await
        .unwrap();
        let account = directory
            .create_account(&Actor::CommandLine, "Acme")
            .await
            .unwrap();
        let other_account = directory
            .create_account(&Actor::CommandLine, "Other")
            .await
            .unwrap();
        for account in [account.id, other_account.id] {
            directory
                .enable_provisioning(&Actor::CommandLine, account)
                .await
                .unwrap();
        }
        let settings = Settings {
            public_url: PUBLIC_URL.parse().unwrap(),
            trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
            rate_limit,
            listening: None,
            support_contact: Some("help@rollcall.test".parse().unwrap()),
            files: Files::on_disk(),
        };
        let router = server::http::router(&AppState::new(directory.clone(), settings));
        Self {
            directory,
            clock,
            account,
            other_account,
            router,
            _folder: folder,
        }
    }

    /// Moves the time on.
    pub(crate) fn pass(&self, duration: SignedDuration) {
        self.clock
            .set(self.directory.now().checked_add(duration).unwrap());
    }

    /// The account's identity provider, with a new token that may write.
    pub(crate) async fn idp(&self) -> Client {
        self.client(self.account.id, false).await
    }

    /// An app that reads the account's directory.
    pub(crate) async fn reader(&self) -> Client {
        self.client(self.account.id, true).await
    }

    /// The other account's identity provider.
    pub(crate) async fn other_idp(&self) -> Client {
        self.client(self.other_account.id, false).await
    }

    /// Somebody without a token.
    pub(crate) fn anonymous(&self) -> Client {
        Client {
            router: self.router.clone(),
            base: format!("/scim/v2/{}", self.account.id),
            authorization: None,
            headers: HeaderMap::new(),
        }
    }

    /// Somebody with a new token of an account.
    pub(crate) async fn client(&self, account: AccountId, read_only: bool) -> Client {
        let token = self.token(account, read_only).await;
        Client {
            base: format!("/scim/v2/{account}"),
            authorization: Some(format!("Bearer {}", token.expose())),
            ..self.anonymous()
        }
    }

    /// An owner in a browser.
    pub(crate) async fn owner(&self) -> Client {
        let email = "olga@rollcall.test";
        self.directory
            .set_owner(&Actor::CommandLine, email, PASSWORD)
            .await
            .unwrap();
        self.browser(email).await
    }

    /// The browser of somebody who has just signed in.
    async fn browser(&self, name: &str) -> Client {
        let secret = self
            .directory
            .sign_in(name, PASSWORD, "203.0.113.7", "test")
            .await
            .unwrap();
        self.anonymous()
            .with("cookie", &format!("__Host-rollcall={}", secret.expose()))
    }

    /// A token of the account for 90 days.
    pub(crate) async fn token(&self, account: AccountId, read_only: bool) -> Secret {
        let expires_at = self
            .directory
            .now()
            .checked_add(SignedDuration::from_hours(90 * 24))
            .unwrap();
        let token = NewToken {
            name: "test".to_owned(),
            expires_at,
            read_only,
            replaces: None,
        };
        self.directory
            .create_token(&Actor::CommandLine, account, token)
            .await
            .unwrap()
            .1
    }

    /// Adds a manual user to the account.
    pub(crate) async fn manual_user(&self, user_name: &str, roles: &[Role]) -> UserId {
        let user = NewUser {
            user_name: user_name.to_owned(),
            roles: roles.to_vec(),
            ..NewUser::default()
        };
        self.directory
            .add_user(&Actor::CommandLine, self.account.id, user)
            .await
            .unwrap()
    }

    /// Signs in a new user of the account, as the browser that then has the cookie.
    pub(crate) async fn signed_in(&self, account: AccountId, user_name: &str, role: Role) -> Client {
        let user = NewUser {
            user_name: user_name.to_owned(),
            roles: vec![role],
            ..NewUser::default()
        };
        let (directory, actor) = (&self.directory, Actor::CommandLine);
        let user = directory.add_user(&actor, account, user).await.unwrap();
        let link = directory
            .create_password_link(&actor, account, user)
            .await
            .unwrap();
        directory.set_password(&link.secret, PASSWORD).await.unwrap();
        self.browser(user_name).await
    }

    /// The user's effective roles, by name.
    pub(crate) async fn roles(&self, id: &str) -> Vec<String> {
        let id: UserId = id.parse().unwrap();
        let user = self.directory.get_user(self.account.id, id).await.unwrap();
        let roles = user.row.roles.roles();
        roles.iter().map(Role::to_string).collect()
    }

    /// Lets a group give a role.
    pub(crate) async fn give_group_role(&self, group: &str, role: Role) {
        let group: GroupId = group.parse().unwrap();
        self.directory
            .give_group_role(&Actor::CommandLine, self.account.id, group, role)
            .await
            .unwrap();
    }
}

/// All server functions of the console: name and path. The router registers what it finds linked in; so does this.
pub(crate) fn functions() -> Vec<(String, &'static str)> {
    leptos::server_fn::axum::server_fn_paths()
        .map(|(path, _)| {
            let name = path
                .trim_start_matches("/api/")
                .trim_end_matches(|letter: char| letter.is_ascii_digit());
            (name.to_owned(), path)
        })
        .collect()
}

/// The path of the server function of this name.
pub(crate) fn function(name: &str) -> &'static str {
    let all = functions();
    all.into_iter().find(|(other, _)| other == name).unwrap().1
}

/// Somebody who sends requests.
#[derive(Clone)]
pub(crate) struct Client {
    router: Router,
    /// The SCIM base path.
    pub(crate) base: String,
    authorization: Option<String>,
    headers: HeaderMap,
}

impl Client {
    /// The same, with another `Authorization` header.
    pub(crate) fn authorized(&self, authorization: &str) -> Self {
        Self {
            authorization: Some(authorization.to_owned()),
            ..self.clone()
        }
    }

    /// The same token, used on another account's base path.
    pub(crate) fn at(&self, account: &Account) -> Self {
        Self {
            base: format!("/scim/v2/{}", account.id),
            ..self.clone()
        }
    }

    /// The same, with one more header.
    pub(crate) fn with(&self, name: &'static str, value: &str) -> Self {
        let mut client = self.clone();
        client
            .headers
            .insert(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        client
    }

    /// Calls a server function of the console, by its name, with these fields.
    pub(crate) async fn call(&self, name: &str, fields: &[(&str, &str)]) -> Answer {
        let fields: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        self.with("content-type", "application/x-www-form-urlencoded")
            .with("accept", "application/json")
            .send_to(Method::POST, function(name), fields.join("&"))
            .await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, Body::empty()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, Body::empty()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send_json(Method::POST, path, body).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send_json(Method::PUT, path, body).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send_json(Method::PATCH, path, body).await
    }

    /// PATCH with these operations.
    pub(crate) async fn operations(&self, path: &str, operations: Value) -> Answer {
        self.patch(path, &json!({"schemas": [PATCH_OP], "Operations": operations}))
            .await
    }

    pub(crate) async fn send_json(&self, method: Method, path: &str, body: &Value) -> Answer {
        let client = if self.headers.contains_key("content-type") {
            self.clone()
        } else {
            self.with("content-type", "application/scim+json; charset=utf-8")
        };
        client.send(method, path, Body::from(body.to_string())).await
    }

    /// Sends a request to a path below the base.
    pub(crate) async fn send(&self, method: Method, path: &str, body: impl Into<Body>) -> Answer {
        self.send_to(method, &format!("{}{path}", self.base), body).await
    }

    /// Sends a request to a path of the server.
    pub(crate) async fn send_to(&self, method: Method, path: &str, body: impl Into<Body>) -> Answer {
        Answer::read(self.open(method, path, body).await).await
    }

    /// The same, for an answer that does not end.
    pub(crate) async fn open(&self, method: Method, path: &str, body: impl Into<Body>) -> Response {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .body(body.into())
            .unwrap();
        request.headers_mut().extend(self.headers.clone());
        if let Some(authorization) = &self.authorization {
            let authorization = HeaderValue::from_bytes(authorization.as_bytes()).unwrap();
            request.headers_mut().insert("authorization", authorization);
        }
        let peer = SocketAddr::from((IpAddr::from([203, 0, 113, 7]), 40_000));
        request.extensions_mut().insert(ConnectInfo(peer));
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Creates a user of this name and gives its id.
    pub(crate) async fn create_user(&self, user_name: &str) -> String {
        let answer = self
            .post("/Users", &json!({"schemas": [USER], "userName": user_name}))
            .await;
        answer.expect(StatusCode::CREATED).id()
    }

    /// Creates a group of this name with these members and gives its id.
    pub(crate) async fn create_group(&self, name: &str, members: &[&str]) -> String {
        let members: Vec<Value> = members.iter().map(|id| json!({"value": id})).collect();
        let body = json!({"schemas": [GROUP], "displayName": name, "members": members});
        self.post("/Groups", &body).await.expect(StatusCode::CREATED).id()
    }

    /// The ids of a group's members, in order.
    pub(crate) async fn members(&self, group: &str) -> Vec<String> {
        let answer = self.get(&format!("/Groups/{group}")).await.expect(StatusCode::OK);
        let members = answer.body["members"].as_array().cloned().unwrap_or_default();
        let mut ids: Vec<String> = members.iter().map(|member| text(&member["value"])).collect();
        ids.sort();
        ids
    }

    /// How many users a filter finds.
    pub(crate) async fn count(&self, filter: &str) -> u64 {
        let answer = self
            .get(&format!("/Users?filter={}", encode(filter)))
            .await
            .expect(StatusCode::OK);
        answer.body["totalResults"].as_u64().unwrap()
    }
}

/// Percent-encodes a value of a query.
pub(crate) fn encode(value: &str) -> String {
    value.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").unwrap();
        }
        encoded
    })
}

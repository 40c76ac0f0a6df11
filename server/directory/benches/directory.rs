//! What things cost in a directory of a hundred users and in one of a hundred thousand, in the same run: a cost that
//! grows with the directory shows as a ratio. `make bench`; `USERS=20000 make bench` for a quicker one.
//!
//! Beside it stands what each thing costs measured in the smallest read and the smallest write that the store can do.

#![expect(clippy::print_stdout, reason = "what it says is for whoever started it")]
#![expect(clippy::unwrap_used, reason = "a failure is to end it")]

use std::future::Future;
use std::time::{Duration, Instant};

use directory::log::Request;
use directory::provisioning::{IfMatch, ListQuery, Provisioning, References};
use directory::{
    AccountId, Actor, Bearer, Clock, Directory, EntryQuery, GroupId, NewUser, OpenOptions, Outcome, Role,
    TokenId, ToleranceMode, UserId, UserOrder, UserPlace, UserQuery,
};
use scim::{Filter, Page, Paging, ResourceType, Strictness, Tolerance};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinSet;

/// The small directory.
const FEW: usize = 100;
/// Requests on their way at a time while a directory is filled.
const AT_ONCE: usize = 64;
/// How often each thing is done; the median is told.
const TIMES: usize = 15;

/// A filled directory.
struct Filled {
    directory: Directory,
    account: AccountId,
    bearer: Bearer,
    /// One of its users, in no group but that of all.
    someone: UserId,
    user_name: String,
    /// The group of all its users.
    everybody: GroupId,
    _folder: TempDir,
}

/// What is measured: a name, whether it writes, and the thing itself.
type Timed = (&'static str, bool, Duration);

#[tokio::main]
async fn main() {
    let many = std::env::var("USERS")
        .ok()
        .and_then(|users| users.parse().ok())
        .unwrap_or(100_000);
    let (small, large) = (Filled::new(FEW).await, Filled::new(many).await);
    let (few_times, many_times) = (small.measure().await, large.measure().await);
    let base = |times: &[Timed], writes: bool| {
        let (_, _, time) = times.iter().find(|(_, is_write, _)| *is_write == writes).unwrap();
        time.as_secs_f64()
    };
    println!(
        "\n{:<46} {:>10} {:>12} {:>8} {:>14}",
        "",
        format!("{FEW} users"),
        format!("{many} users"),
        "ratio",
        "of the least"
    );
    for ((name, writes, few), (_, _, many)) in few_times.iter().zip(&many_times) {
        let (few, many) = (few.as_secs_f64(), many.as_secs_f64());
        println!(
            "{name:<46} {:>7.2} ms {:>9.2} ms {:>7.1}× {:>13.1}×",
            few * 1000.0,
            many * 1000.0,
            many / few,
            many / base(&many_times, *writes)
        );
    }
    for filled in [small, large] {
        filled.directory.close().await;
    }
}

fn bearer(directory: &Directory, account: AccountId) -> Bearer {
    Bearer {
        account,
        token: TokenId::new(directory.now()),
        token_name: "Entra".to_owned(),
        read_only: false,
        tolerance: ToleranceMode::default(),
        identity_provider: None,
    }
}

fn user_name(index: usize) -> String {
    // Not in the order of the names.
    let number = index.wrapping_mul(7_919) % 1_000_003;
    format!("{}.{number}@acme.example", GIVEN[number % 8]).to_lowercase()
}

const GIVEN: [&str; 8] = [
    "Ada",
    "Grace",
    "Linus",
    "Margaret",
    "Edsger",
    "Barbara",
    "Donald",
    "Katherine",
];

/// A user with as much as identity providers send.
fn user(index: usize) -> Value {
    const FAMILY: [&str; 7] = [
        "Lovelace", "Hopper", "Torvalds", "Hamilton", "Dijkstra", "Liskov", "Knuth",
    ];
    let (user_name, given, family) = (user_name(index), GIVEN[index % 8], FAMILY[index / 8 % 7]);
    json!({
        "userName": user_name, "externalId": format!("{index:032x}"), "active": !index.is_multiple_of(20),
        "displayName": format!("{given} {family}"), "title": "Engineer", "preferredLanguage": "en",
        "name": { "givenName": given, "familyName": family, "formatted": format!("{given} {family}") },
        "emails": [{ "type": "work", "primary": true, "value": user_name }],
        "phoneNumbers": [{ "type": "work", "value": "+44 20 7946 0000" }],
        "addresses": [{ "type": "work", "locality": "London", "streetAddress": "12 St James's Square" }],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "department": "Research", "employeeNumber": index.to_string()
        },
    })
}

fn patch(operations: &Value) -> Value {
    json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations })
}

/// The median of some repetitions.
async fn time<F: Future<Output = ()>>(mut thing: impl FnMut(usize) -> F) -> Duration {
    let mut times = Vec::with_capacity(TIMES);
    for turn in 0..TIMES {
        let began = Instant::now();
        thing(turn).await;
        times.push(began.elapsed());
    }
    times.sort_unstable();
    times[TIMES / 2]
}

impl Filled {
    /// Users as an identity provider sends them, a group of all of them that gives a role, some manual users.
    async fn new(number: usize) -> Self {
        let began = Instant::now();
        let folder = tempfile::tempdir().unwrap();
        let directory = Directory::open(OpenOptions {
            data: folder.path().to_owned(),
            clock: Clock::system(),
        })
        .await
        .unwrap();
        let account = directory
            .create_account(&Actor::CommandLine, "Acme")
            .await
            .unwrap()
            .id;
        for index in 0..20 {
            let user = NewUser {
                user_name: format!("manual{index}"),
                roles: vec![Role::Administrator],
                ..NewUser::default()
            };
            directory
                .add_user(&Actor::CommandLine, account, user)
                .await
                .unwrap();
        }
        let (mut sent, mut ids) = (JoinSet::new(), Vec::new());
        for index in 0..number {
            if sent.len() >= AT_ONCE {
                ids.push(sent.join_next().await.unwrap().unwrap());
            }
            let (directory, bearer) = (directory.clone(), bearer(&directory, account));
            sent.spawn(async move {
                let provisioning = directory.provisioning(&bearer, Request::default());
                provisioning.create_user(user(index)).await.unwrap().user.id
            });
        }
        ids.extend(sent.join_all().await);
        let bearer = bearer(&directory, account);
        let provisioning = directory.provisioning(&bearer, Request::default());
        let everybody = provisioning
            .create_group(json!({ "displayName": "Everybody" }))
            .await
            .unwrap()
            .id;
        for members in ids.chunks(1_000) {
            let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
            let change = patch(&json!([{ "op": "add", "path": "members", "value": members }]));
            provisioning
                .patch_group(&everybody.to_string(), change, IfMatch::default())
                .await
                .unwrap();
        }
        directory
            .give_group_role(&Actor::CommandLine, account, everybody, Role::Member)
            .await
            .unwrap();
        println!("{number} users in {:.1} s", began.elapsed().as_secs_f64());
        let user_name = user_name(number / 2);
        let someone = directory
            .find_user_by_name(account, &user_name)
            .await
            .unwrap()
            .unwrap();
        Self {
            directory,
            account,
            bearer,
            someone,
            user_name,
            everybody,
            _folder: folder,
        }
    }

    fn provisioning(&self) -> Provisioning<'_> {
        self.directory.provisioning(&self.bearer, Request::default())
    }

    /// The first of reads and the first of writes are the least that there is.
    async fn measure(&self) -> Vec<Timed> {
        let mut times = self.reads_of_the_console().await;
        times.extend(self.requests().await);
        times
    }

    async fn users(&self, query: &UserQuery) {
        self.directory.list_users(self.account, query).await.unwrap();
    }

    async fn reads_of_the_console(&self) -> Vec<Timed> {
        let (directory, account) = (&self.directory, self.account);
        let least = time(|_| async { drop(directory.get_account(account).await.unwrap()) }).await;
        let mut times = vec![("read one row by its key", false, least)];
        let page = UserQuery {
            limit: 50,
            ..UserQuery::default()
        };
        let searching = |search: &str| UserQuery {
            search: search.to_owned(),
            ..page.clone()
        };
        let lists = [
            ("console: the first page of users", page.clone()),
            (
                "console: the last page of users",
                UserQuery {
                    page: UserPlace::Last,
                    ..page.clone()
                },
            ),
            (
                "console: users by last change",
                UserQuery {
                    order: UserOrder::Changed,
                    descending: true,
                    ..page.clone()
                },
            ),
            ("console: search that finds one user", searching(&self.user_name)),
            ("console: search that finds nobody", searching("nobody at all")),
            (
                "console: users with a rare role",
                UserQuery {
                    role: Some(Role::Administrator),
                    ..page.clone()
                },
            ),
            (
                "console: more roles than the groups give",
                UserQuery {
                    extra_roles: true,
                    ..page.clone()
                },
            ),
        ];
        for (name, query) in lists {
            times.push((name, false, time(|_| self.users(&query)).await));
        }
        let view = time(|_| async { drop(directory.get_user(account, self.someone).await.unwrap()) }).await;
        times.push(("console: a user with the role trail", false, view));
        for (name, outcomes) in [
            ("console: the latest entries", vec![]),
            ("console: the latest refusals", vec![Outcome::Refused]),
        ] {
            let query = EntryQuery {
                outcomes,
                limit: 50,
                ..EntryQuery::default()
            };
            let latest =
                time(|_| async { drop(directory.list_entries(account, &query).await.unwrap()) }).await;
            times.push((name, false, latest));
        }
        times
    }

    async fn find(&self, filter: &str, paging: Paging) {
        let mut tolerance = Tolerance::new(Strictness::All);
        let filter =
            (!filter.is_empty()).then(|| Filter::parse(filter, ResourceType::User, &mut tolerance).unwrap());
        let query = ListQuery {
            filter,
            sort: None,
            paging,
            references: References::NONE,
            view: String::new(),
        };
        self.provisioning()
            .list(&[ResourceType::User], &query)
            .await
            .unwrap();
    }

    async fn requests(&self) -> Vec<Timed> {
        let (directory, account) = (&self.directory, self.account);
        let guide = time(|_| async { directory.choose_guide(account, "entra").await.unwrap() }).await;
        let page = |start_index: usize| {
            Paging::Index(Page {
                start_index,
                count: 100,
            })
        };
        let by_name = format!("userName eq \"{}\"", self.user_name);
        let id = self.someone.to_string();
        let everybody = self.everybody.to_string();
        let mut times = vec![("commit one row", true, guide)];
        times.push((
            "SCIM: look a user up by userName",
            false,
            time(|_| self.find(&by_name, page(1))).await,
        ));
        let read = time(|_| async {
            let provisioning = self.provisioning();
            drop(
                provisioning
                    .get(ResourceType::User, &id, References::ALL)
                    .await
                    .unwrap(),
            );
        });
        times.push(("SCIM: read a user with groups", false, read.await));
        times.push((
            "SCIM: the first page of users",
            false,
            time(|_| self.find("", page(1))).await,
        ));
        let create = time(|turn| async move {
            let body = json!({ "userName": format!("new{turn}@acme.example"), "active": true });
            drop(self.provisioning().create_user(body).await.unwrap());
        });
        times.push(("SCIM: create a user", true, create.await));
        let change = time(|turn| {
            let (provisioning, id) = (self.provisioning(), &id);
            let operations = json!([{ "op": "replace", "path": "title", "value": format!("T{turn}") }]);
            async move {
                let changed = provisioning.patch_user(id, patch(&operations), IfMatch::default());
                drop(changed.await.unwrap());
            }
        });
        times.push(("SCIM: change a user", true, change.await));
        let member = time(|turn| {
            let (provisioning, id, group) = (self.provisioning(), &id, &everybody);
            let op = if turn.is_multiple_of(2) { "remove" } else { "add" };
            let operations = json!([{ "op": op, "path": "members", "value": [{ "value": id }] }]);
            async move {
                let changed = provisioning.patch_group(group, patch(&operations), IfMatch::default());
                drop(changed.await.unwrap());
            }
        });
        times.push((
            "SCIM: one member more or less in the group of all",
            true,
            member.await,
        ));
        times
    }
}

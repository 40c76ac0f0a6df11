//! Fills a directory with many users, as an identity provider sends them, and says how long the console's list of users
//! takes: `cargo run --release -p directory --example many_users -- 100000 [FOLDER]`. A folder that was filled before
//! is measured as it is.

#![expect(clippy::print_stdout, reason = "what it says is for whoever started it")]
#![expect(clippy::unwrap_used, reason = "a failure is to end it")]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use directory::log::Request;
use directory::provisioning::IfMatch;
use directory::{
    AccountId, Actor, Bearer, Clock, Directory, NewUser, OpenOptions, Role, TokenId, ToleranceMode,
    UserOrder, UserPlace, UserQuery,
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// Requests on their way at a time.
const AT_ONCE: usize = 64;
/// How often each list is read; the median is told.
const TIMES: usize = 9;

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let number: usize = args.next().map_or(100_000, |number| number.parse().unwrap());
    let temporary = tempfile::tempdir().unwrap();
    let data = args
        .next()
        .map_or_else(|| temporary.path().to_owned(), PathBuf::from);
    let options = OpenOptions {
        data,
        clock: Clock::system(),
    };
    let directory = Directory::open(options).await.unwrap();
    let account = match directory.list_accounts().await.unwrap().first() {
        Some(account) => account.id,
        None => fill(&directory, number).await,
    };
    measure(&directory, account).await;
    directory.close().await;
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

fn user(index: usize) -> Value {
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
    const FAMILY: [&str; 7] = [
        "Lovelace", "Hopper", "Torvalds", "Hamilton", "Dijkstra", "Liskov", "Knuth",
    ];
    // Not in the order of the names.
    let number = index.wrapping_mul(7_919) % 1_000_003;
    let (given, family) = (GIVEN[number % 8], FAMILY[number / 8 % 7]);
    let user_name = format!("{given}.{family}{number}@acme.example").to_lowercase();
    json!({
        "userName": user_name, "externalId": format!("{number:032x}"), "active": !number.is_multiple_of(20),
        "displayName": format!("{given} {family}"), "title": "Engineer", "preferredLanguage": "en",
        "name": { "givenName": given, "familyName": family, "formatted": format!("{given} {family}") },
        "emails": [{ "type": "work", "primary": true, "value": user_name }],
        "phoneNumbers": [{ "type": "work", "value": "+44 20 7946 0000" }],
        "addresses": [{ "type": "work", "locality": "London", "streetAddress": "12 St James's Square" }],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "department": "Research", "employeeNumber": number.to_string()
        },
    })
}

/// Users, a group of all of them that gives a role, one of a few, and some manual users.
async fn fill(directory: &Directory, number: usize) -> AccountId {
    let began = Instant::now();
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
        let (directory, bearer) = (directory.clone(), bearer(directory, account));
        sent.spawn(async move {
            let provisioning = directory.provisioning(&bearer, Request::default());
            provisioning.create_user(user(index)).await.unwrap().user.id
        });
    }
    ids.extend(sent.join_all().await);
    println!("{number} users in {:.1} s", began.elapsed().as_secs_f64());

    let began = Instant::now();
    let bearer = bearer(directory, account);
    let provisioning = directory.provisioning(&bearer, Request::default());
    for (name, role, share) in [("Staff", Role::Member, 1), ("Auditors", Role::Auditor, 20_000)] {
        let group = provisioning
            .create_group(json!({ "displayName": name }))
            .await
            .unwrap()
            .id;
        let members: Vec<Value> = ids
            .iter()
            .step_by(share)
            .map(|id| json!({ "value": id }))
            .collect();
        for members in members.chunks(1_000) {
            let change = json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations": [{ "op": "add", "path": "members", "value": members }],
            });
            provisioning
                .patch_group(&group.to_string(), change, IfMatch::default())
                .await
                .unwrap();
        }
        directory
            .give_group_role(&Actor::CommandLine, account, group, role)
            .await
            .unwrap();
    }
    directory
        .give_role(&Actor::CommandLine, account, ids[number / 2], Role::Administrator)
        .await
        .unwrap();
    println!("groups in {:.1} s", began.elapsed().as_secs_f64());
    account
}

async fn measure(directory: &Directory, account: AccountId) {
    let page = UserQuery {
        limit: 50,
        ..UserQuery::default()
    };
    let searching = |search: &str| UserQuery {
        search: search.to_owned(),
        ..page.clone()
    };
    let with = |change: fn(&mut UserQuery)| {
        let mut query = page.clone();
        change(&mut query);
        query
    };
    let cases = [
        ("first page", page.clone()),
        ("last page", with(|query| query.page = UserPlace::Last)),
        ("by name", with(|query| query.order = UserOrder::Name)),
        (
            "by name, last page",
            with(|query| (query.order, query.page) = (UserOrder::Name, UserPlace::Last)),
        ),
        (
            "last changed",
            with(|query| (query.order, query.descending) = (UserOrder::Changed, true)),
        ),
        ("search for one", searching("lovelace123@")),
        ("search for nobody", searching("nobody at all")),
        ("search for many", searching("ada")),
        ("search for an external id", searching("0000f")),
        (
            "search by name, last page",
            UserQuery {
                order: UserOrder::Name,
                page: UserPlace::Last,
                ..searching("ada")
            },
        ),
        ("inactive", with(|query| query.active = Some(false))),
        (
            "a rare role",
            with(|query| query.role = Some(Role::Administrator)),
        ),
        ("everybody's role", with(|query| query.role = Some(Role::Member))),
        (
            "more roles than the groups give",
            with(|query| query.extra_roles = true),
        ),
        (
            "not seen",
            UserQuery {
                unseen_since: Some(directory.now()),
                ..page.clone()
            },
        ),
    ];
    for (name, query) in cases {
        let mut times: Vec<Duration> = Vec::new();
        let mut total = 0;
        for _ in 0..TIMES {
            let began = Instant::now();
            total = directory.list_users(account, &query).await.unwrap().total;
            times.push(began.elapsed());
        }
        times.sort_unstable();
        println!(
            "{:>8.1} ms  {name} ({total})",
            times[TIMES / 2].as_secs_f64() * 1000.0
        );
    }
    let began = Instant::now();
    let (mut query, mut walked) = (
        UserQuery {
            limit: 500,
            ..page.clone()
        },
        0,
    );
    loop {
        let (users, next) = directory.walk_users(account, &query).await.unwrap();
        walked += users.len();
        match next {
            Some(next) => query.page = UserPlace::After(next),
            None => break,
        }
    }
    println!(
        "{:>8.1} ms  all {walked} of them, 500 at a time",
        began.elapsed().as_secs_f64() * 1000.0
    );
}

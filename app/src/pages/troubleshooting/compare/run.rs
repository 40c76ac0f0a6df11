//! The work of a comparison, in the browser: reads the list, asks the server for what is here, compares. In pieces, so
//! that the page answers meanwhile and says how far it is.

use std::collections::{BTreeMap, HashMap};

use leptos::prelude::*;

use super::{Stage, compare_groups, compare_members, compare_users};
use crate::browser;
use crate::compare::{Comparison, Difference, Known, OurGroup, Parser, Reasons, TheirList, Unreadable, key};
use crate::error::ConsoleError;
use crate::format::{number, size};
use crate::text::{K, fill};

/// Rows of the list that are read between two breaths.
const ROWS: usize = 2_000;
/// Groups that are compared between two breaths.
const GROUPS: usize = 500;

/// Why there is no result.
#[derive(Clone, Debug)]
pub(super) enum Trouble {
    /// The list cannot be compared.
    List(Unreadable),
    /// The server did not say what is here.
    Server(ConsoleError),
}

/// A result.
#[derive(Clone, Debug)]
pub(super) struct Done {
    pub(super) difference: Difference,
    pub(super) reasons: std::sync::Arc<Reasons>,
    pub(super) idp: String,
    /// Rows and groups of the list.
    pub(super) rows: usize,
    pub(super) groups: usize,
}

/// Begins; `stage` tells how far it is.
pub(super) fn start(account: String, text: String, one_group: String, known: Known, stage: RwSignal<Stage>) {
    if matches!(stage.get_untracked(), Stage::Working(_)) {
        return;
    }
    leptos::task::spawn_local(async move {
        let done = run(account, text, one_group, known, stage).await;
        stage.set(match done {
            Ok(done) => Stage::Done(Box::new(done)),
            Err(trouble) => Stage::Stopped(trouble),
        });
    });
}

async fn run(
    account: String,
    text: String,
    one_group: String,
    known: Known,
    stage: RwSignal<Stage>,
) -> Result<Done, Trouble> {
    let theirs = read(text, &one_group, stage).await.map_err(Trouble::List)?;
    let (rows, groups) = (theirs.rows, theirs.groups.len());
    let ours = ours(&account, theirs.has_members, stage)
        .await
        .map_err(Trouble::Server)?;
    let has_members = theirs.has_members;
    let difference = compare(theirs, ours, stage).await;
    // Who is here is asked for only where it explains something.
    let missing = has_members
        && difference
            .members
            .iter()
            .any(|group| !group.only_there.is_empty());
    let users = if missing {
        users(&account, stage).await.map_err(Trouble::Server)?
    } else {
        Vec::new()
    };
    let idp = known.idp.clone();
    let reasons = Reasons::new(known, users.iter().map(String::as_str));
    Ok(Done {
        difference,
        reasons: std::sync::Arc::new(reasons),
        idp,
        rows,
        groups,
    })
}

fn say(stage: RwSignal<Stage>, key: K, done: usize, total: Option<usize>) {
    let (done, total) = (
        number(size(done)),
        total.map(size).map(number).unwrap_or_default(),
    );
    stage.set(Stage::Working(fill(key, &[("done", &done), ("total", &total)])));
}

async fn read(text: String, one_group: &str, stage: RwSignal<Stage>) -> Result<TheirList, Unreadable> {
    let one_group = browser::composed(one_group.to_owned());
    let mut parser = Parser::new(browser::composed(text), &one_group);
    let mut rows = 0;
    loop {
        let more = parser.read(ROWS);
        rows += ROWS;
        if !more {
            return parser.finish();
        }
        say(stage, K::CompareReading, rows, None);
        browser::pause().await;
    }
}

/// What is here: groups, and where the list has them, members.
async fn ours(
    account: &str,
    with_members: bool,
    stage: RwSignal<Stage>,
) -> Result<Vec<OurGroup>, ConsoleError> {
    let mut groups: Vec<OurGroup> = Vec::new();
    loop {
        say(stage, K::CompareGroups, groups.len(), None);
        let after = groups.last().map(|group| group.id.clone());
        let page = compare_groups(account.to_owned(), after).await?;
        if page.is_empty() {
            break;
        }
        groups.extend(page.into_iter().map(|group| OurGroup {
            id: group.id,
            name: browser::composed(group.name),
            external_id: group.external_id,
            members: BTreeMap::default(),
        }));
    }
    if !with_members {
        return Ok(groups);
    }
    let places: HashMap<String, usize> = groups
        .iter()
        .enumerate()
        .map(|(place, group)| (group.id.clone(), place))
        .collect();
    let (mut after, mut read) = (None, 0);
    loop {
        say(stage, K::CompareMembers, read, None);
        let page = compare_members(account.to_owned(), after).await?;
        read += page.len();
        let Some(last) = page.last() else {
            return Ok(groups);
        };
        after = Some(format!("{}:{}", last.group, last.user));
        for member in page {
            // A group that came since the groups were read is compared the next time.
            if let Some(group) = places.get(&member.group).and_then(|place| groups.get_mut(*place)) {
                let name = browser::composed(member.user_name);
                group.members.insert(key(&name), name);
            }
        }
    }
}

async fn compare(theirs: TheirList, ours: Vec<OurGroup>, stage: RwSignal<Stage>) -> Difference {
    let mut comparison = Comparison::new(theirs, ours);
    while comparison.step(GROUPS) {
        let (done, total) = comparison.progress();
        say(stage, K::CompareComparing, done, Some(total));
        browser::pause().await;
    }
    comparison.finish()
}

async fn users(account: &str, stage: RwSignal<Stage>) -> Result<Vec<String>, ConsoleError> {
    let (mut users, mut after) = (Vec::new(), None);
    loop {
        say(stage, K::CompareUsers, users.len(), None);
        let page = compare_users(account.to_owned(), after).await?;
        let Some(last) = page.last() else {
            return Ok(users);
        };
        after = Some(last.id.clone());
        users.extend(page.into_iter().map(|user| browser::composed(user.user_name)));
    }
}

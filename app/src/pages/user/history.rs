//! What happened to a user, newest first, with before → after.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{At, UserDetail};
use crate::components::{Changed, Diff, Paging, RelativeTime, StatusLine, Table, column, wide_section};
use crate::format::{Moment, size};
use crate::routes;
use crate::subject::entry::EntryRow;
use crate::text::{K, P, count, t};

/// Changes that are shown at once; more are folded away.
const FEW: usize = 3;

/// An entry and what it changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryRow {
    entry: EntryRow,
    changes: Vec<Changed>,
}

pub(super) fn section(at: &At, user: &UserDetail) -> AnyView {
    let content = if user.history.is_empty() {
        view! { <StatusLine>{t(K::UserHistoryEmpty)}</StatusLine> }.into_any()
    } else {
        entries(at, user)
    };
    wide_section("history", t(K::UserHistoryTitle), "", content)
}

fn entries(at: &At, user: &UserDetail) -> AnyView {
    let columns = [K::EntryWhen, K::EntryWhat, K::EntryOutcome]
        .map(|key| column(t(key)))
        .into();
    let rows = user
        .history
        .iter()
        .map(|entry| row(entry, &at.to, user.now))
        .collect_view();
    let here = at.to.user(&at.user);
    let next = user.older.as_deref().map(|older| {
        format!(
            "{}#history",
            routes::with_query(&here, &[("before", Some(older))])
        )
    });
    let first = (!user.is_newest).then(|| format!("{here}#history"));
    view! {
        <Table label=t(K::UserHistoryTitle) columns=columns stacks=true>
            {rows}
        </Table>
        <Paging label=t(K::UserHistoryPages) first=first next=next />
    }
    .into_any()
}

fn row(HistoryRow { entry, changes }: &HistoryRow, to: &routes::Account, now: Moment) -> AnyView {
    let href = to.entry(&entry.id);
    let reason = entry
        .reason()
        .map(|reason| view! { <p class="muted">{reason}</p> });
    let number = size(changes.len());
    let changed = match changes.len() {
        0 => ().into_any(),
        1..=FEW => view! { <Diff changes=changes.clone() /> }.into_any(),
        _ => view! {
            <details class="more">
                <summary>{count(P::HistoryChanges, number)}</summary>
                <Diff changes=changes.clone() />
            </details>
        }
        .into_any(),
    };
    view! {
        <tr>
            <td class="entry-when">
                <RelativeTime at=entry.at now=now />
            </td>
            <td class="whole">
                <p>{entry.sentence(to)}</p>
                {reason}
                {changed}
            </td>
            <td>
                <span class="row">{entry.outcome.badge()} <a href=href>{t(K::EntryOpen)}</a></span>
            </td>
        </tr>
    }
    .into_any()
}

#[cfg(feature = "ssr")]
impl From<&directory::Entry> for HistoryRow {
    fn from(entry: &directory::Entry) -> Self {
        Self {
            entry: entry.into(),
            changes: entry.changes.iter().map(Into::into).collect(),
        }
    }
}

//! The identity provider's cycles and their rhythm, as pages show them.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::entry_filter::EntryFilter;
use crate::components::{CycleLine, CycleMark, RelativeTime};
use crate::format::Moment;
use crate::routes;
use crate::text::{K, P, count, count_with, fill, rich, t};

/// How far back the line goes, in seconds.
const DAY: i64 = 24 * 60 * 60;
/// The least that it shows, in seconds.
const LEAST: i64 = 2 * 60 * 60;
/// How far back the rhythm is learnt from, in hours.
#[cfg(feature = "ssr")]
const LEARNT_FROM: i64 = 14 * 24;
/// A rhythm that is quicker than this, in seconds, is said and not drawn.
const LEAST_DRAWN: i64 = 10 * 60;

/// A burst of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CycleView {
    /// When it began.
    pub began: Moment,
    /// When it ended.
    pub ended: Moment,
    /// How many requests.
    pub requests: u64,
    /// How many of them were refused.
    pub refused: u64,
}

/// What came in the last day, and what is expected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CyclesView {
    /// The cycles of the last day, the oldest first.
    pub cycles: Vec<CycleView>,
    /// When the last cycle began, however long ago.
    pub last: Option<Moment>,
    /// From one cycle to the next as documented, in seconds.
    pub documented: Option<i64>,
    /// The documented rhythm in words.
    pub words: String,
    /// From one cycle to the next as learnt, in seconds, and whether that is sure.
    pub learnt: Option<(i64, bool)>,
    /// When the next is due.
    pub due: Option<Moment>,
}

impl CycleView {
    /// What came, in words.
    pub fn sentence(self) -> String {
        let requests = count(P::CycleRequests, self.requests);
        match self.refused {
            0 => requests,
            refused => count_with(P::CycleRefused, refused, &[("requests", &requests)]),
        }
    }

    /// When, in words: `10:40 to 10:43 UTC`.
    fn time(self) -> String {
        let (from, to) = (self.began.time_of_day(), self.ended.time_of_day());
        if from == to {
            fill(K::CycleAt, &[("time", &from)])
        } else {
            fill(K::CycleFromTo, &[("from", &from), ("to", &to)])
        }
    }

    /// The entries of it.
    fn filter(self) -> EntryFilter {
        EntryFilter {
            from: Some(self.began.0),
            until: Some(self.ended.0 + 60),
            ..EntryFilter::default()
        }
    }
}

impl CyclesView {
    /// The cycle line. `open`: whether its table is, kept while the page is read again.
    pub fn line(&self, to: &routes::Account, now: Moment, open: RwSignal<bool>) -> AnyView {
        let learnt = self.learnt.map(|(seconds, _)| seconds);
        let interval = learnt.or(self.documented).unwrap_or(0);
        let first = self.cycles.first().map_or(now, |cycle| cycle.began);
        let from = first.max(now.plus(-DAY)).min(now.plus(-LEAST));
        let until = now.plus(interval.clamp(LEAST / 4, LEAST));
        let place = |at: Moment| (at.0 - from.0) * 10_000 / (until.0 - from.0).max(1);
        let most = self.cycles.iter().map(|cycle| cycle.requests).max().unwrap_or(1);
        let marks = self
            .cycles
            .iter()
            .map(|cycle| CycleMark {
                span: (place(cycle.began), place(cycle.ended)),
                height: height(cycle.requests, most),
                refused: cycle.refused > 0,
                label: format!("{}: {}", cycle.time(), cycle.sentence()),
                href: cycle.filter().href(to),
            })
            .collect();
        let ticks = |interval: Option<i64>| -> Vec<i64> {
            match (interval, self.last) {
                (Some(interval), Some(last)) if interval >= LEAST_DRAWN => {
                    let back = (last.0 - from.0).max(0) / interval;
                    (-back..=(until.0 - last.0).max(0) / interval)
                        .map(|times| last.plus(times * interval))
                        .filter(|at| *at >= from && *at <= until)
                        .map(place)
                        .collect()
                }
                _ => Vec::new(),
            }
        };
        let step = match until.0 - from.0 {
            ..=21_600 => 3_600,
            _ => 6 * 3_600,
        };
        let hours = (from.0.div_euclid(step) + 1..=until.0.div_euclid(step))
            .map(|hour| Moment(hour * step))
            .map(|at| (place(at), at.time_of_day()))
            .filter(|(place, _)| (200..9_800).contains(place))
            .collect();
        view! {
            <CycleLine
                label=t(K::CycleLabel)
                marks=marks
                documented=ticks(self.documented)
                learnt=ticks(learnt)
                now=place(now)
                due=self.due.filter(|due| *due >= from && *due <= until).map(place)
                hours=hours
            />
            {self.legend(now)}
            {self.table(to, now, open)}
        }
        .into_any()
    }

    /// What is documented, what is learnt, when the next is due.
    fn legend(&self, now: Moment) -> AnyView {
        let documented = (!self.words.is_empty()).then(|| {
            view! {
                <li>
                    <span class="cycle-key documented" aria-hidden="true" />
                    <strong>{t(K::CycleDocumented)}</strong>
                    " "
                    {self.words.clone()}
                </li>
            }
        });
        let learnt = match self.learnt {
            Some((seconds, sure)) => {
                let minutes = u64::try_from((seconds + 30) / 60).unwrap_or(0);
                count(
                    if sure {
                        P::CycleLearntSure
                    } else {
                        P::CycleLearntLikely
                    },
                    minutes,
                )
            }
            None => t(K::CycleLearntNone).to_owned(),
        };
        // Past a rhythm that is only documented nobody is late: who has nothing to send keeps quiet.
        let due = self
            .due
            .filter(|due| *due >= now || self.learnt.is_some())
            .map(|due| {
                let key = if due >= now { K::CycleDue } else { K::CycleWasDue };
                let time = rich(key, move |_| view! { <RelativeTime at=due now=now /> }.into_any());
                view! { <li>{time}</li> }
            });
        view! {
            <ul class="cycle-legend">
                {documented}
                <li>
                    <span class="cycle-key learnt" aria-hidden="true" />
                    <strong>{t(K::CycleLearnt)}</strong>
                    " "
                    {learnt}
                </li>
                {due}
            </ul>
        }
        .into_any()
    }

    /// The same as a table.
    fn table(&self, to: &routes::Account, now: Moment, open: RwSignal<bool>) -> AnyView {
        use crate::components::{Table, column};

        if self.cycles.is_empty() {
            return ().into_any();
        }
        let columns = [K::EntryWhen, K::CycleCame].map(|key| column(t(key))).into();
        let rows = self
            .cycles
            .iter()
            .rev()
            .map(|cycle| {
                let (at, href) = (cycle.began, cycle.filter().href(to));
                view! {
                    <tr>
                        <td>
                            <RelativeTime at=at now=now />
                        </td>
                        <td>
                            <a href=href>{cycle.sentence()}</a>
                        </td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <details class="cycle-table" open=open.get_untracked()>
                <summary on:click=move |_| open.update(|open| *open = !*open)>{t(K::CycleTable)}</summary>
                <Table label=t(K::CycleLabel) columns=columns>
                    {rows}
                </Table>
            </details>
        }
        .into_any()
    }
}

/// Between 6 and 40, by the number of digits rather than by the number, so that a single request is seen beside thousands.
fn height(requests: u64, most: u64) -> i64 {
    let size = |number: u64| i64::from(number.max(1).ilog2());
    6 + 34 * size(requests) / size(most).max(1)
}

/// Reads the cycles, and what the guide or else the requests say of the rhythm.
///
/// # Errors
/// Those of the directory.
#[cfg(feature = "ssr")]
pub async fn read(account: directory::AccountId) -> Result<CyclesView, directory::DirectoryError> {
    use directory::provisioning::rhythm::Confidence;
    use jiff::SignedDuration;

    let directory = crate::session::directory();
    let now = directory.now();
    let rhythm = documented(&directory.get_connection(account).await?);
    let found = directory
        .cycles(account, now - SignedDuration::from_hours(LEARNT_FROM))
        .await?;
    let seconds = |duration: std::time::Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    let documented = rhythm.as_ref().and_then(|rhythm| rhythm.minutes);
    let documented = documented.map(|minutes| std::time::Duration::from_mins(u64::from(minutes)));
    let due = found
        .rhythm
        .learnt
        .or(documented)
        .and_then(|interval| found.next_due(interval));
    let since = Moment::from(now).plus(-DAY);
    let cycles = found.cycles.iter().map(|cycle| CycleView {
        began: cycle.began.into(),
        ended: cycle.ended.into(),
        requests: cycle.requests,
        refused: cycle.refused,
    });
    Ok(CyclesView {
        last: found.cycles.last().map(|cycle| cycle.began.into()),
        cycles: cycles.filter(|cycle| cycle.ended >= since).collect(),
        documented: documented.map(seconds),
        words: rhythm.map(|rhythm| rhythm.text).unwrap_or_default(),
        learnt: found
            .rhythm
            .learnt
            .map(|learnt| (seconds(learnt), found.rhythm.confidence == Confidence::Sure)),
        due: due.map(Into::into),
    })
}

/// The rhythm of the chosen guide, or else of that of the identity provider which the requests show.
#[cfg(feature = "ssr")]
pub fn documented(connection: &directory::Connection) -> Option<super::guide::Rhythm> {
    Some(super::guide::of_connection(connection)?.rhythm)
}

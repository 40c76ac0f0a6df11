//! The rhythm of an identity provider, learnt from when its requests came: bursts parted by quiet are cycles, and
//! cycles that begin at the same distance from each other have a rhythm. Pure: times in, cycles out.

use std::time::Duration;

use jiff::Timestamp;

/// Quiet that ends a cycle. Within a cycle identity providers pause for seconds; between two cycles for much longer.
const QUIET: Duration = Duration::from_mins(5);
/// Silence that is normal where only a documentation names a rhythm.
const LONG: Duration = Duration::from_hours(24);
/// How much an interval may differ from the rhythm: a share of it, and at least so much.
const TOLERANCE: u32 = 8;
const LEAST_TOLERANCE: Duration = Duration::from_secs(90);
/// Cycles without anything to send may leave no trace: so many intervals of the rhythm may pass as one.
const SKIPPED: u32 = 4;
/// Intervals that must be there before a rhythm is believed, and before it is sure.
const LEAST_INTERVALS: usize = 4;
const SURE_INTERVALS: usize = 8;
/// The last so many intervals count: what was half a year ago is not the rhythm of today.
const MOST_INTERVALS: usize = 60;
/// The last so many count alone where they agree: a day of trying things out does not hide the rhythm that came after it.
const RECENT_INTERVALS: usize = 12;

/// Requests that came close to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contact {
    /// When the first of them came.
    pub first_at: Timestamp,
    /// When the last of them came.
    pub last_at: Timestamp,
    /// How many.
    pub requests: u64,
    /// How many of them were refused.
    pub refused: u64,
}

/// A burst of requests with quiet before and after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cycle {
    /// When its first request came.
    pub began: Timestamp,
    /// When its last request came.
    pub ended: Timestamp,
    /// How many requests.
    pub requests: u64,
    /// How many of them were refused.
    pub refused: u64,
}

/// How sure a learnt rhythm is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Confidence {
    /// There is none, or too little was seen to tell.
    #[default]
    Unknown,
    /// Most of the intervals fit.
    Likely,
    /// Nearly all of many intervals fit.
    Sure,
}

/// How often an identity provider sends, as its own requests show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rhythm {
    /// From the beginning of a cycle to that of the next; none: it sends as changes happen, or too little was seen.
    pub learnt: Option<Duration>,
    /// How sure that is.
    pub confidence: Confidence,
}

/// Cycles, the oldest first, and their rhythm.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cycles {
    /// The cycles.
    pub cycles: Vec<Cycle>,
    /// What they have in common.
    pub rhythm: Rhythm,
}

/// How long it has been quiet, judged by a rhythm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// Nothing ever came.
    Never,
    /// There is no rhythm to judge by.
    Unjudged,
    /// The next cycle is not due yet, or due just now.
    Quiet {
        /// When it is due.
        due: Timestamp,
    },
    /// The cycle that was due did not come.
    Late {
        /// When it was due.
        due: Timestamp,
        /// Whether its own traffic shows the rhythm, or the documentation alone.
        learnt: bool,
    },
}

impl Silence {
    /// Since the last cycle `began`, at `now`. By a rhythm that was `learnt`, more than one cycle is missing; by one that
    /// is only `documented`, nothing came for a day at least: who has nothing to send keeps quiet.
    pub fn since(
        began: Timestamp,
        learnt: Option<Duration>,
        documented: Option<Duration>,
        now: Timestamp,
    ) -> Self {
        let (interval, longest) = match (learnt, documented) {
            (Some(learnt), _) => (learnt, learnt + learnt.max(QUIET) + tolerance(learnt)),
            (None, Some(documented)) => (documented, LONG.max(documented * 3)),
            (None, None) => return Self::Unjudged,
        };
        match (began.checked_add(interval), began.checked_add(longest)) {
            (Ok(due), Ok(latest)) if now > latest => Self::Late {
                due,
                learnt: learnt.is_some(),
            },
            (Ok(due), _) => Self::Quiet { due },
            (Err(_), _) => Self::Unjudged,
        }
    }
}

impl Cycles {
    /// When the next cycle is due by this interval; none without a cycle.
    pub fn next_due(&self, interval: Duration) -> Option<Timestamp> {
        self.cycles.last()?.began.checked_add(interval).ok()
    }

    /// How long it has been quiet at `now`.
    pub fn silence(&self, documented: Option<Duration>, now: Timestamp) -> Silence {
        self.cycles.last().map_or(Silence::Never, |last| {
            Silence::since(last.began, self.rhythm.learnt, documented, now)
        })
    }
}

/// The cycles in `contacts`, which are in the order of time, and their rhythm.
pub fn find(contacts: &[Contact]) -> Cycles {
    let mut cycles: Vec<Cycle> = Vec::new();
    for contact in contacts {
        match cycles.last_mut() {
            Some(cycle) if distance(cycle.ended, contact.first_at) < QUIET => {
                cycle.ended = cycle.ended.max(contact.last_at);
                cycle.requests += contact.requests;
                cycle.refused += contact.refused;
            }
            _ => cycles.push(Cycle {
                began: contact.first_at,
                ended: contact.last_at,
                requests: contact.requests,
                refused: contact.refused,
            }),
        }
    }
    let rhythm = learn(&cycles);
    Cycles { cycles, rhythm }
}

fn learn(cycles: &[Cycle]) -> Rhythm {
    let intervals: Vec<Duration> = cycles
        .windows(2)
        .rev()
        .take(MOST_INTERVALS)
        .map(|pair| distance(pair[0].began, pair[1].began))
        .collect();
    let rhythm = common(&intervals);
    if rhythm.learnt.is_some() {
        return rhythm;
    }
    let recent = common(&intervals[..intervals.len().min(RECENT_INTERVALS)]);
    if recent.confidence == Confidence::Sure {
        recent
    } else {
        rhythm
    }
}

/// The longest interval that explains the most of those between cycles: each is about one of it, or a few where cycles
/// left no trace.
fn common(intervals: &[Duration]) -> Rhythm {
    if intervals.len() < LEAST_INTERVALS {
        return Rhythm::default();
    }
    let fitting = |rhythm: Duration| -> Vec<(u32, Duration)> {
        let fits = intervals.iter().map(|interval| fit(*interval, rhythm));
        fits.flatten().collect()
    };
    let best = intervals
        .iter()
        .map(|candidate| (fitting(*candidate), *candidate))
        .max_by_key(|(fits, candidate)| (fits.len(), *candidate));
    let Some((fits, _)) = best else {
        return Rhythm::default();
    };
    // Short intervals explain any long one by chance: the rhythm itself must be seen, not only multiples of it.
    let single = fits.iter().filter(|(times, _)| *times == 1).count();
    let (all, fitting) = (intervals.len(), fits.len());
    if fitting * 4 < all * 3 || single * 2 < fitting {
        return Rhythm::default();
    }
    let (times, time) = fits
        .into_iter()
        .fold((0, Duration::ZERO), |(times, time), (more_times, more_time)| {
            (times + more_times, time + more_time)
        });
    let confidence = if all >= SURE_INTERVALS && fitting * 10 >= all * 9 {
        Confidence::Sure
    } else {
        Confidence::Likely
    };
    Rhythm {
        learnt: Some(time / times.max(1)),
        confidence,
    }
}

/// How many times `rhythm` the interval is, where it is about a whole number.
fn fit(interval: Duration, rhythm: Duration) -> Option<(u32, Duration)> {
    (1..=SKIPPED)
        .find(|times| interval.abs_diff(rhythm * *times) <= tolerance(rhythm))
        .map(|times| (times, interval))
}

fn tolerance(rhythm: Duration) -> Duration {
    (rhythm / TOLERANCE).max(LEAST_TOLERANCE)
}

fn distance(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: &str = "2026-11-25T00:00:00Z";

    fn at(minutes: f64) -> Timestamp {
        let start: Timestamp = START.parse().unwrap();
        start + Duration::from_secs_f64(minutes * 60.0)
    }

    /// A contact of a request a minute, at these minutes.
    fn contacts(minutes: &[f64]) -> Vec<Contact> {
        minutes
            .iter()
            .map(|minute| Contact {
                first_at: at(*minute),
                last_at: at(*minute),
                requests: 1,
                refused: 0,
            })
            .collect()
    }

    fn every(minutes: f64, times: u32) -> Vec<f64> {
        (0..times).map(|time| minutes * f64::from(time)).collect()
    }

    #[test]
    fn what_comes_close_together_is_one_cycle() {
        let mut contacts = contacts(&[0.0, 1.0, 4.0, 40.0, 41.0, 47.0]);
        contacts[1].requests = 30;
        contacts[4].refused = 1;
        let cycle = |began, ended, requests, refused| Cycle {
            began: at(began),
            ended: at(ended),
            requests,
            refused,
        };
        assert_eq!(
            find(&contacts).cycles,
            [
                cycle(0.0, 4.0, 32, 0),
                cycle(40.0, 41.0, 2, 1),
                cycle(47.0, 47.0, 1, 0)
            ]
        );
        assert_eq!(find(&[]), Cycles::default());
    }

    #[test]
    fn a_rhythm_is_learnt_where_there_is_one() {
        use Confidence::{Likely, Sure, Unknown};

        let late = [0.0, 40.5, 81.0, 120.0, 162.0, 200.5, 241.0, 280.0, 321.0, 360.0];
        let skipping = [0.0, 40.0, 120.0, 160.0, 240.0, 280.0, 400.0, 440.0, 480.0, 520.0];
        let chance = [
            0.0, 7.0, 31.0, 52.0, 127.0, 300.0, 311.0, 420.0, 433.0, 700.0, 1100.0,
        ];
        // The first cycle takes an hour, with something every two minutes.
        let mut first_is_long = every(2.0, 30);
        first_is_long.extend(every(40.0, 12).into_iter().map(|minute| minute + 70.0));
        let mut moved = every(20.0, 80);
        moved.extend(every(40.0, 70).into_iter().map(|minute| minute + 1620.0));
        let mut tried_out = chance.to_vec();
        tried_out.extend(every(40.0, 12).into_iter().map(|minute| minute + 9000.0));
        let cases: [(&str, Vec<f64>, Option<f64>, Confidence); 12] = [
            ("nothing", vec![], None, Unknown),
            ("one cycle", vec![0.0], None, Unknown),
            ("too few", every(40.0, 4), None, Unknown),
            ("enough", every(40.0, 5), Some(40.0), Likely),
            ("many", every(40.0, 36), Some(40.0), Sure),
            ("not to the minute", late.to_vec(), Some(40.0), Sure),
            ("some with nothing to send", skipping.to_vec(), Some(40.0), Sure),
            ("as changes happen", chance.to_vec(), None, Unknown),
            ("a long first cycle", first_is_long, Some(40.0), Sure),
            ("the rhythm of today", moved, Some(40.0), Sure),
            ("soon after trying out", tried_out[..16].to_vec(), None, Unknown),
            ("since trying out", tried_out, Some(40.0), Sure),
        ];
        for (name, minutes, learnt, confidence) in cases {
            let found = find(&contacts(&minutes)).rhythm;
            let minutes = found.learnt.map(|learnt| (learnt.as_secs_f64() / 60.0).round());
            assert_eq!((minutes, found.confidence), (learnt, confidence), "{name}");
        }
    }

    #[test]
    fn without_a_pause_there_is_no_cycle_to_wait_for() {
        let found = find(&contacts(&every(1.0, 600)));
        assert_eq!(found.cycles.len(), 1);
        assert_eq!(found.rhythm, Rhythm::default());
    }

    #[test]
    fn late_is_who_missed_more_than_one_cycle() {
        let minutes = |minutes: u64| Some(Duration::from_mins(minutes));
        let learnt = find(&contacts(&every(40.0, 5)));
        let (due, little) = (at(200.0), find(&contacts(&[0.0])));
        let late = |due, learnt| Silence::Late { due, learnt };
        let cases = [
            (&learnt, None, 199.0, Silence::Quiet { due }),
            (&learnt, None, 239.0, Silence::Quiet { due }),
            (&learnt, None, 246.0, late(due, true)),
            (&learnt, minutes(20), 239.0, Silence::Quiet { due }),
            (&little, None, 999.0, Silence::Unjudged),
            (&little, minutes(40), 79.0, Silence::Quiet { due: at(40.0) }),
            (&little, minutes(40), 999.0, Silence::Quiet { due: at(40.0) }),
            (&little, minutes(40), 1_999.0, late(at(40.0), false)),
            (&Cycles::default(), minutes(40), 99.0, Silence::Never),
        ];
        for (cycles, documented, now, silence) in cases {
            assert_eq!(
                cycles.silence(documented, at(now)),
                silence,
                "{documented:?} at {now}"
            );
        }
    }
}

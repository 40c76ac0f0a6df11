//! Numbers and times as a person reads them. Pure: the same on the server and in the browser, so that hydration finds
//! what was rendered.

use serde::{Deserialize, Serialize};

use crate::text::{K, P, count, fill, t};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// How many there are of something, as texts count it.
pub fn size(of: usize) -> u64 {
    u64::try_from(of).unwrap_or(u64::MAX)
}

/// A point in time, in whole seconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub i64);

#[cfg(feature = "ssr")]
impl From<jiff::Timestamp> for Moment {
    fn from(at: jiff::Timestamp) -> Self {
        Self(at.as_second())
    }
}

impl Moment {
    /// This moment `seconds` later.
    #[must_use]
    pub fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// For the attribute `datetime`: `2026-11-24T14:03:07Z`
    pub fn iso(self) -> String {
        let Civil { year, month, day } = self.civil();
        let (hour, minute, second) = self.clock();
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// `24 November 2026`, in UTC.
    pub fn date(self) -> String {
        let Civil { year, month, day } = self.civil();
        fill(
            K::TimeDate,
            &[
                ("day", &day.to_string()),
                ("month", month_name(month)),
                ("year", &year.to_string()),
            ],
        )
    }

    /// `24 November 2026, 14:03:07 UTC`
    pub fn exact(self) -> String {
        let (hour, minute, second) = self.clock();
        fill(
            K::TimeExactUtc,
            &[
                ("date", &self.date()),
                ("clock", &format!("{hour:02}:{minute:02}:{second:02}")),
            ],
        )
    }

    /// How long ago this was at `now`, or how far ahead: `12 minutes ago`, `in 3 days`. Older than 30 days: the date.
    pub fn relative(self, now: Self) -> String {
        let ago = now.0 - self.0;
        let (past, distance) = (ago >= 0, ago.abs());
        match distance {
            0..45 => t(if past { K::TimeJustNow } else { K::TimeNow }).to_owned(),
            45..HOUR => unit(past, distance, MINUTE, P::TimeMinutesAgo, P::TimeInMinutes),
            HOUR..DAY => unit(past, distance, HOUR, P::TimeHoursAgo, P::TimeInHours),
            _ if distance < 30 * DAY => unit(past, distance, DAY, P::TimeDaysAgo, P::TimeInDays),
            _ => self.date(),
        }
    }

    /// `14:03`, in UTC.
    pub fn time_of_day(self) -> String {
        let (hour, minute, _) = self.clock();
        format!("{hour:02}:{minute:02}")
    }

    /// Whole days from `now` until this moment, rounded up; 0 when it has passed.
    pub fn days_left(self, now: Self) -> u64 {
        let left = self.0.saturating_sub(now.0).max(0);
        u64::try_from(left).unwrap_or(0).div_ceil(DAY.unsigned_abs())
    }

    /// Hour, minute and second of the day in UTC.
    fn clock(self) -> (i64, i64, i64) {
        let second = self.0.rem_euclid(DAY);
        (second / HOUR, second % HOUR / MINUTE, second % MINUTE)
    }

    /// The day in the proleptic Gregorian calendar, counted in eras of 400 years that begin on a 1 March.
    fn civil(self) -> Civil {
        const ERA: i64 = 146_097;
        let days = self.0.div_euclid(DAY) + 719_468;
        let (era, day_of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let month = if shifted_month < 10 {
            shifted_month + 3
        } else {
            shifted_month - 9
        };
        Civil {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month,
            day: day_of_year - (153 * shifted_month + 2) / 5 + 1,
        }
    }
}

struct Civil {
    year: i64,
    month: i64,
    day: i64,
}

fn unit(past: bool, distance: i64, unit: i64, ago: P, ahead: P) -> String {
    let units = (distance / unit).max(1).unsigned_abs();
    count(if past { ago } else { ahead }, units)
}

fn month_name(month: i64) -> &'static str {
    const MONTHS: [K; 12] = [
        K::TimeMonth01,
        K::TimeMonth02,
        K::TimeMonth03,
        K::TimeMonth04,
        K::TimeMonth05,
        K::TimeMonth06,
        K::TimeMonth07,
        K::TimeMonth08,
        K::TimeMonth09,
        K::TimeMonth10,
        K::TimeMonth11,
        K::TimeMonth12,
    ];
    usize::try_from(month - 1)
        .ok()
        .and_then(|index| MONTHS.get(index))
        .map_or("", |key| t(*key))
}

/// `8,000`
pub fn number(number: u64) -> String {
    let digits = number.to_string();
    let separator = t(K::NumberSeparator);
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push_str(separator);
        }
        text.push(digit);
    }
    text
}

/// The time in the browser's own zone, named: `24 Nov 2026, 15:03:07 CET`. Nothing on the server, which does not know
/// the zone.
#[cfg(feature = "hydrate")]
pub fn local(at: Moment, lang: &str) -> Option<String> {
    use wasm_bindgen::JsValue;

    #[expect(clippy::cast_precision_loss, reason = "dates are far below 2^52 seconds")]
    let date = js_sys::Date::new(&JsValue::from_f64(at.0 as f64 * 1000.0));
    let options = js_sys::Object::new();
    for (key, value) in [("dateStyle", "medium"), ("timeStyle", "long")] {
        js_sys::Reflect::set(&options, &key.into(), &value.into()).ok()?;
    }
    date.to_locale_string(lang, &options).as_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_calendar() {
        for (seconds, iso) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_795_529_187, "2026-11-24T14:06:27Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(Moment(seconds).iso(), iso);
        }
    }

    #[test]
    fn relative_times() {
        let now = Moment(1_795_529_187);
        for (seconds, text) in [
            (-10, "just now"),
            (-60, "1 minute ago"),
            (-12 * MINUTE, "12 minutes ago"),
            (-5 * HOUR, "5 hours ago"),
            (-3 * DAY, "3 days ago"),
            (3 * DAY, "in 3 days"),
            (-40 * DAY, "15 October 2026"),
        ] {
            assert_eq!(now.plus(seconds).relative(now), text);
        }
    }

    #[test]
    fn days_left_are_rounded_up() {
        let now = Moment(1_000_000);
        for (seconds, days) in [(1, 1), (DAY, 1), (DAY + 1, 2), (0, 0), (-5, 0)] {
            assert_eq!(now.plus(seconds).days_left(now), days);
        }
    }

    #[test]
    fn numbers_have_separators() {
        for (value, text) in [(0, "0"), (999, "999"), (1_240, "1,240"), (1_000_000, "1,000,000")] {
            assert_eq!(number(value), text);
        }
    }
}

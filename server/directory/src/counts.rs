//! How many there are: now, and at the end of each of the last days.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::{AccountId, Directory, DirectoryError, EntryId, db};

/// The most that is counted of what was refused; beyond, nobody needs the number.
const MOST_REFUSED: i64 = 10_000;

/// Microseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// How many there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Users whom the identity provider manages.
    pub scim_users: u64,
    /// Users whom people manage.
    pub manual_users: u64,
    /// Groups.
    pub groups: u64,
    /// What was refused, on one day or over a time.
    pub refused: u64,
}

/// The counts of one day, in UTC: those at its end, or the last ones known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayCounts {
    /// The day.
    pub day: Date,
    /// Its counts; refusals of this day alone.
    pub counts: Counts,
}

type Row = (String, i64, i64, i64, i64);

impl Directory {
    /// How many there are now, and how many entries were refused since `since`, up to ten thousand.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn count_all(&self, account: AccountId, since: Timestamp) -> Result<Counts, DirectoryError> {
        let (scim_users, manual_users) = self.count_users(account).await?;
        let groups: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM groups WHERE account_id = $1")
            .bind(account)
            .fetch_one(self.readers())
            .await?;
        Ok(Counts {
            scim_users,
            manual_users,
            groups: u64::try_from(groups).unwrap_or(0),
            refused: self.count_refused(account, since).await?,
        })
    }

    /// How many entries were refused since `since`, up to ten thousand.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn count_refused(&self, account: AccountId, since: Timestamp) -> Result<u64, DirectoryError> {
        let refused: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM (SELECT 1 FROM entries WHERE account_id = $1 AND outcome <> 'done'
                AND outcome = 'refused' AND id > $2 LIMIT $3) AS refused",
        )
        .bind(account)
        .bind(EntryId::before(since))
        .bind(MOST_REFUSED)
        .fetch_one(self.readers())
        .await?;
        Ok(u64::try_from(refused).unwrap_or(0))
    }

    /// The counts of the last `days` days that are known, the oldest first; without today, which is not over.
    ///
    /// # Errors
    /// [`DirectoryError::Store`], [`DirectoryError::Corrupt`].
    pub async fn daily_counts(
        &self,
        account: AccountId,
        days: u32,
    ) -> Result<Vec<DayCounts>, DirectoryError> {
        let now = self.now();
        let first = now - SignedDuration::from_hours(24 * i64::from(days));
        let rows: Vec<Row> = db::rows(
            "SELECT day, scim_users, manual_users, groups, refused FROM daily_counts
             WHERE account_id = $1 AND day >= $2 AND day < $3 ORDER BY day",
        )
        .bind(account)
        .bind(day_of(first).to_string())
        .bind(day_of(now).to_string())
        .fetch_all(self.readers())
        .await?;
        rows.into_iter()
            .map(|(day, scim_users, manual_users, groups, refused)| {
                let count = |number: i64| u64::try_from(number).unwrap_or(0);
                Ok(DayCounts {
                    day: day
                        .parse()
                        .map_err(|_| DirectoryError::Corrupt(format!("the day {day:?}")))?,
                    counts: Counts {
                        scim_users: count(scim_users),
                        manual_users: count(manual_users),
                        groups: count(groups),
                        refused: count(refused),
                    },
                })
            })
            .collect()
    }

    /// Notes how many there are today, where that is news.
    pub(crate) async fn count_day(&self, account: AccountId) -> Result<(), DirectoryError> {
        let day = day_of(self.now());
        let now = self.now().as_microsecond();
        let midnight = db::time(now - now.rem_euclid(DAY))?;
        let counts = self.count_all(account, midnight).await?;
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let new: Row = (
            day.to_string(),
            number(counts.scim_users),
            number(counts.manual_users),
            number(counts.groups),
            number(counts.refused),
        );
        let known: Option<Row> = db::rows(
            "SELECT day, scim_users, manual_users, groups, refused FROM daily_counts
             WHERE account_id = $1 AND day = $2",
        )
        .bind(account)
        .bind(new.0.clone())
        .fetch_optional(self.readers())
        .await?;
        if known.as_ref() == Some(&new) {
            return Ok(());
        }
        self.act(move |tx| {
            Box::pin(async move {
                db::query(
                    "INSERT INTO daily_counts (account_id, day, scim_users, manual_users, groups, refused)
                     VALUES ($1, $2, $3, $4, $5, $6)
                     ON CONFLICT (account_id, day) DO UPDATE SET scim_users = excluded.scim_users,
                         manual_users = excluded.manual_users, groups = excluded.groups, refused = excluded.refused",
                )
                .bind(account)
                .bind(new.0)
                .bind(new.1)
                .bind(new.2)
                .bind(new.3)
                .bind(new.4)
                .execute(&mut tx.conn)
                .await?;
                Ok(())
            })
        })
        .await
    }
}

fn day_of(at: Timestamp) -> Date {
    at.to_zoned_datetime(TimeZone::UTC).date()
}

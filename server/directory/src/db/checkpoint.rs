//! Moving the write-ahead log into the database file without stopping the writer.
//!
//! `SQLite`'s own way, at every thousandth page and inside a commit, makes that commit wait. Here a helper copies what
//! it can on a connection of its own, while the writer goes on; then the writer copies the short rest, after which the
//! log starts again from its beginning.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection as _, SqliteConnection};
use tokio::task::JoinHandle;

/// Rows written between two checkpoints: the log stays at some tens of megabytes.
const ROWS: usize = 4_000;

/// The helper and what it has to do.
#[derive(Debug)]
pub(super) struct Checkpoint {
    rows: usize,
    helper: Helper,
}

#[derive(Debug)]
enum Helper {
    Idle(SqliteConnection),
    Copying(JoinHandle<SqliteConnection>),
    /// The helper was lost; the writer copies alone.
    Lost,
}

impl Checkpoint {
    /// A helper for the store that `settings` opens.
    pub(super) async fn new(settings: &SqliteConnectOptions) -> Result<Self, sqlx::Error> {
        Ok(Self {
            rows: 0,
            helper: Helper::Idle(settings.connect().await?),
        })
    }

    /// Counts what the writer has committed, and takes the next step where it is due.
    pub(super) async fn wrote(&mut self, rows: usize, writer: &mut SqliteConnection) {
        self.rows = self.rows.saturating_add(rows);
        match std::mem::replace(&mut self.helper, Helper::Lost) {
            Helper::Idle(conn) if self.rows >= ROWS => {
                self.rows = 0;
                self.helper = Helper::Copying(tokio::spawn(copied(conn)));
            }
            Helper::Copying(task) if task.is_finished() => {
                if let Ok(conn) = task.await {
                    self.helper = Helper::Idle(conn);
                }
                copy(writer).await;
            }
            Helper::Lost if self.rows >= ROWS => {
                self.rows = 0;
                copy(writer).await;
            }
            unchanged => self.helper = unchanged,
        }
    }

    /// Waits for the helper and copies all that is left.
    pub(super) async fn finish(self, writer: &mut SqliteConnection) {
        let conn = match self.helper {
            Helper::Idle(conn) => Some(conn),
            Helper::Copying(task) => task.await.ok(),
            Helper::Lost => None,
        };
        copy(writer).await;
        if let Some(conn) = conn
            && let Err(error) = conn.close().await
        {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the helper's connection did not close cleanly"
            );
        }
    }
}

async fn copied(mut conn: SqliteConnection) -> SqliteConnection {
    copy(&mut conn).await;
    conn
}

/// Copies without waiting for anybody. Whatever it leaves, the next one takes; nothing is lost by it.
async fn copy(conn: &mut SqliteConnection) {
    if let Err(error) = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(conn).await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "the write-ahead log could not be copied"
        );
    }
}

#[cfg(test)]
mod tests {
    use sqlx::sqlite::SqliteJournalMode;

    use super::*;

    async fn write(conn: &mut SqliteConnection) {
        for _ in 0..200 {
            let text = "x".repeat(2_000);
            sqlx::query("INSERT INTO notes VALUES ($1)")
                .bind(text)
                .execute(&mut *conn)
                .await
                .unwrap();
        }
    }

    #[tokio::test]
    async fn the_log_starts_again_from_its_beginning() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("store.db");
        let settings = SqliteConnectOptions::new()
            .filename(&file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .pragma("wal_autocheckpoint", "0");
        let mut writer = settings.connect().await.unwrap();
        sqlx::query("CREATE TABLE notes (text TEXT)")
            .execute(&mut writer)
            .await
            .unwrap();
        let mut checkpoint = Checkpoint::new(&settings).await.unwrap();
        let size = || {
            std::fs::metadata(folder.path().join("store.db-wal"))
                .unwrap()
                .len()
        };

        write(&mut writer).await;
        let once = size();
        for _ in 0..4 {
            checkpoint.wrote(ROWS, &mut writer).await;
            assert!(matches!(checkpoint.helper, Helper::Copying(_)));
            while matches!(checkpoint.helper, Helper::Copying(_)) {
                tokio::task::yield_now().await;
                checkpoint.wrote(0, &mut writer).await;
            }
            write(&mut writer).await;
        }
        assert!(size() < once * 2, "{} is more than twice {once}", size());
        checkpoint.finish(&mut writer).await;
    }
}

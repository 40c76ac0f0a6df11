//! The store: readers apart from one writer. The only place that knows which database it is.

mod checkpoint;
pub(crate) mod filter_sql;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use sqlx::query::{Query, QueryAs};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{FromRow, Sqlite, SqlitePool, Transaction};
use tokio::sync::broadcast;

use writer::Writer;
pub(crate) use writer::{Act, Tx};

use crate::password::Passwords;
use crate::provisioning::arrival::Seen;
use crate::provisioning::command::{Answer, Command};
use crate::provisioning::cursor::CursorKey;
use crate::provisioning::traffic::Traffic;
use crate::throttle::Throttle;
use crate::token::TokenUses;
use crate::user::Sightings;
use crate::{Clock, DirectoryError, Entry, Secret};

/// The name of the store in the data folder.
const FILE: &str = "rollcall.db";

/// Readers at a time. More do not help: each costs page cache, and the cores are few.
const READERS: u32 = 4;

/// Entries that a slow follower may lag behind before it misses some.
const FOLLOWED_ENTRIES: usize = 1024;

/// Where the store is and what it runs with.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// The data folder; created if it is missing.
    pub data: PathBuf,
    /// Where the time comes from.
    pub clock: Clock,
}

/// The directory of one installation. Cheap to clone; every clone is the same directory.
#[derive(Debug, Clone)]
pub struct Directory {
    inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    clock: Clock,
    readers: SqlitePool,
    writer: Writer,
    entries: broadcast::Sender<Arc<Entry>>,
    pub(crate) passwords: Passwords,
    pub(crate) sign_ins: Throttle,
    pub(crate) token_uses: TokenUses,
    pub(crate) cursor_key: CursorKey,
    pub(crate) seen: Seen,
    pub(crate) traffic: Traffic,
    pub(crate) sightings: Sightings,
}

impl Directory {
    /// Opens the store, creates it if it is missing, and brings its schema up to date.
    ///
    /// # Errors
    /// [`DirectoryError::Store`] where the folder cannot be used, [`DirectoryError::Migrate`].
    pub async fn open(options: OpenOptions) -> Result<Self, DirectoryError> {
        create_folder(&options.data).map_err(|error| DirectoryError::Store(sqlx::Error::Io(error)))?;
        let file = options.data.join(FILE);
        let settings = SqliteConnectOptions::new()
            .filename(&file)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10));
        let (entries, _) = broadcast::channel(FOLLOWED_ENTRIES);
        let writer = Writer::start(
            settings
                .clone()
                .create_if_missing(true)
                .pragma("cache_size", "-65536")
                .pragma("wal_autocheckpoint", "0"),
            options.clock.clone(),
            entries.clone(),
        )
        .await?;
        let cursor_key = cursor_key(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .test_before_acquire(false)
            .connect_with(settings.read_only(true).pragma("cache_size", "-16384"))
            .await?;
        Ok(Self {
            inner: Arc::new(Inner {
                clock: options.clock,
                readers,
                writer,
                entries,
                passwords: Passwords::default(),
                sign_ins: Throttle::default(),
                token_uses: TokenUses::default(),
                cursor_key,
                seen: Seen::default(),
                traffic: Traffic::default(),
                sightings: Sightings::default(),
            }),
        })
    }

    /// Stores what is noted in memory, stops the writer after what is queued, and closes the store.
    pub async fn close(&self) {
        if let Err(error) = self.store_token_uses().await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "what was noted in memory was not stored"
            );
        }
        self.inner.writer.stop().await;
        self.inner.readers.close().await;
    }

    /// Whether the store answers.
    ///
    /// # Errors
    /// [`DirectoryError::Store`].
    pub async fn ready(&self) -> Result<(), DirectoryError> {
        sqlx::query("SELECT 1").execute(self.readers()).await?;
        Ok(())
    }

    /// The time, as every rule sees it.
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// The entries of the log from now on, each after its commit.
    pub fn follow(&self) -> broadcast::Receiver<Arc<Entry>> {
        self.inner.entries.subscribe()
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }

    pub(crate) fn readers(&self) -> &SqlitePool {
        &self.inner.readers
    }

    /// A reader in a transaction: all its statements see the same state of the store.
    pub(crate) async fn read(&self) -> Result<Transaction<'static, Sqlite>, DirectoryError> {
        Ok(self.readers().begin().await?)
    }

    /// Runs `act` in a transaction of the writer, in turn with all other writes, and answers after the commit. An
    /// error rolls back all of it, its log entries included.
    pub(crate) async fn act<T: Send + 'static>(
        &self,
        act: impl for<'t> FnOnce(&'t mut Tx) -> Act<'t, T> + Send + 'static,
    ) -> Result<T, DirectoryError> {
        self.inner.writer.act(act).await
    }

    /// Runs a command of an identity provider in the writer's next batch and answers after its commit.
    pub(crate) async fn command(&self, command: Command) -> Result<Answer, DirectoryError> {
        self.inner.writer.command(command).await
    }
}

/// The key of this installation's cursors, made once and kept, so that a restart ends no walk through a list.
async fn cursor_key(writer: &Writer) -> Result<CursorKey, DirectoryError> {
    let text = writer
        .act(|tx| {
            Box::pin(async move {
                query("INSERT INTO keys (name, key) VALUES ('cursor', $1) ON CONFLICT (name) DO NOTHING")
                    .bind(Secret::random("").expose())
                    .execute(&mut tx.conn)
                    .await?;
                let (text,): (String,) = rows("SELECT key FROM keys WHERE name = 'cursor'")
                    .fetch_one(&mut tx.conn)
                    .await?;
                Ok(text)
            })
        })
        .await?;
    Ok(CursorKey::new(&text))
}

/// The folder is for the service's user alone: it holds everybody's data.
fn create_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A column of microseconds since the epoch as a time.
pub(crate) fn time(microseconds: i64) -> Result<Timestamp, DirectoryError> {
    Timestamp::from_microsecond(microseconds)
        .map_err(|_| DirectoryError::Corrupt(format!("the time {microseconds}")))
}

/// [`time`] for a column that may be null.
pub(crate) fn time_opt(microseconds: Option<i64>) -> Result<Option<Timestamp>, DirectoryError> {
    microseconds.map(time).transpose()
}

/// A statement. Parameters are `$1`, `$2`, …; a list of texts or of objects is one parameter of JSON text, see
/// [`json`], which the statement takes apart by `json_each($1)` and `value ->> 'field'`. The table function's name
/// is the one thing that another database spells differently: this and [`rows`] are the place to fill it in.
pub(crate) fn query(text: &'static str) -> Query<'static, Sqlite, SqliteArguments> {
    sqlx::query(text)
}

/// A statement that reads rows; see [`query`].
pub(crate) fn rows<T: for<'r> FromRow<'r, SqliteRow>>(
    text: &'static str,
) -> QueryAs<'static, Sqlite, T, SqliteArguments> {
    sqlx::query_as(text)
}

/// A list as one parameter for [`query`] and [`rows`].
pub(crate) fn json<T: Serialize>(list: impl IntoIterator<Item = T>) -> String {
    let list: Vec<T> = list.into_iter().collect();
    serde_json::to_string(&list).expect("ids, texts and numbers are representable as JSON")
}

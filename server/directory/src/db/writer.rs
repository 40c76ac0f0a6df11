//! The one writer: takes work in order from a bounded queue, commits, then answers.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection as _, SqliteConnection};
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::{AccountId, Action, Actor, Clock, DirectoryError, Entry, EntryId, Outcome};

/// Writes that may wait; a further one waits at the door, up to a caller's own limit.
const QUEUE: usize = 1024;

/// The future of an act in a transaction.
pub(crate) type Act<'t, T> = Pin<Box<dyn Future<Output = Result<T, DirectoryError>> + Send + 't>>;

/// A transaction of the writer.
#[derive(Debug)]
pub(crate) struct Tx {
    /// The connection, inside the transaction.
    pub(crate) conn: SqliteConnection,
    /// The time of the transaction.
    pub(crate) now: Timestamp,
    entries: Vec<Entry>,
}

impl Tx {
    /// Adds an entry to the log, committed with the rest and published after that.
    pub(crate) fn log(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// An entry of this moment with the fields that every entry has.
    pub(crate) fn entry(&self, account: Option<AccountId>, actor: &Actor, action: Action) -> Entry {
        Entry {
            id: EntryId::new(self.now),
            account,
            at: self.now,
            actor: actor.clone(),
            action,
            outcome: Outcome::Done,
            subject: None,
            decision: None,
            role: None,
            detail: None,
            changes: Vec::new(),
            members: None,
            request: None,
            body: None,
            status: None,
            leniencies: Vec::new(),
            ignored: Vec::new(),
        }
    }
}

type Job = Box<dyn for<'t> FnOnce(&'t mut Tx) -> Pin<Box<dyn Future<Output = Reply> + Send + 't>> + Send>;

/// What a job leaves: whether to commit, and how to answer once that has happened.
struct Reply {
    commit: bool,
    answer: Box<dyn FnOnce(Result<(), sqlx::Error>) + Send>,
}

/// The queue to the writer's task.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: Mutex<Option<mpsc::Sender<Job>>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Opens the connection, migrates the store and starts the task.
    pub(crate) async fn start(
        settings: SqliteConnectOptions,
        clock: Clock,
        published: broadcast::Sender<Arc<Entry>>,
    ) -> Result<Self, DirectoryError> {
        let mut conn = settings.connect().await?;
        sqlx::migrate!("migrations/sqlite").run(&mut conn).await?;
        let (queue, jobs) = mpsc::channel(QUEUE);
        let tx = Tx { conn, now: clock.now(), entries: Vec::new() };
        let task = tokio::spawn(run(tx, jobs, clock, published));
        Ok(Self { queue: Mutex::new(Some(queue)), task: Mutex::new(Some(task)) })
    }

    /// Finishes what is queued, takes nothing more, and closes the connection.
    pub(crate) async fn stop(&self) {
        lock(&self.queue).take();
        let task = lock(&self.task).take();
        if let Some(task) = task {
            let _ = task.await;
        }
    }

    /// See [`crate::Directory::act`].
    pub(crate) async fn act<T: Send + 'static>(
        &self,
        act: impl for<'t> FnOnce(&'t mut Tx) -> Act<'t, T> + Send + 'static,
    ) -> Result<T, DirectoryError> {
        let queue = lock(&self.queue).clone().ok_or(DirectoryError::Closed)?;
        let (sender, receiver) = oneshot::channel();
        let job: Job = Box::new(move |tx| {
            Box::pin(async move {
                let result = act(tx).await;
                Reply {
                    commit: result.is_ok(),
                    answer: Box::new(move |committed| {
                        let _ = sender.send(match committed {
                            Ok(()) => result,
                            Err(error) => Err(error.into()),
                        });
                    }),
                }
            })
        });
        queue.send(job).await.map_err(|_| DirectoryError::Closed)?;
        receiver.await.map_err(|_| DirectoryError::Closed)?
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn run(
    mut tx: Tx,
    mut jobs: mpsc::Receiver<Job>,
    clock: Clock,
    published: broadcast::Sender<Arc<Entry>>,
) {
    while let Some(job) = jobs.recv().await {
        tx.now = clock.now();
        tx.entries.clear();
        if let Err(error) = sqlx::query("BEGIN IMMEDIATE").execute(&mut tx.conn).await {
            tracing::error!(error = &error as &dyn std::error::Error, "the writer cannot begin a transaction");
            continue;
        }
        let reply = job(&mut tx).await;
        let committed = if reply.commit { commit(&mut tx).await } else { rollback(&mut tx).await };
        if reply.commit && committed.is_ok() {
            for entry in tx.entries.drain(..) {
                let _ = published.send(Arc::new(entry));
            }
        }
        (reply.answer)(committed);
    }
    if let Err(error) = tx.conn.close().await {
        tracing::error!(error = &error as &dyn std::error::Error, "the writer's connection did not close cleanly");
    }
}

async fn commit(tx: &mut Tx) -> Result<(), sqlx::Error> {
    let stored = async {
        crate::log::store(&mut tx.conn, &tx.entries).await?;
        sqlx::query("COMMIT").execute(&mut tx.conn).await
    }
    .await;
    if let Err(error) = stored {
        rollback(tx).await?;
        return Err(error);
    }
    Ok(())
}

async fn rollback(tx: &mut Tx) -> Result<(), sqlx::Error> {
    sqlx::query("ROLLBACK").execute(&mut tx.conn).await?;
    Ok(())
}

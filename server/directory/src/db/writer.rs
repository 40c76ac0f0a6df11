//! The one writer: takes work in order from a bounded queue, commits, then answers.
//!
//! There are two kinds of work. An *act* is a transaction of its own: what people do. *Commands* are what identity
//! providers send; those that wait together share a transaction, a few set statements and one commit.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use jiff::Timestamp;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection as _, SqliteConnection};
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::task::JoinHandle;
use uuid::ContextV7;

use super::checkpoint::Checkpoint;
use crate::provisioning::batch;
use crate::provisioning::command::{Answer, Command};
use crate::{AccountId, Action, Actor, Clock, DirectoryError, Entry, EntryId, Outcome};

/// Writes that may wait; a further one waits at the door, up to a caller's own limit.
const QUEUE: usize = 1024;

/// Commands in one transaction: more gain nothing, and make the first of them wait for the last.
const BATCH_COMMANDS: usize = 64;

/// Rows that the commands of one transaction may name, so that large groups do not hold up everybody behind them. A
/// command that names more has a transaction to itself.
const BATCH_ROWS: usize = 4096;

/// The future of an act in a transaction.
pub(crate) type Act<'t, T> = Pin<Box<dyn Future<Output = Result<T, DirectoryError>> + Send + 't>>;

/// A transaction of the writer.
#[derive(Debug)]
pub(crate) struct Tx {
    /// The connection, inside the transaction.
    pub(crate) conn: SqliteConnection,
    /// The time of the transaction.
    pub(crate) now: Timestamp,
    /// What makes ids sort in the order in which the writer made them.
    pub(crate) sequence: ContextV7,
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
            id: EntryId::next(self.now, &self.sequence),
            account,
            at: self.now,
            actor: actor.clone(),
            action,
            outcome: Outcome::Done,
            subject: None,
            decision: None,
            role: None,
            role_name: None,
            undoes: None,
            detail: None,
            changes: Vec::new(),
            members: None,
            request: None,
            body: None,
            status: None,
            scim_type: None,
            took: None,
            leniencies: Vec::new(),
            ignored: Vec::new(),
        }
    }

    async fn begin(&mut self, now: Timestamp) -> Result<(), sqlx::Error> {
        self.now = now;
        self.entries.clear();
        sqlx::query("BEGIN IMMEDIATE").execute(&mut self.conn).await?;
        Ok(())
    }

    /// Stores the entries and commits; where that fails, nothing of the transaction remains.
    async fn commit(&mut self) -> Result<(), sqlx::Error> {
        let stored = async {
            crate::log::store(&mut self.conn, &self.entries).await?;
            sqlx::query("COMMIT").execute(&mut self.conn).await
        }
        .await;
        if let Err(error) = stored {
            self.rollback().await;
            return Err(error);
        }
        Ok(())
    }

    async fn rollback(&mut self) {
        self.entries.clear();
        if let Err(error) = sqlx::query("ROLLBACK").execute(&mut self.conn).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the writer cannot roll back"
            );
        }
    }

    fn publish(&mut self, followers: &broadcast::Sender<Arc<Entry>>) {
        for entry in self.entries.drain(..) {
            // An error means that nobody follows.
            let _ = followers.send(Arc::new(entry));
        }
    }
}

/// What waits in the queue.
enum Work {
    Act(Job),
    Command(Queued),
}

/// An act. It is given the error where the transaction could not begin, so that its caller hears of it.
type Job = Box<
    dyn for<'t> FnOnce(Result<&'t mut Tx, sqlx::Error>) -> Pin<Box<dyn Future<Output = Reply> + Send + 't>>
        + Send,
>;

/// What an act leaves: whether to commit, and how to answer once that has happened.
struct Reply {
    commit: bool,
    answer: Box<dyn FnOnce(Result<(), sqlx::Error>) + Send>,
}

/// A command and where its answer goes.
struct Queued {
    command: Box<Command>,
    answer: oneshot::Sender<Result<Answer, DirectoryError>>,
}

/// The queue to the writer's task.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: Mutex<Option<mpsc::Sender<Work>>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Opens the connection, migrates the store and starts the task.
    pub(crate) async fn start(
        settings: SqliteConnectOptions,
        clock: Clock,
        followers: broadcast::Sender<Arc<Entry>>,
    ) -> Result<Self, DirectoryError> {
        let mut conn = settings.connect().await?;
        sqlx::migrate!("migrations/sqlite").run(&mut conn).await?;
        let checkpoint = Checkpoint::new(&settings).await?;
        let (queue, waiting) = mpsc::channel(QUEUE);
        let tx = Tx {
            conn,
            now: clock.now(),
            sequence: ContextV7::new(),
            entries: Vec::new(),
        };
        let task = tokio::spawn(run(tx, waiting, checkpoint, clock, followers));
        Ok(Self {
            queue: Mutex::new(Some(queue)),
            task: Mutex::new(Some(task)),
        })
    }

    /// Finishes what is queued, takes nothing more, and closes the connection.
    pub(crate) async fn stop(&self) {
        lock(&self.queue).take();
        let task = lock(&self.task).take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the writer's task ended early"
            );
        }
    }

    /// See [`crate::Directory::act`].
    pub(crate) async fn act<T: Send + 'static>(
        &self,
        act: impl for<'t> FnOnce(&'t mut Tx) -> Act<'t, T> + Send + 'static,
    ) -> Result<T, DirectoryError> {
        let (sender, receiver) = oneshot::channel();
        let job: Job = Box::new(move |begun| {
            Box::pin(async move {
                let result = match begun {
                    Ok(tx) => act(tx).await,
                    Err(error) => Err(error.into()),
                };
                Reply {
                    commit: result.is_ok(),
                    answer: Box::new(move |committed| {
                        // An error means that the caller has gone; what was done stays done.
                        let _ = sender.send(committed.map_err(Into::into).and(result));
                    }),
                }
            })
        });
        self.submit(Work::Act(job), receiver).await
    }

    /// Runs a command in the next batch and answers after its commit.
    pub(crate) async fn command(&self, command: Command) -> Result<Answer, DirectoryError> {
        let (answer, receiver) = oneshot::channel();
        self.submit(
            Work::Command(Queued {
                command: Box::new(command),
                answer,
            }),
            receiver,
        )
        .await
    }

    async fn submit<T>(
        &self,
        work: Work,
        answer: oneshot::Receiver<Result<T, DirectoryError>>,
    ) -> Result<T, DirectoryError> {
        let queue = lock(&self.queue).clone().ok_or(DirectoryError::Closed)?;
        queue.send(work).await.map_err(|_| DirectoryError::Closed)?;
        drop(queue);
        // Everything that is queued is answered, unless it panics.
        answer.await.map_err(|_| DirectoryError::Defect)?
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn run(
    mut tx: Tx,
    mut waiting: mpsc::Receiver<Work>,
    mut checkpoint: Checkpoint,
    clock: Clock,
    followers: broadcast::Sender<Arc<Entry>>,
) {
    let mut next = None;
    loop {
        let work = match next.take() {
            Some(work) => work,
            None => match waiting.recv().await {
                Some(work) => work,
                None => break,
            },
        };
        match work {
            Work::Act(job) => {
                run_act(&mut tx, job, &clock, &followers).await;
                checkpoint.wrote(1, &mut tx.conn).await;
            }
            Work::Command(first) => {
                let (commands, following) = drain(first, &mut waiting);
                next = following;
                let rows = commands.iter().map(|queued| queued.command.rows()).sum();
                run_commands(&mut tx, commands, &clock, &followers).await;
                checkpoint.wrote(rows, &mut tx.conn).await;
            }
        }
    }
    checkpoint.finish(&mut tx.conn).await;
    if let Err(error) = tx.conn.close().await {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "the writer's connection did not close cleanly"
        );
    }
}

/// `first` and the commands that wait right behind it, within the limits; and the work that comes after them, where
/// it had to be taken from the queue to see that it does not belong.
fn drain(first: Queued, waiting: &mut mpsc::Receiver<Work>) -> (Vec<Queued>, Option<Work>) {
    let mut rows = first.command.rows();
    let mut commands = vec![first];
    while commands.len() < BATCH_COMMANDS {
        match waiting.try_recv() {
            Ok(Work::Command(queued)) if rows + queued.command.rows() <= BATCH_ROWS => {
                rows += queued.command.rows();
                commands.push(queued);
            }
            Ok(work) => return (commands, Some(work)),
            Err(_) => break,
        }
    }
    (commands, None)
}

async fn run_act(tx: &mut Tx, job: Job, clock: &Clock, followers: &broadcast::Sender<Arc<Entry>>) {
    if let Err(error) = tx.begin(clock.now()).await {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "the writer cannot begin a transaction"
        );
        (job(Err(error)).await.answer)(Ok(()));
        return;
    }
    match guarded(job(Ok(&mut *tx))).await {
        Ok(reply) if reply.commit => {
            let committed = tx.commit().await;
            tx.publish(followers);
            (reply.answer)(committed);
        }
        Ok(reply) => {
            tx.rollback().await;
            (reply.answer)(Ok(()));
        }
        Err(Panicked) => tx.rollback().await,
    }
}

/// Runs the commands in one transaction; where that fails, each in its own, so that one that cannot be stored does
/// not take the others with it.
async fn run_commands(
    tx: &mut Tx,
    queued: Vec<Queued>,
    clock: &Clock,
    followers: &broadcast::Sender<Arc<Entry>>,
) {
    let commands: Vec<&Command> = queued.iter().map(|queued| &*queued.command).collect();
    let alone = commands.len() == 1;
    match run_batch(tx, &commands, clock).await {
        Ok(answers) => {
            tx.publish(followers);
            for (queued, answer) in queued.into_iter().zip(answers) {
                // An error means that the caller has gone; what was done stays done.
                let _ = queued.answer.send(Ok(answer));
            }
        }
        Err(error) if alone => {
            if let Some(queued) = queued.into_iter().next() {
                let _ = queued.answer.send(Err(error));
            }
        }
        Err(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a batch of {} commands failed; they run one by one",
                queued.len()
            );
            for queued in queued {
                let answer = run_batch(tx, &[&queued.command], clock).await;
                tx.publish(followers);
                let answer =
                    answer.and_then(|answers| answers.into_iter().next().ok_or(DirectoryError::Defect));
                let _ = queued.answer.send(answer);
            }
        }
    }
}

async fn run_batch(tx: &mut Tx, commands: &[&Command], clock: &Clock) -> Result<Vec<Answer>, DirectoryError> {
    tx.begin(clock.now()).await?;
    match guarded(batch::execute(tx, commands)).await {
        Ok(Ok(answers)) => {
            tx.commit().await?;
            Ok(answers)
        }
        Ok(Err(error)) => {
            tx.rollback().await;
            Err(error)
        }
        Err(Panicked) => {
            tx.rollback().await;
            Err(DirectoryError::Defect)
        }
    }
}

/// The work panicked; the panic's own message has been printed.
struct Panicked;

/// Ends a panic where it would end the only writer.
async fn guarded<T>(work: impl Future<Output = T>) -> Result<T, Panicked> {
    let mut work = std::pin::pin!(work);
    std::future::poll_fn(|context| {
        match std::panic::catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
            Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(_) => Poll::Ready(Err(Panicked)),
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Directory, OpenOptions};

    #[tokio::test]
    async fn a_panic_ends_the_one_who_caused_it_and_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::manual("2026-12-01T09:00:00Z".parse().unwrap());
        let directory = Directory::open(OpenOptions {
            data: folder.path().to_owned(),
            clock,
        })
        .await
        .unwrap();
        let panicked: Result<(), _> = directory
            .act(|tx| {
                Box::pin(async move {
                    sqlx::query("DELETE FROM accounts").execute(&mut tx.conn).await?;
                    panic!("a defect")
                })
            })
            .await;
        assert!(matches!(panicked, Err(DirectoryError::Defect)));
        let account = directory
            .create_account(&Actor::CommandLine, "Acme")
            .await
            .unwrap();
        assert_eq!(directory.list_accounts().await.unwrap(), [account]);
        directory.close().await;
        let closed = directory.create_account(&Actor::CommandLine, "Late").await;
        assert!(matches!(closed, Err(DirectoryError::Closed)));
    }

    #[tokio::test]
    async fn an_act_that_fails_leaves_nothing_not_even_its_entries() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::manual("2026-12-01T09:00:00Z".parse().unwrap());
        let directory = Directory::open(OpenOptions {
            data: folder.path().to_owned(),
            clock,
        })
        .await
        .unwrap();
        let account = directory
            .create_account(&Actor::CommandLine, "Acme")
            .await
            .unwrap();
        let mut live = directory.follow();
        let failed: Result<(), _> = directory
            .act(move |tx| {
                Box::pin(async move {
                    sqlx::query("UPDATE accounts SET name = 'Changed'")
                        .execute(&mut tx.conn)
                        .await?;
                    let entry = tx.entry(Some(account.id), &Actor::CommandLine, Action::CreateAccount);
                    tx.log(entry);
                    Err(DirectoryError::NotFound)
                })
            })
            .await;
        assert!(matches!(failed, Err(DirectoryError::NotFound)));
        assert_eq!(directory.list_accounts().await.unwrap()[0].name, "Acme");
        assert!(live.try_recv().is_err());
    }
}

//! Who may write to a data folder: the holder of its lock, one process at a time.
//!
//! `serve` holds the lock as long as it runs and carries out the commands of others, which reach it over a socket in
//! the folder: one line of JSON each way. A command holds the lock itself where nobody else does. So every write goes
//! through one writer, and what a command changes is seen by the server's next request.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::commands::{Context, Work};

/// The socket's name in the data folder.
const SOCKET: &str = "control.sock";

/// The lock's name in the data folder.
const LOCK: &str = "rollcall.lock";

/// The longest path that a Unix socket can have: `sun_path` holds 104 bytes on macOS, 108 on Linux, its final zero
/// included.
const LONGEST_SOCKET_PATH: usize = 103;

/// The longest line that the socket takes: far more than any command has.
const LONGEST_LINE: u64 = 64 * 1024;

/// How long to wait for a command, or a server that starts or stops, to let go of the folder.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often to look meanwhile.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// What comes back over the socket.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Reply {
    /// It was done; the text is what the command prints.
    Done(String),
    /// It was not; the text says why and what to do.
    Failed(String),
}

/// The right to write to a data folder, until it is dropped or the process ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// How a command gets at the directory.
pub(crate) enum Access {
    /// A server runs, and does it.
    Server(Client),
    /// Nobody does: the command itself opens the store.
    Own(Lock),
}

/// Finds out who is to carry out a command.
///
/// # Errors
/// Where the folder cannot be used, or is held by something that does not answer.
pub(crate) async fn access(folder: &Path) -> anyhow::Result<Access> {
    prepare(folder)?;
    let started = tokio::time::Instant::now();
    loop {
        if let Some(lock) = try_lock(folder)? {
            return Ok(Access::Own(lock));
        }
        if let Ok(stream) = UnixStream::connect(socket(folder)?).await {
            return Ok(Access::Server(Client(stream)));
        }
        if started.elapsed() > PATIENCE {
            bail!(
                "the data folder {} is in use by another rollcall that does not answer; stop it first",
                folder.display()
            );
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// A connection to the running server.
pub(crate) struct Client(UnixStream);

impl Client {
    /// Lets the server do the work and gives what is to be printed.
    ///
    /// # Errors
    /// The server's own words, or that it went away.
    pub(crate) async fn ask(self, work: &Work) -> anyhow::Result<String> {
        let mut line = serde_json::to_vec(work).context("the command cannot be written as JSON")?;
        line.push(b'\n');
        let (reader, mut writer) = self.0.into_split();
        let mut answer = String::new();
        let exchanged = async {
            writer.write_all(&line).await?;
            BufReader::new(reader).read_line(&mut answer).await
        };
        exchanged.await.context("the running server went away")?;
        match serde_json::from_str(&answer) {
            Ok(Reply::Done(printed)) => Ok(printed),
            Ok(Reply::Failed(reason)) => Err(anyhow!(reason)),
            Err(_) => Err(anyhow!(
                "the running server stopped before it answered; try again"
            )),
        }
    }
}

/// The server's hold on a data folder: the lock, and the socket by which commands reach it.
#[derive(Debug)]
pub(crate) struct Hold {
    listener: UnixListener,
    socket: PathBuf,
    lock: Lock,
}

impl Hold {
    /// Takes the folder for a server. Commands may connect from now on; they wait until [`Hold::serve`] answers.
    ///
    /// # Errors
    /// Where another server has the folder, or the folder cannot be used.
    pub(crate) async fn take(folder: &Path) -> anyhow::Result<Self> {
        let lock = match access(folder).await? {
            Access::Own(lock) => lock,
            Access::Server(_) => bail!(
                "another server runs on the data folder {}; stop it, or give another folder with --data",
                folder.display()
            ),
        };
        let socket = socket(folder)?;
        // Whoever left it behind is gone: the lock was free.
        if let Err(error) = std::fs::remove_file(&socket)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            return Err(error).with_context(|| format!("cannot remove the old {}", socket.display()));
        }
        let listener =
            UnixListener::bind(&socket).with_context(|| format!("cannot listen on {}", socket.display()))?;
        std::fs::set_permissions(&socket, std::fs::Permissions::from_mode(0o600))
            .with_context(|| format!("cannot protect {}", socket.display()))?;
        Ok(Self {
            listener,
            socket,
            lock,
        })
    }

    /// Carries out commands until `stop` turns true, and finishes those that have begun. Gives the lock back, to be
    /// let go once the store is closed.
    pub(crate) async fn serve(self, context: Context, mut stop: watch::Receiver<bool>) -> Lock {
        let mut running = JoinSet::new();
        loop {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => break,
                Some(_) = running.join_next() => {}
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        running.spawn(answer(stream, context.clone()));
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the control socket could not accept a connection");
                        tokio::time::sleep(LOOK_AGAIN).await;
                    }
                },
            }
        }
        // Before the lock is let go: the next server makes its own.
        let _ = std::fs::remove_file(&self.socket);
        while running.join_next().await.is_some() {}
        self.lock
    }
}

/// Reads one command, carries it out, and answers. Whoever connects and says nothing is forgotten.
async fn answer(stream: UnixStream, context: Context) {
    let (reader, mut writer) = stream.into_split();
    let mut line = String::new();
    let mut reader = BufReader::new(reader.take(LONGEST_LINE));
    let read = tokio::time::timeout(PATIENCE, reader.read_line(&mut line)).await;
    if !matches!(read, Ok(Ok(length)) if length > 0) {
        return;
    }
    let reply = match serde_json::from_str::<Work>(&line) {
        Ok(work) => match work.run(&context).await {
            Ok(printed) => Reply::Done(printed),
            Err(error) => Reply::Failed(format!("{error:#}")),
        },
        Err(_) => Reply::Failed(
            "the running server does not know this command; run the same version of rollcall".to_owned(),
        ),
    };
    let mut line = serde_json::to_vec(&reply).expect("two strings can always be written as JSON");
    line.push(b'\n');
    if let Err(error) = writer.write_all(&line).await {
        tracing::debug!(%error, "a command went away before its answer");
    }
}

/// Makes the folder, for this user alone: it holds everybody's data.
fn prepare(folder: &Path) -> anyhow::Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("cannot create the data folder {}", folder.display()))
}

fn try_lock(folder: &Path) -> anyhow::Result<Option<Lock>> {
    let path = folder.join(LOCK);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path)
        .with_context(|| format!("cannot write to the data folder {}", folder.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot lock the data folder {}", folder.display()))
        }
    }
}

fn socket(folder: &Path) -> anyhow::Result<PathBuf> {
    let socket = folder.join(SOCKET);
    let length = socket.as_os_str().len();
    if length > LONGEST_SOCKET_PATH {
        bail!(
            "the path of the data folder is too long for a socket in it ({length} bytes, {LONGEST_SOCKET_PATH} are possible); choose a shorter one with --data"
        );
    }
    Ok(socket)
}

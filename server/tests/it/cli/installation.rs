//! An installation of the real binary: a data folder, the commands on it, and a server.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// A data folder and the commands on it.
pub(super) struct Installation {
    folder: TempDir,
}

impl Installation {
    pub(super) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(super) fn data(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rollcall"));
        // Settings of the machine that runs the tests do not count.
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("ROLLCALL_"))
        {
            command.env_remove(name);
        }
        command
            .args(args)
            .env("ROLLCALL_DATA", self.data())
            .stdin(Stdio::null());
        command
    }

    pub(super) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    pub(super) fn run_with_input(&self, args: &[&str], input: &str) -> Output {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// Runs a command that must succeed and gives the one line that it prints.
    #[track_caller]
    pub(super) fn line(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(
            output.status.success(),
            "{args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let printed = String::from_utf8(output.stdout).unwrap();
        let line = printed
            .strip_suffix('\n')
            .unwrap_or_else(|| panic!("a line, not {printed:?}"));
        assert!(!line.contains('\n'), "{args:?} prints one line: {printed}");
        line.to_owned()
    }

    /// Runs a command that must succeed and print nothing.
    #[track_caller]
    pub(super) fn silent(&self, args: &[&str]) {
        let output = self.run(args);
        assert!(
            output.status.success(),
            "{args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(output.stdout.is_empty(), "{args:?}");
    }

    /// Runs a command that must fail with this code, and gives its one line on standard error.
    #[track_caller]
    pub(super) fn fails(&self, args: &[&str], code: i32) -> String {
        error_line(&self.run(args), code, args)
    }

    pub(super) fn serve(&self) -> Server {
        self.serve_with(&[])
    }

    pub(super) fn serve_with(&self, args: &[&str]) -> Server {
        let args = [&["serve", "--listen", "127.0.0.1:0", "--log", "warn"], args].concat();
        let mut child = self.command(&args).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let address = line
            .trim()
            .strip_prefix("Rollcall listens on http://")
            .expect("the address comes first")
            .to_owned();
        Server {
            child,
            address,
            output,
        }
    }
}

#[track_caller]
pub(super) fn error_line(output: &Output, code: i32, args: &[impl AsRef<OsStr> + std::fmt::Debug]) -> String {
    let error = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {error}");
    assert!(output.stdout.is_empty(), "{args:?}");
    let line = error
        .strip_suffix('\n')
        .unwrap_or_else(|| panic!("a line, not {error:?}"));
    assert!(!line.contains('\n'), "{args:?}: one line: {error}");
    line.to_owned()
}

/// A running `rollcall serve`, killed when it is dropped.
pub(super) struct Server {
    pub(super) child: Child,
    pub(super) address: String,
    pub(super) output: BufReader<std::process::ChildStdout>,
}

impl Server {
    pub(super) fn next_line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Sends a request over the port and gives status and body.
    pub(super) fn request(&self, method: &str, path: &str, token: &str, body: &str) -> (u16, String) {
        let mut connection = self.send_head(method, path, token, body.len(), "");
        connection.write_all(body.as_bytes()).unwrap();
        Self::answer(connection)
    }

    /// Sends the head of a request and waits until its handler asks for the body.
    pub(super) fn begin(&self, method: &str, path: &str, token: &str, length: usize) -> TcpStream {
        const GO_ON: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";
        let mut connection = self.send_head(method, path, token, length, "Expect: 100-continue\r\n");
        let mut received = [0; GO_ON.len()];
        connection.read_exact(&mut received).unwrap();
        assert_eq!(received, GO_ON);
        connection
    }

    fn send_head(&self, method: &str, path: &str, token: &str, length: usize, more: &str) -> TcpStream {
        let mut connection = TcpStream::connect(&self.address).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n{more}\
             Content-Type: application/scim+json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n",
            self.address,
        );
        connection.write_all(head.as_bytes()).unwrap();
        connection
    }

    /// The status and the body of an answer.
    pub(super) fn answer(mut connection: TcpStream) -> (u16, String) {
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let body = answer.split_once("\r\n\r\n").unwrap().1.to_owned();
        (status, body)
    }

    /// Tells it to stop as a supervisor does.
    pub(super) fn terminate(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").arg(id).status().unwrap().success());
    }

    /// Waits until it has stopped by itself.
    pub(super) fn wait(mut self) {
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status}");
    }

    /// Tells it to stop and waits until it has.
    pub(super) fn stop(self) {
        self.terminate();
        self.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

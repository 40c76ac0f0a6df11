//! A server that answers what a function says, and remembers what it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use simulate::{Args, Dialect, Idp, Outcome};

/// The token that the simulator is given.
pub(crate) const TOKEN: &str = "t0ken-of-the-test";

/// What was asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// With the query.
    pub(crate) path: String,
    /// In lower case, `name: value`.
    pub(crate) headers: Vec<String>,
    pub(crate) body: Value,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lead = format!("{name}: ");
        self.headers.iter().find_map(|header| header.strip_prefix(&lead))
    }
}

/// What is answered: status, further header lines, body.
pub(crate) type Answered = (u16, String, Value);

pub(crate) fn says(status: u16, body: Value) -> Answered {
    (status, String::new(), body)
}

pub(crate) fn refuses(status: u16, detail: &str) -> Answered {
    says(status, json!({"status": status.to_string(), "detail": detail}))
}

pub(crate) fn lists(resources: &[Value]) -> Answered {
    let count = resources.len();
    says(
        200,
        json!({"totalResults": count, "startIndex": 1, "itemsPerPage": count, "Resources": resources}),
    )
}

/// Listens on a free port until the test ends.
pub(crate) struct Canned {
    pub(crate) base_url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Canned {
    pub(crate) fn new(mut answer: impl FnMut(&Asked) -> Answered + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base_url = format!("http://{}/scim", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let stream = stream.unwrap();
                let Some(request) = read(&stream) else { continue };
                let (status, headers, body) = answer(&request);
                notes.lock().unwrap().push(request);
                write(stream, status, &headers, &body);
            }
        });
        Self { base_url, asked }
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Plays against it; the outcome and the table.
    pub(crate) fn play(&self, idp: Idp, dialect: Dialect) -> (Outcome, String) {
        let mut table = Vec::new();
        let outcome = simulate::run(&self.args(idp, dialect), &mut table).unwrap();
        (outcome, String::from_utf8(table).unwrap())
    }

    pub(crate) fn args(&self, idp: Idp, dialect: Dialect) -> Args {
        Args {
            idp,
            base_url: self.base_url.clone(),
            token: TOKEN.to_owned(),
            users: 4,
            groups: 2,
            rate: None,
            dialect: Some(dialect),
            seed: 1,
            keep: false,
        }
    }
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        let (name, value) = line.trim().split_once(':')?;
        headers.push(format!("{}: {}", name.to_ascii_lowercase(), value.trim()));
    }
    let mut asked = Asked {
        method,
        path: path.strip_prefix("/scim")?.to_owned(),
        headers,
        body: Value::Null,
    };
    let length = asked.header("content-length").and_then(|text| text.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    asked.body = serde_json::from_slice(&body).unwrap_or_default();
    Some(asked)
}

fn write(mut stream: TcpStream, status: u16, headers: &str, body: &Value) {
    let body = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    let length = body.len();
    // Whoever asked may have gone; that is for the simulator to say.
    let _ = write!(
        stream,
        "HTTP/1.1 {status} X\r\nContent-Type: application/scim+json\r\nContent-Length: {length}\r\n\
         Connection: close\r\n{headers}\r\n{body}"
    );
}

//! One HTTP client with the headers and the encoding of an identity provider.

use std::time::{Duration, Instant};

use http::Request;
use serde_json::Value;
use ureq::Agent;

use crate::Error;
use crate::args::{Args, Dialect, Idp};

/// Okta closes the socket after so long; no identity provider waits longer.
const TIMEOUT: Duration = Duration::from_mins(1);
/// Largest answer that is read, in bytes.
const LARGEST_ANSWER: u64 = 64 * 1024 * 1024;

/// How the identity provider writes its requests.
#[derive(Debug, Clone)]
struct Manner {
    agent: String,
    accept: &'static str,
    content_type: &'static str,
    /// What stands for a space in a query.
    space: &'static str,
    /// What the administrator appends to the base URL.
    flag: Option<&'static str>,
}

impl Manner {
    fn of(idp: Idp, dialect: Dialect) -> Self {
        // Okta documents its user agent; the others' are not known, so that the name is all it says.
        let agent = match idp {
            Idp::Okta => "Okta SCIM Client 1.0.0".to_owned(),
            Idp::Ping if dialect == Dialect::Pingfederate => "rollcall-simulate (PingFederate)".to_owned(),
            Idp::Ping => "rollcall-simulate (PingOne)".to_owned(),
            other => format!("rollcall-simulate ({})", other.label()),
        };
        let json = matches!(idp, Idp::Onelogin);
        Self {
            agent,
            accept: if json {
                "application/json"
            } else {
                "application/scim+json"
            },
            content_type: if json {
                "application/json"
            } else {
                "application/scim+json; charset=utf-8"
            },
            // Entra's logs show `userName+eq+…`, Okta's requests `userName%20eq%20…`.
            space: if idp == Idp::Entra { "+" } else { "%20" },
            flag: (dialect == Dialect::Flag).then_some("aadOptscim062020"),
        }
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Null where there is none, or where it is no JSON.
    pub(crate) body: Value,
    pub(crate) content_type: Option<String>,
    pub(crate) location: Option<String>,
}

impl Answer {
    /// Whether it was done.
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The text at a JSON pointer.
    pub(crate) fn text(&self, pointer: &str) -> Option<&str> {
        self.body.pointer(pointer).and_then(Value::as_str)
    }

    /// The resources of a list.
    pub(crate) fn resources(&self) -> &[Value] {
        self.body
            .get("Resources")
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }
}

/// Sends requests below the base URL.
pub(crate) struct Client {
    agent: Agent,
    base_url: String,
    token: String,
    manner: Manner,
    /// The shortest time between two requests.
    pause: Option<Duration>,
    last: Option<Instant>,
}

impl Client {
    pub(crate) fn new(args: &Args, dialect: Dialect) -> Result<Self, Error> {
        let base_url = args.base_url.trim_end_matches('/').to_owned();
        if !(base_url.starts_with("http://") || base_url.starts_with("https://")) {
            return Err(Error::Usage(format!(
                "the base URL must begin with https:// or http://, not '{base_url}'"
            )));
        }
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(TIMEOUT))
            .build()
            .new_agent();
        Ok(Self {
            agent,
            base_url,
            token: args.token.clone(),
            manner: Manner::of(args.idp, dialect),
            pause: args.rate.map(|rate| Duration::from_secs(1) / u32::from(rate)),
            last: None,
        })
    }

    /// A path with a filter, written as this identity provider writes it.
    pub(crate) fn filtered(&self, path: &str, filter: &str, rest: &str) -> String {
        let filter = self.encode(filter);
        let rest = if rest.is_empty() {
            String::new()
        } else {
            format!("&{rest}")
        };
        format!("{path}?filter={filter}{rest}")
    }

    fn encode(&self, text: &str) -> String {
        text.bytes().fold(String::new(), |encoded, byte| match byte {
            b' ' => encoded + self.manner.space,
            b'-' | b'.' | b'_' | b'~' => encoded + &char::from(byte).to_string(),
            _ if byte.is_ascii_alphanumeric() => encoded + &char::from(byte).to_string(),
            _ => encoded + &format!("%{byte:02X}"),
        })
    }

    /// Sends a request; `token`: instead of the right one.
    pub(crate) fn send(
        &mut self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        token: Option<&str>,
    ) -> Result<Answer, Error> {
        self.keep_rate();
        let unreachable = |reason: String| Error::Unreachable {
            request: format!("{method} {path}"),
            reason,
        };
        let flag = match self.manner.flag {
            Some(flag) if path.contains('?') => format!("&{flag}"),
            Some(flag) => format!("?{flag}"),
            None => String::new(),
        };
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}{flag}", self.base_url))
            .header(
                "Authorization",
                format!("Bearer {}", token.unwrap_or(&self.token)),
            )
            .header("User-Agent", &self.manner.agent)
            .header("Accept", self.manner.accept);
        if body.is_some() {
            request = request.header("Content-Type", self.manner.content_type);
        }
        let sent = match body {
            Some(body) => request
                .body(body.to_string())
                .map_err(|error| unreachable(error.to_string()))
                .and_then(|request| {
                    self.agent
                        .run(request)
                        .map_err(|error| unreachable(error.to_string()))
                }),
            None => request
                .body(())
                .map_err(|error| unreachable(error.to_string()))
                .and_then(|request| {
                    self.agent
                        .run(request)
                        .map_err(|error| unreachable(error.to_string()))
                }),
        };
        let mut response = sent?;
        let header = |name: &str| {
            let value = response.headers().get(name)?.to_str().ok()?;
            Some(value.to_owned())
        };
        let (content_type, location) = (header("content-type"), header("location"));
        let status = response.status().as_u16();
        let text = response
            .body_mut()
            .with_config()
            .limit(LARGEST_ANSWER)
            .read_to_string()
            .map_err(|error| unreachable(error.to_string()))?;
        Ok(Answer {
            status,
            body: serde_json::from_str(&text).unwrap_or(Value::Null),
            content_type,
            location,
        })
    }

    /// Whether every answer must have SCIM's own media type.
    pub(crate) fn wants_scim_json(&self) -> bool {
        self.manner.accept == "application/scim+json"
    }

    fn keep_rate(&mut self) {
        if let (Some(pause), Some(last)) = (self.pause, self.last) {
            std::thread::sleep(pause.saturating_sub(last.elapsed()));
        }
        self.last = Some(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(idp: Idp) -> Client {
        let args = Args {
            idp,
            base_url: "http://127.0.0.1:1/scim/".to_owned(),
            token: String::new(),
            users: 3,
            groups: 1,
            rate: None,
            dialect: None,
            seed: 1,
            keep: false,
        };
        Client::new(&args, args.dialect().unwrap()).unwrap()
    }

    #[test]
    fn a_filter_is_written_as_the_identity_provider_writes_it() {
        let filter = "userName eq \"zoë@x.test\"";
        assert_eq!(
            client(Idp::Entra).filtered("/Users", filter, ""),
            "/Users?filter=userName+eq+%22zo%C3%AB%40x.test%22"
        );
        assert_eq!(
            client(Idp::Okta).filtered("/Users", filter, "startIndex=1&count=100"),
            "/Users?filter=userName%20eq%20%22zo%C3%AB%40x.test%22&startIndex=1&count=100"
        );
    }

    #[test]
    fn nobody_listens_is_said_in_one_line() {
        let error = client(Idp::Okta).send("GET", "/Users", None, None).unwrap_err();
        let text = error.to_string();
        assert!(
            text.starts_with("GET /Users: no answer from the server"),
            "{text}"
        );
        assert!(!text.contains('\n'));
    }
}

//! One HTTP client with the headers and the encoding of an identity provider.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use http::{Request, Uri};
use serde_json::Value;
use ureq::Agent;

use crate::Error;
use crate::args::{Args, Dialect, Idp};

/// Okta closes the socket after so long; no identity provider waits longer.
const TIMEOUT: Duration = Duration::from_mins(1);
/// How often a request is sent again that was answered 429.
const PATIENCE: u32 = 5;
/// The longest that a `Retry-After` is waited for.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// Largest answer that is read, in bytes.
const LARGEST_ANSWER: u64 = 64 * 1024 * 1024;

/// How the identity provider writes its requests.
#[derive(Debug, Clone)]
struct Manner {
    agent: String,
    accept: &'static str,
    content_type: &'static str,
    /// Okta alone sends an `Accept-Charset`.
    charset: Option<&'static str>,
    /// What stands for a space in a query.
    space: &'static str,
    /// What the administrator appends to the base URL.
    flag: Option<&'static str>,
}

impl Manner {
    fn of(idp: Idp, dialect: Dialect) -> Self {
        // Okta's requests as customers published them; authentik's and the Keycloak plugin's source. The
        // others' are not known, so that the name is all that theirs say.
        let agent = match idp {
            Idp::Okta => "Okta SCIM Client 1.0.0".to_owned(),
            Idp::Authentik => "authentik@2026.8.0".to_owned(),
            Idp::Keycloak => "Apache-HttpClient/4.5.14 (Java/21.0.8)".to_owned(),
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
            charset: (idp == Idp::Okta).then_some("utf-8"),
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
    pub(crate) retry_after: Option<Duration>,
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

/// Whether the address names this machine.
fn is_loopback(url: &str) -> bool {
    let uri = url.parse::<Uri>().ok();
    let host = uri.as_ref().and_then(Uri::host).unwrap_or_default();
    host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

impl Client {
    pub(crate) fn new(args: &Args, dialect: Dialect) -> Result<Self, Error> {
        let base_url = args.base_url.trim_end_matches('/').to_owned();
        if !(base_url.starts_with("http://") || base_url.starts_with("https://")) {
            return Err(Error::Usage(format!(
                "the base URL must begin with https:// or http://, not '{base_url}'"
            )));
        }
        if base_url.contains(['?', '#']) {
            return Err(Error::Usage(
                "the base URL has no '?' and no '#'; Entra's flag is --dialect flag".to_owned(),
            ));
        }
        if args.token.is_empty() || !args.token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::Usage(
                "the token must be visible ASCII characters, without spaces or line ends".to_owned(),
            ));
        }
        let mut config = Agent::config_builder();
        if is_loopback(&base_url) {
            // A proxy of the environment would look for it on its own machine.
            config = config.proxy(None);
        }
        let agent = config
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

    /// Sends a request; `token`: instead of the right one. Waits as a 429 says and tries again.
    pub(crate) fn send(
        &mut self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        token: Option<&str>,
    ) -> Result<Answer, Error> {
        let mut tries = 0;
        loop {
            self.keep_rate();
            let answer = self.send_once(method, path, body, token)?;
            match answer.retry_after {
                Some(wait) if answer.status == 429 && tries < PATIENCE => {
                    std::thread::sleep(wait.min(LONGEST_WAIT));
                    tries += 1;
                }
                _ => return Ok(answer),
            }
        }
    }

    fn send_once(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        token: Option<&str>,
    ) -> Result<Answer, Error> {
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
        if let Some(charset) = self.manner.charset {
            request = request.header("Accept-Charset", charset);
        }
        if body.is_some() {
            request = request.header("Content-Type", self.manner.content_type);
        }
        let sent = if let Some(body) = body {
            let request = request.body(body.to_string());
            self.agent
                .run(request.map_err(|error| unreachable(error.to_string()))?)
        } else {
            let request = request.body(());
            self.agent
                .run(request.map_err(|error| unreachable(error.to_string()))?)
        };
        let mut response = sent.map_err(|error| unreachable(error.to_string()))?;
        let header = |name: &str| {
            let value = response.headers().get(name)?.to_str().ok()?;
            Some(value.to_owned())
        };
        let (content_type, location) = (header("content-type"), header("location"));
        // Whole seconds: Okta takes nothing else.
        let retry_after = header("retry-after").and_then(|text| text.parse().ok());
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
            retry_after: retry_after.map(Duration::from_secs),
        })
    }

    /// What must never be shown.
    pub(crate) fn token(&self) -> &str {
        &self.token
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

    fn args(idp: Idp) -> Args {
        Args {
            idp,
            base_url: "http://127.0.0.1:1/scim/".to_owned(),
            token: "t0ken".to_owned(),
            users: 3,
            groups: 1,
            rate: None,
            dialect: None,
            seed: 1,
            keep: false,
        }
    }

    fn client(idp: Idp) -> Client {
        let args = args(idp);
        Client::new(&args, args.dialect().unwrap()).unwrap()
    }

    #[test]
    fn only_this_machine_is_asked_without_a_proxy() {
        for (url, loopback) in [
            ("http://127.0.0.1:3000/scim/v2/a", true),
            ("http://localhost:3000", true),
            ("http://[::1]:3000/scim", true),
            ("https://rollcall.example.com/scim/v2/a", false),
            ("http://192.0.2.1", false),
        ] {
            assert_eq!(is_loopback(url), loopback, "{url}");
        }
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
    fn a_base_url_with_a_query_and_a_token_with_a_line_end_are_refused() {
        let mut args = args(Idp::Entra);
        args.base_url = "http://127.0.0.1:1/scim?aadOptscim062020".to_owned();
        assert!(matches!(
            Client::new(&args, Dialect::Default),
            Err(Error::Usage(_))
        ));
        let mut args = self::args(Idp::Entra);
        args.token = "secret\n".to_owned();
        let Err(Error::Usage(text)) = Client::new(&args, Dialect::Default) else {
            panic!("a token with a line end");
        };
        assert!(!text.contains("secret"));
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

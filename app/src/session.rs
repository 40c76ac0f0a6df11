//! Who is asking, and what they may do: looked up for every server function, from the cookie, at that moment. Also the
//! few things that a server function does to its answer.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use directory::{AccountId, Actor, Directory, Person, Secret, Session};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use crate::error::ConsoleError;
use crate::host::Host;
use crate::routes;

/// What the console works with; the server provides it to every page and server function.
#[derive(Clone, Debug)]
pub struct Console {
    /// The directory.
    pub directory: Directory,
    /// The address that people and identity providers reach the server by, without a slash at the end. Links are built
    /// from it alone, never from a request.
    pub public_url: String,
    /// Whether cookies are only sent over https.
    pub secure_cookies: bool,
    /// Lists of usernames that people want to see a preview of.
    pub previews: Previews,
    /// The server around it.
    pub host: Arc<dyn Host>,
    /// Whom administrators ask for help: an email address, a web address, or a few words.
    pub support_contact: Option<String>,
}

/// The list of usernames that was last given for each account: kept in memory for the page that shows what would
/// become of them, and nowhere else.
#[derive(Clone, Debug, Default)]
pub struct Previews(Arc<Mutex<Lists>>);

/// By account, the oldest first.
type Lists = VecDeque<(AccountId, Arc<Vec<String>>)>;

impl Previews {
    /// Accounts whose lists are kept; the oldest makes room.
    const KEPT: usize = 20;

    fn lock(&self) -> MutexGuard<'_, Lists> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the account's list instead of the one before.
    pub fn put(&self, account: AccountId, list: Vec<String>) {
        let mut lists = self.lock();
        lists.retain(|(of, _)| *of != account);
        lists.push_back((account, Arc::new(list)));
        if lists.len() > Self::KEPT {
            lists.pop_front();
        }
    }

    /// The account's list.
    pub fn get(&self, account: AccountId) -> Option<Arc<Vec<String>>> {
        let lists = self.lock();
        lists
            .iter()
            .find(|(of, _)| *of == account)
            .map(|(_, list)| list.clone())
    }
}

/// The account of this id, if the session in `headers` may read it: for what is served beside pages.
///
/// # Errors
/// [`ConsoleError::SignedOut`], [`ConsoleError::NotFound`].
pub async fn reader_of(
    console: &Console,
    headers: &HeaderMap,
    account: &str,
) -> Result<AccountId, ConsoleError> {
    let session = session_of(console, headers)
        .await?
        .ok_or(ConsoleError::SignedOut)?;
    readable(&console.directory, &session.person, account).await
}

/// The session that the cookie in `headers` stands for.
async fn session_of(console: &Console, headers: &HeaderMap) -> Result<Option<Session>, ConsoleError> {
    let Some(secret) = cookie_of(headers, &console.cookie_name(SESSION)) else {
        return Ok(None);
    };
    Ok(console
        .directory
        .find_session(&Secret::presented(&secret))
        .await?)
}

/// The account of this id, if it is there and the person may read it.
async fn readable(directory: &Directory, person: &Person, account: &str) -> Result<AccountId, ConsoleError> {
    let account: AccountId = account.parse().map_err(|_| ConsoleError::NotFound)?;
    if !person.may_read(account) {
        return Err(ConsoleError::NotFound);
    }
    // An owner may read every account, but only those that are there.
    directory.get_account(account).await?;
    Ok(account)
}

/// The address of the client, as far as the server trusts what says so. The server puts it into the request's
/// extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// The cookie of a session.
const SESSION: &str = "rollcall";
/// The cookie of a secret that waits for the page which shows it.
const HANDED_OVER: &str = "rollcall-once";
/// How long it waits.
const HANDED_OVER_SECONDS: u32 = 60;

impl Console {
    /// The prefix makes browsers refuse the cookie from any other host or over plain http.
    fn cookie_name(&self, name: &str) -> String {
        if self.secure_cookies {
            format!("__Host-{name}")
        } else {
            name.to_owned()
        }
    }

    /// Adds a cookie for the whole site to the answer, out of reach of scripts. Without an age it lives as long as the
    /// browser runs. `value` is of characters that need no quoting.
    fn set_cookie(&self, name: &str, value: &str, same_site: &str, seconds: Option<u32>) {
        let secure = if self.secure_cookies { "; Secure" } else { "" };
        let age = seconds
            .map(|seconds| format!("; Max-Age={seconds}"))
            .unwrap_or_default();
        let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite={same_site}{secure}{age}");
        if let (Some(options), Ok(cookie)) =
            (use_context::<ResponseOptions>(), HeaderValue::from_str(&cookie))
        {
            options.append_header(header::SET_COOKIE, cookie);
        }
    }
}

/// What the server provided.
pub fn console() -> Console {
    expect_context()
}

/// The directory.
pub fn directory() -> Directory {
    console().directory
}

/// Whether this is a form posted by the browser itself, which is answered by a redirect.
pub fn is_plain_form() -> bool {
    use_context::<Parts>().is_some_and(|parts| parts.method == Method::POST && accepts_html(&parts))
}

fn accepts_html(parts: &Parts) -> bool {
    let accept = parts
        .headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// Sets the status of the answer.
pub fn set_status(status: u16) {
    if let (Some(options), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(status)) {
        options.set_status(status);
    }
}

/// The value of a cookie of the request, as it stands there.
pub fn cookie(name: &str) -> Option<String> {
    cookie_of(&use_context::<Parts>()?.headers, name)
}

fn cookie_of(headers: &HeaderMap, name: &str) -> Option<String> {
    let headers = headers.get_all(header::COOKIE);
    let mut pairs = headers
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'));
    pairs.find_map(|pair| {
        pair.trim()
            .split_once('=')
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value.to_owned())
    })
}

/// Remembers something that is no secret for a year.
pub fn remember(name: &str, value: &str) {
    console().set_cookie(name, value, "Lax", Some(365 * 24 * 60 * 60));
}

/// Signs in and hands the browser its secret.
///
/// # Errors
/// [`ConsoleError::WrongCredentials`], [`ConsoleError::Throttled`].
pub async fn begin(name: &str, password: &str) -> Result<Session, ConsoleError> {
    let console = console();
    let (address, agent) = client();
    let secret = console
        .directory
        .sign_in(name, password, &address.to_string(), &agent)
        .await?;
    let session = console
        .directory
        .find_session(&secret)
        .await?
        .ok_or(ConsoleError::WrongCredentials)?;
    console.set_cookie(&console.cookie_name(SESSION), secret.expose(), "Lax", None);
    Ok(session)
}

/// The address where the person begins: all accounts, or their own.
pub fn home_of(person: &Person) -> String {
    match person {
        Person::Owner { .. } => routes::ACCOUNTS.to_owned(),
        Person::User { account, .. } => routes::Account::new(account.to_string()).overview(),
    }
}

/// Ends the session and takes the cookie back.
///
/// # Errors
/// [`ConsoleError::Internal`].
pub async fn end() -> Result<(), ConsoleError> {
    let console = console();
    if let Some(session) = find().await? {
        console.directory.sign_out(&session).await?;
    }
    console.set_cookie(&console.cookie_name(SESSION), "", "Lax", Some(0));
    leptos_axum::redirect(routes::SIGN_IN);
    Ok(())
}

fn client() -> (IpAddr, String) {
    let Some(parts) = use_context::<Parts>() else {
        return (Ipv4Addr::UNSPECIFIED.into(), String::new());
    };
    let address = parts
        .extensions
        .get::<ClientAddress>()
        .map_or(Ipv4Addr::UNSPECIFIED.into(), |address| address.0);
    let agent = parts
        .headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    (address, agent.to_owned())
}

/// The session of the request, if there is one.
///
/// # Errors
/// [`ConsoleError::Internal`].
pub async fn find() -> Result<Option<Session>, ConsoleError> {
    match use_context::<Parts>() {
        Some(parts) => session_of(&console(), &parts.headers).await,
        None => Ok(None),
    }
}

/// Who is signed in. Where nobody is, the browser is led to the sign-in page.
///
/// # Errors
/// [`ConsoleError::SignedOut`].
pub async fn person() -> Result<Person, ConsoleError> {
    if let Some(session) = find().await? {
        return Ok(session.person);
    }
    leptos_axum::redirect(routes::SIGN_IN);
    Err(ConsoleError::SignedOut)
}

/// The owner who is signed in.
///
/// # Errors
/// [`ConsoleError::SignedOut`]; [`ConsoleError::Forbidden`] for anybody else.
pub async fn owner() -> Result<Person, ConsoleError> {
    match person().await? {
        owner @ Person::Owner { .. } => Ok(owner),
        Person::User { .. } => Err(ConsoleError::Forbidden),
    }
}

/// The account of this id, for somebody who may read it.
///
/// # Errors
/// [`ConsoleError::SignedOut`]; [`ConsoleError::NotFound`] for an account that is not there or not theirs.
pub async fn reader(account: &str) -> Result<(AccountId, Person), ConsoleError> {
    let person = person().await?;
    let account = readable(&directory(), &person, account).await?;
    Ok((account, person))
}

/// The account of this id, for somebody who may change it, and the name that the log gives them.
///
/// # Errors
/// As [`reader`]; [`ConsoleError::Forbidden`] for somebody who may only read.
pub async fn writer(account: &str) -> Result<(AccountId, Actor), ConsoleError> {
    let (account, person) = reader(account).await?;
    if person.may_write(account) {
        Ok((account, person.actor()))
    } else {
        Err(ConsoleError::Forbidden)
    }
}

/// Keeps a secret for the page that a plain form is redirected to, in a cookie that only this server reads, that lives
/// a minute, and that showing it deletes. With script the secret is in the answer itself.
pub fn hand_over(secret: &str) {
    if !is_plain_form() {
        return;
    }
    let console = console();
    console.set_cookie(
        &console.cookie_name(HANDED_OVER),
        secret,
        "Strict",
        Some(HANDED_OVER_SECONDS),
    );
}

/// The secret that was handed over, once.
pub fn take_handed_over() -> Option<String> {
    let console = console();
    let name = console.cookie_name(HANDED_OVER);
    let secret = cookie(&name).filter(|secret| !secret.is_empty())?;
    console.set_cookie(&name, "", "Strict", Some(0));
    Some(secret)
}

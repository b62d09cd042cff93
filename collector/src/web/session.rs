//! Who is asking: sign-in sessions, kept as digests in the store, known to the browser by a cookie.
//!
//! A session is 256 random bits, ends twelve hours after the sign-in whatever happens, and lets nobody past
//! the password page who must still choose a password.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HeaderValue};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use data_encoding::HEXLOWER;
use jiff::{SignedDuration, Timestamp};
use patuh_protocol::digest::Digest;
use patuh_protocol::receipt::ActLeaf;
use ring::rand::{SecureRandom, SystemRandom};
use tokio::sync::Semaphore;

use super::Web;
use super::attempts::Attempts;
use super::error::Error;
use super::input::{Named, Pairs, Sent};
use super::uploads::Uploads;
use crate::store::Entry;
use crate::tasks::condition::Watch;

/// How long a session lives.
pub(super) const LIFE: SignedDuration = SignedDuration::from_hours(12);
/// Passwords hashed at once: each takes 19 MiB.
const HASHED_AT_ONCE: usize = 2;

/// What the handlers work with: [`Web`], and what is remembered between requests.
pub(super) struct Desk {
    pub(super) web: Web,
    pub(super) attempts: Attempts,
    pub(super) hashing: Semaphore,
    /// The condition of the machines, and what is asked about them.
    pub(super) watch: Watch,
    pub(super) uploads: Uploads,
    /// Lets one uploaded file be read at a time.
    pub(super) reading: Semaphore,
    /// Whether people come by TLS: decides the cookie's name and `Secure`.
    tls: bool,
}

/// The handlers' state.
pub(super) type App = Arc<Desk>;

/// Who is signed in.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) must_change: bool,
    /// The digest by which the store knows the session.
    pub(super) session: Digest,
    /// What the forms of this session carry.
    pub(super) token: String,
}

impl Desk {
    pub(super) fn new(web: Web) -> Self {
        let listener = &web.config.web;
        let tls = listener.tls.is_some() || !listener.listen.ip().is_loopback();
        let watch = Watch::new(web.store.clone(), Arc::clone(&web.lifecycle));
        let (hashing, reading) = (Semaphore::new(HASHED_AT_ONCE), Semaphore::new(1));
        let (attempts, uploads) = (Attempts::default(), Uploads::default());
        Self { web, attempts, hashing, watch, uploads, reading, tls }
    }

    /// The time.
    pub(super) fn now(&self) -> Timestamp {
        (self.web.clock)()
    }

    /// `__Host-` binds the cookie to this very host and to TLS; browsers refuse the prefix without it.
    const fn cookie_name(&self) -> &'static str {
        if self.tls { "__Host-patuh" } else { "patuh" }
    }

    /// The cookie of the session `id`, or, without one, the cookie that removes it.
    fn cookie(&self, id: Option<&str>) -> Result<HeaderValue, Error> {
        let secure = if self.tls { "; Secure" } else { "" };
        let (value, age) = id.map_or(("", 0), |id| (id, LIFE.as_secs()));
        let name = self.cookie_name();
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}");
        HeaderValue::from_str(&text).map_err(|e| Error::Identity(e.to_string()))
    }

    /// Starts a session of `user`; returns its cookie.
    pub(super) async fn start(&self, user: &str) -> Result<HeaderValue, Error> {
        let mut bytes = [0; 32];
        SystemRandom::new().fill(&mut bytes).map_err(|e| Error::Identity(e.to_string()))?;
        let (id, now) = (HEXLOWER.encode(&bytes), self.now());
        self.web.store.add_session(Digest::of(id.as_bytes()), user, now, now + LIFE).await?;
        self.cookie(Some(&id))
    }

    /// Ends the session of `person`; returns the cookie that removes it from the browser.
    pub(super) async fn end(&self, person: &Person) -> Result<HeaderValue, Error> {
        self.web.store.end_session(person.session).await?;
        self.cookie(None)
    }

    /// Writes into the ledger what somebody did.
    pub(super) async fn record(&self, who: &str, act: &str, about: String) -> Result<(), Error> {
        let now = self.now();
        let leaf = ActLeaf { at: now, who: who.to_owned(), act: act.to_owned(), about };
        self.web.store.append(&[Entry::Act(leaf)], &self.web.signer, now).await?;
        Ok(())
    }

    async fn person(&self, headers: &HeaderMap) -> Result<Option<Person>, Error> {
        let Some(id) = session_id(headers, self.cookie_name()) else { return Ok(None) };
        let session = Digest::of(id.as_bytes());
        let user = self.web.store.session(session, self.now()).await?;
        Ok(user.map(|user| Person {
            name: user.name,
            must_change: user.must_change,
            session,
            token: Digest::of_parts(&[b"patuh-form/1\n", id.as_bytes()]).to_string(),
        }))
    }
}

/// The session in the cookies, when it has the form of one.
fn session_id(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|v| v.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let value = pairs.find_map(|(n, value)| (n == name).then_some(value))?;
    (value.len() == 64 && value.bytes().all(|b| b.is_ascii_hexdigit())).then(|| value.to_owned())
}

impl Person {
    /// Whether a form's token is this session's.
    ///
    /// # Errors
    /// [`Error::Forged`] when it is not.
    pub(super) fn sent(&self, token: &str) -> Result<(), Error> {
        // Digests of both are compared: the time taken tells nothing about the token.
        if Digest::of(token.as_bytes()) == Digest::of(self.token.as_bytes()) {
            Ok(())
        } else {
            Err(Error::Forged)
        }
    }

    /// Whether the token among the pairs of a form is this session's.
    ///
    /// # Errors
    /// [`Error::Forged`] when it is not.
    pub(super) fn sent_in(&self, pairs: &Pairs) -> Result<(), Error> {
        self.sent(pairs.get("tanda").map_or("", String::as_str))
    }
}

/// What a form of this session says, by name. One without the session's token is no form of ours.
pub(super) struct Filled(pub(super) Pairs);

impl<S: Send + Sync> FromRequest<S> for Filled {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let person = request.extensions().get::<Person>().cloned().ok_or(Error::Forged)?;
        let Sent(Named(pairs)) = Sent::from_request(request, state).await?;
        person.sent_in(&pairs)?;
        Ok(Self(pairs))
    }
}

/// Lets through who is signed in, sends others to `/masuk`, and who must choose a password to `/sandi`.
pub(super) async fn signed_in(State(desk): State<App>, mut request: Request, next: Next) -> Response {
    let person = match desk.person(request.headers()).await {
        Ok(Some(person)) => person,
        Ok(None) => return Redirect::to("/masuk").into_response(),
        Err(error) => return error.into_response(),
    };
    if person.must_change && !matches!(request.uri().path(), "/sandi" | "/keluar" | "/segel.css") {
        return Redirect::to("/sandi").into_response();
    }
    request.extensions_mut().insert(person);
    next.run(request).await
}

/// A handler that takes a [`Person`] stands behind [`signed_in`].
impl<S: Send + Sync> FromRequestParts<S> for Person {
    type Rejection = Redirect;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Redirect::to("/masuk"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cookie: &str, expected: Option<&str>) {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_str(cookie).unwrap());
        assert_eq!(session_id(&headers, "patuh").as_deref(), expected, "{cookie}");
    }

    #[test]
    fn a_session_is_read_from_among_the_cookies() {
        let id = "0a".repeat(32);
        check(&format!("a=b; patuh={id}; c=d"), Some(&id));
        check(&format!("xpatuh={id}"), None);
        check(&format!("patuh={id}0"), None);
        check("patuh=", None);
        check(&format!("patuh={}", "zz".repeat(32)), None);
    }
}

//! The whole router over an embedded store, spoken to without a socket; the clock is moved by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use patuh_protocol::body;
use patuh_protocol::digest::Digest;
use patuh_protocol::id::AgentId;
use patuh_protocol::seal::Sealed;
use ring::signature::{Ed25519KeyPair, KeyPair};
use tempfile::TempDir;
use tower::ServiceExt;

use super::super::{Web, router};
use super::{host, world};
use crate::identity::password;
use crate::ledger::Signer;
use crate::lifecycle::Table;
use crate::register::Codes;
use crate::store::{Entry, Store, UserRow};
use crate::tasks::evaluate::Judge;

/// The password of the hand-made user.
pub(super) const PASSWORD: &str = "kopi tubruk pagi hari";

/// A router, its store and its clock.
pub(super) struct Bench {
    router: Router,
    pub(super) store: Store,
    clock: Arc<AtomicI64>,
    _dir: TempDir,
}

/// What came back.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Reply {
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The cookie that was set, ready to be sent back.
    pub(super) fn cookie(&self) -> String {
        self.header(SET_COOKIE.as_str()).split(';').next().unwrap().to_owned()
    }

    /// The token in the page's forms.
    pub(super) fn token(&self) -> String {
        let text = self.text();
        let (_, rest) = text.split_once("name=\"tanda\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }
}

impl Bench {
    /// A bench with one user, `sari`, and nothing else.
    pub(super) async fn new(must_change: bool) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let config = Arc::new(world::config());
        let url = format!("sqlite:{}", dir.path().join("patuh.db").display());
        let store = Store::open(&url, &config.government.code).await.unwrap();
        let clock = Arc::new(AtomicI64::new(world::now().as_second()));
        let signer = Signer::new(config.origin(), Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap());
        let web = Web {
            judge: Arc::new(Judge::new(store.clone(), Arc::clone(&config), world::packs())),
            verifier: signer.verifier(),
            signer: Arc::new(signer),
            store: store.clone(),
            lifecycle: Arc::new(Table::shipped().unwrap()),
            config,
            codes: Arc::new(Codes::shipped()),
            clock: {
                let clock = Arc::clone(&clock);
                Arc::new(move || Timestamp::from_second(clock.load(Ordering::Relaxed)).unwrap())
            },
        };
        let user = UserRow { name: "sari".into(), password: password::hash(PASSWORD).unwrap(), must_change };
        store.put_user(&user, world::now()).await.unwrap();
        Self { router: router(web), store, clock, _dir: dir }
    }

    /// Moves the clock on.
    pub(super) fn later(&self, by: SignedDuration) {
        self.clock.fetch_add(by.as_secs(), Ordering::Relaxed);
    }

    /// Takes in a report of a server of Diskominfo; returns its agent.
    pub(super) async fn report(&self) -> AgentId {
        self.report_of(5, 1, world::now()).await
    }

    /// Takes in the `sequence`th report of the agent whose key begins with `seed`, taken at `now`. All of them
    /// tell of the same machine.
    pub(super) async fn report_of(&self, seed: u8, sequence: u64, now: Timestamp) -> AgentId {
        self.report_said(seed, sequence, now, &|text| text.to_owned()).await
    }

    /// The same, with `say` having the last word in whatever the agent says.
    pub(super) async fn report_said(
        &self,
        seed: u8,
        sequence: u64,
        now: Timestamp,
        say: host::Say<'_>,
    ) -> AgentId {
        let key = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
        let public = key.public_key().as_ref().to_vec();
        let (agent, office) = (AgentId::of_key(&public), "diskominfo".parse().unwrap());
        let report = host::report(now, say);
        let sealed = Sealed::new(&key, agent.clone(), sequence, now, body::pack(&report).unwrap());
        let (store, id) = (&self.store, format!("0a1b2c{seed:02x}"));
        if sequence == 1 {
            let (secret, expires) = (Digest::of(&[seed]), now + SignedDuration::from_hours(1));
            store.add_token(&id, secret, &office, None, now, expires).await.unwrap();
            store.enrol(&id, secret, &agent, &public, now).await.unwrap();
        }
        let signer =
            Signer::new("patuh/contoh".into(), Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap());
        let (report, carried) = body::open_with_base(&sealed.body).unwrap();
        store.append(&[Entry::Report { sealed, report, carried, office }], &signer, now).await.unwrap();
        agent
    }

    pub(super) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Reply {
        let form = (CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded");
        self.send_as(method, path, &[headers, &[form]].concat(), body).await
    }

    /// Sends a body of whatever type `headers` say.
    pub(super) async fn send_as(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Reply { status: parts.status, headers: parts.headers, body }
    }

    pub(super) async fn get(&self, path: &str, cookie: &str) -> Reply {
        self.send(Method::GET, path, &[(COOKIE.as_str(), cookie)], "").await
    }

    pub(super) async fn post(&self, path: &str, cookie: &str, body: &str) -> Reply {
        let headers = [(COOKIE.as_str(), cookie), ("sec-fetch-site", "same-origin")];
        self.send(Method::POST, path, &headers, body).await
    }

    /// Signs in as `sari`; returns the cookie.
    pub(super) async fn sign_in(&self) -> String {
        let body = format!("nama=sari&sandi={}", PASSWORD.replace(' ', "+"));
        let reply = self.post("/masuk", "", &body).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER);
        reply.cookie()
    }
}

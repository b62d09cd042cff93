//! A collector in this process: real listeners on free ports, a real CA, a clock moved by hand.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use patuh_collector::config::Config;
use patuh_collector::identity::{Authority, enrolment, ledger_key};
use patuh_collector::ledger::Signer;
use patuh_collector::store::Store;
use patuh_protocol::checkpoint::Verifier;
use patuh_protocol::digest::Digest;
use patuh_protocol::enrolment::Token;
use patuh_protocol::id::Code;
use tempfile::TempDir;

use crate::clock::HandClock;
use crate::postgres::Database;

/// When the stories begin, unless they say otherwise: a Monday morning in Jakarta.
pub const BEGIN: &str = "2026-11-23T01:00:00Z";

/// The estate of the stories: the one of `make demo`.
const CONFIG: &str = include_str!("../demo/collector.toml");

/// A collector that is not started yet.
#[derive(Debug)]
pub struct Setup {
    config: Config,
    clock: HandClock,
    folder: TempDir,
    database: Option<Database>,
}

/// A collector.
pub struct Collector {
    /// The time, as the collector and its agents see it.
    pub clock: HandClock,
    config: Config,
    running: Option<patuh_collector::Collector>,
    folder: TempDir,
    _database: Option<Database>,
}

impl Collector {
    /// A collector with the embedded store.
    ///
    /// # Panics
    /// When it cannot be set up.
    #[must_use]
    pub fn sqlite() -> Setup {
        Setup::new(None)
    }

    /// A collector with a PostgreSQL of its own.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    #[must_use]
    pub fn postgres() -> Setup {
        Self::on(Database::create())
    }

    /// A collector that keeps its rows in `database`.
    ///
    /// # Panics
    /// When it cannot be set up.
    #[must_use]
    pub fn on(database: Database) -> Setup {
        Setup::new(Some(database))
    }

    /// Where agents reach it.
    ///
    /// # Panics
    /// When it does not run.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://{}", self.config.agents.listen)
    }

    /// Where people reach it.
    #[must_use]
    pub fn pages(&self) -> String {
        format!("http://{}", self.config.web.listen)
    }

    /// Its state directory.
    #[must_use]
    pub fn state(&self) -> &Path {
        &self.config.state
    }

    /// A directory that lives as long as this collector, for whatever a story needs.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What it is configured with.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// A token for one server of `office`, with nobody saying where it stands.
    pub async fn token(&self, office: &str) -> Token {
        self.token_at(office, None).await
    }

    /// A token for one server of `office` that an officer says stands at `site`.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn token_at(&self, office: &str, site: Option<&str>) -> Token {
        let office = code(office);
        let site = site.map(code);
        let token = enrolment::token(office.clone(), self.ca()).expect("a token");
        let secret = Digest::of(token.secret.as_bytes());
        let now = self.clock.now();
        let expires = now + SignedDuration::from_hours(72);
        let store = self.store().await;
        store.add_token(&token.id, secret, &office, site.as_ref(), now, expires).await.expect("a kept token");
        token
    }

    /// Its store, as a second process would open it.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn store(&self) -> Store {
        Store::open(&self.config.store_url(), &self.config.government.code).await.expect("the store opens")
    }

    /// The key that checks its checkpoints.
    ///
    /// # Panics
    /// When it has no ledger key.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        let key = ledger_key::load_or_create(&self.config.state).expect("the ledger's key");
        Signer::new(self.config.origin(), key).verifier()
    }

    /// Stops it, as for an update. The ports stay its own for [`Collector::start_again`].
    pub async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    /// Starts it again, at the same addresses.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_again(&mut self) {
        let clock = self.clock.as_clock();
        let started = patuh_collector::Collector::start(self.config.clone(), clock).await;
        self.running = Some(started.expect("the collector starts"));
    }

    /// The digest of its CA's certificate.
    fn ca(&self) -> Digest {
        let government = &self.config.government.name;
        let authority = Authority::load_or_create(&self.config.state, government, self.clock.now());
        authority.expect("the CA").digest()
    }
}

impl Setup {
    fn new(database: Option<Database>) -> Self {
        let folder =
            tempfile::Builder::new().prefix("patuh-story-").tempdir().expect("a temporary directory");
        let mut config = Config::parse("tests/demo/collector.toml", CONFIG).expect("a sound configuration");
        config.state = folder.path().join("collector");
        config.packs = repository().join("config/packs");
        config.agents.listen.set_port(0);
        config.web.listen.set_port(0);
        config.store.url = database.as_ref().map(|database| database.url.clone());
        let begin: Timestamp = BEGIN.parse().expect("a time");
        Self { config, clock: HandClock::at(begin), folder, database }
    }

    /// With another configuration.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self
    }

    /// With another time to begin at.
    #[must_use]
    pub fn at(mut self, time: Timestamp) -> Self {
        self.clock = HandClock::at(time);
        self
    }

    /// Starts it.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(self) -> Collector {
        let Self { config, clock, folder, database } = self;
        let mut collector = Collector { clock, config, running: None, folder, _database: database };
        collector.start_again().await;
        if let Some(running) = &collector.running {
            collector.config.agents.listen = running.agents_addr();
            collector.config.web.listen = running.web_addr();
        }
        collector
    }
}

/// The root of the repository.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn code(text: &str) -> Code {
    text.parse().expect("a code")
}

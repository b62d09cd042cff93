//! The central collector: takes reports in, keeps them in a ledger, judges them and shows what it found.
//!
//! The rooms, upper ones importing from lower ones only (held by `tests/tidy`):
//! `server · api · web · export · letters · tasks · ingest · store · coverage · ipplan · testimony · media · register · duplicates · lifecycle · ledger · identity · config · lan · clock · durable`.
//!
//! [`Premises`] are the keys and the store of one government, as every command needs them; a [`Collector`] is
//! the whole house at work.

pub mod api;
pub mod clock;
mod columns;
pub mod config;
pub mod coverage;
pub mod difference;
pub mod duplicates;
pub mod durable;
pub mod export;
pub mod identity;
pub mod ingest;
pub mod ipplan;
pub mod kin;
pub mod lan;
pub mod ledger;
pub mod letters;
pub mod lifecycle;
pub mod media;
mod numbered;
pub mod register;
pub mod server;
pub mod store;
pub mod tasks;
pub mod testimony;
pub mod web;
mod words;

use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use patuh_compliance::Pack;
use patuh_protocol::checkpoint::Checkpoint;
use patuh_protocol::receipt::ActLeaf;
use rustix::process::geteuid;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::config::{Config, Faults, packs};
use crate::identity::{Authority, ledger_key};
use crate::ingest::{Ingest, Writer};
use crate::ledger::Signer;
use crate::register::Codes;
use crate::server::{Listeners, Server};
use crate::store::{Entry, Store};
use crate::tasks::evaluate::Judge;
use crate::tasks::{first_login, reach, topology};
use crate::web::Web;

/// Why the collector cannot start or a command cannot be carried out; `Display` is for its administrator, in
/// Indonesian.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] Faults),
    /// The state directory.
    #[error(
        "direktori {0} tidak dapat dibuat; buat sendiri dan berikan kepada pengguna yang menjalankan kolektor"
    )]
    State(String, #[source] std::io::Error),
    /// The state directory is another user's.
    #[error("direktori {} milik pengguna {owner}, bukan {user}; jalankan sebagai pemiliknya, misalnya `runuser -u patuh-collector -- patuh-collector …`", state.display())]
    OtherUser {
        /// The directory.
        state: PathBuf,
        /// Whose it is (uid).
        owner: u32,
        /// Who runs this (uid).
        user: u32,
    },
    /// Keys and certificates.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// The store.
    #[error("penyimpanan tidak dapat dibuka atau dipakai; periksa [store] dan direktori `state`")]
    Store(#[from] store::Error),
    /// The ledger was signed by another key.
    #[error(
        "ledger.key bukan kunci yang menandatangani buku bukti ini; pulihkan ledger.key dari cadangan, jangan membuat yang baru"
    )]
    OtherLedgerKey,
    /// There is a ledger, and no key that signs it.
    #[error("ledger.key tidak ada, padahal buku bukti sudah berisi; pulihkan ledger.key dari cadangan")]
    LostLedgerKey,
    /// The table of the ends of support.
    #[error(
        "{0} (os_lifecycle) tidak dapat dibaca: {1}; perbaiki berkasnya, atau hapus kunci itu untuk memakai tabel bawaan"
    )]
    Lifecycle(String, String),
    /// The first user.
    #[error(transparent)]
    FirstLogin(#[from] first_login::Error),
    /// A listener.
    #[error(transparent)]
    Server(#[from] server::Error),
    /// The table of kode barang.
    #[error("tabel kode barang {} tidak dapat dipakai: {why}; perbaiki, atau hapus [register] kode_barang", file.display())]
    Codes {
        /// The table.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

/// The table of kode barang that `config` names, or the one that comes with the program.
///
/// # Errors
/// [`Error::Codes`].
pub fn codes(config: &Config) -> Result<Codes, Error> {
    let Some(file) = &config.register.codes else { return Ok(Codes::shipped()) };
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string());
    let codes = text.and_then(|text| Codes::parse(&text).map_err(|error| error.to_string()));
    codes.map_err(|why| Error::Codes { file: file.clone(), why })
}

/// The keys and the store of one government.
#[derive(Clone)]
pub struct Premises {
    /// How it is configured.
    pub config: Arc<Config>,
    /// Tells the time.
    pub clock: Clock,
    /// Where the rows lie.
    pub store: Store,
    /// Signs certificates.
    pub authority: Arc<Authority>,
    /// Signs checkpoints.
    pub signer: Arc<Signer>,
    /// The kode barang.
    pub codes: Arc<Codes>,
}

impl Premises {
    /// Opens the store and the keys; makes what is not there yet.
    ///
    /// # Errors
    /// [`Error`]; in particular when the state directory is another user's.
    pub async fn open(config: Config, clock: Clock) -> Result<Self, Error> {
        let (state, codes) = (&config.state, Arc::new(codes(&config)?));
        durable::make_dir(state).map_err(|error| Error::State(state.display().to_string(), error))?;
        own(state)?;
        let authority = Authority::load_or_create(state, &config.government.name, clock())?;
        let store = Store::open(&config.store_url(), &config.government.code).await?;
        // A new key would sign from now on, and every receipt given out so far would prove nothing.
        if !ledger_key::exists(state) && store.checkpoint().await?.is_some() {
            return Err(Error::LostLedgerKey);
        }
        let signer = Signer::new(config.origin(), ledger_key::load_or_create(state)?);
        let (authority, signer) = (Arc::new(authority), Arc::new(signer));
        Ok(Self { config: Arc::new(config), clock, store, authority, signer, codes })
    }

    /// Writes into the ledger that `who` did `act` to `about`.
    ///
    /// # Errors
    /// When the ledger cannot be written, or was signed by another key than the one that is there.
    pub async fn record(&self, who: &str, act: &str, about: String) -> Result<(), Error> {
        self.check_ledger_key().await?;
        let at = (self.clock)();
        let leaf = ActLeaf { at, who: who.to_owned(), act: act.to_owned(), about };
        self.store.append(&[Entry::Act(leaf)], &self.signer, at).await?;
        Ok(())
    }

    /// Checks that the ledger was signed by the key that is there: to be asked before anything is written into it.
    ///
    /// # Errors
    /// When it was signed by another, or cannot be read.
    pub async fn check_ledger_key(&self) -> Result<(), Error> {
        let checkpoint = self.store.checkpoint().await?;
        let other = checkpoint.is_some_and(|note| Checkpoint::open(&note, &self.signer.verifier()).is_err());
        if other { Err(Error::OtherLedgerKey) } else { Ok(()) }
    }
}

/// The table of the ends of support that `config` names, or the one that comes with the program.
///
/// # Errors
/// [`Error::Lifecycle`].
pub fn lifecycle_of(config: &Config) -> Result<lifecycle::Table, Error> {
    let name = config.os_lifecycle.as_ref().map_or("tabel bawaan".to_owned(), |p| p.display().to_string());
    let failed = |error: &dyn std::error::Error| Error::Lifecycle(name.clone(), error.to_string());
    match &config.os_lifecycle {
        None => lifecycle::Table::shipped().map_err(|error| failed(&error)),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| failed(&error))?;
            lifecycle::Table::parse(&text).map_err(|error| failed(&error))
        }
    }
}

/// Files that another user made here could not be written by the service afterwards.
fn own(state: &Path) -> Result<(), Error> {
    let failed = |error| Error::State(state.display().to_string(), error);
    let (owner, user) = (state.metadata().map_err(failed)?.uid(), geteuid().as_raw());
    if owner == user { Ok(()) } else { Err(Error::OtherUser { state: state.to_owned(), owner, user }) }
}

/// A collector at work.
#[derive(Debug)]
pub struct Collector {
    server: Server,
    writing: JoinHandle<()>,
    following: JoinHandle<()>,
    trying: Option<JoinHandle<()>>,
}

impl Collector {
    /// Starts a collector: keys, store, first user, writer, listeners.
    ///
    /// # Errors
    /// [`Error`]; nothing is left running then.
    pub async fn start(config: Config, clock: Clock) -> Result<Self, Error> {
        let packs = packs::load(&config, "collector.toml")?;
        let lifecycle = lifecycle_of(&config)?;
        let premises = Premises::open(config, clock).await?;
        let Premises { config, clock, store, authority, .. } = &premises;
        let listeners = Listeners::bind(config, authority, clock).await?;
        let about = format!(
            "versi {}, paket aturan {}",
            env!("CARGO_PKG_VERSION"),
            config.government.packs.join(", ")
        );
        premises.record("kolektor", "collector.start", about).await?;
        if let Some(file) = first_login::ensure(store, &config.state, clock()).await? {
            tracing::info!(file = %file.display(), "first user made; its password stands in this file");
        }
        let (agents, writing) = premises.agents();
        let following = topology::start(store.clone(), Arc::clone(config));
        let trying = reach::start(store.clone(), config, Arc::clone(clock));
        let server = listeners.serve(agents, premises.web(packs, lifecycle));
        tracing::info!(agents = %server.agents, web = %server.web, "listening");
        Ok(Self { server, writing, following, trying })
    }

    /// Where the agents' listener listens.
    #[must_use]
    pub const fn agents_addr(&self) -> SocketAddr {
        self.server.agents
    }

    /// Where the people's listener listens.
    #[must_use]
    pub const fn web_addr(&self) -> SocketAddr {
        self.server.web
    }

    /// Stops: no new connections, requests under way come to their end, what was taken in is written.
    pub async fn stop(self) {
        self.server.stop().await;
        // What it has not written yet it makes again from the ledger.
        self.following.abort();
        if let Some(trying) = self.trying {
            trying.abort();
        }
        // The routers are gone, and with them the last writer: its task ends when its queue is empty.
        if let Err(error) = self.writing.await {
            tracing::error!(%error, "writer broken");
        }
        tracing::info!("stopped");
    }
}

impl Premises {
    fn agents(&self) -> (axum::Router, JoinHandle<()>) {
        let Self { clock, store, authority, signer, .. } = self;
        let (writer, writing) = Writer::start(store.clone(), Arc::clone(signer), Arc::clone(clock));
        let ingest =
            Ingest::new(store.clone(), writer, Arc::clone(authority), signer.verifier(), Arc::clone(clock));
        (ingest::router(ingest), writing)
    }

    fn web(&self, packs: Vec<Pack>, lifecycle: lifecycle::Table) -> axum::Router {
        let Self { config, clock, store, signer, codes, .. } = self;
        let judge = Arc::new(Judge::new(store.clone(), Arc::clone(config), packs));
        let api = api::Api {
            store: store.clone(),
            config: Arc::clone(config),
            signer: Arc::clone(signer),
            clock: Arc::clone(clock),
        };
        let pages = web::router(Web {
            store: store.clone(),
            config: Arc::clone(config),
            judge,
            lifecycle: Arc::new(lifecycle),
            verifier: signer.verifier(),
            signer: Arc::clone(signer),
            clock: Arc::clone(clock),
            codes: Arc::clone(codes),
        });
        api::router(api).merge(pages)
    }
}

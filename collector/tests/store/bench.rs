//! A store on one of the engines, and what to put into it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use patuh_collector::ledger::Signer;
use patuh_collector::store::{Appended, Enrolment, Entry, Store};
use patuh_protocol::body;
use patuh_protocol::checkpoint::Verifier;
use patuh_protocol::digest::Digest;
use patuh_protocol::id::{AgentId, Code};
use patuh_protocol::inventory::{Machine, Package, System};
use patuh_protocol::receipt::{ActLeaf, Receipt};
use patuh_protocol::report::{Outcome, Reading, Report, Section};
use patuh_protocol::seal::Sealed;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use sqlx::AnyPool;
use tempfile::TempDir;

use crate::postgres::Postgres;

/// A store, and a way around it to its database.
pub(crate) struct Bench {
    pub(crate) store: Store,
    pub(crate) signer: Signer,
    pub(crate) url: String,
    /// For looking at rows, and for tampering with them.
    pub(crate) sql: AnyPool,
    _server: Option<Arc<Postgres>>,
    _dir: TempDir,
}

impl Bench {
    pub(crate) async fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", dir.path().join("patuh.db").display());
        Self::new(url, dir, None).await
    }

    pub(crate) async fn postgres(name: &str) -> Self {
        let server = Postgres::shared();
        let url = server.create(name);
        Self::new(url, tempfile::tempdir().unwrap(), Some(server)).await
    }

    async fn new(url: String, dir: TempDir, server: Option<Arc<Postgres>>) -> Self {
        let store = Store::open(&url, &contoh()).await.unwrap();
        let sql = AnyPool::connect(&url).await.unwrap();
        Self { store, signer: signer(), url, sql, _server: server, _dir: dir }
    }

    /// Another handle, as another program would open it.
    pub(crate) async fn another(&self) -> Store {
        Store::open(&self.url, &contoh()).await.unwrap()
    }

    /// Enrols the agent `n`.
    pub(crate) async fn enrol(&self, n: u8) -> AgentId {
        let (key, id) = (key(n), format!("{n:08x}"));
        let (agent, secret) = (agent(n), Digest::of(&[n]));
        let (office, now) = ("dinkes".parse().unwrap(), at(0));
        self.store.add_token(&id, secret, &office, None, now, at(3600)).await.unwrap();
        let public = key.public_key().as_ref();
        let enrolment = self.store.enrol(&id, secret, &agent, public, now).await.unwrap();
        assert!(matches!(enrolment, Enrolment::Enrolled(_)), "{enrolment:?}");
        agent
    }

    pub(crate) async fn append(&self, entries: &[Entry], now: Timestamp) -> Vec<Appended> {
        self.store.append(entries, &self.signer, now).await.unwrap()
    }

    /// Appends entries that must all stand.
    pub(crate) async fn receipts(&self, entries: &[Entry], now: Timestamp) -> Vec<Receipt> {
        let stands = |appended| match appended {
            Appended::Stands(receipt) => receipt,
            Appended::Conflict => panic!("conflict"),
        };
        self.append(entries, now).await.into_iter().map(stands).collect()
    }

    /// Runs a statement behind the store's back; returns how many rows it touched.
    pub(crate) async fn tamper(&self, sql: &str) -> u64 {
        let query = sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()));
        query.execute(&self.sql).await.unwrap().rows_affected()
    }
}

pub(crate) fn contoh() -> Code {
    "contoh".parse().unwrap()
}

pub(crate) fn signer() -> Signer {
    Signer::new("patuh/contoh".into(), key(200))
}

pub(crate) fn verifier() -> Verifier {
    signer().verifier()
}

pub(crate) fn key(n: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[n; 32]).unwrap()
}

pub(crate) fn agent(n: u8) -> AgentId {
    AgentId::of_key(key(n).public_key().as_ref())
}

/// Some seconds after a certain moment.
pub(crate) fn at(seconds: i64) -> Timestamp {
    let start: Timestamp = "2026-11-22T03:00:00Z".parse().unwrap();
    start + SignedDuration::from_secs(seconds)
}

/// A report of agent `n`, taken `sequence` seconds after the start.
pub(crate) fn report(n: u8, sequence: u64, sections: Vec<Section>) -> Entry {
    let taken_at = at(i64::try_from(sequence).unwrap_or(0));
    let agent_version = "0.1.0".into();
    entry(n, sequence, &Report { version: 1, agent_version, taken_at, sections, gap: None, base: None })
}

/// A report of agent `n`, sealed as it is.
pub(crate) fn entry(n: u8, sequence: u64, report: &Report) -> Entry {
    let sealed = Sealed::new(&key(n), agent(n), sequence, report.taken_at, body::pack(report).unwrap());
    let (report, carried) = body::open_with_base(&sealed.body).unwrap();
    Entry::Report { sealed, report, carried, office: "dinkes".parse().unwrap() }
}

/// A report with a little in it that depends on its number.
pub(crate) fn some(n: u8, sequence: u64) -> Entry {
    let kernel = format!("6.1.{}", sequence / 2);
    let version = format!("1.{sequence}");
    report(n, sequence, vec![system(&format!("srv{n}"), &kernel), packages(&[("nginx", &version)])])
}

pub(crate) fn act(about: &str) -> Entry {
    let (who, act) = ("cli".into(), "token.create".into());
    Entry::Act(ActLeaf { at: at(0), who, act, about: about.into() })
}

pub(crate) fn sealed(entry: &Entry) -> &Sealed {
    match entry {
        Entry::Report { sealed, .. } => sealed,
        Entry::Act(_) => panic!("an act is not sealed"),
    }
}

pub(crate) fn section(sensor: &str, outcome: Outcome) -> Section {
    Section { sensor: sensor.into(), took_us: 7, outcome }
}

pub(crate) fn system(hostname: &str, kernel: &str) -> Section {
    let name = Some("Debian GNU/Linux 12 (bookworm)".into());
    let system = System { hostname: hostname.into(), kernel: Some(kernel.into()), name, ..System::default() };
    section("system", Outcome::Ok(Reading::System(system)))
}

pub(crate) fn machine(product: &str, serial: &str) -> Section {
    let (vendor, product, serial) = (Some("Dell Inc.".into()), Some(product.into()), Some(serial.into()));
    let machine = Machine { vendor, product, serial, ..Machine::default() };
    section("machine", Outcome::Ok(Reading::Machine(Box::new(machine))))
}

pub(crate) fn packages(all: &[(&str, &str)]) -> Section {
    let package = |&(name, version): &(&str, &str)| Package {
        name: name.into(),
        version: version.into(),
        architecture: "amd64".into(),
        ..Package::default()
    };
    let packages = all.iter().map(package).collect();
    section("packages/dpkg", Outcome::Ok(Reading::Packages(packages)))
}

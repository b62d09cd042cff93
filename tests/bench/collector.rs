//! The collector: reports a second over real TLS, on both stores, beside an empty request of the same clients.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, ensure};
use jiff::Timestamp;
use nix::sys::resource::UsageWho;
use patuh_agent::identity::Identity;
use patuh_agent::roots::Roots;
use patuh_agent::sensors::{self, Settings};
use patuh_agent::{report, uplink};
use patuh_protocol::REPORTS_PATH;
use patuh_protocol::base::Base;
use patuh_protocol::body;
use patuh_protocol::report::{Outcome, Reading, Report};
use patuh_protocol::seal::Sealed;
use patuh_tests::agent::ALL_GROUPS;
use patuh_tests::postgres::Database;
use patuh_tests::{Collector, HandClock, Wire};
use tokio::task::JoinSet;

use crate::child::cpu_ms;
use crate::figure::{Figure, Watch, short};

/// How many packages an ordinary upgrade brings.
const UPGRADED: usize = 10;

/// An agent: its connection, its identity, the number of its last report, and what the collector has of it.
struct Hand {
    wire: Wire,
    identity: Identity,
    sequence: u64,
    base: Base,
}

/// What is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A request that asks for nothing.
    Empty,
    /// A report that says what the one before said, or says it first: only what the collector has not travels.
    Report,
    /// A report in which some packages have another version.
    Upgrade,
}

/// What a kind of request cost.
struct Cost {
    bytes: f64,
    per_second: f64,
    p50_ms: f64,
    cpu_ms: f64,
}

/// The table.
pub(crate) async fn table(clients: usize, reports: usize) -> Result<String> {
    let now = HandClock::real().now();
    let report = report::build(sensors::read(&Roots::live(), &Settings::default(), &ALL_GROUPS, now), now);
    let mut text =
        format!("\n## Collector: {clients} clients at the same time, {reports} requests of each kind\n\n");
    text.push_str("Clients and collector are one process, the database shares its processors; CPU is the process's.\n\n");
    text.push_str("| store | request | bytes | per second | p50 ms | CPU ms each | per second ÷ empty |\n");
    text.push_str("|---|---|---|---|---|---|---|\n");
    for (store, database) in [("SQLite", None), ("PostgreSQL", Some(Database::durable()))] {
        let setup = database.map_or_else(Collector::sqlite, Collector::on);
        let collector = setup.at(now).start().await;
        let mut newcomers = Vec::new();
        for _ in 0..reports {
            newcomers.push(Hand::enrol(&collector).await?);
        }
        let mut costs = Vec::new();
        let first = run(newcomers, 1, clients, Kind::Report, &report, now).await?;
        let mut hands = first.0;
        hands.truncate(clients);
        let each = reports / clients;
        for kind in [Kind::Empty, Kind::Report, Kind::Upgrade] {
            let (back, cost) = run(hands, each, clients, kind, &report, now).await?;
            hands = back;
            costs.push(cost);
        }
        let names = ["empty, connection kept", "report, nothing changed", "report, ten packages upgraded"];
        let empty = costs.first().map_or(1.0, |cost| cost.per_second);
        row(&mut text, store, "first report of a server, new connection", &first.1, empty);
        for (name, cost) in names.iter().zip(&costs) {
            row(&mut text, store, name, cost, empty);
        }
    }
    Ok(text)
}

fn row(text: &mut String, store: &str, name: &str, cost: &Cost, empty: f64) {
    let Cost { bytes, per_second, p50_ms, cpu_ms } = cost;
    let figures = [*bytes, *per_second, *p50_ms, *cpu_ms, per_second / empty].map(short).join(" | ");
    let _ = writeln!(text, "| {store} | {name} | {figures} |");
}

/// Sends `each` requests of `kind` from every hand, `clients` hands at a time; they are sealed before the
/// clock starts.
async fn run(
    hands: Vec<Hand>,
    each: usize,
    clients: usize,
    kind: Kind,
    report: &Report,
    now: Timestamp,
) -> Result<(Vec<Hand>, Cost)> {
    let mut prepared = Vec::new();
    for mut hand in hands {
        let bodies = (0..each).map(|_| hand.next(kind, report, now)).collect::<Result<Vec<_>>>()?;
        prepared.push((hand, bodies));
    }
    let count = f64::from(u32::try_from(each * prepared.len())?);
    let sizes = prepared.iter().flat_map(|(_, bodies)| bodies).map(|body| body.len());
    let bytes =
        Figure::of(sizes.map(|size| f64::from(u32::try_from(size).unwrap_or(u32::MAX))).collect()).median();
    let mut waiting = prepared.into_iter();
    let (watch, cpu) = (Watch::start(), cpu_ms(UsageWho::RUSAGE_SELF)?);
    let mut tasks = JoinSet::new();
    let mut begin = |tasks: &mut JoinSet<_>| {
        if let Some((hand, bodies)) = waiting.next() {
            tasks.spawn(send(hand, bodies, kind));
        }
    };
    (0..clients).for_each(|_| begin(&mut tasks));
    let (mut hands, mut latencies) = (Vec::new(), Vec::new());
    while let Some(sent) = tasks.join_next().await {
        let (hand, times) = sent??;
        begin(&mut tasks);
        hands.push(hand);
        latencies.extend(times);
    }
    let per_second = count / watch.passed().as_secs_f64();
    let cpu_ms = (cpu_ms(UsageWho::RUSAGE_SELF)? - cpu) / count;
    Ok((hands, Cost { bytes, per_second, p50_ms: Figure::of(latencies).median(), cpu_ms }))
}

async fn send(hand: Hand, bodies: Vec<Vec<u8>>, kind: Kind) -> Result<(Hand, Vec<f64>)> {
    let mut times = Vec::new();
    for body in bodies {
        let watch = Watch::start();
        let said = match kind {
            Kind::Empty => hand.wire.get("/v1/health").await,
            Kind::Report | Kind::Upgrade => hand.wire.post(REPORTS_PATH, body).await,
        };
        let said = said.context("no answer")?;
        ensure!(said.status == 200 && !said.text.contains("\"full\":true"), "{}", said.text);
        times.push(watch.ms());
    }
    Ok((hand, times))
}

impl Hand {
    async fn enrol(collector: &Collector) -> Result<Self> {
        let state = tempfile::tempdir()?;
        let token = collector.token("dinkes").await;
        uplink::enrol(state.path(), &collector.url(), &token, collector.clock.now()).await?;
        let identity = Identity::load(state.path())?.context("an enrolled agent has an identity")?;
        let wire = Wire::of_state(state.path(), collector);
        Ok(Self { wire, identity, sequence: 0, base: Base::default() })
    }

    /// The next request's body.
    fn next(&mut self, kind: Kind, report: &Report, now: Timestamp) -> Result<Vec<u8>> {
        if kind == Kind::Empty {
            return Ok(Vec::new());
        }
        self.sequence += 1;
        let mut report = report.clone();
        if kind == Kind::Upgrade {
            self.upgrade(&mut report);
        }
        let body = report::pack(self.base.shorten(report))?;
        let (report, carried) = body::open_with_base(&body)?;
        self.base.take(&report, &carried);
        Ok(Sealed::new(self.identity.key(), self.identity.agent(), self.sequence, now, body).to_bytes())
    }

    /// The first packages get another version than last time.
    fn upgrade(&self, report: &mut Report) {
        for section in &mut report.sections {
            if let Outcome::Ok(Reading::Packages(packages)) = &mut section.outcome {
                let upgraded = packages.iter_mut().take(UPGRADED);
                upgraded
                    .for_each(|package| package.version = format!("{}+{}", package.version, self.sequence));
            }
        }
    }
}

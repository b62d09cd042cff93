//! The collector: reports a second over real TLS, on both stores, beside an empty request of the same clients.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, ensure};
use jiff::Timestamp;
use patuh_agent::identity::Identity;
use patuh_agent::report;
use patuh_agent::roots::Roots;
use patuh_agent::sensors::{self, Settings};
use patuh_protocol::REPORTS_PATH;
use patuh_protocol::report::{Outcome, Reading, Report};
use patuh_protocol::seal::Sealed;
use patuh_tests::agent::ALL_GROUPS;
use patuh_tests::postgres::Database;
use patuh_tests::{Agent, Collector, HandClock, Wire};
use tokio::task::JoinSet;

use crate::figure::{Figure, Watch, short};

/// A client: its connection, its identity, and the number of its last report.
struct Hand {
    wire: Wire,
    identity: Identity,
    sequence: u64,
}

/// The table.
pub(crate) async fn table(clients: usize, reports: usize) -> Result<String> {
    let now = HandClock::real().now();
    let report = report::build(sensors::read(&Roots::live(), &Settings::default(), &ALL_GROUPS, now), now);
    let mut text = format!("\n## Collector, {clients} clients over TLS, {reports} reports of each kind\n\n");
    text.push_str("Clients, collector and database share the processors.\n\n");
    text.push_str("| store | request | per second | p50 ms | ÷ empty request |\n|---|---|---|---|---|\n");
    for (name, database) in [("SQLite", None), ("PostgreSQL", Some(Database::durable()))] {
        let setup = match database {
            None => Collector::sqlite(),
            Some(database) => Collector::on(database),
        };
        let collector = setup.at(now).start().await;
        let mut hands = hands(&collector, clients).await?;
        let empty = run(&mut hands, reports, Kind::Empty, &report, now).await?;
        let mut row = |kind: &str, (rate, p50): (f64, f64)| {
            let _ = writeln!(
                text,
                "| {name} | {kind} | {} | {} | {} |",
                short(rate),
                short(p50),
                short(rate / empty.0)
            );
        };
        row("empty, keep-alive", empty);
        row(
            "first report of a server, or all packages changed",
            run(&mut hands, reports, Kind::New, &report, now).await?,
        );
        row("unchanged report", run(&mut hands, reports, Kind::Unchanged, &report, now).await?);
    }
    Ok(text)
}

/// What is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Empty,
    New,
    Unchanged,
}

async fn hands(collector: &Collector, clients: usize) -> Result<Vec<Hand>> {
    let mut hands = Vec::new();
    for _ in 0..clients {
        let agent = Agent::of_host("debian12-bare").enrol(collector).await;
        let identity = Identity::load(&agent.state())?.context("an enrolled agent has an identity")?;
        hands.push(Hand { wire: Wire::of(&agent, collector), identity, sequence: 0 });
    }
    Ok(hands)
}

/// Sends `reports` requests of `kind`, shared evenly by `hands`, sealed before the clock starts. Requests a
/// second, and the median latency in milliseconds.
async fn run(
    hands: &mut Vec<Hand>,
    reports: usize,
    kind: Kind,
    report: &Report,
    now: Timestamp,
) -> Result<(f64, f64)> {
    let each = reports / hands.len();
    let mut tasks = JoinSet::new();
    let mut prepared = Vec::new();
    for mut hand in std::mem::take(hands) {
        let bodies = (0..each).map(|_| hand.next(kind, report, now)).collect::<Result<Vec<_>>>()?;
        prepared.push((hand, bodies));
    }
    let watch = Watch::start();
    for (hand, bodies) in prepared {
        tasks.spawn(async move { send(hand, bodies, kind).await });
    }
    let mut latencies = Vec::new();
    while let Some(sent) = tasks.join_next().await {
        let (hand, times) = sent??;
        hands.push(hand);
        latencies.extend(times);
    }
    let seconds = watch.passed().as_secs_f64();
    let count = u32::try_from(each * hands.len())?;
    Ok((f64::from(count) / seconds, Figure::of(latencies).median()))
}

async fn send(hand: Hand, bodies: Vec<Vec<u8>>, kind: Kind) -> Result<(Hand, Vec<f64>)> {
    let mut times = Vec::new();
    for body in bodies {
        let watch = Watch::start();
        let said = match kind {
            Kind::Empty => hand.wire.get("/v1/health").await,
            Kind::New | Kind::Unchanged => hand.wire.post(REPORTS_PATH, body).await,
        };
        let said = said.context("no answer")?;
        ensure!(said.status == 200, "{}", said.text);
        times.push(watch.ms());
    }
    Ok((hand, times))
}

impl Hand {
    /// The next request's body.
    fn next(&mut self, kind: Kind, report: &Report, now: Timestamp) -> Result<Vec<u8>> {
        if kind == Kind::Empty {
            return Ok(Vec::new());
        }
        self.sequence += 1;
        let mut report = report.clone();
        if kind == Kind::New {
            self.change(&mut report);
        }
        let body = report::pack(report)?;
        Ok(Sealed::new(self.identity.key(), self.identity.agent(), self.sequence, now, body).to_bytes())
    }

    /// Every package gets another version.
    fn change(&self, report: &mut Report) {
        for section in &mut report.sections {
            if let Outcome::Ok(Reading::Packages(packages)) = &mut section.outcome {
                packages
                    .iter_mut()
                    .for_each(|package| package.version.push_str(&format!("+{}", self.sequence)));
            }
        }
    }
}

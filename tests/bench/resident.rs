//! The resident agent: the reading half on a LAN of its own, whose hosts the kernel forgets and finds all day, beside
//! one on which nothing happens. Both read the whole host once when they start.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use patuh_agent::uplink;
use patuh_tests::{Collector, HandClock};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::figure::{Watch, short};

/// As many as an office has, and more than the kernel keeps (`gc_thresh1` is 128).
const HOSTS: u16 = 240;
/// How often each of them is lost or found: once a second, for a minute.
const ROUNDS: u32 = 60;
/// How long something is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// An agent in a network namespace.
struct Resident {
    holder: Child,
    agent: Child,
    state: TempDir,
}

/// What it cost until now.
struct Cost {
    cpu_ms: f64,
    resident_mib: f64,
    anonymous_mib: f64,
    reports: usize,
}

impl Drop for Resident {
    fn drop(&mut self) {
        for child in [&mut self.agent, &mut self.holder] {
            let _ = (child.kill(), child.wait());
        }
    }
}

/// The table; why not, where no network can be made.
pub(crate) async fn table(agent: &Path) -> Result<String> {
    let mut text = "\n## A resident agent under ARP churn\n\n".to_owned();
    match measure(agent).await {
        Ok(table) => text.push_str(&table),
        Err(why) => drop(writeln!(text, "Not measured: {why:#}.")),
    }
    Ok(text)
}

async fn measure(agent: &Path) -> Result<String> {
    let collector = Collector::sqlite().at(HandClock::real().now()).start().await;
    let calm = Resident::start(agent, &collector).await?;
    let busy = Resident::start(agent, &collector).await?;
    let (calm_before, busy_before) = (calm.cost()?, busy.cost()?);
    let watch = Watch::start();
    for round in 0..ROUNDS {
        busy.churn(round)?;
        let due = Duration::from_secs(u64::from(round) + 1);
        sleep(due.saturating_sub(watch.passed())).await;
    }
    let (calm_after, busy_after) = (calm.cost()?, busy.cost()?);
    let events = u32::from(HOSTS) * ROUNDS;
    let spent = |before: &Cost, after: &Cost| after.cpu_ms - before.cpu_ms;
    let (idle, churned) = (spent(&calm_before, &calm_after), spent(&busy_before, &busy_after));
    let mut text = format!(
        "{events} neighbour events of {HOSTS} known hosts in {} s, each host lost and found again.\n\n\
         | `patuh-agent sense` | CPU ms meanwhile | CPU % | resident MiB | of it its own | reports meanwhile |\n\
         |---|---|---|---|---|---|\n",
        short(watch.ms() / 1e3)
    );
    for (name, cpu, before, after) in
        [("idle", idle, &calm_before, &calm_after), ("under churn", churned, &busy_before, &busy_after)]
    {
        let _ = writeln!(
            text,
            "| {name} | {} | {} | {} | {} | {} |",
            short(cpu),
            short(cpu * 100.0 / watch.ms()),
            short(after.resident_mib),
            short(after.anonymous_mib),
            after.reports - before.reports
        );
    }
    let _ = writeln!(text, "\nEach event costs {} µs.", short((churned - idle) * 1e3 / f64::from(events)));
    Ok(text)
}

impl Resident {
    async fn start(agent: &Path, collector: &Collector) -> Result<Self> {
        let state = TempDir::new()?;
        let token = collector.token_at("dinkes", None).await;
        let folder = state.path().join("state");
        uplink::enrol(&folder, &collector.url(), &token, HandClock::real().now()).await?;
        let config = state.path().join("agent.toml");
        put(&config, &format!("state = '{}'\n", folder.display()))?;
        let holder = quiet("unshare", &["--net", "sleep", "600"]).spawn().context("unshare")?;
        let net = |process: u32| fs::read_link(format!("/proc/{process}/ns/net"));
        let watch = Watch::start();
        while net(holder.id())? == net(std::process::id())? {
            ensure!(watch.passed() < PATIENCE, "no network namespace: is this root?");
            sleep(Duration::from_millis(10)).await;
        }
        let here = holder.id().to_string();
        for line in [
            "link set lo up",
            "link add lan0 address b8:2a:72:d1:00:02 type veth peer name far0",
            "link set far0 up",
            "link set lan0 up",
            "addr add 10.77.0.2/16 dev lan0",
        ] {
            ip(&here, &line.split(' ').collect::<Vec<_>>())?;
        }
        let path = agent.display().to_string();
        let sense = ["-t", &here, "-n", &path, "sense", "--config", &config.display().to_string()];
        let agent = quiet("nsenter", &sense).spawn().context("nsenter")?;
        let resident = Self { holder, agent, state };
        // The crowd is there before the first look.
        resident.churn(0)?;
        while resident.reports() == 0 {
            ensure!(watch.passed() < PATIENCE, "no report");
            sleep(Duration::from_millis(100)).await;
        }
        // What the first look left to settle.
        resident.churn(0)?;
        sleep(Duration::from_secs(8)).await;
        Ok(resident)
    }

    /// All of them are found, or lost, or doubted.
    fn churn(&self, round: u32) -> Result<()> {
        let line = |host: u16| {
            let [high, low] = host.to_be_bytes();
            let who = format!("10.77.1.{} dev lan0", host + 1);
            match round % 3 {
                2 => format!("neigh del {who}\n"),
                half => {
                    let state = if half == 0 { "reachable" } else { "stale" };
                    format!("neigh replace {who} lladdr b8:2a:72:ee:{high:02x}:{low:02x} nud {state}\n")
                }
            }
        };
        let batch = self.state.path().join("batch");
        put(&batch, &(0..HOSTS).map(line).collect::<String>())?;
        ip(&self.holder.id().to_string(), &["-batch", &batch.display().to_string()])
    }

    fn reports(&self) -> usize {
        let spool = fs::read_dir(self.state.path().join("state/spool"));
        let is_report = |entry: &fs::DirEntry| entry.path().extension().is_some_and(|it| it == "report");
        spool.map_or(0, |entries| entries.flatten().filter(is_report).count())
    }

    fn cost(&self) -> Result<Cost> {
        let process = format!("/proc/{}", self.agent.id());
        let stat = fs::read_to_string(format!("{process}/stat"))?;
        // After the program's name, which may hold anything: state, and so on; 12 and 13 are the ticks (proc_pid_stat(5)).
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok());
        let (Some(user), Some(system)) = (ticks(11), ticks(12)) else { bail!("{process}/stat: {stat}") };
        let status = fs::read_to_string(format!("{process}/status"))?;
        let kib = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            line.split_whitespace().find_map(|word| word.parse::<f64>().ok()).unwrap_or(f64::NAN)
        };
        Ok(Cost {
            cpu_ms: (user + system) * 1e3 / TICKS,
            resident_mib: kib("VmRSS:") / 1024.0,
            anonymous_mib: kib("RssAnon:") / 1024.0,
            reports: self.reports(),
        })
    }
}

/// `USER_HZ`: in a second, on every machine that Linux tells of.
const TICKS: f64 = 100.0;

fn ip(namespace: &str, arguments: &[&str]) -> Result<()> {
    let status = quiet("nsenter", &["-t", namespace, "-n", "ip"]).args(arguments).status().context("ip")?;
    ensure!(status.success(), "ip {}: {status}", arguments.join(" "));
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the program that is measured, and what it is measured on")]
fn quiet(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

#[expect(clippy::disallowed_methods, reason = "it outlives no power cut")]
fn put(path: &Path, text: &str) -> Result<()> {
    Ok(fs::write(path, text)?)
}

//! `kill -9` of agent and collector at any moment, while reports flow: nothing is lost, nothing is twice.
//!
//! The programs are the real ones, as processes. A crash of the agent between giving out a number and
//! writing the report leaves a hole in the numbers (a report that never was); so the promise is: every
//! report that was ever seen in the spool is in the ledger, exactly once, and there are no more holes than
//! the agent was killed.
#![expect(clippy::print_stdout, reason = "a long proof says what came of it")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use patuh_collector::config::Config;
use patuh_collector::store::Store;
use patuh_protocol::receipt::Leaf;
use patuh_tests::collector::repository;
use patuh_tests::process::{Process, free_port, program, run};
use patuh_tests::{postgres, until};
use tempfile::TempDir;

/// Kills in the ordinary suite, on each store.
const KILLS: u32 = 30;
/// Kills in the long version.
const MANY_KILLS: u32 = 1000;

/// The fewest reports that show something when none of them is lost.
const ENOUGH: usize = 11;

/// Both programs, their directories, and what was seen.
struct Pair {
    folder: TempDir,
    config: Config,
    config_path: String,
    chance: Chance,
    collector: Option<Process>,
    agent: Option<Process>,
    agent_kills: usize,
    /// Numbers that were seen in the spool.
    spooled: BTreeSet<u64>,
}

/// Random, but the same in every run.
struct Chance(u64);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_lose_nothing_on_sqlite() {
    killed(KILLS, None, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_lose_nothing_on_postgres() {
    let database = postgres::Database::create();
    killed(KILLS, Some(&database.url), 2).await;
}

/// `make kills`
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a long proof"]
async fn a_thousand_kills_lose_nothing() {
    let database = postgres::Database::create();
    killed(MANY_KILLS, None, 3).await;
    killed(MANY_KILLS, Some(&database.url), 4).await;
}

async fn killed(kills: u32, store: Option<&str>, seed: u64) {
    let mut pair = Pair::set_up(store, seed).await;
    let mut killed = 0;
    // A slow machine reports more seldom between two kills, and so is killed more often.
    while killed < kills || (killed < 10 * kills && pair.flowed().await < ENOUGH) {
        killed += 1;
        // The moment of the kill is the one thing that must not wait for anything.
        tokio::time::sleep(Duration::from_millis(pair.chance.below(700))).await;
        let (agent, collector) = match pair.chance.below(3) {
            0 => (true, false),
            1 => (false, true),
            _ => (true, true),
        };
        if collector {
            pair.kill_collector();
        }
        // It reports whenever it starts, so it is always started anew.
        pair.end_agent(agent);
        pair.start();
    }
    pair.settle().await;
    let told = pair.check().await;
    println!("{killed} times killed: {told}");
}

impl Pair {
    async fn set_up(store: Option<&str>, seed: u64) -> Self {
        let folder = tempfile::Builder::new().prefix("patuh-crash-").tempdir().unwrap();
        let (config, config_path) = configure(folder.path(), store);
        let (collector, agent, agent_kills, spooled) = (None, None, 0, BTreeSet::new());
        let chance = Chance(seed);
        let mut pair = Self { folder, config, config_path, chance, collector, agent, agent_kills, spooled };
        pair.start_collector();
        pair.listening().await;
        let token = run(
            &program("patuh-collector"),
            &pair.configured(&["token", "create", "--opd", "diskominfo"]),
            "",
        );
        assert!(token.success, "{}", token.stderr);
        let token = token.stdout.split_whitespace().find(|word| word.matches('.').count() == 3).unwrap();
        let (agent_toml, url) = (pair.agent_toml(), format!("https://{}", pair.config.agents.listen));
        let enrol = ["enrol", "--config", &agent_toml, "--collector", &url, "--token", token];
        let enrolled = run(&program("patuh-agent"), &enrol, "");
        assert!(enrolled.success, "{}", enrolled.stderr);
        pair.start();
        pair
    }

    /// Starts what does not run. The agent has forgotten when it last read, and so reports at once.
    fn start(&mut self) {
        self.start_collector();
        if self.agent.is_none() {
            let _ = std::fs::remove_file(self.folder.path().join("agent/status-sense.json"));
            let (log, agent_toml) = (self.folder.path().join("agent.log"), self.agent_toml());
            let arguments = ["run", "--config", &agent_toml];
            self.agent = Some(Process::start(&program("patuh-agent"), &arguments, &log));
        }
    }

    fn start_collector(&mut self) {
        if self.collector.is_none() {
            let log = self.folder.path().join("collector.log");
            let arguments = self.configured(&["serve"]);
            self.collector = Some(Process::start(&program("patuh-collector"), &arguments, &log));
        }
    }

    /// Ends the agent, by `kill -9` or as systemd would.
    fn end_agent(&mut self, kill: bool) {
        self.look_into_the_spool();
        match self.agent.take() {
            Some(agent) if kill => {
                agent.kill_9();
                self.agent_kills += 1;
            }
            Some(agent) => assert!(agent.terminate(), "the agent ends well when asked"),
            None => {}
        }
        self.look_into_the_spool();
    }

    fn kill_collector(&mut self) {
        if let Some(collector) = self.collector.take() {
            collector.kill_9();
        }
    }

    async fn listening(&self) {
        let address = self.config.agents.listen;
        until("the collector listens", async || tokio::net::TcpStream::connect(address).await.ok()).await;
    }

    fn look_into_the_spool(&mut self) {
        let waiting = waiting(&self.folder.path().join("agent/spool"));
        self.spooled.extend(waiting);
    }

    /// Lets the last reports through, then stops the agent.
    async fn settle(&mut self) {
        self.listening().await;
        let store = self.store().await;
        let (spool, seen) = (self.folder.path().join("agent/spool"), &self.spooled);
        until("all that was spooled arrives", async || {
            let numbers = numbers(&store).await;
            let arrived = seen.iter().all(|number| numbers.contains_key(number));
            (arrived && waiting(&spool).is_empty()).then_some(())
        })
        .await;
        self.end_agent(false);
    }

    /// What came of it, in words.
    async fn check(&mut self) -> String {
        let numbers = numbers(&self.store().await).await;
        let twice: Vec<_> = numbers.iter().filter(|(_, times)| **times > 1).collect();
        assert!(twice.is_empty(), "twice in the ledger: {twice:?}");
        let still = waiting(&self.folder.path().join("agent/spool"));
        let lost =
            self.spooled.iter().find(|number| !numbers.contains_key(number) && !still.contains(number));
        assert_eq!(lost, None, "spooled, and neither in the ledger nor in the spool");
        let last = numbers.keys().max().copied().unwrap_or(0);
        let holes = usize::try_from(last).unwrap() - numbers.len();
        assert!(holes <= self.agent_kills, "{holes} holes for {} kills", self.agent_kills);
        assert!(numbers.len() >= ENOUGH, "only {} reports flowed", numbers.len());
        let verified = run(&program("patuh-collector"), &self.configured(&["ledger", "verify"]), "");
        assert!(verified.success, "{}{}", verified.stdout, verified.stderr);
        format!(
            "{} reports in the ledger, each once; the agent {} times, {holes} numbers never written",
            numbers.len(),
            self.agent_kills
        )
    }

    async fn flowed(&self) -> usize {
        numbers(&self.store().await).await.len()
    }

    async fn store(&self) -> Store {
        Store::open(&self.config.store_url(), &self.config.government.code).await.unwrap()
    }

    fn agent_toml(&self) -> String {
        self.folder.path().join("agent.toml").display().to_string()
    }

    /// A command of the collector, with its configuration.
    fn configured<'a>(&'a self, command: &[&'a str]) -> Vec<&'a str> {
        [command, &["--config", &self.config_path]].concat()
    }
}

/// Writes both configurations into `folder`: the demo's, on ports that stay the same across crashes.
fn configure(folder: &Path, store: Option<&str>) -> (Config, String) {
    let repository = repository();
    let text = std::fs::read_to_string(repository.join("tests/demo/collector.toml")).unwrap();
    let state = |line: &str| {
        line.starts_with("state = ").then(|| format!("state = '{}/collector'", folder.display()))
    };
    let packs = repository.join("config/packs");
    let packs =
        |line: &str| line.starts_with("packs = \"config").then(|| format!("packs = '{}'", packs.display()));
    let lines =
        text.lines().map(|line| state(line).or_else(|| packs(line)).unwrap_or_else(|| line.to_owned()));
    let mut text = lines.collect::<Vec<_>>().join("\n");
    text = text.replace("127.0.0.1:8443", &format!("127.0.0.1:{}", free_port()));
    text = text.replace("127.0.0.1:8080", &format!("127.0.0.1:{}", free_port()));
    if let Some(url) = store {
        text = format!("{text}\n[store]\nurl = '{url}'\n");
    }
    write(&folder.join("agent.toml"), &format!("state = '{}/agent'\n", folder.display()));
    let path = folder.join("collector.toml");
    write(&path, &text);
    (Config::load(&path).unwrap().0, path.display().to_string())
}

fn write(path: &Path, text: &str) {
    File::create(path).and_then(|mut file| file.write_all(text.as_bytes())).unwrap();
}

/// How often each report's number stands in the ledger.
async fn numbers(store: &Store) -> BTreeMap<u64, u32> {
    let mut numbers = BTreeMap::new();
    let mut before = None;
    loop {
        let leaves = store.leaves(before, 500).await.unwrap();
        let Some(oldest) = leaves.last() else { return numbers };
        before = Some(oldest.index);
        for leaf in &leaves {
            if let Leaf::Report(report) = &leaf.leaf {
                *numbers.entry(report.sequence).or_default() += 1;
            }
        }
    }
}

/// The numbers of the reports in a spool.
fn waiting(spool: &Path) -> BTreeSet<u64> {
    let files = std::fs::read_dir(spool).into_iter().flatten().flatten();
    let names = files.filter_map(|file| file.file_name().into_string().ok());
    names.filter_map(|name| name.strip_suffix(".report").and_then(|number| number.parse().ok())).collect()
}

impl Chance {
    /// A number below `end` (xorshift64*).
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32) % end
    }
}

//! An agent in this process: its own keys, spool and uplink, and a whole host as a folder.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use patuh_agent::config::Config;
use patuh_agent::identity::Identity;
use patuh_agent::report;
use patuh_agent::roots::Roots;
use patuh_agent::sensors::{self, Group, Settings};
use patuh_agent::spool::{Limits, Spool};
use patuh_agent::uplink::{self, Uplink};
use patuh_protocol::enrolment::Token;
use patuh_protocol::id::AgentId;
use patuh_protocol::receipt::Answer;
use patuh_protocol::report::Report;
use tempfile::TempDir;

use crate::clock::HandClock;
use crate::collector::Collector;
use crate::process::run;

/// Everything an agent reads.
pub const ALL_GROUPS: [Group; 4] = [Group::Hardware, Group::Software, Group::Network, Group::Backup];

/// A host with an agent that has no name yet.
#[derive(Debug)]
pub struct Host {
    folder: TempDir,
    limits: Limits,
    ahead: SignedDuration,
}

/// An enrolled agent.
pub struct Agent {
    host: Host,
    clock: HandClock,
    identity: Identity,
    spool: Spool,
    uplink: Uplink,
}

impl Agent {
    /// An agent on a copy of the fixture host `name`, which the story may change.
    ///
    /// # Panics
    /// When there is no such fixture.
    #[must_use]
    pub fn of_host(name: &str) -> Host {
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/hosts").join(name);
        assert!(fixture.is_dir(), "no fixture host {}", fixture.display());
        let folder = tempfile::Builder::new().prefix("patuh-host-").tempdir().expect("a temporary directory");
        let (from, to) = (fixture.display().to_string(), folder.path().join("host").display().to_string());
        let copied = run(Path::new("/bin/cp"), &["-a", &from, &to], "");
        assert!(copied.success, "{}", copied.stderr);
        Host { folder, limits: Limits::default(), ahead: SignedDuration::ZERO }
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> AgentId {
        self.identity.agent()
    }

    /// Its keys.
    #[must_use]
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Its spool.
    pub const fn spool(&mut self) -> &mut Spool {
        &mut self.spool
    }

    /// Its way to the collector.
    pub const fn uplink(&mut self) -> &mut Uplink {
        &mut self.uplink
    }

    /// Its clock is now `hours` ahead of the collector's; behind when negative.
    pub const fn clock_jumps(&mut self, hours: i64) {
        self.host.ahead = SignedDuration::from_hours(hours);
    }

    /// Shows `token` once more, with the same key.
    ///
    /// # Errors
    /// When the collector refuses it.
    pub async fn enrol_again(self, collector: &Collector, token: &Token) -> Result<Self, uplink::Error> {
        let Self { host, spool, .. } = self;
        drop(spool);
        host.enrol_with(collector, token).await
    }

    /// Its state directory.
    #[must_use]
    pub fn state(&self) -> PathBuf {
        self.host.state()
    }

    /// What its clock shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now() + self.host.ahead
    }

    /// What its sensors read now.
    #[must_use]
    pub fn read(&self) -> Report {
        let root = self.host.root();
        let config = root.join("etc/patuh/agent.toml");
        let settings = if config.exists() {
            Config::load(Some(&config)).expect("the fixture's configuration").backup
        } else {
            Settings::default()
        };
        report::build(sensors::read(&Roots::at(&root), &settings, &ALL_GROUPS, self.now()), self.now())
    }

    /// Reads the host and spools the report.
    ///
    /// # Panics
    /// When it cannot be spooled.
    pub fn report(&mut self) -> &mut Self {
        let report = self.read();
        self.spool.push(report, &self.identity).expect("a spooled report");
        self
    }

    /// Hands in all that waits, oldest first; the answers, each verified by the uplink. Stops at the first
    /// failure, keeping what was not acknowledged.
    ///
    /// # Errors
    /// What the uplink met.
    ///
    /// # Panics
    /// When the spool cannot be read.
    pub async fn send(&mut self) -> Result<Vec<Answer>, uplink::SendError> {
        let mut answers = Vec::new();
        while let Some((sequence, sealed)) = self.spool.oldest().expect("a readable spool") {
            let answer = self.uplink.send(&sealed, self.now()).await?;
            self.spool.acknowledge(sequence, &sealed, &answer).expect("an acknowledged report");
            answers.push(answer);
        }
        Ok(answers)
    }

    /// Gets a new certificate when it is time; whether it was.
    ///
    /// # Errors
    /// What the uplink met.
    pub async fn renew(&mut self) -> Result<bool, uplink::SendError> {
        let now = self.now();
        self.uplink.renew_if_due(now).await
    }

    /// Begins anew with what is on disk, as after a reboot.
    ///
    /// # Panics
    /// When the state cannot be opened.
    #[must_use]
    pub fn reboot(self) -> Self {
        let Self { host, clock, spool, .. } = self;
        drop(spool);
        Self::open(host, clock)
    }

    /// `apt upgrade` on the host: `package` now has `version`.
    ///
    /// # Panics
    /// When the host has no such package.
    pub fn upgrade(&self, package: &str, version: &str) {
        let status = self.host.root().join("var/lib/dpkg/status");
        let text = std::fs::read_to_string(&status).expect("a dpkg status");
        let mut upgraded = false;
        let stanzas = text.split("\n\n").map(|stanza| {
            if stanza.lines().next() != Some(&format!("Package: {package}")) {
                return stanza.to_owned();
            }
            upgraded = true;
            let line = |line: &str| match line.strip_prefix("Version: ") {
                Some(_) => format!("Version: {version}"),
                None => line.to_owned(),
            };
            stanza.lines().map(line).collect::<Vec<_>>().join("\n")
        });
        let text = stanzas.collect::<Vec<_>>().join("\n\n");
        assert!(upgraded, "{package} is not installed on this host");
        std::fs::File::create(&status)
            .and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()))
            .expect("a changed dpkg status");
    }

    fn open(host: Host, clock: HandClock) -> Self {
        let state = host.state();
        let identity = Identity::load_or_create(&state).expect("keys");
        let spool = Spool::open(&state, host.limits).expect("a spool");
        let uplink = Uplink::open(&state).expect("an enrolled uplink");
        Self { host, clock, identity, spool, uplink }
    }
}

impl Host {
    /// With another bound for its spool.
    #[must_use]
    pub const fn with_spool(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// With a clock that is `hours` ahead of the collector's; behind when negative.
    #[must_use]
    pub const fn hours_ahead(mut self, hours: i64) -> Self {
        self.ahead = SignedDuration::from_hours(hours);
        self
    }

    /// Enrols it at `collector`, for the office that the fixture's stories are about.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn enrol(self, collector: &Collector) -> Agent {
        let token = collector.token_at("dinkes", Some("pusat-data")).await;
        self.enrol_with(collector, &token).await.expect("an enrolled agent")
    }

    /// Enrols it with `token`.
    ///
    /// # Errors
    /// When the collector refuses it.
    pub async fn enrol_with(self, collector: &Collector, token: &Token) -> Result<Agent, uplink::Error> {
        let clock = collector.clock.clone();
        uplink::enrol(&self.state(), &collector.url(), token, clock.now() + self.ahead).await?;
        Ok(Agent::open(self, clock))
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("host")
    }

    fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }
}

//! All simulated servers together: enrolment, then round after round.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use jiff::Timestamp;
use patuh_agent::roots::Roots;
use patuh_agent::sensors::{self, Group, Settings};
use patuh_protocol::enrolment::Token;
use patuh_protocol::id::Code;
use patuh_protocol::report::Section;
use tokio::task::JoinSet;

use crate::agent::Simulated;
use crate::dress;
use crate::lan::{self, Part};
use crate::plan::Host;

/// How many servers talk at the same time.
const AT_ONCE: usize = 16;

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    /// Agents enrolled.
    pub(crate) enrolled: usize,
    /// Reports sent.
    pub(crate) sent: u64,
    /// Receipts that were checked and proved what they should.
    pub(crate) receipts: u64,
}

/// The fixtures' sections, by the fixture's name.
type Bases = BTreeMap<String, Vec<Section>>;

/// The tokens, by office and site.
pub(crate) type Tokens = BTreeMap<(Code, Option<Code>), Vec<Token>>;

/// Enrolled servers and what they are made from.
pub(crate) struct Crowd {
    agents: Vec<Simulated>,
    bases: Arc<Bases>,
    others: Arc<Vec<Host>>,
    /// They told of their networks between the rounds, too.
    looked: bool,
}

impl Crowd {
    /// Reads the fixtures in `fixtures` and enrols all of `hosts` at `url`, each in a directory under
    /// `state`.
    ///
    /// # Errors
    /// When a fixture or a token is missing, or the collector refuses.
    pub(crate) async fn enrol(
        hosts: Vec<Host>,
        fixtures: &Path,
        state: &Path,
        url: &str,
        tokens: &mut Tokens,
        now: Timestamp,
    ) -> Result<Self> {
        let bases = Arc::new(bases(&hosts, fixtures, now)?);
        let others = Arc::new(hosts.clone());
        let mut enrolments = Vec::new();
        for (i, host) in hosts.into_iter().enumerate() {
            let (state, url) = (state.join(i.to_string()), url.to_owned());
            let token = take(tokens, &host)?;
            enrolments.push(async move { Simulated::enrol(host, state, &url, &token, now).await });
        }
        Ok(Self { agents: together(enrolments).await?, bases, others, looked: false })
    }

    /// How many servers are enrolled.
    pub(crate) const fn len(&self) -> usize {
        self.agents.len()
    }

    /// Lets every server whose cable is known tell of its network, as it read it in `part`: in the order of time, as
    /// the collector would have heard it.
    ///
    /// # Errors
    /// The first report that is refused, or receipt that proves nothing.
    pub(crate) async fn look(&mut self, part: Part, now: Timestamp) -> Result<()> {
        let mut readings: Vec<(Timestamp, usize)> = Vec::new();
        for (i, agent) in self.agents.iter().enumerate() {
            readings.extend(lan::readings(&agent.host, part, now).into_iter().map(|at| (at, i)));
        }
        readings.sort_unstable();
        for (at, i) in readings {
            let Some(agent) = self.agents.get_mut(i) else { continue };
            let report = if agent.has_reported() {
                lan::report(&agent.host, part, at)
            } else {
                let base = self.bases.get(&agent.host.base).map(Vec::as_slice).unwrap_or_default();
                dress::report(&agent.host, base, &self.others, 1, at)
            };
            agent
                .report(report, now)
                .await
                .with_context(|| format!("jaringan server {}", agent.host.name))?;
        }
        self.looked = true;
        Ok(())
    }

    /// Lets every server that is not quiet report once; returns how many did, and their receipts.
    ///
    /// # Errors
    /// The first report that is refused, or receipt that proves nothing.
    pub(crate) async fn round(&mut self, round: u32, now: Timestamp) -> Result<Totals> {
        let looked = self.looked;
        let reports = std::mem::take(&mut self.agents).into_iter().map(|mut agent| {
            let (bases, others) = (Arc::clone(&self.bases), Arc::clone(&self.others));
            async move {
                if agent.host.quiet {
                    return Ok((agent, None));
                }
                let base = bases.get(&agent.host.base).map(Vec::as_slice).unwrap_or_default();
                // What it tells of its network after the first round comes after it.
                let is_early = looked && round == 1 && agent.host.lan.is_some();
                let at = if is_early { now - lan::LAST_TAKES } else { now };
                let report = dress::report(&agent.host, base, &others, round, at);
                let receipts = agent.report(report, now).await;
                let receipts = receipts.with_context(|| format!("laporan server {}", agent.host.name))?;
                Ok((agent, Some(receipts)))
            }
        });
        let reported = together(reports.collect()).await?;
        let mut totals = Totals::default();
        for (agent, receipts) in reported {
            self.agents.push(agent);
            totals.sent += u64::from(receipts.is_some());
            totals.receipts += receipts.unwrap_or(0);
        }
        Ok(totals)
    }
}

/// Reads each fixture host that is needed with the agent's own sensors.
fn bases(hosts: &[Host], fixtures: &Path, now: Timestamp) -> Result<Bases> {
    let groups = [Group::Hardware, Group::Software, Group::Network, Group::Backup];
    let mut bases = Bases::new();
    for host in hosts {
        let folder = fixtures.join(&host.base);
        if !folder.is_dir() {
            bail!("host rujukan {} tidak ada; beri tahu tempatnya dengan --hosts", folder.display());
        }
        let read = || sensors::read(&Roots::at(&folder), &Settings::default(), &groups, now);
        bases.entry(host.base.clone()).or_insert_with(read);
    }
    Ok(bases)
}

fn take(tokens: &mut Tokens, host: &Host) -> Result<Token> {
    let left = tokens.get_mut(&(host.office.clone(), host.site.clone())).and_then(Vec::pop);
    left.with_context(|| {
        let site =
            host.site.as_ref().map_or_else(|| "tanpa lokasi".to_owned(), |site| format!("lokasi {site}"));
        format!("token untuk {} ({}, {site}) tidak ada; lihat `patuh-fleet --needs`", host.name, host.office)
    })
}

/// Runs all of `work`, [`AT_ONCE`] at a time; the results in the same order, or the first failure.
async fn together<T, F>(work: Vec<F>) -> Result<Vec<T>>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let gate = Arc::new(tokio::sync::Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    for (i, future) in work.into_iter().enumerate() {
        let gate = Arc::clone(&gate);
        tasks.spawn(async move {
            let _permit = gate.acquire_owned().await?;
            anyhow::Ok((i, future.await?))
        });
    }
    let mut done = BTreeMap::new();
    while let Some(result) = tasks.join_next().await {
        let (i, value) = result??;
        done.insert(i, value);
    }
    Ok(done.into_values().collect())
}

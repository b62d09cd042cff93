//! The reading half: when the schedule says so, and when the network changes, sensors → report → spool.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use patuh_protocol::report::Report;

use crate::config::Config;
use crate::half::{Clock, Error, Stop, pause, stopped};
use crate::identity::Identity;
use crate::roots::Roots;
use crate::schedule::{GROUPS, Timetable};
use crate::sensors::Group;
use crate::spool::Spool;
use crate::status::{Numbered, Sensed, Trouble, told};
use crate::uplink::{self, Enrolment};
use crate::watch::{Memory, Pace, Verdict, Watch};
use crate::{digests, drill, record, report, sensors, witness};

/// The wall clock is looked at as often as this: a suspended host wakes with its timers where they were.
const LOOK: Duration = Duration::from_secs(60);
/// The group that the watch reads, as it is called in the state directory.
const NETWORK: (&str, Group) = ("network", Group::Network);

/// Reads every sensor of `groups` now; with those of the backups goes what jobs told of themselves and what a
/// witness sees. What is remembered of files and stores advances only when the report is to be handed in.
#[must_use]
pub fn read(roots: &Roots, config: &Config, groups: &[Group], handed_in: bool, now: Timestamp) -> Report {
    let mut sections = sensors::read(roots, &config.backup, groups, now);
    if groups.contains(&Group::Backup) {
        digests::add(roots, &mut sections, &config.backup, &config.state, handed_in, now);
        sections.extend(record::section(roots, &config.backup, &config.state));
        sections.extend(drill::section(config.drill.as_ref()));
        sections.extend(witness::section(roots, &config.witness, &config.state, handed_in, now));
    }
    report::build(sections, now)
}

/// The reading half, until `stop`.
///
/// # Errors
/// [`uplink::Error::NotEnrolled`]; when there is no identity, or another process has the spool.
pub async fn sense(config: &Config, zone: TimeZone, clock: &Clock, mut stop: Stop) -> Result<(), Error> {
    Enrolment::load(&config.state)?.ok_or(uplink::Error::NotEnrolled)?;
    let identity = Identity::load(&config.state)?.ok_or(uplink::Error::NotEnrolled)?;
    // The spool is ours, so nobody else uses the scratch folder either.
    let spool = Spool::open(&config.state, config.spool)?;
    let roots = Roots::live().with_scratch(&config.state.join("scratch"));
    let timetable = Timetable::new(&config.schedule, &identity.agent(), zone);
    let sensing = Sensing::new(config, roots, timetable, identity, spool);
    tracing::info!(agent = %sensing.identity.agent(), "sensing");
    sensing.work(clock, &mut stop).await;
    Ok(())
}

struct Sensing {
    config: Config,
    roots: Roots,
    timetable: Timetable,
    identity: Identity,
    spool: Spool,
    /// A report that found no room on the disk, with the groups it holds.
    waiting: Option<(Vec<&'static str>, Report)>,
    /// What was told of the network.
    memory: Memory,
    pace: Pace,
}

/// Why the sensors are to look.
#[derive(Clone, Copy, Debug)]
enum Call {
    /// Time has passed.
    Time,
    /// The network may have changed.
    Stir,
}

impl Sensing {
    fn new(config: &Config, roots: Roots, timetable: Timetable, identity: Identity, spool: Spool) -> Self {
        let (config, memory) = (config.clone(), Memory::load(&config.state));
        Self { config, roots, timetable, identity, spool, waiting: None, memory, pace: Pace::default() }
    }

    async fn work(mut self, clock: &Clock, stop: &mut Stop) {
        let is_watching = self.config.watch.network;
        let mut watch = is_watching.then(|| Watch::open(&self.roots, self.pace.clone()));
        let mut call = Call::Time;
        loop {
            let now = clock();
            // The sensors wait for disks and tools; a thread of their own lets the other half go on meanwhile.
            let looked = tokio::task::spawn_blocking(move || {
                match call {
                    Call::Time => self.look(now),
                    Call::Stir => self.glance(now),
                }
                self
            });
            self = tokio::select! {
                back = looked => match back {
                    Ok(back) => back,
                    Err(_) => return,
                },
                () = stopped(stop) => return,
            };
            let wait = self.wait(now, clock());
            call = tokio::select! {
                is_over = pause(wait, stop) => {
                    if is_over {
                        return;
                    }
                    Call::Time
                }
                () = stirred(&mut watch, &self.memory) => Call::Stir,
            };
        }
    }

    /// Until something is due by itself, after a look that was taken at `looked`.
    fn wait(&self, looked: Timestamp, now: Timestamp) -> Duration {
        let again = self.memory.next().filter(|_| self.config.watch.network && self.waiting.is_none());
        let next = self.timetable.next(looked).into_iter().chain(again).min();
        next.map_or(LOOK, |next| Duration::try_from(next.duration_since(now)).unwrap_or(Duration::ZERO))
            .min(LOOK)
    }

    /// Takes what is due at `now` into the spool, and sees to the drills.
    fn look(&mut self, now: Timestamp) {
        drill::tend(self.config.drill.as_ref(), &self.config.state, &self.timetable, now);
        if self.waiting.is_none() {
            let sensed = Sensed::load(&self.config.state);
            let all = self.spool.asks_for_all(sensed.full);
            let due = if all { GROUPS.to_vec() } else { self.timetable.due(&sensed.taken, now) };
            let (names, groups): (Vec<_>, Vec<_>) = due.into_iter().unzip();
            if !groups.is_empty() {
                self.waiting = Some((names, read(&self.roots, &self.config, &groups, true, now)));
            }
        }
        self.keep(now);
        if self.memory.next().is_some_and(|next| next <= now) {
            self.glance(now);
        }
    }

    /// Looks at the network, and tells of it when it is not as it was told.
    fn glance(&mut self, now: Timestamp) {
        if !self.config.watch.network || self.waiting.is_some() {
            return;
        }
        let report = read(&self.roots, &self.config, &[NETWORK.1], true, now);
        match self.memory.judge(&report.sections, now, &self.pace) {
            Verdict::Tell(why) => {
                tracing::info!(why, "the network is told of");
                self.waiting = Some((vec![NETWORK.0], report));
                self.keep(now);
            }
            Verdict::Keep => {
                if self.memory.seen(&report.sections, now) {
                    self.memory.save(&self.config.state);
                }
            }
        }
    }

    /// Takes the report that waits into the spool.
    fn keep(&mut self, now: Timestamp) {
        let Some((names, report)) = self.waiting.take() else { return };
        let mut sensed = Sensed::load(&self.config.state);
        match self.spool.push(report.clone(), &self.identity) {
            Ok(sequence) => {
                tracing::info!(sequence, groups = ?names, "report taken");
                let numbered = Numbered { sequence, taken_at: report.taken_at };
                sensed.took(&names, numbered, &report.sections);
                if self.config.watch.network && names.contains(&NETWORK.0) {
                    self.memory.told(&report.sections, now, &self.pace);
                    self.memory.save(&self.config.state);
                }
            }
            Err(error) => {
                tracing::warn!(error = told(&error), "report not kept, trying again");
                sensed.trouble = Some(Trouble::new(sensed.trouble.as_ref(), told(&error), now));
                self.waiting = Some((names, report));
            }
        }
        sensed.save(&self.config.state);
    }
}

/// Until the network may have changed; never, when nobody watches.
async fn stirred(watch: &mut Option<Watch>, memory: &Memory) {
    match watch {
        Some(watch) => watch.stirred(|event| memory.may_be_news(event)).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod namespace;
#[cfg(test)]
mod tests;

//! The agent: reads a server, signs what it saw, and hands it in.
//!
//! Two halves meet in the spool. [`sense`] reads the host when the schedule says so and never has an
//! Internet socket; [`send`] takes what waits to the collector and cannot read the host. [`run`] is both in
//! one process, for a quick start. Neither ends by itself: what fails is told in the status and tried
//! again.

pub mod config;
mod digests;
pub mod drill;
pub mod durable;
pub mod identity;
pub mod record;
pub mod report;
pub mod roots;
pub mod schedule;
pub mod sensors;
pub mod spool;
pub mod status;
pub mod uplink;
pub mod witness;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use patuh_protocol::report::Report;
use ring::rand::{SecureRandom, SystemRandom};
use tokio::sync::watch;

use crate::config::Config;
use crate::identity::Identity;
use crate::roots::Roots;
use crate::schedule::{GROUPS, Timetable};
use crate::sensors::Group;
use crate::spool::{Queue, Spool};
use crate::status::{Numbered, Rejected, Sensed, Sent, Trouble, told};
use crate::uplink::{Enrolment, SendError, Uplink, backoff};

/// Where the time comes from.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;
/// Becomes true when the agent is to end.
pub type Stop = watch::Receiver<bool>;

/// A half of the agent could not begin.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The spool.
    #[error(transparent)]
    Spool(#[from] spool::Error),
    /// The identity key.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// The enrolment, or what came of it.
    #[error(transparent)]
    Uplink(#[from] uplink::Error),
}

/// The wall clock is looked at as often as this: a suspended host wakes with its timers where they were.
const LOOK: Duration = Duration::from_secs(60);
/// How often an empty spool is looked at.
const IDLE: Duration = Duration::from_secs(5);

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

/// Both halves, until `stop`.
///
/// # Errors
/// When either cannot begin.
pub async fn run(config: &Config, zone: TimeZone, clock: &Clock, stop: Stop) -> Result<(), Error> {
    tokio::try_join!(sense(config, zone, clock, stop.clone()), send(config, clock, stop)).map(|_| ())
}

/// The reading half: schedule → sensors → spool, until `stop`.
///
/// # Errors
/// [`uplink::Error::NotEnrolled`]; when there is no identity, or another process has the spool.
pub async fn sense(config: &Config, zone: TimeZone, clock: &Clock, mut stop: Stop) -> Result<(), Error> {
    Enrolment::load(&config.state)?.ok_or(uplink::Error::NotEnrolled)?;
    let identity = Identity::load(&config.state)?.ok_or(uplink::Error::NotEnrolled)?;
    let timetable = Timetable::new(&config.schedule, &identity.agent(), zone);
    let spool = Spool::open(&config.state, config.spool)?;
    // The spool is ours, so nobody else uses the scratch folder either.
    let roots = Roots::live().with_scratch(&config.state.join("scratch"));
    let config = config.clone();
    let mut sensing = Sensing { config, roots, timetable, identity, spool, waiting: None };
    tracing::info!(agent = %sensing.identity.agent(), "sensing");
    loop {
        let now = clock();
        // The sensors wait for disks and tools; a thread of their own lets the other half go on meanwhile.
        let looked = tokio::task::spawn_blocking(move || {
            sensing.look(now);
            sensing
        });
        tokio::select! {
            done = looked => match done {
                Ok(done) => sensing = done,
                Err(_) => return Ok(()),
            },
            () = stopped(&mut stop) => return Ok(()),
        }
        let next = sensing.timetable.next(now).map_or(LOOK, |next| until(next, clock()));
        if pause(next.min(LOOK), &mut stop).await {
            return Ok(());
        }
    }
}

/// The sending half: spool → uplink, until `stop`.
///
/// # Errors
/// [`uplink::Error::NotEnrolled`], or what else is wrong with the enrolment.
pub async fn send(config: &Config, clock: &Clock, mut stop: Stop) -> Result<(), Error> {
    let mut uplink = Uplink::open(&config.state)?;
    let queue = Queue::of(&config.state);
    let mut failures = 0;
    tracing::info!("sending");
    loop {
        let handed = tokio::select! {
            handed = hand_in(config, &mut uplink, &queue, clock) => handed,
            () = stopped(&mut stop) => return Ok(()),
        };
        let wait = match handed {
            Ok(()) => {
                failures = 0;
                IDLE
            }
            Err(error) => {
                failures += 1;
                // Somebody may have enrolled again, or seen to an alarm.
                if let Ok(fresh) = Uplink::open(&config.state) {
                    uplink = fresh;
                }
                wait_after(&error, failures)
            }
        };
        if pause(wait, &mut stop).await {
            return Ok(());
        }
    }
}

struct Sensing {
    config: Config,
    roots: Roots,
    timetable: Timetable,
    identity: Identity,
    spool: Spool,
    /// A report that found no room on the disk, with the groups it holds.
    waiting: Option<(Vec<&'static str>, Report)>,
}

impl Sensing {
    /// Takes what is due at `now` into the spool, and sees to the drills.
    fn look(&mut self, now: Timestamp) {
        drill::tend(self.config.drill.as_ref(), &self.config.state, &self.timetable, now);
        let mut sensed = Sensed::load(&self.config.state);
        if self.waiting.is_none() {
            let all = self.spool.asks_for_all(sensed.full);
            let due = if all { GROUPS.to_vec() } else { self.timetable.due(&sensed.taken, now) };
            if due.is_empty() {
                return;
            }
            let (names, groups): (Vec<_>, Vec<_>) = due.into_iter().unzip();
            self.waiting = Some((names, read(&self.roots, &self.config, &groups, true, now)));
        }
        let Some((names, report)) = self.waiting.take() else { return };
        match self.spool.push(report.clone(), &self.identity) {
            Ok(sequence) => {
                tracing::info!(sequence, groups = ?names, "report taken");
                let numbered = Numbered { sequence, taken_at: report.taken_at };
                sensed.took(&names, numbered, &report.sections);
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

/// Renews the certificate when it is time, and hands in what waits, oldest first.
async fn hand_in(config: &Config, uplink: &mut Uplink, queue: &Queue, clock: &Clock) -> Result<(), Failure> {
    let mut sent = Sent::load(&config.state);
    let before = sent.clone();
    let renewed = uplink.renew_if_due(clock()).await.map_err(Failure::Uplink);
    if let Ok(true) = renewed {
        tracing::info!(next = %uplink.renewal(), "certificate renewed");
    }
    // A certificate that was not renewed may still be good for the reports.
    let emptied = empty(uplink, queue, &mut sent, clock).await;
    let result = emptied.and(renewed).map(|_| ());
    let now = clock();
    if let Err(failure) = &result {
        let what = told(failure);
        tracing::warn!(error = what, "not handed in");
        failure.note(&mut sent, what, now);
    } else {
        sent.trouble = None;
    }
    if sent != before {
        sent.save(&config.state);
    }
    result
}

async fn empty(uplink: &mut Uplink, queue: &Queue, sent: &mut Sent, clock: &Clock) -> Result<(), Failure> {
    while let Some((sequence, sealed)) = queue.oldest()? {
        match uplink.send(&sealed, clock()).await {
            Ok(answer) => {
                queue.acknowledge(sequence, &sealed, &answer)?;
                sent.alarm = None;
                tracing::info!(sequence, index = answer.receipt.index, "report handed in");
            }
            Err(error) => {
                if let SendError::Rejected { what, .. } = &error {
                    queue.set_aside(sequence)?;
                    sent.reject(Rejected { sequence, at: clock(), what: what.clone() });
                }
                return Err(error.into());
            }
        }
    }
    Ok(())
}

/// What keeps the sending half from its work.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Uplink(#[from] SendError),
    #[error(transparent)]
    Spool(#[from] spool::Error),
}

impl Failure {
    fn note(&self, sent: &mut Sent, what: String, now: Timestamp) {
        match self {
            Self::Uplink(SendError::Unproven(_)) => {
                sent.alarm = Some(Trouble::new(sent.alarm.as_ref(), what, now));
            }
            // Already among the rejected.
            Self::Uplink(SendError::Rejected { .. }) => sent.trouble = None,
            Self::Uplink(_) | Self::Spool(_) => {
                sent.trouble = Some(Trouble::new(sent.trouble.as_ref(), what, now));
            }
        }
    }
}

/// A report that was set aside waits like a failure, so that a collector gone wrong cannot empty the spool
/// into the bin overnight.
fn wait_after(failure: &Failure, failures: u32) -> Duration {
    match failure {
        Failure::Uplink(SendError::Refused { .. } | SendError::Unproven(_)) => backoff::later(random()),
        Failure::Uplink(SendError::Transient { retry_after, .. }) => {
            backoff::soon(failures, *retry_after, random())
        }
        Failure::Uplink(_) | Failure::Spool(_) => backoff::soon(failures, None, random()),
    }
}

fn random() -> u64 {
    let mut bytes = [0; 8];
    // Without random bytes agents merely come back at the same time.
    let _ = SystemRandom::new().fill(&mut bytes);
    u64::from_ne_bytes(bytes)
}

fn until(next: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(next.duration_since(now)).unwrap_or(Duration::ZERO)
}

/// Waits; whether the agent is to end.
async fn pause(wait: Duration, stop: &mut Stop) -> bool {
    tokio::time::timeout(wait, stopped(stop)).await.is_ok()
}

async fn stopped(stop: &mut Stop) {
    // An error means that whoever could say so is gone, which says it too.
    let _ = stop.wait_for(|stop| *stop).await;
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn sensing(dir: &TempDir) -> Sensing {
        let (state, root) = (dir.path().join("state"), dir.path().join("root"));
        std::fs::create_dir(&root).unwrap();
        let identity = Identity::load_or_create(&state).unwrap();
        let mut config = Config { state, ..Config::default() };
        config.schedule.splay_minutes = 0;
        let timetable = Timetable::new(&config.schedule, &identity.agent(), TimeZone::UTC);
        let spool = Spool::open(&config.state, config.spool).unwrap();
        Sensing { config, roots: Roots::at(&root), timetable, identity, spool, waiting: None }
    }

    fn sensors(sensing: &Sensing, sequence: u64) -> Vec<String> {
        let path = sensing.config.state.join(format!("spool/{sequence:020}.report"));
        let sealed = patuh_protocol::seal::Sealed::parse(&std::fs::read(path).unwrap()).unwrap();
        let report = patuh_protocol::body::open(&sealed.body).unwrap();
        report.sections.into_iter().map(|section| section.sensor).collect()
    }

    #[test]
    fn what_is_due_becomes_one_report() {
        let dir = tempfile::tempdir().unwrap();
        let mut sensing = sensing(&dir);
        for at in
            ["2026-11-22T02:00:00Z", "2026-11-22T02:01:00Z", "2026-11-22T06:15:00Z", "2026-11-22T12:15:00Z"]
        {
            sensing.look(time(at));
        }
        assert_eq!(sensing.spool.queue().measure().unwrap().reports, 3, "nothing was due at 02:01");
        assert_eq!(sensors(&sensing, 1).len(), sensors::ALL.len(), "the first is a full one");
        assert_eq!(sensors(&sensing, 2).len(), sensors::ALL.len(), "all groups are due in the same minute");
        let is_later = |sensor: &&sensors::Sensor| matches!(sensor.group, Group::Network | Group::Backup);
        let later: Vec<_> = sensors::ALL.iter().filter(is_later).map(|sensor| sensor.name).collect();
        assert_eq!(sensors(&sensing, 3), later);
        let sensed = Sensed::load(&sensing.config.state);
        assert_eq!(sensed.last.map(|last| last.sequence), Some(3));
        assert!(sensed.failed.contains_key("cpu"), "an empty folder is no host: {:?}", sensed.failed);
    }

    #[test]
    fn everything_is_read_at_once_when_the_collector_asks_for_it() {
        let dir = tempfile::tempdir().unwrap();
        let mut sensing = sensing(&dir);
        sensing.look(time("2026-11-22T02:00:00Z"));
        let base = sensing.config.state.join("base.json");
        durable::write(&base, br#"{"asked":1}"#).unwrap();
        sensing.look(time("2026-11-22T02:01:00Z"));
        sensing.look(time("2026-11-22T02:02:00Z"));
        assert_eq!(sensors(&sensing, 2).len(), sensors::ALL.len());
        let sensed = Sensed::load(&sensing.config.state);
        assert_eq!((sensed.full, sensed.last.map(|last| last.sequence)), (Some(2), Some(2)), "once");
    }

    #[test]
    fn a_report_that_found_no_room_is_kept_and_tried_again() {
        let dir = tempfile::tempdir().unwrap();
        let mut sensing = sensing(&dir);
        let sequence = sensing.config.state.join("sequence");
        std::fs::create_dir(&sequence).unwrap();
        sensing.look(time("2026-11-22T02:00:00Z"));
        sensing.look(time("2026-11-22T02:01:00Z"));
        let trouble = Sensed::load(&sensing.config.state).trouble.unwrap();
        assert_eq!((trouble.since, trouble.at), (time("2026-11-22T02:00:00Z"), time("2026-11-22T02:01:00Z")));
        std::fs::remove_dir(&sequence).unwrap();
        sensing.look(time("2026-11-22T02:02:00Z"));
        let sensed = Sensed::load(&sensing.config.state);
        let taken_at = time("2026-11-22T02:00:00Z");
        assert_eq!((sensed.trouble, sensed.last), (None, Some(Numbered { sequence: 1, taken_at })));
    }

    #[test]
    fn a_refusal_waits_for_a_person_and_everything_else_for_the_network() {
        let seconds = |error: SendError| wait_after(&error.into(), 1).as_secs();
        assert!(seconds(SendError::Refused { status: 403, what: String::new() }) >= 900);
        assert!(seconds(SendError::Unproven(patuh_protocol::receipt::NoProof::Rewritten)) >= 900);
        assert!(seconds(SendError::Rejected { status: 409, what: String::new() }) <= 4);
        let retry_after = Some(Duration::from_secs(60));
        assert!((60..=64).contains(&seconds(SendError::Transient { what: String::new(), retry_after })));
    }
}

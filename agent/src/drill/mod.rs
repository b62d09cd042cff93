//! Restore drills ("latihan pemulihan"): bringing a part of each backup back, to know that it can be done.
//!
//! That a backup is there says little; that files came out of it says what the regulations ask for. A drill takes
//! the newest snapshot, archive or dump of a set, brings a bounded sample of it into a scratch folder and compares
//! what came with what is known of it:
//!
//! * the *canary* ([`canary`]): a file of random content that the agent plants and whose hash it remembers. When it
//!   comes back, path, key and freshness are proved at once; its age says how much would be lost.
//! * a random *sample* ([`sample`]): compared with the live file where neither size nor time changed since, or with
//!   what came back at an earlier drill.
//! * a *dump* ([`dump`]): loaded into a throw-away server where one is installed, else read to its end.
//!
//! An exit status of 0 proves nothing here: `restic restore --include TYPO` ends with 0. What counts is what came.
//!
//! **Never in the way of a backup.** No lock is taken (`restic --no-lock`, `borg --bypass-lock`), nothing is
//! written into a repository or a cache that a backup uses, everything runs behind all else in the queues for
//! processor and disk, has a time limit, and ends with the agent.
//!
//! **In a unit of its own** (`patuh-drill.service`), not in the reading half. A drill may take an hour and a
//! gigabyte, may need the network for a repository elsewhere, and feeds what a dump holds to a database server,
//! which runs it: none of that belongs beside the agent's keys. So the drill is another user, `patuh-drill`, that
//! can read everything but the agent's secrets; and the servers it starts have not even that. The reading half
//! keeps the schedule of `agent.toml` and asks for a drill by touching a file that systemd watches: on a server
//! without `[drill]` nothing runs, ever. What came of it lies in the drill's own folder, where the reading half
//! finds it ([`section`]).

mod borg;
mod canary;
mod dump;
mod kept;
mod restic;
mod sample;
mod scratch;
mod settings;
#[cfg(test)]
mod tests;
mod trouble;

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::backup::{Drill, Tool};
use patuh_protocol::report::{Outcome, Reading, Section};
use ring::rand::{SecureRandom, SystemRandom};

use self::canary::Canaries;
use self::kept::Kept;
use self::scratch::{Scratch, Workshop};
use self::trouble::Trouble;
use crate::durable;
use crate::roots::Roots;
use crate::roots::job::Account;
use crate::roots::lossy::{SENTENCE, lossy, name};
use crate::schedule::Timetable;
use crate::sensors;

pub use self::settings::Settings;

/// The name of the section.
pub const SENSOR: &str = "drills";

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    /// The settings.
    pub settings: &'a Settings,
    /// The backups of `agent.toml`.
    pub backup: &'a sensors::Settings,
    /// The agent's state directory, where the canary is.
    pub state: &'a Path,
    /// Only this set.
    pub set: Option<&'a str>,
    /// Who asked: `schedule`, or an account.
    pub by: &'a str,
}

/// What happens, as it happens.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A drill begins.
    Begun {
        /// The set.
        set: &'a str,
        /// Its tool.
        tool: Tool,
    },
    /// It ended, well or not.
    Ended(&'a Drill),
    /// It could not be held, which says nothing about the backup.
    Skipped {
        /// The set.
        set: &'a str,
        /// Why, in Indonesian.
        why: &'a str,
    },
}

/// How many drills there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Those that count.
    pub passed: u32,
    /// Those that brought nothing back, or not what it was.
    pub failed: u32,
    /// Those that could not be held.
    pub skipped: u32,
}

impl Tally {
    /// Whether something came back, and all that was tried did.
    #[must_use]
    pub const fn is_good(self) -> bool {
        self.passed > 0 && self.failed == 0
    }
}

/// No drill can be held.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is nothing to bring back.
    #[error(
        "tidak ada cadangan yang dapat dilatih; sebutkan cadangannya dalam [[backup.restic]], [[backup.borg]], atau \
         [[backup.dumps]] di agent.toml"
    )]
    NoSets,
    /// No set is called so.
    #[error("tidak ada cadangan bernama {0:?} di agent.toml; yang ada: {1}")]
    NoSuchSet(String, String),
    /// Another one is being held.
    #[error("latihan lain sedang berjalan; tunggu sampai selesai")]
    Busy,
    /// The folder is not ours.
    #[error("tidak berhak menulis ke {}; jalankan dengan sudo", .0.display())]
    Denied(PathBuf),
    /// The folder, or what is kept in it.
    #[error(transparent)]
    Folder(#[from] durable::Error),
    /// The agent was told to end.
    #[error("latihan dihentikan; folder sementaranya sudah dibersihkan")]
    Stopped,
}

/// A set that can be drilled.
enum Set<'a> {
    Restic(&'a sensors::ResticSettings),
    Borg(&'a sensors::BorgSettings),
    Dumps(&'a sensors::DumpSettings),
}

impl Set<'_> {
    fn name(&self) -> &str {
        match self {
            Self::Restic(set) => &set.name,
            Self::Borg(set) => &set.name,
            Self::Dumps(set) => &set.name,
        }
    }

    const fn tool(&self) -> Tool {
        match self {
            Self::Restic(_) => Tool::Restic,
            Self::Borg(_) => Tool::Borg,
            Self::Dumps(_) => Tool::Dump,
        }
    }
}

/// What a drill works with.
struct Bench<'a> {
    roots: &'a Roots,
    order: &'a Order<'a>,
    scratch: Scratch,
    canaries: &'a Canaries,
    clock: &'a dyn Fn() -> Timestamp,
    begun: Timestamp,
    /// What decides which files are taken; told, so that the choice can be made again.
    seed: u64,
}

impl Bench<'_> {
    /// The time that is left.
    fn left(&self) -> Duration {
        let limit = Duration::from_secs(self.order.settings.limit_minutes.saturating_mul(60));
        let taken = Duration::try_from((self.clock)().duration_since(self.begun)).unwrap_or_default();
        limit.saturating_sub(taken).max(Duration::from_millis(1))
    }

    /// The free bytes of the scratch folder's file system.
    fn free(&self) -> Result<u64, Trouble> {
        let space = self.roots.space(&self.scratch.path().display().to_string())?;
        Ok(space.size_bytes.saturating_sub(space.used_bytes))
    }

    /// A folder in the scratch folder, for us alone or for `account` alone.
    fn folder(&self, name: &str, account: Option<Account>) -> Result<PathBuf, Trouble> {
        let made = self.scratch.folder(name, account);
        made.map_err(|error| Trouble::Skipped(format!("folder sementara {name} tidak dapat dibuat: {error}")))
    }

    /// Whether there is room for `bytes`; if not, no drill can be held.
    fn needs(&self, bytes: u64) -> Result<(), Trouble> {
        let (free, needed) = (self.free()?, bytes.saturating_add(RESERVE));
        if free < needed {
            return Err(Trouble::Skipped(format!(
                "ruang disk kurang: perlu {} MB di {}, yang bebas {} MB",
                needed / 1_000_000,
                self.order.settings.folder.display(),
                free / 1_000_000
            )));
        }
        Ok(())
    }
}

/// What a drill leaves free on the disk, in bytes.
const RESERVE: u64 = 256 * 1024 * 1024;

/// Holds the drills of `order`, one after another, and keeps what came of them. `tell` hears how it goes.
///
/// # Errors
/// [`Error`]; a drill that fails is no error.
pub fn run(
    roots: &Roots,
    order: &Order<'_>,
    clock: &dyn Fn() -> Timestamp,
    tell: &mut dyn FnMut(Event<'_>),
) -> Result<Tally, Error> {
    let sets = sets(order)?;
    let workshop = Workshop::open(&order.settings.folder)?;
    let mut kept = Kept::load(&order.settings.folder)?;
    let canaries = Canaries::load(order.state);
    let mut tally = Tally::default();
    for set in &sets {
        tell(Event::Begun { set: set.name(), tool: set.tool() });
        let (begun, scratch) = (clock(), workshop.scratch()?);
        let bench = Bench { roots, order, scratch, canaries: &canaries, clock, begun, seed: random() };
        let mut drill = Drill {
            set: name(set.name()),
            tool: set.tool(),
            at: begun,
            by: name(order.by),
            ..Drill::default()
        };
        let came = bench.hold(set, &mut kept, &mut drill);
        drop(bench);
        if roots.is_stopped() {
            return Err(Error::Stopped);
        }
        let took = clock().duration_since(begun);
        drill.took_ms = u64::try_from(took.as_millis()).unwrap_or(0);
        match came {
            Err(Trouble::Skipped(why)) => {
                tally.skipped += 1;
                tell(Event::Skipped { set: set.name(), why: &why });
                continue;
            }
            Ok(remarks) => {
                tally.passed += 1;
                (drill.passed, drill.note) = (true, note(&remarks));
            }
            Err(Trouble::Failed(why)) => {
                tally.failed += 1;
                drill.note = note(&[why]);
            }
        }
        tell(Event::Ended(&drill));
        kept.add(drill);
        kept.save(&order.settings.folder)?;
    }
    Ok(tally)
}

impl Bench<'_> {
    /// Holds one drill; gives what is to be known of it beside the numbers.
    fn hold(&self, set: &Set<'_>, kept: &mut Kept, drill: &mut Drill) -> Result<Vec<String>, Trouble> {
        let files = kept.files(set.name());
        match set {
            Set::Restic(set) => restic::hold(self, set, files, drill),
            Set::Borg(set) => borg::hold(self, set, files, drill),
            Set::Dumps(set) => dump::hold(self, set, files, drill),
        }
    }
}

/// The sets that `order` speaks of.
fn sets<'a>(order: &Order<'a>) -> Result<Vec<Set<'a>>, Error> {
    let restic = order.backup.restic.iter().map(Set::Restic);
    let borg = order.backup.borg.iter().map(Set::Borg);
    let dumps = order.backup.dumps.iter().map(Set::Dumps);
    let mut sets: Vec<Set<'a>> = restic.chain(borg).chain(dumps).collect();
    if sets.is_empty() {
        return Err(Error::NoSets);
    }
    let all = sets.iter().map(Set::name).collect::<Vec<_>>().join(", ");
    let wanted = &order.settings.sets;
    match order.set {
        Some(only) => sets.retain(|set| set.name() == only),
        None => sets.retain(|set| wanted.is_empty() || wanted.iter().any(|wanted| wanted == set.name())),
    }
    if sets.is_empty() {
        let asked = order.set.map_or_else(|| wanted.join(", "), str::to_owned);
        return Err(Error::NoSuchSet(asked, all));
    }
    Ok(sets)
}

fn note(sentences: &[String]) -> Option<String> {
    Some(lossy(sentences.join("; ").as_bytes(), SENTENCE)).filter(|note| !note.is_empty())
}

fn random() -> u64 {
    let mut bytes = [0; 8];
    // Without random bytes the same files are taken each time, which is still a drill.
    let _ = SystemRandom::new().fill(&mut bytes);
    u64::from_ne_bytes(bytes)
}

/// What the drills of this host brought back, newest first; `None` where none was ever held.
#[must_use]
pub fn section(settings: Option<&Settings>) -> Option<Section> {
    let folder = settings.map_or_else(|| Settings::default().folder, |settings| settings.folder.clone());
    let outcome = match kept::drills(&folder) {
        Ok(drills) if drills.is_empty() => return None,
        Ok(drills) => Outcome::Ok(Reading::Drills(drills)),
        Err(error) => Outcome::Failed(name(&format!("{}: {}", error.path.display(), error.source))),
    };
    Some(Section { sensor: SENSOR.to_owned(), took_us: 0, outcome })
}

/// What the reading half does for drills: plants the canary when it is time, and asks for a drill when the
/// schedule says so. What cannot be written is logged and tried again.
pub fn tend(settings: Option<&Settings>, state: &Path, table: &Timetable, now: Timestamp) {
    if let Some(settings) = settings
        && let Err(error) = tended(settings, state, table, now)
    {
        tracing::warn!(path = %error.path.display(), error = %error.source, "drills not seen to, trying again");
    }
}

fn tended(
    settings: &Settings,
    state: &Path,
    table: &Timetable,
    now: Timestamp,
) -> Result<(), durable::Error> {
    canary::tend(state, SignedDuration::from_hours(i64::from(settings.canary_hours)), now)?;
    let Some(schedule) = &settings.schedule else { return Ok(()) };
    let path = state.join(ASKED);
    let asked = durable::read(&path)?.and_then(|bytes| String::from_utf8(bytes).ok()?.trim().parse().ok());
    // The first look only notes the time: nobody wants a drill at the moment he writes it into the file.
    let is_due = match asked {
        Some(asked) => table.came(schedule, asked, now),
        None => true,
    };
    if !is_due {
        return Ok(());
    }
    if asked.is_some() {
        durable::write(&state.join(DUE), format!("{now}\n").as_bytes())?;
        tracing::info!("drill asked for");
    }
    durable::write(&path, format!("{now}\n").as_bytes())
}

/// When a drill was last asked for.
const ASKED: &str = "drill-asked";
/// What `patuh-drill.path` watches.
const DUE: &str = "drill-due";

//! What travels, told by a collector in memory that follows the protocol's rule and checks each reading that it
//! concludes from "the same" against what was really read.

use std::collections::BTreeMap;

use jiff::Timestamp;
use patuh_protocol::base;
use patuh_protocol::inventory::{Memory, Package};
use patuh_protocol::receipt::{Leaf, Receipt, ReportLeaf};
use patuh_protocol::report::{Outcome, Reading, Section};
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use tempfile::TempDir;

use super::*;
use crate::durable::crash;
use crate::identity::Identity;
use crate::report;
use crate::spool::{Limits, Spool};

const SENSORS: [&str; 4] = ["backup/restic", "cpu", "disks", "packages/dpkg"];

/// A host, its agent's state and a collector, with a memory of what was read for each report.
struct World {
    dir: TempDir,
    identity: Identity,
    /// The host's sensors: what each would read.
    host: BTreeMap<&'static str, Outcome>,
    read: BTreeMap<u64, Vec<Section>>,
    release: Option<String>,
    base: Base,
    /// What the collector knows of each sensor, and from which report.
    known: BTreeMap<String, (u64, Outcome)>,
}

fn memory(total_bytes: u64) -> Outcome {
    Outcome::Ok(Reading::Memory(Memory { total_bytes, swap_bytes: 0 }))
}

/// Some three kilobytes that do not pack well.
fn packages(seed: u64) -> Outcome {
    let package = |i: u64| Package {
        name: patuh_protocol::digest::Digest::of(&(seed * 1000 + i).to_be_bytes()).to_string(),
        ..Package::default()
    };
    Outcome::Ok(Reading::Packages((0..100).map(package).collect()))
}

/// Microseconds, as uneven as real ones.
fn took(sensor: &str, sequence: u64) -> u64 {
    let digest = patuh_protocol::digest::Digest::of(format!("{sensor} {sequence}").as_bytes());
    crate::sensors::rounded(u64::from(u16::from_be_bytes([digest.0[0], digest.0[1]])) >> (digest.0[2] % 12))
}

impl World {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let identity = Identity::load_or_create(dir.path()).unwrap();
        let host = SENSORS.into_iter().map(|sensor| (sensor, memory(1))).collect();
        let (read, base, known) = Default::default();
        Self { dir, identity, host, read, release: Some("0.1.0".into()), base, known }
    }

    fn open(&self, most: u64) -> Spool {
        let limits = Limits { max_mb: 64, min_free_percent: 0 };
        Spool { most, ..Spool::open(self.dir.path(), limits).unwrap() }
    }

    /// Reads the host and spools the report; a full disk or a power cut may hinder it.
    fn push(&mut self, spool: &mut Spool) -> Option<u64> {
        let next = self.read.len() as u64 + 1;
        let section = |(sensor, outcome): (&&str, &Outcome)| Section {
            sensor: (*sensor).to_owned(),
            took_us: took(sensor, next),
            outcome: outcome.clone(),
        };
        let sections: Vec<_> = self.host.iter().map(section).collect();
        let report = report::build(sections.clone(), Timestamp::UNIX_EPOCH);
        // Remembered first: a power cut may come after the report is there.
        self.read.insert(next, sections);
        let pushed = spool.push(report, &self.identity).ok()?;
        assert_eq!(pushed, next);
        Some(pushed)
    }

    /// What the collector makes of a report, as the projections do.
    fn take(&mut self, sealed: &[u8]) -> (Sealed, Answer) {
        let sealed = Sealed::parse(sealed).unwrap();
        let (report, carried) = body::open_with_base(&sealed.body).unwrap();
        let same = report.sections.iter().filter(|section| section.outcome == Outcome::Same);
        let rests: Option<BTreeMap<_, _>> =
            same.map(|section| Some((section.sensor.as_str(), self.base.get(&section.sensor)?))).collect();
        let holds = rests.is_some_and(|rests| rests.is_empty() || report.base == Some(base::name(&rests)));
        for section in &report.sections {
            match (&section.outcome, holds) {
                // A failure says nothing, and leaves what was known.
                (Outcome::Failed(_), _) => continue,
                (Outcome::Same, true) => {}
                (Outcome::Same, false) => drop(self.known.remove(&section.sensor)),
                (read, _) => drop(self.known.insert(section.sensor.clone(), (sealed.sequence, read.clone()))),
            }
            let truth = self.read[&sealed.sequence].iter().find(|read| read.sensor == section.sensor);
            if let Some((from, known)) = self.known.get(&section.sensor) {
                let truth = truth.map(|read| &read.outcome);
                assert_eq!(Some(known), truth, "{} of {}, from {from}", section.sensor, sealed.sequence);
            }
        }
        self.base.take(&report, &carried);
        let leaf = Leaf::Report(ReportLeaf::new(&sealed, "dinkes".parse().unwrap(), Timestamp::UNIX_EPOCH));
        let leaf = serde_json::to_string(&leaf).unwrap();
        let receipt = Receipt { index: 0, leaf, checkpoint: String::new(), proof: vec![] };
        let (checkpoint, consistency) = (String::new(), vec![]);
        let answer = Answer { receipt, checkpoint, consistency, release: self.release.clone(), full: !holds };
        (sealed, answer)
    }

    /// Hands in the oldest report; how many bytes it had, and whether everything was asked for.
    fn send(&mut self, spool: &mut Spool) -> Option<(usize, bool)> {
        let (sequence, sealed) = spool.oldest().ok()??;
        let (_, answer) = self.take(&sealed);
        spool.acknowledge(sequence, &sealed, &answer).ok()?;
        Some((sealed.len(), answer.full))
    }

    /// The outcomes of the next report, as they travel.
    fn travels(&mut self, spool: &mut Spool) -> Vec<String> {
        self.push(spool).unwrap();
        let (_, sealed) = spool.oldest().unwrap().unwrap();
        let report = body::open(&Sealed::parse(&sealed).unwrap().body).unwrap();
        let word = |section: &Section| match &section.outcome {
            Outcome::Ok(_) => "ok",
            Outcome::Same => "same",
            Outcome::Nothing => "nothing",
            Outcome::Failed(_) => "failed",
        };
        let words = report.sections.iter().map(|section| word(section).to_owned()).collect();
        self.send(spool).unwrap();
        words
    }
}

const ROOMY: u64 = 1 << 26;
/// Room for two reports with packages.
const TIGHT: u64 = 9_000;

#[test]
fn only_what_changed_travels() {
    let mut world = World::new();
    let mut spool = world.open(ROOMY);
    assert_eq!(world.travels(&mut spool), ["ok"; 4]);
    assert_eq!(world.travels(&mut spool), ["same"; 4]);
    world.host.insert("cpu", Outcome::Failed("busy".into()));
    world.host.insert("disks", Outcome::Nothing);
    assert_eq!(world.travels(&mut spool), ["same", "failed", "nothing", "same"]);
    world.host.insert("cpu", memory(1));
    world.host.insert("disks", memory(1));
    assert_eq!(world.travels(&mut spool), ["same", "same", "ok", "same"], "a failure replaces nothing");
    world.host.insert("packages/dpkg", packages(1));
    assert_eq!(world.travels(&mut spool), ["same", "same", "same", "ok"]);
    drop(spool);
    let mut spool = world.open(ROOMY);
    assert_eq!(world.travels(&mut spool), ["same"; 4], "after a restart too");
}

#[test]
fn while_a_report_waits_the_next_ones_are_whole() {
    let mut world = World::new();
    let mut spool = world.open(ROOMY);
    let (had, other) = (packages(0), packages(1));
    world.host.insert("packages/dpkg", had.clone());
    world.travels(&mut spool);
    // Nothing waits before the first; what stands before the third is not what was acknowledged.
    let sizes: Vec<_> = [had.clone(), other, had.clone(), had]
        .into_iter()
        .map(|packages| {
            world.host.insert("packages/dpkg", packages);
            let sequence = world.push(&mut spool).unwrap();
            spool.queue().read(sequence).unwrap().unwrap().len()
        })
        .collect();
    assert!(sizes[0] < 500 && sizes.iter().skip(1).all(|size| *size > 3_000), "{sizes:?}");
    while let Some((_, asks)) = world.send(&mut spool) {
        assert!(!asks);
    }
    assert_eq!(world.travels(&mut spool), ["same"; 4]);
}

#[test]
fn a_lost_base_is_healed_by_a_report_at_once() {
    let mut world = World::new();
    let mut spool = world.open(ROOMY);
    world.travels(&mut spool);
    assert!(!spool.asks_for_all(Some(1)));
    world.base = Base::default();
    world.push(&mut spool).unwrap();
    assert!(world.send(&mut spool).unwrap().1, "the collector asks");
    assert!(world.known.is_empty(), "and knows nothing meanwhile");
    assert!(spool.asks_for_all(Some(1)) && spool.asks_for_all(Some(2)) && spool.asks_for_all(None));
    assert_eq!(world.travels(&mut spool), ["ok"; 4]);
    assert!(!spool.asks_for_all(Some(3)));
    assert_eq!(world.travels(&mut spool), ["same"; 4]);
    assert_eq!(world.known.len(), 4);
}

#[test]
fn another_release_of_the_collector_gets_everything_and_an_old_one_never_gets_same() {
    let mut world = World::new();
    let mut spool = world.open(ROOMY);
    world.travels(&mut spool);
    world.release = Some("0.2.0".into());
    assert_eq!(world.travels(&mut spool), ["same"; 4], "it is not known yet");
    assert!(spool.asks_for_all(Some(1)));
    assert_eq!(world.travels(&mut spool), ["ok"; 4]);
    assert!(!spool.asks_for_all(Some(3)));
    world.release = None;
    assert_eq!(world.travels(&mut spool), ["same"; 4]);
    assert!(spool.asks_for_all(Some(3)));
    for _ in 0..3 {
        assert_eq!(world.travels(&mut spool), ["ok"; 4]);
    }
    assert!(!spool.asks_for_all(Some(5)), "that one knows no \"same\", and is asked for nothing");
}

#[test]
fn a_late_acknowledgement_of_an_older_report_changes_nothing() {
    let mut world = World::new();
    let mut spool = world.open(ROOMY);
    world.push(&mut spool).unwrap();
    let (sequence, old) = spool.oldest().unwrap().unwrap();
    let (_, answer) = world.take(&old);
    world.send(&mut spool).unwrap();
    world.host.insert("cpu", memory(2));
    world.travels(&mut spool);
    let before = Kept::load(world.dir.path());
    spool.acknowledge(sequence, &old, &answer).unwrap();
    assert_eq!(Kept::load(world.dir.path()), before);
}

#[test]
fn a_base_that_is_damaged_or_cannot_be_written_costs_a_full_report() {
    let mut world = World::new();
    let mut spool = world.open(ROOMY);
    world.travels(&mut spool);
    let path = world.dir.path().join(FILE);
    durable::write(&path, b"{").unwrap();
    assert_eq!(world.travels(&mut spool), ["ok"; 4]);
    forget_base(world.dir.path()).unwrap();
    forget_base(world.dir.path()).unwrap();
    assert_eq!(world.travels(&mut spool), ["ok"; 4]);
    // A directory in the way of the temporary file: nothing can be written, the old one is taken away.
    std::fs::create_dir(world.dir.path().join(format!(".{FILE}.tmp"))).unwrap();
    world.host.insert("cpu", memory(2));
    assert_eq!(world.travels(&mut spool), ["same", "ok", "same", "same"]);
    assert!(!path.exists());
    assert_eq!(world.travels(&mut spool), ["ok"; 4]);
}

/// A host with all sensors there are, and then some: the budget is 1 kB.
#[test]
fn a_report_of_which_nothing_changed_is_small() {
    let mut world = World::new();
    let names = crate::sensors::ALL.iter().map(|sensor| sensor.name);
    let more = ["containers/later", "guests/later", "images/later", "packages/later"];
    world.host = names.chain(more).map(|name| (name, memory(1))).collect();
    let mut spool = world.open(ROOMY);
    world.travels(&mut spool);
    world.push(&mut spool).unwrap();
    let (size, _) = world.send(&mut spool).unwrap();
    assert!(size < 1000, "{size} bytes for {} sections", world.host.len());
}

/// Cuts the power after every single change of the disk: whatever is then in the spool and in the base, nothing is
/// concluded that was not read.
#[test]
fn a_power_cut_at_any_moment_makes_no_reading_up() {
    for cut in 0.. {
        let mut world = World::new();
        let ended = crash::after(cut, || {
            let limits = Limits { max_mb: 64, min_free_percent: 0 };
            let Ok(spool) = Spool::open(world.dir.path(), limits) else { return };
            let mut spool = Spool { most: TIGHT, ..spool };
            for step in 0..6 {
                world.host.insert("packages/dpkg", packages(step / 2));
                world.host.insert("cpu", memory(step % 3));
                if world.push(&mut spool).is_none() || (step % 2 == 0 && world.send(&mut spool).is_none()) {
                    return;
                }
            }
        });
        let mut spool = world.open(ROOMY);
        while world.send(&mut spool).is_some() {}
        // A number that was given out and came to nothing is a hole, which this world does not count with.
        let last = durable::read(&world.dir.path().join("sequence")).unwrap().unwrap_or_default();
        let last = String::from_utf8(last).unwrap().trim().parse().unwrap_or(0);
        for hole in 1..=last {
            world.read.entry(hole).or_default();
        }
        world.read.retain(|sequence, _| *sequence <= last);
        world.push(&mut spool).unwrap();
        world.send(&mut spool).unwrap();
        if ended {
            assert!(cut > 40, "only {cut} changes");
            return;
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Changes(usize, u64),
    Fails(usize),
    Vanishes(usize),
    Reports,
    Sends,
    /// The collector takes a report, and the answer is lost.
    Unheard,
    /// The collector is restored: it has an older state, or none.
    Restored(bool),
    Upgraded(bool),
    Rejected,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let sensor = 0..SENSORS.len();
    let step = prop_oneof![
        4 => (sensor.clone(), 0..3u64).prop_map(|(sensor, value)| Step::Changes(sensor, value)),
        1 => sensor.clone().prop_map(Step::Fails),
        1 => sensor.prop_map(Step::Vanishes),
        6 => Just(Step::Reports),
        6 => Just(Step::Sends),
        1 => Just(Step::Unheard),
        1 => any::<bool>().prop_map(Step::Restored),
        1 => any::<bool>().prop_map(Step::Upgraded),
        1 => Just(Step::Rejected),
    ];
    proptest::collection::vec(step, 1..60)
}

fn live(world: &mut World, spool: &mut Spool, steps: Vec<Step>) {
    let mut older = (Base::default(), BTreeMap::new());
    let mut may_ask = false;
    for step in steps {
        may_ask |= matches!(step, Step::Restored(_) | Step::Unheard);
        match step {
            Step::Changes(sensor, value) => {
                let value = if sensor == 3 { packages(value) } else { memory(value) };
                world.host.insert(SENSORS[sensor], value);
            }
            Step::Fails(sensor) => drop(world.host.insert(SENSORS[sensor], Outcome::Failed("x".into()))),
            Step::Vanishes(sensor) => drop(world.host.insert(SENSORS[sensor], Outcome::Nothing)),
            Step::Reports => drop(world.push(spool).unwrap()),
            Step::Sends => {
                let asked = world.send(spool).is_some_and(|(_, asked)| asked);
                assert!(may_ask || !asked, "only who was set back, or was not heard, has something else");
            }
            Step::Unheard => {
                if let Some((_, sealed)) = spool.oldest().unwrap() {
                    world.take(&sealed);
                }
            }
            Step::Restored(empty) => {
                let now = (world.base.clone(), world.known.clone());
                (world.base, world.known) = if empty { Default::default() } else { older };
                older = now;
            }
            Step::Upgraded(knows) => world.release = knows.then(|| "0.2.0".into()),
            Step::Rejected => {
                if let Some((sequence, _)) = spool.oldest().unwrap() {
                    spool.queue().set_aside(sequence).unwrap();
                }
            }
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 64, ..Default::default() })]

    /// Whatever happens, in whatever order, in a spool that gives reports up: the collector never concludes from "the
    /// same" what was not read ([`World::take`] checks it), and soon knows all again.
    #[test]
    fn nothing_is_concluded_that_was_not_read(steps in steps()) {
        let mut world = World::new();
        let mut spool = world.open(TIGHT);
        live(&mut world, &mut spool, steps);
        while world.send(&mut spool).is_some() {}
        for _ in 0..2 {
            world.push(&mut spool).unwrap();
            world.send(&mut spool).unwrap();
        }
        let truth = world.host.iter().filter(|(_, outcome)| !matches!(outcome, Outcome::Failed(_)));
        for (sensor, outcome) in truth {
            proptest::prop_assert_eq!(world.known.get(*sensor).map(|(_, known)| known), Some(outcome));
        }
    }
}

use std::fs;

use jiff::Timestamp;
use patuh_protocol::body;
use patuh_protocol::receipt::{Leaf, Receipt, ReportLeaf};
use patuh_protocol::report::{Outcome, Reading, Section};
use tempfile::TempDir;

use super::*;
use crate::durable::crash;

const ROOMY: Limits = Limits { max_mb: 64, min_free_percent: 0 };

struct Host {
    dir: TempDir,
    identity: Identity,
}

impl Host {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let identity = Identity::load_or_create(dir.path()).unwrap();
        Self { dir, identity }
    }

    fn open(&self, limits: Limits) -> Spool {
        Spool::open(self.dir.path(), limits).unwrap()
    }

    /// Room for two large reports.
    fn tight(&self) -> Spool {
        Spool { most: 9_000, ..self.open(ROOMY) }
    }

    fn push(&self, spool: &mut Spool, sensors: &str) -> u64 {
        spool.push(report(sensors), &self.identity).unwrap()
    }

    /// The numbers of the reports that wait, oldest first, each with the gap it tells of.
    fn waiting(&self) -> Vec<(u64, Option<Gap>)> {
        let queue = Queue::of(self.dir.path());
        let reports = queue.entries().unwrap().into_iter().filter(|e| e.kind == Kind::Report);
        let gap = |sequence| {
            let sealed = Sealed::parse(&queue.read(sequence).unwrap().unwrap()).unwrap();
            assert_eq!(sealed.sequence, sequence);
            body::open(&sealed.body).unwrap().gap
        };
        reports.map(|e| (e.sequence, gap(e.sequence))).collect()
    }

    fn names(&self) -> Vec<String> {
        let files = fs::read_dir(self.dir.path().join("spool")).unwrap();
        let mut names: Vec<_> = files.map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// A report whose sensors each read something that does not pack well: about 3 kB a sensor when `big/`
/// stands before its name.
fn report(sensors: &str) -> Report {
    let section = |sensor: &str| {
        let big = sensor.strip_prefix("big/");
        let package = |i: u64| patuh_protocol::inventory::Package {
            name: patuh_protocol::digest::Digest::of(&i.to_be_bytes()).to_string(),
            version: String::new(),
            architecture: String::new(),
            ..patuh_protocol::inventory::Package::default()
        };
        let packages = (0..if big.is_some() { 100 } else { 1 }).map(package).collect();
        let outcome = Outcome::Ok(Reading::Packages(packages));
        Section { sensor: big.unwrap_or(sensor).to_owned(), took_us: 1, outcome }
    };
    report::build(sensors.split_whitespace().map(section).collect(), Timestamp::UNIX_EPOCH)
}

fn answer(bytes: &[u8]) -> Answer {
    let sealed = Sealed::parse(bytes).unwrap();
    let leaf = Leaf::Report(ReportLeaf::new(&sealed, "dinkes".parse().unwrap(), Timestamp::UNIX_EPOCH));
    let leaf = serde_json::to_string(&leaf).unwrap();
    let receipt = Receipt { index: 0, leaf, checkpoint: String::new(), proof: vec![] };
    Answer { receipt, checkpoint: String::new(), consistency: vec![], release: None, full: false }
}

fn gap(from: u64, to: u64, count: u64) -> Option<Gap> {
    Some(Gap { from, to, count })
}

#[test]
fn reports_wait_in_their_order_until_their_receipt_is_shown() {
    let host = Host::new();
    let mut spool = host.open(ROOMY);
    assert_eq!(spool.oldest().unwrap(), None);
    assert_eq!([host.push(&mut spool, "cpu"), host.push(&mut spool, "cpu")], [1, 2]);
    let (sequence, first) = spool.oldest().unwrap().unwrap();
    Sealed::parse(&first)
        .unwrap()
        .verify(ring::signature::KeyPair::public_key(host.identity.key()).as_ref())
        .unwrap();
    assert!(matches!(spool.acknowledge(2, &first, &answer(&first)), Err(Error::OtherReceipt(2))));
    spool.acknowledge(sequence, &first, &answer(&first)).unwrap();
    spool.acknowledge(sequence, &first, &answer(&first)).unwrap();
    assert_eq!(host.waiting(), [(2, None)]);
    drop(spool);
    let mut spool = host.open(ROOMY);
    assert_eq!(host.push(&mut spool, "cpu"), 3);
    assert_eq!(spool.queue().measure().unwrap().reports, 2);
}

#[test]
fn only_one_process_writes() {
    let host = Host::new();
    let spool = host.open(ROOMY);
    let error = Spool::open(host.dir.path(), ROOMY).unwrap_err().to_string();
    assert!(error.contains("sedang dipakai proses patuh-agent lain"), "{error}");
    drop(spool);
    host.open(ROOMY);
}

#[test]
fn a_number_is_never_given_out_twice() {
    let host = Host::new();
    let mut spool = host.open(ROOMY);
    host.push(&mut spool, "cpu");
    host.push(&mut spool, "cpu");
    let sequence = host.dir.path().join("sequence");
    durable::write(&sequence, b"1\n").unwrap();
    assert_eq!(host.push(&mut spool, "cpu"), 3, "an old copy of the file came back");
    durable::write(&sequence, b"many").unwrap();
    let error = spool.push(report("cpu"), &host.identity).unwrap_err().to_string();
    assert!(error.contains("sequence rusak"), "{error}");
}

#[test]
fn damaged_reports_are_set_aside_and_told_of() {
    let host = Host::new();
    let mut spool = host.open(ROOMY);
    for _ in 0..3 {
        host.push(&mut spool, "cpu");
    }
    let path = |sequence| spool.queue.path(sequence, Kind::Report);
    fs::remove_file(path(1)).unwrap();
    fs::rename(path(3), path(1)).unwrap();
    let whole = fs::read(path(2)).unwrap();
    durable::write(&path(2), &whole[..whole.len() - 1]).unwrap();
    assert_eq!(spool.oldest().unwrap(), None, "one is not the report it is called, one is torn");
    assert_eq!(spool.queue().measure().unwrap().set_aside, [1, 2]);
    assert_eq!(host.push(&mut spool, "cpu"), 4);
    assert_eq!(host.waiting(), [(4, gap(1, 2, 2))]);
    assert_eq!(host.push(&mut spool, "cpu"), 5);
    assert_eq!(host.waiting()[1], (5, None), "a gap is told once");
}

#[test]
fn few_of_those_set_aside_are_kept() {
    let host = Host::new();
    let mut spool = host.open(ROOMY);
    for _ in 0..12 {
        let sequence = host.push(&mut spool, "cpu");
        spool.queue().set_aside(sequence).unwrap();
    }
    assert_eq!(spool.queue().measure().unwrap().set_aside, (5..=12).collect::<Vec<_>>());
}

#[test]
fn a_full_spool_gives_up_what_is_superseded_and_says_so() {
    let host = Host::new();
    let mut spool = host.tight();
    let pushed: Vec<_> = ["big/packages", "backup/restic", "big/packages", "big/packages", "big/packages"]
        .map(|sensors| host.push(&mut spool, sensors))
        .into();
    assert_eq!(pushed, [1, 2, 3, 4, 5]);
    assert_eq!(host.waiting(), [(2, None), (4, gap(1, 1, 1)), (5, gap(3, 3, 1))]);
    assert!(spool.queue().measure().unwrap().bytes <= 9_000);
    // What 4 would have told lives on when 4 is given up.
    host.push(&mut spool, "big/packages");
    assert_eq!(host.waiting(), [(2, None), (5, gap(3, 3, 1)), (6, gap(1, 4, 2))]);
}

#[test]
fn on_a_nearly_full_disk_the_newest_still_replaces_older_ones() {
    let host = Host::new();
    let mut spool = host.open(ROOMY);
    for _ in 0..5 {
        host.push(&mut spool, "big/packages");
    }
    let before = spool.queue().measure().unwrap().bytes;
    let mut spool = Spool { least: 0, min_free_percent: 100, ..spool };
    host.push(&mut spool, "cpu");
    assert!(spool.queue().measure().unwrap().bytes <= before);
    assert_eq!(host.waiting().iter().map(|(sequence, _)| *sequence).collect::<Vec<_>>(), [2, 3, 4, 5, 6]);
    assert_eq!(host.waiting()[4], (6, gap(1, 1, 1)));
    let mut spool = Spool { least: 1 << 20, ..spool };
    host.push(&mut spool, "big/packages");
    assert_eq!(host.waiting().len(), 6, "a little is always allowed");
}

/// Cuts the power after every single change of the disk, and looks at what the next start finds.
#[test]
fn a_power_cut_at_any_moment_loses_nothing_in_silence() {
    for cut in 0.. {
        let host = Host::new();
        let mut kept = Vec::new();
        let ended = crash::after(cut, || {
            let Ok(spool) = Spool::open(host.dir.path(), ROOMY) else { return };
            let mut spool = Spool { most: 9_000, ..spool };
            for sensors in ["big/packages", "big/packages", "backup/dumps", "big/packages", "big/packages"] {
                kept.extend(spool.push(report(sensors), &host.identity).ok());
            }
            let _ = spool.queue().set_aside(3);
        });
        let mut spool = host.tight();
        let last = spool.push(report("cpu"), &host.identity).unwrap();
        assert!(kept.iter().all(|number| *number < last), "cut {cut}: number {last} given out twice");
        assert!(!host.names().iter().any(|name| name.ends_with(".tmp")), "cut {cut}: {:?}", host.names());
        let waiting = host.waiting();
        let told = |n: &u64| {
            waiting.iter().any(|(w, gap)| w == n || gap.as_ref().is_some_and(|g| (g.from..=g.to).contains(n)))
        };
        assert!(kept.iter().all(told), "cut {cut}: kept {kept:?}, waiting {waiting:?}");
        if ended {
            assert_eq!(kept, [1, 2, 3, 4, 5]);
            assert!(cut > 50, "only {cut} changes");
            return;
        }
    }
}

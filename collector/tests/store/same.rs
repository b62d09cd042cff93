//! Reports that leave out what did not change, as agents send them: the base they rest on is kept as an agent
//! keeps it, by the protocol's own rule.

use patuh_collector::store::{CurrentSection, Entry, Latest, Value};
use patuh_protocol::base::Base;
use patuh_protocol::body;
use patuh_protocol::digest::Digest;
use patuh_protocol::report::{Outcome, Reading, Report, Section};
use patuh_protocol::seal::Sealed;

use crate::bench::{Bench, agent, at, entry, key, machine, packages, section, system};
use crate::projection::rows;

/// An agent that hands in only what changed.
struct Sender {
    n: u8,
    sequence: u64,
    base: Base,
}

impl Sender {
    async fn enrolled(bench: &Bench, n: u8) -> Self {
        bench.enrol(n).await;
        Self { n, sequence: 0, base: Base::default() }
    }

    /// The next report of what was read.
    fn next(&mut self, sections: Vec<Section>) -> Entry {
        self.sequence += 1;
        let taken_at = at(i64::try_from(self.sequence).unwrap());
        let agent_version = "0.1.0".into();
        let whole = Report { version: 2, agent_version, taken_at, sections, gap: None, base: None };
        let entry = entry(self.n, self.sequence, &self.base.shorten(whole));
        if let Entry::Report { report, carried, .. } = &entry {
            self.base.take(report, carried);
        }
        entry
    }

    /// Hands in the next report; its place in the ledger, and whether the collector asks for everything.
    async fn hands_in(&mut self, bench: &Bench, sections: Vec<Section>) -> (u64, bool) {
        let index = bench.receipts(&[self.next(sections)], at(100)).await[0].index;
        (index, bench.store.base_lost(&agent(self.n), index).await.unwrap())
    }
}

async fn known(bench: &Bench, n: u8, sensor: &str) -> CurrentSection {
    let sections = bench.store.sections(&agent(n)).await.unwrap();
    sections.into_iter().find(|section| section.sensor == sensor).unwrap()
}

fn lost(section: &CurrentSection) -> bool {
    matches!(&section.latest, Latest::Failed(why) if why.starts_with("dasarnya hilang"))
}

/// When and where a value was last read, and where it is carried.
fn places(value: Option<&Value>) -> (jiff::Timestamp, u64, u64) {
    value.map(|value| (value.at, value.index, value.carrier.index)).unwrap()
}

fn nothing(sensor: &str) -> Section {
    section(sensor, Outcome::Nothing)
}

fn failed(sensor: &str) -> Section {
    section(sensor, Outcome::Failed("permission denied".into()))
}

pub(crate) async fn the_same_is_a_reading_of_its_own_time(bench: Bench) {
    let mut sender = Sender::enrolled(&bench, 1).await;
    let read = |version| vec![packages(&[("a", version), ("b", "1")]), system("srv", "6.1"), nothing("raid")];
    assert_eq!(sender.hands_in(&bench, read("1")).await, (0, false));
    let whole = known(&bench, 1, "packages/dpkg").await;
    assert_eq!(places(whole.value.as_ref()), (at(1), 0, 0));

    assert_eq!(sender.hands_in(&bench, read("1")).await, (1, false));
    let same = known(&bench, 1, "packages/dpkg").await;
    assert_eq!((&same.latest, same.at, same.index), (&Latest::Ok, at(2), 1));
    assert_eq!(places(same.value.as_ref()), (at(2), 1, 0), "read again, and carried where it was");
    assert_eq!(same.value.map(|value| value.reading), whole.value.map(|value| value.reading));
    let server = bench.store.server(&agent(1)).await.unwrap().unwrap();
    assert_eq!((server.hostname.as_str(), server.packages, server.last_report), ("srv", 2, Some(at(100))));

    // A failure between two readings that are the same keeps the value, and what "the same" refers to.
    sender.hands_in(&bench, vec![failed("packages/dpkg")]).await;
    let between = known(&bench, 1, "packages/dpkg").await;
    assert_eq!(
        (between.latest, places(between.value.as_ref())),
        (Latest::Failed("permission denied".into()), (at(2), 1, 0))
    );
    assert_eq!(sender.hands_in(&bench, read("1")).await, (3, false));
    let again = known(&bench, 1, "packages/dpkg").await;
    assert_eq!((again.latest, places(again.value.as_ref())), (Latest::Ok, (at(4), 3, 0)));

    // One package upgraded: only that section is carried, and one change told.
    let entry = sender.next(read("2"));
    let Entry::Report { carried, .. } = &entry else { panic!("no report") };
    assert!(carried.get("packages/dpkg").is_some() && carried.get("system").is_none());
    bench.receipts(&[entry], at(200)).await;
    let changes = bench.store.changes(None, 9).await.unwrap();
    let [change] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!((change.index, change.subject.as_str(), change.after.as_deref()), (4, "a", Some("2")));
    assert_eq!(places(known(&bench, 1, "packages/dpkg").await.value.as_ref()), (at(5), 4, 4));
    assert_eq!(places(known(&bench, 1, "system").await.value.as_ref()), (at(5), 4, 0));
}

/// In one batch, and after "nothing there".
pub(crate) async fn the_same_follows_from_the_report_before_it(bench: Bench) {
    let mut sender = Sender::enrolled(&bench, 1).await;
    let batch = [
        sender.next(vec![packages(&[("a", "1")]), system("srv", "6.1")]),
        sender.next(vec![packages(&[("a", "2")]), system("srv", "6.1")]),
        sender.next(vec![packages(&[("a", "2")]), nothing("system")]),
        sender.next(vec![packages(&[("a", "2")]), system("srv", "6.1")]),
    ];
    let last = bench.receipts(&batch, at(9)).await[3].index;
    assert!(!bench.store.base_lost(&agent(1), last).await.unwrap());
    assert_eq!(places(known(&bench, 1, "packages/dpkg").await.value.as_ref()), (at(4), 3, 1));
    assert_eq!(places(known(&bench, 1, "system").await.value.as_ref()), (at(4), 3, 3));
    assert_eq!(bench.store.changes(None, 9).await.unwrap().iter().filter(|c| c.kind == "package").count(), 1);
}

pub(crate) async fn a_lost_base_is_a_failure_until_everything_came_again(bench: Bench) {
    let mut sender = Sender::enrolled(&bench, 1).await;
    let read =
        |version: &str| vec![packages(&[("a", version)]), machine("R640", "SN1"), system("srv", "6.1")];
    sender.hands_in(&bench, read("1")).await;
    for (loss, left) in [
        ("DELETE FROM sections WHERE sensor = 'machine'", true),
        ("UPDATE sections SET base = digest, digest = NULL WHERE sensor = 'x'", false),
        ("UPDATE sections SET base = (SELECT base FROM sections WHERE sensor = 'system')", true),
        ("DELETE FROM sections", false),
    ] {
        let touched = bench.tamper(loss).await;
        // Only the packages are carried; what rests on the base failed, and keeps what is known of it.
        let version = format!("1.{}", sender.sequence);
        let (index, asks) = sender.hands_in(&bench, read(&version)).await;
        assert_eq!(asks, touched > 0, "{loss}");
        let (system, packages) = (known(&bench, 1, "system").await, known(&bench, 1, "packages/dpkg").await);
        assert_eq!((lost(&system), packages.latest), (asks, Latest::Ok), "{loss}");
        assert_eq!(system.value.is_some(), left || !asks, "{loss}: never taken for removed");
        assert_eq!(bench.store.base_lost(&agent(1), index).await.unwrap(), asks, "whoever asks twice");
        sender.base = Base::default();
        let (_, asks) = sender.hands_in(&bench, read(&version)).await;
        let sections = bench.store.sections(&agent(1)).await.unwrap();
        assert!(!asks && sections.iter().all(|section| section.latest == Latest::Ok), "{loss}: healed");
        assert!(
            !sender.hands_in(&bench, read(&version)).await.1,
            "{loss}: and only what changed travels again"
        );
    }
    let told = bench.store.changes(None, 99).await.unwrap();
    assert!(told.iter().all(|change| change.kind == "package"), "{told:?}");
}

/// A report that says "the same" of what it does not name a base for, or names another one, is believed in nothing.
pub(crate) async fn the_same_without_its_base_is_not_believed(bench: Bench) {
    let mut sender = Sender::enrolled(&bench, 1).await;
    sender.hands_in(&bench, vec![packages(&[("a", "1")]), system("srv", "6.1")]).await;
    let taken_at = at(9);
    let same = |sensor: &str| section(sensor, Outcome::Same);
    for (sequence, base, sections) in [
        (2, None, vec![same("system")]),
        (3, Some(Digest::of(b"made up")), vec![same("system")]),
        (4, Some(Digest::of(b"")), vec![same("never/read"), same("system")]),
    ] {
        let agent_version = "0.1.0".into();
        let report = Report { version: 2, agent_version, taken_at, sections, gap: None, base };
        let index = bench.receipts(&[entry(1, sequence, &report)], at(9)).await[0].index;
        assert!(
            lost(&known(&bench, 1, "system").await) && bench.store.base_lost(&agent(1), index).await.unwrap()
        );
        assert_eq!(places(known(&bench, 1, "system").await.value.as_ref()), (at(1), 0, 0));
    }
    assert!(lost(&known(&bench, 1, "never/read").await));
}

/// A section that this release cannot read stays one that it cannot read, and costs no others.
pub(crate) async fn the_same_as_what_was_not_understood_is_not_understood(bench: Bench) {
    bench.enrol(1).await;
    let teleport = r#"{"ok":{"teleport":{"x":1}}}"#;
    let first = format!(
        r#"{{"version":9,"agent_version":"9.0.0","taken_at":"{}","sections":[
            {{"sensor":"teleport","took_us":1,"outcome":{teleport}}},
            {{"sensor":"memory","took_us":1,"outcome":{{"ok":{{"memory":{{"total_bytes":1,"swap_bytes":0,"new":7}}}}}}}}]}}"#,
        at(1)
    );
    let sealed = |sequence, json: &str| {
        let body = zstd::bulk::compress(json.as_bytes(), 1).unwrap();
        let sealed = Sealed::new(&key(1), agent(1), sequence, at(1), body);
        let (report, carried) = body::open_with_base(&sealed.body).unwrap();
        Entry::Report { sealed, report, carried, office: "dinkes".parse().unwrap() }
    };
    let first = sealed(1, &first);
    let Entry::Report { carried, .. } = &first else { panic!("no report") };
    let sensors = ["memory", "teleport"];
    let name =
        patuh_protocol::base::name(&sensors.map(|sensor| (sensor, carried.get(sensor).unwrap())).into());
    bench.receipts(&[first], at(1)).await;
    let same = format!(
        r#"{{"version":9,"agent_version":"9.0.0","taken_at":"{}","base":"{name}","sections":[
            {{"sensor":"teleport","outcome":"same"}},{{"sensor":"memory","outcome":"same"}}]}}"#,
        at(2)
    );
    let index = bench.receipts(&[sealed(2, &same)], at(2)).await[0].index;
    assert!(!bench.store.base_lost(&agent(1), index).await.unwrap());
    let teleport = known(&bench, 1, "teleport").await;
    assert!(
        matches!(&teleport.latest, Latest::Failed(why) if why.starts_with("tidak dimengerti")),
        "{teleport:?}"
    );
    let memory = known(&bench, 1, "memory").await;
    assert_eq!((memory.latest, memory.index), (Latest::Ok, index));
    assert!(memory.value.is_some_and(|value| matches!(value.reading, Reading::Memory(_))));
}

/// Many reports of three agents, most of them shortened, one of them after a loss, cut into batches of many sizes.
pub(crate) async fn replaying_shortened_reports_gives_the_same_rows(bench: Bench) {
    let mut senders = Vec::new();
    for n in 1..=3 {
        senders.push(Sender::enrolled(&bench, n).await);
    }
    let (mut size, mut batch) = (1, Vec::new());
    for step in 0..90_u64 {
        let sender = &mut senders[usize::try_from(step % 3).unwrap()];
        let version = (step / 20).to_string();
        let sections = match step % 7 {
            0 | 1 => vec![system("srv", &version), packages(&[("a", &version)]), nothing("machine")],
            2 => vec![failed("packages/dpkg"), machine("R640", &version)],
            3 => vec![nothing("packages/dpkg"), system("srv", &version)],
            4 => vec![system("srv", "6.1"), failed("machine")],
            _ => vec![packages(&[("a", &version)]), machine("R640", &version), system("srv", &version)],
        };
        if step == 50 {
            // Its state was restored from another time: what it rests on is not what the collector has.
            let unsent = sender.next(vec![packages(&[("z", "9")]), system("lain", "9")]);
            drop(unsent);
        }
        batch.push(sender.next(sections));
        if batch.len() == size {
            bench.append(&batch, at(100)).await;
            batch.clear();
            size = size * 5 % 13 + 1;
        }
    }
    bench.append(&batch, at(100)).await;
    let before = rows(&bench).await;
    let has = |what: &str| before.iter().any(|row| row.starts_with("sections") && row.contains(what));
    assert!(has("ok"), "{before:#?}");
    bench.tamper("DELETE FROM sections").await;
    bench.tamper("UPDATE readings SET reading = '{}'").await;
    assert_ne!(rows(&bench).await, before);
    assert_eq!(bench.store.rebuild().await.unwrap(), 90);
    assert_eq!(rows(&bench).await, before);
}

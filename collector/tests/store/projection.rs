//! What the reports say of the servers.

use patuh_collector::store::{ChangeRow, CurrentSection, Entry, Latest, ServerFilter, ServerRow};
use patuh_protocol::inventory::{Cpu, Disk, Filesystem, Memory};
use patuh_protocol::lan::Interface;
use patuh_protocol::report::{Outcome, Reading, Section};
use sqlx::{AssertSqlSafe, Row as _};

use crate::bench::{Bench, act, agent, at, machine, packages, report, section, some, system};

fn failed(sensor: &str) -> Section {
    section(sensor, Outcome::Failed("permission denied".into()))
}

fn nothing(sensor: &str) -> Section {
    section(sensor, Outcome::Nothing)
}

fn disks(all: &[(&str, u64)]) -> Section {
    let disk = |&(name, size_bytes): &(&str, u64)| Disk { name: name.into(), size_bytes, ..Disk::default() };
    section("disks", Outcome::Ok(Reading::Disks(all.iter().map(disk).collect())))
}

fn interfaces(addresses: &[&str]) -> Section {
    let addresses = addresses.iter().map(|&address| address.into()).collect();
    let interface = Interface { name: "eth0".into(), addresses, ..Interface::default() };
    section("interfaces", Outcome::Ok(Reading::Interfaces(vec![interface])))
}

async fn only_section(bench: &Bench, n: u8) -> CurrentSection {
    let mut sections = bench.store.sections(&agent(n)).await.unwrap();
    assert_eq!(sections.len(), 1);
    sections.remove(0)
}

async fn server(bench: &Bench, n: u8) -> ServerRow {
    bench.store.server(&agent(n)).await.unwrap().unwrap()
}

/// Changes in words, newest first.
async fn changes(bench: &Bench) -> Vec<String> {
    let word = |value: Option<String>| value.unwrap_or_else(|| "-".into());
    let line = |c: ChangeRow| {
        format!("{} {} {}: {} > {}", c.index, c.kind, c.subject, word(c.before), word(c.after))
    };
    bench.store.changes(None, 100).await.unwrap().into_iter().map(line).collect()
}

pub(crate) async fn a_section_keeps_what_it_knew(bench: Bench) {
    bench.enrol(1).await;
    bench.receipts(&[report(1, 1, vec![packages(&[("a", "1"), ("b", "1")])])], at(10)).await;
    let read = only_section(&bench, 1).await;
    let value = read.value.clone().unwrap();
    assert_eq!((read.latest, read.at, read.index, read.took_us), (Latest::Ok, at(1), 0, 7));
    assert_eq!((value.at, value.index), (at(1), 0));
    assert!(matches!(&value.reading, Reading::Packages(all) if all.len() == 2));
    assert_eq!(server(&bench, 1).await.packages, 2);

    bench.receipts(&[report(1, 2, vec![failed("packages/dpkg")])], at(20)).await;
    let read = only_section(&bench, 1).await;
    assert_eq!(read.latest, Latest::Failed("permission denied".into()));
    assert_eq!(
        (read.at, read.index, read.value),
        (at(2), 1, Some(value)),
        "a failed reading keeps the value"
    );
    assert_eq!(server(&bench, 1).await.packages, 2);

    bench.receipts(&[report(1, 3, vec![nothing("packages/dpkg")])], at(30)).await;
    let read = only_section(&bench, 1).await;
    assert_eq!((read.latest, read.at, read.value), (Latest::Nothing, at(3), None), "nothing there clears it");
    let known = server(&bench, 1).await;
    assert_eq!((known.packages, known.last_report), (0, Some(at(30))));

    // The same reading again only moves its time.
    bench.enrol(2).await;
    for sequence in 1..4 {
        bench.receipts(&[report(2, sequence, vec![packages(&[("a", "1")])])], at(40)).await;
    }
    let value = only_section(&bench, 2).await.value.unwrap();
    assert_eq!((value.at, value.index), (at(3), 5));
    let named = bench.store.sections_named(&["packages/dpkg", "system", "packages/dpkg"]).await.unwrap();
    let mut agents = [agent(1), agent(2)];
    agents.sort();
    assert_eq!(named.into_iter().map(|(agent, _)| agent).collect::<Vec<_>>(), agents);
    assert_eq!(bench.store.sections_named(&[]).await.unwrap(), []);
}

pub(crate) async fn changes_are_told(bench: Bench) {
    bench.enrol(1).await;
    let first = report(1, 1, vec![packages(&[("a", "1")]), system("srv", "6.1"), nothing("backup/restic")]);
    bench.receipts(&[first], at(0)).await;
    assert_eq!(changes(&bench).await, Vec::<String>::new(), "the first reading is no change");
    // Two reports of one agent in one batch, the second on top of the first.
    let batch = [
        report(1, 2, vec![packages(&[("a", "2")]), failed("system")]),
        report(1, 3, vec![packages(&[("a", "2"), ("b", "1")]), system("srv", "6.12")]),
    ];
    bench.receipts(&batch, at(9)).await;
    bench.receipts(&[report(1, 4, vec![packages(&[("b", "1")])])], at(9)).await;
    let expected =
        ["3 package a: 2 > -", "2 package b: - > 1", "2 system kernel: 6.1 > 6.12", "1 package a: 1 > 2"];
    assert_eq!(changes(&bench).await, expected);
    let of = bench.store.changes(Some(&agent(1)), 1).await.unwrap();
    assert_eq!((of[0].hostname.as_str(), of[0].at, of[0].index), ("srv", at(4), 3));
    assert_eq!(bench.store.changes(Some(&agent(2)), 9).await.unwrap(), []);
}

pub(crate) async fn an_overtaken_report_says_nothing_about_now(bench: Bench) {
    bench.enrol(1).await;
    bench.receipts(&[report(1, 5, vec![packages(&[("a", "2")])])], at(0)).await;
    bench.receipts(&[report(1, 4, vec![packages(&[("a", "1")]), system("old", "1")])], at(9)).await;
    let sections = bench.store.sections(&agent(1)).await.unwrap();
    assert_eq!(sections.iter().map(|s| s.index).collect::<Vec<_>>(), [0, 1], "what is new is still taken");
    assert_eq!(changes(&bench).await, Vec::<String>::new());
    assert_eq!(server(&bench, 1).await.hostname, "old");
    assert_eq!(server(&bench, 1).await.last_report, Some(at(9)));
}

/// The tables that follow from the ledger.
const PROJECTIONS: [&str; 10] = [
    "servers",
    "sections",
    "readings",
    "changes",
    "versions",
    "terms",
    "software",
    "numbers",
    "installed",
    "sightings",
];

/// All rows of the projections, as text.
pub(crate) async fn rows(bench: &Bench) -> Vec<String> {
    let mut lines = Vec::new();
    for table in PROJECTIONS {
        let sql = AssertSqlSafe(format!("SELECT * FROM {table}"));
        let mut rows: Vec<String> = Vec::new();
        for row in sqlx::query(sql).fetch_all(&bench.sql).await.unwrap() {
            let value = |i: usize| {
                let number = row.try_get::<Option<i64>, _>(i).map(|v| format!("{v:?}"));
                let text = number.or_else(|_| row.try_get::<Option<String>, _>(i).map(|v| format!("{v:?}")));
                text.unwrap_or_else(|_| format!("{:?}", row.get::<Option<Vec<u8>>, _>(i)))
            };
            let values: Vec<String> = (0..row.len()).map(value).collect();
            rows.push(format!("{table} {}", values.join("|")));
        }
        rows.sort();
        lines.extend(rows);
    }
    lines
}

/// Many reports that differ in many ways, some of them late.
fn history() -> Vec<Entry> {
    let mut entries = Vec::new();
    for step in 0..90_u64 {
        let (n, sequence) = (1 + (step % 3) as u8, if step % 11 == 10 { step - 7 } else { step + 1 });
        let version = (step / 9).to_string();
        let sections = match step % 7 {
            0 => vec![system("srv", &version), packages(&[("a", &version), ("b", "1")]), nothing("machine")],
            1 => vec![failed("packages/dpkg"), machine("R640", &version), disks(&[("sda", step / 20)])],
            2 => vec![nothing("packages/dpkg"), section("cpu", Outcome::Ok(Reading::Cpu(Cpu::default())))],
            3 => vec![interfaces(&["10.0.0.5/24", &format!("10.0.{version}.1/24")]), failed("disks")],
            4 => vec![nothing("disks"), nothing("system"), failed("machine")],
            5 => vec![],
            _ => vec![packages(&[("c", &version)]), nothing("interfaces"), interfaces(&["10.0.0.6/24"])],
        };
        entries.push(report(n, sequence, sections));
        if step % 10 == 9 {
            entries.push(act("x"));
        }
    }
    entries
}

pub(crate) async fn replaying_gives_the_same_rows(bench: Bench) {
    for n in 1..=4 {
        bench.enrol(n).await;
    }
    assert_eq!(bench.store.rebuild().await.unwrap(), 0);
    let (history, mut size) = (history(), 0);
    let mut rest = &history[..];
    while !rest.is_empty() {
        size = (size * 5 + 1) % 13;
        let (batch, after) = rest.split_at(size.min(rest.len()));
        bench.append(batch, at(size as i64)).await;
        rest = after;
    }
    let before = rows(&bench).await;
    for table in PROJECTIONS {
        assert!(before.iter().any(|row| row.starts_with(table)), "{table} is filled");
    }
    let reports = bench.tamper("UPDATE reports SET idx = idx").await;
    // Whatever became of the projections meanwhile.
    bench.tamper("UPDATE servers SET hostname = 'x', packages = 99").await;
    bench.tamper("DELETE FROM sections WHERE sensor = 'disks'").await;
    bench.tamper("UPDATE readings SET reading = '{}'").await;
    assert_ne!(rows(&bench).await, before);
    assert_eq!(bench.store.rebuild().await.unwrap(), reports);
    assert_eq!(rows(&bench).await, before);
    assert_eq!(bench.store.rebuild().await.unwrap(), reports);
    assert_eq!(rows(&bench).await, before);
}

pub(crate) async fn hostile_texts_are_kept_out_of_harm(bench: Bench) {
    bench.enrol(1).await;
    let nasty = "a\0b'; DROP TABLE servers; --\u{202e}<script>";
    let filesystem = |mount: &str| Filesystem { mount: mount.into(), ..Filesystem::default() };
    let mounts = |all: &[&str]| {
        let all = all.iter().map(|mount| filesystem(mount)).collect();
        section("filesystems", Outcome::Ok(Reading::Filesystems(all)))
    };
    let memory = Memory { total_bytes: u64::MAX, swap_bytes: 0 };
    let sections = |mount: &str| {
        let mut sections = vec![
            system(nasty, nasty),
            machine(nasty, nasty),
            interfaces(&[nasty]),
            mounts(&["/", mount]),
            section("memory", Outcome::Ok(Reading::Memory(memory.clone()))),
            section("cpu", Outcome::Failed(nasty.into())),
            section("cp\0u", Outcome::Nothing),
            section(&"x".repeat(5000), Outcome::Nothing),
            disks(&[("sda", u64::MAX), ("sdb", u64::MAX)]),
        ];
        sections.extend((0..500).map(|n| nothing(&format!("made-up/{n}"))));
        sections
    };
    bench.receipts(&[report(1, 1, sections("/a")), report(1, u64::MAX, sections(nasty))], at(0)).await;
    let server = server(&bench, 1).await;
    assert_eq!(server.hostname, nasty.replace('\0', "\u{fffd}"));
    assert_eq!((server.memory_bytes, server.disk_bytes), (Some(u64::MAX), Some(u64::MAX)));
    let known = bench.store.sections(&agent(1)).await.unwrap();
    assert_eq!(known.len(), 128, "no more than that of one report");
    let system = known.iter().find(|s| s.sensor == "system").and_then(|s| s.value.as_ref());
    let kept = system.is_some_and(|v| matches!(&v.reading, Reading::System(s) if s.hostname == nasty));
    assert!(kept, "readings are kept as they came");
    assert_eq!(bench.store.changes(None, 9).await.unwrap().len(), 2);
    let before = rows(&bench).await;
    bench.store.rebuild().await.unwrap();
    assert_eq!(rows(&bench).await, before);
    assert_eq!(bench.store.user(nasty).await.unwrap(), None);
    let search = Some(nasty.to_owned());
    assert_eq!(bench.store.servers(&ServerFilter { search, office: None }).await.unwrap().len(), 1);
}

pub(crate) async fn servers_are_found(bench: Bench) {
    for n in 1..=3 {
        bench.enrol(n).await;
    }
    let first = vec![
        system("WEB-01.dinkes", "6.1"),
        machine("PowerEdge R640", "SN_100%x"),
        interfaces(&["10.20.3.4/24", "fd00::4/64"]),
    ];
    let second = vec![system("Ébène\\srv", "6.1"), machine("ProLiant", "SNX100yx")];
    bench.receipts(&[report(1, 1, first), report(2, 1, second)], at(0)).await;
    let check = async |search: &str, expected: &[u8]| {
        let filter = ServerFilter { search: Some(search.into()), office: None };
        let mut found: Vec<_> =
            bench.store.servers(&filter).await.unwrap().into_iter().map(|s| s.agent).collect();
        found.sort();
        let mut expected: Vec<_> = expected.iter().map(|n| agent(*n)).collect();
        expected.sort();
        assert_eq!(found, expected, "{search}");
    };
    check("", &[1, 2, 3]).await;
    check("  ", &[1, 2, 3]).await;
    check("web-01", &[1]).await;
    check("DELL poweredge", &[1]).await;
    check("10.20.3.", &[1]).await;
    check("bookworm 10.20", &[1]).await;
    check("sn_100%", &[1]).await;
    check("%", &[1]).await;
    check("_", &[1]).await;
    check("ébène\\", &[2]).await;
    check("ÉBÈNE", &[2]).await;
    check("proliant bookworm", &[2]).await;
    check("proliant web", &[]).await;
    check(&agent(3).as_str().to_uppercase(), &[3]).await;
    check("dinkes", &[1, 2, 3]).await;
    let of = |office: &str| ServerFilter { search: Some("dell".into()), office: office.parse().ok() };
    assert_eq!(bench.store.servers(&of("dinkes")).await.unwrap().len(), 2);
    assert_eq!(bench.store.servers(&of("bappeda")).await.unwrap().len(), 0);
}

pub(crate) async fn lists_are_in_one_order(bench: Bench) {
    let names = ["b", "A", "a", "_", "é", "10", "9", "B-1", "b.1"];
    for (n, name) in (1..).zip(names) {
        bench.enrol(n).await;
        bench.receipts(&[report(n, 1, vec![system(name, "6.1")])], at(0)).await;
    }
    bench.receipts(&[some(1, 2)], at(0)).await;
    let listed = bench.store.servers(&ServerFilter::default()).await.unwrap();
    let listed: Vec<_> = listed.iter().map(|s| s.hostname.as_str()).collect();
    assert_eq!(listed, ["10", "9", "A", "B-1", "_", "a", "b.1", "srv1", "é"]);
    let sections = bench.store.sections_named(&["system"]).await.unwrap();
    assert!(sections.is_sorted_by_key(|(agent, _)| agent.clone()));
}

//! How long a judgement of everything takes, which a page waits for when the ledger has grown since the last one.

use jiff::SignedDuration;
use patuh_collector::config::Config;
use patuh_collector::tasks::evaluate::judge;
use patuh_compliance::Pack;
use patuh_protocol::backup::{BackupSet, Holds, Run, Target, Tool};
use patuh_protocol::digest::Digest;
use patuh_protocol::inventory::{Database, DatabaseService, Filesystem};
use patuh_protocol::lan::Interface;
use patuh_protocol::report::{Outcome, Reading};
use patuh_protocol::witness::{Layout, WitnessedObject, WitnessedStore};

use crate::bench::{Bench, at, machine, section, system};
use crate::large::{SERVERS, clock, enrol, entry};

const CONFIG: &str = r#"
[government]
code = "contoh"
name = "Pemerintah Kabupaten Contoh"
dinas = "Diskominfo"
timezone = "Asia/Jakarta"
packs = ["mjl-2021", "mlg-2020", "kebijakan-dinas"]
[agents]
listen = "127.0.0.1:0"
hosts = ["localhost"]
[[office]]
code = "dinkes"
name = "Dinas Kesehatan"
[[office]]
code = "bappeda"
name = "Bappeda"
[[office]]
code = "disdik"
name = "Dinas Pendidikan"
[[office]]
code = "dpmptsp"
name = "DPMPTSP"
[[site]]
code = "pusat-data"
name = "Pusat Data"
kind = "data_centre"
networks = ["10.10.0.0/24"]
"#;

/// Sets of a server, and runs of each: what agents tell of daily backups.
const SETS: u32 = 4;
const RUNS: u32 = 14;

fn id(n: u32, set: u32, run: u32) -> String {
    Digest::of(format!("{n} {set} {run}").as_bytes()).to_string()
}

fn set(n: u32, set: u32) -> BackupSet {
    let run = |run| Run { id: id(n, set, run), at: at(-86_400 * i64::from(run)), ..Run::default() };
    BackupSet {
        name: format!("set-{set}"),
        tool: Tool::Restic,
        holds: Holds::Both,
        target: Target { location: format!("sftp:c:/srv/{n}/{set}"), ..Target::default() },
        runs: (0..RUNS).map(run).collect(),
        count: u64::from(RUNS),
        sources: vec!["/etc".into(), "/home".into(), "/srv".into()],
        ..BackupSet::default()
    }
}

/// What a witness sees of the first set of a server.
fn store(n: u32) -> WitnessedStore {
    let object = |run| WitnessedObject {
        id: id(n, 0, run),
        first_seen: at(-86_400 * i64::from(run)),
        ..WitnessedObject::default()
    };
    WitnessedStore {
        path: format!("/srv/{n}/0"),
        layout: Layout::Restic,
        objects: (0..RUNS).map(object).collect(),
        ..WitnessedStore::default()
    }
}

fn sections(n: u32) -> Vec<patuh_protocol::report::Section> {
    let address = format!("10.{}.{}.{}/24", 20 + n / 60_000, n / 250 % 250, n % 250);
    let interface = Interface { name: "eth0".into(), addresses: vec![address], ..Interface::default() };
    let disk = Filesystem {
        mount: "/".into(),
        source: "/dev/sda1".into(),
        kind: "ext4".into(),
        ..Filesystem::default()
    };
    let database = |name: &str| Database { name: name.into(), ..Database::default() };
    let service = DatabaseService {
        name: "15/main".into(),
        databases: ["simpeg", "simpus", "arsip"].map(database).into(),
        ..DatabaseService::default()
    };
    let ok = |sensor: &str, reading| section(sensor, Outcome::Ok(reading));
    let mut sections = vec![
        system(&format!("srv-{n:04}"), "6.1.0-28-amd64"),
        machine("PowerEdge R640", &format!("SN-{n:06}")),
        ok("interfaces", Reading::Interfaces(vec![interface])),
        ok("filesystems", Reading::Filesystems(vec![disk])),
        ok("databases", Reading::Databases(vec![service])),
        ok("backup/restic", Reading::Backups((0..SETS).map(|at| set(n, at)).collect())),
    ];
    if n < 4 {
        let watched = (0..SERVERS).filter(|other| other % 4 == n).map(store).collect();
        sections.push(ok("witness", Reading::Witnessed(watched)));
    }
    sections
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn a_judgement_of_two_thousand_servers() {
    let bench = Bench::sqlite().await;
    for first in (0..SERVERS).step_by(32) {
        let some = first..SERVERS.min(first + 32);
        for n in some.clone() {
            enrol(&bench, n, at(0)).await;
        }
        let entries: Vec<_> = some.map(|n| entry(n, 0, sections(n))).collect();
        bench.receipts(&entries, at(10)).await;
    }
    let config = Config::parse("collector.toml", CONFIG).unwrap();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/packs");
    let pack =
        |id: &str| Pack::parse(&std::fs::read_to_string(folder.join(format!("{id}.toml"))).unwrap()).unwrap();
    let packs = ["mjl-2021", "mlg-2020", "kebijakan-dinas"].map(pack);
    let now = at(10) + SignedDuration::from_hours(1);
    for _ in 0..3 {
        let began = clock();
        let judged = judge(&bench.store, &config, &packs, now).await.unwrap();
        println!(
            "{SERVERS} servers, {} sets: judged in {:?}",
            judged.copies.servers.values().map(|server| server.sets.len()).sum::<usize>(),
            began.elapsed()
        );
        assert_eq!(judged.estate.servers.len(), SERVERS as usize);
    }
}

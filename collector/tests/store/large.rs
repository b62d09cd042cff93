//! Two thousand servers with a thousand packages each: what a first report costs, and how long a search takes.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use patuh_collector::store::{Enrolment, Entry};
use patuh_protocol::body;
use patuh_protocol::digest::Digest;
use patuh_protocol::id::{AgentId, Code};
use patuh_protocol::inventory::{Disk, Package};
use patuh_protocol::lan::Interface;
use patuh_protocol::report::{Outcome, Reading, Report, Section};
use patuh_protocol::seal::Sealed;
use ring::signature::{Ed25519KeyPair, KeyPair as _};

use crate::bench::{Bench, at, machine, section, system};

pub(crate) const SERVERS: u32 = 2_000;
const PACKAGES: u32 = 1_000;
/// Names there are in all, and versions of each.
const NAMES: u32 = 3_000;
const VERSIONS: u32 = 4;

/// The longest that an officer waits for a search.
const ALLOWED: Duration = Duration::from_millis(100);

/// What officers type: hardly found, found on one server, on hundreds, on all.
const TYPED: [&str; 16] = [
    "srv-1234",
    "10.20.7.210",
    "aa:bb:cc:00:04:d2",
    "SN-001234",
    "openssl",
    "openssl 3.0.1",
    "package-0042",
    "package-0042 1.2",
    "dinkes",
    "kesehatan openssl",
    "debian",
    "poweredge r640",
    "lib",
    "10.20",
    "a",
    "nowhere",
];

fn key(n: u32) -> Ed25519KeyPair {
    let mut seed = [7; 32];
    seed[..4].copy_from_slice(&n.to_le_bytes());
    Ed25519KeyPair::from_seed_unchecked(&seed).unwrap()
}

/// The name and version of a package on a server: most servers have most names, in one of a few versions.
fn package(server: u32, n: u32) -> Package {
    let name = (server * 37 + n * 3) % NAMES;
    let version = (server / 500 + name) % VERSIONS;
    let name = match name {
        0 => "openssl".to_owned(),
        1..=400 => format!("lib-{name:04}-dev"),
        _ => format!("package-{name:04}"),
    };
    Package {
        name,
        version: format!("3.0.{version}-1.{version}"),
        architecture: "amd64".into(),
        ..Package::default()
    }
}

fn report(n: u32, version: u32) -> Entry {
    let mac = format!("aa:bb:cc:00:{:02x}:{:02x}", n / 256, n % 256);
    let address = format!("10.20.{}.{}/24", n / 250, n % 250);
    let interface =
        Interface { name: "eth0".into(), mac: Some(mac), addresses: vec![address], ..Interface::default() };
    let disk = |place: u32| Disk {
        name: format!("sd{place}"),
        model: Some("ST4000NM0035".into()),
        serial: Some(format!("ZC{n:05}{place}")),
        ..Disk::default()
    };
    let mut packages: Vec<_> = (0..PACKAGES).map(|package_n| package(n, package_n)).collect();
    for upgraded in packages.iter_mut().take(if version > 0 { 10 } else { 0 }) {
        upgraded.version = format!("4.{version}");
    }
    let sections = vec![
        system(&format!("srv-{n:04}"), "6.1.0-28-amd64"),
        machine("PowerEdge R640", &format!("SN-{n:06}")),
        section("interfaces", Outcome::Ok(Reading::Interfaces(vec![interface]))),
        section("disks", Outcome::Ok(Reading::Disks((0..4).map(disk).collect()))),
        section("packages/dpkg", Outcome::Ok(Reading::Packages(packages))),
    ];
    entry(n, version, sections)
}

/// The report number `version` of a server, as it comes in.
pub(crate) fn entry(n: u32, version: u32, sections: Vec<Section>) -> Entry {
    let taken_at = at(i64::from(version));
    let agent_version = "0.1.0".to_owned();
    let report = Report { version: 1, agent_version, taken_at, sections, gap: None, base: None };
    let agent = AgentId::of_key(key(n).public_key().as_ref());
    let packed = body::pack(&report).unwrap();
    let sealed = Sealed::new(&key(n), agent, u64::from(version) + 1, taken_at, packed);
    let (report, carried) = body::open_with_base(&sealed.body).unwrap();
    Entry::Report { sealed, report, carried, office: office(n) }
}

fn office(n: u32) -> Code {
    let codes = ["dinkes", "bappeda", "disdik", "dpmptsp"];
    codes[n as usize % codes.len()].parse().unwrap()
}

pub(crate) async fn enrol(bench: &Bench, n: u32, now: Timestamp) {
    let (id, secret, key) = (format!("{n:08x}"), Digest::of(&n.to_le_bytes()), key(n));
    let public = key.public_key().as_ref();
    bench.store.add_token(&id, secret, &office(n), None, now, at(3600)).await.unwrap();
    let enrolled = bench.store.enrol(&id, secret, &AgentId::of_key(public), public, now).await.unwrap();
    assert!(matches!(enrolled, Enrolment::Enrolled(_)));
}

#[expect(clippy::disallowed_methods, reason = "it measures")]
pub(crate) fn clock() -> Instant {
    Instant::now()
}

/// Processor time of this process so far, in hundredths of a second (proc(5)): the time on the wall depends on what
/// else the machine does.
fn ticks() -> u32 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<_> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[11].parse::<u32>().unwrap() + fields[12].parse::<u32>().unwrap()
}

/// Hands in one report of each server, 32 in one transaction, and returns what one costs.
async fn hand_in(bench: &Bench, version: u32) -> String {
    let (mut spent, mut busy) = (Duration::ZERO, 0);
    for first in (0..SERVERS).step_by(32) {
        let entries: Vec<_> = (first..SERVERS.min(first + 32)).map(|n| report(n, version)).collect();
        let (began, before) = (clock(), ticks());
        bench.receipts(&entries, at(10)).await;
        (spent, busy) = (spent + began.elapsed(), busy + ticks() - before);
    }
    format!("{:?}, {:.1} ms of processor time", spent / SERVERS, f64::from(busy) * 10.0 / f64::from(SERVERS))
}

async fn measure(bench: Bench, engine: &str) {
    for n in 0..SERVERS {
        enrol(&bench, n, at(0)).await;
    }
    println!("{engine}: a first report of {PACKAGES} packages: {}", hand_in(&bench, 0).await);
    println!("{engine}: a report with 10 of them upgraded: {}", hand_in(&bench, 1).await);
    let offices: BTreeMap<Code, String> = [("dinkes".parse().unwrap(), "Dinas Kesehatan".to_owned())].into();
    for text in TYPED {
        let mut times = Vec::new();
        let mut found = (0, 0);
        for _ in 0..5 {
            let began = clock();
            let all = bench.store.find(text, &offices, 20).await.unwrap();
            times.push(began.elapsed());
            found = (all.all_servers, all.all_packages);
        }
        times.sort();
        println!("{engine}: {text}: {:?} ({} servers, {} packages)", times[2], found.0, found.1);
        if !cfg!(debug_assertions) {
            assert!(times[2] < ALLOWED, "{engine}: {text} took {:?}", times[2]);
        }
    }
    let found = bench.store.find("srv-1234", &offices, 20).await.unwrap();
    assert_eq!((found.servers[0].hostname.as_str(), found.all_servers), ("srv-1234", 1));
    let found = bench.store.find("openssl 3.0.1", &offices, 20).await.unwrap();
    let on = bench.store.servers_with("packages/dpkg", "openssl", &found.packages[0].version).await.unwrap();
    assert_eq!(on.len(), found.packages[0].servers);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn a_search_takes_less_than_a_tenth_of_a_second_on_sqlite() {
    measure(Bench::sqlite().await, "SQLite").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn a_search_takes_less_than_a_tenth_of_a_second_on_postgres() {
    measure(Bench::postgres("large").await, "PostgreSQL").await;
}

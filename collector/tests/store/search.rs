//! Finding by whatever is typed.

use std::collections::BTreeMap;

use patuh_collector::store::Found;
use patuh_protocol::id::Code;
use patuh_protocol::inventory::{Database, DatabaseService, Machine, Site};
use patuh_protocol::lan::Interface;
use patuh_protocol::report::{Outcome, Reading, Section};

use crate::bench::{Bench, agent, at, machine, packages, report, section, system};

fn offices() -> BTreeMap<Code, String> {
    [("dinkes".parse().unwrap(), "Dinas Kesehatan".to_owned())].into()
}

fn interfaces(mac: &str, addresses: &[&str]) -> Section {
    let addresses = addresses.iter().map(|&address| address.into()).collect();
    let interface =
        Interface { name: "eth0".into(), mac: Some(mac.into()), addresses, ..Interface::default() };
    section("interfaces", Outcome::Ok(Reading::Interfaces(vec![interface])))
}

fn site(name: &str) -> Section {
    let site = Site { names: vec![name.into()], ..Site::default() };
    section("sites", Outcome::Ok(Reading::Sites(vec![site])))
}

fn database(name: &str) -> Section {
    let databases = vec![Database { name: name.into(), size_bytes: None, modified_at: None }];
    let service = DatabaseService { name: "15/main".into(), databases, ..DatabaseService::default() };
    section("databases", Outcome::Ok(Reading::Databases(vec![service])))
}

/// What is found, in words: servers with the reason, packages with their number of servers.
fn words(found: &Found) -> Vec<String> {
    let servers = found.servers.iter().map(|hit| format!("{} {:?} {}", hit.hostname, hit.why, hit.text));
    let packages = found.packages.iter().map(|hit| format!("{} {}: {}", hit.name, hit.version, hit.servers));
    servers.chain(packages).collect()
}

async fn check(bench: &Bench, text: &str, expected: &[&str]) {
    let found = bench.store.find(text, &offices(), 20).await.unwrap();
    assert_eq!(words(&found), expected, "{text}");
    assert_eq!((found.all_servers, found.all_packages), (found.servers.len(), found.packages.len()));
}

/// Three servers of one office.
async fn three(bench: &Bench) {
    for n in 1..=3 {
        bench.enrol(n).await;
    }
    let web = vec![
        system("web-01", "6.1.0-28"),
        machine("PowerEdge R640", "ABC1234"),
        interfaces("aa:bb:cc:dd:ee:01", &["10.20.3.4/24", "fd00::4/64"]),
        site("www.contoh.go.id"),
        packages(&[("openssl", "3.0.11"), ("nginx", "1.22.1"), ("libssl3", "3.0.11")]),
    ];
    let db = vec![
        system("DB-Simda", "6.1.0-28"),
        machine("ProLiant DL380", "SN_100%x"),
        interfaces("aa:bb:cc:dd:ee:02", &["10.20.3.40/24"]),
        database("simda_2026"),
        packages(&[("openssl", "3.0.11"), ("postgresql-15", "15.5")]),
    ];
    let app =
        vec![system("nginx-proxy", "6.1.0-28"), packages(&[("openssl", "3.0.15"), ("nginx", "1.22.1")])];
    bench.receipts(&[report(1, 1, web), report(2, 1, db), report(3, 1, app)], at(0)).await;
}

pub(crate) async fn everything_an_officer_types_is_found(bench: Bench) {
    three(&bench).await;
    let (web, db, app) = ("web-01", "DB-Simda", "nginx-proxy");
    let line = |host: &str, why: &str| format!("{host} {why}");
    let check = async |text: &str, expected: &[&str]| check(&bench, text, expected).await;
    check("", &[]).await;
    check("web-01", &[&line(web, "Host web-01")]).await;
    check("WEB", &[&line(web, "Host web-01")]).await;
    check("10.20.3.4", &[&line(web, "Address 10.20.3.4/24"), &line(db, "Address 10.20.3.40/24")]).await;
    check("fd00::4", &[&line(web, "Address fd00::4/64")]).await;
    for mac in ["AA:BB:CC:DD:EE:02", "aa-bb-cc-dd-ee-02", "aabb.ccdd.ee02", "aabbccddee02"] {
        check(mac, &[&line(db, "Mac aa:bb:cc:dd:ee:02")]).await;
    }
    check("abc1234", &[&line(web, "Serial ABC1234")]).await;
    check("poweredge r640", &[&line(web, "Model Dell Inc. PowerEdge R640")]).await;
    check("contoh.go.id", &[&line(web, "Site www.contoh.go.id")]).await;
    check("simda", &[&line(db, "Host DB-Simda")]).await;
    check("simda_2026", &[&line(db, "Database simda_2026")]).await;
    let office = |host: &str| line(host, "Office Dinas Kesehatan");
    check("dinkes", &[&office(db), &office(app), &office(web)]).await;
    check("kesehatan", &[&office(db), &office(app), &office(web)]).await;
    check("dinkes 10.20", &[&line(db, "Address 10.20.3.40/24"), &line(web, "Address 10.20.3.4/24")]).await;
    let name = agent(2).to_string();
    check(&name, &[&line(db, &format!("Agent {name}"))]).await;
    check("bookworm web", &[&line(web, "Host web-01")]).await;
    check("bookworm nothing-of-it", &[]).await;
}

pub(crate) async fn packages_are_counted(bench: Bench) {
    three(&bench).await;
    let check = async |text: &str, expected: &[&str]| check(&bench, text, expected).await;
    check("openssl", &["openssl 3.0.11: 2", "openssl 3.0.15: 1"]).await;
    check("openssl 3.0.11", &["openssl 3.0.11: 2"]).await;
    check("openssl 3", &["openssl 3.0.11: 2", "openssl 3.0.15: 1"]).await;
    check("ssl", &["libssl3 3.0.11: 1", "openssl 3.0.11: 2", "openssl 3.0.15: 1"]).await;
    // Hosts before packages.
    check("nginx", &["nginx-proxy Host nginx-proxy", "nginx 1.22.1: 2"]).await;
    // Packages of the servers that another word finds.
    check("web openssl", &["openssl 3.0.11: 1"]).await;
    check("dinkes nginx", &["nginx-proxy Host nginx-proxy", "nginx 1.22.1: 2"]).await;
    check("poweredge postgresql", &[]).await;
    let on = bench.store.servers_with("packages/dpkg", "openssl", "3.0.11").await.unwrap();
    assert_eq!(on.iter().map(|server| server.hostname.as_str()).collect::<Vec<_>>(), ["DB-Simda", "web-01"]);
    assert_eq!(bench.store.servers_with("packages/rpm", "openssl", "3.0.11").await.unwrap(), []);

    // Upgraded, removed, and gone with its sensor.
    bench.receipts(&[report(1, 2, vec![packages(&[("openssl", "3.0.15")])])], at(9)).await;
    check("openssl", &["openssl 3.0.11: 1", "openssl 3.0.15: 2"]).await;
    check("libssl3", &[]).await;
    bench.receipts(&[report(3, 2, vec![section("packages/dpkg", Outcome::Nothing)])], at(9)).await;
    check("openssl", &["openssl 3.0.11: 1", "openssl 3.0.15: 1"]).await;
    bench.receipts(&[report(3, 3, vec![section("packages/dpkg", Outcome::Failed("x".into()))])], at(9)).await;
    bench.receipts(&[report(1, 3, vec![section("packages/dpkg", Outcome::Failed("x".into()))])], at(9)).await;
    check("openssl", &["openssl 3.0.11: 1", "openssl 3.0.15: 1"]).await;
    bench.store.rebuild().await.unwrap();
    check("openssl", &["openssl 3.0.11: 1", "openssl 3.0.15: 1"]).await;
}

/// More servers than one row of bits holds.
pub(crate) async fn hundreds_of_servers_are_counted(bench: Bench) {
    let mut reports = Vec::new();
    for n in 1..=190 {
        bench.enrol(n).await;
        let version = if n % 3 == 0 { "2" } else { "1" };
        reports.push(report(n, 1, vec![packages(&[("bash", version), (&format!("only-{n}"), "1")])]));
    }
    bench.receipts(&reports, at(0)).await;
    check(&bench, "bash", &["bash 1: 127", "bash 2: 63"]).await;
    check(&bench, "only-190", &["only-190 1: 1"]).await;
    assert_eq!(bench.store.servers_with("packages/dpkg", "bash", "2").await.unwrap().len(), 63);
    let found = bench.store.find("dinkes", &offices(), 20).await.unwrap();
    assert_eq!((found.servers.len(), found.all_servers), (20, 190));
}

pub(crate) async fn hostile_words_find_what_is_called_so(bench: Bench) {
    bench.enrol(1).await;
    let long = "x".repeat(5000);
    let odd =
        Machine { serial: Some(long.clone()), asset_tag: Some("100%_a\\b'\"".into()), ..Machine::default() };
    let sections = vec![
        system("a\0b%c", "6"),
        section("machine", Outcome::Ok(Reading::Machine(Box::new(odd)))),
        packages(&[(&long, "1"), ("name", &long), ("na%me", "1_2"), ("nul\0", "1"), ("", "1")]),
    ];
    bench.receipts(&[report(1, 1, sections)], at(0)).await;
    bench.receipts(&[report(1, 2, vec![packages(&[("na%me", "1_3"), ("nul\0", "1")])])], at(0)).await;
    let (host, tag) = ("a\u{fffd}b%c", "100%_a\\b'\"");
    let check = async |text: &str, expected: &[&str]| check(&bench, text, expected).await;
    check("%", &[]).await;
    check("_", &[]).await;
    check("0%_", &[&format!("{host} Serial {tag}")]).await;
    check("a\\b'\"", &[&format!("{host} Serial {tag}")]).await;
    check("b%c", &[&format!("{host} Host a b%c")]).await;
    check("na%me", &["na%me 1_3: 1"]).await;
    check("1_3", &["na%me 1_3: 1"]).await;
    check("1_2", &[]).await;
    check("nul", &["nul\u{fffd} 1: 1"]).await;
    check(&"%".repeat(10_000), &[]).await;
    check(&"a ".repeat(10_000), &[&format!("{host} Host a b%c")]).await;
    check(&format!("'; DROP TABLE servers; -- {}", "\u{202e}\0\u{1}".repeat(3000)), &[]).await;
    let found = bench.store.find(&long, &offices(), 20).await.unwrap();
    assert_eq!(found.servers.len(), 1, "of a long number its beginning is found");
    assert_eq!(found.packages, []);
}

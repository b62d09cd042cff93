//! Every version of the wire that ever was stays readable: a sealed report of each lies in `tests/golden/wire`, as
//! an agent of its time sent it. They are evidence, and never written again.
//!
//! With a new [`VERSION`], `cargo test -p patuh-protocol --test wire -- --ignored keep` lays its own beside them.

#![expect(clippy::unwrap_used, reason = "a report that is not as it should be fails the test")]

use std::fs;
use std::path::PathBuf;

use patuh_protocol::VERSION;
use patuh_protocol::base::{Base, name};
use patuh_protocol::body;
use patuh_protocol::id::AgentId;
use patuh_protocol::report::{Outcome, Report};
use patuh_protocol::seal::Sealed;
use ring::signature::{Ed25519KeyPair, KeyPair as _};

fn key() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap()
}

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/golden").join(name)
}

/// The report of `version`, its seal checked.
fn read(version: u16) -> (Report, Base) {
    let bytes = fs::read(golden(&format!("wire/{version}.report"))).unwrap();
    let sealed = Sealed::parse(&bytes).unwrap();
    sealed.verify(key().public_key().as_ref()).unwrap();
    let (report, carried) = body::open_with_base(&sealed.body).unwrap();
    assert_eq!((report.version, report.taken_at), (version, sealed.taken_at));
    (report, carried)
}

/// How many sections of each outcome a report has: read, the same, nothing there, failed.
fn outcomes(report: &Report) -> [usize; 4] {
    let count = |wanted: fn(&Outcome) -> bool| report.sections.iter().filter(|s| wanted(&s.outcome)).count();
    [
        count(|outcome| matches!(outcome, Outcome::Ok(_))),
        count(|outcome| matches!(outcome, Outcome::Same)),
        count(|outcome| matches!(outcome, Outcome::Nothing)),
        count(|outcome| matches!(outcome, Outcome::Failed(_))),
    ]
}

#[test]
fn version_1() {
    let (report, carried) = read(1);
    assert_eq!(outcomes(&report), [11, 0, 2, 0]);
    assert_eq!(report.base, None);
    assert!(
        report
            .sections
            .iter()
            .all(|s| carried.get(&s.sensor).is_some() == matches!(s.outcome, Outcome::Ok(_)))
    );
}

/// The report after that of version 1, in which only the packages are others.
#[test]
fn version_2() {
    let ((_, base), (report, carried)) = (read(1), read(2));
    assert_eq!(outcomes(&report), [1, 10, 2, 0]);
    assert!(carried.get("packages/rpm").is_some());
    let same = report.sections.iter().filter(|s| s.outcome == Outcome::Same);
    let same = same.map(|s| (s.sensor.as_str(), base.get(&s.sensor).unwrap())).collect();
    assert_eq!(report.base, Some(name(&same)));
}

#[test]
fn there_is_one_of_every_version() {
    for version in 1..=VERSION {
        read(version);
    }
}

#[test]
#[ignore = "lays down a report of this version, where there is none"]
#[expect(clippy::disallowed_methods, reason = "version control keeps the golden files")]
fn keep() {
    let path = golden(&format!("wire/{VERSION}.report"));
    if path.exists() {
        return;
    }
    let (before, base) = read(VERSION - 1);
    let mut report = Report { version: VERSION, ..before };
    for section in &mut report.sections {
        if let Outcome::Ok(patuh_protocol::report::Reading::Packages(packages)) = &mut section.outcome {
            packages.pop();
        }
    }
    let body = body::pack(&base.shorten(report.clone())).unwrap();
    let agent = AgentId::of_key(key().public_key().as_ref());
    fs::write(path, Sealed::new(&key(), agent, 43, report.taken_at, body).to_bytes()).unwrap();
}

//! Clients with and without a memory.

use patuh_protocol::backup::{Holds, TargetClass};

use super::state::tests::{Laid, file};
use super::*;
use crate::roots::fixture;

const DIRECTOR: &str = "Director {\n  Name = bareos-dir\n  Password = \"rahasia\"\n}\n";

fn sets(jobs: Option<&[Laid<'_>]>, settings: &Settings) -> Result<Vec<BackupSet>, String> {
    let mut files = vec![
        ("etc/bareos/bareos-fd.d/director/bareos-dir.conf", DIRECTOR.as_bytes().to_vec()),
        ("proc/self/mountinfo", b"1 0 8:1 / / rw - ext4 /dev/sda1 rw\n".to_vec()),
        (
            "var/lib/bareos/bareos-dir.9101.state",
            file(&[(b'B', b'T', b'F', 1, "orang-lain.2026-11-21_19.05.00_04")]),
        ),
    ];
    files.extend(jobs.map(|jobs| ("var/lib/bareos/bareos-fd.9102.state", file(jobs))));
    match read(&fixture::host(&files).roots, settings, Timestamp::UNIX_EPOCH) {
        Ok(Some(Reading::Backups(sets))) => Ok(sets),
        Ok(_) => Ok(Vec::new()),
        Err(failure) => Err(failure.to_string()),
    }
}

fn check(jobs: Option<&[Laid<'_>]>, expected: &[&str]) {
    let shown = |set: &BackupSet| {
        let runs: String = set.runs.iter().map(|run| format!(" {}={:?}", run.id, run.whole)).collect();
        let problems: String = set.problems.iter().map(|p| format!(" {:?}:{}", p.kind, p.about)).collect();
        format!("{} {:?}{runs}{problems}", set.name, set.basis)
    };
    let sets = sets(jobs, &Settings::default()).unwrap();
    assert_eq!(sets.iter().map(shown).collect::<Vec<_>>(), expected);
}

const FIRST: &str = "harian.2026-11-20_19.05.00_04";
const SECOND: &str = "harian.2026-11-21_19.05.00_05";

#[test]
fn a_client_without_a_memory_is_configured() {
    check(None, &["bareos bareos-dir Configured"]);
    check(Some(&[]), &["bareos bareos-dir Configured"]);
    check(Some(&[(b'R', b'T', b'F', 3, "pulih.2026-11-20_19.05.00_04")]), &["bareos bareos-dir Configured"]);
}

#[test]
fn jobs_that_are_remembered_are_sets() {
    check(
        Some(&[
            (b'B', b'T', b'F', 3, FIRST),
            (b'B', b'T', b'I', 0, SECOND),
            (b'B', b'T', b'F', 9, "Katalog"),
        ]),
        &["bareos Katalog Traces Katalog=None", &format!("bareos harian Traces {SECOND}=None {FIRST}=None")],
    );
    let set = sets(Some(&[(b'B', b'T', b'F', 3, FIRST)]), &Settings::default()).unwrap().remove(0);
    let run = set.runs.first().unwrap();
    assert_eq!(
        (run.files, run.bytes, run.at.to_string().as_str()),
        (Some(3), Some(15), "2026-11-21T19:00:00Z")
    );
    assert_eq!((set.holds, set.target.class, set.oldest_at), (Holds::Unknown, TargetClass::Unknown, None));
}

#[test]
fn what_went_wrong_is_told() {
    let (full, failed) = ((b'B', b'T', b'F', 3, FIRST), (b'B', b'f', b'I', 7, SECOND));
    check(Some(&[full, failed]), &[&format!("bareos harian Traces {FIRST}=None ToolFailed:{SECOND}")]);
    // Before another that went well it is history.
    check(Some(&[failed, full]), &[&format!("bareos harian Traces {FIRST}=None")]);
    check(Some(&[failed]), &[&format!("bareos harian Traces ToolFailed:{SECOND}")]);
    let (empty, warned) = ((b'B', b'T', b'F', 0, FIRST), (b'B', b'W', b'I', 7, SECOND));
    check(
        Some(&[empty, warned]),
        &[&format!("bareos harian Traces {SECOND}=None {FIRST}=None Incomplete:{SECOND} NoFiles:{FIRST}")],
    );
}

#[test]
fn an_administrator_may_say_more() {
    let told = |job: &str| BareosSettings {
        job: job.into(),
        holds: Some(Holds::Files),
        sources: vec!["/etc".into()],
        storage: Some("cadangan.kab.go.id".into()),
    };
    let settings = |job| Settings { bareos: vec![told(job)], ..Settings::default() };
    let jobs: &[Laid<'_>] = &[(b'B', b'T', b'F', 3, FIRST)];
    let set = sets(Some(jobs), &settings("harian")).unwrap().remove(0);
    assert_eq!((set.holds, set.sources.as_slice()), (Holds::Files, &["/etc".to_owned()][..]));
    assert_eq!(
        (set.target.location.as_str(), set.target.class),
        ("cadangan.kab.go.id", TargetClass::OtherHost)
    );
    let both = sets(Some(jobs), &settings("mingguan")).unwrap();
    assert_eq!(both.iter().map(|set| set.problems.len()).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(sets(None, &settings("harian")).unwrap_err(), "harian: klien tidak mengingat pekerjaan itu");
}

//! Repositories here, elsewhere, encrypted and asked.

use patuh_protocol::backup::TargetClass;

use super::info::tests::{ANSWER, WRITTEN};
use super::*;
use crate::roots::fixture;

const CONFIG: (&str, &str) = (
    "etc/pgbackrest.conf",
    "[global]\nrepo1-path=/srv/pgbackrest\nrepo1-retention-full=2\n[simpeg]\npg1-path=/var/lib/pg\n",
);
const INFO: &str = "srv/pgbackrest/backup/simpeg/backup.info";
const FULL: &str = "20261122-112845F";
const INCREMENTAL: &str = "20261122-112845F_20261122-112851I";

fn manifest(label: &str) -> String {
    format!("srv/pgbackrest/backup/simpeg/{label}/backup.manifest")
}

fn sets(files: &[(&str, &str)], settings: &Settings) -> Result<Vec<BackupSet>, String> {
    let facts = [FULL, INCREMENTAL].map(|label| {
        format!(r#""/srv/pgbackrest/backup/simpeg/{label}": {{"modified": "2026-11-22T11:29:00Z"}}"#)
    });
    let facts = format!("{{{}}}", facts.join(","));
    let fixed = [
        ("proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"),
        (".host/files.json", facts.as_str()),
    ];
    match read(&fixture::host(&[files, &fixed].concat()).roots, settings, Timestamp::UNIX_EPOCH) {
        Ok(Some(Reading::Backups(sets))) => Ok(sets),
        Ok(_) => Ok(Vec::new()),
        Err(failure) => Err(failure.to_string()),
    }
}

fn check(files: &[(&str, &str)], settings: &Settings, expected: Result<&[&str], &str>) {
    let shown = |set: &BackupSet| {
        let runs: String = set.runs.iter().map(|run| format!(" {}", run.id)).collect();
        let problems: String = set.problems.iter().map(|p| format!(" {:?}:{}", p.kind, p.about)).collect();
        format!("{} {:?} {:?}{runs}{problems}", set.name, set.basis, set.encrypted)
    };
    let found = sets(files, settings).map(|sets| sets.iter().map(shown).collect::<Vec<_>>());
    let expected = expected.map(|sets| sets.iter().map(|set| (*set).to_owned()).collect());
    assert_eq!(found, expected.map_err(str::to_owned));
}

fn asking() -> Settings {
    let told = PgbackrestSettings { name: "simpeg".into(), stanza: "simpeg".into(), ask: true };
    Settings { pgbackrest: vec![told], ..Settings::default() }
}

#[test]
fn a_repository_here_is_read() {
    let (full, incremental) = (manifest(FULL), manifest(INCREMENTAL));
    let files = [CONFIG, (INFO, WRITTEN), (&full, ""), (&incremental, "")];
    let name = "pgbackrest simpeg Files Some(false)";
    check(&files, &Settings::default(), Ok(&[&format!("{name} {INCREMENTAL} {FULL}")]));
    let set = sets(&files, &Settings::default()).unwrap().remove(0);
    assert_eq!(set.system_id.as_deref(), Some("7710956317623699643"));
    assert_eq!((set.databases, set.sources), (vec!["*".to_owned()], vec!["/var/lib/pg".to_owned()]));
    assert_eq!((set.target.class, set.holds, set.count), (TargetClass::SameFilesystem, Holds::Database, 2));
    // Listed, but its folder is gone.
    check(
        &files[..3],
        &Settings::default(),
        Ok(&[&format!("{name} {INCREMENTAL} {FULL} Incomplete:{INCREMENTAL}")]),
    );
    check(&[CONFIG], &Settings::default(), Err("/srv/pgbackrest/backup/simpeg: tidak memuat backup.info"));
}

#[test]
fn of_an_encrypted_one_the_names_are_seen() {
    let half = manifest(INCREMENTAL).replace("backup.manifest", "backup.manifest.copy");
    check(
        &[CONFIG, (INFO, "Salted__L\u{1}"), (&manifest(FULL), "Salted__"), (&half, "")],
        &Settings::default(),
        Ok(&[&format!("pgbackrest simpeg Files Some(true) {FULL}")]),
    );
}

#[test]
fn one_elsewhere_is_configured_or_asked() {
    let remote = ("etc/pgbackrest.conf", "[simpeg]\nrepo1-host=cadangan\npg1-path=/x\n");
    check(&[remote], &Settings::default(), Ok(&["pgbackrest simpeg Configured None"]));
    let asked = (".host/cmd/pgbackrest_info_simpeg", ANSWER);
    check(&[remote, asked], &asking(), Ok(&[&format!("simpeg Asked Some(false) {FULL}")]));
    check(&[remote], &asking(), Err("pgbackrest info simpeg: not recorded"));
    let missing =
        ANSWER.replacen("\"code\":0,\"message\":\"ok\"", "\"code\":2,\"message\":\"no valid backups\"", 1);
    check(
        &[remote, (asked.0, &missing)],
        &asking(),
        Ok(&[&format!("simpeg Asked Some(false) {FULL} Unreadable:simpeg: no valid backups")]),
    );
    // What cannot be asked is looked at.
    let failed = (".host/cmd/pgbackrest_info_simpeg.failed", "kode keluar 55");
    let local = [CONFIG, (INFO, WRITTEN), failed];
    assert_eq!(sets(&local, &asking()).unwrap()[0].basis, Basis::Files);
    let no_stanza = ("etc/pgbackrest.conf", "[global]\nrepo1-path=/var/lib/pgbackrest\n");
    check(&[no_stanza], &Settings::default(), Ok(&[]));
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(text in ".*") {
        let _ = sets(&[CONFIG, (INFO, &text)], &Settings::default());
    }
}

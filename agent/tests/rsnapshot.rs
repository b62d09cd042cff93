//! The real rsnapshot, night after night, and what the sensor makes of what it leaves.
//!
//! rsnapshot works in a folder; the agent reads that folder as a host of its own. So the configuration and the log,
//! which name whole paths, are handed to it with that folder taken out of them, and with them the times that
//! everything has. Without rsnapshot the test says so and passes; `tests/prepare` installs it.
#![expect(clippy::disallowed_methods, reason = "runs the tool, and lays out a host for it")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a tool that answers oddly fails the test")]
#![expect(clippy::indexing_slicing, reason = "a set that is missing fails the test")]
#![expect(clippy::print_stdout, reason = "says what it skips")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::Timestamp;
use patuh_agent::roots::Roots;
use patuh_agent::sensors::{self, Settings};
use patuh_protocol::backup::{BackupSet, Holds, ProblemKind};
use patuh_protocol::report::{Outcome, Reading};
use tempfile::TempDir;

/// A host with something to be backed up.
struct Bench(TempDir);

const DUMP: &str = "#!/bin/sh\nset -e\n[ ! -e @/gone ] || exit 3\n\
    printf -- '-- PostgreSQL database dump\\n1\\n-- PostgreSQL database dump complete\\n' > simpeg.sql\n";
const CONFIG: &str = "config_version\t1.2\nsnapshot_root\t@/srv/rs/\ncmd_cp\t/bin/cp\ncmd_rm\t/bin/rm\n\
    cmd_rsync\t/usr/bin/rsync\nretain\tdaily\t7\nlogfile\t@/var/log/rsnapshot.log\nloglevel\t3\n\
    backup\t@/data/\tlocalhost/\nbackup_script\t@/dump.sh\tdb/\n";

impl Bench {
    /// `None` when there is no rsnapshot here.
    fn new() -> Option<Self> {
        if let Err(error) = Command::new("rsnapshot").arg("-v").output() {
            println!("skipped: rsnapshot: {error}");
            return None;
        }
        let bench = Self(tempfile::tempdir().unwrap());
        bench.put("data/berkas", "isi");
        bench.put("dump.sh", DUMP);
        fs::set_permissions(bench.at("dump.sh"), fs::Permissions::from_mode(0o755)).unwrap();
        bench.put("real.conf", CONFIG);
        bench.put("proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n");
        fs::create_dir_all(bench.at("var/log")).unwrap();
        Some(bench)
    }

    fn at(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    /// Writes a file; `@` stands for the folder.
    fn put(&self, below: &str, text: &str) {
        fs::create_dir_all(self.at(below).parent().unwrap()).unwrap();
        fs::write(self.at(below), text.replace('@', self.0.path().to_str().unwrap())).unwrap();
    }

    /// One night: whether rsnapshot ended well.
    fn night(&self) -> bool {
        let mut rsnapshot = Command::new("rsnapshot");
        rsnapshot.arg("-c").arg(self.at("real.conf")).arg("daily").env("TZ", "Asia/Jayapura");
        rsnapshot.output().unwrap().status.success()
    }

    /// What the sensor says: the set of the files, and that of the script.
    fn sets(&self) -> (BackupSet, BackupSet) {
        let mut times = BTreeMap::new();
        self.note(Path::new("srv"), &mut times);
        self.note(Path::new("var"), &mut times);
        let whole = self.0.path().to_str().unwrap();
        let log = fs::read_to_string(self.at("var/log/rsnapshot.log")).unwrap();
        fs::write(self.at("seen.log"), log.replace(whole, "")).unwrap();
        fs::create_dir_all(self.at("etc")).unwrap();
        let config = CONFIG.replace('@', "").replace("/var/log/rsnapshot.log", "/seen.log");
        fs::write(self.at("etc/rsnapshot.conf"), config).unwrap();
        let written = times["/var/log/rsnapshot.log"].clone();
        times.insert("/seen.log".to_owned(), written);
        fs::create_dir_all(self.at(".host")).unwrap();
        fs::write(self.at(".host/files.json"), serde_json::to_vec(&times).unwrap()).unwrap();
        let sensor = sensors::ALL.iter().find(|sensor| sensor.name == "backup/rsnapshot").unwrap();
        let now =
            Timestamp::try_from(fs::metadata(self.at("seen.log")).unwrap().modified().unwrap()).unwrap();
        match sensor.section(&Roots::at(self.0.path()), &Settings::default(), now).outcome {
            Outcome::Ok(Reading::Backups(sets)) if sets.len() == 2 => (sets[0].clone(), sets[1].clone()),
            other => panic!("{other:?}"),
        }
    }

    /// Notes when everything below a folder was changed.
    fn note(&self, below: &Path, times: &mut BTreeMap<String, BTreeMap<&'static str, String>>) {
        let path = self.0.path().join(below);
        let modified = Timestamp::try_from(fs::metadata(&path).unwrap().modified().unwrap()).unwrap();
        let noted = BTreeMap::from([("modified", modified.to_string())]);
        times.insert(format!("/{}", below.display()), noted);
        if path.is_dir() {
            for entry in fs::read_dir(&path).unwrap() {
                self.note(&below.join(entry.unwrap().file_name()), times);
            }
        }
    }
}

fn problems(set: &BackupSet) -> Vec<(&str, ProblemKind)> {
    set.problems.iter().map(|problem| (problem.about.as_str(), problem.kind)).collect()
}

#[test]
fn a_night_that_went_well_is_a_run_of_both() {
    let Some(bench) = Bench::new() else { return };
    assert!(bench.night());
    let (files, database) = bench.sets();
    assert_eq!((files.holds, database.holds), (Holds::Files, Holds::Database));
    assert_eq!((problems(&files), problems(&database)), (vec![], vec![]));
    let run = |set: &BackupSet| (set.runs[0].id.clone(), set.runs[0].exit, set.runs[0].files);
    assert_eq!(run(&files), ("daily.0/localhost".to_owned(), Some(0), Some(1)));
    assert_eq!(run(&database), ("daily.0/db".to_owned(), Some(0), Some(1)));
}

#[test]
fn a_script_that_fails_leaves_a_fresh_folder_and_no_fresh_run() {
    let Some(bench) = Bench::new() else { return };
    assert!(bench.night());
    bench.put("gone", "");
    assert!(!bench.night());
    let (files, database) = bench.sets();
    assert_eq!(problems(&files), []);
    assert_eq!(problems(&database), [("daily.0/db", ProblemKind::ToolFailed)]);
    assert_eq!((database.runs[0].exit, database.runs[0].whole), (Some(3), Some(false)));
    assert!(bench.at("srv/rs/daily.0/db/simpeg.sql").exists(), "the old one was put back");
}

#[test]
fn a_source_that_is_gone_ends_it_all() {
    let Some(bench) = Bench::new() else { return };
    assert!(bench.night());
    fs::rename(bench.at("data"), bench.at("elsewhere")).unwrap();
    assert!(!bench.night());
    let (files, database) = bench.sets();
    for set in [files, database] {
        let found = problems(&set);
        assert!(
            matches!(found.as_slice(), [(about, ProblemKind::ToolFailed)] if about.contains("/data/")),
            "{found:?}"
        );
        assert_eq!(set.count, 1, "there is no folder of that night");
    }
}

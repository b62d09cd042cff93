//! A server with backups, and drills on it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use patuh_agent::drill::{self, Order, Settings, Tally};
use patuh_agent::roots::Roots;
use patuh_agent::schedule::{self, Timetable};
use patuh_agent::sensors::{self, BorgSettings, DumpSettings, ResticSettings};
use patuh_protocol::backup::Drill;
use patuh_protocol::id::AgentId;
use patuh_protocol::report::{Outcome, Reading};
use tempfile::TempDir;

/// A server with files, a place for backups, and an agent.
pub(crate) struct Host {
    pub(crate) dir: TempDir,
    pub(crate) backup: sensors::Settings,
    pub(crate) settings: Settings,
}

impl Host {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        // The servers of a drill are nobody, who must find the way to their folder.
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o711)).unwrap();
        let settings =
            Settings { folder: dir.path().join("drill"), user: "nobody".to_owned(), ..Settings::default() };
        let host = Self { dir, backup: sensors::Settings::default(), settings };
        for folder in ["home", "data/sub", "state"] {
            fs::create_dir_all(host.at(folder)).unwrap();
        }
        for number in 0..40 {
            let content: Vec<u8> = (0..4096_u32).map(|place| (place * (number + 7) % 251) as u8).collect();
            fs::write(host.at("data/sub").join(format!("berkas [{number}]*.bin")), content).unwrap();
        }
        fs::write(host.at("secret"), "rahasia").unwrap();
        host
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        self.at(name).display().to_string()
    }

    pub(crate) fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).env_clear().env("PATH", "/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin");
        command.env("HOME", self.text("home")).env("TZ", "UTC").current_dir(self.dir.path());
        command.env("RESTIC_PASSWORD", "rahasia").env("BORG_PASSPHRASE", "rahasia");
        command
    }

    pub(crate) fn tool(&self, program: &str, arguments: &[&str]) -> Output {
        self.command(program, arguments).output().unwrap()
    }

    pub(crate) fn good(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.tool(program, arguments);
        assert!(
            output.status.success(),
            "{program} {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The agent plants a canary, `ago` hours before now.
    pub(crate) fn plant(&self, ago: i64) {
        let table = Timetable::new(&schedule::Settings::default(), &AgentId::of_key(&[]), TimeZone::UTC);
        let at = Timestamp::now() - SignedDuration::from_hours(ago);
        drill::tend(Some(&self.settings), &self.at("state"), &table, at);
    }

    /// Holds the drills; how many there were, and the newest.
    pub(crate) fn drill(&self) -> (Tally, Drill) {
        let (mut said, state) = (Vec::new(), self.at("state"));
        let order =
            Order { settings: &self.settings, backup: &self.backup, state: &state, set: None, by: "budi" };
        let mut run = || {
            drill::run(&Roots::live(), &order, &Timestamp::now, &mut |event| said.push(format!("{event:?}")))
        };
        // A program that another test is starting holds a copy of our lock until it is itself.
        let mut tally = run();
        for _ in 0..100_000 {
            if !matches!(tally, Err(drill::Error::Busy)) {
                break;
            }
            std::thread::yield_now();
            tally = run();
        }
        let tally = tally.unwrap();
        let scratch = self.settings.folder.join("patuh-drill-scratch");
        assert_eq!(fs::read_dir(scratch).unwrap().count(), 0, "the scratch folder is empty");
        let drills = self.drills();
        (
            tally,
            drills
                .into_iter()
                .next()
                .unwrap_or_else(|| Drill { note: Some(said.join("\n")), ..Drill::default() }),
        )
    }

    pub(crate) fn drills(&self) -> Vec<Drill> {
        match drill::section(Some(&self.settings)).map(|section| section.outcome) {
            Some(Outcome::Ok(Reading::Drills(drills))) => drills,
            _ => Vec::new(),
        }
    }

    /// A drill that passes.
    pub(crate) fn passes(&self) -> Drill {
        let (tally, drill) = self.drill();
        assert!(tally.is_good() && drill.passed, "{drill:?}");
        drill
    }

    /// A drill that fails, and says so.
    pub(crate) fn fails(&self, why: &str) -> Drill {
        let (tally, drill) = self.drill();
        let note = drill.note.clone().unwrap_or_default();
        assert!(tally.failed == 1 && !drill.passed && note.contains(why), "{drill:?}");
        assert!(!note.contains("rahasia"), "{note}");
        drill
    }

    pub(crate) fn restic(&self, arguments: &[&str]) -> String {
        self.good("restic", &[&["--no-cache", "-r", &self.text("repo")], arguments].concat())
    }

    /// A repository of restic with one snapshot of the data and of the canary.
    pub(crate) fn with_restic() -> Self {
        let mut host = Self::new();
        host.backup.restic = vec![ResticSettings {
            name: "harian".to_owned(),
            repository: host.text("repo"),
            password_file: Some(host.at("secret")),
            host: None,
            holds: None,
        }];
        host.plant(9);
        host.restic(&["init"]);
        host.restic(&["backup", &host.text("data"), &host.text("state/canary")]);
        host
    }

    pub(crate) fn borg(&self, arguments: &[&str]) -> String {
        self.good("borg", arguments)
    }

    pub(crate) fn with_borg() -> Self {
        let mut host = Self::new();
        host.backup.borg = vec![BorgSettings {
            name: "borg".to_owned(),
            repository: host.text("repo"),
            passphrase_file: Some(host.at("secret")),
            key_file: None,
            host: None,
            holds: None,
        }];
        host.plant(9);
        host.borg(&["init", "-e", "repokey", &host.text("repo")]);
        host.archive("satu");
        host
    }

    pub(crate) fn archive(&self, name: &str) {
        let archive = format!("{}::{name}", self.text("repo"));
        self.borg(&[
            "create",
            "--compression",
            "none",
            &archive,
            &self.text("data"),
            &self.text("state/canary"),
        ]);
    }

    /// A set of dumps of this pattern below `dumps`.
    pub(crate) fn with_dumps(pattern: &str) -> Self {
        let mut host = Self::new();
        fs::create_dir(host.at("dumps")).unwrap();
        let glob = host.text(&format!("dumps/{pattern}"));
        host.backup.dumps = vec![DumpSettings { name: "simpeg".to_owned(), glob, holds: None }];
        host
    }

    /// Makes all dumps an hour old, so that they count as written.
    pub(crate) fn settle(&self) {
        let hour = std::time::SystemTime::now() - Duration::from_secs(3600);
        for path in files(&self.at("dumps")).keys() {
            fs::File::options().append(true).open(path).unwrap().set_modified(hour).unwrap();
        }
    }
}

/// Every file below a folder, with its content's length and time.
pub(crate) fn files(folder: &Path) -> BTreeMap<PathBuf, (u64, std::time::SystemTime)> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let facts = entry.metadata().unwrap();
            if facts.is_dir() {
                folders.push(entry.path());
            } else {
                found.insert(entry.path(), (facts.len(), facts.modified().unwrap()));
            }
        }
    }
    found
}

/// Flips a byte in the middle of the largest file below `folder`.
pub(crate) fn flip(folder: &Path) {
    let path = files(folder).into_iter().max_by_key(|(_, (bytes, _))| *bytes).unwrap().0;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    fs::write(&path, bytes).unwrap();
}

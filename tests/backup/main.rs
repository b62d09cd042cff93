//! Real repositories of real tools, damaged in every way of the table below, and what each side says of it: the
//! key holder's own check, the witness without a key, and both together.
//!
//! | fault | tool's check (key) | witness (no key) | together |
//! |---|---|---|---|
//! | none | sound | nothing wrong | BERTEMU |
//! | one byte flipped | restic: missed; borg: found | damaged | RUSAK |
//! | a pack or segment missing | found | missing, because it remembers | RUSAK |
//! | a pack or segment cut short | found | damaged | RUSAK |
//! | a forged snapshot | found | nothing wrong; nobody claims it | TANPA KLAIM beside BERTEMU |
//! | every snapshot deleted | restic: missed | gone, because it remembers | HILANG |
//!
//! The third column is asserted for each side alone and the last for [`patuh_collector::testimony`], which joins
//! them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a fault that goes wrong fails its test")]
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "an absent file fails its test")]

mod borg;
mod restic;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jiff::{SignedDuration, Timestamp};
use patuh_agent::roots::Roots;
use patuh_agent::witness::{self, StoreSettings};
use patuh_collector::testimony::{Claim, Sighting, Standing, Terms, join};
use patuh_protocol::backup::BackupSet;
use patuh_protocol::id::AgentId;
use patuh_protocol::report::{Outcome, Reading};
use patuh_protocol::witness::WitnessedStore;
use patuh_tests::HandClock;
use tempfile::TempDir;

/// What happens to a repository between two looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    Flip,
    Missing,
    Cut,
    Forged,
    Deleted,
}

/// A repository in a folder of its own, and the witness that watches it.
struct Bench {
    folder: TempDir,
    now: Timestamp,
}

/// What each side says.
#[derive(Debug)]
struct Said {
    /// Whether the tool's own check, with the key, found nothing.
    check: bool,
    /// What the witness found wrong, in its words.
    damaged: Vec<String>,
    /// How many objects it saw go.
    vanished: usize,
    /// What both together say of the claim.
    standing: Standing,
    /// How many objects nobody claims.
    unclaimed: usize,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("data/etc")).unwrap();
        // Enough that a flipped byte lies in content, not in a head.
        let noise: Vec<u8> =
            (0..400_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        put(&folder.path().join("data/etc/simpeg.db"), &noise);
        put(&folder.path().join("password"), b"rahasia");
        Self { folder, now: HandClock::real().now() }
    }

    fn at(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    fn text(&self, below: &str) -> String {
        self.at(below).display().to_string()
    }

    /// What the witness sees, `hours` from now.
    fn look(&self, hours: i64) -> WitnessedStore {
        let store = vec![StoreSettings { path: self.text("repo"), office: Some("dinkes".to_owned()) }];
        let settings = witness::Settings { store, ..witness::Settings::default() };
        let section = witness::section(&Roots::live(), &settings, &self.at("state"), true, self.later(hours));
        match section.unwrap().outcome {
            Outcome::Ok(Reading::Witnessed(mut stores)) => stores.remove(0),
            other => panic!("{other:?}"),
        }
    }

    fn later(&self, hours: i64) -> Timestamp {
        self.now + SignedDuration::from_hours(hours)
    }

    /// What is said once `claim` and the store that was seen an hour from now are set beside each other.
    fn said(&self, claim: &BackupSet, store: &WitnessedStore, check: bool) -> Said {
        let (agent, office) = (AgentId::of_key(&[1]), "dinkes".parse().unwrap());
        let claim = Claim { server: &agent, office: &office, set: claim, said_at: self.later(1) };
        let sighting = Sighting { witness: &agent, site: None, store, seen_at: self.later(1) };
        let (told, unclaimed) = join(&[claim], &[sighting], Terms::default(), self.later(1));
        let (alone, _) = join(&[claim], &[], Terms::default(), self.later(1));
        assert_eq!(alone[0].standing, Standing::ClaimOnly, "without a witness a claim is a claim");
        Said {
            check,
            damaged: store.damaged.iter().map(|damaged| damaged.what.clone()).collect(),
            vanished: store.vanished.len(),
            standing: told[0].standing,
            unclaimed: unclaimed.iter().map(|unclaimed| unclaimed.objects.len()).sum(),
        }
    }
}

/// Runs a tool with an environment of its own.
#[expect(clippy::disallowed_methods, reason = "the backup tools are what is tried")]
fn tool(home: &Path, program: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).env_clear().env("PATH", "/usr/bin:/bin").env("HOME", home).env("TZ", "UTC");
    command.envs(environment.iter().copied());
    command.output().unwrap_or_else(|error| panic!("{program}: {error}; `make test` installs it"))
}

/// The largest regular file below `folder`.
fn largest(folder: &Path) -> PathBuf {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push((path.metadata().unwrap().len(), path));
            }
        }
    }
    found.into_iter().max().unwrap().1
}

/// Damages the largest file below `folder`.
fn damage(folder: &Path, fault: Fault) {
    let path = largest(folder);
    let mut content = fs::read(&path).unwrap();
    let middle = content.len() / 2;
    match fault {
        Fault::Flip => content[middle] ^= 0x10,
        Fault::Cut => content.truncate(middle),
        Fault::Missing => return fs::remove_file(path).unwrap(),
        Fault::None | Fault::Forged | Fault::Deleted => return,
    }
    fs::remove_file(&path).unwrap();
    put(&path, &content);
}

#[expect(clippy::disallowed_methods, reason = "a test's own folder outlives no power cut")]
fn put(path: &Path, content: &[u8]) {
    fs::write(path, content).unwrap();
}

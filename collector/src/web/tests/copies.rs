//! Hand-made backups of the hand-made estate: some seen by a witness and brought back, some in every kind of trouble.

use jiff::{SignedDuration, Timestamp};
use patuh_compliance::Estate;
use patuh_compliance::estate::{Backup, Cover, Grade, Known, Place, StoreKind};
use patuh_protocol::backup::{
    BackupSet, Basis, Drill, Holds, Problem, ProblemKind, Run, Target, TargetClass, Tool,
};
use patuh_protocol::digest::Digest;
use patuh_protocol::witness::{Damaged, Vanished, WitnessedObject};

use super::host::Say;
use super::witnesses::{plans, witnesses};
use crate::coverage::DataStore;
use crate::tasks::evaluate::copies::{Copies, ServerCopies, SetView};
use crate::testimony::Standing;

/// What is wrong with the backups of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    None,
    Uncovered,
    Damaged,
    Vanished,
    AtHome,
    Stale,
    NoWitness,
    Silent,
    Partly,
    NoInventory,
    Exempted,
    Nothing,
}

const TROUBLES: [Trouble; 12] = [
    Trouble::Damaged,
    Trouble::None,
    Trouble::Uncovered,
    Trouble::Vanished,
    Trouble::Stale,
    Trouble::NoWitness,
    Trouble::AtHome,
    Trouble::Partly,
    Trouble::Silent,
    Trouble::NoInventory,
    Trouble::Exempted,
    Trouble::Nothing,
];

/// The backups of everybody in `estate`, and the plans that belong to them.
pub(super) fn copies(estate: &mut Estate, now: Timestamp, say: Say<'_>) -> Copies {
    let mut all = Copies { witnesses: witnesses(now, say), ..Copies::default() };
    for (n, server) in estate.servers.iter_mut().enumerate() {
        let trouble = if n < 12 { TROUBLES.get(n) } else { TROUBLES.get(n * 7 % 31) };
        let of = Hand { trouble: trouble.copied().unwrap_or(Trouble::None), n, now, say }.server();
        server.plans = Known::Yes(plans(&of, now, say));
        all.servers.insert(server.id.parse().unwrap(), of);
    }
    all
}

/// By what the backups of one server are made.
struct Hand<'a> {
    trouble: Trouble,
    n: usize,
    now: Timestamp,
    say: Say<'a>,
}

impl Hand<'_> {
    fn server(&self) -> ServerCopies {
        let stores = match self.trouble {
            Trouble::NoInventory | Trouble::Nothing => {
                Known::No("agen di server ini belum melaporkan isinya".to_owned())
            }
            _ => Known::Yes(self.stores()),
        };
        let sets = match self.trouble {
            Trouble::Nothing => vec![],
            _ => vec![self.dumps(), self.files()],
        };
        let drills = if self.trouble == Trouble::None { self.drills() } else { vec![] };
        ServerCopies { sets, stores, drills, plans: vec![] }
    }

    fn stores(&self) -> Vec<DataStore> {
        let say = self.say;
        let store = |name: &str, kind, bytes, cover: Cover, sets: &[usize], reason: &str| DataStore {
            key: say(name),
            name: say(name),
            kind,
            bytes: Some(bytes),
            cover,
            sets: sets.to_vec(),
            reason: if reason.is_empty() { String::new() } else { say(reason) },
            sensor: "databases",
            at: self.now,
        };
        let database = ["simpeg", "simrs", "sipd", "siak", "absensi", "perizinan"];
        let name = format!("basis data {} (PostgreSQL)", database[self.n % database.len()]);
        let (cover, sets, why): (_, &[usize], _) = match self.trouble {
            Trouble::Uncovered => (Cover::Uncovered, &[], "tidak ada cadangan yang memuatnya"),
            Trouble::Partly => (
                Cover::Inconsistent,
                &[0],
                "berkas basis data yang berjalan disalin apa adanya; belum tentu dapat dijalankan",
            ),
            Trouble::Exempted => (self.exempted(), &[], ""),
            _ => (Cover::Covered, &[0], ""),
        };
        let size = 12_400_000_000 + 911_000_000 * self.n as u64;
        vec![
            store(&name, StoreKind::Database, size, cover, sets, why),
            store("/var/www/html", StoreKind::Files, 48_120_000_000, Cover::Covered, &[1], ""),
            store("/etc", StoreKind::Configuration, 12_400_000, Cover::Covered, &[1], ""),
        ]
    }

    fn exempted(&self) -> Cover {
        Cover::Exempted {
            approver: (self.say)("Budi Santoso, Kepala Dinas"),
            reason: (self.say)("data uji, dapat dibuat ulang"),
            until: "2027-06-30".parse().unwrap(),
        }
    }

    /// Nightly dumps of a database, in trouble.
    fn dumps(&self) -> SetView {
        let (say, trouble) = (self.say, self.trouble);
        let first = if trouble == Trouble::Stale { 4 } else { 0 };
        let nights: Vec<i64> = (first..24).filter(|n| ![6, 9].contains(n)).collect();
        let at = |night: i64| self.now - SignedDuration::from_hours(24 * night + 5);
        let run = |night: &i64| Run {
            id: say(&format!("simpeg-{:02}.dump", 24 - night)),
            at: at(*night),
            bytes: Some(if *night == 3 {
                410_000_000
            } else {
                1_812_000_000 - 14_000_000 * night.unsigned_abs()
            }),
            files: None,
            whole: Some(*night != 3),
            exit: (*night == 3).then_some(1),
            ..Run::default()
        };
        let standing = |night: &i64| match trouble {
            Trouble::Damaged if *night < 2 => Standing::Damaged,
            Trouble::Vanished if *night < 5 => Standing::Vanished,
            Trouble::NoWitness | Trouble::AtHome => Standing::ClaimOnly,
            Trouble::Silent => Standing::WitnessSilent,
            _ => Standing::Met,
        };
        let stands = |night: &i64| (standing(night), self.seen(&run(night), standing(night), *night));
        let newest = nights.first().map(|night| at(*night));
        SetView {
            set: BackupSet {
                name: say("simpeg harian"),
                tool: Tool::PgDump,
                holds: Holds::Database,
                target: self.target("/srv/cadangan/simpeg"),
                basis: Basis::Files,
                count: 61,
                oldest_at: Some(at(60)),
                encrypted: Some(false),
                databases: vec![say("simpeg")],
                keep_days: Some(60),
                problems: vec![Problem { about: say("simpeg-21.dump"), kind: ProblemKind::Collapsed }],
                runs: nights.iter().map(run).collect(),
                ..BackupSet::default()
            },
            sensor: "backup/dumps".into(),
            said_at: self.now - SignedDuration::from_mins(12),
            entry: 1,
            judged: Backup {
                database: true,
                newest,
                points: 61,
                oldest: Some(at(60)),
                ..self.judged("simpeg harian")
            },
            standing: standing(&first),
            runs: nights.iter().map(stands).collect(),
            lost: self.lost(),
            damaged: self.damaged(),
            store: (standing(&first) != Standing::ClaimOnly)
                .then(|| (usize::from(trouble == Trouble::Silent), say("/srv/cadangan/simpeg"))),
        }
    }

    /// Weekly files.
    fn files(&self) -> SetView {
        let say = self.say;
        let at = |week: i64| self.now - SignedDuration::from_hours(24 * 7 * week + 31);
        let run = |week: i64| Run {
            id: say(&Digest::of(&week.to_be_bytes()).to_string()),
            at: at(week),
            bytes: Some(48_120_000_000),
            files: Some(118_204),
            added_bytes: Some(512_602),
            ..Run::default()
        };
        let runs: Vec<_> = (0..8).map(run).collect();
        let stands = runs.iter().map(|run| (Standing::Met, self.seen(run, Standing::Met, 9))).collect();
        SetView {
            set: BackupSet {
                name: say("berkas"),
                tool: Tool::Restic,
                holds: Holds::Files,
                target: self.target("sftp:cadangan.contoh.go.id:/srv/restic/rsud"),
                basis: Basis::Asked,
                count: 8,
                oldest_at: Some(at(7)),
                encrypted: Some(true),
                append_only: Some(true),
                repository: Some(Digest::of(b"repo").to_string()),
                sources: vec![say("/var/www"), say("/etc"), say("/home")],
                excludes: vec![say("*.tmp")],
                runs,
                ..BackupSet::default()
            },
            sensor: "backup/restic".into(),
            said_at: self.now - SignedDuration::from_mins(12),
            entry: 1,
            judged: Backup {
                files: true,
                newest: Some(at(0)),
                place: Place::Site("pusat-data".into()),
                ..self.judged("berkas")
            },
            standing: Standing::Met,
            runs: stands,
            lost: vec![],
            damaged: vec![],
            store: Some((0, say("/srv/restic/rsud"))),
        }
    }

    fn judged(&self, set: &str) -> Backup {
        let place = match self.trouble {
            Trouble::AtHome => Place::SameHost,
            Trouble::NoWitness => Place::OtherHost((self.say)("nas-lama")),
            _ => Place::Site("pusat-data".into()),
        };
        let spoilt = match self.trouble {
            Trouble::Damaged => Some((self.say)("RUSAK, saksi mendapati isinya berubah: simpeg-24.dump")),
            Trouble::Vanished => Some((self.say)("HILANG sebelum masa simpannya habis: simpeg-20.dump")),
            _ => None,
        };
        Backup {
            set: (self.say)(set),
            place,
            spoilt: spoilt.filter(|_| set != "berkas"),
            grade: if self.trouble == Trouble::None { Grade::Restored } else { Grade::Witnessed },
            ..Backup::default()
        }
    }

    fn target(&self, location: &str) -> Target {
        let at_home = self.trouble == Trouble::AtHome;
        Target {
            location: (self.say)(location),
            host: (!at_home).then(|| (self.say)("cadangan.contoh.go.id")),
            class: if at_home { TargetClass::SameHost } else { TargetClass::OtherHost },
            ..Target::default()
        }
    }

    fn seen(&self, run: &Run, standing: Standing, night: i64) -> Option<WitnessedObject> {
        let seen = matches!(standing, Standing::Met | Standing::Damaged | Standing::WitnessSilent);
        seen.then(|| WitnessedObject {
            id: run.id.clone(),
            bytes: run.bytes,
            first_seen: run.at + SignedDuration::from_mins(14),
            existed_before: night > 20,
            verified_at: (night > 1).then(|| run.at + SignedDuration::from_hours(26)),
            ..WitnessedObject::default()
        })
    }

    fn lost(&self) -> Vec<Vanished> {
        let gone = |night: i64| Vanished {
            id: (self.say)(&format!("simpeg-{:02}.dump", 24 - night)),
            first_seen: self.now - SignedDuration::from_hours(24 * night + 4),
            last_seen: self.now - SignedDuration::from_hours(3),
        };
        if self.trouble == Trouble::Vanished { (0..5).map(gone).collect() } else { vec![] }
    }

    fn damaged(&self) -> Vec<Damaged> {
        let found = Damaged {
            path: (self.say)("simpeg/simpeg-24.dump"),
            what: (self.say)("digest"),
            found_at: self.now - SignedDuration::from_hours(2),
        };
        if self.trouble == Trouble::Damaged { vec![found] } else { vec![] }
    }

    fn drills(&self) -> Vec<(Drill, u64)> {
        let drill = |set: &str, tool, days: i64, passed| Drill {
            set: (self.say)(set),
            tool,
            method: (self.say)("restore sample"),
            object: (self.say)("simpeg-22.dump"),
            at: self.now - SignedDuration::from_hours(24 * days + 3),
            took_ms: if passed { 184_200 } else { 9_100 },
            items: if passed { 24 } else { 0 },
            bytes: if passed { 412_000_000 } else { 0 },
            compared: 24,
            same: if passed { 24 } else { 0 },
            canary_age_s: Some(86_000),
            passed,
            note: (!passed).then(|| (self.say)("tidak satu berkas pun kembali")),
            by: (self.say)("schedule"),
        };
        let mut all = vec![
            (drill("simpeg harian", Tool::PgDump, 2, true), 1),
            (drill("simpeg harian", Tool::PgDump, 90, true), 1),
        ];
        match self.n % 3 {
            0 => all.push((drill("berkas", Tool::Restic, 210, true), 1)),
            1 => all.push((drill("berkas", Tool::Restic, 11, false), 1)),
            _ => {}
        }
        all
    }
}

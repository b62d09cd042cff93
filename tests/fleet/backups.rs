//! The backups of a simulated server, as its agent would tell of them.

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::backup::{
    BackupPlan, BackupSet, Basis, Drill, Holds, Problem, ProblemKind, Run, Target, TargetClass, Tool,
};
use patuh_protocol::digest::Digest;

use crate::plan::{Goes, Host, Kept, Wrong};

/// How many runs are kept, one a day.
const RUNS: i32 = 14;

/// The sets that `tool` writes on `host`, as of `now`.
pub(crate) fn sets(host: &Host, restic: bool, now: Timestamp) -> Vec<BackupSet> {
    let mine = host.backups.iter().filter(|kept| (kept.tool == Tool::Restic) == restic);
    mine.map(|kept| set(host, kept, now)).collect()
}

/// One set.
pub(crate) fn set(host: &Host, kept: &Kept, now: Timestamp) -> BackupSet {
    let restic = kept.tool == Tool::Restic;
    let runs: Vec<_> = (0..RUNS).map(|age| run(host, kept, age, now)).collect();
    let problems = kept.problem.map(|wrong| Problem {
        about: runs.first().map_or_else(String::new, |run| run.id.clone()),
        kind: match wrong {
            Wrong::Truncated => ProblemKind::Truncated,
            Wrong::Collapsed => ProblemKind::Collapsed,
        },
    });
    BackupSet {
        name: kept.name.clone(),
        tool: kept.tool,
        holds: if restic { kept.holds.unwrap_or(Holds::Files) } else { Holds::Database },
        target: target(host, kept),
        basis: if restic { Basis::Asked } else { Basis::Files },
        count: runs.len() as u64,
        oldest_at: runs.last().map(|run| run.at),
        runs,
        encrypted: restic.then_some(true),
        problems: problems.into_iter().collect(),
        repository: restic.then(|| host.hex(&format!("repository {}", kept.name), 64)),
        sources: if restic { sources(host, kept) } else { Vec::new() },
        databases: if restic { Vec::new() } else { vec![host.database()] },
        keep_days: Some(14),
        ..BackupSet::default()
    }
}

/// The run that is `age` days older than the newest. Sizes grow slowly with time, each a little uneven.
fn run(host: &Host, kept: &Kept, age: i32, now: Timestamp) -> Run {
    let at = now - SignedDuration::from_hours(kept.hours + 24 * i64::from(age));
    let seed = host.seed(&format!("{} {age}", kept.name));
    let uneven = f64::from(u32::try_from(seed % 100).unwrap_or(0)) / 10_000.0;
    let newest_is = |wrong| age == 0 && kept.problem == Some(wrong);
    let left = if newest_is(Wrong::Truncated) || newest_is(Wrong::Collapsed) { 0.21 } else { 1.0 };
    let gigabytes = kept.gb * left * (1.0 - 0.003 * f64::from(age) + uneven);
    let restic = kept.tool == Tool::Restic;
    Run {
        id: if restic { host.hex(&format!("{} {at}", kept.name), 64) } else { file(kept, at) },
        at,
        bytes: Some(bytes(gigabytes)),
        files: restic.then_some(seed % 90_000 + 400),
        whole: (!restic).then_some(!newest_is(Wrong::Truncated)),
        digest: (!restic).then(|| Digest::of(format!("{}/{}/{at}", host.name, kept.name).as_bytes())),
        ..Run::default()
    }
}

/// What a repository holds: the configuration and the site; home folders are forgotten on every fourth server.
fn sources(host: &Host, kept: &Kept) -> Vec<String> {
    if kept.holds == Some(Holds::Both) {
        return vec!["/".to_owned()];
    }
    let home = (!host.seed("home").is_multiple_of(4)).then(|| "/home".to_owned());
    let fixed = ["/etc".to_owned(), format!("/srv/www/{}", host.name)];
    fixed.into_iter().chain(home).collect()
}

/// The jobs that write the sets, each of them nightly.
pub(crate) fn plans(host: &Host, now: Timestamp) -> Vec<BackupPlan> {
    let plan = |kept: &Kept| {
        let restic = kept.tool == Tool::Restic;
        let last_at = now - SignedDuration::from_hours(kept.hours.min(24 * 3));
        BackupPlan {
            name: format!("cadangan-{}.timer", kept.name),
            tool: kept.tool,
            schedule: "*-*-* 01:30:00".to_owned(),
            command: if restic {
                "restic backup --json".to_owned()
            } else {
                "/usr/local/sbin/cadangan-basis-data".to_owned()
            },
            enabled: Some(true),
            last_at: Some(last_at),
            last_exit: Some(i32::from(kept.hours > 200)),
        }
    };
    host.backups.iter().map(plan).collect()
}

/// The drills that were held: one that brought nothing back where the newest dump is cut off.
pub(crate) fn drills(host: &Host, now: Timestamp) -> Vec<Drill> {
    let held = host.backups.iter().filter_map(|kept| Some((kept, kept.drill?)));
    let drill = |(kept, days): (&Kept, i64)| {
        let (set, restic) = (set(host, kept, now), kept.tool == Tool::Restic);
        let passed = kept.problem.is_none();
        let items = if passed { host.seed("drill") % 60 + 12 } else { 0 };
        Drill {
            set: kept.name.clone(),
            tool: kept.tool,
            method: if restic { "restore sample" } else { "load into a scratch server" }.to_owned(),
            object: set.runs.first().map_or_else(String::new, |run| run.id.clone()),
            at: now - SignedDuration::from_hours(24 * days + 3),
            took_ms: host.seed("took") % 400_000 + 20_000,
            items,
            bytes: items * 1_900_000,
            compared: if restic { items } else { 0 },
            same: if restic { items } else { 0 },
            canary_age_s: restic.then_some(86_400 + 5_400),
            passed,
            note: None,
            by: "schedule".to_owned(),
        }
    };
    held.map(drill).collect()
}

fn file(kept: &Kept, at: Timestamp) -> String {
    let day = at.strftime("%Y%m%d");
    let ending = if kept.tool == Tool::PgDump { "dump" } else { "sql.gz" };
    format!("{}-{day}.{ending}", kept.name)
}

/// Gigabytes as bytes.
fn bytes(gigabytes: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes of a made-up backup")]
    let bytes = (gigabytes.max(0.0) * 1e9) as u64;
    bytes
}

fn target(host: &Host, kept: &Kept) -> Target {
    let restic = kept.tool == Tool::Restic;
    let path = format!("{}/{}", host.office, host.name);
    let storage = |name: &str| Target {
        location: if restic {
            format!("sftp:{name}:/srv/restic/{path}")
        } else {
            format!("/mnt/cadangan/{path}")
        },
        host: Some(name.to_owned()),
        class: TargetClass::OtherHost,
        ..Target::default()
    };
    let local = |location: &str, class| Target { location: location.to_owned(), class, ..Target::default() };
    match kept.to {
        Goes::DataCentre => storage("cadangan.contoh.go.id"),
        Goes::RecoveryCentre => storage("cadangan2.contoh.go.id"),
        Goes::Nas => storage("nas-kantor.local"),
        Goes::Removable => Target {
            medium: Some(format!("WD Elements 25A2 {}", host.hex("usb", 12).to_uppercase())),
            ..local("/media/usb-cadangan", TargetClass::Removable)
        },
        Goes::SameHost => local("/var/backups/basisdata", TargetClass::SameHost),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_has_its_runs_newest_first() {
        let now = "2026-11-22T03:00:00Z".parse().unwrap();
        for host in crate::plan::hosts(40).unwrap() {
            let sets = [sets(&host, true, now), sets(&host, false, now)].concat();
            assert_eq!(sets.len(), host.backups.len());
            for set in &sets {
                let kept = host.backups.iter().find(|kept| kept.name == set.name).unwrap();
                assert!(set.runs.is_sorted_by(|a, b| a.at > b.at), "{}", set.name);
                assert!(set.runs[0].at < now && set.runs[0].bytes > Some(0), "{}", set.name);
                assert_eq!(set.problems.is_empty(), kept.problem.is_none(), "{}", set.name);
            }
        }
    }
}

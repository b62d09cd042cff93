//! What Proxmox VE plans to back up: `/etc/pve/jobs.cfg`, since version 7.1. What older versions planned stands
//! in `/etc/cron.d/vzdump`, where it is found as any other cron job is.
//!
//! How a job ended last is kept per node, in `/var/lib/pve-manager/jobs` (`PVE::Jobs`).

use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::backup::{BackupPlan, Tool};
use serde::Deserialize;

use super::storages::{Section, Storage, is_of, read, storages};
use super::tasks::started_at;
use crate::roots::lossy::{SENTENCE, lossy, name};
use crate::roots::{Failure, Roots};
use crate::sensors::system;

const JOBS: &str = "/etc/pve/jobs.cfg";
const STATES: &str = "/var/lib/pve-manager/jobs";
/// The most that is read of one state.
const MAX_STATE: u64 = 64 * 1024;

/// A job's state, as far as it is needed.
#[derive(Deserialize)]
struct State {
    #[serde(default)]
    state: String,
    /// The task that it started.
    #[serde(default)]
    upid: Option<String>,
    /// How that ended: `OK`, or why not.
    #[serde(default)]
    msg: Option<String>,
}

/// The jobs of this node.
fn jobs(roots: &Roots) -> Result<Vec<Section>, Failure> {
    let Some(sections) = read(roots, JOBS)? else { return Ok(Vec::new()) };
    let node = system::hostname(roots).unwrap_or_default();
    Ok(sections.into_iter().filter(|job| job.kind == "vzdump" && is_of(job, "node", &node)).collect())
}

/// For how many days the enabled jobs that write to `storage` keep backups, where they say it themselves, and
/// whether any does write there.
pub(in crate::sensors::backup) fn keeping(roots: &Roots, storage: &str) -> (Option<u32>, bool) {
    let jobs = jobs(roots).unwrap_or_default();
    let here = || jobs.iter().filter(|job| is_enabled(job) && storage_of(job) == storage);
    // Several may prune the same backups: the most careless of them decides.
    (here().filter_map(Section::keep_days).min(), here().next().is_some())
}

/// The jobs of this node as plans.
pub(in crate::sensors::backup) fn plans(roots: &Roots) -> Result<Vec<BackupPlan>, Failure> {
    let jobs = jobs(roots)?;
    if jobs.is_empty() {
        return Ok(Vec::new());
    }
    let storages = storages(roots)?.unwrap_or_default();
    let is_server =
        |id: &str| storages.iter().any(|s| matches!(s, Storage::Server(server) if server.id == id));
    let plan = |job: &Section| {
        let (last_at, last_exit) = last(roots, &job.id);
        BackupPlan {
            name: name(&format!("{JOBS}: {}", job.id)),
            tool: if is_server(storage_of(job)) { Tool::Pbs } else { Tool::Vzdump },
            schedule: name(&schedule(job)),
            command: lossy(command(job).as_bytes(), SENTENCE),
            enabled: Some(is_enabled(job)),
            last_at,
            last_exit,
        }
    };
    Ok(jobs.iter().map(plan).collect())
}

fn is_enabled(job: &Section) -> bool {
    job.get("enabled").is_none_or(|enabled| enabled != "0")
}

fn storage_of(job: &Section) -> &str {
    job.get("storage").unwrap_or("local")
}

/// A calendar event; before version 7.2 days and an hour.
fn schedule(job: &Section) -> String {
    let old = || [job.get("dow"), job.get("starttime")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    job.get("schedule").map_or_else(old, str::to_owned)
}

/// The call that the job is, of what cannot be a secret.
fn command(job: &Section) -> String {
    let mut words = vec!["vzdump".to_owned()];
    words.extend(job.list("vmid").map(str::to_owned));
    if job.is("all") {
        words.push("--all".to_owned());
    }
    for key in ["pool", "exclude", "storage", "mode"] {
        words.extend(job.get(key).map(|value| format!("--{key} {value}")));
    }
    words.join(" ")
}

/// When the job last began on this node, and how that ended: 0 is well.
fn last(roots: &Roots, job: &str) -> (Option<Timestamp>, Option<i32>) {
    // An id is a word without slashes (`pve-configid`); whatever else stands there names no file.
    if job.contains('/') {
        return (None, None);
    }
    let file = Path::new(STATES).join(format!("vzdump-{job}.json"));
    let bytes = roots.head(&file, MAX_STATE).ok().flatten().unwrap_or_default();
    let Ok(state) = serde_json::from_slice::<State>(&bytes) else { return (None, None) };
    let began = state.upid.as_deref().and_then(started_at);
    let is_well = |msg: &str| msg == "OK" || msg.starts_with("WARNINGS");
    let ended = state.msg.filter(|_| state.state == "stopped");
    (began, ended.map(|msg| i32::from(!is_well(&msg))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let host = fixture::host(&[files, &[("proc/sys/kernel/hostname", "pve1\n")]].concat());
        let shown = plans(&host.roots).unwrap().into_iter().map(|plan| {
            let last = plan.last_at.map(|at| at.to_string()).unwrap_or_default();
            format!(
                "{} {:?} [{}] {} {:?} {last} {:?}",
                plan.name, plan.tool, plan.schedule, plan.command, plan.enabled, plan.last_exit
            )
        });
        assert_eq!(shown.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn jobs_are_plans_with_how_they_ended() {
        check(
            &[
                (
                    "etc/pve/jobs.cfg",
                    "vzdump: backup-1a2b-3c4d\n\tschedule sat 02:00\n\tenabled 1\n\tmode snapshot\n\tnode pve1\n\
                     \tnotes-template {{guestname}} rahasia\n\tstorage pusat\n\tvmid 100,104\n\n\
                     vzdump: semua\n\tall 1\n\texclude 900\n\tenabled 0\n\tdow mon,tue\n\tstarttime 01:30\n\n\
                     vzdump: lain\n\tnode pve2\n\tall 1\n\nrealm-sync: x\n\tenabled 1\n",
                ),
                ("etc/pve/storage.cfg", "pbs: pusat\n\tserver x\n\tdatastore y\n"),
                (
                    "var/lib/pve-manager/jobs/vzdump-backup-1a2b-3c4d.json",
                    r#"{"state":"stopped","msg":"job errors","upid":"UPID:pve1:0000A1B2:0C3D4E5F:6A209F50:vzdump::root@pam:","config":{}}"#,
                ),
            ],
            &[
                "/etc/pve/jobs.cfg: backup-1a2b-3c4d Pbs [sat 02:00] vzdump 100 104 --storage pusat --mode snapshot \
                 Some(true) 2026-06-03T21:40:32Z Some(1)",
                "/etc/pve/jobs.cfg: semua Vzdump [mon,tue 01:30] vzdump --all --exclude 900 Some(false)  None",
            ],
        );
        check(&[], &[]);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let host = fixture::host(&[
                ("etc/pve/jobs.cfg", [&b"vzdump: x\n\tvmid "[..], &bytes].concat()),
                ("var/lib/pve-manager/jobs/vzdump-x.json", bytes),
            ]);
            let _ = plans(&host.roots);
        }
    }
}

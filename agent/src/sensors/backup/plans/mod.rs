//! `backup/plans`: the timers and cron jobs of this host that make backups, so that what was planned can be
//! compared with what happened.
//!
//! A job is taken for one when it runs a program that makes backups ([`programs`]), by itself or in a script.
//! Scripts are looked into where administrators keep theirs, one level deep; those of packages are not, since
//! Debian's own keep copies of the list of packages that are nobody's data. Of command lines only what cannot
//! be a secret is carried ([`redacted`]).

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use patuh_protocol::backup::{BackupPlan, Tool};
use patuh_protocol::report::Reading;

use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};
use crate::sensors::{Settings, listed};

use programs::Backup;
use words::Call;

mod cron;
mod programs;
mod redacted;
mod timers;
pub(super) mod words;

/// How many plans are carried.
const MAX_PLANS: usize = 200;
/// The most that is read of a script.
const MAX_SCRIPT: u64 = 128 * 1024;
/// Where administrators keep scripts.
const SCRIPTS: [&str; 9] =
    ["/etc/", "/root/", "/home/", "/opt/", "/srv/", "/usr/local/", "/usr/bin/", "/usr/sbin/", "/var/"];

/// A job of the host, whatever it does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Job {
    name: String,
    schedule: String,
    /// Lines of a shell.
    commands: Vec<String>,
    enabled: Option<bool>,
    /// The file whose time is that of the last run.
    stamp: Option<PathBuf>,
}

pub(in crate::sensors) fn read(
    roots: &Roots,
    _: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let ((mut jobs, timers), (others, cron)) = (timers::jobs(roots), cron::jobs(roots));
    jobs.extend(others);
    let mut plans: Vec<BackupPlan> = jobs.iter().flat_map(|job| plans(roots, job)).collect();
    let proxmox = super::vzdump::jobs::plans(roots);
    plans.extend(proxmox.as_ref().map(Vec::as_slice).unwrap_or_default().iter().cloned());
    plans.sort_by(|a, b| (&a.name, &a.command).cmp(&(&b.name, &b.command)));
    plans.truncate(MAX_PLANS);
    match timers.or(cron).or(proxmox.err()) {
        // Whoever may not look everywhere cannot say that there is nothing.
        Some(failure) if plans.is_empty() => Err(failure),
        _ => Ok(listed(plans, Reading::BackupPlans)),
    }
}

/// The plans of a job: one for each tool it runs.
fn plans(roots: &Roots, job: &Job) -> Vec<BackupPlan> {
    let mut plans = Vec::<BackupPlan>::new();
    for command in &job.commands {
        let here = programs::backups(command).into_iter().map(|backup| (None, backup));
        let inside = programs::scripts(command).into_iter().flat_map(|script| {
            let found = script_backups(roots, &script);
            found.into_iter().map(move |backup| (Some(script.clone()), backup))
        });
        for (script, Backup { tool, call }) in here.chain(inside) {
            if plans.iter().any(|plan| plan.tool == tool) {
                continue;
            }
            let shown = redacted::call(&call);
            plans.push(BackupPlan {
                name: name(&job.name),
                tool,
                schedule: name(&job.schedule),
                command: script.map_or(shown.clone(), |script| name(&format!("{script}: {shown}"))),
                enabled: job.enabled,
                last_at: job.stamp.as_deref().and_then(|stamp| last_at(roots, stamp)),
                last_exit: None,
            });
        }
    }
    plans
}

fn last_at(roots: &Roots, stamp: &Path) -> Option<Timestamp> {
    roots.facts(stamp).ok().flatten().map(|facts| facts.modified)
}

/// The first tool that `text`, lines of a shell, makes a backup with.
pub(super) fn tool_in(text: &str) -> Option<Tool> {
    programs::backups(text).first().map(|backup| backup.tool)
}

/// The calls in `text`, lines of a shell, that make a backup with `tool`.
pub(super) fn calls_of(text: &str, tool: Tool) -> Vec<Call> {
    let backups = programs::backups(text).into_iter();
    backups.filter(|backup| backup.tool == tool).map(|backup| backup.call).collect()
}

/// The backups that a script makes; a file that is no script makes none.
fn script_backups(roots: &Roots, path: &str) -> Vec<Backup> {
    script(roots, path).map(|script| programs::backups(&script)).unwrap_or_default()
}

/// The text of a script of this host's administrator.
fn script(roots: &Roots, path: &str) -> Option<String> {
    if !SCRIPTS.iter().any(|folder| path.starts_with(folder)) {
        return None;
    }
    // Programs are large; what they begin with is enough to pass them over.
    roots.head(Path::new(path), 2).ok().flatten().filter(|head| head == b"#!")?;
    let script = roots.head(Path::new(path), MAX_SCRIPT).ok().flatten()?;
    Some(String::from_utf8_lossy(&script).into_owned())
}

/// The lines of this host's jobs, and the scripts they run, that mention `program`: raw, with the secrets that
/// people write into them, so nothing of them may be carried as it is. Costs as much as the plans do.
pub(super) fn texts(roots: &Roots, program: &str) -> Vec<String> {
    let ((mut jobs, _), (others, _)) = (timers::jobs(roots), cron::jobs(roots));
    jobs.extend(others);
    let commands = jobs.into_iter().flat_map(|job| job.commands);
    let with_scripts = commands.flat_map(|command| {
        let scripts = programs::scripts(&command);
        let scripts: Vec<String> = scripts.iter().filter_map(|path| script(roots, path)).collect();
        std::iter::once(command).chain(scripts)
    });
    with_scripts.filter(|text| text.contains(program)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let host = fixture::host(files);
        let plans = match read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap() {
            Some(Reading::BackupPlans(plans)) => plans,
            _ => Vec::new(),
        };
        let shown = |plan: &BackupPlan| {
            let last = plan.last_at.map(|at| format!(" last {at}")).unwrap_or_default();
            format!("{} {:?} [{}] {}{last}", plan.name, plan.tool, plan.schedule, plan.command)
        };
        assert_eq!(plans.iter().map(shown).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn jobs_that_make_backups_are_plans() {
        check(
            &[
                (
                    "etc/crontab",
                    "0 1 * * * root PGPASSWORD=rahasia pg_dump simpeg | gzip > /srv/x.gz\n1 1 * * * root ls\n",
                ),
                ("etc/cron.daily/logrotate", "#!/bin/sh\n/usr/sbin/logrotate\n"),
                (
                    "etc/cron.daily/cadangan",
                    "#!/bin/bash\nset -e\nRESTIC_PASSWORD=rahasia\nrestic backup /srv\nmysqldump siak >/x\n",
                ),
                ("etc/systemd/system/malam.timer", "[Timer]\nOnCalendar=*-*-* 01:00\n"),
                ("etc/systemd/system/malam.service", "[Service]\nExecStart=/usr/local/sbin/malam --all\n"),
                ("usr/local/sbin/malam", "#!/bin/sh\nborg create ::x /srv\nborg prune\n"),
                ("var/lib/systemd/timers/stamp-malam.timer", ""),
                (
                    ".host/files.json",
                    r#"{"/var/lib/systemd/timers/stamp-malam.timer": {"modified": "2026-11-21T18:00:00Z"}}"#,
                ),
            ],
            &[
                "/etc/cron.daily/cadangan MysqlDump [@daily] /etc/cron.daily/cadangan: mysqldump siak > /x",
                "/etc/cron.daily/cadangan Restic [@daily] /etc/cron.daily/cadangan: restic backup /srv",
                "/etc/crontab:1 PgDump [0 1 * * *] pg_dump simpeg > /srv/x.gz",
                "malam.timer Borg [*-*-* 01:00] /usr/local/sbin/malam: borg create ::x /srv last 2026-11-21T18:00:00Z",
            ],
        );
    }

    #[test]
    fn programs_and_scripts_of_packages_are_passed_over() {
        check(
            &[
                (
                    "etc/cron.d/x",
                    "@daily root /usr/libexec/x/keep\n@daily root /usr/bin/program\n@daily root /root/gone\n",
                ),
                ("usr/libexec/x/keep", "#!/bin/sh\ntar cf /var/backups/x.tar /var/lib/x\n"),
                ("usr/bin/program", "\x7fELF\nrestic backup /srv\n"),
            ],
            &[],
        );
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let host = fixture::host(&[
                ("etc/cron.daily/x", [&b"#!"[..], &bytes].concat()),
                ("etc/crontab", bytes.clone()),
                ("etc/systemd/system/x.timer", bytes),
            ]);
            let _ = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH);
        }
    }
}

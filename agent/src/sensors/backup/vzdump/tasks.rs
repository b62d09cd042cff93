//! What a node of Proxmox VE did: the list of its tasks (`/var/log/pve/tasks/index`, and `index.1` before it), a
//! line `UPID END STATUS` each (`PVE::API2::Tasks`), and where the log of each lies (`PVE::Tools::upid_decode`).

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::roots::{Failure, Roots};

const TASKS: &str = "/var/log/pve/tasks";
/// The newest last.
const INDEXES: [&str; 2] = ["index.1", "index"];
/// The most that is read of one list, from its end.
const MAX_INDEX: u64 = 1024 * 1024;

/// A task that came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sensors::backup) struct Task {
    /// When it began.
    pub(in crate::sensors::backup) at: Timestamp,
    /// Its log.
    pub(in crate::sensors::backup) log: PathBuf,
}

/// The tasks of `vzdump` on this node, newest first.
pub(in crate::sensors::backup) fn backups(roots: &Roots) -> Result<Vec<Task>, Failure> {
    let mut tasks = Vec::new();
    for index in INDEXES {
        let bytes = roots.tail(&Path::new(TASKS).join(index), MAX_INDEX)?.unwrap_or_default();
        tasks.extend(
            bytes.split(|byte| *byte == b'\n').filter_map(|line| task(&String::from_utf8_lossy(line))),
        );
    }
    tasks.sort_by(|a: &Task, b: &Task| (b.at, &b.log).cmp(&(a.at, &a.log)));
    tasks.dedup();
    Ok(tasks)
}

/// A line of the list, when it is about a backup.
fn task(line: &str) -> Option<Task> {
    let upid = line.split(' ').next()?;
    if parts(upid)?.kind != "vzdump" {
        return None;
    }
    Some(Task { at: started_at(upid)?, log: log(upid)? })
}

/// What a task's name says.
struct Parts<'a> {
    start: &'a str,
    kind: &'a str,
}

/// `UPID:node:pid:pstart:start:kind:id:user:`, numbers in hexadecimal.
fn parts(upid: &str) -> Option<Parts<'_>> {
    let mut parts = upid.strip_prefix("UPID:")?.split(':');
    let (_node, _pid, _pstart) = (parts.next()?, parts.next()?, parts.next()?);
    let (start, kind) = (parts.next()?, parts.next()?);
    let is_time = start.len() == 8 && start.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_time.then_some(Parts { start, kind })
}

/// When the task of this name began.
pub(super) fn started_at(upid: &str) -> Option<Timestamp> {
    Timestamp::from_second(i64::from_str_radix(parts(upid)?.start, 16).ok()?).ok()
}

/// The log of the task of this name: in the folder of the last digit of its time.
fn log(upid: &str) -> Option<PathBuf> {
    let last = parts(upid)?.start.chars().last()?;
    // Names come from a file; one with a slash in it would lead elsewhere.
    (!upid.contains('/')).then(|| Path::new(TASKS).join(last.to_string()).join(upid))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(line: &str, expected: Option<(&str, &str)>) {
        let task = task(line);
        let found = task.as_ref().map(|task| (task.at.to_string(), task.log.display().to_string()));
        assert_eq!(found, expected.map(|(at, log)| (at.to_owned(), log.to_owned())), "{line}");
    }

    #[test]
    fn tasks_have_a_time_and_a_log() {
        let upid = "UPID:pve1:0000A1B2:0C3D4E5F:6B01EA30:vzdump:100:root@pam:";
        let log = format!("/var/log/pve/tasks/0/{upid}");
        check(&format!("{upid} 6B01EC80 OK"), Some(("2026-11-21T19:00:00Z", &log)));
        check(upid, Some(("2026-11-21T19:00:00Z", &log)));
        check("UPID:pve1:0000A1B2:0C3D4E5F:6B01EA30:qmstart:100:root@pam: 6B01EC80 OK", None);
        check("UPID:pve1:1:1:6B01EA30:vzdump:../../x:root@pam:", None);
        check("UPID:pve1:1:1:XB01EA30:vzdump::x:", None);
        check("", None);
    }

    #[test]
    fn both_lists_are_read_newest_first() {
        let line = |start: &str| format!("UPID:pve1:1:1:{start}:vzdump::root@pam: 6B01EC80 OK\n");
        let host = fixture::host(&[
            ("var/log/pve/tasks/index", line("6B01EA30")),
            ("var/log/pve/tasks/index.1", line("6B01EA2F") + &line("6B01EA30")),
        ]);
        let found: Vec<_> = backups(&host.roots).unwrap().iter().map(|task| task.at.to_string()).collect();
        assert_eq!(found, ["2026-11-21T19:00:00Z", "2026-11-21T18:59:59Z"]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", near in "UPID:[a-z]{1,3}:[0-9A-F]{8}:[0-9A-F]{8}:.{8}:vzdump:.{0,4}:x:") {
            let _ = (task(&text), task(&near), started_at(&text), started_at(&near));
        }
    }
}

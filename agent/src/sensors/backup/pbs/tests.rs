//! Nodes of Proxmox VE that write to a Proxmox Backup Server.

use patuh_protocol::backup::TargetClass;

use super::*;
use crate::roots::fixture;

const STORAGE: (&str, &str) = (
    "etc/pve/storage.cfg",
    "pbs: pusat\n\tserver 10.20.0.9\n\tdatastore dinkes\n\tnamespace opd\n\tcontent backup\n\tprune-backups keep-daily=14\n",
);
const PLAIN: (&str, &str) = ("etc/pve/storage.cfg", "pbs: pusat\n\tserver 10.20.0.9\n\tdatastore dinkes\n");
const INDEX: &str = "var/log/pve/tasks/index";

fn upid(start: &str) -> String {
    format!("UPID:pve1:0000A1B2:0C3D4E5F:{start}:vzdump::root@pam:")
}

/// The lines of one guest, whose backup failed or not.
fn guest(id: &str, at: &str, failed: bool) -> String {
    let end = if failed {
        format!("ERROR: Backup of VM {id} failed - x")
    } else {
        format!("INFO: Finished Backup of VM {id} (00:00:05)")
    };
    format!(
        "INFO: Starting Backup of VM {id} (qemu)\nINFO: include disk 'scsi0' 'tank:x' 32G\n\
         INFO: creating Proxmox Backup Server archive 'vm/{id}/{at}'\n{end}\n"
    )
}

/// The sets of a node whose tasks have these logs, oldest first.
fn sets(storage: (&str, &str), logs: &[String]) -> Result<Vec<BackupSet>, String> {
    let starts: Vec<String> = (0..logs.len()).map(|n| format!("6B01EA3{n}")).collect();
    let index: String = starts.iter().map(|start| format!("{} 6B01EC80 OK\n", upid(start))).collect();
    let mut files = vec![
        (storage.0.to_owned(), storage.1.to_owned()),
        (INDEX.to_owned(), index),
        ("proc/self/mountinfo".to_owned(), "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n".to_owned()),
        ("proc/sys/kernel/hostname".to_owned(), "pve1\n".to_owned()),
    ];
    for (n, (start, log)) in starts.iter().zip(logs).enumerate() {
        files.push((format!("var/log/pve/tasks/{n}/{}", upid(start)), log.clone()));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    match read(&fixture::host(&files).roots, &Settings::default(), Timestamp::UNIX_EPOCH) {
        Ok(Some(Reading::Backups(sets))) => Ok(sets),
        Ok(_) => Ok(Vec::new()),
        Err(failure) => Err(failure.to_string()),
    }
}

fn check(storage: (&str, &str), logs: &[String], expected: &[&str]) {
    let shown = |set: &BackupSet| {
        let runs: String = set.runs.iter().map(|run| format!(" {}", run.id)).collect();
        let problems: String = set.problems.iter().map(|p| format!(" {:?}:{}", p.kind, p.about)).collect();
        format!("{} {:?}{runs}{problems}", set.name, set.basis)
    };
    assert_eq!(sets(storage, logs).unwrap().iter().map(shown).collect::<Vec<_>>(), expected);
}

const CALL: &str = "INFO: starting new backup job: vzdump --all 1 --storage pusat --quiet 1\n";

#[test]
fn snapshots_carry_the_ids_that_a_witness_sees() {
    let logs = [
        format!("{CALL}{}", guest("100", "2026-11-20T19:00:03Z", false)),
        format!(
            "{CALL}{}{}",
            guest("100", "2026-11-21T19:00:03Z", false),
            guest("104", "2026-11-21T19:09:00Z", false)
        ),
    ];
    check(
        STORAGE,
        &logs,
        &[
            "pbs pusat vm/100 Traces ns/opd/vm/100/2026-11-21T19:00:03Z ns/opd/vm/100/2026-11-20T19:00:03Z",
            "pbs pusat vm/104 Traces ns/opd/vm/104/2026-11-21T19:09:00Z",
        ],
    );
    check(PLAIN, &logs[..1], &["pbs pusat vm/100 Traces vm/100/2026-11-20T19:00:03Z"]);
    let sets = sets(STORAGE, &logs).unwrap();
    let [first, _] = sets.as_slice() else { panic!("{sets:?}") };
    assert_eq!(
        (first.runs[0].at.to_string().as_str(), first.runs[0].bytes),
        ("2026-11-21T19:00:03Z", Some(32 << 30))
    );
    assert_eq!((first.sources.as_slice(), first.encrypted), (&["vm/100".to_owned()][..], Some(false)));
    assert_eq!((first.keep_days, first.count, first.oldest_at), (Some(14), 2, None));
    let target = &first.target;
    assert_eq!((target.location.as_str(), target.class), ("10.20.0.9:dinkes/ns/opd", TargetClass::OtherHost));
    assert_eq!(target.host.as_deref(), Some("10.20.0.9"));
}

#[test]
fn what_failed_last_is_told() {
    let well = format!("{CALL}{}", guest("100", "2026-11-20T19:00:03Z", false));
    let ill = format!("{CALL}{}", guest("100", "2026-11-21T19:00:03Z", true));
    let run = "vm/100/2026-11-20T19:00:03Z";
    check(
        PLAIN,
        &[well.clone(), ill.clone()],
        &[&format!("pbs pusat vm/100 Traces {run} ToolFailed:vm/100/2026-11-21T19:00:03Z")],
    );
    check(PLAIN, &[ill, well], &[&format!("pbs pusat vm/100 Traces {run}")]);
}

#[test]
fn jobs_for_other_storages_are_not_of_this_one() {
    let other = CALL.replace("pusat", "lokal");
    let log = |call: &str| format!("{call}{}", guest("100", "2026-11-20T19:00:03Z", false));
    check(PLAIN, &[log(&other)], &["pbs pusat Configured"]);
    check(
        PLAIN,
        &[log("INFO: starting new backup job: vzdump 100\n")],
        &["pbs pusat vm/100 Traces vm/100/2026-11-20T19:00:03Z"],
    );
    check(PLAIN, &[], &["pbs pusat Configured"]);
    check(("etc/hostname", "x"), &[], &[]);
}

#[test]
fn namespaces_are_folders() {
    assert_eq!(namespace(Some("a/b")), "ns/a/ns/b/");
    assert_eq!(namespace(None), "");
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(log in ".*") {
        let _ = sets(STORAGE, &[format!("{CALL}INFO: Starting Backup of VM 1 (qemu)\n{log}")]);
    }
}

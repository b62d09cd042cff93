//! Storages of dump files, as night after night leaves them.

use super::*;
use crate::roots::fixture;

const ZST: &str = "\u{28}";
const STORAGE: (&str, &str) = (
    "etc/pve/storage.cfg",
    "dir: local\n\tpath /var/lib/vz\n\tcontent backup\n\tprune-backups keep-daily=7\n",
);

fn now() -> Timestamp {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

/// A dump or a log: its name without `vzdump-`, content, days before [`now`], size as recorded.
type File<'a> = (&'a str, &'a [u8], i64, u64);

fn read_from(files: &[File<'_>], others: &[(&str, &str)]) -> Result<Vec<BackupSet>, String> {
    let path = |name: &str| format!("var/lib/vz/dump/vzdump-{name}");
    let recorded: Vec<String> = files
        .iter()
        .map(|(name, _, days, bytes)| {
            let modified = now() - SignedDuration::from_hours(24 * days);
            format!(r#""/{}": {{"modified": "{modified}", "bytes": {bytes}}}"#, path(name))
        })
        .collect();
    let recorded = format!("{{{}}}", recorded.join(","));
    let mut all: Vec<(String, Vec<u8>)> =
        files.iter().map(|(name, content, ..)| (path(name), content.to_vec())).collect();
    let fixed = [
        (".host/files.json", recorded.as_str()),
        ("proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"),
        ("proc/sys/kernel/hostname", "pve1\n"),
    ];
    all.extend(
        fixed.iter().chain(others).map(|(path, content)| ((*path).to_owned(), content.as_bytes().to_vec())),
    );
    let all: Vec<(&str, Vec<u8>)> =
        all.iter().map(|(path, content)| (path.as_str(), content.clone())).collect();
    match read(&fixture::host(&all).roots, &Settings::default(), now()) {
        Ok(Some(Reading::Backups(sets))) => Ok(sets),
        Ok(_) => Ok(Vec::new()),
        Err(failure) => Err(failure.to_string()),
    }
}

fn check(files: &[File<'_>], expected: &[&str]) {
    let sets = read_from(files, &[STORAGE]).unwrap();
    let shown = |set: &BackupSet| {
        let runs = set.runs.iter().map(|run| {
            let id = run.id.strip_prefix("vzdump-").unwrap_or(&run.id);
            format!(" {id}={}", run.whole.map_or("?".to_owned(), |whole| whole.to_string()))
        });
        let problems = set.problems.iter().map(|p| format!(" {:?}:{}", p.kind, p.about));
        format!("{} {}{}{}", set.name, set.count, runs.collect::<String>(), problems.collect::<String>())
    };
    assert_eq!(sets.iter().map(shown).collect::<Vec<_>>(), expected);
}

const WHOLE: &[u8] = b"\x28\xb5\x2f\xfdx";
const DONE: &[u8] = b"2026-11-21 02:00:03 INFO: Starting Backup of VM 100 (qemu)\n\
    2026-11-21 02:20:03 INFO: Finished Backup of VM 100 (00:20:00)\n";
const FAILED: &[u8] = b"2026-11-21 02:20:03 ERROR: Backup of VM 100 failed - no space left on device\n";

#[test]
fn every_guest_is_a_set() {
    let sets = read_from(
        &[
            ("qemu-100-2026_11_21-02_00_03.vma.zst", WHOLE, 1, 1000),
            ("qemu-100-2026_11_21-02_00_03.log", DONE, 1, 100),
            ("lxc-105-2026_11_21-02_30_03.tar.zst", WHOLE, 1, 10),
        ],
        &[STORAGE],
    )
    .unwrap();
    let [container, machine] = sets.as_slice() else { panic!("{sets:?}") };
    assert_eq!(
        (container.name.as_str(), machine.name.as_str()),
        ("vzdump local ct/105", "vzdump local vm/100")
    );
    assert_eq!((machine.sources.as_slice(), machine.keep_days), (&["vm/100".to_owned()][..], Some(7)));
    assert_eq!((machine.tool, machine.holds, machine.basis), (Tool::Vzdump, Holds::Both, Basis::Files));
    assert_eq!(machine.target.location, "/var/lib/vz/dump");
    assert_eq!(machine.runs[0].bytes, Some(1000));
}

#[test]
fn nodes_that_share_a_storage_tell_of_their_own_guests() {
    let dumps = [("qemu-100-x.vma.zst", WHOLE, 1, 10), ("lxc-105-x.tar.zst", WHOLE, 1, 10)];
    let others =
        [STORAGE, ("etc/pve/nodes/pve2/qemu-server/100.conf", ""), ("etc/pve/nodes/pve1/lxc/105.conf", "")];
    let sets = read_from(&dumps, &others).unwrap();
    assert_eq!(sets.iter().map(|set| set.name.as_str()).collect::<Vec<_>>(), ["vzdump local ct/105"]);
}

#[test]
fn a_dump_is_whole_when_it_looks_so_and_its_log_says_so() {
    let file = ("qemu-100-2026_11_21-02_00_03.vma.zst", WHOLE, 1, 1000);
    let log = |content| ("qemu-100-2026_11_21-02_00_03.log", content, 1, 10);
    let run = "qemu-100-2026_11_21-02_00_03.vma.zst";
    check(&[file, log(DONE)], &[&format!("vzdump local vm/100 1 {run}=true")]);
    check(&[file], &[&format!("vzdump local vm/100 1 {run}=?")]);
    check(&[file, log(FAILED)], &[&format!("vzdump local vm/100 1 {run}=? ToolFailed:vzdump-{run}")]);
    let cut = (file.0, ZST.as_bytes(), 1, 1);
    check(&[cut, log(DONE)], &[&format!("vzdump local vm/100 1 {run}=false Truncated:vzdump-{run}")]);
    let empty = (file.0, &b""[..], 1, 0);
    check(&[empty, log(DONE)], &[&format!("vzdump local vm/100 1 {run}=false Empty:vzdump-{run}")]);
    // One that is being written is not judged.
    check(&[(file.0, ZST.as_bytes(), 0, 1)], &[&format!("vzdump local vm/100 1 {run}=?")]);
}

#[test]
fn a_run_that_failed_leaves_its_log_only() {
    let file = ("qemu-100-2026_11_20-02_00_03.vma.zst", WHOLE, 2, 1000);
    let later = ("qemu-100-2026_11_21-02_00_03.log", FAILED, 1, 10);
    let run = "qemu-100-2026_11_20-02_00_03.vma.zst=?";
    check(
        &[file, later],
        &[&format!("vzdump local vm/100 1 {run} ToolFailed:vzdump-qemu-100-2026_11_21-02_00_03")],
    );
    // What failed before something succeeded is history.
    check(
        &[file, ("qemu-100-2026_11_10-02_00_03.log", FAILED, 12, 10)],
        &[&format!("vzdump local vm/100 1 {run}")],
    );
    check(&[later], &["vzdump local vm/100 0 ToolFailed:vzdump-qemu-100-2026_11_21-02_00_03"]);
}

#[test]
fn a_dump_that_shrinks_is_told() {
    let nights = [
        ("qemu-100-d.vma.zst", WHOLE, 4, 100),
        ("qemu-100-c.vma.zst", WHOLE, 3, 110),
        ("qemu-100-b.vma.zst", WHOLE, 2, 90),
    ];
    let small = [&nights[..], &[("qemu-100-a.vma.zst", WHOLE, 1, 40)]].concat();
    let runs = "qemu-100-a.vma.zst=? qemu-100-b.vma.zst=? qemu-100-c.vma.zst=? qemu-100-d.vma.zst=?";
    check(&small, &[&format!("vzdump local vm/100 4 {runs} Collapsed:vzdump-qemu-100-a.vma.zst")]);
}

#[test]
fn a_storage_that_is_not_there_is_a_failure_where_it_should_be() {
    assert_eq!(read_from(&[], &[STORAGE]), Ok(vec![]));
    assert_eq!(read_from(&[], &[]), Ok(vec![]));
    let job = ("etc/pve/jobs.cfg", "vzdump: x\n\tall 1\n\tstorage local\n\tschedule 02:00\n");
    let gone = read_from(&[], &[STORAGE, job]).unwrap_err();
    assert_eq!(gone, "/var/lib/vz/dump: tidak ada; mungkin penyimpanannya tidak terpasang (mount)");
    let nfs = ("etc/pve/storage.cfg", "nfs: cadangan\n\tserver 10.10.0.20\n\texport /x\n\tcontent backup\n");
    assert!(read_from(&[], &[nfs]).unwrap_err().starts_with("/mnt/pve/cadangan/dump: tidak ada"));
}

#[test]
fn a_job_may_keep_less_than_the_storage() {
    let job = ("etc/pve/jobs.cfg", "vzdump: x\n\tall 1\n\tstorage local\n\tprune-backups keep-daily=3\n");
    let sets = read_from(&[("lxc-105-x.tar.zst", WHOLE, 1, 10)], &[STORAGE, job]).unwrap();
    assert_eq!(sets[0].keep_days, Some(3));
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(content: Vec<u8>, log: Vec<u8>) {
        let _ = read_from(
            &[("qemu-100-x.tar.lzo", &content, 1, 10), ("qemu-100-x.log", &log, 1, 10)],
            &[STORAGE],
        );
    }
}

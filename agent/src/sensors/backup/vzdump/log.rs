//! What `vzdump` writes down of its runs (`PVE::VZDump`): in the log of a task, where several guests follow each
//! other, and in the log that it lays beside a dump file, where a date stands before each line.
//!
//! Only what it writes in fixed words is taken. Names, notes and the complaints of hooks stay where they are.

use crate::roots::lossy::name;

/// What one log tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::sensors::backup) struct Log {
    /// The storage that the job was called with.
    pub(in crate::sensors::backup) storage: Option<String>,
    /// The guests, in the order of their backups.
    pub(in crate::sensors::backup) guests: Vec<Guest>,
}

/// The backup of one guest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::sensors::backup) struct Guest {
    /// `vm/100` or `ct/101`.
    pub(in crate::sensors::backup) guest: String,
    /// The snapshot on a Proxmox Backup Server: `vm/100/2026-11-21T19:00:03Z`.
    pub(in crate::sensors::backup) snapshot: Option<String>,
    /// Bytes that are protected: the sizes of its disks, or of what was packed.
    pub(in crate::sensors::backup) bytes: Option<u64>,
    pub(in crate::sensors::backup) end: End,
}

/// How the backup of a guest ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::sensors::backup) enum End {
    Finished,
    Failed,
    /// The log does not tell: it goes on, or it broke off.
    #[default]
    Open,
}

/// The most guests of one log.
const MAX_GUESTS: usize = 2_000;

impl Log {
    /// All of a log.
    pub(in crate::sensors::backup) fn of(bytes: &[u8]) -> Self {
        let mut log = Self::default();
        bytes.split(|byte| *byte == b'\n').for_each(|line| log.take(line));
        log
    }

    /// Takes the next line.
    pub(in crate::sensors::backup) fn take(&mut self, line: &[u8]) {
        let line = String::from_utf8_lossy(line);
        let line = without_date(&line);
        if let Some(failed) = line.strip_prefix("ERROR: Backup of VM ") {
            self.end(failed, " failed", End::Failed);
            return;
        }
        let Some(said) = line.strip_prefix("INFO: ") else { return };
        if let Some(command) = said.strip_prefix("starting new backup job: ") {
            self.storage = storage(command);
        } else if let Some(begun) = said.strip_prefix("Starting Backup of VM ") {
            self.guests.extend(guest(begun).filter(|_| self.guests.len() < MAX_GUESTS));
        } else if let Some(finished) = said.strip_prefix("Finished Backup of VM ") {
            self.end(finished, " ", End::Finished);
        } else if let Some(guest) = self.guests.last_mut().filter(|guest| guest.end == End::Open) {
            guest.take(said);
        }
    }

    /// `100 …` ended.
    fn end(&mut self, said: &str, after: &str, end: End) {
        let number = said.split_once(after).map_or(said, |(number, _)| number);
        let is_it = |guest: &&mut Guest| guest.guest.rsplit('/').next() == Some(number);
        if let Some(guest) = self.guests.last_mut().filter(is_it) {
            guest.end = end;
        }
    }
}

impl Guest {
    fn take(&mut self, said: &str) {
        if let Some(archive) = said.strip_prefix("creating Proxmox Backup Server archive '") {
            self.snapshot = archive.split('\'').next().map(name);
        } else if let Some(disk) = said.strip_prefix("include disk '") {
            // `include disk 'scsi0' 'local-lvm:vm-100-disk-0' 32G`
            self.add(disk.rsplit(' ').next().and_then(size));
        } else if let Some((_, packed)) = said.split_once(".pxar: had to backup ") {
            // `root.pxar: had to backup 40.1 MiB of 1.2 GiB (compressed 10 MiB) in 5.3s`
            let of = packed.split_once(" of ").map_or("", |(_, of)| of);
            self.add(size(of.split(" (").next().and_then(|of| of.split(" in ").next()).unwrap_or_default()));
        }
    }

    fn add(&mut self, bytes: Option<u64>) {
        if let Some(bytes) = bytes {
            self.bytes = Some(self.bytes.unwrap_or_default().saturating_add(bytes));
        }
    }
}

/// `2026-11-21 02:00:03 ` before a line goes.
fn without_date(line: &str) -> &str {
    if !line.starts_with(|first: char| first.is_ascii_digit()) {
        return line;
    }
    let mut words = line.splitn(3, ' ');
    words.nth(2).unwrap_or(line)
}

/// `100 (qemu)`.
fn guest(said: &str) -> Option<Guest> {
    let (number, kind) = said.trim().split_once(' ')?;
    let kind = kind_of(kind.trim_matches(['(', ')']))?;
    let is_number = !number.is_empty() && number.len() <= 10 && number.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| Guest { guest: format!("{kind}/{number}"), ..Guest::default() })
}

/// What Proxmox Backup Server calls the guests that `vzdump` calls `qemu` and `lxc`.
pub(super) fn kind_of(kind: &str) -> Option<&'static str> {
    match kind {
        "qemu" => Some("vm"),
        "lxc" | "openvz" => Some("ct"),
        _ => None,
    }
}

/// The storage in a job's call. What stands in quotes is a note or an address; a storage's name needs none.
fn storage(command: &str) -> Option<String> {
    let mut words = command.split('\'').step_by(2).flat_map(str::split_whitespace);
    let option = words.find(|word| word.split('=').next() == Some("--storage"))?;
    let storage = option.split_once('=').map(|(_, storage)| storage).or_else(|| words.next())?;
    Some(name(storage))
}

/// `32G`, `1.2 GiB`, `512`: units are powers of 1024, as Proxmox has them.
fn size(text: &str) -> Option<u64> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    let power = match unit.trim().trim_end_matches("iB").trim_end_matches('B') {
        "" => 0,
        "K" => 1,
        "M" => 2,
        "G" => 3,
        "T" => 4,
        _ => return None,
    };
    let bytes = number.parse::<f64>().ok()? * 1024_f64.powi(power);
    // Rounded towards zero; what does not fit is the largest there is.
    bytes.is_finite().then_some(bytes as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(log: &str, storage: Option<&str>, expected: &[&str]) {
        let log = Log::of(log.as_bytes());
        let shown = |guest: &Guest| {
            let bytes = guest.bytes.map(|bytes| bytes.to_string()).unwrap_or_default();
            format!("{} {} {bytes} {:?}", guest.guest, guest.snapshot.as_deref().unwrap_or("-"), guest.end)
        };
        assert_eq!(log.guests.iter().map(shown).collect::<Vec<_>>(), expected);
        assert_eq!(log.storage.as_deref(), storage);
    }

    /// Lines as `PVE::VZDump`, `PVE::VZDump::QemuServer`, `PVE::VZDump::LXC` and `proxmox-backup-client` write them,
    /// after logs that people published; names and numbers are ours.
    const TASK: &str = "INFO: starting new backup job: vzdump 100 105 104 --mode snapshot --quiet 1 --storage pusat \
        --notes-template '{{guestname}} --storage x'\n\
        INFO: Starting Backup of VM 100 (qemu)\n\
        INFO: Backup started at 2026-11-22 02:00:03\n\
        INFO: status = running\n\
        INFO: VM Name: bapenda-web\n\
        INFO: include disk 'scsi0' 'tank:vm-100-disk-0' 64G\n\
        INFO: include disk 'efidisk0' 'tank:vm-100-disk-2' 528K\n\
        INFO: exclude disk 'scsi1' 'tank:vm-100-disk-1' (backup=no)\n\
        INFO: backup mode: snapshot\n\
        INFO: creating Proxmox Backup Server archive 'vm/100/2026-11-21T19:00:03Z'\n\
        INFO: started backup task '03e47266-6866-4ff0-b8fc-cb7a69ab4f44'\n\
        INFO: 100% (628.0 MiB of 628.0 MiB) in 3s, read: 209.3 MiB/s, write: 209.3 MiB/s\n\
        INFO: backup was done incrementally, reused 59.39 GiB (98%)\n\
        INFO: transferred 628.00 MiB in 4 seconds (157.0 MiB/s)\n\
        INFO: Finished Backup of VM 100 (00:00:05)\n\
        INFO: Backup finished at 2026-11-22 02:00:08\n\
        INFO: Starting Backup of VM 105 (lxc)\n\
        INFO: CT Name: dns-internal\n\
        INFO: creating Proxmox Backup Server archive 'ct/105/2026-11-21T19:00:08Z'\n\
        INFO: Starting backup: [opd/dinkes]:ct/105/2026-11-21T19:00:08Z\n\
        INFO: root.pxar: had to backup 40.5 MiB of 1.25 GiB (compressed 10.1 MiB) in 5.30s\n\
        INFO: Finished Backup of VM 105 (00:00:08)\n\
        INFO: Starting Backup of VM 104 (qemu)\n\
        INFO: creating Proxmox Backup Server archive 'vm/104/2026-11-21T19:00:16Z'\n\
        ERROR: VM 104 qmp command 'backup' failed - backup register image failed: command error: no space left\n\
        INFO: aborting backup job\n\
        ERROR: Backup of VM 104 failed - VM 104 qmp command 'backup' failed - no space left\n\
        INFO: Failed at 2026-11-22 02:00:20\n\
        INFO: Backup job finished with errors\n\
        TASK ERROR: job errors\n";

    #[test]
    fn the_guests_of_a_task_follow_each_other() {
        check(
            TASK,
            Some("pusat"),
            &[
                "vm/100 vm/100/2026-11-21T19:00:03Z 68720017408 Finished",
                "ct/105 ct/105/2026-11-21T19:00:08Z 1342177280 Finished",
                "vm/104 vm/104/2026-11-21T19:00:16Z  Failed",
            ],
        );
    }

    #[test]
    fn a_log_beside_a_dump_has_dates() {
        let log = |end: &str| {
            format!("2026-11-21 02:00:03 INFO: Starting Backup of VM 100 (qemu)\n2026-11-21 02:21:02 {end}\n")
        };
        check(&log("INFO: Finished Backup of VM 100 (00:20:59)"), None, &["vm/100 -  Finished"]);
        check(&log("ERROR: Backup of VM 100 failed - interrupted by signal"), None, &["vm/100 -  Failed"]);
        check(&log("INFO: archive file size: 1.2GB"), None, &["vm/100 -  Open"]);
        check("", None, &[]);
        check("INFO: Starting Backup of VM x (qemu)\nINFO: Finished Backup of VM 1 (0)\n", None, &[]);
    }

    #[test]
    fn calls_name_their_storage() {
        check("INFO: starting new backup job: vzdump 1 --storage=pusat\n", Some("pusat"), &[]);
        check("INFO: starting new backup job: vzdump --all\n", None, &[]);
        let noted = "vzdump 1 --notes-template 'a --storage b' --storage pusat";
        check(&format!("INFO: starting new backup job: {noted}\n"), Some("pusat"), &[]);
    }

    #[test]
    fn sizes_have_units() {
        for (text, expected) in [
            ("32G", Some(32 << 30)),
            ("1.5 GiB", Some(3 << 29)),
            ("512", Some(512)),
            ("2 B", Some(2)),
            ("viel", None),
            ("1.2.3", None),
        ] {
            assert_eq!(size(text), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, text in ".*") {
            let _ = (Log::of(&bytes), size(&text), storage(&text), guest(&text));
            for said in ["INFO: Starting Backup of VM 1 (qemu)\nINFO: include disk '", "ERROR: Backup of VM ", "INFO: starting new backup job: "] {
                let _ = Log::of(format!("{said}{text}").as_bytes());
            }
        }
    }
}

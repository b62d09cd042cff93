//! What smartd(8) keeps of each disk: its state, with the attributes of ATA as it last saw them, and where
//! the distribution has it on (Debian and RPM systems do) a log with a line of attributes per look.
//!
//! Both are named after model and serial number, with all that is no letter or digit made `_`. The files of a
//! disk that is gone stay: they count only when the disk is there, or when they were written lately, as those
//! of disks behind a RAID controller are, which the kernel does not show.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::inventory::{Disk, DiskHealth};

use super::{celsius, take};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

const FOLDER: &str = "/var/lib/smartmontools";
/// How many disks are carried.
const MAX_DISKS: usize = 512;
/// The most that is read of a state, in bytes; one has some 6 KiB.
const MAX_STATE: u64 = 64 * 1024;
/// How much is read of the end of a log, in bytes; a line has some 600.
const MAX_LINE: u64 = 8 * 1024;
/// How long the files of a disk that the kernel does not show count.
const LATELY: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Whether smartd keeps something here.
pub(super) fn is_there(roots: &Roots) -> bool {
    roots.exists(FOLDER)
}

/// What smartd keeps of the disks that are here. States without an attribute that is carried are left out;
/// a failure only when no state could be read.
pub(super) fn read(roots: &Roots, disks: &[Disk], now: Timestamp) -> Result<Vec<DiskHealth>, Failure> {
    let files = roots.list(FOLDER)?.unwrap_or_default();
    let stems = files.iter().filter_map(|file| file.strip_prefix("smartd.")?.strip_suffix(".state"));
    let (mut found, mut failed) = (Vec::new(), None);
    for stem in stems.take(MAX_DISKS) {
        match health(roots, stem, disks) {
            Ok(health) => found.extend(health.filter(|health| counts(health, now))),
            Err(failure) => failed = failed.or(Some(failure)),
        }
    }
    failed.filter(|_| found.is_empty()).map_or(Ok(found), Err)
}

fn counts(health: &DiskHealth, now: Timestamp) -> bool {
    health.disk.is_some() || health.read_at.is_some_and(|at| now.duration_since(at) <= LATELY)
}

/// The health that the files of `stem` tell, such as `WDC_WD10EZEX_08WN4A0-WD_WCC6Y0000000.ata`.
fn health(roots: &Roots, stem: &str, disks: &[Disk]) -> Result<Option<DiskHealth>, Failure> {
    let (state, log) = (path(&format!("smartd.{stem}.state")), path(&format!("attrlog.{stem}.csv")));
    let mut health = DiskHealth::default();
    if let Some(text) = roots.head(&state, MAX_STATE)? {
        by_state(&mut health, &String::from_utf8_lossy(&text));
    }
    // The log is written at each look, the state only when something changed.
    let line = roots.tail(&log, MAX_LINE)?;
    if let Some(text) = &line {
        by_log(&mut health, &String::from_utf8_lossy(text));
    }
    if health == DiskHealth::default() {
        return Ok(None);
    }
    let newest = if line.is_some() { &log } else { &state };
    let (model, serial) =
        stem.rsplit_once('.').map_or(stem, |(stem, _)| stem).rsplit_once('-').unwrap_or((stem, ""));
    let disk = disks.iter().find(|disk| disk.serial.as_deref().is_some_and(|own| file_sign(own) == serial));
    Ok(Some(DiskHealth {
        disk: disk.map(|disk| disk.name.clone()),
        model: disk.and_then(|disk| disk.model.clone()).or_else(|| Some(name(&model.replace('_', " ")))),
        serial: disk.and_then(|disk| disk.serial.clone()).or_else(|| Some(name(serial))),
        read_at: roots.facts(newest)?.map(|facts| facts.modified),
        source: "smartd".to_owned(),
        ..health
    }))
}

fn path(file: &str) -> PathBuf {
    Path::new(FOLDER).join(file)
}

/// A serial number as smartd writes it into a file's name.
fn file_sign(serial: &str) -> String {
    serial.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

/// Lines such as `ata-smart-attribute.3.id = 5`; the raw value of an attribute follows its id.
fn by_state(health: &mut DiskHealth, text: &str) {
    let mut id = None;
    for (key, value) in text.lines().filter_map(|line| line.split_once(" = ")) {
        let Some(key) = key.trim_start().strip_prefix("ata-smart-attribute.") else { continue };
        let Ok(value) = value.trim_end().parse::<u64>() else { continue };
        match (key.split_once('.'), id) {
            (Some((_, "id")), _) => id = Some(value),
            (Some((_, "raw")), Some(id)) => take(health, id, value),
            _ => {}
        }
    }
}

/// The last whole line: a time, then `id;value;raw;` for each attribute of ATA, or `temperature;degrees;`
/// for SCSI, all divided by tabs.
fn by_log(health: &mut DiskHealth, text: &str) {
    let line = text.rsplit_terminator('\n').find(|line| line.contains('\t')).unwrap_or_default();
    for entry in line.split('\t').skip(1) {
        let mut fields = entry.split(';');
        let (first, second, third) = (fields.next(), fields.next(), fields.next());
        let number = |field: Option<&str>| field.and_then(|field| field.parse::<u64>().ok());
        match (first, number(second)) {
            (Some("temperature"), Some(degrees)) => health.celsius = celsius(degrees),
            (Some(id), Some(_)) => {
                if let (Ok(id), Some(raw)) = (id.parse(), number(third)) {
                    take(health, id, raw);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(read: fn(&mut DiskHealth, &str), text: &str, expected: [Option<u64>; 4]) {
        let mut health = DiskHealth::default();
        read(&mut health, text);
        let celsius = health.celsius.and_then(|celsius| u64::try_from(celsius).ok());
        let found = [health.power_on_hours, health.reallocated, health.pending, celsius];
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn attributes_are_taken_from_both_files() {
        let state = "# smartd state file\ntemperature-min = 20\nata-smart-attribute.0.id = 5\n\
            ata-smart-attribute.0.val = 100\nata-smart-attribute.0.raw = 8\nata-smart-attribute.1.id = 9\n\
            ata-smart-attribute.1.raw = 4294977296\nata-smart-attribute.2.id = 197\nata-smart-attribute.2.raw = x\n\
            ata-smart-attribute.3.id = 194\nata-smart-attribute.3.raw = 210454315043\n";
        check(by_state, state, [Some(10_000), Some(8), None, Some(35)]);
        let log = "2026-11-21 00:00:00;\t5;100;1;\n2026-11-22 01:00:00;\t1;75;36;\t5;100;2;\t9;60;123;\t197;100;16;\t190;60;30;\n";
        check(by_log, log, [Some(123), Some(2), Some(16), Some(30)]);
        check(
            by_log,
            "2026-11-22 01:00:00;\tnon-medium-errors;3;\ttemperature;31;\n",
            [None, None, None, Some(31)],
        );
        check(by_log, "2026", [None; 4]);
        check(by_state, "", [None; 4]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(
            text in ".*",
            log in "[0-9;\t\n-]{0,60}",
            state in "(ata-smart-attribute\\.[0-9]\\.(id|raw) = [0-9]{0,21}\n){0,9}",
        ) {
            for text in [text, log, state] {
                by_state(&mut DiskHealth::default(), &text);
                by_log(&mut DiskHealth::default(), &text);
                let _ = file_sign(&text);
            }
        }
    }
}

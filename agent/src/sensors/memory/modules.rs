//! `memory/modules`: the memory slots and what is in them, from the SMBIOS tables of type 17 (DSP0134, 7.18).
//!
//! Slots of arrays that are no system memory (7.17: the flash of the firmware, a video card's) are left out,
//! and so is a module whose size the firmware does not know: it would look like an empty slot.

use std::collections::BTreeSet;

use jiff::Timestamp;
use patuh_protocol::inventory::MemoryModule;
use patuh_protocol::report::Reading;

use super::super::smbios::{self, Structure, Tables, kind};
use super::super::{Settings, listed};
use crate::roots::{Failure, Roots};

/// How many slots are carried; the greatest boards have some hundred.
const MAX_MODULES: usize = 1024;
const KIB: u64 = 1024;
const MIB: u64 = 1024 * 1024;

/// What makers leave in a field that nobody filled, before a number: `A1_SerNum0`, `Manufacturer02`.
const TEMPLATES: [&str; 6] =
    ["manufacturer", "sernum", "partnum", "partnumber", "serialnumber", "modulepartnumber"];

pub(in crate::sensors) fn read(
    roots: &Roots,
    _: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let Some(tables) = smbios::read(roots)? else { return Ok(None) };
    Ok(listed(modules(&tables), Reading::MemoryModules))
}

fn modules(tables: &Tables) -> Vec<MemoryModule> {
    let others: BTreeSet<u16> =
        tables.of(kind::MEMORY_ARRAY).filter(is_other).map(|array| array.handle).collect();
    let devices = tables.of(kind::MEMORY_DEVICE);
    let slots = devices.filter(|device| !device.word(4).is_some_and(|array| others.contains(&array)));
    slots.filter_map(|device| module(&device)).take(MAX_MODULES).collect()
}

/// Whether an array is used for something else than system memory. "Other" and "unknown" may be it.
fn is_other(array: &Structure<'_>) -> bool {
    array.byte(5).is_some_and(|usage| usage > 3)
}

fn module(device: &Structure<'_>) -> Option<MemoryModule> {
    let slot = device.text(0x10).or_else(|| device.text(0x11)).unwrap_or_default();
    let size_bytes = size(device)?;
    if size_bytes == 0 {
        return Some(MemoryModule { slot, ..MemoryModule::default() });
    }
    let text = |offset: usize| device.text(offset).filter(|text| !is_template(text));
    Some(MemoryModule {
        slot,
        size_bytes,
        kind: device.byte(0x12).and_then(words),
        speed_mts: speed(device, 0x20, 0x58).or_else(|| speed(device, 0x15, 0x54)),
        vendor: text(0x17),
        part: text(0x1a),
        serial: text(0x18),
    })
}

/// The size in bytes: 0 is an empty slot, FFFFh an unknown size, 7FFFh refers to a field for sizes from
/// 32 GiB up; the highest bit makes the unit KiB.
fn size(device: &Structure<'_>) -> Option<u64> {
    match device.word(0x0c)? {
        0xffff => None,
        0x7fff => Some(u64::from(device.double(0x1c)? & 0x7fff_ffff) * MIB),
        size if size & 0x8000 != 0 => Some(u64::from(size & 0x7fff) * KIB),
        size => Some(u64::from(size) * MIB),
    }
}

/// A speed in MT/s: 0 is unknown, FFFFh refers to a field for greater ones.
fn speed(device: &Structure<'_>, offset: usize, extended: usize) -> Option<u32> {
    match device.word(offset)? {
        0 => None,
        0xffff => device.double(extended).map(|speed| speed & 0x7fff_ffff).filter(|speed| *speed > 0),
        speed => Some(u32::from(speed)),
    }
}

fn is_template(text: &str) -> bool {
    let text = text.to_lowercase();
    let words = text.trim_end_matches(|c: char| c.is_ascii_digit());
    TEMPLATES.iter().any(|template| words.ends_with(template))
}

/// The memory's type in words (DSP0134, table 78); `None` for "other", "unknown" and what says little.
fn words(number: u8) -> Option<String> {
    let word = match number {
        0x03 => "DRAM",
        0x0f => "SDRAM",
        0x12 => "DDR",
        0x13 => "DDR2",
        0x14 => "DDR2 FB-DIMM",
        0x18 => "DDR3",
        0x19 => "FBD2",
        0x1a => "DDR4",
        0x1b => "LPDDR",
        0x1c => "LPDDR2",
        0x1d => "LPDDR3",
        0x1e => "LPDDR4",
        0x1f => "non-volatile",
        0x20 => "HBM",
        0x21 => "HBM2",
        0x22 => "DDR5",
        0x23 => "LPDDR5",
        0x24 => "HBM3",
        _ => return None,
    };
    Some(word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;
    use crate::sensors::smbios::build::structure;

    const TABLE: &str = "sys/firmware/dmi/tables/DMI";
    const GIB: u64 = 1024 * MIB;

    /// A device of array 1 with these fields.
    fn device(fields: &[(usize, &[u8])], texts: &[&str]) -> Vec<u8> {
        let own: [(usize, &[u8]); 3] = [(4, &[1, 0]), (0x10, &[1]), (0x17, &[2, 3, 0, 4])];
        structure((17, 0x1100, 0x5c), &[&own, fields].concat(), texts)
    }

    fn check(tables: &[Vec<u8>], expected: &[MemoryModule]) {
        let host = fixture::host(&[(TABLE, tables.concat())]);
        let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(read, listed(expected.to_vec(), Reading::MemoryModules));
    }

    #[test]
    fn a_module_has_size_speed_and_numbers() {
        check(
            &[
                structure((16, 1, 23), &[(4, &[3, 3])], &[]),
                device(
                    &[(0x0c, &[0, 0x40]), (0x12, &[0x1a]), (0x15, &[0x65, 0x0b]), (0x20, &[0x60, 0x09])],
                    &["DIMM_A1", "Samsung", "15A3F2C1", "M393A2K40CB2-CTD "],
                ),
                device(
                    &[
                        (0x0c, &[0xff, 0x7f]),
                        (0x1c, &[0, 0, 1, 0]),
                        (0x20, &[0xff, 0xff]),
                        (0x58, &[0, 0, 1, 0]),
                    ],
                    &["DIMM_A2", "NO DIMM", "A1_SerNum1", "Array1_PartNumber1"],
                ),
                device(&[], &["DIMM_A3", "NO DIMM", "NO DIMM", "NO DIMM"]),
                device(&[(0x0c, &[0xff, 0xff])], &["DIMM_A4"]),
            ],
            &[
                MemoryModule {
                    slot: "DIMM_A1".into(),
                    size_bytes: 16 * GIB,
                    kind: Some("DDR4".into()),
                    speed_mts: Some(2400),
                    vendor: Some("Samsung".into()),
                    part: Some("M393A2K40CB2-CTD".into()),
                    serial: Some("15A3F2C1".into()),
                },
                MemoryModule {
                    slot: "DIMM_A2".into(),
                    size_bytes: 64 * GIB,
                    speed_mts: Some(65536),
                    ..MemoryModule::default()
                },
                MemoryModule { slot: "DIMM_A3".into(), ..MemoryModule::default() },
            ],
        );
    }

    #[test]
    fn old_tables_are_shorter_and_count_in_kib() {
        let old = structure((17, 1, 0x15), &[(4, &[1, 0]), (0x0c, &[0x00, 0xc0]), (0x11, &[1])], &["BANK0"]);
        let module = MemoryModule { slot: "BANK0".into(), size_bytes: 16 * MIB, ..MemoryModule::default() };
        check(&[old], &[module]);
    }

    #[test]
    fn what_is_no_system_memory_is_left_out() {
        let flash = structure((16, 1, 15), &[(4, &[3, 5])], &[]);
        check(&[flash, device(&[(0x0c, &[16, 0])], &["SYSTEM ROM"])], &[]);
    }

    #[test]
    fn tables_that_may_not_be_read_are_a_failure_and_none_is_nothing() {
        check_nothing(&[("etc/hostname", "x")]);
        let host = fixture::host(&[(TABLE, "")]);
        let failure = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap_err();
        assert!(failure.to_string().starts_with("/sys/firmware/dmi/tables/DMI: "), "{failure}");
    }

    fn check_nothing(files: &[(&str, &str)]) {
        let host = fixture::host(files);
        assert_eq!(read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH), Ok(None));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(fields: [u8; 92], text in ".*") {
            let text = text.replace('\0', " ");
            let host = fixture::host(&[(TABLE, device(&[(4, &fields[4..])], &["A", &text]))]);
            let _ = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
            let _ = is_template(&text);
        }
    }
}

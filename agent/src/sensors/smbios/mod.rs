//! SMBIOS (DSP0134 3.7): the tables in which the firmware describes the machine, as the kernel shows them
//! under `/sys/firmware/dmi/tables`.
//!
//! Our own decoder instead of dmidecode(8): no process, no `/dev/mem`, and a table of a few kilobytes costs
//! two files. Firmware is hostile until proven otherwise: every length is checked, what does not fit ends
//! the reading, and a text that is none (see [`junk`](super::junk)) counts as not given.
//!
//! The tables hold serial numbers, so the kernel shows them to root only; without that right the sensors
//! that need them fail and say so.

use std::path::Path;

use crate::roots::{Failure, Roots};

pub(super) use structure::Structure;

mod structure;

/// The tables themselves.
pub(super) const TABLE: &str = "/sys/firmware/dmi/tables/DMI";
/// Where the firmware says where the tables lie, and of which version they are.
const ENTRY: &str = "/sys/firmware/dmi/tables/smbios_entry_point";
/// The most that is read of the tables, in bytes. Those of version 2 end at 64 KiB; big servers of version 3
/// come to some 100 KiB.
const MAX_TABLE: u64 = 1024 * 1024;
/// How many structures are looked at; a server with 96 memory modules has about 400.
const MAX_STRUCTURES: usize = 16_384;

/// Structure types (DSP0134, table 3).
pub(super) mod kind {
    /// BIOS information (7.1).
    pub(in crate::sensors) const BIOS: u8 = 0;
    /// System information (7.2).
    pub(in crate::sensors) const SYSTEM: u8 = 1;
    /// Baseboard (7.3).
    pub(in crate::sensors) const BOARD: u8 = 2;
    /// System enclosure or chassis (7.4).
    pub(in crate::sensors) const CHASSIS: u8 = 3;
    /// Processor information (7.5).
    pub(in crate::sensors) const PROCESSOR: u8 = 4;
    /// Physical memory array (7.17).
    pub(in crate::sensors) const MEMORY_ARRAY: u8 = 16;
    /// Memory device (7.18).
    pub(in crate::sensors) const MEMORY_DEVICE: u8 = 17;
    /// IPMI device (7.39).
    pub(in crate::sensors) const IPMI: u8 = 38;
    /// System power supply (7.40).
    pub(in crate::sensors) const POWER_SUPPLY: u8 = 39;
}

/// The tables of one machine.
#[derive(Debug)]
pub(super) struct Tables {
    bytes: Vec<u8>,
    version: Option<(u8, u8)>,
}

/// The tables of this machine; `None` when it has none. A failure when they may not be read, or hold nothing
/// that is a structure.
pub(super) fn read(roots: &Roots) -> Result<Option<Tables>, Failure> {
    let Some(bytes) = roots.head(Path::new(TABLE), MAX_TABLE)? else { return Ok(None) };
    let entry = roots.head(Path::new(ENTRY), 32).ok().flatten().unwrap_or_default();
    let tables = Tables::new(bytes, &entry);
    if tables.structures().next().is_none() {
        return Err(Failure::malformed(TABLE, "tidak memuat satu struktur pun"));
    }
    Ok(Some(tables))
}

impl Tables {
    fn new(mut bytes: Vec<u8>, entry: &[u8]) -> Self {
        let (version, length) = entry_point(entry);
        bytes.truncate(length.unwrap_or(usize::MAX));
        Self { bytes, version }
    }

    /// Every structure, in the order of the tables.
    pub(super) fn structures(&self) -> impl Iterator<Item = Structure<'_>> {
        structure::all(&self.bytes).take(MAX_STRUCTURES)
    }

    /// The structures of one type.
    pub(super) fn of(&self, kind: u8) -> impl Iterator<Item = Structure<'_>> {
        self.structures().filter(move |structure| structure.kind == kind)
    }

    /// A text that the first structure of this type that has it gives: as the kernel fills
    /// `/sys/class/dmi/id`.
    pub(super) fn text(&self, kind: u8, offset: usize) -> Option<String> {
        self.of(kind).find_map(|structure| structure.text(offset))
    }

    /// The system's UUID (7.2.1): since version 2.6 the first three fields are little-endian. Tables without
    /// a version are taken for new ones.
    pub(super) fn uuid(&self) -> Option<String> {
        let mut bytes: [u8; 16] = self.of(kind::SYSTEM).find_map(|system| system.bytes(8))?;
        if self.version.is_none_or(|version| version >= (2, 6)) {
            for (from, to) in [(0, 4), (4, 6), (6, 8)] {
                bytes.get_mut(from..to)?.reverse();
            }
        }
        let digits = data_encoding::HEXLOWER.encode(&bytes);
        let group = |from: usize, to: usize| digits.get(from..to);
        Some([group(0, 8)?, group(8, 12)?, group(12, 16)?, group(16, 20)?, group(20, 32)?].join("-"))
    }
}

/// Version and table length of an entry point (5.2): `_SM3_` is that of version 3, `_SM_` that of version 2.
/// The length of version 3 is an upper bound only.
fn entry_point(bytes: &[u8]) -> (Option<(u8, u8)>, Option<usize>) {
    let byte = |at: usize| bytes.get(at).copied();
    let version = |at: usize| Some((byte(at)?, byte(at + 1)?));
    if bytes.starts_with(b"_SM3_") {
        let length = bytes.get(12..16).and_then(|length| <[u8; 4]>::try_from(length).ok());
        return (version(7), length.and_then(|length| usize::try_from(u32::from_le_bytes(length)).ok()));
    }
    if bytes.starts_with(b"_SM_") {
        let length = bytes.get(22..24).and_then(|length| <[u8; 2]>::try_from(length).ok());
        return (version(6), length.map(|length| usize::from(u16::from_le_bytes(length))));
    }
    (None, None)
}

#[cfg(test)]
pub(super) mod build;
#[cfg(test)]
mod tests;

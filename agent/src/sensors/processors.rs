//! `processors`: the processor sockets, from the SMBIOS tables of type 4 (DSP0134, 7.5).
//!
//! Beside `cpu`, which counts what the kernel uses: the tables know the sockets, also the empty ones, which
//! is what whoever wants to extend a server asks for. Coprocessors and signal processors are left out.

use jiff::Timestamp;
use patuh_protocol::inventory::Processor;
use patuh_protocol::report::Reading;

use super::smbios::{self, Structure, kind};
use super::{Settings, listed};
use crate::roots::{Failure, Roots};

/// How many sockets are carried. Some hypervisors show one per logical processor.
const MAX_SOCKETS: usize = 512;

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    let Some(tables) = smbios::read(roots)? else { return Ok(None) };
    let sockets = tables.of(kind::PROCESSOR).filter(is_central).map(|structure| processor(&structure));
    Ok(listed(sockets.take(MAX_SOCKETS).collect(), Reading::Processors))
}

/// Math, signal and video processors have types of their own; firmware that says "other" means the only one.
fn is_central(processor: &Structure<'_>) -> bool {
    !matches!(processor.byte(5), Some(4..=6))
}

fn processor(structure: &Structure<'_>) -> Processor {
    let socket = structure.text(4).unwrap_or_default();
    // Bit 6 of the status.
    if structure.byte(0x18).is_some_and(|status| status & 0x40 == 0) {
        return Processor { socket, ..Processor::default() };
    }
    Processor {
        socket,
        populated: true,
        vendor: structure.text(7),
        model: structure.text(0x10).map(|model| model.split_whitespace().collect::<Vec<_>>().join(" ")),
        cores: count(structure, 0x23, 0x2a),
        threads: count(structure, 0x25, 0x2e),
        speed_mhz: structure.word(0x14).filter(|speed| *speed > 0).map(u32::from),
    }
}

/// A count in one byte: 0 is unknown, FFh refers to a word for greater ones.
fn count(structure: &Structure<'_>, offset: usize, extended: usize) -> Option<u32> {
    match structure.byte(offset)? {
        0 => None,
        0xff => structure.word(extended).filter(|count| !matches!(count, 0 | 0xffff)).map(u32::from),
        count => Some(u32::from(count)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;
    use crate::sensors::smbios::build::structure;

    fn check(tables: &[Vec<u8>], expected: &[Processor]) {
        let host = fixture::host(&[("sys/firmware/dmi/tables/DMI", tables.concat())]);
        let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(read, listed(expected.to_vec(), Reading::Processors));
    }

    fn socket(length: u8, fields: &[(usize, &[u8])]) -> Vec<u8> {
        let own: [(usize, &[u8]); 3] = [(4, &[1, 3]), (7, &[2]), (0x10, &[3])];
        let texts = ["CPU1", "Intel", "Intel(R) Xeon(R)  Silver 4208 CPU @ 2.10GHz"];
        structure((4, 0x400, length), &[&own, fields].concat(), &texts)
    }

    fn filled(cores: Option<u32>, threads: Option<u32>) -> Processor {
        Processor {
            socket: "CPU1".into(),
            populated: true,
            vendor: Some("Intel".into()),
            model: Some("Intel(R) Xeon(R) Silver 4208 CPU @ 2.10GHz".into()),
            cores,
            threads,
            speed_mhz: Some(4000),
        }
    }

    #[test]
    fn sockets_are_filled_or_empty() {
        let counts: [(usize, &[u8]); 3] = [(0x14, &[0xa0, 0x0f]), (0x18, &[0x41]), (0x23, &[8, 8, 16])];
        check(&[socket(0x30, &counts)], &[filled(Some(8), Some(16))]);
        let empty = Processor { socket: "CPU1".into(), ..Processor::default() };
        check(&[socket(0x30, &[(0x14, &[0xa0, 0x0f])])], &[empty]);
    }

    #[test]
    fn many_cores_stand_elsewhere_and_old_tables_count_none() {
        let many: [(usize, &[u8]); 4] =
            [(0x14, &[0xa0, 0x0f]), (0x18, &[0x41]), (0x23, &[255, 255, 255]), (0x2a, &[0, 1, 0, 1, 0, 2])];
        check(&[socket(0x30, &many)], &[filled(Some(256), Some(512))]);
        check(&[socket(0x20, &[(0x14, &[0xa0, 0x0f]), (0x18, &[0x41])])], &[filled(None, None)]);
    }

    #[test]
    fn other_kinds_of_processors_are_left_out() {
        check(&[socket(0x30, &[(5, &[5]), (0x18, &[0x41])])], &[]);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(fields: [u8; 48]) {
            let host = fixture::host(&[("sys/firmware/dmi/tables/DMI", socket(0x30, &[(4, &fields[4..])]))]);
            let _ = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        }
    }
}

//! `memory`: what the kernel manages, from `/proc/meminfo` (proc_meminfo(5)).

use jiff::Timestamp;
use patuh_protocol::inventory::Memory;
use patuh_protocol::report::Reading;

use super::Settings;
use crate::roots::{Failure, Roots};

pub(super) mod modules;

const MEMINFO: &str = "/proc/meminfo";

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    let memory = parse(&roots.needed(MEMINFO)?);
    memory
        .map(|memory| Some(Reading::Memory(memory)))
        .ok_or_else(|| Failure::malformed(MEMINFO, "tidak memuat MemTotal"))
}

fn parse(text: &str) -> Option<Memory> {
    // The unit is always kB, and means 1024 bytes.
    let bytes = |key: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
        value.split_ascii_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
    };
    Some(Memory { total_bytes: bytes("MemTotal")?, swap_bytes: bytes("SwapTotal").unwrap_or(0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(u64, u64)>) {
        let expected = expected.map(|(total_bytes, swap_bytes)| Memory { total_bytes, swap_bytes });
        assert_eq!(parse(text), expected, "{text}");
    }

    #[test]
    fn memory_is_in_bytes() {
        check(
            "MemTotal:       16384 kB\nMemFree: 1 kB\nSwapTotal:  1024 kB\n",
            Some((16_777_216, 1_048_576)),
        );
        check("MemTotal: 4 kB", Some((4096, 0)));
        check("MemTotal: many kB\nSwapTotal: 1 kB", None);
        check("MemTotal: 18446744073709551615 kB", None);
        check("", None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            let _ = (parse(&text), parse(&format!("MemTotal: {text}")));
        }
    }
}

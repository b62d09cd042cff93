//! The kind of a chassis in words: SMBIOS 3.7 (DSP0134), table 17.

/// The word for a chassis type; `None` for "other", "unknown", and numbers that are not in the table.
pub(super) fn words(number: u8) -> Option<String> {
    // The highest bit says whether there is a lock.
    let word = match number & 0x7f {
        0x03 => "desktop",
        0x04 => "low profile desktop",
        0x05 => "pizza box",
        0x06 => "mini tower",
        0x07 => "tower",
        0x08 => "portable",
        0x09 => "laptop",
        0x0a => "notebook",
        0x0b => "hand held",
        0x0c => "docking station",
        0x0d => "all in one",
        0x0e => "sub notebook",
        0x0f => "space-saving",
        0x10 => "lunch box",
        0x11 => "main server",
        0x12 => "expansion",
        0x13 => "sub chassis",
        0x14 => "bus expansion",
        0x15 => "peripheral",
        0x16 => "RAID",
        0x17 => "rack mount",
        0x18 => "sealed-case PC",
        0x19 => "multi-system",
        0x1a => "Compact PCI",
        0x1b => "Advanced TCA",
        0x1c => "blade",
        0x1d => "blade enclosure",
        0x1e => "tablet",
        0x1f => "convertible",
        0x20 => "detachable",
        0x21 => "IoT gateway",
        0x22 => "embedded PC",
        0x23 => "mini PC",
        0x24 => "stick PC",
        _ => return None,
    };
    Some(word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_words() {
        for (number, word) in [
            (23, Some("rack mount")),
            (3, Some("desktop")),
            (131, Some("desktop")),
            (1, None),
            (2, None),
            (99, None),
            (0, None),
        ] {
            assert_eq!(words(number).as_deref(), word, "{number}");
        }
    }
}

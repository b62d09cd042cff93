//! Texts that firmware gives where a value should stand.
//!
//! A false serial number is worse than none: two machines with the serial `123456789` become one asset,
//! and an inventory officer looks for a label that does not exist.

/// Values that are no values, lower case, each with why. Compared whole, without case and outer space.
const WORDS: &[(&str, &str)] = &[
    ("to be filled by o.e.m.", "AMI's template, never filled by the board's maker"),
    ("to be filled by o.e.m", "the same without its last dot"),
    ("to be filled", "the same, shortened"),
    ("default string", "AMI Aptio's template"),
    ("default_string", "the same, as some tools rewrite it"),
    ("system serial number", "the field's own name (ASUS, Gigabyte, Supermicro boards)"),
    ("system product name", "the field's own name (ASUS)"),
    ("system manufacturer", "the field's own name (ASUS)"),
    ("system version", "the field's own name (ASUS)"),
    ("system uuid", "the field's own name"),
    ("base board serial number", "the field's own name"),
    ("board serial number", "the field's own name"),
    ("base board", "the field's own name"),
    ("chassis serial number", "the field's own name"),
    ("serial number", "the field's own name"),
    ("serialnumber", "the field's own name"),
    ("mb-1234567890", "ASUS' template for boards"),
    ("none", "a word for nothing"),
    ("null", "a word for nothing"),
    ("n/a", "a word for nothing"),
    ("na", "a word for nothing"),
    ("empty", "a word for nothing"),
    ("unknown", "a word for nothing"),
    ("unknow", "the same, misspelt by a maker"),
    ("undefined", "a word for nothing"),
    ("invalid", "a word for nothing"),
    ("not specified", "dmidecode's and QEMU's word for an empty field"),
    ("not applicable", "a word for nothing"),
    ("not available", "a word for nothing"),
    ("not provided", "a word for nothing"),
    ("not defined", "a word for nothing"),
    ("no enclosure", "a word for nothing"),
    ("<bad index>", "dmidecode's word for a string that is not in the table"),
    ("bad index", "the same"),
    ("o.e.m.", "a maker who did not say who"),
    ("oem", "a maker who did not say who"),
    ("oem serial", "a template"),
    ("oem default string000", "a template"),
    ("empty string", "a template"),
    ("type1productconfigid", "a Lenovo template"),
    ("invalid serial number", "what firmware says after a board was replaced"),
    ("1234567890", "somebody's keyboard"),
    ("123456789", "somebody's keyboard"),
    ("12345678", "somebody's keyboard"),
    ("1234567", "somebody's keyboard"),
    ("123456", "somebody's keyboard"),
    ("12345", "somebody's keyboard"),
    ("0123456789", "AMI's template for serial numbers"),
    ("0123456789abcdef", "somebody's keyboard"),
    ("ssn-serial-number-here", "a template"),
    ("123456789012", "somebody's keyboard"),
    ("xxxxxxxxxx", "a template"),
    ("no asset tag", "a word for nothing"),
    ("no asset information", "a word for nothing (Lenovo)"),
    ("noassettag", "the same, run together"),
    ("asset tag", "the field's own name"),
    ("asset-1234567890", "ASUS' template"),
    ("atn12345678901234567", "ASUS' template for asset tags"),
    ("no dimm", "a word for an empty slot"),
    ("no module installed", "a word for an empty slot"),
    ("not installed", "a word for an empty slot"),
    ("[empty]", "a word for an empty slot"),
    ("no manufacturer", "what the USB gadgets of service processors say"),
];

/// UUIDs that many machines share, lower case, each with why. All-zero and all-F ones are found by rule.
const UUIDS: &[(&str, &str)] = &[
    ("03000200-0400-0500-0006-000700080009", "AMI's template; shared by whole series of boards"),
    ("00020003-0004-0005-0006-000700080009", "the same, read in the other byte order"),
    ("12345678-1234-5678-90ab-cddeefaabbcc", "a template of Gigabyte and others"),
    ("12345678-1234-5678-9abc-def012345678", "a template"),
    ("fefefefe-fefe-fefe-fefe-fefefefefefe", "erased flash"),
    ("01234567-8910-1112-1314-151617181920", "somebody's keyboard"),
];

/// Why `value` is no value; `None` when it may be one.
pub(super) fn reason(value: &str) -> Option<&'static str> {
    let value = value.trim().to_lowercase();
    if let Some((_, why)) = WORDS.iter().find(|(word, _)| *word == value) {
        return Some(why);
    }
    let mut signs = value.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '_' | ':' | '*' | '#'));
    match signs.next() {
        None => Some("no letter or digit in it"),
        Some(first @ ('0' | 'f' | 'x')) if signs.all(|c| c == first) => Some("one sign again and again"),
        Some(_) => None,
    }
}

/// Whether `uuid` says nothing about one machine, or is no UUID at all (RFC 9562, section 4).
pub(super) fn is_junk_uuid(uuid: &str) -> bool {
    let uuid = uuid.trim().to_lowercase();
    let groups: Vec<usize> = uuid.split('-').map(str::len).collect();
    let is_uuid = groups == [8, 4, 4, 4, 12] && uuid.chars().all(|c| c == '-' || c.is_ascii_hexdigit());
    !is_uuid || reason(&uuid).is_some() || UUIDS.iter().any(|(known, _)| *known == uuid)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, is_junk: bool) {
        assert_eq!(reason(value).is_some(), is_junk, "{value:?}: {:?}", reason(value));
    }

    #[test]
    fn junk_is_known() {
        let junk =
            ["To Be Filled By O.E.M.", "Default string", "System Serial Number", "None", "0", "123456789"];
        for value in
            junk.into_iter().chain(["Not Specified", "", " ", "...", "00000000", "FFFFFFFF", "xxxx", "N/A"])
        {
            check(value, true);
        }
    }

    #[test]
    fn what_may_be_true_is_kept() {
        for value in
            ["7XQ2F63", "VMware-56 4d 8a", "1", "F0", "0F00", "CNX0A1", "SGH123456", "Nonesuch", "111"]
        {
            check(value, false);
        }
    }

    #[test]
    fn every_entry_is_found_and_stands_once() {
        for (place, (word, why)) in WORDS.iter().enumerate() {
            assert!(reason(word).is_some() && !why.is_empty());
            assert!(!WORDS.iter().take(place).any(|(other, _)| other == word), "{word} stands twice");
        }
        for (uuid, _) in UUIDS {
            assert!(is_junk_uuid(uuid));
        }
    }

    #[test]
    fn uuids_are_told_apart() {
        for (uuid, is_junk) in [
            ("4c4c4544-0058-5110-8032-b7c04f463633", false),
            ("4C4C4544-0058-5110-8032-B7C04F463633", false),
            ("00000000-0000-0000-0000-000000000000", true),
            ("FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", true),
            ("03000200-0400-0500-0006-000700080009", true),
            ("Not Settable", true),
            ("", true),
        ] {
            assert_eq!(is_junk_uuid(uuid), is_junk, "{uuid}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(value in ".*") {
            let _ = (reason(&value), is_junk_uuid(&value));
        }
    }
}

//! SMBIOS UUIDs, which a host and its guest may read in two byte orders.

/// `uuid` as one reads it who takes the first three fields in the other byte order, lower case; `None` when
/// it is no UUID.
///
/// DSP0134 7.2.1 stores those fields little-endian since version 2.6, where RFC 9562 has big-endian. Old
/// firmware, and hypervisors that copy the bytes as they are, mix the two up, so a guest may be known to its
/// host under one form and call itself the other: compare with both.
#[must_use]
pub fn byte_swapped(uuid: &str) -> Option<String> {
    let uuid = uuid.trim().to_ascii_lowercase();
    let groups: Vec<&str> = uuid.split('-').collect();
    let [time_low, time_mid, time_high, clock, node] = groups.as_slice() else { return None };
    let lengths = groups.iter().map(|group| group.len());
    let is_uuid = lengths.eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let swapped = || [time_low, time_mid, time_high].map(|group| reversed(group)).join("-");
    is_uuid.then(|| format!("{}-{clock}-{node}", swapped()))
}

/// Whether `a` and `b` are the UUID of one machine, in either byte order of its first three fields: how a
/// host's view of a guest and the guest's own view of itself are joined. What is no UUID is the same as
/// nothing.
#[must_use]
pub fn same_uuid(a: &str, b: &str) -> bool {
    let b = b.trim();
    byte_swapped(a).is_some_and(|swapped| a.trim().eq_ignore_ascii_case(b) || swapped.eq_ignore_ascii_case(b))
}

/// The bytes of `group`, two digits each, from the last to the first.
fn reversed(group: &str) -> String {
    let digits: Vec<char> = group.chars().collect();
    digits.chunks(2).rev().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_three_fields_turn_round() {
        for (uuid, expected) in [
            ("4C4C4544-0058-5110-8032-B7C04F463633", Some("44454c4c-5800-1051-8032-b7c04f463633")),
            ("44454c4c-5800-1051-8032-b7c04f463633", Some("4c4c4544-0058-5110-8032-b7c04f463633")),
            ("4c4c4544-0058-5110-8032", None),
            ("4c4c4544-0058-5110-8032-b7c04f46363z", None),
            ("4c4c4544-0058-5110-80324-b7c04f46363", None),
            ("", None),
        ] {
            assert_eq!(byte_swapped(uuid).as_deref(), expected, "{uuid}");
        }
    }

    fn check(a: &str, b: &str, expected: bool) {
        assert_eq!(same_uuid(a, b), expected, "{a} and {b}");
        assert_eq!(same_uuid(b, a), expected, "{b} and {a}");
    }

    #[test]
    fn either_order_is_the_same_machine() {
        let straight = "4c4c4544-0058-5110-8032-b7c04f463633";
        check(straight, "4C4C4544-0058-5110-8032-B7C04F463633\n", true);
        check(straight, "44454C4C-5800-1051-8032-B7C04F463633", true);
        check(straight, "44454c4c-0058-5110-8032-b7c04f463633", false);
        check(straight, "4c4c4544-0058-5110-8032-b7c04f463634", false);
        check("", "", false);
        check("Not Settable", "Not Settable", false);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(a in ".*", b in "[0-9a-fA-F-]{0,40}") {
            let _ = (same_uuid(&a, &b), same_uuid(&b, &b));
        }
    }
}

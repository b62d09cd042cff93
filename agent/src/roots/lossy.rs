//! Bytes of the host as text that any store and any page can hold.
//!
//! What a host says is data, hostile until proven otherwise: firmware strings hold NUL, file names hold
//! escape sequences, a package list may hold a megabyte name. None of that may cost the report, so it is
//! carried with the bad parts replaced, never refused.

/// The longest name, serial number or path that is carried, in characters.
pub(crate) const NAME: usize = 256;
/// The longest explanation that is carried, in characters.
pub(crate) const SENTENCE: usize = 512;

/// `bytes` as text of at most `limit` characters: broken UTF-8 and control characters become U+FFFD,
/// white space around it goes, and a text cut short ends in `…`.
pub(crate) fn lossy(bytes: &[u8], limit: usize) -> String {
    // Four bytes are the most that one character takes: no need to look at a megabyte for 256 of them.
    let seen = bytes.get(..limit.saturating_mul(4).saturating_add(64)).unwrap_or(bytes);
    let text = String::from_utf8_lossy(seen);
    let trimmed = text.trim();
    if trimmed.len() <= limit && trimmed.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
        return trimmed.to_owned(); // nearly every name there is
    }
    let mut carried: String = trimmed.chars().take(limit).map(harmless).collect();
    if trimmed.chars().nth(limit).is_some() {
        carried.pop();
        carried.push('…');
    }
    carried
}

/// `text` as a name: see [`lossy`].
pub(crate) fn name(text: &str) -> String {
    lossy(text.as_bytes(), NAME)
}

fn harmless(c: char) -> char {
    if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &str) {
        assert_eq!(lossy(bytes, 8), expected, "{bytes:?}");
    }

    #[test]
    fn what_is_hostile_is_carried_as_harmless_text() {
        check(b"  PowerEd ", "PowerEd");
        check(b"a\0b", "a\u{fffd}b");
        check(b"\x1b[31mred", "\u{fffd}[31mred");
        check(b"caf\xff", "caf\u{fffd}");
        check(b"12345678", "12345678");
        check(b"123456789", "1234567…");
        check("ééééééééé".as_bytes(), "ééééééé…");
        check(&[b'x'; 1 << 20], "xxxxxxx…");
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_long_or_give_it_control_characters(bytes: Vec<u8>, limit in 1_usize..50) {
            let carried = lossy(&bytes, limit);
            assert!(carried.chars().count() <= limit);
            assert!(!carried.chars().any(char::is_control));
        }
    }
}

//! How the names of devices and ports are written down. They come from whoever is on the wire: see
//! [`lossy`](crate::roots::lossy).

use std::net::IpAddr;

use crate::roots::lossy::{NAME, SENTENCE, lossy};

/// The longest identifier that is written in hexadecimal, in bytes.
const MAX_HEX: usize = 64;

/// Pairs of hex digits with colons: the notation of MAC addresses.
pub(super) fn hex(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().take(MAX_HEX).map(|byte| format!("{byte:02x}")).collect();
    pairs.join(":")
}

/// An identifier as it was sent. What is no text is written in hexadecimal: with its strange bytes replaced, two
/// devices could get one name.
pub(super) fn identifier(bytes: &[u8]) -> String {
    let bytes = without_padding(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.chars().any(char::is_control) => lossy(bytes, NAME),
        _ => hex(bytes),
    }
}

/// A name for people; `None` for an empty one.
pub(super) fn name(bytes: &[u8]) -> Option<String> {
    Some(lossy(without_padding(bytes), NAME)).filter(|name| !name.is_empty())
}

/// A description for people, which some makers spread over several lines; `None` for an empty one.
pub(super) fn sentence(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(without_padding(bytes));
    let words: Vec<&str> = text.split_whitespace().collect();
    Some(lossy(words.join(" ").as_bytes(), SENTENCE)).filter(|text| !text.is_empty())
}

/// An IP address, four bytes or sixteen.
pub(super) fn address(bytes: &[u8]) -> Option<IpAddr> {
    let four = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    four.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from)).ok()
}

/// Some makers fill up with NUL.
fn without_padding(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    bytes.get(..end).unwrap_or_default()
}

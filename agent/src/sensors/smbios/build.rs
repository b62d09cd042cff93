//! Tables for tests, written structure by structure.

/// The bytes of one structure: `fields` are values at offsets of the specification, in a formatted area of
/// `length` bytes; `texts` are numbered from 1.
pub(in crate::sensors) fn structure(
    (kind, handle, length): (u8, u16, u8),
    fields: &[(usize, &[u8])],
    texts: &[&str],
) -> Vec<u8> {
    let mut bytes = vec![0; usize::from(length)];
    bytes[0] = kind;
    bytes[1] = length;
    bytes[2..4].copy_from_slice(&handle.to_le_bytes());
    for (offset, value) in fields {
        bytes[*offset..offset + value.len()].copy_from_slice(value);
    }
    for text in texts {
        bytes.extend_from_slice(text.as_bytes());
        bytes.push(0);
    }
    if texts.is_empty() {
        bytes.push(0);
    }
    bytes.push(0);
    bytes
}

/// An entry point of version 3 for tables of at most 64 KiB.
pub(in crate::sensors) fn entry(major: u8, minor: u8) -> Vec<u8> {
    let mut bytes = b"_SM3_\0\x18".to_vec();
    bytes.extend_from_slice(&[major, minor, 0, 1, 0, 0, 0, 1, 0]);
    bytes.resize(24, 0);
    bytes
}

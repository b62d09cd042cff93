//! The beginning and the end of a packed file, in the memory of both.

use std::io::{self, Read};

/// How much of the beginning and of the end is looked at.
pub(super) const WINDOW: usize = 4096;

/// What came out.
pub(super) struct Unpacked {
    pub(super) head: Vec<u8>,
    pub(super) tail: Vec<u8>,
    pub(super) bytes: u64,
    /// Whether it came to an end without an error.
    pub(super) is_sound: bool,
}

/// Reads a stream to its end.
pub(super) fn unpack(mut stream: impl Read) -> Unpacked {
    let mut unpacked = Unpacked { head: Vec::new(), tail: Vec::new(), bytes: 0, is_sound: true };
    let mut chunk = vec![0; 32 * 1024];
    loop {
        let read = match stream.read(&mut chunk) {
            Ok(0) => return unpacked,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return Unpacked { is_sound: false, ..unpacked },
        };
        let new = chunk.get(..read).unwrap_or_default();
        unpacked.bytes += read as u64;
        let missing = WINDOW.saturating_sub(unpacked.head.len());
        unpacked.head.extend(new.iter().take(missing));
        unpacked.tail.extend(new.iter().skip(read.saturating_sub(WINDOW)));
        let surplus = unpacked.tail.len().saturating_sub(WINDOW);
        unpacked.tail.drain(..surplus);
    }
}

//! What a dump file is, and whether it is whole, by its beginning and its end. Nothing of its content is
//! carried.
//!
//! `pg_dump` writes `-- PostgreSQL database dump complete` near the end (since 2025 a `\unrestrict` line
//! follows), `pg_dumpall` the same with `cluster`, `mysqldump` and `mariadb-dump` write
//! `-- Dump completed`. A dump that begins like one of these but does not end like it was cut short, by a
//! full disk or a lost connection, though its exit status and `gzip -t` may say otherwise. The custom
//! format of `pg_dump` (`PGDMP`) has no such end: whether it is whole can only be told by restoring it.

use std::io::{self, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use patuh_protocol::backup::Tool;

use crate::roots::{Failure, Roots};

/// How much of the beginning and of the end is looked at.
const WINDOW: usize = 4096;
/// The largest compressed file that is unpacked to its end.
const MAX_COMPRESSED: u64 = 16 * 1024 * 1024;
/// A compressed file below this size costs nothing to unpack.
const TINY: u64 = 1024;
/// How much is unpacked of one file before it is given up: a 16 MiB file can hold 16 GiB.
const MAX_UNPACKED: u64 = 256 * 1024 * 1024;

/// What one look told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    /// The tool that wrote it.
    pub(super) tool: Tool,
    /// Whether it ends as it begins; `None` when that was not looked at or cannot be told.
    pub(super) whole: Option<bool>,
    /// Whether it is encrypted; `None` when that cannot be told.
    pub(super) encrypted: Option<bool>,
    /// Whether there is nothing in it.
    pub(super) is_empty: bool,
}

/// How many compressed bytes may still be unpacked in this reading.
#[derive(Debug)]
pub(super) struct Budget(pub(super) u64);

/// Looks at a file of `bytes`. `closely`: also at the end of a compressed one, as far as `budget` goes.
pub(super) fn look(
    roots: &Roots,
    path: &Path,
    bytes: u64,
    closely: bool,
    budget: &mut Budget,
) -> Result<Look, Failure> {
    let head = roots.head(path, WINDOW as u64)?.unwrap_or_default();
    if bytes == 0 {
        return Ok(Look { tool: Tool::Dump, whole: None, encrypted: None, is_empty: true });
    }
    if head.starts_with(&[0x1f, 0x8b]) {
        let to_the_end = bytes < TINY || (closely && bytes <= MAX_COMPRESSED.min(budget.0));
        if to_the_end && bytes >= TINY {
            budget.0 = budget.0.saturating_sub(bytes);
        }
        return compressed(roots, path, to_the_end);
    }
    let kind = kind(&head);
    let whole = match kind.trailer {
        Some(trailer) => Some(has_line(&roots.tail(path, WINDOW as u64)?.unwrap_or_default(), trailer)),
        None => None,
    };
    Ok(Look { tool: kind.tool, whole, encrypted: kind.encrypted, is_empty: false })
}

/// Looks into a gzip file (RFC 1952), to its end or only at its beginning.
fn compressed(roots: &Roots, path: &Path, to_the_end: bool) -> Result<Look, Failure> {
    let Some(file) = roots.open(path)? else {
        return Err(Failure::malformed(&path.display().to_string(), "vanished while it was read"));
    };
    let limit = if to_the_end { MAX_UNPACKED } else { WINDOW as u64 };
    let unpacked = unpack(MultiGzDecoder::new(io::BufReader::new(file)).take(limit));
    let kind = kind(&unpacked.head);
    let reached_end = to_the_end && unpacked.bytes < limit;
    let whole = match (unpacked.is_sound, kind.trailer) {
        (false, _) => Some(false),
        (true, Some(trailer)) if reached_end => Some(has_line(&unpacked.tail, trailer)),
        (true, _) => None,
    };
    let is_empty = unpacked.bytes == 0 && unpacked.is_sound;
    Ok(Look { tool: kind.tool, whole, encrypted: kind.encrypted, is_empty })
}

/// The beginning and the end of a stream, in the memory of both.
struct Unpacked {
    head: Vec<u8>,
    tail: Vec<u8>,
    bytes: u64,
    /// Whether it came to an end without an error.
    is_sound: bool,
}

fn unpack(mut stream: impl Read) -> Unpacked {
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

/// What the beginning of a file says.
struct Kind {
    tool: Tool,
    /// The line that a whole one has near its end.
    trailer: Option<&'static [u8]>,
    encrypted: Option<bool>,
}

/// A line of the beginning, the tool that writes it, and the line it writes last. A cluster's dump holds
/// dumps of databases, so it stands first.
const HEADERS: &[(&[u8], Tool, &[u8])] = &[
    (b"-- PostgreSQL database cluster dump", Tool::PgDump, b"-- PostgreSQL database cluster dump complete"),
    (b"-- PostgreSQL database dump", Tool::PgDump, b"-- PostgreSQL database dump complete"),
    (b"-- MySQL dump", Tool::MysqlDump, b"-- Dump completed"),
    (b"-- MariaDB dump", Tool::MysqlDump, b"-- Dump completed"),
];

/// What encrypted files begin with: `openssl enc`, age, OpenPGP armoured.
const SEALED: &[&[u8]] = &[
    b"Salted__",
    b"age-encryption.org/v1",
    b"-----BEGIN AGE ENCRYPTED FILE-----",
    b"-----BEGIN PGP MESSAGE-----",
];

/// What packed, but not encrypted files begin with: xz, zstd, bzip2, zip, lz4.
const PACKED: &[&[u8]] = &[b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"BZh", b"PK\x03\x04", b"\x04\x22\x4d\x18"];

fn kind(head: &[u8]) -> Kind {
    let plain = |tool, trailer| Kind { tool, trailer, encrypted: Some(false) };
    if head.starts_with(b"PGDMP") {
        return plain(Tool::PgDump, None);
    }
    if let Some((_, tool, trailer)) = HEADERS.iter().find(|(header, _, _)| has_line(head, header)) {
        return plain(*tool, Some(trailer));
    }
    let begins = |signs: &[&[u8]]| signs.iter().any(|sign| head.starts_with(sign));
    // A public-key encrypted session key packet (RFC 9580, section 4.2) of either packet format.
    let is_pgp = matches!(head, [0x84 | 0x85, _, _, 3, ..] | [0xc1, _, _, 3, ..] | [0x8c, 0x0d, 4, ..]);
    let encrypted = if begins(SEALED) || is_pgp {
        Some(true)
    } else if begins(PACKED) || is_text(head) {
        Some(false)
    } else {
        None
    };
    Kind { tool: Tool::Dump, trailer: None, encrypted }
}

/// Whether a line begins with `start`: data may hold the same words in the middle of one.
fn has_line(bytes: &[u8], start: &[u8]) -> bool {
    bytes.split(|byte| *byte == b'\n').any(|line| line.starts_with(start))
}

fn is_text(head: &[u8]) -> bool {
    !head.is_empty()
        && head.iter().take(512).all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7e | 0x80..))
}

#[cfg(test)]
mod tests;

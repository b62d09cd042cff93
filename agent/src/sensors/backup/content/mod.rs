//! What a dump file or archive is, and whether it is whole, by its beginning and its end. Nothing of its content is
//! carried.
//!
//! `pg_dump` writes `-- PostgreSQL database dump complete` near the end (since 2025 a `\unrestrict` line
//! follows), `pg_dumpall` the same with `cluster`, `mysqldump` and `mariadb-dump` write
//! `-- Dump completed`. A dump that begins like one of these but does not end like it was cut short, by a
//! full disk or a lost connection, though its exit status and `gzip -t` may say otherwise. The custom
//! format of `pg_dump` (`PGDMP`) has no such end: whether it is whole can only be told by restoring it.
//!
//! Archives tell their end by themselves ([`archives`]). One inside a packer is judged by what is unpacked, since
//! a pipe that broke before the packer leaves a packed file that is whole.

use std::io::{self, Read, Seek};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use patuh_protocol::backup::Tool;

use self::unpacked::{Unpacked, WINDOW, unpack};
use crate::roots::{Failure, Roots};

mod archives;
mod unpacked;

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

impl Budget {
    /// Whether a packed file of `bytes` is unpacked to its end; then it is taken from what is left.
    fn allows(&mut self, bytes: u64, closely: bool) -> bool {
        let is_tiny = bytes < TINY;
        let allowed = is_tiny || (closely && bytes <= MAX_COMPRESSED.min(self.0));
        if allowed && !is_tiny {
            self.0 = self.0.saturating_sub(bytes);
        }
        allowed
    }
}

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
    if head.starts_with(GZIP) {
        return gzip(roots, path, budget.allows(bytes, closely));
    }
    if head.starts_with(ZSTD) {
        return zstd(roots, path, budget, bytes, closely);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return archives::zip(&mut open(roots, path)?).map_err(|error| Failure::io(path, &error));
    }
    if head.starts_with(b"7z\xbc\xaf\x27\x1c") {
        let is_volume =
            path.extension().is_some_and(|end| end.as_encoded_bytes().iter().all(u8::is_ascii_digit));
        let look = archives::seven(&mut open(roots, path)?, is_volume);
        return look.map_err(|error| Failure::io(path, &error));
    }
    let tail = || roots.tail(path, WINDOW as u64).map(Option::unwrap_or_default);
    if head.starts_with(XZ) {
        // What is inside cannot be seen here; that the packer ended well says nothing of what came before it.
        let whole = archives::xz_ends(&head, &tail()?).filter(|ends| !ends);
        let tool = if is_packed_tar(path) { Tool::Tar } else { Tool::Dump };
        return Ok(Look { tool, whole, encrypted: Some(false), is_empty: false });
    }
    if head.first() == Some(&0) && archives::is_empty_tar(&head, &tail()?, bytes) {
        return Ok(EMPTY_TAR);
    }
    let kind = kind(&head);
    let whole = if kind.end == End::Unknown { None } else { kind.end.is_in(&tail()?) };
    Ok(Look { tool: kind.tool, whole, encrypted: kind.encrypted, is_empty: false })
}

/// A tar archive of nothing.
const EMPTY_TAR: Look = Look { tool: Tool::Tar, whole: None, encrypted: Some(false), is_empty: true };
const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const XZ: &[u8] = b"\xfd7zXZ\0";

fn is_packed_tar(path: &Path) -> bool {
    let name = path.to_string_lossy().to_lowercase();
    [".tar.xz", ".txz"].iter().any(|end| name.ends_with(end))
}

fn open(roots: &Roots, path: &Path) -> Result<impl Read + Seek, Failure> {
    let gone = || Failure::malformed(&path.display().to_string(), "lenyap ketika dibaca");
    roots.open(path)?.ok_or_else(gone)
}

/// Looks into a gzip file (RFC 1952), to its end or only at its beginning.
fn gzip(roots: &Roots, path: &Path, to_the_end: bool) -> Result<Look, Failure> {
    let stream = MultiGzDecoder::new(io::BufReader::new(open(roots, path)?));
    Ok(packed(stream, to_the_end))
}

/// Looks into a zstd file. Where it is too large to unpack, its frames still tell whether it was cut off.
fn zstd(roots: &Roots, path: &Path, budget: &mut Budget, bytes: u64, closely: bool) -> Result<Look, Failure> {
    let failed = |error: io::Error| Failure::io(path, &error);
    let frames = archives::zstd_frames(&mut open(roots, path)?).map_err(failed)?;
    let unseen = Look { tool: Tool::Dump, whole: frames.whole, encrypted: Some(false), is_empty: false };
    if frames.window > archives::MAX_WINDOW {
        return Ok(Look { whole: frames.whole.filter(|whole| !whole), ..unseen });
    }
    let stream = zstd::stream::read::Decoder::new(open(roots, path)?).map_err(failed)?;
    let look = packed(stream, budget.allows(bytes, closely));
    let whole = if frames.whole == Some(false) { Some(false) } else { look.whole };
    Ok(Look { whole, ..look })
}

/// Looks into what a packer gives, to its end or only at its beginning.
fn packed(stream: impl Read, to_the_end: bool) -> Look {
    let limit = if to_the_end { MAX_UNPACKED } else { WINDOW as u64 };
    let Unpacked { head, tail, bytes, is_sound } = unpack(stream.take(limit));
    let reached_end = to_the_end && bytes < limit;
    if is_sound && reached_end && archives::is_empty_tar(&head, &tail, bytes) {
        return EMPTY_TAR;
    }
    let kind = kind(&head);
    let whole = match is_sound {
        false => Some(false),
        true if reached_end => kind.end.is_in(&tail),
        true => None,
    };
    Look { tool: kind.tool, whole, encrypted: kind.encrypted, is_empty: bytes == 0 && is_sound }
}

/// What the beginning of a file says.
struct Kind {
    tool: Tool,
    end: End,
    encrypted: Option<bool>,
}

/// What a whole one ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// No telling.
    Unknown,
    /// A line that begins like this.
    Line(&'static [u8]),
    /// Two blocks of zeros.
    Zeros,
}

impl End {
    /// Whether it is in `tail`, the end of the file.
    fn is_in(self, tail: &[u8]) -> Option<bool> {
        match self {
            Self::Unknown => None,
            Self::Line(line) => Some(has_line(tail, line)),
            Self::Zeros => Some(archives::tar_ends(tail)),
        }
    }
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

/// What packed, but not encrypted files begin with: bzip2, lz4.
const PACKED: &[&[u8]] = &[b"BZh", b"\x04\x22\x4d\x18"];

fn kind(head: &[u8]) -> Kind {
    let plain = |tool, end| Kind { tool, end, encrypted: Some(false) };
    if head.starts_with(b"PGDMP") {
        return plain(Tool::PgDump, End::Unknown);
    }
    if let Some(member) = archives::tar_member(head) {
        // What `pg_dump -Ft` writes first.
        let tool = if member == "toc.dat" { Tool::PgDump } else { Tool::Tar };
        return plain(tool, End::Zeros);
    }
    if let Some((_, tool, trailer)) = HEADERS.iter().find(|(header, _, _)| has_line(head, header)) {
        return plain(*tool, End::Line(trailer));
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
    Kind { tool: Tool::Dump, end: End::Unknown, encrypted }
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

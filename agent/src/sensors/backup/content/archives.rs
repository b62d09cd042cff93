//! Archives, and whether they are whole, by what their formats put at the beginning and at the end.
//!
//! * tar (POSIX.1, `pax`): blocks of 512 bytes; two of zeros are the end. `pg_dump -Ft` writes one whose first
//!   member is `toc.dat`.
//! * zip (APPNOTE.TXT 6.3.10): the end of central directory record says where the directory of its members lies.
//! * 7z (7zFormat.txt): the first 32 bytes say where the header at the end lies, and its CRC.
//! * xz (The .xz File Format 1.2.1): the last 12 bytes repeat what the first say, with a CRC.
//! * zstd (RFC 8878): a chain of blocks, each of which says how long it is and whether it is the last.

use std::io::{self, Read, Seek, SeekFrom};

use flate2::Crc;
use patuh_protocol::backup::Tool;

use super::Look;

/// Blocks of tar.
const BLOCK: usize = 512;
/// The largest empty tar archive: GNU tar fills up to twenty blocks.
pub(super) const EMPTY_TAR: u64 = 20 * 512;
/// The largest header of a 7z archive that is read: one of some hundred thousand files.
const MAX_HEADER: u64 = 8 * 1024 * 1024;
/// How many blocks of a zstd file are passed, which is up to 25 GiB of content.
const MAX_BLOCKS: u32 = 200_000;
/// The largest window of zstd that is unpacked, in bytes: `zstd -19` asks for as much.
pub(super) const MAX_WINDOW: u64 = 8 * 1024 * 1024;

/// What the member of a tar archive that begins here is called; `None` when none begins here.
pub(super) fn tar_member(head: &[u8]) -> Option<String> {
    let block = head.get(..BLOCK)?;
    let written = octal(block.get(148..156)?)?;
    // The sum of all bytes, with spaces in place of the sum itself.
    let sum: u64 = block
        .iter()
        .enumerate()
        .map(|(at, byte)| if (148..156).contains(&at) { u64::from(b' ') } else { u64::from(*byte) })
        .sum();
    let member = block.get(..100)?.split(|byte| *byte == 0).next()?;
    (sum == written && !member.is_empty()).then(|| String::from_utf8_lossy(member).into_owned())
}

fn octal(field: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(field).ok()?.trim_matches(['\0', ' ']);
    u64::from_str_radix(text, 8).ok().filter(|_| !text.is_empty())
}

/// Whether a tar archive of which `tail` is the end has its end.
pub(super) fn tar_ends(tail: &[u8]) -> bool {
    let end = tail.len().checked_sub(2 * BLOCK).and_then(|from| tail.get(from..));
    end.is_some_and(|end| end.iter().all(|byte| *byte == 0))
}

/// Whether all of it is the end of a tar archive: `tar` makes that of an empty list of files.
pub(super) fn is_empty_tar(head: &[u8], tail: &[u8], bytes: u64) -> bool {
    let zeros = |bytes: &[u8]| bytes.iter().all(|byte| *byte == 0);
    (2 * BLOCK as u64..=EMPTY_TAR).contains(&bytes)
        && bytes.is_multiple_of(BLOCK as u64)
        && zeros(head)
        && zeros(tail)
}

/// Looks at a zip archive.
pub(super) fn zip(file: &mut (impl Read + Seek)) -> io::Result<Look> {
    let mut look = Look { tool: Tool::Zip, whole: Some(false), encrypted: None, is_empty: false };
    let Some(directory) = zip_directory(file)? else { return Ok(look) };
    if directory.entries == 0 {
        return Ok(Look { whole: None, is_empty: true, ..look });
    }
    file.seek(SeekFrom::Start(directory.at))?;
    let mut members = Vec::new();
    file.take(directory.bytes.min(MAX_DIRECTORY)).read_to_end(&mut members)?;
    if members.starts_with(MEMBER) {
        (look.whole, look.encrypted) = (Some(true), Some(any_encrypted(&members)));
    }
    Ok(look)
}

/// Whether any member in this part of a directory is encrypted: folders never are.
fn any_encrypted(mut members: &[u8]) -> bool {
    while members.starts_with(MEMBER) {
        if le16(members, 8) & 1 == 1 {
            return true;
        }
        let after = [28, 30, 32].map(|at| usize::from(le16(members, at))).iter().sum::<usize>() + 46;
        members = members.get(after..).unwrap_or_default();
    }
    false
}

/// What every member's entry in the directory begins with.
const MEMBER: &[u8] = b"PK\x01\x02";
/// How much of the directory of a zip archive is read.
const MAX_DIRECTORY: u64 = 1024 * 1024;

/// Where the directory of a zip archive lies.
struct Directory {
    at: u64,
    bytes: u64,
    entries: u64,
}

/// The longest end of a zip archive: its record, a comment of up to 65,535 bytes, and the locator of ZIP64.
const ZIP_END: u64 = 22 + 65_535 + 20;

fn zip_directory(file: &mut (impl Read + Seek)) -> io::Result<Option<Directory>> {
    let length = file.seek(SeekFrom::End(0))?;
    let from = length.saturating_sub(ZIP_END);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    file.take(ZIP_END).read_to_end(&mut tail)?;
    let Some(end) = zip_end(&tail) else { return Ok(None) };
    let record = tail.get(end..).unwrap_or_default();
    let (entries, size, offset) = (u64::from(le16(record, 10)), le32(record, 12), le32(record, 16));
    let (Some(size), Some(offset)) = (size, offset) else { return Ok(None) };
    let ends_at = from.saturating_add(end as u64);
    let locator = end.checked_sub(20).and_then(|at| tail.get(at..end)).unwrap_or_default();
    if locator.starts_with(b"PK\x06\x07") {
        return zip64(file, le64(locator, 8));
    }
    // What stands before an archive, such as a program that unpacks it, moves it as a whole.
    let at = ends_at.checked_sub(u64::from(size)).filter(|at| *at >= u64::from(offset));
    Ok(at.map(|at| Directory { at, bytes: u64::from(size), entries }))
}

/// The last end record whose comment goes exactly to the end.
fn zip_end(tail: &[u8]) -> Option<usize> {
    (0..=tail.len().checked_sub(22)?).rev().find(|at| {
        let record = tail.get(*at..).unwrap_or_default();
        record.starts_with(b"PK\x05\x06") && record.len() == 22 + usize::from(le16(record, 20))
    })
}

fn zip64(file: &mut (impl Read + Seek), at: Option<u64>) -> io::Result<Option<Directory>> {
    let Some(at) = at else { return Ok(None) };
    file.seek(SeekFrom::Start(at))?;
    let mut record = [0; 56];
    if !fill(file, &mut record)? || !record.starts_with(b"PK\x06\x06") {
        return Ok(None);
    }
    let fields = (le64(&record, 32), le64(&record, 40), le64(&record, 48));
    let (Some(entries), Some(bytes), Some(at)) = fields else { return Ok(None) };
    Ok(Some(Directory { at, bytes, entries }))
}

/// Looks at a 7z archive. One volume of several cannot be judged by itself.
pub(super) fn seven(file: &mut (impl Read + Seek), is_volume: bool) -> io::Result<Look> {
    let look = Look { tool: Tool::Zip, whole: Some(false), encrypted: None, is_empty: false };
    if is_volume {
        return Ok(Look { whole: None, ..look });
    }
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(0))?;
    let mut start = [0; 32];
    if !fill(file, &mut start)? {
        return Ok(look);
    }
    let place = start.get(12..).unwrap_or_default();
    let (Some(offset), Some(size), Some(crc)) = (le64(place, 0), le64(place, 8), le32(place, 16)) else {
        return Ok(look);
    };
    // Until all is written, the place of the header is zeros without a CRC.
    let begins = 32_u64.checked_add(offset);
    let is_here = begins.and_then(|at| at.checked_add(size)) == Some(length);
    if le32(&start, 8) != Some(crc_of(place)) || !is_here {
        return Ok(look);
    }
    if size == 0 {
        return Ok(Look { whole: None, is_empty: true, ..look });
    }
    file.seek(SeekFrom::Start(begins.unwrap_or_default()))?;
    let mut header = Vec::new();
    file.take(size.min(MAX_HEADER)).read_to_end(&mut header)?;
    let whole = if size <= MAX_HEADER { Some(crc_of(&header) == crc) } else { None };
    Ok(Look { whole, encrypted: seven_encrypted(&header), ..look })
}

/// The coder `7zAES` in a header that is written plainly. In a packed one it says that the header itself is
/// encrypted; its absence there says nothing of the content.
fn seven_encrypted(header: &[u8]) -> Option<bool> {
    const AES: [u8; 4] = [0x06, 0xf1, 0x07, 0x01];
    const PLAIN: u8 = 0x01;
    let has_aes = header.windows(AES.len()).any(|bytes| bytes == AES);
    if has_aes { Some(true) } else { (header.first() == Some(&PLAIN)).then_some(false) }
}

/// Whether an xz file of which `tail` is the end has its end; `None` when it goes on with padding.
pub(super) fn xz_ends(head: &[u8], tail: &[u8]) -> Option<bool> {
    let footer = tail.len().checked_sub(12).and_then(|from| tail.get(from..)).unwrap_or_default();
    if footer.is_empty() || footer.ends_with(&[0; 4]) {
        return if footer.is_empty() { Some(false) } else { None };
    }
    let same_flags = head.get(6..8).is_some_and(|flags| footer.get(8..10) == Some(flags));
    let sound = le32(footer, 0) == footer.get(4..10).map(crc_of);
    Some(footer.ends_with(b"YZ") && same_flags && sound)
}

/// A chain of zstd frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frames {
    /// Whether the last one ends with the file; `None` when there are more blocks than are passed.
    pub(super) whole: Option<bool>,
    /// The largest window that unpacking takes, in bytes.
    pub(super) window: u64,
}

/// Passes over the frames of a zstd file, block by block, reading nothing but their heads.
pub(super) fn zstd_frames(file: &mut (impl Read + Seek)) -> io::Result<Frames> {
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(0))?;
    let (mut at, mut window, mut left) = (0, 0, MAX_BLOCKS);
    while at < length {
        let mut magic = [0; 8];
        let read = fill_some(file, &mut magic)?;
        let (is_frame, is_skipped) =
            (le32(&magic, 0) == Some(0xfd2f_b528), le32(&magic, 0).map(|m| m >> 4) == Some(0x0184_d2a5));
        if read >= 8 && is_skipped {
            at += 8 + u64::from(le32(&magic, 4).unwrap_or_default());
        } else if read >= 5 && is_frame {
            file.seek(SeekFrom::Start(at + 4))?;
            let Some((head, needed, has_sum)) = frame_head(file)? else {
                return Ok(Frames { whole: Some(false), window });
            };
            window = window.max(needed);
            at += 4 + head;
            let Some(end) = blocks(file, at, length, &mut left)? else {
                return Ok(Frames { whole: (left > 0).then_some(false), window });
            };
            at = end + if has_sum { 4 } else { 0 };
        } else {
            return Ok(Frames { whole: Some(false), window });
        }
        file.seek(SeekFrom::Start(at))?;
    }
    Ok(Frames { whole: Some(at == length), window })
}

/// The length of a frame's header behind its magic number, its window, and whether a sum follows its blocks.
fn frame_head(file: &mut impl Read) -> io::Result<Option<(u64, u64, bool)>> {
    let mut head = [0; 14];
    let read = fill_some(file, &mut head)?;
    let [descriptor, rest @ ..] = head;
    let is_single = descriptor & 0x20 != 0;
    let dictionary = [0, 1, 2, 4].get(usize::from(descriptor & 3)).copied().unwrap_or_default();
    let content: usize = match (descriptor >> 6, is_single) {
        (0, false) => 0,
        (0, true) => 1,
        (1, _) => 2,
        (2, _) => 4,
        _ => 8,
    };
    let at = usize::from(!is_single) + dictionary;
    let size = rest.get(at..at + content).unwrap_or_default();
    let size = size.iter().rev().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    let [window, ..] = rest;
    let base = 1_u64 << (10 + u32::from(window >> 3));
    let window = if is_single { size } else { base + (base >> 3) * u64::from(window & 7) };
    let length = 1 + at + content;
    Ok((read >= length).then_some((length as u64, window, descriptor & 4 != 0)))
}

/// Where the last block of a frame ends; `None` when the file ends before it, or after too many.
fn blocks(
    file: &mut (impl Read + Seek),
    mut at: u64,
    length: u64,
    left: &mut u32,
) -> io::Result<Option<u64>> {
    loop {
        let Some(fewer) = left.checked_sub(1) else { return Ok(None) };
        *left = fewer;
        file.seek(SeekFrom::Start(at))?;
        let mut head = [0; 3];
        if fewer == 0 || !fill(file, &mut head)? {
            return Ok(None);
        }
        let [low, mid, high] = head;
        let word = u32::from_le_bytes([low, mid, high, 0]);
        // A repeated byte is stored once.
        let size = if (word >> 1) & 3 == 1 { 1 } else { word >> 3 };
        at += 3 + u64::from(size);
        if at > length {
            return Ok(None);
        }
        if word & 1 == 1 {
            return Ok(Some(at));
        }
    }
}

fn crc_of(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

fn fill(file: &mut impl Read, bytes: &mut [u8]) -> io::Result<bool> {
    Ok(fill_some(file, bytes)? == bytes.len())
}

fn fill_some(file: &mut impl Read, bytes: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

fn le16(bytes: &[u8], at: usize) -> u16 {
    let field = bytes.get(at..at.saturating_add(2)).and_then(|field| field.try_into().ok());
    field.map(u16::from_le_bytes).unwrap_or_default()
}

fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}

fn le64(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at.checked_add(8)?)?.try_into().ok().map(u64::from_le_bytes)
}

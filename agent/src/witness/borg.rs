//! The segments of a borg 1.x repository, read without its passphrase.
//!
//! A segment file is `BORG_SEG` and then entries: CRC-32 of what follows (little endian), length of the whole
//! entry, a tag, and for PUT and DELETE a key of 32 bytes; a PUT then carries its (encrypted) object. COMMIT
//! ends a transaction. Borg's "Internals: data structures", section "Segments".
//!
//! An archive's id, as `borg list --json` gives it, is the key of its metadata object. That object is the last
//! one which `borg create` puts before it writes the manifest (whose key is all zeros) into the next segment, so
//! the last keys of every segment are kept as candidates. To which of them an archive belongs, only the claim of
//! a key holder can tell; that the object lies here, and that it is gone later, this witness sees by itself.

use std::io::{self, BufRead, BufReader, Read};

use data_encoding::HEXLOWER;

/// The largest entry that borg writes (`MAX_OBJECT_SIZE`, 20 MiB), with its header.
const MAX_ENTRY: u32 = 20 * 1024 * 1024 + 41;
/// How many keys at the end of a segment are candidates: the archive's object and some that may come after it.
const CANDIDATES: usize = 4;

const MAGIC: &[u8; 8] = b"BORG_SEG";
const HEAD: u32 = 9;
const KEY: u32 = 32;
const MANIFEST: [u8; 32] = [0; 32];

/// What one segment says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Segment {
    /// Keys that may be archives, 64 hex digits each.
    pub(super) candidates: Vec<String>,
    /// Keys that were put, as far as `watched` asks for them.
    pub(super) put: Vec<String>,
    /// Keys that were deleted, as far as `watched` asks for them.
    pub(super) deleted: Vec<String>,
    /// Whether every entry was whole: length, and CRC where it was computed.
    pub(super) whole: bool,
}

/// Reads a segment. `watched` says of which keys puts and deletes are wanted; with `check` the CRC of every
/// entry is computed, which reads all of its bytes, and otherwise objects are skipped.
///
/// # Errors
/// When the file cannot be read. Damage is no error: it is told.
pub(super) fn read(file: impl Read, check: bool, watched: impl Fn(&str) -> bool) -> io::Result<Segment> {
    let mut file = BufReader::with_capacity(256 * 1024, file);
    let mut segment = Segment { whole: true, ..Segment::default() };
    let mut magic = [0; 8];
    if !fill(&mut file, &mut magic)? || magic != *MAGIC {
        segment.whole = false;
        return Ok(segment);
    }
    let mut last: Vec<String> = Vec::new();
    while !file.fill_buf()?.is_empty() {
        let Some(entry) = entry(&mut file, check)? else {
            segment.whole = false;
            break;
        };
        match entry {
            Entry::Put(MANIFEST) => {}
            Entry::Put(key) => {
                let key = HEXLOWER.encode(&key);
                if watched(&key) {
                    segment.put.push(key.clone());
                }
                last.push(key);
                if last.len() > CANDIDATES {
                    last.remove(0);
                }
            }
            Entry::Delete(key) => {
                let key = HEXLOWER.encode(&key);
                if watched(&key) {
                    segment.deleted.push(key);
                }
            }
            Entry::Other => {}
        }
    }
    segment.candidates = last;
    Ok(segment)
}

enum Entry {
    Put([u8; 32]),
    Delete([u8; 32]),
    Other,
}

/// The next entry; `None` when it is not whole.
fn entry(file: &mut impl BufRead, check: bool) -> io::Result<Option<Entry>> {
    let mut head = [0; HEAD as usize];
    if !fill(file, &mut head)? {
        return Ok(None);
    }
    let [c0, c1, c2, c3, s0, s1, s2, s3, tag] = head;
    let (crc, size) = (u32::from_le_bytes([c0, c1, c2, c3]), u32::from_le_bytes([s0, s1, s2, s3]));
    let mut hasher = flate2::Crc::new();
    hasher.update(&[s0, s1, s2, s3, tag]);
    let Some(mut rest) = size.checked_sub(HEAD).filter(|_| size <= MAX_ENTRY) else { return Ok(None) };
    let mut key = None;
    if matches!(tag, 0 | 1) {
        let mut bytes = [0; KEY as usize];
        let Some(left) = rest.checked_sub(KEY) else { return Ok(None) };
        if !fill(file, &mut bytes)? {
            return Ok(None);
        }
        hasher.update(&bytes);
        (rest, key) = (left, Some(bytes));
    }
    if !pass(file, u64::from(rest), check.then_some(&mut hasher))? || (check && hasher.sum() != crc) {
        return Ok(None);
    }
    Ok(match (tag, key) {
        (0, Some(key)) => Some(Entry::Put(key)),
        (1, Some(key)) => Some(Entry::Delete(key)),
        // A commit; or the second kind of put, of repositories that no released borg 1.x makes.
        (2 | 3, _) => Some(Entry::Other),
        _ => None,
    })
}

/// Fills `bytes`; whether there were enough.
fn fill(file: &mut impl BufRead, bytes: &mut [u8]) -> io::Result<bool> {
    match file.read_exact(bytes) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// Passes over `left` bytes; whether there were as many.
fn pass(file: &mut impl BufRead, mut left: u64, mut hasher: Option<&mut flate2::Crc>) -> io::Result<bool> {
    while left > 0 {
        let buffer = file.fill_buf()?;
        let take = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let Some(passed) = buffer.get(..take).filter(|passed| !passed.is_empty()) else { return Ok(false) };
        if let Some(hasher) = hasher.as_deref_mut() {
            hasher.update(passed);
        }
        file.consume(take);
        left -= take as u64;
    }
    Ok(true)
}

/// The repository's id out of its `config`, 64 hex digits.
pub(super) fn repository(config: &str) -> Option<String> {
    let mut lines = config.lines().map(str::trim);
    lines.find(|line| *line == "[repository]")?;
    let id = lines.find_map(|line| line.strip_prefix("id")?.trim_start().strip_prefix('='))?.trim();
    (id.len() == 64 && id.bytes().all(|b| b.is_ascii_hexdigit())).then(|| id.to_ascii_lowercase())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An entry as borg writes it.
    pub(in crate::witness) fn entry_of(tag: u8, key: Option<[u8; 32]>, object: &[u8]) -> Vec<u8> {
        let key = key.map(|key| key.to_vec()).unwrap_or_default();
        let size = u32::try_from(9 + key.len() + object.len()).unwrap();
        let mut covered = size.to_le_bytes().to_vec();
        covered.push(tag);
        covered.extend(&key);
        covered.extend(object);
        let mut crc = flate2::Crc::new();
        crc.update(&covered);
        [crc.sum().to_le_bytes().to_vec(), covered].concat()
    }

    /// A segment in which `borg create` made the archive `id`.
    pub(in crate::witness) fn created(id: u8) -> Vec<u8> {
        let entries = [
            entry_of(0, Some([id ^ 0x55; 32]), &[7; 5000]),
            entry_of(0, Some([id; 32]), b"archive"),
            entry_of(0, Some(MANIFEST), b"manifest"),
            entry_of(2, None, b""),
        ];
        [MAGIC.to_vec(), entries.concat()].concat()
    }

    pub(in crate::witness) fn key(id: u8) -> String {
        HEXLOWER.encode(&[id; 32])
    }

    fn check(bytes: &[u8], checked: bool, candidates: &[u8], deleted: &[u8], whole: bool) {
        let segment = read(bytes, checked, |_| true).unwrap();
        let keys = |ids: &[u8]| ids.iter().map(|id| key(*id)).collect::<Vec<_>>();
        let found = (segment.candidates, segment.deleted, segment.whole);
        assert_eq!(found, (keys(candidates), keys(deleted), whole));
    }

    #[test]
    fn an_archive_is_among_the_last_keys_of_its_segment() {
        check(&created(0xab), true, &[0xab ^ 0x55, 0xab], &[], true);
        let deleted = [MAGIC.to_vec(), entry_of(1, Some([0xab; 32]), b""), entry_of(2, None, b"")].concat();
        check(&deleted, true, &[], &[0xab], true);
    }

    #[test]
    fn damage_is_seen_where_it_is_looked_for() {
        let mut flipped = created(0xab);
        flipped[1000] ^= 1;
        check(&flipped, false, &[0xab ^ 0x55, 0xab], &[], true);
        check(&flipped, true, &[], &[], false);
        let cut = &created(0xab)[..4000];
        check(cut, false, &[], &[], false);
        check(b"BORG_SE", false, &[], &[], false);
    }

    #[test]
    fn a_repository_says_its_name() {
        let config = format!("[repository]\nversion = 1\nid = {}\nkey = hqlh\n", key(0x2d));
        assert_eq!(repository(&config), Some(key(0x2d)));
        assert_eq!(repository("[other]\nid = 1\n"), None);
        assert_eq!(repository("[repository]\nid = 22db\n"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, checked: bool) {
            let _ = read(bytes.as_slice(), checked, |_| true);
            let _ = read([MAGIC.as_slice(), &bytes].concat().as_slice(), checked, |_| true);
            let _ = repository(&String::from_utf8_lossy(&bytes));
        }
    }
}

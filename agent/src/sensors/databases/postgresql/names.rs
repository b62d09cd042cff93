//! The names of a cluster's databases, out of the table `pg_database` as it lies on the disk.
//!
//! Nobody logs in: the table is a file of pages (storage/bufpage.h), each with its rows (access/htup_details.h), and a
//! row of it begins with the database's object id and its name in 64 bytes, from version 12 on; before, the id stands
//! in front of the row. What was just made may still be in the server's memory only, and what was just dropped still
//! in the file: the caller holds the names against the folders that are there, and keeps the number where no name is
//! known.

use std::collections::BTreeMap;
use std::path::Path;

use crate::roots::Roots;
use crate::roots::lossy::{NAME, lossy};

/// The table's object id, and the file it lies in until it is rewritten.
const TABLE: u32 = 1262;
/// `RELMAPPER_FILEMAGIC`: which file holds which shared table now.
const MAP: u32 = 0x0059_2717;
/// The usual size of a page; the server tells its own in each page.
const PAGE: usize = 8192;
/// What stands before the line pointers of a page.
const PAGE_HEADER: usize = 24;
/// The most that is read: each database takes about 300 bytes.
const MAX_BYTES: u64 = 4 * 1024 * 1024;
/// The row was not deleted, or the deletion came to nothing (`HEAP_XMAX_INVALID`); or it is only locked
/// (`HEAP_XMAX_LOCK_ONLY`).
const LIVES: u16 = 0x0800 | 0x0080;
/// The object id stands in front of the row (`HEAP_HASOID_OLD`).
const ID_IN_FRONT: u16 = 0x0008;
/// `NAMEDATALEN`.
const NAME_BYTES: usize = 64;

/// The names by object id; empty when the table cannot be read.
pub(super) fn names(roots: &Roots, data: &Path) -> BTreeMap<u32, String> {
    let global = data.join("global");
    let map = roots.head(&global.join("pg_filenode.map"), 1024).ok().flatten();
    let file = map.as_deref().and_then(mapped).unwrap_or(TABLE);
    let table = roots.head(&global.join(file.to_string()), MAX_BYTES).ok().flatten().unwrap_or_default();
    table.chunks_exact(PAGE).flat_map(rows).collect()
}

/// The file of the table: pairs of object id and file follow the magic number and their count.
fn mapped(map: &[u8]) -> Option<u32> {
    let count = long(map, 4).filter(|_| long(map, 0) == Some(MAP))?;
    (0..count.min(64) as usize).find_map(|n| {
        let at = 8 + 8 * n;
        long(map, at + 4).filter(|file| long(map, at) == Some(TABLE) && *file != 0)
    })
}

/// The living rows of one page.
fn rows(page: &[u8]) -> Vec<(u32, String)> {
    let end = short(page, 12).map_or(0, usize::from).min(page.len());
    let pointers = page.get(PAGE_HEADER..end).unwrap_or_default().chunks_exact(4);
    pointers.filter_map(|pointer| row(page, long(pointer, 0)?)).collect()
}

/// What a line pointer (`ItemIdData`: offset 15 bits, state 2, length 15) points at.
fn row(page: &[u8], pointer: u32) -> Option<(u32, String)> {
    const NORMAL: u32 = 1;
    let (offset, state, length) = (pointer & 0x7fff, pointer >> 15 & 3, pointer >> 17);
    let row = page.get(offset as usize..(offset + length) as usize).filter(|_| state == NORMAL)?;
    let (deleted_by, marks) = (long(row, 4)?, short(row, 20)?);
    if deleted_by != 0 && marks & LIVES == 0 {
        return None;
    }
    let begin = usize::from(*row.get(22)?);
    let (id, name) =
        if marks & ID_IN_FRONT == 0 { (begin, begin + 4) } else { (begin.checked_sub(4)?, begin) };
    let name = row.get(name..name + NAME_BYTES)?.split(|byte| *byte == 0).next()?;
    Some((long(row, id)?, lossy(name, NAME))).filter(|(id, name)| *id != 0 && !name.is_empty())
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page with these rows: id, name, deleted by, marks.
    fn page(rows: &[(u32, &str, u32, u16)]) -> Vec<u8> {
        let mut page = vec![0; PAGE];
        let mut at = PAGE;
        for (n, (id, name, deleted_by, marks)) in rows.iter().enumerate() {
            let mut row = vec![0; 24];
            row[4..8].copy_from_slice(&deleted_by.to_ne_bytes());
            row[20..22].copy_from_slice(&marks.to_ne_bytes());
            row[22] = if marks & ID_IN_FRONT == 0 { 24 } else { 28 };
            row.extend(id.to_ne_bytes());
            row.extend(name.as_bytes());
            row.resize(24 + 4 + NAME_BYTES, 0);
            at -= row.len();
            page[at..at + row.len()].copy_from_slice(&row);
            let pointer = at as u32 | 1 << 15 | (row.len() as u32) << 17;
            page[PAGE_HEADER + 4 * n..][..4].copy_from_slice(&pointer.to_ne_bytes());
        }
        let end = (PAGE_HEADER + 4 * rows.len()) as u16;
        page[12..14].copy_from_slice(&end.to_ne_bytes());
        page
    }

    fn check(page: &[u8], expected: &[(u32, &str)]) {
        let found = rows(page);
        assert_eq!(found.iter().map(|(id, name)| (*id, name.as_str())).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn living_rows_have_names() {
        check(
            &page(&[(5, "postgres", 0, 0x0800), (16384, "simpeg", 0, 0x0900)]),
            &[(5, "postgres"), (16384, "simpeg")],
        );
        // Renamed: the old row was deleted, its new one lives.
        check(&page(&[(16384, "lama", 731, 0x0100), (16384, "baru", 0, 0x2800)]), &[(16384, "baru")]);
        // The deletion was rolled back, or it was a lock.
        check(&page(&[(16384, "a", 731, 0x0900), (16385, "b", 732, 0x0180)]), &[(16384, "a"), (16385, "b")]);
        check(&page(&[(16384, "sebelas", 0, 0x0800 | ID_IN_FRONT)]), &[(16384, "sebelas")]);
        check(&[], &[]);
    }

    #[test]
    fn a_table_that_was_rewritten_is_found() {
        let mut map = MAP.to_ne_bytes().to_vec();
        for number in [2, 1213, 1213, TABLE, 24_601] {
            map.extend(u32::to_ne_bytes(number));
        }
        assert_eq!(mapped(&map), Some(24_601));
        assert_eq!(mapped(&map[..16]), None);
        assert_eq!(mapped(&[7; 64]), None);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, at in 0..PAGE - 8, noise: [u8; 8]) {
            let mut page = page(&[(16384, "simpeg", 0, 0x0800)]);
            page[at..at + 8].copy_from_slice(&noise);
            let _ = (rows(&page), rows(&bytes), mapped(&bytes));
        }
    }
}

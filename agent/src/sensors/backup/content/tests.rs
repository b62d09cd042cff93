//! Files as the tools leave them, whole and damaged.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::roots::fixture;

const PG: &str = "--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\n\nCREATE TABLE x ();\n\n--\n\
    -- PostgreSQL database dump complete\n--\n\n\\unrestrict 2NddtGrmbHDwLQGisTZkGtm3ewqYT8t\n\n";
const MARIADB: &str = "/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB\n\
    INSERT INTO t VALUES (1);\n-- Dump completed on 2026-11-21 19:00:03\n";

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn cut(text: &str, keep: usize) -> String {
    text.chars().take(keep).collect()
}

/// A look at `content`: the tool, whether it is whole, whether it is encrypted.
fn check(content: &[u8], tool: Tool, whole: Option<bool>, encrypted: Option<bool>) {
    let host = fixture::host(&[("srv/dump", content)]);
    let found =
        look(&host.roots, Path::new("/srv/dump"), content.len() as u64, true, &mut Budget(1 << 20)).unwrap();
    let expected = Look { tool, whole, encrypted, is_empty: false };
    assert_eq!(found, expected, "{}", String::from_utf8_lossy(content));
}

#[test]
fn dumps_are_recognised_and_their_end_is_seen() {
    let plain = Some(false);
    check(PG.as_bytes(), Tool::PgDump, Some(true), plain);
    check(cut(PG, 60).as_bytes(), Tool::PgDump, Some(false), plain);
    check(PG.replace(" dump", " cluster dump").as_bytes(), Tool::PgDump, Some(true), plain);
    check(format!("-- PostgreSQL database cluster dump\n{PG}").as_bytes(), Tool::PgDump, Some(false), plain);
    check(MARIADB.as_bytes(), Tool::MysqlDump, Some(true), plain);
    check(cut(MARIADB, 120).as_bytes(), Tool::MysqlDump, Some(false), plain);
    check(MARIADB.replace("MariaDB dump", "MySQL dump").as_bytes(), Tool::MysqlDump, Some(true), plain);
    check(b"PGDMP\x01\x0e\0\x04\x08", Tool::PgDump, None, plain);
}

#[test]
fn words_in_the_middle_of_a_line_are_data() {
    let data = "-- PostgreSQL database dump\nCOPY x FROM stdin;\n1\t-- PostgreSQL database dump complete\n";
    check(data.as_bytes(), Tool::PgDump, Some(false), Some(false));
}

#[test]
fn compressed_ones_are_looked_into() {
    check(&gzip(PG), Tool::PgDump, Some(true), Some(false));
    check(&gzip(&cut(PG, 60)), Tool::PgDump, Some(false), Some(false));
    let packed = gzip(MARIADB);
    check(&packed[..packed.len() - 20], Tool::MysqlDump, Some(false), Some(false));
    check(
        &[gzip(&cut(PG, 60)), gzip(&PG.chars().skip(60).collect::<String>())].concat(),
        Tool::PgDump,
        Some(true),
        Some(false),
    );
    check(b"\x1f\x8b rubbish", Tool::Dump, Some(false), None);
}

#[test]
fn other_kinds_are_told_by_their_signs() {
    check(b"Salted__\x01\x02", Tool::Dump, None, Some(true));
    check(b"age-encryption.org/v1\n-> X25519", Tool::Dump, None, Some(true));
    check(b"\x85\x02\x0c\x03abc", Tool::Dump, None, Some(true));
    check(b"\xfd7zXZ\0\0", Tool::Dump, None, Some(false));
    check(b"INSERT INTO x;", Tool::Dump, None, Some(false));
    check(b"\x01\x02\x03", Tool::Dump, None, None);
}

#[test]
fn nothing_in_it_is_empty() {
    for content in [Vec::new(), gzip("")] {
        let host = fixture::host(&[("srv/dump", &content)]);
        let bytes = content.len() as u64;
        let found = look(&host.roots, Path::new("/srv/dump"), bytes, false, &mut Budget(0)).unwrap();
        assert!(found.is_empty, "{content:?}");
    }
}

#[test]
fn a_large_one_is_looked_into_only_while_the_budget_lasts() {
    let content = gzip(PG);
    let host = fixture::host(&[("srv/dump", &content)]);
    let mut budget = Budget(5000);
    let mut whole = |bytes, closely| {
        let found = look(&host.roots, Path::new("/srv/dump"), bytes, closely, &mut budget).unwrap();
        assert_eq!(found.tool, Tool::PgDump);
        found.whole
    };
    assert_eq!(whole(4000, false), None);
    assert_eq!(whole(4000, true), Some(true));
    assert_eq!(whole(4000, true), None);
    assert_eq!(whole(MAX_COMPRESSED + 1, true), None);
}

#[test]
fn a_stream_is_kept_at_both_ends() {
    let bytes: Vec<u8> = (0..100_000_u32).map(|n| u8::try_from(n % 251).unwrap()).collect();
    let unpacked = unpack(bytes.as_slice());
    assert_eq!((unpacked.head.as_slice(), unpacked.bytes), (&bytes[..WINDOW], 100_000));
    assert_eq!(unpacked.tail, &bytes[bytes.len() - WINDOW..]);
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        for bytes in [bytes.clone(), [b"\x1f\x8b\x08", bytes.as_slice()].concat()] {
            let host = fixture::host(&[("srv/dump", &bytes)]);
            let _ = look(&host.roots, Path::new("/srv/dump"), bytes.len() as u64, true, &mut Budget(1 << 20)).unwrap();
        }
    }
}

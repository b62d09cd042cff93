//! Files as the tools leave them, whole and damaged.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::archives::zstd_frames;
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
    check(b"BZh91AY&SY", Tool::Dump, None, Some(false));
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

/// As [`check`], of a file of this name.
fn check_named(name: &str, content: &[u8], expected: (Tool, Option<bool>, Option<bool>, bool)) {
    let path = format!("srv/{name}");
    let host = fixture::host(&[(path.as_str(), content)]);
    let path = Path::new("/srv").join(name);
    let found = look(&host.roots, &path, content.len() as u64, true, &mut Budget(1 << 30)).unwrap();
    let found = (found.tool, found.whole, found.encrypted, found.is_empty);
    assert_eq!(found, expected, "{name} of {} bytes", content.len());
}

/// A file's name and content, the tool, whether it is whole, whether it is encrypted.
type Sample = (&'static str, &'static [u8], Tool, Option<bool>, Option<bool>);

/// What the real tools made: GNU tar 1.34, zstd 1.5.4, xz 5.4.1, Info-ZIP 3.0, 7-Zip 26.02.
const REAL: &[Sample] = &[
    ("a.tar.gz", include_bytes!("samples/a.tar.gz"), Tool::Tar, Some(true), Some(false)),
    ("a.tar.zst", include_bytes!("samples/a.tar.zst"), Tool::Tar, Some(true), Some(false)),
    // Its end is sound, but what is inside was not seen.
    ("a.tar.xz", include_bytes!("samples/a.tar.xz"), Tool::Tar, None, Some(false)),
    ("plain.zip", include_bytes!("samples/plain.zip"), Tool::Zip, Some(true), Some(false)),
    ("locked.zip", include_bytes!("samples/locked.zip"), Tool::Zip, Some(true), Some(true)),
    ("plain.7z", include_bytes!("samples/plain.7z"), Tool::Zip, Some(true), Some(false)),
    ("aes.7z", include_bytes!("samples/aes.7z"), Tool::Zip, Some(true), Some(true)),
    ("hidden.7z", include_bytes!("samples/hidden.7z"), Tool::Zip, Some(true), Some(true)),
];

#[test]
fn archives_are_whole_until_they_are_cut() {
    for (name, content, tool, whole, encrypted) in REAL {
        check_named(name, content, (*tool, *whole, *encrypted, false));
        for cut in [1, 7, content.len() / 3] {
            let host = fixture::host(&[("srv/x", &content[..content.len() - cut])]);
            let path = host.dir.path().join("srv").join(name);
            std::fs::rename(host.dir.path().join("srv/x"), path).unwrap();
            let look = look(
                &host.roots,
                &Path::new("/srv").join(name),
                (content.len() - cut) as u64,
                true,
                &mut Budget(1 << 30),
            );
            assert_eq!(look.unwrap().whole, Some(false), "{name} without its last {cut} bytes");
        }
    }
}

/// The plain archive in the packed sample.
fn tar() -> Vec<u8> {
    let mut tar = Vec::new();
    MultiGzDecoder::new(REAL[0].1).read_to_end(&mut tar).unwrap();
    tar
}

#[test]
fn a_tar_ends_with_two_blocks_of_zeros() {
    let whole = tar();
    check_named("a.tar", &whole, (Tool::Tar, Some(true), Some(false), false));
    check_named("a.tar", &whole[..1024], (Tool::Tar, Some(false), Some(false), false));
    // A pipe that broke before gzip leaves a sound gzip file.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&whole[..1024]).unwrap();
    check_named("a.tgz", &encoder.finish().unwrap(), (Tool::Tar, Some(false), Some(false), false));
    check_named(
        "a.tar.zst",
        &zstd::bulk::compress(&whole[..1024], 1).unwrap(),
        (Tool::Tar, Some(false), Some(false), false),
    );
    // The words of `pg_dump -Ft`.
    let mut dump = whole;
    dump[..7].copy_from_slice(b"toc.dat");
    let (sum, written) = (dump[..512].iter().map(|b| u64::from(*b)).sum::<u64>(), 148..156);
    let sum = sum - dump[written.clone()].iter().map(|b| u64::from(*b)).sum::<u64>() + 8 * 32;
    dump[written].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    check_named("a.dump", &dump, (Tool::PgDump, Some(true), Some(false), false));
}

#[test]
fn archives_of_nothing_are_empty() {
    let zeros = vec![0; 10240];
    check_named("a.tar", &zeros, (Tool::Tar, None, Some(false), true));
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&zeros).unwrap();
    check_named("a.tar.gz", &encoder.finish().unwrap(), (Tool::Tar, None, Some(false), true));
    check_named("a.tar.zst", &zstd::bulk::compress(&zeros, 1).unwrap(), (Tool::Tar, None, Some(false), true));
    let zip = [b"PK\x05\x06".as_slice(), &[0; 18]].concat();
    check_named("a.zip", &zip, (Tool::Zip, None, None, true));
    let start = [0_u8; 20];
    let mut crc = flate2::Crc::new();
    crc.update(&start);
    let seven = [b"7z\xbc\xaf\x27\x1c\0\x04".as_slice(), &crc.sum().to_le_bytes(), &start].concat();
    check_named("a.7z", &seven, (Tool::Zip, None, None, true));
    // What 7z leaves when it is killed: the place is not written yet.
    let killed = [b"7z\xbc\xaf\x27\x1c\0\x04".as_slice(), &[0; 24], b"packed".as_slice()].concat();
    check_named("a.7z", &killed, (Tool::Zip, Some(false), None, false));
    check_named("a.7z.001", &killed, (Tool::Zip, None, None, false));
}

#[test]
fn a_comment_and_a_program_before_it_make_no_zip_unsound() {
    let zip = REAL[3].1;
    let mut with_comment = zip.to_vec();
    let length = with_comment.len();
    with_comment[length - 2] = 9;
    with_comment.extend(b"PK\x05\x06 halo");
    check_named("a.zip", &with_comment, (Tool::Zip, Some(true), Some(false), false));
    let looked = archives::zip(&mut io::Cursor::new([b"#!/bin/sh\n".as_slice(), zip].concat())).unwrap();
    assert_eq!((looked.whole, looked.encrypted), (Some(true), Some(false)));
}

#[test]
fn zstd_dumps_are_looked_into_and_large_windows_are_not_unpacked() {
    let packed = zstd::bulk::compress(PG.as_bytes(), 3).unwrap();
    check_named("a.sql.zst", &packed, (Tool::PgDump, Some(true), Some(false), false));
    check_named(
        "a.sql.zst",
        &zstd::bulk::compress(cut(PG, 60).as_bytes(), 3).unwrap(),
        (Tool::PgDump, Some(false), Some(false), false),
    );
    // Several frames, one of them to be skipped.
    let skipped = [b"\x50\x2a\x4d\x18\x03\0\0\0abc".as_slice(), &packed].concat();
    let frames = zstd_frames(&mut io::Cursor::new([packed.as_slice(), &skipped].concat())).unwrap();
    assert_eq!(frames.whole, Some(true));
    // A header that asks for a window of 2 GiB, and one empty last block.
    let large = b"\x28\xb5\x2f\xfd\x00\xa8\x01\0\0";
    let frames = zstd_frames(&mut io::Cursor::new(large)).unwrap();
    assert_eq!((frames.whole, frames.window), (Some(true), 1 << 31));
    check_named("a.zst", large, (Tool::Dump, None, Some(false), false));
    check_named("a.zst", &large[..8], (Tool::Dump, Some(false), Some(false), false));
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        let with = |sign: &[u8]| [sign, bytes.as_slice()].concat();
        for bytes in [b"".as_slice(), b"\x1f\x8b\x08", ZSTD].map(with) {
            let host = fixture::host(&[("srv/dump", &bytes)]);
            let _ = look(&host.roots, Path::new("/srv/dump"), bytes.len() as u64, true, &mut Budget(1 << 20)).unwrap();
        }
        let _ = archives::xz_ends(&with(XZ), &with(b"YZ"));
        for bytes in [b"PK\x03\x04".as_slice(), b"PK\x05\x06", b"7z\xbc\xaf\x27\x1c\0\x04"].map(with) {
            let _ = archives::zip(&mut io::Cursor::new(&bytes)).unwrap();
            let _ = archives::seven(&mut io::Cursor::new(&bytes), false).unwrap();
        }
    }

    #[test]
    fn no_flipped_byte_makes_it_panic(sample in 0..REAL.len(), at: usize, byte: u8) {
        let mut bytes = REAL[sample].1.to_vec();
        let at = at % bytes.len();
        bytes[at] = byte;
        let host = fixture::host(&[("srv/dump", &bytes)]);
        let _ = look(&host.roots, Path::new("/srv/dump"), bytes.len() as u64, true, &mut Budget(1 << 20)).unwrap();
    }
}

use super::build::{entry, structure};
use super::*;
use crate::roots::fixture;

const UUID: [u8; 16] =
    [0x44, 0x45, 0x4c, 0x4c, 0x58, 0, 0x10, 0x51, 0x80, 0x32, 0xb7, 0xc0, 0x4f, 0x46, 0x36, 0x33];

fn check_uuid(entry: &[u8], expected: &str) {
    let system = structure((1, 0x100, 27), &[(8, &UUID)], &[]);
    assert_eq!(Tables::new(system, entry).uuid().as_deref(), Some(expected), "{entry:?}");
}

#[test]
fn the_uuid_turns_by_version() {
    check_uuid(&entry(3, 2), "4c4c4544-0058-5110-8032-b7c04f463633");
    check_uuid(b"", "4c4c4544-0058-5110-8032-b7c04f463633");
    check_uuid(b"_SM_\0\x1f\x02\x06", "4c4c4544-0058-5110-8032-b7c04f463633");
    check_uuid(b"_SM_\0\x1f\x02\x05", "44454c4c-5800-1051-8032-b7c04f463633");
}

#[test]
fn an_entry_point_bounds_the_tables() {
    let both = [structure((1, 1, 8), &[], &["a"]), structure((2, 2, 8), &[], &[])].concat();
    let mut old = b"_SM_".to_vec();
    old.resize(31, 0);
    old[22] = 11;
    assert_eq!(Tables::new(both.clone(), &old).structures().count(), 1);
    assert_eq!(Tables::new(both, b"_SM3_").structures().count(), 2);
}

fn check(bytes: &[u8], expected: &[(u8, u16, Option<&str>)]) {
    let tables = Tables::new(bytes.to_vec(), &[]);
    let found: Vec<_> = tables.structures().map(|one| (one.kind, one.handle, one.text(4))).collect();
    let expected: Vec<_> = expected.iter().map(|(k, h, text)| (*k, *h, text.map(str::to_owned))).collect();
    assert_eq!(found, expected, "{bytes:?}");
}

#[test]
fn structures_follow_one_another_until_one_does_not_fit() {
    let first = structure((1, 1, 5), &[(4, &[2])], &["one", " two\u{1b}[1m "]);
    let bare = structure((2, 2, 4), &[], &[]);
    let last = structure((127, 9, 4), &[], &[]);
    let told = (1, 1, Some("two\u{fffd}[1m"));
    check(&[&first[..], &bare, &last, &first].concat(), &[told, (2, 2, None)]);
    check(&[&first[..], &[2, 3, 0, 0, 0, 0]].concat(), &[told]);
    check(&[&first[..], &[2, 200, 0, 0, 0, 0]].concat(), &[told]);
    check(&[&first[..], &[2, 4, 0, 0, b'x', 0]].concat(), &[told]);
    check(&structure((1, 1, 5), &[(4, &[3])], &["one", "two"]), &[(1, 1, None)]);
    check(&structure((1, 1, 5), &[(4, &[1])], &["Default string"]), &[(1, 1, None)]);
    check(&[], &[]);
}

#[test]
fn no_tables_are_nothing_and_rubbish_is_told() {
    assert!(read(&fixture::host(&[("etc/hostname", "x")]).roots).unwrap().is_none());
    for rubbish in [&b""[..], b"\0\0\0\0\0\0", b"tables"] {
        let host = fixture::host(&[("sys/firmware/dmi/tables/DMI", rubbish)]);
        let failure = read(&host.roots).unwrap_err();
        assert_eq!(failure.to_string(), "/sys/firmware/dmi/tables/DMI: tidak memuat satu struktur pun");
    }
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>, entry: Vec<u8>) {
        let tables = Tables::new(bytes, &entry);
        let _ = tables.uuid();
        for structure in tables.structures() {
            for offset in 0..256 {
                let _ = (structure.text(offset), structure.word(offset), structure.double(offset));
            }
        }
    }

    #[test]
    fn structures_are_found_again(texts in proptest::collection::vec("[a-z]{1,9}", 0..5), length in 5_u8..255) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let bytes = structure((17, 7, length), &[(4, &[1])], &texts);
        let tables = Tables::new([&bytes[..], &bytes].concat(), &[]);
        let found: Vec<_> = tables.of(17).map(|one| (one.handle, one.text(4))).collect();
        let text = texts.first().filter(|text| junk(text)).map(|text| (*text).to_owned());
        proptest::prop_assert_eq!(found, vec![(7, text.clone()), (7, text)]);
    }
}

fn junk(text: &str) -> bool {
    crate::sensors::junk::reason(text).is_none()
}

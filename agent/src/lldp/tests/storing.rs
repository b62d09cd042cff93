//! Frames in files.

use jiff::Timestamp;

use crate::lldp::stored::{Name, file, frames};

#[test]
fn a_file_holds_frames_one_behind_the_other() {
    let two = [file(b"first"), file(b"second")].concat();
    assert_eq!(frames(&two), [b"first".as_slice(), b"second"]);
    assert_eq!(frames(two.get(..two.len() - 1).unwrap()), [b"first".as_slice()]);
    assert_eq!(frames(&[&two, [0xff; 9].as_slice()].concat()).len(), 2);
    assert!(frames(&[]).is_empty() && frames(&[0; 7]).is_empty());
    assert_eq!(frames(&[0; 8 * 100]).len(), 64, "bounded");
}

#[test]
fn a_name_tells_port_and_time() {
    let since = Timestamp::from_second(1_795_316_400).unwrap();
    let name = Name { port: 3, since, number: 1 };
    assert_eq!(name.to_string(), "3-1795316400-1");
    assert_eq!(Name::parse("3-1795316400-1"), Some(name));
    for other in [
        "state",
        "3",
        "3-1795316400",
        "03-1795316400-1",
        "3-+1795316400-1",
        "3-x-1",
        "-3-1-1",
        ".3-1-1.tmp",
        "3-1-1-1",
        "3-99999999999999-1",
    ] {
        assert_eq!(Name::parse(other), None, "{other}");
    }
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>, name in "[0-9-]{0,12}|.*") {
        let _ = Name::parse(&name);
        let found: usize = frames(&bytes).iter().map(|frame| frame.len() + 8).sum();
        proptest::prop_assert!(found <= bytes.len());
        let stored = file(&bytes);
        proptest::prop_assert_eq!(frames(&stored), [bytes.as_slice()]);
    }
}

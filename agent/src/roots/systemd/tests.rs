//! The conversation, played back: what systemd 252 and dbus-daemon 1.14 answered on a host with one failed
//! unit (`private.bin`, `bus.bin`: everything after `BEGIN`).

use std::thread;

use super::*;

const FROM_SYSTEMD: &[u8] = include_bytes!("private.bin");
const FROM_BUS: &[u8] = include_bytes!("bus.bin");

/// What comes of a conversation in which the other side answers `greeting` and then `answer`; and how many
/// messages it was sent.
fn conversation(
    greeting: &'static [u8],
    answer: &'static [u8],
    on_bus: bool,
) -> (Result<Vec<String>, String>, usize) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let server = thread::spawn(move || {
        let mut reader = BufReader::new(&theirs);
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line).unwrap();
        assert!(line.starts_with(b"\0AUTH EXTERNAL 3"), "{line:?}");
        (&theirs).write_all(greeting).unwrap();
        line.clear();
        reader.read_until(b'\n', &mut line).unwrap();
        let mut calls = 0;
        if line == b"BEGIN\r\n" {
            while calls < 1 + usize::from(on_bus) && Message::read(&mut reader).is_ok() {
                calls += 1;
            }
            (&theirs).write_all(answer).unwrap();
        }
        calls
    });
    let units = converse(&ours, on_bus).map_err(|error| error.to_string());
    drop(ours);
    (units, server.join().unwrap())
}

#[test]
fn systemd_and_the_bus_are_understood() {
    let failed = || Ok(vec!["rusak.service".to_owned()]);
    assert_eq!(conversation(b"OK 68443e06\r\n", FROM_SYSTEMD, false), (failed(), 1));
    assert_eq!(conversation(b"OK 00f92151\r\n", FROM_BUS, true), (failed(), 2));
}

#[test]
fn a_refusal_and_a_hang_up_are_errors() {
    let refused = conversation(b"REJECTED EXTERNAL\r\n", b"", false);
    assert_eq!(refused, (Err("D-Bus: REJECTED EXTERNAL".into()), 0));
    let (hung_up, _) = conversation(b"OK 1\r\n", FROM_SYSTEMD.get(..40).unwrap(), false);
    assert_eq!(hung_up, Err("failed to fill whole buffer".into()));
    let (not_dbus, _) = conversation(b"OK 1\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", false);
    assert_eq!(not_dbus, Err("D-Bus: not a message of this machine".into()));
    let mut error = FROM_SYSTEMD.to_vec();
    error[1] = 3;
    assert_eq!(answer(&mut error.as_slice()).unwrap_err().to_string(), "D-Bus: systemd refused");
    let mut other = FROM_SYSTEMD.to_vec();
    other[20] = 9; // the serial that it answers
    let others = other.repeat(MAX_MESSAGES);
    assert_eq!(answer(&mut others.as_slice()).unwrap_err().to_string(), "D-Bus: no answer");
}

#[test]
fn a_giant_is_refused_before_it_is_read() {
    let mut giant = FROM_SYSTEMD.get(..16).unwrap().to_vec();
    giant[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(Message::read(&mut giant.as_slice()).is_err());
}

#[test]
fn our_call_is_well_formed() {
    let call = list();
    let message = Message::read(&mut call.as_slice()).unwrap();
    assert_eq!((message.kind, message.reply_to), (METHOD_CALL, None));
    assert_eq!(message.body, b"\x0b\0\0\0\x06\0\0\0failed\0");
    // As another implementation writes it, to the byte.
    assert_eq!(call.len(), 199);
}

#[test]
fn a_folder_has_it_recorded() {
    let host = crate::roots::fixture::host(&[(".host/failed-units", "a.service\nb.timer\n")]);
    assert_eq!(host.roots.failed_units().unwrap(), ["a.service", "b.timer"]);
    assert_eq!(crate::roots::fixture::host(&[("x", "")]).roots.failed_units(), None);
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>, at in 0_usize..250, value: u8) {
        let _ = (names(&bytes), reply_to(&bytes), answer(&mut bytes.as_slice()));
        let mut bent = FROM_SYSTEMD.to_vec();
        bent[at] = value;
        let _ = answer(&mut bent.as_slice());
    }
}

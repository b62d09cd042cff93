//! What the kernel lets through: its filters, run here.

use super::{NEAREST_BRIDGE, cdp, edp, ethernet, snap, switch};
use crate::lldp::read;
use crate::lldp::socket::{for_lldp, for_older};

/// What a filter of the steps that we use makes of a frame: how much of it is taken. A frame that is too short for a
/// step is not taken.
fn run(filter: &[libc::sock_filter], frame: &[u8], is_outgoing: bool) -> u32 {
    let (mut at, mut loaded) = (0, 0);
    let bytes = |from: u32, length: usize| {
        let from = usize::try_from(from).unwrap();
        frame
            .get(from..from + length)
            .map(|bytes| bytes.iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte)))
    };
    loop {
        let step = filter[at];
        let skip = |is: bool| usize::from(if is { step.jt } else { step.jf });
        at += 1;
        let length = match step.code {
            0x20 if step.k == 0xffff_f004 => {
                loaded = if is_outgoing { 4 } else { 2 };
                continue;
            }
            0x15 => {
                at += skip(loaded == step.k);
                continue;
            }
            0x45 => {
                at += skip(loaded & step.k != 0);
                continue;
            }
            0x06 => return step.k,
            0x20 => 4,
            0x28 => 2,
            0x30 => 1,
            other => panic!("no step of ours: {other:#x}"),
        };
        let Some(value) = bytes(step.k, length) else { return 0 };
        loaded = value;
    }
}

#[test]
fn announcements_pass_and_nothing_else_does() {
    let edp = edp(&[(2, &[0; 12])]);
    let cdp = cdp(&[(1, b"x"), (3, b"y")]);
    let copy = snap([0x01, 0xe0, 0x52, 0xcc, 0xcc, 0xcc], [0x00, 0xe0, 0x52], 0x2000, &[1; 60]);
    let lldp = switch("SW", "7", 120);
    for (frame, by_type, by_llc) in [
        (&lldp, true, false),
        (&cdp, false, true),
        (&copy, false, true),
        (&edp, false, true),
        // Spanning tree, and a frame of Cisco's that is none of these.
        (&ethernet([0x01, 0x80, 0xc2, 0, 0, 0], 38, &[0x42, 0x42, 0x03, 0, 0, 0, 0, 0]), false, false),
        (&snap([0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcd], [0x00, 0x00, 0x0c], 0x010b, &[0; 40]), false, false),
        (&snap([0x00, 0xe0, 0x2b, 0, 0, 0], [0x00, 0xe0, 0x2b], 0x2000, &[0; 40]), false, false),
        (&ethernet(NEAREST_BRIDGE, 0x0800, &[0x45; 40]), false, false),
        (&ethernet([0x02, 0, 0, 0, 0, 1], 0x88cc, &[0; 40]), false, false),
        (&vec![0x01; 12], false, false),
    ] {
        assert_eq!(
            (run(&for_lldp(), frame, false) > 0, run(&for_older(), frame, false) > 0),
            (by_type, by_llc),
            "{frame:02x?}"
        );
        assert_eq!((run(&for_lldp(), frame, true), run(&for_older(), frame, true)), (0, 0), "what we send");
    }
    assert!([&lldp, &cdp, &edp].iter().all(|frame| read(frame).is_some()));
}

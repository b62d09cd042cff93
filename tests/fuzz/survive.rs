//! Every target survives its seeds, what was once found, and changes to them that are the same every time.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "places are drawn within their bounds")]

use patuh_fuzz::{Run, Target, targets};

/// A small generator of numbers that look random (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % end.max(1) as u64).unwrap()
    }
}

/// What strangers like to put somewhere.
const NASTY: [&[u8]; 8] = [
    b"\0",
    b"\xff\xfe",
    b"\x1b]0;x\x07",
    b"\n\n",
    b"99999999999999999999",
    b"-1",
    b"{\"",
    "\u{202e}".as_bytes(),
];

/// `seed` with one thing wrong.
fn changed(seed: &[u8], random: &mut Random) -> Vec<u8> {
    let (mut bytes, at) = (seed.to_vec(), random.below(seed.len()));
    match random.below(5) {
        0 => bytes.truncate(at),
        1 if !bytes.is_empty() => bytes[at] ^= 1 << random.below(8),
        2 => drop(bytes.splice(at..at, NASTY[random.below(NASTY.len())].iter().copied())),
        3 => drop(bytes.drain(at..(at + 1 + random.below(64)).min(seed.len()))),
        _ => {
            let again = seed[at..(at + random.below(2000)).min(seed.len())].to_vec();
            drop(bytes.splice(at..at, again));
        }
    }
    bytes
}

/// Runs `target` over its seeds and `times` changes of each.
fn check(target: &Target, run: &Run, times: usize) {
    let (seeds, mut random) = (target.seeds(), Random(1));
    for bytes in target.found().iter().chain(&[Vec::new(), vec![b'a'; 1 << 20], vec![0; 70_000]]) {
        run(bytes);
    }
    for seed in &seeds {
        let mut bytes = seed.clone();
        for n in 0..times {
            bytes = changed(if n % 4 == 0 { seed } else { &bytes }, &mut random);
            run(&bytes);
        }
    }
}

/// Several threads, each with some of the targets.
fn all(times: usize) {
    let all: Vec<Target> = targets().collect();
    std::thread::scope(|scope| {
        for some in all.chunks(all.len().div_ceil(4)) {
            scope.spawn(move || some.iter().for_each(|target| check(target, &target.run(), times)));
        }
    });
}

#[test]
fn every_target_survives_its_seeds_and_changes_to_them() {
    all(60);
}

#[test]
#[ignore = "takes a while"]
fn every_target_survives_many_changes() {
    all(3000);
}

/// A target whose parser is never reached tests nothing.
#[test]
fn every_target_makes_sense_of_a_seed() {
    let senseless = |target: &Target| {
        let run = target.run();
        !target.seeds().iter().any(|seed| run(seed))
    };
    let senseless: Vec<_> = targets().filter(senseless).map(|target| target.name).collect();
    assert_eq!(senseless, [""; 0]);
}

#[test]
fn names_are_unique_and_what_was_found_belongs_to_one() {
    let mut names: Vec<_> = targets().map(|target| target.name).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|two| two[0] != two[1]), "{names:?}");
    let found = concat!(env!("CARGO_MANIFEST_DIR"), "/found");
    for entry in std::fs::read_dir(found).into_iter().flatten() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(names.contains(&stem.as_str()), "{} belongs to no target", path.display());
    }
}

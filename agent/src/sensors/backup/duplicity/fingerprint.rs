//! The folder that duplicity keeps its traces in is called by the MD5 of the target's URL
//! (`duplicity.commandline.generate_default_backup_name`). That is all this is for: with it a URL that stands in a
//! job is told to belong to a folder. RFC 1321.

const BLOCK: usize = 64;
const SHIFTS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

/// The MD5 of `text`, in 32 hex digits.
pub(super) fn of(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let bits = (bytes.len() as u64).wrapping_mul(8);
    bytes.push(0x80);
    while bytes.len() % BLOCK != BLOCK - 8 {
        bytes.push(0);
    }
    bytes.extend(bits.to_le_bytes());
    let start = [0x6745_2301_u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    let state = bytes.chunks_exact(BLOCK).fold(start, round);
    let digest: Vec<u8> = state.iter().flat_map(|word| word.to_le_bytes()).collect();
    data_encoding::HEXLOWER.encode(&digest)
}

fn round(state: [u32; 4], block: &[u8]) -> [u32; 4] {
    let words: Vec<u32> = block
        .chunks_exact(4)
        .map(|word| word.iter().rev().fold(0, |n, b| (n << 8) | u32::from(*b)))
        .collect();
    let [mut a, mut b, mut c, mut d] = state;
    for step in 0..64_u32 {
        let (mixed, word) = match step / 16 {
            0 => ((b & c) | (!b & d), step),
            1 => ((d & b) | (!d & c), 5 * step + 1),
            2 => (b ^ c ^ d, 3 * step + 5),
            _ => (c ^ (b | !d), 7 * step),
        };
        // The table of the RFC: the whole part of 2^32 times the sine of the step's number.
        let constant = (f64::from(step + 1).sin().abs() * 4_294_967_296.0) as u32;
        let word = words.get((word % 16) as usize).copied().unwrap_or_default();
        let shift = SHIFTS.get((step / 16) as usize).and_then(|row| row.get((step % 4) as usize));
        let sum = a.wrapping_add(mixed).wrapping_add(constant).wrapping_add(word);
        (a, d, c, b) = (d, c, b, b.wrapping_add(sum.rotate_left(shift.copied().unwrap_or_default())));
    }
    let [e, f, g, h] = state;
    [a.wrapping_add(e), b.wrapping_add(f), c.wrapping_add(g), d.wrapping_add(h)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_rfc_and_of_duplicity() {
        for (text, digest) in [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("abc", "900150983cd24fb0d6963f7d28e17f72"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            (
                "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
                "57edf4a22be3c955ac49da2e2107b67a",
            ),
            // A folder that duplicity 0.8.22 made.
            ("file:///tmp/cadangan/dinkes", "8d7ef6270f51f08fc9795707184c1054"),
        ] {
            assert_eq!(of(text), digest, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,200}") {
            proptest::prop_assert_eq!(of(&text).len(), 32);
        }
    }
}

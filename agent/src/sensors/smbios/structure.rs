//! One structure of the tables (DSP0134, section 6.1): a formatted area of numbers, and the texts that it
//! names by number.

use super::super::junk;
use crate::roots::lossy::{NAME, lossy};

/// The type of the structure that ends the tables (7.45).
const END: u8 = 127;
/// Type, length and handle.
const HEADER: usize = 4;

/// One structure. Offsets are those of the specification: from its first byte.
#[derive(Clone, Copy, Debug)]
pub(in crate::sensors) struct Structure<'a> {
    /// What it describes.
    pub(in crate::sensors) kind: u8,
    /// The number by which other structures name it.
    pub(in crate::sensors) handle: u16,
    formatted: &'a [u8],
    texts: &'a [u8],
}

impl Structure<'_> {
    /// `N` bytes from `offset`; `None` when the structure is too short, as those of older versions are.
    pub(in crate::sensors) fn bytes<const N: usize>(&self, offset: usize) -> Option<[u8; N]> {
        self.formatted.get(offset..)?.first_chunk().copied()
    }

    /// The byte at `offset`.
    pub(in crate::sensors) fn byte(&self, offset: usize) -> Option<u8> {
        self.formatted.get(offset).copied()
    }

    /// The 16 bits at `offset`.
    pub(in crate::sensors) fn word(&self, offset: usize) -> Option<u16> {
        self.bytes(offset).map(u16::from_le_bytes)
    }

    /// The 32 bits at `offset`.
    pub(in crate::sensors) fn double(&self, offset: usize) -> Option<u32> {
        self.bytes(offset).map(u32::from_le_bytes)
    }

    /// The text whose number stands at `offset`; `None` when there is none or it says nothing.
    pub(in crate::sensors) fn text(&self, offset: usize) -> Option<String> {
        let number = usize::from(self.byte(offset)?);
        let text = self.texts.split(|byte| *byte == 0).nth(number.checked_sub(1)?)?;
        Some(lossy(text, NAME)).filter(|text| junk::reason(text).is_none())
    }
}

/// The structures in `bytes`, up to the one that ends them or the first that does not fit.
pub(super) fn all(bytes: &[u8]) -> impl Iterator<Item = Structure<'_>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (structure, after) = split(rest)?;
        rest = after;
        Some(structure)
    })
    .take_while(|structure| structure.kind != END)
}

/// The first structure and what follows it. Its texts end with two zero bytes, also when there are none.
fn split(bytes: &[u8]) -> Option<(Structure<'_>, &[u8])> {
    let [kind, length, low, high] = bytes.first_chunk::<HEADER>().copied()?;
    let length = usize::from(length);
    if length < HEADER {
        return None;
    }
    let (formatted, after) = bytes.split_at_checked(length)?;
    let end = after.windows(2).position(|pair| pair == [0, 0])?;
    let (texts, after) = (after.get(..end)?, after.get(end + 2..)?);
    Some((Structure { kind, handle: u16::from_le_bytes([low, high]), formatted, texts }, after))
}

//! Whether a backup is suspiciously small beside those before it.

/// How many runs before it a size is compared with, and how many there must be.
const COMPARED: usize = 7;
const COMPARED_AT_LEAST: usize = 3;

/// Whether `bytes` is less than half the median of up to seven that came before, newest first.
pub(super) fn is_collapsed(bytes: u64, before: impl Iterator<Item = u64>) -> bool {
    let mut sizes: Vec<u64> = before.take(COMPARED).collect();
    sizes.sort_unstable();
    let median = sizes.get(sizes.len() / 2).filter(|_| sizes.len() >= COMPARED_AT_LEAST);
    median.is_some_and(|median| bytes < median / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: u64, before: &[u64], expected: bool) {
        assert_eq!(is_collapsed(bytes, before.iter().copied()), expected, "{bytes} after {before:?}");
    }

    #[test]
    fn less_than_half_of_the_usual_is_too_little() {
        check(49, &[100, 110, 90], true);
        check(50, &[100, 110, 90], false);
        check(1, &[100, 110], false);
        // Only the last seven count.
        check(10, &[12, 12, 12, 12, 12, 12, 12, 900, 900, 900, 900, 900, 900, 900, 900], false);
    }
}

//! The order of kernel releases, and their flavours.

use std::cmp::Ordering;

/// Words of distributions, not of flavours: they came with Debian 13 and with backports.
const MARKS: [&str; 2] = ["deb", "bpo"];

/// Whether `other` is of the same flavour as `running` and newer.
pub(super) fn is_newer(other: &str, running: &str) -> bool {
    compare(other, running) == Ordering::Greater && flavour(other).eq(flavour(running))
}

/// The order of rpmvercmp, which serves all: numbers by value, words by letter, a number before a word is
/// the newer one, and so is what goes on; the signs between them do not count.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let order = match (piece(&mut a), piece(&mut b)) {
            (None, None) => return Ordering::Equal,
            (Some(first), Some(second)) => by_value(first, second),
            (first, second) => first.cmp(&second),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Cuts the leading run of digits or of letters off `rest`, and the signs before it.
fn piece<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let text = rest.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let is_digit = text.chars().next()?.is_ascii_digit();
    let is_other = |c: char| !c.is_ascii_alphanumeric() || c.is_ascii_digit() != is_digit;
    let (piece, after) = text.split_at_checked(text.find(is_other).unwrap_or(text.len()))?;
    *rest = after;
    Some(piece)
}

fn by_value(a: &str, b: &str) -> Ordering {
    let is_number = |piece: &str| piece.starts_with(|c: char| c.is_ascii_digit());
    match (is_number(a), is_number(b)) {
        // As long as they like: the longer number is the greater one.
        (true, true) => {
            let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
            a.len().cmp(&b.len()).then_with(|| a.cmp(b))
        }
        (a_is_number, b_is_number) => a_is_number.cmp(&b_is_number).then_with(|| a.cmp(b)),
    }
}

/// The words of a release without its numbers: `amd`, `cloud amd`, `generic`, `pve`, `el x`, `eluek x`,
/// `arch`, `zen`, `lts`.
fn flavour(release: &str) -> impl Iterator<Item = String> + '_ {
    let words = release.split(['.', '-', '+', '_', '~']);
    let letters = words.map(|word| word.chars().filter(|c| !c.is_ascii_digit()).collect::<String>());
    letters.filter(|word| !word.is_empty() && !MARKS.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(other: &str, running: &str, expected: bool) {
        assert_eq!(is_newer(other, running), expected, "{other} over {running}");
    }

    #[test]
    fn newer_is_by_number_and_within_a_flavour() {
        check("6.1.0-40-amd64", "6.1.0-9-amd64", true);
        check("6.1.0-9-amd64", "6.1.0-40-amd64", false);
        check("6.1.0-9-amd64", "6.1.0-9-amd64", false);
        check("6.1.0-40-cloud-amd64", "6.1.0-9-amd64", false);
        check("6.12.48+deb13-amd64", "6.1.0-40-amd64", true);
        check("5.15.0-156-generic", "5.15.0-91-generic", true);
        check("3.10.0-1160.119.1.el7.x86_64", "3.10.0-1160.el7.x86_64", true);
        check("4.18.0-553.el8_10.x86_64", "4.18.0-513.5.1.el8_9.x86_64", true);
        check("5.4.17-2136.el8uek.x86_64", "4.18.0-553.el8_10.x86_64", false);
        check("6.12.1-arch1-1", "6.11.9-arch1-1", true);
        check("6.12.1-zen1-1", "6.11.9-arch1-1", false);
        check("6.6.63-0-lts", "6.6.58-0-lts", true);
        check("6.8.12-13-pve", "6.8.12-4-pve", true);
        check("5.14.21-150400.24.100-default", "5.14.21-150400.24.63-default", true);
        check("99999999999999999999999.1", "6.1", true);
    }

    proptest::proptest! {
        #[test]
        fn the_order_is_one(a in ".{0,12}", b in ".{0,12}") {
            assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
            assert_eq!(compare(&a, &a), Ordering::Equal);
        }
    }
}

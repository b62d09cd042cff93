//! Several files of which one may be bad: the others count.

use crate::roots::Failure;

/// What could be read. A failure counts only when nothing could be read at all, so that one broken file
/// does not hide the rest, and a sensor that may look into none of them does not say "nothing there".
pub(super) fn salvage<T>(results: impl IntoIterator<Item = Result<T, Failure>>) -> Result<Vec<T>, Failure> {
    let (mut read, mut failed) = (Vec::new(), None);
    for result in results {
        match result {
            Ok(one) => read.push(one),
            Err(failure) => failed = failed.or(Some(failure)),
        }
    }
    match failed {
        Some(failure) if read.is_empty() => Err(failure),
        _ => Ok(read),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(results: &[Result<u8, &str>], expected: Result<&[u8], &str>) {
        let failure = |what: &str| Failure::malformed("/x", what);
        let results = results.iter().map(|result| result.map_err(failure));
        assert_eq!(salvage(results), expected.map(<[u8]>::to_vec).map_err(failure));
    }

    #[test]
    fn what_is_good_counts() {
        check(&[], Ok(&[]));
        check(&[Err("odd"), Ok(1), Err("gone"), Ok(2)], Ok(&[1, 2]));
        check(&[Err("odd"), Err("gone")], Err("odd"));
    }
}

//! The judge's sentences carry names in backticks. On a page they stand in a type of their own.

/// A piece of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    /// Whether it is a name.
    pub(super) name: bool,
    pub(super) text: &'a str,
}

/// The pieces of a sentence. A backtick without a partner stands for itself.
pub(super) fn pieces(sentence: &str) -> Vec<Piece<'_>> {
    if sentence.matches('`').count() % 2 == 1 {
        return vec![Piece { name: false, text: sentence }];
    }
    let parts = sentence.split('`').enumerate().map(|(i, text)| Piece { name: i % 2 == 1, text });
    parts.filter(|piece| !piece.text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sentence: &str, names: &[&str]) {
        let pieces = pieces(sentence);
        let found: Vec<_> = pieces.iter().filter(|p| p.name).map(|p| p.text).collect();
        assert_eq!(found, names, "{sentence}");
    }

    #[test]
    fn names_are_found_between_backticks() {
        check("Server `srv-1` belum pernah melapor.", &["srv-1"]);
        check("`a` dan `b`", &["a", "b"]);
        check("tanpa nama", &[]);
        check("server `a`b` aneh", &[]);
        check("", &[]);
    }
}

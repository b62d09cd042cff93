//! The words of a question.

use std::collections::BTreeSet;

/// The most words of a question, and the most characters of one. What is beyond finds nothing new.
const MAX_WORDS: usize = 6;
const LONGEST: usize = 100;

/// A word, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Word(String);

impl Word {
    /// The words of `text`, each once, in their order.
    pub(super) fn all(text: &str) -> Vec<Self> {
        let lower = text.chars().take(MAX_WORDS * LONGEST).collect::<String>().to_lowercase();
        let words =
            lower.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
        let mut met = BTreeSet::new();
        let words =
            words.map(|word| link_layer(word).unwrap_or_else(|| word.chars().take(LONGEST).collect()));
        words.filter(|word| met.insert(word.clone())).take(MAX_WORDS).map(Self).collect()
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is so short that it would be found everywhere: it then finds beginnings only.
    pub(super) fn is_short(&self) -> bool {
        self.0.chars().nth(1).is_none()
    }

    /// How well it is found in `text`, which is in lower case: wholly, at the beginning, behind a sign, or
    /// anywhere; `None` when it is not.
    pub(super) fn fit(&self, text: &str) -> Option<Fit> {
        let word = self.as_str();
        let whole =
            |text: &str| text == word || text.split_once('/').is_some_and(|(address, _)| address == word);
        let behind = |text: &str| {
            let before = text.find(word).and_then(|at| text.get(..at)?.chars().next_back());
            before.is_some_and(|sign| !sign.is_alphanumeric())
        };
        match text {
            _ if whole(text) => Some(Fit::Whole),
            _ if text.starts_with(word) => Some(Fit::Beginning),
            _ if self.is_short() => None,
            _ if behind(text) => Some(Fit::Part),
            _ => text.contains(word).then_some(Fit::Anywhere),
        }
    }
}

/// How well a word is found, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// It is the whole text (an address without its prefix length).
    Whole,
    /// At its beginning.
    Beginning,
    /// At the beginning of a part of it.
    Part,
    /// Anywhere.
    Anywhere,
}

/// A link-layer address as the agents write it (`aa:bb:cc:dd:ee:ff`), or a beginning of one, from what is written
/// on labels and in the lists of switches: `AA-BB-CC`, `aabb.ccdd.eeff`, `aabbccddeeff`.
fn link_layer(word: &str) -> Option<String> {
    let digits: String = word.chars().filter(|c| !matches!(c, '-' | '.' | ':')).collect();
    let hex = digits.chars().all(|c| c.is_ascii_hexdigit());
    let groups =
        |sign: char, size: usize| word.contains(sign) && word.split(sign).all(|group| group.len() == size);
    let written = groups('-', 2) || groups('.', 4) || (word.len() == 12 && digits.len() == 12);
    let fits = hex && written && digits.len() <= 12 && digits.len() >= 6;
    let pairs: Vec<char> = digits.chars().collect();
    fits.then(|| pairs.chunks(2).map(String::from_iter).collect::<Vec<_>>().join(":"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_cut_into_words() {
        let check = |text: &str, expected: &[&str]| {
            let words = Word::all(text);
            assert_eq!(words.iter().map(Word::as_str).collect::<Vec<_>>(), expected, "{text:?}");
        };
        check("", &[]);
        check("  OpenSSL\t3.0.11 openssl ", &["openssl", "3.0.11"]);
        check("a\0b\u{1}c", &["a", "b", "c"]);
        check("1 2 3 4 5 6 7 8", &["1", "2", "3", "4", "5", "6"]);
        check("AA-BB-CC-DD-EE-FF", &["aa:bb:cc:dd:ee:ff"]);
        check("aabb.ccdd.eeff", &["aa:bb:cc:dd:ee:ff"]);
        check("AABBCCDDEEFF", &["aa:bb:cc:dd:ee:ff"]);
        check("aa-bb-cc", &["aa:bb:cc"]);
        check("10.20.30.40", &["10.20.30.40"]);
        check("web-01", &["web-01"]);
        assert_eq!(Word::all(&"x".repeat(10_000))[0].as_str().len(), LONGEST);
    }

    #[test]
    fn a_word_fits_better_or_worse() {
        let check = |word: &str, text: &str, expected: Option<Fit>| {
            assert_eq!(Word::all(word)[0].fit(text), expected, "{word} in {text}");
        };
        check("web-01", "web-01", Some(Fit::Whole));
        check("10.0.0.5", "10.0.0.5/24", Some(Fit::Whole));
        check("10.0.0", "10.0.0.5/24", Some(Fit::Beginning));
        check("01", "web-01", Some(Fit::Part));
        check("eb", "web-01", Some(Fit::Anywhere));
        check("x", "web", None);
        check("e", "web", None);
        check("w", "web", Some(Fit::Beginning));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text: String, in_text: String) {
            for word in Word::all(&text) {
                let _ = word.fit(&in_text);
            }
        }
    }
}

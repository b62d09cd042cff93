//! Reads one Rust file as far as its architecture shows: which modules it imports, which words it uses,
//! which texts it holds. Comments are dropped, strings are kept apart from code, and modules called `tests`
//! are left out: what a test looks at is its own matter.

use std::iter::once;

/// One token of Rust that matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// An identifier or a keyword.
    Word(String),
    /// The inside of a string literal, as written.
    Text(String),
    /// Any other sign; `::` is one sign of its own.
    Sign(char),
}

/// `::`, which is the only sign of two characters that this reading needs.
const PATH: Token = Token::Sign('∷');

/// What one file shows.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// Paths inside the crate, from its root: `crate::a::B` and, in module `c::d`, `super::B` as `c::B`.
    pub(crate) imports: Vec<Vec<String>>,
    /// Identifiers; what stands before `::` once more with that sign.
    pub(crate) words: Vec<String>,
    /// String literals.
    pub(crate) texts: Vec<String>,
}

impl Source {
    /// Reads `code`, the file of the module `module` (its path from the crate's root).
    pub(crate) fn read(code: &str, module: &[String]) -> Self {
        let tokens = tokens(code);
        let mut source = Self::default();
        let mut place = Place { module: module.to_vec(), inner: Vec::new(), depth: 0 };
        let mut rest = tokens.as_slice();
        while let Some((token, after)) = rest.split_first() {
            place.enter(rest);
            if !place.module.iter().any(|name| name == "tests") {
                source.keep(token, after.first());
                source.imports.extend(import(rest, &place.module));
            }
            // A chain of `super::` is one path, read once.
            rest = Some(climb(rest, &[]).1).filter(|tail| tail.len() < rest.len()).unwrap_or(after);
        }
        source
    }

    fn keep(&mut self, token: &Token, next: Option<&Token>) {
        match token {
            Token::Word(word) => {
                self.words.push(word.clone());
                self.words.extend((next == Some(&PATH)).then(|| format!("{word}::")));
            }
            Token::Text(text) => self.texts.push(text.clone()),
            Token::Sign(_) => {}
        }
    }
}

/// Where the reading is: in which module, and how deep in braces.
struct Place {
    module: Vec<String>,
    /// The depths at which inline modules were opened.
    inner: Vec<usize>,
    depth: usize,
}

impl Place {
    /// Notes what the first token of `rest` opens or closes.
    fn enter(&mut self, rest: &[Token]) {
        match rest {
            [Token::Word(word), Token::Word(name), Token::Sign('{'), ..] if word == "mod" => {
                self.module.push(name.clone());
                self.inner.push(self.depth);
            }
            [Token::Sign('{'), ..] => self.depth += 1,
            [Token::Sign('}'), ..] => {
                self.depth = self.depth.saturating_sub(1);
                if self.inner.pop_if(|depth| *depth == self.depth).is_some() {
                    self.module.pop();
                }
            }
            _ => {}
        }
    }
}

/// The paths that begin with the first token of `rest`, read in the module `here`.
fn import(rest: &[Token], here: &[String]) -> Vec<Vec<String>> {
    match rest {
        [Token::Word(word), next, tail @ ..] if word == "crate" && *next == PATH => tree(tail, &[]).0,
        [Token::Word(word), next, ..] if word == "super" && *next == PATH => {
            let (base, tail) = climb(rest, here);
            tree(tail, base).0
        }
        _ => Vec::new(),
    }
}

/// Follows `super::super::` from the module `here`: the module it leads to and the tokens after it.
fn climb<'a, 'b>(mut rest: &'a [Token], here: &'b [String]) -> (&'b [String], &'a [Token]) {
    let mut base = here;
    while let [Token::Word(word), next, tail @ ..] = rest {
        if word != "super" || *next != PATH {
            break;
        }
        base = base.split_last().map_or(base, |(_, above)| above);
        rest = tail;
    }
    (base, rest)
}

/// The paths of a use tree (`a::{b, c::d}`) under `base`, and the tokens after it.
fn tree<'a>(rest: &'a [Token], base: &[String]) -> (Vec<Vec<String>>, &'a [Token]) {
    match rest {
        [Token::Word(name), next, tail @ ..] if *next == PATH => {
            let deeper: Vec<String> = base.iter().cloned().chain(once(name.clone())).collect();
            tree(tail, &deeper)
        }
        [Token::Word(name), tail @ ..] => {
            (vec![base.iter().cloned().chain(once(name.clone())).collect()], tail)
        }
        [Token::Sign('{'), tail @ ..] => branches(tail, base),
        [_, tail @ ..] => (vec![base.to_vec()], tail), // `*`
        [] => (Vec::new(), rest),
    }
}

/// The branches of a use tree up to its `}`.
fn branches<'a>(mut rest: &'a [Token], base: &[String]) -> (Vec<Vec<String>>, &'a [Token]) {
    let mut paths = Vec::new();
    while let Some((token, after)) = rest.split_first() {
        match token {
            Token::Sign('}') => return (paths, after),
            Token::Sign(',') => rest = after,
            Token::Word(word) if word == "as" => rest = after.get(1..).unwrap_or_default(),
            _ => {
                let (more, tail) = tree(rest, base);
                paths.extend(more);
                rest = tail;
            }
        }
    }
    (paths, rest)
}

fn tokens(code: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let signs: Vec<char> = code.chars().collect();
    let mut rest = signs.as_slice();
    while !rest.is_empty() {
        let (token, after) = token(rest);
        tokens.extend(token);
        rest = after;
    }
    tokens
}

/// The first token of `rest`, if it is none of space or comment, and what comes after it.
fn token(rest: &[char]) -> (Option<Token>, &[char]) {
    match rest {
        ['/', '/', ..] => (None, after_line(rest)),
        ['/', '*', tail @ ..] => (None, after_comment(tail)),
        [':', ':', tail @ ..] => (Some(PATH), tail),
        ['"', tail @ ..] => text(tail),
        ['r', '#', letter, ..] if word_sign(*letter) => word(rest.get(2..).unwrap_or_default()),
        ['r', tail @ ..] | ['b' | 'c', 'r', tail @ ..] if raw_hashes(tail).is_some() => raw_text(tail),
        ['b' | 'c', '"', tail @ ..] => text(tail),
        ['\'', '\\', _, tail @ ..] => (None, after(tail, '\'')),
        ['\'', _, '\'', tail @ ..] => (None, tail),
        [letter, ..] if word_sign(*letter) => word(rest),
        [sign, tail @ ..] => ((!sign.is_whitespace()).then_some(Token::Sign(*sign)), tail),
        [] => (None, rest),
    }
}

fn word_sign(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_'
}

fn word(rest: &[char]) -> (Option<Token>, &[char]) {
    let end = rest.iter().position(|sign| !word_sign(*sign)).unwrap_or(rest.len());
    let (word, tail) = rest.split_at(end);
    (Some(Token::Word(word.iter().collect())), tail)
}

/// A string from behind its opening quote.
fn text(rest: &[char]) -> (Option<Token>, &[char]) {
    let mut tail = rest;
    let mut text = String::new();
    loop {
        match tail {
            ['\\', sign, after @ ..] => {
                text.extend(['\\', *sign]);
                tail = after;
            }
            ['"', after @ ..] => return (Some(Token::Text(text)), after),
            [sign, after @ ..] => {
                text.push(*sign);
                tail = after;
            }
            [] => return (Some(Token::Text(text)), tail),
        }
    }
}

/// How many `#` stand before the quote of a raw string, from behind its `r`.
fn raw_hashes(rest: &[char]) -> Option<usize> {
    let hashes = rest.iter().take_while(|sign| **sign == '#').count();
    (rest.get(hashes) == Some(&'"')).then_some(hashes)
}

/// A raw string from behind its `r`.
fn raw_text(rest: &[char]) -> (Option<Token>, &[char]) {
    let hashes = raw_hashes(rest).unwrap_or_default();
    let inside = rest.get(hashes + 1..).unwrap_or_default();
    let end: Vec<char> = once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    let length = inside.windows(end.len()).position(|window| window == end).unwrap_or(inside.len());
    let (text, tail) = inside.split_at(length);
    (Some(Token::Text(text.iter().collect())), tail.get(end.len()..).unwrap_or_default())
}

fn after_line(rest: &[char]) -> &[char] {
    after(rest, '\n')
}

fn after(rest: &[char], sign: char) -> &[char] {
    rest.iter().position(|found| *found == sign).and_then(|at| rest.get(at + 1..)).unwrap_or_default()
}

/// What comes after a block comment (they nest), from behind its opening.
fn after_comment(mut rest: &[char]) -> &[char] {
    let mut depth = 1_usize;
    while depth > 0 {
        match rest {
            ['/', '*', tail @ ..] => (depth, rest) = (depth + 1, tail),
            ['*', '/', tail @ ..] => (depth, rest) = (depth - 1, tail),
            [_, tail @ ..] => rest = tail,
            [] => return rest,
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(module: &str, code: &str, expected: &[&str]) {
        let module: Vec<String> =
            module.split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect();
        let found: Vec<String> =
            Source::read(code, &module).imports.iter().map(|path| path.join("::")).collect();
        assert_eq!(found, expected, "imports of {code:?} in {module:?}");
    }

    #[test]
    fn takes_paths_of_the_crate() {
        check("a", "use crate::b::C;", &["b::C"]);
        check("a", "fn f() -> crate::b::C { crate::d::e() }", &["b::C", "d::e"]);
        check("a", "use crate::{b, c::{self, d::E as F}, g::*};", &["b", "c::self", "c::d::E", "g"]);
        check("a", "pub(crate) fn f() {} pub(super) fn h() {} pub(in crate::b) fn g() {}", &["b"]);
    }

    #[test]
    fn resolves_super() {
        check("a::b", "use super::c::D;", &["a::c::D"]);
        check("a::b", "use super::super::{c, d::E};", &["c", "d::E"]);
        check("a", "mod x { use super::*; use super::super::b; } use super::c;", &["a", "b", "c"]);
        check("a", "mod tests { use crate::b; fn f() {} } use super::c;", &["c"]);
        check("a", "mod x { fn f() { { } } } fn g() { super::y() }", &["y"]);
    }

    #[test]
    fn reads_neither_comments_nor_strings_as_code() {
        check("a", "// crate::b\n/* crate::c /* crate::d */ crate::e */ /// [`crate::f`]\n", &[]);
        check("a", r####"let x = "crate::b \" crate::c"; let y = r#"crate::d " crate::e"#;"####, &[]);
        check(
            "a",
            "let c = '\"'; crate::b(); let d = '\\''; crate::e(); fn f<'a>(x: &'a str) {}",
            &["b", "e"],
        );
        check("a", "let c = br#\"crate::b\"#; let d = b\"crate::c\"; let r#type = crate::d;", &["d"]);
    }

    #[test]
    fn keeps_texts_and_words_apart_and_leaves_tests_out() {
        let source = Source::read(
            "fn f() { g(\"one\") } #[cfg(test)] mod tests { fn h() { i(\"two\") } } fn j() {}",
            &[],
        );
        assert_eq!(source.texts, ["one"]);
        assert!(source.words.contains(&"g".to_owned()) && source.words.contains(&"j".to_owned()));
        let paths =
            Source::read("use std::fs; fn f(p: Kind) { fs::read(); p.process = Kind::File; }", &[]).words;
        let has = |word: &str| paths.iter().any(|found| found == word);
        assert!(has("fs::") && has("Kind::") && has("process") && !has("process::") && !has("File::"));
        assert!(!source.words.contains(&"i".to_owned()));
    }
}

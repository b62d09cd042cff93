//! The text in which LVM keeps its metadata (vgcfgbackup(8), lvm.conf(5)): sections in braces, `key = value`,
//! lists in brackets, comments from `#` to the end of the line.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;

/// How deep sections and lists go; LVM's own go four deep.
const MAX_DEPTH: u32 = 16;

/// A section: what is named in it.
pub(super) type Section = BTreeMap<String, Value>;

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A section.
    Section(Section),
    /// A number without a fraction.
    Number(u64),
    /// A text; also what is no number of ours.
    Text(String),
    /// A list.
    List(Vec<Self>),
}

impl Value {
    /// The section it is.
    pub(super) const fn section(&self) -> Option<&Section> {
        if let Self::Section(section) = self { Some(section) } else { None }
    }

    /// The number it is.
    pub(super) const fn number(&self) -> Option<u64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// The text it is.
    pub(super) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The list it is.
    pub(super) fn list(&self) -> Option<&[Self]> {
        if let Self::List(list) = self { Some(list) } else { None }
    }
}

/// The whole of a text; `None` when it does not follow the form, as one that was cut short.
pub(super) fn parse(text: &str) -> Option<Section> {
    let mut reader = Reader { rest: text.chars().peekable() };
    let section = reader.section(MAX_DEPTH)?;
    reader.next().is_none().then_some(section)
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
}

impl Reader<'_> {
    /// Entries up to a closing brace, which is left, or the end.
    fn section(&mut self, depth: u32) -> Option<Section> {
        let depth = depth.checked_sub(1)?;
        let mut section = Section::new();
        while let Some(c) = self.peek() {
            if c == '}' {
                break;
            }
            let name = self.word();
            let value = match self.next()? {
                '=' => self.value(depth)?,
                '{' => {
                    let inner = self.section(depth)?;
                    (self.next()? == '}').then_some(Value::Section(inner))?
                }
                _ => return None,
            };
            if name.is_empty() {
                return None;
            }
            section.insert(name, value);
        }
        Some(section)
    }

    fn value(&mut self, depth: u32) -> Option<Value> {
        match self.peek()? {
            '"' => self.quoted().map(Value::Text),
            '[' => self.list(depth.checked_sub(1)?).map(Value::List),
            _ => {
                let word = self.word();
                (!word.is_empty()).then(|| word.parse().map_or(Value::Text(word), Value::Number))
            }
        }
    }

    fn list(&mut self, depth: u32) -> Option<Vec<Value>> {
        self.next();
        let mut list = Vec::new();
        loop {
            match self.peek()? {
                ']' => break,
                ',' => drop(self.next()),
                _ => list.push(self.value(depth)?),
            }
        }
        self.next();
        Some(list)
    }

    fn quoted(&mut self) -> Option<String> {
        self.next();
        let mut text = String::new();
        loop {
            match self.rest.next()? {
                '"' => return Some(text),
                '\\' => text.push(self.rest.next()?),
                c => text.push(c),
            }
        }
    }

    /// Signs up to the next that has a meaning.
    fn word(&mut self) -> String {
        self.skip();
        let mut word = String::new();
        while let Some(c) = self.rest.next_if(|c| !c.is_whitespace() && !"={}[],\"#".contains(*c)) {
            word.push(c);
        }
        word
    }

    fn peek(&mut self) -> Option<char> {
        self.skip();
        self.rest.peek().copied()
    }

    fn next(&mut self) -> Option<char> {
        self.skip();
        self.rest.next()
    }

    /// White space and comments.
    fn skip(&mut self) {
        while let Some(c) = self.rest.next_if(|c| c.is_whitespace() || *c == '#') {
            if c == '#' {
                while self.rest.next_if(|c| *c != '\n').is_some() {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    fn check(input: &str, expected: Option<&[(&str, Value)]>) {
        let expected =
            expected.map(|pairs| pairs.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect());
        assert_eq!(parse(input), expected, "{input}");
    }

    #[test]
    fn the_form_is_understood() {
        let inner = Section::from([("id".into(), text("a\"b")), ("n".into(), Value::Number(8192))]);
        check(
            "# Generated\nversion = 1\nvg0 {\n\tid = \"a\\\"b\"\n\tn = 8192\t# 4 Megabytes\n}\nf = 1.5",
            Some(&[("version", Value::Number(1)), ("vg0", Value::Section(inner)), ("f", text("1.5"))]),
        );
        let list = vec![text("READ"), Value::Number(0), Value::List(vec![])];
        check("s = [\"READ\", 0, []]", Some(&[("s", Value::List(list))]));
        check("a {\n}\n", Some(&[("a", Value::Section(Section::new()))]));
        check("", Some(&[]));
    }

    #[test]
    fn what_is_cut_short_or_odd_is_refused() {
        for odd in ["a", "a {", "a = ", "a = [1", "a = \"x", "a }", "}", "= 1", "a = ]", "{}", "a = {}"] {
            check(odd, None);
        }
        check(&"a {".repeat(100_000), None);
        check(&format!("a = {}", "[".repeat(100_000)), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(any in ".*", near in "([a-z]|[0-9]{1,30}|[=\\{\\}\\[\\],\"#\\\\\n ]){0,60}") {
            let _ = (parse(&any), parse(&near));
        }
    }
}

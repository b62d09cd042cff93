//! YAML as a tree of what borgmatic's keys hold: texts, lists and tables. Numbers stay texts, aliases are
//! nothing (a file of them can stand for more than memory holds), and everything is bounded.

use saphyr_parser::{Event, Parser};

/// The most values of one file, and how deep they may lie.
const MAX_VALUES: usize = 20_000;
const MAX_DEPTH: usize = 32;

/// A value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Value {
    /// Nothing that is understood.
    #[default]
    Nothing,
    /// A text, a number, a truth value.
    Text(String),
    /// `!include`: a file to be read in its place.
    Include(String),
    /// A list.
    List(Vec<Self>),
    /// A table, in the order of the file.
    Table(Vec<(String, Self)>),
}

/// What is being filled.
enum Open {
    List(Vec<Value>),
    /// With the key that waits for its value.
    Table(Vec<(String, Value)>, Option<String>),
}

/// Reads the first document of `text`.
pub(super) fn parse(text: &str) -> Result<Value, String> {
    let (mut open, mut values) = (Vec::<Open>::new(), 0);
    for event in Parser::new_from_str(text) {
        let (event, _) = event.map_err(|error| error.to_string())?;
        values += 1;
        if values > MAX_VALUES || open.len() > MAX_DEPTH {
            return Err(format!("lebih dari {MAX_VALUES} nilai, atau lebih dalam dari {MAX_DEPTH} tingkat"));
        }
        let done = match event {
            Event::SequenceStart(..) => {
                open.push(Open::List(Vec::new()));
                continue;
            }
            Event::MappingStart(..) => {
                open.push(Open::Table(Vec::new(), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open::List(values)) => Value::List(values),
                Some(Open::Table(entries, _)) => Value::Table(entries),
                None => Value::Nothing,
            },
            Event::Scalar(text, _, _, tag) => match tag {
                Some(tag) if tag.handle == "!" && tag.suffix == "include" => {
                    Value::Include(text.into_owned())
                }
                _ => Value::Text(text.into_owned()),
            },
            Event::Alias(_) => Value::Nothing,
            Event::DocumentEnd => break,
            _ => continue,
        };
        match open.last_mut() {
            Some(open) => open.put(done),
            None => return Ok(done),
        }
    }
    Ok(Value::Nothing)
}

impl Open {
    fn put(&mut self, value: Value) {
        match self {
            Self::List(values) => values.push(value),
            Self::Table(entries, key) => match key.take() {
                Some(key) => entries.push((key, value)),
                None => {
                    *key = Some(match value {
                        Value::Text(text) => text,
                        _ => String::new(),
                    });
                }
            },
        }
    }
}

impl Value {
    /// The value of `key`, when this is a table.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Table(entries) => entries.iter().find(|(known, _)| known == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of a list; a value that is none is a list of itself.
    pub(super) fn list(&self) -> &[Self] {
        match self {
            Self::List(values) => values,
            Self::Nothing => &[],
            other => std::slice::from_ref(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, &str>) {
        fn short(value: &Value) -> String {
            match value {
                Value::Nothing => "-".to_owned(),
                Value::Text(text) => text.clone(),
                Value::Include(path) => format!("<{path}>"),
                Value::List(values) => {
                    format!("[{}]", values.iter().map(short).collect::<Vec<_>>().join(","))
                }
                Value::Table(entries) => {
                    let entries = entries.iter().map(|(key, value)| format!("{key}={}", short(value)));
                    format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
                }
            }
        }
        let found = parse(text).map(|value| short(&value));
        match (&found, expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{text}"),
            (Err(why), Err(part)) => assert!(why.contains(part), "{why}"),
            _ => panic!("{text}: {found:?}"),
        }
    }

    #[test]
    fn files_of_borgmatic_are_trees() {
        check(
            "# x\nrepositories:\n    - path: /srv/a.borg\n      label: lokal\n    - user@host:b\nkeep_daily: 7\n",
            Ok("{repositories=[{path=/srv/a.borg,label=lokal},user@host:b],keep_daily=7}"),
        );
        check("a: [\"x: y\", 'it''s']\nb: {c: d}\n? [k]\n: v\n", Ok("{a=[x: y,it's],b={c=d},=v}"));
        check(
            "<<: !include /etc/borgmatic/common.yaml\na: &x 1\nb: *x\n",
            Ok("{<<=</etc/borgmatic/common.yaml>,a=1,b=-}"),
        );
        check("", Ok("-"));
        check("a: [", Err(""));
        check(&"[".repeat(100), Err("lebih dalam"));
        check(&format!("[{}]", "x,".repeat(MAX_VALUES)), Err("lebih dari"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", near in "([a-z]{1,3}: |- |\\[|\\]|\\{|\\}|&a |\\*a|!include |'|\"|\n {0,4}|[|>]){0,30}") {
            let _ = (parse(&text), parse(&near));
        }
    }
}

//! Lines of a shell, taken apart as far as it takes to see which program is called with what.
//!
//! This is no shell: nothing is expanded, and of what a shell allows only quotes, escapes, comments, operators
//! and `$(…)` are understood. What is not understood ends up as a word that is no program's name.

/// The most words that are taken of one line.
const MAX_WORDS: usize = 2_000;

/// One simple command: a program, its arguments, and the file its output goes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::sensors::backup) struct Call {
    /// The words as the program would get them, with what stands before it (`sudo`, `NAME=value`).
    pub(in crate::sensors::backup) words: Vec<String>,
    /// The file that the last redirection of this pipeline names.
    pub(in crate::sensors::backup) into: Option<String>,
}

/// The calls in `text`, in their order, over as many lines as there are.
pub(in crate::sensors::backup) fn calls(text: &str) -> Vec<Call> {
    let mut splitter = Splitter::default();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if splitter.taken >= MAX_WORDS {
            break;
        }
        splitter.take(letter, &mut letters);
    }
    splitter.end_call(End::List);
    splitter.calls
}

/// The words of `line`, without any regard for operators.
pub(in crate::sensors::backup) fn words(line: &str) -> Vec<String> {
    calls(line).into_iter().flat_map(|call| call.words).collect()
}

/// What a call ends with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// `|`: the same pipeline goes on.
    Pipe,
    /// Anything else.
    List,
}

#[derive(Default)]
struct Splitter {
    calls: Vec<Call>,
    call: Call,
    word: Option<String>,
    /// Whether the next word is where output goes (`true`) or what is read (`false`).
    redirect: Option<bool>,
    in_double: bool,
    /// For each open `$(`, whether it stands in double quotes.
    open: Vec<bool>,
    /// Where in `calls` the pipeline began.
    pipeline: usize,
    taken: usize,
}

type Letters<'a> = std::iter::Peekable<std::str::Chars<'a>>;

impl Splitter {
    fn take(&mut self, letter: char, letters: &mut Letters<'_>) {
        match letter {
            '\\' => match letters.next() {
                Some('\n') | None => {}
                Some(next) => self.push(next),
            },
            '$' if letters.next_if_eq(&'(').is_some() => {
                self.open.push(self.in_double);
                self.in_double = false;
                self.end_call(End::List);
            }
            ')' if !self.in_double => {
                self.end_call(End::List);
                self.in_double = self.open.pop().unwrap_or_default();
            }
            '"' => {
                self.in_double = !self.in_double;
                self.word.get_or_insert_default();
            }
            _ if self.in_double => self.push(letter),
            '\'' => {
                self.word.get_or_insert_default();
                for quoted in letters.by_ref().take_while(|quoted| *quoted != '\'') {
                    self.push(quoted);
                }
            }
            '#' if self.word.is_none() => while letters.next_if(|next| *next != '\n').is_some() {},
            '>' | '<' => self.redirected(letter == '>', letters),
            '|' if letters.peek() != Some(&'|') => self.end_call(End::Pipe),
            '\n' | ';' | '|' | '&' | '(' | '`' => self.end_call(End::List),
            letter if letter.is_whitespace() => self.end_word(),
            letter => self.push(letter),
        }
    }

    fn push(&mut self, letter: char) {
        self.word.get_or_insert_default().push(letter);
    }

    fn redirected(&mut self, out: bool, letters: &mut Letters<'_>) {
        // The number of a file descriptor belongs to the operator.
        let number = self.word.take_if(|word| word.bytes().all(|b| b.is_ascii_digit()));
        self.end_word();
        while letters.next_if(|next| matches!(next, '>' | '<' | '&' | '|')).is_some() {}
        self.redirect = Some(out && number.is_none_or(|number| number == "1"));
    }

    fn end_word(&mut self) {
        let Some(word) = self.word.take() else { return };
        self.taken += 1;
        match self.redirect.take() {
            Some(true) => self.call.into = Some(word),
            Some(false) => {}
            None => self.call.words.push(word),
        }
    }

    fn end_call(&mut self, end: End) {
        self.end_word();
        self.redirect = None;
        let call = std::mem::take(&mut self.call);
        if !call.words.is_empty() || call.into.is_some() {
            self.calls.push(call);
        }
        if end == End::List {
            // Where the last of a pipeline writes to, all of it goes.
            let into = self.calls.last().and_then(|last| last.into.clone());
            for call in self.calls.iter_mut().skip(self.pipeline) {
                call.into = call.into.take().or_else(|| into.clone());
            }
            self.pipeline = self.calls.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&[&str], Option<&str>)]) {
        let found = calls(text);
        let found: Vec<(Vec<&str>, Option<&str>)> = found
            .iter()
            .map(|call| (call.words.iter().map(String::as_str).collect(), call.into.as_deref()))
            .collect();
        let expected: Vec<_> = expected.iter().map(|(words, into)| (words.to_vec(), *into)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn lines_are_taken_apart() {
        check(
            "restic backup '/srv/data opd' \"/etc\"",
            &[(&["restic", "backup", "/srv/data opd", "/etc"], None)],
        );
        check(
            "pg_dump -d simpeg 2>/dev/null | gzip > /srv/x.gz && echo ok # done; rm",
            &[
                (&["pg_dump", "-d", "simpeg"], Some("/srv/x.gz")),
                (&["gzip"], Some("/srv/x.gz")),
                (&["echo", "ok"], None),
            ],
        );
        check("a \\\n  b\nc", &[(&["a", "b"], None), (&["c"], None)]);
        check(
            "out=\"$(restic backup --json /srv)\" || exit 1",
            &[
                (&["out="], None),
                (&["restic", "backup", "--json", "/srv"], None),
                (&[""], None),
                (&["exit", "1"], None),
            ],
        );
        check("mysqldump x >>/srv/\"a b\".sql 2>&1", &[(&["mysqldump", "x"], Some("/srv/a b.sql"))]);
        check("X='a b' borg create ::x /srv", &[(&["X=a b", "borg", "create", "::x", "/srv"], None)]);
        check("tar c /etc < in; # x", &[(&["tar", "c", "/etc"], None)]);
        check("a#b", &[(&["a#b"], None)]);
    }

    #[test]
    fn a_command_line_gives_its_words() {
        assert_eq!(words("borg create 'r::a b' /srv"), ["borg", "create", "r::a b", "/srv"]);
        assert_eq!(words(&"x ".repeat(5_000)).len(), MAX_WORDS);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", line in "[a-z '\"$()|&;<>#\\\\\n`0-9]{0,60}") {
            let _ = (calls(&text), calls(&line), words(&line));
        }
    }
}

//! Reading TOML tables key by key. Every key is taken once; what is left over is unknown. A fault is noted
//! and reading goes on, so that all faults are found in one go.

use std::cell::RefCell;
use std::fmt::Display;
use std::ops::Range;
use std::str::FromStr;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::{Fault, Faults};

/// A file that is being read, and the faults found in it.
pub(super) struct Source<'i> {
    file: &'i str,
    text: &'i str,
    faults: RefCell<Vec<Fault>>,
}

/// A table of it.
pub(super) struct Reader<'s, 'i> {
    source: &'s Source<'i>,
    /// The table's own key, such as `agents`; empty for the file's root.
    path: String,
    line: Option<usize>,
    table: DeTable<'i>,
    /// The keys that were asked for.
    known: Vec<&'static str>,
}

/// A key that may be set: its name, and its value in an example.
#[derive(Clone, Copy)]
pub(super) struct Key(pub(super) &'static str, pub(super) &'static str);

/// What is wrong with a value.
pub(super) type Wrong = String;

impl<'i> Source<'i> {
    pub(super) fn new(file: &'i str, text: &'i str) -> Self {
        Self { file, text, faults: RefCell::default() }
    }

    /// The root table, as far as the text is TOML.
    pub(super) fn root(&self) -> Reader<'_, 'i> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let line = error.span().map(|span| self.line(&span));
            let what = format!("bukan TOML yang benar ({})", error.message());
            self.fault(line, String::new(), what, "Periksa tanda kutip, kurung dan tanda sama dengan.");
        }
        Reader { source: self, path: String::new(), line: None, table: table.into_inner(), known: vec![] }
    }

    pub(super) fn fault(&self, line: Option<usize>, key: String, what: String, remedy: impl Into<String>) {
        let (file, remedy) = (self.file.to_owned(), remedy.into());
        self.faults.borrow_mut().push(Fault { file, line, key, what, remedy });
    }

    fn line(&self, span: &Range<usize>) -> usize {
        self.text.bytes().take(span.start).filter(|b| *b == b'\n').count() + 1
    }

    /// All faults that were noted, by line.
    pub(super) fn close(self) -> Result<(), Faults> {
        let mut faults = self.faults.into_inner();
        faults.sort_by_key(|fault| fault.line);
        if faults.is_empty() { Ok(()) } else { Err(Faults(faults)) }
    }
}

impl<'s, 'i> Reader<'s, 'i> {
    fn remove(&mut self, key: &'static str) -> Option<(usize, Spanned<DeValue<'i>>)> {
        self.known.push(key);
        let (name, value) = self.table.remove_entry(key)?;
        Some((self.source.line(&name.span()), value))
    }

    fn key(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// Notes a fault of the key `name` in this table.
    pub(super) fn fault(&self, line: Option<usize>, name: &str, what: String, remedy: impl Into<String>) {
        self.source.fault(line.or(self.line), self.key(name), what, remedy);
    }

    /// The value of a key that may be absent.
    pub(super) fn optional<T>(
        &mut self,
        key: Key,
        read: impl FnOnce(&DeValue<'i>) -> Result<T, Wrong>,
    ) -> Option<T> {
        self.optional_at(key, read).map(|(_, value)| value)
    }

    /// Like [`Self::optional`], with the line where it stands.
    pub(super) fn optional_at<T>(
        &mut self,
        key: Key,
        read: impl FnOnce(&DeValue<'i>) -> Result<T, Wrong>,
    ) -> Option<(usize, T)> {
        let (line, value) = self.remove(key.0)?;
        match read(value.get_ref()) {
            Ok(value) => Some((line, value)),
            Err(what) => {
                self.fault(Some(line), key.0, what, write_for_example(key));
                None
            }
        }
    }

    /// The value of a key that must be there.
    pub(super) fn required<T>(
        &mut self,
        key: Key,
        read: impl FnOnce(&DeValue<'i>) -> Result<T, Wrong>,
    ) -> Option<T> {
        if !self.table.contains_key(key.0) {
            self.fault(None, key.0, "kunci wajib ini belum ada".to_owned(), write_for_example(key));
        }
        self.optional(key, read)
    }

    /// The table `[name]`.
    pub(super) fn table(&mut self, name: &'static str) -> Option<Self> {
        let (line, value) = self.remove(name)?;
        self.reader(name, line, value.into_inner())
    }

    /// The tables `[[name]]`.
    pub(super) fn tables(&mut self, name: &'static str) -> Vec<Self> {
        let Some((line, value)) = self.remove(name) else { return vec![] };
        let DeValue::Array(rows) = value.into_inner() else {
            self.fault(Some(line), name, "harus berupa daftar tabel".into(), format!("Tulis [[{name}]]."));
            return vec![];
        };
        let at = |row: &Spanned<DeValue<'i>>| self.source.line(&row.span());
        let rows = rows.iter().map(|row| (at(row), row.get_ref().clone()));
        rows.collect::<Vec<_>>().into_iter().filter_map(|(line, row)| self.reader(name, line, row)).collect()
    }

    /// All tables `[name.KEY]`, by key: their names are the user's.
    pub(super) fn named_tables(mut self) -> Vec<(String, Self)> {
        let rows = std::mem::take(&mut self.table);
        let rows = rows.into_iter().map(|(key, value)| (self.source.line(&key.span()), key, value));
        let rows: Vec<_> = rows.collect();
        let read = |(line, key, value): (usize, Spanned<_>, Spanned<DeValue<'i>>)| {
            let key: std::borrow::Cow<'i, str> = key.into_inner();
            Some((key.clone().into_owned(), self.reader(&key, line, value.into_inner())?))
        };
        rows.into_iter().filter_map(read).collect()
    }

    /// All values of this table, by key: their names are the user's.
    pub(super) fn named_values<T>(
        mut self,
        example: &'static str,
        read: impl Fn(&DeValue<'i>) -> Result<T, Wrong>,
    ) -> Vec<(String, T)> {
        let rows = std::mem::take(&mut self.table);
        let read = |(key, value): (Spanned<std::borrow::Cow<'i, str>>, Spanned<DeValue<'i>>)| {
            let line = self.source.line(&key.span());
            let key = key.into_inner().into_owned();
            let note = |what| self.fault(Some(line), &key, what, format!("Tulis misalnya {example}."));
            Some((key.clone(), read(value.get_ref()).map_err(note).ok()?))
        };
        rows.into_iter().filter_map(read).collect()
    }

    fn reader(&self, name: &str, line: usize, value: DeValue<'i>) -> Option<Self> {
        let path = self.key(name);
        if let DeValue::Table(table) = value {
            return Some(Self { source: self.source, path, line: Some(line), table, known: vec![] });
        }
        let remedy = format!("Tulis [{path}] dan isinya di bawahnya.");
        self.fault(Some(line), name, "harus berupa tabel".to_owned(), remedy);
        None
    }

    /// Where the table begins.
    pub(super) const fn line(&self) -> Option<usize> {
        self.line
    }

    /// Notes every key that nobody asked for.
    pub(super) fn close(self) {
        let known = self.known.join(", ");
        for name in self.table.keys() {
            let line = self.source.line(&name.span());
            let remedy = format!("Hapus, atau pakai salah satu dari: {known}.");
            self.fault(Some(line), name.get_ref(), "kunci tidak dikenal".to_owned(), remedy);
        }
    }
}

fn write_for_example(Key(name, example): Key) -> String {
    format!("Tulis misalnya `{name} = {example}`.")
}

/// A text that is not empty.
pub(super) fn text(value: &DeValue<'_>) -> Result<String, Wrong> {
    match value {
        DeValue::String(text) if text.trim().is_empty() => Err("teksnya kosong".to_owned()),
        DeValue::String(text) => Ok(text.trim().to_owned()),
        _ => Err("harus berupa teks dalam tanda kutip".to_owned()),
    }
}

/// A text that is a `T`.
pub(super) fn parsed<T: FromStr<Err: Display>>(value: &DeValue<'_>) -> Result<T, Wrong> {
    let text = text(value)?;
    text.parse().map_err(|error: T::Err| {
        let (why, quoted) = (error.to_string(), format!("{text:?}"));
        if why.contains(&quoted) { why } else { format!("{quoted} tidak dapat dipakai: {why}") }
    })
}

/// A day.
pub(super) fn date(value: &DeValue<'_>) -> Result<Date, Wrong> {
    let text = text(value)?;
    text.parse().map_err(|_| format!("{text:?} bukan tanggal dalam bentuk tahun-bulan-hari"))
}

/// A whole number from 1 up.
pub(super) fn number(value: &DeValue<'_>) -> Result<u32, Wrong> {
    let DeValue::Integer(number) = value else { return Err("harus berupa bilangan bulat".to_owned()) };
    match u32::from_str_radix(number.as_str(), number.radix()) {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("harus berupa bilangan bulat mulai dari 1".to_owned()),
    }
}

/// `true` or `false`.
pub(super) fn flag(value: &DeValue<'_>) -> Result<bool, Wrong> {
    if let DeValue::Boolean(flag) = value { Ok(*flag) } else { Err("harus true atau false".to_owned()) }
}

/// A list of what `read` reads; what is wrong names every bad item.
pub(super) fn list<'i, T>(
    read: impl Fn(&DeValue<'i>) -> Result<T, Wrong>,
) -> impl FnOnce(&DeValue<'i>) -> Result<Vec<T>, Wrong> {
    move |value| {
        let DeValue::Array(items) = value else {
            return Err("harus berupa daftar dalam kurung siku".to_owned());
        };
        let (mut good, mut wrong) = (vec![], vec![]);
        for item in items.iter() {
            match read(item.get_ref()) {
                Ok(item) => good.push(item),
                Err(what) => wrong.push(what),
            }
        }
        if wrong.is_empty() { Ok(good) } else { Err(wrong.join("; ")) }
    }
}

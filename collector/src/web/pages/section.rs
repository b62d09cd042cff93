//! A part of a page about one thing: when it was read and how that went, its facts, its table. The pages of a
//! server are made of these, and drawn by one template (`_section.html`).

use patuh_protocol::report::Reading;

use super::super::chart::Usage;
use super::super::format::{Format, When};
use crate::store::{CurrentSection, Latest};

/// A part of a page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Section {
    /// Its name in addresses.
    pub(crate) id: &'static str,
    pub(crate) title: String,
    pub(crate) state: SectionState,
    /// A sentence above the table.
    pub(crate) lead: Option<String>,
    pub(crate) facts: Vec<FactLine>,
    pub(crate) table: Option<Table>,
    /// The words to click on when the table is folded away.
    pub(crate) folded: Option<String>,
}

/// How the values of a part of the page came to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SectionState {
    /// When the value was read that is shown.
    pub(crate) when: Option<When>,
    /// Why there is none.
    pub(crate) none: Option<String>,
    /// Why the newest reading failed, when it did.
    pub(crate) failed: Option<String>,
}

/// A fact with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FactLine {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    /// Whether it is a code, to be read letter by letter.
    pub(crate) code: bool,
    /// The shape before it, for what needs somebody.
    pub(crate) sign: Option<Sign>,
}

/// A table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    pub(crate) caption: &'static str,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// A column: its heading, and whether its cells are numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) number: bool,
}

/// A cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    pub(crate) text: String,
    /// Smaller lines below.
    pub(crate) small: Vec<String>,
    pub(crate) code: bool,
    pub(crate) number: bool,
    pub(crate) muted: bool,
    pub(crate) sign: Option<Sign>,
    /// Where it leads, on these pages.
    pub(crate) href: Option<String>,
    pub(crate) usage: Option<Usage>,
}

/// The shape of a state that is no verdict: the shapes of the verdicts, with words of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// Something is wrong.
    Wrong,
    /// Somebody should look at it.
    Look,
    /// It is well.
    Well,
    /// Nothing is known of it.
    Unknown,
}

impl Sign {
    /// Its name in classes and ids.
    pub(crate) const fn slug(self) -> &'static str {
        match self {
            Self::Wrong => "tidak",
            Self::Look => "nilai",
            Self::Well => "patuh",
            Self::Unknown => "nihil",
        }
    }
}

/// The values of the sensors in `sections`.
pub(crate) fn readings(sections: &[CurrentSection]) -> impl Iterator<Item = &Reading> {
    sections.iter().filter_map(|section| section.value.as_ref().map(|value| &value.reading))
}

/// What `of` finds in the readings, as one list.
pub(crate) fn listed<'a, T>(
    sections: &'a [CurrentSection],
    of: impl Fn(&'a Reading) -> Option<&'a Vec<T>>,
) -> Vec<&'a T> {
    readings(sections).filter_map(of).flatten().collect()
}

impl SectionState {
    /// The state of what these sensors read; a name that ends in `/` stands for all sensors that begin so.
    pub(crate) fn of(sections: &[CurrentSection], names: &[&str], format: &Format) -> Self {
        let is = |sensor: &str| {
            names.iter().any(|name| sensor == *name || (name.ends_with('/') && sensor.starts_with(name)))
        };
        let own = || sections.iter().filter(|section| is(&section.sensor));
        let failed = own().find_map(|section| match &section.latest {
            Latest::Failed(why) => Some((section, why)),
            Latest::Ok | Latest::Nothing => None,
        });
        let value = own().filter_map(|section| section.value.as_ref()).max_by_key(|value| value.at);
        let newest = own().max_by_key(|section| section.at);
        let none = match (value, failed, newest) {
            (Some(_), _, _) | (None, Some(_), _) => None,
            (None, None, Some(section)) => {
                Some(format!("tidak ada di mesin ini, menurut pembacaan {}", format.moment(section.at)))
            }
            (None, None, None) if names.is_empty() => None,
            (None, None, None) => Some("belum dibaca: agen di server ini belum melaporkannya".to_owned()),
        };
        let kept = if value.is_some() { " Nilai sebelumnya tetap ditampilkan." } else { "" };
        Self {
            when: value.map(|value| format.when(value.at)),
            none,
            failed: failed.map(|(section, why)| {
                format!("Sensor {} gagal dibaca {}: {why}.{kept}", section.sensor, format.moment(section.at))
            }),
        }
    }
}

impl Section {
    /// The part `title` with the state of `sensors`, still without content.
    pub(crate) fn new(
        id: &'static str,
        title: &str,
        sections: &[CurrentSection],
        sensors: &[&str],
        format: &Format,
    ) -> Self {
        let state = SectionState::of(sections, sensors, format);
        Self { id, title: title.to_owned(), state, ..Self::default() }
    }

    /// With a table, unless it has no row.
    pub(crate) fn table(mut self, table: Table) -> Self {
        self.table = Some(table).filter(|table| !table.rows.is_empty());
        self
    }

    /// With a sentence above the table.
    pub(crate) fn lead(mut self, lead: impl Into<Option<String>>) -> Self {
        self.lead = lead.into();
        self
    }

    /// With facts.
    pub(crate) fn facts(mut self, facts: Facts) -> Self {
        self.facts = facts.0;
        self
    }

    /// With the table folded away behind these words.
    pub(crate) fn folded(mut self, words: String) -> Self {
        self.folded = Some(words);
        self
    }

    /// Whether there is anything to show besides how the reading went.
    pub(crate) fn is_empty(&self) -> bool {
        self.table.is_none() && self.facts.is_empty()
    }

    /// Whether its place is among the parts: it has content, or its reading failed.
    pub(crate) fn speaks(&self) -> bool {
        !self.is_empty() || self.state.failed.is_some() || self.state.when.is_some()
    }
}

/// Facts that are known, in the order given.
#[derive(Debug, Default)]
pub(crate) struct Facts(Vec<FactLine>);

impl Facts {
    /// A fact in words.
    pub(crate) fn word(&mut self, name: &'static str, value: Option<String>) {
        self.push(name, value, false, None);
    }

    /// A fact to be read letter by letter.
    pub(crate) fn code(&mut self, name: &'static str, value: Option<&String>) {
        self.push(name, value.cloned(), true, None);
    }

    /// A fact with a shape before it.
    pub(crate) fn signed(&mut self, name: &'static str, sign: Sign, value: String) {
        self.push(name, Some(value), false, Some(sign));
    }

    fn push(&mut self, name: &'static str, value: Option<String>, code: bool, sign: Option<Sign>) {
        let value = value.filter(|value| !value.is_empty());
        self.0.extend(value.map(|value| FactLine { name, value, code, sign }));
    }

    /// The facts.
    pub(crate) fn into_lines(self) -> Vec<FactLine> {
        self.0
    }
}

impl Table {
    /// A table with these columns; the heading of a column of numbers begins with `#`.
    pub(crate) fn new(caption: &'static str, columns: &[&'static str], rows: Vec<Vec<Cell>>) -> Self {
        let column = |name: &&'static str| match name.strip_prefix('#') {
            Some(name) => Column { name, number: true },
            None => Column { name, number: false },
        };
        Self { caption, columns: columns.iter().map(column).collect(), rows }
    }

    /// Whether it has so many columns that a phone shows it row by row.
    pub(crate) fn wide(&self) -> bool {
        self.columns.len() > 3
    }
}

impl Cell {
    /// Words; a dash for none.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        let text = super::super::format::dash(Some(text.into()));
        Self { text, ..Self::default() }
    }

    /// Words that may not be known.
    pub(crate) fn maybe(text: Option<&String>) -> Self {
        Self::text(text.cloned().unwrap_or_default())
    }

    /// A code.
    pub(crate) fn code(text: impl Into<String>) -> Self {
        Self { code: true, ..Self::text(text) }
    }

    /// A code that may not be known.
    pub(crate) fn maybe_code(text: Option<&String>) -> Self {
        Self { code: true, ..Self::maybe(text) }
    }

    /// A number with its unit.
    pub(crate) fn number(text: Option<String>) -> Self {
        Self { number: true, ..Self::text(text.unwrap_or_default()) }
    }

    /// A state.
    pub(crate) fn signed(sign: Sign, text: impl Into<String>) -> Self {
        Self { sign: Some(sign), ..Self::text(text) }
    }

    /// With a smaller line below, when there is one.
    pub(crate) fn small(mut self, line: impl Into<Option<String>>) -> Self {
        self.small.extend(line.into().filter(|line| !line.is_empty()));
        self
    }

    /// As a link.
    pub(crate) fn link(mut self, href: String) -> Self {
        self.href = Some(href);
        self
    }

    /// Set back.
    pub(crate) fn muted(mut self) -> Self {
        self.muted = true;
        self
    }

    /// How it is drawn.
    pub(crate) fn classes(&self) -> Option<String> {
        let all = [(self.code, "code"), (self.number, "r"), (self.muted, "muted")];
        let given: Vec<_> = all.into_iter().filter(|(given, _)| *given).map(|(_, name)| name).collect();
        (!given.is_empty()).then(|| given.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use patuh_protocol::inventory::Memory;

    use super::*;
    use crate::store::{Carrier, Value};

    fn section(sensor: &str, latest: Latest, read: bool) -> CurrentSection {
        let at = "2026-11-22T00:00:00Z".parse().unwrap();
        let reading = Reading::Memory(Memory::default());
        let value = read.then_some(Value { reading, at, index: 1, carrier: Carrier { at, index: 1 } });
        CurrentSection { sensor: sensor.into(), latest, at, index: 1, took_us: 1, value }
    }

    fn check(sections: &[CurrentSection], when: bool, none: Option<&str>, failed: Option<&str>) {
        let now = "2026-11-22T01:00:00Z".parse().unwrap();
        let format = Format::new(TimeZone::get("Asia/Jakarta").unwrap(), now);
        let state = SectionState::of(sections, &["packages/", "memory"], &format);
        assert_eq!(state.when.is_some(), when);
        let says = |text: Option<String>, part: Option<&str>| match (text, part) {
            (None, None) => {}
            (text, part) => {
                let (text, part) = (text.unwrap_or_default(), part.unwrap_or("nothing at all"));
                assert!(text.contains(part), "{text} without {part}");
            }
        };
        says(state.none, none);
        says(state.failed, failed);
    }

    #[test]
    fn a_part_says_when_it_was_read_or_why_not() {
        let failed = || Latest::Failed("izin ditolak".into());
        check(&[], false, Some("belum dibaca"), None);
        check(&[section("disks", Latest::Ok, true)], false, Some("belum dibaca"), None);
        check(&[section("memory", Latest::Nothing, false)], false, Some("tidak ada di mesin ini"), None);
        check(&[section("memory", Latest::Ok, true)], true, None, None);
        check(
            &[section("memory", failed(), false)],
            false,
            None,
            Some("Sensor memory gagal dibaca 22 November"),
        );
        check(&[section("memory", failed(), true)], true, None, Some("Nilai sebelumnya tetap"));
        let two =
            [section("packages/rpm", Latest::Nothing, false), section("packages/dpkg", Latest::Ok, true)];
        check(&two, true, None, None);
    }
}

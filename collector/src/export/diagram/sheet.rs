//! What stands around the diagram of a version. Only what the version itself says: the same version is the same file,
//! whenever and by whomever it is drawn, so that its SHA-256 names it.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use patuh_compliance::wording;

use crate::config::Config;
use crate::lan::{Diagram, Graph, Heading, Sheet, Version};

/// What every diagram says of itself.
const NOTE: &str =
    "Digambar dari laporan agen Patuh; perangkat yang tidak dilihat server mana pun tidak tergambar.";
/// Digits of the fingerprint that are shown, and how many stand together.
const DIGITS: usize = 16;
const TOGETHER: usize = 4;

/// A version, or what is other in it than in one before.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    /// The version.
    pub version: &'a Version,
    /// An earlier one: what changed since then is marked.
    pub since: Option<&'a Version>,
}

impl Picture<'_> {
    /// The graph that is drawn.
    #[must_use]
    pub fn graph(&self) -> Graph {
        let after = &self.version.graph;
        self.since.map_or_else(|| after.clone(), |before| Graph::compare(&before.graph, after))
    }

    /// The title, office and what it is of.
    #[must_use]
    pub fn title(&self, config: &Config) -> String {
        let Heading { title, office, .. } = self.heading(config);
        format!("{title}, {office}, versi {}", self.version.number)
    }

    /// The name of its file, without what comes behind the dot.
    #[must_use]
    pub fn file_stem(&self) -> String {
        let Self { version, since } = self;
        let base = format!("diagram-lan-{}-versi-{}", version.office, version.number);
        since.map_or_else(|| base.clone(), |since| format!("{base}-sejak-{}", since.number))
    }

    /// All of it on one sheet.
    #[must_use]
    pub fn whole(&self, config: &Config, sheet: Sheet) -> Diagram {
        Diagram::new(&self.graph(), self.heading(config), sheet)
    }

    /// On as many sheets as it takes to be read.
    #[must_use]
    pub fn sheets(&self, config: &Config, sheet: Sheet) -> Vec<Diagram> {
        Diagram::pages(&self.graph(), &self.heading(config), sheet)
    }

    fn heading(&self, config: &Config) -> Heading {
        let Self { version, since } = self;
        let office = config.office(&version.office);
        let zone = &config.government.timezone;
        let title = match since {
            Some(since) => format!("Perubahan Jaringan LAN sejak versi {}", since.number),
            None => "Diagram Jaringan LAN".to_owned(),
        };
        Heading {
            title,
            office: office.map_or_else(|| version.office.to_string(), |office| office.name.clone()),
            facts: vec![
                format!("Keadaan per {}", moment(version.at, zone)),
                capitalised(&version.graph.coverage()),
                format!("Versi {} · sidik {}", version.number, fingerprint(version)),
            ],
            note: NOTE.to_owned(),
        }
    }
}

/// `22 November 2026 pukul 14.30 WIB`.
fn moment(at: Timestamp, zone: &TimeZone) -> String {
    let local = at.to_zoned(zone.clone());
    let name = zone.to_offset_info(at).abbreviation().to_owned();
    format!("{} pukul {:02}.{:02} {name}", wording::date(local.date()), local.hour(), local.minute())
}

/// The beginning of the fingerprint, in groups that can be read out.
#[must_use]
pub fn fingerprint(version: &Version) -> String {
    let digits: Vec<char> = version.digest.to_string().chars().take(DIGITS).collect();
    digits.chunks(TOGETHER).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

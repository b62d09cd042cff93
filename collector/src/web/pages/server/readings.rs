//! How the readings went: each sensor with its newest outcome, and the newest reports.

use askama::Template;
use patuh_protocol::receipt::Leaf;

use super::super::super::format::{Format, When, number, took};
use super::super::super::shell::Shell;
use super::{Around, Frame, Known};
use crate::store::{CurrentSection, Latest, LeafRow};

#[derive(Template)]
#[template(path = "server_readings.html")]
pub(crate) struct Readings {
    shell: Shell,
    frame: Frame,
    agent_version: String,
    enrolled: String,
    sensors: Vec<SensorLine>,
    reports: Vec<ReportLine>,
}

/// A sensor and its newest outcome.
struct SensorLine {
    name: String,
    slug: &'static str,
    word: &'static str,
    why: Option<String>,
    took: String,
    when: When,
    index: u64,
}

/// A report of the history.
struct ReportLine {
    index: u64,
    sequence: String,
    taken: When,
    received: When,
}

impl Readings {
    /// The page over the sensors and reports of a server.
    pub(crate) fn new(around: Around, known: &Known<'_>, format: &Format) -> Self {
        let (shell, frame) = around;
        Self {
            shell,
            frame,
            agent_version: known.row.agent_version.clone(),
            enrolled: format.moment(known.row.enrolled_at),
            sensors: known.sections.iter().map(|section| SensorLine::new(section, format)).collect(),
            reports: known.reports.iter().filter_map(|row| ReportLine::new(row, format)).collect(),
        }
    }
}

impl SensorLine {
    fn new(section: &CurrentSection, format: &Format) -> Self {
        let (slug, word, why) = match &section.latest {
            Latest::Ok => ("ok", "Terbaca", None),
            Latest::Nothing => ("nihil", "Tidak ada di mesin ini", None),
            Latest::Failed(why) => ("gagal", "Gagal dibaca", Some(why.clone())),
        };
        Self {
            name: section.sensor.clone(),
            slug,
            word,
            why,
            took: took(section.took_us),
            when: format.when(section.at),
            index: section.index,
        }
    }
}

impl ReportLine {
    fn new(row: &LeafRow, format: &Format) -> Option<Self> {
        let Leaf::Report(leaf) = &row.leaf else { return None };
        Some(Self {
            index: row.index,
            sequence: number(leaf.sequence),
            taken: format.when(leaf.taken_at),
            received: format.when(leaf.received_at),
        })
    }
}

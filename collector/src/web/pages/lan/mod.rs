//! The offices' LANs: the diagram of each, its versions, what changed in words, and what officials did about it.
//!
//! The machine draws and drafts. That a diagram was handed in, and received, is an act of two people with names: the
//! forms of [`filing`] are the only place where a duty is met.

pub(crate) mod drawing;
pub(crate) mod filing;
pub(crate) mod letter;
pub(crate) mod list;
pub(crate) mod office;
pub(crate) mod paper;
pub(crate) mod report;
pub(crate) mod reports;
mod step;
mod tables;
pub(crate) mod version;

use jiff::civil::Date;
use patuh_compliance::pack::{Check, Pack};
use patuh_protocol::id::Code;

use super::super::error::Error;
use super::super::format::{Format, When, date};
use super::super::session::Desk;
use super::section::Sign;
use crate::config::{Config, Office};
use crate::export::Drawing;
use crate::lan::{ChangeReport, ReportStanding, Version};

pub(crate) use step::{Step, Typed};

/// Within how many days a change is to be reported, where no rule pack in force says it. No regulation names a
/// number: `kebijakan Dinas`.
const DUE_DAYS: u32 = 14;

/// Within how many days a change is to be reported, as the strictest rule has it.
pub(crate) fn due_days(packs: &[Pack]) -> u32 {
    let days = packs.iter().flat_map(|pack| &pack.rules).filter_map(|rule| match rule.check {
        Check::LanDiagram { report_days, .. } | Check::LanChanges { report_days } => Some(report_days),
        _ => None,
    });
    days.min().unwrap_or(DUE_DAYS)
}

/// What lists of reports are written with.
#[derive(Clone, Copy)]
pub(crate) struct Manner<'a> {
    pub(crate) config: &'a Config,
    pub(crate) format: &'a Format,
    /// Within how many days a change is to be reported.
    pub(crate) days: u32,
}

/// The office that an address names.
fn office_at<'a>(config: &'a Config, code: &str) -> Result<&'a Office, Error> {
    let code: Code = code.parse().map_err(|_| Error::NotFound)?;
    config.office(&code).ok_or(Error::NotFound)
}

/// The version that an address names.
async fn version_at(desk: &Desk, office: &Code, number: &str) -> Result<Version, Error> {
    let number = number.parse().map_err(|_| Error::NotFound)?;
    desk.web.store.lan_version(office, number).await?.ok_or(Error::NotFound)
}

/// The report that an address names.
async fn report_at(desk: &Desk, number: &str) -> Result<ChangeReport, Error> {
    let number = number.parse().map_err(|_| Error::NotFound)?;
    desk.web.store.lan_report(number).await?.ok_or(Error::NotFound)
}

/// A report in a list.
#[derive(Clone, Debug)]
pub(crate) struct ReportLine {
    pub(crate) id: u64,
    pub(crate) office: String,
    pub(crate) office_code: String,
    /// What it is: a first diagram, or a change.
    pub(crate) title: String,
    /// The first of its sentences, and how many more there are.
    pub(crate) sentence: String,
    pub(crate) more: usize,
    pub(crate) noticed: When,
    /// Until when it is to be handed in, as long as it was not.
    pub(crate) due: Option<String>,
    pub(crate) state: (Sign, String),
    /// Who is to act.
    pub(crate) is_draft: bool,
    pub(crate) is_submitted: bool,
}

impl ReportLine {
    /// The line of `report`.
    pub(crate) fn new(report: &ChangeReport, manner: Manner<'_>) -> Self {
        let Manner { config, format, days } = manner;
        let due = report.due(days, &config.government.timezone);
        Self {
            id: report.id,
            office: config.office_name(&report.office).to_owned(),
            office_code: report.office.to_string(),
            title: title(report),
            sentence: report.sentences.first().cloned().unwrap_or_default(),
            more: report.sentences.len().saturating_sub(1),
            noticed: format.when(report.from_at),
            due: report.is_open().then(|| format.day_away(due)),
            state: state(report, due, format),
            is_draft: report.standing == ReportStanding::Draft,
            is_submitted: report.standing == ReportStanding::Submitted,
        }
    }
}

/// What a report is.
fn title(report: &ChangeReport) -> String {
    match report.before {
        None => format!("Penyerahan diagram, versi {}", report.after),
        Some(before) => format!("Perubahan, versi {before} ke {}", report.after),
    }
}

/// How a report stands, in shape and words.
fn state(report: &ChangeReport, due: Date, format: &Format) -> (Sign, String) {
    let on = |at| date(format.civil(at));
    match report.standing {
        ReportStanding::Draft if due < format.today() => (Sign::Wrong, "lewat tenggat".to_owned()),
        ReportStanding::Draft if report.returned.is_some() => {
            (Sign::Look, "dikembalikan, menunggu diserahkan lagi".to_owned())
        }
        ReportStanding::Draft => (Sign::Look, "menunggu diserahkan".to_owned()),
        ReportStanding::Submitted => (Sign::Look, "menunggu diterima Dinas".to_owned()),
        ReportStanding::Received => {
            let day = report.received.as_ref().map(|act| format!(" {}", on(act.at)));
            (Sign::Well, format!("diterima Dinas{}", day.unwrap_or_default()))
        }
        ReportStanding::Dismissed => (Sign::Unknown, "dikesampingkan".to_owned()),
    }
}

/// A way to take a diagram away: its name, and where it is.
pub(crate) type Link = (&'static str, String);

/// The downloads of a version, and of what changed in it since another.
fn drawings(office: &Code, version: u32, since: Option<u32>) -> Vec<Link> {
    let query = since.map(|since| format!("?sejak={since}")).unwrap_or_default();
    let link = |drawing: Drawing| {
        let file = format!("versi-{version}.{}", drawing.extension());
        (drawing.name(), format!("/lan/{office}/unduh/{file}{query}"))
    };
    Drawing::ALL.into_iter().map(link).collect()
}

/// Where a version is printed from.
fn print_path(office: &Code, version: u32, since: Option<u32>) -> String {
    let since = since.map(|since| format!("&sejak={since}")).unwrap_or_default();
    format!("/lan/{office}/cetak?versi={version}{since}")
}

//! The pages: each a struct that is made from values and rendered, and the handler that gathers them.

pub(super) mod account;
pub(super) mod assets;
pub(super) mod backups;
pub(super) mod changes;
pub(super) mod compliance;
mod coverage;
pub(super) mod download;
pub(super) mod downloads;
pub(super) mod evidence;
pub(super) mod finding;
pub(super) mod form;
pub(super) mod ipplan;
pub(super) mod labels;
pub(super) mod lan;
pub(super) mod leaf;
mod life;
pub(super) mod media;
pub(super) mod office;
pub(super) mod offices;
pub(super) mod overview;
pub(super) mod questions;
pub(super) mod rule;
pub(super) mod search;
pub(super) mod section;
pub(super) mod server;
pub(super) mod servers;
pub(super) mod sign_in;
pub(super) mod spreadsheet;
pub(super) mod style;
mod told;
mod trouble;

pub use labels::file;

use askama::Template;
use axum::response::Html;
use patuh_compliance::finding::Subject;
use patuh_compliance::pack::{Check, Pack, Rule};
use patuh_compliance::{Finding, Verdict};
use patuh_protocol::id::AgentId;

use super::error::Error;
use super::verdict::{Mark, Tally};
use crate::config::Config;
use crate::tasks::evaluate::Judged;

/// The offices of the configuration, to choose from: codes and names.
fn office_choices(config: &Config) -> Vec<(String, String)> {
    config.offices.iter().map(|office| (office.code.to_string(), office.name.clone())).collect()
}

/// A rendered page.
fn page(template: &impl Template) -> Result<Html<String>, Error> {
    Ok(Html(template.render()?))
}

/// The duty that a rule's check stands for: the name of its tile.
const fn duty(check: &Check) -> &'static str {
    match check {
        Check::Placement { .. } => "Server di Pusat Data",
        Check::BackupToDataCentre { .. } => "Pencadangan ke Pusat Data",
        Check::BackupBothKinds { .. } => "File sistem dan basis data",
        Check::SeparateCopy { .. } => "Salinan terpisah",
        Check::StoresCovered { .. } => "Cakupan tempat data",
        Check::RecoveryDrilled { .. } => "Cadangan dan pemulihan",
        Check::RetentionHeld { .. } => "Masa simpan cadangan",
        Check::ScheduleKept { .. } => "Jadwal pencadangan",
        Check::EncryptedAtTarget {} => "Enkripsi cadangan",
        Check::DeletionResistant { .. } => "Ketahanan terhadap penghapusan",
        Check::IntegrityVerified { .. } => "Keutuhan cadangan",
        Check::ContentSane { .. } => "Isi cadangan",
        Check::KeyEscrowed { .. } => "Kunci cadangan",
        Check::LanDiagram { .. } => "Diagram LAN",
        Check::LanChanges { .. } => "Perubahan LAN",
        Check::AddressesPlanned {} => "Penomoran alamat",
        Check::InternetByDinas { .. } => "Jalur Internet",
        Check::IntranetUsed { .. } => "Jaringan Intra",
        Check::LanReachable { .. } => "Jangkauan Dinas ke LAN",
    }
}

/// All rules with their packs, in the order of the packs.
fn rules(judged: &Judged) -> impl Iterator<Item = (&Pack, &Rule)> {
    judged.packs.iter().flat_map(|pack| pack.rules.iter().map(move |rule| (pack, rule)))
}

/// The rule with this id.
pub(super) fn rule_named<'a>(judged: &'a Judged, id: &str) -> Option<(&'a Pack, &'a Rule)> {
    rules(judged).find(|(_, rule)| rule.id == id)
}

/// All findings, in the order of the packs.
pub(super) fn findings(judged: &Judged) -> impl Iterator<Item = &Finding> {
    judged.assessments.iter().flat_map(|assessment| &assessment.findings)
}

/// How often each verdict was given by `rule` to the `registered` servers of `office` (of all offices, when
/// there is none): a server without an agent is one more without data. A duty of an office counts offices.
fn tally(judged: &Judged, rule: &Rule, office: Option<&str>, registered: u32) -> Tally {
    let of_rule = findings(judged).filter(|f| f.rule == rule.id);
    let of_office = of_rule.filter(|f| office.is_none_or(|code| f.office == code));
    if rule.check.is_of_an_office() {
        return Tally::of(of_office);
    }
    let mut tally = Tally::of(of_office.filter(|f| matches!(f.subject, Subject::Server(_))));
    tally.add(Verdict::NoData, u64::from(registered).saturating_sub(tally.total()));
    tally
}

/// The name of an office for people: its code when it is not registered.
fn office_name(judged: &Judged, code: &str) -> String {
    judged.estate.office(code).map_or_else(|| code.to_owned(), |office| office.name.clone())
}

/// The name of a finding's subject for people.
fn subject_name(judged: &Judged, subject: &Subject) -> String {
    match subject {
        Subject::Office(code) => office_name(judged, code),
        Subject::Server(id) => {
            let server = judged.estate.servers.iter().find(|s| s.id == *id);
            host_name(server.map_or("", |s| &s.name), id)
        }
    }
}

/// A host's name, or what stands for it until it has reported.
fn host_name(name: &str, agent: &str) -> String {
    if name.trim().is_empty() {
        let short: String = agent.chars().take(8).collect();
        format!("(belum bernama, agen {short})")
    } else {
        name.to_owned()
    }
}

/// A finding in a list.
#[derive(Clone, Debug)]
pub(super) struct FindingLine {
    pub(super) mark: Mark,
    pub(super) rule: String,
    pub(super) duty: String,
    pub(super) article: String,
    pub(super) pack: String,
    pub(super) subject: String,
    pub(super) subject_id: String,
    /// Whether the subject is a server (and not an office).
    pub(super) of_server: bool,
    pub(super) office: String,
    pub(super) office_code: String,
    pub(super) sentence: String,
    pub(super) remedy: String,
}

impl FindingLine {
    /// The line of `finding`.
    fn new(judged: &Judged, finding: &Finding) -> Self {
        let rule = rule_named(judged, &finding.rule);
        Self {
            mark: finding.verdict.into(),
            rule: finding.rule.clone(),
            duty: rule.map_or_else(|| finding.rule.clone(), |(_, rule)| rule.title.clone()),
            article: rule.map_or_else(String::new, |(_, rule)| rule.article.clone()),
            pack: rule.map_or_else(|| finding.pack.clone(), |(pack, _)| pack.short.clone()),
            subject: subject_name(judged, &finding.subject),
            subject_id: finding.subject.id().to_owned(),
            of_server: matches!(finding.subject, Subject::Server(_)),
            office: office_name(judged, &finding.office),
            office_code: finding.office.clone(),
            sentence: finding.sentence.clone(),
            remedy: finding.remedy.clone(),
        }
    }
}

/// The place of a verdict in the order in which findings are shown.
fn urgency(finding: &Finding) -> usize {
    let all = Verdict::ALL;
    all.iter().position(|v| *v == finding.verdict).unwrap_or(all.len())
}

/// Where something is, and in what words: an open question, another server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asking {
    pub(crate) href: String,
    pub(crate) text: String,
}

/// Where the page of a server is.
pub(crate) fn path_of(agent: &AgentId) -> String {
    format!("/server/{agent}")
}

//! The backups of a server, as its agent tells of them: claims, each with what is known beyond the claim.

use askama::Template;
use patuh_protocol::backup::{BackupSet, Basis, Holds, ProblemKind, Run, TargetClass};
use patuh_protocol::report::Reading;

use super::super::super::chart::{Day, days};
use super::super::super::format::{Format, When, bytes, number};
use super::super::super::shell::Shell;
use super::super::section::{SectionState, readings};
use super::{Around, Frame};
use crate::store::CurrentSection;
use crate::tasks::evaluate::tool_words;

/// Runs listed below the picture.
const RUNS: usize = 10;

#[derive(Template)]
#[template(path = "server_backups.html")]
pub(crate) struct Backups {
    shell: Shell,
    frame: Frame,
    state: SectionState,
    backups: Vec<BackupView>,
}

impl Backups {
    /// The page over the backups in `sections`.
    pub(crate) fn new(around: Around, sections: &[CurrentSection], format: &Format) -> Self {
        let (shell, frame) = around;
        let state = SectionState::of(sections, &["backup/"], format);
        Self { shell, frame, state, backups: views(sections, format) }
    }
}

/// A set of backups.
#[derive(Clone, Debug)]
pub(super) struct BackupView {
    pub(super) name: String,
    pub(super) tool: &'static str,
    pub(super) holds: &'static str,
    pub(super) location: String,
    pub(super) class: String,
    pub(super) basis: &'static str,
    pub(super) encrypted: &'static str,
    pub(super) count: String,
    pub(super) newest: Option<When>,
    pub(super) oldest: Option<When>,
    pub(super) days: Vec<Day>,
    pub(super) runs: Vec<RunLine>,
    pub(super) more_runs: usize,
    pub(super) problems: Vec<ProblemLine>,
}

/// One run.
#[derive(Clone, Debug)]
pub(super) struct RunLine {
    pub(super) id: String,
    pub(super) when: When,
    pub(super) size: Option<String>,
    pub(super) files: Option<String>,
    pub(super) whole: &'static str,
    pub(super) broken: bool,
}

/// What speaks against a set.
#[derive(Clone, Debug)]
pub(super) struct ProblemLine {
    pub(super) about: String,
    pub(super) text: &'static str,
}

/// The sets of backups.
pub(super) fn views(sections: &[CurrentSection], format: &Format) -> Vec<BackupView> {
    let lists = readings(sections).filter_map(|reading| match reading {
        Reading::Backups(list) => Some(list),
        _ => None,
    });
    lists.flatten().map(|set| BackupView::new(set, format)).collect()
}

impl BackupView {
    fn new(set: &BackupSet, format: &Format) -> Self {
        let problems = set
            .problems
            .iter()
            .map(|problem| ProblemLine { about: problem.about.clone(), text: problem_words(problem.kind) });
        Self {
            name: set.name.clone(),
            tool: tool_words(set.tool),
            holds: holds_words(set.holds),
            location: set.target.location.clone(),
            class: place_words(set.target.class, set.target.host.as_deref()),
            basis: basis_words(set.basis),
            encrypted: match set.encrypted {
                Some(true) => "Terenkripsi",
                Some(false) => "Tidak terenkripsi",
                None => "Tidak diketahui",
            },
            count: number(set.count),
            newest: set.runs.iter().map(|run| run.at).max().map(|at| format.when(at)),
            oldest: set.oldest_at.map(|at| format.when(at)),
            days: days(&set.runs, format),
            runs: set.runs.iter().take(RUNS).map(|run| RunLine::new(run, format)).collect(),
            more_runs: set.runs.len().saturating_sub(RUNS),
            problems: problems.collect(),
        }
    }
}

impl RunLine {
    fn new(run: &Run, format: &Format) -> Self {
        Self {
            id: run.id.clone(),
            when: format.when(run.at),
            size: run.bytes.map(bytes),
            files: run.files.map(number),
            whole: match run.whole {
                Some(true) => "Utuh",
                Some(false) => "Tidak utuh",
                None => "Tidak diperiksa",
            },
            broken: run.whole == Some(false),
        }
    }
}

const fn holds_words(holds: Holds) -> &'static str {
    match holds {
        Holds::Files => "File sistem",
        Holds::Database => "Basis data",
        Holds::Both => "File sistem dan basis data",
        Holds::Unknown => "Isi tidak diketahui",
    }
}

fn place_words(class: TargetClass, host: Option<&str>) -> String {
    match (class, host) {
        (TargetClass::SameFilesystem, _) => "Di sistem berkas yang sama".to_owned(),
        (TargetClass::SameDisk, _) => "Di disk yang sama".to_owned(),
        (TargetClass::SameHost, _) => "Di server ini sendiri".to_owned(),
        (TargetClass::Removable, _) => "Di media lepas-pasang".to_owned(),
        (TargetClass::OtherHost, Some(host)) => format!("Di mesin lain: {host}"),
        (TargetClass::OtherHost, None) => "Di mesin lain".to_owned(),
        (TargetClass::Unknown, _) => "Tempat tidak diketahui".to_owned(),
    }
}

const fn basis_words(basis: Basis) -> &'static str {
    match basis {
        Basis::Asked => "Repositori ditanya dan menjawab",
        Basis::Files => "Berkas cadangannya dilihat",
        Basis::Recorded => "Dilaporkan oleh alatnya sendiri lewat kait",
        Basis::Configured => "Hanya tertulis dalam konfigurasi",
        Basis::Traces => "Hanya jejak alatnya di server ini",
    }
}

const fn problem_words(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::Empty => "kosong, tidak berisi apa pun",
        ProblemKind::Truncated => "terpotong: penutup yang ditulis terakhir tidak ada",
        ProblemKind::Collapsed => "menyusut: kurang dari separuh ukuran biasanya",
        ProblemKind::Unreadable => "tidak dapat dibaca",
        ProblemKind::NoFiles => "tidak memuat satu berkas pun",
        ProblemKind::ToolFailed => "gagal menurut alatnya sendiri",
        ProblemKind::Incomplete => "tidak lengkap menurut alatnya sendiri",
        ProblemKind::StaleLock => "terkunci lebih dari sehari: cadangan berikutnya dapat gagal",
    }
}

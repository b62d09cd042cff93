//! The backups of a server: what of its data would come back, the sets with what a witness saw of them, the plans
//! and the drills. A past day shows only what the agent claimed then: nobody knows what a witness would have said.

use askama::Template;
use patuh_protocol::backup::{BackupSet, Run, TargetClass};
use patuh_protocol::id::AgentId;
use patuh_protocol::report::Reading;

use super::super::super::chart::{Day, days};
use super::super::super::format::{Format, When, bytes, number};
use super::super::super::shell::Shell;
use super::super::backups::drills::drill_rows;
use super::super::backups::plans::plans;
use super::super::backups::rows::{DayHead, RowLine};

use super::super::backups::{basis_words, encrypted_words, holds_words, path_of_set, problem_words, sign_of};
use super::super::section::{SectionState, Sign, Table, readings};
use super::{Around, Frame};
use crate::store::CurrentSection;
use crate::tasks::board::{Ground, Terms};
use crate::tasks::evaluate::copies::{ServerCopies, SetView};
use crate::tasks::evaluate::{Judged, tool_words};

/// Runs listed below the picture.
const RUNS: usize = 10;

#[derive(Template)]
#[template(path = "server_backups.html")]
pub(crate) struct Backups {
    shell: Shell,
    frame: Frame,
    state: SectionState,
    /// What is known beyond the claims; nothing of a past day.
    judged: Option<Board>,
    sets: Vec<SetLine>,
}

/// A set, and how it stands before the witnesses.
struct SetLine {
    backup: BackupView,
    /// Its own page, and its standing.
    beyond: Option<(String, Sign, &'static str)>,
}

/// What of the server's data would come back.
struct Board {
    rows: Vec<RowLine>,
    heads: Vec<DayHead>,
    plans: Option<Table>,
    drills: Option<Table>,
}

impl Backups {
    /// The page over the backups in `sections`, and over what is judged of them now.
    pub(crate) fn new(
        around: Around,
        sections: &[CurrentSection],
        judged: Option<(&Judged, &AgentId)>,
        format: &Format,
    ) -> Self {
        let (shell, frame) = around;
        let state = SectionState::of(sections, &["backup/"], format);
        let known = judged.and_then(|(judged, agent)| {
            let (agent, copies) = judged.copies.servers.get_key_value(agent)?;
            Some((judged, agent, copies))
        });
        let (judged, sets) = match known {
            Some((judged, agent, copies)) => {
                (Board::new(judged, agent, copies, format), set_lines(agent, copies, format))
            }
            None => {
                let claims = views(sections, format).into_iter();
                (None, claims.map(|backup| SetLine { backup, beyond: None }).collect())
            }
        };
        Self { shell, frame, state, judged, sets }
    }
}

fn set_lines(agent: &AgentId, copies: &ServerCopies, format: &Format) -> Vec<SetLine> {
    let line = |view: &SetView| SetLine {
        backup: BackupView::new(&view.set, format),
        beyond: Some((path_of_set(agent, view), sign_of(view.standing), view.standing.word())),
    };
    copies.sets.iter().map(line).collect()
}

impl Board {
    fn new(judged: &Judged, agent: &AgentId, copies: &ServerCopies, format: &Format) -> Option<Self> {
        let server = judged.estate.servers.iter().find(|server| server.id == agent.as_str())?;
        let ground = Ground::new(&judged.estate, &judged.copies, Terms::of(&judged.packs), format.now());
        let days = ground.days();
        let mut rows = ground.of_server(server, agent, copies);
        rows.sort_by_key(|row| row.fate);
        let drills: Vec<_> = copies.drills.iter().collect();
        Some(Self {
            rows: rows.iter().map(|row| RowLine::new(row, &days, judged, format)).collect(),
            heads: DayHead::all(&days),
            plans: plans(server, None, format),
            drills: (!drills.is_empty()).then(|| drill_rows(&drills, format)),
        })
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
            encrypted: encrypted_words(set.encrypted),
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

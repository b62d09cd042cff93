//! `/temuan/{ketentuan}/{subjek}`: one finding, with everything it rests on. A machine's finding is an
//! *indikasi* until an officer confirms it, and the page says so.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use patuh_compliance::finding::{Fact, Threshold};
use patuh_compliance::pack::Obliged;
use patuh_compliance::{Finding as Judgement, Verdict};

use super::super::error::Error;
use super::super::format::{Format, When};
use super::super::session::{App, Person};
use super::super::shell::{Place, Shell};
use super::{FindingLine, findings, page, rule_named, urgency};
use crate::tasks::evaluate::Judged;

#[derive(Template)]
#[template(path = "finding.html")]
pub(crate) struct Finding {
    shell: Shell,
    line: FindingLine,
    /// Whether the verdict waits for an officer.
    indication: bool,
    at: When,
    law: Option<Law>,
    facts: Vec<Fact>,
    thresholds: Vec<Threshold>,
    evidence: Vec<EvidenceLine>,
    /// What other rules say of the same subject.
    others: Vec<FindingLine>,
}

/// The words of the law.
struct Law {
    title: String,
    status: String,
    in_force: bool,
    article: String,
    text: String,
    reading: Option<String>,
    obliged: &'static str,
    notes: Vec<String>,
}

/// A ledger entry that the finding rests on.
struct EvidenceLine {
    index: u64,
    shows: String,
    when: When,
}

impl Finding {
    /// The page of `finding`.
    pub(crate) fn new(shell: Shell, judged: &Judged, finding: &Judgement, format: &Format) -> Self {
        let same = |other: &&Judgement| other.subject == finding.subject && other.rule != finding.rule;
        let mut others: Vec<_> = findings(judged).filter(same).collect();
        others.sort_by_key(|other| urgency(other));
        let evidence = finding.evidence.iter().map(|e| EvidenceLine {
            index: e.index,
            shows: e.shows.clone(),
            when: format.when(e.taken_at),
        });
        Self {
            shell,
            line: FindingLine::new(judged, finding),
            indication: matches!(finding.verdict, Verdict::NotCompliant | Verdict::NeedsReview),
            at: format.when(judged.at),
            law: Law::of(judged, &finding.rule),
            facts: finding.inputs.clone(),
            thresholds: finding.thresholds.clone(),
            evidence: evidence.collect(),
            others: others.into_iter().map(|other| FindingLine::new(judged, other)).collect(),
        }
    }
}

impl Law {
    fn of(judged: &Judged, rule: &str) -> Option<Self> {
        let (pack, rule) = rule_named(judged, rule)?;
        let obliged = match rule.obliged {
            Obliged::Office => "Setiap Perangkat Daerah",
            Obliged::Dinas => "Dinas yang membidangi komunikasi dan informatika",
            Obliged::Government => "Pemerintah Daerah (Perangkat Daerah dan Dinas)",
        };
        Some(Self {
            title: pack.title.clone(),
            status: pack.status.clone(),
            in_force: pack.status.trim().eq_ignore_ascii_case("berlaku"),
            article: rule.article.clone(),
            text: rule.text.clone(),
            reading: rule.reading.clone(),
            obliged,
            notes: pack.notes.clone(),
        })
    }
}

/// `GET /temuan/{ketentuan}/{subjek}`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Path((rule, subject)): Path<(String, String)>,
) -> Result<Html<String>, Error> {
    let scene = desk.scene(&person, Place::Compliance).await?;
    let mut all = findings(&scene.judged);
    let finding = all.find(|f| f.rule == rule && f.subject.id() == subject).ok_or(Error::NotFound)?;
    page(&Finding::new(scene.shell, &scene.judged, finding, &scene.format))
}

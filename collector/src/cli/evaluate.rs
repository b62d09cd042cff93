//! `evaluate`.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Result;
use patuh_collector::Premises;
use patuh_collector::tasks::evaluate::{Judged, judge};
use patuh_compliance::estate::{Estate, Server, Subject, Zone};
use patuh_compliance::pack::Rule;
use patuh_compliance::wording::{moment, number};
use patuh_compliance::{Assessment, Finding, Pack, Verdict};

use super::arguments::Evaluate;

/// Judges what the store holds and prints every finding with its pasal.
pub(super) async fn run(
    (premises, packs): (Premises, Vec<Pack>),
    asked: &Evaluate,
    out: &mut impl Write,
) -> Result<()> {
    let Premises { store, config, clock, .. } = &premises;
    let judged = judge(store, config, &packs, asked.at.unwrap_or_else(|| clock())).await?;
    if asked.json {
        let json = serde_json::json!({
            "at": judged.at,
            "ledger_size": judged.size,
            "assessments": judged.assessments,
        });
        writeln!(out, "{json:#}")?;
        return Ok(());
    }
    text(&judged, &config.government.name, config.government.zone(), out)
}

fn text(judged: &Judged, government: &str, zone: Zone, out: &mut impl Write) -> Result<()> {
    let entries = number(judged.size);
    writeln!(out, "{government}: penilaian per {}, {entries} entri buku bukti", moment(judged.at, zone))?;
    writeln!(out, "Penilaian ini indikasi sampai dikonfirmasi petugas.")?;
    for (pack, assessment) in judged.packs.iter().zip(&judged.assessments) {
        pack_text(judged, pack, assessment, out)?;
    }
    Ok(())
}

fn pack_text(judged: &Judged, pack: &Pack, assessment: &Assessment, out: &mut impl Write) -> Result<()> {
    writeln!(out, "\n{} ({})", pack.short, pack.status)?;
    pack.notes.iter().try_for_each(|note| writeln!(out, "Catatan: {note}"))?;
    if assessment.findings.is_empty() {
        writeln!(out, "Tidak ada yang dinilai.")?;
    }
    let rules: BTreeMap<&str, &Rule> = pack.rules.iter().map(|rule| (rule.id.as_str(), rule)).collect();
    for verdict in Verdict::ALL {
        let findings: Vec<_> = assessment.findings.iter().filter(|f| f.verdict == verdict).collect();
        if findings.is_empty() {
            continue;
        }
        writeln!(out, "\n{} ({})", name(verdict), number(findings.len().try_into().unwrap_or(u64::MAX)))?;
        for finding in findings {
            finding_text(judged, finding, rules.get(finding.rule.as_str()).copied(), out)?;
        }
    }
    Ok(())
}

fn finding_text(judged: &Judged, finding: &Finding, rule: Option<&Rule>, out: &mut impl Write) -> Result<()> {
    let called = subject(&judged.estate, finding);
    let article = rule.map_or("", |rule| rule.article.as_str());
    writeln!(out, "- {called}: {} {article}", finding.rule)?;
    writeln!(out, "    {}", finding.sentence)?;
    if !finding.remedy.is_empty() {
        writeln!(out, "    {}", finding.remedy)?;
    }
    Ok(())
}

/// `simpus (dinkes)` for a server, `Dinas Kesehatan (dinkes)` for an office.
fn subject(estate: &Estate, finding: &Finding) -> String {
    let id = finding.subject.id();
    let called = match &finding.subject {
        Subject::Server(_) => estate.servers.iter().find(|server| server.id == id).map(Server::called),
        Subject::Office(_) => estate.office(id).map(|office| office.name.as_str()),
    };
    format!("{} ({})", called.unwrap_or(id), finding.office)
}

const fn name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Compliant => "PATUH",
        Verdict::NotCompliant => "TIDAK PATUH",
        Verdict::Transition => "MASA PERALIHAN",
        Verdict::Exempt => "DIKECUALIKAN",
        Verdict::NoData => "BELUM ADA DATA",
        Verdict::NeedsReview => "PERLU PENILAIAN",
    }
}

//! `LanChanges`: each change of the LAN was reported, and the Dinas has received the report.
//!
//! Bukittinggi Pasal 25 ayat (2): "wajib melaporkan detail perubahan infrastruktur LAN apabila terdapat perubahan
//! infrastruktur LAN"; Madiun Pasal 20 ayat (2) says the same. Neither names a time: the days are the Dinas's. A
//! report that came late has met the duty; that it was late is said.

use super::{Case, Ruling};
use crate::estate::{Lan, LanReport, LanStanding};
use crate::finding::Verdict;
use crate::wording::lan as words;

/// Judges one office.
pub(super) fn check(case: Case<'_>, report_days: u32) -> Ruling {
    let Some(lan) = case.lan.filter(|lan| lan.version.is_some()) else {
        return Ruling::unseen(words::unseen(&case.office.name));
    };
    let mut ruling = each(case, lan, report_days).within(words::report_limit(report_days));
    ruling.inputs.extend(words::change_facts(lan));
    ruling
}

fn each(case: Case<'_>, lan: &Lan, report_days: u32) -> Ruling {
    let changes: Vec<&LanReport> = lan.reports.iter().filter(|report| report.counts()).collect();
    if changes.is_empty() {
        return case.unchanged();
    }
    let is_late = |report: &&&LanReport| case.today() > case.due(report.since, report_days);
    let of = |standing: LanStanding| changes.iter().filter(move |report| report.standing == standing);
    let overdue: Vec<&LanReport> = of(LanStanding::Draft).filter(is_late).copied().collect();
    let (office, voice) = (&case.office.name, case.voice);
    if let Some(oldest) = overdue.first() {
        let due = case.due(oldest.since, report_days);
        let reason = words::changes_overdue(office, voice, overdue.len(), oldest, due);
        return Ruling::of(Verdict::NotCompliant, reason, words::REPORT);
    }
    let open: Vec<&LanReport> =
        changes.iter().filter(|report| report.standing != LanStanding::Received).copied().collect();
    if let Some(oldest) = open.first() {
        let due = case.due(oldest.since, report_days);
        let reason = words::changes_open(office, open.len(), oldest, due);
        return Ruling::of(Verdict::NeedsReview, reason, words::remedy_of(oldest.standing));
    }
    let late = changes.iter().filter(|report| {
        let handed_in = report.submitted.map(|at| voice.zone.day(at));
        handed_in.is_some_and(|day| day > case.due(report.since, report_days))
    });
    let reason = words::changes_received(office, changes.len(), late.count());
    Ruling::of(Verdict::Compliant, reason, "")
}

//! `LanDiagram`: the office has handed in the diagram of its LAN, and the Dinas has received it.
//!
//! Bukittinggi Pasal 25 ayat (1): "wajib menyerahkan diagram infrastruktur LAN yang terbangun kepada Dinas": the duty
//! is there without any change. Madiun Pasal 20 ayat (1): "wajib menyerahkan diagram Jaringan Intra PD (LAN) terkini
//! apabila melakukan perubahan topologi jaringan kepada Dinas": it arises with a change, and the diagram must be the
//! one after it (`when_changed`). Neither names a time: the days are the Dinas's.

use super::{Case, Ruling};
use crate::estate::{Lan, LanReport, LanStanding};
use crate::finding::Verdict;
use crate::wording::lan as words;

/// Judges one office.
pub(super) fn check(case: Case<'_>, report_days: u32, when_changed: bool) -> Ruling {
    let Some(lan) = case.lan.filter(|lan| lan.version.is_some()) else {
        return Ruling::unseen(words::unseen(&case.office.name));
    };
    let ruling =
        if when_changed { after_change(case, lan, report_days) } else { built(case, lan, report_days) };
    let mut ruling = ruling.within(words::report_limit(report_days));
    ruling.inputs.extend(words::diagram_facts(case.voice, lan));
    ruling
}

/// The diagram of what is built: any that was received.
fn built(case: Case<'_>, lan: &Lan, report_days: u32) -> Ruling {
    let newest = |standing: LanStanding| {
        lan.reports.iter().filter(|report| report.standing == standing).max_by_key(|report| report.after)
    };
    let received = newest(LanStanding::Received).or_else(|| newest(LanStanding::Submitted));
    let alone = lan.reports.iter().find(|report| report.diagram_only);
    match received.or(alone) {
        Some(report) => handed_in(case, report, report_days),
        None => Ruling::of(Verdict::NoData, words::no_draft(&case.office.name), words::LOOK),
    }
}

/// The diagram after the newest change.
fn after_change(case: Case<'_>, lan: &Lan, report_days: u32) -> Ruling {
    let newest = lan.reports.iter().filter(|report| report.counts()).max_by_key(|report| report.after);
    newest.map_or_else(|| case.unchanged(), |report| handed_in(case, report, report_days))
}

fn handed_in(case: Case<'_>, report: &LanReport, report_days: u32) -> Ruling {
    let (office, voice) = (&case.office.name, case.voice);
    let due = case.due(report.since, report_days);
    match report.standing {
        LanStanding::Received => {
            Ruling::of(Verdict::Compliant, words::diagram_received(office, voice, report), "")
        }
        LanStanding::Submitted => {
            Ruling::of(Verdict::NeedsReview, words::diagram_waits(office, voice, report), words::RECEIVE)
        }
        LanStanding::SetAsideByOffice | LanStanding::SetAsideByDinas => {
            Ruling::of(Verdict::NeedsReview, words::diagram_set_aside(office, report), words::SETTLE)
        }
        LanStanding::Draft if case.today() <= due => {
            Ruling::of(Verdict::NeedsReview, words::diagram_draft(office, report, due), words::HAND_IN)
        }
        LanStanding::Draft => Ruling::of(
            Verdict::NotCompliant,
            words::diagram_overdue(office, voice, report, due),
            words::HAND_IN,
        ),
    }
}

//! Duties of an office about its LAN: one finding an office, whatever servers it has.
//!
//! Two sorts. What officials do (handing in a diagram, reporting a change) is judged by the acts that the register
//! has, never by what machines saw: a draft is no submission, and what the Dinas has not received it does not have.
//! What machines see (addresses, ways to the Internet, reachability) is judged as long as somebody still looks.

mod addresses;
mod changes;
mod diagram;
mod egress;
mod intranet;
mod reach;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use super::grace::{self, Beginning};
use super::{Ruling, exemption};
use crate::estate::{Estate, Evidence, Known, Lan, LanReport, LanStanding, Office, Subject, hours};
use crate::finding::{Finding, Threshold, Verdict};
use crate::pack::{Check, Pack, Rule};
use crate::wording::{Voice, lan as words};

/// What shows an act of an official begins so; everything else is what machines saw.
const ACTS: &str = "lan.";

/// One office, about to be judged.
#[derive(Clone, Copy)]
struct Case<'a> {
    estate: &'a Estate,
    office: &'a Office,
    /// What is known of its LAN.
    lan: Option<&'a Lan>,
    voice: Voice,
}

/// What a rule says of an office.
pub(super) fn finding(estate: &Estate, office: &Office, voice: Voice, pack: &Pack, rule: &Rule) -> Finding {
    let lan = estate.lans.iter().find(|lan| lan.office == office.code);
    let case = Case { estate, office, lan, voice };
    let mut ruling = run(&rule.check, case);
    ruling.inputs.insert(0, words::seen(voice, lan));
    grace::temper(&mut ruling, pack, voice, Beginning::Office);
    let subject = Subject::Office(office.code.clone());
    let subjects = std::slice::from_ref(&subject);
    exemption::lift(&mut ruling, &office.name, &rule.id, subjects, estate, voice);
    let of_acts = matches!(rule.check, Check::LanDiagram { .. } | Check::LanChanges { .. });
    let all = lan.into_iter().flat_map(|lan| &lan.evidence);
    let mut evidence: Vec<Evidence> =
        all.filter(|entry| entry.shows.starts_with(ACTS) == of_acts).cloned().collect();
    evidence.sort();
    ruling.into_finding(pack, rule, subject, office.code.clone(), evidence)
}

fn run(check: &Check, case: Case<'_>) -> Ruling {
    match *check {
        Check::LanDiagram { report_days, when_changed } => diagram::check(case, report_days, when_changed),
        Check::LanChanges { report_days } => changes::check(case, report_days),
        Check::InternetByDinas { strict } => egress::check(case, strict),
        Check::IntranetUsed { secured_internet } => intranet::check(case, secured_internet),
        Check::LanReachable { answered_hours, never_days } => {
            reach::check(case, reach::Terms { answered_hours, never_days })
        }
        _ => addresses::check(case),
    }
}

impl<'a> Case<'a> {
    /// What is known of its LAN, while somebody still looks; else why nothing can be said.
    fn watched(self) -> Result<&'a Lan, Ruling> {
        let Some(lan) = self.lan else { return Err(Ruling::unseen(words::unseen(&self.office.name))) };
        match lan.seen_at {
            Some(at) if !self.is_lost(at) => Ok(lan),
            Some(at) => Err(Ruling::unseen(words::lost(&self.office.name, self.voice, at))),
            None => Err(Ruling::unseen(words::unseen(&self.office.name))),
        }
    }

    fn is_lost(self, at: Timestamp) -> bool {
        self.voice.now.duration_since(at) > hours(self.estate.unknown_after_hours)
    }

    /// A fact of its LAN that is known, else why it is not.
    fn known<T>(self, fact: impl FnOnce(&'a Lan) -> &'a Known<T>) -> Result<&'a T, Ruling> {
        self.watched().and_then(|lan| self.told(fact(lan)))
    }

    /// What the collector itself saw, else why it is not known.
    fn told<T>(self, fact: &'a Known<T>) -> Result<&'a T, Ruling> {
        match fact {
            Known::Yes(value) => Ok(value),
            Known::No(why) => {
                Err(Ruling::of(Verdict::NoData, words::not_known(&self.office.name, why), words::COMPLETE))
            }
        }
    }

    /// The last day on which handing in is in time.
    fn due(self, since: Timestamp, report_days: u32) -> Date {
        self.voice.zone.day(since).saturating_add(i64::from(report_days).days())
    }

    fn today(self) -> Date {
        self.voice.zone.day(self.voice.now)
    }

    /// That nothing has changed since the Dinas received a diagram, or that nothing can be said of it.
    fn unchanged(self) -> Ruling {
        let lan = match self.watched() {
            Ok(lan) => lan,
            Err(ruling) => return ruling,
        };
        let received = lan.reports.iter().filter(|report| report.standing == LanStanding::Received);
        let last = received.max_by_key(|report| report.after);
        match (last, lan.version) {
            (Some(report), Some(version)) if report.after == version.number => {
                Ruling::of(Verdict::Compliant, words::unchanged(&self.office.name, self.voice, report), "")
            }
            _ => Ruling::of(
                Verdict::NoData,
                words::no_change_seen(&self.office.name, lan.servers),
                words::HAND_IN_FIRST,
            ),
        }
    }
}

impl LanReport {
    /// Whether it is to be judged as a change that the office has to report. What the Dinas set aside is none.
    fn counts(&self) -> bool {
        !self.diagram_only && self.standing != LanStanding::SetAsideByDinas
    }
}

impl Ruling {
    /// With one reason and one remedy.
    fn of(verdict: Verdict, reason: String, remedy: impl Into<String>) -> Self {
        let remedy = remedy.into();
        Self {
            verdict,
            reasons: vec![reason],
            remedies: if remedy.is_empty() { vec![] } else { vec![remedy] },
            inputs: Vec::new(),
            thresholds: Vec::new(),
        }
    }

    /// Nobody sees it.
    fn unseen(reason: String) -> Self {
        Self::of(Verdict::NoData, reason, words::LOOK)
    }

    fn within(mut self, threshold: Threshold) -> Self {
        self.thresholds.push(threshold);
        self
    }
}

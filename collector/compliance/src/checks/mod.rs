//! The algorithms: one file per [`Check`], and what is the same for all of them.
//!
//! A server is judged in this order. Silence: a server that never reported, or not for too long, is
//! `BELUM ADA DATA` whatever the rule. The check itself, on what was last reported. Grace: an unmet duty
//! whose regulation still gives time, or whose promulgation is not known, is no breach. Exemption: what was
//! set free in writing is not held against anybody. A duty that is met stays met through all of this.
//!
//! Adding a check: `docs/adding-a-check.md`.

mod both_kinds;
mod copies;
mod data_centre;
mod exemption;
mod grace;
mod placement;
mod separate;

use jiff::Timestamp;

use crate::estate::{Estate, Evidence, Freshness, Office, Server, Subject};
use crate::finding::{Assessment, Fact, Finding, Threshold, Verdict};
use crate::pack::{Check, Pack, Rule};
use crate::wording::{self, Voice, standing};

/// Names of sensors that speak of backups begin so; all others speak of the host and its place.
const BACKUPS: &str = "backup";

/// One server, about to be judged.
#[derive(Clone, Copy)]
struct Case<'a> {
    estate: &'a Estate,
    server: &'a Server,
    voice: Voice,
}

/// What a check says of a case.
#[derive(Clone, Debug, PartialEq)]
struct Ruling {
    verdict: Verdict,
    /// Why: clauses.
    reasons: Vec<String>,
    /// What to do: clauses.
    remedies: Vec<String>,
    inputs: Vec<Fact>,
    thresholds: Vec<Threshold>,
}

/// Who a finding is about.
enum Target<'a> {
    Server(&'a Server),
    /// Has servers by its own count, and none of them has an agent.
    Agentless(&'a Office, u32),
}

/// Judges everything.
pub(crate) fn all(estate: &Estate, pack: &Pack, now: Timestamp) -> Assessment {
    let targets = targets(estate);
    let voice = Voice { now, zone: estate.zone };
    let findings = pack
        .rules
        .iter()
        .flat_map(|rule| targets.iter().map(move |target| (rule, target)))
        .map(|(rule, target)| match target {
            Target::Server(server) => of_server(Case { estate, server, voice }, pack, rule),
            Target::Agentless(office, servers) => of_office(estate, office, *servers, voice, pack, rule),
        })
        .collect();
    Assessment { pack: pack.id.clone(), at: now, findings }
}

fn targets(estate: &Estate) -> Vec<Target<'_>> {
    let agentless = |office: &&Office| !estate.servers.iter().any(|server| server.office == office.code);
    let offices = estate.offices.iter().filter(agentless).filter_map(|office| {
        let servers = office.registered_servers.filter(|servers| *servers > 0)?;
        Some(Target::Agentless(office, servers))
    });
    let mut targets: Vec<Target<'_>> = estate.servers.iter().map(Target::Server).chain(offices).collect();
    targets.sort_by(|a, b| a.id().cmp(&b.id()));
    targets
}

fn of_server(case: Case<'_>, pack: &Pack, rule: &Rule) -> Finding {
    let freshness = case.estate.freshness(case.server, case.voice.now);
    let called = case.server.called();
    let mut ruling = match freshness {
        Freshness::Never => Ruling::silent(standing::never_reported(called)),
        Freshness::Lost(since) => Ruling::silent(standing::lost(called, case.voice, since)),
        Freshness::Silent(since) => {
            let mut ruling = run(&rule.check, case);
            ruling.reasons.push(standing::silent(case.voice, since));
            ruling
        }
        Freshness::Current(_) => run(&rule.check, case),
    };
    ruling.inputs.insert(0, standing::last_report(case.voice, freshness));
    ruling.thresholds.extend(standing::silence_limit(case.estate, freshness));
    grace::temper(&mut ruling, pack, case);
    let subjects = [Subject::Server(case.server.id.clone()), Subject::Office(case.server.office.clone())];
    exemption::lift(&mut ruling, &format!("server `{called}`"), &rule.id, &subjects, case.estate, case.voice);
    let [subject, _] = subjects;
    let evidence = evidence(case.server, &rule.check);
    ruling.into_finding(pack, rule, subject, case.server.office.clone(), evidence)
}

fn of_office(
    estate: &Estate,
    office: &Office,
    servers: u32,
    voice: Voice,
    pack: &Pack,
    rule: &Rule,
) -> Finding {
    let mut ruling = Ruling {
        inputs: vec![standing::registered(servers)],
        remedies: vec![standing::INSTALL.into()],
        ..Ruling::silent(standing::no_agents(&office.name, servers))
    };
    let subject = Subject::Office(office.code.clone());
    let subjects = std::slice::from_ref(&subject);
    exemption::lift(&mut ruling, &office.name, &rule.id, subjects, estate, voice);
    ruling.into_finding(pack, rule, subject, office.code.clone(), Vec::new())
}

/// The list of checks.
fn run(check: &Check, case: Case<'_>) -> Ruling {
    match *check {
        Check::Placement {
            data_suffices,
            mandiri_tik_review,
            recovery_centre,
            max_age_hours,
            least_grade,
        } => {
            let data = max_age_hours.zip(least_grade).filter(|_| data_suffices);
            placement::check(case, placement::Terms { mandiri_tik_review, recovery_centre, data })
        }
        Check::BackupToDataCentre { database_hours, files_hours, least_grade } => {
            data_centre::check(case, data_centre::Terms { database_hours, files_hours, least_grade })
        }
        Check::BackupBothKinds { database_hours, files_hours, least_grade } => {
            both_kinds::check(case, both_kinds::Terms { database_hours, files_hours, least_grade })
        }
        Check::SeparateCopy { apart_hours, portable_hours, least_grade } => {
            separate::check(case, separate::Terms { apart_hours, portable_hours, least_grade })
        }
    }
}

/// The ledger entries that a check rests on, in the ledger's order.
fn evidence(server: &Server, check: &Check) -> Vec<Evidence> {
    let (backups, place) = match check {
        Check::Placement { data_suffices, .. } => (*data_suffices, true),
        Check::BackupToDataCentre { .. } | Check::BackupBothKinds { .. } => (true, false),
        Check::SeparateCopy { .. } => (true, true),
    };
    let wanted = |e: &&Evidence| if e.shows.starts_with(BACKUPS) { backups } else { place };
    let mut evidence: Vec<Evidence> = server.evidence.iter().filter(wanted).cloned().collect();
    evidence.sort();
    evidence
}

impl Ruling {
    fn silent(reason: String) -> Self {
        Self {
            verdict: Verdict::NoData,
            reasons: vec![reason],
            remedies: vec![standing::WAKE.into()],
            inputs: Vec::new(),
            thresholds: Vec::new(),
        }
    }

    fn into_finding(
        self,
        pack: &Pack,
        rule: &Rule,
        subject: Subject,
        office: String,
        evidence: Vec<Evidence>,
    ) -> Finding {
        Finding {
            pack: pack.id.clone(),
            rule: rule.id.clone(),
            subject,
            office,
            verdict: self.verdict,
            sentence: wording::sentence(&self.reasons),
            remedy: if self.verdict == Verdict::Compliant {
                String::new()
            } else {
                wording::sentence(&self.remedies)
            },
            inputs: self.inputs,
            thresholds: self.thresholds,
            evidence,
        }
    }
}

impl Target<'_> {
    fn id(&self) -> (&str, bool) {
        match self {
            Self::Server(server) => (&server.id, false),
            Self::Agentless(office, _) => (&office.code, true),
        }
    }
}

//! The algorithms: one file per [`Check`], and what is the same for all of them.
//!
//! A server is judged in this order. Silence: a server that never reported, or not for too long, is
//! `BELUM ADA DATA` whatever the rule. The check itself, on what was last reported. Grace: an unmet duty
//! whose regulation still gives time, or whose promulgation is not known, is no breach. Exemption: what was
//! set free in writing is not held against anybody. A duty that is met stays met through all of this.
//!
//! Duties of an office about its LAN are judged once an office, in [`lan`].
//!
//! Adding a check: `docs/adding-a-check.md`.

mod age;
mod both_kinds;
mod content;
mod copies;
mod data_centre;
mod deletion;
mod drill;
mod encryption;
mod escrow;
mod exemption;
mod grace;
mod integrity;
mod lan;
mod opinion;
mod placement;
mod retention;
mod schedule;
mod separate;
mod stores;

use jiff::Timestamp;

use crate::estate::{Certainty, Estate, Evidence, Freshness, Location, Office, Server, Subject};
use crate::finding::{Assessment, Fact, Finding, Threshold, Verdict};
use crate::pack::{Check, Pack, Rule};
use crate::wording::{self, Voice, standing};

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
    let mut offices: Vec<&Office> = estate.offices.iter().collect();
    offices.sort_by(|a, b| a.code.cmp(&b.code));
    let judge = |rule: &Rule| -> Vec<Finding> {
        if rule.check.is_of_an_office() {
            return offices.iter().map(|office| lan::finding(estate, office, voice, pack, rule)).collect();
        }
        let of = |target: &Target<'_>| match target {
            Target::Server(server) => of_server(Case { estate, server, voice }, pack, rule),
            Target::Agentless(office, servers) => of_office(estate, office, *servers, voice, pack, rule),
        };
        targets.iter().map(of).collect()
    };
    let findings = pack.rules.iter().flat_map(judge).collect();
    Assessment { pack: pack.id.clone(), at: now, findings }
}

/// How certain it is where a server of this `location` stands, by the strictest of `packs`.
pub(crate) fn certainty(estate: &Estate, location: &Location, packs: &[Pack]) -> Certainty {
    let placed = |rule: &Rule| match rule.check {
        Check::Placement { recovery_centre, .. } => Some(recovery_centre),
        _ => None,
    };
    let mut all = packs.iter().flat_map(|pack| &pack.rules).filter_map(placed).peekable();
    let recovery_centre = all.peek().is_some() && all.all(|lawful| lawful);
    placement::certainty(estate, location, recovery_centre)
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
    grace::temper(&mut ruling, pack, case.voice, grace::Beginning::Server(case.server.since));
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
        Check::SeparateCopy { apart_hours, portable_hours, medium_seen_days, least_grade } => {
            let terms = separate::Terms { apart_hours, portable_hours, medium_seen_days, least_grade };
            separate::check(case, terms)
        }
        Check::StoresCovered { database_hours, files_hours, least_grade, in_data_centre, configuration } => {
            let terms =
                stores::Terms { database_hours, files_hours, least_grade, in_data_centre, configuration };
            stores::check(case, terms)
        }
        Check::RecoveryDrilled { max_age_days, max_minutes, every_set, strict } => {
            drill::check(case, drill::Terms { max_age_days, max_minutes, every_set, strict })
        }
        Check::RetentionHeld { keep_days, least_points } => {
            retention::check(case, retention::Terms { keep_days, least_points })
        }
        Check::ScheduleKept { grace_hours } => schedule::check(case, grace_hours),
        Check::EncryptedAtTarget {} => encryption::check(case),
        Check::DeletionResistant { watched_days, least_grade } => {
            deletion::check(case, deletion::Terms { watched_days, least_grade })
        }
        Check::IntegrityVerified { max_age_days, least_grade, strict } => {
            integrity::check(case, integrity::Terms { max_age_days, least_grade, strict })
        }
        Check::ContentSane {} => content::check(case),
        Check::KeyEscrowed { max_age_days, strict } => {
            escrow::check(case, escrow::Terms { max_age_days, strict })
        }
        // Judged once an office, before servers are asked about.
        Check::LanDiagram { .. }
        | Check::LanChanges { .. }
        | Check::AddressesPlanned {}
        | Check::InternetByDinas { .. }
        | Check::IntranetUsed { .. }
        | Check::LanReachable { .. } => Ruling::silent(String::new()),
    }
}

/// How far a verdict is from a breach. What is not known stands below what a person has to look at: it may be
/// either.
fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::NotCompliant | Verdict::Transition => 0,
        Verdict::NoData => 1,
        Verdict::NeedsReview => 2,
        Verdict::Compliant | Verdict::Exempt => 3,
    }
}

/// What the readings of a sensor speak of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Topic {
    /// Where the host stands.
    Place,
    /// Copies: what the host claims of them and what a witness saw.
    Copies,
    /// Planned jobs.
    Plans,
    /// Attempts to bring copies back.
    Drills,
    /// What ought to be in the copies.
    Stores,
}

impl Topic {
    fn of(sensor: &str) -> Self {
        match sensor {
            "interfaces" | "machine" => Self::Place,
            "backup/plans" => Self::Plans,
            "drills" => Self::Drills,
            "witness" => Self::Copies,
            other if other.starts_with("backup") => Self::Copies,
            _ => Self::Stores,
        }
    }

    /// What a check rests on.
    fn behind(check: &Check) -> &'static [Self] {
        match check {
            Check::Placement { data_suffices: false, .. } => &[Self::Place],
            Check::Placement { .. } | Check::SeparateCopy { .. } => &[Self::Place, Self::Copies],
            Check::StoresCovered { .. } => &[Self::Stores, Self::Copies],
            Check::RecoveryDrilled { .. } => &[Self::Copies, Self::Drills],
            Check::ScheduleKept { .. } => &[Self::Plans],
            Check::BackupToDataCentre { .. }
            | Check::BackupBothKinds { .. }
            | Check::RetentionHeld { .. }
            | Check::EncryptedAtTarget {}
            | Check::DeletionResistant { .. }
            | Check::IntegrityVerified { .. }
            | Check::ContentSane {}
            | Check::KeyEscrowed { .. } => &[Self::Copies],
            Check::LanDiagram { .. }
            | Check::LanChanges { .. }
            | Check::AddressesPlanned {}
            | Check::InternetByDinas { .. }
            | Check::IntranetUsed { .. }
            | Check::LanReachable { .. } => &[],
        }
    }
}

/// The ledger entries that a check rests on, in the ledger's order.
fn evidence(server: &Server, check: &Check) -> Vec<Evidence> {
    let topics = Topic::behind(check);
    let wanted = |e: &&Evidence| topics.contains(&Topic::of(&e.shows));
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

//! "Perlu tindakan hari ini": the servers that need somebody today, those with the most harm times age
//! first. One line a server, with its gravest finding.

use std::collections::BTreeMap;

use jiff::Timestamp;
use patuh_compliance::estate::{Known, Server};
use patuh_compliance::finding::Subject;
use patuh_compliance::pack::Check;
use patuh_compliance::{Finding, Verdict};

use super::super::super::format::{Format, When};
use super::super::{FindingLine, findings, rule_named};
use crate::tasks::evaluate::Judged;

/// How many are shown.
const SHOWN: usize = 10;
/// A server that has never reported is most likely a new one: it weighs as much as one of this many days.
const SETTLING_IN: u64 = 7;
/// An age beyond this many days weighs no more.
const OLDEST: u64 = 365;

/// A server that needs somebody.
pub(crate) struct Action {
    pub(crate) finding: FindingLine,
    /// Since when, as far as the facts tell.
    pub(crate) since: Since,
    /// How many other findings of this server need action.
    pub(crate) others: usize,
}

/// Since when something is so.
pub(crate) enum Since {
    /// Since then.
    At(When),
    /// Never was otherwise, as far as is known.
    Never,
}

/// The servers that need somebody, and how many more there are than are shown.
pub(crate) fn actions(judged: &Judged, format: &Format) -> (Vec<Action>, u64) {
    let mut by_server: BTreeMap<&str, Vec<(u64, &Finding)>> = BTreeMap::new();
    for finding in findings(judged) {
        let Some(server) = server_of(judged, finding) else { continue };
        let score = score(judged, finding, server, format.now());
        if score > 0 {
            by_server.entry(&server.id).or_default().push((score, finding));
        }
    }
    let mut servers: Vec<_> = by_server.into_values().collect();
    for list in &mut servers {
        list.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    }
    servers.sort_by_key(|list| std::cmp::Reverse(list.first().map(|(score, _)| *score)));
    let more = servers.len().saturating_sub(SHOWN) as u64;
    let shown = servers.iter().take(SHOWN).filter_map(|list| action(judged, list, format));
    (shown.collect(), more)
}

fn action(judged: &Judged, list: &[(u64, &Finding)], format: &Format) -> Option<Action> {
    let (_, finding) = list.first()?;
    let at = server_of(judged, finding).and_then(|server| since(judged, finding, server));
    let since = at.map_or(Since::Never, |at| Since::At(format.when(at)));
    Some(Action { finding: FindingLine::new(judged, finding), since, others: list.len() - 1 })
}

fn server_of<'a>(judged: &'a Judged, finding: &Finding) -> Option<&'a Server> {
    let Subject::Server(id) = &finding.subject else { return None };
    judged.estate.servers.iter().find(|server| server.id == *id)
}

/// Harm times age in days; 0 when nobody needs to act.
fn score(judged: &Judged, finding: &Finding, server: &Server, now: Timestamp) -> u64 {
    let since = since(judged, finding, server);
    let never = if finding.verdict == Verdict::NoData { SETTLING_IN } else { OLDEST };
    let days = since.map_or(never, |at| u64::try_from(now.duration_since(at).as_hours() / 24).unwrap_or(0));
    harm(judged, finding) * (days.min(OLDEST) + 1)
}

/// What is lost when it stays so: data without a copy weighs most, a server in the wrong room least; what
/// is known weighs more than what has to be looked at or is not known.
fn harm(judged: &Judged, finding: &Finding) -> u64 {
    let certainty = match finding.verdict {
        Verdict::NotCompliant => 4,
        Verdict::NeedsReview => 2,
        Verdict::NoData => 1,
        Verdict::Transition | Verdict::Exempt | Verdict::Compliant => 0,
    };
    let loss = match rule_named(judged, &finding.rule).map(|(_, rule)| &rule.check) {
        Some(Check::BackupToDataCentre { .. } | Check::StoresCovered { .. }) => 8,
        Some(Check::BackupBothKinds { .. }) => 7,
        Some(Check::ContentSane { .. }) => 6,
        Some(Check::SeparateCopy { .. } | Check::ScheduleKept { .. }) => 5,
        Some(Check::RecoveryDrilled { .. } | Check::DeletionResistant { .. }) => 4,
        Some(Check::Placement { .. } | Check::IntegrityVerified { .. } | Check::RetentionHeld { .. })
        | None => 3,
        Some(Check::EncryptedAtTarget {} | Check::KeyEscrowed { .. }) => 2,
        Some(
            Check::LanDiagram { .. }
            | Check::LanChanges { .. }
            | Check::AddressesPlanned {}
            | Check::InternetByDinas { .. }
            | Check::IntranetUsed { .. }
            | Check::LanReachable { .. },
        ) => 2,
    };
    certainty * loss
}

/// Since when it is so: without data, since the last report; without a fresh copy, since the last copy; in
/// the wrong place, since the server came into use.
fn since(judged: &Judged, finding: &Finding, server: &Server) -> Option<Timestamp> {
    if finding.verdict == Verdict::NoData {
        return server.last_report;
    }
    match rule_named(judged, &finding.rule).map(|(_, rule)| &rule.check) {
        Some(Check::Placement { .. }) | None => first_use(server),
        Some(_) => match &server.backups {
            Known::Yes(backups) => backups.iter().filter_map(|backup| backup.newest).max(),
            Known::No(_) => server.last_report,
        },
    }
}

fn first_use(server: &Server) -> Option<Timestamp> {
    let day = server.since?.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(day.timestamp())
}

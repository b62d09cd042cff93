//! The offices' LANs for the judge: what was seen to change, what officials handed in, and how addresses, ways and
//! gateways stand to the plan of numbering.

use std::collections::BTreeMap;

use patuh_compliance::estate::{self, Evidence, LanStanding, LanVersion};
use patuh_protocol::id::Code;

use super::Sections;
use crate::config::{Config, Office};
use crate::lan::{Act, ChangeReport, Party, ReportFilter, ReportStanding, State, VersionSummary};
use crate::store::{Error, ServerRow, Store};
use crate::tasks::ipplan::Survey;

/// What is known of all offices' LANs.
pub(super) async fn lans(
    store: &Store,
    config: &Config,
    states: &BTreeMap<Code, State>,
    survey: &Survey,
    seen: (&[ServerRow], &Sections),
) -> Result<Vec<estate::Lan>, Error> {
    let mut versions = store.lan_newest_versions().await?;
    let mut reports: BTreeMap<Code, Vec<ChangeReport>> = BTreeMap::new();
    for report in store.lan_reports(&ReportFilter::default()).await? {
        reports.entry(report.office.clone()).or_default().push(report);
    }
    for version in &mut versions {
        let reports = reports.get(&version.office).map(Vec::as_slice).unwrap_or_default();
        version.number = shown_first(store, version, reports).await?;
    }
    let lan = |office: &Office| {
        let mut own = reports.get(&office.code).cloned().unwrap_or_default();
        own.sort_by_key(|report| (report.from_at, report.id));
        let state = states.get(&office.code);
        let version = versions.iter().find(|version| version.office == office.code);
        estate::Lan {
            addressing: survey.addressing(&office.code, config),
            intranet: survey.intranet_use(&office.code),
            reach: survey.reach(office, config),
            evidence: evidence(&own, &office.code, seen),
            ..told(office, state, version, &own)
        }
    };
    Ok(config.offices.iter().map(lan).collect())
}

/// The number of the version: of one that is again as a diagram that was received, the number of that one.
async fn shown_first(
    store: &Store,
    version: &VersionSummary,
    reports: &[ChangeReport],
) -> Result<u32, Error> {
    let received = reports.iter().filter(|report| report.standing == ReportStanding::Received);
    let Some(last) = received.map(|report| report.after).max().filter(|last| *last < version.number) else {
        return Ok(version.number);
    };
    let known = store.lan_version(&version.office, last).await?;
    Ok(known.filter(|known| known.digest == version.digest).map_or(version.number, |known| known.number))
}

fn told(
    office: &Office,
    state: Option<&State>,
    version: Option<&VersionSummary>,
    reports: &[ChangeReport],
) -> estate::Lan {
    let agents = || state.into_iter().flat_map(|state| state.agents.values());
    estate::Lan {
        office: office.code.to_string(),
        servers: u32::try_from(agents().count()).unwrap_or(u32::MAX),
        seen_at: agents().map(|witness| witness.last_at).max(),
        version: version.map(|version| LanVersion { number: version.number, at: version.at }),
        reports: reports.iter().map(report).collect(),
        ..estate::Lan::default()
    }
}

fn report(report: &ChangeReport) -> estate::LanReport {
    let standing = match (report.standing, &report.dismissed) {
        (ReportStanding::Draft, _) => LanStanding::Draft,
        (ReportStanding::Submitted, _) => LanStanding::Submitted,
        (ReportStanding::Received, _) => LanStanding::Received,
        (ReportStanding::Dismissed, Some(act)) if act.party == Party::Dinas => LanStanding::SetAsideByDinas,
        (ReportStanding::Dismissed, _) => LanStanding::SetAsideByOffice,
    };
    estate::LanReport {
        id: report.id,
        diagram_only: report.is_diagram_only(),
        after: report.after,
        since: report.from_at,
        sentences: report.sentences.clone(),
        standing,
        submitted: report.submitted.as_ref().map(|act| act.at),
        received: report.received.as_ref().map(|act| act.at),
        by_dinas: report.done_by == Some(Party::Dinas),
    }
}

/// The acts on the reports; and what the servers said of their addresses.
fn evidence(
    reports: &[ChangeReport],
    office: &Code,
    (rows, sections): (&[ServerRow], &Sections),
) -> Vec<Evidence> {
    let act = |shows: &str, act: &Option<Act>| {
        act.as_ref().map(|act| Evidence { index: act.leaf, shows: shows.to_owned(), taken_at: act.at })
    };
    let acts = reports.iter().flat_map(|report| {
        [
            act("lan.submit", &report.submitted),
            act("lan.receive", &report.received),
            act("lan.dismiss", &report.dismissed),
        ]
    });
    let own = rows.iter().filter(|row| row.office == *office).filter_map(|row| sections.get(&row.agent));
    let addresses = own.flatten().filter(|section| section.sensor == "interfaces").flat_map(super::evidence);
    acts.flatten().chain(addresses).collect()
}

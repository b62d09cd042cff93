//! A server beside the Dinas's plan of numbering, and the way by which it comes to the collector.

use patuh_protocol::id::AgentId;

use super::super::ipplan::sign;
use super::super::section::{Cell, Facts, Section, Sign, Table};
use super::Ground;
use crate::ipplan::{Plan, Seen};

/// The parts of the page.
pub(super) fn sections(ground: &Ground<'_>, agent: &AgentId) -> Vec<Section> {
    let of = |id, title| Section::new(id, title, &[], &[], ground.format);
    vec![
        of("rencana-ip", "Rencana Penomoran IP").table(addresses(ground, agent)),
        of("temuan-ip", "Tidak sesuai rencana penomoran").table(findings(ground, agent)),
        of("jalur", "Jalur ke kolektor").facts(way(ground, agent)),
    ]
}

/// Its addresses, each with the subnet that it lies in. Nothing where nothing is planned.
fn addresses(ground: &Ground<'_>, agent: &AgentId) -> Table {
    let survey = &ground.judged.survey;
    let seen = survey.seen.iter().find(|seen| seen.agent == *agent);
    let rows = seen.filter(|_| !survey.plan.is_empty()).map(|seen| rows(ground, seen, &survey.plan));
    let columns = ["Alamat", "Subnet dalam rencana", "Milik", "Cara"];
    Table::new("Alamat menurut rencana penomoran", &columns, rows.unwrap_or_default())
}

fn rows(ground: &Ground<'_>, seen: &Seen, plan: &Plan) -> Vec<Vec<Cell>> {
    let row = |(address, held): (&std::net::IpAddr, &crate::ipplan::SeenAddress)| {
        let plot = plan.holder(&seen.office, *address);
        let subnet = match plot {
            Some(plot) => Cell::code(plot.subnet.to_string())
                .link(format!("/rencana-ip/subnet/{}", plot.id))
                .small(Some(plot.name.clone())),
            None if plan.speaks_of(*address) => Cell::signed(Sign::Wrong, "tidak ada dalam rencana"),
            None => Cell::text("belum direncanakan").muted(),
        };
        let owner = plot.map(|plot| match &plot.office {
            Some(code) => ground.config.office_name(code).to_owned(),
            None => plot.purpose.name().to_owned(),
        });
        let how = if held.is_leased { "dari DHCP" } else { "tetap" };
        vec![Cell::code(address.to_string()), subnet, Cell::text(owner.unwrap_or_default()), Cell::text(how)]
    };
    seen.addresses.iter().map(row).collect()
}

fn findings(ground: &Ground<'_>, agent: &AgentId) -> Table {
    let survey = &ground.judged.survey;
    let row = |finding: &crate::ipplan::Finding| {
        vec![
            Cell::signed(sign(finding), finding.kind.misfit().name()),
            Cell::text(survey.sentence(finding, ground.config)),
            Cell::text(finding.kind.misfit().remedy()),
        ]
    };
    let rows = survey.findings_of(agent).map(row).collect();
    Table::new("Yang tidak sesuai rencana", &["Temuan", "Uraian", "Tindak lanjut"], rows)
}

/// From where the collector sees it come.
fn way(ground: &Ground<'_>, agent: &AgentId) -> Facts {
    let mut facts = Facts::default();
    let Some(arrival) = ground.judged.survey.arrivals.get(agent) else { return facts };
    facts.code("Alamat asal", Some(&arrival.address.to_string()));
    match ground.config.intranet.way(arrival.address) {
        Some(way) if way.is_inside() => facts.signed("Jalur", Sign::Well, way.words().to_owned()),
        Some(way) => facts.signed("Jalur", Sign::Look, way.words().to_owned()),
        None => facts.word("Jalur", Some("rentang Jaringan Intra belum diisi".to_owned())),
    }
    facts.word("Terakhir datang", Some(ground.format.moment(arrival.last_at)));
    facts.word("Pertama dari alamat ini", Some(ground.format.moment(arrival.first_at)));
    facts
}

//! The survey in the judge's own terms.

use patuh_compliance::estate::{self, Known};
use patuh_protocol::id::Code;

use super::Survey;
use crate::config::{Config, Office};
use crate::ipplan::{Kind, Reach};

/// Findings told in words; the others are on the page of the plan.
const EXAMPLES: usize = 5;

impl Survey {
    /// How the addresses of an office's servers stand to the plan.
    #[must_use]
    pub fn addressing(&self, office: &Code, config: &Config) -> Known<estate::Addressing> {
        if self.plan.is_empty() {
            return Known::No("Rencana Penomoran IP belum diisi oleh Dinas".to_owned());
        }
        let standing = self.standings.get(office).filter(|standing| standing.addresses > 0);
        let Some(standing) = standing else {
            return Known::No("belum ada alamat server perangkat daerah ini yang terlihat agen".to_owned());
        };
        let mut told = estate::Addressing {
            subnets: count(standing.plots),
            addresses: count(standing.addresses),
            ..estate::Addressing::default()
        };
        let findings = || standing.breaches.iter().chain(&standing.doubts);
        for finding in findings() {
            *counter(&mut told, &finding.kind) += 1;
        }
        told.examples = findings().take(EXAMPLES).map(|finding| self.sentence(finding, config)).collect();
        Known::Yes(told)
    }

    /// By which way the servers of an office come to the collector.
    #[must_use]
    pub fn intranet_use(&self, office: &Code) -> Known<estate::IntranetUse> {
        let Some(used) = self.uses.get(office) else {
            return Known::No("perangkat daerah ini tidak ada dalam konfigurasi".to_owned());
        };
        if !used.is_known {
            return Known::No("rentang Jaringan Intra belum diisi ([intranet] ranges)".to_owned());
        }
        if used.came.is_empty() {
            return Known::No("belum ada agen yang menghubungi kolektor dalam 7 hari terakhir".to_owned());
        }
        let outside = used.came.iter().filter(|(_, (way, ..))| !way.is_inside());
        let example = |(agent, (way, address, _)): (_, &(crate::ipplan::Way, std::net::IpAddr, _))| {
            format!("{} dari {address} ({})", self.host(agent), way.words())
        };
        Known::Yes(estate::IntranetUse {
            inside: count(used.inside()),
            outside: count(used.outside()),
            unknown: count(used.absent.len()),
            not_connected: used.not_connected.clone(),
            examples: outside.take(EXAMPLES).map(example).collect(),
        })
    }

    /// Whether the Dinas reaches the gateway of an office. Of several gateways the one that answered last counts.
    #[must_use]
    pub fn reach(&self, office: &Office, config: &Config) -> Known<estate::Reach> {
        let managed = office.lan_managed.clone();
        let own = self.reaches.iter().filter(|reach| reach.office == office.code);
        let best = own.max_by_key(|reach| (reach.answered.map(|(at, _)| at), reach.tried_at));
        match best {
            Some(reach) => Known::Yes(estate::Reach { managed, ..told(reach) }),
            None if managed.is_some() => Known::Yes(estate::Reach { managed, ..estate::Reach::default() }),
            None if config.reachability.is_none() => {
                Known::No("keterjangkauan gateway tidak dicoba ([reachability] tidak diaktifkan)".to_owned())
            }
            None => Known::No(
                "belum ada gateway perangkat daerah ini dalam Rencana Penomoran IP yang dicoba".to_owned(),
            ),
        }
    }
}

fn told(reach: &Reach) -> estate::Reach {
    let how = reach.answered.map(|(_, how)| format!(", {how}")).unwrap_or_default();
    estate::Reach {
        target: format!("{}{how}", reach.gateway),
        tried: Some(reach.tried_at),
        answered: reach.answered.map(|(at, _)| at),
        since: Some(reach.since),
        managed: None,
    }
}

fn counter<'a>(told: &'a mut estate::Addressing, kind: &Kind) -> &'a mut u32 {
    match kind {
        Kind::Unplanned | Kind::Reserved => &mut told.outside,
        Kind::OtherOffice(_) => &mut told.elsewhere,
        Kind::StaticInPool(_) => &mut told.in_pool,
        Kind::Duplicate(_) => &mut told.duplicates,
        Kind::OtherGateway(_) => &mut told.wrong_gateways,
        Kind::UnplannedRoute => &mut told.unregistered,
        Kind::StrangeDhcp(_) => &mut told.strange_dhcp,
        Kind::Translated(_) => &mut told.translated,
        Kind::SecondEgress(_) => &mut told.second_egress,
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

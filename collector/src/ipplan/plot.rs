//! One subnet of the plan, as the Dinas gave it away.

use std::net::IpAddr;

use ipnet::IpNet;
use patuh_protocol::id::Code;
use serde::{Deserialize, Serialize};

use super::{Field, Life, Pool, Purpose};
use crate::numbered::numbered;

numbered! {
    /// The number of a plot, written `S-000001`.
    PlotId, "S", "subnet"
}

/// A subnet with whoever it was given to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plot {
    /// Its number; whatever stands here before it was first written is replaced by the next free one.
    pub id: PlotId,
    /// Counts its changes: 0 before it was first written.
    pub revision: u64,
    /// The subnet, all bits behind its prefix cleared.
    pub subnet: IpNet,
    /// What the network is called.
    pub name: String,
    /// Whose it is.
    pub office: Option<Code>,
    /// Where it is: a site of `collector.toml`.
    pub site: Option<Code>,
    /// Its VLAN, 1 to 4094 (IEEE 802.1Q).
    pub vlan: Option<u16>,
    /// What it is for.
    pub purpose: Purpose,
    /// Its registered gateways; several for a pair of routers.
    pub gateways: Vec<IpAddr>,
    /// What DHCP gives away.
    pub pools: Vec<Pool>,
    /// The registered DHCP servers, which may stand elsewhere.
    pub dhcp_servers: Vec<IpAddr>,
    /// The letter that gave it away.
    pub document: String,
    /// Whether it holds.
    pub life: Life,
    /// Anything else: "keterangan".
    pub note: String,
}

impl Plot {
    /// A plot that was not written yet, of which nothing else is known.
    #[must_use]
    pub fn new(subnet: IpNet) -> Self {
        Self {
            id: PlotId(0),
            revision: 0,
            subnet: subnet.trunc(),
            name: String::new(),
            office: None,
            site: None,
            vlan: None,
            purpose: Purpose::default(),
            gateways: Vec::new(),
            pools: Vec::new(),
            dhcp_servers: Vec::new(),
            document: String::new(),
            life: Life::default(),
            note: String::new(),
        }
    }

    /// Whether it was never written into the register.
    #[must_use]
    pub const fn is_new(&self) -> bool {
        self.revision == 0
    }

    /// Whether it holds.
    #[must_use]
    pub const fn is_in_force(&self) -> bool {
        matches!(self.life, Life::InForce)
    }

    /// Whether both would give away the same addresses: one subnet stands in the plan once, but offices behind NAT may
    /// each have their own.
    #[must_use]
    pub fn is_rival_of(&self, other: &Self) -> bool {
        let hidden = self.purpose == Purpose::Translated && other.purpose == Purpose::Translated;
        self.subnet == other.subnet
            && self.is_in_force()
            && other.is_in_force()
            && !(hidden && self.office != other.office)
    }

    /// All that a search looks through.
    #[must_use]
    pub fn words(&self) -> String {
        let fields = Field::ALL.map(|field| field.get(self));
        let words = fields.iter().map(String::as_str).filter(|text| !text.is_empty());
        words.collect::<Vec<_>>().join(" ")
    }

    /// What does not go together: by field, in Indonesian.
    #[must_use]
    pub fn faults(&self) -> Vec<(Field, String)> {
        let mut faults = Vec::new();
        let outside = |address: &IpAddr| !self.subnet.contains(address);
        for gateway in self.gateways.iter().filter(|it| outside(it)) {
            faults.push((Field::Gateways, format!("{gateway} berada di luar {}", self.subnet)));
        }
        for pool in self.pools.iter().filter(|pool| outside(&pool.first()) || outside(&pool.last())) {
            faults.push((Field::Pools, format!("{pool} berada di luar {}", self.subnet)));
        }
        for server in self.dhcp_servers.iter().filter(|it| it.is_ipv4() != self.is_ipv4()) {
            faults.push((Field::DhcpServers, format!("{server} bukan alamat dari keluarga yang sama")));
        }
        let needs = matches!(self.purpose, Purpose::Office | Purpose::Translated);
        if needs && self.office.is_none() {
            let what = format!("{} memerlukan perangkat daerah pemiliknya", self.purpose.name());
            faults.push((Field::Office, what));
        }
        faults
    }

    /// Whether its addresses are those of IPv4.
    #[must_use]
    pub const fn is_ipv4(&self) -> bool {
        matches!(self.subnet, IpNet::V4(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipplan::tests::plot;

    fn check(written: &[(Field, &str)], expected: &[Field]) {
        let faults = plot("10.20.3.0/24", written).faults();
        assert_eq!(faults.iter().map(|(field, _)| *field).collect::<Vec<_>>(), expected, "{faults:?}");
    }

    #[test]
    fn what_does_not_go_together_is_said() {
        check(&[(Field::Office, "dinkes"), (Field::Gateways, "10.20.3.1")], &[]);
        check(&[], &[Field::Office]);
        check(&[(Field::Purpose, "Dicadangkan")], &[]);
        let other = [
            (Field::Office, "dinkes"),
            (Field::Gateways, "10.20.4.1"),
            (Field::Pools, "10.20.3.200-10.20.4.10"),
            (Field::DhcpServers, "2001:db8::1, 10.0.0.9"),
        ];
        check(&other, &[Field::Gateways, Field::Pools, Field::DhcpServers]);
    }

    #[test]
    fn one_subnet_is_given_away_once() {
        let of = |subnet: &str, written: &[(Field, &str)]| plot(subnet, written);
        let check = |one: &Plot, other: &Plot, expected: bool| {
            assert_eq!((one.is_rival_of(other), other.is_rival_of(one)), (expected, expected));
        };
        let mine = of("10.20.3.0/24", &[(Field::Office, "dinkes")]);
        check(&mine, &of("10.20.3.0/24", &[(Field::Office, "rsud")]), true);
        check(&mine, &of("10.20.3.0/25", &[(Field::Office, "rsud")]), false);
        check(&mine, &of("10.20.3.0/24", &[(Field::Life, "Dicabut")]), false);
        let hidden =
            |office| of("192.168.1.0/24", &[(Field::Office, office), (Field::Purpose, "Di balik NAT")]);
        check(&hidden("dinkes"), &hidden("rsud"), false);
        check(&hidden("dinkes"), &hidden("dinkes"), true);
    }
}

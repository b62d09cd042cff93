//! What does not fit the plan, and in what words.

use std::collections::BTreeSet;
use std::net::IpAddr;

use patuh_protocol::id::{AgentId, Code};

use super::PlotId;
use crate::lan::EgressSign;
use crate::words::words;

/// Something that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The office whose LAN it is in.
    pub office: Code,
    /// What it is.
    pub kind: Kind,
    /// The address or the subnet that it is about.
    pub about: String,
    /// The servers that have or saw it.
    pub agents: BTreeSet<AgentId>,
    /// The plot that it does not fit.
    pub plot: Option<PlotId>,
}

/// What does not fit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An address that no plot covers.
    Unplanned,
    /// An address in the network of another office.
    OtherOffice(Code),
    /// An address that is kept free.
    Reserved,
    /// One address of two devices; those that answered for it, as MAC addresses.
    Duplicate(Vec<String>),
    /// A fixed address within a range of DHCP.
    StaticInPool(String),
    /// A default gateway other than the registered ones.
    OtherGateway(Vec<IpAddr>),
    /// A DHCP server that is not registered; the gateways it names.
    StrangeDhcp(Vec<IpAddr>),
    /// A route to a subnet that is not in the plan.
    UnplannedRoute,
    /// The collector sees the server under another address: somebody translates it.
    Translated(IpAddr),
    /// A way out that does not lead through the intranet.
    SecondEgress(EgressSign),
}

/// What does not fit: a [`Kind`] without its particulars, by which lists are filtered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MisfitKind {
    /// [`Kind::Unplanned`].
    Unplanned,
    /// [`Kind::OtherOffice`].
    OtherOffice,
    /// [`Kind::Reserved`].
    Reserved,
    /// [`Kind::Duplicate`].
    Duplicate,
    /// [`Kind::StaticInPool`].
    StaticInPool,
    /// [`Kind::OtherGateway`].
    OtherGateway,
    /// [`Kind::StrangeDhcp`].
    StrangeDhcp,
    /// [`Kind::UnplannedRoute`].
    UnplannedRoute,
    /// [`Kind::Translated`].
    Translated,
    /// [`Kind::SecondEgress`].
    SecondEgress,
}

/// How much it weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// It is against the plan.
    Breach,
    /// A person has to look at it: there may be a reason for it.
    Doubt,
}

impl Kind {
    /// How much it weighs. Two servers that claim one address may be a pair that hands it over; two devices that
    /// answer for it are not.
    #[must_use]
    pub fn weight(&self) -> Weight {
        match self {
            Self::Unplanned | Self::OtherOffice(_) | Self::Reserved => Weight::Breach,
            Self::Duplicate(devices) if devices.len() > 1 => Weight::Breach,
            Self::StaticInPool(_) | Self::OtherGateway(_) => Weight::Breach,
            Self::Duplicate(_)
            | Self::StrangeDhcp(_)
            | Self::UnplannedRoute
            | Self::Translated(_)
            | Self::SecondEgress(_) => Weight::Doubt,
        }
    }

    /// Which it is, without its particulars.
    #[must_use]
    pub const fn misfit(&self) -> MisfitKind {
        match self {
            Self::Unplanned => MisfitKind::Unplanned,
            Self::OtherOffice(_) => MisfitKind::OtherOffice,
            Self::Reserved => MisfitKind::Reserved,
            Self::Duplicate(_) => MisfitKind::Duplicate,
            Self::StaticInPool(_) => MisfitKind::StaticInPool,
            Self::OtherGateway(_) => MisfitKind::OtherGateway,
            Self::StrangeDhcp(_) => MisfitKind::StrangeDhcp,
            Self::UnplannedRoute => MisfitKind::UnplannedRoute,
            Self::Translated(_) => MisfitKind::Translated,
            Self::SecondEgress(_) => MisfitKind::SecondEgress,
        }
    }
}

words! { pub MisfitKind:
    Unplanned, "di-luar-rencana", "Alamat di luar rencana";
    OtherOffice, "rentang-pd-lain", "Alamat dalam rentang PD lain";
    Reserved, "dicadangkan", "Alamat yang dicadangkan";
    Duplicate, "ganda", "Alamat ganda";
    StaticInPool, "tetap-dalam-kisaran", "Alamat tetap dalam kisaran DHCP";
    OtherGateway, "gateway-lain", "Gateway bukan yang terdaftar";
    StrangeDhcp, "dhcp-asing", "Server DHCP tidak terdaftar";
    UnplannedRoute, "rute-di-luar-rencana", "Rute ke subnet di luar rencana";
    Translated, "nat", "Di balik NAT";
    SecondEgress, "jalan-keluar-lain", "Jalan keluar lain";
}

impl MisfitKind {
    /// What is to be done about it.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Unplanned => {
                "Beri server alamat yang dikelola Dinas, atau masukkan subnetnya ke dalam rencana."
            }
            Self::OtherOffice => {
                "Pindahkan server ke rentang PD-nya, atau ubah pemilik subnet dalam rencana."
            }
            Self::Reserved => "Beri server alamat lain, atau tetapkan subnet itu untuk PD-nya.",
            Self::Duplicate => "Cari kedua perangkat di jaringan itu dan beri salah satunya alamat lain.",
            Self::StaticInPool => {
                "Beri server alamat di luar kisaran, atau kurangi kisaran pada server DHCP dan dalam rencana."
            }
            Self::OtherGateway => "Periksa gateway server itu, atau perbarui gateway dalam rencana.",
            Self::StrangeDhcp => {
                "Cari perangkatnya (sering kali router nirkabel) dan matikan DHCP-nya, atau daftarkan dalam rencana."
            }
            Self::UnplannedRoute => {
                "Tanyakan kegunaannya kepada pengelola TIK, lalu daftarkan subnetnya atau hapus rutenya."
            }
            Self::Translated => {
                "Bila memang demikian rancangannya, daftarkan subnet dalamnya dengan peruntukan “Di balik NAT”."
            }
            Self::SecondEgress => {
                "Tanyakan apakah PD memakai sambungan internet sendiri; layanan internet bagi PD disediakan Dinas."
            }
        }
    }
}

impl Finding {
    /// It in a sentence; `host` names a server, `office` an office, `plot` a plot.
    #[must_use]
    pub fn sentence(
        &self,
        host: &dyn Fn(&AgentId) -> String,
        office: &dyn Fn(&Code) -> String,
        plot: &dyn Fn(PlotId) -> String,
    ) -> String {
        let about = &self.about;
        let hosts = listed(self.agents.iter().map(host));
        let here = self.plot.map(plot).unwrap_or_default();
        match &self.kind {
            Kind::Unplanned => format!("{hosts} memakai {about}, yang tidak ada dalam rencana penomoran."),
            Kind::OtherOffice(of) => {
                format!("{hosts} memakai {about} dari {here}, rentang {}.", office(of))
            }
            Kind::Reserved => format!("{hosts} memakai {about} dari {here}, yang dicadangkan."),
            Kind::Duplicate(devices) if devices.len() > 1 => {
                let devices = listed(devices.iter().cloned());
                format!("{about} dijawab oleh lebih dari satu perangkat: {devices}; dilihat {hosts}.")
            }
            Kind::Duplicate(_) => format!("{about} dipakai bersamaan oleh {hosts}."),
            Kind::StaticInPool(pool) => {
                format!("{hosts} memakai alamat tetap {about} di dalam kisaran DHCP {pool} pada {here}.")
            }
            Kind::OtherGateway(registered) => {
                let registered = listed(registered.iter().map(ToString::to_string));
                format!("{hosts} memakai gateway {about}; yang terdaftar untuk {here} ialah {registered}.")
            }
            Kind::StrangeDhcp(routers) if routers.is_empty() => {
                format!("{hosts} mendapat alamat dari server DHCP {about}, yang tidak terdaftar.")
            }
            Kind::StrangeDhcp(routers) => {
                let routers = listed(routers.iter().map(ToString::to_string));
                format!(
                    "{hosts} mendapat alamat dari server DHCP {about}, yang tidak terdaftar; gateway yang \
                     dibagikannya {routers}."
                )
            }
            Kind::UnplannedRoute => {
                format!("{hosts} mempunyai rute ke {about}, yang tidak ada dalam rencana.")
            }
            Kind::Translated(seen_as) => {
                format!("{hosts} beralamat {about}, tetapi kolektor melihatnya sebagai {seen_as}.")
            }
            Kind::SecondEgress(EgressSign::PublicAddress) => {
                format!("{hosts} mempunyai alamat publik {about} pada antarmukanya.")
            }
            Kind::SecondEgress(EgressSign::FurtherGateway) => {
                format!("{hosts} mempunyai gateway kedua {about}, di luar Jaringan Intra.")
            }
            Kind::SecondEgress(EgressSign::GatewayOutside) => {
                format!("{hosts} keluar lewat gateway {about}, di luar Jaringan Intra.")
            }
        }
    }
}

/// `a, b dan c`; of many the first three and how many more.
fn listed(all: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = all.collect();
    match all.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] if all.len() <= 4 => format!("{} dan {last}", head.join(", ")),
        _ => {
            let first: Vec<&str> = all.iter().take(3).map(String::as_str).collect();
            format!("{} dan {} lainnya", first.join(", "), all.len() - 3)
        }
    }
}
